"""Devices and services that keep private keys and sign with them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True)
class Pkcs11Spec:
    """A token behind a PKCS #11 module: a hardware security module, a smart card, SoftHSM."""

    module: Path
    """The shared library of the vendor."""
    token: str
    """Label of the token."""
    pin_env: str | None = None
    """Environment variable that holds the user PIN."""
    pin_file: Path | None = None
    """File that holds the user PIN."""


@dataclass(frozen=True)
class AwsKmsSpec:
    """AWS Key Management Service; credentials come from where boto3 looks for them."""

    region: str | None = None
    endpoint: str | None = None
    """URL in place of AWS's own, for instance of a VPC endpoint."""


SignerSpec: TypeAlias = Pkcs11Spec | AwsKmsSpec


@dataclass(frozen=True)
class KeyReference:
    """A key that stays where it is: what the store keeps in place of a private key."""

    signer: str
    """Name under `signers:` in the settings."""
    key: str
    """What that signer calls it: a label of a token, the ARN of a KMS key."""
