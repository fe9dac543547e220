"""Conditions of a query as tests of records, in Salesforce's two-valued logic."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import ge, gt, le, lt
from typing import Any, Final, Protocol

from provision.localorg.clock import from_stamp
from provision.localorg.sobjects.describe import Field
from provision.localorg.soql import dates, like
from provision.localorg.soql.bind import Source, World, column
from provision.localorg.soql.refusals import (
    BAD_ID,
    BAD_OPERATOR,
    NOT_FILTERABLE,
    UNEXPECTED,
    UNSUPPORTED,
    WRONG_TYPE,
    BadQuery,
)
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
    Word,
)
from provision.localorg.store import ids
from provision.localorg.store.jsontext import Json
from provision.localorg.store.records import Record

Test = Callable[[Any], bool]
SubSelect = Callable[[Query], frozenset[Json]]


class Compared(Protocol):
    """What is compared: a field of a record, or a figure of a group of records."""

    @property
    def field(self) -> Field:
        """The field that says how its values are compared."""

    def value(self, world: World, row: Any, /) -> Json:
        """What it holds for a row."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What conditions are about."""

    scope: Source
    compared: Callable[[Path | Aggregate], Compared]
    """What a condition compares; raises `BadQuery`."""
    sub_select: SubSelect


_ORDER: Final[Mapping[Operator, Callable[[Any, Any], bool]]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
_IDS: Final = frozenset({"id", "reference"})
_NUMBERS: Final = frozenset({"int", "currency"})
_MOMENTS: Final = frozenset({"date", "datetime"})
_SHOWN_TYPE: Final = {"datetime": "dateTime", "int": "int", "currency": "double", "reference": "ID", "id": "ID"}


@dataclass(frozen=True, slots=True)
class _Span:
    """Moments from `start` up to `end`, exclusive."""

    start: datetime
    end: datetime


def test(sought: Sought, condition: Condition) -> Test:
    """The test that a condition asks for; raises `BadQuery`."""
    match condition:
        case Both(parts):
            every = [test(sought, part) for part in parts]
            return lambda record: all(each(record) for each in every)
        case Either(parts):
            some = [test(sought, part) for part in parts]
            return lambda record: any(each(record) for each in some)
        case Not(part):
            inner = test(sought, part)
            return lambda record: not inner(record)
        case Comparison():
            return _comparison(sought, condition)


def of_records(scope: Source, sub_select: SubSelect) -> Sought:
    """Conditions about records."""

    def compared(subject: Path | Aggregate) -> Compared:
        if isinstance(subject, Aggregate):
            raise BadQuery(UNSUPPORTED, subject.at, what="aggregates in WHERE")
        return column(scope, subject)

    return Sought(scope, compared, sub_select)


def _comparison(sought: Sought, comparison: Comparison) -> Test:
    scope = sought.scope
    found = sought.compared(comparison.path)
    if not found.field.filterable:
        raise BadQuery(NOT_FILTERABLE, comparison.path.at, name=found.field.name)
    value, operator = comparison.value, comparison.operator
    if isinstance(value, Query):
        return _in(scope, found, sought.sub_select(value), wanted=operator == "in")
    if isinstance(value, Several):
        listed = frozenset(_operand(scope, found, comparison, each) for each in value.values)
        return _in(scope, found, listed, wanted=operator == "in")
    if operator == "like":
        return _like(scope, found, comparison)
    operand = _operand(scope, found, comparison, value)
    if operator in {"=", "!="}:
        return _equal(scope, found, operand, wanted=operator == "=")
    if found.field.type in _IDS or found.field.type == "boolean":
        raise BadQuery(BAD_OPERATOR, comparison.path.at, type=_type(found))
    return _ordered(scope, found, operand, operator)


def _in(scope: Source, found: Compared, listed: frozenset[Any], *, wanted: bool) -> Test:
    spans = [each for each in listed if isinstance(each, _Span)]

    def holds(record: Record) -> bool:
        value = comparable(found, found.value(scope.world, record))
        return (value in listed or any(_within(value, each) for each in spans)) is wanted

    return holds


def _equal(scope: Source, found: Compared, operand: Any, *, wanted: bool) -> Test:
    def holds(record: Record) -> bool:
        value = comparable(found, found.value(scope.world, record))
        same = _within(value, operand) if isinstance(operand, _Span) else value == operand
        return same is wanted

    return holds


def _ordered(scope: Source, found: Compared, operand: Any, operator: Operator) -> Test:
    compare = _ORDER[operator]
    edge = operand
    if isinstance(operand, _Span):
        compare, edge = (lt if operator in {"<", "<="} else ge), operand.start
        if operator in {"<=", ">"}:
            edge = operand.end

    def holds(record: Record) -> bool:
        value = comparable(found, found.value(scope.world, record))
        return value is not None and edge is not None and compare(value, edge)

    return holds


def _like(scope: Source, found: Compared, comparison: Comparison) -> Test:
    value = comparison.value
    if found.field.type in _IDS | _NUMBERS | _MOMENTS | {"boolean"}:
        raise BadQuery(BAD_OPERATOR, comparison.path.at, type=_type(found))
    if not isinstance(value, Text):
        raise _wrong_type(found, comparison)
    pattern = like.Pattern(value.value)

    def holds(record: Record) -> bool:
        text = found.value(scope.world, record)
        return isinstance(text, str) and pattern.matches(text)

    return holds


def comparable(found: Compared, value: Json) -> Any:
    """A stored value in the form in which it is compared and sorted."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        if found.field.type == "datetime":
            return from_stamp(value)
        if found.field.type == "date":
            return _midnight(date.fromisoformat(value))
        return value if found.field.type in _IDS else value.casefold()
    return value


def _operand(scope: Source, found: Compared, comparison: Comparison, value: Text | Number | Word | Several) -> Any:
    """A value of the query in the form in which it is compared; raises `BadQuery` where it does not fit the field."""
    kind = found.field.type
    match value:
        case Word("null"):
            return None
        case Word("boolean", word) if kind == "boolean":
            return word == "true"
        case Number(number) if kind in _NUMBERS:
            return number
        case Text(text) if kind in _IDS:
            return _id(comparison, text)
        case Text(text) if kind not in _NUMBERS | _MOMENTS | {"boolean"}:
            return text.replace("\\%", "%").replace("\\_", "_").casefold() or None
        case Word(word_kind, word) if kind in _MOMENTS and word_kind in {kind, "span"}:
            return _moment(scope, comparison, value)
        case _:
            raise _wrong_type(found, comparison)


def _id(comparison: Comparison, text: str) -> str | None:
    full = ids.full(text)
    if text and full is None:
        raise BadQuery(BAD_ID, comparison.path.at, value=text)
    return full


def _moment(scope: Source, comparison: Comparison, word: Word) -> Any:
    try:
        if word.kind == "span":
            return _Span(*dates.span(word.value, scope.world.now))
        if word.kind == "date":
            return _midnight(date.fromisoformat(word.value))
        return datetime.fromisoformat(word.value.upper())
    except (ValueError, OverflowError):
        raise BadQuery(UNEXPECTED, comparison.at, token=word.value) from None


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _within(value: Any, span: _Span) -> bool:
    return value is not None and span.start <= value < span.end


def _type(found: Compared) -> str:
    return _SHOWN_TYPE.get(found.field.type, found.field.type)


def _wrong_type(found: Compared, comparison: Comparison) -> BadQuery:
    quotes = "not " if found.field.type in _NUMBERS | _MOMENTS | {"boolean"} else ""
    return BadQuery(WRONG_TYPE, comparison.path.at, name=found.field.name, type=_type(found), quotes=quotes)
