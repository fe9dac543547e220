"""One token request, and what the org knows that bears on it.

Looking something up that is not there refuses the request; in which order things are looked up is `order.ORDER`'s to
say.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import ClassVar, Literal

from provision.localorg.oauth import assertion, refusals
from provision.localorg.oauth.assertion import Assertion, Unreadable
from provision.localorg.sobjects import access
from provision.localorg.store.consumers import Consumer
from provision.localorg.store.database import Transaction
from provision.localorg.store.documents import Documents
from provision.localorg.store.orgs import OrgRow, Switches
from provision.localorg.store.records import Record, Records
from provision.localorg.store.refresh_tokens import RefreshToken
from provision.localorg.store.sessions import Session, Sessions

Host = Literal["my-domain", "sandbox-login", "production-login"]


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """What was sent to the token endpoint."""

    form: Mapping[str, str] = field(repr=False)
    basic: tuple[str, str] | None = field(repr=False)
    """User and password of a Basic header."""
    host: Host
    base_url: str
    org: OrgRow | None
    """The org of the My Domain; None at a login host."""
    address: str = "127.0.0.1"
    """IP address that it came from."""
    at_alias: bool = False
    """Whether it was sent to a loopback address that stands for the org."""


class Attempt(ABC):
    """What all grants have in common."""

    ip_relaxable: ClassVar[bool] = False
    """Whether the app may relax the login IP ranges of profiles."""
    ip_enforced_by: ClassVar[frozenset[str]] = frozenset({"ENFORCE", "ENFORCE_RELAXREFRESH"})
    """Under which IP relaxations they hold even so."""

    def __init__(self, request: TokenRequest, transaction: Transaction, now: datetime) -> None:
        self.request = request
        self.now = now
        self._transaction = transaction

    @property
    @abstractmethod
    def consumer_key(self) -> str:
        """The key that the request presents."""

    @property
    def org(self) -> OrgRow | None:
        """The org that the request reaches."""
        return self.request.org

    @property
    @abstractmethod
    def user(self) -> Record | None:
        """The user that the token would act as."""

    @cached_property
    def consumer(self) -> Consumer:
        """The app; raises `OAuthRefusal` where no org has one with that key."""
        found = self._transaction.consumers("").by_key(self.consumer_key)
        if found is None:
            raise refusals.UNKNOWN_CONSUMER.refuse()
        return found

    @property
    def consumer_is_here(self) -> bool:
        """Whether the app belongs to the org that the request reaches."""
        return self.org is not None and self._transaction.consumers("").org_of(self.consumer.key) == self.org.id

    @property
    def switches(self) -> Switches:
        """How the org behaves where the evidence is open."""
        return self.org.switches if self.org else Switches()

    @property
    def records(self) -> Records:
        """Records of the org; only where there is one."""
        return self._transaction.records(self.org.id if self.org else "")

    @property
    def sessions(self) -> Sessions:
        """Tokens and approvals of the org."""
        return self._transaction.sessions(self.org.id if self.org else "")

    @property
    def documents(self) -> Documents:
        """Metadata of the org."""
        return self._transaction.documents(self.org.id if self.org else "")

    def issued(self, session: Session) -> None:  # noqa: B027 - most grants have nothing to note
        """Note down that a token was granted."""

    @property
    def frozen(self) -> bool:
        """Whether an administrator froze the user."""
        return self.user is not None and access.is_frozen(self.records, self.user.id)


class JwtBearer(Attempt):
    """RFC 7523: an assertion in place of a password."""

    @cached_property
    def assertion(self) -> Assertion:
        """The assertion; raises `OAuthRefusal`."""
        try:
            return assertion.read(self.request.form.get("assertion", ""))
        except Unreadable:
            raise refusals.INVALID_ASSERTION.refuse() from None

    @property
    def consumer_key(self) -> str:
        """See `Attempt`; the issuer."""
        return self.assertion.issuer

    @cached_property
    def org(self) -> OrgRow | None:
        """See `Attempt`; at the login host of sandboxes the username decides."""
        if self.request.host == "sandbox-login":
            return self._transaction.orgs.of_username(self.assertion.username)
        return self.request.org

    @cached_property
    def user(self) -> Record | None:
        """See `Attempt`."""
        return self.records.user_named(self.assertion.username) if self.org else None


class _WithSecret(Attempt):
    """A request that proves with the consumer's secret which app sends it."""

    ip_relaxable = True

    @property
    def consumer_key(self) -> str:
        """See `Attempt`; from the form or the Basic header."""
        return self.request.form.get("client_id") or (self.request.basic or ("", ""))[0]

    @property
    def secret(self) -> str:
        """The secret presented, from where the key was."""
        if "client_id" in self.request.form:
            return self.request.form.get("client_secret", "")
        return (self.request.basic or ("", ""))[1]


class ClientCredentials(_WithSecret):
    """RFC 6749, section 4.4: the app acts as its run-as user."""

    @cached_property
    def user(self) -> Record | None:
        """See `Attempt`; the run-as user."""
        run_as = self.consumer.run_as_user_id
        return self.records.get(run_as) if run_as else None


class Refresh(_WithSecret):
    """RFC 6749, section 6: a token that an earlier approval left behind."""

    ip_relaxable = True
    ip_enforced_by = frozenset({"ENFORCE"})

    @cached_property
    def org(self) -> OrgRow | None:
        """See `Attempt`; at login hosts the app decides."""
        return self.request.org or self._transaction.orgs.of_consumer(self.consumer_key)

    @cached_property
    def refresh_token(self) -> RefreshToken | None:
        """The refresh token presented; None where the org knows none such."""
        tokens = self._transaction.refresh_tokens(self.org.id if self.org else "")
        return tokens.get(self.request.form.get("refresh_token", ""))

    @cached_property
    def user(self) -> Record | None:
        """See `Attempt`."""
        return self.records.get(self.refresh_token.user_id) if self.refresh_token else None

    def issued(self, session: Session) -> None:
        """See `Attempt`; the new token goes with the refresh token."""
        if self.refresh_token is not None and self.org is not None:
            self._transaction.refresh_tokens(self.org.id).link(self.refresh_token.token, session.token)


class Password(_WithSecret):
    """RFC 6749, section 4.3: the user's own name and password."""

    @cached_property
    def org(self) -> OrgRow | None:
        """See `Attempt`; at the login host of sandboxes the username decides."""
        if self.request.host == "sandbox-login":
            return self._transaction.orgs.of_username(self.request.form.get("username", ""))
        return self.request.org

    @cached_property
    def user(self) -> Record | None:
        """See `Attempt`."""
        return self.records.user_named(self.request.form.get("username", "")) if self.org else None

    @property
    def password_matches(self) -> bool:
        """Whether the user has that password."""
        if self.user is None or self.org is None:
            return False
        return self._transaction.passwords(self.org.id).matches(self.user.id, self.request.form.get("password", ""))
