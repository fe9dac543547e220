"""How the command line starts, ends and speaks of errors."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from provision.cli.calls import confirmer
from provision.cli.options import Setup
from provision.cli.output import Output
from provision.cli.root import COMMANDS, root, run
from provision.errors import Code, Usage
from provision.model.observed import Organization
from provision.plan import Plan

PROVISION = Path(sys.executable).parent / "provision"


def test_help_imports_nothing_of_weight() -> None:
    """What `--help` costs is the start of Python and click."""
    code = "import sys; sys.argv = ['provision', '--help']\nfrom provision.cli.root import run\nrun()\n"
    code += (
        "heavy = {'httpx', 'pydantic', 'lxml', 'jinja2', 'cryptography', 'simple_salesforce', 'requests', 'werkzeug'}\n"
    )
    code += "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "Exit codes:" in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_both_flags(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "-h"]) == 0
    short = capsys.readouterr().out
    assert run([name, "--help"]) == 0
    assert capsys.readouterr().out == short
    assert short.startswith("Usage: provision")


def test_a_mistyped_command_gets_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["aply"]) == 2
    assert "Did you mean apply" in capsys.readouterr().err


def test_errors_are_one_json_document_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "--config", "/nowhere/provision.yaml", "--json"]) == 2
    out, err = capsys.readouterr()
    document = json.loads(out)
    assert set(document) == {
        "status",
        "name",
        "code",
        "message",
        "exitCode",
        "actions",
        "context",
        "result",
        "warnings",
    }
    assert document["code"] == Code.SETTINGS_NOT_FOUND
    assert err == ""


def test_an_unknown_failure_is_a_bug_with_exit_10(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        message = "inside"
        raise RuntimeError(message)

    monkeypatch.setattr(root, "main", broken)
    assert run(["plan"]) == 10
    err = capsys.readouterr().err
    assert "BUG" in err
    assert "Traceback" not in err


def test_ctrl_c_is_exit_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(root, "main", interrupted)
    assert run(["apply"]) == 130
    assert "Interrupted" in capsys.readouterr().err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_end_a_waiting_run(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """A proof that waits for an app to spread is interrupted at once, and the store is left in order."""
    for arguments in (["init"], ["apply", "--no-verify"], ["local", "reset", "--yes"]):
        subprocess.run([PROVISION, *arguments], cwd=tmp_path, check=True, capture_output=True)
    command = [PROVISION, "verify", "--propagation-timeout", "10"]
    with subprocess.Popen(command, cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as waiting:
        assert waiting.stderr is not None
        for line in waiting.stderr:
            if "asking again" in line:
                break
        started = time.monotonic()
        os.kill(waiting.pid, number)
        assert waiting.wait(10) == code
        assert time.monotonic() - started < 5


def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{PROVISION} init -q && {PROVISION} config show | head -1; exit ${{PIPESTATUS[0]}}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def setup(*, may_prompt: bool = False) -> Setup:
    return Setup(Output(), {}, None, None, may_prompt)


PRODUCTION = Organization("00D", "Acme", is_sandbox=False, type="Enterprise Edition")
PLAN = Plan("prod", "00D", ())


@pytest.mark.parametrize(
    ("named", "confirmed", "code"),
    [
        ((), (), Code.PRODUCTION_NOT_NAMED),
        ((), ("prod",), Code.PRODUCTION_NOT_NAMED),
        (("prod",), (), Code.CONFIRMATION_REQUIRED),
        (("prod",), ("uat",), Code.CONFIRMATION_REQUIRED),
        (("prod",), ("prod",), None),
    ],
)
def test_production_is_named_and_confirmed(
    named: tuple[str, ...], confirmed: tuple[str, ...], code: Code | None
) -> None:
    confirm = confirmer(setup(), named, confirmed)
    if code is None:
        confirm(PRODUCTION, PLAN)
        return
    with pytest.raises(Usage) as caught:
        confirm(PRODUCTION, PLAN)
    assert caught.value.code is code
    assert any("prod" in action for action in caught.value.remedy)


@pytest.mark.parametrize(
    "organization",
    [
        Organization("00D", "Acme", is_sandbox=True, type="Enterprise Edition"),
        Organization("00D", "Acme", is_sandbox=False, type="Developer Edition"),
        Organization("00D", "Acme", is_sandbox=False, type="Enterprise Edition", is_scratch=True),
    ],
)
def test_no_other_org_asks_for_it(organization: Organization) -> None:
    confirmer(setup(), (), ())(organization, PLAN)


@pytest.mark.parametrize("answer", ["prod", "prdo"])
def test_a_person_may_type_the_name(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    monkeypatch.setattr(click, "prompt", lambda *_args, **_kwargs: answer)
    confirm = confirmer(setup(may_prompt=True), ("prod",), ())
    if answer == "prod":
        confirm(PRODUCTION, PLAN)
    else:
        with pytest.raises(Usage):
            confirm(PRODUCTION, PLAN)


@pytest.mark.parametrize("code", ["DEPLOY_FAILED", "CHECKS_FAILED"])
def test_explain_tells_our_own_codes_from_those_of_salesforce(code: str) -> None:
    done = subprocess.run([PROVISION, "explain", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "one of our own codes" in done.stderr
    assert "docs/reference/errors.md" in done.stderr


def test_an_interruption_while_the_program_loads_ends_it_quietly() -> None:
    code = """
import sys

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == "click":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupt())
from provision.cli import main
main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
