"""One call of the REST API, whether it came alone or inside a composite request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from provision.localorg.clock import Clock
from provision.localorg.sobjects.access import Caller
from provision.localorg.sobjects.reading import Reader
from provision.localorg.sobjects.refusals import BAD_JSON, Refusal
from provision.localorg.sobjects.writes import Writes
from provision.localorg.soql.bind import World
from provision.localorg.store.database import Transaction
from provision.localorg.store.orgs import OrgRow
from provision.localorg.store.records import Records

PREFIX: Final = "/services/data"


class NeedsWriting(Exception):
    """A call that was taken for a mere read has to keep something; it is to be made again in a writing transaction."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked, by whom, within which transaction."""

    method: str
    path: str
    """Below the version, with a leading slash."""
    arguments: Mapping[str, str]
    version: str
    """As in the path: `66.0`."""
    org: OrgRow
    caller: Caller
    transaction: Transaction
    writes: Writes
    clock: Clock
    body: Any = None
    batch_size: int | None = None
    """Rows of a page of query results, where the caller asks for a number."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Of the request, names in lower case."""
    alone: bool = True
    """False inside a composite request."""

    @property
    def api(self) -> str:
        """Where resources of this version are."""
        return f"{PREFIX}/v{self.version}"

    @property
    def records(self) -> Records:
        """The records of the org."""
        return self.transaction.records(self.org.id)

    def world(self, *, include_deleted: bool = False, tooling: bool = False) -> World:
        """What a query may look at."""
        reader = Reader(self.records, include_deleted=include_deleted)
        return World(reader, self.caller, self.clock.now(), self.api, tooling=tooling)

    def document(self) -> Mapping[str, Any]:
        """The body as a JSON object; raises `Refusal`."""
        if not isinstance(self.body, dict):
            raise BAD_JSON.refuse(reason="The HTTP entity body is required, but this request has no entity body.")
        return self.body

    def listed(self, name: str) -> list[Any]:
        """A list in the body; raises `Refusal`."""
        found = self.document().get(name)
        if not isinstance(found, list):
            raise BAD_JSON.refuse(reason=f"{name} must be an array")
        return found


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call is answered with; a body of None is no body at all."""

    status: int
    body: Any = None
    refusals: tuple[Refusal, ...] = field(default=())
    headers: Mapping[str, str] = field(default_factory=dict)
