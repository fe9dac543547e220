"""The Metadata API WSDL that simple-salesforce ships (v63.0): Salesforce's own words, written down by others."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

from lxml import etree

from provision.metadata.schema import NAMESPACE
from tests.metadata.documents import roots as roots_of

VERSION = 63
XSD = "{http://www.w3.org/2001/XMLSchema}"


@cache
def types() -> dict[str, etree._Element]:
    """Every complex and simple type by name."""
    found = importlib.util.find_spec("simple_salesforce")
    assert found is not None
    assert found.origin is not None
    wsdl = etree.parse(Path(found.origin).with_name("metadata.wsdl"))
    return {node.get("name"): node for node in wsdl.iter(f"{XSD}complexType", f"{XSD}simpleType")}


def roots() -> list[str]:
    """Our root types that the WSDL has too; it declares the label of MutingPermissionSet twice, so not that one."""
    return [name for name in roots_of(VERSION) if name in types() and name != "MutingPermissionSet"]


@cache
def compiled() -> etree.XMLSchema:
    """What our types need of the WSDL, as a schema with a global element for each."""
    root = etree.Element(
        f"{XSD}schema",
        {"targetNamespace": NAMESPACE, "elementFormDefault": "qualified"},
        nsmap={"tns": NAMESPACE, "xsd": XSD[1:-1]},
    )
    for name in roots():
        etree.SubElement(root, f"{XSD}element", {"name": name, "type": f"tns:{name}"})
    text = etree.tostring(root).decode().removesuffix("</xsd:schema>")
    bodies = "".join(etree.tostring(types()[name]).decode() for name in sorted(_closure(set(roots()))))
    return etree.XMLSchema(etree.fromstring(f"{text}{bodies}</xsd:schema>"))


def _closure(waiting: set[str]) -> set[str]:
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        reached.add(name)
        for node in types()[name].iter():
            for attribute in ("type", "base"):
                prefix, _, other = node.get(attribute, "").partition(":")
                if prefix == "tns" and other not in reached:
                    waiting.add(other)
    return reached
