"""Code and text of refusals that causes know themselves behind."""

from __future__ import annotations

Pair = tuple[str, str]

NOT_APPROVED: Pair = ("invalid_grant", "user hasn't approved this consumer")
NOT_ADMIN_APPROVED: Pair = ("invalid_app_access", "user is not admin approved to access this app")
UNKNOWN_CLIENT: Pair = ("invalid_client_id", "client identifier invalid")
APP_NOT_FOUND: Pair = ("app_not_found", "External client app is not installed in this org")
APP_BLOCKED: Pair = ("app_blocked", "this app is blocked by admin")
INVALID_ASSERTION: Pair = ("invalid_grant", "invalid assertion")
AUDIENCE: Pair = ("invalid_grant", "audience is invalid")
AUDIENCE_DOCUMENTED: Pair = ("invalid_grant", "Audience validation failed")
EXPIRED: Pair = ("invalid_grant", "expired authorization code")
WRONG_SECRET: Pair = ("invalid_client", "invalid client credentials")
NO_RUN_AS: Pair = ("invalid_grant", "no client credentials user enabled")
FLOW_OFF: Pair = ("invalid_grant", "client credentials flow not enabled")
WRONG_DOMAIN: Pair = ("invalid_grant", "request not supported on this domain")
NO_SCOPES: Pair = ("invalid_grant", "no valid scopes defined")
IP_RESTRICTED: Pair = ("invalid_grant", "ip restricted")
INACTIVE: Pair = ("invalid_grant", "inactive user")
AUTHENTICATION: Pair = ("invalid_grant", "authentication failure")
LOGIN_RATE: Pair = ("invalid_grant", "login rate exceeded")
SESSION_LEVEL: Pair = ("invalid_grant", "session level not sufficient")

NOT_FOR_REST: Pair = ("INVALID_SESSION_ID", "This session is not valid for use with the REST API")
API_OFF_ORG: Pair = ("API_DISABLED_FOR_ORG", "The REST API is not enabled for this Organization.")
API_OFF_USER: Pair = ("API_CURRENTLY_DISABLED", "API is disabled for this User")
CALLS_USED_UP: Pair = ("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")

LOGIN_REFUSALS = frozenset({NOT_APPROVED, INACTIVE, AUTHENTICATION})
"""What orgs say of a user who cannot log in; which of them for which user is not settled."""
SPREADING = frozenset({UNKNOWN_CLIENT, APP_NOT_FOUND, NOT_ADMIN_APPROVED, NOT_APPROVED, NO_RUN_AS, API_OFF_ORG})
"""What a new or changed app gives until every server knows of it."""
