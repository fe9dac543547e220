"""What the client scripts of `../shared/clients` need to find: a served org with users and an app."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from provision.localorg import FILE_NAME, LocalOrg
from provision.localorg.store.consumers import Consumer
from provision.localorg.store.database import Transaction
from tests.localorg.serving.running import PROVISION, serving

SCRIPTS = Path(__file__).resolve().parents[2] / ".." / "shared" / "clients"
ConnectedApps = Literal["allowed", "blocked"]
ORGS: Mapping[ConnectedApps, str] = {"allowed": "local-legacy", "blocked": "local"}

CONSUMER_KEY = "3MVG9interop" + "k" * 73
CONSUMER_SECRET = "5" * 64
PERMISSION_SET_LICENSE = "SalesforceAPIIntegrationPsl"
PASSWORD = "correct horse 5"
INTEGRATION = ("Minimum Access - API Only Integrations", "integration@interop.example")
UNASSIGNED = ("Minimum Access - API Only Integrations", "unassigned@interop.example")


@dataclass(frozen=True)
class Report:
    """What a script found."""

    code: int
    passed: tuple[str, ...]
    failed: tuple[str, ...]
    skipped: tuple[str, ...]
    output: str


PASSWORDS: Mapping[str, str] = {"API_VERSION": "64.0", "EXPECT_PASSWORD_LOGIN": "yes"}
"""Added to the environment where an org takes passwords: the last API version that does."""


@contextmanager
def rehearsal(folder: Path, connected_apps: ConnectedApps, *, passwords: bool = False) -> Iterator[dict[str, str]]:
    """Serve an org, set up as the scripts ask for it, and yield their environment.

    An org of today takes no passwords; `passwords` switches them on, where API versions still have them.
    """
    name = ORGS[connected_apps]
    subprocess.run([*PROVISION, "init", "--quiet"], cwd=folder, check=True, capture_output=True)
    with serving(folder, "-o", name) as server:
        found = server.env(name)
        key_file = folder / "app.key"
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        plain = serialization.NoEncryption()
        key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
        key_file.chmod(0o600)
        org = LocalOrg.open(folder / ".provision" / FILE_NAME, name)
        _set_up(org, _certificate(key))
        # Where the evidence is open the scripts take a side that is not the default. Whether an app for admin-approved
        # users asks a grant of its run-as user: they side with Salesforce's help, the local org with two live logs.
        # Whether a deploy deletes a permission set that users have: nothing was found, Setup refuses it.
        org.switch(client_credentials_preauthorization="ignored", assigned_permission_set_deletion="allowed")
        if passwords:
            org.switch(password_flow="allowed", soap_login="enabled")
        yield {
            "BASE_URL": server.base_url(name),
            "CA_FILE": server.ca_file,
            "ACCESS_TOKEN": found["SF_ACCESS_TOKEN"],
            "USERNAME": found["SF_USERNAME"],
            "CLIENT_ID": CONSUMER_KEY,
            "CLIENT_SECRET": CONSUMER_SECRET,
            "KEY_FILE": str(key_file),
            "INTEGRATION_USERNAME": INTEGRATION[1],
            "UNASSIGNED_USERNAME": UNASSIGNED[1],
            "PSL_NAME": PERMISSION_SET_LICENSE,
            "PASSWORD": PASSWORD,
            "EXPECT_PASSWORD_LOGIN": "no",
            "CONNECTED_APPS": connected_apps,
            **(PASSWORDS if passwords else {}),
        }


def run(command: list[str], environment: Mapping[str, str], seconds: int = 600) -> Report:
    """Run one of the scripts."""
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=seconds
    )
    output = done.stdout + done.stderr

    def steps(word: str) -> tuple[str, ...]:
        return tuple(line.removeprefix(f"{word} ") for line in done.stdout.splitlines() if line.startswith(f"{word} "))

    return Report(done.returncode, steps("PASS"), steps("FAIL"), steps("SKIP"), output)


def _certificate(key: rsa.RSAPrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "interop")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(minutes=5),
        not_valid_after=now + timedelta(days=30),
    ).sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.DER)


def _set_up(org: LocalOrg, certificate: bytes) -> None:
    """An app for admin-approved users that the administrator may use, and two users who may not."""
    with org.transaction() as transaction:
        records = transaction.records(org.org_id)
        admin = records.user_named(org.admin_username)
        assert admin is not None
        app = records.insert("ConnectedApplication", {"Name": "Interop"})
        allowed = records.insert("PermissionSet", {"Name": "Interop_Access", "Label": "Interop Access"})
        records.insert(
            "SetupEntityAccess",
            {"ParentId": allowed.id, "SetupEntityId": app.id, "SetupEntityType": "ConnectedApplication"},
        )
        records.insert("PermissionSetAssignment", {"AssigneeId": admin.id, "PermissionSetId": allowed.id})
        for profile, username in (INTEGRATION, UNASSIGNED):
            _user(transaction, org.org_id, profile, username)
        now = transaction.now()
    org.set_password(org.admin_username, PASSWORD)
    org.add_consumer(
        Consumer(
            key=CONSUMER_KEY,
            secret=CONSUMER_SECRET,
            app_id=app.id,
            kind="connected-app",
            name="Interop",
            certificate_der=certificate,
            scopes=frozenset({"api", "refresh_token"}),
            client_credentials=True,
            run_as_user_id=admin.id,
            admin_approved=True,
            ip_relaxation="ENFORCE",
            consumer_secret_optional=False,
            effective_at=now,
        )
    )


def _user(transaction: Transaction, org_id: str, profile: str, username: str) -> Any:
    records = transaction.records(org_id)
    [held] = records.find("Profile", Name=profile)
    name = username.partition("@")[0]
    made = records.insert(
        "User",
        {
            "Username": username,
            "LastName": name,
            "Name": name,
            "Alias": name[:8],
            "Email": username,
            "IsActive": True,
            "UserType": "Standard",
            "ProfileId": held.id,
            "TimeZoneSidKey": "America/Los_Angeles",
            "LocaleSidKey": "en_US",
            "EmailEncodingKey": "UTF-8",
            "LanguageLocaleKey": "en_US",
        },
    )
    records.insert("UserLogin", {"UserId": made.id, "IsFrozen": False, "IsPasswordLocked": False})
    return made
