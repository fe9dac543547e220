"""What simple-salesforce, jsforce and the Salesforce CLI really print in misconfigured orgs is explained."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.diagnose.__main__ import DIAGNOSIS
from tests.diagnose.faults import FAULTS
from tests.interop.explained import JSFORCE, MEANS, SF_JSON, SF_TEXT, SIMPLE_SALESFORCE, Client, Told

pytestmark = pytest.mark.sockets

REFUSED_BY_NOBODY = {
    "No private key is stored",
    "No secret is stored",
    "The app runs as another user",
}
"""The consumer has one credential less and uses the other, or acts as somebody whom it did not expect."""
OF_NAMES = {"The settings name the login host as My Domain", "SF_AUDIENCE_URL names the login host of production"}
"""Programs that reach the org as localhost ask no login host, and there may name it as audience."""
FORGIVEN_BY_SF = {"The clock of the machine is ten minutes behind", "SF_AUDIENCE_URL names a Lightning host"}
"""It gives the expiry in milliseconds, which is ages ahead, and tries more audiences than the one of the variable."""


def check(client: Client, told: Sequence[Told], not_met: set[str]) -> None:
    assert {each.fault.title for each in told if not each.printed} == not_met
    unexplained = [(each.kind, each.fault.title, each.first) for each in told if each.printed and not each.explained]
    assert unexplained == []
    assert client.line(told) in DIAGNOSIS.read_text().splitlines()


def test_simple_salesforce(tmp_path: Path) -> None:
    told = SIMPLE_SALESFORCE.tell(tmp_path)
    check(SIMPLE_SALESFORCE, told, REFUSED_BY_NOBODY)
    assert sum(bool(each.printed) for each in told) >= 45


@pytest.mark.interop
def test_jsforce(tmp_path: Path) -> None:
    told = JSFORCE.tell(tmp_path)
    check(JSFORCE, told, REFUSED_BY_NOBODY | OF_NAMES)
    assert sum(bool(each.printed) for each in told) >= 45


@pytest.mark.interop
@pytest.mark.parametrize("client", [SF_TEXT, SF_JSON], ids=["text", "json"])
def test_the_salesforce_cli(tmp_path: Path, client: Client) -> None:
    told = client.tell(tmp_path)
    met_otherwise = (REFUSED_BY_NOBODY | OF_NAMES | FORGIVEN_BY_SF) & {fault.title for fault in client.faults}
    check(client, told, met_otherwise)
    assert sum(bool(each.printed) for each in told) >= 15


def test_each_cause_that_others_can_run_into_has_words_in_the_catalogue() -> None:
    silent = {"credentials-missing", "run-as-other"}
    assert set(MEANS) == {fault.cause for fault in FAULTS} - silent
