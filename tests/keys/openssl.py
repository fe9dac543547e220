"""The other opinion: the openssl binary."""

import shutil
import subprocess

import pytest

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl binary is not installed")


def openssl(*arguments: str, stdin: bytes = b"") -> bytes:
    """Run openssl and return what it printed; fails the test where openssl refuses."""
    done = subprocess.run(["openssl", *arguments], input=stdin, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout
