"""Who may use an app: decided by the rows that an administrator made, never by a flag of its own."""

from typing import Final

from provision.localorg.store.consumers import Consumer
from provision.localorg.store.records import Records
from provision.localorg.store.sessions import Sessions

AT_ANY_TIME: Final = frozenset({"refresh_token", "offline_access"})


def holds_grant(records: Records, consumer: Consumer, user_id: str) -> bool:
    """Whether a permission set of the user, or their profile, was given the app."""
    allowed = {row.fields["ParentId"] for row in records.find("SetupEntityAccess", SetupEntityId=consumer.app_id)}
    held = {row.fields["PermissionSetId"] for row in records.find("PermissionSetAssignment", AssigneeId=user_id)}
    return bool(allowed & held)


def holds_approval(sessions: Sessions, consumer: Consumer, user_id: str) -> bool:
    """Whether the user allowed the app to act at any time, which takes a scope of its own (documented)."""
    return bool(consumer.scopes & AT_ANY_TIME) and sessions.approved(consumer.key, user_id)
