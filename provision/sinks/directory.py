"""A folder with a file for each value, as secrets are mounted into containers."""

from __future__ import annotations

from pathlib import Path

from provision.errors import Code, Usage
from provision.sinks.values import Value
from provision.store.disk import make_private_folder, write_bytes

_ENDINGS = {"private_key": ".pem", "certificate": ".pem"}


def deliver(values: tuple[Value, ...], folder: Path, *, replace: bool) -> tuple[Path, ...]:
    """Write the files, each for its owner alone, and return them; nothing is written where one is in the way.

    Raises `Usage` (FILE_EXISTS), and `STORE_UNSAFE` where others have a part in the folder.
    """
    paths = {folder / f"{value.name}{_ENDINGS.get(value.name, '')}": value for value in values}
    for path in paths:
        if path.exists() and not replace:
            remedy = ("Run it again with --force, which replaces it",)
            raise Usage(Code.FILE_EXISTS, f"{path} exists already", detail="Nothing was written.", remedy=remedy)
    make_private_folder(folder)
    for path, value in paths.items():
        write_bytes(path, value.text.reveal().encode(), replace=replace)
    return tuple(paths)
