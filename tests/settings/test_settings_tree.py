"""YAML as the settings read it: version 1.2, bounded, with aliases."""

from __future__ import annotations

import time

import pytest

from provision.settings.problem import Position
from provision.settings.tree import MAX_BYTES, MAX_DEPTH, MAX_VALUES, parse
from tests.settings.settings_files import faults


def plain(text: str, _path: object) -> str:
    return text


def data(text: str) -> object:
    tree = parse(text, plain)
    assert tree.problems == ()
    return tree.data


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("on", "on"),
        ("012", 12),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("0x1f", "0x1f"),
        ("2026-11-23", "2026-11-23"),
        ("67.0", 67.0),
        ("1e3", 1000.0),
        (".inf", ".inf"),
        ("True", True),
        ("", None),
        ("~", None),
        ("null", None),
        ("'true'", "true"),
        ('"12"', "12"),
        ("!!str 12", "12"),
        ("9" * 5000, "9" * 5000),
        ("word # comment", "word"),
        ("|\n  two\n  lines\n", "two\nlines\n"),
    ],
)
def test_a_scalar_means_what_yaml_1_2_says(written, meant):
    found = data(f"key: {written}")["key"]
    assert found == meant
    assert type(found) is type(meant)


def test_a_directive_does_not_bring_the_truth_values_of_yaml_1_1_back():
    assert data("%YAML 1.1\n---\nkey: no\n") == {"key": "no"}


def test_an_alias_repeats_what_its_anchor_says():
    assert data("a: &one {x: 1}\nb: *one\n") == {"a": {"x": 1}, "b": {"x": 1}}


def test_a_merge_key_fills_in_and_what_is_written_beside_it_wins():
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: 0\n"
    assert data(text)["c"] == {"x": 0, "y": 1, "z": 2}


def test_an_anchor_may_be_used_again():
    assert data("a: &x 1\nb: &x 2\nc: *x\n")["c"] == 2


def test_every_key_and_value_knows_its_place():
    places = parse("a:\n  b: [1, two]\n", plain).places
    assert places.of_key(("a", "b")) == Position(2, 3)
    assert places.of(("a", "b", 1)) == Position(2, 10)
    assert places.of(("a", "missing")) == Position(1, 1)


def bomb(levels: int) -> str:
    lines = (f"l{level}: &l{level} [{', '.join([f'*l{level - 1}'] * 10)}]" for level in range(1, levels))
    return "\n".join(("l0: &l0 [x, x, x, x, x, x, x, x, x, x]", *lines))


def merge_bomb(levels: int) -> str:
    lines = (f"l{level}: &l{level} {{<<: [{', '.join([f'*l{level - 1}'] * 10)}]}}" for level in range(1, levels))
    return "\n".join(("l0: &l0 {x: 1}", *lines))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (bomb(12), f"more than {MAX_VALUES} values after the expansion of aliases"),
        (merge_bomb(12), f"more than {MAX_VALUES} values after the expansion of aliases"),
        ("a: &a [*a]", f"nested more than {MAX_DEPTH} levels deep"),
        ("a: &a {<<: *a}", f"nested more than {MAX_DEPTH} levels deep"),
        ("[" * 5000, f"nested more than {MAX_DEPTH} levels deep"),
        ("- " * 5000, f"nested more than {MAX_DEPTH} levels deep"),
        ("{a: " * 5000, f"nested more than {MAX_DEPTH} levels deep"),
    ],
    ids=["aliases", "merge keys", "itself", "merged into itself", "brackets", "dashes", "braces"],
)
def test_a_small_file_cannot_become_a_large_one(text, said):
    started = time.perf_counter()
    tree = parse(text, plain)
    assert [problem.message for problem in tree.problems] == [said]
    assert time.perf_counter() - started < 10


def test_a_file_beyond_the_limit_is_not_even_parsed():
    assert faults("# " + "x" * MAX_BYTES) == ["1:1 : larger than 2 MiB"]


def test_a_file_may_start_with_a_byte_order_mark_and_have_dos_line_ends():
    assert faults(b"\xef\xbb\xbfversion: 1\r\nwho: 1\r\n")[0].startswith("2:1 who: unknown key")
