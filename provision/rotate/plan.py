"""What a rotation would do: nothing is stored, and the org is asked by a check-only deploy alone."""

from __future__ import annotations

from dataclasses import replace

from cryptography import x509

from provision.keys.delegate import DelegatedKey
from provision.keys.generate import generate
from provision.keys.issue import issue
from provision.model.rotation import Strategy
from provision.rotate.deploying import put_on_app
from provision.rotate.outcome import state
from provision.rotate.position import Position, Step, next_step
from provision.rotate.proving import require_successor
from provision.rotate.result import Held, Rotated
from provision.rotate.work import Work


def planned(work: Work, position: Position, advice: tuple[str, ...]) -> Rotated:
    """Return the steps that are to come, once the org has accepted them check-only."""
    target, origin = position.target, position.origin
    certificate = position.target_certificate
    if certificate is None:
        certificate = _made_up(work, position)
    if position.marker is None:
        require_successor(work, position, certificate)
    if certificate != position.deployed:
        put_on_app(work, certificate, check_only=True)
    return replace(
        work.came_to("planned"),
        strategy=position.strategy,
        before=Held(origin.number if origin else None, state(position.deployed)),
        after=Held(target.number, state(certificate)) if target is not None else None,
        steps=to_come(position),
        back=_leads_back(position),
        advice=() if _leads_back(position) else advice,
    )


def to_come(position: Position) -> tuple[str, ...]:
    """Return the steps from here to the end, in words."""
    first = next_step(position)
    names = list(WORDS)
    start = names.index(first) if first in names else 0
    if _leads_back(position):
        return tuple(f"{step}: {_BACK[step]}" for step in names[start:] if step in _BACK)
    return tuple(f"{step}: {WORDS[step]}" for step in names[start:])


WORDS = {
    Step.STAGE: "store the new certificate (and key) beside the current one and read it back",
    Step.BEGIN: "prove the key in use, deploy check-only, note the way back",
    Step.DELIVER: "hand the new key to consumers, where it is another one",
    Step.SWITCH: "put the new certificate onto the app",
    Step.PROVE: "get a token with the new key, or put the earlier certificate back",
    Step.ADOPT: "make the new generation the current one; the earlier one is archived",
    Step.FINISH: "leave the record",
}
_BACK = {
    Step.SWITCH: "put the earlier certificate back onto the app",
    Step.PROVE: "get a token with its key",
    Step.ADOPT: "make its generation the current one again",
    Step.FINISH: "delete the key that was given up, leave the record",
}


def _leads_back(position: Position) -> bool:
    return position.marker is not None and position.marker.back


def _made_up(work: Work, position: Position) -> x509.Certificate:
    """Return a certificate like the one that would be made, whose key nobody keeps."""
    now, spec, name = work.org.site.transport.clock.now(), work.app.key_spec, work.slot.app
    origin = position.origin
    pair = work.store.key_pair(work.slot, origin.number) if origin is not None else None
    if position.strategy is Strategy.RENEW and pair is not None:
        return issue(DelegatedKey(pair.signer), spec.subject or name, now, spec.days)
    return generate(spec, name, now).certificate
