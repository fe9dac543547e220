"""JWT bearer at the token endpoint: what is granted, what is refused and in which words."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provision.localorg import LocalOrg
from provision.localorg.clock import FixedClock
from tests.localorg.fuzz.bounded import FUZZ
from tests.localorg.jwts import b64, jwt, signed
from tests.localorg.visitor import KEY, Visitor, certificate_der, private_key, refused

INVALID_ASSERTION = ("invalid_grant", "invalid assertion")
NOT_APPROVED = ("invalid_grant", "user hasn't approved this consumer")
NOT_ADMIN_APPROVED = ("invalid_app_access", "user is not admin approved to access this app")
EXPIRED = ("invalid_grant", "expired authorization code")
BAD_AUDIENCE = ("invalid_grant", "audience is invalid")
UNKNOWN = ("invalid_client_id", "client identifier invalid")


def test_a_granted_token_has_exactly_five_keys_in_the_recorded_order(visitor):
    user_id = visitor.ready()
    answer = visitor.jwt_bearer()
    assert answer.status_code == 200
    assert list(answer.json) == ["access_token", "scope", "instance_url", "id", "token_type"]
    assert answer.json["access_token"].startswith(visitor.local.org_id[:15] + "!")
    assert answer.json["scope"] == "web api"
    assert answer.json["instance_url"] == f"https://{visitor.local.my_domain}"
    assert answer.json["id"] == f"https://test.salesforce.com/id/{visitor.local.org_id}/{user_id}"
    assert answer.json["token_type"] == "Bearer"
    assert answer.headers["Cache-Control"] == "no-store"


NOW = int(dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC).timestamp())

WRONG_CLAIMS = [
    ("unknown consumer", {"iss": "nobody"}, UNKNOWN),
    ("no issuer", {"iss": None}, INVALID_ASSERTION),
    ("issuer is a number", {"iss": 5}, INVALID_ASSERTION),
    ("no subject", {"sub": None}, INVALID_ASSERTION),
    ("unknown user", {"sub": "nobody@dev.example"}, NOT_APPROVED),
    ("user without grant", {"sub": "admin@local--dev.example"}, NOT_ADMIN_APPROVED),
    ("prn wins over sub", {"prn": "admin@local--dev.example"}, NOT_ADMIN_APPROVED),
    ("foreign audience", {"aud": "https://example.org"}, BAD_AUDIENCE),
    ("login host of production", {"aud": "https://login.salesforce.com"}, BAD_AUDIENCE),
    ("no scheme", {"aud": "local--dev.sandbox.my.salesforce.com"}, BAD_AUDIENCE),
    ("token endpoint as audience", {"aud": "https://test.salesforce.com/services/oauth2/token"}, BAD_AUDIENCE),
    ("two slashes", {"aud": "https://test.salesforce.com//"}, BAD_AUDIENCE),
    ("list of audiences", {"aud": ["https://test.salesforce.com"]}, INVALID_ASSERTION),
    ("no audience", {"aud": None}, INVALID_ASSERTION),
    ("an hour old", {"exp": NOW - 3600}, EXPIRED),
    ("just past the tolerance", {"exp": NOW - 31}, EXPIRED),
    ("no expiry", {"exp": None}, INVALID_ASSERTION),
    ("expiry is no number", {"exp": "soon"}, INVALID_ASSERTION),
    ("expiry is a truth value", {"exp": True}, INVALID_ASSERTION),
    ("jti is a number", {"jti": 5}, INVALID_ASSERTION),
]


@pytest.mark.parametrize(
    ("claims", "expected"), [row[1:] for row in WRONG_CLAIMS], ids=[row[0] for row in WRONG_CLAIMS]
)
def test_wrong_claims_are_refused_in_salesforces_words(visitor, claims, expected):
    visitor.ready()
    assert refused(visitor.jwt_bearer(**claims)) == expected


GOOD_CLAIMS = [
    ("login host of sandboxes", {"aud": "https://test.salesforce.com"}),
    ("with a slash", {"aud": "https://test.salesforce.com/"}),
    ("My Domain with a slash", {"aud": "https://local--dev.sandbox.my.salesforce.com/"}),
    ("expiry as text", {"exp": str(NOW + 100)}),
    ("expiry in milliseconds", {"exp": NOW * 1000}),
    ("expiry now", {"exp": NOW}),
    ("expiry with a fraction", {"exp": NOW + 0.5}),
    ("claims that nobody asked for", {"alg": "RS256", "iat": NOW, "x": [1]}),
    ("username in another case", {"sub": "SYNC@dev.example"}),
    ("prn instead of sub", {"sub": None, "prn": "sync@dev.example"}),
]


@pytest.mark.parametrize("claims", [row[1] for row in GOOD_CLAIMS], ids=[row[0] for row in GOOD_CLAIMS])
def test_what_real_clients_send_is_granted(visitor, claims):
    visitor.ready()
    assert visitor.jwt_bearer(**claims).status_code == 200


DOCUMENTED = [
    (NOW + 180, 200),
    (str(NOW + 180), 200),
    (NOW, 200),
    (NOW + 181, 400),
    (NOW * 1000, 400),
    (NOW + 0.5, 400),
    (NOW - 1, 400),
]


@pytest.mark.parametrize(("exp", "status"), DOCUMENTED)
def test_an_org_switched_to_the_documented_expiry_takes_three_minutes_at_most(open_org, exp, status):
    visitor = open_org(jwt_expiry="documented")
    visitor.ready()
    assert visitor.jwt_bearer(exp=exp).status_code == status


def test_an_org_switched_to_take_the_production_login_host_as_audience_does(open_org):
    visitor = open_org(login_audience="accepted")
    visitor.ready()
    assert visitor.jwt_bearer(aud="https://login.salesforce.com").status_code == 200


HEADERS = [
    '{"alg":"none"}',
    '{"alg":"HS256"}',
    '{"alg":"PS256"}',
    '{"alg":"RS256","alg":"RS256"}',
    '{"alg":"RS256","crit":["x"]}',
    '{"typ":"JWT"}',
    "[]",
    "",
    "{",
]


@pytest.mark.parametrize("header", HEADERS)
def test_other_algorithms_and_odd_headers_are_refused_even_with_a_good_signature(visitor, header):
    visitor.ready()
    assert refused(visitor.present(signed(header, json.dumps(visitor.claims()), private_key()))) == INVALID_ASSERTION


PAYLOADS = [
    '{{"iss":"{key}","iss":"{key}","sub":"sync@dev.example","aud":"https://test.salesforce.com","exp":{exp}}}',
    '{{"iss":"{key}","sub":"\\ud800","aud":"https://test.salesforce.com","exp":{exp}}}',
    '{{"iss":"{key}","sub":"sync@dev.example","aud":"https://test.salesforce.com","exp":NaN}}',
    '{{"iss":"{key}","sub":"sync@dev.example","aud":"https://test.salesforce.com","exp":1e999}}',
    "[" * 5000,
    "[]",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_odd_payloads_are_refused(visitor, payload):
    visitor.ready()
    text = payload.format(key=KEY, exp=NOW + 60) if "{" in payload else payload
    assert refused(visitor.present(signed('{"alg":"RS256"}', text, private_key()))) == INVALID_ASSERTION


def test_a_signature_by_another_key_is_refused(visitor):
    visitor.ready()
    assert refused(visitor.jwt_bearer(signer=1)) == INVALID_ASSERTION


def test_an_altered_payload_is_refused(visitor):
    visitor.ready()
    head, _, signature = jwt(visitor.claims(), private_key()).split(".")
    altered = f"{head}.{b64(json.dumps(visitor.claims(x=1)).encode())}.{signature}"
    assert refused(visitor.present(altered)) == INVALID_ASSERTION


def test_padding_and_loose_bits_are_refused(visitor):
    """A signature of 256 bytes ends in a character with four unused bits: fifteen other texts decode to it as well."""
    visitor.ready()
    good = jwt(visitor.claims(), private_key())
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    loose = good[:-1] + letters[letters.index(good[-1]) + 1]
    assert refused(visitor.present(loose)) == INVALID_ASSERTION
    assert refused(visitor.present(good + "==")) == INVALID_ASSERTION


def test_an_app_without_certificate_takes_no_assertion(visitor):
    visitor.ready(certificate_der=None)
    assert refused(visitor.jwt_bearer()) == INVALID_ASSERTION


@pytest.mark.parametrize(("switch", "status"), [("accepted", 200), ("refused", 400)])
def test_an_expired_certificate_matters_only_where_the_org_is_switched_so(open_org, switch, status):
    visitor = open_org(expired_certificate=switch)
    visitor.ready(certificate_der=certificate_der(start=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)))
    assert visitor.jwt_bearer().status_code == status


def test_an_assertion_with_a_jti_is_good_once(visitor):
    visitor.ready()
    assert visitor.jwt_bearer(jti="one").status_code == 200
    assert refused(visitor.jwt_bearer(jti="one")) == INVALID_ASSERTION
    assert visitor.jwt_bearer(jti="two").status_code == 200


def test_an_assertion_without_a_jti_may_be_used_again(visitor):
    visitor.ready()
    assertion = jwt(visitor.claims(), private_key())
    assert [visitor.present(assertion).status_code for _ in range(2)] == [200, 200]


def test_a_refused_assertion_does_not_use_up_its_jti(visitor):
    visitor.ready()
    assert visitor.jwt_bearer(jti="one", aud="https://example.org").status_code == 400
    assert visitor.jwt_bearer(jti="one").status_code == 200


def test_a_scope_parameter_is_refused(visitor):
    visitor.ready()
    answer = visitor.present(jwt(visitor.claims(), private_key()), scope="api")
    assert refused(answer) == ("invalid_request", "scope parameter not supported")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
claim_names = st.sampled_from(["iss", "sub", "prn", "aud", "exp", "jti", "nbf"])


@pytest.fixture(scope="module")
def lasting(tmp_path_factory):
    clock = FixedClock(dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC))
    visitor = Visitor(LocalOrg.open(tmp_path_factory.mktemp("org") / "orgs.sqlite", "dev", clock), clock)
    visitor.ready()
    return visitor


@FUZZ
@given(changed=st.dictionaries(claim_names, json_values, max_size=4))
def test_signed_claims_of_any_kind_are_granted_or_refused(lasting, changed):
    answer = lasting.present(jwt(lasting.claims() | changed, private_key()))
    assert answer.status_code in {200, 400}
    assert "access_token" in answer.json or refused(answer)


@FUZZ
@given(assertion=st.text(max_size=40) | st.from_regex(r"[\w-]{0,20}\.[\w-]{0,20}\.[\w-]{0,20}", fullmatch=True))
def test_any_text_as_assertion_is_refused(lasting, assertion):
    assert refused(lasting.present(assertion)) == INVALID_ASSERTION
