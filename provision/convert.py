"""A Connected App that is somewhere - in a file, an org, the settings - on its way to an External Client App."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from provision.apps import connected_app
from provision.apps.conversion import Conversion, converted
from provision.errors import Code, Failed
from provision.metadata.canonical import canonical
from provision.metadata.package import from_zip, to_files
from provision.metadata.parse import parse
from provision.metadata.render import render
from provision.model.desired import App, Desired
from provision.model.metadata import Component, Document, Package, Value
from provision.org.client import Org
from provision.org.records import literals

SUFFIX = "_ECA"
"""What the new app's name has after the old one's: names of the two kinds are kept apart, as both stay for a while."""


@dataclass(frozen=True)
class Source:
    """A Connected App as it was found."""

    name: str
    document: Document = field(repr=False)
    where: str
    """For people: `uat`, `provision.yaml`, a file."""
    permission_sets: Mapping[str, str] = field(default_factory=dict)
    """API names of permission sets by label, as far as they are known."""


@dataclass(frozen=True)
class InUse:
    """Something that whoever uses the app has to change."""

    what: str
    before: str
    after: str


def from_file(path: Path) -> Source:
    """Return the app in a ConnectedApp file; raises `Failed` (METADATA_INVALID) for what is none."""
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise Failed(
            Code.DISK_FAILED, f"{path} cannot be read", detail=problem.strerror, remedy=("Check the file's name",)
        ) from problem
    name = unquote(path.name.removesuffix("-meta.xml").removesuffix(".connectedApp"))
    return Source(name, parse(content, connected_app.TYPE), str(path))


def from_org(org: Org, name: str) -> Source:
    """Return an app as the org has it; raises `Failed` (APP_UNKNOWN) where it shows none of that full name."""
    package = from_zip(org.metadata.retrieve({connected_app.TYPE: [name]}))
    for component in package.components:
        document = parse(component.content, connected_app.TYPE)
        return Source(name, document, org.site.name, _labels(org, document.fields.get("permissionSetName")))
    raise Failed(
        Code.APP_UNKNOWN,
        f"{org.site.name} shows no Connected App {name}",
        detail="Apps that came with a package or belong to another org cannot be retrieved.",
        remedy=("Check the name: it is the API name in Setup → App Manager, not the label",),
    )


def from_settings(wanted: Desired, app: App, certificate: str | None) -> Source:
    """Return the app as the settings declare it, with the PEM of its certificate where there is one."""
    document = Document(connected_app.TYPE, connected_app.declared(app, certificate))
    sets = (*wanted.permission_sets, *(one.access for one in wanted.apps))
    return Source(app.name, document, "the settings", {one.label: one.name for one in sets})


def convert(source: Source, name: str | None, api_version: str) -> Conversion:
    """Return the External Client App that does what the Connected App does."""
    new = name or f"{source.name}{SUFFIX}"
    return converted(source.document, new, api_version=api_version, permission_sets=source.permission_sets)


def files(
    conversion: Conversion, api_version: str, form: Literal["mdapi", "source"], templates: Path | None = None
) -> dict[str, bytes]:
    """Return the new app as files by path; no consumer key or secret is in them."""
    components = tuple(
        Component(document.type, full_name, render(canonical(document), api_version=api_version, templates=templates))
        for full_name, document in conversion.members
    )
    return {str(path): content for path, content in to_files(Package(components, api_version), form).items()}


def in_use(source: Source, my_domain: str | None) -> tuple[InUse, ...]:
    """Return what changes for whoever uses the app, the org's My Domain named where it is known."""
    return tuple(_in_use(source.document, f"https://{my_domain or 'MY_DOMAIN.my.salesforce.com'}"))


def _in_use(document: Document, host: str) -> Iterator[InUse]:
    oauth = document.fields.get("oauthConfig")
    if not isinstance(oauth, Mapping):
        return
    key = oauth.get("consumerKey")
    yield InUse("consumer key", key if isinstance(key, str) and key else "its own", "another one, made with the app")
    yield InUse("consumer secret", "its own", "another one: provision keys secret --from-org brings it")
    yield InUse("token host", "My Domain, login or test.salesforce.com", f"{host} alone")
    if oauth.get("certificate"):
        yield InUse("aud of the JWT", "https://login.salesforce.com, https://test.salesforce.com", host)
    yield InUse("approvals and refresh tokens", "of the Connected App", "none: browser flows ask users again")
    yield InUse("username-password flow", "where the org allows it", "not there: External Client Apps have none")


def _labels(org: Org, value: Value | None) -> Mapping[str, str]:
    labels: Sequence[str] = [item for item in value if isinstance(item, str)] if isinstance(value, tuple) else []
    if not labels:
        return {}
    found = org.records.query(f"SELECT Name, Label FROM PermissionSet WHERE Label IN {literals(labels)}")
    return {str(record["Label"]): str(record["Name"]) for record in found}
