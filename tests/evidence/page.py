"""The page that says what the local org rests on; `python -m tests.evidence.page` brings it up to date."""

import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from tests.evidence import assumed
from tests.evidence.replaying import DIFFERENCES, Case, fixtures, load

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "local-org-evidence.md"
GRADES: Final = ("recorded", "documented", "thread", "assumed")
_PARTS: Final = {
    "metadata_refusals": "Metadata API: refused components",
    "metadata_rest": "Metadata API over REST, credentials of apps",
    "metadata_soap": "Metadata API over SOAP",
    "oauth_identity": "Identity, revocation, introspection, discovery",
    "oauth_refusals": "Token endpoint: refusals",
    "oauth_tokens": "Token endpoint: tokens",
    "rest_composite": "REST: collections, composite, batch",
    "rest_query": "REST: queries",
    "rest_records": "REST: records",
    "rest_session": "REST: sessions, versions, limits",
    "soap_partner": "Partner and enterprise SOAP APIs",
}


def differences() -> list[Case]:
    """What is meant to differ: `subject`, `reason`, and the collected items that show it."""
    return load(DIFFERENCES)


def text() -> str:
    """The page as it should be: what stands between marks is made from fixtures and source."""
    made = {"answers": _answers(), "differences": _differences(), "assumed": _assumed()}
    page = PAGE.read_text()
    for name, lines in made.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        content = "\n".join(lines).strip()
        page, found = pattern.subn(lambda match, told=content: f"{match[1]}\n{told}\n\n{match[2]}", page)
        if found != 1:
            raise LookupError(name)
    return page


def _answers() -> Iterator[str]:
    yield "| | answers | recorded | documented | thread | assumed |"
    yield "|---|---|---|---|---|---|"
    whole: Counter[str] = Counter()
    for fixture in fixtures():
        counts = Counter(case["confidence"] for case in fixture.cases)
        whole += counts
        yield _row(_PARTS[fixture.name], counts)
    yield _row("**All**", whole)


def _row(name: str, counts: Counter[str]) -> str:
    figures = (counts.total(), *(counts[grade] for grade in GRADES))
    return f"| {name} | {' | '.join(str(figure) for figure in figures)} |"


def _differences() -> Iterator[str]:
    for each in differences():
        yield _item(f"**{each['subject']}.** {each['reason']}")


def _assumed() -> Iterator[str]:
    for part, group in groupby(assumed.every(), key=lambda each: each.part):
        yield f"### `{part}`\n"
        for each in group:
            answer = f"`{each.answer}`: " if each.answer else ""
            yield _item(answer + each.what)
        yield ""


def _item(content: str) -> str:
    """One item of a list, in lines of the usual length."""
    return textwrap.fill(f"- {content}", 120, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


if __name__ == "__main__":
    PAGE.write_text(text())
