"""Puts a certificate onto an existing app and changes nothing else about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cryptography import x509

from provision.acts.deploy import deploy
from provision.apps.kind import Member
from provision.apps.kinds import kind_of
from provision.keys.certificate import certificate_pem
from provision.metadata.checked import component
from provision.metadata.merge import overlay
from provision.model.change import FieldChange
from provision.model.metadata import Component, Package, Value
from provision.rotate.work import Work


def put_on_app(work: Work, certificate: x509.Certificate, *, check_only: bool) -> None:
    """Deploy what of the app holds its certificate, as the org has it, with another one: never bare.

    Production is confirmed first, once.
    """
    pem = certificate_pem(certificate)
    if not check_only:
        confirm_switch(work, certificate)
    how = work.wish.deployment
    options = replace(how.options, check_only=check_only, rollback_on_error=True)
    content = Package((_holder(work, pem),), work.org.site.api_version)
    deploy(work.org, content, replace(how, options=options), work.listen)


def confirm_switch(work: Work, certificate: x509.Certificate) -> None:
    """Have production confirmed, once: before a hook hands out what will not be put on the app."""
    work.confirm(FieldChange("certificate", work.existing.certificate, certificate_pem(certificate)))


def _holder(work: Work, certificate: str) -> Component:
    """Return the component that holds the certificate, whole: an element left out would be reset."""
    existing = work.existing
    kind = kind_of(existing.kind)
    member = Member(kind.CONSUMER, existing.names.get(kind.CONSUMER, existing.name), _at(kind.CERTIFICATE, certificate))
    document = overlay(kind.kept(existing, member, None), member.fields)
    return component(member.full_name, document, work.org.site.api_version, work.desired.templates)


def _at(path: str, value: Value) -> Mapping[str, Value]:
    first, _, rest = path.partition(".")
    return {first: _at(rest, value) if rest else value}
