"""The catalogue as a page of the documentation."""

from __future__ import annotations

from collections.abc import Iterator

from provision.diagnose.catalogue import Entry, entries

BEGIN = "<!-- from the catalogue of provision explain -->"
END = "<!-- end of the catalogue -->"


def with_catalogue(page: str) -> str:
    """Return `page` with what stands between the markers written anew; raises `ValueError` where there are none."""
    before, begin, rest = page.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{markdown()}\n{END}{after}"


def markdown() -> str:
    """Return every entry as Markdown: an overview, then one section each."""
    known = entries()
    lines = [f"{len(known)} entries.", "", "| What is said | Entry |", "|---|---|"]
    lines += [f"| {_cell(item.headline)} | [`{item.id}`](#{item.id}) |" for item in known]
    for item in known:
        lines += ["", *_section(item)]
    return "\n".join(lines) + "\n"


def _section(item: Entry) -> Iterator[str]:
    yield f"### {item.id}"
    yield ""
    yield f"**{item.title}.** {_place(item)}"
    yield ""
    if item.codes:
        yield f"- Code: {', '.join(f'`{code}`' for code in item.codes)}"
    yield from (f"- Text: {_code(text)}" for text in item.texts)
    yield from (f"- Text of the local org, the real one is not known: {_code(text)}" for text in item.stand_ins)
    if item.codes or item.wording:
        yield ""
    for number, cause in enumerate(item.causes, 1):
        yield f"{number}. {_prose(cause.cause)}."
        yield f"   *To tell:* {_prose(cause.tell)}."
        yield f"   *Fix:* {_prose(cause.fix)}."
    yield ""
    yield f"Sources: {_prose('; '.join(item.sources))}."


def _place(item: Entry) -> str:
    status = f", HTTP {item.http}" if item.http else ""
    return f"{_prose(item.where[:1].upper() + item.where[1:])}{status}; {item.confidence}."


def _prose(text: str) -> str:
    for sign in ("\\", "<", ">", "*", "_", "|", "[", "]", "`"):
        text = text.replace(sign, f"\\{sign}")
    return text.rstrip(".")


def _code(text: str) -> str:
    fence = "``" if "`" in text else "`"
    return f"{fence}{' '.join(text.split())}{fence}"


def _cell(text: str) -> str:
    return _prose(text)
