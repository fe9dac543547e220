"""SOQL: any text is answered or refused; LIKE and spans of days by themselves."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provision.localorg.soql import dates
from provision.localorg.soql.like import Pattern
from provision.localorg.soql.parser import parse
from provision.localorg.soql.refusals import BadQuery
from tests.localorg.fuzz.bounded import FUZZ
from tests.localorg.sample import NOW

WORDS = """
    SELECT FROM WHERE AND OR NOT IN LIKE LIMIT OFFSET ORDER GROUP BY ASC DESC NULLS FIRST LAST count COUNT FIELDS ALL
    Id Name Account Contact Contacts User Parent.Name Account.Name IsDeleted CreatedDate null true TODAY LAST_N_DAYS:3
    ( ) , = != < >= 'x' '%' '\\'' 5 -1.5 2026-01-01 2026-01-01T00:00:00Z a.b.c.d # ' \\ ; :x
"""
words = st.sampled_from(WORDS.split())


@FUZZ
@given(st.lists(words, max_size=25).map(" ".join) | st.text(max_size=40))
def test_any_text_is_parsed_or_refused(soql):
    try:
        parse(soql)
    except BadQuery:
        return


fields = st.sampled_from(
    ["Id", "Name", "Parent.Name", "Owner.Profile.Name", "NumberOfEmployees", "IsDeleted", "CreatedDate", "Nope", "a.b"]
)
literals = st.sampled_from(
    [
        "'x'",
        "'%a_'",
        "null",
        "5",
        "true",
        "TODAY",
        "2026-01-01",
        "2026-09-01T00:00:00Z",
        "LAST_N_DAYS:99999",
        "'001000000000000'",
    ]
)
comparisons = st.builds(
    "{} {} {}".format, fields, st.sampled_from(["=", "!=", "<", ">=", "LIKE"]), literals
) | st.builds(
    "{} {} ({})".format, fields, st.sampled_from(["IN", "NOT IN"]), st.lists(literals, min_size=1).map(", ".join)
)
conditions = st.recursive(
    comparisons,
    lambda inner: (
        st.builds("({} AND {})".format, inner, inner)
        | st.builds("({} OR {})".format, inner, inner)
        | st.builds("(NOT {})".format, inner)
        | st.builds("Id IN (SELECT AccountId FROM Contact WHERE {})".format, inner)
    ),
    max_leaves=5,
)
selects = st.lists(
    fields | st.sampled_from(["COUNT(Id)", "MAX(Name)", "(SELECT Id FROM Contacts)"]),
    min_size=1,
    max_size=4,
    unique=True,
)


@FUZZ
@given(
    select=selects,
    where=conditions,
    order=fields,
    tail=st.sampled_from(["", " LIMIT 2", " GROUP BY Name", " OFFSET 1"]),
)
def test_any_query_of_the_right_form_is_answered_or_refused(sample, select, where, order, tail):
    by = "" if "GROUP" in tail else f" ORDER BY {order}"
    answer = sample.query(f"SELECT {', '.join(select)} FROM Account WHERE {where}{by}{tail}")
    assert answer.status_code in {200, 400}


@given(st.text("ab%_\\", max_size=8), st.text("ab%_\\A", max_size=8))
def test_like_agrees_with_a_regular_expression(pattern, text):
    parts = re.findall(r"\\[%_]|.", pattern, re.DOTALL)
    expected = "".join({"%": ".*", "_": "."}.get(part, re.escape(part[-1])) for part in parts)
    found = re.fullmatch(expected, text, re.DOTALL | re.IGNORECASE) is not None
    assert Pattern(pattern).matches(text) is found


def test_like_takes_no_exponential_time():
    assert not Pattern("%a" * 200 + "b").matches("a" * 2000)


SPANS = [
    ("today", "2026-09-01", "2026-09-02"),
    ("yesterday", "2026-08-31", "2026-09-01"),
    ("tomorrow", "2026-09-02", "2026-09-03"),
    ("this_week", "2026-08-30", "2026-09-06"),
    ("last_week", "2026-08-23", "2026-08-30"),
    ("next_month", "2026-10-01", "2026-11-01"),
    ("last_quarter", "2026-04-01", "2026-07-01"),
    ("this_quarter", "2026-07-01", "2026-10-01"),
    ("next_year", "2027-01-01", "2028-01-01"),
    ("last_n_days:7", "2026-08-25", "2026-09-02"),
    ("next_n_days:2", "2026-09-02", "2026-09-04"),
    ("n_days_ago:2", "2026-08-30", "2026-08-31"),
    ("last_90_days", "2026-06-03", "2026-09-02"),
]


@pytest.mark.parametrize(("name", "start", "end"), SPANS)
def test_named_spans_of_days(name, start, end):
    assert tuple(f"{moment:%Y-%m-%d}" for moment in dates.span(name, NOW)) == (start, end)
