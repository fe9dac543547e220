"""A run cut off at one point, what must hold then, and one rerun: each in a process of its own, forked warm."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provision.cli.root import run
from provision.settings.load import load
from provision.store.file import FileStore
from provision.store.protocol import Slot
from tests.faults.points import Watch, break_connection, die, watch_effects, watch_writes_and_requests
from tests.faults.standing import Standing, standing

KILLED = -9


@dataclass(frozen=True)
class Scenario:
    """A command that is cut off, and how the world is made for it."""

    name: str
    prepare: tuple[tuple[str, ...], ...]
    """Command lines that lead up to it."""
    command: tuple[str, ...]
    settings: Callable[[Path], None] = lambda _folder: None
    """Changes the settings that `provision init` wrote."""
    org: str = "local-legacy"
    finish: tuple[str, ...] | None = None
    """The rerun, where that is another command line."""


@dataclass(frozen=True)
class Case:
    """One way to cut a scenario off."""

    scenario: str
    how: str
    """`killed` or `dropped`."""
    number: int
    point: str

    def __str__(self) -> str:
        return f"{self.scenario}: {self.how} {self.point} (#{self.number})"


class World:
    """A scenario, prepared once; each case has a copy of it."""

    def __init__(self, scenario: Scenario, root: Path) -> None:
        self.scenario = scenario
        self.root = root / scenario.name
        self.root.mkdir(parents=True)
        self._copies = 0
        apart(lambda: _prepare(scenario, self.root), self.root)

    def cases(self) -> list[Case]:
        """Number every point by watching whole runs."""
        killed = self._watched(watch_writes_and_requests)
        dropped = self._watched(watch_effects)
        cases = [Case(self.scenario.name, "killed", number, point) for number, point in enumerate(killed)]
        return cases + [Case(self.scenario.name, "dropped", number, point) for number, point in enumerate(dropped)]

    def _watched(self, install: Callable[[Callable[[str], None]], None]) -> list[str]:
        folder = self._copy()

        def watched() -> list[str]:
            watch = Watch()
            install(watch)
            command(folder, self.scenario.command)
            return watch.seen

        _code, points = apart(watched, folder)
        shutil.rmtree(folder)
        return list(points)

    def judge(self, case: Case) -> str | None:
        """Return what is wrong after a cut and a rerun; `None` where all holds."""
        folder = self._copy()
        try:
            code, _ = apart(lambda: _cut(folder, self.scenario, case), folder)
            if case.how == "killed" and code != KILLED:
                return f"was to be killed and ended with {code}"
            _, problem = apart(lambda: _judge(folder, self.scenario), folder)
            return problem
        finally:
            shutil.rmtree(folder)

    def _copy(self) -> Path:
        self._copies += 1
        folder = self.root.parent / f"{self.scenario.name}-{self._copies}"
        shutil.copytree(self.root, folder)
        return folder


def _prepare(scenario: Scenario, folder: Path) -> None:
    command(folder, ("init", "--quiet"))
    scenario.settings(folder)
    for line in scenario.prepare:
        code = command(folder, line)
        if code not in {0, 30}:
            message = f"{line} ended with {code}"
            raise AssertionError(message)


def _cut(folder: Path, scenario: Scenario, case: Case) -> None:
    if case.how == "killed":
        watch_writes_and_requests(Watch(case.number, die))
    else:
        watch_effects(Watch(case.number, break_connection))
    command(folder, scenario.command)


def _judge(folder: Path, scenario: Scenario) -> str | None:
    between = look(folder, scenario.org)
    if not between.some_key_works:
        return f"after the cut, no stored key gets a token: {between}"
    code = command(folder, scenario.finish or scenario.command)
    after = look(folder, scenario.org)
    if code != 0:
        return f"the rerun ended with {code}: {after}"
    if after.problems:
        return f"after the rerun: {after.problems}"
    return None


def look(folder: Path, org: str) -> Standing:
    """Return how org and store stand."""
    settings = load(folder / "provision.yaml", {})
    return standing(settings, FileStore(settings.store_path), Slot(org, "billing-sync"))


def command(folder: Path, line: Sequence[str]) -> int:
    """Run a command line in this process, silently."""
    os.chdir(folder)
    with (folder / "said.txt").open("a") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    return run([*line, "--no-prompt"])


def apart(work: Callable[[], Any], folder: Path) -> tuple[int, Any]:
    """Do `work` in a forked process and return its exit code (negative: the signal) and what it returned."""
    answer = Path(tempfile.mkstemp(dir=folder, prefix="answer-")[1])
    child = os.fork()
    if child == 0:
        code = 1
        try:
            answer.write_text(json.dumps(work()))
            code = 0
        except BaseException:  # noqa: BLE001 -- the fork must never return into the tests
            answer.write_text(json.dumps(traceback.format_exc()))
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    code, text = os.waitstatus_to_exitcode(status), answer.read_text()
    answer.unlink()
    found = json.loads(text) if text else None
    if code == 1:
        raise AssertionError(found)
    return code, found
