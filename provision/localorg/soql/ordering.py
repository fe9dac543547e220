"""ORDER BY: nothing sorts first unless NULLS LAST says otherwise, texts without regard to case."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from provision.localorg.soql.tree import Order

T = TypeVar("T")


def ordered(rows: list[T], by: Sequence[tuple[Callable[[T], Any], Order]]) -> list[T]:
    """The rows in the order asked for; `by` pairs each entry of ORDER BY with how to get its value from a row."""
    for value, order in reversed(by):
        known = [row for row in rows if value(row) is not None]
        unknown = [row for row in rows if value(row) is None]
        known.sort(key=value, reverse=order.descending)
        rows = known + unknown if order.nulls_last else unknown + known
    return rows
