"""Whether a value may go into a field, and in which form it is stored."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from provision.localorg.clock import stamp
from provision.localorg.sobjects import refusals
from provision.localorg.sobjects.describe import Field, FieldType
from provision.localorg.store import ids
from provision.localorg.store.jsontext import Json

_EMAIL: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}"
)
_DIGITS: Final = re.compile(r"-?\d{1,10}", re.ASCII)
"""Numbers as text are taken (recorded: CumulusCI cassettes)."""
_LARGEST_INT: Final = 2**31 - 1
_LARGEST_AMOUNT: Final = 10**18
_TOKENS: Final[Mapping[type, str]] = {
    str: "VALUE_STRING",
    bool: "VALUE_TRUE",
    int: "VALUE_NUMBER_INT",
    float: "VALUE_NUMBER_FLOAT",
    dict: "START_OBJECT",
    list: "START_ARRAY",
}


def check(field: Field, value: Any) -> Json:
    """The value as it is stored; raises `Refusal` where it does not fit the field."""
    if value is None or value == "":
        return None
    return _CHECKS[field.type](field, value)


def is_email(text: str) -> bool:
    """Whether a text has the form of an e-mail address."""
    return _EMAIL.fullmatch(text) is not None


def _text(field: Field, value: Any) -> str:
    if isinstance(value, bool | dict | list):
        raise _wrong_type(field, value)
    text = str(value)
    if field.length and len(text) > field.length:
        raise refusals.TOO_LONG.refuse(field.name, label=field.label, value=text, length=field.length)
    return text


def _email(field: Field, value: Any) -> str:
    text = _text(field, value)
    if not is_email(text):
        raise refusals.BAD_EMAIL.refuse(field.name, field=field.name, value=text)
    return text


def _picklist(field: Field, value: Any) -> str:
    text = _text(field, value)
    if field.values and text not in field.values:
        raise refusals.BAD_PICKLIST.refuse(field.name, label=field.label, value=text)
    return text


def _boolean(field: Field, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise _wrong_type(field, value)


def _int(field: Field, value: Any) -> int:
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST_INT:
        return value
    raise _wrong_type(field, value)


def _currency(field: Field, value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST_AMOUNT:
        return float(value)
    raise _wrong_type(field, value)


def _reference(field: Field, value: Any) -> str:
    full = ids.full(value) if isinstance(value, str) else None
    if full is None or (field.to and ids.sobject_of(full) not in field.to):
        raise refusals.MALFORMED_ID.refuse(field.name, label=field.label, value=value)
    return full


def _datetime(field: Field, value: Any) -> str:
    try:
        moment = datetime.fromisoformat(value)
        return stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (TypeError, ValueError, OverflowError):
        raise _wrong_type(field, value) from None


def _date(field: Field, value: Any) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise _wrong_type(field, value) from None


def _wrong_type(field: Field, value: Any) -> refusals.Refusal:
    token = _TOKENS.get(type(value), "VALUE_NULL")
    return refusals.WRONG_TYPE.refuse(type=field.type, token=token, value=str(value)[:80])


_CHECKS: Final[Mapping[FieldType, Callable[[Field, Any], Json]]] = {
    "boolean": _boolean,
    "currency": _currency,
    "date": _date,
    "datetime": _datetime,
    "email": _email,
    "id": _reference,
    "int": _int,
    "phone": _text,
    "picklist": _picklist,
    "reference": _reference,
    "string": _text,
    "textarea": _text,
    "url": _text,
}
