"""Apps: created with credentials of our choice, afterwards overlaid without them; their kind says what they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from provision.apps.kind import Kind, Member
from provision.apps.kinds import kind_of
from provision.errors import Code, Failed, ProvisionError, Usage
from provision.keys.certificate import certificate_pem
from provision.metadata.ignore import is_covered, without_ignored
from provision.metadata.listed import listed, without
from provision.metadata.merge import differences, overlay
from provision.model.change import Action, Change, FieldChange, Handling, Unread
from provision.model.desired import App, GrantType
from provision.model.metadata import Document
from provision.model.observed import ObservedApp
from provision.model.situation import Situation, needs_key_pair
from provision.steps import key_pair

AFTER_KEY = "(known after the key pair is made)"


def diff(situation: Situation) -> tuple[Change, ...]:
    """Return apps to create, and declared elements of existing ones that differ: one change for each component."""
    return tuple(change for app in situation.desired.apps for change in _changes(situation, app))


def problems(situation: Situation) -> tuple[ProvisionError, ...]:
    """Return a refusal for each app that cannot be made the way it is declared."""
    return tuple(problem for app in situation.desired.apps for problem in _problems(situation, app))


def unread(situation: Situation) -> tuple[Unread, ...]:
    """Return what is declared of existing apps and never shown by the org.

    A certificate that an org does not show is right where the app passed its proof; else it is applied in every run.
    """
    found: list[Unread] = []
    for app in situation.desired.apps:
        existing = situation.app(app)
        if existing is not None:
            kind = kind_of(existing.kind)
            full_name = existing.full_name(kind.CONSUMER)
            if _certificate_hidden(situation, app):
                handling: Handling = "decided by proof" if _held_proved(situation, app) else "always applied"
                found.append(Unread(kind.CONSUMER, full_name, kind.CERTIFICATE, handling, app.key))
            if GrantType.CLIENT_CREDENTIALS in app.grants:
                found.append(Unread(kind.CONSUMER, full_name, kind.SECRET, "decided by proof", app.key))
    return tuple(found)


def _certificate_hidden(situation: Situation, app: App) -> bool:
    """Whether the org shows no certificate of an app that is there and signs with a stored key."""
    existing = situation.app(app)
    missing = existing is not None and existing.certificate is None
    return missing and key_pair.certificate(situation, app) is not None


def _held_proved(situation: Situation, app: App) -> bool:
    held = situation.held.get(app.key)
    return held is not None and held.proved


def documents(
    situation: Situation, app: App, credentials: tuple[str, str] | None
) -> Mapping[tuple[str, str], Document]:
    """Return the app as it is to be deployed, each component whole, by metadata type and full name.

    `credentials` (key, secret) go with a new app only.
    """
    kind = _kind(situation, app)
    made = {
        (member.type, member.full_name): overlay(_base(situation, app, member), member.fields)
        for member in _members(situation, app)
    }
    if situation.app(app) is not None or credentials is None:
        return made
    elements = kind.credentials(*credentials)
    return {key: overlay(document, elements) if key[0] == kind.CONSUMER else document for key, document in made.items()}


def removed(situation: Situation, app: App, setting: str, held: Collection[str]) -> frozenset[str]:
    """Return which of the names `held` in a list of the app are to be taken away; case is not what tells them apart."""
    kind, names = _kind(situation, app), app.removed.get(setting, ())
    if setting == "scopes":
        names = tuple(map(kind.scope_name, names))
    if setting == "permission_sets" and kind.PERMISSION_SETS_BY == "Label":
        labels = {there.name.casefold(): there.label for there in situation.observed.permission_sets.values()}
        names = tuple(labels[name.casefold()] for name in names if name.casefold() in labels)
    gone = {name.casefold() for name in names}
    return frozenset(name for name in held if name.casefold() in gone)


def undeclared(situation: Situation, app: App, setting: str) -> tuple[str, ...]:
    """Return what a list of the app that exists holds, and neither the declaration nor `remove:` speaks of.

    A list that is left to people has nothing undeclared.
    """
    type_name, path = _kind(situation, app).LISTS[setting]
    for member in _members(situation, app):
        if member.type == type_name and not is_covered(path, app.ignore):
            held = listed(_kept(situation, app, member).fields, path)
            spoken = {*listed(member.fields, path), *removed(situation, app, setting, held)}
            return tuple(name for name in held if name not in spoken)
    return ()


def let_in(situation: Situation, app: App) -> Mapping[str, tuple[str, ...]]:
    """Return which permission sets and profiles the app is to let in, by the keys of the settings."""
    made = {type_name: document.fields for (type_name, _), document in documents(situation, app, None).items()}
    lists = _kind(situation, app).LISTS
    return {key: listed(made.get(lists[key][0], {}), lists[key][1]) for key in ("permission_sets", "profiles")}


def narrowed(situation: Situation) -> tuple[App, ...]:
    """Return the apps that let in only who is admin-approved, and are to let in fewer of them."""
    return tuple(
        item
        for item in situation.desired.apps
        if (existing := situation.app(item)) is not None
        and _kind(situation, item).admin_approved(existing.documents)
        and any(
            removed(situation, item, key, listed(existing.documents[type_name].fields, path))
            for key, (type_name, path) in _kind(situation, item).LISTS.items()
            if key != "scopes" and type_name in existing.documents
        )
    )


def tightened(situation: Situation) -> tuple[App, ...]:
    """Return the apps that would be closed to users who are not admin-approved, and were open to them."""
    return tuple(
        app
        for app in situation.desired.apps
        if (existing := situation.app(app)) is not None
        and not _kind(situation, app).admin_approved(existing.documents)
        and _kind(situation, app).admin_approved(
            {type_name: document for (type_name, _), document in documents(situation, app, None).items()}
        )
    )


def run_as_missing(situation: Situation, app: App) -> bool:
    """Whether `app` names a run-as user that does not exist: it cannot be deployed, not even check-only."""
    return GrantType.CLIENT_CREDENTIALS in app.grants and situation.user(app.user) is None


def _kind(situation: Situation, app: App) -> Kind:
    return kind_of(situation.kind(app))


def _members(situation: Situation, app: App) -> tuple[Member, ...]:
    """Return what is declared, of members that exist without what people own."""
    certificate = key_pair.certificate(situation, app)
    pem = certificate_pem(certificate) if certificate else None
    existing = situation.app(app)
    there = existing.documents if existing is not None else {}
    return tuple(
        replace(member, fields=without_ignored(member.fields, app.ignore, there[member.type]))
        if member.type in there
        else member
        for member in _kind(situation, app).members(app, pem, existing)
    )


def _base(situation: Situation, app: App, member: Member) -> Document:
    """Return a component as the org has it, without what is to be taken away."""
    document = _kept(situation, app, member)
    for path, gone in _removals(situation, app, document):
        document = without(document, path, gone)
    return document


def _taken_away(situation: Situation, app: App, member: Member) -> Iterator[FieldChange]:
    document = _kept(situation, app, member)
    for path, gone in _removals(situation, app, document):
        yield from (FieldChange(path, name, None) for name in listed(document.fields, path) if name in gone)


def _removals(situation: Situation, app: App, document: Document) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield what is to be taken away from each list of a component as the org has it."""
    for setting, (type_name, path) in _kind(situation, app).LISTS.items():
        if document.type == type_name:
            yield path, removed(situation, app, setting, listed(document.fields, path))


