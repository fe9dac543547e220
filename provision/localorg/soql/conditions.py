"""The WHERE part of a query. AND and OR cannot be mixed without parentheses."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from provision.localorg.soql.cursor import Cursor
from provision.localorg.soql.functions import NAMES
from provision.localorg.soql.paths import path
from provision.localorg.soql.refusals import UNSUPPORTED, BadQuery
from provision.localorg.soql.tree import (
    Aggregate,
    Both,
    Comparison,
    Condition,
    Either,
    Not,
    Number,
    Operator,
    Path,
    Query,
    Several,
    Text,
    Value,
    Word,
)

SubQuery = Callable[[Cursor], Query]


@dataclass(frozen=True, slots=True)
class Reads:
    """What is read in its own way here or there."""

    sub_query: SubQuery
    """Reads the query of a sub-select."""
    subject: Callable[[Cursor], Path | Aggregate]
    """Reads what is compared."""


def field(cursor: Cursor) -> Path:
    """What is compared in WHERE."""
    if cursor.after.is_sign("(") and not cursor.token.is_word(*NAMES):
        raise BadQuery(UNSUPPORTED, cursor.token.at, what=f"the function {cursor.token.text} in WHERE")
    return path(cursor)


_SIGNS: Final[dict[str, Operator]] = {
    "=": "=",
    "!=": "!=",
    "<>": "!=",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
}
SPAN: Final = re.compile(
    r"today|yesterday|tomorrow|(?:last|this|next)_(?:week|month|(?:fiscal_)?(?:quarter|year))|(?:last|next)_90_days"
    r"|(?:last|next)_n_(?:days|weeks|months|(?:fiscal_)?(?:quarters|years)):\d{1,5}"
    r"|n_(?:days|weeks|months|(?:fiscal_)?(?:quarters|years))_ago:\d{1,5}",
    re.IGNORECASE | re.ASCII,
)
"""Names for spans of days."""


def condition(cursor: Cursor, reads: Reads) -> Condition:
    """Read a condition."""
    parts = [_simple(cursor, reads)]
    for word, chain in (("and", Both), ("or", Either)):
        while cursor.took_word(word):
            parts.append(_simple(cursor, reads))
        if len(parts) > 1:
            return chain(tuple(parts))
    return parts[0]


def _simple(cursor: Cursor, reads: Reads) -> Condition:
    nots = 0
    while cursor.took_word("not"):
        nots += 1
    found: Condition
    if cursor.token.is_sign("("):
        cursor.open()
        found = condition(cursor, reads)
        cursor.close()
    else:
        found = _comparison(cursor, reads)
    return Not(found) if nots % 2 else found


def _comparison(cursor: Cursor, reads: Reads) -> Comparison:
    subject = reads.subject(cursor)
    operator = _operator(cursor)
    at = cursor.token.at
    if operator in {"in", "not in"}:
        return Comparison(subject, operator, _list(cursor, reads.sub_query), at)
    return Comparison(subject, operator, _value(cursor), at)


def _operator(cursor: Cursor) -> Operator:
    if cursor.token.kind == "sign" and cursor.token.text in _SIGNS:
        return _SIGNS[cursor.take().text]
    if cursor.took_word("like"):
        return "like"
    if cursor.took_word("in"):
        return "in"
    if cursor.took_word("not", "in"):
        return "not in"
    if cursor.token.is_word("includes", "excludes"):
        raise BadQuery(UNSUPPORTED, cursor.token.at, what=cursor.token.text.upper())
    raise cursor.unexpected()


def _list(cursor: Cursor, sub_query: SubQuery) -> Several | Query:
    cursor.open()
    found: Several | Query
    if cursor.token.is_word("select"):
        found = sub_query(cursor)
    else:
        values = [_value(cursor)]
        while cursor.took_sign(","):
            values.append(_value(cursor))
        found = Several(tuple(value for value in values if not isinstance(value, Several)))
    cursor.close()
    return found


def _value(cursor: Cursor) -> Value:
    token = cursor.token
    lower = token.text.lower()
    value: Value
    if token.kind == "text":
        value = Text(token.text)
    elif token.kind == "number":
        value = Number(float(token.text))
    elif token.kind == "datetime":
        value = Word("datetime", token.text)
    elif token.kind == "date":
        value = Word("date", token.text)
    elif token.is_word("true", "false"):
        value = Word("boolean", lower)
    elif token.is_word("null"):
        value = Word("null", lower)
    elif token.kind == "word" and SPAN.fullmatch(token.text):
        value = Word("span", lower)
    else:
        raise cursor.unexpected()
    cursor.take()
    return value
