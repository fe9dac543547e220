"""Small builders of nouns for tests."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from provision.model.desired import App, AppKind, Desired, GrantType, IntegrationUser, PermissionSet
from provision.model.held import Held
from provision.model.observed import Observed, ObservedApp, ObservedUser, Organization, Seats
from provision.model.situation import Situation
from provision.settings.scaffold import SETTINGS

LEGACY = re.sub(
    r"    users:\n      billing-bot:\n.*\n", "", SETTINGS.replace("default_org: local\n", "default_org: local-legacy\n")
)
"""What `provision init` writes, with `local-legacy` as the default and only org: there, new apps are Connected Apps."""

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
USERNAME = "billing.bot@acme.example"


def user(**changes: object) -> IntegrationUser:
    base: dict[str, object] = {
        "key": "billing-bot",
        "username": USERNAME,
        "last_name": "Billing Sync",
        "email": "integrations@acme.example",
        "permission_sets": ("Billing_Data",),
    }
    return IntegrationUser(**{**base, **changes})  # type: ignore[arg-type]


def data_set(**changes: object) -> PermissionSet:
    base: dict[str, object] = {
        "name": "Billing_Data",
        "label": "Billing Data",
        "objects": {"Account": frozenset({"read"})},
        "fields": {"Account.Rating": "read"},
    }
    return PermissionSet(**{**base, **changes})  # type: ignore[arg-type]


def app(**changes: object) -> App:
    base: dict[str, object] = {
        "key": "billing-sync",
        "name": "Billing_Sync",
        "label": "Billing Sync",
        "contact_email": "integrations@acme.example",
        "user": user(),
        "access": PermissionSet("Billing_Sync_Access", "Billing Sync Access"),
        "kind": AppKind.CONNECTED_APP,
    }
    return App(**{**base, **changes})  # type: ignore[arg-type]


def desired(*apps: App) -> Desired:
    chosen = apps or (app(),)
    return Desired(chosen, (chosen[0].user,), (data_set(),))


def observed(**changes: object) -> Observed:
    base: dict[str, object] = {
        "organization": Organization("00D000000000001AAA", "Acme", is_sandbox=True, type="Enterprise Edition"),
        "users": {},
        "permission_sets": {},
        "apps": {},
        "profiles": {"Minimum Access - API Only Integrations": "00e000000000001AAA"},
        "user_licenses": {"Salesforce Integration": Seats("100000000000001AAA", "Salesforce Integration", 5, 0)},
        "permission_set_licenses": {
            "SalesforceAPIIntegrationPsl": Seats("0PL000000000001AAA", "SalesforceAPIIntegrationPsl", 5, 0)
        },
        "observed_at": NOW,
    }
    return Observed(**{**base, **changes})  # type: ignore[arg-type]


def existing_user(**changes: object) -> ObservedUser:
    fields = {
        "Username": USERNAME,
        "LastName": "Billing Sync",
        "FirstName": None,
        "Email": "integrations@acme.example",
        "Alias": "billingb",
        "IsActive": True,
    }
    base: dict[str, object] = {
        "id": "005000000000001AAA",
        "username": USERNAME,
        "fields": fields,
        "is_active": True,
        "profile": "Minimum Access - API Only Integrations",
        "profile_api_only": True,
        "permission_set_licenses": frozenset({"SalesforceAPIIntegrationPsl"}),
        "permission_sets": frozenset({"Billing_Data", "Billing_Sync_Access"}),
    }
    return ObservedUser(**{**base, **changes})  # type: ignore[arg-type]


def situation(
    *,
    wanted: Desired | None = None,
    there: Observed | None = None,
    held: dict[str, Held] | None = None,
) -> Situation:
    return Situation(wanted or desired(), there or observed(), held or {})


def existing_app(document: object, **changes: object) -> ObservedApp:
    base: dict[str, object] = {
        "kind": AppKind.CONNECTED_APP,
        "id": "0H4000000000001AAA",
        "name": "Billing_Sync",
        "label": "Billing Sync",
        "consumer_key": "3MVG9",
        "certificate": None,
        "documents": {"ConnectedApp": document},
    }
    return ObservedApp(**{**base, **changes})  # type: ignore[arg-type]


JWT_ONLY = frozenset({GrantType.JWT_BEARER})
CLIENT_CREDENTIALS_ONLY = frozenset({GrantType.CLIENT_CREDENTIALS})
