"""LIKE: a percent sign stands for any text, an underscore for one character, case does not matter."""

import re
from typing import Final

_PART: Final = re.compile(r"\\[%_]|.", re.DOTALL)

Part = str | None
"""A character, `any` for any text, or None for any one character."""


class Pattern:
    """A pattern that texts are held against, in time proportional to the product of their lengths."""

    def __init__(self, pattern: str) -> None:
        self._parts = [_part(each) for each in _PART.findall(pattern.lower())]

    def matches(self, text: str) -> bool:
        """Whether the whole text fits."""
        text, parts = text.lower(), self._parts
        at = place = mark = 0
        resume = -1
        while at < len(text):
            part = parts[place] if place < len(parts) else ""
            if part == "any":
                resume, mark = place, at
                place += 1
            elif part is None or part == text[at]:
                at += 1
                place += 1
            elif resume >= 0:
                mark += 1
                at, place = mark, resume + 1
            else:
                return False
        return all(part == "any" for part in parts[place:])


def _part(text: str) -> Part:
    return {"%": "any", "_": None}.get(text, text[-1])
