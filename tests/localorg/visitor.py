"""Somebody who speaks to a local org over HTTP, as an administrator unless told otherwise."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from werkzeug.test import Client

from provision.localorg import LocalOrg
from provision.localorg.clock import FixedClock
from provision.localorg.store.consumers import Consumer
from tests.localorg.jwts import jwt

V = "/services/data/v66.0"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
KEY = "3MVG9" + "k" * 80
SECRET = "S" * 64
PSL = "SalesforceAPIIntegrationPsl"


def private_key(number=0):
    return _private_key(number)


@cache
def _private_key(_number):
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate_der(number=0, start=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), days=365):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    builder = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=private_key(number).public_key(),
        serial_number=1,
        not_valid_before=start,
        not_valid_after=start + dt.timedelta(days=days),
    )
    return builder.sign(private_key(number), hashes.SHA256()).public_bytes(Encoding.DER)


@dataclass
class Visitor:
    local: LocalOrg
    clock: FixedClock
    token: str = ""
    client: Client = field(init=False)

    def __post_init__(self):
        self.client = Client(self.local.app)
        self.token = self.token or self.local.admin_session

    # HTTP

    def send(self, method, path, host=None, headers=None, **more):
        given = {"Authorization": f"Bearer {self.token}"} | (headers or {})
        return self.client.open(
            path, method=method, base_url=f"https://{host or self.local.my_domain}", headers=given, **more
        )

    def query(self, soql, path="query"):
        return self.send("GET", f"{V}/{path}", query_string={"q": soql})

    def rows(self, soql):
        answer = self.query(soql)
        assert answer.status_code == 200, answer.text
        return answer.json["records"]

    def values(self, soql):
        """The selected fields of every row, without attributes."""
        return [tuple(v for k, v in row.items() if k != "attributes") for row in self.rows(soql)]

    def create(self, sobject, **fields):
        return self.send("POST", f"{V}/sobjects/{sobject}", json=fields)

    def created(self, sobject, **fields):
        answer = self.create(sobject, **fields)
        assert answer.status_code == 201, answer.text
        return answer.json["id"]

    def id_of(self, sobject, **equals):
        ((_, value),) = equals.items()
        (name,) = equals
        return self.rows(f"SELECT Id FROM {sobject} WHERE {name} = '{value}'")[0]["Id"]

    # Set-up

    def user_fields(self, username="sync@dev.example", **changed):
        profile = changed.pop("profile", "Minimum Access - API Only Integrations")
        return {
            "Username": username,
            "LastName": "Sync",
            "Alias": "sync",
            "Email": "sync@dev.example",
            "ProfileId": self.id_of("Profile", Name=profile),
            "TimeZoneSidKey": "America/Los_Angeles",
            "LocaleSidKey": "en_US",
            "EmailEncodingKey": "UTF-8",
            "LanguageLocaleKey": "en_US",
        } | changed

    def user(self, username="sync@dev.example", **changed):
        return self.created("User", **self.user_fields(username, **changed))

    def licensed(self, user_id):
        psl = self.id_of("PermissionSetLicense", DeveloperName=PSL)
        return self.created("PermissionSetLicenseAssign", AssigneeId=user_id, PermissionSetLicenseId=psl)

    def permission_set(self, name="Sync", **objects):
        made = self.created("PermissionSet", Name=name, Label=name)
        for sobject, permissions in objects.items():
            flags = {f"Permissions{each}": True for each in permissions}
            self.created("ObjectPermissions", ParentId=made, SobjectType=sobject, **flags)
        return made

    def assigned(self, user_id, permission_set):
        return self.created("PermissionSetAssignment", AssigneeId=user_id, PermissionSetId=permission_set)

    def app(self, kind="connected-app", **changed):
        """An app with its consumer, as a deploy leaves them."""
        sobject, name = (
            ("ConnectedApplication", "Name")
            if kind == "connected-app"
            else ("ExternalClientApplication", "DeveloperName")
        )
        with self.local.transaction() as transaction:
            app = transaction.records(self.local.org_id).insert(sobject, {name: "Sync"})
        consumer = {
            "key": KEY,
            "secret": SECRET,
            "app_id": app.id,
            "kind": kind,
            "name": "Sync",
            "certificate_der": certificate_der(),
            "scopes": frozenset({"api", "web"}),
            "client_credentials": True,
            "run_as_user_id": None,
            "admin_approved": True,
            "ip_relaxation": "ENFORCE",
            "consumer_secret_optional": False,
            "effective_at": self.clock.now(),
        } | changed
        self.local.add_consumer(Consumer(**consumer))
        return app.id

    def ready(self, kind="connected-app", **changed):
        """App, user, permission set, grant and assignment: everything that a token needs. Returns the user's id."""
        user_id = self.user()
        changed.setdefault("run_as_user_id", user_id)
        app_id = self.app(kind, **changed)
        permission_set = self.permission_set()
        self.created("SetupEntityAccess", ParentId=permission_set, SetupEntityId=app_id)
        self.assigned(user_id, permission_set)
        return user_id

    # Tokens

    def claims(self, **changed):
        base = {
            "iss": KEY,
            "sub": "sync@dev.example",
            "aud": f"https://{self.local.my_domain}",
            "exp": int(self.clock.now().timestamp()) + 180,
        }
        return {name: value for name, value in (base | changed).items() if value is not None}

    def present(self, assertion, host=None, **form):
        return self.client.post(
            "/services/oauth2/token",
            base_url=f"https://{host or self.local.my_domain}",
            data={"grant_type": JWT_BEARER, "assertion": assertion} | form,
        )

    def jwt_bearer(self, host=None, signer=0, **changed):
        return self.present(jwt(self.claims(**changed), private_key(signer)), host)

    def client_credentials(self, host=None, key=KEY, secret=SECRET, **form):
        return self.client.post(
            "/services/oauth2/token",
            base_url=f"https://{host or self.local.my_domain}",
            data={"grant_type": "client_credentials", "client_id": key, "client_secret": secret} | form,
        )

    def as_user(self, token):
        return Visitor(self.local, self.clock, token)


def refused(answer):
    """Error and description of a refused token request, which is always status 400."""
    assert answer.status_code == 400, answer.text
    assert list(answer.json) == ["error", "error_description"]
    return answer.json["error"], answer.json["error_description"]


def error(answer):
    """Status, code and message of the first error of a REST answer."""
    assert isinstance(answer.json, list), answer.text
    return answer.status_code, answer.json[0]["errorCode"], answer.json[0]["message"]
