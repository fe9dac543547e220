"""The WHERE part of a query. AND and OR cannot be mixed without parentheses."""

import re
from collections.abc import Callable
from typing import Final

from provision.localorg.soql.cursor import Cursor
from provision.localorg.soql.paths import path
from provision.localorg.soql.refusals import UNSUPPORTED, BadQuery
from provision.localorg.soql.tree import (
    Both,
    Comparison,
    Condition,
    Either,
    Not,
    Number,
    Operator,
    Query,
    Several,
    Text,
    Value,
    Word,
)

SubQuery = Callable[[Cursor], Query]

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
    r"today|yesterday|tomorrow|(?:last|this|next)_(?:week|month|quarter|year)|(?:last|next)_90_days"
    r"|(?:last|next)_n_days:\d{1,5}|n_days_ago:\d{1,5}",
    re.IGNORECASE | re.ASCII,
)
"""Names for spans of days; those of other units than days are not known to the local org."""


def condition(cursor: Cursor, sub_query: SubQuery) -> Condition:
    """Read a condition; `sub_query` reads the query of a sub-select."""
    parts = [_simple(cursor, sub_query)]
    for word, chain in (("and", Both), ("or", Either)):
        while cursor.took_word(word):
            parts.append(_simple(cursor, sub_query))
        if len(parts) > 1:
            return chain(tuple(parts))
    return parts[0]


def _simple(cursor: Cursor, sub_query: SubQuery) -> Condition:
    nots = 0
    while cursor.took_word("not"):
        nots += 1
    found: Condition
    if cursor.token.is_sign("("):
        cursor.open()
        found = condition(cursor, sub_query)
        cursor.close()
    else:
        found = _comparison(cursor, sub_query)
    return Not(found) if nots % 2 else found


def _comparison(cursor: Cursor, sub_query: SubQuery) -> Comparison:
    if cursor.after.is_sign("("):
        raise BadQuery(UNSUPPORTED, cursor.token.at, what=f"the function {cursor.token.text} in WHERE")
    field = path(cursor)
    operator = _operator(cursor)
    at = cursor.token.at
    if operator in {"in", "not in"}:
        return Comparison(field, operator, _list(cursor, sub_query), at)
    return Comparison(field, operator, _value(cursor), at)


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
