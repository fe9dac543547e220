"""Real commands on an embedded local org."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from provision.cli.root import run
from tests.factories import LEGACY


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on stdout."""
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def org(self) -> dict[str, Any]:
        """The one entry under `result.orgs`."""
        [entry] = self.document["result"]["orgs"]
        return dict(entry)


Provision = Callable[..., Done]


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def provision(workspace: Path, capfd: pytest.CaptureFixture[str]) -> Provision:
    """Run a command line in the workspace, in this process."""

    def call(*arguments: str) -> Done:
        capfd.readouterr()
        code = run(list(arguments))
        out, err = capfd.readouterr()
        return Done(code, out, err)

    assert workspace == Path.cwd()
    return call


@pytest.fixture
def settings(provision: Provision, workspace: Path) -> Path:
    """A `provision.yaml` as `provision init` writes it, whose default org makes Connected Apps."""
    assert provision("init").code == 0
    path = workspace / "provision.yaml"
    path.write_text(LEGACY)
    return path


@pytest.fixture
def modern(provision: Provision, workspace: Path) -> Path:
    """A `provision.yaml` as `provision init` writes it; its default org is one of today."""
    assert provision("init").code == 0
    return workspace / "provision.yaml"


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that must be there."""
    text = path.read_text()
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new))
