"""Zips are opened with care, manifests read by their rules."""

import contextlib
import io
import warnings
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provision.localorg.metadata import folders, manifest, package
from provision.localorg.metadata.manifest import Manifest
from provision.localorg.metadata.package import BadZip
from provision.localorg.metadata.refusals import Refusal
from provision.localorg.metadata.tree import NAMESPACE


def zipped(files, **options):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **options) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        for path, data in files:
            archive.writestr(path, data)
    return buffer.getvalue()


@pytest.mark.parametrize("path", ["../package.xml", "/package.xml", "a/../../b", "a//b", "a\\..\\b"])
def test_paths_outside_the_package_are_refused(path):
    with pytest.raises(BadZip, match="Invalid path in zip"):
        package.unzip(zipped([(path, "x")]))


def test_too_many_files_are_refused_in_the_recorded_words():
    with pytest.raises(BadZip, match=r"^INVALID_OPERATION: Too many files in zip$"):
        package.unzip(zipped([(f"f{number}", "") for number in range(package.MAX_FILES + 1)]))


def test_a_small_zip_of_huge_files_is_refused_before_it_is_unpacked():
    bomb = zipped([(f"{n}", bytes(16 * 1024 * 1024)) for n in range(5)], compression=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 200_000
    with pytest.raises(BadZip, match="LIMIT_EXCEEDED"):
        package.unzip(bomb)


def test_unusual_compression_is_refused():
    with pytest.raises(BadZip, match="Unsupported compression"):
        package.unzip(zipped([("package.xml", "x")], compression=zipfile.ZIP_LZMA))


def test_folder_entries_are_left_out():
    assert package.unzip(zipped([("a/", ""), ("a/b", "c")])) == {"a/b": b"c"}


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused(data):
    with pytest.raises(BadZip, match="UNKNOWN_EXCEPTION"):
        package.unzip(data)


@given(st.data())
def test_damaged_zips_are_unzipped_or_refused(data):
    sound = bytearray(zipped([("package.xml", "x" * 50), ("a/b.c", "y")], compression=zipfile.ZIP_DEFLATED))
    for _ in range(data.draw(st.integers(1, 6))):
        sound[data.draw(st.integers(0, len(sound) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(BadZip):
        package.unzip(bytes(sound))


def test_each_top_folder_is_a_package_unless_the_zip_is_a_single_one():
    files = {"a/package.xml": b"1", "b/package.xml": b"2", "package.xml": b"3"}
    assert [(each.root, dict(each.files)) for each in package.packages(files, single=False)] == [
        ("a/", {"package.xml": b"1"}),
        ("b/", {"package.xml": b"2"}),
    ]
    assert [each.root for each in package.packages(files, single=True)] == [""]


@pytest.mark.parametrize(
    ("path", "located"),
    [
        ("permissionsets/A.permissionset", ("PermissionSet", "A")),
        ("connectedApps/A%2FB.connectedApp", ("ConnectedApp", "A/B")),
        ("externalClientApps/A.eca-meta.xml", ("ExternalClientApplication", "A")),
        ("classes/A.cls", ("ApexClass", "A")),
        ("classes/A.permissionset", None),
        ("README.md", None),
    ],
)
def test_files_are_located_by_folder_and_suffix(path, located):
    assert folders.locate(path) == located


def package_xml(inside):
    return f'<Package xmlns="{NAMESPACE}">{inside}</Package>'.encode()


def test_manifests_are_read_in_any_order():
    types = "<types><name>PermissionSet</name><members>A</members><members>*</members></types>"
    assert manifest.read(package_xml(f"<version>61.0</version>{types}")) == Manifest(
        (("PermissionSet", ("A", "*")),), 61
    )


@pytest.mark.parametrize("version", ["", "bad", "30.0", "69.0", "61.5", "-61", "61.0.0"])
def test_versions_that_are_not_served_are_refused(version):
    with pytest.raises(Refusal, match="Invalid version specified"):
        manifest.read(package_xml(f"<version>{version}</version>"))


def test_returned_manifests_are_sorted_and_keep_wildcards():
    written = manifest.write(Manifest((("PermissionSet", ("*",)), ("ConnectedApp", ("B", "A"))), 60))
    assert written.decode().splitlines()[2:] == [
        "    <types>",
        "        <members>B</members>",
        "        <members>A</members>",
        "        <name>ConnectedApp</name>",
        "    </types>",
        "    <types>",
        "        <members>*</members>",
        "        <name>PermissionSet</name>",
        "    </types>",
        "    <version>60.0</version>",
        "</Package>",
    ]
