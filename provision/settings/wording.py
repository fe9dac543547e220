"""What pydantic found, in the words of the file."""

from __future__ import annotations

from collections.abc import Collection
from types import NoneType
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from provision.settings.models import Settings
from provision.settings.problem import Path, Problem, not_among, quoted

_KEY = "[key]"
_MESSAGES = {
    "string_type": "text is needed",
    "tuple_type": "a list is needed, for instance [first, second]",
    "model_type": "a mapping is needed",
    "model_attributes_type": "a mapping is needed",
    "mapping_type": "a mapping is needed",
    "dict_type": "a mapping is needed",
    "string_too_long": "too long; at most {max_length} characters are allowed",
    "greater_than_equal": "too small; at least {ge} is needed",
    "less_than_equal": "too large; at most {le} is allowed",
}


def problems(found: ValidationError) -> list[Problem]:
    """Return what pydantic found."""
    return [_problem(error) for error in found.errors(include_url=False)]


def _problem(error: ErrorDetails) -> Problem:
    path: Path = error["loc"]
    if error["type"] == "missing":
        return Problem(path, "is required", at_key=True)
    if error["type"] == "extra_forbidden":
        return Problem(path, f"unknown key; {not_among(str(path[-1]), _keys_at(path[:-1]))}", at_key=True)
    at_key = path[-1:] == (_KEY,) or not _is_scalar(error["input"])
    path = path[:-1] if path[-1:] == (_KEY,) else path
    return Problem(path, _message(error), value=_value(error["input"]), at_key=at_key)


def _message(error: ErrorDetails) -> str:
    kind, value = error["type"], error["input"]
    if kind in {"literal_error", "enum"}:
        return _choice(error)
    if kind == "string_type" and _is_number(value):
        return "text is needed; put it in quotes"
    if kind in _MESSAGES:
        return _MESSAGES[kind].format_map(error.get("ctx", {}))
    return error["msg"]


def _choice(error: ErrorDetails) -> str:
    allowed = error.get("ctx", {})["expected"].replace(" or ", ", ").replace("'", "").split(", ")
    value = error["input"]
    return not_among(value, allowed) if isinstance(value, str) else f"allowed: {', '.join(allowed)}"


def _value(value: object) -> str | None:
    if value is None:
        return "an empty item"
    if isinstance(value, str):
        return quoted(value)
    return str(value).lower() if _is_number(value) else None


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, str | int | float)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _keys_at(path: Path) -> Collection[str]:
    """Return the keys that are allowed in the mapping at `path`."""
    shape: Any = Settings
    for step in path:
        shape = _below(shape, step)
    model = _model_in(shape)
    return model.model_fields if model is not None else ()


def _below(shape: Any, step: str | int) -> Any:
    model = _model_in(shape)
    if model is not None:
        return model.model_fields[str(step)].annotation
    return next(argument for argument in reversed(get_args(shape)) if argument not in (NoneType, Ellipsis))


def _model_in(shape: Any) -> type[BaseModel] | None:
    """Return the model that `shape` is, or is besides `None`."""
    candidates = [shape] if get_origin(shape) is None else []
    if NoneType in get_args(shape):
        candidates = [argument for argument in get_args(shape) if argument is not NoneType]
    found = [item for item in candidates if isinstance(item, type) and issubclass(item, BaseModel)]
    return found[0] if found else None
