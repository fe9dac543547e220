"""Every component type of this org, in the order in which a deploy works through them.

What is named by others comes first: an app names permission sets, a group names permission sets. Deletions go the other
way round.
"""

from typing import Final

from provision.localorg.metadata.schema import schema
from provision.localorg.metadata.types import settings
from provision.localorg.metadata.types.connected_app import ConnectedApp
from provision.localorg.metadata.types.external_client_app.application import Application
from provision.localorg.metadata.types.external_client_app.global_oauth_settings import GlobalOauthSettings
from provision.localorg.metadata.types.external_client_app.member import Member
from provision.localorg.metadata.types.external_client_app.oauth_policies import OauthPolicies
from provision.localorg.metadata.types.external_client_app.oauth_settings import OauthSettings
from provision.localorg.metadata.types.external_client_app.policies import Policies
from provision.localorg.metadata.types.kind import Kind
from provision.localorg.metadata.types.permission_set import PermissionSet
from provision.localorg.metadata.types.permission_set_group import PermissionSetGroup
from provision.localorg.metadata.types.profile import Profile
from provision.localorg.metadata.types.settings import Settings

_SETTINGS: Final = Settings()
_MEMBERS: Final[tuple[Member, ...]] = (
    OauthSettings(),
    GlobalOauthSettings(),
    OauthPolicies(),
    Policies(),
    Member("ExtlClntAppOauthSecuritySettings"),
    Member("ExtlClntAppCanvasSettings"),
    Member("ExtlClntAppMobileSettings"),
    Member("ExtlClntAppMobileConfigurablePolicies"),
    Member("ExtlClntAppNotificationSettings"),
    Member("ExtlClntAppPushSettings"),
    Member("ExtlClntAppPushConfigurablePolicies"),
    Member("ExtlClntAppSamlConfigurablePolicies"),
)

KINDS: Final[tuple[Kind, ...]] = (
    _SETTINGS,
    PermissionSet(),
    PermissionSetGroup(),
    Profile(),
    ConnectedApp(),
    Application(_MEMBERS),
    *_MEMBERS,
)

_RANKS: Final = {kind.type: rank for rank, kind in enumerate(KINDS)}


def rank(type_name: str) -> int:
    """Place of a type in that order; types that this org does not have come last."""
    return _RANKS.get(type_name, len(_RANKS))


def find(type_name: str) -> Kind | None:
    """The kind of that name; None for types that this org does not have."""
    return next((kind for kind in KINDS if kind.type == type_name), None)


def called(type_name: str, version: int) -> Kind | None:
    """The kind that calls name by the root element of its files, if that API version has it."""
    if not schema().has_type(type_name) or schema().is_younger(type_name, version):
        return None
    known = find(type_name)
    group = type_name.removesuffix(_SETTINGS.type)
    return _SETTINGS if known is None and settings.is_known(group) else known
