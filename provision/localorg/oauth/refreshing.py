"""What a refresh of an access token must satisfy beyond the rest; each check refuses or says nothing."""

import hmac

from provision.localorg.oauth import policy, refusals
from provision.localorg.oauth.attempt import Refresh


def secret_matches_where_needed(attempt: Refresh) -> None:
    """The secret is the app's; an app without need of one may leave it out."""
    if not attempt.secret and attempt.consumer.consumer_secret_optional:
        return
    if not hmac.compare_digest(attempt.secret.encode(), attempt.consumer.secret.encode()):
        raise refusals.WRONG_SECRET.refuse()


def refresh_token_is_live(attempt: Refresh) -> None:
    """The refresh token was issued to this app and has not been revoked."""
    if attempt.refresh_token is None or attempt.refresh_token.consumer_key != attempt.consumer.key:
        raise refusals.REFRESH_TOKEN_EXPIRED.refuse()


def user_may_still_use_app(attempt: Refresh) -> None:
    """An app for admin-approved users is still given to the user."""
    user_id = attempt.user.id if attempt.user else ""
    if attempt.consumer.admin_approved and not policy.holds_grant(attempt.records, attempt.consumer, user_id):
        raise refusals.NOT_ADMIN_APPROVED.refuse()
