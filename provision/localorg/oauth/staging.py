"""A second pair of key and secret for an app: made beside the first, then changed places with it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from provision.localorg.store.consumers import Consumer
from provision.localorg.store.credentials import Credentials
from provision.localorg.store.staged import StagedPair

LIFETIME: Final = timedelta(days=30)
"""How long a staged pair works, and after the change the one that was first before (documented)."""


def stage(consumer: Consumer, made: Credentials, staged_id: str, user_id: str, now: datetime) -> StagedPair:
    """A new pair beside that of the consumer."""
    return StagedPair(
        id=staged_id,
        app_id=consumer.app_id,
        key=made.key,
        secret=made.secret,
        state="Active",
        created_by=user_id,
        created_at=now,
        expires_at=now + LIFETIME,
    )


def rotate(consumer: Consumer, pair: StagedPair, spare_id: str, now: datetime) -> tuple[Consumer, StagedPair]:
    """Consumer and staged pair after they changed places; `spare_id` is for a first pair that was never staged."""
    before = replace(
        pair,
        id=consumer.staged_id or spare_id,
        key=consumer.key,
        secret=consumer.secret,
        state="Rotated",
        expires_at=now + LIFETIME,
    )
    return replace(consumer, key=pair.key, secret=pair.secret, staged_id=pair.id), before
