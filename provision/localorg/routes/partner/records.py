"""Records and results as the partner SOAP API writes them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from provision.localorg.metadata.soap import Typed
from provision.localorg.metadata.tree import Node

_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})\+0000", re.ASCII)
_SOBJECT: Final = "sf:sObject"
_QUERY_RESULT: Final = "QueryResult"


def read(node: Node) -> dict[str, Any]:
    """A record that is to be written, as REST has it; `fieldsToNull` names those that are to be emptied."""
    fields: dict[str, Any] = {each.name: each.text for each in node.children if each.name not in _NO_FIELDS}
    emptied = {each.text.strip(): None for each in node.all("fieldsToNull")}
    return {"attributes": {"type": node.text_of("type")}} | fields | emptied


_NO_FIELDS: Final = frozenset({"type", "fieldsToNull"})


def results(given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Results of writes: what REST says, in the order of the WSDL."""
    return [_result(each) for each in given]


def _result(given: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"created": given["created"]} if "created" in given else {}
    errors = [
        {"fields": list(each["fields"]), "message": each["message"], "statusCode": each["statusCode"]}
        for each in given["errors"]
    ]
    return told | {"errors": errors, "id": given.get("id"), "success": given["success"]}


def page(given: Mapping[str, Any]) -> Typed:
    """A page of the rows of a query; where there are more its locator is what follows the last slash."""
    following = given.get("nextRecordsUrl")
    return Typed(
        _QUERY_RESULT,
        {
            "done": given["done"],
            "queryLocator": following.rpartition("/")[2] if following else None,
            "records": [_selected(each) for each in given["records"]],
            "size": given["totalSize"],
        },
    )


def retrieved(row: Mapping[str, Any]) -> Typed:
    """A record, its id once (recorded)."""
    fields = {f"sf:{name}": _value(value) for name, value in row.items() if name != "attributes"}
    return Typed(_SOBJECT, {"sf:type": row["attributes"]["type"], **fields})


def moment(text: str) -> str:
    """A moment as SOAP writes it, with a Z (recorded)."""
    return _MOMENT.sub(r"\1Z", text)


def _selected(row: Mapping[str, Any]) -> Typed:
    """A row of a query: its id comes first, nil where it was not selected, and again among the fields (recorded)."""
    fields: dict[str, Any] = {}
    for name, value in row.items():
        if name == "Id":
            fields["sf:Id"] = [value, value]
        elif name != "attributes":
            fields[f"sf:{name}"] = _value(value)
    first = {"sf:type": row["attributes"]["type"], "sf:Id": fields.pop("sf:Id", None)}
    return Typed(_SOBJECT, first | fields)


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return moment(value) if _MOMENT.fullmatch(value) else value
    if isinstance(value, Mapping):
        return page(value) if "records" in value else _selected(value)
    return value
