"""Every component type of this org, in the order in which a deploy works through them.

What is named by others comes first: an app names permission sets, a group names permission sets.
"""

from typing import Final

from provision.localorg.metadata.types.connected_app import ConnectedApp
from provision.localorg.metadata.types.kind import Kind
from provision.localorg.metadata.types.permission_set import PermissionSet
from provision.localorg.metadata.types.permission_set_group import PermissionSetGroup

KINDS: Final[tuple[Kind, ...]] = (PermissionSet(), PermissionSetGroup(), ConnectedApp())


def find(type_name: str) -> Kind | None:
    """The kind of that name; None for types that this org does not have."""
    return next((kind for kind in KINDS if kind.type == type_name), None)
