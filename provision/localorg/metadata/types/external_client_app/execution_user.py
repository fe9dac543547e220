"""The user as whom an app acts in the client credentials flow."""

from typing import Final

from provision.localorg.metadata import refusals
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.sobjects import access

_API_ONLY: Final = "ApiUserOnly"


def check(tenant: Tenant, username: str) -> None:
    """Insist on an active user of that name, API-only where the org is switched to ask for that.

    Raises:
        Refusal: there is none.

    """
    user = tenant.records.user_named(username) if username else None
    if user is None or not user.fields.get("IsActive"):
        raise refusals.NO_EXECUTION_USER.refuse()
    if tenant.switches.execution_user == "api-only":
        held = access.permission_sets(tenant.records, user.id)
        if not any(_API_ONLY in access.granted(each) for each in held):
            raise refusals.NO_EXECUTION_USER.refuse()
