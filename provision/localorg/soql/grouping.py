"""Queries with aggregate functions or GROUP BY."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from provision.localorg.sobjects.describe import Field
from provision.localorg.soql import filters
from provision.localorg.soql.bind import Column, Source, World, column
from provision.localorg.soql.filters import comparable
from provision.localorg.soql.ordering import ordered
from provision.localorg.soql.refusals import ALIAS_TWICE, BAD_AGGREGATE, NOT_GROUPED, UNSUPPORTED, BadQuery
from provision.localorg.soql.tree import Aggregate, Children, Fields, Order, Path, Plain, Query
from provision.localorg.store.jsontext import Json
from provision.localorg.store.records import Record

Group = Sequence[Record]
Figure = Callable[[Group], Json]

_NUMERIC: Final = frozenset({"int", "currency"})
_COUNTING: Final = frozenset({"count", "count_distinct"})


def is_grouped(query: Query) -> bool:
    """Whether the answer has one row per group rather than per record."""
    return bool(query.group_by) or any(isinstance(each, Aggregate) for each in query.select)


def is_plain_count(query: Query) -> bool:
    """Whether the query is `SELECT count() FROM …`, which answers with a number and no rows."""
    match query.select:
        case (Aggregate("count", None),):
            return not query.group_by
        case _:
            return False


@dataclass(frozen=True, slots=True)
class Figured:
    """A figure of a group, for comparisons."""

    field: Field
    figure: Figure

    def value(self, _world: World, group: Group) -> Json:
        """What the figure is for a group."""
        return self.figure(group)


def rows(
    scope: Source, query: Query, records: Iterable[Record], sub_select: filters.SubSelect
) -> list[dict[str, Json]]:
    """One row per group."""
    by = [column(scope, path) for path in query.group_by]
    figures = _figures(scope, query, by)
    sort = [(_sort_figure(scope, by, each), each) for each in query.order_by]
    groups: dict[tuple[Any, ...], list[Record]] = {} if by else {(): []}
    for record in records:
        key = tuple(comparable(each, each.value(scope.world, record)) for each in by)
        groups.setdefault(key, []).append(record)
    holds = _having(scope, query, by, sub_select)
    attributes: dict[str, Json] = {"type": "AggregateResult"}
    return [
        {"attributes": attributes, **{name: figure(group) for name, figure in figures.items()}}
        for group in ordered([group for group in groups.values() if holds(group)], sort)
    ]


def _having(
    scope: Source, query: Query, by: Sequence[Column], sub_select: filters.SubSelect
) -> Callable[[Group], bool]:
    def compared(subject: Path | Aggregate) -> Figured:
        if isinstance(subject, Path):
            found = _grouped(scope, by, subject)
            return Figured(found.field, _first(scope, found))
        return Figured(_figure_field(scope, subject), _aggregate(scope, subject))

    if query.having is None:
        return lambda _group: True
    return filters.test(filters.Sought(scope, compared, sub_select), query.having)


def _figure_field(scope: Source, aggregate: Aggregate) -> Field:
    """How an aggregate is compared: smallest and largest values like the field, counts and sums like numbers."""
    if aggregate.path is not None and aggregate.function in {"min", "max"}:
        return column(scope, aggregate.path).field
    return Field(aggregate.function, "currency", aggregate.function)


def _figures(scope: Source, query: Query, by: Sequence[Column]) -> Mapping[str, Figure]:
    figures: dict[str, Figure] = {}
    unnamed = 0
    for each in query.select:
        match each:
            case Aggregate(alias=alias):
                name = alias or f"expr{unnamed}"
                unnamed += not alias
                figure = _aggregate(scope, each)
            case Plain(path, alias):
                found = _grouped(scope, by, path)
                unnamed_function = found.function is not None and not alias
                name = alias or (f"expr{unnamed}" if unnamed_function else found.field.name)
                unnamed += unnamed_function
                figure = _first(scope, found)
            case Children(inner):
                raise BadQuery(UNSUPPORTED, inner.source_at, what="sub-queries in grouped queries")
            case Fields(at):
                raise BadQuery(UNSUPPORTED, at, what="FIELDS in grouped queries")
        if name in figures:
            raise BadQuery(ALIAS_TWICE, None, name=name)
        figures[name] = figure
    return figures


def _sort_figure(scope: Source, by: Sequence[Column], order: Order) -> Callable[[Group], Any]:
    if isinstance(order.by, Aggregate):
        return _aggregate(scope, order.by)
    found = _grouped(scope, by, order.by)
    return lambda group: comparable(found, found.value(scope.world, group[0])) if group else None


def _grouped(scope: Source, by: Sequence[Column], path: Path) -> Column:
    found = column(scope, path)
    if all((found.names, found.function) != (each.names, each.function) for each in by):
        raise BadQuery(NOT_GROUPED, path.at, name=path.text)
    return found


def _first(scope: Source, found: Column) -> Figure:
    return lambda group: found.value(scope.world, group[0]) if group else None


def _aggregate(scope: Source, aggregate: Aggregate) -> Figure:
    if aggregate.path is None:
        return len
    found = column(scope, aggregate.path)
    if aggregate.function in {"sum", "avg"} and found.field.type not in _NUMERIC:
        raise BadQuery(BAD_AGGREGATE, aggregate.at, name=found.field.name, function=aggregate.function)

    def figure(group: Group) -> Json:
        values = [value for record in group if (value := found.value(scope.world, record)) is not None]
        return _figure(aggregate.function, found, values)

    return figure


def _figure(function: str, found: Column, values: Sequence[Any]) -> Json:
    match function:
        case "count":
            return len(values)
        case "count_distinct":
            return len({comparable(found, value) for value in values})
        case "sum":
            return sum(values) if values else None
        case "avg":
            return sum(values) / len(values) if values else None
        case _:
            pick = min if function == "min" else max
            found_value: Json = pick(values, key=lambda value: comparable(found, value)) if values else None
            return found_value
