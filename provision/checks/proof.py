"""What the checks of one app share: who proves, with what, and the tokens asked for so far.

A grant is asked for once and its answer kept, so that every check speaks of the same token and login limits are spared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias, TypeVar
from urllib.parse import urlsplit

from provision.apps.kinds import kind_of
from provision.assertion import assertion
from provision.errors import Bug, Code
from provision.model.check import CheckResult, CheckStatus, Refusal
from provision.model.desired import App, AppKind, GrantType, PermissionSet
from provision.model.event import Event, Listener, silent
from provision.model.held import Material
from provision.model.keys import Signer
from provision.model.observed import Observed, ObservedApp, ObservedUser
from provision.org import oauth
from provision.org.client import Org, Site
from provision.org.oauth import Token

R = TypeVar("R")

FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 30.0

LOGIN_HOSTS = frozenset({"login.salesforce.com", "test.salesforce.com"})

PROPAGATING = frozenset(
    {
        ("invalid_client_id", "client identifier invalid"),
        ("app_not_found", "External client app is not installed in this org"),
        ("invalid_app_access", "user is not admin approved to access this app"),
        ("invalid_grant", "user hasn't approved this consumer"),
        ("invalid_grant", "no client credentials user enabled"),
        ("API_DISABLED_FOR_ORG", "The REST API is not enabled for this Organization."),
    }
)
"""Code and text that a new or changed app gives until it has spread (2 to 10 minutes). `invalid assertion` is not among
them: a wrong key must not be tried in a loop, logins are limited."""

OTHER_CERTIFICATE = ("invalid_grant", "invalid assertion")
"""What an app answers that does not know the key (yet)."""


@dataclass(frozen=True)
class Missing:
    """Why a token could not even be asked for."""

    code: str
    reason: str
    remedy: str


Answer: TypeAlias = "Token | Refusal | Missing"


@dataclass(frozen=True)
class Options:
    """How far a proof goes."""

    negative: bool | None = None
    """Whether to try what must be refused; `None`: on local orgs only."""
    revoke: bool | None = None
    """Whether to revoke the tokens afterwards; `None`: on local orgs only (a session may be shared elsewhere)."""
    patience_seconds: float = 0.0
    """How long to wait for a new app to spread."""
    audience: str | None = None
    """`aud` to use in place of our own choice."""
    grants: frozenset[GrantType] = frozenset(GrantType)
    org_id: str | None = None
    """The org that the settings pin, for proofs without an admin session."""
    new_certificate: bool = False
    """Whether the app was just given another certificate, which may spread as slowly as a new app."""


@dataclass
class Proof:
    """One app under proof."""

    app: App
    kind: AppKind
    site: Site
    material: Material
    options: Options
    org: Org | None = None
    """With an admin session, where there is one."""
    declared: tuple[PermissionSet, ...] = ()
    """The permission sets that the app's user is to hold, those in groups and those of apps included."""
    groups: frozenset[str] = frozenset()
    """Names of the permission set groups that the user is to hold."""
    observed: Observed | None = None
    listen: Listener = silent
    audience: str | None = None
    """The `aud` that the org accepted, once it has."""
    used: str = field(default="", repr=False)
    """The assertion that gave the token, once one has."""
    refusals: dict[str, Refusal] = field(default_factory=dict, repr=False)
    """What the org said where a check asked it, by name of the check."""
    _deadline: float | None = None
    _answers: dict[str, Answer] = field(default_factory=dict, repr=False)

    @property
    def negative(self) -> bool:
        """Whether to try what must be refused."""
        return self.site.is_local if self.options.negative is None else self.options.negative

    @property
    def revoke(self) -> bool:
        """Whether to revoke the tokens afterwards."""
        return self.site.is_local if self.options.revoke is None else self.options.revoke

    @property
    def grants(self) -> tuple[GrantType, ...]:
        """The grants of the app that are to be proved."""
        return tuple(grant for grant in GrantType if grant in self.app.grants & self.options.grants)

    @property
    def user(self) -> ObservedUser | None:
        """The app's user as the org has them; `None` without admin access."""
        return self.observed.users.get(self.app.user.username.lower()) if self.observed else None

    @property
    def org_id(self) -> str | None:
        """The org that tokens must belong to: as observed, else as pinned in the settings."""
        return self.observed.organization.org_id if self.observed else self.options.org_id

    @property
    def deployed(self) -> ObservedApp | None:
        """The app as the org has it; `None` without admin access."""
        return self.observed.apps.get(self.app.name) if self.observed else None

    def token(self, grant: GrantType) -> Answer:
        """Return the answer to the app's own request for a token."""
        if grant is GrantType.JWT_BEARER:
            return self._once("jwt-bearer", self._jwt)
        return self._once("client-credentials/body", lambda: self._client_credentials(basic=False))

    def basic_token(self) -> Answer:
        """Return the answer to client credentials in a Basic header."""
        return self._once("client-credentials/basic", lambda: self._client_credentials(basic=True))

    def tokens(self) -> Iterator[Token]:
        """Every token that was issued so far."""
        return (answer for answer in self._answers.values() if isinstance(answer, Token))

    def present(self, signer: Signer, username: str) -> Token | Refusal:
        """Present an assertion of `signer` for `username` once, for checks that expect a refusal.

        The audience is the one that the org accepts, so that nothing else is what it refuses.
        """
        return self._present(signer, username, self.audience or self.audiences[0])

    def signed(self, *, audience: str | None = None) -> str:
        """Return an assertion of the stored key for the app's user, for checks that present it themselves."""
        if self.material.key_pair is None:
            raise Bug(Code.BUG, "an assertion was asked for and no key pair is held")
        return self._signed(
            self.material.key_pair.signer, self.app.user.username, audience or self.audience or self.audiences[0]
        )

    def present_signed(self, signed: str) -> Token | Refusal:
        """Present an assertion once."""
        return oauth.jwt_bearer(self.site.transport, self.site.my_domain, signed)

    @property
    def audiences(self) -> tuple[str, ...]:
        """Values of `aud` in the order of trying, by the kind of the app."""
        if self.options.audience:
            return (self.options.audience,)
        return kind_of(self.kind).audiences(self.site.login_host, self.site.my_domain)

    def result(
        self,
        check: str,
        status: CheckStatus,
        detail: str,
        *,
        grant: GrantType | None = None,
        code: str | None = None,
        remedy: str | None = None,
    ) -> CheckResult:
        """Return a result about this app."""
        return CheckResult(check, self.app.key, grant, status, code, detail, remedy)

    def _jwt(self) -> Answer:
        pair, key = self.material.key_pair, self.material.consumer_key
        refused = self._refused_audience()
        if refused is not None:
            return refused
        if pair is None or key is None:
            bring = f"provision keys import -o {self.site.name} -a {self.app.key}"
            remedy = f"provision apply sets the app up; {bring} brings an existing key"
            if pair is None:
                return Missing("KEY_MISSING", "no private key is stored", remedy)
            return Missing("APP_MISSING", "no consumer key is known", remedy)
        *first, last = self.audiences
        for audience in first:
            answer = self.patiently(partial(self._present, pair.signer, self.app.user.username, audience))
            if not (isinstance(answer, Refusal) and "audience" in answer.text.lower()):
                self.audience = audience
                return answer
        self.audience = last
        return self.patiently(partial(self._present, pair.signer, self.app.user.username, last))

    def _refused_audience(self) -> Missing | None:
        """Say so where somebody chose an audience that orgs refuse for this kind of app."""
        chosen, kind = self.options.audience, kind_of(self.kind)
        host = urlsplit(chosen or "").hostname or chosen
        if host not in LOGIN_HOSTS or f"https://{host}" in kind.audiences(str(host), self.site.my_domain):
            return None
        reason = f"orgs refuse the audience {chosen} for {kind.ONE}"
        return Missing("AUDIENCE_REFUSED", reason, f"Unset SF_AUDIENCE_URL, or set it to https://{self.site.my_domain}")

    def _present(self, signer: Signer, username: str, audience: str) -> Token | Refusal:
        signed = self._signed(signer, username, audience)
        answer = self.present_signed(signed)
        if isinstance(answer, Token) and not self.used:
            self.used = signed
        return answer

    def _signed(self, signer: Signer, username: str, audience: str) -> str:
        return assertion(
            signer,
            consumer_key=self.material.consumer_key or "",
            username=username,
            audience=audience,
            now=self.site.transport.clock.now(),
        )

    def _client_credentials(self, *, basic: bool) -> Answer:
        key, secret = self.material.consumer_key, self.material.consumer_secret
        if key is None or secret is None:
            return Missing(
                "SECRET_MISSING",
                "no consumer secret is stored for the app",
                f"provision keys secret -o {self.site.name} -a {self.app.key} stores the one that consumers use"
                + (", with --from-org the one that the org gives" if kind_of(self.kind).SECRET_IS_READABLE else ""),
            )
        ask = oauth.client_credentials_as_basic if basic else oauth.client_credentials_in_body
        return self.patiently(lambda: ask(self.site.transport, self.site.my_domain, key, secret.reveal()))

    def _once(self, name: str, ask: Callable[[], Answer]) -> Answer:
        if name not in self._answers:
            self._answers[name] = ask()
        return self._answers[name]

    def still_spreading(self, refusal: Refusal) -> bool:
        """Whether the refusal may be over in a few minutes, where waiting was asked for."""
        if self.options.patience_seconds <= 0:
            return False
        known = (refusal.code, refusal.text)
        return known in PROPAGATING or (self.options.new_certificate and known == OTHER_CERTIFICATE)

    def patiently(self, ask: Callable[[], R]) -> R:
        """Ask until the answer is not one of a spreading app, up to the deadline that all checks of the app share."""
        clock = self.site.transport.clock
        if self._deadline is None:
            self._deadline = clock.monotonic() + self.options.patience_seconds
        pause = FIRST_PAUSE_SECONDS
        while True:
            answer = ask()
            spreading = isinstance(answer, Refusal) and self.still_spreading(answer)
            if not spreading or clock.monotonic() + pause > self._deadline:
                return answer
            self.listen(Event("progress", "propagation", f"not there yet, asking again in {pause:g} s", self.site.name))
            clock.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
