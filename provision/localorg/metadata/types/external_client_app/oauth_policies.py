"""ExtlClntAppOauthConfigurablePolicies: who may use the app, under which conditions, and as whom it may act itself."""

from collections.abc import Mapping
from typing import Final

from provision.localorg.metadata import refusals
from provision.localorg.metadata.content import Content
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.metadata.types import grants, shape
from provision.localorg.metadata.types.external_client_app import consumer, execution_user, family
from provision.localorg.metadata.types.external_client_app.member import Member
from provision.localorg.metadata.types.kind import Component
from provision.localorg.store.jsontext import Json

_PERMISSION_SETS: Final = "commaSeparatedPermissionSet"
_PROFILES: Final = "commaSeparatedProfile"
_CLIENT_CREDENTIALS: Final = "isClientCredentialsFlowEnabled"
_RUN_AS: Final = "clientCredentialsFlowUser"
_IP_RELAXATION: Final = {
    value.lower(): value for value in ("Enforce", "Bypass", "Bypass_2factor", "Enforce_relaxrefresh")
}
"""Spellings as live orgs return them; the reference has Enforce_RelaxRefresh, so any case is taken."""
_PERIOD: Final = ("refreshTokenValidityPeriod", "refreshTokenValidityUnit")
_WITH_PERIOD: Final = frozenset({"SpecificLifetime", "SpecificInactivity"})
_UNITS: Final = frozenset({"Hours", "Days", "Months"})
_TEXT_COLUMNS: Final = {
    "clientCredentialsFlowUser": "ClientCredentialsFlowUser",
    "ipRelaxationPolicyType": "IpRelaxationPolicyType",
    "permittedUsersPolicyType": "PermittedUsersPolicyType",
    "refreshTokenPolicyType": "RefreshTokenPolicyType",
    "refreshTokenValidityUnit": "RefreshTokenValidityUnit",
    "requiredSessionLevel": "RequiredSessionLevel",
}
_NUMBER_COLUMNS: Final = {
    "namedUserJwtTimeout": "NamedUserJwtTimeout",
    "refreshTokenValidityPeriod": "RefreshTokenValidityPeriod",
    "sessionTimeoutInMinutes": "SessionTimeoutInMinutes",
}
_FLAG_COLUMNS: Final = {
    _CLIENT_CREDENTIALS: "IsClientCredentialsFlowEnabled",
    "isNamedUserJwtEnabled": "IsNamedUserJwtEnabled",
    "isTokenExchangeFlowEnabled": "IsTokenExchangeFlowEnabled",
}


class OauthPolicies(Member):
    """Deploys, deletes and shows the OAuth policies of apps."""

    sobject = "ExtlClntAppOauthPlcyCnfg"
    unique = "ExtlClntAppOauthSettingsId"
    defaults: Mapping[str, str] = {
        "ipRelaxationPolicyType": "Enforce",
        "permittedUsersPolicyType": "AllSelfAuthorized",
        "refreshTokenPolicyType": "SpecificLifetime",
        "refreshTokenValidityPeriod": "365",
        "refreshTokenValidityUnit": "Days",
        "requiredSessionLevel": "STANDARD",
    }
    """Recorded: the policy that an org made itself after a minimal deploy."""

    def __init__(self) -> None:
        super().__init__(family.OAUTH_POLICIES)

    def check(self, tenant: Tenant, component: Component, document: Content) -> str:
        """See `Member.check`."""
        if family.member(tenant, family.OAUTH_SETTINGS, family.parent(component)) is None:
            raise refusals.NO_OAUTH_SETTINGS.refuse()
        _settle_values(document)
        if document.get(_CLIENT_CREDENTIALS) == "true":
            execution_user.check(tenant, document.get(_RUN_AS, "").strip())
        else:
            document.pop(_RUN_AS, None)
        _parents(tenant, component)
        for listed in (_PERMISSION_SETS, _PROFILES):
            document.pop(listed, None)
        return ""

    def follow(self, tenant: Tenant, component: Component, document: Content) -> bool:
        """See `Member.follow`: the lists of the file become the grants, a missing list none (recorded)."""
        del document
        app = family.parent(component)
        record_id = family.record_id(tenant, app) or ""
        regranted = grants.replace(tenant, record_id, family.APPLICATION, _parents(tenant, component))
        return consumer.refresh(tenant, app) or regranted

    def unfollow(self, tenant: Tenant, app: str) -> None:
        """See `Member.unfollow`."""
        grants.replace(tenant, family.record_id(tenant, app) or "", family.APPLICATION, ())
        consumer.refresh(tenant, app)

    def columns(self, tenant: Tenant, document: Content) -> Mapping[str, Json]:
        """See `Member.columns`."""
        settings = family.member(tenant, family.OAUTH_SETTINGS, str(document[family.PARENT]))
        texts = {column: document.get(name) for name, column in _TEXT_COLUMNS.items()}
        numbers = {column: int(document[name]) for name, column in _NUMBER_COLUMNS.items() if name in document}
        flags = {column: document.get(name) == "true" for name, column in _FLAG_COLUMNS.items()}
        settings_id = tenant.documents.record_id(family.OAUTH_SETTINGS, settings or "")
        absent = dict.fromkeys(_NUMBER_COLUMNS.values())
        return {"ExtlClntAppOauthSettingsId": settings_id, **texts, **absent, **numbers, **flags}

    def read(self, tenant: Tenant, full_name: str, version: int) -> Content | None:
        """See `Kind.read`; every boolean is written out."""
        content = super().read(tenant, full_name, version)
        return None if content is None else shape.with_booleans(self.type, content, version)

    def shown(self, tenant: Tenant, document: Content) -> Content:
        """See `Member.shown`: grants as they are now, however they came about."""
        granted = grants.of(tenant, family.record_id(tenant, str(document[family.PARENT])) or "", "Name")
        lists = {_PERMISSION_SETS: granted.permission_sets, _PROFILES: granted.profiles}
        return document | {name: ",".join(names) for name, names in lists.items() if names}


def _settle_values(document: Content) -> None:
    relaxation = document["ipRelaxationPolicyType"]
    if relaxation.lower() not in _IP_RELAXATION:
        raise refusals.BAD_POLICY_VALUE.refuse(value=relaxation, field="ipRelaxationPolicyType")
    document["ipRelaxationPolicyType"] = _IP_RELAXATION[relaxation.lower()]
    if document["refreshTokenPolicyType"] not in _WITH_PERIOD:
        for name in _PERIOD:
            document.pop(name, None)
    elif document["refreshTokenValidityUnit"] not in _UNITS:
        unit = document["refreshTokenValidityUnit"]
        raise refusals.BAD_POLICY_VALUE.refuse(value=unit, field="refreshTokenValidityUnit")


def _parents(tenant: Tenant, component: Component) -> tuple[str, ...]:
    """Ids of the permission sets that the file names, by their API names, and of those that its profiles own."""
    sets = family.listed(component.content.get(_PERMISSION_SETS, ""))
    profiles = family.listed(component.content.get(_PROFILES, ""))
    found_sets = {name: grants.permission_set_named(tenant, name) for name in sets}
    found_profiles = {name: grants.owned_by_profile(tenant, name) for name in profiles}
    return (
        *family.insist_all_found(refusals.NO_PERMISSION_SETS, found_sets),
        *family.insist_all_found(refusals.NO_PROFILES, found_profiles),
    )
