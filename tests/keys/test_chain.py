"""Chains: the certificate of the key is found among its issuers, and files put together wrongly are told."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from provision.errors import Code, Failed
from provision.keys.certificate import parse_certificates
from provision.keys.chain import Chain, chain_of, may_issue, remarks
from provision.keys.generate import generate_private_key
from provision.keys.issue import issue, request, request_pem, subject_name
from provision.keys.private_key import private_key_pem
from tests.keys.authority import YEAR, Authority, bundle
from tests.keys.conftest import NOW
from tests.keys.openssl import needs_openssl, openssl

LATER = NOW + timedelta(days=1)


@pytest.fixture(scope="module")
def root(other_key: rsa.RSAPrivateKey) -> Authority:
    return Authority("CN=Acme Root CA", other_key)


@pytest.fixture(scope="module")
def issuing_key() -> rsa.RSAPrivateKey:
    return generate_private_key(2048)


@pytest.fixture(scope="module")
def issuing(root: Authority, issuing_key: rsa.RSAPrivateKey) -> Authority:
    return Authority("CN=Acme Issuing CA", issuing_key, root)


@pytest.fixture(scope="module")
def leaf(issuing: Authority, key: rsa.RSAPrivateKey) -> x509.Certificate:
    return issuing.certify("CN=billing-sync", key.public_key())


def refusal(keys: list[rsa.RSAPublicKey], *given: x509.Certificate) -> Failed:
    with pytest.raises(Failed) as raised:
        chain_of(keys, given)
    assert raised.value.remedy
    return raised.value


def test_the_certificate_of_the_key_is_found_in_any_order(key, root, issuing, leaf) -> None:
    everything = (leaf, issuing.certificate, root.certificate)
    for order in itertools.permutations(everything):
        chain = chain_of([key.public_key()], parse_certificates(bundle(*order)))
        assert chain == Chain(leaf, (issuing.certificate, root.certificate))
        assert list(remarks(chain, LATER)) == []


def test_it_may_come_alone_or_twice_or_without_the_root(key, issuing, leaf) -> None:
    assert chain_of([key.public_key()], [leaf, leaf]) == Chain(leaf)
    chain = chain_of([key.public_key()], [issuing.certificate, leaf, issuing.certificate])
    assert chain == Chain(leaf, (issuing.certificate,))
    assert list(remarks(chain, LATER)) == []


def test_the_key_may_be_any_of_several(key, issuing_key, leaf, root) -> None:
    keys = [generate_private_key(2048).public_key(), key.public_key()]
    assert chain_of(keys, [root.certificate, leaf]).leaf == leaf


def test_an_intermediate_that_is_missing_is_named(key, root, leaf) -> None:
    chain = chain_of([key.public_key()], [root.certificate, leaf])
    assert chain == Chain(leaf, (), (root.certificate,))
    [remark] = remarks(chain, LATER)
    assert "CN=Acme Issuing CA is missing" in remark
    assert "CN=Acme Root CA" in remark


def test_what_does_not_belong_to_a_whole_chain_is_named(key, root, issuing, leaf, certificate) -> None:
    stranger = issue(generate_private_key(2048), "CN=stranger", NOW, 30)
    chain = chain_of([key.public_key()], [leaf, root.certificate, stranger, issuing.certificate])
    assert chain.strangers == (stranger,)
    assert [remark for remark in remarks(chain, LATER) if "CN=stranger" in remark and "missing" not in remark]


def test_an_issuer_of_the_same_name_that_signed_nothing_is_told(key, root, leaf) -> None:
    namesake = Authority("CN=Acme Issuing CA", generate_private_key(2048), root)
    problem = refusal([key.public_key()], leaf, namesake.certificate, root.certificate)
    assert (problem.code, problem.summary) == (Code.CERTIFICATE_INVALID, "The certificate chain does not verify")
    assert "CN=billing-sync names CN=Acme Issuing CA as its issuer" in (problem.detail or "")
    assert "does not verify the signature" in (problem.detail or "")


def test_of_two_issuers_of_one_name_the_one_that_signed_is_taken(key, root, issuing, leaf) -> None:
    """An authority that renewed its key keeps its name."""
    namesake = Authority("CN=Acme Issuing CA", generate_private_key(2048), root)
    chain = chain_of([key.public_key()], [namesake.certificate, leaf, issuing.certificate, root.certificate])
    assert chain.issuers == (issuing.certificate, root.certificate)


@pytest.mark.parametrize("marked", [False, None])
def test_an_issuer_that_may_not_issue_is_told(key, root, issuing_key, marked: bool | None) -> None:
    impostor = Authority("CN=Somebody", issuing_key, root, may_issue=marked)
    problem = refusal([key.public_key()], impostor.certify("CN=leaf", key.public_key()), impostor.certificate)
    assert problem.code is Code.CERTIFICATE_INVALID
    assert "not that of an authority" in (problem.detail or "")


def test_a_break_further_up_is_told_too(key, issuing, leaf) -> None:
    namesake = Authority("CN=Acme Root CA", generate_private_key(2048))
    problem = refusal([key.public_key()], leaf, issuing.certificate, namesake.certificate)
    assert "CN=Acme Issuing CA names CN=Acme Root CA" in (problem.detail or "")


def test_the_authority_s_own_certificate_in_place_of_the_leaf_is_told(key, root, issuing) -> None:
    for given in ([issuing.certificate], [root.certificate], [issuing.certificate, root.certificate]):
        problem = refusal([key.public_key()], *given)
        assert problem.code is Code.KEY_MISMATCH
        assert "CA:TRUE" in problem.summary
        assert "not the authority's" in problem.remedy[0]


def test_a_certificate_of_another_key_is_told_with_what_was_given(key, issuing_key, root) -> None:
    other = root.certify("CN=other", issuing_key.public_key())
    for given, words in (([other], "The certificate was not"), ([other, root.certificate], "None of the 2")):
        problem = refusal([key.public_key()], *given)
        assert problem.code is Code.KEY_MISMATCH
        assert problem.summary.startswith(words)
        assert "CA:TRUE" not in problem.summary
        assert "CN=other, issued by CN=Acme Root CA" in (problem.detail or "")


def test_two_certificates_that_fit_are_one_too_many(key, issuing, leaf) -> None:
    renewed = issuing.certify("CN=billing-sync", key.public_key(), start=LATER)
    problem = refusal([key.public_key()], leaf, renewed)
    assert problem.code is Code.CERTIFICATE_INVALID
    assert problem.summary.startswith("2 certificates that fit")


def test_a_self_signed_authority_s_certificate_for_the_key_itself_is_fine(key) -> None:
    """So makes `openssl req -x509` its certificates, which the most common instructions use."""
    own = Authority("CN=billing-sync", key)
    chain = chain_of([key.public_key()], [own.certificate])
    assert chain == Chain(own.certificate)
    assert list(remarks(chain, LATER)) == []


def test_a_key_that_is_made_an_authority_by_another_is_remarked(key, root) -> None:
    chain = chain_of([key.public_key()], [root.certify("CN=sub", key.public_key(), may_issue=True)])
    [remark] = remarks(chain, LATER)
    assert "could issue certificates" in remark


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (NOW - YEAR, "The certificate is not valid before 2026-03-01 12:00 UTC"),
        (NOW + 2 * YEAR, "The certificate expired on 2027-03-01, 365 days ago"),
    ],
)
def test_a_period_that_is_over_or_to_come_is_remarked(key, leaf, now, words: str) -> None:
    assert list(remarks(chain_of([key.public_key()], [leaf]), now)) == [words]


def test_an_issuer_that_expired_is_remarked(key, root, issuing_key) -> None:
    old = Authority("CN=Old CA", issuing_key, root, start=NOW - 2 * YEAR)
    chain = chain_of([key.public_key()], [old.certify("CN=leaf", key.public_key()), old.certificate])
    [remark] = remarks(chain, LATER)
    assert remark.startswith("The certificate of its issuer CN=Old CA expired on")


def test_an_authority_is_known_by_its_basic_constraints_unless_they_are_damaged(key, root) -> None:
    name = subject_name("x")
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW, LATER)
    damaged = builder.add_extension(
        x509.UnrecognizedExtension(x509.BasicConstraints.oid, b"\x30\x80\xff"), critical=True
    ).sign(key, hashes.SHA256())
    assert not may_issue(damaged)
    assert may_issue(root.certificate)


@needs_openssl
def test_openssl_agrees_with_what_verifies(key, root, issuing, leaf, tmp_path) -> None:
    for name, certificates in (("root", [root.certificate]), ("issuing", [issuing.certificate]), ("leaf", [leaf])):
        (tmp_path / f"{name}.pem").write_text(bundle(*certificates))
    told = openssl(
        "verify",
        "-attime",
        str(int(LATER.timestamp())),
        "-CAfile",
        str(tmp_path / "root.pem"),
        "-untrusted",
        str(tmp_path / "issuing.pem"),
        str(tmp_path / "leaf.pem"),
    )
    assert b"OK" in told
    assert chain_of([key.public_key()], [leaf, issuing.certificate, root.certificate]).issuers


@needs_openssl
def test_version_1_of_openssl_is_an_authority(tmp_path, other_key) -> None:
    (tmp_path / "ca.key").write_bytes(private_key_pem(other_key))
    csr = request_pem(request(other_key, "CN=Old Root")).encode()
    old = openssl("x509", "-req", "-signkey", str(tmp_path / "ca.key"), "-days", "30", "-set_serial", "1", stdin=csr)
    [root] = parse_certificates(old)
    if root.version is not x509.Version.v1:
        pytest.skip("this openssl makes version 3 only")
    assert may_issue(root)
