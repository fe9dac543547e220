"""The points at which the rules of an sObject come in; by default nothing happens there."""

from collections.abc import Mapping

from provision.localorg.store.jsontext import Json
from provision.localorg.store.records import Record, Records


class Rules:
    """Rules of one sObject; every method may raise `Refusal`."""

    def before_insert(self, records: Records, fields: Mapping[str, Json]) -> Mapping[str, Json]:
        """Check a new record; returns the fields that are stored."""
        del records
        return fields

    def after_insert(self, records: Records, record: Record) -> None:
        """Add what comes with a new record."""

    def before_update(self, records: Records, held: Record, changes: Mapping[str, Json], by: str) -> Mapping[str, Json]:
        """Check changes that user `by` makes; returns the changes that are stored."""
        del records, held, by
        return changes

    def before_delete(self, records: Records, held: Record) -> None:
        """Check that a record may go, and take along what goes with it."""
