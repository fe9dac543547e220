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


def successor(name: str) -> str:
    """Return the DeveloperName of the app that takes the place of the one called `name`: `A` → `A_v2` → `A_v3`."""
    found = _SUCCESSOR.fullmatch(name)
    return f"{found[1]}_v{int(found[2]) + 1}" if found else f"{name}_v2"


def successor_label(label: str, name: str) -> str:
    """Return the label that goes with the name of a successor: `A` and `A_v2` → `A v2`."""
    found = _SUCCESSOR.fullmatch(name)
    return f"{label[: MOST_LABEL - 5]} v{found[2]}" if found else label


_SUCCESSOR = re.compile(r"(.+)_v([0-9]{1,4})")
MOST_LABEL = 80
"""Characters of a label in Salesforce."""
