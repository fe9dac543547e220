"""What a file says comes back in the words of an app."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provision.apps import connected_app
from provision.apps.connected_app_file import NotUnderstood, said
from provision.model.desired import AppPolicy, RefreshTokenPolicy
from provision.model.metadata import Document, Value
from provision.model.scopes import SCOPES
from tests.factories import app


def file(**elements: Value) -> Document:
    return Document("ConnectedApp", elements)


specific = st.builds(
    RefreshTokenPolicy,
    st.sampled_from(["specific-lifetime", "specific-inactivity"]),
    st.integers(1, 9999),
    st.sampled_from(["hours", "days", "months"]),
)
policies = st.builds(
    AppPolicy,
    st.sampled_from(["admin-approved", "all"]),
    st.sampled_from(list(connected_app.IP_RELAXATION)),
    st.sampled_from([RefreshTokenPolicy(), RefreshTokenPolicy("zero")]) | specific,
)


@given(policies, st.sets(st.sampled_from(list(SCOPES)), min_size=1))
def test_what_is_declared_reads_back_as_what_was_meant(policy: AppPolicy, scopes: set[str]) -> None:
    meant = app(policy=policy, scopes=tuple(scopes), description="Sends bills", callback_urls=("https://a.example/cb",))
    found = said(Document("ConnectedApp", connected_app.declared(meant, None)))
    read = replace(app(), policy=AppPolicy(**found.policy), **found.app)
    assert replace(read, scopes=frozenset(read.scopes)) == replace(meant, scopes=frozenset(scopes))  # type: ignore[arg-type]


def test_nothing_is_said_of_what_is_not_in_the_file() -> None:
    found = said(file(label="A"))
    assert (dict(found.app), dict(found.policy)) == ({"label": "A"}, {})


def test_a_scope_without_a_name_at_run_time_is_passed_over() -> None:
    assert said(file(oauthConfig={"scopes": ("DataCloudUserClaims", "Api")})).app["scopes"] == ("api",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ipRelaxation", "enforce"),
        ("refreshTokenPolicy", "forever"),
        ("refreshTokenPolicy", "specific_lifetime"),
        ("refreshTokenPolicy", "infinite:3:DAYS"),
        ("refreshTokenPolicy", "specific_lifetime:3:YEARS"),
    ],
)
def test_a_policy_that_salesforce_does_not_know_is_named_with_its_place(name: str, value: str) -> None:
    with pytest.raises(NotUnderstood, match=value) as caught:
        said(file(oauthPolicy={name: value}))
    assert caught.value.path == f"oauthPolicy.{name}"
