"""`${NAME}` in values."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provision.settings.interpolation import resolve
from tests.settings.settings_files import WHOLE, read

names = st.text(string.ascii_letters + "_", min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("written", "environ", "meant"),
    [
        ("${A}", {"A": "x"}, "x"),
        ("a-${A}-${B}", {"A": "x", "B": "y"}, "a-x-y"),
        ("${A:-y}", {}, "y"),
        ("${A:-y}", {"A": ""}, "y"),
        ("${A:-y}", {"A": "x"}, "x"),
        ("${A:-}", {}, ""),
        ("${A}", {"A": ""}, ""),
        ("${A:-a:-b}", {}, "a:-b"),
        ("$${A}", {"A": "x"}, "${A}"),
        ("$$${A}", {"A": "x"}, "$${A}"),
        ("$A $ $$ {A}", {"A": "x"}, "$A $ $$ {A}"),
        ("${A}", {"A": "${B}", "B": "x"}, "${B}"),
    ],
)
def test_a_reference_is_replaced_once_and_an_escaped_one_is_kept(written, environ, meant):
    resolved = resolve(written, environ)
    assert (resolved.text, resolved.messages) == (meant, ())


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc",), exclude_characters="\ufffe\uffff")))
def test_any_text_can_be_written_by_escaping_its_references(text):
    escaped = text.replace("${", "$${")
    assert resolve(escaped, {}).text == text


@given(names, st.text(), st.text())
def test_the_environment_wins_over_the_default(name, value, default):
    resolved = resolve(f"${{{name}:-{default.replace('}', '')}}}", {name: value})
    assert resolved.text == (value or default.replace("}", ""))
    assert resolved.variables == (name,)


@given(st.text())
def test_whatever_is_written_gives_a_text_and_says_what_is_wrong(text):
    resolved = resolve(text, {})
    assert resolved.messages or "${" not in text.replace("$${", "")


def test_numbers_may_come_from_the_environment():
    settings = read(WHOLE + "    # end\n", {})
    assert settings.apps["billing-sync"].key.days == 365
    text = WHOLE.replace("user: billing-bot}", "user: billing-bot, key: {bits: '${BITS}', days: '${DAYS}'}}")
    key = read(text, {"BITS": "4096", "DAYS": "90"}).apps["billing-sync"].key
    assert (key.bits, key.days) == (4096, 90)


def test_names_may_come_from_the_environment_and_are_checked_like_written_ones():
    text = WHOLE.replace("my_domain: acme--uat.sandbox.my.salesforce.com", "my_domain: ${HOST}")
    assert read(text, {"HOST": "ACME--x.sandbox.my.salesforce.com"}).orgs["uat"].my_domain == (
        "acme--x.sandbox.my.salesforce.com"
    )
