"""AppMenuItem: what a row of OauthToken names its app by, since two apps may have the same label."""

from provision.localorg.store.consumers import Consumer
from provision.localorg.store.jsontext import Json
from provision.localorg.store.records import Records

TYPE = "AppMenuItem"


def item_of(records: Records, consumer: Consumer) -> str:
    """Id of the row that stands for the app; made when somebody uses the app first (assumed)."""
    fields: dict[str, Json] = {"Label": consumer.name, "IsUsingAdminAuthorization": consumer.admin_approved}
    for held in records.find(TYPE, ApplicationId=consumer.app_id):
        changed = any(held.fields[name] != value for name, value in fields.items())
        return records.update(held.id, fields).id if changed else held.id
    return records.insert(TYPE, {**fields, "ApplicationId": consumer.app_id}).id


def app_of(records: Records, item_id: object) -> str | None:
    """Id of the app that a row stands for."""
    held = records.get(item_id) if isinstance(item_id, str) else None
    return None if held is None else str(held.fields["ApplicationId"])


def forget(records: Records, app_id: str) -> None:
    """Take the row of an app away; tokens that name it then name an app that is not installed."""
    for held in records.find(TYPE, ApplicationId=app_id):
        records.delete(held.id)
