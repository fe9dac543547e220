"""Names that follow from names."""

from __future__ import annotations

import re


def developer_name(key: str) -> str:
    """Return the DeveloperName made of an app's key: `billing-sync` → `Billing_Sync`; it may still be invalid."""
    words = re.findall(r"[A-Za-z0-9]+", key)
    return "_".join(word[0].upper() + word[1:] for word in words)


def access_name(name: str) -> str:
    """Return the API name of the permission set that carries the app with DeveloperName `name`."""
    return f"{name}_Access"
