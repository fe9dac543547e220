"""What a retrieve returns besides the files."""

import pytest

from provision.localorg.metadata.tree import NAMESPACE

SET = f'<PermissionSet xmlns="{NAMESPACE}"><label>A set</label></PermissionSet>'


@pytest.fixture
def filled(org):
    """An org with two permission sets."""
    org.deploy({"permissionsets/B.permissionset": SET, "permissionsets/A.permissionset": SET})
    return org


def test_wildcards_find_every_component_once(filled):
    files, done = filled.retrieve({"PermissionSet": ["*", "A"]})
    assert list(files) == ["package.xml", "permissionsets/A.permissionset", "permissionsets/B.permissionset"]
    assert [entry["fileName"] for entry in done.properties] == list(files)
    assert done.properties[0]["type"] == "Package"
    assert done.properties[1]["id"].startswith("0PS")


def test_missing_members_are_messages(filled):
    files, done = filled.retrieve({"PermissionSet": ["No"], "ConnectedApp": ["*"]})
    assert list(files) == ["package.xml"]
    assert done.messages == (
        {"fileName": "package.xml", "problem": "Entity of type 'PermissionSet' named 'No' cannot be found"},
    )


def test_types_unknown_to_the_version_are_messages(filled):
    _, done = filled.retrieve({"ApexClass": ["*"]})
    assert done.messages[0]["problem"] == "Entity type 'ApexClass' is not available in this api version"


def test_the_manifest_comes_back_with_its_version(filled):
    files, _ = filled.retrieve({"PermissionSet": ["*"]}, 58)
    assert "<members>*</members>\n        <name>PermissionSet</name>" in files["package.xml"]
    assert "<version>58.0</version>" in files["package.xml"]
