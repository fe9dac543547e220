"""A local org with one External Client App, an admin session with it, and a line to it that may break."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from provision.localorg import LocalOrg
from provision.localorg.metadata import deploy
from provision.localorg.metadata.options import Options
from provision.localorg.metadata.tenant import Tenant
from provision.org.client import Org, Site
from provision.org.oauth import Token, client_credentials_in_body
from provision.transport import Transport
from tests.localorg.metadata import families
from tests.localorg.metadata.conftest import manifest, zipped
from tests.localorg.metadata.families import element

NAME, APP = "uat", "Sync"
KEY, SECRET = "3MVG9" + "k" * 80, "canary" + "S" * 58
SWITCH = "enableClientSecretInRestApiAccess"
_TYPES = (
    *("Settings", "ExternalClientApplication", "ExtlClntAppOauthSettings", "ExtlClntAppGlobalOauthSettings"),
    "ExtlClntAppOauthConfigurablePolicies",
)


class Crash(BaseException):
    """The process ends here."""


class Lost(Exception):
    """One answer is lost on its way."""


@dataclass
class Line:
    """Passes requests on to the org; `breaks` is raised at a request, before the org has seen it or after."""

    app: Callable[..., Iterable[bytes]]
    breaks: type[BaseException] | None = None
    at: int = 0
    after: bool = False
    number: int = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        self.number += 1
        met = self.number == self.at or (self.breaks is Crash and self.number > self.at)
        if self.breaks is None or not met:
            return self.app(environ, start_response)
        if self.after and self.number == self.at:
            list(self.app(environ, lambda _status, _headers, _problem=None: None))
        raise self.breaks


class AnOrg:
    """See the module."""

    def __init__(self, folder: Path, version: str = "67.0", local: LocalOrg | None = None) -> None:
        folder.mkdir(exist_ok=True)
        self.local = local or LocalOrg.open(folder / "orgs.sqlite", NAME)
        self.version = version
        pair = element("consumerKey", KEY) + element("consumerSecret", SECRET)
        self.deploy_files(families.minimal(**{families.GLOBAL: families.shared(pair)}))

    def org(self, line: Callable[..., Iterable[bytes]] | None = None, token: str | None = None) -> Org:
        """Return a fresh admin session, as a new process would have it."""
        hosts = (self.local.my_domain, self.local.login_host)
        site = Site(NAME, Transport(hosts, app=line or Line(self.local.app)), *hosts, self.version, is_local=True)
        return Org(site, token or self.local.admin_session, f"https://{self.local.my_domain}", "a test")

    def signed_token(self) -> str:
        """Return an access token of the administrator in JWT format, as the token endpoint gives it to the app."""
        flow = element("isClientCredentialsFlowEnabled", "true")
        run_as = element("clientCredentialsFlowUser", self.local.admin_username)
        policy = families.policy(flow, run_as)
        shared = families.shared(element("isNamedUserJwtEnabled", "true"), flow)
        self.deploy_files({families.GLOBAL: shared, families.DEFAULT_POLICY: policy})
        host = self.local.my_domain
        answer = client_credentials_in_body(Transport([host], app=self.local.app), host, KEY, SECRET)
        assert isinstance(answer, Token), answer
        return answer.access_token

    def deploy_files(self, files: dict[str, str]) -> None:
        """Deploy files behind the product's back."""
        with self.local.transaction() as transaction:
            org = transaction.orgs.get(self.local.org_id)
            admin = transaction.records(self.local.org_id).user_named(self.local.admin_username)
            assert org is not None
            assert admin is not None
            tenant = Tenant.of(transaction, org, admin.id, datetime.now(UTC))
            package = zipped({"package.xml": manifest({name: ["*"] for name in _TYPES}), **files})
            done = deploy.run(transaction, tenant, package, Options(single_package=True, rollback_on_error=True))
        assert done.status == "Succeeded", [message.problem for message in done.failures()]

    def set_switch(self, value: str, **others: str) -> None:
        """Set the switch by hand, as an administrator would in Setup."""
        elements = (element(name, text) for name, text in {SWITCH: value, **others}.items())
        self.deploy_files(
            {"settings/ExternalClientApp.settings": families.file("ExternalClientAppSettings", *elements)}
        )

    @property
    def settings(self) -> dict[str, str]:
        """The org's settings of External Client Apps."""
        with self.local.transaction() as transaction:
            return dict(transaction.documents(self.local.org_id).get("Settings", "ExternalClientApp") or {})

    @property
    def is_open(self) -> bool:
        """Whether the org gives consumer secrets."""
        return self.settings.get(SWITCH) == "true"
