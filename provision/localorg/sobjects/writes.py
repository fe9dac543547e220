"""Creating, changing and deleting records as the API does, under the rules of their sObject."""

from collections.abc import Mapping
from typing import Any, Final

from provision.localorg.sobjects import refusals, values
from provision.localorg.sobjects.access import Caller
from provision.localorg.sobjects.describe import Field, SObject
from provision.localorg.sobjects.rules.table import rules_of
from provision.localorg.store.jsontext import Json
from provision.localorg.store.records import Record, Records

_IGNORED: Final = "attributes"


class Writes:
    """The writes of one caller within one transaction, in which setup objects and others do not mix."""

    def __init__(self, records: Records, caller: Caller) -> None:
        self._records = records
        self._caller = caller
        self._first: SObject | None = None

    def create(self, sobject: SObject, given: Mapping[str, Any]) -> str:
        """Create a record and return its id; raises `Refusal`."""
        if not sobject.createable:
            raise refusals.NOT_CREATEABLE.refuse(label=sobject.label)
        self._caller.insist("create", sobject)
        self._keep_apart(sobject)
        fields = self._checked(sobject, given, creating=True)
        missing = [field.name for field in sobject.fields.values() if field.required and fields.get(field.name) is None]
        if missing:
            raise refusals.REQUIRED.refuse(*missing, names=", ".join(missing))
        self._follow_references(sobject, fields)
        rules = rules_of(sobject.name)
        by = {"CreatedById": self._caller.user_id, "LastModifiedById": self._caller.user_id}
        owner = {"OwnerId": self._caller.user_id} if "ownerid" in sobject.fields else {}
        prepared = rules.before_insert(self._records, owner | fields)
        record = self._records.insert(sobject.name, {**by, **prepared})
        rules.after_insert(self._records, record)
        return record.id

    def update(self, sobject: SObject, record_id: str, given: Mapping[str, Any]) -> None:
        """Change a record; raises `Refusal`."""
        if not sobject.updateable:
            raise refusals.NOT_UPDATEABLE.refuse(label=sobject.label)
        self._caller.insist("edit", sobject)
        held = self._held(sobject, record_id)
        self._keep_apart(sobject)
        fields = self._checked(sobject, given, creating=False)
        cleared = [
            name for name, value in fields.items() if value is None and (f := sobject.field(name)) and f.required
        ]
        if cleared:
            raise refusals.REQUIRED.refuse(*cleared, names=", ".join(cleared))
        self._follow_references(sobject, fields)
        changed = rules_of(sobject.name).before_update(self._records, held, fields, self._caller.user_id)
        self._records.update(held.id, {"LastModifiedById": self._caller.user_id, **changed})

    def delete(self, sobject: SObject, record_id: str) -> None:
        """Delete a record; raises `Refusal`."""
        if not sobject.deletable:
            raise refusals.NOT_DELETABLE.refuse(label=sobject.label)
        self._caller.insist("delete", sobject)
        held = self._held(sobject, record_id)
        self._keep_apart(sobject)
        rules_of(sobject.name).before_delete(self._records, held)
        if sobject.soft_delete:
            self._records.update(held.id, {"IsDeleted": True, "LastModifiedById": self._caller.user_id})
        else:
            self._records.delete(held.id)

    def _held(self, sobject: SObject, record_id: str) -> Record:
        found = self._records.get(record_id)
        if found is None or found.sobject != sobject.name:
            raise refusals.NO_RECORD_TO_WRITE.refuse()
        if found.fields.get("IsDeleted"):
            raise refusals.DELETED.refuse()
        return found

    def _checked(self, sobject: SObject, given: Mapping[str, Any], *, creating: bool) -> dict[str, Json]:
        """Values by the schema's names, each known, writable and fit for its field."""
        found: dict[str, tuple[Field, Any]] = {}
        for name, value in given.items():
            field = sobject.field(name)
            if field is None and name == _IGNORED:
                continue
            if field is None:
                raise refusals.NO_FIELD.refuse(field=name, sobject=sobject.name)
            found[field.name] = (field, value)
        locked = [field.name for field, _ in found.values() if not (field.createable if creating else field.updateable)]
        if locked:
            raise refusals.NOT_WRITABLE.refuse(*locked, names=", ".join(locked))
        return {name: values.check(field, value) for name, (field, value) in found.items()}

    def _follow_references(self, sobject: SObject, fields: Mapping[str, Json]) -> None:
        for name, value in fields.items():
            field = sobject.field(name)
            if field is None or not field.to or not isinstance(value, str):
                continue
            target = self._records.get(value)
            if target is None or target.fields.get("IsDeleted"):
                raise refusals.BAD_REFERENCE.refuse(field.name)

    def _keep_apart(self, sobject: SObject) -> None:
        if self._first is None:
            self._first = sobject
        elif self._first.setup != sobject.setup:
            raise refusals.MIXED_DML.refuse(sobject=sobject.name, original=self._first.name)
