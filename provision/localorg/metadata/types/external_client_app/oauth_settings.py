"""ExtlClntAppOauthSettings: the scopes, and the link to the consumer that the org made."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from provision.localorg import facts
from provision.localorg.metadata import refusals
from provision.localorg.metadata.content import Content
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.metadata.types import references
from provision.localorg.metadata.types.external_client_app import automatic, family
from provision.localorg.metadata.types.external_client_app.member import Member
from provision.localorg.metadata.types.external_client_app.oauth_policies import OauthPolicies
from provision.localorg.metadata.types.kind import Component
from provision.localorg.store.ids import SHORT
from provision.localorg.store.jsontext import Json

_LINK: Final = "oauthLink"
_SCOPES: Final = "commaSeparatedOauthScopes"
_CERTIFICATE: Final = "clientAssertionCertificate"
"""Names a certificate of the org, of which a local org has none; that unknown ones are refused is assumed."""


class OauthSettings(Member):
    """Deploys, deletes and shows the OAuth settings of apps."""

    sobject = "ExtlClntAppOauthSettings"
    defaults: Mapping[str, str] = {"isFirstPartyAppEnabled": "false"}

    def __init__(self) -> None:
        super().__init__(family.OAUTH_SETTINGS)

    def check(self, tenant: Tenant, component: Component, document: Content) -> str:
        """See `Member.check`: scopes come back in Salesforce's order, the link is made by the org alone."""
        certificate = document.get(_CERTIFICATE, "").strip()
        if certificate:
            references.require(tenant, _CERTIFICATE, "Certificate", certificate)
        scopes = _in_order(family.listed(document.get(_SCOPES, "")))
        if scopes:
            document[_SCOPES] = scopes
        else:
            document.pop(_SCOPES, None)
        held = tenant.documents.get(self.type, component.full_name) or {}
        link = held.get(_LINK)
        given = component.content.get(_LINK, "").strip()
        if given not in ("", link):
            raise refusals.FOREIGN_LINK.refuse(link=given)
        document[_LINK] = link or f"{tenant.short_org_id}:{tenant.next_id('OauthLink')[:SHORT]}"
        return ""

    def follow(self, tenant: Tenant, component: Component, document: Content) -> bool:
        """See `Member.follow`."""
        app = family.parent(component)
        if tenant.switches.automatic_oauth_policy == "always":
            automatic.complete_oauth(tenant, app)
        return super().follow(tenant, component, document)

    def delete(self, tenant: Tenant, full_name: str) -> str | None:
        """See `Kind.delete`; the policy goes along."""
        app = str((tenant.documents.get(self.type, full_name) or {}).get(family.PARENT))
        for policy in tenant.documents.where(family.OAUTH_POLICIES, family.PARENT, app):
            OauthPolicies().delete(tenant, policy)
        return super().delete(tenant, full_name)

    def columns(self, tenant: Tenant, document: Content) -> Mapping[str, Json]:
        """See `Member.columns`."""
        del tenant
        scopes = family.listed(document.get(_SCOPES, ""))
        flags = {column: scope in scopes for scope, column in _facts()["columns"].items()}
        return {"OauthLink": document[_LINK], **flags}


def _in_order(scopes: tuple[str, ...]) -> str:
    known = list(_facts()["names"])
    for scope in scopes:
        if scope not in known:
            raise refusals.UNKNOWN_SCOPE.refuse(scope=scope, valid=", ".join(known))
    return ", ".join(sorted(scopes, key=known.index))


@cache
def _facts() -> Mapping[str, Any]:
    """Scope names of External Client Apps in Salesforce's order, and the record's column of each that is known."""
    return dict(facts.load("metadata_scopes")["external_client_app"])
