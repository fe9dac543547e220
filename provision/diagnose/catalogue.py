"""What Salesforce's refusals mean: texts seen on the wire, with their causes in the order in which to look.

`catalogue.json` is the only place of that knowledge; commands, documentation and diagnosis read it from there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Explanation:
    """One thing that can be behind a refusal."""

    cause: str
    tell: str
    """How to see whether it is this one."""
    fix: str


@dataclass(frozen=True)
class Entry:
    """One refusal, or one trouble without words of its own."""

    id: str
    title: str
    codes: tuple[str, ...]
    """Salesforce's codes, for instance `invalid_grant`; empty where it comes without one."""
    texts: tuple[str, ...]
    """Salesforce's own words; `{name}` stands for what differs from case to case."""
    stand_ins: tuple[str, ...]
    """Words of the local org where the refusal is known and its words are not."""
    where: str
    http: int | None
    confidence: str
    """How well the text is known: recorded, official, client-source, thread, inferred."""
    causes: tuple[Explanation, ...]
    """Most likely first."""
    sources: tuple[str, ...]
    general: bool
    """Whether it says little by itself: anything more particular in the same message comes first."""

    @property
    def wording(self) -> tuple[str, ...]:
        """Every text that means this entry."""
        return self.texts + self.stand_ins

    @property
    def headline(self) -> str:
        """Code and text as people know them; the title where there is neither."""
        return ": ".join([*self.codes[:1], *self.wording[:1]]) or self.title


@cache
def entries() -> tuple[Entry, ...]:
    """Return every entry, in the order in which things go wrong: token, deploy, users, secrets, REST, network."""
    document = json.loads(files("provision.diagnose").joinpath("catalogue.json").read_text("utf-8"))
    return tuple(_entry(item) for item in document["entries"])


def entry(identifier: str) -> Entry | None:
    """Return the entry of that id."""
    return next((item for item in entries() if item.id == identifier), None)


def _entry(item: Mapping[str, Any]) -> Entry:
    return Entry(
        id=item["id"],
        title=item["title"],
        codes=tuple(item.get("codes", ())),
        texts=tuple(item.get("texts", ())),
        stand_ins=tuple(item.get("stand_ins", ())),
        where=item["where"],
        http=item.get("http"),
        confidence=item["confidence"],
        causes=tuple(Explanation(**cause) for cause in item["causes"]),
        sources=tuple(item["sources"]),
        general=item.get("general", False),
    )
