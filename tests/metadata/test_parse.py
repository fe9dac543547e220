"""What is read, however it is laid out, and what is refused, with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provision.errors import Code, Failed
from provision.metadata import parse as parse_module
from provision.metadata.parse import parse
from provision.metadata.place import Place, located
from provision.model.metadata import Document, Form

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
HEAD = f'<ConnectedApp xmlns="{NAMESPACE}">'


def app(inner: str, header: str = '<?xml version="1.0" encoding="UTF-8"?>\n') -> bytes:
    return f"{header}{HEAD}{inner}</ConnectedApp>".encode()


EXPECTED = Document(
    "ConnectedApp", {"label": "A", "oauthConfig": {"callbackUrl": "https://a.example", "scopes": ("Api",)}}
)
PLAIN = app(
    "<label>A</label><oauthConfig><callbackUrl>https://a.example</callbackUrl><scopes>Api</scopes></oauthConfig>"
)


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        PLAIN.replace(b"><", b">\n\t<"),
        PLAIN.replace(b"><", b">\r\n<") + b"\r\n",
        b"\xef\xbb\xbf" + PLAIN,
        PLAIN.replace(b'UTF-8"?>', b'utf-8" standalone="yes" ?>'),
        PLAIN.partition(b"\n")[2],
        PLAIN.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        PLAIN.replace(b"<label>A</label>", b"<label\n    >A</label\n  >"),
        PLAIN.replace(b"<label>", b"<!-- a < b --><?editor x?><label>"),
        PLAIN.replace(b"<label>A</label>", b"<label><![CDATA[A]]></label>"),
        PLAIN.replace(b"<label>A</label>", b"<label><!-- x -->&#65;<!-- y --></label>"),
        PLAIN.replace(b"<ConnectedApp xmlns=", b"<m:ConnectedApp xmlns:m=")
        .replace(b"</ConnectedApp", b"</m:ConnectedApp")
        .replace(b"<label>A</label>", b"<m:label>A</m:label>"),
        PLAIN.replace(b"</label>", b"</label> stray ="),
    ],
    ids=lambda content: repr(content[:40]),
)
def test_layout_makes_no_difference(content):
    assert parse(content) == EXPECTED


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (PLAIN + b"\n", Form()),
        (PLAIN, Form(final_line_end=False)),
        (PLAIN.replace(b"\n", b"\r\n") + b"\r\n", Form("\r\n")),
        (PLAIN.replace(b"\n", b"\r\n"), Form("\r\n", final_line_end=False)),
        (PLAIN.replace(b"\n", b"\r\n") + b"\n", Form()),
    ],
    ids=["as Salesforce writes", "no final line end", "Windows", "Windows, no final line end", "mixed"],
)
def test_line_ends_are_remembered_and_make_no_difference(content, form):
    assert parse(content) == EXPECTED
    assert parse(content).form == form


def test_a_text_is_kept_to_the_letter():
    text = " \n-----BEGIN\tCERTIFICATE-----\n  x & y < z \n"
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    assert parse(app(f"<label>{escaped}</label>")).fields["label"] == text


def test_a_repeating_element_is_a_tuple_however_often_it_stands_there():
    fields = parse(app("<profileName>A</profileName><ipRanges><start>1</start></ipRanges>")).fields
    assert fields == {"profileName": ("A",), "ipRanges": ({"start": "1"},)}


def test_entries_torn_apart_are_brought_together():
    fields = parse(app("<profileName>A</profileName><label>L</label><profileName>B</profileName>")).fields
    assert fields == {"profileName": ("A", "B"), "label": "L"}


def test_an_unknown_element_is_kept_by_its_shape():
    fields = parse(app("<new>1</new><more><a>1</a><a>2</a></more><new>2</new>")).fields
    assert fields == {"new": ("1", "2"), "more": {"a": ("1", "2")}}


def test_an_empty_element_is_empty_text_or_an_empty_group():
    fields = parse(app("<label></label><oauthConfig>\n  </oauthConfig><description/><sessionPolicy/>")).fields
    assert fields == {"label": "", "oauthConfig": {}, "description": "", "sessionPolicy": {}}


def test_text_where_a_group_belongs_is_kept_for_the_check_to_see():
    assert parse(app("<oauthConfig>x</oauthConfig>")).fields == {"oauthConfig": "x"}


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]>'
)


@pytest.mark.parametrize(
    ("content", "reason", "place"),
    [
        (b"", "not well-formed", (1, 1)),
        (b"\n\n  ", "not well-formed", None),
        (b"not xml", "not well-formed", (1, 1)),
        (app("<label>A</lable>"), "Opening and ending tag mismatch: label", None),
        (app("<!-- a -- b -->\n"), "not well-formed", (2, None)),
        (app("<label>&nbsp;</label>"), "nbsp", (2, None)),
        (app("<label>\x07</label>"), "not well-formed", (2, None)),
        (app("<label>&#7;</label>"), "not well-formed", (2, None)),
        (app("<label>\xff</label>").replace(b"\xc3\xbf", b"\xff"), "not well-formed", (2, None)),
        (PLAIN + PLAIN, "not well-formed", None),
        (PLAIN.replace(b"xmlns=", b'a="1" a="2" xmlns='), "not well-formed", (2, None)),
        (PLAIN.replace(b"<label>", b"<x:label>"), "not well-formed", None),
        (app("", header="<!DOCTYPE ConnectedApp>"), "document type", None),
        (app("", header='<!DOCTYPE x SYSTEM "file:///etc/passwd">'), "document type", None),
        (app("<label>&c;</label>", header=BOMB), "", None),
        (app("<label>&e;</label>", header='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'), "", None),
        (app("<a>" * 300 + "</a>" * 300), "not well-formed", None),
        (b'<CustomObject xmlns="x"/>', "CustomObject is not a metadata type", (1, 1)),
        (b"\n\n<ConnectedAppOauthConfig/>", "not a metadata type that can be read here", (3, 1)),
    ],
    ids=lambda value: repr(value[:50]) if isinstance(value, bytes) else "",
)
def test_what_cannot_be_read_is_refused_with_reason_and_place(content, reason, place):
    with pytest.raises(Failed) as refused:
        parse(content)
    error = refused.value
    assert error.code == Code.METADATA_INVALID
    assert reason in error.summary
    assert "root:" not in error.summary
    assert "\n" not in error.summary
    assert f"({error.context['line']}:{error.context['column']})" in error.summary
    line, column = place or (None, None)
    assert line is None or error.context["line"] == line
    assert column is None or error.context["column"] == column


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_comes_in_is_read_or_refused(content):
    assert outcome(content) in {"read", Code.METADATA_INVALID}


@given(st.lists(st.tuples(st.integers(0, len(PLAIN) - 1), st.integers(0, 255)), min_size=1, max_size=5))
def test_a_damaged_file_is_read_or_refused(damages):
    content = bytearray(PLAIN)
    for place, byte in damages:
        content[place] = byte
    assert outcome(bytes(content)) in {"read", Code.METADATA_INVALID}


def outcome(content: bytes) -> str:
    try:
        parse(content)
    except Failed as refused:
        return refused.code
    return "read"


def test_another_root_than_expected_is_refused():
    assert parse(PLAIN, "ConnectedApp") == EXPECTED
    with pytest.raises(Failed, match="The root element is ConnectedApp, not PermissionSet"):
        parse(PLAIN, "PermissionSet")


def test_a_file_beyond_the_limit_is_refused_before_it_is_parsed(monkeypatch):
    monkeypatch.setattr(parse_module, "MAX_BYTES", 100)
    with pytest.raises(Failed, match="at most 100 are read"):
        parse(PLAIN)


def test_every_element_has_its_place():
    content = (
        f'<?xml version="1.0"?>\n{HEAD}\n  <label>ä</label><profileName/>\n'
        "  <profileName>B</profileName>\n <oauthConfig>x<scopes/>\n</oauthConfig></ConnectedApp>"
    ).encode()
    assert located(content) == (
        Place("", None, "ConnectedApp", NAMESPACE, 2, 1),
        Place("label", "", "label", NAMESPACE, 3, 3),
        Place("profileName", "", "profileName", NAMESPACE, 3, 19),
        Place("profileName[2]", "", "profileName", NAMESPACE, 4, 3),
        Place("oauthConfig", "", "oauthConfig", NAMESPACE, 5, 2, loose_text=5),
        Place("oauthConfig.scopes", "oauthConfig", "scopes", NAMESPACE, 5, 16),
    )


@pytest.mark.parametrize(
    "content", [b"<a>", app("", header="<!DOCTYPE ConnectedApp>"), app("<label>&c;</label>", BOMB)]
)
def test_places_are_told_only_of_what_can_be_read_safely(content):
    with pytest.raises(Failed):
        located(content)


def test_an_encoding_that_has_no_columns_is_refused_by_the_reader_of_places_only():
    content = PLAIN.decode().replace("UTF-8", "EUC-JP").replace(">A<", ">漢<").encode("euc-jp")
    assert parse(content).fields["label"] == "漢"
    with pytest.raises(Failed, match="cannot be read"):
        located(content)
