"""In which order a token request is checked: the first check that refuses is what the caller learns.

That the consumer comes before signature, audience, expiry and user is recorded; the order among these is assumed.
"""

from collections.abc import Callable
from typing import Final, TypeVar

from provision.localorg.oauth import checks
from provision.localorg.oauth.attempt import Attempt, ClientCredentials, JwtBearer, Password
from provision.localorg.oauth.refusals import OAuthRefusal

A = TypeVar("A", bound=Attempt)
Order = tuple[Callable[[A], None], ...]

JWT_BEARER: Final[Order[JwtBearer]] = (
    checks.no_scope_parameter,
    checks.assertion_is_readable,
    checks.consumer_is_known,
    checks.app_is_in_org,
    checks.signature_matches,
    checks.certificate_is_in_date,
    checks.audience_is_this_org,
    checks.assertion_is_in_time,
    checks.user_is_known,
    checks.user_can_log_in,
    checks.user_may_use_app,
    checks.assertion_is_new,
)

CLIENT_CREDENTIALS: Final[Order[ClientCredentials]] = (
    checks.no_scope_parameter,
    checks.host_is_my_domain,
    checks.consumer_is_known,
    checks.app_is_local,
    checks.secret_matches,
    checks.flow_is_enabled,
    checks.run_as_user_can_log_in,
    checks.scopes_are_usable,
    checks.run_as_user_may_use_app,
)

PASSWORD: Final[Order[Password]] = (
    checks.no_scope_parameter,
    checks.password_flow_is_allowed,
    checks.consumer_is_known,
    checks.app_is_local,
    checks.secret_matches,
    checks.app_takes_passwords,
    checks.password_matches,
    checks.user_can_log_in,
    checks.app_is_given_where_it_must_be,
)


def check(attempt: A, order: Order[A]) -> None:
    """Ask all checks; raises `OAuthRefusal`, which then names the check."""
    for each in order:
        try:
            each(attempt)
        except OAuthRefusal as refusal:
            refusal.check = each.__name__.replace("_", " ")
            raise
