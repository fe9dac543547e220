"""Names of a query looked up among the sObjects."""

from dataclasses import dataclass, replace
from datetime import datetime

from provision.localorg.sobjects import describe
from provision.localorg.sobjects.access import Caller
from provision.localorg.sobjects.describe import Field, SObject
from provision.localorg.sobjects.reading import Reader
from provision.localorg.soql import functions
from provision.localorg.soql.refusals import (
    BAD_AGGREGATE,
    NO_CHILDREN,
    NO_COLUMN,
    NO_RELATIONSHIP,
    NO_TYPE,
    NOT_IN_TOOLING,
    BadQuery,
)
from provision.localorg.soql.tree import Path, Query
from provision.localorg.store.jsontext import Json
from provision.localorg.store.records import Record


@dataclass(frozen=True, slots=True)
class World:
    """What a query may look at."""

    reader: Reader
    caller: Caller
    now: datetime
    api: str
    """Where the records have their URLs: `/services/data/v66.0`."""
    tooling: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """The sObject of a FROM, and the name it goes by in the query."""

    world: World
    sobject: SObject
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A field, and the references that lead to it."""

    through: tuple[Field, ...]
    field: Field
    path: Path
    function: str | None = None
    """Function of the field's moment; `field` then has the type of its result."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of relationships and field as the schema writes them."""
        return (*(step.relationship or step.name for step in self.through), self.field.name)

    def value(self, world: World, record: Record) -> Json:
        """What the field holds for a record; None where a reference on the way is empty."""
        at: Record | None = record
        for step in self.through:
            at = follow(world, at, step) if at else None
        value = world.reader.value(at, self.field) if at else None
        return functions.apply(self.function, value) if self.function else value


def follow(world: World, record: Record, step: Field) -> Record | None:
    """The record that a reference leads to."""
    target = world.reader.value(record, step)
    return world.reader.get(target, step.to) if isinstance(target, str) else None


def source(world: World, query: Query) -> Source:
    """The sObject of a query; raises `BadQuery` where there is none or the caller may not read it."""
    sobject = describe.find(query.source)
    if world.tooling and (sobject is None or not sobject.tooling):
        raise BadQuery(NOT_IN_TOOLING, None, name=query.source)
    if sobject is None or not world.caller.may("read", sobject):
        raise BadQuery(NO_TYPE, query.source_at, name=query.source)
    return Source(world, sobject, query.alias)


def child_source(parent: Source, query: Query) -> tuple[Source, Field]:
    """The sObject of a sub-query below `parent`, and the field that refers back."""
    found = describe.children(parent.sobject, query.source.rpartition(".")[2])
    if found is None or not parent.world.caller.may("read", found.sobject):
        raise BadQuery(NO_CHILDREN, query.source_at, name=query.source)
    return Source(parent.world, found.sobject, query.alias), found.field


def column(scope: Source, path: Path) -> Column:
    """The field that a path names; raises `BadQuery`."""
    *relationships, name = _below_alias(scope, path)
    through: list[Field] = []
    candidates: tuple[SObject, ...] = (scope.sobject,)
    for relationship in relationships:
        steps = [step for each in candidates if (step := each.relationships.get(relationship.lower()))]
        if not steps:
            raise BadQuery(NO_RELATIONSHIP, path.at, name=relationship)
        through.append(steps[0])
        candidates = tuple(each for each in map(describe.find, steps[0].to) if each and _readable(scope, each))
    for each in candidates:
        field = each.field(name)
        if field is not None:
            return _with_function(Column(tuple(through), field, path))
    entity = candidates[0].name if candidates else path.text
    raise BadQuery(NO_COLUMN, path.at, name=name, sobject=entity)


def _with_function(plain: Column) -> Column:
    function = plain.path.function
    if function is None:
        return plain
    if not functions.takes(function, plain.field):
        raise BadQuery(BAD_AGGREGATE, plain.path.at, name=plain.field.name, function=function)
    return replace(plain, field=functions.result(function, plain.field), function=function)


def _readable(scope: Source, sobject: SObject) -> bool:
    return scope.world.caller.may("read", sobject)


def _below_alias(scope: Source, path: Path) -> tuple[str, ...]:
    """The path without the name of its own sObject in front."""
    first = path.names[0].lower()
    own = {scope.sobject.name.lower(), (scope.alias or "").lower()}
    if len(path.names) > 1 and first in own and first not in scope.sobject.relationships:
        return path.names[1:]
    return path.names
