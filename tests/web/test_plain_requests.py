"""Plain requests are read as h11 reads them, and everything else is left to h11."""

import asyncio
from typing import Any

import h11
import pytest

from efa_lod.web.plain_requests import LONGEST_HEAD, PlainCycle, plain_request

PLAIN = {
    "a query": b"GET /sparql?query=ASK%20%7B%7D HTTP/1.1\r\nHost: a\r\nAccept: text/csv\r\n\r\n",
    "HEAD": b"HEAD / HTTP/1.1\r\nhost:a\r\n\r\n",
    "a form": b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nquery=ASK",
    "no body": b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
    "a kept connection": b"GET / HTTP/1.1\r\nConnection: Keep-Alive\r\nHost: a\r\n\r\n",
    "white space around a value": b"GET / HTTP/1.1\r\nHost: a\r\nX-Empty:\r\nX-Wide: \t a b\xe4 \t\r\n\r\n",
    "a whole address": b"GET http://a/b?c HTTP/1.1\r\nHost: a\r\n\r\n",
    "two of a kind": b"GET / HTTP/1.1\r\nHost: a\r\nAccept: a/b\r\nAccept: c/d\r\n\r\n",
}
NOT_PLAIN = {
    "nothing": b"",
    "a part": PLAIN["a query"][:-1],
    "more": PLAIN["a query"] * 2,
    "a part of a body": PLAIN["a form"][:-1],
    "more than a body": PLAIN["a form"] + b"x",
    "no host": b"GET / HTTP/1.1\r\nAccept: a/b\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
    "a list of lengths": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\nx",
    "a signed length": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx",
    "pieces": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "both": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a question before the body": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n",
    "an upgrade": b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n",
    "an end": b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    "two words about the connection": b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close, keep-alive\r\n\r\n",
    "an old version": b"GET / HTTP/1.0\r\nHost: a\r\n\r\n",
    "a folded line": b"GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n",
    "space before a colon": b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
    "a bare line feed": b"GET / HTTP/1.1\nHost: a\n\n",
    "a line feed in a value": b"GET / HTTP/1.1\r\nHost: a\r\nX: a\nY: b\r\n\r\n",
    "a return in a value": b"GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
    "a NUL": b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n",
    "another letter in the target": "GET /ä HTTP/1.1\r\nHost: a\r\n\r\n".encode(),
    "two spaces": b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
    "a line before it": b"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "another method": b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
    "a small method": b"get / HTTP/1.1\r\nHost: a\r\n\r\n",
    "a long head": b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * LONGEST_HEAD + b"\r\n\r\n",
}


@pytest.mark.parametrize("data", PLAIN.values(), ids=PLAIN)
def test_a_plain_request_is_read_as_h11_reads_it(data: bytes) -> None:
    """Method, target, headers and body are the same."""
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(data)
    request, body = connection.next_event(), b""
    while isinstance(event := connection.next_event(), h11.Data):
        body += event.data
    found = plain_request(data)

    assert isinstance(request, h11.Request) and isinstance(event, h11.EndOfMessage) and found
    assert (request.method.decode(), request.target, list(request.headers), body) == (
        found.method,
        found.target,
        found.headers,
        found.body,
    )


@pytest.mark.parametrize("data", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_what_needs_a_second_thought_is_left_to_h11(data: bytes) -> None:
    """A head that is wrong, unusual or not whole is no plain request."""
    assert plain_request(data) is None


class _Wire:
    """A transport and its flow, which remember what was written."""

    def __init__(self) -> None:
        self.data, self.is_closed, self.write_paused = b"", False, False

    def write(self, data: bytes) -> None:
        self.data += data

    def close(self) -> None:
        self.is_closed = True

    def resume_reading(self) -> None:
        """Do nothing: there is nothing to read."""


def _exchange(data: bytes, *messages: Any) -> _Wire:
    """Return what is on the wire when an application answers the request *data* with *messages*."""
    wire, request = _Wire(), plain_request(data)
    assert request

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert {"type": "http.request", "body": request.body, "more_body": False} == await receive()
        for message in messages:
            await send(message)
        assert not messages or {"type": "http.disconnect"} == await receive()

    async def run() -> None:
        cycle: Any = PlainCycle(request, {}, wire, wire, [], lambda: None)  # type: ignore[arg-type]
        await cycle.run(app)

    asyncio.run(run())
    return wire


def _start(*headers: tuple[bytes, bytes], status: int = 200) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": headers}


def _piece(body: bytes, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body, "more_body": more}


LENGTH = (b"content-length", b"2")
ANSWERS = {
    "of a told length": ([_start(LENGTH), _piece(b"a", True), _piece(b"b")], b"ab", False),
    "of no told length": ([_start(), _piece(b"a", True), _piece(b"b")], b"ab", False),
    "without a body": ([_start(status=204), _piece(b"")], b"", False),
    "that ends the connection": ([_start(LENGTH, (b"connection", b"close")), _piece(b"ab")], b"ab", True),
}


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_answer_is_understood_by_h11(name: str, method: str) -> None:
    """A client reads status and body, without the body for HEAD, and the connection ends only where that is said."""
    messages, body, closes = ANSWERS[name]
    wire = _exchange(f"{method} / HTTP/1.1\r\nHost: a\r\n\r\n".encode(), *messages)
    client = h11.Connection(h11.CLIENT)
    client.send(h11.Request(method=method, target="/", headers=[("Host", "a")]))
    client.send(h11.EndOfMessage())
    client.receive_data(wire.data)
    response, found = client.next_event(), b""
    while isinstance(event := client.next_event(), h11.Data):
        found += event.data

    assert isinstance(response, h11.Response) and isinstance(event, h11.EndOfMessage)
    assert (messages[0]["status"], b"" if method == "HEAD" else body) == (response.status_code, found)
    assert closes == wire.is_closed


def test_an_answer_shorter_than_was_told_ends_the_connection() -> None:
    """Nobody takes the beginning of the next answer for the rest of this one."""
    assert _exchange(PLAIN["a query"], _start(LENGTH), _piece(b"a")).is_closed


@pytest.mark.filterwarnings("ignore")
def test_an_application_without_an_answer_is_an_error_of_the_server() -> None:
    """Where nothing comes of a request, the client is told so and the connection ends."""
    wire = _exchange(PLAIN["a query"])

    assert (True, True) == (wire.data.startswith(b"HTTP/1.1 500 "), wire.is_closed)
