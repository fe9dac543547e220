"""The page about other clients does what it says, from its first block to its last."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop import clients
from tests.interop.shell import Shell, beside_the_server
from tests.localorg.serving.running import command

pytestmark = pytest.mark.interop

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/other-clients.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return [body for found, body in BLOCK.findall(PAGE.read_text()) if found == language]


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """The folder that the page begins with, and a server with ports of its own in place of the page's first command."""
    command(tmp_path, "init", "--json")
    with beside_the_server(tmp_path) as opened:
        opened.recipes["environment"] = blocks("sh")[1]
        yield opened


def test_what_is_to_be_typed(shell: Shell) -> None:
    serve, env, *typed = blocks("sh")
    assert (serve, env.split()[0]) == ("provision local serve\n", "eval")
    shell.paths.append(str(clients.salesforce_cli().parent))
    said = shell.run("".join(typed))
    assert "DailyApiRequests" in said
    assert "Billing_Sync" in said
    [retrieved] = (shell.folder / "acme").rglob("Billing_Sync.connectedApp-meta.xml")
    assert "<consumerKey>" in retrieved.read_text()


def test_the_program_for_jsforce(shell: Shell) -> None:
    [program] = blocks("js")
    assert (
        shell.run(f"NODE_PATH={clients.jsforce() / 'node_modules'} node -e {shlex.quote(program)}") == "local-legacy\n"
    )


def test_the_program_for_simple_salesforce(shell: Shell) -> None:
    [program] = blocks("python")
    assert shell.run(f"{sys.executable} -c {shlex.quote(program)}") == "local-legacy\n"
