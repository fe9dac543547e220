"""An app of either kind on a local org of its own, to be broken in one place and then proved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from provision.acts.deploy import Deployment, deploy
from provision.acts.keys import materials
from provision.apps import connected_app
from provision.checks.proof import Options
from provision.clock import SYSTEM, Clock
from provision.fleet import Call, run_all
from provision.localorg import FILE_NAME, LocalOrg
from provision.metadata.package import from_zip
from provision.metadata.parse import parse
from provision.metadata.render import render
from provision.model.desired import Desired
from provision.model.event import silent
from provision.model.held import Material
from provision.model.metadata import Component, Document, Package
from provision.model.result import AppResult
from provision.observe import observe
from provision.org.client import Org, Site
from provision.settings.desired import desired
from provision.settings.load import load
from provision.stages import Order, Part
from provision.store.file import FileStore
from provision.transport import Transport
from provision.verify import Witness, prove_all
from tests.org.wire import Rewrite, Wire

ORG = "acme"
APP = "Billing_Sync"
KEY = "billing-sync"
VERSION = "67.0"
KINDS = ("connected-app", "external-client-app")

SETTINGS = """\
version: 1
default_org: {default}
orgs:
{orgs}
users:
  billing-bot:
    username: billing.bot@acme.example
    last_name: Billing Sync
    email: integrations@acme.example
    permission_sets: [Billing_Data]
permission_sets:
  Billing_Data:
    label: Billing Data
    objects: {{Account: [read]}}
    fields: {{Account.Rating: read}}
apps:
  billing-sync:
    label: Billing Sync
    contact_email: integrations@acme.example
    kind: {kind}
    user: billing-bot
    grants: [jwt-bearer, client-credentials]
    scopes: [api, refresh_token]
