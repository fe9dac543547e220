"""A deploy from zip to outcome, inside the caller's transaction.

Deletions come first, then components in the order of `KINDS`, then what the org adds itself, then the deletions of
destructiveChangesPost.xml.
Whether the effects stay is decided once, at the end: check-only never keeps them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from provision.localorg.metadata import content, folders, manifest, names, outcome, package, refusals
from provision.localorg.metadata.manifest import WILDCARD, Manifest
from provision.localorg.metadata.options import Options
from provision.localorg.metadata.outcome import Message, Outcome, refused
from provision.localorg.metadata.package import DESTRUCTIVE, MANIFEST, Package
from provision.localorg.metadata.refusals import Refusal, Wording
from provision.localorg.metadata.schema import schema
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.metadata.types import kinds
from provision.localorg.metadata.types.external_client_app import automatic
from provision.localorg.metadata.types.kind import Component
from provision.localorg.store.database import Transaction

_BEFORE: Final = DESTRUCTIVE[:2]
_AFTER: Final = DESTRUCTIVE[2:]


def run(transaction: Transaction, tenant: Tenant, zip_file: bytes, options: Options) -> Outcome:
    """Deploy a zip; nothing of a check-only or rolled-back deploy remains."""
    try:
        files = package.unzip(zip_file)
    except package.BadZip as error:
        return Outcome("Failed", error_code=error.code, error_text=str(error))
    with transaction.savepoint() as savepoint:
        messages: list[Message] = []
        for each in package.packages(files, single=options.single_package):
            messages += _deploy(tenant, each, options)
        done = outcome.conclude(messages, len(files), rollback_on_error=options.rollback_on_error)
        if options.check_only or done.status == "Failed":
            savepoint.rollback()
    return done


@dataclass(frozen=True, slots=True)
class _Named:
    """A component that the manifest names, and the file that holds it, if any."""

    type: str
    full_name: str
    path: str | None


def _deploy(tenant: Tenant, each: Package, options: Options) -> Iterator[Message]:
    try:
        if MANIFEST not in each.files:
            raise refusals.NO_PACKAGE.refuse()
        named = manifest.read(each.files[MANIFEST])
        if named.version is None:
            raise refusals.MISSING.refuse(field="version")
    except Refusal as refusal:
        yield refused(each.root + MANIFEST, MANIFEST, "", refusal, counted=False)
        return
    yield Message(each.root + MANIFEST, MANIFEST, "", changed=True, counted=False)
    yield from _delete_all(tenant, each, _BEFORE, options)
    members = tuple(_members(each, named))
    yield from _not_named(each, members)
    saved = []
    for member in sorted(members, key=_order):
        for message in _deploy_member(tenant, each, member, named.version, options):
            yield message
            if message.success and message.component_type:
                saved.append((message.component_type, message.full_name))
    automatic.complete(tenant, saved)
    yield from _delete_all(tenant, each, _AFTER, options)


def _members(each: Package, named: Manifest) -> Iterator[_Named]:
    """What the manifest names, wildcards resolved to the files there are, each component once."""
    files = {located: path for path in sorted(each.files) if (located := folders.locate(path))}
    seen: set[tuple[str, str]] = set()
    for type_name, member in named.members():
        matches = [key for key in files if key[0] == type_name] if member == WILDCARD else [(type_name, member)]
        for key in matches:
            if key not in seen:
                seen.add(key)
                yield _Named(*key, files.get(key))


def _not_named(each: Package, members: Iterable[_Named]) -> Iterator[Message]:
    paths = {member.path for member in members}
    for path in each.files:
        located = folders.locate(path)
        if located and path not in paths:
            yield refused(each.root + path, located[1], located[0], refusals.NOT_NAMED.refuse())


def _order(member: _Named) -> tuple[int, str]:
    return (kinds.rank(member.type), member.full_name)


def _deploy_member(tenant: Tenant, each: Package, member: _Named, version: int, options: Options) -> Iterator[Message]:
    kind = kinds.find(member.type)
    root = folders.root(member.type, member.full_name)
    if kind is not None and schema().is_younger(root, version):
        yield _warning(each.root + MANIFEST, refusals.NOT_IN_VERSION, options, type=member.type)
        return
    if member.path is None:
        if kind is None or not options.allow_missing_files:
            wording = refusals.NAMED_NOT_FOUND if member.type in folders.by_type() else refusals.NOT_AVAILABLE
            refusal = wording.refuse(name=member.full_name, type=member.type)
            yield refused(each.root + MANIFEST, member.full_name, "", refusal)
        return
    file_name = each.root + member.path.removesuffix(folders.SOURCE_SUFFIX)
    try:
        if kind is None or not schema().has_type(root):
            raise refusals.NOT_AVAILABLE.refuse()
        names.check(member.type, member.full_name)
        read = content.read(each.files[member.path], root, version)
        saved = kind.deploy(tenant, Component(member.full_name, read, version, options.ignore_warnings))
    except Refusal as refusal:
        yield refused(file_name, member.full_name, root, refusal)
        return
    message = Message(file_name, member.full_name, root, id=saved.id, created=saved.created, changed=saved.changed)
    yield replace(message, problem=saved.warning, problem_type="Warning") if saved.warning else message


def _delete_all(tenant: Tenant, each: Package, manifests: Iterable[str], options: Options) -> Iterator[Message]:
    for file in manifests:
        if file not in each.files:
            continue
        try:
            listed = manifest.read(each.files[file]).members()
        except Refusal as refusal:
            yield refused(each.root + file, file, "", refusal, counted=False)
            continue
        yield Message(each.root + file, file, "", changed=True, counted=False)
        for named in sorted(listed, key=lambda named: -kinds.rank(named[0])):
            yield _delete(tenant, each.root + file, named, options)


def _delete(tenant: Tenant, file: str, named: tuple[str, str], options: Options) -> Message:
    type_name, full_name = named
    kind = kinds.find(type_name)
    try:
        if full_name == WILDCARD:
            raise refusals.WILDCARD_DELETE.refuse(file=file)
        if kind is None:
            raise refusals.NOT_AVAILABLE.refuse()
        deleted = kind.delete(tenant, full_name)
    except Refusal as refusal:
        return refused(file, full_name, type_name, refusal)
    if deleted is None:
        missing = _warning(file, refusals.NOTHING_TO_DELETE, options, type=type_name, name=full_name)
        return replace(missing, full_name=file.rpartition("/")[2])
    path = folders.by_type()[type_name].path(full_name)
    return Message(path, full_name, type_name, id=deleted, changed=True, deleted=True)


def _warning(file: str, wording: Wording, options: Options, **values: str) -> Message:
    """A warning; unless the options say to ignore warnings it counts as a failure, as documented."""
    problem = wording.refuse(None, **values).problem
    name = file.rpartition("/")[2]
    return Message(file, name, "", success=options.ignore_warnings, problem=problem, problem_type="Warning")
