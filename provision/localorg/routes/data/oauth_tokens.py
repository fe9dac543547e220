"""DELETE /apps/oauth/usage/tokens/{id}: an administrator takes back what an app may do for a user."""

from http import HTTPStatus
from typing import Final

from provision.localorg.oauth.revoking import end_use
from provision.localorg.routes.data.call import Call, Reply
from provision.localorg.sobjects import refusals
from provision.localorg.store import ids

_SINCE: Final = 59
_NEEDED: Final = "ManageUsers"
"""Which permission it takes is assumed."""


def revoke(call: Call, token_id: str) -> Reply:
    """End the access and refresh tokens that an `OauthToken` stands for, and the row itself."""
    held = call.records.get(ids.full(token_id) or "")
    if int(call.version.partition(".")[0]) < _SINCE or held is None or held.sobject != "OauthToken":
        raise refusals.NO_RESOURCE.refuse()
    if _NEEDED not in call.caller.permissions:
        raise refusals.NO_ACCESS.refuse()
    end_use(call.transaction, call.org.id, held)
    return Reply(HTTPStatus.NO_CONTENT)
