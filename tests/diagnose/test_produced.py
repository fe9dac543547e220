"""What the local org itself answers is explained: it is provoked, and the answer handed to explain as it came."""

from __future__ import annotations

import importlib
import io
import json
import pkgutil
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import provision.localorg
from provision.diagnose.matching import explain
from provision.localorg import LocalOrg
from provision.localorg.clock import FixedClock
from tests.diagnose.test_matrix import EXPLAINED
from tests.localorg.visitor import KEY, SECRET, V, Visitor

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
CALLBACK = "<callbackUrl>https://localhost/x</callbackUrl>"
FOLDERS = {
    "ConnectedApp": ("connectedApps", "connectedApp"),
    "PermissionSet": ("permissionsets", "permissionset"),
    "ExternalClientApplication": ("externalClientApps", "eca"),
    "ExtlClntAppOauthSettings": ("extlClntAppOauthSettings", "ecaOauth"),
    "ExtlClntAppGlobalOauthSettings": ("extlClntAppGlobalOauthSets", "ecaGlblOauth"),
    "ExtlClntAppOauthConfigurablePolicies": ("extlClntAppOauthPolicies", "ecaOauthPlcy"),
}

Provoke = Callable[[Any], str]


@pytest.fixture
def visitor(tmp_path: Path) -> Any:
    clock = FixedClock(datetime(2026, 9, 1, 12, 0, tzinfo=UTC))
    local = LocalOrg.open(tmp_path / "orgs.sqlite", "dev", clock, connected_app_creation="enabled")
    return Visitor(local, clock)  # type: ignore[no-untyped-call]


def soql(query: str) -> Provoke:
    return lambda visitor: str(visitor.query(query).text)


def create(sobject: str, **fields: object) -> Provoke:
    return lambda visitor: str(visitor.create(sobject, **fields).text)


def user(**changed: object) -> Provoke:
    return lambda visitor: str(visitor.create("User", **visitor.user_fields(**changed)).text)


def get(path: str, method: str = "GET", **more: Any) -> Provoke:
    return lambda visitor: str(visitor.send(method, path, **more).text)


def token(**form: str) -> Provoke:
    def provoke(visitor: Any) -> str:
        visitor.ready()
        answer = visitor.client.post("/services/oauth2/token", base_url=f"https://{visitor.local.my_domain}", data=form)
        return str(answer.text)

    return provoke


def composite(*, all_or_none: bool, **requests: tuple[str, str, dict[str, object]]) -> Provoke:
    body = {
        "allOrNone": all_or_none,
        "compositeRequest": [
            {"referenceId": name, "method": method, "url": f"{V}/{path}", "body": fields}
            for name, (method, path, fields) in requests.items()
        ],
    }
    return get(f"{V}/composite", "POST", json=body)


def second(provoke: Provoke) -> Provoke:
    """Do it twice; the second answer counts."""
    return lambda visitor: [provoke(visitor), provoke(visitor)][1]


def switched(provoke: Provoke, **switches: object) -> Provoke:
    def switch(visitor: Any) -> str:
        visitor.local.switch(**switches)
        return provoke(visitor)

    return switch


def faulty(kind: str) -> Provoke:
    def provoke(visitor: Any) -> str:
        visitor.local.fault(kind)
        return str(visitor.query("SELECT Id FROM Account").text)

    return provoke


def assigned(**permissions: list[str]) -> Provoke:
    def provoke(visitor: Any) -> str:
        user_id, held = visitor.user(), visitor.permission_set("Data", **permissions)
        return str(visitor.create("PermissionSetAssignment", AssigneeId=user_id, PermissionSetId=held).text)

    return provoke


def assigned_twice(visitor: Any) -> str:
    user_id, held = visitor.user(), visitor.permission_set("Data")
    visitor.assigned(user_id, held)
    return str(visitor.create("PermissionSetAssignment", AssigneeId=user_id, PermissionSetId=held).text)


def licensed_twice(visitor: Any) -> str:
    user_id = visitor.user()
    visitor.licensed(user_id)
    psl = visitor.id_of("PermissionSetLicense", DeveloperName="SalesforceAPIIntegrationPsl")
    return str(visitor.create("PermissionSetLicenseAssign", AssigneeId=user_id, PermissionSetLicenseId=psl).text)


