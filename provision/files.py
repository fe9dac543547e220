"""The declared metadata as files, with no org in sight: for repositories, reviews and other deploy tools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from provision.apps import connected_app
from provision.metadata.checked import component
from provision.metadata.package import to_files
from provision.model.desired import Desired
from provision.model.metadata import Document, Package
from provision.steps import permission_set


def declared_files(
    desired: Desired, certificates: Mapping[str, str | None], api_version: str, form: Literal["mdapi", "source"]
) -> dict[str, bytes]:
    """Return file contents by path; `certificates` holds the PEM of each app that has one, by app key.

    Consumer key and secret are not in them: those are chosen when an app is created.
    """
    sets = (*desired.permission_sets, *(app.access for app in desired.apps))
    documents = [
        *((item.name, Document(permission_set.TYPE, permission_set.declared(item))) for item in sets),
        *(
            (app.name, Document(connected_app.TYPE, connected_app.declared(app, certificates.get(app.key))))
            for app in desired.apps
        ),
    ]
    components = tuple(component(name, document, api_version) for name, document in documents)
    return {str(path): content for path, content in to_files(Package(components, api_version), form).items()}
