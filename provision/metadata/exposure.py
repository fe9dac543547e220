"""Finds in metadata what would give away a secret or open an app wider than an integration needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

from provision.metadata.merge import as_tuple, entries
from provision.metadata.problem import Problem, below, nth
from provision.metadata.rules import broken
from provision.model.metadata import Document, Value
from provision.redaction.fields import SECRET_ELEMENTS

SECRET_SWITCHES = ("enableClientSecretInRestApiAccess", "enableConsumerSecretApiAccess")
"""Elements of ExternalClientAppSettings under which consumer secrets can be read by API."""

_SECRETS = frozenset({"secret-in-source", "private-key"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_WIDE = frozenset(
    {"ModifyAllData", "ViewAllData", "ManageUsers", "ModifyMetadata", "AuthorApex", "CustomizeApplication"}
)

Fields = Mapping[str, Value]


def exposures(document: Document) -> Iterator[Problem]:
    """Yield what in `document` exposes a secret or opens more than needed, in no special order."""
    yield from _written(document.fields, "")
    judge = _JUDGES.get(document.type)
    if judge is not None:
        yield from judge(document.fields)


def secrets(fields: Fields) -> Iterator[Problem]:
    """Yield the secrets and private keys that are written down in `fields`."""
    yield from (problem for problem in _written(fields, "") if problem.rule in _SECRETS)


def _written(fields: Fields, path: str) -> Iterator[Problem]:
    for name, value in fields.items():
        here = below(path, name)
        if isinstance(value, Mapping):
            yield from _written(value, here)
        elif isinstance(value, str):
            yield from _secret(name, value, here)


def _secret(name: str, text: str, path: str) -> Iterator[Problem]:
    if "PRIVATE KEY-----" in text:
        yield broken("private-key", path, f"{name} holds a private key")
    elif name in SECRET_ELEMENTS and text.strip() and not _is_placeholder(text):
        yield broken("secret-in-source", path, f"{name} is written down")
    elif name == "consumerKey" and text.strip() and not _is_placeholder(text):
        yield broken("consumer-key-in-source", path, "the consumer key is written down")


def _is_placeholder(text: str) -> bool:
    stripped = text.strip()
    return stripped[0] in "{$%<[" and stripped[-1] in "}%>]"


def _connected_app(fields: Fields) -> Iterator[Problem]:
    config = _inner(fields, "oauthConfig")
    yield from _callbacks(config, "oauthConfig.callbackUrl")
    for number, scope in enumerate(as_tuple(config.get("scopes")), start=1):
        if scope == "Full":
            yield broken("full-scope", nth("oauthConfig.scopes", number), "the scope is Full")
    if config and config.get("isAdminApproved") not in {"true", "1"}:
        path = "oauthConfig.isAdminApproved" if "isAdminApproved" in config else "oauthConfig"
        yield broken("everyone-may-authorise", path, "isAdminApproved is not true")
    if as_tuple(fields.get("profileName")) not in {(), ("",)}:
        yield broken("profile-wide-approval", "profileName", "the app is approved for whole profiles")
    for name in ("permissionSetName", "profileName"):
        if "" in as_tuple(fields.get(name)):
            yield broken("removes-all", name, f"an empty {name} takes the app from all")
    relaxation = _inner(fields, "oauthPolicy").get("ipRelaxation")
    if relaxation in {"BYPASS", "BYPASS_2FACTOR"}:
        yield broken("ip-relaxed", "oauthPolicy.ipRelaxation", f"IP restrictions are relaxed ({relaxation})")


def _global_oauth(fields: Fields) -> Iterator[Problem]:
    yield from _callbacks(fields, "callbackUrl")
    for name in ("shouldRotateConsumerKey", "shouldRotateConsumerSecret"):
        if fields.get(name) in {"true", "1"}:
            yield broken("rotates-on-deploy", name, f"{name} is true")


def _oauth_settings(fields: Fields) -> Iterator[Problem]:
    if "Full" in entries(_text(fields, "commaSeparatedOauthScopes")):
        yield broken("full-scope", "commaSeparatedOauthScopes", "the scope is Full")
    yield from _org_bound(fields, "oauthLink")


def _policies(fields: Fields) -> Iterator[Problem]:
    if fields.get("permittedUsersPolicyType") == "AllSelfAuthorized":
        yield broken("everyone-may-authorise", "permittedUsersPolicyType", "all users may authorise the app")
    if _text(fields, "commaSeparatedProfile").strip():
        yield broken("profile-wide-approval", "commaSeparatedProfile", "the app is approved for whole profiles")
    relaxation = fields.get("ipRelaxationPolicyType")
    if relaxation in {"Bypass", "Bypass_2factor"}:
        yield broken("ip-relaxed", "ipRelaxationPolicyType", f"IP restrictions are relaxed ({relaxation})")


def _header(fields: Fields) -> Iterator[Problem]:
    yield from _org_bound(fields, "orgScopedExternalApp")


def _permission_set(fields: Fields) -> Iterator[Problem]:
    granted: dict[str, str] = {}
    for number, entry in enumerate(as_tuple(fields.get("userPermissions")), start=1):
        if isinstance(entry, Mapping) and entry.get("enabled") in {"true", "1"}:
            granted[_text(entry, "name")] = nth("userPermissions", number)
    for name in _WIDE & granted.keys():
        yield broken("wide-permission", granted[name], f"{name} is granted")
    if "ApiEnabled" in granted and "ApiUserOnly" not in granted:
        yield broken("user-interface-open", granted["ApiEnabled"], "ApiEnabled is granted without ApiUserOnly")


def _settings(fields: Fields) -> Iterator[Problem]:
    for name in SECRET_SWITCHES:
        if fields.get(name) in {"true", "1"}:
            yield broken("secrets-readable", name, f"{name} is true")


_JUDGES: Mapping[str, Callable[[Fields], Iterator[Problem]]] = {
    "ConnectedApp": _connected_app,
    "ExternalClientApplication": _header,
    "ExtlClntAppGlobalOauthSettings": _global_oauth,
    "ExtlClntAppOauthSettings": _oauth_settings,
    "ExtlClntAppOauthConfigurablePolicies": _policies,
    "ExternalClientAppSettings": _settings,
    "PermissionSet": _permission_set,
}


def _callbacks(fields: Fields, path: str) -> Iterator[Problem]:
    for url in _text(fields, "callbackUrl").split():
        rule = _callback_rule(url)
        if rule:
            yield broken(rule, path, f"{url} as callback URL")


def _callback_rule(url: str) -> str | None:
    if "*" in url:
        return "callback-wildcard"
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return "callback-not-url"
    if not parts.scheme or (parts.scheme in {"http", "https"} and not host):
        return "callback-not-url"
    return "callback-insecure" if parts.scheme == "http" and host not in _LOOPBACK else None


def _org_bound(fields: Fields, name: str) -> Iterator[Problem]:
    if _text(fields, name).strip():
        yield broken("org-bound", name, f"{name} names records of one org")


def _inner(fields: Fields, name: str) -> Fields:
    value = fields.get(name)
    return value if isinstance(value, Mapping) else {}


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name, "")
    return value if isinstance(value, str) else ""
