"""Real files of many authors: read, written back, checked and linted.

The files are other people's and not part of the project; where they are not at hand these tests are skipped, and the
fixtures beside this file stand for them in the other modules.
"""

import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from provision.errors import Code, Failed
from provision.metadata.canonical import canonical
from provision.metadata.check import check
from provision.metadata.lint import lint
from provision.metadata.parse import parse
from provision.metadata.place import located
from provision.metadata.render import render

CORPUS = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpus"
INDEX = CORPUS / "INDEX.json"
pytestmark = pytest.mark.skipif(not INDEX.is_file(), reason="the collection of real files is not at hand")

FILES = [one for one in json.loads(INDEX.read_text())["files"] if one["split"] == "dev"] if INDEX.is_file() else []
WELL_FORMED = [one for one in FILES if one["kind"] != "malformed"]
MALFORMED = [one for one in FILES if one["kind"] == "malformed"]
RETRIEVED = [one for one in WELL_FORMED if one.get("looks_retrieved")]
NOW = datetime(2026, 11, 23, tzinfo=UTC)
EDITED = "edited since: blanks between elements, or CR inside a text"
BEYOND_THE_SCHEMA = {"unknown-element", "not-repeatable", "elements-expected", "text-expected", "not-boolean"}


def content(file) -> bytes:
    return (CORPUS / file["file"]).read_bytes()


def without_layout(data: bytes) -> bytes:
    """Leave out what people change with an editor and what XML does not keep: blanks between elements, CR in a text."""
    return re.sub(rb">\s+<", b"><", data.replace(b"\r\n", b"\n")).strip()


@pytest.mark.parametrize("file", WELL_FORMED, ids=lambda file: file["file"])
def test_a_real_file_keeps_every_element_and_value(file):
    document = parse(content(file))
    written = render(document, api_version="66.0")
    assert parse(written) == document
    assert len(located(written)) == len(located(content(file)))


@pytest.mark.parametrize("file", RETRIEVED, ids=lambda file: file["file"])
def test_a_file_that_was_retrieved_comes_back_but_for_white_space_put_between_elements(file):
    written = render(parse(content(file)), api_version="66.0")
    assert written == content(file) or without_layout(written) == without_layout(content(file))


@pytest.mark.parametrize("file", RETRIEVED, ids=lambda file: file["file"])
def test_a_file_checked_out_with_windows_line_ends_comes_back_with_them(file):
    unix = render(parse(content(file)), api_version="66.0")
    windows = unix.replace(b"\n", b"\r\n")
    assert render(parse(windows), api_version="66.0") == windows


@pytest.mark.parametrize("file", MALFORMED, ids=lambda file: file["file"])
def test_a_file_that_is_not_xml_is_refused_with_its_place(file):
    with pytest.raises(Failed, match="not well-formed") as refused:
        parse(content(file))
    assert refused.value.code == Code.METADATA_INVALID
    assert refused.value.context["line"] > 1
    (finding,) = lint(file["file"], content(file), api_version="66.0", now=NOW)
    assert finding.rule == "not-well-formed"


@pytest.mark.parametrize("file", RETRIEVED, ids=lambda file: file["file"])
def test_a_file_that_was_retrieved_has_nothing_the_schema_does_not_know(file):
    problems = check(parse(content(file)), "66.0")
    assert [problem for problem in problems if problem.rule in BEYOND_THE_SCHEMA or problem.rule == "not-allowed"] == []


@pytest.mark.parametrize("file", RETRIEVED, ids=lambda file: file["file"])
def test_the_canonical_form_of_a_retrieved_file_keeps_the_order_of_elements(file):
    document = parse(content(file))
    assert list(canonical(document).fields) == list(document.fields)


def test_the_sum_of_it():
    """How the whole collection fares, in figures; run with `-rP` to see them."""
    figures: Counter[str] = Counter()
    for file in WELL_FORMED:
        data = content(file)
        document = parse(data)
        written = render(document, api_version="66.0")
        figures["read and kept"] += parse(written) == document
        if file.get("looks_retrieved"):
            figures["retrieved"] += 1
            figures["byte for byte"] += written == data
            figures[EDITED] += written != data and without_layout(written) == without_layout(data)
            figures["already in canonical order"] += canonical(document) == document
        findings = lint(file["file"], data, api_version="66.0", now=NOW)
        figures.update(f"files with a lint {severity}" for severity in {one.severity for one in findings})
    figures["refused as malformed"] = sum(1 for file in MALFORMED if _is_refused(content(file)))
    print(json.dumps(figures, indent=2))  # noqa: T201 the figures are the point
    assert figures["read and kept"] + figures["refused as malformed"] == len(FILES) == 512
    whole = figures["byte for byte"] + figures[EDITED]
    assert whole == figures["retrieved"] == 362
    assert figures["byte for byte"] == 350


def _is_refused(data: bytes) -> bool:
    try:
        parse(data)
    except Failed:
        return True
    return False
