"""The local orgs of a set-up: which there are, and in which file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from provision.errors import Code, Failed, ProvisionError, Usage
from provision.localorg import FILE_NAME

if TYPE_CHECKING:
    from provision.localorg.serving.presence import Presence
    from provision.settings.models import Settings


def file_of(settings: Settings) -> Path:
    """Return the file of the local orgs; its folder is made, for its owner alone."""
    from provision.store.disk import make_private_folder

    make_private_folder(settings.store_path)
    return settings.store_path / FILE_NAME


def choose(settings: Settings, names: tuple[str, ...] = ()) -> dict[str, Mapping[str, Any]]:
    """Return the local orgs with their switches: those that are named, or all."""
    local = {name: org.local.model_dump() for name, org in settings.orgs.items() if org.local is not None}
    for name in names:
        if name not in local:
            raise Usage(Code.ORG_UNKNOWN, f"{name} is no local org", remedy=(f"One of: {', '.join(local)}",))
    return {name: local[name] for name in dict.fromkeys(names or local)}


@contextmanager
def usable(file: Path) -> Iterator[None]:
    """Say what to do where the file is damaged, or from another version of the local org."""
    try:
        yield
    except (ProvisionError, click.ClickException):
        raise
    except Exception as problem:  # the local org shares no error types with us
        raise Failed(
            Code.STORE_CORRUPT,
            f"The local orgs' file {file} cannot be used",
            detail=f"{type(problem).__name__}: {problem}",
            remedy=("provision local reset --yes throws the local orgs away",),
        ) from problem


def server_of(file: Path) -> Presence | None:
    """Return the server that serves the file at present."""
    from provision.localorg.serving.presence import find, note_of

    return find(note_of(file))
