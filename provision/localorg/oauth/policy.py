"""Who may use an app: decided by the rows that an administrator made, never by a flag of its own."""

from typing import Final

from provision.localorg.sobjects import access
from provision.localorg.store.consumers import Consumer
from provision.localorg.store.documents import Documents
from provision.localorg.store.orgs import Switches
from provision.localorg.store.records import Records
from provision.localorg.store.sessions import Sessions

_ANY_CLIENT: Final = "UseAnyApiClient"
ACCESS_CONTROL: Final = "enableAdminApprovedAppsOnly"
"""Element of ConnectedAppSettings (Metadata API WSDL); that it is this switch of Setup is read from its name."""
AT_ANY_TIME: Final = frozenset({"refresh_token", "offline_access"})


def holds_grant(records: Records, consumer: Consumer, user_id: str) -> bool:
    """Whether a permission set of the user, or their profile, was given the app."""
    allowed = {row.fields["ParentId"] for row in records.find("SetupEntityAccess", SetupEntityId=consumer.app_id)}
    return any(each.id in allowed for each in access.permission_sets(records, user_id)) if allowed else False


def holds_approval(sessions: Sessions, consumer: Consumer, user_id: str) -> bool:
    """Whether the user allowed the app to act at any time, which takes a scope of its own (documented)."""
    return bool(consumer.scopes & AT_ANY_TIME) and sessions.approved(consumer.key, user_id)


def access_control_is_on(switches: Switches, documents: Documents) -> bool:
    """Whether the org has API Access Control, by its switch or by the ConnectedAppSettings that were deployed."""
    deployed = documents.get("Settings", "ConnectedApp") or {}
    return switches.api_access_control == "on" or deployed.get(ACCESS_CONTROL) == "true"


def passes_access_control(consumer: Consumer, records: Records, user_id: str) -> bool:
    """Whether API Access Control lets the app act for the user."""
    if consumer.admin_approved:
        return True
    held = access.permission_sets(records, user_id)
    return any(_ANY_CLIENT in access.granted(each) for each in held)
