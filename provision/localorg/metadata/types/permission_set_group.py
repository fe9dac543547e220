"""PermissionSetGroup: a named list of permission sets, kept as metadata alone.

Assigning a group to a user is not part of this org yet, so a group has no record.
"""

from collections.abc import Iterable
from typing import Final

from provision.localorg.metadata import refusals
from provision.localorg.metadata.content import Content
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.metadata.types import shape
from provision.localorg.metadata.types.kind import Component, Saved

TYPE: Final = "PermissionSetGroup"
_CALCULATED: Final = "Updated"
"""Status of a group whose permissions have been worked out, which here is at once."""


class PermissionSetGroup:
    """Deploys, deletes and shows permission set groups."""

    type = TYPE

    def deploy(self, tenant: Tenant, component: Component) -> Saved:
        """See `Kind.deploy`; members are named by their API names."""
        content = component.content
        if not content["label"].strip():
            raise refusals.EMPTY.refuse(label="Label")
        for name in content.get("permissionSets", ()):
            if tenant.only("PermissionSet", Name=name, IsOwnedByProfile=False) is None:
                raise refusals.NO_REFERENCE.refuse(field="permissionSets", type="PermissionSet", name=name)
        for name in content.get("mutingPermissionSets", ()):
            raise refusals.NO_REFERENCE.refuse(field="mutingPermissionSets", type="MutingPermissionSet", name=name)
        before = tenant.documents.get(TYPE, component.full_name)
        document = content | {"status": _CALCULATED}
        document.pop("fullName", None)
        tenant.documents.put(TYPE, component.full_name, document, None)
        return Saved("", created=before is None, changed=document != before)

    def delete(self, tenant: Tenant, full_name: str) -> str | None:
        """See `Kind.delete`."""
        if tenant.documents.get(TYPE, full_name) is None:
            return None
        tenant.documents.delete(TYPE, full_name)
        return ""

    def names(self, tenant: Tenant) -> Iterable[tuple[str, str]]:
        """See `Kind.names`."""
        return ((full_name, "") for full_name in tenant.documents.list(TYPE))

    def read(self, tenant: Tenant, full_name: str, version: int) -> Content | None:
        """See `Kind.read`."""
        document = tenant.documents.get(TYPE, full_name)
        return None if document is None else shape.visible(TYPE, document, version)
