"""Names of people, put together from their parts."""

from collections.abc import Mapping

from provision.localorg.sobjects.rules.rules import Rules
from provision.localorg.store.jsontext import Json
from provision.localorg.store.records import Record, Records


def full_name(fields: Mapping[str, Json]) -> str:
    """First and last name."""
    return " ".join(str(part) for part in (fields.get("FirstName"), fields.get("LastName")) if part)


class People(Rules):
    """Rules of sObjects whose name is made of first and last name."""

    def before_insert(self, records: Records, fields: Mapping[str, Json]) -> Mapping[str, Json]:
        """See `Rules`."""
        del records
        return {**fields, "Name": full_name(fields)}

    def before_update(self, records: Records, held: Record, changes: Mapping[str, Json], by: str) -> Mapping[str, Json]:
        """See `Rules`."""
        del records, by
        return {**changes, "Name": full_name({**held.fields, **changes})}
