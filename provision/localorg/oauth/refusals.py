"""How the token endpoint refuses; always with HTTP status 400 and JSON.

`history` is what the user's login history says about it (`recorded` or documented texts; None writes no row).
"""

from dataclasses import dataclass
from typing import Final


class OAuthRefusal(Exception):
    """A token request that is refused."""

    def __init__(self, wording: "Wording") -> None:
        super().__init__(f"{wording.error}: {wording.description}")
        self.wording = wording
        self.check: str | None = None
        """What was not so, in words: `signature matches`."""


@dataclass(frozen=True, slots=True)
class Wording:
    """`error` and `error_description` as they go over the wire, and where they are known from."""

    error: str
    description: str
    source: str
    history: str | None = None

    def refuse(self) -> OAuthRefusal:
        """The exception; the caller raises it."""
        return OAuthRefusal(self)


UNSUPPORTED_GRANT_TYPE: Final = Wording(
    "unsupported_grant_type", "grant type not supported", "recorded: sf-jwt-token issue 1, b2c-crm-sync issue 16"
)
NOT_POST: Final = Wording("invalid_request", "must use HTTP POST", "assumed")
SCOPE_NOT_SUPPORTED: Final = Wording(
    "invalid_request", "scope parameter not supported", "recorded: three public logs, also with JWT bearer"
)
WRONG_DOMAIN: Final = Wording(
    "invalid_grant", "request not supported on this domain", "recorded: pub-sub-api-node-client issue 58"
)
UNKNOWN_CONSUMER: Final = Wording(
    "invalid_client_id", "client identifier invalid", "recorded: node-salesforce-connection and dinucci live tests"
)
APP_NOT_IN_ORG: Final = Wording(
    "app_not_found", "External client app is not installed in this org", "recorded: two live logs"
)
WRONG_SECRET: Final = Wording(
    "invalid_client",
    "invalid client credentials",
    "recorded: dinucci and SalesforceSharp live tests; history recorded: mcp-hosted issue 7",
    "Failed: Missing Consumer Key Parameter",
)
INVALID_ASSERTION: Final = Wording(
    "invalid_grant",
    "invalid assertion",
    "recorded: salesforce-laravel-oauth2-rest issue 68; assumed for replays and expired certificates",
)
INVALID_AUDIENCE: Final = Wording("invalid_grant", "audience is invalid", "recorded: Confluent connector log")
INVALID_AUDIENCE_AS_DOCUMENTED: Final = Wording(
    "invalid_grant", "Audience validation failed", "documented: help page of OAuth errors"
)
EXPIRED: Final = Wording("invalid_grant", "expired authorization code", "recorded: an Apex exception for a JWT")
NOT_APPROVED: Final = Wording(
    "invalid_grant",
    "user hasn't approved this consumer",
    "recorded: forrest issue 278; thread for unknown users and wrong login hosts",
    "Failed: Not approved for access",
)
NOT_ADMIN_APPROVED: Final = Wording(
    "invalid_app_access",
    "user is not admin approved to access this app",
    "recorded: JWT sample output; thread for client credentials; history recorded",
    "Failed: Not approved for access",
)
INACTIVE_USER: Final = Wording(
    "invalid_grant",
    "inactive user",
    "thread for refresh tokens, assumed for JWT; history documented",
    "User is inactive",
)
FROZEN_USER: Final = Wording(
    "invalid_grant", "authentication failure", "assumed for frozen users; history documented", "User is frozen"
)
PASSWORD_FLOW_BLOCKED: Final = Wording(
    "unsupported_grant_type", "grant type not supported", "recorded: forrest issue 352, password flow off in the org"
)
WRONG_PASSWORD: Final = Wording(
    "invalid_grant",
    "authentication failure",
    "recorded: NetCoreForce and dinucci live tests, also for External Client Apps; history documented",
    "Invalid password",
)
REFRESH_TOKEN_EXPIRED: Final = Wording(
    "invalid_grant", "expired access/refresh token", "recorded: restforce fixture; also documented"
)
APP_BLOCKED: Final = Wording(
    "app_blocked", "this app is blocked by admin", "thread: one whole answer; also for API Access Control"
)
IP_RESTRICTED: Final = Wording(
    "invalid_grant", "ip restricted", "recorded: MetaDeploy tests; history documented", "Restricted IP"
)
RATE_EXCEEDED: Final = Wording(
    "invalid_grant", "login rate exceeded", "assumed at this endpoint; history documented", "Login rate exceeded"
)
HIGH_ASSURANCE: Final = Wording(
    "invalid_grant", "session level not sufficient", "assumed text of a documented rule", "Two-factor required"
)
FLOW_DISABLED: Final = Wording("invalid_grant", "client credentials flow not enabled", "thread, approximate wording")
NO_RUN_AS_USER: Final = Wording(
    "invalid_grant", "no client credentials user enabled", "recorded: tap-salesforce test, SumoLogic documentation"
)
NO_SCOPES: Final = Wording("invalid_grant", "no valid scopes defined", "thread: four witnesses, one verified live")
INVALID_TOKEN: Final = Wording("invalid_token", "Token was invalid", "documented: mobile SDK guide")
