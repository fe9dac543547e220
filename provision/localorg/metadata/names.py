"""API names of components."""

import re
from typing import Final

from provision.localorg.metadata import refusals

_API_NAME: Final = re.compile(r"[A-Za-z](_?[A-Za-z0-9])*")
_FREE: Final = frozenset({"Profile"})
"""Types whose components are named as people read them."""


def check(type_name: str, full_name: str) -> None:
    """Insist on an API name, where the type has them.

    Raises:
        Refusal: it is none.

    """
    if type_name not in _FREE and not _API_NAME.fullmatch(full_name):
        raise refusals.BAD_NAME.refuse(type=type_name)
