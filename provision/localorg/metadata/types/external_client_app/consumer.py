"""The OAuth consumer of an External Client App, put together from its members after each change of one of them."""

from dataclasses import replace
from typing import Final

from provision.localorg.metadata import certificates
from provision.localorg.metadata.content import Content
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.metadata.types import oauth_consumer
from provision.localorg.metadata.types.external_client_app import family
from provision.localorg.store import credentials
from provision.localorg.store.consumers import Consumer
from provision.localorg.store.credentials import Credentials

_CLIENT_CREDENTIALS: Final = "isClientCredentialsFlowEnabled"


def refresh(tenant: Tenant, app: str, chosen: Credentials | None = None) -> bool:
    """Make the consumer what the members say; True where that changed it.

    Without `chosen` the app keeps its key and secret. There is a consumer while there are both global and own OAuth
    settings.
    """
    app_id = family.record_id(tenant, app)
    if app_id is None:
        return False
    held = tenant.consumers.for_app(app_id)
    shared = family.document(tenant, family.GLOBAL_OAUTH_SETTINGS, app)
    own = family.document(tenant, family.OAUTH_SETTINGS, app)
    if shared is None or own is None:
        tenant.consumers.delete(app_id)
        return held is not None
    kept = Credentials(held.key, held.secret) if held else credentials.generate()
    made = _consumer(tenant, app, app_id, (shared, own), chosen or kept)
    made = replace(made, staged_id=held.staged_id if held and not chosen else "")
    if held is not None and replace(made, effective_at=held.effective_at) == held:
        return False
    tenant.consumers.put(made)
    return True


def _consumer(tenant: Tenant, app: str, app_id: str, settings: tuple[Content, Content], pair: Credentials) -> Consumer:
    shared, own = settings
    policy = family.document(tenant, family.OAUTH_POLICIES, app) or {}
    switches = family.document(tenant, family.POLICIES, app) or {"isEnabled": "true", "isOauthPluginEnabled": "true"}
    certificate = shared.get("certificate")
    run_as = tenant.records.user_named(str(policy.get("clientCredentialsFlowUser", "")))
    return Consumer(
        key=pair.key,
        secret=pair.secret,
        app_id=app_id,
        kind="external-client-app",
        name=app,
        certificate_der=certificates.read(certificate).der if certificate else None,
        scopes=oauth_consumer.runtime_scopes(family.listed(own.get("commaSeparatedOauthScopes", ""))),
        client_credentials=shared.get(_CLIENT_CREDENTIALS) == policy.get(_CLIENT_CREDENTIALS) == "true",
        run_as_user_id=run_as.id if run_as else None,
        admin_approved=policy.get("permittedUsersPolicyType") == "AdminApprovedPreAuthorized",
        ip_relaxation=str(policy.get("ipRelaxationPolicyType", "Enforce")).upper(),
        consumer_secret_optional=shared.get("isConsumerSecretOptional") == "true",
        effective_at=tenant.effective_at,
        jwt_access_tokens=shared.get("isNamedUserJwtEnabled") == "true",
        introspect_all=shared.get("isIntrospectAllTokens") == "true",
        high_assurance=policy.get("requiredSessionLevel") == "HIGH_ASSURANCE",
        session_timeout_minutes=oauth_consumer.minutes(policy.get("sessionTimeoutInMinutes")),
        enabled=switches.get("isEnabled") == switches.get("isOauthPluginEnabled") == "true",
    )
