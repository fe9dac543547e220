"""Builds the one package of a plan and deploys it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from provision.errors import Code, Failed, ProvisionError, StillRunning, Unreachable
from provision.metadata.checked import component
from provision.metadata.package import to_zip
from provision.model.change import Action, Change
from provision.model.deployment import ComponentFailure, DeployOptions, DeployResult
from provision.model.event import Event, Listener
from provision.model.metadata import Document, Package
from provision.model.situation import Situation
from provision.org.client import Org
from provision.steps import app, permission_set, permission_set_group

DEFAULT_WAIT_MINUTES = 33.0


@dataclass(frozen=True)
class Deployment:
    """How a package is to be deployed."""

    options: DeployOptions = field(default_factory=DeployOptions)
    wait_minutes: float = DEFAULT_WAIT_MINUTES
    asynchronous: bool = False
    """Start and return; the rest is up to `--resume`."""


def package(
    situation: Situation,
    changes: tuple[Change, ...],
    credentials: Mapping[str, tuple[str, str]],
    api_version: str,
) -> Package:
    """Return the components of `changes`, whole: what is declared overlaid on what the org has, and its deletions.

    `credentials` holds consumer key and secret of apps that are to be created, by app key.
    """
    names = {(change.type, change.name) for change in changes if change.action is not Action.DELETE}
    documents: list[tuple[str, Document]] = [
        (item.name, permission_set.document(situation, item))
        for item in situation.permission_sets()
        if (permission_set.TYPE, item.name) in names
    ]
    documents += [
        (item.name, permission_set_group.document(situation, item))
        for item in situation.permission_set_groups()
        if (permission_set_group.TYPE, item.name) in names
    ]
    for item in situation.desired.apps:
        whole = app.documents(situation, item, credentials.get(item.key))
        documents += [(name, document) for (type_name, name), document in whole.items() if (type_name, name) in names]
    gone = {(change.type, change.name) for change in changes if change.action is Action.DELETE}
    wanted = situation.desired
    return Package(
        tuple(component(name, document, api_version, wanted.templates) for name, document in documents),
        api_version,
        delete_before=tuple(pair for pair in wanted.delete_before if pair in gone),
        delete_after=tuple(pair for pair in wanted.delete_after if pair in gone),
    )


def deploy(org: Org, content: Package, how: Deployment, listen: Listener) -> DeployResult:
    """Deploy and wait; raises the error of a deploy that failed, with every failure verbatim.

    Raises `StillRunning` at once where the deploy was only to be started.
    """
    listen(Event("started", "deploy", f"{_counted(content)}, {'check only' if how.options.check_only else 'for real'}"))
    deploy_id = org.metadata.start_deploy(to_zip(content), how.options)
    if how.asynchronous:
        raise _started(org, deploy_id)
    listen(Event("progress", "deploy", f"{deploy_id} handed in"))
    result = _waited(org, deploy_id, how.wait_minutes, listen)
    if not result.success:
        raise failure(result)
    for warning in result.warnings:
        listen(Event("warning", "deploy", said(warning)))
    listen(Event("finished", "deploy", f"{result.id} {result.status}"))
    return result


def _counted(content: Package) -> str:
    deletions = len(content.delete_before) + len(content.delete_after)
    return f"{len(content.components)} components" + (f" and {deletions} deletions" if deletions else "")


def _waited(org: Org, deploy_id: str, minutes: float, listen: Listener) -> DeployResult:
    """Wait for a deploy; whatever ends the wait early says how to take it up again."""
    try:
        return org.metadata.wait_for_deploy(deploy_id, minutes=minutes, listen=listen)
    except (StillRunning, Unreachable) as problem:
        remedy = _follow_up(org, deploy_id)
        context = {**problem.context, "deploy_id": deploy_id}
        raise type(problem)(
            problem.code, problem.summary, detail=problem.detail, remedy=remedy, context=context
        ) from problem


def _follow_up(org: Org, deploy_id: str) -> tuple[str, ...]:
    return (
        f"provision deploy -o {org.site.name} --resume {deploy_id}",
        f"provision deploy -o {org.site.name} --cancel {deploy_id}",
    )


def _started(org: Org, deploy_id: str) -> ProvisionError:
    return StillRunning(
        Code.STILL_RUNNING,
        f"The deploy {deploy_id} was started",
        remedy=_follow_up(org, deploy_id),
        context={"deploy_id": deploy_id},
    )


def failure(result: DeployResult) -> ProvisionError:
    """Return the error for a deploy that did not succeed."""
    lines = [said(item) for item in result.failures]
    if result.error_message:
        lines.insert(0, f"{result.error_status_code or 'error'}: {result.error_message}")
    code, remedy = _known(result)
    return Failed(
        code,
        f"The deploy {result.id} ended as {result.status}; nothing of it was kept",
        detail="\n".join(lines) or "Salesforce named no component.",
        remedy=remedy,
        context={"deploy_id": result.id, "failures": [vars(item) for item in result.failures]},
    )


def said(item: ComponentFailure) -> str:
    """Return a component message in one line: where, and Salesforce's own text."""
    place = f" ({item.line}:{item.column})" if item.line is not None else ""
    name = " ".join(part for part in (item.type, item.full_name) if part) or item.file_name
    return f"{name}: {item.problem}{place}"


def _known(result: DeployResult) -> tuple[Code, tuple[str, ...]]:
    if result.status == "Canceled":
        return Code.DEPLOY_CANCELED, ("Run the command again",)
    for item in result.failures:
        for text, answer in _BY_TEXT.items():
            if text in item.problem:
                return answer
    return Code.DEPLOY_FAILED, ("Correct what is named above and run the command again: finished steps are kept",)


_BY_TEXT: Mapping[str, tuple[Code, tuple[str, ...]]] = {
    "You can't create a connected app": (
        Code.CONNECTED_APP_CREATION_BLOCKED,
        (
            "Set the app's kind to external-client-app, or leave it out: every org takes those",
            "Or ask Salesforce Support to enable the creation of Connected Apps, which orgs refuse since Spring '26",
        ),
    ),
    "The consumer key is already taken": (
        Code.CONSUMER_KEY_TAKEN,
        ("Another org already has an app with the stored consumer key: use another store for this org",),
    ),
    "Enter a valid execution user for the OAuth client credentials flow": (
        Code.USER_UNSUITABLE,
        (
            "The run-as user of the app has to be active, and API-only where the org asks for that: provision apply",
            "Or name another one: apps.<app>.user",
        ),
    ),
    "Not available for deploy for this organization": (
        Code.EXTERNAL_CLIENT_APPS_OFF,
        (
            "Turn External Client Apps on in Setup → External Client App Settings",
            "Or set app_kind: connected-app for the org, where it still takes new Connected Apps",
        ),
    ),
    "insufficient access rights on cross-reference id": (
        Code.EXTERNAL_CLIENT_APPS_OFF,
        (
            "Give the deploying user the permission Create, edit, and delete External Client Apps",
            "For their policies: View all External Client Apps, view their settings, and edit their policies",
        ),
    ),
    "no User named": (
        Code.USER_MISSING,
        ("The run-as user has to exist first: provision assign, or provision apply for everything",),
    ),
}
