"""Writes: whole or not at all, never over something by accident, private where it matters."""

import os
import stat

import pytest

from provision.errors import Code, Failed, Usage
from provision.store import disk


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def names(folder):
    return [path.name for path in folder.iterdir()]


def test_a_file_is_written_private_with_its_folders(tmp_path):
    path = tmp_path / "a" / "b" / "secret"
    disk.write_bytes(path, b"content")
    assert path.read_bytes() == b"content"
    assert mode_of(path) == 0o600
    assert path.stat().st_nlink == 1
    assert names(path.parent) == ["secret"]


def test_a_text_is_written_for_everybody(tmp_path):
    before = os.umask(0o022)
    try:
        disk.write_text(tmp_path / "provision.yaml", "ü\n")
    finally:
        os.umask(before)
    assert (tmp_path / "provision.yaml").read_text(encoding="utf-8") == "ü\n"
    assert mode_of(tmp_path / "provision.yaml") == 0o644


def test_an_existing_file_is_left_as_it_is(tmp_path):
    path = tmp_path / "key"
    path.write_bytes(b"old")
    with pytest.raises(Usage) as raised:
        disk.write_bytes(path, b"new")
    assert raised.value.code is Code.FILE_EXISTS
    assert str(path) in raised.value.summary
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["key"]


def test_a_dangling_link_counts_as_existing(tmp_path):
    (tmp_path / "key").symlink_to(tmp_path / "nowhere")
    with pytest.raises(Usage):
        disk.write_bytes(tmp_path / "key", b"new")
    assert not (tmp_path / "nowhere").exists()


def test_replacing_is_asked_for_and_narrows_the_mode(tmp_path):
    path = tmp_path / "key"
    path.write_bytes(b"old")
    path.chmod(0o644)
    disk.write_bytes(path, b"new", replace=True)
    assert path.read_bytes() == b"new"
    assert mode_of(path) == 0o600


def test_replacing_a_link_leaves_its_target_alone(tmp_path):
    target = tmp_path / "target"
    target.write_bytes(b"theirs")
    (tmp_path / "link").symlink_to(target)
    disk.write_bytes(tmp_path / "link", b"ours", replace=True)
    assert target.read_bytes() == b"theirs"
    assert not (tmp_path / "link").is_symlink()


def test_a_write_is_forced_to_disk_before_it_is_put_in_place(tmp_path, monkeypatch):
    """File, then its place, then the folder: in any other order a power cut may leave an empty file."""
    done = []
    real_fsync, real_link = os.fsync, os.link

    def fsync(descriptor):
        done.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        real_fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "link", lambda *a, **k: (done.append("link"), real_link(*a, **k))[1])
    disk.write_bytes(tmp_path / "key", b"x")
    assert done == ["file", "link", "folder"]


def test_what_the_system_refuses_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Failed) as raised:
        disk.write_bytes(tmp_path / "file" / "below", b"")
    assert raised.value.code is Code.DISK_FAILED
    assert raised.value.remedy


def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Failed, match="No space left on device"):
        disk.write_bytes(tmp_path / "key", b"x")
    assert names(tmp_path) == []


def test_lines_are_added_once(tmp_path):
    path = tmp_path / ".gitignore"
    disk.add_lines(path, ["/.provision/", "*.key"])
    disk.add_lines(path, ["*.key", "*.pem", "*.pem"])
    assert path.read_text() == "/.provision/\n*.key\n*.pem\n"


def test_lines_are_added_to_what_is_there_byte_for_byte(tmp_path):
    """Also where the last line has no end, and where the file is not UTF-8."""
    path = tmp_path / ".gitignore"
    path.write_bytes(b"caf\xe9\r\n  *.key")
    disk.add_lines(path, ["*.key", "*.pem"])
    assert path.read_bytes() == b"caf\xe9\r\n  *.key\n*.pem\n"
    before = path.stat().st_mtime_ns
    disk.add_lines(path, ["*.pem"])
    assert path.stat().st_mtime_ns == before


def test_removing_what_is_not_there_is_fine(tmp_path):
    (tmp_path / "a").write_text("")
    disk.remove(tmp_path / "a")
    disk.remove(tmp_path / "a")
    assert names(tmp_path) == []


def test_private_files_are_read_and_missing_ones_are_none(tmp_path):
    disk.write_bytes(tmp_path / "key", b"x")
    assert disk.read_private(tmp_path / "key") == b"x"
    assert disk.read_private(tmp_path / "none") is None


def test_what_is_no_file_is_not_read(tmp_path):
    """A pipe must not keep the reader waiting."""
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "folder").mkdir(mode=0o700)
    for name in ("pipe", "folder"):
        with pytest.raises(Failed, match="is not a file") as raised:
            disk.read_private(tmp_path / name)
        assert raised.value.code is Code.STORE_UNSAFE


def test_private_folders(tmp_path):
    path = tmp_path / "a" / "private"
    assert not disk.is_private_folder(path)
    assert disk.private_names(path) == ()
    disk.make_private_folder(path)
    disk.make_private_folder(path)
    assert mode_of(path) == 0o700
    disk.write_bytes(path / "b", b"")
    disk.write_bytes(path / "a", b"")
    assert disk.private_names(path) == ("a", "b")
    path.chmod(0o707)
    with pytest.raises(Failed, match="mode 0707"):
        disk.make_private_folder(path)
