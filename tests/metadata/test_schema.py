"""The facts: complete, in order, and the same as Salesforce's own WSDL says where it speaks."""

import pytest

from provision.metadata.schema import Field, MetadataType, schema, type_of, version_number
from tests.metadata import wsdl

SHARED_TYPES = sorted(name for name in schema().types if name in wsdl.types() and name != "MutingPermissionSet")
SCALARS = {"string", "boolean", "int", "base64"}


def fields(name: str) -> dict[str, Field]:
    known = type_of(name)
    assert known is not None
    return {
        tag: field
        for tag, field in known.fields.items()
        if field.exists_in(wsdl.VERSION) and not field.gated and tag != "fullName"
    }


def elements(name: str):
    return {node.get("name"): node for node in wsdl.types()[name].iter(f"{wsdl.XSD}element")}


@pytest.mark.parametrize("name", SHARED_TYPES)
def test_every_element_of_the_wsdl_is_known_in_its_order_with_its_occurrence(name):
    ours, theirs = fields(name), elements(name)
    gated = {tag for tag, field in type_of(name).fields.items() if field.gated}
    assert list(ours) == [tag for tag in theirs if tag not in gated]
    for tag, field in ours.items():
        assert field.repeats == (theirs[tag].get("maxOccurs") == "unbounded"), tag
        assert field.required == (theirs[tag].get("minOccurs", "1") != "0"), tag


@pytest.mark.parametrize("name", SHARED_TYPES)
def test_every_enum_of_the_wsdl_is_known_value_by_value(name):
    for tag, node in elements(name).items():
        kind = node.get("type").partition(":")[2]
        values = [one.get("value") for one in wsdl.types().get(kind, node).iter(f"{wsdl.XSD}enumeration")]
        if values:
            listed = fields(name)[tag].values
            assert [value.value for value in listed if value.exists_in(wsdl.VERSION)] == values


def test_every_field_is_text_or_a_type_or_a_closed_list_and_says_where_it_was_seen():
    for name, known in schema().types.items():
        for field in known.fields.values():
            assert field.type in SCALARS or type_of(field.type) or field.values, f"{name}.{field.name}"
            assert field.source, f"{name}.{field.name}"


def test_every_root_but_the_manifest_has_a_place_in_a_package():
    files = schema().files
    placed = {*files, *files["Settings"].members.values(), "Package"}
    assert set(schema().roots) <= placed


def test_what_came_late_is_known_from_its_version_on():
    scopes = {value.value: value for value in type_of("ConnectedAppOauthConfig").fields["scopes"].values}
    assert not scopes["A2A"].exists_in(67)
    assert scopes["A2A"].exists_in(68)
    retired = type_of("ExtlClntAppOauthConfigurablePolicies").fields["isNamedUserJwtEnabled"]
    assert [version for version in range(58, 69) if retired.exists_in(version)] == [61, 62, 63]


def test_an_element_of_no_known_name_takes_its_ascii_place():
    known = MetadataType("ConnectedApp", type_of("ConnectedApp").fields)
    names = ["zz", "label", "Aa", "isNew", "ipRanges", "fullName"]
    assert known.in_order(names) == ["fullName", "Aa", "ipRanges", "isNew", "label", "zz"]


@pytest.mark.parametrize("text", ["", "67.1", "v67", "67.0.0", "-1", "\uff16\uff17", "latest", "6 7"])
def test_only_a_version_is_a_version(text):
    with pytest.raises(ValueError, match="is not an API version"):
        version_number(text)
    assert version_number("67.0") == version_number("67") == 67
