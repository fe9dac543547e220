"""Words, literals and signs of a query, each with its place."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from provision.localorg.soql.refusals import BAD_ESCAPE, TOO_LONG, UNEXPECTED, UNTERMINATED, BadQuery

Kind = Literal["word", "text", "number", "datetime", "date", "sign", "end"]

LONGEST: Final = 100_000
_TOKEN: Final = re.compile(
    r"""(?P<space>\s+)
      | (?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)(?![A-Za-z0-9]))
      | (?P<date>\d{4}-\d\d-\d\d(?![A-Za-z0-9]))
      | (?P<number>[+-]?\d+(?:\.\d+)?(?![A-Za-z0-9_]))
      | (?P<word>[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*(?::\d+)?)
      | (?P<sign><=|>=|!=|<>|[=<>(),])
      | (?P<text>'(?:[^'\\]|\\.)*')""",
    re.VERBOSE | re.ASCII | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_ESCAPES: Final[Mapping[str, str]] = {
    "n": "\n",
    "N": "\n",
    "r": "\r",
    "R": "\r",
    "t": "\t",
    "T": "\t",
    "b": "\b",
    "B": "\b",
    "f": "\f",
    "F": "\f",
    '"': '"',
    "'": "'",
    "\\": "\\",
    "%": "\\%",
    "_": "\\_",
}
"""Percent sign and underscore keep their backslash: only LIKE gives it a meaning."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `text` is as written, without quotes and escapes for texts."""

    kind: Kind
    text: str
    at: int

    def is_word(self, *words: str) -> bool:
        """Whether this is one of these words (given in lower case)."""
        return self.kind == "word" and self.text.lower() in words

    def is_sign(self, *signs: str) -> bool:
        """Whether this is one of these signs."""
        return self.kind == "sign" and self.text in signs


def tokenize(soql: str) -> list[Token]:
    """All tokens of a query, ended by one of kind `end`; raises `BadQuery`."""
    if len(soql) > LONGEST:
        raise BadQuery(TOO_LONG, None, limit=LONGEST)
    return [*_tokens(soql), Token("end", "<EOF>", len(soql))]


def _tokens(soql: str) -> Iterator[Token]:
    at = 0
    while at < len(soql):
        match = _TOKEN.match(soql, at)
        if match is None:
            if soql[at] == "'":
                row = soql.count("\n", 0, at) + 1
                raise BadQuery(UNTERMINATED, None, row=row, column=at)
            raise BadQuery(UNEXPECTED, at, token=soql[at])
        kind = match.lastgroup
        text = match.group()
        if kind == "text":
            text = _unescaped(text[1:-1], at)
        if kind != "space":
            yield Token(kind, text, at)  # type: ignore[arg-type]  # the names of the groups are those of `Kind`
        at = match.end()


def _unescaped(text: str, at: int) -> str:
    def replaced(match: re.Match[str]) -> str:
        escape = match.group(1)
        if escape[0] == "u" and len(escape) > 1:
            return chr(int(escape[1:], 16))
        if escape not in _ESCAPES:
            raise BadQuery(BAD_ESCAPE, at, escape=f"\\{escape}")
        return _ESCAPES[escape]

    return _ESCAPE.sub(replaced, text) if "\\" in text else text
