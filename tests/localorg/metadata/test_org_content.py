"""Component files are read as strictly as a deploy reads them, and written as a retrieve writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provision.localorg.metadata import content, refusals
from provision.localorg.metadata.refusals import Refusal, Wording
from provision.localorg.metadata.tree import MAX_DEPTH, NAMESPACE, Position, UnreadableXml, parse


def permission_set(*lines):
    head = ['<?xml version="1.0" encoding="UTF-8"?>', f'<PermissionSet xmlns="{NAMESPACE}">']
    return "\n".join([*head, *lines, "</PermissionSet>", ""]).encode()


LABEL = "    <label>A</label>"
FIELD = "    <fieldPermissions><editable>false</editable><field>Account.Site</field></fieldPermissions>"
USER = "    <userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions>"

REFUSED = [
    pytest.param(
        [LABEL, "    <colour>red</colour>"],
        "Error parsing file: Element {http://soap.sforce.com/2006/04/metadata}colour invalid at this location"
        " in type PermissionSet",
        Position(4, 13),
        id="unknown element",
    ),
    pytest.param(
        [LABEL, '    <label xmlns="urn:other">B</label>'],
        "Error parsing file: Element {urn:other}label invalid at this location in type PermissionSet",
        Position(4, 30),
        id="foreign namespace",
    ),
    pytest.param(
        [FIELD, LABEL, FIELD],
        "Error parsing file: Element fieldPermissions is duplicated at this location in type PermissionSet",
        Position(5, 23),
        id="equal elements apart",
    ),
    pytest.param(
        [LABEL, LABEL],
        "Error parsing file: Element label is duplicated at this location in type PermissionSet",
        Position(4, 12),
        id="single element twice",
    ),
    pytest.param(
        [LABEL, "    <hasActivationRequired>yes</hasActivationRequired>"],
        "Error parsing file: 'yes' is not valid for type xsd:boolean, should be '0', '1', 'true' or 'false'",
        Position(4, 55),
        id="no boolean",
    ),
    pytest.param(
        [
            LABEL,
            "    <tabSettings>",
            "        <tab>T</tab>",
            "        <visibility>Seen</visibility>",
            "    </tabSettings>",
        ],
        "Error parsing file: 'Seen' is not a valid value for the enum 'PermissionSetTabVisibility'",
        Position(6, 38),
        id="no such enum value",
    ),
    pytest.param([USER], "Required field is missing: label", Position(4, 17), id="required element missing"),
    pytest.param(
        [LABEL, "    <userPermissions><enabled>true</enabled></userPermissions>"],
        "Required field is missing: name",
        Position(4, 63),
        id="required element of an entry missing",
    ),
    pytest.param(
        ["    <label>A<b>c</b></label>"],
        "Error parsing file: Element {http://soap.sforce.com/2006/04/metadata}b invalid at this location"
        " in type string",
        Position(3, 16),
        id="markup within text",
    ),
]


@pytest.mark.parametrize(("lines", "problem", "at"), REFUSED)
def test_first_mistake_is_refused_with_its_text_and_place(lines, problem, at):
    with pytest.raises(Refusal) as caught:
        content.read(permission_set(*lines), "PermissionSet", 66)
    assert (caught.value.problem, caught.value.at) == (problem, at)


def test_elements_may_come_in_any_order():
    assert content.read(permission_set(USER, LABEL, FIELD), "PermissionSet", 66) == content.read(
        permission_set(LABEL, FIELD, USER), "PermissionSet", 66
    )


WINDOWS = [
    ("ConnectedApp", "<oauthPolicy/>", 48, 49),
    ("PermissionSet", "<agentAccesses><agentName>A</agentName><enabled>true</enabled></agentAccesses>", 63, 64),
]


@pytest.mark.parametrize(("type_name", "element", "too_early", "since"), WINDOWS)
def test_elements_exist_from_their_api_version_on(type_name, element, too_early, since):
    required = "<contactEmail>a@b.c</contactEmail>" if type_name == "ConnectedApp" else ""
    file = f'<{type_name} xmlns="{NAMESPACE}"><label>A</label>{required}{element}</{type_name}>'.encode()
    content.read(file, type_name, since)
    with pytest.raises(Refusal, match="invalid at this location"):
        content.read(file, type_name, too_early)


def test_retired_elements_exist_until_their_last_version():
    file = f'<PermissionSet xmlns="{NAMESPACE}"><label>A</label><userLicense>x</userLicense></PermissionSet>'.encode()
    assert content.read(file, "PermissionSet", 33)["userLicense"] == "x"
    with pytest.raises(Refusal, match="invalid at this location"):
        content.read(file, "PermissionSet", 34)


def test_enum_values_exist_from_their_api_version_on():
    file = (
        f'<ConnectedApp xmlns="{NAMESPACE}"><label>A</label><contactEmail>a@b.c</contactEmail>'
        "<oauthConfig><callbackUrl>x:</callbackUrl><scopes>MCP</scopes></oauthConfig></ConnectedApp>"
    ).encode()
    assert content.read(file, "ConnectedApp", 66)["oauthConfig"]["scopes"] == ["MCP"]
    with pytest.raises(Refusal, match="'MCP' is not a valid value for the enum 'ConnectedAppOauthAccessScope'"):
        content.read(file, "ConnectedApp", 65)


UNREADABLE = [
    b"",
    b"not xml",
    b"<a>",
    b"<a></b>",
    b'<?xml version="1.0" encoding="no-such"?><a/>',
    b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    b"<a>&undefined;</a>",
    b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1),
    b"<a><!-- -- --></a>",
]


@pytest.mark.parametrize("data", UNREADABLE)
def test_unreadable_xml_is_a_component_failure(data):
    with pytest.raises(Refusal, match=r"^Error parsing file: "):
        content.read(data, "PermissionSet", 66)


def test_files_are_written_as_salesforce_writes_them():
    written = content.write(
        "ConnectedApp",
        {
            "label": 'It\'s "a" <b> & c',
            "description": "",
            "oauthConfig": {"scopes": ["Web", "Api"], "callbackUrl": "https://a\nhttps://b"},
        },
    )
    assert written.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ConnectedApp xmlns="http://soap.sforce.com/2006/04/metadata">\n'
        "    <description></description>\n"
        "    <label>It&apos;s &quot;a&quot; &lt;b&gt; &amp; c</label>\n"
        "    <oauthConfig>\n"
        "        <callbackUrl>https://a\nhttps://b</callbackUrl>\n"
        "        <scopes>Web</scopes>\n"
        "        <scopes>Api</scopes>\n"
        "    </oauthConfig>\n"
        "</ConnectedApp>\n"
    )


texts = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"), max_size=20)


@given(label=texts, description=texts, fields=st.lists(texts, unique=True, max_size=4))
def test_what_is_written_reads_back(label, description, fields):
    held = {"label": label, "description": description}
    if fields:
        held["fieldPermissions"] = [{"editable": "false", "field": name, "readable": "true"} for name in fields]
    assert content.read(content.write("PermissionSet", held), "PermissionSet", 66) == held


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused_in_words(data):
    with pytest.raises(Refusal, match=r"^Error parsing file: "):
        content.read(data, "PermissionSet", 66)


@given(
    st.recursive(st.just(b"<a/>"), lambda inner: inner.map(lambda xml: b"<a b='>\">'>" + xml + b"</a>"), max_leaves=9)
)
def test_places_are_those_right_after_the_tags(xml):
    node = parse(xml)
    assert node.closed == Position(1, len(xml) + 1)


def test_places_count_lines_within_tags():
    node = parse(b'<a\n  b=">"\n>\n<c/></a>')
    assert (node.opened, node.children[0].closed) == (Position(3, 2), Position(4, 5))


def test_too_many_elements_are_unreadable():
    with pytest.raises(UnreadableXml, match="too many elements"):
        parse(b"<a><b/><b/></a>", max_nodes=2)


def test_every_wording_says_where_it_is_known_from():
    wordings = [value for value in vars(refusals).values() if isinstance(value, Wording)]
    assert len(wordings) > 20
    grades = ("recorded", "documented", "assumed", "thread", "rule of Setup")
    assert [wording for wording in wordings if not wording.source.startswith(grades)] == []
