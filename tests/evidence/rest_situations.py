"""What an org is like before something is asked of it. Each makes what it needs and returns names for it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from provision.localorg.store import seed
from provision.localorg.store.orgs import Switches
from tests.localorg.visitor import KEY, V, Visitor

Values = Mapping[str, str]
USER: Final = "sync@dev.example"
Situation = Callable[[Visitor, Values], dict[str, str] | None]


def _account(visitor: Visitor, _values: Values) -> dict[str, str]:
    return {"account": visitor.created("Account", Name="Smith Corp.")}


def _six_accounts(visitor: Visitor, _values: Values) -> None:
    for number in range(6):
        visitor.created("Account", Name=f"Account {number}")


def _two_accounts(visitor: Visitor, _values: Values) -> dict[str, str]:
    return {"parent": visitor.created("Account", Name="Parent"), "child": visitor.created("Account", Name="Child")}


def _groups(visitor: Visitor, _values: Values) -> None:
    for rating, count in (("Hot", 3), ("Warm", 1)):
        for number in range(count):
            visitor.created("Account", Name=f"{rating} {number}", Rating=rating, AnnualRevenue=100)


def _many_accounts(visitor: Visitor, _values: Values) -> None:
    for start in range(0, 201, 100):
        records = [
            {"attributes": {"type": "Account"}, "Name": f"A {number}"} for number in range(start, min(start + 100, 201))
        ]
        visitor.send("POST", f"{V}/composite/sobjects", json={"records": records})


def _contact(visitor: Visitor, _values: Values) -> dict[str, str]:
    return {"contact": visitor.created("Contact", LastName="Smith")}


def _contact_with_address(visitor: Visitor, _values: Values) -> None:
    visitor.created("Contact", LastName="Smith", Email="Michael@dev.example")


def _two_contacts(visitor: Visitor, _values: Values) -> None:
    for name in ("Smith", "Smyth"):
        visitor.created("Contact", LastName=name, Email="both@dev.example")


def _deleted_contact(visitor: Visitor, _values: Values) -> dict[str, str]:
    made = visitor.created("Contact", LastName="Smith")
    visitor.send("DELETE", f"{V}/sobjects/Contact/{made}")
    return {"contact": made}


def _bare_user(visitor: Visitor, values: Values) -> dict[str, str]:
    """A user of the integration licence without a permission set licence; a set that reads accounts."""
    user = values.get("user") or visitor.user()
    reading = visitor.permission_set("Reading", Account=["Read"])
    licence = visitor.id_of("PermissionSetLicense", DeveloperName="SalesforceAPIIntegrationPsl")
    profile = visitor.id_of("Profile", Name="Minimum Access - API Only Integrations")
    return {"user": user, "reading": reading, "permission_set_license": licence, "profile": profile}


def _assigned(visitor: Visitor, _values: Values) -> dict[str, str]:
    user, permission_set = visitor.user(), visitor.permission_set("Plain")
    visitor.assigned(user, permission_set)
    return {"user": user, "permission_set": permission_set}


def _no_seats(visitor: Visitor, values: Values) -> None:
    with visitor.local.transaction() as transaction:
        records = transaction.records(visitor.local.org_id)
        for licence in ("UserLicense", "PermissionSetLicense"):
            for row in records.all(licence):
                records.update(row.id, {"TotalLicenses": 0})
    del values


def _admin_profile(visitor: Visitor, _values: Values) -> dict[str, str]:
    return {"profile": visitor.id_of("Profile", Name="System Administrator")}


def _ungranted(visitor: Visitor, _values: Values) -> None:
    for row in visitor.rows("SELECT Id FROM SetupEntityAccess"):
        visitor.send("DELETE", f"{V}/sobjects/SetupEntityAccess/{row['Id']}")


def _inactive(visitor: Visitor, values: Values) -> None:
    visitor.send("PATCH", f"{V}/sobjects/User/{values['user']}", json={"IsActive": False})


def _frozen(visitor: Visitor, values: Values) -> None:
    login = visitor.id_of("UserLogin", UserId=values["user"])
    visitor.send("PATCH", f"{V}/sobjects/UserLogin/{login}", json={"IsFrozen": True})


def _app_elsewhere(visitor: Visitor, _values: Values) -> None:
    """The app of this kind is in another org of the same file."""
    with visitor.local.transaction() as transaction:
        consumer = transaction.consumers("").by_key(KEY)
        if consumer is None:
            raise LookupError(KEY)
        transaction.consumers(visitor.local.org_id).delete(consumer.app_id)
        transaction.consumers(seed.make(transaction, "elsewhere", Switches()).id).put(consumer)


def _token(visitor: Visitor, _values: Values) -> dict[str, str]:
    return {"token": visitor.jwt_bearer().json["access_token"]}


def _signed_elsewhere(visitor: Visitor, _values: Values) -> dict[str, str]:
    """A token of the signed form that another org of the same file issued."""
    with visitor.local.transaction() as transaction:
        other = seed.make(transaction, "elsewhere", Switches())
        user = transaction.records(other.id).all("User")[0]
        return {"token": transaction.sessions(other.id).issue(user.id, None, ["api"], token="eyJ0.eyJp.c2ln").token}


def _use(visitor: Visitor, _values: Values) -> dict[str, str]:
    return {"oauth_token": visitor.id_of("OauthToken", AppName="Sync"), "admin": visitor.token}


def _client_credentials_token(visitor: Visitor, _values: Values) -> dict[str, str]:
    return {"token": visitor.client_credentials().json["access_token"]}


def _expired(visitor: Visitor, _values: Values) -> None:
    visitor.clock.advance(timedelta(hours=3))


def _further_page(visitor: Visitor, _values: Values) -> dict[str, str]:
    headers = {"Sforce-Query-Options": "batchSize=200"}
    query = {"q": "SELECT Id FROM Account"}
    first = visitor.send("GET", f"{V}/query", query_string=query, headers=headers)
    following = first.json["nextRecordsUrl"]
    return {"next": following, "locator": following.rpartition("/")[2]}


def _user(visitor: Visitor, _values: Values) -> dict[str, str]:
    return {"user": visitor.user()}


def _password(visitor: Visitor, _values: Values) -> None:
    visitor.local.set_password(USER, "right")


def _refresh_token(visitor: Visitor, _values: Values) -> dict[str, str]:
    return {"refresh_token": visitor.local.approve(KEY, USER)}


def _revoked(visitor: Visitor, values: Values) -> None:
    visitor.send("POST", "/services/oauth2/revoke", data={"token": values["refresh_token"]})


def _elsewhere(visitor: Visitor, _values: Values) -> None:
    visitor.local.restrict_logins("Minimum Access - API Only Integrations", ("10.0.0.0", "10.255.255.255"))


def _blocked(visitor: Visitor, _values: Values) -> None:
    visitor.local.block(KEY)


def _user_without_api(visitor: Visitor, _values: Values) -> dict[str, str]:
    with visitor.local.transaction() as transaction:
        records = transaction.records(visitor.local.org_id)
        profile = records.find("Profile", Name="Standard User")[0]
        owned = records.find("PermissionSet", ProfileId=profile.id)[0]
        records.update(owned.id, {"PermissionsApiEnabled": False})
    user = visitor.user("other@dev.example", profile="Standard User")
    with visitor.local.transaction() as transaction:
        return {"token": transaction.sessions(visitor.local.org_id).issue(user, None, ["api"]).token}


SITUATIONS: Final[Mapping[str, Situation]] = {
    "a user": _user,
    "a password": _password,
    "a refresh token": _refresh_token,
    "it revoked": _revoked,
    "other login IP ranges": _elsewhere,
    "blocked app": _blocked,
    "a user without API permission": _user_without_api,
    "an account": _account,
    "six accounts": _six_accounts,
    "two accounts": _two_accounts,
    "accounts in groups": _groups,
    "201 accounts": _many_accounts,
    "a further page": _further_page,
    "a contact": _contact,
    "a contact with an address": _contact_with_address,
    "two contacts with one address": _two_contacts,
    "a deleted contact": _deleted_contact,
    "a user without permission set licence": _bare_user,
    "an assigned permission set": _assigned,
    "no free seats": _no_seats,
    "a profile": _admin_profile,
    "no grant": _ungranted,
    "inactive user": _inactive,
    "frozen user": _frozen,
    "app in another org": _app_elsewhere,
    "a token": _token,
    "a row of it": _use,
    "a signed token of another org": _signed_elsewhere,
    "a client credentials token": _client_credentials_token,
    "three hours later": _expired,
}