def deleted_twice(visitor: Any) -> str:
    made = visitor.created("Account", Name="A")
    return second(get(f"{V}/sobjects/Account/{made}", "DELETE"))(visitor)


def deleted_while_held(visitor: Any) -> str:
    user_id, held = visitor.user(), visitor.permission_set("Data")
    visitor.assigned(user_id, held)
    return str(visitor.send("DELETE", f"{V}/sobjects/PermissionSet/{held}").text)


def without_seats(visitor: Any) -> str:
    with visitor.local.transaction() as transaction:
        records = transaction.records(visitor.local.org_id)
        [held] = records.find("UserLicense", Name="Salesforce Integration")
        records.update(held.id, {"TotalLicenses": 0})
    return user()(visitor)


def locked_out(visitor: Any) -> str:
    me = visitor.id_of("User", Username=visitor.local.admin_username)
    return str(visitor.send("PATCH", f"{V}/sobjects/User/{me}", json={"IsActive": False}).text)


def edit_without_read(visitor: Any) -> str:
    held = visitor.created("PermissionSet", Name="Data", Label="Data")
    fields = {"ParentId": held, "SobjectType": "Account", "PermissionsEdit": True}
    return str(visitor.create("ObjectPermissions", **fields).text)


def deployed(*components: tuple[str, str, str], listed: bool = True, **options: object) -> Provoke:
    """Deploy components (type, name, elements) and return the whole answer."""

    def provoke(visitor: Any) -> str:
        files = {}
        for type_name, name, elements in components:
            folder, suffix = FOLDERS[type_name]
            files[f"{folder}/{name}.{suffix}"] = f'<{type_name} xmlns="{NAMESPACE}">{elements}</{type_name}>'
        types = "".join(
            f"<types><members>{name}</members><name>{type_name}</name></types>" for type_name, name, _ in components
        )
        files["package.xml"] = (
            f'<Package xmlns="{NAMESPACE}">{types if listed else ""}<version>66.0</version></Package>'
        )
        return _deploy(visitor, files, options)

    return provoke


def _deploy(visitor: Any, files: dict[str, str], options: dict[str, object]) -> str:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    chosen = {"singlePackage": True, "rollbackOnError": True, **options}
    body = {"json": json.dumps({"deployOptions": chosen}), "file": (io.BytesIO(held.getvalue()), "package.xml")}
    started = visitor.send("POST", f"{V}/metadata/deployRequest", data=body).get_json()
    said = ""
    for _poll in range(5):
        said = visitor.send("GET", f"{V}/metadata/deployRequest/{started['id']}?includeDetails=true").text
    return said


def zipped(**files: str) -> Provoke:
    return lambda visitor: _deploy(visitor, {name.replace("__", "/"): text for name, text in files.items()}, {})


def connected(oauth: str = "", rest: str = "", name: str = "A") -> tuple[str, str, str]:
    config = f"<oauthConfig>{CALLBACK}{oauth}<scopes>Api</scopes></oauthConfig>"
    return ("ConnectedApp", name, f"<contactEmail>a@b.example</contactEmail><label>{name}</label>{config}{rest}")


def permission_set(elements: str) -> tuple[str, str, str]:
    return ("PermissionSet", "P", f"{elements}<label>P</label>")


def of_version(version: str, type_name: str) -> Provoke:
    """Deploy a package of another version that names one member."""
    package = (
        f'<Package xmlns="{NAMESPACE}"><types><members>A</members><name>{type_name}</name></types>'
        f"<version>{version}</version></Package>"
    )
    folder, suffix = FOLDERS[type_name]
    content = f'<{type_name} xmlns="{NAMESPACE}"><label>A</label></{type_name}>'
    return zipped(**{"package.xml": package, f"{folder}/A.{suffix}": content})


def deletion(visitor: Any) -> str:
    empty = f'<Package xmlns="{NAMESPACE}"><version>66.0</version></Package>'
    gone = f'<Package xmlns="{NAMESPACE}"><types><members>A</members><name>ConnectedApp</name></types></Package>'
    return zipped(**{"package.xml": empty, "destructiveChanges.xml": gone})(visitor)


