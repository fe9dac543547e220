"""What the rotation of a secret came to, as a result."""

from __future__ import annotations

from dataclasses import replace

from provision.rotate.result import Rotated
from provision.rotate.secret_position import SecretMarker
from provision.rotate.work import Work


def rotated(work: Work, marker: SecretMarker) -> Rotated:
    """Return the result of a rotation that came to its end, forward or back."""
    return replace(
        work.came_to("rolled-back" if marker.back else "rotated", "secret"),
        consumer_key=marker.previous_key if marker.back else marker.consumer_key,
        previous_consumer_key=None if marker.back else marker.previous_key,
        begun=marker.begun,
        ended=work.org.site.transport.clock.now(),
        steps=tuple(work.done),
        results=work.results,
        record=work.record,
    )
