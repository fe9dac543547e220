"""What `provision convert` tells: as text for people, as a document for scripts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from provision.cli.output import Output
from provision.convert_entry import USER

if TYPE_CHECKING:
    from provision.apps.conversion import Conversion
    from provision.convert import InUse, Source


@dataclass(frozen=True)
class Report:
    """A conversion with everything there is to say about it."""

    source: Source
    conversion: Conversion
    in_use: tuple[InUse, ...]
    files: Mapping[str, bytes]
    folder: Path | None
    """Where the files were written."""
    entry: Mapping[str, Any]


def document(report: Report) -> dict[str, Any]:
    """Return the `result` of `--json`."""
    conversion = report.conversion
    texts = {path: content.decode() for path, content in report.files.items()}
    return {
        "connected_app": report.source.name,
        "source": report.source.where,
        "external_client_app": conversion.name,
        "files": texts,
        "written": [] if report.folder is None else [str(report.folder / path) for path in texts],
        "settings": {"apps": {_key(conversion.name): report.entry}} if report.entry else None,
        "taken_over": [asdict(one) for one in conversion.moved],
        "no_equivalent": [asdict(one) for one in conversion.left_out],
        "to_check": [asdict(one) for one in conversion.to_check],
        "changes_in_use": [asdict(one) for one in report.in_use],
        "next": list(_next(report)),
    }


def lines(output: Output, report: Report) -> Iterator[str]:
    """Yield the report for people."""
    conversion = report.conversion
    count = len({one.path for one in conversion.moved})
    yield f"{report.source.name} ({report.source.where}) as the External Client App {conversion.name}"
    yield f"{count} elements taken over, {len(conversion.left_out)} without equivalent"
    yield from _part(output, "Files", (_file(report, path) for path in report.files))
    entry = _yaml(_key(conversion.name), report.entry) if report.entry else ()
    yield from _part(output, "Entry for apps: in provision.yaml", entry)
    yield from _part(
        output, "No equivalent", (f"{one.path} = {one.value}: {one.reason}" for one in conversion.left_out)
    )
    yield from _part(output, "To check", (f"{one.path}: {one.text}" for one in conversion.to_check))
    yield from _part(
        output, "Changes in use", (f"{one.what}: {one.after} (before: {one.before})" for one in report.in_use)
    )
    yield from _part(output, "Next", (f"{number}. {step}" for number, step in enumerate(_next(report), start=1)))


def _part(output: Output, title: str, inner: Iterable[str]) -> Iterator[str]:
    found = list(inner)
    if found:
        yield ""
        yield output.style(title, "1", sys.stdout)
        yield from (f"  {line}" for line in found)


def _file(report: Report, path: str) -> str:
    return path if report.folder is None else str(report.folder / path)


def _next(report: Report) -> Iterator[str]:
    key = _key(report.conversion.name)
    if report.entry:
        who = " (USER: a key under users)" if report.entry.get("user") == USER else ""
        yield f"Put the entry into provision.yaml{who}, beside that of the Connected App if it has one"
        yield f"Set the new app up and prove it: provision apply -a {key}"
    else:
        written = "the files" if report.folder else "the files (--output-dir DIR writes them)"
        yield f"Deploy {written} with the tool of your choice, and try the new app"
    yield "Give whoever uses the app the new consumer key, secret, host and audience, one after the other."
    yield "Watch the old app's use (Setup → Connected Apps OAuth Usage) until there is none, then block it there."
    yield (
        "When nobody has missed it, take its entry out of provision.yaml and delete it: "
        f"delete: {{after: {{ConnectedApp: [{report.source.name}]}}}}"
    )


def _yaml(key: str, entry: Mapping[str, Any]) -> Iterator[str]:
    """Yield the entry as YAML; each value is JSON, which YAML is too."""
    yield f"{key}:"
    for word, value in entry.items():
        yield f"  {word}: {json.dumps(value, ensure_ascii=False) if not _is_plain(value) else value}"


def _is_plain(value: object) -> bool:
    return isinstance(value, str) and value.replace("-", "").replace("_", "").isalnum() and value[0].isalpha()


def _key(name: str) -> str:
    return name.lower().replace("_", "-")
