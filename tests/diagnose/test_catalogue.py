"""The catalogue is whole, its page says what it says, and every text in it leads back to its entry."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from provision.cli.root import COMMANDS
from provision.diagnose.catalogue import Entry, entries
from provision.diagnose.matching import explain
from provision.diagnose.page import with_catalogue
from tests.diagnose.__main__ import PAGE

CONFIDENCE = {"recorded", "official", "client-source", "thread", "inferred"}


def test_there_is_enough_of_it_and_ids_are_unique() -> None:
    assert len(entries()) >= 120
    assert Counter(item.id for item in entries()).most_common(1)[0][1] == 1


@pytest.mark.parametrize("item", entries(), ids=lambda item: item.id)
def test_every_entry_says_causes_how_to_tell_and_where_it_is_known_from(item: Entry) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", item.id)
    assert item.sources, item.id
    assert item.confidence in CONFIDENCE
    assert item.causes
    for cause in item.causes:
        for text in (cause.cause, cause.tell, cause.fix):
            assert text == text.strip() != ""
            assert not text.endswith("."), text
            for word in re.findall(r"provision ([a-z]+) (?=-|[a-z])", text):
                assert word in COMMANDS, text


def test_every_text_leads_back_to_its_entry() -> None:
    shared = {"authentication failure"}  # two entries: the user, and the flow
    for item in entries():
        for text in item.wording:
            said = re.sub(r"\{[A-Za-z0-9_ ]+\}", "X", text)
            found = [match.entry.id for match in explain(said)]
            assert item.id in found, (item.id, text, found)
            assert found[0] == item.id or text in shared, (item.id, text, found)


def test_every_code_leads_to_its_entries() -> None:
    for item in entries():
        for code in item.codes:
            assert item.id in {match.entry.id for match in explain(code)}, (item.id, code)


def test_every_id_leads_to_its_entry_alone() -> None:
    for item in entries():
        assert [match.entry.id for match in explain(item.id)] == [item.id]


def test_the_page_is_the_one_of_the_catalogue() -> None:
    """Written by `python -m tests.diagnose`."""
    page = PAGE.read_text()
    assert page == with_catalogue(page)
