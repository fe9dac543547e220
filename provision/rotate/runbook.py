"""The procedure of a rotation with the values of one org, for people who do it by hand or sign it off. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from provision.model.desired import AppKind
from provision.model.result import CertificateState
from provision.model.rotation import RotationSpec, Strategy


@dataclass(frozen=True, kw_only=True)
class Values:
    """What every runbook is filled in with."""

    org: str
    org_id: str
    host: str
    app: str
    name: str
    kind: AppKind
    username: str
    consumer_key: str
    admin: str
    """Where the admin session comes from."""
    hooks: RotationSpec
    is_production: bool
    now: datetime

    @property
    def where(self) -> str:
        """Flags that choose org and app."""
        return f"-o {self.org} -a {self.app}"

    @property
    def confirm(self) -> str:
        """What confirms changes to a production org; else nothing."""
        return f" --confirm {self.org}" if self.is_production else ""

    def rows(self) -> dict[str, str]:
        """Return the facts at the top."""
        return {
            "Org": f"{self.org}, {self.org_id}, {self.host}{' (production)' if self.is_production else ''}",
            "App": f"{self.name} ({self.kind}), consumer key {self.consumer_key}",
            "Acts as": self.username,
            "Admin session": self.admin,
            "Written": f"{self.now:%Y-%m-%d %H:%M} UTC",
        }


@dataclass(frozen=True, kw_only=True)
class CertificateValues(Values):
    """What the runbook of a certificate is filled in with."""

    strategy: Strategy
    generation: int | None
    """The stored generation that the app's certificate belongs to."""
    certificate: CertificateState

    def rows(self) -> dict[str, str]:
        """Return the facts at the top."""
        left = (self.certificate.not_after - self.now).days
        until = f"until {self.certificate.not_after:%Y-%m-%d} ({left} days)"
        told = f"SHA-256 {self.certificate.fingerprint_sha256}, {until}, stored generation {self.generation}"
        return {**super().rows(), "Strategy": self.strategy.value, "Certificate on the app": told}


def lines(values: CertificateValues) -> Iterator[str]:
    """Yield the procedure as Markdown."""
    yield from procedure(
        values,
        "certificate",
        {
            "Before": _before(values),
            "Rotate": _rotate(values),
            "If it goes wrong": _wrong(values),
            "Afterwards": _after(values),
        },
    )


def procedure(values: Values, what: str, parts: Mapping[str, Iterator[str]]) -> Iterator[str]:
    """Yield a runbook: its title, the facts as a table without a head, and the steps of each part, numbered."""
    yield f"# Runbook: rotate the {what} of {values.app} in {values.org}"
    yield from ("", "| | |", "|---|---|")
    yield from (f"| {name} | {value} |" for name, value in values.rows().items())
    for title, steps in parts.items():
        yield from ("", f"## {title}", "")
        yield from (f"{number}. {step}" for number, step in enumerate(steps, 1))
    yield ""


def _before(values: CertificateValues) -> Iterator[str]:
    yield f"`provision verify {values.where}`: every check passes."
    yield f"`provision keys list {values.where}`: generation {values.generation} is the current one. Back the store up."
    yield f"The admin session ({values.admin}) does not come from {values.app} itself."
    if values.strategy is not Strategy.RENEW:
        yield f"Everybody who signs for consumer key {values.consumer_key} is known and can take a new key."
    command = f"provision rotate cert {values.where} --strategy {values.strategy}"
    yield f"`{command} --dry-run`: the org accepts it check-only."


def _rotate(values: CertificateValues) -> Iterator[str]:
    command = f"provision rotate cert {values.where} --strategy {values.strategy}{values.confirm}"
    if values.strategy is Strategy.RENEW:
        yield f"`{command}`. The key stays; consumers notice nothing."
    elif values.strategy is Strategy.BLUE_GREEN:
        yield f"`{command}`. A second app with its own consumer key and key is made beside {values.name} and proved."
        told = (
            "The deploy hook has handed it out"
            if values.hooks.deploy
            else f"`provision export {values.where} --to dotenv:FILE`"
        )
        yield f"{told}: consumers take consumer key, secret and private key over; {values.name} works on."
        return
    elif values.hooks.deploy is not None:
        program = " ".join(values.hooks.deploy.command)
        yield f"`{command}`. The hook `{program}` hands the new key out before the switch."
    else:
        yield f"`{command}`. It stores the new key and waits (exit 30, ROTATION_WAITING)."
        yield "Hand the key that it names to every consumer; they try the new key first and fall back to the old one."
        yield f"`provision rotate cert {values.where}{values.confirm} --delivered N`, N as the first command told."
    yield "It puts the new certificate onto the app, gets a token with the new key, and makes it the current one."


def _wrong(values: CertificateValues) -> Iterator[str]:
    gone = "the second app is deleted" if values.strategy is Strategy.BLUE_GREEN else "the old certificate goes back"
    yield f"No token with the new key within ten minutes: {gone} by itself."
    yield f"Interrupted: `provision rotate cert {values.where}{values.confirm}` goes on from where it stands."
    yield f"Consumers fail afterwards: `provision rotate cert {values.where}{values.confirm} --rollback`."
    yield (
        f"The store is lost: restore it. The app has to hold the certificate {values.certificate.fingerprint_sha256} "
        "again, or consumers the new key."
    )


def _after(values: CertificateValues) -> Iterator[str]:
    yield f"`provision verify {values.where}`: every check passes."
    yield "File the record that the rotation left; it names both certificates and the proof."
    if values.strategy is not Strategy.RENEW:
        old = f"uses {values.name} any more" if values.strategy is Strategy.BLUE_GREEN else "needs the old key"
        command = f"provision rotate cert {values.where}{values.confirm}"
        yield f"When no consumer {old}: `{command} --retire --confirm {values.app}`."
