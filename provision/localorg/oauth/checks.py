"""What a token request must satisfy, one check each; each refuses or says nothing."""

import hmac
from functools import lru_cache
from typing import Final

from cryptography.x509 import Certificate, load_der_x509_certificate

from provision.localorg.oauth import policy, refusals
from provision.localorg.oauth.assertion import Unreadable
from provision.localorg.oauth.attempt import Attempt, ClientCredentials, JwtBearer, Password, Refresh
from provision.localorg.oauth.expiry import judge

SANDBOX_AUDIENCE: Final = "https://test.salesforce.com"
PRODUCTION_AUDIENCE: Final = "https://login.salesforce.com"
UNUSABLE_ALONE: Final = frozenset({"full", "refresh_token", "offline_access"})


def no_scope_parameter(attempt: Attempt) -> None:
    """Scopes are those of the app; asking for some is refused."""
    if "scope" in attempt.request.form:
        raise refusals.SCOPE_NOT_SUPPORTED.refuse()


def consumer_is_known(attempt: Attempt) -> None:
    """Some org has an app with that key, the change that made it has arrived everywhere, a staged pair is in date."""
    consumer = attempt.consumer
    if consumer.effective_at > attempt.now or (consumer.expires_at and consumer.expires_at <= attempt.now):
        raise refusals.UNKNOWN_CONSUMER.refuse()


# JWT bearer


def assertion_is_readable(attempt: JwtBearer) -> None:
    """A compact JWS with RS256 and the claims that every assertion needs."""
    try:
        _ = attempt.assertion.issuer, attempt.assertion.username, attempt.assertion.audience, attempt.assertion.jti
    except Unreadable:
        raise refusals.INVALID_ASSERTION.refuse() from None


def app_is_in_org(attempt: JwtBearer) -> None:
    """An External Client App works in its own org only; a Connected App is taken for one without approval.

    One that is switched off is as good as not there (documented as a cause of that refusal).
    """
    if attempt.consumer_is_here and attempt.consumer.enabled:
        return
    external = attempt.consumer.kind == "external-client-app"
    raise (refusals.APP_NOT_IN_ORG if external else refusals.NOT_APPROVED).refuse()


def signature_matches(attempt: JwtBearer) -> None:
    """The key of the app's certificate made the signature."""
    certificate = _certificate(attempt)
    if certificate is None or not attempt.assertion.signed_by(certificate):
        raise refusals.INVALID_ASSERTION.refuse()


def certificate_is_in_date(attempt: JwtBearer) -> None:
    """Where the org is switched to care: the certificate has not expired."""
    certificate = _certificate(attempt)
    if certificate is None or attempt.switches.expired_certificate == "accepted":
        return
    if not certificate.not_valid_before_utc <= attempt.now <= certificate.not_valid_after_utc:
        raise refusals.INVALID_ASSERTION.refuse()


def audience_is_this_org(attempt: JwtBearer) -> None:
    """The login host of sandboxes, the My Domain, or the name that the request was sent to; a slash may follow.

    A loopback address stands for each of these names, since clients that know no other cannot say which they mean.
    """
    audience = attempt.assertion.audience.removesuffix("/")
    switches = attempt.switches
    if attempt.request.at_alias and audience in {SANDBOX_AUDIENCE, PRODUCTION_AUDIENCE}:
        return
    external = attempt.consumer.kind == "external-client-app"
    login_hosts = {SANDBOX_AUDIENCE, PRODUCTION_AUDIENCE}
    if external and audience in login_hosts and switches.external_client_app_test_audience == "refused":
        raise refusals.APP_NOT_IN_ORG.refuse()
    if audience == SANDBOX_AUDIENCE:
        return
    accepted = {f"https://{attempt.org.my_domain}"} if attempt.org else set()
    if attempt.request.host == "my-domain":
        accepted.add(attempt.request.base_url)
    if switches.login_audience == "accepted":
        accepted.add(PRODUCTION_AUDIENCE)
    if audience not in accepted:
        recorded = switches.audience_refusal == "recorded"
        raise (refusals.INVALID_AUDIENCE if recorded else refusals.INVALID_AUDIENCE_AS_DOCUMENTED).refuse()


def assertion_is_in_time(attempt: JwtBearer) -> None:
    """`exp` lies ahead."""
    verdict = judge(attempt.assertion.claims.get("exp"), attempt.now, attempt.switches.jwt_expiry)
    if verdict == "unreadable":
        raise refusals.INVALID_ASSERTION.refuse()
    if verdict == "expired":
        raise refusals.EXPIRED.refuse()


def user_is_known(attempt: JwtBearer) -> None:
    """The org has a user of that name."""
    if attempt.user is None:
        raise refusals.NOT_APPROVED.refuse()


