"""How a query is refused: Salesforce shows where in the query it stumbled."""

from typing import Final

from provision.localorg.sobjects.refusals import Refusal, Wording

_BEFORE: Final = 35
_AFTER: Final = 36


class BadQuery(Exception):
    """A query that cannot be answered; `at` is the place in the text, from 0, or None where none is shown."""

    def __init__(self, wording: Wording, at: int | None, **values: object) -> None:
        super().__init__(wording.text.format(**values))
        self.wording = wording
        self.at = at
        self.values = values


def refusal(soql: str, bad: BadQuery) -> Refusal:
    """The refusal with its message as Salesforce words it: the line, a caret below it, row and column.

    The first token of a query is refused without a place (recorded with the query `invalid`).
    """
    refused = bad.wording.refuse(**bad.values)
    if bad.at is None or not soql[: bad.at].strip():
        return refused
    row = soql.count("\n", 0, bad.at)
    start = soql.rfind("\n", 0, bad.at) + 1
    column = bad.at - start
    end = soql.find("\n", bad.at)
    line = soql[start : end if end >= 0 else len(soql)]
    cut = max(0, column - _BEFORE)
    place = f"\n{line[cut : column + _AFTER]}\n{' ' * (column - cut)}^\nERROR at Row:{row + 1}:Column:{column + 1}\n"
    return Refusal(bad.wording, place + refused.message)


_APPEND: Final = "Please reference your WSDL or the describe call for the appropriate names."

UNEXPECTED: Final = Wording("MALFORMED_QUERY", "unexpected token: '{token}'", "recorded: live tests")
UNTERMINATED: Final = Wording(
    "MALFORMED_QUERY", "line {row}:{column} mismatched character '<EOF>' expecting '''", "assumed"
)
BAD_ESCAPE: Final = Wording("MALFORMED_QUERY", "Illegal escape sequence in string literal: '{escape}'", "assumed")
TOO_LONG: Final = Wording(
    "MALFORMED_QUERY", "SOQL statement is longer than {limit} characters", "documented limit, assumed text"
)
TOO_DEEP: Final = Wording("QUERY_TOO_COMPLICATED", "Query is too complicated", "documented code, assumed text")
UNSUPPORTED: Final = Wording(
    "MALFORMED_QUERY", "The local org does not understand {what} in SOQL", "a limit of the local org"
)
NO_TYPE: Final = Wording(
    "INVALID_TYPE",
    "sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' "
    f"after the entity name. {_APPEND}",
    "recorded: CumulusCI cassettes",
)
NOT_IN_TOOLING: Final = Wording("INVALID_TYPE", "sObject type '{name}' is not supported", "recorded: plugin-org tests")
NO_COLUMN: Final = Wording(
    "INVALID_FIELD",
    "No such column '{name}' on entity '{sobject}'. If you are attempting to use a custom field, be sure to append the "
    f"'__c' after the custom field name. {_APPEND}",
    "recorded: CumulusCI tests",
)
NO_RELATIONSHIP: Final = Wording(
    "INVALID_FIELD",
    "Didn't understand relationship '{name}' in field path. If you are attempting to use a custom relationship, be "
    f"sure to append the '__r' after the custom relationship name. {_APPEND}",
    "assumed",
)
NO_CHILDREN: Final = Wording(
    "INVALID_TYPE",
    "Didn't understand relationship '{name}' in FROM part of query call. If you are attempting to use a custom "
    f"relationship, be sure to append the '__r' after the custom relationship name. {_APPEND}",
    "assumed",
)
SELECTED_TWICE: Final = Wording("INVALID_FIELD", "duplicate field selected: {name}", "assumed")
ALIAS_TWICE: Final = Wording("MALFORMED_QUERY", "duplicate alias: {name}", "assumed")
NOT_FILTERABLE: Final = Wording(
    "INVALID_FIELD", "field '{name}' can not be filtered in a query call", "recorded rule (sfdx-hardis), assumed text"
)
NOT_SORTABLE: Final = Wording("INVALID_FIELD", "field '{name}' can not be sorted in a query call", "assumed")
WRONG_TYPE: Final = Wording(
    "INVALID_FIELD",
    "value of filter criterion for field '{name}' must be of type {type} and should {quotes}be enclosed in quotes",
    "assumed",
)
BAD_ID: Final = Wording("INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: {value}", "assumed")
BAD_OPERATOR: Final = Wording("INVALID_QUERY_FILTER_OPERATOR", "invalid operator on {type} field", "assumed")
NOT_AN_ID: Final = Wording(
    "MALFORMED_QUERY",
    "Semi join sub-selects can only select id or reference fields: {name}",
    "documented rule, assumed text",
)
BESIDE_OR: Final = Wording(
    "MALFORMED_QUERY",
    "Semi join sub-selects are not allowed with the 'OR' operator",
    "assumed: public articles, no recording",
)
BELOW_TOP: Final = Wording(
    "MALFORMED_QUERY",
    "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions.",
    "assumed: public articles, no recording",
)
NOT_GROUPED: Final = Wording("MALFORMED_QUERY", "Field must be grouped or aggregated: {name}", "assumed")
BAD_AGGREGATE: Final = Wording(
    "MALFORMED_QUERY", "field {name} does not support aggregate operator {function}", "assumed"
)
OFFSET_TOO_LARGE: Final = Wording(
    "NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000", "documented limit, assumed text"
)
FIELDS_NEEDS_LIMIT: Final = Wording(
    "MALFORMED_QUERY", "The SOQL FIELDS function must have a LIMIT of at most 200", "documented rule, assumed text"
)
