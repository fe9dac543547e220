"""Certificate requests (PKCS #10, RFC 2986) for keys that are stored; the key itself stays where it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from cryptography import x509

from provision.acts.key_pairs import stored_generation
from provision.errors import Code, Failed
from provision.keys.delegate import DelegatedKey
from provision.keys.generate import certified
from provision.keys.issue import request
from provision.model.desired import KeySpec
from provision.store.protocol import KeyGeneration, Slot, Store


@dataclass(frozen=True)
class CertificateRequest:
    """What a certificate authority is sent, and which stored key it is for."""

    generation: KeyGeneration
    content: x509.CertificateSigningRequest


def request_certificate(store: Store, slot: Slot, subject: str, number: int | None = None) -> CertificateRequest:
    """Return a request for the key of a generation, by default the current one.

    `subject` is an RFC 4514 name or just a common name. Raises `KEY_MISSING` where there is no such key (any more).
    """
    generation = stored_generation(store, slot, number)
    pair = store.key_pair(slot, generation.number)
    if pair is None:
        raise Failed(
            Code.KEY_MISSING,
            f"The private key of generation {generation.number} of {slot.app} in {slot.org} was retired",
            remedy=(
                f"Ask for another: provision keys list {slot.options}",
                "Or make a new key: provision keys csr --new-key",
            ),
        )
    return CertificateRequest(generation, request(DelegatedKey(pair.signer), subject))


def request_with_new_key(store: Store, slot: Slot, spec: KeySpec, subject: str, now: datetime) -> CertificateRequest:
    """Make a key pair and return a request for it.

    Until the authority's certificate is brought, the new key has one that is self-signed. It is staged beside the key
    pair in use; where none is in use it becomes the current one.
    """
    material = certified(store.new_key(slot, spec), replace(spec, subject=subject), slot.app, now)
    with store.exclusive(slot.org):
        in_use = any(one.is_current for one in store.generations(slot))
        number = store.add_key_pair(slot, material, make_current=not in_use)
    return request_certificate(store, slot, subject, number)
