"""The procedure of a rotation with the values of one org, for people who do it by hand or sign it off. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from provision.model.desired import AppKind
from provision.model.result import CertificateState
from provision.model.rotation import RotationSpec, Strategy


@dataclass(frozen=True)
class Values:
    """What a runbook is filled in with."""

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
    strategy: Strategy
    generation: int | None
    """The stored generation that the app's certificate belongs to."""
    certificate: CertificateState
    hooks: RotationSpec
    is_production: bool
    now: datetime


def lines(values: Values) -> Iterator[str]:
    """Yield the procedure as Markdown."""
    where = f"-o {values.org} -a {values.app}"
    confirm = f" --confirm {values.org}" if values.is_production else ""
    yield f"# Runbook: rotate the certificate of {values.app} in {values.org}"
    yield ""
    yield from _table(values)
    yield from ("", "## Before", "")
    yield from _numbered(_before(values, where))
    yield from ("", "## Rotate", "")
    yield from _numbered(_rotate(values, where, confirm))
    yield from ("", "## If it goes wrong", "")
    yield from _numbered(_wrong(values, where, confirm))
    yield from ("", "## Afterwards", "")
    yield from _numbered(_after(values, where, confirm))
    yield ""


def _table(values: Values) -> Iterator[str]:
    certificate = values.certificate
    left = (certificate.not_after - values.now).days
    rows = {
        "Org": f"{values.org}, {values.org_id}, {values.host}{' (production)' if values.is_production else ''}",
        "App": f"{values.name} ({values.kind}), consumer key {values.consumer_key}",
        "Acts as": values.username,
        "Admin session": values.admin,
        "Strategy": values.strategy.value,
        "Certificate on the app": f"SHA-256 {certificate.fingerprint_sha256}, until {certificate.not_after:%Y-%m-%d} "
        f"({left} days), stored generation {values.generation}",
        "Written": f"{values.now:%Y-%m-%d %H:%M} UTC",
    }
    yield from ("| | |", "|---|---|")
    yield from (f"| {name} | {value} |" for name, value in rows.items())


def _before(values: Values, where: str) -> Iterator[str]:
    yield f"`provision verify {where}`: every check passes."
    yield f"`provision keys list {where}`: generation {values.generation} is the current one. Back the store up."
    yield f"The admin session ({values.admin}) does not come from {values.app} itself."
    if values.strategy is not Strategy.RENEW:
        yield f"Everybody who signs for consumer key {values.consumer_key} is known and can take a new key."
    yield f"`provision rotate cert {where} --strategy {values.strategy} --dry-run`: the org accepts it check-only."


def _rotate(values: Values, where: str, confirm: str) -> Iterator[str]:
    command = f"provision rotate cert {where} --strategy {values.strategy}{confirm}"
    if values.strategy is Strategy.RENEW:
        yield f"`{command}`. The key stays; consumers notice nothing."
    elif values.strategy is Strategy.BLUE_GREEN:
        yield f"`{command}`. A second app with its own consumer key and key is made beside {values.name} and proved."
        told = (
            "The deploy hook has handed it out"
            if values.hooks.deploy
            else f"`provision export {where} --to dotenv:FILE`"
        )
        yield f"{told}: consumers take consumer key, secret and private key over; {values.name} works on."
        return
    elif values.hooks.deploy is not None:
        program = " ".join(values.hooks.deploy.command)
        yield f"`{command}`. The hook `{program}` hands the new key out before the switch."
    else:
        yield f"`{command}`. It stores the new key and waits (exit 30, ROTATION_WAITING)."
        yield "Hand the key that it names to every consumer; they try the new key first and fall back to the old one."
        yield f"`provision rotate cert {where}{confirm} --delivered N`, N as the first command told."
    yield "It puts the new certificate onto the app, gets a token with the new key, and makes it the current one."


def _wrong(values: Values, where: str, confirm: str) -> Iterator[str]:
    gone = "the second app is deleted" if values.strategy is Strategy.BLUE_GREEN else "the old certificate goes back"
    yield f"No token with the new key within ten minutes: {gone} by itself."
    yield f"Interrupted: `provision rotate cert {where}{confirm}` goes on from where it stands."
    yield f"Consumers fail afterwards: `provision rotate cert {where}{confirm} --rollback`."
    yield (
        f"The store is lost: restore it. The app has to hold the certificate {values.certificate.fingerprint_sha256} "
        "again, or consumers the new key."
    )


def _after(values: Values, where: str, confirm: str) -> Iterator[str]:
    yield f"`provision verify {where}`: every check passes."
    yield "File the record that the rotation left; it names both certificates and the proof."
    if values.strategy is not Strategy.RENEW:
        old = f"uses {values.name} any more" if values.strategy is Strategy.BLUE_GREEN else "needs the old key"
        yield f"When no consumer {old}: `provision rotate cert {where}{confirm} --retire --confirm {values.app}`."


def _numbered(steps: Iterator[str]) -> Iterator[str]:
    return (f"{number}. {step}" for number, step in enumerate(steps, 1))
