"""What was given instead of the thing that was asked for, in its own words, and how to get from one to the other."""

from __future__ import annotations

from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from provision.keys.pem import Block


class Kind(NamedTuple):
    """A kind of file, named so that a sentence can hold it, and the first thing to do about it."""

    name: str
    remedy: str


CERTIFICATE = Kind("a certificate", "Give the private key that the certificate was made with, often named server.key")
PUBLIC_KEY = Kind("a public key", "Give the private key: a public key cannot sign")
REQUEST = Kind("a certificate signing request", "Give the file that came of it, or the key that it was made with")
PRIVATE_KEY = Kind("a private key", "Give the certificate, often named server.crt; keep the private key to yourself")
PKCS12 = Kind("a PKCS #12 container (.p12, .pfx)", "Unpack it: openssl pkcs12 -in FILE -noenc -out unpacked.pem")
PKCS7 = Kind("a PKCS #7 container (.p7b)", "Unpack it: openssl pkcs7 -in FILE -print_certs -out certificates.pem")
KEYSTORE = Kind(
    "a Java keystore",
    "Convert it: keytool -importkeystore -srckeystore FILE -destkeystore store.p12 -deststoretype PKCS12, "
    "then openssl pkcs12 -in store.p12 -noenc -out unpacked.pem",
)
PUTTY = Kind("a key in PuTTY's format", "Convert it: puttygen FILE -O private-openssh -o key, then as for OpenSSH")
OPENSSH = Kind(
    "a key in OpenSSH's format", "Convert a copy of it in place: ssh-keygen -p -m PKCS8 -f COPY (an RSA key)"
)
JWK = Kind("a JSON Web Key", "Convert it to PEM with the tool that made it")
UNKNOWN = Kind("something else", "Give a PEM or DER file as openssl writes it")

_BY_LABEL = {
    "CERTIFICATE": CERTIFICATE,
    "X509 CERTIFICATE": CERTIFICATE,
    "TRUSTED CERTIFICATE": CERTIFICATE,
    "PUBLIC KEY": PUBLIC_KEY,
    "RSA PUBLIC KEY": PUBLIC_KEY,
    "CERTIFICATE REQUEST": REQUEST,
    "NEW CERTIFICATE REQUEST": REQUEST,
    "PKCS7": PKCS7,
    "CMS": PKCS7,
    "OPENSSH PRIVATE KEY": OPENSSH,
}


def kind_of(block: Block) -> Kind:
    """Return what `block` is, by its label or, for bare DER, by what it can be read as."""
    if block.label:
        ends_as_key = block.label.endswith("PRIVATE KEY")
        return _BY_LABEL.get(
            block.label, PRIVATE_KEY if ends_as_key else Kind(f"a block {block.label}", UNKNOWN.remedy)
        )
    for kind, load in _LOADERS:
        try:
            load(block.der)
        except TypeError:  # encrypted, and so a private key
            return kind
        except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion):
            continue
        return kind
    return UNKNOWN


def foreign_kind(data: bytes | str) -> Kind | None:
    """Return the kind of a file that is neither PEM nor DER, as far as its first bytes tell."""
    raw = data.encode("utf-8", errors="replace") if isinstance(data, str) else data
    start = raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:64]
    return next((kind for magic, kind in _BY_MAGIC if start.startswith(magic)), None)


_BY_MAGIC = (
    (b"\xfe\xed\xfe\xed", KEYSTORE),
    (b"PuTTY-User-Key-File", PUTTY),
    (b"ssh-rsa ", PUBLIC_KEY),
    (b"---- BEGIN SSH2 PUBLIC KEY", PUBLIC_KEY),
    (b"openssh-key-v1", OPENSSH),
    (b'{"', JWK),
    (b"{\n", JWK),
)


def _pkcs12(der: bytes) -> None:
    """Return only for a container that opens, or would with its password."""
    try:
        pkcs12.load_pkcs12(der, None)
    except ValueError as problem:
        if "password" not in str(problem).lower():
            raise


_LOADERS = (
    (CERTIFICATE, x509.load_der_x509_certificate),
    (PRIVATE_KEY, lambda der: serialization.load_der_private_key(der, None, unsafe_skip_rsa_key_validation=True)),
    (PUBLIC_KEY, serialization.load_der_public_key),
    (REQUEST, x509.load_der_x509_csr),
    (PKCS12, _pkcs12),
)
