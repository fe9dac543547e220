"""Nothing secret is shown of an exchange, wherever it stands and whatever it comes in; what helps is."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provision.redaction.bodies import LONGEST
from provision.redaction.exchange import Message, lines
from provision.redaction.fields import CLEAR, CONTAINERS, MASKED, PERSONAL

JSON, FORM, XML = "application/json", "application/x-www-form-urlencoded", "text/xml; charset=UTF-8"
URL = "https://acme.my.salesforce.com/services/data"


def shown(content: str | bytes, kind: str, answer: str | bytes = "", headers: Mapping[str, str] | None = None) -> str:
    asked = Message({"Content-Type": kind, **(headers or {})}, _bytes(content), URL)
    return "\n".join(lines(asked, Message({"content-type": JSON}, _bytes(answer))))


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


# what must not show

SECRETS = st.text(
    st.sampled_from("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789+/=!.&<'\"%é "), min_size=16, max_size=90
).map(lambda text: f"S3{text.strip()}")
UNKNOWN = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{2,20}", fullmatch=True).filter(
    lambda name: name not in CLEAR | CONTAINERS | PERSONAL
)
SECRET_NAMES = st.sampled_from(sorted(MASKED)) | UNKNOWN


def forms(secret: str) -> set[str]:
    raw = secret.encode()
    return {
        secret,
        quote(secret),
        quote(secret, safe=""),
        escape(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode(),
    }


def assert_hidden(secret: str, text: str) -> None:
    assert [form for form in forms(secret) if form in text] == []


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, Any]:
    """A document with one secret: somewhere under a name that is not shown, and echoed where texts are shown."""
    secret = draw(SECRETS)
    echo = st.sampled_from([secret, f"You sent {secret}.", "nothing", 5, None, True])
    tree = st.recursive(
        st.dictionaries(st.sampled_from(sorted(CLEAR)), echo, max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(CONTAINERS)), inner, max_size=3)
        ),
        max_leaves=6,
    )
    hidden = {draw(SECRET_NAMES): draw(st.sampled_from([secret, [secret], {"x": secret}]))}
    return secret, [draw(tree), {draw(st.sampled_from(sorted(CONTAINERS))): hidden}, draw(tree)]


@settings(deadline=None)
@given(documents(), st.sampled_from([JSON, "application/json;charset=UTF-8"]))
def test_no_secret_in_json(given_: tuple[str, Any], kind: str) -> None:
    secret, document = given_
    assert_hidden(secret, shown(json.dumps(document), kind))
    assert_hidden(secret, shown("", kind, json.dumps(document)))


@settings(deadline=None)
@given(SECRETS, SECRET_NAMES, st.sampled_from(sorted(CLEAR)))
def test_no_secret_in_forms_and_queries(secret: str, name: str, echoed: str) -> None:
    query = urlencode({echoed: secret, name: secret})
    assert_hidden(secret, shown(query, FORM, json.dumps({"error_description": f"bad {secret}"})))
    asked = Message({}, b"", f"{URL}?{query}")
    assert_hidden(secret, "\n".join(lines(asked, Message({}, b""))))


@settings(deadline=None)
@given(SECRETS, SECRET_NAMES)
def test_no_secret_in_soap(secret: str, name: str) -> None:
    inner = f"<met:{name}>{escape(secret)}</met:{name}><met:problem>{escape(secret)}</met:problem>"
    envelope = f"<e:Envelope><e:Body><met:deploy>{inner}</met:deploy></e:Body></e:Envelope>"
    text = shown(envelope, XML)
    assert_hidden(secret, text)
    assert "deploy" in text


@settings(deadline=None)
@given(SECRETS, st.sampled_from(["Authorization", "Cookie", "Set-Cookie", "X-Anything"]))
def test_no_secret_in_headers(secret: str, header: str) -> None:
    value = f"Bearer {secret}" if header == "Authorization" else secret
    echo = json.dumps({"message": secret}) if header != "X-Anything" else ""
    assert_hidden(secret, shown("", JSON, echo, {header: value}))


SECRET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ"
ECHO = json.dumps({"error": "invalid_client", "error_description": f"bad secret {SECRET} of mykey-1"})


@pytest.mark.parametrize("secret", [SECRET, "abc+def/ghi klm:nop&qrs"])
@pytest.mark.parametrize("encoded", [str, quote])
def test_both_halves_of_a_basic_header_are_hidden(secret: str, encoded: type[str]) -> None:
    basic = base64.b64encode(f"mykey-1:{encoded(secret)}".encode()).decode()
    for scheme in ("Basic", "basic"):
        for said in (f"bad secret {secret}", f"bad secret {encoded(secret)}", "no app mykey-1"):
            text = shown("", JSON, json.dumps({"error_description": said}), {"Authorization": f"{scheme} {basic}"})
            assert "error_description" in text
            assert said not in text


def test_a_basic_header_that_is_none_is_hidden_as_it_is() -> None:
    for value in ("Basic", "Basic ", "Basic é", "Basic AAA", "Basic //79/Pz8/A=="):
        assert "authorization: (" in shown("", JSON, "", {"Authorization": value})


@pytest.mark.parametrize("field", ["password", "neverHeardOf"])
def test_a_secret_is_remembered_wherever_it_stands(field: str) -> None:
    deep: Any = {field: SECRET}
    for _ in range(20):
        deep = {"body": deep}
    for document in ({"records": [{"Id": "1"}] * 9 + [{field: SECRET}]}, deep, {"records": [["1"] * 9, [deep]]}):
        assert SECRET not in shown(json.dumps(document), JSON, ECHO)
    for inner in (
        f"<{field}><![CDATA[{SECRET}]]></{field}>",
        f"<{field}>{SECRET[:9]}<!-- x -->{SECRET[9:]}</{field}>",
        f"<{field}>{SECRET}<b/></{field}>",
        f"<a><b/>{SECRET}</a>",
        f'<a {field}="{SECRET}"/>',
        f"<{field} a='>'>{SECRET}</{field} >",
    ):
        envelope = f'<e:Envelope xmlns:e="urn:e"><e:Body><deploy>{inner}</deploy></e:Body></e:Envelope>'
        assert SECRET not in shown(envelope, XML, ECHO), inner


def test_entities_of_an_envelope_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("CANARY")
    doctype = f'<!DOCTYPE e [<!ENTITY x SYSTEM "{(tmp_path / "a").as_uri()}">]>'
    text = shown(f"{doctype}<e><Body><deploy><message>a&x;</message></deploy></Body></e>", XML)
    assert "CANARY" not in text


@settings(deadline=None)
@given(SECRETS)
def test_no_secret_in_archives(secret: str) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("connectedApps/A.connectedApp", secret)
    zipped = base64.b64encode(held.getvalue()).decode()
    text = shown(f"<e:Body><met:deploy><met:ZipFile>{zipped}</met:ZipFile></met:deploy></e:Body>", XML)
    assert_hidden(secret, text)
    assert zipped[:40] not in text
    assert "connectedApps/A.connectedApp" in text


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(
        [JSON, FORM, XML, "multipart/form-data; boundary=b", "application/zip", "text/html", "", "nonsense"]
    ),
    st.binary(max_size=300) | st.text(st.sampled_from('<>{}[]":,=&%aBody--b\r\n'), max_size=300).map(str.encode),
)
def test_whatever_comes_is_told_and_kept_short(kind: str, content: bytes) -> None:
    asked = Message({"content-type": kind}, content, f"{URL}?{content.decode(errors='replace')}")
    for line in lines(asked, Message({"content-type": kind}, content)):
        assert len(line) <= LONGEST + 100


@settings(deadline=None)
@given(UNKNOWN.map(lambda name: f"S3{name}S3"))
def test_names_of_unknown_fields_are_not_shown(name: str) -> None:
    for content, kind in (
        (json.dumps([{name: 1}, {"details": {name: {}}}]), JSON),
        (urlencode({name: "x"}), FORM),
        (f"<e:Body><{name}><{name}>x</{name}></{name}></e:Body>", XML),
    ):
        assert name not in shown(content, kind)


def test_people_are_not_shown() -> None:
    text = shown(
        json.dumps(
            {
                "Email": "jane@acme.example",
                "LastName": "Doe",
                "email": "jane@acme.example",
                "display_name": "Jane",
                "preferred_username": "jane@acme.example",
            }
        ),
        JSON,
    ).lower()
    assert "jane" not in text
    assert "doe" not in text
    assert '"lastname": "(3 characters)"' in text


def test_claims_of_others_are_not_shown() -> None:
    claims = base64.urlsafe_b64encode(b'{"iss":"3MVG9","private":"for nobody"}').decode()
    text = shown(urlencode({"assertion": f"e30.{claims}.c2ln"}), FORM)
    assert "iss=3MVG9" in text
    assert "private" not in text


def test_deep_and_long_bodies_are_cut() -> None:
    assert "(application/json, " in shown("[" * 100_000, JSON)
    text = shown(json.dumps({"records": [{"Id": str(number)} for number in range(9_000)]}), JSON)
    assert "(8995 more items)" in text
    assert len(shown(json.dumps({"fields": ["x y " * 90] * 5, "message": ["y z " * 90] * 5}), JSON)) < LONGEST + 200


@pytest.mark.parametrize(
    "secret", ["00D5g0000000001!AQEAQabc", "eyJhbGciOiJSUzI1NiJ9.e30.c2ln", "-----BEGIN PRIVATE KEY-----", "a1" * 24]
)
def test_what_looks_secret_is_not_shown_wherever_it_stands(secret: str) -> None:
    assert secret not in shown(json.dumps({"message": f"about {secret} there"}), JSON)


# what must show


def test_a_refused_assertion() -> None:
    claims = base64.urlsafe_b64encode(
        b'{"iss":"3MVG9","sub":"a@b.example","aud":"https://x.example","exp":17}'
    ).decode()
    form = urlencode({"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": f"e30.{claims}.c2ln"})
    said = json.dumps({"error": "invalid_grant", "error_description": "invalid assertion"})
    text = shown(form, FORM, said)
    for part in ("iss=3MVG9", "sub=a@b.example", "aud=https://x.example", "exp=17", "jwt-bearer", "invalid assertion"):
        assert part in text
    assert claims not in text


def test_a_query_and_its_records() -> None:
    asked = Message({}, b"", f"{URL}/v67.0/query?q=SELECT+Id+FROM+User&token=abcdefgh")
    said = {
        "totalSize": 1,
        "records": [{"attributes": {"url": "/services/data/v67.0/sobjects/User/005000000000001AAA"}}],
    }
    text = "\n".join(
        lines(
            asked, Message({"content-type": JSON, "Sforce-Limit-Info": "api-usage=1/15000"}, json.dumps(said).encode())
        )
    )
    assert "> ?q=SELECT Id FROM User  token=(8 characters)" in text
    assert "/services/data/v67.0/sobjects/User/005000000000001AAA" in text
    assert "< sforce-limit-info: api-usage=1/15000" in text


def test_a_deploy_over_rest() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("package.xml", "<Package/>")
    head = b'--b\r\nContent-Disposition: form-data; name="json"\r\nContent-Type: application/json\r\n\r\n'
    options = b'{"deployOptions": {"checkOnly": true}}\r\n'
    file = b'--b\r\nContent-Disposition: form-data; name="file"\r\nContent-Type: application/zip\r\n\r\n'
    text = shown(head + options + file + held.getvalue() + b"\r\n--b--\r\n", "multipart/form-data; boundary=b")
    assert '"checkOnly": true' in text
    assert "archive of" in text
    assert "package.xml" in text


def test_a_consumer_key_is_no_secret() -> None:
    key = "mCO6Z02Ll9amOfRUqJFCBZzSVcOIZ7YZnOtcwDB7hZiy33Dz74QtHTMmJEcVEdWYNpSCKDDR1cmHJgGUjvr06"
    assert f"client_id={key}" in shown(urlencode({"client_id": key, "client_secret": "xyz" * 9}), FORM)
