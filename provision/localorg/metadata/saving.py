"""Components saved and deleted one by one, without a package: createMetadata and its like.

Each component has its own result. Where one fails the others stay, unless the caller wants all or none. A caller of
createMetadata and its like cannot ask for warnings to be ignored, so that a warning stops nothing there (assumed).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

from provision.localorg.metadata import content, faults, folders, names, refusals
from provision.localorg.metadata.refusals import Refusal
from provision.localorg.metadata.requester import Requester
from provision.localorg.metadata.soap import Call
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.metadata.tree import Node
from provision.localorg.metadata.types import kinds
from provision.localorg.metadata.types.external_client_app import automatic
from provision.localorg.metadata.types.kind import Component, Kind

MAX_COMPONENTS: Final = 10
"""Documented limit of one call."""

Wish = Literal["create", "update", "upsert"]

_TYPE: Final = "http://www.w3.org/2001/XMLSchema-instance}type"


@dataclass(frozen=True, slots=True)
class _Saved:
    """What came of one component."""

    full_name: str
    refusal: Refusal | None = None
    created: bool = False


def check_number(count: int) -> None:
    """Refuse more components than one call may have; raises `Fault`."""
    if count > MAX_COMPONENTS:
        raise faults.TOO_MANY.fault()


def _save(requester: Requester, call: Call, wish: Wish) -> list[Any]:
    nodes = call.arguments.all("metadata")
    check_number(len(nodes))
    saved = _together(requester, call, [partial(_save_one, requester, node, wish) for node in nodes])
    created = wish == "upsert"
    return [({"created": one.created} if created else {}) | _result(one) for one in saved]


def _delete(requester: Requester, call: Call) -> list[Any]:
    kind = _kind(requester, call.arguments.text_of("type"))
    named = [node.text.strip() for node in call.arguments.all("fullNames")]
    check_number(len(named))
    works = [partial(_delete_one, requester, kind, full_name) for full_name in named]
    return [_result(one) for one in _together(requester, call, works)]


def _together(requester: Requester, call: Call, works: Iterable[Callable[[], _Saved]]) -> list[_Saved]:
    """Do all; with all-or-none nothing stays where one is refused."""
    with requester.transaction.savepoint() as savepoint:
        done = [work() for work in works]
        if call.all_or_none and any(one.refusal for one in done):
            savepoint.rollback()
            rolled_back = refusals.ROLLED_BACK.refuse()
            return [one if one.refusal else _Saved(one.full_name, rolled_back) for one in done]
    return done


def _save_one(requester: Requester, node: Node, wish: Wish) -> _Saved:
    tenant, version = requester.tenant, requester.version
    type_name = node.attributes.get(_TYPE, "").rpartition(":")[2]
    kind = _kind(requester, type_name)
    full_name = node.text_of("fullName")
    try:
        if not full_name:
            raise refusals.MISSING.refuse(field="fullName")
        names.check(kind.type, full_name)
        _check_wish(tenant, kind, full_name, wish)
        if folders.root(kind.type, full_name) != type_name:
            raise refusals.NOT_AVAILABLE.refuse()
        component = Component(full_name, content.from_node(node, type_name, version), version, ignore_warnings=True)
        saved = kind.deploy(tenant, component)
    except Refusal as refusal:
        return _Saved(full_name, refusal)
    automatic.complete(tenant, [(kind.type, full_name)])
    return _Saved(full_name, created=saved.created)


def _check_wish(tenant: Tenant, kind: Kind, full_name: str, wish: Wish) -> None:
    exists = full_name in dict(kind.names(tenant))
    if wish == "create" and exists:
        raise refusals.NAME_TAKEN.refuse(label=f"{kind.type} Name")
    if wish == "update" and not exists:
        raise refusals.NO_COMPONENT.refuse(type=kind.type, name=full_name)


def _delete_one(requester: Requester, kind: Kind, full_name: str) -> _Saved:
    try:
        if kind.delete(requester.tenant, full_name) is None:
            raise refusals.NO_COMPONENT.refuse(type=kind.type, name=full_name)
    except Refusal as refusal:
        return _Saved(full_name, refusal)
    return _Saved(full_name)


def _kind(requester: Requester, type_name: str) -> Kind:
    kind = kinds.called(type_name, requester.version)
    if kind is None:
        raise faults.UNKNOWN_TYPE.fault()
    return kind


def _result(saved: _Saved) -> dict[str, Any]:
    result: dict[str, Any] = {"fullName": saved.full_name, "success": saved.refusal is None}
    if saved.refusal is None:
        return result
    code = saved.refusal.code
    return {"errors": {"message": saved.refusal.problem.removeprefix(f"{code}: "), "statusCode": code}} | result


OPERATIONS: Final[Mapping[str, Callable[[Requester, Call], list[Any]]]] = {
    "createMetadata": lambda requester, call: _save(requester, call, "create"),
    "deleteMetadata": _delete,
    "updateMetadata": lambda requester, call: _save(requester, call, "update"),
    "upsertMetadata": lambda requester, call: _save(requester, call, "upsert"),
}
