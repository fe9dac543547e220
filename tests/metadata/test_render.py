"""What templates make of documents, and what a user's own templates may and may not do."""

from pathlib import Path

import pytest

from provision.errors import Code, Failed
from provision.metadata.parse import parse
from provision.metadata.render import render, template_name
from provision.metadata.schema import schema
from provision.metadata.templates import shipped_folder
from provision.model.metadata import Document

FIXTURES = Path(__file__).parent / "fixtures"
APP = Document(
    "ConnectedApp",
    {"label": "A", "contactEmail": "a@acme.example", "oauthConfig": {"callbackUrl": "https://a.example"}},
)
OWN = "connected_app/ConnectedApp.xml.j2"


@pytest.mark.parametrize("file", sorted(FIXTURES.iterdir()), ids=lambda file: file.name)
def test_a_file_as_salesforce_writes_it_comes_back_byte_for_byte(file):
    assert render(parse(file.read_bytes()), api_version="67.0") == file.read_bytes()


def test_every_type_has_a_template_of_its_own():
    for name in schema().roots:
        assert shipped_folder().joinpath(*template_name(name).split("/")).is_file()
        assert render(Document(name, {}), api_version="68.0").endswith(f"</{name}>\n".encode())


def test_elements_stand_in_salesforces_order_whatever_order_they_are_given_in():
    fields = {"oauthConfig": {"scopes": ("Web", "Api"), "callbackUrl": "https://a.example"}, "label": "A", "zzz": "1"}
    text = render(Document("ConnectedApp", {**fields, "aaa": "0", "contactEmail": "a@b.example"}), api_version="67.0")
    order = ["<aaa>", "<contactEmail>", "<label>", "<callbackUrl>", "<scopes>Web", "<scopes>Api", "<zzz>"]
    positions = [text.decode().index(tag) for tag in order]
    assert positions == sorted(positions)


def test_an_empty_element_is_written_with_both_its_tags():
    document = Document("ConnectedApp", {"label": "", "oauthPolicy": {}, "permissionSetName": ("",)})
    text = render(document, api_version="67.0")
    assert b"<label></label>" in text
    assert b"<oauthPolicy></oauthPolicy>" in text
    assert b"/>" not in text
    assert parse(text) == document


@pytest.mark.parametrize(
    "label",
    [
        "</label><oauthConfig>",
        "&amp;&lt;&#65;",
        "]]>",
        "<![CDATA[x]]>",
        "<!-- x -->",
        "{{ 7 * 7 }}{% raw %}",
        '"it\'s"',
        "x" * 65536,
        "line\nbreak\ttab\rreturn",
        " spaces ",
        "żółć 漢字 \U0001f511 \x85\u2028",
    ],
)
def test_no_text_can_leave_its_element(label):
    document = Document("ConnectedApp", {**APP.fields, "label": label, "description": label})
    assert parse(render(document, api_version="67.0")) == document


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x0b", "\x1b", "\ud800", "\ufffe", "\uffff"])
def test_a_character_that_xml_cannot_hold_is_refused_with_its_place(character):
    document = Document("ConnectedApp", {"oauthConfig": {"scopes": ("Api", f"We{character}b")}})
    with pytest.raises(Failed) as refused:
        render(document, api_version="67.0")
    assert refused.value.code == Code.METADATA_INVALID
    assert f"oauthConfig.scopes[2]: the character U+{ord(character):04X}" in refused.value.summary


@pytest.mark.parametrize("name", ["a b", "a><b", "x/y", "", "1a", "a:b", "x\n"])
def test_a_name_that_is_no_element_name_is_refused(name):
    with pytest.raises(Failed, match="is not the name of an element"):
        render(Document("ConnectedApp", {"oauthConfig": {name: "x"}}), api_version="67.0")


def test_a_list_inside_a_list_is_refused():
    with pytest.raises(Failed, match=r"profileName\[2\]: a list inside a list"):
        render(Document("ConnectedApp", {"profileName": ("a", ("b",))}), api_version="67.0")


def own_template(folder: Path, text: str, name: str = OWN) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return folder


HEAD = '<ConnectedApp xmlns="http://soap.sforce.com/2006/04/metadata">'


def test_a_users_template_stands_in_front_and_its_texts_are_escaped_the_same(tmp_path):
    own_template(
        tmp_path,
        '{% from "metadata.xml.j2" import element %}'
        f'{HEAD}{{{{ element("contactEmail", document.contactEmail) }}}}'
        "<label>{{ document.label | upper }} {{ api_version }} of Anna's</label></ConnectedApp>",
    )
    written = render(
        Document("ConnectedApp", {"label": "<'a'>", "contactEmail": "x"}), api_version="67.0", templates=tmp_path
    )
    assert b"<label>&lt;&apos;A&apos;&gt; 67.0 of Anna's</label>" in written


def test_a_users_template_can_extend_the_shipped_one(tmp_path):
    own_template(tmp_path, '{% include "shipped/connected_app/ConnectedApp.xml.j2" %}')
    assert render(APP, api_version="67.0", templates=tmp_path) == render(APP, api_version="67.0")


def test_a_changed_template_is_read_again_and_a_removed_one_gives_way_to_the_shipped_one(tmp_path):
    shipped = render(APP, api_version="67.0", templates=tmp_path)
    template = f"{HEAD}<contactEmail>%s</contactEmail><label>A</label></ConnectedApp>"
    for text in ("one", "two"):
        own_template(tmp_path, template % text)
        assert text.encode() in render(APP, api_version="67.0", templates=tmp_path)
    (tmp_path / OWN).unlink()
    assert render(APP, api_version="67.0", templates=tmp_path) == shipped


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("\n\n{{ document.colour }}", ":3", "colour"),
        ("\n{% for %}", ":2", "Expected"),
        ("\n{{ 1 // 0 }}", ":2", "ZeroDivisionError"),
        ('\n{{ "".__class__.__mro__ }}', ":2", "unsafe"),
        ('{% include "missing.xml.j2" %}', ":1", "missing.xml.j2"),
        ('{% include "../../../etc/passwd" %}', ":1", "passwd"),
        ("<ConnectedApp>", "", "not well-formed"),
        ('<PermissionSet xmlns="http://soap.sforce.com/2006/04/metadata"/>', "", "yields a PermissionSet"),
        (f"{HEAD}<label>x</label></ConnectedApp>", "", "needs contactEmail"),
        (
            f"{HEAD}<contactEmail>x</contactEmail><label>x</label><lable>x</lable></ConnectedApp>",
            "",
            "no element lable",
        ),
        ('<!DOCTYPE x [<!ENTITY e "x">]><ConnectedApp>&e;</ConnectedApp>', "", "document type"),
    ],
)
def test_a_template_that_breaks_is_named_with_its_line(tmp_path, text, place, reason):
    own_template(tmp_path, text)
    with pytest.raises(Failed) as failed:
        render(APP, api_version="67.0", templates=tmp_path)
    assert failed.value.code == Code.TEMPLATE_FAILED
    assert f"{OWN}{place}" in failed.value.summary
    assert reason in failed.value.summary


def test_what_the_document_itself_gets_wrong_is_not_blamed_on_the_template(tmp_path):
    own_template(tmp_path, '{% include "shipped/connected_app/ConnectedApp.xml.j2" %}<!-- ours -->')
    document = Document("ConnectedApp", {"label": "A", "newerThanTheSchema": "x"})
    assert b"<newerThanTheSchema>" in render(document, api_version="67.0", templates=tmp_path)
