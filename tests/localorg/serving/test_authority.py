"""The certificate authority of a store, judged by openssl."""

from __future__ import annotations

import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from provision.localorg.serving.authority import provide

NOW = datetime.now(UTC)


def verified(openssl, tls, *arguments, certificate=None):
    """Whether openssl takes the server's certificate, or another."""
    done = subprocess.run(
        [openssl, "verify", "-x509_strict", "-CAfile", tls.ca_file, *arguments, certificate or tls.server_file],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode == 0


@pytest.mark.parametrize(
    "name",
    [
        "localhost",
        "login.salesforce.com",
        "test.salesforce.com",
        "acme.my.salesforce.com",
        "local--dev.sandbox.my.salesforce.com",
    ],
)
def test_the_certificate_is_good_for_every_name_of_a_local_org(tmp_path, openssl, name):
    assert verified(openssl, provide(tmp_path / "tls", NOW), "-verify_hostname", name)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_the_certificate_is_good_for_loopback_addresses(tmp_path, openssl, address):
    assert verified(openssl, provide(tmp_path / "tls", NOW), "-verify_ip", address)


@pytest.mark.parametrize("name", ["example.com", "salesforce.com", "www.salesforce.com", "a.b.my.salesforce.com"])
def test_the_certificate_is_good_for_no_other_name(tmp_path, openssl, name):
    assert not verified(openssl, provide(tmp_path / "tls", NOW), "-verify_hostname", name)


def test_the_authority_cannot_vouch_for_other_names(tmp_path, openssl):
    """Whoever steals its key can still not pose as anybody else to a machine that trusts it."""
    tls = provide(tmp_path / "tls", NOW)
    extensions, request = tmp_path / "extensions", tmp_path / "request"
    key, made = tmp_path / "key", tmp_path / "made.pem"
    for name, good in (("bank.example", False), ("other.my.salesforce.com", True)):
        extensions.write_text(f"subjectAltName=DNS:{name}\nauthorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n")
        for arguments in (
            ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", request, "-subj", "/CN=any"],
            ["x509", "-req", "-in", request, "-CA", tls.ca_file, "-CAkey", tls.ca_file.with_name("ca.key"),
             "-CAcreateserial", "-CAserial", tmp_path / "serial", "-extfile", extensions, "-out", made],
        ):  # fmt: skip
            subprocess.run([openssl, *arguments], check=True, capture_output=True)
        assert verified(openssl, tls, certificate=made) is good


def test_keys_are_private_and_made_once(tmp_path):
    folder = tmp_path / "tls"
    before = {path.name: path.read_bytes() for path in sorted(provide(folder, NOW).ca_file.parent.iterdir())}
    provide(folder, NOW + timedelta(days=300))
    assert {path.name: path.read_bytes() for path in sorted(folder.iterdir())} == before
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {
        "ca.key": 0o600,
        "ca.pem": 0o644,
        "server.pem": 0o600,
    }
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_certificate_near_its_end_is_renewed_by_the_same_authority(tmp_path, openssl):
    tls = provide(tmp_path / "tls", NOW - timedelta(days=380))
    ca, old = tls.ca_file.read_bytes(), tls.server_file.read_bytes()
    assert provide(tmp_path / "tls", NOW) == tls
    assert tls.ca_file.read_bytes() == ca
    assert tls.server_file.read_bytes() != old
    assert stat.S_IMODE(tls.server_file.stat().st_mode) == 0o600
    assert x509.load_pem_x509_certificate(tls.server_file.read_bytes()).not_valid_after_utc > NOW + timedelta(days=390)
    assert verified(openssl, tls, "-verify_hostname", "localhost")
    assert len(list(tls.ca_file.parent.iterdir())) == 3


def test_servers_that_start_together_share_one_authority(tmp_path, openssl):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: provide(tmp_path / "tls", NOW), range(8)))
    assert len({tls.ca_file.read_bytes() for tls in found}) == 1
    assert verified(openssl, found[0])
    assert [path.name for path in tmp_path.iterdir()] == ["tls"]
