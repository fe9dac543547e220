"""Functions of SOQL that take a part of a moment. Moments are in UTC, fiscal years are calendar years."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from provision.localorg.clock import from_stamp
from provision.localorg.sobjects.describe import Field
from provision.localorg.store.jsontext import Json

_DAYS_OF_WEEK: Final = 7
_MONTHS_OF_QUARTER: Final = 3


def _quarter(moment: datetime) -> int:
    return (moment.month - 1) // _MONTHS_OF_QUARTER + 1


def _day_of_year(moment: datetime) -> int:
    return moment.timetuple().tm_yday


PARTS: Final[Mapping[str, Callable[[datetime], int]]] = {
    "calendar_month": lambda moment: moment.month,
    "calendar_quarter": _quarter,
    "calendar_year": lambda moment: moment.year,
    "day_in_month": lambda moment: moment.day,
    "day_in_week": lambda moment: moment.isoweekday() % _DAYS_OF_WEEK + 1,
    "day_in_year": _day_of_year,
    "fiscal_month": lambda moment: moment.month,
    "fiscal_quarter": _quarter,
    "fiscal_year": lambda moment: moment.year,
    "hour_in_day": lambda moment: moment.hour,
    "week_in_month": lambda moment: (moment.day - 1) // _DAYS_OF_WEEK + 1,
    "week_in_year": lambda moment: (_day_of_year(moment) - 1) // _DAYS_OF_WEEK + 1,
}
DAY_ONLY: Final = "day_only"
NAMES: Final = frozenset({*PARTS, DAY_ONLY})
_OF_MOMENTS: Final = frozenset({DAY_ONLY, "hour_in_day"})
"""Functions that take no dates."""


def takes(function: str, field: Field) -> bool:
    """Whether the function can be asked of the field."""
    return field.type == "datetime" or (field.type == "date" and function not in _OF_MOMENTS)


def result(function: str, field: Field) -> Field:
    """The field that the function makes of a field."""
    return replace(field, type="date" if function == DAY_ONLY else "int", to=(), relationship=None, child=None)


def apply(function: str, value: Json) -> Json:
    """What the function makes of a stored value."""
    if not isinstance(value, str):
        return None
    moment = from_stamp(value) if "T" in value else datetime.combine(date.fromisoformat(value), datetime.min.time())
    moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    return moment.date().isoformat() if function == DAY_ONLY else PARTS[function](moment)
