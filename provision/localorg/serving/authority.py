"""The certificate authority of the served local orgs: each store has one of its own.

Its certificate is limited to loopback addresses and to the host names that a local org answers for, so that a machine
that was told to trust it takes no other name from whoever gets hold of its key.
"""

import ipaddress
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOSTS: Final = (
    "localhost",
    "login.salesforce.com",
    "test.salesforce.com",
    "*.my.salesforce.com",
    "*.sandbox.my.salesforce.com",
)
ADDRESSES: Final = (ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1"))
_PERMITTED: Final = ("localhost", "login.salesforce.com", "test.salesforce.com", "my.salesforce.com")
_NETWORKS: Final = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))

_AUTHORITY_LIFETIME: Final = timedelta(days=3650)
_LIFETIME: Final = timedelta(days=397)
"""Longer ones are refused by some clients."""
_RENEWED_BEFORE: Final = timedelta(days=30)
_SKEW: Final = timedelta(minutes=5)
_PRIVATE: Final = 0o600
_PUBLIC: Final = 0o644
_CA_FILE, _CA_KEY_FILE, _SERVER_FILE = "ca.pem", "ca.key", "server.pem"


@dataclass(frozen=True, slots=True)
class Tls:
    """The files that a TLS server and its clients need."""

    ca_file: Path
    """What clients are told to trust."""
    server_file: Path
    """Private key and certificate of the server in one file that only its owner can read."""


def provide(folder: Path, now: datetime) -> Tls:
    """The authority in that folder and a certificate with at least a month to go; made where they are missing."""
    tls = Tls(folder / _CA_FILE, folder / _SERVER_FILE)
    if not folder.exists():
        _found(folder, now)
    certificate = x509.load_pem_x509_certificate(tls.server_file.read_bytes())
    if certificate.not_valid_after_utc - _RENEWED_BEFORE <= now:
        _renew(tls, folder / _CA_KEY_FILE, now)
    return tls


def _found(folder: Path, now: datetime) -> None:
    """Make the whole folder, or use the one that another process has made meanwhile."""
    ca_key, key = _new_key(), _new_key()
    ca = _authority(ca_key, now)
    files = {
        _CA_FILE: (_pem(ca), _PUBLIC),
        _CA_KEY_FILE: (_key_pem(ca_key), _PRIVATE),
        _SERVER_FILE: (_key_pem(key) + _pem(_certificate(key, ca, ca_key, now)), _PRIVATE),
    }
    made = folder.with_name(f".{folder.name}.{secrets.token_hex(6)}")
    made.mkdir(mode=0o700)
    _write_all(made, files)
    with suppress(OSError):  # the folder is there: its authority is as good as this one
        made.rename(folder)
        return
    for name in files:
        (made / name).unlink()
    made.rmdir()


def _renew(tls: Tls, ca_key_file: Path, now: datetime) -> None:
    ca = x509.load_pem_x509_certificate(tls.ca_file.read_bytes())
    ca_key = serialization.load_pem_private_key(ca_key_file.read_bytes(), None)
    if not isinstance(ca_key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{ca_key_file} holds another kind of key than was written there")
    key = _new_key()
    name = f".{_SERVER_FILE}.{secrets.token_hex(6)}"
    content = _key_pem(key) + _pem(_certificate(key, ca, ca_key, now))
    _write_all(tls.server_file.parent, {name: (content, _PRIVATE)})
    tls.server_file.with_name(name).replace(tls.server_file)


def _authority(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "provision: local orgs of one store")])
    permitted = [*(x509.DNSName(host) for host in _PERMITTED), *(x509.IPAddress(network) for network in _NETWORKS)]
    return (
        _builder(name, name, key, now, _AUTHORITY_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .sign(key, hashes.SHA256())
    )


def _certificate(
    key: ec.EllipticCurvePrivateKey, ca: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "provision: local org")])
    names = [*(x509.DNSName(host) for host in HOSTS), *(x509.IPAddress(address) for address in ADDRESSES)]
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    return (
        _builder(name, ca.subject, key, now, _LIFETIME)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(issuer, critical=False)
        .sign(ca_key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, lifetime: timedelta
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - _SKEW,
        not_valid_after=now + lifetime,
    )
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)


def _write_all(folder: Path, files: Mapping[str, tuple[bytes, int]]) -> None:
    for name, (content, mode) in files.items():
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
