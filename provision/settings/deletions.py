"""What is to be taken out of the orgs, in the words of the file."""

from __future__ import annotations

from collections.abc import Iterator

from provision.settings.base import Model
from provision.settings.values import FullName


class ComponentsSettings(Model):
    """Components by metadata type."""

    ConnectedApp: tuple[FullName, ...] = ()
    """Connected Apps by DeveloperName. Their tokens stop working at once."""
    PermissionSet: tuple[FullName, ...] = ()
    """Permission sets by API name. Salesforce refuses to delete one that is still assigned."""
    PermissionSetGroup: tuple[FullName, ...] = ()
    """Permission set groups by API name."""

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield (metadata type, full name) of each component."""
        for type_name in type(self).model_fields:
            for name in dict.fromkeys(getattr(self, type_name)):
                yield type_name, name


class DeletionSettings(Model):
    """What is deleted, wherever it exists."""

    before: ComponentsSettings = ComponentsSettings()
    """Deleted before anything else is deployed, for instance to free a name."""
    after: ComponentsSettings = ComponentsSettings()
    """Deleted after everything else is deployed."""
