"""What the local org itself answers is explained: it is provoked, and the answer handed to explain as it came."""

from __future__ import annotations

import importlib
import pkgutil
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import provision.localorg
from provision.diagnose.matching import explain
from provision.localorg import LocalOrg
from provision.localorg.clock import FixedClock
from tests.diagnose.asking import (
    DESCRIBE,
    LOGIN,
    NAMESPACE,
    Provoke,
    as_integration,
    assigned,
    assigned_twice,
    composite,
    create,
    deleted_twice,
    deleted_while_held,
    edit_without_read,
    eleven_components,
    faulty,
    get,
    larger_than_a_request_may_be,
    license_taken,
    licensed_set,
    licensed_twice,
    locked_out,
    right_password,
    same_address_twice,
    second,
    set_of_another_license,
    soap,
    soql,
    switched,
    token,
    twice,
    user,
    with_signed_token,
    without_seats,
)
from tests.diagnose.deploying import (
    CALLBACK,
    FLOW,
    GLOBAL,
    application,
    cancelled_late,
    connected,
    deletion,
    deployed,
    family,
    fields,
    of_version,
    part,
    permission_set,
    policies,
    staged_twice,
    zipped,
)
from tests.diagnose.test_matrix import EXPLAINED
from tests.localorg.visitor import KEY, SECRET, V, Visitor


@pytest.fixture
def visitor(tmp_path: Path) -> Any:
    clock = FixedClock(datetime(2026, 9, 1, 12, 0, tzinfo=UTC))
    local = LocalOrg.open(tmp_path / "orgs.sqlite", "dev", clock, connected_app_creation="enabled")
    return Visitor(local, clock)  # type: ignore[no-untyped-call]


ACCOUNT = {"Name": "A"}

