"""What is left of a declaration when people own some of its fields."""

from __future__ import annotations

import pytest

from provision.metadata.ignore import field_names, is_field, without_ignored
from provision.metadata.merge import differences, overlay
from provision.model.metadata import Document, Value

FLAGS = ("allowCreate", "allowDelete", "allowEdit", "allowRead", "modifyAllRecords", "viewAllRecords")


def rights(name: str, *given: str) -> dict[str, Value]:
    return {**{flag: "true" if flag in given else "false" for flag in FLAGS}, "object": name}


DECLARED: dict[str, Value] = {
    "label": "Data",
    "description": "as declared",
    "objectPermissions": (rights("Account", "allowRead", "allowEdit"), rights("Contact", "allowRead")),
}
HAD = Document(
    "PermissionSet",
    {"label": "Old", "description": "by hand", "objectPermissions": (rights("Account", "allowRead"),)},
)


def planned(*ignored: str, base: Document = HAD) -> set[str]:
    return {row.field for row in differences(base, without_ignored(DECLARED, frozenset(ignored), base))}


@pytest.mark.parametrize(
    ("ignored", "left_out"),
    [
        ((), set()),
        (("description",), {"description"}),
        (("label", "description"), {"label", "description"}),
        (("objectPermissions[Account].allowEdit",), {"objectPermissions[Account].allowEdit"}),
        (("objectPermissions[Account]",), {"objectPermissions[Account].allowEdit"}),
        (("objectPermissions[Contact]",), {"objectPermissions[Contact].allowRead"}),
        (
            ("objectPermissions",),
            {"objectPermissions[Account].allowEdit", "objectPermissions[Contact].allowRead"},
        ),
        (("objectPermissions[Account].allowRead",), set()),
        (("desc",), set()),
    ],
)
def test_what_is_ignored_is_neither_planned_nor_written(ignored: tuple[str, ...], left_out: set[str]) -> None:
    everything = planned()
    assert planned(*ignored) == everything - left_out
    kept = without_ignored(DECLARED, frozenset(ignored), HAD)
    written = {row.field for row in differences(HAD, overlay(HAD, kept).fields)}
    assert written == everything - left_out, "what is deployed differs in nothing else"


def test_an_entry_that_is_missing_is_made_without_the_flag_and_whole() -> None:
    base = Document("PermissionSet", {"label": "Data"})
    kept = without_ignored(DECLARED, frozenset({"objectPermissions[Account].allowEdit"}), base)
    assert kept["objectPermissions"] == (rights("Account", "allowRead"), rights("Contact", "allowRead"))


def test_an_entry_of_which_nothing_else_is_wanted_is_not_made() -> None:
    base = Document("PermissionSet", {"label": "Data"})
    kept = without_ignored(DECLARED, frozenset({"objectPermissions[Contact].allowRead"}), base)
    assert kept["objectPermissions"] == (rights("Account", "allowRead", "allowEdit"),)


def test_a_part_of_which_nothing_is_left_is_not_written() -> None:
    declared: dict[str, Value] = {"oauthPolicy": {"ipRelaxation": "ENFORCE"}}
    assert without_ignored(declared, frozenset({"oauthPolicy.ipRelaxation"}), Document("ConnectedApp", {})) == {}


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("description", True),
        ("objectPermissions", True),
        ("objectPermissions[Account]", True),
        ("objectPermissions[Account].allowEdit", True),
        ("fieldPermissions[Account.Rating].readable", True),
        ("objectPermissions.allowEdit", False),
        ("objectPermissions[Account].object", False),
        ("objectPermissions[Account].allowEdit.more", False),
        ("description[0]", False),
        ("descriptio", False),
        ("", False),
        ("description.", False),
        ("a b", False),
    ],
)
def test_names_are_those_of_a_plan(name: str, known: bool) -> None:
    assert is_field(name, "PermissionSet") is known


def test_every_name_that_is_offered_is_one() -> None:
    for type_name in ("PermissionSet", "ConnectedApp", "ExtlClntAppOauthConfigurablePolicies"):
        assert all(is_field(name, type_name) for name in field_names(type_name, "Account"))
