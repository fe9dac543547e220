"""The end of tokens: by the token itself, or by the delete token that an administrator finds in OauthToken."""

import secrets
from typing import Final

from provision.localorg.store.app_menu import app_of
from provision.localorg.store.database import Transaction
from provision.localorg.store.ids import SHORT
from provision.localorg.store.records import Record

_RANDOM_BYTES: Final = 45


def new_delete_token() -> str:
    """A delete token for a row of OauthToken; how they look is assumed."""
    return secrets.token_urlsafe(_RANDOM_BYTES)


def revoke(transaction: Transaction, org_id: str, presented: str) -> bool:
    """End an access token, or a refresh token and the access tokens that came from it; False where there is none."""
    return transaction.sessions(org_id).revoke(presented) or transaction.refresh_tokens(org_id).revoke(presented)


def revoke_use(transaction: Transaction, org_id: str, presented: str) -> bool:
    """End all that a user got by way of an app, and the row that tells of it; False where it is no delete token.

    Documented: it "can be queried and used to revoke refresh tokens and associated access tokens" (Apex Reference,
    Auth.OauthTokenType). That the row is gone afterwards is what runbooks tell.
    """
    records = transaction.records(org_id)
    for use in records.find("OauthToken", DeleteToken=presented):
        if len(presented) > SHORT and use.fields["DeleteToken"] == presented:
            end_use(transaction, org_id, use)
            return True
    return False


def end_use(transaction: Transaction, org_id: str, use: Record) -> None:
    """End all that a row of OauthToken tells of, and the row."""
    user_id = str(use.fields["UserId"])
    for key in _keys(transaction, org_id, use):
        transaction.sessions(org_id).revoke_all(key, user_id)
        transaction.refresh_tokens(org_id).revoke_all(key, user_id)
    transaction.records(org_id).delete(use.id)


def _keys(transaction: Transaction, org_id: str, use: Record) -> list[str]:
    """Consumer keys of the app that a row tells of; by its label where the row names no app."""
    consumers = transaction.consumers(org_id)
    app_id = app_of(transaction.records(org_id), use.fields["AppMenuItemId"])
    if app_id is None:
        return consumers.keys_of(str(use.fields["AppName"]))
    consumer = consumers.for_app(app_id)
    return [] if consumer is None else [consumer.key]
