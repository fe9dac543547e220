"""What an app in the org says of itself that bears on tokens, whatever its kind: read from its retrieved documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from provision.model.desired import AppKind
from provision.model.metadata import Document, Value
from provision.model.observed import ObservedApp

Place = tuple[str, str]
"""Metadata type and path of an element in it."""


@dataclass(frozen=True)
class Switch:
    """A switch that is on where all its places say so."""

    places: tuple[Place, ...]
    on: str
    absent: bool = False
    """What it is where no place speaks."""


@dataclass(frozen=True)
class Standing:
    """The switches and names of one app."""

    off: tuple[Place, ...]
    """Places that switch the app off."""
    admin_approved: bool
    policy: Place
    """Where it is said who may use the app."""
    client_credentials_off: tuple[Place, ...]
    """Places that keep the client credentials flow off."""
    run_as: str | None
    run_as_place: Place
    high_assurance: Place | None
    """Where a session level is demanded that no server can reach."""


@dataclass(frozen=True)
class _Words:
    enabled: Switch
    policy: Switch
    flow: Switch
    run_as: Place
    session: Switch


_POLICIES = "ExtlClntAppOauthConfigurablePolicies"
_GLOBAL = "ExtlClntAppGlobalOauthSettings"
_GENERAL = "ExtlClntAppConfigurablePolicies"
_CONNECTED_APP = "ConnectedApp"

_WORDS: Mapping[AppKind, _Words] = {
    AppKind.CONNECTED_APP: _Words(
        enabled=Switch((), "true", absent=True),
        policy=Switch(((_CONNECTED_APP, "oauthConfig.isAdminApproved"),), "true"),
        flow=Switch(((_CONNECTED_APP, "oauthConfig.isClientCredentialEnabled"),), "true"),
        run_as=(_CONNECTED_APP, "oauthConfig.oauthClientCredentialUser"),
        session=Switch(((_CONNECTED_APP, "sessionPolicy.sessionLevel"),), "HIGH_ASSURANCE"),
    ),
    AppKind.EXTERNAL_CLIENT_APP: _Words(
        enabled=Switch(((_GENERAL, "isEnabled"), (_GENERAL, "isOauthPluginEnabled")), "true", absent=True),
        policy=Switch(((_POLICIES, "permittedUsersPolicyType"),), "AdminApprovedPreAuthorized"),
        flow=Switch(
            ((_GLOBAL, "isClientCredentialsFlowEnabled"), (_POLICIES, "isClientCredentialsFlowEnabled")), "true"
        ),
        run_as=(_POLICIES, "clientCredentialsFlowUser"),
        session=Switch(((_POLICIES, "requiredSessionLevel"),), "HIGH_ASSURANCE"),
    ),
}


def standing(app: ObservedApp) -> Standing:
    """Return what the app says; raises `KeyError` for a kind that is not settled."""
    words = _WORDS[app.kind]
    [policy] = words.policy.places
    [session] = words.session.places
    return Standing(
        off=_off(words.enabled, app.documents),
        admin_approved=not _off(words.policy, app.documents),
        policy=policy,
        client_credentials_off=_off(words.flow, app.documents),
        run_as=_text(_at(app.documents, words.run_as)),
        run_as_place=words.run_as,
        high_assurance=None if _off(words.session, app.documents) else session,
    )


def _off(switch: Switch, documents: Mapping[str, Document]) -> tuple[Place, ...]:
    said = [(place, _at(documents, place)) for place in switch.places]
    return tuple(place for place, value in said if value != switch.on and not (value is None and switch.absent))


def _at(documents: Mapping[str, Document], place: Place) -> Value | None:
    type_name, path = place
    document = documents.get(type_name)
    value: Value | None = document.fields if document else None
    for tag in path.split("."):
        value = value.get(tag) if isinstance(value, Mapping) else None
    return value


def _text(value: Value | None) -> str | None:
    return value if isinstance(value, str) and value else None
