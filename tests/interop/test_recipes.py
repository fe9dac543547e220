"""What `provision local serve` prints works when it is pasted."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.interop import clients
from tests.interop.shell import Shell, beside_the_server
from tests.localorg.serving.running import command

QUERY = "SELECT Name FROM Organization"


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A folder whose name has to be quoted."""
    folder = tmp_path_factory.mktemp("it's served")
    command(folder, "init", "--json")
    with beside_the_server(folder) as opened:
        yield opened


def test_there_is_a_recipe_for_each_client(shell: Shell) -> None:
    assert set(shell.recipes) == {"environment", "Salesforce CLI", "jsforce", "simple-salesforce", "curl"}


def test_curl(shell: Shell) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    assert "DailyApiRequests" in json.loads(shell.run(shell.recipes["curl"].replace("curl ", "curl -sS ", 1)))


def test_simple_salesforce(shell: Shell) -> None:
    program = f"""
import os
from simple_salesforce import Salesforce
client = {shell.recipes["simple-salesforce"]}
print(client.query({QUERY!r})["records"][0]["Name"])
"""
    assert shell.run(f"{sys.executable} -c {shlex.quote(program)}") == "local\n"


@pytest.mark.interop
def test_jsforce(shell: Shell) -> None:
    program = f"""
const jsforce = require({json.dumps(str(clients.jsforce() / "node_modules/jsforce"))});
const connection = {shell.recipes["jsforce"]};
connection.query({json.dumps(QUERY)}).then((found) => console.log(found.records[0].Name));
"""
    assert shell.run(f"node -e {shlex.quote(program)}") == "local\n"


@pytest.mark.interop
def test_salesforce_cli(shell: Shell, tmp_path: Path) -> None:
    with_sf = replace(shell, home=tmp_path, paths=[str(clients.salesforce_cli().parent)])
    with_sf.run(shell.recipes["Salesforce CLI"])
    assert with_sf.json(f"sf data query -o local -q '{QUERY}'")["records"][0]["Name"] == "local"
    assert with_sf.json("sf org display -o local")["connectedStatus"] in {"Connected", "Unknown"}
