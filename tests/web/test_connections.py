"""Idle, slow, greedy and wrong connections over real HTTP: none keeps others out, and memory stays bounded."""

import contextlib
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from support.serving import Server, serving

GET = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
MIB = 1 << 20


@pytest.fixture(scope="module")
def server(dist: Path) -> Iterator[Server]:
    """Give a server over the graph file and its site."""
    with serving("--site", dist, "--workers", 4) as server:
        yield server


def connected(server: Server, source: str = "127.0.0.1", seconds: float = 30) -> socket.socket:
    """Return a connection to *server* from the address *source*."""
    host, port = urlsplit(server.address).netloc.split(":")
    return socket.create_connection((host, int(port)), timeout=seconds, source_address=(source, 0))


def answered(stream: socket.socket) -> bytes:
    """Return what comes until the other side closes."""
    found = b""
    with contextlib.suppress(ConnectionError):
        while piece := stream.recv(1 << 16):
            found += piece
    return found


def resident(server: Server) -> int:
    """Return the bytes of memory that the main process of *server* has."""
    lines = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmRSS:"))


SLOW = {
    "silent": b"",
    "half a head": b"GET / HTTP/1.1\r\nHost",
    "half a body": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    b"Content-Length: 900\r\n\r\nASK",
    "half a body elsewhere": b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n0",
    "idle after an answer": GET,
}


@pytest.mark.parametrize("source", ["127.0.0.1", "127.0.0.2"])
@pytest.mark.parametrize("kind", SLOW)
def test_connections_that_wait_keep_nobody_out(kind: str, source: str, server: Server) -> None:
    """While one client holds more connections than there may be, it and others are answered at once."""
    with contextlib.ExitStack() as stack:
        for _ in range(700):
            stream = stack.enter_context(connected(server, source))
            with contextlib.suppress(ConnectionError):
                stream.sendall(SLOW[kind])
        began = time.monotonic()
        found = [server.send("GET", path).status for path in ("/health", "/", "/sparql?query=ASK%7B%7D")]
        taken = time.monotonic() - began

    assert [200, 200, 200] == found
    assert taken < 5  # a place for one that waits is free after ten seconds at the earliest


DRIPPING = {
    "head": (b"GET / HTTP/1.1\r\nX: ", 10),
    "head of a further request": (GET + b"GET / HTTP/1.1\r\nX: ", 10),
    "body": (SLOW["half a body"], 20),
    "body elsewhere": (SLOW["half a body elsewhere"], 25),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", DRIPPING)
def test_a_request_that_drips_is_cut(kind: str, server: Server) -> None:
    """A byte now and then does not keep a connection: head and body must be whole in time."""
    begin, seconds = DRIPPING[kind]
    began = time.monotonic()
    with connected(server) as stream:
        stream.sendall(begin)
        with contextlib.suppress(ConnectionError):
            while time.monotonic() - began < seconds + 10:
                stream.sendall(b"a")
                time.sleep(0.5)

    assert seconds - 1 < time.monotonic() - began < seconds + 9


GREEDY = {
    "empty headers": (b"GET / HTTP/1.1\r\n", b"a:\r\n" * 4096, b"431"),
    "one header": (b"GET / HTTP/1.1\r\nX: ", b"a" * 16384, b"431"),
    "a long name": (b"GET / HTTP/1.1\r\n", b"a" * 16384, b"431"),
    "a long address": (b"GET /", b"a" * 16384, b"431"),
    "no HTTP at all": (b"\x16\x03\x01", b"\x00\r\n" * 4096, b"400"),
    "an endless body": (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"4000\r\n" + b"#" * 0x4000 + b"\r\n",
        b"413",
    ),
}


@pytest.mark.parametrize("kind", GREEDY)
def test_what_is_too_large_is_refused_early(kind: str, server: Server) -> None:
    """A head or a body without end is refused with its status, and 40 MB of it cost next to no memory."""
    begin, part, status = GREEDY[kind]
    before = resident(server)
    with connected(server) as stream, contextlib.suppress(ConnectionError):
        stream.sendall(begin)
        for _ in range(40 * MIB // len(part)):
            stream.sendall(part)
    with connected(server) as stream:
        stream.sendall(begin + part * (5 if status != b"413" else 600))
        found = answered(stream)

    assert found.startswith(b"HTTP/1.1 " + status), found[:80]
    assert resident(server) - before < 20 * MIB
    assert 200 == server.send("GET", "/health").status


def test_answers_that_are_not_read_are_bounded(server: Server) -> None:
    """Who sends one request after the other and reads nothing takes next to no memory."""
    before = resident(server)
    request = b"GET /en/index.html HTTP/1.1\r\nHost: x\r\n\r\n" * 1000
    with contextlib.ExitStack() as stack:
        streams = [stack.enter_context(connected(server, seconds=0.5)) for _ in range(8)]
        for stream in streams:
            with contextlib.suppress(OSError):
                for _ in range(100):
                    stream.sendall(request)
        assert 200 == server.send("GET", "/health").status
        grown = resident(server) - before

    assert grown < 40 * MIB


def test_requests_that_follow_at_once_are_all_answered(server: Server) -> None:
    """A few requests sent without waiting are answered in their order."""
    paths = [b"/health", b"/sparql?query=ASK%7B%7D", b"/nowhere", b"/query"]
    with connected(server) as stream:
        stream.sendall(b"".join(b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % path for path in paths * 5))
        stream.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        found = answered(stream)

    assert [b"200", b"200", b"404", b"200"] * 5 + [b"200"] == re.findall(rb"HTTP/1\.1 (\d{3}) ", found)


@pytest.mark.parametrize(
    "path", ["/", "/health", "/query", "/state/sh", "/nowhere", "/static/query.css", "/queries.json"]
)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST", "TRACE", "BREW"])
def test_nothing_can_be_changed_anywhere(method: str, path: str, server: Server) -> None:
    """Methods that do not read are 405 on every path, with those that do (RFC 9110, 15.5.6)."""
    found = server.send(method, path, body=b"")

    assert (405, "GET, HEAD, OPTIONS") == (found.status, found.headers["allow"])


def test_the_endpoint_names_its_methods(server: Server) -> None:
    """At the endpoint, PUT is 405 with the methods of the protocol."""
    found = server.send("PUT", "/sparql", body=b"")

    assert (405, "GET, HEAD, POST, OPTIONS") == (found.status, found.headers["allow"])
