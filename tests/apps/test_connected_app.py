"""A ConnectedApp in the words of its metadata type."""

from __future__ import annotations

import pytest

from provision.apps import connected_app
from provision.metadata.canonical import canonical
from provision.metadata.check import check
from provision.metadata.merge import overlay
from provision.metadata.parse import parse
from provision.metadata.render import render
from provision.model.desired import AppPolicy, RefreshTokenPolicy
from provision.model.metadata import Document
from tests.factories import CLIENT_CREDENTIALS_ONLY, JWT_ONLY, app


def config(**changes: object) -> dict[str, object]:
    return dict(connected_app.declared(app(**changes), "PEM")["oauthConfig"])  # type: ignore[call-overload]


def test_it_is_admin_approved_by_the_label_of_the_access_permission_set() -> None:
    declared = connected_app.declared(app(), None)
    assert declared["permissionSetName"] == ("Billing Sync Access",)
    assert config()["isAdminApproved"] == "true"


def test_scopes_have_metadata_names_in_the_order_in_which_salesforce_writes_them() -> None:
    assert config(scopes=("refresh_token", "sfap_api", "api", "id"))["scopes"] == (
        "Basic",
        "Api",
        "RefreshToken",
        "SFAP",
    )


def test_client_credentials_name_their_run_as_user() -> None:
    found = config(grants=CLIENT_CREDENTIALS_ONLY)
    assert found["isClientCredentialEnabled"] == "true"
    assert found["oauthClientCredentialUser"] == "billing.bot@acme.example"
    assert "certificate" not in found


def test_a_grant_that_is_not_declared_is_not_spoken_of() -> None:
    """Switching off what somebody else uses takes a declaration."""
    found = config(grants=JWT_ONLY)
    assert found["certificate"] == "PEM"
    assert "isClientCredentialEnabled" not in found


def test_without_admin_approval_no_permission_set_is_named() -> None:
    declared = connected_app.declared(app(policy=AppPolicy(permitted_users="all")), None)
    assert "permissionSetName" not in declared


@pytest.mark.parametrize(
    ("policy", "text"),
    [
        (RefreshTokenPolicy(), "infinite"),
        (RefreshTokenPolicy("zero"), "zero"),
        (RefreshTokenPolicy("specific-lifetime", 90, "days"), "specific_lifetime:90:DAYS"),
        (RefreshTokenPolicy("specific-inactivity", 12, "hours"), "specific_inactivity:12:HOURS"),
    ],
)
def test_refresh_token_policies_follow_the_grammar(policy: RefreshTokenPolicy, text: str) -> None:
    assert connected_app.refresh_token_policy(policy) == text


def test_credentials_go_with_a_new_app_and_never_again() -> None:
    declared = connected_app.declared(app(), None)
    created = overlay(Document("ConnectedApp", declared), connected_app.credentials("k" * 85, "s" * 64))
    oauth = created.fields["oauthConfig"]
    assert isinstance(oauth, dict)
    assert oauth["consumerKey"] == "k" * 85
    again = connected_app.without_credentials(created).fields["oauthConfig"]
    assert isinstance(again, dict)
    assert not {"consumerKey", "consumerSecret"} & set(again)


def test_what_is_declared_fits_the_schema_and_comes_back_from_its_file() -> None:
    document = overlay(
        Document("ConnectedApp", connected_app.declared(app(), None)), connected_app.credentials("k" * 85, "s" * 64)
    )
    ordered = canonical(document)
    assert [problem for problem in check(ordered, "67.0") if problem.severity == "error"] == []
    assert parse(render(ordered, api_version="67.0")).fields == ordered.fields


def test_a_retrieved_document_tells_key_and_certificate() -> None:
    document = Document("ConnectedApp", {"label": "L", "oauthConfig": {"consumerKey": "K", "certificate": "C"}})
    found = connected_app.observed("N", {("ConnectedApp", "N"): document}, {"L": "0H4"})
    assert found is not None
    assert (found.id, found.label, found.consumer_key, found.certificate) == ("0H4", "L", "K", "C")


def test_an_app_without_oauth_has_neither() -> None:
    found = connected_app.observed("N", {("ConnectedApp", "N"): Document("ConnectedApp", {"label": "L"})}, {})
    assert found is not None
    assert (found.consumer_key, found.certificate) == (None, None)
