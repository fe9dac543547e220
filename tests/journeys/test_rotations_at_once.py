"""Two rotations at once, as processes of their own: one waits for the other, or is refused."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from provision.store.file import FileStore
from provision.store.protocol import Slot
from tests.journeys.conftest import Provision, edit

PATIENCE_SECONDS = 120
"""For a loaded machine; what is waited for comes within seconds."""


def begun(workspace: Path, *words: str) -> subprocess.Popen[str]:
    """Start a command in a process of its own."""
    call = "import sys; from provision.cli.root import run; sys.exit(run(sys.argv[1:]))"
    program = [sys.executable, "-c", call, *words]
    return subprocess.Popen(program, cwd=workspace, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def wait_for(path: Path) -> None:
    """Wait for a file that another process leaves."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not path.exists():
        assert time.monotonic() < deadline, f"{path.name} does not come"
        time.sleep(0.02)


@pytest.mark.parametrize(("words", "generations"), [((), 3), (("--if-due", "30d"), 2)], ids=["again", "only when due"])
def test_of_two_rotations_at_once_one_waits_for_the_other_and_then_does_its_part(
    settings: Path, provision: Provision, words: tuple[str, ...], generations: int
) -> None:
    folder = settings.parent
    (folder / "slow.py").write_text(
        "import pathlib, time\n"
        "pathlib.Path('holding').touch()\n"
        "deadline = time.monotonic() + 120\n"
        "while not pathlib.Path('go').exists() and time.monotonic() < deadline: time.sleep(0.02)\n"
    )
    slow = json.dumps({"run": [sys.executable, "slow.py"]})
    edit(settings, "    user: billing-bot", f"    user: billing-bot\n    rotation: {{deploy: {slow}}}")
    assert provision("apply", "--no-verify").code == 0
    with begun(folder, "rotate", "cert") as first:
        wait_for(folder / "holding")
        with begun(folder, "rotate", "cert", "--lock-wait", "10", *words) as second:
            assert second.stderr is not None
            told = next(line for line in second.stderr if "wait" in line)
            (folder / "go").touch()
            assert (second.wait(), first.wait()) == (0, 0)
    assert f"is in use by process {first.pid}" in told
    store = FileStore(folder / ".provision")
    found = [one.state.value for one in store.generations(Slot("local-legacy", "billing-sync"))]
    assert found == ["archived"] * (generations - 1) + ["current"]
    assert provision("verify").code == 0
