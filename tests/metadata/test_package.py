"""Packages: manifests, deterministic zips out, guarded zips in, files in a project."""

import contextlib
import io
import zipfile
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provision.errors import Code, Failed
from provision.metadata import package
from provision.metadata.package import destructive_changes, from_zip, package_xml, to_files, to_zip
from provision.model.metadata import Component, Package

APP = Component("ConnectedApp", "Billing_Sync", b"<app/>")
SET = Component("PermissionSet", "Billing_Data", b"<set/>")
POLICY = Component("ExtlClntAppOauthConfigurablePolicies", "Billing_Sync_oauthPlcy", b"<policy/>")
SETTINGS = Component("Settings", "ExternalClientApp", b"<settings/>")
PACKAGE = Package((APP, SET, POLICY, SETTINGS), "67.0", (("ConnectedApp", "Old"),), (("PermissionSet", "Older"),))


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


MANIFEST = package_xml({"ConnectedApp": ["A"]}, "67.0")


def test_a_manifest_sorts_types_and_members_and_leaves_out_empty_types():
    text = package_xml({"PermissionSet": iter(["B", "A", "B"]), "ConnectedApp": ["*"], "Profile": []}, "66.0").decode()
    assert text == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Package xmlns="http://soap.sforce.com/2006/04/metadata">\n'
        "    <types>\n        <members>*</members>\n        <name>ConnectedApp</name>\n    </types>\n"
        "    <types>\n        <members>A</members>\n        <members>B</members>\n"
        "        <name>PermissionSet</name>\n    </types>\n"
        "    <version>66.0</version>\n</Package>\n"
    )


def test_a_manifest_without_types_is_the_companion_of_a_deletion():
    assert b"<types>" not in package_xml({}, "67.0")


def test_a_deletion_has_no_version_and_takes_no_wildcard():
    assert b"<version>" not in destructive_changes([("ConnectedApp", "A")], "67.0")
    with pytest.raises(ValueError, match="wildcard"):
        destructive_changes([("ConnectedApp", "*")], "67.0")


def test_the_same_package_gives_the_same_bytes_whatever_the_order_of_its_components():
    other = Package(tuple(reversed(PACKAGE.components)), "67.0", PACKAGE.delete_before, PACKAGE.delete_after)
    assert to_zip(PACKAGE) == to_zip(other)


def test_a_zip_holds_the_names_the_metadata_api_expects():
    with zipfile.ZipFile(io.BytesIO(to_zip(PACKAGE))) as archive:
        assert archive.namelist() == [
            "connectedApps/Billing_Sync.connectedApp",
            "destructiveChangesPost.xml",
            "destructiveChangesPre.xml",
            "extlClntAppOauthPolicies/Billing_Sync_oauthPlcy.ecaOauthPlcy",
            "package.xml",
            "permissionsets/Billing_Data.permissionset",
            "settings/ExternalClientApp.settings",
        ]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_package_survives_its_zip():
    back = from_zip(to_zip(PACKAGE))
    assert set(back.components) == set(PACKAGE.components)
    assert (back.api_version, back.delete_before, back.delete_after) == (
        "67.0",
        PACKAGE.delete_before,
        PACKAGE.delete_after,
    )


def test_full_names_are_encoded_as_salesforce_does_in_files_and_manifest():
    odd = Component("PermissionSet", "Custom: Anna's (EU) 100% Ökonomie", b"<set/>")
    encoded = "Custom%3A Anna%27s %28EU%29 100%25 Ökonomie"
    files = to_files(Package((odd,), "67.0"), "mdapi")
    assert PurePosixPath(f"permissionsets/{encoded}.permissionset") in files
    assert f"<members>{encoded}</members>".encode() in files[PurePosixPath("package.xml")]
    assert from_zip(to_zip(Package((odd,), "67.0"))).components == (odd,)


