"""Ways to misconfigure an app, its user or the machine: one thing wrong each, and the cause that has to be named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from provision.checks.proof import Options
from provision.clock import Clock
from provision.keys.certificate import certificate_pem
from provision.keys.generate import generate
from provision.model.desired import KeySpec
from provision.model.secret import Secret
from provision.store.protocol import Slot
from tests.diagnose.bench import APP, KEY, KINDS, Bench

POLICIES = "ExtlClntAppOauthConfigurablePolicies"
GLOBAL = "ExtlClntAppGlobalOauthSettings"
OAUTH = "ExtlClntAppOauthSettings"
GENERAL = "ExtlClntAppConfigurablePolicies"


@dataclass(frozen=True)
class Fault:
    """One misconfiguration."""

    title: str
    cause: str
    seed: Callable[[Bench], None]
    kinds: tuple[str, ...] = KINDS


FAULTS: list[Fault] = []


def fault(title: str, cause: str, *kinds: str) -> Callable[[Callable[[Bench], None]], Callable[[Bench], None]]:
    """Add a misconfiguration to the table."""

    def add(seed: Callable[[Bench], None]) -> Callable[[Bench], None]:
        FAULTS.append(Fault(title, cause, seed, kinds or KINDS))
        return seed

    return add


CONNECTED, EXTERNAL = "connected-app", "external-client-app"


# the app


@fault("The app was deleted", "app-missing")
def _(bench: Bench) -> None:
    bench.delete("ExternalClientApplication" if bench.external else "ConnectedApp", APP)


@fault("The app is switched off", "app-disabled", EXTERNAL)
def _(bench: Bench) -> None:
    bench.edit(GENERAL, isEnabled="false")


@fault("The OAuth part of the app is switched off", "app-disabled", EXTERNAL)
def _(bench: Bench) -> None:
    bench.edit(GENERAL, isOauthPluginEnabled="false")


@fault("An administrator blocked the app", "app-blocked")
def _(bench: Bench) -> None:
    bench.local.block(str(bench.held.consumer_key))


@fault("API Access Control is on, and users approve the app themselves", "api-access-control")
def _(bench: Bench) -> None:
    _self_authorise(bench)
    bench.local.approve(str(bench.held.consumer_key), bench.username)
    bench.local.switch(api_access_control="on")


@fault("The app was changed a moment ago and has not spread", "spreading")
def _(bench: Bench) -> None:
    bench.consumer(effective_at=datetime.now(UTC) + timedelta(minutes=5))


@fault("The app demands the session level High Assurance", "session-level")
def _(bench: Bench) -> None:
    if bench.external:
        bench.edit(POLICIES, requiredSessionLevel="HIGH_ASSURANCE")
    else:
        bench.edit("ConnectedApp", sessionPolicy={"sessionLevel": "HIGH_ASSURANCE", "policyAction": "Block"})


@fault("The org demands the session level High Assurance", "session-level")
def _(bench: Bench) -> None:
    bench.local.switch(session_level="high-assurance")


# who may use it


def _self_authorise(bench: Bench) -> None:
    if bench.external:
        bench.edit(
            POLICIES,
            permittedUsersPolicyType="AllSelfAuthorized",
            commaSeparatedPermissionSet=None,
        )
    else:
        bench.edit("ConnectedApp", oauthConfig__isAdminApproved="false", permissionSetName=None)


@fault("Users approve the app themselves, and this one never did", "self-authorised")
def _(bench: Bench) -> None:
    _self_authorise(bench)


@fault("The user approved the app, which lacks the scope refresh_token", "self-authorised")
def _(bench: Bench) -> None:
    _self_authorise(bench)
    _scopes(bench, "Api")
    bench.local.approve(str(bench.held.consumer_key), bench.username)


@fault("No permission set carries the app any more", "not-granted")
def _(bench: Bench) -> None:
    for row in bench.records("SetupEntityAccess", SetupEntityId=bench.app_id):
        bench.remove(row["Id"])


@fault("The permission set of the app was taken from the user", "not-assigned")
def _(bench: Bench) -> None:
    [access] = bench.records("PermissionSet", Name="Billing_Sync_Access")
    [held] = bench.records("PermissionSetAssignment", PermissionSetId=access["Id"], AssigneeId=bench.user_id())
    bench.remove(held["Id"])


# key, certificate, assertion


def _stranger() -> str:
    return certificate_pem(generate(KeySpec(), "stranger", datetime.now(UTC)).certificate)


@fault("The app holds the certificate of another key", "certificate-differs")
def _(bench: Bench) -> None:
    _certificate(bench, _stranger())


@fault("The app holds no certificate", "certificate-missing")
def _(bench: Bench) -> None:
    _certificate(bench, None)


def _certificate(bench: Bench, pem: str | None) -> None:
    if bench.external:
        bench.edit(GLOBAL, certificate=pem)
    else:
        bench.edit("ConnectedApp", oauthConfig__certificate=pem)


@fault("The certificate has expired, in an org that cares", "certificate-out-of-date")
def _(bench: Bench) -> None:
    _valid_at_another_time(bench, timedelta(days=-400))


@fault("The certificate is not valid yet, in an org that cares", "certificate-out-of-date")
def _(bench: Bench) -> None:
    _valid_at_another_time(bench, timedelta(days=30))


def _valid_at_another_time(bench: Bench, shift: timedelta) -> None:
    pair = generate(KeySpec(), "billing-sync", datetime.now(UTC) + shift)
    bench.store.add_key_pair(Slot(bench.org, KEY), pair)
    _certificate(bench, certificate_pem(pair.certificate))
    bench.local.switch(expired_certificate="refused")


@fault("No private key is stored", "credentials-missing")
def _(bench: Bench) -> None:
    bench.material = {"key_pair": None}


@fault("The clock of the machine is ten minutes behind", "clock")
def _(bench: Bench) -> None:
    bench.clock = Clock(now=lambda: datetime.now(UTC) - timedelta(minutes=10))


@fault("The clock of the machine is ten minutes ahead, in an org that keeps to three minutes", "clock")
def _(bench: Bench) -> None:
    bench.clock = Clock(now=lambda: datetime.now(UTC) + timedelta(minutes=10))
    bench.local.switch(jwt_expiry="documented")


@fault("SF_AUDIENCE_URL names a Lightning host", "audience")
def _(bench: Bench) -> None:
    bench.options = Options(negative=False, audience="https://acme.lightning.force.com")


@fault("SF_AUDIENCE_URL names the login host of production", "audience")
def _(bench: Bench) -> None:
    bench.options = Options(negative=False, audience="https://login.salesforce.com")


# the user


@fault("The declared user does not exist", "user-missing")
def _(bench: Bench) -> None:
    bench.wanted = {"username": f"nobody@{bench.org}.example"}


@fault("The e-mail address stands where the username belongs", "user-missing")
def _(bench: Bench) -> None:
    bench.wanted = {"username": "integrations@acme.example"}


@fault("The user has the sandbox suffix, the settings do not", "user-missing")
def _(bench: Bench) -> None:
    bench.update(bench.user_id(), Username=f"{bench.username}.uat")


@fault("The user is deactivated", "user-inactive")
def _(bench: Bench) -> None:
    bench.update(bench.user_id(), IsActive=False)


@fault("The user is frozen", "user-frozen")
def _(bench: Bench) -> None:
    [login] = bench.records("UserLogin", UserId=bench.user_id())
    bench.update(login["Id"], IsFrozen=True)


@fault("The address is not in the login IP ranges of the profile", "address")
def _(bench: Bench) -> None:
    bench.local.restrict_logins("Minimum Access - API Only Integrations", ("203.0.113.1", "203.0.113.9"))


@fault("The user logged in too often", "login-rate")
def _(bench: Bench) -> None:
    for _time in range(3):
        bench.insert("LoginHistory", UserId=bench.user_id(), LoginTime=_stamp(), Status="Success", Application=APP)
    bench.local.switch(logins_per_hour=3)


def _stamp() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}.000+0000"


@fault("The user lacks API Enabled", "api-not-enabled")
def _(bench: Bench) -> None:
    for held in bench.records("PermissionSetAssignment", AssigneeId=bench.user_id()):
        bench.update(held["PermissionSetId"], PermissionsApiEnabled=False)
    [user] = [row for row in bench.records("User") if row["Username"] == bench.username]
    bench.update(user["ProfileId"], PermissionsApiEnabled=False)


# client credentials


@fault("The client credentials flow is off in the app", "flow-off", CONNECTED)
def _(bench: Bench) -> None:
    bench.edit(
        "ConnectedApp", oauthConfig__isClientCredentialEnabled="false", oauthConfig__oauthClientCredentialUser=None
    )


@fault("The client credentials flow is off in the settings of the app", "flow-off", EXTERNAL)
def _(bench: Bench) -> None:
    bench.edit(GLOBAL, isClientCredentialsFlowEnabled="false")


@fault("The client credentials flow is off in the policies of the app", "flow-off", EXTERNAL)
def _(bench: Bench) -> None:
    bench.edit(POLICIES, isClientCredentialsFlowEnabled="false", clientCredentialsFlowUser=None)


@fault("The app names no run-as user", "run-as-missing", CONNECTED)
def _(bench: Bench) -> None:
    bench.edit("ConnectedApp", oauthConfig__oauthClientCredentialUser=None)


@fault("The run-as user was renamed", "run-as-missing")
def _(bench: Bench) -> None:
    other = _another_user(bench)
    _run_as(bench, other)
    bench.update(bench.user_id(other), Username=f"renamed@{bench.org}.example")
    bench.consumer(run_as_user_id=None)


@fault("The app runs as another user", "run-as-other")
def _(bench: Bench) -> None:
    _run_as(bench, _another_user(bench))


@fault("The app runs as another user, who is inactive", "user-inactive")
def _(bench: Bench) -> None:
    other = _another_user(bench)
    _run_as(bench, other)
    bench.update(bench.user_id(other), IsActive=False)


@fault("The app runs as another user, who does not hold its permission set", "not-assigned")
def _(bench: Bench) -> None:
    _run_as(bench, _another_user(bench, access=False))


def _another_user(bench: Bench, *, access: bool = True) -> str:
    name = f"other.bot@{bench.org}.example"
    [mine] = [row for row in bench.records("User") if row["Username"] == bench.username]
    bench.insert(
        "User", **{k: v for k, v in mine.items() if k != "Id"} | {"Username": name, "Email": name, "Alias": "other"}
    )
    other = bench.user_id(name)
    for held in bench.records("PermissionSetAssignment", AssigneeId=mine["Id"]):
        [carried] = [row for row in bench.records("PermissionSet") if row["Id"] == held["PermissionSetId"]]
        if access or carried.get("Name") != "Billing_Sync_Access":
            bench.insert("PermissionSetAssignment", AssigneeId=other, PermissionSetId=held["PermissionSetId"])
    return name


def _run_as(bench: Bench, username: str) -> None:
    if bench.external:
        bench.edit(POLICIES, clientCredentialsFlowUser=username)
    else:
        bench.edit("ConnectedApp", oauthConfig__oauthClientCredentialUser=username)


@fault("The stored secret is not the app's", "secret-differs")
def _(bench: Bench) -> None:
    bench.material = {"consumer_secret": Secret("wrong" * 8)}


@fault("No secret is stored", "credentials-missing")
def _(bench: Bench) -> None:
    bench.material = {"consumer_secret": None}


@fault("Key and secret of the app were replaced", "consumer-key-differs")
def _(bench: Bench) -> None:
    bench.replace_credentials(f"3MVG9{'x' * 80}", "y" * 64)


@fault("The app has no scope but refresh_token", "scope-missing")
def _(bench: Bench) -> None:
    _scopes(bench, "RefreshToken")


def _scopes(bench: Bench, *names: str) -> None:
    if bench.external:
        bench.edit(OAUTH, commaSeparatedOauthScopes=", ".join(names))
    else:
        bench.edit("ConnectedApp", oauthConfig__scopes=names)


@fault("The settings name the login host as My Domain", "login-host")
def _(bench: Bench) -> None:
    bench.my_domain = bench.local.login_host


@fault("The API calls of the day are used up", "calls-used-up")
def _(bench: Bench) -> None:
    """What administrators ask is answered, so that the limits can be looked up."""
    for path, containing in (("/services/data/v67.0/", ""), ("*/query*", "FROM Account")):
        bench.local.fault("request-limit", times=None, path=path, containing=containing)
