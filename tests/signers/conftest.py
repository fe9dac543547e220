"""Devices that keep keys: SoftHSM's, and AWS KMS as moto imitates it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from provision.model.signing import AwsKmsSpec, Pkcs11Spec
from provision.signers.aws_kms import AwsKmsDevice
from provision.signers.device import Device
from provision.signers.pkcs11 import Pkcs11Device
from tests.signers.soft_hsm import PIN, PIN_ENV, TOKEN, make_token

REGION = "eu-central-1"


@pytest.fixture(scope="session")
def pkcs11_module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The module of a token that exists."""
    return make_token(tmp_path_factory.mktemp("hsm"))


@pytest.fixture
def kms(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """AWS, imitated in this process."""
    from moto import mock_aws

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield


@pytest.fixture(params=["pkcs11", "aws-kms"])
def device(request: pytest.FixtureRequest) -> Device:
    """Each kind of device."""
    if request.param == "aws-kms":
        request.getfixturevalue("kms")
        return AwsKmsDevice("vault", AwsKmsSpec(REGION))
    module = request.getfixturevalue("pkcs11_module")
    return Pkcs11Device("vault", Pkcs11Spec(module, TOKEN, PIN_ENV), {PIN_ENV: PIN})