def test_a_name_cannot_leave_its_folder():
    for name in ("../../evil", "a/b", "..", "*"):
        (path,) = to_files(Package((Component("ConnectedApp", name, b""),), "67.0"), "source")
        assert path.parent == PurePosixPath("force-app/main/default/connectedApps")


def test_deleted_names_are_decoded_when_read_and_encoded_when_written():
    deletion = Package((), "67.0", (("PermissionSet", "Custom: X"),))
    assert from_zip(to_zip(deletion)).delete_before == (("PermissionSet", "Custom: X"),)


def test_source_form_has_meta_files_and_keeps_deletions_beside_the_project():
    assert set(to_files(Package((APP, POLICY), "67.0"), "source")) == {
        PurePosixPath("force-app/main/default/connectedApps/Billing_Sync.connectedApp-meta.xml"),
        PurePosixPath("force-app/main/default/extlClntAppOauthPolicies/Billing_Sync_oauthPlcy.ecaOauthPlcy-meta.xml"),
    }
    assert PurePosixPath("manifest/destructiveChangesPre.xml") in to_files(PACKAGE, "source")


def test_a_component_given_twice_is_refused():
    with pytest.raises(ValueError, match="once"):
        to_zip(Package((APP, APP), "67.0"))


@pytest.mark.parametrize("around", ["", "unpackaged/", "My Package/"])
def test_a_folder_around_the_package_is_removed(around):
    content = zipped({f"{around}package.xml": MANIFEST, f"{around}connectedApps/A.connectedApp": b"<a/>"})
    assert from_zip(content) == Package((Component("ConnectedApp", "A", b"<a/>"),), "67.0")


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"connectedApps/A.connectedApp": b""}, "no package.xml"),
        ({"package.xml": MANIFEST, "../evil.connectedApp": b""}, "leads out"),
        ({"package.xml": MANIFEST, "/etc/passwd": b""}, "leads out"),
        ({"package.xml": MANIFEST, "connectedApps\\A.connectedApp": b""}, "leads out"),
        ({"package.xml": MANIFEST, "C:/A.connectedApp": b""}, "leads out"),
        ({"package.xml": MANIFEST, ".": b""}, "out of range"),
        ({"package.xml": MANIFEST, "classes/A.cls": b""}, "classes/A.cls is not a component"),
    ],
)
def test_a_zip_that_is_no_package_is_refused_with_the_reason(files, reason):
    with pytest.raises(Failed, match=reason) as refused:
        from_zip(zipped(files))
    assert refused.value.code == Code.METADATA_INVALID


def test_bytes_that_are_no_zip_are_refused():
    for content in (b"", b"PK\x03\x04", to_zip(PACKAGE)[:-30], b"<xml/>"):
        with pytest.raises(Failed, match="not a metadata package"):
            from_zip(content)


def test_a_zip_with_a_damaged_file_is_refused():
    content = bytearray(zipped({"package.xml": MANIFEST}))
    content[content.index(b"<Package")] = 0x20
    with pytest.raises(Failed, match="Bad CRC"):
        from_zip(bytes(content))


@given(st.lists(st.tuples(st.integers(0, len(to_zip(PACKAGE)) - 1), st.integers(0, 255)), min_size=1, max_size=5))
def test_a_damaged_zip_is_read_or_refused(damages):
    content = bytearray(to_zip(PACKAGE))
    for place, byte in damages:
        content[place] = byte
    with contextlib.suppress(Failed):
        from_zip(bytes(content))


@pytest.mark.parametrize(("limit", "value"), [("MAX_ENTRIES", 1), ("MAX_UNZIPPED_BYTES", 300), ("MAX_ZIP_BYTES", 100)])
def test_a_zip_that_is_too_large_is_refused_before_it_is_unpacked(monkeypatch, limit, value):
    monkeypatch.setattr(package, limit, value)
    with pytest.raises(Failed, match=f"more than {value}"):
        from_zip(to_zip(PACKAGE))
