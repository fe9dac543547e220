"""Checks of this machine; none of them reaches an org."""

from __future__ import annotations

import json
import ssl
import subprocess
from pathlib import Path
from shutil import which
from urllib.parse import urlsplit

from provision.doctor.line import Line, Machine, OfMachine, ok, problem, skipped, warning
from provision.errors import ProvisionError
from provision.store.protocol import Slot

PROXY = "machine/proxy"
TRUST = "machine/trust"
KEYS = "machine/keys"
SF = "machine/sf"

SF_SECONDS = 30
PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


def _proxy(machine: Machine) -> Line:
    name = next((name for name in PROXIES if machine.environ.get(name)), None)
    if name is None:
        return ok(PROXY, "none")
    try:
        parts = urlsplit(machine.environ[name])
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if host is None:
        return problem(PROXY, f"{name} is no URL", f"export {name}=http://HOST:PORT")
    where = f"{host}:{port or 'no port'} ({name})"
    if parts.password is not None:
        return warning(
            PROXY, f"{where}, with a password that every process of this user can read", "Use a proxy without"
        )
    exempt = machine.environ.get("NO_PROXY") or machine.environ.get("no_proxy")
    return ok(PROXY, f"{where}{f', not for {exempt}' if exempt else ''}")


def _trust(machine: Machine) -> Line:
    named = {name: machine.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR")}
    for name, value in named.items():
        if value and not Path(value).exists():
            return problem(TRUST, f"{name} names {value}, which is not there", f"unset {name}, or correct it")
    try:
        count = len(ssl.create_default_context().get_ca_certs())
    except (OSError, ssl.SSLError) as failure:
        return problem(TRUST, f"the trusted authorities cannot be read: {failure}", "Correct SSL_CERT_FILE")
    chosen = ", ".join(f"{name}={value}" for name, value in named.items() if value)
    if not count and not named["SSL_CERT_DIR"] and not ssl.get_default_verify_paths().capath:
        return problem(TRUST, "no authority is trusted", "Install ca-certificates, or set SSL_CERT_FILE")
    return ok(TRUST, f"{ssl.OPENSSL_VERSION}, {chosen or 'the trust store of the system'}")


def _keys(machine: Machine) -> Line:
    held = 0
    for org, app in machine.slots:
        try:
            pair = machine.store.key_pair(Slot(org, app))
            machine.store.credentials(Slot(org, app))
        except ProvisionError as failure:
            detail = f"{org}/{app}: {failure.summary}"
            return problem(KEYS, detail, failure.remedy[0] if failure.remedy else "provision keys list")
        held += pair is not None
    return ok(KEYS, f"{held} of {len(machine.slots)} apps have a key pair here, readable by its owner alone")


def _sf(machine: Machine) -> Line:
    program = which("sf")
    if program is None:
        if machine.uses_sf:
            return skipped(SF, "not installed; orgs that name sf-cli as admin source need another one")
        return ok(SF, "not installed, and not needed")
    try:
        done = _run([program, "version", "--json"])
        version = str(json.loads(done.stdout or "{}").get("cliVersion") or "unknown version")
    except (OSError, ValueError, subprocess.TimeoutExpired) as failure:
        return problem(SF, f"{program} does not answer: {type(failure).__name__}", "sf version")
    if machine.environ.get("SF_TEMP_SHOW_SECRETS", "").lower() == "true":
        return warning(
            SF, f"{version}; SF_TEMP_SHOW_SECRETS prints tokens in every output", "unset SF_TEMP_SHOW_SECRETS"
        )
    return ok(SF, f"{version}; it redacts tokens, provision asks for them with sf org auth show-access-token")


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=SF_SECONDS, check=False)  # noqa: S603  # fixed words, no shell


CHECKS: tuple[OfMachine, ...] = (
    OfMachine(PROXY, "Do requests go through a proxy?", _proxy),
    OfMachine(TRUST, "Which authorities are trusted?", _trust),
    OfMachine(KEYS, "Can the stored key pairs and credentials be read, by their owner alone?", _keys),
    OfMachine(SF, "Is the Salesforce CLI there, and does it hide tokens?", _sf),
)
