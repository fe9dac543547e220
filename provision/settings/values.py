"""Forms of single values, each checked with words of its own and described in the JSON Schema."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from provision.model.scopes import SCOPES
from provision.settings.problem import not_among

OLDEST_API, NEWEST_API = 58, 68
"""58.0 is the first version whose metadata names everything written here; 68.0 is that of Winter '27."""


@dataclass(frozen=True)
class Shape:
    """A form that text must have; `pattern` describes the whole text and means the same in Python and JavaScript."""

    pattern: str
    wanted: str
    """What is allowed, for people: it completes the sentence “allowed: …”."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "pattern": f"^{self.pattern}$"}

    def _check(self, text: str) -> str:
        if re.fullmatch(self.pattern, text) is None:
            raise problem(f"allowed: {self.wanted}")
        return text


@dataclass(frozen=True)
class NotEmpty:
    """A list that must have an item; asked only when its items are right."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "minItems": 1}

    def _check(self, items: tuple[object, ...]) -> tuple[object, ...]:
        if not items:
            raise problem("at least one is needed")
        return items


def problem(message: str) -> PydanticCustomError:
    """Return what a validator raises: `message` follows the quoted value."""
    return PydanticCustomError("settings", "{message}", {"message": message})


def whole(value: object) -> object:
    """Return a whole number as it is, or from its digits; for numbers that are written or come from the environment."""
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,9}", value):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise problem("a whole number is needed")


def _truth(value: object) -> object:
    if value in ("true", "false"):
        return value == "true"
    if isinstance(value, bool):
        return value
    raise problem("allowed: true, false")


def _host(value: object) -> object:
    if not isinstance(value, str):
        return value
    host = value.lower()
    if re.fullmatch(MY_DOMAIN, host) is None:
        raise problem(_host_message(host))
    return host


def _host_message(host: str) -> str:
    wanted = (
        "allowed: the My Domain host alone, for instance acme.my.salesforce.com or acme--uat.sandbox.my.salesforce.com"
    )
    bare = re.sub(r"^[a-z]+://", "", host).split("/")[0].split(":")[0]
    if bare in {"login.salesforce.com", "test.salesforce.com"}:
        return f"the login host of all orgs says nothing of this one; {wanted} (Setup > My Domain shows it)"
    for wrong, right in _OTHER_HOSTS:
        if bare.endswith(wrong):
            bare = bare.removesuffix(wrong) + right
    if bare != host and re.fullmatch(MY_DOMAIN, bare):
        return f"{wanted}; did you mean {bare}?"
    return f"{wanted} (Setup > My Domain shows it)"


def _scope(name: str) -> str:
    if name not in SCOPES:
        raise problem(f"not an OAuth scope; {not_among(name, SCOPES)}")
    return name


MY_DOMAIN = (
    r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9-]+)?"
    r"\.(my\.(salesforce\.com|salesforce\.mil|sfcrmproducts\.cn)|my-salesforce\.com)"
)
"""Production, sandbox, scratch, Developer Edition and patch orgs, also of the government cloud and of China."""

_OTHER_HOSTS = (
    (".lightning.force.com", ".my.salesforce.com"),
    (".my.salesforce-setup.com", ".my.salesforce.com"),
    (".lightning.crmforce.mil", ".my.salesforce.mil"),
    (".lightning.sfcrmapps.cn", ".my.sfcrmproducts.cn"),
)
"""Hosts of the user interface, which people copy from the address bar, and the API host of the same org."""

Words = Annotated[str, Shape(r"[\s\S]*\S[\s\S]*", "text that is not empty")]
_LINE = Shape(r".*\S.*", "one line of text that is not empty")
Label = Annotated[str, StringConstraints(max_length=80), _LINE]
FirstName = Annotated[str, StringConstraints(max_length=40), _LINE]
Alias = Annotated[str, StringConstraints(max_length=8), _LINE]
Description = Annotated[str, StringConstraints(max_length=255)]
Name = Annotated[
    str,
    StringConstraints(max_length=80),
    Shape(r"[A-Za-z0-9][A-Za-z0-9._-]*", "letters, digits and . _ - after a letter or digit"),
]
"""A name of the user's own, for an org, an app or a user; it also names folders."""
DeveloperName = Annotated[
    str,
    StringConstraints(max_length=80),
    Shape(
        r"[A-Za-z](_?[A-Za-z0-9])*",
        "a letter, then letters, digits and single underscores, not at the end",
    ),
]
ApiName = Annotated[
    str,
    StringConstraints(max_length=255),
    Shape(r"[A-Za-z][A-Za-z0-9_]*", "an API name: a letter, then letters, digits and underscores"),
]
MemberName = Annotated[
    str,
    StringConstraints(max_length=255),
    Shape(r"[A-Za-z][A-Za-z0-9_ -]*", "a letter, then letters, digits, blanks and _ -"),
]
FieldName = Annotated[
    str,
    StringConstraints(max_length=255),
    Shape(r"[A-Za-z][A-Za-z0-9_]*\.[A-Za-z][A-Za-z0-9_]*", "an object and a field, for instance Account.Rating"),
]
FullName = Annotated[
    str,
    StringConstraints(max_length=255),
    Shape(r"[^*\r\n]*[^*\s][^*\r\n]*", "the full name of one component, without wildcards"),
]
Email = Annotated[
    str,
    StringConstraints(max_length=80),
    Shape(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>.]+", "an address such as integrations@acme.example"),
]
Username = Annotated[
    str,
    StringConstraints(max_length=80),
    Shape(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>.]+", "the form of an e-mail address, for instance billing.bot@acme.example"),
]
Url = Annotated[
    str,
    StringConstraints(max_length=2000),
    Shape(r"[A-Za-z][A-Za-z0-9+.-]*:\S+", "a URL with its scheme, for instance https://acme.example/callback"),
]
OrgId = Annotated[
    str, Shape(r"00D([A-Za-z0-9]{12}|[A-Za-z0-9]{15})", "the 15 or 18 characters of an org id, starting with 00D")
]
DistinguishedName = Annotated[
    str,
    StringConstraints(max_length=1000),
    Shape(r"[A-Za-z][A-Za-z0-9.-]*=.+", "an RFC 4514 name, for instance CN=billing-sync,O=Acme"),
]
ApiVersion = Annotated[
    str,
    Shape(
        rf"({'|'.join(str(number) for number in range(OLDEST_API, NEWEST_API + 1))})\.0",
        f'"{OLDEST_API}.0" to "{NEWEST_API}.0", in quotes',
    ),
]
MyDomain = Annotated[str, BeforeValidator(_host), Field(json_schema_extra={"pattern": f"^{MY_DOMAIN}$"})]
Scope = Annotated[str, AfterValidator(_scope), Field(json_schema_extra={"enum": list(SCOPES)})]
Truth = Annotated[bool, BeforeValidator(_truth)]
