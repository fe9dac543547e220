"""Spans of days that have a name in SOQL. Days begin at midnight UTC, weeks on Sunday, fiscal years in January."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

_MONTHS_OF: Final = {"month": 1, "quarter": 3, "year": 12}
_DAY: Final = timedelta(days=1)
_FISCAL: Final = "fiscal_"


def span(name: str, now: datetime) -> tuple[datetime, datetime]:
    """Beginning and end (exclusive) of the span with that lower-case name; raises `OverflowError`."""
    today = now.astimezone(UTC).date()
    word, _, count = name.replace(_FISCAL, "").partition(":")
    if word in _COUNTED:
        first, last = _COUNTED[word](today, int(count))
    elif count:
        first, last = _counted(today, word, int(count))
    elif word in _FIXED:
        first, last = _FIXED[word](today)
    else:
        which, _, unit = word.partition("_")
        first, last = _unit(today, unit, {"last": -1, "this": 0, "next": 1}[which])
    return _midnight(first), _midnight(last)


_FIXED: Final[Mapping[str, Callable[[date], tuple[date, date]]]] = {
    "today": lambda today: (today, today + _DAY),
    "yesterday": lambda today: (today - _DAY, today),
    "tomorrow": lambda today: (today + _DAY, today + 2 * _DAY),
    "last_90_days": lambda today: (today - 90 * _DAY, today + _DAY),
    "next_90_days": lambda today: (today + _DAY, today + 91 * _DAY),
}
_COUNTED: Final[Mapping[str, Callable[[date, int], tuple[date, date]]]] = {
    "last_n_days": lambda today, n: (today - n * _DAY, today + _DAY),
    "next_n_days": lambda today, n: (today + _DAY, today + (n + 1) * _DAY),
    "n_days_ago": lambda today, n: (today - n * _DAY, today - (n - 1) * _DAY),
}


def _counted(today: date, word: str, n: int) -> tuple[date, date]:
    """Spans like `last_n_months` and `n_months_ago`: whole units, the present one left out."""
    parts = word.split("_")
    if parts[0] == "n":
        return _unit(today, parts[1].removesuffix("s"), -n)
    unit = parts[2].removesuffix("s")
    if parts[0] == "last":
        return _unit(today, unit, -n)[0], _unit(today, unit, 0)[0]
    return _unit(today, unit, 1)[0], _unit(today, unit, n)[1]


def _unit(today: date, unit: str, offset: int) -> tuple[date, date]:
    if unit == "week":
        sunday = today - timedelta(days=today.isoweekday() % 7)
        return sunday + offset * 7 * _DAY, sunday + (offset + 1) * 7 * _DAY
    length = _MONTHS_OF[unit]
    current = (today.year * 12 + today.month - 1) // length
    return _month((current + offset) * length), _month((current + offset + 1) * length)


def _month(count: int) -> date:
    return date(count // 12, count % 12 + 1, 1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
