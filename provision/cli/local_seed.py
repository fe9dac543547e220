"""`--seed FILE`: what is to be in local orgs from the start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from provision.errors import Code, Usage

if TYPE_CHECKING:
    from provision.localorg.seeding.document import Problem, Seed
    from provision.settings.problem import Places

seed_option = click.option(
    "--seed",
    "seed_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="YAML with the users, licences, apps and policies that are to be in the orgs.",
)


class SeedFile:
    """A seed, read and found to be right as far as can be told without the orgs."""

    def __init__(self, path: Path, local_orgs: Iterable[str]) -> None:
        from provision.localorg.seeding.document import BadSeed, Problem, read
        from provision.settings.tree import parse

        self._path = path
        tree = parse(path.read_text(encoding="utf-8", errors="replace"), lambda text, _path: text)
        self._places = tree.places
        if tree.problems:
            raise self._refuse([Problem(each.path, each.message) for each in tree.problems])
        try:
            self._seeds: Mapping[str, Seed] = read(tree.data)
        except BadSeed as bad:
            raise self._refuse(bad.problems) from None
        known = list(local_orgs)
        strangers = [name for name in self._seeds if name not in known]
        if strangers:
            raise self._refuse(
                [Problem(("orgs", name), f"is no local org; there are {', '.join(known)}") for name in strangers]
            )

    def sow(self, file: Path, orgs: Mapping[str, Mapping[str, Any]]) -> list[str]:
        """Put into each org what the seed says; returns the names of the orgs. Raises `Usage` with what they refuse."""
        from provision.localorg import LocalOrg
        from provision.localorg.seeding.document import BadSeed

        problems: list[Problem] = []
        for name, seed in self._seeds.items():
            try:
                LocalOrg.open(file, name, **orgs[name]).seed(seed, self._path.parent)
            except BadSeed as bad:
                problems += bad.problems
        if problems:
            raise self._refuse(problems)
        return list(self._seeds)

    def _refuse(self, problems: Iterable[Problem]) -> Usage:
        found = sorted(problems, key=lambda each: self._places.of(each.path))
        count = "1 problem" if len(found) == 1 else f"{len(found)} problems"
        return Usage(
            Code.SETTINGS_INVALID,
            f"The seed has {count}",
            detail="\n".join(_line(self._path, self._places, each) for each in found),
            remedy=(f"Correct {self._path}; orgs with problems got nothing of it",),
        )


def _line(file: Path, places: Places, problem: Problem) -> str:
    from provision.settings.problem import path_text

    at = places.of(problem.path)
    return f"{file}:{at.line}:{at.column} {path_text(problem.path)}: {problem.message}"
