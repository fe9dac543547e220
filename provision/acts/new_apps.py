"""Deploys new apps: with consumer key and secret of our choice where the org takes them, else with those it makes.

Whether an External Client App may bring a consumer key is answered differently by orgs; which one this is shows only
when it is asked. What the org made is read back and kept.
"""

from __future__ import annotations

from dataclasses import replace

from provision.acts.consumer_secret import keep_consumer, read_consumer
from provision.acts.deploy import Deployment, deploy, package
from provision.acts.keys import choose_credentials
from provision.apps.kinds import kind_of
from provision.errors import Failed
from provision.model.change import Change
from provision.model.desired import App, GrantType
from provision.model.event import Event, Listener
from provision.model.situation import Situation
from provision.observe import observe
from provision.org.client import Org
from provision.store.protocol import Credentials, Slot, Store


def deploy_apps(
    org: Org, store: Store, situation: Situation, changes: tuple[Change, ...], how: Deployment, listen: Listener
) -> None:
    """Deploy the metadata of `changes`; raises what `deploy` raises."""
    checked = how.options.check_only
    credentials = choose_credentials(store, situation, org.site.name, keep=not checked)
    content = package(situation, changes, credentials, org.site.api_version)
    if not (content.components or content.delete_before or content.delete_after):
        return
    try:
        deploy(org, content, how, listen)
    except Failed as problem:
        made = tuple(app for app in situation.desired.apps if _is_made(situation, app, changes))
        if not made or not _refuses_chosen_key(problem, situation, made):
            raise
        listen(Event("progress", "deploy", "the org makes consumer keys itself: once more without ours", org.site.name))
        deploy(org, package(situation, changes, {}, org.site.api_version), how, listen)
        if not checked:
            _read_back(org, store, situation, made, listen)


def _is_made(situation: Situation, app: App, changes: tuple[Change, ...]) -> bool:
    return situation.app(app) is None and any(change.app == app.key for change in changes)


def _refuses_chosen_key(problem: Failed, situation: Situation, made: tuple[App, ...]) -> bool:
    """Whether an app that may bring a key was refused for it; a key that is taken is another matter."""
    kinds = (kind_of(situation.kind(app)) for app in made)
    types = {kind.CONSUMER for kind in kinds if kind.SECRET_IS_READABLE}
    return any(
        failure["type"] in types and "consumer key" in failure["problem"].lower() and "taken" not in failure["problem"]
        for failure in problem.context.get("failures", ())
    )


def _read_back(org: Org, store: Store, situation: Situation, made: tuple[App, ...], listen: Listener) -> None:
    """Keep what the org made: the secret only where a grant needs it, since orgs give it under a switch alone."""
    org_id = situation.observed.organization.org_id
    secret = [app for app in made if GrantType.CLIENT_CREDENTIALS in app.grants]
    for app in secret:
        slot = Slot(org.site.name, app.key)
        keep_consumer(store, slot, read_consumer(org, store, slot, app.name, listen), org_id)
    keyed = tuple(app for app in made if app not in secret)
    if not keyed:
        return
    seen = observe(org, replace(situation.desired, apps=keyed), org.site.transport.clock.now())
    for app in keyed:
        found = seen.apps.get(app.name)
        if found is not None and found.consumer_key is not None:
            kept = Credentials(found.consumer_key, None, org_id, found.kind)
            store.save_credentials(Slot(org.site.name, app.key), kept)
