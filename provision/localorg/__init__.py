"""A local org: an imitation of a Salesforce org that is strict where Salesforce is, for rehearsals and tests.

`LocalOrg.open` makes or opens one of the orgs in a file and gives a WSGI application that answers for all of them
under their real host names.
"""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from provision.localorg.local_org import LocalOrg

__all__ = ["FILE_NAME", "LocalOrg"]

FILE_NAME: Final = "local-orgs.sqlite"
"""How the file with the orgs is called wherever it is kept."""


def __getattr__(name: str) -> Any:
    """Import the machinery only where a local org is opened."""
    if name != "LocalOrg":
        raise AttributeError(name)
    from provision.localorg.local_org import LocalOrg  # noqa: PLC0415  # the reason for this function

    return LocalOrg