def user_can_log_in(attempt: JwtBearer | Password | Refresh) -> None:
    """The user is neither deactivated nor frozen."""
    if attempt.user is None or not attempt.user.fields["IsActive"]:
        raise refusals.INACTIVE_USER.refuse()
    if attempt.frozen:
        raise refusals.FROZEN_USER.refuse()


def user_may_use_app(attempt: JwtBearer) -> None:
    """An administrator gave the app to the user, or the user approved it, as the app's policy asks."""
    user_id = attempt.user.id if attempt.user else ""
    if attempt.consumer.admin_approved:
        if not policy.holds_grant(attempt.records, attempt.consumer, user_id):
            raise refusals.NOT_ADMIN_APPROVED.refuse()
    elif not policy.holds_approval(attempt.sessions, attempt.consumer, user_id):
        raise refusals.NOT_APPROVED.refuse()


def assertion_is_new(attempt: JwtBearer) -> None:
    """An assertion with a `jti` is good once."""
    jti = attempt.assertion.jti
    if jti is not None and not attempt.sessions.first_use(attempt.consumer.key, jti):
        raise refusals.INVALID_ASSERTION.refuse()


# Password


def password_flow_is_allowed(attempt: Password) -> None:
    """The org has the flow switched on."""
    if attempt.switches.password_flow == "blocked":  # noqa: S105  # a choice, no secret
        raise refusals.PASSWORD_FLOW_BLOCKED.refuse()


def app_takes_passwords(attempt: Password) -> None:
    """Only Connected Apps do."""
    if attempt.consumer.kind == "external-client-app":
        raise refusals.WRONG_PASSWORD.refuse()


def password_matches(attempt: Password) -> None:
    """The user exists and has that password; the answer does not tell which of the two is not so."""
    if not attempt.password_matches:
        raise refusals.WRONG_PASSWORD.refuse()


def app_is_given_where_it_must_be(attempt: Password) -> None:
    """An app for admin-approved users was given to the user; apps for all users ask nothing (assumed)."""
    user_id = attempt.user.id if attempt.user else ""
    if attempt.consumer.admin_approved and not policy.holds_grant(attempt.records, attempt.consumer, user_id):
        raise refusals.NOT_ADMIN_APPROVED.refuse()


# Client credentials


def host_is_my_domain(attempt: ClientCredentials) -> None:
    """Login hosts do not take this grant."""
    if attempt.request.host != "my-domain":
        raise refusals.WRONG_DOMAIN.refuse()


def app_is_local(attempt: ClientCredentials | Password | Refresh) -> None:
    """The app belongs to the org of the My Domain and is switched on."""
    if not (attempt.consumer_is_here and attempt.consumer.enabled):
        external = attempt.consumer.kind == "external-client-app"
        raise (refusals.APP_NOT_IN_ORG if external else refusals.UNKNOWN_CONSUMER).refuse()


def secret_matches(attempt: ClientCredentials | Password) -> None:
    """The secret is the app's."""
    if not hmac.compare_digest(attempt.secret.encode(), attempt.consumer.secret.encode()):
        raise refusals.WRONG_SECRET.refuse()


def flow_is_enabled(attempt: ClientCredentials) -> None:
    """The app has the flow switched on."""
    if not attempt.consumer.client_credentials:
        raise refusals.FLOW_DISABLED.refuse()


def run_as_user_can_log_in(attempt: ClientCredentials) -> None:
    """The app names a user, who is neither deactivated nor frozen."""
    if attempt.user is None or not attempt.user.fields["IsActive"] or attempt.frozen:
        raise refusals.NO_RUN_AS_USER.refuse()


def scopes_are_usable(attempt: ClientCredentials) -> None:
    """At least one scope that allows something by itself; `full` is none of those (thread)."""
    if not attempt.consumer.scopes - UNUSABLE_ALONE:
        raise refusals.NO_SCOPES.refuse()


def run_as_user_may_use_app(attempt: ClientCredentials) -> None:
    """Two live logs against the documentation: an app for admin-approved users asks a grant of its run-as user."""
    enforced = attempt.switches.client_credentials_preauthorization == "enforced"
    if not (attempt.consumer.admin_approved and enforced) or attempt.user is None:
        return
    if not policy.holds_grant(attempt.records, attempt.consumer, attempt.user.id):
        raise refusals.NOT_ADMIN_APPROVED.refuse()


def _certificate(attempt: JwtBearer) -> Certificate | None:
    der = attempt.consumer.certificate_der
    return _loaded(der) if der else None


@lru_cache(maxsize=64)
def _loaded(der: bytes) -> Certificate:
    return load_der_x509_certificate(der)
