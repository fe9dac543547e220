"""What the server reads is what was sent, however it arrives."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provision.localorg.serving.streams import Reader, Writer

sizes = st.one_of(st.none(), st.integers(-1, 40))


class Sent:
    """The end of a connection at which pieces arrive as they were sent."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = [piece for piece in pieces if piece]

    def recv(self, _size: int) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""


@given(st.lists(st.binary(max_size=12) | st.just(b"\r\n")), st.lists(st.tuples(st.booleans(), sizes)))
def test_lines_and_parts_are_those_of_a_file(pieces: list[bytes], reads: list[tuple[bool, int | None]]) -> None:
    file = io.BytesIO(b"".join(pieces))
    reader = Reader(Sent(pieces))  # type: ignore[arg-type]  # all that it asks of a socket
    for by_line, size in reads:
        expected = file.readline(size) if by_line else file.read(size)
        assert (reader.readline(size) if by_line else reader.read(size)) == expected
    assert reader.bytes_read == file.tell()
    rest = file.read()
    assert reader.read() == rest
    assert not reader.has_data()


def test_what_has_arrived_and_was_not_read_is_told() -> None:
    reader = Reader(Sent([b"one\ntwo\n"]))  # type: ignore[arg-type]  # see above
    assert not reader.has_data()
    assert reader.readline() == b"one\n"
    assert reader.has_data()
    assert reader.readline() == b"two\n"
    assert not reader.has_data()


def test_an_answer_leaves_at_once_and_whole() -> None:
    ours, theirs = socket.socketpair()
    writer = Writer(ours)
    long = b"x" * 1_000_000
    writer.write(b"head")
    with pytest.raises(BlockingIOError):
        theirs.recv(1, socket.MSG_DONTWAIT)
    writer.write(long)
    sending = threading.Thread(target=lambda: (writer.flush(), ours.close()))
    sending.start()
    assert b"".join(iter(lambda: theirs.recv(65_536), b"")) == b"head" + long
    sending.join()
    assert writer.bytes_written == len(long) + 4
    theirs.close()
