"""What journeys of key pairs share."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from provision.keys.certificate import parse_certificate
from provision.keys.generate import generate_private_key
from provision.keys.private_key import private_key_pem
from tests.journeys.conftest import Done, Provision

CONFIRMED = ("--confirm", "billing-sync")


def pairs(done: Done) -> list[tuple[int, str]]:
    assert done.code == 0, done.err
    return [(row["generation"], row["state"]) for row in done.document["result"]["key_pairs"]]


def listed(provision: Provision) -> list[tuple[int, str]]:
    return pairs(provision("keys", "list", "--json"))


def shown(provision: Provision, *arguments: str) -> x509.Certificate:
    return parse_certificate(provision("keys", "show", "--pem", *arguments).out)


def requested_key(provision: Provision, *arguments: str) -> RSAPublicKey:
    done = provision("keys", "csr", *arguments)
    assert done.code == 0, done.err
    key = x509.load_pem_x509_csr(done.out.encode()).public_key()
    assert isinstance(key, RSAPublicKey)
    return key


def bring_another_key(provision: Provision, folder: Path) -> None:
    """Make a key pair current that the app knows nothing of."""
    (folder / "server.key").write_bytes(private_key_pem(generate_private_key(2048)))
    assert provision("keys", "import", "--key", "server.key").code == 0


def snapshot(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*.pem") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}
