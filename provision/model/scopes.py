"""OAuth scopes under their three names: at run time, in a ConnectedApp, in an External Client App.

Sources: `scopes_supported` of Salesforce's openid-configuration; ConnectedAppOauthAccessScope of the Metadata WSDL; the
validator's list for ExtlClntAppOauthSettings. Pairs follow from the names; `SFAP`/`SFApiPlatform` is the one that
differs between the kinds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """The metadata names of one runtime scope."""

    connected_app: str
    external_client_app: str


def _same(name: str) -> Scope:
    return Scope(name, name)


SCOPES: Mapping[str, Scope] = {
    "id": _same("Basic"),
    "api": _same("Api"),
    "web": _same("Web"),
    "full": _same("Full"),
    "chatter_api": _same("Chatter"),
    "visualforce": _same("CustomApplications"),
    "refresh_token": _same("RefreshToken"),
    "offline_access": _same("OfflineAccess"),
    "openid": _same("OpenID"),
    "profile": _same("Profile"),
    "email": _same("Email"),
    "address": _same("Address"),
    "phone": _same("Phone"),
    "custom_permissions": _same("CustomPermissions"),
    "wave_api": _same("Wave"),
    "eclair_api": _same("Eclair"),
    "pardot_api": _same("Pardot"),
    "lightning": _same("Lightning"),
    "content": _same("Content"),
    "cdp_ingest_api": _same("CDPIngest"),
    "cdp_profile_api": _same("CDPProfile"),
    "cdp_query_api": _same("CDPQuery"),
    "chatbot_api": _same("Chatbot"),
    "cdp_segment_api": _same("CDPSegment"),
    "cdp_identityresolution_api": _same("CDPIdentityResolution"),
    "cdp_calculated_insight_api": _same("CDPCalculatedInsight"),
    "forgot_password": _same("ForgotPassword"),
    "user_registration_api": _same("UserRegistration"),
    "sfap_api": Scope("SFAP", "SFApiPlatform"),
    "interaction_api": _same("Interaction"),
    "cdp_api": _same("CDP"),
    "einstein_gpt_api": _same("EinsteinGPT"),
    "pwdless_login_api": _same("PwdlessLogin"),
    "mcp_api": _same("MCP"),
    "scrt_api": _same("SCRT"),
}
"""Runtime name → metadata names, in the order in which Salesforce writes them."""
