"""Assertions from the grammar of JWS: granted or refused in the words of OAuth, never signed by anybody else."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.localorg.fuzz.bounded import FUZZ, in_bounds
from tests.localorg.jwts import jwt
from tests.localorg.visitor import JWT_BEARER, KEY, private_key, refused

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
algorithms = st.sampled_from(["RS256", "none", "None", "HS256", "RS512", "PS256", "ES256", "", None, 1, ["RS256"]])
headers = st.fixed_dictionaries(
    {"alg": algorithms},
    optional={"typ": values, "crit": st.just(["x"]), "b64": st.booleans(), "kid": values, "jwk": values, "x5c": values},
)
claims = st.fixed_dictionaries(
    {"iss": st.just(KEY) | values, "sub": st.just("sync@dev.example") | values},
    optional=dict.fromkeys(("aud", "exp", "prn", "jti", "iat", "nbf", "alg", "scope"), values),
)


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


written = values.map(json.dumps).map(str.encode) | st.binary(max_size=20) | st.integers(1, 5000).map(lambda n: b"[" * n)
segments = written.map(encoded) | st.text(max_size=8) | st.just("")
compact = st.lists(segments, min_size=1, max_size=5).map(".".join)
unsigned = st.builds(
    lambda header, payload, signature: ".".join(
        (encoded(json.dumps(header).encode()), encoded(json.dumps(payload).encode()), encoded(signature))
    ),
    headers,
    claims,
    st.binary(max_size=16) | st.binary(min_size=256, max_size=256),
)


@FUZZ
@given(assertion=compact | unsigned)
def test_nothing_unsigned_is_granted(lasting, assertion):
    with in_bounds():
        answer = lasting.present(assertion)
    assert refused(answer)[0] in {"invalid_grant", "invalid_client_id", "invalid_app_access"}


@FUZZ
@given(changed=claims)
def test_signed_claims_are_granted_or_refused(lasting, changed):
    with in_bounds():
        answer = lasting.present(jwt(lasting.claims() | changed, private_key()))
    assert "access_token" in answer.json or refused(answer)


@FUZZ
@given(changed=claims)
def test_what_another_key_signed_is_never_granted(lasting, changed):
    assert refused(lasting.present(jwt(lasting.claims() | changed, private_key(1))))


@pytest.mark.parametrize("field", ["assertion", "grant_type", "other"])
def test_a_huge_field_is_refused(lasting, field):
    with in_bounds():
        answer = lasting.present("x", **{field: "a" * 5_000_000}) if field == "other" else post(lasting, field)
    assert 400 <= answer.status_code < 500


def post(visitor, field):
    form = {"grant_type": JWT_BEARER, "assertion": "x"} | {field: "a" * 5_000_000}
    return visitor.client.post("/services/oauth2/token", base_url=f"https://{visitor.local.my_domain}", data=form)


@FUZZ
@given(form=st.dictionaries(st.sampled_from(["grant_type", "assertion", "client_id", "scope", "token"]), st.text()))
def test_any_form_is_refused(lasting, form):
    with in_bounds():
        answer = lasting.client.post("/services/oauth2/token", base_url=f"https://{lasting.local.my_domain}", data=form)
    assert refused(answer)
