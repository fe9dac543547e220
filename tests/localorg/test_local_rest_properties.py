"""Whatever is sent to the REST API, it is answered or refused: never an error of the server."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provision.localorg import LocalOrg
from provision.localorg.clock import SystemClock
from tests.localorg.fuzz.bounded import FUZZ
from tests.localorg.visitor import V, Visitor


@pytest.fixture(scope="module")
def lasting(tmp_path_factory):
    clock = SystemClock()
    return Visitor(LocalOrg.open(tmp_path_factory.mktemp("org") / "orgs.sqlite", "dev", clock), clock)


scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12)
)
bodies = st.dictionaries(
    st.sampled_from(["Name", "LastName", "ProfileId", "Username", "IsActive", "Email", "AccountId", "ParentId", "Id"])
    | st.text(max_size=6),
    scalars | st.lists(scalars, max_size=2) | st.dictionaries(st.text(max_size=3), scalars, max_size=2),
    max_size=5,
)
names = st.sampled_from(
    ["Account", "Contact", "User", "UserLogin", "PermissionSet", "PermissionSetAssignment", "SetupEntityAccess",
     "ObjectPermissions", "FieldPermissions", "PermissionSetLicenseAssign", "LoginHistory", "Organization"]
)  # fmt: skip


@FUZZ
@given(
    name=names,
    body=bodies,
    method=st.sampled_from(["POST", "PATCH"]),
    record=st.sampled_from(["", "/x", "/005000000000000"]),
)
def test_any_body_is_stored_or_refused(lasting, name, body, method, record):
    answer = lasting.send(method, f"{V}/sobjects/{name}{record}", json=body)
    assert 200 <= answer.status_code < 500


@FUZZ
@given(
    parts=st.lists(
        st.dictionaries(st.sampled_from(["referenceId", "method", "url", "body"]), scalars | bodies), max_size=3
    )
)
def test_any_composite_request_is_answered_or_refused(lasting, parts):
    answer = lasting.send("POST", f"{V}/composite", json={"compositeRequest": parts})
    assert answer.status_code in {200, 400}


@FUZZ
@given(path=st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_any_path_is_answered_or_refused(lasting, path):
    assert lasting.send("GET", f"{V}/{path.lstrip('/')}").status_code < 500
