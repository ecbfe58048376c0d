"""Floods of connections for as long as it is asked: idle ones, slow bytes, empty headers, answers that nobody reads.

A few seconds for each by default; ``EFA_LOD_SOAK_FLOOD_SECONDS=600`` makes it ten minutes for each kind, and
``EFA_LOD_SOAK_FLOOD_CONNECTIONS=2000`` holds as many connections.
"""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from support.serving import Server, serving

SECONDS = float(os.environ.get("EFA_LOD_SOAK_FLOOD_SECONDS", "4"))
CONNECTIONS = int(os.environ.get("EFA_LOD_SOAK_FLOOD_CONNECTIONS", "600"))
MOST_MEMORY = 64 << 20
"""Bytes by which the main process may grow, whatever is sent."""
LONGEST_S = 5
"""Seconds within which others are answered meanwhile, on a busy machine."""
PAGES = b"GET /en/index.html HTTP/1.1\r\nHost: x\r\n\r\n" * 200


def connected(server: Server) -> socket.socket:
    """Return a connection to *server* from a client of its own."""
    host, port = urlsplit(server.address).netloc.split(":")
    return socket.create_connection((host, int(port)), timeout=2, source_address=("127.0.0.2", 0))


def idle(server: Server, end: float) -> None:
    """Hold connections on which nothing comes."""
    with contextlib.ExitStack() as stack:
        for _ in range(CONNECTIONS):
            stack.enter_context(connected(server))
        time.sleep(max(0, min(2, end - time.monotonic())))


def slow(server: Server, end: float) -> None:
    """Send a byte now and then of heads and of bodies."""
    begin = (b"GET / HTTP/1.1\r\nX: ", b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n")
    with contextlib.ExitStack() as stack:
        streams = [stack.enter_context(connected(server)) for _ in range(CONNECTIONS // 4)]
        for number, stream in enumerate(streams):
            with contextlib.suppress(OSError):
                stream.sendall(begin[number % 2])
        while time.monotonic() < end:
            for stream in streams:
                with contextlib.suppress(OSError):
                    stream.sendall(b"a")
            time.sleep(0.5)


def empty_headers(server: Server, end: float) -> None:
    """Send heads that never end."""
    while time.monotonic() < end:
        with contextlib.suppress(OSError), connected(server) as stream:
            stream.sendall(b"GET / HTTP/1.1\r\n")
            for _ in range(100):
                stream.sendall(b"a:\r\n" * 4096)


def unread(server: Server, end: float) -> None:
    """Ask for one page after the other and read nothing."""
    with contextlib.ExitStack() as stack:
        streams = [stack.enter_context(connected(server)) for _ in range(16)]
        for stream in streams:
            stream.settimeout(0.2)
        while time.monotonic() < end:
            for stream in streams:
                with contextlib.suppress(OSError):
                    stream.sendall(PAGES)
            time.sleep(0.05)


def resident(server: Server) -> int:
    """Return the bytes of memory that the main process of *server* has."""
    lines = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmRSS:"))


FLOODS: dict[str, Callable[[Server, float], None]] = {
    "idle": idle,
    "slow bytes": slow,
    "empty headers": empty_headers,
    "unread answers": unread,
}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is counted as Linux tells it")
@pytest.mark.parametrize("kind", FLOODS)
def test_a_flood_keeps_nobody_out(kind: str, dist: Path) -> None:
    """As long as a flood lasts, others are answered in time, and the server takes bounded memory."""
    with serving("--site", dist, "--workers", 4) as server:
        assert 200 == server.send("GET", "/").status
        before, most, longest, answers = resident(server), 0, 0.0, 0
        end = time.monotonic() + SECONDS

        def flood() -> None:
            while time.monotonic() < end:
                with contextlib.suppress(OSError):
                    FLOODS[kind](server, end)

        threads = [threading.Thread(target=flood) for _ in range(2)]
        for thread in threads:
            thread.start()
        while time.monotonic() < end:
            for path in ("/health", "/", "/sparql?query=ASK%7B%7D"):
                began = time.monotonic()
                assert 200 == server.send("GET", path).status
                longest = max(longest, time.monotonic() - began)
                answers += 1
            most = max(most, resident(server))
            time.sleep(0.05)
        for thread in threads:
            thread.join()
        after = server.send("GET", "/health").status

    print(f"{kind}: {answers} answers, longest {longest:.2f} s, memory {before >> 20} -> {most >> 20} MiB")
    assert (200, True) == (after, longest < LONGEST_S)
    assert most - before < MOST_MEMORY
    assert answers > SECONDS
