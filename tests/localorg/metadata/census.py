"""What becomes of every real file on a local org; `python -m tests.localorg.metadata.census` counts it.

An app or a permission set is deployed where everything that it refers to exists, and retrieved at the versions that
there are. It comes back as it was, byte for byte, or with the same elements in Salesforce's own form (its author laid
it out anew, blanked a key or named what the org writes itself), or it is refused with a text.
"""

import datetime as dt
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

from provision.localorg.clock import FixedClock
from provision.localorg.metadata import content, manifest
from provision.localorg.metadata.refusals import Refusal
from provision.localorg.metadata.types import kinds
from provision.localorg.metadata.types import permission_set_rules as rules
from provision.localorg.store import seed
from provision.localorg.store.database import Database
from provision.localorg.store.orgs import Switches
from tests.localorg.metadata.conftest import Org

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "dev"
NEWEST, OLDEST, OLDEST_RETRIEVED = 68, 31, 44
TYPES = {"connectedApps": "ConnectedApp", "permissionsets": "PermissionSet"}
SAME, ALIKE = "as it was", "the same elements in Salesforce's form"


def files(folder):
    return sorted(path for path in (CORPUS / folder).rglob("*") if path.is_file())


def outcomes(folder, database):
    """Path and outcome of every file of a folder."""
    for path in files(folder):
        name, data = str(path.relative_to(CORPUS)), path.read_bytes()
        yield name, (_manifest(data) if folder in {"package", "destructive"} else _component(data, database))


def _manifest(data):
    try:
        manifest.read(data)
    except Refusal as refusal:
        return f"refused: {refusal.problem}"
    return SAME


def _component(data, database):
    type_name = next((known for known in TYPES.values() if f"<{known}".encode() in data), "ConnectedApp")
    version, held = _read(data, type_name)
    if held is None:
        return f"refused: {version}"
    org = org_of(database)
    provide(org, type_name, held)
    path = {"ConnectedApp": "connectedApps/A.connectedApp", "PermissionSet": "permissionsets/A.permissionset"}[
        type_name
    ]
    done = org.deploy({path: data}, version=version)
    if done.status != "Succeeded":
        return f"refused: {'; '.join(message.problem for message in done.failures())}"
    try:
        return _compared(org, type_name, data.decode(), (held, version))
    finally:
        with org.tenant() as tenant:  # the same key stands in several repositories
            kinds.find(type_name).delete(tenant, "A")


def _compared(org, type_name, text, said):
    """Its author retrieved the file at one of the versions; what was said is there at the one that it was read at."""
    if any(text == org.read(type_name, "A", version) for version in range(NEWEST, OLDEST_RETRIEVED, -1)):
        return SAME
    held, version = said
    missing = _missing(held, type_name, org.read(type_name, "A", version))
    return f"lost: {missing}" if missing else ALIKE


def _read(data, type_name):
    """The newest version that can read a file, and its content; or why the newest of all cannot."""
    why = ""
    for version in range(NEWEST, OLDEST - 1, -1):
        try:
            return version, content.read(data, type_name, version)
        except Refusal as refusal:
            why = why or refusal.problem
    return why, None


def _missing(held, type_name, text):
    """What was said and does not come back; that the form is Salesforce's own is checked on the way."""
    back = content.read(text.encode(), type_name, NEWEST)
    if content.write(type_name, back).decode() != text:
        return ["the form"]
    return list(_lost(_kept(held, type_name), back, ""))


def _kept(held, type_name):
    """Without entries that grant nothing, which an org does not keep."""
    if type_name != "PermissionSet":
        return held
    kept = dict(held)
    for element, flags in (("fieldPermissions", {"editable", "readable"}), ("objectPermissions", rules._OBJECT_LABELS)):
        kept[element] = [entry for entry in held.get(element, ()) if any(entry.get(flag) == "true" for flag in flags)]
    return kept


def _lost(said, back, at):
    if isinstance(said, dict):
        for name, value in said.items():
            yield from _lost(value, (back or {}).get(name), f"{at}/{name}")
    elif isinstance(said, list):
        told = [str(each) for each in back or ()]
        for each in said:
            if not any(not list(_lost(each, other, at)) for other in back or ()) and str(each) not in told:
                yield f"{at}: {each}"
    elif said and "consumerSecret" not in at and _words(said) != _words(back or ""):
        yield f"{at}: {said!r}"


def _words(text):
    """Text without the lines around a certificate, however it is broken into lines."""
    return "".join(re.sub("-----[A-Z ]+-----", "", text).split())


def org_of(database):
    with database.transaction() as transaction:
        count = len(transaction.orgs.all())
        row = seed.make(transaction, f"org-{count}", Switches(connected_app_creation="enabled"))
    return Org(database, row, database.clock)


def provide(org, type_name, held):
    """Make everything and everybody exist that a file refers to."""
    (_provide_for_app if type_name == "ConnectedApp" else _provide_for_permissions)(org, held)


def _provide_for_app(org, held):
    for label in held.get("permissionSetName", ()):
        org.insert("PermissionSet", Name=label, Label=label, IsOwnedByProfile=False)
    for name in set(held.get("profileName", ())) - {"System Administrator", "Standard User"}:
        profile = org.insert("Profile", Name=name)
        org.insert("PermissionSet", Name="X00e", Label="X00e", IsOwnedByProfile=True, ProfileId=profile)
    username = held.get("oauthConfig", {}).get("oauthClientCredentialUser")
    if username:
        org.insert("User", Username=username, IsActive=True)


def _provide_for_permissions(org, wanted):
    with org.tenant() as held:
        for element, (_, type_name) in rules._REFERENCES.items():
            for entry in wanted.get(element, ()):
                held.documents.put(type_name, entry[rules.KEYS[element]], {}, None)
        for entry in wanted.get("objectPermissions", ()):
            held.documents.put("CustomObject", entry["object"], {}, None)
        for entry in wanted.get("fieldPermissions", ()):
            held.documents.put("CustomObject", entry["field"].partition(".")[0], {}, None)
            held.documents.put("CustomField", entry["field"], {}, None)
        if wanted.get("license") not in (None, "Salesforce"):
            held.records.insert("PermissionSetLicense", {"DeveloperName": wanted["license"]})


def main():
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "orgs.db", FixedClock(dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)))
        for kind in ("connectedApps", "permissionsets", "package", "destructive", "malformed"):
            found = Counter(outcome for _, outcome in outcomes(kind, database))
            sys.stdout.write(f"{kind}: {found.total()} files\n")
            for outcome, count in found.most_common():
                sys.stdout.write(f"{count:>6}  {outcome}\n")


if __name__ == "__main__":
    main()
