"""A certificate authority as people run one: the openssl binary, with a root and an intermediate."""

from __future__ import annotations

from pathlib import Path

from tests.keys.openssl import openssl

EXTENSIONS = """
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""


class OpensslAuthority:
    """Signs requests with an intermediate that a root has signed."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._file("extensions.cnf").write_text(EXTENSIONS)
        for name, subject in (("root", "/O=Acme/CN=Acme Root CA"), ("issuing", "/O=Acme/CN=Acme Issuing CA")):
            openssl("genrsa", "-out", str(self._file(f"{name}.key")), "2048")
            request = openssl("req", "-new", "-key", str(self._file(f"{name}.key")), "-subj", subject)
            signed = self._sign(request, "root", "authority", itself=name == "root")
            self._file(f"{name}.pem").write_bytes(signed)
        self.root = self._file("root.pem").read_text()
        self.issuing = self._file("issuing.pem").read_text()

    def sign(self, request: str) -> str:
        """Return the certificate for a request."""
        return self._sign(request.encode(), "issuing", "leaf").decode()

    def verifies(self, certificate: str) -> bool:
        """Return whether openssl finds the way from `certificate` to the root."""
        self._file("leaf.pem").write_text(certificate)
        files = (str(self._file(f"{name}.pem")) for name in ("root", "issuing", "leaf"))
        root, issuing, leaf = files
        return b"OK" in openssl("verify", "-CAfile", root, "-untrusted", issuing, leaf)

    def _sign(self, request: bytes, by: str, extensions: str, *, itself: bool = False) -> bytes:
        key, certificate = str(self._file(f"{by}.key")), str(self._file(f"{by}.pem"))
        signer = ("-signkey", key) if itself else ("-CA", certificate, "-CAkey", key, "-CAcreateserial")
        extended = ("-extfile", str(self._file("extensions.cnf")), "-extensions", extensions)
        return openssl("x509", "-req", "-days", "365", *signer, *extended, stdin=request)

    def _file(self, name: str) -> Path:
        return self._folder / name
