"""New entries in a file that people keep: put in as lines, so that everything else stays as it was written.

No YAML library writes the file: the new lines go to the end of their section, or to the end of the file where there is
no such section yet. What came of it is read again and must be the old data with the new entries, or nothing is changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from provision.settings.adopted import Section, yaml_text
from provision.settings.tree import Data, parse

INDENT = 2


class NotInsertable(ValueError):
    """The file is written in a way that entries cannot be added to as lines."""


def inserted(text: str, sections: Mapping[str, Section]) -> str:
    """Return `text` with the entries of `sections` added; raises `NotInsertable` where it does not take them."""
    result = text
    for name, entries in sections.items():
        if entries:
            result = _with_section(result, name, entries)
    if _data(result) != _expected(_data(text), sections):
        raise NotInsertable
    return result


def _with_section(text: str, name: str, entries: Section) -> str:
    lines = text.splitlines()
    heads = [number for number, line in enumerate(lines) if re.match(rf"{name}\s*:\s*(#.*)?$", line)]
    if not heads:
        gap = "" if not text.strip() else "\n"
        return text.rstrip("\n") + f"\n{gap}" + yaml_text({name: entries})
    body = yaml_text({name: entries}).splitlines()[1:]
    end = _end_of(lines, heads[0])
    indent = _indent_of(lines[heads[0] + 1 : end])
    shifted = [" " * (indent - INDENT) + line if indent >= INDENT else line[INDENT - indent :] for line in body]
    return "\n".join([*lines[:end], *shifted, *lines[end:]]) + "\n"


def _end_of(lines: list[str], head: int) -> int:
    """Return the line after the last one of the section that starts at `head`, before blank lines and comments."""
    last = head
    for number in range(head + 1, len(lines)):
        line = lines[number]
        if line.strip() and not line.startswith((" ", "#")):
            break
        if line.strip() and line.startswith(" "):
            last = number
    return last + 1


def _indent_of(lines: list[str]) -> int:
    written = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    return len(written[0]) - len(written[0].lstrip()) if written else INDENT


def _data(text: str) -> Any:
    tree = parse(text, lambda value, _path: value)
    if tree.problems:
        raise NotInsertable
    return dict(tree.data)


def _expected(data: dict[str, Data], sections: Mapping[str, Section]) -> dict[str, Any]:
    expected: dict[str, Any] = dict(data)
    for name, entries in sections.items():
        if entries:
            before = expected.get(name)
            added = _data(yaml_text({name: entries}))[name]
            if before is not None and (not isinstance(before, dict) or set(before) & set(added)):
                raise NotInsertable
            expected[name] = {**(before or {}), **added}
    return expected
