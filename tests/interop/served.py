"""A local org behind a real TLS socket on loopback, for clients that we did not write."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Server
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from requests.adapters import HTTPAdapter


def certificate_files(folder: Path, host: str) -> tuple[Path, Path]:
    """Write a self-signed certificate for `host` and loopback, and its key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    names = [x509.DNSName(host), x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "tls.pem", folder / "tls.key"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_file, key_file


@contextmanager
def served(app: Any, folder: Path) -> Iterator[tuple[str, Path]]:
    """Serve a WSGI app over TLS and yield its base address and CA file."""
    certificate, key = certificate_files(folder, "localhost")
    server = Server(("127.0.0.1", 0), app)
    server.ssl_adapter = BuiltinSSLAdapter(str(certificate), str(key))
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{server.bind_addr[1]}", certificate
    finally:
        server.stop()
        thread.join(10)


class Rerouting(HTTPAdapter):
    """Sends requests for real host names to the served local org, with the name in the Host header."""

    def __init__(self, base: str, ca_file: Path) -> None:
        super().__init__()
        self._base = urlsplit(base)
        self._ca_file = str(ca_file)

    def send(self, request: requests.PreparedRequest, *_args: Any, **kwargs: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        request.headers["Host"] = parts.netloc
        request.url = urlunsplit(parts._replace(netloc=self._base.netloc))
        kwargs["verify"] = self._ca_file
        return super().send(request, **kwargs)


def rerouted_session(base: str, ca_file: Path) -> requests.Session:
    """A `requests` session for simple-salesforce."""
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", Rerouting(base, ca_file))
    return session
