"""What people do to a local org by hand, behind the back of the product."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from provision.localorg import LocalOrg

APP = "Billing_Sync"
USERNAME = "billing.bot@acme.example"
KINDS = (
    "ConnectedApp",
    "PermissionSet",
    "ExternalClientApplication",
    "ExtlClntAppOauthSettings",
    "ExtlClntAppGlobalOauthSettings",
    "ExtlClntAppConfigurablePolicies",
    "ExtlClntAppOauthConfigurablePolicies",
)
TIMES = {"SystemModstamp", "LastModifiedDate", "LastModifiedById", "LastLoginDate"}
APPS_AND_PERMISSION_SETS = ("ConnectedApp", "ExternalClientApplication", "PermissionSet")


def find(local: LocalOrg, sobject: str, **equals: object) -> list[dict[str, Any]]:
    """Return the records with these values."""
    with local.transaction() as transaction:
        return [dict(record.fields) for record in transaction.records(local.org_id).find(sobject, **equals)]


def update(local: LocalOrg, record: Mapping[str, Any], **fields: Any) -> None:
    """Change a record."""
    with local.transaction() as transaction:
        transaction.records(local.org_id).update(record["Id"], fields)


def insert(local: LocalOrg, sobject: str, **fields: Any) -> str:
    """Add a record and return its id."""
    with local.transaction() as transaction:
        return transaction.records(local.org_id).insert(sobject, fields).id


def delete(local: LocalOrg, record: Mapping[str, Any]) -> None:
    """Remove a record."""
    with local.transaction() as transaction:
        transaction.records(local.org_id).delete(record["Id"])


def document(local: LocalOrg) -> dict[str, Any] | None:
    """Return the app as deployed."""
    with local.transaction() as transaction:
        return transaction.documents(local.org_id).get("ConnectedApp", APP)


def set_document(local: LocalOrg, part: str, **elements: Any) -> None:
    """Change elements of the app by hand, as somebody in Setup would; `None` takes one away."""
    with local.transaction() as transaction:
        documents = transaction.documents(local.org_id)
        held, record_id = documents.get("ConnectedApp", APP), documents.record_id("ConnectedApp", APP)
        assert held is not None
        content = {name: value for name, value in {**held.get(part, {}), **elements}.items() if value is not None}
        documents.put("ConnectedApp", APP, {**held, part: content}, record_id)


def person(local: LocalOrg, username: str, *, uses_the_app: bool = True) -> str:
    """Add somebody who works in the org, and perhaps with the app."""
    [profile] = find(local, "Profile", Name="Standard User")
    [admin] = find(local, "User", Username=local.admin_username)
    own = {key: value for key, value in admin.items() if key not in {"Id", "CommunityNickname"}}
    user_id = insert(local, "User", **{**own, "Username": username, "Alias": "p", "ProfileId": profile["Id"]})
    if uses_the_app:
        insert(local, "OauthToken", UserId=user_id, AppName="Billing Sync", UseCount=1, LastUsedDate=None)
    return user_id


def written(local: LocalOrg) -> list[str]:
    """What of a set-up is in the org."""
    with local.transaction() as transaction:
        documents = transaction.documents(local.org_id)
        metadata = [name for kind in APPS_AND_PERMISSION_SETS for name in documents.list(kind)]
    return [*metadata, *(row["Username"] for row in find(local, "User", Username=USERNAME))]


def everything(local: LocalOrg) -> list[str]:
    """Every record and every metadata document of the org, but for times and for what a login leaves behind."""
    with local.transaction() as transaction:
        records, documents = transaction.records(local.org_id), transaction.documents(local.org_id)
        rows = [
            f"{sobject} { {name: value for name, value in record.fields.items() if name not in TIMES} }"
            for sobject in (
                "User",
                "PermissionSet",
                "PermissionSetAssignment",
                "PermissionSetLicenseAssign",
                "SetupEntityAccess",
                "ConnectedApplication",
                "ObjectPermissions",
                "FieldPermissions",
                "OauthToken",
                "PermissionSetGroup",
                "PermissionSetGroupComponent",
            )
            for record in records.all(sobject)
        ]
        return sorted([*rows, *(f"{kind} {name}" for kind in KINDS for name in documents.list(kind))])
