"""Declared metadata is checked for the API version before it is written anywhere."""

from __future__ import annotations

from pathlib import Path

from provision.errors import Code, Failed
from provision.metadata.canonical import canonical
from provision.metadata.check import check
from provision.metadata.problem import Problem
from provision.metadata.render import render
from provision.model.metadata import Component, Document


def component(name: str, document: Document, api_version: str, templates: Path | None = None) -> Component:
    """Return `document` in order and as a file; raises `Failed` (METADATA_INVALID) with everything wrong in it."""
    ordered = canonical(document)
    errors = [problem for problem in check(ordered, api_version) if problem.severity == "error"]
    if errors:
        raise _invalid(name, document.type, errors)
    return Component(document.type, name, render(ordered, api_version=api_version, templates=templates))


def _invalid(name: str, type_name: str, errors: list[Problem]) -> Failed:
    return Failed(
        Code.METADATA_INVALID,
        f"{type_name} {name} cannot be deployed as it is declared",
        detail="\n".join(f"{problem.path or type_name}: {problem.message}" for problem in errors),
        remedy=("Correct what is named above in the settings", "Or choose another API version: --api-version NN.0"),
        context={"type": type_name, "name": name},
    )
