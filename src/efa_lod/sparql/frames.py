"""Messages between the server, the fork server and the workers: a head, in JSON, and a body of bytes.

Heads are few and come again and again, so those of jobs and replies are written and read once.
"""

import json
import socket
import struct
from collections.abc import Mapping
from functools import lru_cache

from efa_lod.io.json_objects import JsonObject

_SIZES = struct.Struct("!II")
"""The sizes of the head and the body of a message, which stand before them."""
_PIECE = 64 << 10
"""Bytes that are read at once."""
LONGEST_REMEMBERED = 4096
"""Most bytes, or characters, of what is remembered because it is likely to come again."""


def frame_of(head: Mapping[str, object], body: bytes = b"") -> bytes:
    """Return a message of a *head*, as JSON, and a *body*."""
    return framed(json.dumps(head).encode(), body)


def framed(head: bytes, body: bytes) -> bytes:
    """Return a message of a written *head* and a *body*."""
    return _SIZES.pack(len(head), len(body)) + head + body


def frame_in(data: bytes | bytearray) -> tuple[JsonObject, bytes] | None:
    """Return head and body of the message in *data*, or None as long as it is not whole."""
    if len(data) < _SIZES.size:
        return None
    head_size, body_size = _SIZES.unpack_from(data)
    start, end = _SIZES.size + head_size, _SIZES.size + head_size + body_size
    return (_head_in(bytes(data[_SIZES.size : start])), bytes(data[start:end])) if len(data) >= end else None


def _head_in(written: bytes) -> JsonObject:
    return _remembered_head(written) if len(written) <= LONGEST_REMEMBERED else _head(written)


def _head(written: bytes) -> JsonObject:
    head: JsonObject = json.loads(written)
    return head


_remembered_head = lru_cache(maxsize=256)(_head)


def received(stream: socket.socket) -> tuple[JsonObject, bytes] | None:
    """Return head and body of the next message, and read none of what follows; None where the other side has gone."""
    sizes = _exactly(stream, _SIZES.size)
    if sizes is None:
        return None
    rest = _exactly(stream, sum(_SIZES.unpack(sizes)))
    return None if rest is None else frame_in(sizes + rest)


def received_alone(stream: socket.socket) -> bytes | None:
    """Return the next message as it came, from one who sends no other before it is answered; None where it has gone."""
    data = stream.recv(_PIECE)
    size = _whole_size(data)
    if data and len(data) == size:  # as nearly always
        return data
    parts = bytearray(data)
    while data and len(parts) < size:
        data = stream.recv(_PIECE)
        parts += data
        size = _whole_size(parts)
    return bytes(parts) if data else None


def _whole_size(data: bytes | bytearray) -> int:
    """Return how many bytes the message has that begins with *data*, at least."""
    return _SIZES.size + sum(_SIZES.unpack_from(data)) if len(data) >= _SIZES.size else _SIZES.size


def _exactly(stream: socket.socket, size: int) -> bytes | None:
    """Return the next *size* bytes and none of what follows, or None where the other side has gone."""
    found = stream.recv(size)
    while found and len(found) < size:
        piece = stream.recv(size - len(found))
        if not piece:
            return None
        found += piece
    return found or None
