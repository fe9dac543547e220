"""In which order a token request is checked: the first check that refuses is what the caller learns.

That the consumer comes before signature, audience, expiry and user is recorded; the order among these is assumed.
"""

from collections.abc import Callable
from typing import Final, TypeVar

from provision.localorg.oauth import checks, guards, refreshing
from provision.localorg.oauth.attempt import Attempt, ClientCredentials, JwtBearer, Password, Refresh
from provision.localorg.oauth.refusals import OAuthRefusal

A = TypeVar("A", bound=Attempt)
Order = tuple[Callable[[A], None], ...]

JWT_BEARER: Final[Order[JwtBearer]] = (
    checks.no_scope_parameter,
    checks.assertion_is_readable,
    checks.consumer_is_known,
    checks.app_is_in_org,
    guards.app_is_not_blocked,
    checks.signature_matches,
    checks.certificate_is_in_date,
    checks.audience_is_this_org,
    checks.assertion_is_in_time,
    checks.user_is_known,
    checks.user_can_log_in,
    guards.login_rate_is_kept,
    checks.user_may_use_app,
    guards.api_access_is_allowed,
    guards.address_is_allowed,
    guards.session_level_is_reached,
    checks.assertion_is_new,
)

CLIENT_CREDENTIALS: Final[Order[ClientCredentials]] = (
    checks.no_scope_parameter,
    checks.host_is_my_domain,
    checks.consumer_is_known,
    checks.app_is_local,
    guards.app_is_not_blocked,
    checks.secret_matches,
    checks.flow_is_enabled,
    checks.run_as_user_can_log_in,
    guards.login_rate_is_kept,
    checks.scopes_are_usable,
    checks.run_as_user_may_use_app,
    guards.api_access_is_allowed,
    guards.address_is_allowed,
    guards.session_level_is_reached,
)

PASSWORD: Final[Order[Password]] = (
    checks.no_scope_parameter,
    checks.password_flow_is_allowed,
    checks.consumer_is_known,
    checks.app_is_local,
    guards.app_is_not_blocked,
    checks.secret_matches,
    checks.app_takes_passwords,
    checks.password_matches,
    checks.user_can_log_in,
    guards.login_rate_is_kept,
    checks.app_is_given_where_it_must_be,
    guards.api_access_is_allowed,
    guards.address_is_allowed,
)

REFRESH_TOKEN: Final[Order[Refresh]] = (
    checks.no_scope_parameter,
    checks.consumer_is_known,
    checks.app_is_local,
    guards.app_is_not_blocked,
    refreshing.secret_matches_where_needed,
    refreshing.refresh_token_is_live,
    checks.user_can_log_in,
    guards.login_rate_is_kept,
    refreshing.user_may_still_use_app,
    guards.api_access_is_allowed,
    guards.address_is_allowed,
)


def check(attempt: A, order: Order[A]) -> None:
    """Ask all checks; raises `OAuthRefusal`, which then names the check."""
    for each in order:
        try:
            each(attempt)
        except OAuthRefusal as refusal:
            refusal.check = each.__name__.replace("_", " ")
            raise
