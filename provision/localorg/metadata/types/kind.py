"""The shape of a component type: check and keep, remove, show."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from provision.localorg.metadata.content import Content
from provision.localorg.metadata.tenant import Tenant


@dataclass(frozen=True, slots=True)
class Component:
    """A component as read from a package; `version` is the API version that the package names."""

    full_name: str
    content: Content
    version: int
    ignore_warnings: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """What deploying a component did; `id` is empty for types that have no record, `warning` where there is none."""

    id: str
    created: bool
    changed: bool
    warning: str = ""


class Kind(Protocol):
    """One component type. Everything is checked before the first write, so that a refusal leaves nothing behind."""

    @property
    def type(self) -> str:
        """Name as in `package.xml`."""

    def deploy(self, tenant: Tenant, component: Component) -> Saved:
        """Create or update.

        Raises:
            Refusal: with the text of the component failure.

        """

    def delete(self, tenant: Tenant, full_name: str) -> str | None:
        """Delete and return the record id (empty where the type has none); None where nothing has that name.

        Raises:
            Refusal: the component is in use.

        """

    def names(self, tenant: Tenant) -> Iterable[tuple[str, str]]:
        """Full name and record id of every component of this type."""

    def read(self, tenant: Tenant, full_name: str, version: int) -> Content | None:
        """The component as that API version shows it; None where nothing has that name."""
