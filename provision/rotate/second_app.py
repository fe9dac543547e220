"""The second app of a change: checked, made and deleted in the org."""

from __future__ import annotations

from dataclasses import replace

from cryptography import x509

from provision.acts.deploy import deploy, package
from provision.acts.keys import random_credentials
from provision.errors import Code, Failed
from provision.keys.generate import generate
from provision.model.change import FieldChange
from provision.model.held import Held
from provision.model.metadata import Package
from provision.model.observed import ObservedApp
from provision.model.situation import Situation
from provision.observe import observe
from provision.removal import components
from provision.rotate.work import Work
from provision.steps import app as app_step
from provision.store.protocol import Credentials
from provision.wanted import under_name


def observe_both(work: Work, *names: str) -> None:
    """Read the org again, with the app under each of these names."""
    apps = tuple(under_name(work.app, name) for name in dict.fromkeys(names))
    work.observed = observe(work.org, replace(work.desired, apps=apps), work.org.site.transport.clock.now())


def require_creatable(work: Work, name: str) -> None:
    """Let the org check a second app without making it; raises where it takes none, with what to do instead."""
    certificate = generate(work.app.key_spec, work.slot.app, work.org.site.transport.clock.now()).certificate
    try:
        _deploy(work, name, certificate, random_credentials(), check_only=True)
    except Failed as problem:
        if problem.code is not Code.CONNECTED_APP_CREATION_BLOCKED:
            raise
        slot = work.slot
        where = slot.options
        raise Failed(
            Code.CONNECTED_APP_CREATION_BLOCKED,
            f"{slot.org} takes no second Connected App, so {slot.app} cannot change over to one",
            detail=problem.detail,
            remedy=(
                f"provision convert {where} makes an External Client App of it",
                f"Host and audience of its consumers then become https://{work.org.site.my_domain}",
                f"Or replace the key on the app itself: provision rotate cert {where} --strategy in-place",
            ),
        ) from problem


def create(work: Work, name: str, certificate: x509.Certificate, credentials: Credentials) -> None:
    """Make the second app beside the first; what is about to be made is noted first, so that `destroy` knows of it."""
    work.confirm(FieldChange("name", work.app.name, name))
    _deploy(work, name, certificate, credentials, check_only=False)
    work.say("create", f"{name} was made beside the app in use")


def delete(work: Work, existing: ObservedApp) -> None:
    """Delete an app with everything that belongs to it."""
    gone = components(existing)
    site, org_id = work.org.site, work.observed.organization.org_id
    work.confirm(FieldChange("name", existing.name, None))
    deploy(work.org, Package((), site.api_version, delete_after=gone), work.wish.deployment, work.listen)
    work.store.forget_made(work.slot.org, org_id, gone)
    work.say("delete", f"{existing.name} is deleted in the org")


def _deploy(
    work: Work, name: str, certificate: x509.Certificate, credentials: Credentials, *, check_only: bool
) -> None:
    first = work.observed.apps.get(work.app.name)
    second = under_name(work.app, name)
    second = second if first is None else replace(second, kind=first.kind)
    wanted = replace(work.desired, apps=(second,))
    situation = Situation(wanted, work.observed, {second.key: Held((certificate,))}, work.slot.org)
    changes = app_step.diff(situation)
    secret = credentials.consumer_secret
    pair = {second.key: (credentials.consumer_key, secret.reveal() if secret else "")}
    content = package(situation, changes, pair, work.org.site.api_version)
    how = work.wish.deployment
    if not check_only:
        made = [(change.type, change.name) for change in changes]
        work.store.note_made(work.slot.org, work.observed.organization.org_id, made)
    options = replace(how.options, check_only=check_only, rollback_on_error=True)
    deploy(work.org, content, replace(how, options=options), work.listen)
