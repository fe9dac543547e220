"""What the source of the local org calls assumed: answers for which no evidence was found."""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import provision.localorg

ROOT: Final = Path(provision.localorg.__file__).parent
_ASSUMED: Final = re.compile(r"(?<!`)\bassumed\b")
_SENTENCE: Final = re.compile(r"(?<=\.)\s+|\n\n")


@dataclass(frozen=True)
class Assumed:
    """One of them; `answer` is its code and text where it is a refusal, else empty."""

    part: str
    """Package of the local org."""
    answer: str
    what: str
    """How far it is assumed, in the words of the source."""


def every() -> list[Assumed]:
    """All of them, by part; raises `LookupError` where the word stands in a place that this does not know."""
    code = (each for path in sorted(ROOT.rglob("*.py")) for each in _in_code(path))
    facts = (each for path in sorted(ROOT.rglob("*.json")) for each in _in_facts(path))
    return sorted([*code, *facts], key=lambda each: each.part)


def _in_code(path: Path) -> Iterator[Assumed]:
    part = _part(path)
    tree = ast.parse(path.read_text())
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or not _ASSUMED.search(node.value):
            continue
        parent = parents[node]
        if isinstance(parent, ast.Expr):
            for sentence in _sentences(node.value):
                yield Assumed(part, "", sentence)
        elif isinstance(parent, ast.Call) and ast.unparse(parent.func).endswith("Wording"):
            yield Assumed(part, _spoken(parent, node), node.value)
        elif not isinstance(parent, ast.Subscript):
            raise LookupError(f"{path.name}:{node.lineno}")
    if any(_ASSUMED.search(line.partition("  # ")[2]) for line in path.read_text().splitlines()):
        raise LookupError(f"a comment in {path.name}")


def _spoken(wording: ast.Call, source: ast.Constant) -> str:
    """Code and text of a refusal, which come before its source."""
    given = wording.args[: wording.args.index(source)]
    return ": ".join(each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str))


def _sentences(text: str) -> Iterator[str]:
    for sentence in _SENTENCE.split(text):
        if _ASSUMED.search(sentence):
            yield " ".join(sentence.split()).rstrip(".")


def _in_facts(path: Path) -> Iterator[Assumed]:
    source: Any = json.loads(path.read_text()).get("_source", "")
    told = source if isinstance(source, dict) else {path.stem.replace("_", " "): source}
    for subject, text in told.items():
        if _ASSUMED.search(text):
            yield Assumed("facts", "", f"{subject}: {text}")


def _part(path: Path) -> str:
    relative = path.relative_to(ROOT)
    return relative.parts[0] if len(relative.parts) > 1 else "serving"
