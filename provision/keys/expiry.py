"""Whether it is time to replace a certificate."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509

from provision.errors import Code, Usage

_THRESHOLD = re.compile(r"([0-9]{1,5})\s*(d|%)")


@dataclass(frozen=True)
class Threshold:
    """When a certificate is due: `days` before its end, or after `percent` of its life."""

    days: int | None = None
    percent: int | None = None

    @classmethod
    def parse(cls, text: str) -> Threshold:
        """Read `30d` or `66%`; raises `Usage` for anything else."""
        found = _THRESHOLD.fullmatch(text.strip())
        number = int(found[1]) if found else 0
        if found and found[2] == "d":
            return cls(days=number)
        if found and 0 < number <= 100:  # noqa: PLR2004 -- per cent
            return cls(percent=number)
        raise Usage(
            Code.USAGE,
            f"{text!r} is not a threshold for expiry",
            remedy=("Write days before the end (30d) or a share of the lifetime that has passed (66%)",),
        )


def due(certificate: x509.Certificate, threshold: Threshold, now: datetime) -> bool:
    """Return whether `certificate` has come within `threshold` of its end; an expired one always has."""
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now > end:
        return True
    if threshold.days is not None:
        return end - now <= timedelta(days=threshold.days)
    return (now - start) * 100 >= (end - start) * (threshold.percent or 100)
