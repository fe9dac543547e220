"""Access tokens as JWTs: their claims, where they are taken, and where not."""

import base64
import json
from xml.sax.saxutils import escape

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"


@pytest.fixture
def ready(visitor):
    """An org with an app that gets signed tokens, and an administrator who holds it."""
    visitor.ready(jwt_access_tokens=True)
    return visitor


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def number(text):
    return int.from_bytes(decoded(text), "big")


def describe(visitor, token, version):
    header = f'<SessionHeader xmlns="{NAMESPACE}"><sessionId>{escape(token)}</sessionId></SessionHeader>'
    body = f'<describeMetadata xmlns="{NAMESPACE}"><asOfVersion>{version}</asOfVersion></describeMetadata>'
    envelope = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
        f"<s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )
    return visitor.send("POST", f"/services/Soap/m/{version}", data=envelope, content_type="text/xml")


def test_the_claims_are_those_of_the_recorded_token(ready):
    answer = ready.jwt_bearer()
    header, payload, _ = (part for part in answer.json["access_token"].split("."))
    head, claims = json.loads(decoded(header)), json.loads(decoded(payload))
    assert list(head) == ["tnk", "ver", "kid", "tty", "typ", "alg"]
    assert head["kid"].startswith(f"CORE_ATJWT.{ready.local.org_id[:15]}.")
    assert list(claims) == [
        *("scp", "aud", "sub", "nbf", "mty", "sfi", "roles", "iss", "hsc", "exp", "iat", "client_id"),
    ]
    assert claims["iss"] == f"https://{ready.local.my_domain}"
    assert claims["sub"] == f"uid:{ready.id_of('User', LastName='Sync')}"
    assert claims["iat"] - claims["nbf"] == 15


def test_the_signature_is_that_of_the_published_key(ready):
    token = ready.jwt_bearer().json["access_token"]
    signed, _, signature = token.rpartition(".")
    (key,) = ready.send("GET", "/id/keys").json["keys"]
    public = rsa.RSAPublicNumbers(number(key["e"]), number(key["n"])).public_key()
    public.verify(decoded(signature), signed.encode(), padding.PKCS1v15(), SHA256())
    assert json.loads(decoded(token.partition(".")[0]))["kid"] == key["kid"]


def test_client_credentials_say_the_format(ready):
    answer = ready.client_credentials().json
    assert list(answer) == [
        *("access_token", "signature", "token_format", "scope", "instance_url", "id", "token_type", "issued_at"),
        "api_instance_url",
    ]
    assert answer["token_format"] == "jwt"


def test_rest_takes_it(ready):
    caller = ready.as_user(ready.jwt_bearer().json["access_token"])
    assert caller.query("SELECT Id FROM Organization").status_code == 200


def test_each_token_is_another(ready):
    assert len({ready.jwt_bearer().json["access_token"] for _ in range(3)}) == 3


def test_soap_refuses_it_below_version_68(ready):
    token = ready.jwt_bearer().json["access_token"]
    refused = describe(ready, token, "67.0")
    assert refused.status_code == 500
    assert (
        "INVALID_SESSION_ID: SOAP API does not support JWT-based access tokens. You must disable the &quot;Issue JSON"
        " Web Token (JWT)-based access tokens&quot; setting in your Connected App or External Client App"
    ) in refused.text
    # From 68.0 on the token is taken, and the user alone is judged.
    assert "INSUFFICIENT_ACCESS" in describe(ready, token, "68.0").text


def test_rest_deploys_take_it_at_every_version(ready):
    caller = ready.as_user(ready.jwt_bearer().json["access_token"])
    answer = caller.send("GET", "/services/data/v60.0/metadata/deployRequest/0Af000000000000")
    assert answer.json[0]["errorCode"] == "INSUFFICIENT_ACCESS"


def test_opaque_tokens_are_taken_by_soap_at_every_version(visitor):
    assert describe(visitor, visitor.local.admin_session, "50.0").status_code == 200
