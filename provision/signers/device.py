"""What keeps private keys out of this process: it makes them, signs with them and deletes them."""

from __future__ import annotations

from typing import Protocol

from provision.errors import Code, Failed
from provision.model.keys import Signer


class Device(Protocol):
    """A token or key service. Every method raises `Failed` (SIGNER_FAILED) with what it said."""

    def make(self, label: str, bits: int) -> Signer:
        """Make an RSA key that never leaves; `label` tells people what it is for."""

    def open(self, key: str) -> Signer:
        """Return the signer of a key that was made before."""

    def destroy(self, key: str) -> None:
        """Delete a key for good, as soon as the device allows; one that is gone already is fine."""


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
