"""From options to how far a proof goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from provision.cli.options import Setup

if TYPE_CHECKING:
    from provision.checks.proof import Options


def proof_options(
    setup: Setup,
    *,
    grants: Sequence[str] = (),
    negative: bool | None = None,
    revoke: bool | None = None,
    patience_minutes: float = 0.0,
) -> Options:
    """Return the options of a proof; negative checks and revocation default to yes on local orgs, no elsewhere."""
    from provision.checks.proof import Options
    from provision.model.desired import GrantType

    return Options(
        negative=negative,
        revoke=revoke,
        patience_seconds=patience_minutes * 60,
        audience=setup.environ.get("SF_AUDIENCE_URL") or None,
        grants=frozenset(GrantType(name) for name in grants) or frozenset(GrantType),
    )
