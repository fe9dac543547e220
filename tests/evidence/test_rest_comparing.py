"""The comparison sees every difference that counts, and none that does not."""

import pytest

from tests.evidence.replaying import load
from tests.evidence.rest_asking import replay
from tests.evidence.rest_comparing import differences, normal

ORG = "00D000000000001AAA"


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1, "b": 2}, {"a": 1}),
        ({"a": 1}, {"a": True}),
        ({"a": "x"}, {"a": "y"}),
        ([{"a": 1}], []),
        ([{"a": 1}, "<more>"], [{"a": 1}, {"a": 2}]),
        ("<id>", "0"),
        ("<id>", "<short id>"),
    ],
)
def test_what_differs_is_named(expected, found):
    assert list(differences(expected, found))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (ORG, "005000000000009BBB"),
        ("https://a.my.salesforce.com/x", "https://localhost/x"),
        ("/services/data/v66.0/query", "/services/data/v60.0/query"),
        ("2026-09-01T12:00:00.000+0000", "2019-08-27T00:26:52Z"),
        (1676058616, 1700000000),
        ("1678833535086", "1234567890123"),
    ],
)
def test_what_no_two_orgs_share_is_the_same(left, right):
    assert not list(differences(normal(left), normal(right)))


def test_ids_of_both_lengths_are_told_apart():
    assert normal(f"{ORG[:15]} {ORG}") == "<short id> <id>"


def test_a_part_may_leave_keys_out_but_not_change_their_order():
    assert not list(differences({"a": 1, "c": 3}, {"a": 1, "b": 2, "c": 3}, part=True))
    assert list(differences({"c": 3, "a": 1}, {"a": 1, "b": 2, "c": 3}, part=True))


@pytest.mark.parametrize("change", [{"status": 201}, {"body": {"error": "other"}}, {"headers": {"Server": "none"}}])
def test_a_case_with_another_answer_does_not_pass(change, tmp_path):
    assert replay(load("oauth_refusals")[0] | change, tmp_path)
