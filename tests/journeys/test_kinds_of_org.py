"""Every kind of app and grant on every kind of org: set up and proved, or refused with what to do.

The table says what is expected in an org as it is by default. Each switch of the local org, one at a time, is another
kind of org: one that is not in `OTHERWISE` changes nothing of that, and a new switch joins by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from provision.localorg.store.orgs import Switches
from tests.journeys.conftest import Provision, edit
from tests.journeys.test_external_client_apps import FOREIGN, deployed, local_org, retrieved

CONNECTED, EXTERNAL = "connected-app", "external-client-app"
GRANTS = {"both": "[jwt-bearer, client-credentials]", "jwt": "[jwt-bearer]", "credentials": "[client-credentials]"}
ACCESS = ("-a", "billing-sync")
Prepare = Callable[[Path, Provision], None]


def _as_it_is(_settings: Path, _provision: Provision) -> None:
    pass


def _enabled(settings: Path, _provision: Provision) -> None:
    edit(settings, "local: {}", "local: {connected_app_creation: enabled}")


def _connected_app(settings: Path, provision: Provision) -> None:
    """One that was made while the org still took it, and that differs by now."""
    _enabled(settings, provision)
    _made(settings, provision, CONNECTED)
    edit(settings, "local: {connected_app_creation: enabled}", "local: {}")


def _foreign(settings: Path, provision: Provision) -> None:
    """An External Client App made by hand, its members named as somebody liked; its key and secret are brought."""
    deployed(settings, FOREIGN)
    assert provision("keys", "generate", *ACCESS).code == 0
    assert provision("keys", "secret", *ACCESS, "--from-org").code == 0


def _packaged(settings: Path, provision: Provision) -> None:
    _made(settings, provision, EXTERNAL)
    local = local_org(settings)
    with local.transaction() as transaction:
        documents = transaction.documents(local.org_id)
        held = documents.get("ExternalClientApplication", "Billing_Sync")
        record_id = documents.record_id("ExternalClientApplication", "Billing_Sync")
        assert held is not None
        managed = {**held, "distributionState": "Managed"}
        documents.put("ExternalClientApplication", "Billing_Sync", managed, record_id)


def _made(settings: Path, provision: Provision, kind: str) -> None:
    edit(settings, "    scopes: [api, refresh_token]", f"    kind: {kind}\n    scopes: [api]")
    assert provision("apply", "--no-verify").code == 0
    edit(settings, f"    kind: {kind}\n    scopes: [api]", "    scopes: [api, refresh_token]")


STATES: dict[str, Prepare] = {
    "blocked": _as_it_is,
    "enabled": _enabled,
    "connected app there": _connected_app,
    "foreign names": _foreign,
    "packaged": _packaged,
}
BLOCKED, CLASH = "CONNECTED_APP_CREATION_BLOCKED", "APP_KIND_DIFFERS"
EXPECTED: dict[tuple[str, str], str] = {
    ("blocked", "auto"): EXTERNAL,
    ("blocked", CONNECTED): BLOCKED,
    ("blocked", EXTERNAL): EXTERNAL,
    ("enabled", "auto"): EXTERNAL,
    ("enabled", CONNECTED): CONNECTED,
    ("enabled", EXTERNAL): EXTERNAL,
    ("connected app there", "auto"): CONNECTED,
    ("connected app there", CONNECTED): CONNECTED,
    ("connected app there", EXTERNAL): CLASH,
    ("foreign names", "auto"): EXTERNAL,
    ("foreign names", CONNECTED): CLASH,
    ("foreign names", EXTERNAL): EXTERNAL,
    ("packaged", "auto"): "APP_NOT_OURS",
    ("packaged", CONNECTED): CLASH,
    ("packaged", EXTERNAL): "APP_NOT_OURS",
}
"""State of the org and kind of the settings: the kind that the app then is, or the code of the refusal."""
REMEDIES: dict[str, str] = {
    BLOCKED: "Set the app's kind to external-client-app",
    CLASH: "Set apps.billing-sync.kind to",
    "APP_NOT_OURS": "Choose another apps.billing-sync.name",
    "EXTERNAL_CLIENT_APPS_OFF": "Setup → External Client App Settings",
    "REQUEST_REFUSED": "the permission API Enabled",
    "CHECKS_FAILED": "remedy under each failed check",
    "STILL_RUNNING": "provision deploy -o local --resume",
}
OTHERWISE: dict[tuple[str, Any], dict[str, str]] = {
    ("external_client_apps", "disabled"): {EXTERNAL: "EXTERNAL_CLIENT_APPS_OFF"},
    ("rest_api", "disabled"): {EXTERNAL: "REQUEST_REFUSED", CONNECTED: "REQUEST_REFUSED"},
    ("session_level", "high-assurance"): {EXTERNAL: "CHECKS_FAILED", CONNECTED: "CHECKS_FAILED"},
    ("deploys", "stay-pending"): {EXTERNAL: "STILL_RUNNING", CONNECTED: "STILL_RUNNING"},
}
"""Switch and value: what becomes of each kind there."""
NUMBERS = {"propagation_seconds": 1}
MANY = 1000
CROSSED: tuple[tuple[str, str, str], ...] = (
    ("blocked", EXTERNAL, "both"),
    ("blocked", EXTERNAL, "jwt"),
    ("enabled", CONNECTED, "both"),
    ("foreign names", "auto", "both"),
)
"""States, kinds and grants that meet every switch."""


def other_values() -> Iterator[tuple[str, Any]]:
    """Every switch of the local org with every value that it does not have by itself."""
    kinds = get_type_hints(Switches)
    for field in fields(Switches):
        choices = get_args(kinds[field.name]) if kinds[field.name] is not int else (NUMBERS.get(field.name, MANY),)
        yield from ((field.name, value) for value in choices if value != field.default)


def cells() -> Iterator[Any]:
    for (state, kind), expected in EXPECTED.items():
        for grants in GRANTS if expected in {CONNECTED, EXTERNAL} else ("both",):
            yield pytest.param(state, kind, grants, None, id=f"{state}-{kind}-{grants}")
    for switch in other_values():
        if switch[0] != "connected_app_creation":
            for state, kind, grants in CROSSED:
                yield pytest.param(state, kind, grants, switch, id=f"{state}-{kind}-{grants}-{switch[0]}-{switch[1]}")


@pytest.mark.parametrize(("state", "kind", "grants", "switch"), list(cells()))
def test_it_is_set_up_and_proved_or_refused_with_what_to_do(
    modern: Path, provision: Provision, state: str, kind: str, grants: str, switch: tuple[str, Any] | None
) -> None:
    edit(modern, GRANTS["both"], GRANTS[grants])
    STATES[state](modern, provision)
    edit(modern, "    scopes:", f"    kind: {kind}\n    scopes:")
    expected = EXPECTED[state, kind]
    if switch is not None:
        local_org(modern).switch(**{switch[0]: switch[1]})
        expected = OTHERWISE.get(switch, {}).get(expected, expected)
    patience = ("--wait", "0") if switch == ("deploys", "stay-pending") else ()
    done = provision("apply", *patience, "--json")
    if expected not in {CONNECTED, EXTERNAL}:
        assert (done.code != 0, done.document["code"]) == (True, expected), done.out
        assert REMEDIES[expected] in " ".join(done.document["actions"])
        return
    assert done.code == 0, done.out
    [app] = done.org["apps"]
    assert app["kind"] == expected
    assert {check["status"] for check in app["checks"]} == {"passed"}
    again = provision("plan", "--exit-code", "--json")
    assert (again.code, again.org["changes"]) == (0, []), again.out
    # Nobody can read secrets afterwards.
    assert "enableClientSecretInRestApiAccess>true" not in retrieved(modern, {"Settings": ["ExternalClientApp"]})