"""


ORG_SETTINGS = """\
  {name}:
    local: {{connected_app_creation: enabled}}
    users: {{billing-bot: {{username: {username}}}}}"""


def username_in(org: str) -> str:
    """Return what the integration user is called there: no two orgs have users of one name."""
    return f"billing.bot@{org}.example"


def set_up(folder: Path, kind: str, *orgs: str) -> None:
    """Make the app in orgs of a folder of its own, as `provision apply` does; in one where none is named."""
    names = orgs or (ORG,)
    lines = "\n".join(ORG_SETTINGS.format(name=name, username=username_in(name)) for name in names)
    (folder / "provision.yaml").write_text(SETTINGS.format(kind=kind, default=names[0], orgs=lines))
    call = Call(load(folder / "provision.yaml", {}), names, {name: [KEY] for name in names}, {}, VERSION)
    order = Order(parts=frozenset(Part) - {Part.PROOF})
    for result in run_all(call, FileStore(folder / ".provision"), order, silent):
        assert result.error is None, result.error


@dataclass
class Bench:
    """One folder with settings, store and local org; what is changed in here is what is wrong."""

    folder: Path
    kind: str
    clock: Clock = SYSTEM
    options: Options = field(default_factory=lambda: Options(negative=False))
    my_domain: str | None = None
    rewrite: Rewrite = lambda _asked, said: said
    material: Mapping[str, Any] = field(default_factory=dict)
    """Fields of what is held that are to be others."""
    wanted: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the declared user that are to be others."""
    org: str = ORG

    def __post_init__(self) -> None:
        self.local = LocalOrg.open(self.folder / ".provision" / FILE_NAME, self.org)
        self.store = FileStore(self.folder / ".provision")

    @property
    def external(self) -> bool:
        """Whether the app is an External Client App."""
        return self.kind == "external-client-app"

    @property
    def username(self) -> str:
        """The integration user."""
        return username_in(self.org)

    @property
    def declared_username(self) -> str:
        """Whom the settings name."""
        [user] = self._wanted().users
        return user.username

    def verify(self, *, admin: bool = True) -> AppResult:
        """Prove the app, with an admin's view of the org or without."""
        local = self.local
        self.wire = Wire(local.app, self.rewrite)
        transport = Transport([local.my_domain, local.login_host], app=self.wire, clock=self.clock)
        host = self.my_domain or local.my_domain
        site = Site(self.org, transport, host, local.login_host, VERSION, is_local=True, canary=local.admin_username)
        wanted = self._wanted()
        org = self._org(site) if admin else None
        observed = observe(org, wanted, self.clock.now()) if org else None
        found = materials(self.store, self.org, observed, wanted)
        held = {key: replace(each, **self.material) for key, each in found.items()}
        [result] = prove_all(Witness(site, org, observed), wanted, held, self.options, silent)
        return result

    @property
    def held(self) -> Material:
        """What a consumer holds."""
        return materials(self.store, self.org, None, self._wanted())[KEY]

    def _wanted(self) -> Desired:
        wanted = desired(load(self.folder / "provision.yaml", {}), self.org)
        if not self.wanted:
            return wanted
        users = tuple(replace(user, **self.wanted) for user in wanted.users)
        apps = tuple(replace(app, user=replace(app.user, **self.wanted)) for app in wanted.apps)
        return replace(wanted, users=users, apps=apps)

    def _org(self, site: Site) -> Org:
        return Org(site, self.local.admin_session, f"https://{self.local.my_domain}", "test")

    @property
    def admin(self) -> Org:
        """An administrator's session, for whoever changes things by hand."""
        transport = Transport([self.local.my_domain, self.local.login_host], app=self.local.app)
        return self._org(Site(self.org, transport, self.local.my_domain, self.local.login_host, VERSION, is_local=True))

    def edit(self, type_name: str, **changes: Any) -> None:
        """Change elements of a component of the app, as somebody does in Setup; `None` takes one away.

        The first element of a double underscore is the one that the second is in: `oauthConfig__scopes`.
        """
        retrieved = from_zip(self.admin.metadata.retrieve({type_name: ["*"]})).components
        mine = next(item for item in retrieved if item.type == type_name and APP in item.full_name)
        document = parse(mine.content, type_name)
        if type_name == connected_app.TYPE:
            document = connected_app.without_credentials(document)
        for path, value in changes.items():
            document = replace(document, fields=_with(document.fields, path.split("__"), value))
        self.put(type_name, mine.full_name, document)

    def put(self, type_name: str, full_name: str, document: Document) -> None:
        """Deploy one component."""
        component = Component(type_name, full_name, render(document, api_version=VERSION))
        deploy(self.admin, Package((component,), VERSION), Deployment(), silent)

    def delete(self, type_name: str, full_name: str) -> None:
        """Delete one component by a deploy."""
        deploy(self.admin, Package((), VERSION, delete_after=((type_name, full_name),)), Deployment(), silent)

    # records, changed by hand

    def user_id(self, username: str | None = None) -> str:
        """Return the id of a user; that of the integration user where none is named."""
        username = username or self.username
        with self.local.transaction() as transaction:
            found = transaction.records(self.local.org_id).user_named(username)
            assert found is not None
            return found.id

    def records(self, sobject: str, **equals: object) -> list[Mapping[str, Any]]:
        """Return the records with these values."""
        with self.local.transaction() as transaction:
            return [
                found.fields | {"Id": found.id}
                for found in transaction.records(self.local.org_id).find(sobject, **equals)
            ]

    def update(self, record_id: str, **fields: Any) -> None:
        """Change a record."""
        with self.local.transaction() as transaction:
            transaction.records(self.local.org_id).update(record_id, fields)

    def insert(self, sobject: str, **fields: Any) -> None:
        """Add a record."""
        with self.local.transaction() as transaction:
            transaction.records(self.local.org_id).insert(sobject, fields)

    def remove(self, record_id: str) -> None:
        """Delete a record."""
        with self.local.transaction() as transaction:
            transaction.records(self.local.org_id).delete(record_id)

    @property
    def app_id(self) -> str:
        """The id of the app."""
        if self.external:
            [record] = self.records("ExternalClientApplication", DeveloperName=APP)
        else:
            [record] = self.records("ConnectedApplication", Name="Billing Sync")
        return str(record["Id"])

    def replace_credentials(self, key: str, secret: str) -> None:
        """Give the app another key and secret, as Setup can; metadata shows the new key."""
        type_name, within = ("ExtlClntAppGlobalOauthSettings", "") if self.external else ("ConnectedApp", "oauthConfig")
        with self.local.transaction() as transaction:
            documents = transaction.documents(self.local.org_id)
            for name in documents.list(type_name):
                held, record_id = documents.get(type_name, name), documents.record_id(type_name, name)
                assert held is not None
                inner = {"consumerKey": key}
                changed = {within: {**held[within], **inner}} if within else inner
                documents.put(type_name, name, {**held, **changed}, record_id)
        self.consumer(key=key, secret=secret)

    def consumer(self, **changes: Any) -> None:
        """Change what no administrator can: what the token endpoint knows of the app."""
        app_id = self.app_id
        with self.local.transaction() as transaction:
            consumers = transaction.consumers(self.local.org_id)
            held = consumers.for_app(app_id)
            assert held is not None
            consumers.put(replace(held, **changes))


def _with(fields: Mapping[str, Any], path: list[str], value: Any) -> dict[str, Any]:
    head, *rest = path
    if rest:
        return {**fields, head: _with(fields.get(head, {}), rest, value)}
    return {tag: each for tag, each in {**fields, head: value}.items() if each is not None}
