"""Any document the schema allows: written, read back, and judged by Salesforce's own WSDL and by a second schema."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from provision.metadata.canonical import canonical
from provision.metadata.check import check
from provision.metadata.merge import differences, overlay
from provision.metadata.parse import parse
from provision.metadata.place import located
from provision.metadata.render import render
from provision.metadata.schema import schema
from provision.model.metadata import Form
from tests.metadata import wsdl
from tests.metadata.documents import documents, roots

ANY_ORDER = Path(__file__).resolve().parents[2] / ".." / "shared" / "schema" / "xsd" / "metadata-subset-anyorder.xsd"
NEWEST = schema().newest

any_root = st.sampled_from(roots(NEWEST))
examples = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def any_order_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(ANY_ORDER))


@examples
@given(st.data())
def test_what_is_written_reads_back_as_the_same(data):
    document = data.draw(any_root.flatmap(lambda name: documents(name, NEWEST)))
    written = render(document, api_version="68.0")
    assert parse(written) == document
    assert render(parse(written), api_version="68.0") == written


@examples
@given(st.data(), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_a_file_comes_back_with_its_own_line_ends(data, line_end, final):
    document = data.draw(any_root.flatmap(lambda name: documents(name, NEWEST)))
    formed = replace(document, form=Form(line_end, final))
    written = render(formed, api_version="68.0")
    assert parse(written) == document
    assert parse(written).form == formed.form
    assert render(parse(written), api_version="68.0") == written


@examples
@given(st.data())
def test_what_the_schema_allows_has_no_structural_problem(data):
    version = data.draw(st.integers(57, NEWEST))
    document = data.draw(st.sampled_from(roots(version)).flatmap(lambda name: documents(name, version)))
    assert [problem for problem in check(document, f"{version}.0") if problem.rule != "needs"] == []


@examples
@given(st.data())
def test_salesforces_own_wsdl_accepts_what_is_written_for_its_version(data):
    name = data.draw(st.sampled_from(wsdl.roots()))
    document = data.draw(documents(name, wsdl.VERSION, gated=False))
    wsdl.compiled().assertValid(etree.fromstring(render(document, api_version="63.0")))


@pytest.mark.skipif(not ANY_ORDER.is_file(), reason="the schema merged from several sources is not at hand")
@examples
@given(st.data())
def test_the_schema_merged_from_all_sources_accepts_what_is_written(data):
    document = data.draw(any_root.flatmap(lambda name: documents(name, NEWEST)))
    any_order_schema().assertValid(etree.fromstring(render(document, api_version="68.0")))


@examples
@given(st.data())
def test_the_canonical_form_is_stable_and_loses_no_entry(data):
    document = data.draw(any_root.flatmap(lambda name: documents(name, NEWEST)))
    once = canonical(document)
    assert canonical(once) == once
    assert list(canonical(once).fields.items()) == list(once.fields.items())
    assert differences(once, document.fields) == ()


@examples
@given(st.data())
def test_after_an_overlay_nothing_declared_differs_and_nothing_else_has_changed(data):
    base = data.draw(any_root.flatmap(lambda name: documents(name, NEWEST)))
    declared = data.draw(documents(base.type, NEWEST)).fields
    merged = overlay(base, declared)
    assert differences(merged, declared) == ()
    assert {name: merged.fields[name] for name in base.fields if name not in declared} == {
        name: value for name, value in base.fields.items() if name not in declared
    }
    assert overlay(merged, declared) == merged


@examples
@given(st.data())
def test_places_name_every_element_once(data):
    document = data.draw(any_root.flatmap(lambda name: documents(name, NEWEST)))
    written = render(document, api_version="68.0")
    places = located(written)
    assert len({place.path for place in places}) == len(places) == len(list(etree.fromstring(written).iter()))
    lines = written.decode().replace("\r", "").split("\n")
    for place in places:
        assert lines[place.line - 1][place.column - 1 :].startswith(f"<{place.tag}")
