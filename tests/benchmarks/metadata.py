"""Times the metadata of 1,000 apps: rendered, read back and checked."""

from __future__ import annotations

import time

from provision.metadata.check import check
from provision.metadata.render import render
from provision.model.metadata import Document, Value

APPS = 1_000
WHAT = "1,000 apps and 1,000 permission sets rendered and checked"
BUDGET_SECONDS = 2.0
FLAGS = (
    "isAdminApproved",
    "isClientCredentialEnabled",
    "isConsumerSecretOptional",
    "isIntrospectAllTokens",
    "isNamedUserJwtEnabled",
    "isPkceRequired",
    "isRefreshTokenRotationEnabled",
    "isSecretRequiredForRefreshToken",
)


def connected_app(number: int) -> Document:
    """An app of the size that an org gives back: certificate, scopes, policies, permission set."""
    config: dict[str, Value] = {
        "callbackUrl": "https://login.salesforce.com/services/oauth2/success",
        "certificate": "MIIC" + "A" * 1_000,
        "consumerKey": f"key{number:077}",
        "oauthClientCredentialUser": f"bot{number}@acme.example",
        "scopes": ("Api", "RefreshToken"),
        **dict.fromkeys(FLAGS, "true"),
    }
    return Document(
        "ConnectedApp",
        {
            "contactEmail": "integrations@acme.example",
            "description": f'App number {number} of <many> & "more"',
            "label": f"App {number}",
            "oauthConfig": config,
            "oauthPolicy": {"ipRelaxation": "ENFORCE", "refreshTokenPolicy": "infinite"},
            "permissionSetName": (f"App {number} Access",),
        },
    )


def permission_set(number: int) -> Document:
    """A permission set with a handful of objects and fields."""
    flags = ("allowCreate", "allowDelete", "allowEdit", "allowRead", "modifyAllRecords", "viewAllRecords")
    return Document(
        "PermissionSet",
        {
            "fieldPermissions": tuple(
                {"editable": "false", "field": f"Object{number}__c.Field{field}__c", "readable": "true"}
                for field in range(10)
            ),
            "hasActivationRequired": "false",
            "label": f"App {number} Access",
            "objectPermissions": tuple(
                {**dict.fromkeys(flags, "false"), "object": f"Object{thing}__c"} for thing in range(5)
            ),
            "userPermissions": ({"enabled": "true", "name": "ApiEnabled"},),
        },
    )


def seconds() -> float:
    """Return how long rendering and checking 1,000 apps with their permission sets takes."""
    documents = [made(number) for number in range(APPS) for made in (connected_app, permission_set)]
    begin = time.perf_counter()
    for document in documents:
        render(document, api_version="67.0")
        if check(document, "67.0"):
            raise AssertionError(document)
    return time.perf_counter() - begin
