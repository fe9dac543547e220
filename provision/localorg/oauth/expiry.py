"""How `exp` is judged: as clients in production get away with, or as documented."""

import re
from datetime import datetime
from typing import Any, Final, Literal, assert_never

PAST_TOLERANCE_SECONDS: Final = 30
"""How long past `exp` an assertion is still taken is assumed; some tolerance there is, since CumulusCI sends now."""
DOCUMENTED_SECONDS: Final = 180
_DIGITS: Final = re.compile(r"\d{1,18}(?:\.\d{1,9})?", re.ASCII)

Verdict = Literal["good", "expired", "unreadable"]


def judge(exp: Any, now: datetime, rule: Literal["observed", "documented"]) -> Verdict:
    """Whether an assertion with that `exp` is still good.

    Observed: numbers and numeric texts, without an upper bound, so that milliseconds pass for a far future.
    Documented: whole seconds, at most three minutes ahead.
    """
    seconds = _seconds(exp)
    if seconds is None:
        return "unreadable"
    left = seconds - now.timestamp()
    match rule:
        case "observed":
            return "expired" if left < -PAST_TOLERANCE_SECONDS else "good"
        case "documented":
            if left > DOCUMENTED_SECONDS or seconds != int(seconds):
                return "unreadable"
            return "expired" if left < 0 else "good"
        case _:
            assert_never(rule)


def _seconds(exp: Any) -> float | None:
    if isinstance(exp, str) and _DIGITS.fullmatch(exp):
        return float(exp)
    if isinstance(exp, bool) or not isinstance(exp, int | float):
        return None
    return float(exp) if abs(exp) < 10**18 else None
