"""The reference of metadata says what the code says."""

from __future__ import annotations

import re
from pathlib import Path

from provision.metadata.parse import parse
from provision.metadata.render import render, template_name
from provision.metadata.rules import RULES
from provision.metadata.schema import schema
from provision.model.metadata import Document
from tests.benchmarks import metadata as benchmark

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "metadata.md").read_text()


def rows(heading: str) -> list[tuple[str, ...]]:
    section = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [tuple(cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]) for line in lines]


def test_every_rule_is_explained():
    assert rows("The rules") == [
        (f"`{rule.id}`", rule.severity, f"{rule.summary}.", f"{rule.remedy}.") for rule in RULES.values()
    ]


def test_every_type_is_listed_with_its_files_and_its_template():
    known = schema()
    listed = rows("Types")
    assert [(name, count, template) for name, _file, count, template in listed] == [
        (f"`{name}`", str(len(known.types[name].fields)), f"`{template_name(name)}`") for name in known.roots
    ]
    for name, file, _count, _template in listed:
        place = known.files.get(name.strip("`"))
        assert place is None or file == f"`{place.folder}/*.{place.suffix}`"
    assert f"to {known.newest}." in PAGE


def test_the_template_shown_does_what_is_said_of_it(tmp_path):
    [shown] = re.findall(r"```jinja\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "permission_set").mkdir()
    (tmp_path / "permission_set/PermissionSet.xml.j2").write_text(shown)
    silent = Document("PermissionSet", {"hasActivationRequired": "false", "label": "Data"})
    written = parse(render(silent, api_version="67.0", templates=tmp_path))
    assert written.fields == {
        **silent.fields,
        "description": "Owned by Integrations; see https://wiki.acme.example",
    }
    spoken = Document("PermissionSet", {"description": "Mine", **silent.fields})
    assert render(spoken, api_version="67.0", templates=tmp_path) == render(spoken, api_version="67.0")


def test_the_budget_is_the_one_of_the_benchmark():
    assert f"{benchmark.WHAT.split(' rendered')[0]} are rendered" in PAGE
    assert f"under {benchmark.BUDGET_SECONDS:.0f} seconds" in PAGE
