"""What all tests share."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


OPTIONAL = {
    "packaging": "build the wheel and install it (takes a minute)",
    "interop": "install other people's clients from PyPI and npm and run them (takes some minutes)",
}
"""Marks of tests that run only with the option of the same name, and what they do."""


def pytest_addoption(parser: pytest.Parser) -> None:
    for mark, does in OPTIONAL.items():
        parser.addoption(f"--{mark}", action="store_true", help=f"also {does}")


def pytest_configure(config: pytest.Config) -> None:
    for mark, does in OPTIONAL.items():
        config.addinivalue_line("markers", f"{mark}: with --{mark}, {does}")
    config.addinivalue_line("markers", "sockets: talks to a server on loopback")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for mark in OPTIONAL:
        if config.getoption(f"--{mark}"):
            continue
        skip = pytest.mark.skip(reason=f"run with --{mark}")
        for item in items:
            if item.get_closest_marker(mark) is not None:
                item.add_marker(skip)


@pytest.fixture(autouse=True, scope="session")
def _heard_interrupts() -> None:
    """Let children hear SIGINT, which whoever started the tests in the background may have had ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only loopback may be reached, whatever a test tries."""
    real = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else address
        if host not in {"127.0.0.1", "::1", "localhost"} and not isinstance(address, str | bytes):
            message = f"a test tried to reach {host}"
            raise AssertionError(message)
        real(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the developer's own Salesforce set-up leaks into tests."""
    for name in os.environ:
        if name.startswith(("SF_", "SFDX_", "PROVISION_")) or name in {"NO_COLOR", "FORCE_COLOR"}:
            monkeypatch.delenv(name)
