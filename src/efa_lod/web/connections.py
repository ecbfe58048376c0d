"""Bound what connections may take: time, memory, and a share for each client.

uvicorn speaks HTTP with h11, which bounds the head of a request and reads one request of a connection at a time; here
are the limits that it leaves open. Plain requests go past h11 (:mod:`efa_lod.web.plain_requests`), one at a time too.
Where room is short, the connection goes first whose client has not yet sent a whole
request, or does not read its answer: so idle and slow connections never keep others out.
"""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Mapping

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from efa_lod.web.connection_limits import SPARE, ConnectionLimits
from efa_lod.web.endpoint import Send
from efa_lod.web.plain_requests import PlainCycle, PlainRequest, plain_request, scope_of

HEAD_TIMEOUT_S = 10
"""Seconds until the head of a request must be whole, from the connection or the first byte of a further request."""
BODY_LIMIT_S = 25
"""Seconds until the body of a request must be whole; the endpoint tells a client earlier why it is refused."""
DRAIN_TIMEOUT_S = 30
"""Seconds in which a client must read what waits for it, at most 64 KiB."""
HEAD_LIMIT = 64 << 10
"""Most bytes of the head of a request."""
PIPELINE_LIMIT = 1 << 20
"""Most bytes that a client may send ahead of the answer to its request."""
HEALTH = "/health"
_CLOSE = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close"), (b"cache-control", b"no-store")]
_REASONS: Mapping[int, str] = {
    400: "this is no HTTP request",
    408: f"the request did not arrive within {HEAD_TIMEOUT_S} s",
    431: f"the head of the request is larger than {HEAD_LIMIT} bytes: send long queries with POST",
    501: "this transfer coding is not understood",
}


