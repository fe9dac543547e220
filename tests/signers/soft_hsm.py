"""A PKCS #11 token in software (SoftHSM), one for a test session: the module reads its configuration only once."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from shutil import which

import pytest

MODULES = (
    Path("/usr/lib/softhsm/libsofthsm2.so"),
    Path("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
    Path("/usr/lib64/pkcs11/libsofthsm2.so"),
    Path("/opt/homebrew/lib/softhsm/libsofthsm2.so"),
)
TOKEN, PIN = "provision", "canary-pin-1234"
PIN_ENV = "TEST_HSM_PIN"


def module() -> Path:
    """Return the module; skips, saying what to install, where there is none."""
    found = next((path for path in MODULES if path.exists()), None)
    if found is None or which("softhsm2-util") is None:
        pytest.skip("SoftHSM is not installed, so PKCS #11 is NOT tested: apt-get install softhsm2")
    return found


def make_token(folder: Path) -> Path:
    """Make a token in `folder` and return the module to reach it with."""
    found = module()
    tokens = folder / "tokens"
    tokens.mkdir(parents=True)
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    command = ["softhsm2-util", "--init-token", "--free", "--label", TOKEN, "--so-pin", "5678", "--pin", PIN]
    subprocess.run(command, check=True, capture_output=True)
    return found
