"""A cause is proved for what it did: what else is out of order at the same time is not blamed for the refusal."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from provision.clock import Clock
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
