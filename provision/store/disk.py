"""Every write of the product: complete or not at all, private where it matters, and never over something by accident.

A file is written beside its place, forced to disk and then linked or renamed into place, so that a crash leaves the old
state or the new one. What is secret is read only from where nobody else can have put or read it.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from provision.errors import Code, Failed, Usage

PRIVATE = 0o600
PUBLIC = 0o644
LARGEST_BYTES = 1024 * 1024
"""Nothing that a store holds comes near it."""

_FOR_OTHERS = 0o077
_TEMPORARY = ".tmp"


def write_bytes(path: Path, content: bytes, *, mode: int = PRIVATE, replace: bool = False) -> None:
    """Write `content` durably to `path`, making folders as needed.

    Raises `Usage` (`FILE_EXISTS`) where the file is there and `replace` is not asked for, `DISK_FAILED` otherwise.
    """
    with failing("written", path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}{_TEMPORARY}")
        try:
            _write_through(temporary, content, mode)
            _put_in_place(temporary, path, replace=replace)
        finally:
            temporary.unlink(missing_ok=True)
        _sync_folder(path.parent)


def write_text(path: Path, text: str, *, mode: int = PUBLIC, replace: bool = False) -> None:
    """Write a text that anybody may read, like `write_bytes`."""
    write_bytes(path, text.encode(), mode=mode, replace=replace)


def add_lines(path: Path, lines: Iterable[str]) -> None:
    """Append those of `lines` that the text file does not have yet; makes the file where there is none."""
    with failing("read", path):
        text = path.read_bytes().decode(errors="surrogateescape") if path.exists() else ""
    present = {line.strip() for line in text.splitlines()}
    missing = [line for line in dict.fromkeys(lines) if line.strip() not in present]
    if missing:
        start = text if not text or text.endswith("\n") else f"{text}\n"
        whole = start + "".join(f"{line}\n" for line in missing)
        write_bytes(path, whole.encode(errors="surrogateescape"), mode=PUBLIC, replace=True)


def remove(path: Path) -> None:
    """Delete the file durably, if it is there."""
    with failing("removed", path):
        if path.is_symlink() or path.exists():
            path.unlink(missing_ok=True)
            _sync_folder(path.parent)


def read_private(path: Path) -> bytes | None:
    """Return the content of a private file, `None` where there is none.

    Raises `STORE_UNSAFE` for a link, a file of somebody else's or one that others may open.
    """
    with failing("read", path):
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        except OSError:
            if path.is_symlink():
                raise _unsafe(path, "is a symbolic link", f"Replace {path} by the file it points to") from None
            raise
        try:
            _require_private(path, os.fstat(descriptor), "file")
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                return file.read(LARGEST_BYTES)
        finally:
            os.close(descriptor)


def make_private_folder(path: Path) -> None:
    """Make a folder for its owner alone, durably, or check that it is one; its parents are made as usual.

    Raises `STORE_UNSAFE`.
    """
    with failing("made", path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            path.mkdir(mode=0o700)
            _sync_folder(path.parent)
    is_private_folder(path)


def is_private_folder(path: Path) -> bool:
    """Return whether the folder is there; raises `STORE_UNSAFE` where others have a part in it."""
    with failing("read", path):
        try:
            found = path.lstat()
        except FileNotFoundError:
            return False
    _require_private(path, found, "folder")
    return True


def private_names(folder: Path) -> tuple[str, ...]:
    """Return the names in a private folder, sorted; none where the folder is not there."""
    if not is_private_folder(folder):
        return ()
    with failing("read", folder):
        return tuple(sorted(path.name for path in folder.iterdir()))


@contextmanager
def failing(what: str, path: Path) -> Iterator[None]:
    """Turn what the system says about `path` into `DISK_FAILED`; `what` completes `could not be …`."""
    try:
        yield
    except OSError as problem:
        raise Failed(
            Code.DISK_FAILED,
            f"{path} could not be {what}: {problem.strerror or type(problem).__name__}",
            remedy=("Check the path, its permissions and the free space",),
            context={"path": str(path)},
        ) from problem


def remove_leftovers(folder: Path) -> None:
    """Delete what writers that were killed left behind; only while no other writer is at work."""
    for path in folder.rglob(f".*{_TEMPORARY}"):
        remove(path)


def _write_through(path: Path, content: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def _put_in_place(temporary: Path, path: Path, *, replace: bool) -> None:
    if replace:
        temporary.replace(path)
        return
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise Usage(
            Code.FILE_EXISTS,
            f"{path} is already there",
            detail="It was left as it is.",
            remedy=("Move it away, or choose another place", "Where the command has --force, it replaces the file"),
            context={"path": str(path)},
        ) from None


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _require_private(path: Path, found: os.stat_result, what: str) -> None:
    mode = found.st_mode
    if stat.S_ISLNK(mode):
        raise _unsafe(path, "is a symbolic link", f"Replace {path} by the {what} it points to")
    if not (stat.S_ISREG(mode) if what == "file" else stat.S_ISDIR(mode)):
        raise _unsafe(path, f"is not a {what}", f"Move {path} away")
    if found.st_uid != os.geteuid():
        reason = f"belongs to user {found.st_uid}, not to the present one ({os.geteuid()})"
        raise _unsafe(path, reason, f"chown {os.geteuid()} {path}, if you trust what is in it")
    if mode & _FOR_OTHERS:
        needed = "600" if what == "file" else "700"
        raise _unsafe(path, f"is open to others (mode {stat.S_IMODE(mode):04o})", f"chmod {needed} {path}")


def _unsafe(path: Path, reason: str, remedy: str) -> Failed:
    return Failed(
        Code.STORE_UNSAFE,
        f"{path} {reason}",
        detail="Private keys and secrets are kept only where nobody but their owner can read or replace them.",
        remedy=(remedy,),
        context={"path": str(path)},
    )
