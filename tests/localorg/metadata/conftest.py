"""A fresh org to deploy into, engine only: no HTTP."""

import base64
import contextlib
import datetime as dt
import io
import zipfile
from dataclasses import dataclass, replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from provision.localorg.clock import FixedClock
from provision.localorg.metadata import deploy, jobs, retrieve
from provision.localorg.metadata.manifest import Manifest
from provision.localorg.metadata.options import Options
from provision.localorg.metadata.tenant import tenant
from provision.localorg.metadata.tree import NAMESPACE
from provision.localorg.store import seed
from provision.localorg.store.database import Database
from provision.localorg.store.orgs import OrgRow, Switches

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
            yield tenant(transaction, self.row, self.clock.now())

    def deploy_files(self, files, options=STRICT):
        with self.database.transaction() as transaction:
            held = tenant(transaction, self.row, self.clock.now())
            return deploy.run(transaction, held, zipped(files), options)

    def deploy(self, components, *, version=66, **options):
        """Deploy components given by path below the package; every one is named by a wildcard."""
        wildcards = {name: ["*"] for name in ("ConnectedApp", "PermissionSet", "PermissionSetGroup")}
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
            record_id = held.documents.record_id("ConnectedApp", full_name)
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
