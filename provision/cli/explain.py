"""`provision explain`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from provision.cli.options import Setup, common
from provision.cli.output import Output
from provision.cli.tables import wrapped
from provision.errors import Code, Failed, Usage

if TYPE_CHECKING:
    from provision.diagnose.catalogue import Entry
    from provision.diagnose.matching import Match

FULL = 4
"""So many matches of exact words are shown whole; more, or mere likenesses, as a list."""


@click.command()
@click.argument("error", nargs=-1)
@click.option("--list", "everything", is_flag=True, help="List every entry.")
@common
def command(setup: Setup, error: tuple[str, ...], everything: bool) -> int:
    """Explain an error of Salesforce: causes in order, how to tell them apart, what to change.

    ERROR is a code, a text, or the id of an entry. Without ERROR, or with -, it is read from stdin: a message, a deploy
    result, the JSON of sf or of provision.

    \b
    Examples:
      provision explain "user hasn't approved this consumer"
      provision explain invalid_app_access
      sf org login jwt … --json | provision explain
    """
    from provision.diagnose.catalogue import entries
    from provision.diagnose.matching import explain

    if everything:
        known = entries()
        document = {"entries": [_document(item) for item in known]}
        setup.output.result(document, (line for item in known for line in _line(item)))
        return 0
    given = _given(error)
    matches = explain(given)
    if not matches:
        raise _unknown(given.strip())
    result = [{**_document(match.entry), "matched": match.how, "said": match.said} for match in matches]
    setup.output.result({"matches": result}, _text(setup.output, matches))
    return 0


def _unknown(given: str) -> Failed:
    from provision.diagnose.matching import nearest

    words = ("Give the text as Salesforce said it, or its code", "provision explain --list shows what is known")
    if given in set(Code):
        return Failed(
            Code.NOT_EXPLAINED,
            f"{given} is one of our own codes, not of Salesforce",
            detail="docs/reference/errors.md says what it means. What Salesforce said stands in its detail.",
            remedy=words,
        )
    near = nearest(given)
    if near:
        return Failed(
            Code.NOT_EXPLAINED,
            "That says too little to tell which error is meant",
            detail="\n".join(["It may be one of these:", *(line for item in near for line in _line(item))]),
            remedy=(f"provision explain {near[0].id} shows one of them whole", *words),
        )
    return Failed(Code.NOT_EXPLAINED, "Nothing is known about that", remedy=words)


def _given(error: Sequence[str]) -> str:
    if error and error != ("-",):
        return " ".join(error)
    if not error and sys.stdin.isatty():
        raise Usage(Code.USAGE, "Nothing to explain", remedy=("provision explain TEXT", "provision explain --list"))
    given = sys.stdin.read()
    if not given.strip():
        raise Usage(Code.USAGE, "Nothing to explain: stdin is empty", remedy=("provision explain TEXT",))
    return given


def _text(output: Output, matches: Sequence[Match]) -> Iterator[str]:
    if matches[0].how == "similar":
        yield "Nothing says exactly that. The nearest:"
        yield ""
    if len(matches) == 1 or (matches[0].how == "text" and len(matches) <= FULL):
        for number, match in enumerate(matches):
            if number:
                yield ""
            yield from _whole(output, match.entry)
        return
    if matches[0].how != "similar":
        yield "It can be one of these:"
        yield ""
    for match in matches:
        yield from _line(match.entry)
    yield ""
    yield f"provision explain {matches[0].entry.id} shows one of them whole"


def _whole(output: Output, item: Entry) -> Iterator[str]:
    yield output.style(item.headline, "1", sys.stdout)
    status = f", HTTP {item.http}" if item.http else ""
    yield f"{item.title} ({item.where}{status})"
    for number, cause in enumerate(item.causes, 1):
        yield ""
        yield from _hanging(f"{number:3}. ", cause.cause)
        yield from _hanging("     tell: ", cause.tell)
        yield from _hanging("     fix:  ", cause.fix)
    yield ""
    yield from _hanging("Sources: ", "; ".join(item.sources))


def _hanging(label: str, text: str) -> Iterator[str]:
    first, *rest = wrapped(text, len(label))
    yield label + first
    yield from (" " * len(label) + line for line in rest)


def _line(item: Entry) -> Iterator[str]:
    yield f"{item.id:<32} {item.headline}"


def _document(item: Entry) -> dict[str, Any]:
    return {
        "id": item.id,
        "title": item.title,
        "codes": list(item.codes),
        "texts": list(item.texts),
        "standIns": list(item.stand_ins),
        "where": item.where,
        "http": item.http,
        "confidence": item.confidence,
        "causes": [{"cause": one.cause, "tell": one.tell, "fix": one.fix} for one in item.causes],
        "sources": list(item.sources),
    }
