"""What the hooks of a rotation are told, and that they are run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal

from provision.keys.certificate import certificate_pem, fingerprint_sha256
from provision.model.keys import KeyPair
from provision.model.secret import Secret
from provision.rotate import hooks
from provision.rotate.position import Marker
from provision.rotate.work import Work

Point = Literal["pre", "deploy", "post"]


def hand_over(work: Work, marker: Marker, point: Point, pair: KeyPair) -> None:
    """Run the hook of a point in the rotation of a certificate, if there is one; raises `Failed` (HOOK_FAILED).

    Only the deploy hook is handed secrets: the others have no use for them.
    """
    facts = {
        "ROTATION": "certificate",
        "STRATEGY": marker.strategy.value,
        "DIRECTION": "back" if marker.back else "forward",
        **certificate_facts(pair),
    }
    run_hook(work, point, facts, key_secrets(work, pair) if point == "deploy" else {})


def run_hook(work: Work, point: Point, facts: Mapping[str, str], secrets: Mapping[str, Secret]) -> None:
    """Run the hook of a point, if there is one, with what every hook is told and `facts`."""
    declared = work.app.rotation
    hook = {"pre": declared.pre, "deploy": declared.deploy, "post": declared.post}[point]
    if hook is None:
        return
    work.say(point, f"running {hook.command[0]}")
    said = hooks.run(hook, point, hooks.Handed({**_facts_of(work), **facts}, secrets), os.environ)
    for line in said.splitlines():
        work.say(point, line)


def certificate_facts(pair: KeyPair) -> dict[str, str]:
    """Return what hooks are told about a certificate."""
    return {
        "GENERATION": str(pair.generation),
        "CERTIFICATE": certificate_pem(pair.certificate),
        "FINGERPRINT_SHA256": fingerprint_sha256(pair.certificate),
        "NOT_AFTER": pair.not_after.isoformat(),
    }


def key_secrets(work: Work, pair: KeyPair) -> Mapping[str, Secret]:
    """Return the private key that consumers need; none where it stays with its signer."""
    secret = work.store.private_key_pem(work.slot, pair.generation)
    return {} if secret is None else {"private_key": secret}


def _facts_of(work: Work) -> dict[str, str]:
    return {
        "ORG": work.slot.org,
        "ORG_ID": work.observed.organization.org_id,
        "APP": work.slot.app,
        "APP_NAME": work.existing.name,
        "CONSUMER_KEY": work.existing.consumer_key or "",
        "USERNAME": work.app.user.username,
        "MY_DOMAIN": work.org.site.my_domain,
    }
