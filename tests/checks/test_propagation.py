"""A new app spreads for minutes: one wait for all checks of an app, with an end, and only where waiting can help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from provision.checks.proof import Options
from provision.clock import Clock
from provision.model.check import CheckStatus
from provision.model.result import AppResult
from provision.verify import failed
from tests.checks.bench import Bench

TOO_OFTEN = 1000


@dataclass
class Waiting:
    """A clock on which time passes by sleeping alone; `after` acts on how long was slept."""

    after: Callable[[float], None] = lambda _slept: None
    pauses: list[float] = field(default_factory=list)

    @property
    def slept(self) -> float:
        return sum(self.pauses)

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.pauses.append(seconds)
        assert len(self.pauses) < TOO_OFTEN, "the wait has no end"
        self.after(self.slept)

    @property
    def clock(self) -> Clock:
        return Clock(monotonic=lambda: self.slept, sleep=self.sleep)


def spreading(bench: Bench) -> None:
    """Let the org behave as it does right after the deploy of an app."""
    bench.set_consumer(effective_at=datetime.now(UTC) + timedelta(days=1))


def there(bench: Bench) -> None:
    bench.set_consumer(effective_at=datetime.now(UTC) - timedelta(days=1))


def statuses(result: AppResult) -> dict[str, CheckStatus]:
    return {check.check: check.status for check in result.checks if check.check.partition("/")[2].startswith("token")}


def test_the_wait_ends_and_what_is_not_there_by_then_is_pending(bench: Bench) -> None:
    spreading(bench)
    waiting = Waiting()
    bench.clock, bench.options = waiting.clock, Options(patience_seconds=600)
    result = bench.proved()
    assert statuses(result) == dict.fromkeys(
        ("jwt-bearer/token", "client-credentials/token", "client-credentials/token-basic"), CheckStatus.PENDING
    )
    assert not result.proved
    assert {check.check for check in failed((result,))} == set(statuses(result))
    assert 570 < waiting.slept <= 600, "one deadline, shared by all checks of the app"
    assert len(bench.wire.to("/token")) == len(waiting.pauses) + 3, "once for each pause, then once for each check"
    assert (min(waiting.pauses), max(waiting.pauses)) == (5, 30)


def test_an_app_that_arrives_within_the_wait_is_proved(bench: Bench) -> None:
    spreading(bench)
    waiting = Waiting(after=lambda slept: there(bench) if slept > 100 else None)
    bench.clock, bench.options = waiting.clock, Options(patience_seconds=600)
    result = bench.proved()
    assert result.proved
    assert set(statuses(result).values()) == {CheckStatus.PASSED}
    assert 100 < waiting.slept < 135


def test_a_run_as_user_who_spreads_later_is_waited_for_until_the_same_end(bench: Bench) -> None:
    """The first check used the better part of the wait; the next ones have what is left."""
    spreading(bench)
    held = bench.set_consumer()
    waiting = Waiting()

    def arrive(slept: float) -> None:
        if slept > 400:
            bench.set_consumer(effective_at=datetime.now(UTC) - timedelta(days=1), run_as_user_id=None)
        if slept > 500:
            bench.set_consumer(run_as_user_id=held.run_as_user_id)

    waiting.after = arrive
    bench.clock, bench.options = waiting.clock, Options(patience_seconds=450)
    found = statuses(bench.proved())
    assert found["jwt-bearer/token"] is CheckStatus.PASSED
    assert found["client-credentials/token"] is CheckStatus.PENDING
    assert waiting.slept <= 450


def test_without_patience_nothing_is_waited_for_and_nothing_is_pending(bench: Bench) -> None:
    spreading(bench)
    waiting = Waiting()
    bench.clock = waiting.clock
    result = bench.proved()
    assert set(statuses(result).values()) == {CheckStatus.FAILED}
    assert waiting.pauses == []
    assert len(bench.wire.to("/token")) == 3


def test_a_wrong_key_is_not_tried_again(bench: Bench) -> None:
    """Logins are limited, and a wrong key does not become right by waiting."""
    bench.set_consumer(certificate_der=None)
    waiting = Waiting()
    bench.clock, bench.options = waiting.clock, Options(patience_seconds=600)
    result = bench.proved()
    assert statuses(result)["jwt-bearer/token"] is CheckStatus.FAILED
    assert waiting.pauses == []


def test_a_refused_stranger_is_not_waited_for(bench: Bench) -> None:
    """The canary is refused with the words of a spreading app; one attempt is enough."""
    waiting = Waiting()
    bench.clock, bench.options = waiting.clock, Options(patience_seconds=600)
    assert bench.proved().proved
    assert waiting.pauses == []
    assert len(bench.wire.to("/token")) == 8


def test_an_app_in_order_is_not_waited_for(bench: Bench) -> None:
    waiting = Waiting()
    bench.clock, bench.options = waiting.clock, Options(patience_seconds=600, negative=False)
    assert bench.proved().proved
    assert waiting.pauses == []
