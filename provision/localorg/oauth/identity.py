"""Documents about the user of a token, and about the endpoints themselves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from provision.localorg import facts
from provision.localorg.clock import from_stamp
from provision.localorg.oauth.grant import Urls
from provision.localorg.oauth.scopes import in_order
from provision.localorg.store.ids import SHORT
from provision.localorg.store.jsontext import Json
from provision.localorg.store.orgs import OrgRow
from provision.localorg.store.records import Record
from provision.localorg.store.sessions import Session

Document = Mapping[str, Json]

_REST: Final[Mapping[str, str]] = {
    "rest": "",
    "sobjects": "sobjects/",
    "search": "search/",
    "query": "query/",
    "recent": "recent/",
}
_CHATTER: Final[Mapping[str, str]] = {
    "feeds": "feeds",
    "groups": "groups",
    "users": "users",
    "feed_items": "feed-items",
    "feed_elements": "feed-elements",
}


def userinfo(org: OrgRow, user: Record, urls: Urls, *, is_integration_user: bool) -> Document:
    """OpenID Connect userinfo; the keys after `photos` are assumed but for the last, which is recorded."""
    fields = user.fields
    return {
        "sub": _identity_url(org, user, urls),
        "user_id": user.id,
        "organization_id": org.id,
        "preferred_username": fields["Username"],
        "nickname": fields.get("CommunityNickname"),
        "name": fields["Name"],
        "email": fields["Email"],
        "email_verified": True,
        "given_name": fields.get("FirstName"),
        "family_name": fields["LastName"],
        "zoneinfo": fields["TimeZoneSidKey"],
        "photos": {
            "picture": f"{urls.instance}/img/userprofile/default_profile_200_v2.png",
            "thumbnail": f"{urls.instance}/img/userprofile/default_profile_45_v2.png",
        },
        "active": fields["IsActive"],
        "user_type": "STANDARD",
        "language": fields["LanguageLocaleKey"],
        "locale": fields["LocaleSidKey"],
        "utcOffset": _utc_offset(user),
        "updated_at": _seconds(fields["LastModifiedDate"]),
        "is_salesforce_integration_user": is_integration_user,
    }


def identity(org: OrgRow, user: Record, urls: Urls) -> Document:
    """What the `id` URL of a token answer shows; keys in the recorded order."""
    fields = user.fields
    photo = f"{urls.instance}/profilephoto/005"
    return {
        "id": _identity_url(org, user, urls),
        "asserted_user": True,
        "user_id": user.id,
        "organization_id": org.id,
        "username": fields["Username"],
        "nick_name": fields.get("CommunityNickname"),
        "display_name": fields["Name"],
        "email": fields["Email"],
        "email_verified": True,
        "first_name": fields.get("FirstName"),
        "last_name": fields["LastName"],
        "timezone": fields["TimeZoneSidKey"],
        "photos": {"picture": f"{photo}/F", "thumbnail": f"{photo}/T"},
        "addr_street": fields.get("Street"),
        "addr_city": fields.get("City"),
        "addr_state": fields.get("State"),
        "addr_country": fields.get("Country"),
        "addr_zip": fields.get("PostalCode"),
        "mobile_phone": fields.get("MobilePhone"),
        "mobile_phone_verified": False,
        "is_lightning_login_user": False,
        "status": {"created_date": None, "body": None},
        "urls": _urls(org, user, urls),
        "active": fields["IsActive"],
        "user_type": "STANDARD",
        "language": fields["LanguageLocaleKey"],
        "locale": fields["LocaleSidKey"],
        "utcOffset": _utc_offset(user),
        "last_modified_date": f"{from_stamp(str(fields['LastModifiedDate'])):%Y-%m-%dT%H:%M:%SZ}",
        "is_app_installed": True,
    }


def introspection(org: OrgRow, user: Record, session: Session, urls: Urls) -> Document:
    """What a live token stands for (RFC 7662)."""
    issued = int(session.issued_at.timestamp())
    return {
        "active": True,
        "scope": in_order(session.scopes),
        "client_id": session.consumer_key,
        "username": user.fields["Username"],
        "sub": _identity_url(org, user, urls),
        "token_type": "access_token",
        "exp": int(session.expires_at.timestamp()),
        "iat": issued,
        "nbf": issued,
    }


def refresh_introspection(org: OrgRow, user: Record, granted: tuple[str, frozenset[str]], urls: Urls) -> Document:
    """What a live refresh token stands for: consumer key and scopes granted (keys as for access tokens, assumed)."""
    key, scopes = granted
    return {
        "active": True,
        "scope": in_order(scopes),
        "client_id": key,
        "username": user.fields["Username"],
        "sub": _identity_url(org, user, urls),
        "token_type": "refresh_token",
    }


def auth_configuration(org: OrgRow, url: str) -> Document:
    """How users log in at a My Domain; no recorded body was found, all of it is assumed."""
    return {
        "OrganizationId": org.id,
        "MobileSDK": {
            "UseAndroidNativeBrowserForAuthentication": False,
            "UseiOSNativeBrowserForAuthentication": False,
        },
        "Url": url,
        "AuthProviders": [],
        "SamlProviders": [],
    }


def discovery(base_url: str) -> Document:
    """OpenID Connect discovery."""
    oauth = f"{base_url}/services/oauth2"
    return {
        "issuer": base_url,
        "authorization_endpoint": f"{oauth}/authorize",
        "token_endpoint": f"{oauth}/token",
        "revocation_endpoint": f"{oauth}/revoke",
        "userinfo_endpoint": f"{oauth}/userinfo",
        "jwks_uri": f"{base_url}/id/keys",
        "registration_endpoint": f"{oauth}/register",
        "introspection_endpoint": f"{oauth}/introspect",
        "scopes_supported": facts.load("discovery")["scopes_supported"],
        "response_types_supported": ["code", "token", "token id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }


def _identity_url(org: OrgRow, user: Record, urls: Urls) -> str:
    return f"{urls.login}/id/{org.id}/{user.id}"


def _urls(org: OrgRow, user: Record, urls: Urls) -> Document:
    """URLs with a placeholder for the version; those of SOAP end in the short org id."""
    base, short = urls.instance, org.id[:SHORT]
    rest = f"{base}/services/data/v{{version}}/"
    soap = {
        name: f"{base}/services/Soap/{letter}/{{version}}/{short}"
        for name, letter in (("enterprise", "c"), ("metadata", "m"), ("partner", "u"))
    }
    return {
        **soap,
        **{name: rest + path for name, path in _REST.items()},
        "tooling_soap": f"{base}/services/Soap/T/{{version}}/{short}",
        "tooling_rest": f"{rest}tooling/",
        "profile": f"{base}/{user.id}",
        **{name: f"{rest}chatter/{path}" for name, path in _CHATTER.items()},
        "custom_domain": base,
    }


def _utc_offset(user: Record) -> int:
    """Milliseconds between the user's standard time and UTC."""
    try:
        zone = ZoneInfo(str(user.fields["TimeZoneSidKey"]))
    except (ZoneInfoNotFoundError, ValueError):
        return 0
    winter = datetime(2024, 1, 1, tzinfo=zone)
    offset, saving = winter.utcoffset(), winter.dst()
    return int((offset - saving).total_seconds() * 1000) if offset is not None and saving is not None else 0


def _seconds(moment: Json) -> str:
    return f"{from_stamp(str(moment)):%Y-%m-%dT%H:%M:%SZ}"
