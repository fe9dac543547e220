"""Keys in AWS KMS: made there, never given out, signing there.

Needs the extra `aws`. Data is always sent RAW (at most 4096 bytes: assertions and certificates are smaller), so that
the digest is made where the key is.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from provision.model.signing import AwsKmsSpec, KeyReference
from provision.signers.device import DeviceKey, failed
from provision.signers.pkcs11 import missing_extra

ALGORITHM = "RSASSA_PKCS1_V1_5_SHA_256"
LARGEST_MESSAGE = 4096
DELETION_DAYS = 7
"""The shortest that AWS allows between the order to delete a key and its end; it signs nothing meanwhile."""


class AwsKmsDevice:
    """KMS of one account and region; `name` is that under `signers:`."""

    def __init__(self, name: str, spec: AwsKmsSpec) -> None:
        self._name = name
        self._spec = spec

    def make(self, label: str, bits: int) -> AwsKmsSigner:
        """Make an asymmetric key for signing."""
        made = self.call(
            f"make a key of {bits} bits",
            "create_key",
            KeySpec=f"RSA_{bits}",
            KeyUsage="SIGN_VERIFY",
            Description=label,
            Tags=[{"TagKey": "provision", "TagValue": label}],
        )
        return self.open(str(made["KeyMetadata"]["Arn"]))

    def open(self, key: str) -> AwsKmsSigner:
        """Return the signer of the key with that ARN."""
        return AwsKmsSigner(self, KeyReference(self._name, key))

    def destroy(self, key: str) -> None:
        """Order the deletion: from now on the key signs nothing, in a week it is gone."""
        found = self.call(f"find the key {key}", "describe_key", KeyId=key)["KeyMetadata"]
        if found["KeyState"] != "PendingDeletion":
            what, window = f"delete the key {key}", DELETION_DAYS
            self.call(what, "schedule_key_deletion", KeyId=found["KeyId"], PendingWindowInDays=window)

    def call(self, what: str, operation: str, **arguments: Any) -> Any:
        """Call an operation of KMS; raises `SIGNER_FAILED`, completing `could not`."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 -- an extra

        client = self._client
        try:
            return getattr(client, operation)(**arguments)
        except (BotoCoreError, ClientError) as problem:
            raise failed(self._name, what, problem) from None

    @cached_property
    def _client(self) -> Any:
        try:
            import boto3  # noqa: PLC0415 -- an extra
            from botocore.exceptions import BotoCoreError  # noqa: PLC0415
        except ImportError:
            raise missing_extra(self._name, "aws") from None
        try:
            return boto3.client("kms", region_name=self._spec.region, endpoint_url=self._spec.endpoint)
        except BotoCoreError as problem:
            raise failed(self._name, "be reached", problem) from None


class AwsKmsSigner:
    """One key in KMS."""

    def __init__(self, device: AwsKmsDevice, reference: KeyReference) -> None:
        self._device = device
        self._reference = reference
        self._key = DeviceKey(reference, self._ask)

    @property
    def reference(self) -> KeyReference:
        """The ARN of the key."""
        return self._reference

    def public_key(self) -> rsa.RSAPublicKey:
        """Return the public half, asked for once."""
        return self._key.public

    def _ask(self) -> bytes:
        what = f"show the key {self._reference.key}"
        return bytes(self._device.call(what, "get_public_key", KeyId=self._reference.key)["PublicKey"])

    def sign_rs256(self, data: bytes) -> bytes:
        """Return the RSASSA-PKCS1-v1_5 signature with SHA-256 of `data`, made by KMS."""
        what = f"sign with the key {self._reference.key}"
        if len(data) > LARGEST_MESSAGE:
            raise failed(
                self._reference.signer, what, f"{len(data)} bytes are more than the {LARGEST_MESSAGE} it takes"
            )
        signed = self._device.call(
            what, "sign", KeyId=self._reference.key, Message=data, MessageType="RAW", SigningAlgorithm=ALGORITHM
        )
        return bytes(signed["Signature"])

    def __repr__(self) -> str:
        return f"AwsKmsSigner({self._reference.signer}: {self._reference.key})"
