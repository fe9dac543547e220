"""Rows of sObjects as queries see them: every field has a value, and some are computed when they are read."""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property

from provision.localorg.sobjects import describe, licenses
from provision.localorg.sobjects.describe import SObject
from provision.localorg.store.jsontext import Json
from provision.localorg.store.records import Record, Records


class Reader:
    """Reads the records of one org within one transaction, each sObject at most once."""

    def __init__(self, records: Records, *, include_deleted: bool = False) -> None:
        self._records = records
        self._include_deleted = include_deleted
        self._read: dict[str, dict[str, Record]] = {}

    def rows(self, sobject: SObject) -> list[Record]:
        """All records of the sObject, oldest first."""
        return list(self._of(sobject.name).values())

    def get(self, record_id: str, to: tuple[str, ...]) -> Record | None:
        """The record with that id among the sObjects that a reference may lead to."""
        for name in to:
            found = self._of(name).get(record_id)
            if found is not None:
                return found
        return None

    def value(self, record: Record, field: describe.Field) -> Json:
        """What a field of a record holds."""
        if field.name == "UsedLicenses":
            return self._used_seats[record.id]
        return record.fields.get(field.name, field.default)

    def _of(self, name: str) -> Mapping[str, Record]:
        if name not in self._read:
            self._read[name] = {
                record.id: record
                for record in (self._records.all(name) if describe.find(name) else ())
                if self._include_deleted or not record.fields.get("IsDeleted")
            }
        return self._read[name]

    @cached_property
    def _used_seats(self) -> Counter[str]:
        return licenses.used_user_licenses(self._records) + licenses.used_permission_set_licenses(self._records)
