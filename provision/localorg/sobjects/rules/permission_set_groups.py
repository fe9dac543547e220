"""Permission set groups and who is in them."""

from collections.abc import Mapping

from provision.localorg.sobjects import groups, refusals
from provision.localorg.sobjects.rules.rules import Rules
from provision.localorg.store.jsontext import Json
from provision.localorg.store.records import Record, Records


class PermissionSetGroups(Rules):
    """Rules of PermissionSetGroup."""

    def before_insert(self, records: Records, fields: Mapping[str, Json]) -> Mapping[str, Json]:
        """See `Rules`."""
        if records.find(groups.GROUP, DeveloperName=fields["DeveloperName"]):
            raise refusals.DUPLICATE_VALUE.refuse()
        return {"Status": "Updated", **fields}

    def after_insert(self, records: Records, record: Record) -> None:
        """See `Rules`."""
        groups.add_own_permission_set(records, record)

    def before_delete(self, records: Records, held: Record) -> None:
        """See `Rules`."""
        if groups.is_assigned(records, held.id):
            raise refusals.ASSIGNED.refuse()
        groups.delete_parts(records, held.id)


class PermissionSetGroupComponents(Rules):
    """Rules of PermissionSetGroupComponent."""

    def before_insert(self, records: Records, fields: Mapping[str, Json]) -> Mapping[str, Json]:
        """See `Rules`."""
        permission_set = records.get(str(fields["PermissionSetId"]))
        if (
            permission_set is None
            or permission_set.fields.get("IsOwnedByProfile")
            or groups.is_of_group(permission_set)
        ):
            raise refusals.BAD_REFERENCE.refuse("PermissionSetId")
        named = {name: fields[name] for name in ("PermissionSetGroupId", "PermissionSetId")}
        if records.find(groups.COMPONENT, **named):
            raise refusals.DUPLICATE_VALUE.refuse()
        return fields
