"""`provision local serve` as a process of its own, and a client that is nobody's: sockets and the standard library."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PROVISION = [sys.executable, "-c", "import sys; from provision.cli.root import run; sys.exit(run())"]
START_SECONDS = 30


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Server:
    """A running server and what it said when it was ready."""

    process: subprocess.Popen[str]
    result: dict[str, Any]
    said: str
    folder: Path

    @property
    def ca_file(self) -> str:
        return str(self.result["ca_file"])

    @property
    def control(self) -> str:
        return str(self.result["control"])

    def base_url(self, name: str = "local") -> str:
        return str(next(org["base_url"] for org in self.result["orgs"] if org["org"] == name))

    def my_domain(self, name: str = "local") -> str:
        return str(next(org["my_domain"] for org in self.result["orgs"] if org["org"] == name))

    def connect(self, url: str) -> http.client.HTTPSConnection:
        parts = urlsplit(url)
        return http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=20, context=ssl.create_default_context(cafile=self.ca_file)
        )

    def ask(self, method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """One request on a connection of its own; a mapping as body is sent as JSON."""
        given = dict(headers or {})
        if isinstance(body, dict | list):
            body, given["Content-Type"] = json.dumps(body), "application/json"
        connection = self.connect(url)
        try:
            target = urlsplit(url)
            connection.request(method, target.path + (f"?{target.query}" if target.query else ""), body, given)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.headers), answer.read())
        finally:
            connection.close()

    def raw(self, url: str) -> ssl.SSLSocket:
        """A bare TLS connection."""
        parts = urlsplit(url)
        plain = socket.create_connection((parts.hostname, parts.port), timeout=20)
        return ssl.create_default_context(cafile=self.ca_file).wrap_socket(plain, server_hostname=parts.hostname)

    def env(self, name: str = "local") -> dict[str, str]:
        """What `provision local env` says."""
        return dict(command(self.folder, "local", "env", "-o", name, "--json")["result"])

    def stop(self, signal_number: int = signal.SIGTERM) -> int:
        self.process.send_signal(signal_number)
        return self.process.wait(START_SECONDS)


def command(folder: Path, *arguments: str) -> dict[str, Any]:
    """Run a command that must succeed; returns its JSON document."""
    done = subprocess.run([*PROVISION, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout))


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*PROVISION, "local", "serve", "--port", "0", "--control-port", "0", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[Server]:
    """Serve the local orgs of the set-up in `folder` until the end of the block."""
    process = start(folder, "--json", *arguments)
    try:
        yield Server(process, *_said(process), folder)
    finally:
        if process.poll() is None:
            process.terminate()
        _out, errors = process.communicate(timeout=START_SECONDS)
        sys.stderr.write(errors)


def _said(process: subprocess.Popen[str]) -> tuple[dict[str, Any], str]:
    """Read the one JSON document; the server goes on running."""
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if line.rstrip("\n") == "}":
            return json.loads(text)["result"], text
    raise AssertionError(f"the server ended: {process.communicate()[1]}")
