"""The digests that a saved plan is held to: all that a plan follows from changes one, and secrets change none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from provision.digest import PASSING, states
from provision.keys.generate import generate
from provision.model.desired import AppKind, KeySpec, PermissionSetGroup
from provision.model.held import Held
from provision.model.metadata import Document
from provision.model.observed import Observed, ObservedPermissionSet, ObservedPermissionSetGroup
from provision.model.rotation import Hook, RotationSpec
from provision.model.situation import Situation
from tests import factories as make

CANARY = "canary-secret"
OAUTH = {"consumerSecret": CANARY, "consumerKey": "3MVG9", "scopes": ("Api", "Web")}
DOCUMENT = Document("ConnectedApp", {"label": "Billing Sync", "oauthConfig": OAUTH})
RECORD_IDS = frozenset({"assignments", "group_assignments"})
UNHELD = RECORD_IDS | {"form", "compare", "observed_at", "user_licenses", "permission_set_licenses"}


def certificate() -> Any:
    return generate(KeySpec(), "billing-sync", datetime.now(UTC)).certificate


@pytest.fixture(scope="module")
def situation() -> Situation:
    """A situation in which nothing that can be there is left out."""
    app = make.app(
        given=DOCUMENT,
        extra={"attributes": ({"formula": "x", "key": "Company"},)},
        ignore=frozenset({"contactEmail"}),
        rotation=RotationSpec(deploy=Hook(("hand", "over"), Path("/work"))),
    )
    group = PermissionSetGroup("Group", "Group", permission_sets=("Billing_Data",))
    group_there = ObservedPermissionSetGroup("Group", "0PG1", Document("PermissionSetGroup", {}))
    wanted = replace(
        make.desired(app),
        permission_set_groups=(group,),
        delete_before=(("PermissionSet", "Old"),),
        delete_after=(("PermissionSet", "Older"),),
    )
    there = make.observed(
        users={make.USERNAME: make.existing_user(permission_set_groups=frozenset({"Group"}))},
        permission_sets={"Billing_Data": ObservedPermissionSet("0PS1", "Billing_Data", "Billing Data", DOCUMENT)},
        permission_set_groups={"Group": group_there},
        apps={"Billing_Sync": make.existing_app(DOCUMENT, certificate="MII")},
        present=frozenset({("PermissionSet", "Old")}),
        unreadable_apps={"Other": AppKind.CONNECTED_APP},
    )
    held = Held((certificate(),), (certificate(),), "3MVG9", has_secret=True)
    return Situation(wanted, there, {"billing-sync": held})


def others(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield copies of `value` with one thing changed in each, and where."""
    for where, part, put in _parts(value):
        yield from ((f"{path}{where}{deeper}", put(other)) for deeper, other in others(part))
    if isinstance(value, Mapping):
        yield f"{path} with another", {**value, "another": next(iter(value.values()), "x")}
    elif isinstance(value, tuple):
        yield f"{path} with none", ()
    elif not is_dataclass(value):
        yield path, _other(value)


def _parts(value: Any) -> list[tuple[str, Any, Callable[[Any], Any]]]:
    """Return where each part of `value` is, the part, and what makes a copy of `value` with another in its place."""
    if is_dataclass(value) and not isinstance(value, type):
        names = [part.name for part in fields(value) if part.name not in UNHELD]
        return [(f".{name}", getattr(value, name), partial(_with, value, name)) for name in names]
    if isinstance(value, Mapping):
        return [(f".{key}", item, partial(lambda key, new: {**value, key: new}, key)) for key, item in value.items()]
    if isinstance(value, tuple):
        return [
            (f"[{at}]", item, partial(lambda at, new: (*value[:at], new, *value[at + 1 :]), at))
            for at, item in enumerate(value)
        ]
    return []


def _with(value: Any, name: str, new: Any) -> Any:
    return replace(value, **{name: new})


def _other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, StrEnum):
        return next(one for one in type(value) if one is not value)
    if isinstance(value, frozenset):
        return value | {"x"}
    if isinstance(value, Path):
        return value / "x"
    if isinstance(value, int):
        return value + 1
    return "x" if value is None else f"{value}x"


def test_whatever_is_declared_and_changes_changes_a_digest(situation: Situation) -> None:
    before = states(situation)
    seen = 0
    for where, wanted in others(replace(situation.desired, templates=None)):
        if where.endswith((".consumerSecret", ".templates", "with none")):
            continue
        seen += 1
        assert states(replace(situation, desired=wanted)) != before, where
    assert seen > 100


def test_whatever_the_org_showed_and_changes_changes_a_digest_but_for_what_passes(situation: Situation) -> None:
    before = states(situation)
    for where, there in others(situation.observed):
        if not where.endswith((".consumerSecret", "with none")):
            assert states(replace(situation, observed=there)) != before, where
    later = replace(situation.observed, observed_at=make.NOW + timedelta(days=1), user_licenses={})
    assert states(replace(situation, observed=replace(later, permission_set_licenses={}))) == before
    assert {part.name for part in fields(Observed)} > PASSING


CHANGES: dict[str, dict[str, Any]] = {
    "another certificate": {"certificates": (certificate(),)},
    "no certificate": {"certificates": ()},
    "nothing staged": {"staged": ()},
    "another consumer key": {"consumer_key": "3MVG8"},
    "no secret": {"has_secret": False},
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_held_and_changes_changes_the_digest_of_its_app(change: str, situation: Situation) -> None:
    held = replace(situation.held["billing-sync"], **CHANGES[change])
    before, after = states(situation), states(replace(situation, held={"billing-sync": held}))
    assert {name for name in before if before[name] != after[name]} == {"keys.billing-sync"}


def test_a_secret_in_metadata_has_no_part_in_any_digest(situation: Situation) -> None:
    """A digest of a weak secret would give it away to whoever guesses."""
    another = Document("ConnectedApp", {"label": "Billing Sync", "oauthConfig": {**OAUTH, "consumerSecret": "guessed"}})
    [app] = situation.desired.apps
    wanted = replace(situation.desired, apps=(replace(app, given=another),))
    there = replace(situation.observed, apps={"Billing_Sync": make.existing_app(another, certificate="MII")})
    before = states(situation)
    assert states(replace(situation, desired=wanted)) == before
    assert states(replace(situation, observed=there)) == before
    assert CANARY not in str(before)
