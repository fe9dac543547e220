"""Ways to ask a local org what it refuses: records, queries, tokens, SOAP. Each returns the answer as it came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.localorg.visitor import V

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"

Provoke = Callable[[Any], str]


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


def as_integration(method: str, path: str) -> Provoke:
    """Ask as the integration user, who administers nothing."""

    def ask(visitor: Any) -> str:
        visitor.ready()
        token = visitor.client_credentials().get_json()["access_token"]
        return str(visitor.as_user(token).send(method, path).text)

    return ask


def with_signed_token(visitor: Any) -> str:
    visitor.ready(jwt_access_tokens=True)
    token = visitor.client_credentials().get_json()["access_token"]
    return soap("/services/Soap/m/60.0", DESCRIBE.replace("nonsense", token))(visitor)


def set_of_another_license(visitor: Any) -> str:
    license_id = visitor.id_of("PermissionSetLicense", DeveloperName="SalesforceAPIIntegrationPsl")
    held = visitor.created("PermissionSet", Name="Data", Label="Data", LicenseId=license_id)
    return str(visitor.create("PermissionSetAssignment", AssigneeId=visitor.user(), PermissionSetId=held).text)


def same_address_twice(visitor: Any) -> str:
    for name in "AB":
        visitor.created("Contact", LastName=name, Email="both@acme.example")
    record = {"attributes": {"type": "Contact"}, "LastName": "C", "Email": "both@acme.example"}
    path = f"{V}/composite/sobjects/Contact/Email"
    return str(visitor.send("PATCH", path, json={"allOrNone": False, "records": [record]}).text)


def eleven_components(visitor: Any) -> str:
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    sets = "".join(
        f'<met:metadata {xsi} xsi:type="met:PermissionSet"><met:fullName>P{number}</met:fullName>'
        "<met:label>P</met:label></met:metadata>"
        for number in range(11)
    )
    body = DESCRIBE.replace("nonsense", visitor.local.admin_session)
    described = "<met:describeMetadata><met:asOfVersion>60.0</met:asOfVersion></met:describeMetadata>"
    assert described in body
    created = f"<met:createMetadata>{sets}</met:createMetadata>"
    return soap("/services/Soap/m/60.0", body.replace(described, created))(visitor)


def larger_than_a_request_may_be(visitor: Any) -> str:
    """Send fifty megabytes and one byte."""
    return str(visitor.send("POST", "/services/Soap/m/60.0", data=b" " * (50 * 1024 * 1024 + 1)).text)


def twice(first: Provoke, then: Provoke) -> Provoke:
    return lambda visitor: [first(visitor), then(visitor)][1]
