"""Names of fields in a query."""

from typing import Final

from provision.localorg.soql.cursor import Cursor
from provision.localorg.soql.functions import NAMES
from provision.localorg.soql.refusals import UNEXPECTED, BadQuery
from provision.localorg.soql.tokens import Token
from provision.localorg.soql.tree import Path

RESERVED: Final = frozenset(
    {"and", "asc", "desc", "from", "group", "having", "in", "like", "limit", "not", "null", "nulls", "offset", "or"}
    | {"order", "select", "true", "false", "where", "with", "all", "for", "update", "using", "typeof"}
)


def path(cursor: Cursor) -> Path:
    """Read a field, or a function of one."""
    token = cursor.token
    if token.is_word(*NAMES) and cursor.after.is_sign("("):
        cursor.take()
        cursor.open()
        inner = path(cursor)
        cursor.close()
        if inner.function:
            raise BadQuery(UNEXPECTED, inner.at, token=inner.function)
        return Path(inner.names, token.at, token.text.lower())
    if token.kind != "word" or ":" in token.text or token.text.lower() in RESERVED:
        raise cursor.unexpected()
    cursor.take()
    return Path(tuple(token.text.split(".")), token.at)


def is_name(token: Token) -> bool:
    """Whether this is a single name that is no word of the language."""
    return token.kind == "word" and not set(token.text) & {".", ":"} and token.text.lower() not in RESERVED
