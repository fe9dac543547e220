"""From the text of a query to its answer."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from provision.localorg.sobjects.describe import Field
from provision.localorg.soql import filters, grouping, semi_joins, shape
from provision.localorg.soql.bind import Source, World, child_source, column, source
from provision.localorg.soql.filters import comparable
from provision.localorg.soql.ordering import ordered
from provision.localorg.soql.parser import parse
from provision.localorg.soql.refusals import (
    FIELDS_NEEDS_LIMIT,
    NOT_AN_ID,
    NOT_SORTABLE,
    OFFSET_TOO_LARGE,
    UNSUPPORTED,
    BadQuery,
    refusal,
)
from provision.localorg.soql.tree import Aggregate, Children, Fields, Order, Path, Plain, Query
from provision.localorg.store.jsontext import Json
from provision.localorg.store.records import Record

Select = Callable[[Iterable[Record]], list[Record]]

_LARGEST_OFFSET: Final = 2000
_MOST_WITH_FIELDS: Final = 200


@dataclass(frozen=True, slots=True)
class Result:
    """All rows of a query; `total` counts them, or what `count()` counted."""

    sobject: str
    total: int
    rows: list[dict[str, Json]]
    columns: tuple[tuple[str, ...], ...]
    """Names of the selected columns, relationships first."""


def run(soql: str, world: World) -> Result:
    """Answer a query; raises `Refusal` worded as Salesforce does."""
    try:
        return _run(parse(soql), world)
    except BadQuery as bad:
        raise refusal(soql, bad) from None


def _run(query: Query, world: World) -> Result:
    scope = source(world, query)
    name = scope.sobject.name
    if query.offset > _LARGEST_OFFSET:
        raise BadQuery(OFFSET_TOO_LARGE, None)
    if grouping.is_grouped(query):
        return _grouped(scope, query)
    if query.having is not None:
        raise BadQuery(UNSUPPORTED, query.source_at, what="HAVING in queries without groups")
    node, columns = _shape(scope, query)
    records = _page_of(scope, query)(world.reader.rows(scope.sobject))
    return Result(name, len(records), [shape.show(world, node, record) for record in records], columns)


def _grouped(scope: Source, query: Query) -> Result:
    records = _chosen(scope, query)(scope.world.reader.rows(scope.sobject))
    name = scope.sobject.name
    if grouping.is_plain_count(query):
        return Result(name, len(_page(query, records)), [], ())
    rows = _page(query, grouping.rows(scope, query, records, lambda inner: _values(scope, inner)))
    return Result(name, len(rows), rows, tuple((key,) for key in rows[0] if key != "attributes") if rows else ())


def _page_of(scope: Source, query: Query) -> Select:
    """Where, order, offset and limit of a query, checked now and applied later."""
    chosen = _chosen(scope, query)
    by = [(_sort_value(scope, order), order) for order in query.order_by]
    return lambda records: _page(query, ordered(chosen(records), by))


def _chosen(scope: Source, query: Query) -> Select:
    if query.where is None:
        return list
    semi_joins.check(query.where)
    holds = filters.test(filters.of_records(scope, lambda inner: _values(scope, inner)), query.where)
    return lambda records: [record for record in records if holds(record)]


def _values(scope: Source, query: Query) -> frozenset[Json]:
    """What a sub-select after IN yields."""
    inner = source(scope.world, query)
    match query.select:
        case (Plain(path),):
            found = column(inner, path)
        case _:
            raise BadQuery(UNSUPPORTED, query.source_at, what="more than one field in a sub-select")
    if found.field.type not in {"id", "reference"}:
        raise BadQuery(NOT_AN_ID, path.at, name=path.text)
    records = _page_of(inner, query)(inner.world.reader.rows(inner.sobject))
    values = (comparable(found, found.value(scope.world, record)) for record in records)
    return frozenset(value for value in values if value is not None)


def _shape(scope: Source, query: Query) -> tuple[shape.Node, tuple[tuple[str, ...], ...]]:
    node = shape.Node()
    columns: list[tuple[str, ...]] = []
    for each in query.select:
        match each:
            case Plain(Path(function=str()) as path):
                raise BadQuery(UNSUPPORTED, path.at, what="functions of moments in queries without groups")
            case Plain(path, None):
                found = column(scope, path)
                node.add(found)
                columns.append(found.names)
            case Children(inner):
                key, nested = _children(scope, inner)
                node.parts[key] = nested
            case Fields(at):
                if query.limit is None or query.limit > _MOST_WITH_FIELDS:
                    raise BadQuery(FIELDS_NEEDS_LIMIT, None)
                for field in scope.sobject.fields.values():
                    node.add(column(scope, Path((field.name,), at)))
                    columns.append((field.name,))
            case Plain(path):
                raise BadQuery(UNSUPPORTED, path.at, what="aliases in queries without groups")
            case Aggregate():
                raise AssertionError("grouped queries go another way")
    return node, tuple(columns)


def _children(parent: Source, query: Query) -> tuple[str, shape.Nested]:
    scope, back = child_source(parent, query)
    if grouping.is_grouped(query):
        raise BadQuery(UNSUPPORTED, query.source_at, what="aggregates in sub-queries")
    node, _ = _shape(scope, query)
    page_of = _page_of(scope, query)
    world = scope.world

    def nested(record: Record) -> Json:
        mine = (each for each in world.reader.rows(scope.sobject) if world.reader.value(each, back) == record.id)
        rows: list[Json] = [shape.show(world, node, each) for each in page_of(mine)]
        return {"totalSize": len(rows), "done": True, "records": rows} if rows else None

    return back.child or back.name, nested


def _sort_value(scope: Source, order: Order) -> Any:
    if isinstance(order.by, Aggregate):
        raise BadQuery(UNSUPPORTED, order.by.at, what="aggregates in ORDER BY of a query without groups")
    found = column(scope, order.by)
    if _is_long(found.field):
        raise BadQuery(NOT_SORTABLE, order.by.at, name=found.field.name)
    return lambda record: comparable(found, found.value(scope.world, record))


def _is_long(field: Field) -> bool:
    return field.type == "textarea" and not field.filterable


def _page(query: Query, rows: Sequence[Any]) -> list[Any]:
    end = None if query.limit is None else query.offset + query.limit
    return list(rows[query.offset : end])
