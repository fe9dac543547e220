"""Read, merge, write: what is declared over what the org has, and what would differ. Everything else is left alone."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping

from provision.metadata.identity import identity, key_elements
from provision.metadata.problem import below
from provision.metadata.schema import Field, MetadataType, type_of
from provision.model.change import FieldChange
from provision.model.metadata import Document, Value
from provision.redaction.fields import SECRET_ELEMENTS

SEPARATORS: Mapping[str, str] = {
    "commaSeparatedOauthScopes": ", ",
    "commaSeparatedCustomScopes": ", ",
    "commaSeparatedPermissionSet": ",",
    "commaSeparatedProfile": ",",
}
"""Elements that are sets in one text, and what Salesforce writes between the entries."""
REMOVE_ALL: tuple[Value, ...] = ("",)
"""One empty element: Salesforce takes it to remove every entry (Metadata API Developer Guide, ConnectedApp)."""
CERTIFICATES = frozenset({"certificate", "encryptionCertificate"})

_PEM = re.compile(r"-----BEGIN [^-]+-----(.*?)-----END [^-]+-----", re.DOTALL)


def overlay(base: Document, declared: Mapping[str, Value]) -> Document:
    """Return `base` with `declared` laid over it.

    A declared text replaces, nested elements merge, entries of a repeated element (and of the comma-separated ones)
    are matched by what identifies them: declared entries are merged in, foreign ones stay, in their order. Only a
    single empty entry (`REMOVE_ALL`) takes foreign ones away.
    """
    return Document(base.type, _merged(base.fields, declared, type_of(base.type)))


def entries(text: str) -> tuple[str, ...]:
    """Return the entries of a comma-separated element."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _merged(base: Mapping[str, Value], declared: Mapping[str, Value], known: MetadataType | None) -> dict[str, Value]:
    result = dict(base)
    for name, value in declared.items():
        field = known.fields.get(name) if known else None
        result[name] = _value(base.get(name), value, field, name)
    return result


def _value(base: Value | None, declared: Value, field: Field | None, name: str) -> Value:
    if isinstance(declared, tuple) or (field is not None and field.repeats):
        return _list(as_tuple(base), as_tuple(declared), field)
    if isinstance(declared, Mapping):
        return _merged(base if isinstance(base, Mapping) else {}, declared, type_of(field.type) if field else None)
    if name in SEPARATORS:
        old = base if isinstance(base, str) else ""
        return SEPARATORS[name].join(dict.fromkeys((*entries(old), *entries(declared))))
    return declared


def _list(base: tuple[Value, ...], declared: tuple[Value, ...], field: Field | None) -> tuple[Value, ...]:
    if declared == REMOVE_ALL:
        return REMOVE_ALL
    merged: dict[tuple[str, ...], Value] = {identity(item, field): item for item in base if item != ""}
    known = type_of(field.type) if field else None
    for item in declared:
        key = identity(item, field)
        old = merged.get(key)
        if isinstance(old, Mapping) and isinstance(item, Mapping):
            merged[key] = _merged(old, item, known)
        else:
            merged[key] = item
    return tuple(merged.values())


def as_tuple(value: Value | None) -> tuple[Value, ...]:
    """Return the entries of a repeated element, also where there are none or it was given as one value."""
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def differences(base: Document, declared: Mapping[str, Value]) -> tuple[FieldChange, ...]:
    """Return the changes that laying `declared` over `base` makes, elements in Salesforce's order.

    Entries of repeated elements are named by what identifies them: `fieldPermissions[Account.Rating].readable`. A
    flag that is declared `false` and absent, or empty and absent, is no difference: Salesforce leaves such out.
    Certificates are compared by their DER, however they are written. Secrets are marked sensitive.
    """
    return tuple(_changed(base.fields, declared, type_of(base.type), ""))


def certificate_der(text: str) -> bytes | None:
    """Return the DER in a certificate element (PEM, or base64 in one line or several), `None` if there is none."""
    found = _PEM.search(text)
    try:
        content = base64.b64decode("".join((found.group(1) if found else text).split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    if b"-----BEGIN" in content:
        return certificate_der(content.decode("latin-1"))
    return content or None


def _changed(
    base: Mapping[str, Value], declared: Mapping[str, Value], known: MetadataType | None, path: str
) -> Iterator[FieldChange]:
    for name in known.in_order(declared) if known else declared:
        field = known.fields.get(name) if known else None
        here = below(path, name)
        yield from _change(base.get(name), declared[name], field, here)


def _change(base: Value | None, declared: Value, field: Field | None, path: str) -> Iterator[FieldChange]:
    if isinstance(declared, tuple) or (field is not None and field.repeats):
        yield from _entries_changed(as_tuple(base), as_tuple(declared), field, path)
    elif isinstance(declared, Mapping):
        inner = type_of(field.type) if field else None
        yield from _changed(base if isinstance(base, Mapping) else {}, declared, inner, path)
    else:
        yield from _text_changed(base if isinstance(base, str) else None, declared, field, path)


def _text_changed(old: str | None, new: str, field: Field | None, path: str) -> Iterator[FieldChange]:
    name = path.rpartition(".")[2]
    if name in SEPARATORS:
        missing = [one for one in entries(new) if one not in entries(old or "")]
        if missing:
            yield FieldChange(path, old, SEPARATORS[name].join((*entries(old or ""), *missing)))
    elif _meaning(old or "", field, name) != _meaning(new, field, name):
        yield FieldChange(path, old, new, sensitive=name in SECRET_ELEMENTS)


def _meaning(text: str, field: Field | None, name: str) -> object:
    if field is not None and field.type == "boolean":
        return text in {"true", "1"}
    if name in CERTIFICATES:
        return certificate_der(text) or text.strip()
    if name == "callbackUrl":
        return frozenset(text.split())
    if name == "ipRelaxationPolicyType":
        return text.lower()  # the reference and live orgs differ in case
    return text


def _entries_changed(
    base: tuple[Value, ...], declared: tuple[Value, ...], field: Field | None, path: str
) -> Iterator[FieldChange]:
    present = {identity(item, field): item for item in base if item != ""}
    kept = [item for item in base if isinstance(item, str) and item]
    if declared == REMOVE_ALL and kept:
        yield FieldChange(path, ", ".join(kept), None)
    added: list[str] = []
    for item in declared:
        key = identity(item, field)
        if isinstance(item, Mapping):
            yield from _entry_changed(present.get(key), item, field, f"{path}[{', '.join(key)}]")
        elif key not in present and isinstance(item, str) and item:
            added.append(item)
    if added:
        yield FieldChange(path, ", ".join(kept) or None, ", ".join((*kept, *added)))


def _entry_changed(
    base: Value | None, item: Mapping[str, Value], field: Field | None, path: str
) -> Iterator[FieldChange]:
    keys = key_elements(field.type) if field else ()
    rest = {name: value for name, value in item.items() if name not in keys}
    old = base if isinstance(base, Mapping) else {}
    changes = tuple(_changed(old, rest, type_of(field.type) if field else None, path))
    if base is None and not changes and not _grants_nothing(rest, field):
        shown = [value for value in item.values() if isinstance(value, str) and value]
        changes = (FieldChange(path, None, ", ".join(shown)),)
    yield from changes


def _grants_nothing(flags: Mapping[str, Value], field: Field | None) -> bool:
    """Whether an entry of a permission set has all its flags off; Salesforce does not write such entries down."""
    return field is not None and field.type.startswith("PermissionSet") and bool(flags)
