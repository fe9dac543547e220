"""Private keys read and written: in every shape that people have them, and in the one that is kept.

No error raised here quotes what was given or what a parser said about it.
"""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

from provision.errors import Code, Failed
from provision.keys.kinds import OPENSSH, PRIVATE_KEY, Kind, foreign_kind, kind_of
from provision.keys.match import require_strong
from provision.keys.pem import Block, NotPem, read_blocks
from provision.model.secret import Secret


def load_private_key(data: bytes | str, passphrase: Secret | None = None) -> rsa.RSAPrivateKey:
    """Read and validate the one RSA private key in `data`; takes about 35 ms.

    PEM or DER, PKCS #1 or PKCS #8, encrypted or not (a `passphrase` that is not needed is ignored), base64 of either,
    with text around it. Raises `KEY_UNREADABLE`, or `KEY_WEAK` below 2048 bits or for a small public exponent.
    """
    key = _load(_only_key(_blocks(data)), passphrase)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise _not_rsa(key)
    require_strong(key.public_key())
    return key


def load_trusted_private_key(pem: bytes) -> rsa.RSAPrivateKey:
    """Read a key that `private_key_pem` wrote, without validating it: a thousand times faster.

    Raises `ValueError` where it is not one. The caller compares it with its certificate.
    """
    key = serialization.load_pem_private_key(pem, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("Not an RSA key")  # noqa: TRY004 -- the content is wrong, not the argument
    return key


def private_key_pem(key: rsa.RSAPrivateKey) -> bytes:
    """Return `key` as unencrypted PKCS #8 PEM (RFC 5958), 64 columns and a final newline."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _blocks(data: bytes | str) -> Sequence[Block]:
    try:
        return read_blocks(data)
    except NotPem as problem:
        foreign = foreign_kind(data)
        raise (_instead(foreign) if foreign else _unreadable(str(problem))) from None


def _only_key(blocks: Sequence[Block]) -> Block:
    kinds = [kind_of(block) for block in blocks]
    keys = [block for block, kind in zip(blocks, kinds, strict=True) if kind in {PRIVATE_KEY, OPENSSH}]
    if not keys:
        raise _instead(kinds[0])
    if len(keys) > 1:
        raise Failed(
            Code.KEY_UNREADABLE,
            f"{len(keys)} private keys were given at once",
            remedy=("Give the one that belongs to the certificate, alone",),
        )
    if kind_of(keys[0]) is OPENSSH:
        raise _instead(OPENSSH)
    return keys[0]


def _load(block: Block, passphrase: Secret | None) -> object:
    secret = passphrase.reveal().encode() if passphrase else None
    try:
        return _decode(block, secret)
    except TypeError:
        # So cryptography tells that a passphrase is missing, or that one was given which is not needed.
        if secret is None:
            raise _encrypted("The private key is encrypted and no passphrase was given") from None
        return _load(block, None)
    except UnsupportedAlgorithm:
        raise _unreadable("it uses an algorithm that is not supported here") from None
    except ValueError:
        if secret is not None and _is_encrypted(block):
            reason = "Either it is another one, or the key is damaged or encrypted in a way that is not supported here."
            raise _encrypted("The passphrase does not open the private key", reason) from None
        raise _unreadable(f"the block {block.label or 'of DER'} does not hold a sound private key") from None


def _decode(block: Block, passphrase: bytes | None) -> object:
    """Decode by content: labels are often put on by hand, and wrongly."""
    if block.cipher:
        return serialization.load_pem_private_key(block.pem(), passphrase)
    return serialization.load_der_private_key(block.der, passphrase)


def _is_encrypted(block: Block) -> bool:
    try:
        _decode(block, None)
    except TypeError:
        return True
    except (ValueError, UnsupportedAlgorithm):
        pass
    return False


def _instead(kind: Kind) -> Failed:
    return Failed(
        Code.KEY_UNREADABLE,
        f"A private key was expected, but this is {kind.name}",
        remedy=(kind.remedy,),
    )


def _not_rsa(key: object) -> Failed:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        name = "EC"
    elif isinstance(key, dsa.DSAPrivateKey):
        name = "DSA"
    else:
        name = "of another algorithm"
    return Failed(
        Code.KEY_UNREADABLE,
        f"The private key is {name}, not RSA",
        detail="Salesforce verifies JWT bearer assertions with RS256 only, which takes an RSA key.",
        remedy=("Generate an RSA key: provision keys generate", "Or: openssl genrsa -out server.key 2048"),
    )


def _encrypted(summary: str, detail: str | None = None) -> Failed:
    return Failed(
        Code.KEY_UNREADABLE,
        summary,
        detail=detail,
        remedy=("Give the passphrase of the key", "Or decrypt it: openssl pkey -in FILE -out server.key"),
    )


def _unreadable(reason: str) -> Failed:
    return Failed(
        Code.KEY_UNREADABLE,
        f"The private key cannot be read: {reason}",
        remedy=(
            "Look at it with: openssl pkey -in FILE -noout -text_pub",
            "In an environment variable or a secret store, keep it as base64: base64 -w0 server.key",
        ),
    )
