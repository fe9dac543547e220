"""What org, app and profile demand of a login, whichever grant type asks; each check refuses or says nothing."""

from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_address
from typing import Final

from provision.localorg.clock import from_stamp
from provision.localorg.oauth import policy, refusals
from provision.localorg.oauth.attempt import Attempt
from provision.localorg.sobjects import access

BLOCKED: Final = "BlacklistedConsumer"
"""Metadata type of apps that an administrator blocked."""
_HOUR: Final = timedelta(hours=1)
_ENFORCED: Final = "ENFORCE"


def app_is_not_blocked(attempt: Attempt) -> None:
    """No administrator blocked the app."""
    if attempt.documents.get(BLOCKED, attempt.consumer.app_id) is not None:
        raise refusals.APP_BLOCKED.refuse()


def api_access_is_allowed(attempt: Attempt) -> None:
    """Under API Access Control: the app is one for admin-approved users, or the user may use any client."""
    if attempt.user is None or not policy.access_control_is_on(attempt.switches, attempt.documents):
        return
    if not policy.passes_access_control(attempt.consumer, attempt.records, attempt.user.id):
        raise refusals.APP_BLOCKED.refuse()


def login_rate_is_kept(attempt: Attempt) -> None:
    """The user has logins left in this hour."""
    most = attempt.switches.logins_per_hour
    if not most or attempt.user is None:
        return
    since = attempt.now - _HOUR
    rows = attempt.records.find("LoginHistory", UserId=attempt.user.id)
    if sum(from_stamp(str(row.fields["LoginTime"])) > since for row in rows) >= most:
        raise refusals.RATE_EXCEEDED.refuse()


def address_is_allowed(attempt: Attempt) -> None:
    """The request comes from a login IP range of the user's profile, where that has any.

    The app may relax this (documented), but not for JWT bearer.
    """
    if attempt.ip_relaxable and attempt.consumer.ip_relaxation.upper() not in attempt.ip_enforced_by:
        return
    if attempt.user is None:
        return
    profile = access.profile_name(attempt.records, attempt.user)
    ranges = (attempt.documents.get("Profile", profile) or {}).get("loginIpRanges", ())
    if ranges and not any(_lies_in(attempt.request.address, each) for each in ranges):
        raise refusals.IP_RESTRICTED.refuse()


def session_level_is_reached(attempt: Attempt) -> None:
    """Flows without a user who approves cannot reach the level High Assurance (documented)."""
    if attempt.consumer.high_assurance:
        raise refusals.HIGH_ASSURANCE.refuse()


def _lies_in(address: str, span: Mapping[str, str]) -> bool:
    first, at, last = (ip_address(each) for each in (span["startAddress"], address, span["endAddress"]))
    return first.version == at.version == last.version and int(first) <= int(at) <= int(last)
