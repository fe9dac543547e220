"""What a ConnectedApp file must satisfy beyond its schema; nothing here writes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from provision.localorg.metadata import certificates, refusals
from provision.localorg.metadata.content import Content
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.metadata.types import grants, oauth_consumer
from provision.localorg.metadata.types.kind import Component

_TYPE: Final = "ConnectedApp"
_OTHER_KIND: Final = "ExternalClientApplication"
_IP_RELAXATION: Final = frozenset({"ENFORCE", "BYPASS_2FACTOR", "BYPASS", "ENFORCE_RELAXREFRESH"})
_REFRESH_TOKEN: Final = re.compile(r"zero|infinite|specific_(lifetime|inactivity):[1-9]\d*:(HOURS|DAYS|MONTHS)")


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks found on the way: the certificate, the run-as user and those who may use the app."""

    certificate: certificates.Certificate | None
    run_as_user_id: str | None
    parents: tuple[str, ...]
    """Ids of the permission sets (also those owned by profiles) that hold the app."""


def check(tenant: Tenant, component: Component, *, is_new: bool) -> Checked:
    """Check a connected app against the org.

    Raises:
        Refusal: with the text of the component failure.

    """
    if is_new and tenant.switches.connected_app_creation == "blocked":
        raise refusals.CREATION_BLOCKED.refuse()
    if is_new and tenant.documents.get(_OTHER_KIND, component.full_name) is not None:
        raise refusals.NAME_TAKEN.refuse(label="Connected App Name")
    content = component.content
    for name, label in (("label", "Label"), ("contactEmail", "Contact Email")):
        if not content[name].strip():
            raise refusals.EMPTY.refuse(label=label)
    oauth = content.get("oauthConfig", {})
    _check_credentials(tenant, oauth, component.full_name, is_new=is_new)
    _check_policy(content.get("oauthPolicy", {}))
    return Checked(
        certificate=_certificate(oauth),
        run_as_user_id=_run_as_user(tenant, oauth),
        parents=_parents(tenant, content, admin_approved=oauth.get("isAdminApproved") == "true"),
    )


def _check_credentials(tenant: Tenant, oauth: Mapping[str, Any], full_name: str, *, is_new: bool) -> None:
    key, secret = oauth.get("consumerKey", "").strip(), oauth.get("consumerSecret", "").strip()
    if not is_new:
        _check_unchanged(tenant, full_name, key, secret)
        return
    if key:
        oauth_consumer.check_new_key(tenant, key)
    if secret:
        oauth_consumer.check_new_secret(secret)
        if _secret_used(tenant, secret):
            raise refusals.SECRET_TAKEN.refuse()


def _check_unchanged(tenant: Tenant, full_name: str, key: str, secret: str) -> None:
    record_id = tenant.documents.record_id(_TYPE, full_name)
    held = tenant.consumers.for_app(record_id) if record_id else None
    taken = (held.key, held.secret) if held and tenant.switches.consumer_on_update != "refused" else ("", "")
    if key and key != taken[0]:
        raise refusals.KEY_NOT_SETTABLE.refuse()
    if secret and secret != taken[1]:
        raise refusals.SECRET_NOT_SETTABLE.refuse()


def _secret_used(tenant: Tenant, secret: str) -> bool:
    """Whether another app of the org has that secret, which the guide rules out."""
    consumers = (tenant.consumers.for_app(app.id) for app in tenant.records.all("ConnectedApplication"))
    return any(consumer.secret == secret for consumer in consumers if consumer)


def _check_policy(policy: Mapping[str, Any]) -> None:
    relaxation, refresh = policy.get("ipRelaxation", "ENFORCE"), policy.get("refreshTokenPolicy", "infinite")
    if relaxation not in _IP_RELAXATION:
        raise refusals.BAD_POLICY_VALUE.refuse(value=relaxation, field="ipRelaxation")
    if not _REFRESH_TOKEN.fullmatch(refresh):
        raise refusals.BAD_POLICY_VALUE.refuse(value=refresh, field="refreshTokenPolicy")


def _certificate(oauth: Mapping[str, Any]) -> certificates.Certificate | None:
    text = oauth.get("certificate", "").strip()
    if not text:
        return None
    try:
        return certificates.read(text)
    except certificates.UnreadableCertificate:
        raise refusals.BAD_CERTIFICATE.refuse() from None


def _run_as_user(tenant: Tenant, oauth: Mapping[str, Any]) -> str | None:
    username = oauth.get("oauthClientCredentialUser", "").strip()
    if not username:
        return None
    if oauth.get("isClientCredentialEnabled") != "true":
        raise refusals.USER_NEEDS_FLOW.refuse()
    user = tenant.records.user_named(username)
    if user is None or not user.fields.get("IsActive"):
        raise refusals.NO_REFERENCE.refuse(field="oauthClientCredentialUser", type="User", name=username)
    return user.id


def _parents(tenant: Tenant, content: Content, *, admin_approved: bool) -> tuple[str, ...]:
    labels = _names(content, "permissionSetName")
    profiles = _names(content, "profileName")
    for field, named in (("permissionSetName", labels), ("profileName", profiles)):
        if named and not admin_approved:
            raise refusals.NOT_ADMIN_APPROVED.refuse(field=field)
        for name in named:
            if named.count(name) > 1:
                raise refusals.APPEARS_TWICE.refuse(field=field, value=name)
    return tuple(
        [grants.permission_set_by_label(tenant, label) for label in labels]
        + [grants.permission_set_of_profile(tenant, name) for name in profiles]
    )


def _names(content: Content, field: str) -> list[str]:
    """Names listed; an empty element means none, which removes all."""
    return [name.strip() for name in content.get(field, ()) if name.strip()]
