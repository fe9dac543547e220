"""What is asked of an app in order: each check fails for the deviation that it is about, and for no other."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from provision.checks.proof import Options
from provision.clock import Clock
from provision.keys.certificate import certificate_pem
from provision.keys.generate import generate
from provision.model.check import CheckResult, CheckStatus
from provision.model.desired import Desired, GrantType, KeySpec
from tests.checks.bench import USERNAME, Bench
from tests.org.wire import Asked, Said

ADMIN = "admin@local--local-legacy.example"
OTHER_ORG = "00DXX0000000001AAA"


def bad(found: Mapping[str, CheckResult]) -> dict[str, str | None]:
    """Return the code of every check that did not pass and was not left out."""
    fine = {CheckStatus.PASSED, CheckStatus.SKIPPED}
    return {name: result.code for name, result in found.items() if result.status not in fine}


def grants(*wanted: GrantType) -> Callable[[Desired], Desired]:
    def change(desired: Desired) -> Desired:
        return replace(desired, apps=tuple(replace(app, grants=frozenset(wanted)) for app in desired.apps))

    return change


def test_an_app_in_order_passes_everything(bench: Bench) -> None:
    found = bench.proof()
    assert {result.status for result in found.values()} == {CheckStatus.PASSED}
    assert len(found) == 22


# whom a token acts as


def test_another_run_as_user_set_by_hand_is_found(bench: Bench) -> None:
    bench.let_in(ADMIN)
    bench.set_consumer(run_as_user_id=bench.user_id(ADMIN))
    bench.options = Options(negative=False)
    found = bench.proof()
    assert bad(found) == {"client-credentials/identity": "WRONG_USER", "client-credentials/userinfo": "WRONG_USER"}
    assert bench.user_id(ADMIN) in (found["client-credentials/identity"].detail or "")
    assert ADMIN in (found["client-credentials/userinfo"].detail or "")


def test_a_user_that_the_org_does_not_have_is_not_who_the_token_acts_as(bench: Bench) -> None:
    nobody = "nobody@acme.example"

    def change(wanted: Desired) -> Desired:
        [app] = wanted.apps
        return replace(wanted, apps=(replace(app, user=replace(app.user, username=nobody)),))

    bench.change = change
    found = bench.proof()
    assert found["client-credentials/identity"].code == "WRONG_USER"
    assert found["client-credentials/userinfo"].code == "WRONG_USER"
    assert found["user/api-only"].code == "USER_MISSING"
    assert found["jwt-bearer/token"].status is CheckStatus.FAILED


def of_another_org(asked: Asked, said: Said) -> Said:
    """Let token answers say that they come from another org."""
    if not asked.path.endswith("/token") or said.status != 200:
        return said
    answer = json.loads(said.body)
    *head, _org, user = answer["id"].split("/")
    return replace(said, body=json.dumps({**answer, "id": "/".join([*head, OTHER_ORG, user])}).encode())


def test_a_token_of_another_org_is_found(bench: Bench) -> None:
    bench.rewrite = of_another_org
    found = bench.proof()
    assert bad(found) == {"jwt-bearer/identity": "WRONG_ORG", "client-credentials/identity": "WRONG_ORG"}
    assert OTHER_ORG in (found["jwt-bearer/identity"].detail or "")


def test_a_token_of_another_org_is_found_without_admin_access_where_the_org_is_pinned(bench: Bench) -> None:
    bench.options = Options(org_id=OTHER_ORG)
    assert bad(bench.proof(admin=False)) == {
        "jwt-bearer/identity": "WRONG_ORG",
        "client-credentials/identity": "WRONG_ORG",
    }


def test_without_admin_access_the_user_is_proved_by_the_org_itself_or_not_at_all(bench: Bench) -> None:
    bench.options = Options(org_id=bench.local.org_id[:15])
    found = bench.proof(admin=False)
    assert bad(found) == {}
    assert found["jwt-bearer/identity"].status is CheckStatus.SKIPPED
    assert found["user/api-only"].status is CheckStatus.SKIPPED
    assert found["app/certificate"].status is CheckStatus.SKIPPED
    assert found["jwt-bearer/userinfo"].status is CheckStatus.PASSED
    bench.rewrite = lambda asked, said: (
        replace(said, body=said.body.replace(USERNAME.encode(), b"somebody@acme.example"))
        if asked.path.endswith("/userinfo")
        else said
    )
    assert bad(bench.proof(admin=False)) == dict.fromkeys(
        ("jwt-bearer/userinfo", "client-credentials/userinfo"), "WRONG_USER"
    )


# certificate


def a_certificate(bench: Bench) -> str:
    """A certificate that has nothing to do with the stored key, as metadata writes it."""
    return certificate_pem(generate(KeySpec(), "stranger", bench.clock.now()).certificate)


def test_an_app_with_another_certificate_is_found(bench: Bench) -> None:
    bench.set_document(certificate=a_certificate(bench))
    found = bench.proof()
    assert bad(found) == {"app/certificate": "CERTIFICATE_DIFFERS"}
    assert "another certificate" in (found["app/certificate"].detail or "")


def test_an_app_without_certificate_is_found(bench: Bench) -> None:
    bench.set_document(certificate=None)
    with bench.local.transaction() as transaction:
        consumers = transaction.consumers(bench.local.org_id)
        [key] = consumers.keys_of("Billing_Sync")
        consumer = consumers.by_key(key)
        assert consumer is not None
        consumers.put(replace(consumer, certificate_der=None))
    found = bench.proof()
    assert bad(found)["app/certificate"] == "CERTIFICATE_DIFFERS"
    assert "jwt-bearer/token" in bad(found)
    assert "no certificate" in (found["app/certificate"].detail or "")


def test_a_certificate_that_the_org_does_not_show_is_proved_by_the_token(bench: Bench) -> None:
    bench.set_document(certificate=None)
    found = bench.proof()
    assert bad(found) == {}
    assert "does not show it" in (found["app/certificate"].detail or "")


def test_an_app_that_is_gone_is_found(bench: Bench) -> None:
    with bench.local.transaction() as transaction:
        transaction.documents(bench.local.org_id).delete("ConnectedApp", "Billing_Sync")
    assert bench.proof()["app/certificate"].code == "APP_MISSING"


@pytest.mark.parametrize(
    ("days", "code"), [(364, None), (366, "CERTIFICATE_EXPIRED"), (-1, "CERTIFICATE_NOT_YET_VALID")]
)
def test_the_certificate_is_judged_by_the_clock(bench: Bench, days: int, code: str | None) -> None:
    bench.clock = Clock(now=lambda: datetime.now(UTC) + timedelta(days=days))
    found = bench.proof()["app/certificate"]
    assert found.code == code
    assert found.status is (CheckStatus.PASSED if code is None else CheckStatus.FAILED)


# scopes


@pytest.mark.parametrize(
    ("scopes", "said"),
    [
        (["Api", "RefreshToken", "Full"], "beyond what is declared: full"),
        (["RefreshToken"], "declared but not granted: api"),
        (["Api", "RefreshToken", "Web", "Chatter"], "beyond"),
        ([], "declared but not granted: api"),
    ],
)
@pytest.mark.parametrize("wanted", [tuple(GrantType), (GrantType.CLIENT_CREDENTIALS,)])
def test_scopes_of_the_app_that_differ_are_found(
    bench: Bench, wanted: tuple[GrantType, ...], scopes: list[str], said: str
) -> None:
    """The answer to client credentials names no scopes, so that the app itself has to be looked at."""
    bench.set_document(scopes=scopes)
    bench.change = grants(*wanted)
    found = bench.proof()
    assert bad(found) == {"app/scopes": "SCOPES_DIFFER"}
    assert said in (found["app/scopes"].detail or "")


@pytest.mark.parametrize(
    ("scopes", "said"),
    [({"api", "refresh_token", "full"}, "beyond what is declared: full"), ({"web"}, "declared but not granted: api")],
)
def test_granted_scopes_that_differ_are_found_without_admin_access(bench: Bench, scopes: set[str], said: str) -> None:
    bench.set_consumer(scopes=frozenset(scopes))
    found = bench.proof(admin=False)["jwt-bearer/scopes"]
    assert (found.status, found.code) == (CheckStatus.FAILED, "SCOPES_DIFFER")
    assert said in (found.detail or "")


# API-only


def in_the_user_interface(bench: Bench) -> None:
    """Give the user a profile that may log in to the user interface."""
    user = bench.record("User", Username=USERNAME)
    profile = bench.record("Profile", Name="Minimum Access - Salesforce")
    before, after = (bench.record("PermissionSet", ProfileId=p) for p in (user["ProfileId"], profile["Id"]))
    held = bench.record("PermissionSetAssignment", AssigneeId=user["Id"], PermissionSetId=before["Id"])
    bench.update(user["Id"], ProfileId=profile["Id"])
    bench.update(held["Id"], PermissionSetId=after["Id"])


def test_a_user_who_may_log_in_to_the_user_interface_is_found(bench: Bench) -> None:
    in_the_user_interface(bench)
    found = bench.proof()["user/api-only"]
    assert (found.status, found.code) == (CheckStatus.FAILED, "NOT_API_ONLY")


def test_a_permission_set_may_keep_the_user_out_too(bench: Bench) -> None:
    in_the_user_interface(bench)
    held = bench.record("PermissionSet", Name="Billing_Data")
    bench.update(held["Id"], PermissionsApiUserOnly=True)
    found = bench.proof()["user/api-only"]
    assert (found.status, found.detail) == (CheckStatus.PASSED, "by the permission set Billing Data")


def test_the_permission_set_of_somebody_else_keeps_nobody_out(bench: Bench) -> None:
    in_the_user_interface(bench)
    bench.insert("PermissionSet", Name="Kept_Out", Label="Kept Out", PermissionsApiUserOnly=True)
    held = bench.record("PermissionSet", Name="Kept_Out")
    bench.insert("PermissionSetAssignment", AssigneeId=bench.user_id(ADMIN), PermissionSetId=held["Id"])
    assert bench.proof()["user/api-only"].code == "NOT_API_ONLY"


# API


def test_userinfo_that_is_refused_fails_where_a_scope_opens_it(bench: Bench) -> None:
    """Without such a scope a refusal is what the settings ask for; with one it is not."""
    bench.rewrite = lambda asked, said: Said(403, b"Bad_OAuth_Token") if asked.path.endswith("/userinfo") else said
    checks = ("jwt-bearer/userinfo", "client-credentials/userinfo")
    found = bench.proof()
    assert [found[check].status for check in checks] == [CheckStatus.SKIPPED] * 2
    bench.set_document(scopes=["Api", "RefreshToken", "OpenID"])
    bench.set_consumer(scopes=frozenset({"api", "refresh_token", "openid"}))
    bench.change = lambda wanted: replace(
        wanted, apps=tuple(replace(app, scopes=("api", "refresh_token", "openid")) for app in wanted.apps)
    )
    assert set(bad(bench.proof())) == set(checks)


def test_a_token_that_does_not_open_the_api_is_found(bench: Bench) -> None:
    no = json.dumps([{"message": "The REST API is not enabled for this Organization.", "errorCode": "API_DISABLED"}])
    bench.rewrite = lambda asked, said: Said(403, no.encode()) if asked.path.endswith("/data/v67.0/") else said
    found = bench.proof()
    assert bad(found) == {"jwt-bearer/api": "API_DISABLED", "client-credentials/api": "API_DISABLED"}
