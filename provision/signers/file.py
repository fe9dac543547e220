"""A signer over a private key in memory, as it is read from a file."""

from __future__ import annotations

from typing import NoReturn

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa


class FileSigner:
    """Signs with a private key that it shows to nobody: not in `repr`, not by pickling, not by copying."""

    __slots__ = ("__key",)

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        self.__key = key

    @property
    def reference(self) -> None:
        """The key is here, and nowhere else to be found."""
        return None

    def public_key(self) -> rsa.RSAPublicKey:
        """Return the public half."""
        return self.__key.public_key()

    def sign_rs256(self, data: bytes) -> bytes:
        """Return the RSASSA-PKCS1-v1_5 signature with SHA-256 of `data`."""
        return self.__key.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def __repr__(self) -> str:
        return f"FileSigner(RSA {self.public_key().key_size})"

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("A signer is not pickled or copied: its private key stays where it is")
