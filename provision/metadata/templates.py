"""Finds and compiles the Jinja templates: the user's own folder first, then the ones that come with the product."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from provision.metadata.escape import escape

SHIPPED = "shipped/"
"""A name with this prefix is the product's own template, even where the user has one of the same name."""

Source = tuple[str, str, Callable[[], bool]]


@cache
def environment(own_folder: Path | None) -> SandboxedEnvironment:
    """Return the environment for a folder of the user's; compiled templates are kept, changed files are read again."""

    def load(name: str) -> Source | None:
        parts = name.split("/")
        if any(part in {"", ".", ".."} for part in parts):
            return None
        if own_folder is not None and not name.startswith(SHIPPED):
            file = own_folder.joinpath(*parts)
            if file.is_file():
                written = file.stat().st_mtime_ns
                return file.read_text("utf-8"), str(file), lambda: _unchanged(file, written)
        return _shipped(name.removeprefix(SHIPPED), own_folder)

    return SandboxedEnvironment(
        loader=FunctionLoader(load),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def shipped_folder() -> Traversable:
    """Return the folder of the product's templates: inside the package when installed, beside it in a checkout."""
    package = resources.files("provision")
    inside = package.joinpath("templates")
    return inside if inside.is_dir() else Path(str(package)).parent / "templates"


def _shipped(name: str, own_folder: Path | None) -> Source | None:
    file = shipped_folder().joinpath(*name.split("/"))
    if not file.is_file():
        return None
    own = own_folder.joinpath(*name.split("/")) if own_folder else None
    return file.read_text("utf-8"), name, lambda: own is None or not own.is_file()


def _unchanged(file: Path, written: int) -> bool:
    return file.is_file() and file.stat().st_mtime_ns == written


def _finalize(value: Any) -> Any:
    # Autoescape alone would write ' and " as numeric references; Salesforce writes &apos; and &quot;.
    if type(value) is str:
        return Markup(escape(value))  # noqa: S704 the text has just been escaped
    return value
