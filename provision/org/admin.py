"""How the toolkit itself gets into an org: the sources of an admin session, tried in the order of the settings."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import which
from typing import TypeAlias
from urllib.parse import urlsplit

from provision.assertion import assertion
from provision.errors import Code, Failed, ProvisionError
from provision.keys.private_key import load_private_key
from provision.model.check import Refusal
from provision.org import oauth
from provision.org.client import Org, Site
from provision.org.refusals import sentence
from provision.signers.file import FileSigner

CLI_SECONDS = 60
REDACTED = "[REDACTED]"


@dataclass(frozen=True)
class AdminSession:
    """A token of somebody who may set up apps and users."""

    access_token: str = field(repr=False)
    instance_url: str
    source: str
    consumer_key: str | None = None
    """Of the app that issued it, where that is known."""
    username: str | None = None
    """Whose token it is, where the source tells that."""


@dataclass(frozen=True)
class Unavailable:
    """Why a source gave no session."""

    source: str
    reason: str


Source: TypeAlias = Callable[[Site, Mapping[str, str]], "AdminSession | Unavailable"]


def log_in(site: Site, sources: tuple[str, ...], environ: Mapping[str, str]) -> Org:
    """Return the org with the first admin session that a source gives.

    Raises `Failed` (NO_ADMIN_SESSION) with what every source said.
    """
    refused: list[Unavailable] = []
    for name in sources:
        answer = SOURCES[name](site, environ)
        if isinstance(answer, AdminSession):
            org = Org(site, answer.access_token, answer.instance_url, answer.source, answer.consumer_key)
            return replace(org, username=answer.username)
        refused.append(answer)
    raise Failed(
        Code.NO_ADMIN_SESSION,
        f"No admin session for {site.name}",
        detail="\n".join(f"{item.source}: {item.reason}" for item in refused),
        remedy=(
            f"sf org login web --alias {site.name} --instance-url https://{site.my_domain}",
            "Or set SF_ACCESS_TOKEN to the access token of an administrator",
        ),
    )


def _access_token(site: Site, environ: Mapping[str, str]) -> AdminSession | Unavailable:
    """Take the token that the environment brings (`SF_ACCESS_TOKEN`, the Salesforce CLI's own variable).

    A token says in front which org it is of; it goes to no other host than the one it is meant for.
    """
    token = environ.get("SF_ACCESS_TOKEN")
    if not token:
        return Unavailable("access-token", "SF_ACCESS_TOKEN is not set")
    meant = urlsplit(environ.get("SF_ORG_INSTANCE_URL", "")).hostname
    if meant is not None and meant != site.my_domain:
        return Unavailable("access-token", f"SF_ACCESS_TOKEN is for {meant} (SF_ORG_INSTANCE_URL)")
    if site.org_id is not None and token.startswith("00D") and token[:15] != site.org_id[:15]:
        return Unavailable("access-token", f"SF_ACCESS_TOKEN belongs to the org {token[:15]}")
    return AdminSession(token, f"https://{site.my_domain}", "SF_ACCESS_TOKEN")


def _sf_cli(site: Site, _environ: Mapping[str, str]) -> AdminSession | Unavailable:
    """Ask the Salesforce CLI for the token of the alias that has the org's name."""
    program = which("sf")
    if program is None:
        return Unavailable("sf-cli", "the Salesforce CLI (sf) is not on the PATH")
    said = "no answer"
    for command in (("org", "auth", "show-access-token"), ("org", "display")):
        answer = _run([program, *command, "--target-org", site.name, "--json"])
        token = _text(answer, "accessToken")
        if token and not token.startswith(REDACTED):
            source = f"sf org {command[-1]} -o {site.name}"
            issuer, username = _text(answer, "clientId"), _text(answer, "username")
            return AdminSession(token, f"https://{site.my_domain}", source, issuer, username)
        said = str(answer.get("message") or said)
    return Unavailable("sf-cli", said)


def _text(answer: Mapping[str, object], name: str) -> str | None:
    """Return a text of what the Salesforce CLI answered."""
    result = answer.get("result")
    found = result.get(name) if isinstance(result, dict) else None
    return found if isinstance(found, str) else None


def _own_app(site: Site, environ: Mapping[str, str]) -> AdminSession | Unavailable:
    """Log in with a JWT bearer app of an administrator's, named by `PROVISION_ADMIN_*`."""
    names = ("PROVISION_ADMIN_CONSUMER_KEY", "PROVISION_ADMIN_USERNAME", "PROVISION_ADMIN_KEY_FILE")
    values = [environ.get(name) for name in names]
    missing = [name for name, value in zip(names, values, strict=True) if not value]
    if missing:
        return Unavailable("own-app", f"{', '.join(missing)} not set")
    consumer_key, username, key_file = (str(value) for value in values)
    try:
        signer = FileSigner(load_private_key(Path(key_file).read_bytes()))
    except (OSError, ProvisionError) as problem:
        return Unavailable("own-app", f"PROVISION_ADMIN_KEY_FILE: {problem}")
    now = site.transport.clock.now()
    audience = environ.get("SF_AUDIENCE_URL") or f"https://{site.my_domain}"
    signed = assertion(signer, consumer_key=consumer_key, username=username, audience=audience, now=now)
    answer = oauth.jwt_bearer(site.transport, site.my_domain, signed)
    if isinstance(answer, Refusal):
        return Unavailable("own-app", sentence(answer))
    return AdminSession(answer.access_token, answer.instance_url, f"own app as {username}", consumer_key, username)


SOURCES: Mapping[str, Source] = {"access-token": _access_token, "sf-cli": _sf_cli, "own-app": _own_app}


def _run(command: list[str]) -> Mapping[str, object]:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=CLI_SECONDS, check=False)  # noqa: S603  # fixed words and an alias from the settings, no shell
        answer = json.loads(done.stdout or "{}")
    except (OSError, ValueError, subprocess.TimeoutExpired) as problem:
        return {"message": f"{type(problem).__name__}: {problem}"}
    return answer if isinstance(answer, dict) else {}
