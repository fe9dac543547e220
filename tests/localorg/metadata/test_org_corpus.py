"""Files of real orgs deploy and come back byte for byte, where what they refer to exists."""

from pathlib import Path

import pytest

from provision.localorg.metadata import content
from provision.localorg.metadata.refusals import Refusal
from provision.localorg.metadata.types import kinds
from provision.localorg.metadata.types import permission_set_rules as rules

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "dev"
NEWEST = 68

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the collection of real metadata files is not here")


def files(folder):
    return sorted(path for path in (CORPUS / folder).rglob("*") if path.is_file())


def as_laid_out_by_salesforce(folder, type_name):
    """Content and text of the files whose layout nobody has touched."""
    for path in files(folder):
        data = path.read_bytes()
        try:
            held = content.read(data, type_name, NEWEST)
        except Refusal:
            continue
        if content.write(type_name, held) == data:
            yield str(path.relative_to(CORPUS)), held, data.decode()


def test_connected_apps_come_back_as_they_were(make_org):
    same, other = 0, []
    for name, held, text in as_laid_out_by_salesforce("connectedApps", "ConnectedApp"):
        oauth = held.get("oauthConfig", {})
        if not oauth.get("consumerKey", "").strip() or "consumerSecret" in oauth:
            continue  # blanked or filled in after the retrieve
        org = make_org(name)
        provide_for_app(org, held)
        done = org.deploy({"connectedApps/App.connectedApp": text}, version=NEWEST)
        shown = (org.read("ConnectedApp", "App", version) for version in range(NEWEST, 44, -1))
        if done.status == "Succeeded" and text in shown:
            same += 1
        else:
            other.append((name, [message.problem for message in done.failures()]))
        with org.tenant() as tenant:  # the same key stands in several repositories
            kinds.find("ConnectedApp").delete(tenant, "App")
    assert same > 100
    # The one left over names a profile twice.
    assert len(other) <= 1, other


def provide_for_app(org, held):
    """Make everybody exist whom an app names."""
    for label in held.get("permissionSetName", ()):
        org.insert("PermissionSet", Name=label, Label=label, IsOwnedByProfile=False)
    for name in set(held.get("profileName", ())) - {"System Administrator", "Standard User"}:
        profile = org.insert("Profile", Name=name)
        org.insert("PermissionSet", Name="X00e", Label="X00e", IsOwnedByProfile=True, ProfileId=profile)
    username = held.get("oauthConfig", {}).get("oauthClientCredentialUser")
    if username:
        org.insert("User", Username=username, IsActive=True)


def test_permission_sets_come_back_as_they_were(make_org):
    same, refused, other = 0, [], []
    for name, held, text in as_laid_out_by_salesforce("permissionsets", "PermissionSet"):
        org = make_org(name)
        provide(org, held)
        done = org.deploy({"permissionsets/A.permissionset": text}, version=NEWEST)
        if done.status != "Succeeded":
            refused += [message.problem for message in done.failures()]
        elif granted(held) in (org.read("PermissionSet", "A", version) for version in (NEWEST, 62, 52)):
            same += 1
        else:
            other.append(name)
    assert same > 100
    assert len(other) <= 5, other
    assert {problem.partition(":")[0] for problem in refused} <= {"Unknown user permission", "Field"}


def provide(org, wanted):
    """Make everything exist that a permission set refers to."""
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


def granted(held):
    """The file without entries that grant nothing, which an org does not keep, lists in their order."""
    kept = dict(held)
    for element, flags in (("fieldPermissions", {"editable", "readable"}), ("objectPermissions", rules._OBJECT_LABELS)):
        entries = [entry for entry in held.get(element, ()) if any(entry.get(flag) == "true" for flag in flags)]
        kept = {name: value for name, value in kept.items() if name != element}
        if entries:
            kept[element] = entries
    return content.write("PermissionSet", kept).decode()
