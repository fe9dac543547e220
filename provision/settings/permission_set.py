"""Permission sets in the words of the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeAlias, TypeVar

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from provision.settings.base import Model
from provision.settings.values import (
    ApiName,
    Description,
    FieldName,
    Label,
    MemberName,
    NotEmpty,
    Truth,
    Words,
    problem,
)

M = TypeVar("M", bound=Model)
ObjectRight: TypeAlias = Literal["read", "create", "edit", "delete", "view-all", "modify-all"]

NEEDS: Mapping[str, tuple[str, ...]] = {
    "create": ("read",),
    "edit": ("read",),
    "delete": ("read", "edit"),
    "view-all": ("read",),
    "modify-all": ("read", "edit", "delete", "view-all"),
}
"""Rights that Salesforce wants beside a right. They are asked for and not added: the file shows what is granted."""


def _complete(rights: tuple[ObjectRight, ...]) -> tuple[ObjectRight, ...]:
    missing = [
        f"{right} needs {', '.join(absent)}"
        for right in rights
        if (absent := [needed for needed in NEEDS.get(right, ()) if needed not in rights])
    ]
    if missing:
        raise problem(f"{'; '.join(missing)}; add what is missing")
    return rights


ObjectRights = Annotated[tuple[ObjectRight, ...], AfterValidator(_complete), NotEmpty()]


class PermissionSetSettings(Model):
    """A permission set with the data that an integration needs; its API name is its key."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": [key]} for key in ("label", "file", "existing")]}
    )

    existing: Truth = False
    """`true`: it is in the org already and only assigned, never deployed; then nothing else is written here."""
    file: Words | None = None
    """Its metadata file, relative to this file. What is written here is laid over what stands there."""
    label: Label | None = None
    """Name shown in Setup, at most 80 characters. Required without `file` and `existing`."""
    description: Description | None = None
    """What the permission set is for, at most 255 characters."""
    license: Label | None = None
    """Label of the licence it is bound to; without one, anybody may hold it. It cannot be changed later."""
    objects: Mapping[ApiName, ObjectRights] = Field(default_factory=dict)
    """Object → rights. `create`, `edit`, `delete`, `view-all` and `modify-all` need `read` and more beside them."""
    fields: Mapping[FieldName, Literal["read", "edit"]] = Field(default_factory=dict)
    """`Object.Field` → access; `edit` includes `read`."""
    user_permissions: tuple[ApiName, ...] = ()
    """System permissions by API name, for instance `ApiEnabled`."""
    agents: tuple[ApiName, ...] = ()
    """Agents that may be used."""
    apex_classes: tuple[ApiName, ...] = ()
    """Apex classes that may be called."""
    apex_pages: tuple[ApiName, ...] = ()
    """Visualforce pages that may be opened."""
    applications: tuple[MemberName, ...] = ()
    """Lightning and classic applications that may be seen, for instance `standard__Sales`."""
    custom_metadata_types: tuple[ApiName, ...] = ()
    """Custom metadata types that may be read."""
    custom_permissions: tuple[ApiName, ...] = ()
    """Custom permissions that are granted."""
    custom_settings: tuple[ApiName, ...] = ()
    """Custom settings that may be read."""
    external_credential_principals: tuple[MemberName, ...] = ()
    """Principals of external credentials that may be used, as `Credential-Principal`."""
    external_data_sources: tuple[ApiName, ...] = ()
    """External data sources that may be used."""
    email_routing_addresses: tuple[MemberName, ...] = ()
    """E-mail routing addresses that may be used (API 62 and newer)."""
    flows: tuple[ApiName, ...] = ()
    """Flows that may be run."""
    service_presence_statuses: tuple[ApiName, ...] = ()
    """Presence statuses that may be chosen (API 64 and newer)."""
    summary_definitions: tuple[MemberName, ...] = ()
    """Generated summaries that may be seen, by configuration name (API 66 and newer)."""
    record_types: tuple[FieldName, ...] = ()
    """Record types that may be chosen, as `Object.RecordType`."""
    tabs: Mapping[MemberName, Literal["none", "available", "visible"]] = Field(default_factory=dict)
    """Tab → visibility, for instance `standard-Account: visible`."""
    remove: tuple[Words, ...] = ()
    """Entries, as `plan` names them, that are taken away: `userPermissions[ViewSetup]`, `objectPermissions[Case]`."""
    ignore: tuple[Words, ...] = ()
    """Fields, as `plan` names them, kept as they are once it exists: `objectPermissions[Account].allowEdit`."""

    @model_validator(mode="after")
    def _existing_alone(self) -> Self:
        return alone(self, self.existing)


class PermissionSetGroupSettings(Model):
    """Permission sets that are assigned together; its API name is its key."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": [key]} for key in ("label", "existing")]})

    existing: Truth = False
    """`true`: it is in the org already and only assigned, never deployed; then nothing else is written here."""
    label: Label | None = None
    """Name shown in Setup, at most 80 characters. Required without `existing`."""
    description: Description | None = None
    """What the group is for, at most 255 characters."""
    permission_sets: tuple[ApiName, ...] = ()
    """Permission sets by API name, declared here or in the org already."""

    @model_validator(mode="after")
    def _existing_alone(self) -> Self:
        return alone(self, self.existing)


def alone(settings: M, existing: bool) -> M:
    """Return `settings` if nothing is declared of what exists already."""
    others = [name for name in type(settings).model_fields if name in settings.model_fields_set - {"existing"}]
    if existing and others:
        raise problem(f"what exists already is only assigned; remove {', '.join(others)}, or existing")
    return settings
