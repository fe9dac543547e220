"""What to change when a grant is refused, by Salesforce's own pair of code and text."""

from __future__ import annotations

from collections.abc import Mapping

from provision.model.check import Refusal
from provision.model.desired import App

_BY_PAIR: Mapping[tuple[str, str], str] = {
    ("invalid_grant", "user hasn't approved this consumer"): (
        "Set policy.permitted_users to admin-approved and run provision apply; also check host and username"
    ),
    ("invalid_app_access", "user is not admin approved to access this app"): (
        "Assign the permission set {access} to {username}: provision assign"
    ),
    ("invalid_grant", "invalid assertion"): (
        "The app holds another certificate than the one of the stored key: provision keys import brings the right key"
    ),
    ("invalid_grant", "audience is invalid"): "Set SF_AUDIENCE_URL to the login host or My Domain of the org",
    ("invalid_grant", "expired authorization code"): "Set this machine's clock: the assertion was too old on arrival",
    ("invalid_client_id", "client identifier invalid"): (
        "The app may need up to 10 minutes to spread: provision verify --propagation-timeout 10"
    ),
    ("invalid_client", "invalid client credentials"): (
        "The stored consumer secret is not the app's: provision keys secret stores the right one"
    ),
    ("invalid_grant", "no client credentials user enabled"): (
        "Activate {username} and set them as run-as user: provision apply"
    ),
    ("invalid_grant", "client credentials flow not enabled"): (
        "Switch the flow on in the OAuth settings and in the OAuth policy of {app}, both are needed: provision apply"
    ),
    ("invalid_grant", "request not supported on this domain"): "Set my_domain of the org to its My Domain host",
    ("invalid_grant", "no valid scopes defined"): "Add the scope api to the app",
    ("invalid_grant", "ip restricted"): "Add this machine's address to the login IP ranges of the user's profile",
    ("app_not_found", "External client app is not installed in this org"): (
        "Switch {app} on in Setup → External Client App Manager → Policies: isEnabled and isOauthPluginEnabled must be "
        "true; if they are, set my_domain of the org to the My Domain of the org that has the app"
    ),
    ("app_blocked", "this app is blocked by admin"): "Unblock the app in Setup → Connected Apps OAuth Usage",
}


def remedy_for(refusal: Refusal, app: App) -> str | None:
    """Return what to change, or `None` where the pair is not known."""
    text = _BY_PAIR.get((refusal.code, refusal.text))
    return text.format(app=app.name, access=app.access.name, username=app.user.username) if text else None
