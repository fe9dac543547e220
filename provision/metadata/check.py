"""Judges a document by the schema: what a deploy of one API version would refuse, and what it would surely not want."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from provision.metadata.problem import Problem, Severity, below, nth
from provision.metadata.schema import EnumValue, Field, MetadataType, type_of, version_number
from provision.model.metadata import Document, Value

BOOLEANS = frozenset({"true", "false", "1", "0"})


def check(document: Document, api_version: str) -> tuple[Problem, ...]:
    """Return what is wrong with `document` for a deploy with `api_version` (`"67.0"`), in document order.

    Raises `ValueError` where `api_version` is no version and `KeyError` for a type the toolkit does not know.
    """
    known = type_of(document.type)
    if known is None or not known.root:
        raise KeyError(document.type)
    version = version_number(api_version)
    problems = list(_window(known.name, "", known.since, None, version))
    problems += _complex(document.fields, known, "", version)
    problems += _together(document)
    return tuple(problems)


def outside_version(document: Document, api_version: str) -> tuple[Problem, ...]:
    """Return what other API versions have and this one has not: of a type or element alone, not of what is in it."""
    found = [problem for problem in check(document, api_version) if problem.rule in {"too-new", "retired"}]
    outer = [problem.path for problem in found]
    return tuple(
        problem
        for problem in found
        if not any(_is_inside(problem.path, path) for path in outer if path != problem.path)
    )


def _is_inside(path: str, outer: str) -> bool:
    return not outer or path.startswith((f"{outer}.", f"{outer}["))


def _complex(fields: Mapping[str, Value], known: MetadataType, path: str, version: int) -> Iterator[Problem]:
    for name, value in fields.items():
        here = below(path, name)
        field = known.fields.get(name)
        if field is None:
            yield _unknown(name, known, here)
        else:
            yield from _window(name, here, field.since, field.until, version)
            yield from _occurrences(value, field, here, version)
    for field in known.fields.values():
        if field.required and field.name not in fields and field.exists_in(version):
            yield _missing(field, known, path)


def _occurrences(value: Value, field: Field, path: str, version: int) -> Iterator[Problem]:
    if not isinstance(value, tuple):
        yield from _single(value, field, path, version)
        return
    if not field.repeats and len(value) > 1:
        yield Problem("error", "not-repeatable", path, f"{field.name} may stand only once, not {len(value)} times")
    for number, item in enumerate(value, start=1):
        yield from _single(item, field, nth(path, number), version)


def _single(value: Value, field: Field, path: str, version: int) -> Iterator[Problem]:
    known = type_of(field.type)
    if known is not None:
        if isinstance(value, Mapping):
            yield from _complex(value, known, path, version)
        else:
            yield Problem("error", "elements-expected", path, f"{field.name} must hold elements, not text")
    elif not isinstance(value, str):
        yield Problem("error", "text-expected", path, f"{field.name} must hold text, not elements")
    else:
        yield from _text(value, field, path, version)


def _text(text: str, field: Field, path: str, version: int) -> Iterator[Problem]:
    if field.type == "boolean" and text not in BOOLEANS:
        yield Problem("error", "not-boolean", path, f"{text!r} is neither true nor false")
    elif field.type == "int" and not _is_int(text):
        yield Problem("error", "not-integer", path, f"{text!r} is not a whole number")
    elif field.values is not None:
        yield from _enumerated(text, field.values, path, version)


def _enumerated(text: str, values: tuple[EnumValue, ...], path: str, version: int) -> Iterator[Problem]:
    known = next((value for value in values if value.value == text), None)
    if known is None:
        allowed = ", ".join(value.value for value in values if value.exists_in(version))
        hint = _nearest(text, [value.value for value in values])
        yield Problem("error", "not-allowed", path, f"{text!r} is not allowed{hint}; allowed: {allowed}")
    else:
        yield from _window(repr(text), path, known.since, known.until, version)


def _window(what: str, path: str, since: int | None, until: int | None, version: int) -> Iterator[Problem]:
    if since is not None and version < since:
        yield Problem("error", "too-new", path, f"{what} exists since API v{since}, not in v{version}")
    if until is not None and version > until:
        yield Problem("error", "retired", path, f"{what} existed until API v{until}, not in v{version}")


def _unknown(name: str, known: MetadataType, path: str) -> Problem:
    hint = _nearest(name, list(known.fields))
    return Problem("error", "unknown-element", path, f"{known.name} has no element {name}{hint}")


def _missing(field: Field, known: MetadataType, path: str) -> Problem:
    severity: Severity = "warning" if field.omitted else "error"
    return Problem(severity, "required", path, f"{known.name} needs {field.name}")


def _nearest(word: str, words: list[str]) -> str:
    lowered = {one.lower(): one for one in words}
    close = get_close_matches(word.lower(), lowered, n=1)
    return f" (did you mean {lowered[close[0]]}?)" if close else ""


def _is_int(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit()


def _together(document: Document) -> Iterator[Problem]:
    """Elements that need one another (Metadata API Developer Guide, ConnectedApp and ExtlClntAppOauth… pages)."""
    fields = document.fields
    if document.type == "ConnectedApp":
        yield from _connected_app(fields)
    elif document.type == "ExtlClntAppOauthConfigurablePolicies":
        flow = fields.get("isClientCredentialsFlowEnabled")
        user = fields.get("clientCredentialsFlowUser")
        if user and not _is_true(flow):
            yield _needs("clientCredentialsFlowUser", "isClientCredentialsFlowEnabled")
        if _is_true(flow) and not user:
            message = "isClientCredentialsFlowEnabled needs a clientCredentialsFlowUser"
            yield Problem("error", "needs", "isClientCredentialsFlowEnabled", message)
        yield from _refresh_token(fields)


def _connected_app(fields: Mapping[str, Value]) -> Iterator[Problem]:
    oauth = fields.get("oauthConfig")
    config: Mapping[str, Value] = oauth if isinstance(oauth, Mapping) else {}
    if config.get("oauthClientCredentialUser"):
        path = "oauthConfig.oauthClientCredentialUser"
        if not _is_true(config.get("isClientCredentialEnabled")):
            yield _needs(path, "isClientCredentialEnabled")
        if not config.get("consumerKey"):
            message = "oauthClientCredentialUser needs a consumerKey"
            yield Problem("warning", "needs", path, message)
    for name in ("permissionSetName", "profileName"):
        if _names(fields.get(name)) and not _is_true(config.get("isAdminApproved")):
            yield _needs(name, "isAdminApproved", "oauthConfig.isAdminApproved")


def _refresh_token(fields: Mapping[str, Value]) -> Iterator[Problem]:
    if fields.get("refreshTokenPolicyType") in {"SpecificLifetime", "SpecificInactivity"}:
        for name in ("refreshTokenValidityPeriod", "refreshTokenValidityUnit"):
            if not fields.get(name):
                message = f"refreshTokenPolicyType {fields['refreshTokenPolicyType']} needs {name}"
                yield Problem("error", "needs", "refreshTokenPolicyType", message)


def _needs(path: str, flag: str, shown: str | None = None) -> Problem:
    name = path.rpartition(".")[2]
    return Problem("error", "needs", path, f"{name} needs {shown or flag} to be true")


def _names(value: Value | None) -> bool:
    return bool(value) and value != ("",)


def _is_true(value: Value | None) -> bool:
    return value in {"true", "1"} if isinstance(value, str) else False