PRODUCED: dict[str, Provoke] = {
    # token endpoint
    "jwt-grant-unsupported": token(grant_type="nonsense"),
    "jwt-scope-param": token(grant_type="client_credentials", client_id="x", client_secret=SECRET, scope="api"),
    "revoke-unknown-token": get("/services/oauth2/revoke", "POST", data={"token": "nonsense"}),
    # sessions and paths
    "rest-invalid-session": lambda visitor: str(visitor.as_user("nonsense").query("SELECT Id FROM Account").text),
    "deploy-url-version": get("/services/data/v66/query"),
    "api-retired": get("/services/data/v20.0/query?q=SELECT+Id+FROM+Account"),
    "rest-url-not-reset": get(f"{V}/query?q=SELECT+Id+FROM+Account", host="test.salesforce.com"),
    "http-method": get(f"{V}/query", "PUT"),
    "rest-api-disabled-org": switched(soql("SELECT Id FROM Account"), rest_api="disabled"),
    "rest-lock": faulty("row-lock"),
    "rest-quota": faulty("request-limit"),
    "feature-not-enabled": get("/services/data/v66.0/apps/oauth/credentials/nothing"),
    # queries
    "soql-syntax": soql("invalid"),
    "soql-no-column": soql("SELECT Nope FROM Account"),
    "user-data-not-visible": soql("SELECT Id FROM Nope"),
    "soql-relationship": soql("SELECT Nope.Name FROM Account"),
    "soql-filter-type": soql("SELECT Id FROM Account WHERE CreatedDate = 'x'"),
    "rest-status-filter": soql("SELECT Id FROM LoginHistory WHERE Status = 'Success'"),
    "soql-unsortable": soql("SELECT Id FROM Account WHERE Id = 'nonsense'"),
    "soql-limits": soql("SELECT Id FROM Account OFFSET 3000"),
    "soql-grouping": soql("SELECT Name, COUNT(Id) FROM Account"),
    "query-locator": get(f"{V}/query/01g000000000001-2000"),
    # records
    "no-such-field": create("Account", Name="A", Nope=1),
    "field-read-only": create("Account", Name="A", CreatedDate="2026-01-01T00:00:00Z"),
    "user-required-fields": create("Account"),
    "json-parser": create("Account", Name={"a": 1}),
    "malformed-id": create("PermissionSetAssignment", AssigneeId="nope", PermissionSetId="nope"),
    "deploy-status-unknown-id": get(f"{V}/sobjects/Account/001000000000001AAA", "PATCH", json=ACCOUNT),
    "entity-deleted": deleted_twice,
    "external-id-unknown": get(f"{V}/sobjects/Account/nonsense"),
    "user-trigger-failure": create("Organization", Name="x"),
    "user-mixed-dml": composite(
        all_or_none=True,
        a=("POST", "sobjects/Account", {"Name": "A"}),
        b=("POST", "sobjects/PermissionSet", {"Name": "B", "Label": "B"}),
    ),
    "composite-halted": composite(
        all_or_none=True, a=("POST", "sobjects/Account", {}), b=("POST", "sobjects/Account", {"Name": "B"})
    ),
    "composite-reference": composite(
        all_or_none=False, a=("POST", "sobjects/Contact", {"LastName": "C", "AccountId": "@{nothing.id}"})
    ),
    "rolled-back": get(
        f"{V}/composite/sobjects",
        "POST",
        json={
            "allOrNone": True,
            "records": [{"attributes": {"type": "Account"}}, {"attributes": {"type": "Account"}, "Name": "B"}],
        },
    ),
    # users, licences, permission sets
    "user-bad-email": user(Email="nonsense"),
    "user-alias-long": user(Alias="x" * 20),
    "picklist-value": user(EmailEncodingKey="nonsense"),
    "user-duplicate-username": second(user()),
    "user-license-exhausted": without_seats,
    "user-self-lockout": locked_out,
    "psa-duplicate": assigned_twice,
    "psl-duplicate": licensed_twice,
    "ps-license-no-objects": assigned(Account=["Read"]),
    "ps-assigned-not-deleted": deleted_while_held,
    "ps-depends": edit_without_read,
    # deploys
    "ca-creation-blocked": switched(deployed(connected()), connected_app_creation="blocked"),
    "ca-key-not-allowed": twice(
        deployed(connected()), deployed(connected("<consumerKey>anotherkey12345</consumerKey>"))
    ),
    "ca-key-taken": twice(
        deployed(connected("<consumerKey>onekey1234567890</consumerKey>")),
        deployed(connected("<consumerKey>onekey1234567890</consumerKey>", name="B")),
    ),
    "ca-key-form": deployed(connected("<consumerKey>short</consumerKey>")),
    "ca-bad-certificate": deployed(connected("<certificate>nonsense</certificate>")),
    "deploy-bad-value": deployed(connected("<isAdminApproved>perhaps</isAdminApproved>")),
    "deploy-element-twice": deployed(connected(rest="<label>B</label>")),
    "deploy-no-user": deployed(
        connected(
            "<isClientCredentialEnabled>true</isClientCredentialEnabled>"
            "<oauthClientCredentialUser>nobody@acme.example</oauthClientCredentialUser>"
        )
    ),
    "deploy-not-named": deployed(connected(), listed=False),
    "deploy-unparsable": zipped(
        **{
            "package.xml": f'<Package xmlns="{NAMESPACE}"><types><members>A</members><name>ConnectedApp</name></types>'
            "<version>66.0</version></Package>",
            "connectedApps/A.connectedApp": "<not xml",
        }
    ),
    "deploy-required-missing": deployed(("ConnectedApp", "A", "<label>A</label>")),
    "deploy-bad-name": deployed(connected(name="A__B")),
    "eca-invalid-location": deployed(connected("<isJwtBearerFlowEnabled>true</isJwtBearerFlowEnabled>")),
    "eca-wrong-suffix": zipped(**{"somewhere/x.txt": "x"}),
    "ps-unknown-permission": deployed(
        permission_set("<userPermissions><enabled>true</enabled><name>ApiOnlyUser</name></userPermissions>")
    ),
    "eca-orgscoped-format": deployed(
        application(more="<orgScopedExternalApp>nonsense</orgScopedExternalApp>"),
    ),
    "eca-scope-token": deployed(
        application(),
        part(
            "ExtlClntAppOauthSettings",
            "E_oauth",
            "<commaSeparatedOauthScopes>chatbot_api</commaSeparatedOauthScopes>",
        ),
    ),
    "eca-name-conflict": twice(deployed(connected(name="E")), deployed(application())),
    "ca-flag-needs-flow": deployed(
        connected("<oauthClientCredentialUser>admin@local--dev.example</oauthClientCredentialUser>")
    ),
    "ca-secret-in-use": twice(
        deployed(connected("<consumerSecret>onesecret1234567</consumerSecret>")),
        deployed(connected("<consumerSecret>onesecret1234567</consumerSecret>", name="B")),
    ),
    "cc-run-as-not-api-only": twice(
        family(shared=FLOW),
        deployed(policies(f"{FLOW}<clientCredentialsFlowUser>nobody@acme.example</clientCredentialsFlowUser>")),
    ),
    "cred-staged-occupied": staged_twice,
    "deploy-too-many-files": larger_than_a_request_may_be,
    "deploy-too-many-records": eleven_components,
    "eca-key-conflict": switched(
        family(shared=f"<consumerKey>{KEY}</consumerKey>"), external_client_app_consumer_key="refused"
    ),
    "eca-no-oauth-settings": deployed(application(), part(GLOBAL, "E_glbloauth", CALLBACK)),
    "eca-oauth-link-kept": twice(
        family(), deployed(part(GLOBAL, "E_glbloauth", f"{CALLBACK}<consumerKey>{KEY}</consumerKey>"))
    ),
    "eca-oauthlink-dangling": family(oauth="<oauthLink>00D000000000001:888000000000001</oauthLink>"),
    "eca-permission-missing": as_integration("GET", f"{V}/metadata/deployRequest/0Af000000000001AAA"),
    "eca-permset-names": twice(
        family(), deployed(policies("<commaSeparatedPermissionSet>Nobody</commaSeparatedPermissionSet>"))
    ),
    "eca-policy-duplicate": twice(family(), deployed(policies(name="E_second"))),
    "eca-rotate-needs-ignorewarnings": twice(
        family(),
        deployed(part(GLOBAL, "E_glbloauth", f"{CALLBACK}<shouldRotateConsumerKey>true</shouldRotateConsumerKey>")),
    ),
    "external-id-duplicate": same_address_twice,
    "jwt-named-user-soap": with_signed_token,
    "ui-cannot-assign": set_of_another_license,
    "cancel-completed": cancelled_late,
    "delete-not-there": deletion,
    "deploy-apiversion": of_version("99.0", "ConnectedApp"),
    "eca-type-not-available": of_version("40.0", "ExternalClientApplication"),
    "ps-duplicate-entry": deployed(
        permission_set(fields(("Account.Rating", False, True), ("Account.Rating", True, True)))
    ),
    "ps-field-not-readable": deployed(permission_set(fields(("Account.Rating", True, False)))),
    "ps-field-required": deployed(permission_set(fields(("Account.Name", False, True)))),
    "ps-license-immutable": twice(
        deployed(permission_set("")), deployed(permission_set("<license>Salesforce Integration</license>"))
    ),
    "quick-deploy-expired": get(
        f"{V}/metadata/deployRequest", "POST", json={"validatedDeployRequestId": "0Af000000000001AAA"}
    ),
    "soap-illegal-session": soap("/services/Soap/m/60.0", DESCRIBE),
    "soap-login-disabled": right_password,
    "soap-invalid-login": switched(soap("/services/Soap/u/60.0", LOGIN), soap_login="enabled"),
    "ps-no-connected-apps-section": licensed_set,
    "psl-still-needed": license_taken,
    "approval-limit": token(grant_type="refresh_token", client_id=KEY, client_secret=SECRET, refresh_token="nonsense"),
}

BY_THE_MATRIX = frozenset(EXPLAINED.values())
"""Entries whose refusals the fault matrix produces."""


@pytest.mark.parametrize("identifier", PRODUCED)
def test_the_answer_of_the_local_org_is_explained(visitor: Any, identifier: str) -> None:
    said = PRODUCED[identifier](visitor)
    found = [(match.entry.id, match.how) for match in explain(said)]
    assert (identifier, "text") in found, (said[:1500], found)


def wordings() -> dict[str, str]:
    """Every refusal that the local org has words for, by the entry that explains it."""
    found: dict[str, str] = {}
    for module in pkgutil.walk_packages(provision.localorg.__path__, "provision.localorg."):
        for value in vars(importlib.import_module(module.name)).values():
            if type(value).__name__ in {"Wording", "FaultWording"}:
                text = re.sub(r"\{(\w+)\}", r"\1", getattr(value, "text", None) or value.description)
                matches = [match for match in explain(text) if match.how == "text"]
                if matches:
                    found[matches[0].entry.id] = text
    return found


def test_every_entry_that_the_local_org_can_produce_is_accounted_for() -> None:
    assert set(wordings()) == set(PRODUCED) | (BY_THE_MATRIX & set(wordings()))
