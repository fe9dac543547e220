"""`provision explain` as it is called: a guess is never dressed as an answer."""

from __future__ import annotations

import json

import pytest

from provision.cli.root import run


def test_what_says_too_little_fails_and_names_what_is_near(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "session"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "says too little" in said.err
    assert "rest-invalid-session" in said.err


def test_the_same_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "session", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["status"], document["code"]) == (1, "NOT_EXPLAINED")


def test_a_likeness_is_called_one_also_where_it_is_the_only_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "user has not aproved this consumer"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Nothing says exactly that. The nearest:")
    assert "invalid_grant: user hasn't approved this consumer" in said


def test_an_exact_text_is_no_likeness(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "user hasn't approved this consumer"]) == 0
    assert "Nothing says exactly that" not in capsys.readouterr().out
