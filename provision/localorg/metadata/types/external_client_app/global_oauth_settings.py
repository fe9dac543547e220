"""ExtlClntAppGlobalOauthSettings: consumer key and secret, certificate, and which flows the app offers.

A deploy without a certificate takes the certificate away (recorded). The secret is never shown.
"""

from collections.abc import Mapping
from typing import Final

from provision.localorg.metadata import certificates, refusals
from provision.localorg.metadata.content import Content
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.metadata.types import oauth_consumer, shape
from provision.localorg.metadata.types.external_client_app import consumer, family
from provision.localorg.metadata.types.external_client_app.member import Member
from provision.localorg.metadata.types.kind import Component
from provision.localorg.store import credentials
from provision.localorg.store.consumers import Consumer
from provision.localorg.store.credentials import Credentials

_KEY: Final = "consumerKey"
_SECRET: Final = "consumerSecret"  # noqa: S105  # the element's name
_CERTIFICATE: Final = "certificate"
_ROTATE: Final = {"shouldRotateConsumerKey": "key", "shouldRotateConsumerSecret": "secret"}
_NOT_KEPT: Final = frozenset({_KEY, _SECRET, *_ROTATE})


class GlobalOauthSettings(Member):
    """Deploys, deletes and shows the global OAuth settings of apps."""

    sobject = "OauthConsumer"
    defaults: Mapping[str, str] = {"isPkceRequired": "true", "isSecretRequiredForRefreshToken": "true"}

    def __init__(self) -> None:
        super().__init__(family.GLOBAL_OAUTH_SETTINGS)

    def check(self, tenant: Tenant, component: Component, document: Content) -> str:
        """See `Member.check`."""
        app = family.parent(component)
        if not document["callbackUrl"].strip():
            raise refusals.EMPTY.refuse(label="Callback URL")
        if family.member(tenant, family.OAUTH_SETTINGS, app) is None:
            raise refusals.NO_OAUTH_SETTINGS.refuse()
        for name in _NOT_KEPT:
            document.pop(name, None)
        certificate = document.pop(_CERTIFICATE, "").strip()
        if certificate:
            document[_CERTIFICATE] = _read(certificate).wrapped
        held = _held(tenant, app)
        warning = _check_new(tenant, component) if held is None else _check_change(component, held)
        if warning is None:
            return ""
        if not component.ignore_warnings:
            raise warning
        return warning.problem

    def follow(self, tenant: Tenant, component: Component, document: Content) -> bool:
        """See `Member.follow`."""
        del document
        app = family.parent(component)
        return consumer.refresh(tenant, app, _credentials(component, _held(tenant, app)))

    def read(self, tenant: Tenant, full_name: str, version: int) -> Content | None:
        """See `Kind.read`; every boolean is written out."""
        content = super().read(tenant, full_name, version)
        return None if content is None else shape.with_booleans(self.type, content, version)

    def shown(self, tenant: Tenant, document: Content) -> Content:
        """See `Member.shown`."""
        held = _held(tenant, str(document[family.PARENT]))
        shown = document | ({_KEY: held.key} if held else {})
        return tenant.without_hidden(shown)


def _held(tenant: Tenant, app: str) -> Consumer | None:
    return tenant.consumers.for_app(family.record_id(tenant, app) or "")


def _said(component: Component, name: str) -> str:
    return str(component.content.get(name, "")).strip()


def _rotated(component: Component) -> list[str]:
    return [part for flag, part in _ROTATE.items() if component.content.get(flag) == "true"]


def _check_new(tenant: Tenant, component: Component) -> refusals.Refusal | None:
    key, secret = _said(component, _KEY), _said(component, _SECRET)
    if key:
        if tenant.switches.external_client_app_consumer_key == "refused":
            raise refusals.KEY_REFUSED.refuse()
        oauth_consumer.check_new_key(tenant, key)
    if secret:
        oauth_consumer.check_new_secret(secret)
    return None


def _check_change(component: Component, held: Consumer) -> refusals.Refusal | None:
    """What an update is warned of: new credentials on demand, or others than the app has, which stay as they are."""
    rotated = _rotated(component)
    if rotated:
        return refusals.ROTATES.refuse(part=" and ".join(rotated))
    if _said(component, _KEY) not in ("", held.key) or _said(component, _SECRET) not in ("", held.secret):
        return refusals.KEY_KEPT.refuse()
    return None


def _credentials(component: Component, held: Consumer | None) -> Credentials:
    if held is None:
        made = credentials.generate()
        return Credentials(_said(component, _KEY) or made.key, _said(component, _SECRET) or made.secret)
    rotated = _rotated(component)
    return Credentials(
        credentials.generate_key() if "key" in rotated else held.key,
        credentials.generate_secret() if "secret" in rotated else held.secret,
    )


def _read(certificate: str) -> certificates.Certificate:
    try:
        return certificates.read(certificate)
    except certificates.UnreadableCertificate:
        raise refusals.BAD_CERTIFICATE.refuse() from None
