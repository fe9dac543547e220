"""The certificate of a key among those of its issuers.

What people bring from a certificate authority: the certificate alone, or with intermediates and root, in any order. An
app takes the certificate alone, and Salesforce verifies signatures with its key, not where it comes from; so the chain
is judged here for one purpose, to be told at once when the wrong files were put together. Signatures, names and the
right to issue are verified (RFC 5280 §6.1.3); revocation is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa

from provision.errors import Code, Failed
from provision.keys.certificate import fingerprint_sha256
from provision.keys.describe import Period, describe
from provision.keys.match import key_fingerprint, matches


@dataclass(frozen=True)
class Chain:
    """A certificate with what came along."""

    leaf: x509.Certificate
    """The one issued for the key."""
    issuers: tuple[x509.Certificate, ...] = ()
    """Its issuer, that one's issuer and so on, as far as they were given; each has signed the one before."""
    strangers: tuple[x509.Certificate, ...] = ()
    """Given too, but not part of the chain."""


def chain_of(keys: Sequence[rsa.RSAPublicKey], given: Sequence[x509.Certificate]) -> Chain:
    """Find the certificate of one of `keys` among those `given`, and verify the chain that leads away from it.

    Raises `KEY_MISMATCH` where none belongs to a key, in words of its own where all are those of authorities, and
    `CERTIFICATE_INVALID` where several do or an issuer that was given did not sign what names it.
    """
    distinct = tuple(dict.fromkeys(given))
    leaf = _leaf(keys, distinct)
    issuers = tuple(_issuers(leaf, distinct))
    strangers = tuple(one for one in distinct if one != leaf and one not in issuers)
    return Chain(leaf, issuers, strangers)


def remarks(chain: Chain, now: datetime) -> Iterator[str]:
    """Yield what is not as it should be with a chain, though it can be used at `now` (aware): a sentence each."""
    yield from _period("The certificate", chain.leaf, now)
    if may_issue(chain.leaf) and not _names_itself(chain.leaf):
        yield "The certificate makes its key an authority's: that key could issue certificates in the authority's name"
    for issuer in chain.issuers:
        yield from _period(f"The certificate of its issuer {name_of(issuer)}", issuer, now)
    if chain.strangers:
        yield _left_out(chain)


def may_issue(certificate: x509.Certificate) -> bool:
    """Return whether the certificate is that of an authority (RFC 5280 §4.2.1.9); version 1 could not say so."""
    try:
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except x509.ExtensionNotFound:
        return certificate.version is x509.Version.v1
    except (ValueError, x509.DuplicateExtension):
        return False
    return basic.value.ca


def name_of(certificate: x509.Certificate) -> str:
    """Return whom the certificate was issued for, for use in a sentence."""
    return certificate.subject.rfc4514_string() or "(without a name)"


def _leaf(keys: Sequence[rsa.RSAPublicKey], given: Sequence[x509.Certificate]) -> x509.Certificate:
    found = [one for one in given if any(matches(key, one) for key in keys)]
    if len(found) == 1:
        return found[0]
    if found:
        raise Failed(
            Code.CERTIFICATE_INVALID,
            f"{len(found)} certificates that fit were given at once",
            detail=_each(found),
            remedy=("Give the newest alone, or with the certificates of its issuers",),
        )
    raise _mismatch(keys, given)


def _issuers(leaf: x509.Certificate, given: Sequence[x509.Certificate]) -> Iterator[x509.Certificate]:
    last, rest = leaf, [one for one in given if one != leaf]
    while not _names_itself(last):
        named = [one for one in rest if one.subject == last.issuer]
        if not named:
            return
        issuer = next((one for one in named if may_issue(one) and _signed(last, one)), None)
        if issuer is None:
            raise _broken(last, named[0])
        yield issuer
        rest.remove(issuer)
        last = issuer


def _names_itself(certificate: x509.Certificate) -> bool:
    return certificate.issuer == certificate.subject


def _signed(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _period(subject: str, certificate: x509.Certificate, now: datetime) -> Iterator[str]:
    facts = describe(certificate)
    period = facts.period(now)
    if period is not Period.WITHIN:
        yield f"{subject} {'is ' if period is Period.BEFORE else ''}{facts.validity(now)}"


def _left_out(chain: Chain) -> str:
    last = (chain.leaf, *chain.issuers)[-1]
    names = ", ".join(name_of(one) for one in chain.strangers)
    if _names_itself(last):
        return f"Not part of the certificate's chain, and left out: {names}"
    missing = last.issuer.rfc4514_string()
    return f"The chain is incomplete: the certificate of {missing} is missing. Left out: {names}"


def _mismatch(keys: Sequence[rsa.RSAPublicKey], given: Sequence[x509.Certificate]) -> Failed:
    what = "The certificate was not" if len(given) == 1 else f"None of the {len(given)} certificates was"
    authorities = all(may_issue(one) for one in given)
    whose = "it is an authority's own" if len(given) == 1 else "they are authorities' own"
    known = ", ".join(key_fingerprint(key) for key in keys) or "none"
    return Failed(
        Code.KEY_MISMATCH,
        f"{what} issued for the key{f': {whose} (CA:TRUE)' if authorities else ''}",
        detail=f"{_each(given)}\nSHA-256 of the public key at hand: {known}",
        remedy=(
            *(("Give the one that the authority issued for the request, not the authority's",) if authorities else ()),
            "Give the private key that the certificate was made with",
            "Or ask the authority for a certificate for this key: provision keys csr",
        ),
    )


def _broken(certificate: x509.Certificate, issuer: x509.Certificate) -> Failed:
    reason = (
        "carries that name, but its key does not verify the signature"
        if may_issue(issuer)
        else "is not that of an authority (basic constraints without CA:TRUE), so it may issue none"
    )
    return Failed(
        Code.CERTIFICATE_INVALID,
        "The certificate chain does not verify",
        detail=(
            f"The certificate of {name_of(certificate)} names {certificate.issuer.rfc4514_string()} as its issuer. "
            f"The certificate given for that issuer {reason}."
        ),
        remedy=(
            "Ask the authority for the chain of this very certificate",
            "Or give the certificate alone: an app takes no chain",
        ),
    )


def _each(certificates: Sequence[x509.Certificate]) -> str:
    return "\n".join(
        f"{name_of(one)}, issued by {one.issuer.rfc4514_string()}, SHA-256 {fingerprint_sha256(one)[:23]}…"
        for one in certificates
    )
