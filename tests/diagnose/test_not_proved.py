"""A cause is proved for what it did: what else is out of order at the same time is not blamed for the refusal."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from provision.checks.proof import Options
from provision.clock import Clock
from provision.diagnose import pairs
from provision.diagnose.diagnosis import CAUSES
from provision.model.diagnosis import Verdict
from provision.model.result import AppResult
from tests.diagnose.bench import KINDS, Bench, set_up
from tests.diagnose.faults import FAULTS
from tests.org.wire import Asked, Said

NOT_APPROVED = b'{"error":"invalid_grant","error_description":"user hasn\'t approved this consumer"}'
NEW_KEY = f"3MVG9{'x' * 80}"


@pytest.fixture(scope="module", params=KINDS)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("made")
    set_up(folder, request.param)
    return Bench(folder, request.param)


@pytest.fixture
def bench(made: Bench, tmp_path: Path) -> Bench:
    return Bench(shutil.copytree(made.folder, tmp_path / "bench"), made.kind)


def named(result: AppResult) -> dict[str, Verdict]:
    return {cause.name: cause.verdict for diagnosis in result.diagnoses for cause in diagnosis.causes}


def proved(result: AppResult) -> set[str]:
    return {name for name, verdict in named(result).items() if verdict is Verdict.PROVED}


def seed(title: str) -> Callable[[Bench], None]:
    [fault] = [fault for fault in FAULTS if fault.title == title]
    return fault.seed


def test_an_older_stored_key_is_not_why_the_apps_own_key_is_unknown(bench: Bench) -> None:
    """JWT bearer was asked for with the key that the org shows; the one in the store was not sent."""
    bench.material = {"stored_consumer_key": NEW_KEY}
    bench.consumer(effective_at=datetime.now(UTC) + timedelta(minutes=5))
    found = named(bench.verify())
    assert "consumer-key-differs" not in found
    assert "spreading" in found


def not_approved(asked: Asked, said: Said) -> Said:
    """Refuse whom the org refuses in other words that are told of the same users."""
    return replace(said, body=NOT_APPROVED) if asked.path.endswith("/oauth2/token") and said.status == 400 else said


def test_who_approved_the_app_and_was_frozen_since_is_told_of_the_freezing_alone(bench: Bench) -> None:
    seed("Users approve the app themselves, and this one never did")(bench)
    bench.local.approve(str(bench.held.consumer_key), bench.username)
    seed("The user is frozen")(bench)
    assert proved(bench.verify()) == {"user-frozen"}
    bench.rewrite = not_approved
    assert proved(bench.verify()) == {"user-frozen"}


SAYS_IT_ALL = {
    pairs.WRONG_SECRET: {"secret-differs"},
    pairs.UNKNOWN_CLIENT: {"spreading"},
    pairs.APP_BLOCKED: {"app-blocked"},
}
"""Refusals that leave one cause where the org shows everything else to be right and the app to be new."""


@pytest.mark.parametrize(
    "said",
    sorted({said for module in CAUSES for said in module.BEHIND if said[0].islower() and said[1]}),
    ids=lambda said: said[1],
)
def test_a_refusal_proves_nothing_that_the_org_does_not_show(bench: Bench, said: pairs.Pair) -> None:
    """Everything is in order; only the token endpoint says otherwise."""
    body = json.dumps({"error": said[0], "error_description": said[1]}).encode()
    bench.rewrite = lambda asked, answer: (
        replace(answer, status=400, body=body) if asked.path.endswith("/oauth2/token") else answer
    )
    assert proved(bench.verify()) <= SAYS_IT_ALL.get(said, set())


def test_a_blocked_app_that_users_approve_themselves_is_blocked_where_access_control_is_off(bench: Bench) -> None:
    seed("API Access Control is on, and users approve the app themselves")(bench)
    bench.local.switch(api_access_control="off")
    seed("An administrator blocked the app")(bench)
    assert proved(bench.verify()) == {"app-blocked"}


def test_a_wrong_audience_is_not_proved_by_a_refusal_that_speaks_of_other_things(bench: Bench) -> None:
    seed("SF_AUDIENCE_URL names a Lightning host")(bench)
    bench.rewrite = not_approved
    assert named(bench.verify())["audience"] is Verdict.POSSIBLE
    seed("The user is frozen")(bench)
    assert proved(bench.verify()) == {"user-frozen"}


def test_an_audience_that_was_chosen_and_is_right_is_not_blamed(bench: Bench) -> None:
    bench.options = Options(negative=False, audience=f"https://{bench.local.my_domain}")
    seed("The user is frozen")(bench)
    bench.rewrite = not_approved
    found = named(bench.verify())
    assert "audience" not in found
    assert found["user-frozen"] is Verdict.PROVED


def test_api_access_control_is_not_why_an_app_for_approved_users_is_blocked(bench: Bench) -> None:
    seed("An administrator blocked the app")(bench)
    bench.local.switch(api_access_control="on")
    assert proved(bench.verify()) == {"app-blocked"}


@pytest.mark.parametrize("minutes", [-2, 2])
def test_a_clock_that_is_off_is_not_why_another_certificate_is_refused(bench: Bench, minutes: int) -> None:
    seed("The app holds the certificate of another key")(bench)
    bench.clock = Clock(now=lambda: datetime.now(UTC) + timedelta(minutes=minutes))
    assert proved(bench.verify()) == {"certificate-differs"}


def test_an_app_that_the_session_cannot_retrieve_is_not_missing(bench: Bench) -> None:
    """Its record shows that it is there; an app that is there and hidden has another remedy."""
    app_id = bench.app_id
    with bench.local.transaction() as transaction:
        documents = transaction.documents(bench.local.org_id)
        for type_name in ("ConnectedApp", "ExternalClientApplication"):
            for name in documents.list(type_name):
                documents.delete(type_name, name)
    bench.material = {"consumer_key": NEW_KEY}
    assert bench.app_id == app_id
    found = named(bench.verify())
    assert found["app-missing"] is Verdict.UNSEEN
