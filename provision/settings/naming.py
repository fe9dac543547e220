"""Names that follow from names."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import unquote

_DEVELOPER_NAME = re.compile(r"[A-Za-z](_?[A-Za-z0-9])*")
_SUFFIXES = (".connectedApp", ".permissionset")


def developer_name(key: str) -> str:
    """Return the DeveloperName made of an app's key: `billing-sync` → `Billing_Sync`; it may still be invalid."""
    words = re.findall(r"[A-Za-z0-9]+", key)
    return "_".join(word[0].upper() + word[1:] for word in words)


def access_name(name: str) -> str:
    """Return the API name of the permission set that carries the app with DeveloperName `name`."""
    fits = _DEVELOPER_NAME.fullmatch(name) is not None
    return f"{name if fits else developer_name(name)}_Access"


def full_name(file: str) -> str:
    """Return the component that a metadata file holds, by its name: `apps/A%2EB.connectedApp-meta.xml` → `A.B`."""
    name = PurePosixPath(file).name.removesuffix("-meta.xml").removesuffix(".xml")
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    return unquote(name)
