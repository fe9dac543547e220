"""From tokens to the tree of a query."""

from functools import lru_cache
from typing import Final

from provision.localorg.soql import conditions
from provision.localorg.soql.conditions import Reads
from provision.localorg.soql.cursor import Cursor
from provision.localorg.soql.functions import NAMES
from provision.localorg.soql.paths import is_name, path
from provision.localorg.soql.refusals import UNSUPPORTED, BadQuery
from provision.localorg.soql.tokens import Token, tokenize
from provision.localorg.soql.tree import Aggregate, Children, Fields, Order, Path, Plain, Query, Selected

AGGREGATES: Final = frozenset({"count", "count_distinct", "min", "max", "sum", "avg"})
_PURPOSES: Final = ("view", "reference", "update")
_MOST_DIGITS: Final = 10
_UNSUPPORTED: Final = frozenset({"typeof", "for", "update"})


@lru_cache(maxsize=256)
def parse(soql: str) -> Query:
    """The tree of a query; raises `BadQuery`."""
    cursor = Cursor(tokenize(soql))
    query = _query(cursor)
    if cursor.token.kind != "end":
        _refuse_rest(cursor)
    return query


def _query(cursor: Cursor) -> Query:
    cursor.need_word("select")
    select = [_selected(cursor)]
    while cursor.took_sign(","):
        select.append(_selected(cursor))
    cursor.need_word("from")
    source = _name(cursor)
    alias = _alias(cursor)
    where = conditions.condition(cursor, Reads(_query, conditions.field)) if cursor.took_word("where") else None
    if cursor.took_word("with", "security_enforced") or cursor.took_word("with", "user_mode"):
        pass  # every query of the local org is already held to the caller's permissions
    group_by = _group_by(cursor) if cursor.took_word("group", "by") else ()
    having = conditions.condition(cursor, Reads(_query, _group_value)) if cursor.took_word("having") else None
    order_by = _order_by(cursor) if cursor.took_word("order", "by") else ()
    limit = _count(cursor) if cursor.took_word("limit") else None
    offset = _count(cursor) if cursor.took_word("offset") else 0
    while any(cursor.took_word("for", purpose) for purpose in _PURPOSES):
        pass  # what a query is for changes nothing here: nothing recently viewed is kept, writes are serial anyway
    all_rows = cursor.took_word("all", "rows")
    return Query(
        select=tuple(select),
        source=source.text,
        source_at=source.at,
        alias=alias,
        where=where,
        group_by=group_by,
        having=having,
        order_by=order_by,
        limit=limit,
        offset=offset,
        all_rows=all_rows,
    )


def _selected(cursor: Cursor) -> Selected:
    if cursor.token.is_sign("("):
        cursor.open()
        query = _query(cursor)
        cursor.close()
        return Children(query)
    if cursor.after.is_sign("(") and cursor.token.kind == "word" and not cursor.token.is_word(*NAMES):
        return _function(cursor)
    found = path(cursor)
    return Plain(found, _alias(cursor))


def _function(cursor: Cursor) -> Aggregate | Fields:
    name = cursor.take()
    cursor.open()
    if name.is_word("fields"):
        if not (cursor.took_word("all") or cursor.took_word("standard")):
            raise cursor.unexpected()
        cursor.close()
        return Fields(name.at)
    if not name.is_word(*AGGREGATES):
        raise BadQuery(UNSUPPORTED, name.at, what=f"the function {name.text}")
    counted: Path | None = None
    if not (name.is_word("count") and cursor.token.is_sign(")")):
        counted = path(cursor)
    cursor.close()
    return Aggregate(name.text.lower(), counted, _alias(cursor), name.at)


def _group_by(cursor: Cursor) -> tuple[Path, ...]:
    paths = [path(cursor)]
    while cursor.took_sign(","):
        paths.append(path(cursor))
    return tuple(paths)


def _order_by(cursor: Cursor) -> tuple[Order, ...]:
    entries = [_order(cursor)]
    while cursor.took_sign(","):
        entries.append(_order(cursor))
    return tuple(entries)


def _order(cursor: Cursor) -> Order:
    by = _group_value(cursor)
    descending = cursor.took_word("desc")
    if not descending:
        cursor.took_word("asc")
    nulls_last = cursor.took_word("nulls", "last")
    if not nulls_last:
        cursor.took_word("nulls", "first")
    return Order(by, descending, nulls_last)


def _group_value(cursor: Cursor) -> Path | Aggregate:
    """A field or an aggregate, as ORDER BY and HAVING take them."""
    if not cursor.after.is_sign("(") or cursor.token.is_word(*NAMES):
        return path(cursor)
    at, function = cursor.token, _function(cursor)
    if isinstance(function, Fields):
        raise BadQuery(UNSUPPORTED, at.at, what="FIELDS outside of SELECT")
    return function


def _alias(cursor: Cursor) -> str | None:
    return cursor.take().text if is_name(cursor.token) else None


def _name(cursor: Cursor) -> Token:
    if not is_name(cursor.token):
        raise cursor.unexpected()
    return cursor.take()


def _count(cursor: Cursor) -> int:
    token = cursor.token
    if token.kind != "number" or not token.text.isdigit() or len(token.text) > _MOST_DIGITS:
        raise cursor.unexpected()
    cursor.take()
    return int(token.text)


def _refuse_rest(cursor: Cursor) -> None:
    if cursor.token.is_word(*_UNSUPPORTED):
        raise BadQuery(UNSUPPORTED, cursor.token.at, what=cursor.token.text.upper())
    raise cursor.unexpected()
