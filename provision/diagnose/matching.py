"""From something that was said to the entries that explain it: by its words, else by its code, else by likeness."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import Literal

from provision.diagnose.catalogue import Entry, entries
from provision.diagnose.sayings import Saying, sayings

How = Literal["id", "text", "code", "similar"]

SIMILAR_ENOUGH = 0.55
"""Likeness from which on an entry may be meant."""
NEARLY_THE_SAME = 0.75
"""Likeness from which on it is taken for meant."""
NEARLY_AS_SIMILAR = 0.2
MOST_SIMILAR = 5
MOST_BY_CODE = 20
SAME_WORD = 0.8
LONGEST_LIKENESS = 300
"""Letters of the input that are compared; what is longer is no text that somebody remembers."""

_PLACEHOLDER = re.compile(r"\{[A-Za-z0-9_ ]+\}")
_WORD = re.compile(r"[a-z0-9_]+")
_SAYS_NOTHING = frozenset(
    {"a", "an", "and", "are", "for", "in", "is", "it", "of", "on", "or", "the", "there", "to", "was"}
)
"""Words that stand in every kind of text; sharing them is no likeness."""
_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,}")


@dataclass(frozen=True)
class Match:
    """An entry that explains something, and by what it was found."""

    entry: Entry
    how: How
    said: str
    """The part of the input that it explains."""


@dataclass(frozen=True)
class _Hit:
    entry: Entry
    start: int
    end: int
    literal: int
    """Letters of the text that do not differ from case to case: the more, the more particular."""


def explain(given: str) -> tuple[Match, ...]:
    """Return what explains `given`, most particular first, each entry once; nothing where nothing comes near."""
    found: dict[str, Match] = {}
    by_id = next((item for item in entries() if item.id == given.strip()), None)
    if by_id is not None:
        return (Match(by_id, "id", by_id.id),)
    for saying in sayings(given):
        for match in _of_saying(saying):
            found.setdefault(match.entry.id, match)
    exact = [match for match in found.values() if match.how == "text"]
    matches = exact or list(found.values()) or list(_similar(given))
    return tuple(sorted(matches, key=lambda match: match.entry.general))


def _of_saying(saying: Saying) -> Iterator[Match]:
    text = " ".join(saying.text.split())
    hits = list(_particular(_hits(text), saying.code, text))
    if hits:
        yield from (Match(hit.entry, "text", text[hit.start : hit.end]) for hit in hits)
        return
    yield from _by_code(saying, text)


def _hits(text: str) -> Iterator[_Hit]:
    for item in entries():
        best: _Hit | None = None
        for pattern, literal in _patterns(item):
            hit = pattern.search(text)
            if hit and (best is None or literal > best.literal):
                best = _Hit(item, hit.start(), hit.end(), literal)
        if best is not None:
            yield best


def _particular(hits: Iterable[_Hit], code: str | None, text: str) -> Iterator[_Hit]:
    """Leave out what lies within something longer; prefer entries whose code was said as well."""
    found = list(hits)
    said = {code} if code else set(_TOKEN.findall(text))
    for hit in sorted(found, key=lambda hit: (not said & set(hit.entry.codes), -hit.literal)):
        inside = any(
            other.start <= hit.start and hit.end <= other.end and other.literal > hit.literal for other in found
        )
        if not inside:
            yield hit


def _by_code(saying: Saying, text: str) -> Iterator[Match]:
    """Yield the entries of the codes that were said, where nothing else is known about the words."""
    said = {saying.code} if saying.code else set(_TOKEN.findall(text))
    matches = [Match(item, "code", code) for item in entries() for code in item.codes if code in said]
    yield from matches[:MOST_BY_CODE]


def nearest(given: str) -> tuple[Entry, ...]:
    """Return entries that come near to `given`, too far off to explain it."""
    return tuple(item for score, item in _scored(given)[:MOST_SIMILAR] if score >= SIMILAR_ENOUGH)


def _similar(given: str) -> Iterator[Match]:
    """Yield what is nearly the same; a word by itself, unless it is written like a code, is like too many things."""
    given = given.strip()[:LONGEST_LIKENESS]
    if len(_telling(given)) == 1 and "_" not in given:
        return
    scored = _scored(given)
    best = scored[0][0]
    for score, item in scored[:MOST_SIMILAR]:
        if score >= max(NEARLY_THE_SAME, best - NEARLY_AS_SIMILAR):
            yield Match(item, "similar", given)


def _scored(given: str) -> list[tuple[float, Entry]]:
    text = given.strip()[:LONGEST_LIKENESS].lower()
    words = _telling(text)
    return sorted(((_likeness(text, words, item), item) for item in entries()), key=lambda pair: -pair[0])


def _likeness(given: str, words: set[str], item: Entry) -> float:
    return max(
        _like(given, words, known) for known in (text.lower() for text in (*item.wording, *item.codes, item.title))
    )


def _like(given: str, words: set[str], known: str) -> float:
    """Return the likeness of two texts; letters alone count only where they are nearly the same: most English is."""
    letters, shared = SequenceMatcher(None, given, known).ratio(), _shared(words, known)
    return max(letters, shared) if shared or letters > SAME_WORD else shared


def _shared(words: set[str], known: str) -> float:
    """Return how many of the words that were given stand in `known`, near misses included."""
    there = _telling(known)
    if not words or not there:
        return 0.0
    near = sum(word in there or any(_same(word, other) for other in there) for word in words)
    return near / len(words) * min(1.0, 0.4 + len(words) / len(there))


def _telling(text: str) -> set[str]:
    return set(_WORD.findall(text.lower())) - _SAYS_NOTHING


def _same(word: str, other: str) -> bool:
    return SequenceMatcher(None, word, other).ratio() > SAME_WORD


@cache
def _patterns(item: Entry) -> tuple[tuple[re.Pattern[str], int], ...]:
    return tuple(_pattern(" ".join(text.split())) for text in item.wording)


def _pattern(text: str) -> tuple[re.Pattern[str], int]:
    literals = [part for part in _PLACEHOLDER.split(text) if part]
    body = ".{0,200}?".join(re.escape(part) for part in literals)
    before = r"\b" if literals[0][0].isalnum() else ""
    after = r"\b" if literals[-1][-1].isalnum() else ""
    flags = re.NOFLAG if text.isupper() else re.IGNORECASE
    return re.compile(f"{before}{body}{after}", flags), sum(map(len, literals))
