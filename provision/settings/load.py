"""Finding and reading `provision.yaml`: everything that is wrong is reported at once, before anything is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from provision.errors import Code, Usage
from provision.settings import overlays, references, wording
from provision.settings.interpolation import Interpolation
from provision.settings.models import FILE_NAME, Settings
from provision.settings.problem import FileOrigin, Position, Problem, invalid
from provision.settings.tree import MAX_BYTES, Data, parse


def find(start: Path) -> Path:
    """Return the nearest `provision.yaml` in `start` or a folder above it, up to the root of the repository.

    Raises `Usage` (SETTINGS_NOT_FOUND) with the folders that were looked into.
    """
    folders = tuple(_upwards(start.resolve()))
    for folder in folders:
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    raise Usage(
        Code.SETTINGS_NOT_FOUND,
        f"There is no {FILE_NAME}",
        detail="Looked in:\n" + "\n".join(f"  {folder}" for folder in folders),
        remedy=("provision init", "Or name the file: --config FILE"),
        context={"folders": [str(folder) for folder in folders]},
    )


def load(path: Path, environ: Mapping[str, str]) -> Settings:
    """Return the settings in the file at `path`, with `${NAME}` taken from `environ`.

    Raises `Usage`: SETTINGS_NOT_FOUND if the file cannot be read, SETTINGS_INVALID with every problem of the file.
    """
    return load_text(path, read_text(path), environ)


def load_text(path: Path, text: str, environ: Mapping[str, str]) -> Settings:
    """Return the settings in `text`, as if it stood in the file at `path`; raises `Usage` (SETTINGS_INVALID)."""
    interpolation = Interpolation(environ)
    tree = parse(text, interpolation.text)
    origin = FileOrigin(path, tree.places, interpolation.variables)
    if not tree.data and tree.problems:
        raise invalid(origin, tree.problems)
    settings, shared = _validated(tree.data)
    found = [*tree.problems, *interpolation.problems]
    further = list(shared)
    overlaid: dict[str, tuple[Settings | None, FileOrigin]] = {}
    for org, overlay in overlays.overlays(tree.data):
        there, problems = _validated(overlays.overlaid(tree.data, org, overlay))
        overlaid[org] = there, overlays.placed(origin, org, overlay)
        further += [overlays.reported(problem, org) for problem in problems if problem not in shared]
    spoiled = {problem.path for problem in found if problem.path}
    found += [problem for problem in further if problem.path not in spoiled]  # one is enough for one value
    if settings is None or found:
        raise invalid(origin, found)
    in_orgs = {org: (there, places) for org, (there, places) in overlaid.items() if there is not None}
    return settings.read_from(origin, in_orgs)


def _validated(data: Mapping[str, Data]) -> tuple[Settings | None, list[Problem]]:
    """Return the settings if there are any, and what is wrong with them."""
    settings: Settings | None = None
    found: list[Problem] = []
    try:
        settings = Settings.model_validate(data)
    except ValidationError as problem:
        found = wording.problems(problem)
    return settings, [*found, *references.check(data)]


def _upwards(start: Path) -> Iterator[Path]:
    for folder in (start, *start.parents):
        yield folder
        if (folder / ".git").exists():
            return


def read_text(path: Path) -> str:
    """Return the text of the file; raises `Usage`: SETTINGS_NOT_FOUND, or SETTINGS_INVALID where it is no text."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as problem:
        raise Usage(
            Code.SETTINGS_NOT_FOUND,
            f"{path} cannot be read",
            detail=problem.strerror or type(problem).__name__,
            remedy=("provision init", "Or name another file: --config FILE"),
        ) from problem
    if len(content) > MAX_BYTES:
        raise _unreadable(path, f"larger than {MAX_BYTES // 1024 // 1024} MiB", Position(1, 1))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        before = content[: problem.start].decode("utf-8", "replace")
        line = before.count("\n") + 1
        at = Position(line, len(before) - before.rfind("\n"))
        raise _unreadable(path, "not UTF-8; save the file as UTF-8", at) from None


def _unreadable(path: Path, message: str, at: Position) -> Usage:
    return invalid(FileOrigin(path), [Problem((), message, position=at)])
