"""The reference of running local orgs names everything that can be switched."""

import dataclasses
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from provision.localorg.store.fault_switches import Fault, FaultKind
from provision.localorg.store.orgs import Switches

TEXT = (Path(__file__).resolve().parents[2] / "docs/reference/local-commands.md").read_text()
KINDS = get_type_hints(Switches)


def row(name):
    """The cells of the one row about something."""
    [found] = [line for line in TEXT.splitlines() if line.startswith(f"| `{name}` |")]
    return [cell.strip() for cell in found.strip("|").split(" | ")]


@pytest.mark.parametrize("switch", dataclasses.fields(Switches), ids=lambda field: field.name)
def test_every_switch_is_there_with_its_values_and_its_default(switch):
    _name, values, meaning = row(switch.name)
    choices = get_args(KINDS[switch.name])
    first, *others = values.split(", ") if choices else [values]
    assert first == (f"`{switch.default}`" if choices else f"a number; {switch.default}")
    assert {first, *others} == ({f"`{choice}`" for choice in choices} if choices else {first})
    assert meaning


@pytest.mark.parametrize("name", [*FaultKind, *(field.name for field in dataclasses.fields(Fault)), "times"])
def test_every_fault_and_its_fields_are_there(name):
    assert row(name)
