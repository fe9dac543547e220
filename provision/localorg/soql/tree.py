"""A query as written: names are not looked up yet. `at` is the place in the text, from 0."""

from dataclasses import dataclass
from typing import Literal

Operator = Literal["=", "!=", "<", "<=", ">", ">=", "like", "in", "not in"]


@dataclass(frozen=True, slots=True)
class Path:
    """A field, by way of relationships: `Profile.UserLicense.Name`."""

    names: tuple[str, ...]
    at: int
    function: str | None = None
    """Function that takes a part of the field's moment: `calendar_year`."""

    @property
    def text(self) -> str:
        """As written."""
        return ".".join(self.names)


@dataclass(frozen=True, slots=True)
class Text:
    """A text in quotes; percent sign and underscore keep the backslash that escapes them."""

    value: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number."""

    value: float


@dataclass(frozen=True, slots=True)
class Word:
    """TRUE, FALSE, NULL, a moment, a day, or a name for a span of days, as written."""

    kind: Literal["boolean", "null", "datetime", "date", "span"]
    value: str


@dataclass(frozen=True, slots=True)
class Several:
    """The list after IN."""

    values: tuple[Text | Number | Word, ...]


Value = Text | Number | Word | Several


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field, or in HAVING an aggregate, against a value, a list or a sub-select."""

    path: "Path | Aggregate"
    operator: Operator
    value: "Value | Query"
    at: int
    """Where the value is."""


@dataclass(frozen=True, slots=True)
class Both:
    """All parts hold (AND)."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of the parts holds (OR)."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Condition"


Condition = Comparison | Both | Either | Not


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A function of the rows of a group; without a path it is `count()`."""

    function: str
    path: Path | None
    alias: str | None
    at: int


@dataclass(frozen=True, slots=True)
class Plain:
    """A selected field; the alias is for grouped queries."""

    path: Path
    alias: str | None


@dataclass(frozen=True, slots=True)
class Fields:
    """`FIELDS(ALL)` or `FIELDS(STANDARD)`."""

    at: int


@dataclass(frozen=True, slots=True)
class Children:
    """A sub-query in the SELECT list; its FROM names a child relationship."""

    query: "Query"


Selected = Plain | Aggregate | Fields | Children


@dataclass(frozen=True, slots=True)
class Order:
    """One entry of ORDER BY."""

    by: Path | Aggregate
    descending: bool
    nulls_last: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query, or one in parentheses."""

    select: tuple[Selected, ...]
    source: str
    source_at: int
    alias: str | None
    where: Condition | None
    group_by: tuple[Path, ...]
    having: Condition | None
    order_by: tuple[Order, ...]
    limit: int | None
    offset: int
    all_rows: bool
    """Whether ALL ROWS asks for deleted records too."""
