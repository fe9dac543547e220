"""`provision keys retire`: the end of a private key, once nobody can be using it."""

from __future__ import annotations

import io
import shutil
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from provision.acts.key_retirement import doubt, retirement_of
from provision.errors import Code, Failed
from provision.keys.generate import generate_private_key
from provision.org.connect import connect
from provision.settings.desired import desired
from provision.settings.load import load
from provision.store.file import FileStore
from provision.store.protocol import Slot
from tests.journeys.conftest import Provision, edit
from tests.journeys.key_pairs import CONFIRMED, bring_another_key, listed, requested_key, shown
from tests.keys.authority import Authority, bundle

NOW = datetime.now(UTC)
BY_FILE = """\
<?xml version="1.0" encoding="UTF-8"?>
<ConnectedApp xmlns="http://soap.sforce.com/2006/04/metadata">
    <contactEmail>owner@acme.example</contactEmail>
    <label>Billing from Git</label>
</ConnectedApp>
"""


@pytest.fixture
def generated(settings: Path, provision: Provision) -> Path:
    assert provision("keys", "generate").code == 0
    return settings


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("CN=Acme Issuing CA", generate_private_key(2048), start=NOW - timedelta(days=1))


@pytest.fixture
def renewed(generated: Path, provision: Provision) -> Path:
    bring_another_key(provision, generated.parent)
    return generated


def test_the_key_goes_and_its_certificate_stays(renewed: Path, provision: Provision) -> None:
    old = shown(provision, "--generation", "1")
    done = provision("keys", "retire", "--generation", "1", *CONFIRMED)
    assert done.out == ("Generation 1 of billing-sync in local-legacy is retired: its private key is deleted.\n")
    assert listed(provision) == [(1, "retired"), (2, "current")]
    assert not list((renewed.parent / ".provision").rglob("0001.key.pem"))
    assert shown(provision, "--generation", "1") == old
    again = provision("keys", "retire", "--generation", "1")
    assert (again.code, "retired already" in again.out) == (0, True)


def test_it_has_to_be_confirmed_by_name(renewed: Path, provision: Provision) -> None:
    for arguments in ([], ["--confirm", "local-legacy"], ["--no-prompt"]):
        done = provision("keys", "retire", "--generation", "1", *arguments, "--json")
        assert (done.code, done.document["code"]) == (2, "CONFIRMATION_REQUIRED")
        assert done.document["actions"] == ["Run it again with --confirm billing-sync"]
    assert listed(provision) == [(1, "archived"), (2, "current")]


def test_the_current_one_is_refused(renewed: Path, provision: Provision) -> None:
    done = provision("keys", "retire", "--generation", "2", *CONFIRMED, "--json")
    assert (done.code, done.document["code"]) == (2, "USAGE")
    assert "current key pair" in done.document["message"]
    assert listed(provision) == [(1, "archived"), (2, "current")]


def test_one_that_never_was_is_missing(renewed: Path, provision: Provision) -> None:
    done = provision("keys", "retire", "--generation", "7", *CONFIRMED, "--json")
    assert (done.code, done.document["code"]) == (1, "KEY_MISSING")


def test_a_key_that_another_generation_has_is_said_to_stay(
    generated: Path, provision: Provision, authority: Authority
) -> None:
    (generated.parent / "issued.pem").write_text(bundle(authority.certify("CN=x", requested_key(provision))))
    assert provision("keys", "import", "--certificate", "issued.pem").code == 0
    done = provision("keys", "retire", "--generation", "1", *CONFIRMED)
    assert "The same key stays stored as generation 2." in done.out
    assert provision("keys", "check").code == 0


def test_what_the_app_holds_is_not_retired(settings: Path, provision: Provision) -> None:
    assert provision("apply", "--no-verify").code == 0
    bring_another_key(provision, settings.parent)
    done = provision("keys", "retire", "--generation", "1", *CONFIRMED, "--json")
    assert (done.code, done.document["code"]) == (1, "KEY_IN_USE")
    assert listed(provision) == [(1, "archived"), (2, "current")]


def test_neither_is_it_where_the_app_is_declared_by_its_file(settings: Path, provision: Provision) -> None:
    """The name in the org is then that of the file, and so may be the grants."""
    written = "    label: Billing Sync\n    contact_email: integrations@acme.example\n"
    (settings.parent / "Billing_Git.connectedApp-meta.xml").write_text(BY_FILE)
    edit(settings, written, "    file: Billing_Git.connectedApp-meta.xml\n")
    assert provision("apply", "--no-verify").code == 0
    bring_another_key(provision, settings.parent)
    done = provision("keys", "retire", "--generation", "1", *CONFIRMED, "--json")
    assert (done.code, done.document["code"]) == (1, "KEY_IN_USE")
    assert done.document["message"].startswith("Billing_Git in local-legacy holds the certificate")


