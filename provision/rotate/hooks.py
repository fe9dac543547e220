"""Programs run at points of a rotation: without a shell, for a limited time, with secrets by stdin or file only.

A hook that is interrupted together with the run is run again by the next one, so hooks have to bear that.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from provision.errors import Code, Failed
from provision.model.rotation import Hook
from provision.model.secret import Secret
from provision.store import disk

OUTPUT_BYTES = 64 * 1024
GRACE_SECONDS = 5.0
PASSED = frozenset(
    (
        *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ", "LANG", "LANGUAGE"),
        *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"),
    )
)
"""Variables that every program needs and that hold no secret of the run; others are passed where a hook names them."""
_OURS = "PROVISION_"


@dataclass(frozen=True)
class Handed:
    """What a hook is told: `facts` by the environment, `secrets` by stdin or file."""

    facts: Mapping[str, str]
    """Without the prefix `PROVISION_`."""
    secrets: Mapping[str, Secret] = field(default_factory=dict)


def run(hook: Hook, name: str, handed: Handed, environ: Mapping[str, str]) -> str:
    """Run a hook to its end and return what it printed, without the secrets.

    Raises `Failed` (HOOK_FAILED) where it cannot be started, fails, or takes longer than it may.
    """
    facts = {**handed.facts, "HOOK": name}
    passed = {key: value for key, value in environ.items() if _is_passed(hook, key)}
    document = _document(facts, handed.secrets)
    with tempfile.TemporaryFile() as output:
        with _given(hook, document) as (stdin, extra):
            variables = {**facts, **extra}
            passed |= {f"{_OURS}{key}": value for key, value in variables.items()}
            code = _run(hook, name, stdin, output.fileno(), passed)
        output.seek(0)
        said = _without(output.read(OUTPUT_BYTES).decode(errors="replace"), handed.secrets).strip()
    if code != 0:
        raise _failed(hook, name, f"ended with exit code {code}" if code > 0 else f"was ended by signal {-code}", said)
    return said


def _is_passed(hook: Hook, name: str) -> bool:
    """Whether a hook gets a variable of the run: names of the product's own are for what the hook is told."""
    if name.startswith(_OURS):
        return False
    return name in hook.env or name.startswith("LC_") or name.upper() in PASSED


@contextmanager
def _given(hook: Hook, document: bytes) -> Iterator[tuple[bytes, Mapping[str, str]]]:
    """Yield what goes to stdin and further variables; a file with secrets is gone afterwards."""
    if hook.secrets == "stdin":
        yield document, {}
    elif hook.secrets == "none":
        yield b"", {}
    else:
        with tempfile.TemporaryDirectory(prefix="provision-hook-") as folder:
            path = Path(folder) / "secrets.json"
            disk.write_bytes(path, document)
            yield b"", {"SECRETS_FILE": str(path)}


def _run(hook: Hook, name: str, stdin: bytes, output: int, environ: Mapping[str, str]) -> int:
    program = hook.command[0]
    path = str(hook.folder / program) if os.sep in program else program
    try:
        process = subprocess.Popen(  # noqa: S603 -- the user's own program from the settings, without a shell
            [path, *hook.command[1:]],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=hook.folder,
            env=dict(environ),
            start_new_session=True,
        )
    except OSError as problem:
        raise _failed(hook, name, f"could not be started: {problem.strerror}", "") from None
    try:
        with suppress(BrokenPipeError):
            process.communicate(stdin, timeout=hook.timeout)
        return process.wait(timeout=hook.timeout)
    except subprocess.TimeoutExpired:
        raise _failed(hook, name, f"took longer than {hook.timeout} s and was ended", "") from None
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program, if it is still at work, and whatever it started: first asked, then made to."""
    if process.poll() is not None:
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=GRACE_SECONDS)


def _document(facts: Mapping[str, str], secrets: Mapping[str, Secret]) -> bytes:
    revealed = {name: secret.reveal() for name, secret in secrets.items()}
    return (json.dumps({**{key.lower(): value for key, value in facts.items()}, **revealed}, indent=2) + "\n").encode()


def _without(text: str, secrets: Mapping[str, Secret]) -> str:
    for secret in secrets.values():
        for line in (secret.reveal(), *secret.reveal().splitlines()):
            text = text.replace(line, "***") if len(line) >= SHORTEST_HIDDEN else text
    return text


SHORTEST_HIDDEN = 8
"""Shorter lines, such as the end of a PEM's base64, tell nothing and would hide innocent text."""


def _failed(hook: Hook, name: str, reason: str, said: str) -> Failed:
    return Failed(
        Code.HOOK_FAILED,
        f"The {name} hook {hook.command[0]} {reason}",
        detail="\n".join(said.splitlines()[-20:]) or None,
        remedy=("Correct what it says and run the command again: the rotation goes on where it stands",),
        context={"hook": name, "command": hook.command[0]},
    )
