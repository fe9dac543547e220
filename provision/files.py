"""The declared metadata as files, with no org in sight: for repositories, reviews and other deploy tools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from provision.apps.kinds import kind_of
from provision.metadata.checked import component
from provision.metadata.package import package_xml, to_files
from provision.model.desired import Desired
from provision.model.metadata import Document, Package
from provision.steps import permission_set, permission_set_group


def declared_files(
    desired: Desired, certificates: Mapping[str, str | None], api_version: str, form: Literal["mdapi", "source"]
) -> dict[str, bytes]:
    """Return file contents by path; `certificates` holds the PEM of each app that has one, by app key.

    Consumer key and secret are not in them: those are chosen when an app is created. What exists already and is only
    assigned is not in them either.
    """
    package = _package(desired, certificates, api_version)
    return {str(path): content for path, content in to_files(package, form).items()}


def manifest(desired: Desired, api_version: str, *, wildcard: bool) -> bytes:
    """Return a package.xml that names the declared components, or with `wildcard` all of their types."""
    types: dict[str, list[str]] = {}
    for made in _package(desired, {}, api_version).components:
        types.setdefault(made.type, []).append("*" if wildcard else made.full_name)
    return package_xml(types, api_version)


def _package(desired: Desired, certificates: Mapping[str, str | None], api_version: str) -> Package:
    declared = (item for item in desired.permission_sets if not item.existing)
    sets = (*declared, *(app.access for app in desired.apps if not app.access.existing))
    groups = (item for item in desired.permission_set_groups if not item.existing)
    documents = [
        *((item.name, Document(permission_set.TYPE, permission_set.declared(item))) for item in sets),
        *((item.name, Document(permission_set_group.TYPE, permission_set_group.declared(item))) for item in groups),
        *(
            (member.full_name, Document(member.type, member.fields))
            for app in desired.apps
            for member in kind_of(desired.kind(app)).members(app, certificates.get(app.key))
        ),
    ]
    components = tuple(component(name, document, api_version, desired.templates) for name, document in documents)
    return Package(components, api_version, desired.delete_before, desired.delete_after)
