"""Metadata files out: Jinja templates, named like the metadata they produce, and a look at what came of them."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from provision.errors import Code, Failed
from provision.metadata.check import check
from provision.metadata.escape import unwritable
from provision.metadata.parse import parse
from provision.metadata.schema import type_of
from provision.metadata.templates import environment
from provision.model.metadata import Document, Form, Value

_FOLDERS = {
    "ConnectedApp": "connected_app",
    "PermissionSet": "permission_set",
    "MutingPermissionSet": "permission_set",
    "PermissionSetGroup": "permission_set_group",
    "ExternalClientApplication": "external_client_app",
    "ConnectedAppSettings": "settings",
    "ExternalClientAppSettings": "settings",
    "OauthOidcSettings": "settings",
}


def render(document: Document, *, api_version: str, templates: Path | None = None) -> bytes:
    """Return `document` as the file Salesforce would write, through its template.

    Elements stand in Salesforce's order; repeated ones keep the order given (`canonical` sorts). Line ends are those of
    `document.form`. What the document itself gets wrong for `api_version` is for `check` to say: an org may know
    elements that the schema does not.
    Raises `Failed`: `METADATA_INVALID` for what XML cannot hold, `TEMPLATE_FAILED` for a template in the folder
    `templates` (or one of our own) that breaks, or that yields another type or new errors.
    """
    return render_with(template_name(document.type), document, api_version=api_version, templates=templates)


def render_with(name: str, document: Document, *, api_version: str, templates: Path | None = None) -> bytes:
    """Do what `render` does, with the template `name`."""
    for path, reason in unwritable(document.fields):
        raise Failed(
            Code.METADATA_INVALID,
            f"{document.type} cannot be written: {path or 'the root'}: {reason}",
            remedy=(f"Remove the character from {path or document.type}",),
            context={"type": document.type, "path": path},
        )
    content = _filled(environment(templates), name, document, api_version)
    _judge(content, name, document, api_version)
    return _formed(content, document.form)


def template_name(type_name: str) -> str:
    """Return the template of a metadata type, for instance `connected_app/ConnectedApp.xml.j2`."""
    if type_name == "Package":
        return "package/package.xml.j2"
    return f"{_FOLDERS.get(type_name, 'external_client_app')}/{type_name}.xml.j2"


def _filled(jinja: SandboxedEnvironment, name: str, document: Document, api_version: str) -> bytes:
    try:
        template = jinja.get_template(name)
        text = template.render(
            fields=_pairs(document.fields, document.type), document=document.fields, api_version=api_version
        )
        return text.encode("utf-8")
    except TemplateSyntaxError as error:
        raise _failed(error.name or name, error.lineno, error.message or "syntax error") from None
    except Exception as error:  # noqa: BLE001 a template can raise anything that its expressions can
        raise _failed(*_template_line(error, name), _reason(error)) from None


def _pairs(fields: Mapping[str, Value], type_name: str | None) -> tuple[tuple[str, object], ...]:
    """Return (name, text or pairs) in Salesforce's order, a repeated element as several pairs."""
    known = type_of(type_name) if type_name else None
    pairs: list[tuple[str, object]] = []
    for name in known.in_order(fields) if known else fields:
        field = known.fields.get(name) if known else None
        value = fields[name]
        items = value if isinstance(value, tuple) else (value,)
        tag = _tag(name)
        pairs += [(tag, _content(item, field.type if field else None)) for item in items]
    return tuple(pairs)


@cache
def _tag(name: str) -> Markup:
    """Return the name of an element, known to need no escaping: `unwritable` has let it pass."""
    return Markup(name)  # noqa: S704 it is a name of XML


def _content(item: Value, type_name: str | None) -> object:
    if isinstance(item, str):
        return item
    assert isinstance(item, Mapping), "a list inside a list has been refused"
    return _pairs(item, type_name) or ""


def _formed(content: bytes, form: Form) -> bytes:
    written = content if form.final_line_end else content.rstrip(b"\n")
    return written.replace(b"\n", form.line_end.encode())


def _judge(content: bytes, name: str, document: Document, api_version: str) -> None:
    try:
        written = parse(content)
    except Failed as error:
        raise _failed(name, None, f"it does not yield a metadata file: {error.summary}") from None
    if written == document:
        return
    if written.type != document.type:
        raise _failed(name, None, f"it yields a {written.type}, not a {document.type}")
    before = {(problem.rule, problem.message) for problem in check(document, api_version)}
    for problem in check(written, api_version):
        if problem.severity == "error" and (problem.rule, problem.message) not in before:
            raise _failed(name, None, f"it yields a wrong {document.type}: {problem.path}: {problem.message}")


def _template_line(error: Exception, name: str) -> tuple[str, int | None]:
    """Return the innermost template and line that the traceback of `error` goes through."""
    place: tuple[str, int | None] = (name, None)
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.endswith(".j2"):
            place = (frame.filename, frame.lineno)
    return place


def _reason(error: Exception) -> str:
    if isinstance(error, TemplateNotFound):
        return f"there is no template {error.name}"
    if isinstance(error, TemplateError):
        return error.message or type(error).__name__
    return f"{type(error).__name__}: {error}"


def _failed(template: str, line: int | None, reason: str) -> Failed:
    place = f"{template}:{line}" if line else template
    return Failed(
        Code.TEMPLATE_FAILED,
        f"The template {place} failed: {reason}",
        remedy=(f"Correct {place}", "Remove your own copy of the template to use the one that comes with the product"),
        context={"template": template, "line": line},
    )
