"""SOQL from its grammar: every sentence is answered or refused, over REST, Tooling and SOAP."""

from xml.sax.saxutils import escape

from hypothesis import given
from hypothesis import strategies as st

from tests.localorg.fuzz.bounded import FUZZ, ask
from tests.localorg.test_local_partner import ask as partner
from tests.localorg.visitor import V

NAMES = ("Id", "Name", "ParentId", "Parent.Name", "Owner.Profile.Name", "NumberOfEmployees", "CreatedDate", "IsDeleted")
OTHER_NAMES = ("Nope", "a.b.c.d.e.f.g", "Parent", "Contacts", "Description", "Rating", "Email", "AccountId")
DATES = ("TODAY", "LAST_WEEK", "THIS_FISCAL_YEAR", "LAST_N_DAYS:3", "NEXT_N_YEARS:99999", "N_DAYS_AGO:0", "LAST_N_X:1")
MOMENTS = ("2026-01-01", "2026-13-41", "2026-09-01T00:00:00Z", "2026-09-01T00:00:00+01:00", "0000-00-00T00:00:00Z")
VALUES = (
    "null",
    "true",
    "FALSE",
    "5",
    "-1.5e3",
    "1e999",
    "USD5",
    "''",
    "'%_'",
    r"'\''",
    r"'\u0041'",
    "'001'",
    ":bound",
)

names = st.sampled_from(NAMES) | st.sampled_from(OTHER_NAMES)
sobjects = st.sampled_from(["Account", "Contact", "User", "PermissionSet", "Nope", "Account a", "account"])
strings = st.text(max_size=6).map(lambda text: "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'")
values = st.sampled_from((*VALUES, *DATES, *MOMENTS)) | strings
functions = st.sampled_from(
    ["COUNT", "COUNT_DISTINCT", "SUM", "MIN", "MAX", "AVG", "CALENDAR_YEAR", "toLabel", "FORMAT"]
)
calls = st.builds("{}({})".format, functions, names) | st.sampled_from(["COUNT()", "FIELDS(ALL)", "FIELDS(STANDARD)"])
aliased = st.builds("{} {}".format, calls | names, st.sampled_from(["", "n", "expr0", "total"]))


def clauses(conditions):
    """What may follow FROM."""
    order = st.builds(
        " ORDER BY {} {} {}".format,
        names | calls,
        st.sampled_from(["", "ASC", "DESC"]),
        st.sampled_from(["", "NULLS FIRST", "NULLS LAST", "NULLS"]),
    )
    numbers = st.sampled_from(["0", "2", "2000", "2001", "99999999999999999999", "-1", "x"])
    group = st.builds(" GROUP BY {}".format, st.lists(names | calls, min_size=1, max_size=2).map(", ".join))
    parts = (
        st.builds(" WHERE {}".format, conditions),
        group,
        st.builds(" HAVING {} > {}".format, calls, values),
        order,
        st.builds(" LIMIT {}".format, numbers),
        st.builds(" OFFSET {}".format, numbers),
        st.sampled_from(
            [" FOR VIEW", " FOR UPDATE", " ALL ROWS", " WITH SECURITY_ENFORCED", " USING SCOPE everything"]
        ),
    )
    return st.tuples(*(st.just("") | part for part in parts)).map("".join)


def queries(conditions):
    """Whole statements with those conditions."""
    selected = st.lists(names | aliased, min_size=1, max_size=3).map(", ".join)
    return st.builds("SELECT {} FROM {}{}".format, selected, sobjects, clauses(conditions))


comparisons = st.builds(
    "{} {} {}".format, names | calls, st.sampled_from(["=", "!=", "<>", "<", "<=", ">", ">=", "LIKE", "=="]), values
) | st.builds(
    "{} {} ({})".format,
    names,
    st.sampled_from(["IN", "NOT IN", "INCLUDES", "EXCLUDES"]),
    st.lists(values, max_size=3).map(", ".join),
)
conditions = st.recursive(
    comparisons,
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from(["AND", "OR", "XOR"]), inner)
        | st.builds("NOT {}".format, inner)
        | st.builds("Id IN ({})".format, queries(inner))
        | st.builds("{} AND {} OR {}".format, inner, inner, inner)
    ),
    max_leaves=6,
)
nested = st.builds("SELECT Id, ({}) FROM Account{}".format, queries(conditions), clauses(conditions))
statements = queries(conditions) | nested
cut = st.builds(lambda soql, at: soql[:at], statements, st.integers(0, 60))
deep = st.integers(1, 3000).map(lambda depth: f"SELECT Id FROM Account WHERE {'(' * depth}Id = null{')' * depth}")
wide = st.integers(1, 3000).map(lambda count: "SELECT Id FROM Account WHERE " + " OR ".join(["Name = 'x'"] * count))


@FUZZ
@given(soql=statements | cut | deep | wide, resource=st.sampled_from(["query", "queryAll", "tooling/query"]))
def test_every_query_is_answered_or_refused(lasting, soql, resource):
    answer = ask(lasting, "GET", f"{V}/{resource}", query_string={"q": soql})
    assert answer.status_code in {200, 400}


@FUZZ
@given(soql=statements)
def test_every_query_over_soap_is_answered_or_refused(lasting, soql):
    text = "".join(each for each in soql if each >= " " and each not in "\ufffe\uffff")
    answer, _ = partner(lasting, "query", f"<queryString>{escape(text)}</queryString>")
    assert answer.status_code == 200 or "<faultcode>sf:" in answer.text
