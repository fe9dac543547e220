"""A `Signer` in the shape that cryptography and PyJWT ask for, so that a key which never leaves its device can sign."""

from __future__ import annotations

from typing import Any, NoReturn, Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from provision.model.keys import Signer
from provision.model.signing import KeyReference


class DelegatedKey(rsa.RSAPrivateKey):
    """A private key that can only sign RS256, by asking its signer."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    @property
    def reference(self) -> KeyReference | None:
        """How the key is found again at its signer; `None` for one in memory."""
        return self._signer.reference

    @property
    def key_size(self) -> int:
        """Bits of the modulus."""
        return self._signer.public_key().key_size

    def public_key(self) -> rsa.RSAPublicKey:
        """Return the public half."""
        return self._signer.public_key()

    def sign(self, data: Any, padding: Any, algorithm: Any) -> bytes:
        """Return the RS256 signature of `data`; any other padding or digest is a programming error."""
        if not _is_rs256(padding, algorithm):
            raise TypeError("A delegated key signs with PKCS #1 v1.5 and SHA-256 only")
        return self._signer.sign_rs256(bytes(data))

    def decrypt(self, *_: Any) -> NoReturn:
        """Never: the key signs."""
        raise TypeError("A delegated key does not decrypt")

    def private_numbers(self) -> NoReturn:
        """Never: the key stays with its signer."""
        raise TypeError("A delegated key does not give itself out")

    def private_bytes(self, *_: Any) -> NoReturn:
        """Never: the key stays with its signer."""
        raise TypeError("A delegated key does not give itself out")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        return self

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("A delegated key is not pickled")


def _is_rs256(used: object, algorithm: object) -> bool:
    return isinstance(used, padding.PKCS1v15) and isinstance(algorithm, hashes.SHA256)
