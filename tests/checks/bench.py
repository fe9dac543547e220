"""An app set up on a local org, and the proof of it: what the tests of the checks change the one or the other of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from provision.acts.keys import materials
from provision.checks.proof import Options
from provision.clock import SYSTEM, Clock
from provision.localorg import FILE_NAME, LocalOrg
from provision.localorg.store.consumers import Consumer
from provision.model.check import CheckResult
from provision.model.desired import Desired
from provision.model.event import silent
from provision.model.result import AppResult
from provision.observe import observe
from provision.org.client import Org, Site
from provision.settings.desired import desired
from provision.settings.load import load
from provision.store.file import FileStore
from provision.transport import Transport
from provision.verify import Witness, prove_all
from tests.org.wire import Rewrite, Wire

ORG = "local-legacy"
APP = "Billing_Sync"
USERNAME = "billing.bot@acme.example"
VERSION = "67.0"


@dataclass
class Bench:
    """One folder with settings, store and local org."""

    folder: Path
    clock: Clock = SYSTEM
    options: Options = field(default_factory=Options)
    rewrite: Rewrite = lambda _asked, said: said
    change: Callable[[Desired], Desired] = lambda wanted: wanted
    is_local: bool = True
    login_host: str | None = None
    wire: Wire = field(init=False)

    def __post_init__(self) -> None:
        self.local = LocalOrg.open(self.folder / ".provision" / FILE_NAME, ORG)
        self.store = FileStore(self.folder / ".provision")

    def proof(self, *, admin: bool = True) -> dict[str, CheckResult]:
        """Return what is proved about the app, by name of the check."""
        return {check.check: check for check in self.proved(admin=admin).checks}

    def proved(self, *, admin: bool = True) -> AppResult:
        """Ask every check, with an admin's view of the org or without."""
        local = self.local
        self.wire = Wire(local.app, self.rewrite)
        login_host = self.login_host or local.login_host
        transport = Transport([local.my_domain, login_host], app=self.wire, clock=self.clock)
        canary = local.admin_username
        site = Site(ORG, transport, local.my_domain, login_host, VERSION, is_local=self.is_local, canary=canary)
        wanted = self.change(desired(load(self.folder / "provision.yaml", {}), ORG))
        org = Org(site, local.admin_session, f"https://{local.my_domain}", "test") if admin else None
        observed = observe(org, wanted, self.clock.now()) if org else None
        found = materials(self.store, ORG, observed, wanted)
        [result] = prove_all(Witness(site, org, observed), wanted, found, self.options, silent)
        return result

    def set_consumer(self, **changes: Any) -> Consumer:
        """Change what the token endpoint knows of the app, behind everybody's back."""
        with self.local.transaction() as transaction:
            consumers = transaction.consumers(self.local.org_id)
            app_id = transaction.documents(self.local.org_id).record_id("ConnectedApp", APP)
            held = consumers.for_app(str(app_id))
            assert held is not None
            consumers.put(replace(held, **changes))
            return held

    def set_document(self, **oauth_config: Any) -> None:
        """Change what a retrieve brings of the app; `None` takes an element away."""
        with self.local.transaction() as transaction:
            documents = transaction.documents(self.local.org_id)
            held = documents.get("ConnectedApp", APP)
            assert held is not None
            config = {tag: value for tag, value in {**held["oauthConfig"], **oauth_config}.items() if value is not None}
            record_id = documents.record_id("ConnectedApp", APP)
            documents.put("ConnectedApp", APP, {**held, "oauthConfig": config}, record_id)

    def user_id(self, username: str = USERNAME) -> str:
        """Return the id of a user."""
        with self.local.transaction() as transaction:
            found = transaction.records(self.local.org_id).user_named(username)
            assert found is not None
            return found.id

    def record(self, sobject: str, **equals: object) -> Mapping[str, Any]:
        """Return the one record with these values."""
        with self.local.transaction() as transaction:
            [found] = transaction.records(self.local.org_id).find(sobject, **equals)
            return found.fields

    def update(self, record_id: str, **fields: Any) -> None:
        """Change a record by hand."""
        with self.local.transaction() as transaction:
            transaction.records(self.local.org_id).update(record_id, fields)

    def insert(self, sobject: str, **fields: Any) -> None:
        """Add a record by hand."""
        with self.local.transaction() as transaction:
            transaction.records(self.local.org_id).insert(sobject, fields)

    def let_in(self, username: str) -> None:
        """Assign the permission set that carries the app."""
        access = self.record("PermissionSet", Name="Billing_Sync_Access")
        self.insert("PermissionSetAssignment", AssigneeId=self.user_id(username), PermissionSetId=access["Id"])