def test_the_last_key_for_another_certificate_on_the_app_is_not_retired(
    settings: Path, provision: Provision, tmp_path: Path
) -> None:
    """The app holds a certificate that is not stored, over a key that is: retiring it would lock everybody out."""
    assert provision("apply", "--no-verify").code == 0
    [key] = (settings.parent / ".provision/local-legacy").rglob("0001.key.pem")
    shutil.copy(key, tmp_path / "kept.key")
    shutil.rmtree(settings.parent / ".provision/local-legacy")
    assert provision("keys", "import", "--key", "kept.key").code == 0
    bring_another_key(provision, settings.parent)
    done = provision("keys", "retire", "--generation", "1", *CONFIRMED, "--json")
    assert (done.code, done.document["code"]) == (1, "KEY_IN_USE")
    assert "another certificate for the key" in done.document["message"]


def test_without_a_session_it_says_what_the_org_may_still_hold(settings: Path, provision: Provision) -> None:
    org = "\n  uat: {my_domain: acme--uat.sandbox.my.salesforce.com, admin: [access-token]}\n"
    settings.write_text(settings.read_text().replace("\norgs:\n", f"\norgs:{org}", 1))
    for arguments in ([], ["--staged"]):
        assert provision("keys", "generate", "-o", "uat", *arguments).code == 0
    serial = f"{shown(provision, '-o', 'uat', '--generation', '2').serial_number:X}"
    arguments = ["keys", "retire", "-o", "uat", "--generation", "2", "--json"]
    refused = provision(*arguments)
    assert refused.document["code"] == "CONFIRMATION_REQUIRED"
    done = provision(*arguments, *CONFIRMED)
    [warning] = done.document["warnings"]
    for told in (refused.document["message"], warning):
        assert "may still hold the certificate" in told
        assert serial in told
    assert done.code == 0


def test_another_org_than_the_pinned_one_vouches_for_nothing(renewed: Path) -> None:
    settings = load(renewed, {})
    org = connect(settings, "local-legacy", {}, "67.0")
    wanted = desired(settings, "local-legacy")
    retirement = retirement_of(FileStore(renewed.parent / ".provision"), Slot("local-legacy", "billing-sync"), 1)
    org_id = org.records.query("SELECT Id FROM Organization")[0]["Id"]
    assert doubt(org, wanted, retirement, org_id[:15], NOW) is None
    with pytest.raises(Failed) as raised:
        doubt(org, wanted, retirement, "00DXX0000000001AAA", NOW)
    assert raised.value.code is Code.ORG_MISMATCH


def test_an_app_that_shows_no_certificate_leaves_a_doubt(settings: Path, provision: Provision) -> None:
    edit(settings, "grants: [jwt-bearer, client-credentials]", "grants: [client-credentials]")
    assert provision("apply", "--no-verify").code == 0
    for arguments in ([], ["--staged"]):
        assert provision("keys", "generate", *arguments).code == 0
    done = provision("keys", "retire", "--generation", "2", *CONFIRMED, "--json")
    assert done.code == 0
    assert "shows no certificate of Billing_Sync" in done.document["warnings"][0]


@pytest.mark.parametrize(("typed", "code"), [("billing-sync", 0), ("yes", 2)])
def test_whoever_sits_at_a_terminal_is_asked(
    renewed: Path, provision: Provision, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal(f"{typed}\n"))
    done = provision("keys", "retire", "--generation", "1")
    assert done.code == code
    assert "Type billing-sync to delete the private key of generation 1" in done.err
    assert listed(provision)[0] == (1, "archived" if code else "retired")


def test_requests_and_certificates_show_no_key(generated: Path, provision: Provision, authority: Authority) -> None:
    """Neither do files that anybody may read."""
    folder = generated.parent
    [stored] = (folder / ".provision").rglob("*.key.pem")
    lines = stored.read_text().splitlines()[1:-1]
    (folder / "issued.pem").write_text(bundle(authority.certify("CN=x", requested_key(provision))))
    done = [provision("keys", "csr", "--out", "app.csr", "--json", "--debug")]
    done.append(provision("keys", "import", "--certificate", "issued.pem", "--debug"))
    done.append(provision("keys", "retire", "--generation", "1", "--debug", *CONFIRMED))
    told = "".join(f"{one.out}{one.err}" for one in done) + (folder / "app.csr").read_text()
    assert not any(line in told for line in lines)
    for path in (folder / ".provision").rglob("*.key.pem"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
