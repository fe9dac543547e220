"""`@{reference.path}` in a composite request: values from the answers to earlier calls."""

import re
from collections.abc import Mapping
from typing import Any, Final

from provision.localorg.sobjects.refusals import NO_REFERENCE

_REFERENCE: Final = re.compile(r"@\{(\w+)((?:\.\w+|\[\d{1,6}\])*)\}", re.ASCII)
_STEP: Final = re.compile(r"\.(\w+)|\[(\d+)\]", re.ASCII)


def fill(value: Any, answers: Mapping[str, Any]) -> Any:
    """The value with every reference replaced; raises `Refusal` where one leads nowhere."""
    if isinstance(value, str):
        return _REFERENCE.sub(lambda match: _found(match, answers), value)
    if isinstance(value, list):
        return [fill(each, answers) for each in value]
    if isinstance(value, dict):
        return {name: fill(each, answers) for name, each in value.items()}
    return value


def _found(match: re.Match[str], answers: Mapping[str, Any]) -> str:
    reference, path = match.groups()
    found = answers.get(reference)
    for step in _STEP.finditer(path):
        name, place = step.groups()
        if name is not None:
            found = found.get(name) if isinstance(found, dict) else None
        else:
            found = found[int(place)] if isinstance(found, list) and int(place) < len(found) else None
    if found is None or isinstance(found, dict | list):
        raise NO_REFERENCE.refuse(path=f"{reference}{path}", reference=reference)
    return str(found)