def cancelled_late(visitor: Any) -> str:
    done = json.loads(deployed(connected())(visitor))
    body = {"deployResult": {"status": "Canceling"}}
    return str(visitor.send("PATCH", f"{V}/metadata/deployRequest/{done['id']}", json=body).text)


def soap(path: str, body: str) -> Provoke:
    envelope = (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        f'xmlns:met="{NAMESPACE}" xmlns:urn="urn:partner.soap.sforce.com">{body}</soapenv:Envelope>'
    )
    headers = {"Content-Type": "text/xml", "SOAPAction": '""'}
    return get(path, "POST", data=envelope, headers=headers)


LOGIN = (
    "<soapenv:Body><urn:login><urn:username>x@y.example</urn:username><urn:password>x</urn:password></urn:login>"
    "</soapenv:Body>"
)


def right_password(visitor: Any) -> str:
    visitor.local.set_password(visitor.local.admin_username, "x")
    return soap("/services/Soap/u/60.0", LOGIN.replace("x@y.example", visitor.local.admin_username))(visitor)


DESCRIBE = (
    "<soapenv:Header><met:SessionHeader><met:sessionId>nonsense</met:sessionId></met:SessionHeader></soapenv:Header>"
    "<soapenv:Body><met:describeMetadata><met:asOfVersion>60.0</met:asOfVersion></met:describeMetadata></soapenv:Body>"
)


def licensed_set(visitor: Any) -> str:
    psl = visitor.id_of("PermissionSetLicense", DeveloperName="SalesforceAPIIntegrationPsl")
    held = visitor.created("PermissionSet", Name="Data", Label="Data", LicenseId=psl)
    return str(visitor.create("SetupEntityAccess", ParentId=held, SetupEntityId=visitor.app()).text)


def license_taken(visitor: Any) -> str:
    user_id = visitor.user()
    row = visitor.licensed(user_id)
    visitor.assigned(user_id, visitor.permission_set("Data", Account=["Read"]))
    return str(visitor.send("DELETE", f"{V}/sobjects/PermissionSetLicenseAssign/{row}").text)


def application(name: str = "E", more: str = "") -> tuple[str, str, str]:
    elements = (
        "<contactEmail>a@b.example</contactEmail><distributionState>Local</distributionState>"
        f"<isProtected>false</isProtected><label>{name}</label>{more}"
    )
    return ("ExternalClientApplication", name, elements)


def part(type_name: str, name: str, elements: str) -> tuple[str, str, str]:
    return (
        type_name,
        name,
        f"{elements}<externalClientApplication>E</externalClientApplication><label>{name}</label>",
    )


def fields(*entries: tuple[str, bool, bool]) -> str:
    return "".join(
        f"<fieldPermissions><editable>{str(edit).lower()}</editable><field>{name}</field>"
        f"<readable>{str(read).lower()}</readable></fieldPermissions>"
        for name, edit, read in entries
    )


def twice(first: Provoke, then: Provoke) -> Provoke:
    return lambda visitor: [first(visitor), then(visitor)][1]


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

BY_THE_MATRIX = frozenset(EXPLAINED.values()) | {"api-not-enabled"}
"""Entries whose refusals the fault matrix produces."""

ELSEWHERE = frozenset(
    {
        "cc-run-as-not-api-only",
        "cred-staged-occupied",
        "deploy-too-many-files",
        "deploy-too-many-records",
        "eca-key-conflict",
        "eca-no-oauth-settings",
        "eca-oauth-link-kept",
        "eca-oauthlink-dangling",
        "eca-permission-missing",
        "eca-permset-names",
        "eca-policy-duplicate",
        "eca-rotate-needs-ignorewarnings",
        "external-id-duplicate",
        "jwt-named-user-soap",
        "ui-cannot-assign",
    }
)
"""Entries whose words tests of the local org provoke, but which are not yet handed to explain here."""


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
    assert set(wordings()) == set(PRODUCED) | (BY_THE_MATRIX & set(wordings())) | ELSEWHERE
