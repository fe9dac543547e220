"""What is assigned, by which field, and what is left out; against records that are kept in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest

from provision.acts.assignments import write_assignments
from provision.errors import Refused
from provision.model.check import Refusal
from provision.model.desired import Desired, PermissionSetGroup
from provision.model.observed import ObservedPermissionSet, ObservedPermissionSetGroup
from provision.model.situation import Situation
from provision.org.records import Write, Written
from tests.factories import USERNAME, data_set, existing_user, observed, user


@dataclass
class RecordsInMemory:
    """Answers the queries for ids and takes assignments, with or without an objection."""

    tables: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    objection: str | None = None
    asked: list[str] = field(default_factory=list)
    written: list[Mapping[str, Any]] = field(default_factory=list)

    def queries(self, soql: Mapping[str, str]) -> dict[str, Any]:
        self.asked += soql
        return {name: list(self.tables.get(text.split(" FROM ")[1].split()[0], ())) for name, text in soql.items()}

    def write(self, writes: Sequence[Write], *, all_or_none: bool) -> tuple[Written, ...]:
        assert not all_or_none, "one refused assignment does not undo the others"
        self.written += [write.body or {} for write in writes]
        refusals = (Refusal(self.objection, "no", 400),) if self.objection else ()
        return tuple(Written(write.reference, None if refusals else "0Pa", refusals) for write in writes)


GROUP = PermissionSetGroup("Billing", "Billing", permission_sets=("Billing_Data",))
HOLDER = existing_user(permission_sets=frozenset())


def situation(**changes: object) -> Situation:
    wanted = Desired((), (user(permission_set_groups=("Billing",)),), (data_set(),), (GROUP,))
    return Situation(wanted, observed(users={USERNAME: HOLDER}, **changes), {})


def assign(records: RecordsInMemory, one: Situation) -> tuple[str, ...]:
    return write_assignments(SimpleNamespace(records=records), one)  # type: ignore[arg-type]


KNOWN = {
    "permission_sets": {"Billing_Data": ObservedPermissionSet("0PS1", "Billing_Data", "Billing Data", None)},
    "permission_set_groups": {"Billing": ObservedPermissionSetGroup("Billing", "0PG1", None)},
}


def test_sets_and_groups_are_assigned_each_by_its_own_field() -> None:
    records = RecordsInMemory()
    assert assign(records, situation(**KNOWN)) == ()
    assert records.written == [
        {"AssigneeId": HOLDER.id, "PermissionSetId": "0PS1"},
        {"AssigneeId": HOLDER.id, "PermissionSetGroupId": "0PG1"},
    ]
    assert records.asked == []


def test_ids_of_what_was_made_in_this_run_are_asked_for() -> None:
    tables = {
        "User": [{"Id": "005A", "Username": USERNAME.upper()}],
        "PermissionSet": [{"Id": "0PS2", "Name": "Billing_Data"}],
        "PermissionSetGroup": [{"Id": "0PG2", "DeveloperName": "Billing"}],
    }
    records = RecordsInMemory(tables)
    assert assign(records, situation()) == ()
    assert records.written == [
        {"AssigneeId": "005A", "PermissionSetId": "0PS2"},
        {"AssigneeId": "005A", "PermissionSetGroupId": "0PG2"},
    ]


def test_groups_are_asked_for_only_where_somebody_is_to_hold_one() -> None:
    one = situation()
    without = replace(one, desired=replace(one.desired, users=(user(),), permission_set_groups=()))
    records = RecordsInMemory({"User": [{"Id": "005A", "Username": USERNAME}]})
    assert assign(records, without) == ("Billing_Data",)
    assert records.asked == ["users", "sets"]


def test_what_does_not_exist_yet_is_left_out_and_named() -> None:
    records = RecordsInMemory({"User": [{"Id": "005A", "Username": USERNAME}]})
    assert assign(records, situation()) == ("Billing_Data", "Billing")
    assert records.written == []


def test_an_assignment_that_somebody_else_made_meanwhile_counts_as_done() -> None:
    assert assign(RecordsInMemory(objection="DUPLICATE_VALUE"), situation(**KNOWN)) == ()
    with pytest.raises(Refused, match="refused a permission set assignment"):
        assign(RecordsInMemory(objection="INVALID_CROSS_REFERENCE_KEY"), situation(**KNOWN))