def _kept(situation: Situation, app: App, member: Member) -> Document:
    """Return a component as the org has it, without the name that its access permission set no longer has."""
    existing = situation.app(app)
    if existing is None or member.type not in existing.documents:
        return Document(member.type, {})
    access = situation.observed.permission_sets.get(app.access.name)
    former = access.label if access is not None and access.label != app.access.label else None
    return _kind(situation, app).kept(existing, member, former)


def _changes(situation: Situation, app: App) -> Iterator[Change]:
    existing = situation.app(app)
    kind = _kind(situation, app)
    for member in _members(situation, app):
        rows = (*_taken_away(situation, app, member), *differences(_base(situation, app, member), member.fields))
        if member.type == kind.CONSUMER:
            rows = _with_consumer(situation, app, rows)
        if existing is None or member.type not in existing.documents:
            yield Change(Action.CREATE, member.type, member.full_name, app.key, rows)
        elif rows:
            yield Change(Action.UPDATE, member.type, member.full_name, app.key, rows)


def _with_consumer(situation: Situation, app: App, rows: tuple[FieldChange, ...]) -> tuple[FieldChange, ...]:
    """Add what is not known before it is made: the certificate of a new key pair, and a chosen consumer secret."""
    kind = _kind(situation, app)
    if _certificate_hidden(situation, app) and _held_proved(situation, app):
        rows = tuple(row for row in rows if row.field != kind.CERTIFICATE)
    if needs_key_pair(app) and key_pair.certificate(situation, app) is None:
        # The file that the settings name may hold a certificate; the one of the new key pair takes its place.
        others = (row for row in rows if row.field != kind.CERTIFICATE)
        rows = (*others, FieldChange(kind.CERTIFICATE, None, AFTER_KEY))
    if situation.app(app) is None:
        rows = (*rows, FieldChange(kind.SECRET, None, "(chosen by us)", sensitive=True))
    return rows


