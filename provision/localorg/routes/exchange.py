"""One request to the local org and what its endpoint may use to answer it.

Every module of routes has `RULES: tuple[Rule, ...]`; the endpoint of a rule is a callable
`(exchange: Exchange, **path_arguments) -> Response`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from werkzeug import Request, Response

from provision.localorg.clock import Clock
from provision.localorg.store.database import Database
from provision.localorg.store.orgs import OrgRow

SANDBOX_LOGIN_HOST: Final = "test.salesforce.com"
PRODUCTION_LOGIN_HOST: Final = "login.salesforce.com"
LOGIN_HOSTS: Final = (SANDBOX_LOGIN_HOST, PRODUCTION_LOGIN_HOST)


class NoOrgHere(Exception):
    """The request went to a login host, which belongs to no org."""


class Answer(Response):
    """A response that remembers why it refuses, for the log of requests."""

    refusal: str | None = None
    """Code of the refusal."""
    reason: str | None = None
    """Its text, and what is not said over the wire."""
    api_call = False
    """Whether it uses up the daily allowance of API calls."""
    remembered = False
    """Whether the log of requests has it already."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request, and the org whose My Domain it went to; None at a login host."""

    request: Request
    tenant: OrgRow | None
    database: Database
    undisturbed: bool = True
    """Whether nothing is to go wrong with it: its answer is what the client gets."""

    @property
    def org(self) -> OrgRow:
        """The org asked; raises `NoOrgHere` at a login host."""
        if self.tenant is None:
            raise NoOrgHere(self.request.host)
        return self.tenant

    @property
    def at_login_host(self) -> bool:
        """Whether the request went to login.salesforce.com or test.salesforce.com."""
        return self.tenant is None

    @property
    def at_alias(self) -> bool:
        """Whether the request went to an address that merely stands for the org."""
        return self.tenant is not None and self.request.host != self.tenant.my_domain

    @property
    def clock(self) -> Clock:
        """The clock of the local orgs."""
        return self.database.clock

    @property
    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return self.database.clock.now()

    @property
    def base_url(self) -> str:
        """Scheme and host that the request was sent to."""
        return self.request.host_url.rstrip("/")

    def instance_url(self, org: OrgRow) -> str:
        """Where the API of an org is called; an org reached under another name stays there."""
        return f"https://{org.my_domain}" if self.at_login_host else self.base_url

    def login_url(self, org: OrgRow) -> str:
        """The login host that identity URLs of an org name."""
        own_name = self.at_login_host or self.request.host == org.my_domain
        return f"https://{SANDBOX_LOGIN_HOST}" if own_name else self.base_url

    def bearer_token(self) -> str | None:
        """The token of the Authorization header, under either of the two schemes that Salesforce takes."""
        scheme, _, token = self.request.headers.get("Authorization", "").strip().partition(" ")
        return token.strip() if scheme.lower() in {"bearer", "oauth"} else None
