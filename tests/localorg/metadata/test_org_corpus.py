"""Files of real orgs deploy and come back as Salesforce writes them; those that cannot are refused in known words."""

import datetime as dt
import re
from collections import Counter
from pathlib import Path

import pytest

from provision.localorg.clock import FixedClock
from provision.localorg.store.database import Database
from tests.localorg.metadata.census import ALIKE, CORPUS, SAME, files, outcomes

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "local-org-metadata.md"
KNOWN = (
    "Error parsing file: Element {",
    "Error parsing file: not well-formed",
    "Field:",
    "Invalid version specified:",
    "The certificate is not a valid X.509 certificate.",
    "Unknown user permission:",
)
KINDS = {
    "connectedApps": "Connected Apps",
    "permissionsets": "permission sets",
    "package": "manifests",
    "destructive": "destructive manifests",
    "malformed": "malformed files",
}

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the collection of real metadata files is not here")


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_comes_back_or_is_refused_in_known_words(kind, tmp_path):
    database = Database(tmp_path / "orgs.db", FixedClock(dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)))
    found = dict(outcomes(kind, database))
    assert len(found) == len(files(kind))
    told = {name: outcome.removeprefix("refused: ") for name, outcome in found.items() if outcome not in {SAME, ALIKE}}
    assert {name: text for name, text in told.items() if not text.startswith(KNOWN)} == {}
    counts = Counter(outcome if outcome in {SAME, ALIKE} else "refused" for outcome in found.values())
    figures = [counts.total(), counts[SAME], counts[ALIKE], counts["refused"]]
    row = next(line for line in PAGE.read_text().splitlines() if line.startswith(f"| {KINDS[kind]} |"))
    assert [int(figure) for figure in re.findall(r"\d+", row)] == figures
