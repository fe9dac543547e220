"""Hooks: no shell, a limited time, secrets by stdin or file only."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest

from provision.errors import Code, Failed
from provision.model.rotation import Hook
from provision.model.secret import Secret
from provision.rotate.hooks import Handed, run

CANARY = "canary-of-a-private-key"
HANDED = Handed({"ORG": "uat", "APP": "billing-sync"}, {"private_key": Secret(CANARY)})
ENVIRON = {
    "PATH": os.environ["PATH"],
    "HOME": "/home/x",
    "LC_ALL": "C.UTF-8",
    "https_proxy": "http://proxy.example:3128",
    "SF_ACCESS_TOKEN": "canary-token",
    "PROVISION_ADMIN_X": "canary-of-ours",
    "HSM_PIN": "canary-pin",
    "AWS_SECRET_ACCESS_KEY": "canary-aws",
    "VAULT_TOKEN": "vault-token",
}
DUMP = "import os, json, pathlib; pathlib.Path('env.json').write_text(json.dumps(dict(os.environ)))"


def python(folder: Path, program: str, **how: object) -> Hook:
    return Hook((sys.executable, "-c", program), folder, **how)  # type: ignore[arg-type]


def test_the_environment_tells_what_it_is_about_and_no_secret(tmp_path: Path) -> None:
    run(python(tmp_path, DUMP), "deploy", HANDED, ENVIRON)
    found = json.loads((tmp_path / "env.json").read_text())
    assert {key: value for key, value in found.items() if key.startswith("PROVISION_")} == {
        "PROVISION_ORG": "uat",
        "PROVISION_APP": "billing-sync",
        "PROVISION_HOOK": "deploy",
    }
    assert {name: found[name] for name in ("PATH", "HOME", "LC_ALL", "https_proxy")} == {
        name: ENVIRON[name] for name in ("PATH", "HOME", "LC_ALL", "https_proxy")
    }
    assert "canary" not in json.dumps(found)
    assert "VAULT_TOKEN" not in found


def test_a_hook_gets_the_variables_that_it_names(tmp_path: Path) -> None:
    hook = python(tmp_path, DUMP, env=("VAULT_TOKEN", "NOT_SET", "PROVISION_ADMIN_X"))
    run(hook, "deploy", HANDED, ENVIRON)
    found = json.loads((tmp_path / "env.json").read_text())
    assert found["VAULT_TOKEN"] == "vault-token"
    assert "NOT_SET" not in found
    assert "canary" not in json.dumps(found)


def test_secrets_come_by_stdin(tmp_path: Path) -> None:
    program = "import sys, json, pathlib; pathlib.Path('in.json').write_text(json.dumps(json.load(sys.stdin)))"
    run(python(tmp_path, program), "deploy", HANDED, ENVIRON)
    assert json.loads((tmp_path / "in.json").read_text())["private_key"] == CANARY


def test_secrets_come_by_a_private_file_that_is_gone_afterwards(tmp_path: Path) -> None:
    program = (
        "import os, json, sys; path = os.environ['PROVISION_SECRETS_FILE'];"
        "assert os.stat(path).st_mode & 0o777 == 0o600; assert sys.stdin.read() == '';"
        "assert json.load(open(path))['private_key']; print(path)"
    )
    path = run(python(tmp_path, program, secrets="file"), "deploy", HANDED, ENVIRON)
    assert path
    assert not Path(path).exists()
    assert not Path(path).parent.exists()


def test_a_hook_may_do_without_secrets(tmp_path: Path) -> None:
    program = "import os, sys; assert sys.stdin.read() == ''; assert 'PROVISION_SECRETS_FILE' not in os.environ"
    run(python(tmp_path, program, secrets="none"), "deploy", HANDED, ENVIRON)


def test_arguments_reach_the_program_as_they_are(tmp_path: Path) -> None:
    hook = Hook((sys.executable, "-c", "import sys; print(sys.argv[1:])", "$HOME; touch x", "*"), tmp_path)
    assert run(hook, "pre", HANDED, ENVIRON) == "['$HOME; touch x', '*']"
    assert list(tmp_path.iterdir()) == []


def test_a_relative_program_is_found_beside_the_settings(tmp_path: Path) -> None:
    program = tmp_path / "bin" / "hand-out"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\npwd\n")
    program.chmod(0o755)
    assert run(Hook(("bin/hand-out",), tmp_path), "deploy", HANDED, ENVIRON) == str(tmp_path)


@pytest.mark.parametrize("secret", [CANARY, f"-----BEGIN\n{CANARY}\n-----END"])
def test_what_a_hook_prints_is_shown_without_the_secrets(tmp_path: Path, secret: str) -> None:
    handed = Handed({}, {"private_key": Secret(secret)})
    said = run(python(tmp_path, "import sys; print('took', sys.stdin.read())"), "deploy", handed, ENVIRON)
    assert "took" in said
    assert CANARY not in said


def test_a_failing_hook_says_what_it_printed_without_the_secrets(tmp_path: Path) -> None:
    program = "import sys; print('vault is sealed', sys.stdin.read(), file=sys.stderr); sys.exit(3)"
    with pytest.raises(Failed) as caught:
        run(python(tmp_path, program), "deploy", HANDED, ENVIRON)
    assert caught.value.code is Code.HOOK_FAILED
    assert "exit code 3" in caught.value.summary
    assert "vault is sealed" in (caught.value.detail or "")
    assert CANARY not in (caught.value.detail or "")


def test_a_hook_that_a_signal_ended_has_failed(tmp_path: Path) -> None:
    with pytest.raises(Failed) as caught:
        run(python(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"), "deploy", HANDED, ENVIRON)
    assert (caught.value.code, "signal 9" in caught.value.summary) == (Code.HOOK_FAILED, True)


def test_a_hook_that_takes_too_long_is_ended_with_what_it_started(tmp_path: Path) -> None:
    program = (
        "import subprocess, sys, time;"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
        "open('child', 'w').write(str(child.pid)); time.sleep(600)"
    )
    with pytest.raises(Failed) as caught:
        run(python(tmp_path, program, timeout=3), "post", HANDED, ENVIRON)
    assert "longer than 3 s" in caught.value.summary
    child = tmp_path / "child"
    if child.exists() and child.read_text():
        assert _ends(int(child.read_text()))


def _ends(process: int) -> bool:
    """Wait for a killed process to be gone, which takes the system a moment."""
    for _ in range(600):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Failed) as caught:
        run(Hook(("./nowhere",), tmp_path), "pre", HANDED, ENVIRON)
    assert "could not be started" in caught.value.summary
