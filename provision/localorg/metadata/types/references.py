"""Whether something that a component names exists in the org."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from provision.localorg import facts
from provision.localorg.metadata import refusals
from provision.localorg.metadata.tenant import Tenant

_CUSTOM: Final = re.compile(r"__[a-z]+$")
_BUILT_IN_PREFIX: Final[Mapping[str, str]] = {"CustomTab": "standard-", "CustomApplication": "standard__"}


def require(tenant: Tenant, field: str, type_name: str, name: str) -> None:
    """Insist that the org has a component of that type and name.

    Raises:
        Refusal: it has none.

    """
    if not exists(tenant, type_name, name):
        raise refusals.NO_REFERENCE.refuse(field=field, type=type_name, name=name)


def exists(tenant: Tenant, type_name: str, name: str) -> bool:
    """Whether the org has it: deployed or seeded as metadata, or built in."""
    prefix = _BUILT_IN_PREFIX.get(type_name)
    if prefix and name.startswith(prefix):
        return True
    if type_name == "CustomObject" and name in _standard_objects():
        return True
    if type_name == "CustomField" and _is_standard_field(name):
        return True
    return tenant.documents.get(type_name, name) is not None


def _is_standard_field(name: str) -> bool:
    """Fields of standard objects count as existing unless their name is that of a custom field (assumed)."""
    sobject, _, field = name.partition(".")
    return sobject in _standard_objects() and bool(field) and not _CUSTOM.search(field)


@cache
def _standard_objects() -> frozenset[str]:
    return frozenset(facts.load("metadata_standard_objects")["objects"])
