"""ConnectedApp: the app's record and document, its OAuth consumer, and who may use it.

A deploy states the whole app: what the file leaves out falls back to its default, the certificate included.
Only the consumer key and secret outlive it; they are set at creation and never again.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from provision.localorg.metadata.content import Content
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.metadata.types import connected_app_rules, grants, oauth_consumer, shape
from provision.localorg.metadata.types.connected_app_rules import Checked
from provision.localorg.metadata.types.kind import Component, Saved
from provision.localorg.store import app_menu, credentials
from provision.localorg.store.consumers import Consumer

TYPE: Final = "ConnectedApp"
_GRANT_TYPE: Final = "ConnectedApplication"
_DEFAULT_POLICY: Final = {"ipRelaxation": "ENFORCE", "refreshTokenPolicy": "infinite"}
_KEPT_ELSEWHERE: Final = frozenset({"fullName", "permissionSetName", "profileName"})


class ConnectedApp:
    """Deploys, deletes and shows connected apps."""

    type = TYPE

    def deploy(self, tenant: Tenant, component: Component) -> Saved:
        """See `Kind.deploy`."""
        before = tenant.documents.get(TYPE, component.full_name)
        checked = connected_app_rules.check(tenant, component, is_new=before is None)
        held = before or {}
        oauth = component.content.get("oauthConfig")
        key = _key(oauth, held) if oauth is not None else ""
        document = _document(component.content, key, checked)
        record_id = self._save_record(tenant, component, document)
        tenant.documents.put(TYPE, component.full_name, document, record_id)
        if oauth is None:
            tenant.consumers.delete(record_id)
        else:
            _save_consumer(tenant, component, document, record_id, checked)
        regranted = grants.replace(tenant, record_id, _GRANT_TYPE, checked.parents)
        return Saved(record_id, created=before is None, changed=document != before or regranted)

    def delete(self, tenant: Tenant, full_name: str) -> str | None:
        """See `Kind.delete`; grants and the consumer go with the app."""
        record_id = tenant.documents.record_id(TYPE, full_name)
        if record_id is None:
            return None
        grants.replace(tenant, record_id, _GRANT_TYPE, ())
        app_menu.forget(tenant.records, record_id)
        tenant.consumers.delete(record_id)
        tenant.documents.delete(TYPE, full_name)
        tenant.records.delete(record_id)
        return record_id

    def names(self, tenant: Tenant) -> Iterable[tuple[str, str]]:
        """See `Kind.names`."""
        for full_name in tenant.documents.list(TYPE):
            yield full_name, tenant.documents.record_id(TYPE, full_name) or ""

    def read(self, tenant: Tenant, full_name: str, version: int) -> Content | None:
        """See `Kind.read`; the consumer secret is never shown."""
        document = tenant.documents.get(TYPE, full_name)
        record_id = tenant.documents.record_id(TYPE, full_name)
        if document is None or record_id is None:
            return None
        content = dict(document)
        granted = grants.of(tenant, record_id, "Label")
        for field, names in (("permissionSetName", granted.permission_sets), ("profileName", granted.profiles)):
            if names:
                content[field] = list(names)
        shown = shape.visible(TYPE, content, version)
        if "oauthConfig" in shown:
            shown["oauthConfig"] = tenant.without_hidden(shown["oauthConfig"])
            shown["oauthConfig"] = shape.with_booleans("ConnectedAppOauthConfig", shown["oauthConfig"], version)
        if "oauthPolicy" in shown:
            shown["oauthPolicy"] = shape.with_booleans("ConnectedAppOauthPolicy", shown["oauthPolicy"], version)
        return shown

    def _save_record(self, tenant: Tenant, component: Component, document: Content) -> str:
        fields = {
            "Name": document["label"],
            "OptionsAllowAdminApprovedUsersOnly": _is(document, "isAdminApproved"),
            "OptionsIsInternal": False,
            "StartUrl": document.get("startUrl"),
            "MobileStartUrl": document.get("mobileStartUrl"),
        }
        record_id = tenant.documents.record_id(TYPE, component.full_name)
        if record_id is None:
            return tenant.insert("ConnectedApplication", fields)
        tenant.update(record_id, fields)
        return record_id


def _key(oauth: Content, held: Content) -> str:
    kept: str = held.get("oauthConfig", {}).get("consumerKey", "")
    return kept or oauth.get("consumerKey", "").strip() or credentials.generate_key()


def _document(content: Content, key: str, checked: Checked) -> Content:
    """What is kept of the file: no secret, no names that live elsewhere, the certificate as a retrieve shows it."""
    document = {name: value for name, value in content.items() if name not in _KEPT_ELSEWHERE}
    if "oauthConfig" not in content:
        return document
    oauth = {name: value for name, value in content["oauthConfig"].items() if name != "consumerSecret"}
    oauth.pop("certificate", None)
    if checked.certificate:
        oauth["certificate"] = checked.certificate.text
    document["oauthConfig"] = oauth | {"consumerKey": key}
    document["oauthPolicy"] = _DEFAULT_POLICY | content.get("oauthPolicy", {})
    return document


def _is(document: Content, flag: str) -> bool:
    value: Any = document.get("oauthConfig", {}).get(flag)
    return bool(value == "true")


def _save_consumer(tenant: Tenant, component: Component, document: Content, record_id: str, checked: Checked) -> None:
    held = tenant.consumers.for_app(record_id)
    oauth, session = document["oauthConfig"], document.get("sessionPolicy", {})
    given = component.content["oauthConfig"].get("consumerSecret", "").strip()
    consumer = Consumer(
        key=oauth["consumerKey"],
        secret=held.secret if held else given or credentials.generate_secret(),
        app_id=record_id,
        kind="connected-app",
        name=component.full_name,
        certificate_der=checked.certificate.der if checked.certificate else None,
        scopes=oauth_consumer.runtime_scopes(oauth.get("scopes", ())),
        client_credentials=_is(document, "isClientCredentialEnabled"),
        run_as_user_id=checked.run_as_user_id,
        admin_approved=_is(document, "isAdminApproved"),
        ip_relaxation=document["oauthPolicy"]["ipRelaxation"],
        consumer_secret_optional=_is(document, "isConsumerSecretOptional"),
        effective_at=held.effective_at if held else tenant.effective_at,
        jwt_access_tokens=_is(document, "isNamedUserJwtEnabled"),
        introspect_all=_is(document, "isIntrospectAllTokens"),
        high_assurance=session.get("sessionLevel") == "HIGH_ASSURANCE",
        session_timeout_minutes=oauth_consumer.minutes(session.get("sessionTimeout")),
    )
    if consumer != held:
        # Changes reach the token endpoint late, just like new apps.
        tenant.consumers.put(replace(consumer, effective_at=tenant.effective_at))
