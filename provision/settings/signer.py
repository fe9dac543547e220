"""Devices and services that keep private keys, in the words of the file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from provision.model.signing import AwsKmsSpec, Pkcs11Spec, SignerSpec
from provision.settings.base import Model
from provision.settings.values import Url, Words, problem


class Pkcs11Settings(Model):
    """A token behind a PKCS #11 module: a hardware security module, a smart card, SoftHSM."""

    type: Literal["pkcs11"]
    """Needs the extra `pkcs11`."""
    module: Words
    """The shared library of the vendor, for instance `/usr/lib/softhsm/libsofthsm2.so`."""
    token: Words
    """Label of the token."""
    pin_env: Words | None = None
    """Environment variable that holds the user PIN."""
    pin_file: Words | None = None
    """File that holds the user PIN, relative to this file."""

    @model_validator(mode="after")
    def _one_pin(self) -> Self:
        if (self.pin_env is None) == (self.pin_file is None):
            raise problem("pin_env or pin_file is needed, and only one of them")
        return self


class AwsKmsSettings(Model):
    """AWS Key Management Service; credentials come from where the AWS tools look for them."""

    type: Literal["aws-kms"]
    """Needs the extra `aws`."""
    region: Words | None = None
    """For instance `eu-central-1`; by default that of the AWS configuration."""
    endpoint: Url | None = None
    """URL in place of AWS's own, for instance of a VPC endpoint."""


SignerSettings = Annotated[Pkcs11Settings | AwsKmsSettings, Field(discriminator="type")]


def signer_spec(settings: Pkcs11Settings | AwsKmsSettings, folder: Path) -> SignerSpec:
    """Return what the settings say; `folder` is that of the file."""
    if isinstance(settings, AwsKmsSettings):
        return AwsKmsSpec(settings.region, settings.endpoint)
    pin_file = folder / settings.pin_file if settings.pin_file else None
    return Pkcs11Spec(folder / settings.module, settings.token, settings.pin_env, pin_file)
