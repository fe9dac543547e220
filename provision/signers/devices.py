"""The signers of the settings, opened when they are needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from provision.errors import Code, Usage
from provision.model.keys import Signer
from provision.model.signing import AwsKmsSpec, KeyReference, Pkcs11Spec, SignerSpec
from provision.signers.aws_kms import AwsKmsDevice
from provision.signers.device import Device
from provision.signers.pkcs11 import Pkcs11Device


@dataclass
class Devices:
    """Signers by their name under `signers:`."""

    specs: Mapping[str, SignerSpec] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    _open: dict[str, Device] = field(default_factory=dict, repr=False)

    def named(self, name: str) -> Device:
        """Return a signer; raises `Usage` (SIGNER_FAILED) where the settings do not have it (any more)."""
        if name not in self.specs:
            raise Usage(
                Code.SIGNER_FAILED,
                f"There is no signer {name} in the settings",
                detail="A stored key pair is kept by it, or an app asks for it.",
                remedy=(f"Declare signers.{name}",),
            )
        if name not in self._open:
            self._open[name] = _device(name, self.specs[name], self.environ)
        return self._open[name]

    def signer(self, reference: KeyReference) -> Signer:
        """Return the signer of a stored key."""
        return self.named(reference.signer).open(reference.key)


def _device(name: str, spec: SignerSpec, environ: Mapping[str, str]) -> Device:
    if isinstance(spec, Pkcs11Spec):
        return Pkcs11Device(name, spec, environ)
    if isinstance(spec, AwsKmsSpec):
        return AwsKmsDevice(name, spec)
    assert_never(spec)
