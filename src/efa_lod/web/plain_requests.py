"""Plain requests: read and answered without the state machine of h11, which takes longer than most queries.

A request is plain when it has come whole, in one piece, and has nothing in its head that needs a second thought: its
head is a strict subset of what h11 takes (RFC 9112, 3 and 5). Everything else, and everything that is wrong, is left
to h11 (:mod:`efa_lod.web.connections`), whose connection has then seen nothing of the plain requests before.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES

from efa_lod.sparql.frames import LONGEST_REMEMBERED
from efa_lod.web.endpoint import Headers, Message

if TYPE_CHECKING:
    from uvicorn.protocols.http.h11_impl import H11Protocol


LONGEST_HEAD = 16 << 10
"""Most bytes of a head that is plain."""
_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_VALUE = rb"[\t\x20-\x7e\x80-\xff]*"
_HEAD = re.compile(
    rb"(GET|HEAD|POST|OPTIONS) ([\x21-\x7e]+) HTTP/1\.1\r\n((?:" + _TOKEN + rb":" + _VALUE + rb"\r\n)+)\r\n"
)
_NEEDS_THOUGHT = frozenset((b"expect", b"trailer", b"transfer-encoding", b"upgrade"))
"""Names of headers that change how a request goes on; ``Connection`` does where it is another than keep-alive."""
_LENGTH = re.compile(rb"[0-9]{1,12}")
_NO_BODY = frozenset((204, 304))

_Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class PlainRequest:
    """A request that has come whole; names of headers are in small letters."""

    method: str
    target: bytes
    headers: _Headers
    body: bytes

    @cached_property
    def place(self) -> tuple[bytes, str, bytes]:
        """Return the path as it came, as it is meant, and what stands behind it as a question."""
        path, _, query_string = self.target.partition(b"?")
        return path, unquote(path.decode("ascii")), query_string


def plain_request(data: bytes) -> PlainRequest | None:
    """Return the request that *data* is as a whole, or None where it is more, less, or not plain."""
    return _remembered(data) if len(data) <= LONGEST_REMEMBERED else _read(data)


def _read(data: bytes) -> PlainRequest | None:
    end = data.find(b"\r\n\r\n", 0, LONGEST_HEAD) + 4
    if end < 4:
        return None
    head = _HEAD.fullmatch(data, 0, end)
    if head is None:
        return None
    method, target, lines = head.groups()
    fields = (line.partition(b":") for line in lines.split(b"\r\n")[:-1])
    headers = [(name.lower(), value.strip(b" \t")) for name, _, value in fields]
    names, values = [name for name, _ in headers], dict(headers)
    if names.count(b"host") != 1 or names.count(b"content-length") > 1 or not _NEEDS_THOUGHT.isdisjoint(names):
        return None
    if b"connection" in values and (names.count(b"connection") > 1 or values[b"connection"].lower() != b"keep-alive"):
        return None
    length = values.get(b"content-length", b"0")
    if not _LENGTH.fullmatch(length) or int(length) != len(data) - end:
        return None
    return PlainRequest(method.decode(), target, headers, data[end:])


_remembered = lru_cache(maxsize=512)(_read)
"""The same for requests that are likely to come again: a client asks the same with the same words."""


def scope_of(request: PlainRequest, protocol: "H11Protocol") -> dict[str, object]:
    """Return the scope by which ASGI knows *request*, which came to uvicorn's *protocol*."""
    raw_path, path, query_string = request.place
    return {
        "type": "http",
        "asgi": {"version": protocol.config.asgi_version, "spec_version": "2.3"},
        "http_version": "1.1",
        "server": protocol.server,
        "client": protocol.client,
        "scheme": protocol.scheme,
        "method": request.method,
        "root_path": protocol.root_path,
        "path": protocol.root_path + path,
        "raw_path": protocol.root_path.encode("ascii") + raw_path,
        "query_string": query_string,
        "headers": request.headers.copy(),
        "state": protocol.app_state.copy(),
    }


class PlainCycle:
    """The answer to a plain request, in the place of uvicorn's RequestResponseCycle.

    *done* is called when the answer has been given.
    """

    def __init__(
        self,
        request: PlainRequest,
        scope: dict[str, object],
        transport: asyncio.Transport,
        flow: FlowControl,
        default_headers: _Headers,
        done: Callable[[], None],
    ) -> None:
        self.disconnected = self.response_complete = False
        self.keep_alive = True
        self.message_event = asyncio.Event()
        self._scope, self._transport, self._flow = scope, transport, flow
        self._default_headers, self._done = default_headers, done
        self._body: bytes | None = request.body
        self._is_head = request.method == "HEAD"
        self._head = b""
        self._is_chunked = False
        self._left: int | None = None  # bytes of the body that are still to come, where their number was told
        self._has_started = False

    async def run(self, app: Callable[..., Awaitable[None]]) -> None:
        """Let *app* answer; where it fails, say so (500), or close where the answer has begun."""
        try:
            await app(self._scope, self.receive, self.send)
        except BaseException:
            logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
            await self._fail()
            return
        if not self.response_complete and not self.disconnected:
            await self._fail()

    async def _fail(self) -> None:
        if self._has_started:
            self._transport.close()
            return
        body = b"Internal Server Error"
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
        headers.append((b"connection", b"close"))
        await self.send({"type": "http.response.start", "status": 500, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})

    async def receive(self) -> dict[str, object]:
        """Return the body; after that, wait until the client has left or has been answered."""
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        if not self.disconnected and not self.response_complete:
            self._flow.resume_reading()  # or nobody would see the client leave
            await self.message_event.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Send the head with the first piece of the body, then each piece as it comes."""
        if self._flow.write_paused and not self.disconnected:
            await self._flow.drain()
        if self.disconnected:
            return
        if message["type"] == "http.response.start" and not self._has_started:
            self._begin(message["status"], message.get("headers", ()))
        elif message["type"] == "http.response.body" and self._has_started and not self.response_complete:
            self._send_piece(message.get("body", b""), message.get("more_body", False))
        else:
            raise RuntimeError(f"unexpected ASGI message: {message['type']}")

    def _begin(self, status: int, headers: Headers) -> None:
        self._has_started = True
        fields = [*self._default_headers, *headers]
        values = dict(fields)
        length = values.get(b"content-length")
        if length is not None:
            self._left = int(length)
        elif status not in _NO_BODY:
            self._is_chunked = True
            fields.append((b"transfer-encoding", b"chunked"))
        if values.get(b"connection", b"").lower() == b"close":
            self.keep_alive = False
        if self._is_head or status in _NO_BODY:
            self._left, self._is_chunked = 0, False
        lines = b"\r\n".join([b"%s: %s" % field for field in fields])
        self._head = b"HTTP/1.1 %d %s\r\n%s\r\n\r\n" % (status, STATUS_PHRASES[status], lines)

    def _send_piece(self, body: bytes, more: bool) -> None:
        piece = b"" if self._is_head else body
        if self._left is not None:
            self._left -= len(piece)
        if self._is_chunked:
            piece = (b"%x\r\n%s\r\n" % (len(piece), piece) if piece else b"") + (b"" if more else b"0\r\n\r\n")
        self._transport.write(self._head + piece)
        self._head = b""
        if not more:
            self.response_complete = True
            self.message_event.set()
            if self._left or not self.keep_alive:  # an answer of another length than was told cannot be followed by one
                self._transport.close()
            self._done()
