"""Messages between processes arrive whole, however they are cut on the way, and nothing of the next one is lost."""

import socket
import threading

import pytest

from efa_lod.sparql.frames import frame_in, frame_of, received, received_alone

MESSAGES = {"empty": b"", "small": b"ASK {}", "larger than is read at once": b"x" * 300_000}


def _sent_in_pieces(data: bytes, size: int) -> socket.socket:
    """Return a socket to which *data* comes in pieces of *size* bytes, after which the other side goes."""
    ours, theirs = socket.socketpair()

    def send() -> None:
        with theirs:
            for start in range(0, len(data), size):
                theirs.sendall(data[start : start + size])

    threading.Thread(target=send, daemon=True).start()
    return ours


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
@pytest.mark.parametrize("body", [MESSAGES["empty"], MESSAGES["small"]], ids=["empty", "small"])
def test_a_message_in_pieces_arrives_whole(body: bytes, size: int) -> None:
    """Both ways of reading give the same head and body."""
    message = frame_of({"kind": "job"}, body)

    with _sent_in_pieces(message, size) as stream:
        assert message == received_alone(stream)
        assert received_alone(stream) is None
    with _sent_in_pieces(message, size) as stream:
        assert ({"kind": "job"}, body) == received(stream) == frame_in(message)
        assert received(stream) is None


def test_a_large_message_arrives_whole() -> None:
    """What is longer than is read at once is put together."""
    message = frame_of({}, MESSAGES["larger than is read at once"])

    with _sent_in_pieces(message, 100_000) as stream:
        assert message == received_alone(stream)


def test_what_breaks_off_is_no_message() -> None:
    """A side that goes in the midst of a message has sent none."""
    message = frame_of({"kind": "job"}, b"ASK {}")

    for cut in (3, 8, len(message) - 1):
        assert frame_in(message[:cut]) is None
        for read in (received, received_alone):
            with _sent_in_pieces(message[:cut], 1 << 20) as stream:
                assert read(stream) is None


def test_nothing_of_the_next_message_is_read() -> None:
    """Two messages that come at once are read one after the other."""
    with _sent_in_pieces(frame_of({"n": 1}, b"a") + frame_of({"n": 2}, b"b"), 1 << 20) as stream:
        assert [({"n": 1}, b"a"), ({"n": 2}, b"b"), None] == [received(stream) for _ in range(3)]