def _problems(situation: Situation, app: App) -> Iterator[ProvisionError]:
    existing = situation.app(app)
    lacking = _kind(situation, app).lacking(app)
    if lacking:
        yield _no_place(situation, app, lacking)
    if existing is not None and existing.kind is not situation.kind(app):
        yield _other_kind(situation, app, existing)
    elif existing is not None:
        reason = kind_of(existing.kind).foreign(existing, situation.observed.organization.org_id)
        if reason is not None:
            yield _foreign(app, existing, reason)
    else:
        names = {app.label, app.name} & set(situation.observed.unreadable_apps)
        yield from (_unreadable(app, situation, name) for name in sorted(names))


def _no_place(situation: Situation, app: App, lacking: tuple[str, ...]) -> ProvisionError:
    return Usage(
        Code.KIND_NOT_SUPPORTED,
        f"{', '.join(f'apps.{app.key}.{name}' for name in lacking)} cannot be set up for {_kind(situation, app).ONE}",
        detail="Leaving them out silently would make another app than the one that is declared.",
        remedy=(
            f"Write them under apps.{app.key}.metadata, in the words of {_kind(situation, app).ONE}, or leave them out",
            f"Or set apps.{app.key}.kind to connected-app, where the org still takes new Connected Apps",
        ),
    )


def _unreadable(app: App, situation: Situation, name: str) -> ProvisionError:
    kind = kind_of(situation.observed.unreadable_apps[name])
    return Failed(
        Code.REQUEST_REFUSED,
        f"The org has {kind.ONE} {name!r}, but none by the name {app.name} can be read",
        detail="It may have another DeveloperName, or belong to another org. Nothing was changed.",
        remedy=(f"Set apps.{app.key}.name to its DeveloperName", f"Or choose another apps.{app.key}.label and name"),
    )


def _foreign(app: App, existing: ObservedApp, reason: str) -> ProvisionError:
    kind = kind_of(existing.kind)
    return Failed(
        Code.APP_NOT_OURS,
        f"The {kind.TITLE} {app.name} is not this org's own: {reason}",
        detail="Its settings belong to whoever publishes it. Nothing was changed.",
        remedy=(
            f"Choose another apps.{app.key}.name and label: that makes an app of your own beside it",
            f"Its policies are edited in Setup → {kind.TITLE} Manager",
        ),
    )


def _other_kind(situation: Situation, app: App, existing: ObservedApp) -> ProvisionError:
    wanted, found = kind_of(situation.kind(app)), kind_of(existing.kind)
    return Failed(
        Code.APP_KIND_DIFFERS,
        f"{app.name} already exists in the org as {found.ONE}, but is declared as {wanted.ONE}",
        detail="One name serves one app of either kind, and an app does not change its kind. Nothing was changed.",
        remedy=(
            f"Set apps.{app.key}.kind to {existing.kind} or auto to keep the app that is there",
            f"Or choose another apps.{app.key}.name: that makes {wanted.ONE} beside it",
        ),
    )
