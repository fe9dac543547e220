"""A fresh org to deploy into, engine only: no HTTP."""

import base64
import contextlib
import datetime as dt
import io
import zipfile
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from werkzeug.test import Client

from provision.localorg.app import App
from provision.localorg.clock import FixedClock
from provision.localorg.metadata import deploy, jobs, retrieve
from provision.localorg.metadata.manifest import Manifest
from provision.localorg.metadata.options import Options
from provision.localorg.metadata.schema import schema
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.metadata.tree import NAMESPACE, parse
from provision.localorg.metadata.types import kinds
from provision.localorg.store import seed
from provision.localorg.store.database import Database
from provision.localorg.store.orgs import OrgRow, Switches

APPS = ("ConnectedApp", "ExternalClientApplication")
STRICT = Options(single_package=True, rollback_on_error=True)


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return buffer.getvalue()


def manifest(types, version=66):
    """A manifest file; `types` maps a type name to its members."""
    blocks = [
        "<types>" + "".join(f"<members>{member}</members>" for member in members) + f"<name>{name}</name></types>"
        for name, members in types.items()
    ]
    number = f"<version>{version}.0</version>" if version else ""
    return f'<Package xmlns="{NAMESPACE}">{"".join(blocks)}{number}</Package>'


@dataclass(frozen=True)
class Org:
    """An org of a database, driven through the deploy and retrieve engines."""

    database: Database
    row: OrgRow
    clock: FixedClock

    @contextlib.contextmanager
    def tenant(self):
        with self.database.transaction() as transaction:
            yield self.tenant_of(transaction)

    def tenant_of(self, transaction):
        admin = transaction.records(self.row.id).all("User")[0].id
        return Tenant.of(transaction, self.row, admin, self.clock.now())

    def deploy_files(self, files, options=STRICT):
        return self.deploy_zip(zipped(files), options)

    def deploy_zip(self, data, options=STRICT):
        with self.database.transaction() as transaction:
            return deploy.run(transaction, self.tenant_of(transaction), data, options)

    def deploy(self, components, *, version=66, **options):
        """Deploy components given by path below the package; every one is named by a wildcard."""
        always = ("ConnectedApp", "PermissionSet", "PermissionSetGroup")
        names = [
            kind.type for kind in kinds.KINDS if kind.type in always or not schema().is_younger(kind.type, version)
        ]
        wildcards = {name: ["*"] for name in names}
        files = {"package.xml": manifest(wildcards, version), **components}
        return self.deploy_files(files, replace(STRICT, **options))

    def retrieve(self, types, version=66):
        """Files by path below the package, and what was missing."""
        asked = Manifest(tuple((name, tuple(members)) for name, members in types.items()), version)
        with self.tenant() as held:
            job = jobs.RetrieveJob(jobs.By("005", "A"), asked, version, single_package=True, package_names=())
            done = retrieve.run(held, job)
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(done.zip_file))) as archive:
            return {name: archive.read(name).decode() for name in archive.namelist()}, done

    def read(self, type_name, full_name, version=66):
        """The one file of a component, as text."""
        files, _ = self.retrieve({type_name: [full_name]}, version)
        return next(text for path, text in files.items() if path != "package.xml")

    def records(self, sobject, **equals):
        with self.tenant() as held:
            return held.records.find(sobject, **equals)

    def insert(self, sobject, **fields):
        with self.tenant() as held:
            return held.records.insert(sobject, fields).id

    def consumer(self, full_name):
        with self.tenant() as held:
            found = (held.documents.record_id(kind, full_name) for kind in APPS)
            record_id = next(filter(None, found), None)
            return held.consumers.for_app(record_id) if record_id else None


@pytest.fixture
def make_org(tmp_path):
    """Make orgs that share one file."""
    clock = FixedClock(dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC))
    database = Database(tmp_path / "orgs.db", clock)

    def make(name="Acme", **switches):
        with database.transaction() as transaction:
            row = seed.make(transaction, name, Switches(**{"connected_app_creation": "enabled"} | switches))
        return Org(database, row, clock)

    return make


@pytest.fixture
def org(make_org):
    """An org that may create connected apps."""
    return make_org()


@pytest.fixture
def package_xml():
    """Build a manifest."""
    return manifest


@pytest.fixture(scope="session")
def certificate():
    """A self-signed certificate as PEM, DER and one line of base64."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a")])
    builder = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=1,
        not_valid_before=dt.datetime(2001, 1, 1, tzinfo=dt.UTC),
        not_valid_after=dt.datetime(2002, 1, 1, tzinfo=dt.UTC),
    )
    made = builder.sign(key, hashes.SHA256())
    der = made.public_bytes(Encoding.DER)
    return made.public_bytes(Encoding.PEM).decode(), der, base64.b64encode(der).decode()


@dataclass(frozen=True)
class Http:
    """An org's Metadata API over HTTP, without a socket."""

    org: Org
    client: Client
    session_id: str
    host: str

    def logged_in_again(self):
        """The same with a new session."""
        with self.org.database.transaction() as transaction:
            admin = transaction.records(self.org.row.id).all("User")[0].id
            session = transaction.sessions(self.org.row.id).issue(admin, None, ["full"])
        return replace(self, session_id=session.token)

    def soap(self, operation, inside, *, path="/services/Soap/m/66.0", session_id=None):
        """Call an operation; returns the status and the children of the answer's body."""
        header = f"<SessionHeader><sessionId>{escape(session_id or self.session_id)}</sessionId></SessionHeader>"
        envelope = (
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
            f'<s:Header xmlns="{NAMESPACE}">{header}</s:Header>'
            f'<s:Body><{operation} xmlns="{NAMESPACE}">{inside}</{operation}></s:Body></s:Envelope>'
        )
        return self.post(path, envelope.encode())

    def post(self, path, body):
        response = self.client.post(path, data=body, content_type="text/xml", base_url=f"https://{self.host}")
        return response.status_code, parse(response.data).child("Body").children[0]

    def result(self, operation, inside, **options):
        """The result of a call that succeeds."""
        status, answer = self.soap(operation, inside, **options)
        assert (status, answer.name) == (200, f"{operation}Response")
        return answer.child("result")

    def fault(self, operation, inside="", **options):
        """Code and text of a call that is refused."""
        status, answer = self.soap(operation, inside, **options)
        assert (status, answer.name) == (500, "Fault")
        assert answer.child("detail") is None
        return answer.text_of("faultcode"), answer.text_of("faultstring")

    def start(self, files, options="<singlePackage>true</singlePackage>"):
        """Start a deploy and return its id."""
        encoded = base64.b64encode(zipped(files)).decode()
        inside = f"<ZipFile>{encoded}</ZipFile><DeployOptions>{options}</DeployOptions>"
        return self.result("deploy", inside).text_of("id")

    def poll(self, job_id):
        inside = f"<asyncProcessId>{job_id}</asyncProcessId><includeDetails>true</includeDetails>"
        return self.result("checkDeployStatus", inside)

    def rest(self, method, path="", **options):
        return self.client.open(
            f"/services/data/v66.0/metadata/deployRequest{path}",
            method=method,
            base_url=f"https://{self.host}",
            headers={"Authorization": f"Bearer {options.pop('session_id', self.session_id)}"},
            **options,
        )


@pytest.fixture
def http(org):
    """The Metadata API of the org, called by its administrator."""
    with org.database.transaction() as transaction:
        admin = transaction.records(org.row.id).all("User")[0].id
        session = transaction.sessions(org.row.id).issue(admin, None, ["full"])
    return Http(org, Client(App(org.database)), session.token, org.row.my_domain)
