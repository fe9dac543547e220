"""How the apps of an org stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from provision.errors import ProvisionError
from provision.model.desired import AppKind
from provision.model.result import CertificateState

KeyState = Literal["stored", "missing", "none"]
"""`stored`: there is a private key that goes with the app; `missing`: there is none; `none`: the app needs none."""


@dataclass(frozen=True)
class AppStatus:
    """One app in one org."""

    app: str
    kind: AppKind | None
    """`None` where the app does not exist."""
    consumer_key: str | None
    key: KeyState
    certificate: CertificateState | None
    """The one on the app, else the one that would go there."""
    days_left: int | None
    proved: bool | None
    """What came of the last proof; `None` where there was none."""
    proved_at: datetime | None
    drift: int
    """How many changes `apply` would make for it."""
    problem: ProvisionError | None = None
    """What would stop them."""


@dataclass(frozen=True)
class OrgStatus:
    """One org; `error` where it could not be looked at."""

    org: str
    org_id: str | None
    apps: tuple[AppStatus, ...] = ()
    error: ProvisionError | None = None
