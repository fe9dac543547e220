"""What keeps private keys out of this process: it makes them, signs with them and deletes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from provision.errors import Code, Failed
from provision.model.keys import Signer
from provision.model.signing import KeyReference


class Device(Protocol):
    """A token or key service. Every method raises `Failed` (SIGNER_FAILED) with what it said."""

    def make(self, label: str, bits: int) -> Signer:
        """Make an RSA key that never leaves; `label` tells people what it is for."""

    def open(self, key: str) -> Signer:
        """Return the signer of a key that was made before."""

    def destroy(self, key: str) -> None:
        """Delete a key for good, as soon as the device allows; one that is gone already is fine."""


@dataclass(frozen=True)
class DeviceKey:
    """One RSA key of a device, whose public half is asked for once."""

    reference: KeyReference
    """Where the key is."""
    fetch: Callable[[], bytes]
    """Asks the device for the public half, as DER."""

    @cached_property
    def public(self) -> rsa.RSAPublicKey:
        """The public half; raises `SIGNER_FAILED` where it is of another kind than RSA."""
        key = load_der_public_key(self.fetch())
        if not isinstance(key, rsa.RSAPublicKey):
            raise failed(self.reference.signer, f"use the key {self.reference.key}", "it is no RSA key")
        return key


def failed(name: str, what: str, reason: object) -> Failed:
    """Return the error of a device; `what` completes `could not`."""
    said = str(reason) or type(reason).__name__
    return Failed(
        Code.SIGNER_FAILED,
        f"The signer {name} could not {what}",
        detail=f"{type(reason).__name__}: {said}" if isinstance(reason, Exception) else said,
        remedy=(f"Check signers.{name} in the settings, and that it can be reached from here",),
        context={"signer": name},
    )