class Connections:
    """The open connections by client, oldest first; makes room for new ones."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self._limits = limits
        self._by_client: dict[str, dict[BoundedProtocol, None]] = {}
        self._count = 0

    def admit(self, new: "BoundedProtocol") -> None:
        """Count *new*; where that is one too many, close one that waits, else bar *new*, else close it."""
        own = self._by_client.setdefault(new.peer, {})
        own[new] = None
        self._count += 1
        limits = self._limits
        if self._count <= limits.total and len(own) <= limits.share:
            return
        crowd = own if len(own) > limits.share else max(self._by_client.values(), key=len)
        waiting = next((one for one in crowd if one is not new and one.is_waiting()), None)
        if waiting:
            self.forget(waiting)
            waiting.drop()
        elif self._count <= limits.total + SPARE and len(own) <= limits.share + SPARE:
            new.bar()
        else:
            new.drop()

    def forget(self, gone: "BoundedProtocol") -> None:
        """Count *gone* no longer."""
        own = self._by_client.get(gone.peer, {})
        if gone in own:
            del own[gone]
            self._count -= 1
        if not own:
            self._by_client.pop(gone.peer, None)


class BoundedProtocol(H11Protocol):
    """A connection with limits on time and memory; ``connections`` is set by :func:`bounded_protocol`."""

    connections_by_client: Connections

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the head of a request."""
        super().connection_made(transport)
        self.peer = self.client[0] if self.client else ""
        self._has_begun = False
        self._rest: tuple[object, object] | None = None
        self._plain: PlainCycle | None = None
        self._ahead = bytearray()  # what the client has sent ahead of the answer to a plain request
        self._arrival: asyncio.TimerHandle | None = None
        self._drain: asyncio.TimerHandle | None = None
        self._follow()
        self.connections_by_client.admit(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection and its timers."""
        self.connections_by_client.forget(self)
        self._plain = None
        for timer in (self._arrival, self._drain):
            if timer:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read *data*; close where a client sends far ahead of its answers."""
        self._has_begun = True
        if self._plain:
            self._ahead += data
            self.flow.pause_reading()
            if len(self._ahead) > PIPELINE_LIMIT:
                self.drop()
            return
        request = plain_request(data) if self._is_between_requests() else None
        if request:
            self._answer(request)
        else:
            super().data_received(data)
            if self.flow.read_paused and len(self.conn.trailing_data[0]) > PIPELINE_LIMIT:
                self.drop()
        self._follow()

    def _is_between_requests(self) -> bool:
        """Return True if h11 has seen no part of a request that is still to be answered."""
        is_idle = self.conn.their_state is h11.IDLE and self.conn.our_state is h11.IDLE
        return is_idle and self.conn.trailing_data == (b"", False)

    def _answer(self, request: PlainRequest) -> None:
        self._unset_keepalive_if_required()
        scope, headers = scope_of(request, self), self.server_state.default_headers
        self._plain = PlainCycle(request, scope, self.transport, self.flow, headers, self._answered)
        self.cycle = self._plain  # type: ignore[assignment]
        task = self.loop.create_task(self._plain.run(self.app))
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    def _answered(self) -> None:
        """Go on after the answer to a plain request, with what the client has sent meanwhile."""
        self._plain = None
        self.on_response_complete()
        if self._ahead and not self.transport.is_closing():
            data, self._ahead = bytes(self._ahead), bytearray()
            self.data_received(data)

    def is_waiting(self) -> bool:
        """Return True as long as no request is whole, or if the client does not read its answer."""
        answered = self.cycle is None or self.cycle.response_complete
        return answered or self.conn.their_state is h11.SEND_BODY or self._drain is not None

    def bar(self) -> None:
        """Answer nothing but /health."""
        self.app = _barring(self.app)

    def drop(self) -> None:
        """Close the connection without a word."""
        self.transport.abort()

    def pause_writing(self) -> None:
        """Wait for the client to read, for some time."""
        super().pause_writing()
        self._drain = self._drain or self.loop.call_later(DRAIN_TIMEOUT_S, self.drop)

    def resume_writing(self) -> None:
        """Wait no longer: the client has read."""
        super().resume_writing()
        if self._drain:
            self._drain.cancel()
            self._drain = None

    def send_400_response(self, msg: str) -> None:
        """Send why the head cannot be read, with the status that h11 has for it: 400, 431 or 501."""
        self._refuse(getattr(sys.exception(), "error_status_hint", 400))

    def _follow(self) -> None:
        """Start or stop the clock: a head or a body that has begun must become whole in time."""
        state = None if self._plain else self.conn.their_state
        rest = (state, self.cycle) if state in (h11.IDLE, h11.SEND_BODY) else None
        if rest == self._rest:
            return
        self._rest = rest
        if self._arrival:
            self._arrival.cancel()
        seconds = HEAD_TIMEOUT_S if state is h11.IDLE else BODY_LIMIT_S
        self._arrival = self.loop.call_later(seconds, self._expire) if rest else None

    def _expire(self) -> None:
        if self._has_begun and self.conn.their_state is h11.IDLE:
            self._refuse(408)
        else:
            self.drop()

    def _refuse(self, status: int) -> None:
        """Send *status* with its reason and close, unless an answer is already on its way."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = f"{_REASONS.get(status, _REASONS[400])}\n".encode()
            head = [*_CLOSE, (b"content-length", str(len(body)).encode())]
            for event in (
                h11.Response(status_code=status, headers=head),
                h11.Data(data=body),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


def bounded_protocol(limits: ConnectionLimits) -> type[BoundedProtocol]:
    """Return the protocol for the connections of one server."""
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # what strangers send is no news
    return type("ServerProtocol", (BoundedProtocol,), {"connections_by_client": Connections(limits)})


def _barring(app: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Return *app* for /health; for all else what says that there are too many connections."""

    async def answer(scope: Mapping[str, object], receive: object, send: Send) -> None:
        if scope["path"] == HEALTH:
            return await app(scope, receive, send)
        body = b"too many connections: try again later\n"
        head = [*_CLOSE, (b"retry-after", b"5"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 503, "headers": head})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
        return None

    return answer
