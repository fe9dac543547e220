"""Where a condition may have a sub-select after IN: not in one of several that OR joins."""

from collections.abc import Iterator

from provision.localorg.soql.refusals import BELOW_TOP, BESIDE_OR, BadQuery
from provision.localorg.soql.tree import Both, Comparison, Condition, Either, Not, Query


def check(where: Condition) -> None:
    """Raise `BadQuery` for a sub-select beside OR: there is another text where that OR is nested itself."""
    for either in _eithers(where):
        wording = BESIDE_OR if either is where else BELOW_TOP
        for comparison in _sub_selects(either):
            raise BadQuery(wording, comparison.path.at)


def _eithers(condition: Condition) -> Iterator[Either]:
    """Every part that OR joins, the outer ones first."""
    if isinstance(condition, Either):
        yield condition
    for part in _parts(condition):
        yield from _eithers(part)


def _sub_selects(condition: Condition) -> Iterator[Comparison]:
    if isinstance(condition, Comparison) and isinstance(condition.value, Query):
        yield condition
    for part in _parts(condition):
        yield from _sub_selects(part)


def _parts(condition: Condition) -> tuple[Condition, ...]:
    match condition:
        case Both(parts) | Either(parts):
            return parts
        case Not(part):
            return (part,)
        case Comparison():
            return ()
