"""Selected fields as the answer shows them: nested by relationship, in the order of SELECT."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from provision.localorg.sobjects.describe import Field
from provision.localorg.soql.bind import Column, World, follow
from provision.localorg.soql.refusals import SELECTED_TWICE, BadQuery
from provision.localorg.store.jsontext import Json
from provision.localorg.store.records import Record

Nested = Callable[[Record], Json]


@dataclass(slots=True)
class Node:
    """What is shown of one record: fields, records referred to, and sub-queries, by their key."""

    parts: "dict[str, Field | tuple[Field, Node] | Nested]" = field(default_factory=dict)

    def add(self, column: Column) -> None:
        """Show one more field; raises `BadQuery` where it is shown already."""
        node = self
        for step in column.through:
            key = step.relationship or step.name
            part = node.parts.get(key)
            if not isinstance(part, tuple):
                part = node.parts[key] = (step, Node())
            node = part[1]
        if column.field.name in node.parts:
            raise BadQuery(SELECTED_TWICE, column.path.at, name=column.path.text)
        node.parts[column.field.name] = column.field


def build(columns: Iterable[Column]) -> Node:
    """The shape of an answer with these fields."""
    node = Node()
    for column in columns:
        node.add(column)
    return node


def show(world: World, node: Node, record: Record) -> dict[str, Json]:
    """One record as the answer prints it."""
    shown: dict[str, Json] = {"attributes": attributes(world, record)}
    for key, part in node.parts.items():
        if isinstance(part, Field):
            shown[key] = world.reader.value(record, part)
        elif isinstance(part, tuple):
            step, below = part
            target = follow(world, record, step)
            shown[key] = show(world, below, target) if target else None
        else:
            shown[key] = part(record)
    return shown


def attributes(world: World, record: Record) -> dict[str, Json]:
    """Type and URL of a record."""
    middle = "tooling/sobjects" if world.tooling else "sobjects"
    return {"type": record.sobject, "url": f"{world.api}/{middle}/{record.sobject}/{record.id}"}
