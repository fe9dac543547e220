"""Zips and multipart bodies, hostile ones among them: a deploy ends in a state, and nothing is written or blown up."""

import base64
import io
import struct
import tracemalloc
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provision.localorg.metadata.package import MAX_UNZIPPED_BYTES
from tests.localorg.fuzz.bounded import FUZZ, ask, in_bounds
from tests.localorg.metadata.conftest import manifest
from tests.localorg.visitor import V

PACKAGE = manifest({"PermissionSet": ["*"]})
SET = '<PermissionSet xmlns="http://soap.sforce.com/2006/04/metadata"><label>A</label></PermissionSet>'
PATHS = (
    *("package.xml", "permissionsets/A.permissionset", "a/package.xml", "destructiveChanges.xml", "connectedApps/"),
    *("../escaped.xml", "/escaped.xml", "permissionsets/../../escaped.xml", "..\\escaped.xml", "C:\\escaped.xml"),
    *(
        "permissionsets//A.permissionset",
        "permissionsets/%2e%2e%2fescaped.permissionset",
        "",
        ".",
        "a" * 300,
        "é\u202e",
    ),
)
CONTENTS = (PACKAGE, SET, "", "<a/>", "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", "x" * 5000)
ENDED = {"Succeeded", "SucceededPartial", "Failed"}


@st.composite
def archives(draw):
    """A zip, then damaged or not."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in draw(st.lists(st.sampled_from(PATHS), max_size=4)):
            entry = zipfile.ZipInfo(path or "x")
            entry.external_attr = draw(st.sampled_from([0, 0o120777 << 16, 0o40755 << 16]))
            entry.compress_type = draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA]))
            with warnings.catch_warnings(action="ignore"):  # a name may come twice
                archive.writestr(entry, draw(st.sampled_from(CONTENTS)))
        archive.comment = draw(st.binary(max_size=5))
    data = bytearray(buffer.getvalue())
    for _ in range(draw(st.integers(0, 3))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data)


def multipart(parts, boundary="b", end="--b--\r\n"):
    lines = (f"--{boundary}\r\n".encode() + head.encode() + b"\r\n\r\n" + body + b"\r\n" for head, body in parts)
    return b"".join(lines) + end.encode()


def deployed(visitor, data, options='{"deployOptions": {"singlePackage": true}}'):
    """The result of a deploy over REST once it has ended."""
    body = multipart(
        [
            ('Content-Disposition: form-data; name="json"\r\nContent-Type: application/json', options.encode()),
            ('Content-Disposition: form-data; name="file"; filename="a.zip"\r\nContent-Type: application/zip', data),
        ]
    )
    path = f"{V}/metadata/deployRequest"
    started = ask(visitor, "POST", path, data=body, content_type="multipart/form-data; boundary=b")
    assert started.status_code == 201, started.text
    for _ in range(3):
        answer = ask(visitor, "GET", f"{path}/{started.json['id']}", query_string={"includeDetails": "true"})
    return answer.json["deployResult"]


@FUZZ
@given(data=archives())
def test_every_zip_ends_in_a_state_and_nothing_is_written(lasting, tmp_path_factory, data):
    around = tmp_path_factory.getbasetemp()
    assert deployed(lasting, data)["status"] in ENDED
    assert not list(around.rglob("escaped*"))
    assert not list(Path.cwd().glob("escaped*"))


@pytest.mark.parametrize("path", [path for path in PATHS if "escaped" in path and "%" not in path])
def test_a_path_that_leaves_the_package_is_refused(lasting, path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("package.xml", PACKAGE)
        archive.writestr(path, SET)
    assert deployed(lasting, buffer.getvalue())["status"] == "Failed"


def bomb(*, lying):
    """A zip of a few hundred kilobytes that unpacks to more than is taken; `lying` where it says that it does not."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("package.xml", PACKAGE)
        with archive.open("permissionsets/A.permissionset", "w") as file:
            for _ in range(MAX_UNZIPPED_BYTES // 2**20 + 1):
                file.write(bytes(2**20))
    data = bytearray(buffer.getvalue())
    size = struct.pack("<I", (MAX_UNZIPPED_BYTES // 2**20 + 1) * 2**20)
    return bytes(data.replace(size, struct.pack("<I", 100))) if lying else bytes(data)


@pytest.mark.parametrize("lying", [False, True])
def test_a_bomb_is_refused_before_it_goes_off(lasting, lying):
    data = bomb(lying=lying)
    tracemalloc.start()
    with in_bounds():
        result = deployed(lasting, data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert result["status"] == "Failed"
    assert peak < MAX_UNZIPPED_BYTES // 2


heads = st.builds(
    'Content-Disposition: {}; name="{}"{}\r\nContent-Type: {}'.format,
    st.sampled_from(["form-data", "attachment", ""]),
    st.sampled_from(["json", "entity_content", "file", "other", ""]),
    st.sampled_from(["", '; filename="a.zip"', '; filename="../../escaped"', "; filename*=UTF-8''%00"]),
    st.sampled_from(["application/json", "application/zip", "multipart/mixed; boundary=b", "", "x" * 300]),
) | st.sampled_from(["", "Nothing", "Content-Disposition: form-data", "X: " + "y" * 5000])
bodies = st.sampled_from(
    [
        b"",
        b"{}",
        b'{"deployOptions": []}',
        b'{"deployOptions": {"checkOnly": "maybe", "runTests": 5}}',
        b"[" * 5000,
        b"PK",
    ]
) | st.binary(max_size=20)


@FUZZ
@given(
    parts=st.lists(st.tuples(heads, bodies), max_size=4),
    boundary=st.sampled_from(["b", "c", ""]),
    end=st.sampled_from(["--b--\r\n", "--b\r\n", ""]),
    declared=st.sampled_from(
        ["multipart/form-data; boundary=b", "multipart/form-data", "multipart/form-data; boundary=\x01"]
    ),
)
def test_every_multipart_body_is_taken_or_refused(lasting, parts, boundary, end, declared):
    data = multipart(parts, boundary, end)
    answer = ask(lasting, "POST", f"{V}/metadata/deployRequest", data=data, content_type=declared)
    assert answer.status_code == 201 or 400 <= answer.status_code < 500


@FUZZ
@given(text=st.text(max_size=40) | st.binary(max_size=30).map(lambda data: base64.b64encode(data).decode()))
def test_what_is_no_zip_fails_over_soap(lasting, text):
    safe = "".join(each for each in text if each.isalnum() or each in "+/= \n")
    inside = f"<ZipFile>{safe}</ZipFile><DeployOptions><singlePackage>true</singlePackage></DeployOptions>"
    envelope = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header><SessionHeader>'
        f"<sessionId>{lasting.token}</sessionId></SessionHeader></s:Header><s:Body>"
        f'<deploy xmlns="http://soap.sforce.com/2006/04/metadata">{inside}</deploy></s:Body></s:Envelope>'
    )
    answer = ask(lasting, "POST", "/services/Soap/m/66.0", data=envelope.encode(), content_type="text/xml")
    assert answer.status_code in {200, 500}
    assert "<faultcode>sf:" in answer.text or "<id>0Af" in answer.text
