"""The SPARQL endpoint: a request in, an answer out, with what it may cost.

``protocol`` reads requests and names answers, ``efa_lod.sparql.pool`` answers queries; :mod:`efa_lod.web.server` puts
the endpoint beside a site.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from efa_lod.io.limits import MIB
from efa_lod.sparql.pool import Facts, WorkerPool
from efa_lod.sparql.workers import OK, Job, Limits, Reply
from efa_lod.web import protocol, response_headers, service_description
from efa_lod.web.connection_limits import ConnectionLimits
from efa_lod.web.negotiation import HTML, accepted, is_known, language
from efa_lod.web.protocol import GRAPH_TYPES, SENT_TYPES, RequestRefusal

if TYPE_CHECKING:
    import pyoxigraph as ox


Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
"""What ASGI sends and receives: an event with its ``type``."""
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

STATIC = Path(__file__).parent / "static"
_PLAIN_TEXT = "text/plain; charset=utf-8"
EVERYWHERE: Headers = [(name.lower().encode(), value.encode()) for name, value in response_headers.SECURITY.items()]
OPEN_HEADERS: Headers = [
    (name.lower().encode(), value.encode()) for name, value in response_headers.OPEN_TO_ALL.items()
]
PART_TIMEOUT_S = 10
"""Seconds that a client may take to send the next part of a request's body."""
BODY_TIMEOUT_S = 20
"""Seconds that a client may take to send the whole body of a request."""
READ_FACTOR = 8
"""How many times the size of a request is read at most before it is refused."""
PENDING_FACTOR = 8
"""How many of the largest answers may wait at the same time until clients have read them."""
PIECE = 64 << 10
"""Bytes that are sent before the client must have read."""
_HOST = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$")
_PREFLIGHT: Headers = [
    (b"allow", protocol.METHODS.encode()),
    (b"access-control-allow-methods", protocol.METHODS.encode()),
    (b"access-control-allow-headers", b"Accept, Content-Type, If-None-Match"),
    (b"access-control-max-age", b"86400"),
]


@dataclass(frozen=True)
class Settings:
    """How to serve: *host*, *port* (0 for any), the *address* the world knows, most bytes of a request and cache."""

    host: str = "127.0.0.1"
    port: int = 8765
    address: str | None = None
    request: int = MIB
    cache: int = 32 * MIB
    connections: ConnectionLimits = field(default_factory=ConnectionLimits)
    limits: Limits = field(default_factory=Limits)


class Cache:
    """Answers that are likely to be asked for again, up to *most* bytes, the longest unused forgotten first."""

    def __init__(self, most: int) -> None:
        self._most = self._left = most
        self._replies: OrderedDict[tuple[str, bool], Reply] = OrderedDict()

    def get(self, mark: str, compressed: bool) -> Reply | None:
        """Return the reply with that *mark*, or None."""
        reply = self._replies.get((mark, compressed))
        if reply is not None:
            self._replies.move_to_end((mark, compressed))
        return reply

    def put(self, mark: str, compressed: bool, reply: Reply) -> None:
        """Keep *reply*, unless it would take more than an eighth of the pool."""
        size = _size(reply)
        if (mark, compressed) in self._replies or size > self._most >> 3:
            return
        self._left -= size
        self._replies[mark, compressed] = reply
        while self._left < 0:
            self._left += _size(self._replies.popitem(last=False)[1])


def _size(reply: Reply) -> int:
    """Return the bytes that *reply* takes, with those around it."""
    return len(reply.body) + 1024


class Endpoint:
    """The SPARQL endpoint as an ASGI application."""

    def __init__(self, pool: WorkerPool, facts: Facts, settings: Settings) -> None:
        self._pool = pool
        self._facts = facts
        self._requests = protocol.Requests(facts)
        self._settings = settings
        self._cache = Cache(settings.cache)
        self._pending = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request at the endpoint."""
        method, headers = scope["method"], headers_of(scope)
        if method == "OPTIONS":
            return await send_answer(send, 204, [*_PREFLIGHT, *OPEN_HEADERS], b"", method)
        try:
            body = await request_body(scope, headers, receive, self._settings.request)
            asked = self._requests.read(method, scope["query_string"], body, headers)
            if asked is None:
                return await self._describe(scope, headers, send)
            job, mark = asked.job, asked.mark
            if is_known(headers.get("if-none-match", ""), mark):
                return await send_answer(send, 304, [*_lasting(mark), *OPEN_HEADERS], b"", method)
            reply = self._cache.get(mark, job.compress) or await self._answer(job, scope, receive)
            if reply is None:
                return None  # who asked has gone
            if reply.status != OK:
                raise protocol.refusal(reply, job, self._settings.limits)
        except RequestRefusal as refused:
            return await send_refused(send, refused, method, headers.get("accept-language", ""))
        if reply.lasting:
            self._cache.put(mark, job.compress, reply)
        return await self._send_reply(send, reply, mark, method)

    async def _send_reply(self, send: Send, reply: Reply, mark: str, method: str) -> None:
        """Send *reply*, unless too many bytes wait already for clients that do not read."""
        size = len(reply.body)
        if self._pending + size > PENDING_FACTOR * self._settings.limits.size:
            refused = RequestRefusal(
                503, "too many large answers are being read – try again later", {"Retry-After": "5"}
            )
            return await send_refused(send, refused, method)
        self._pending += size
        try:
            await send_answer(send, 200, [*_head_of(reply, mark), *OPEN_HEADERS], reply.body, method)
        finally:
            self._pending -= size
        return None

    async def _answer(self, job: Job, scope: Scope, receive: Receive) -> Reply | None:
        """Return what comes of *job*; when it takes long and the client leaves, the query is killed: None."""
        leaving = _Leaving(receive, self._settings.limits.slice)
        try:
            return await self._pool.ask(job, (scope.get("client") or ("",))[0])
        except asyncio.CancelledError:
            if leaving.has_left():
                return None
            raise
        finally:
            leaving.end()

    async def figures(self) -> dict[str, int]:
        """Return the figures of the default graph; one that takes too long to count is left out."""
        replies = {name: await self._figure(query) for name, query in service_description.FIGURES.items()}
        return {name: n for name, n in replies.items() if n is not None}

    async def _figure(self, query: str) -> int | None:
        job = Job(query, "tsv")
        mark = protocol.etag(job, self._facts.identity)
        reply = self._cache.get(mark, False) or await self._pool.ask(job)
        if reply.status != OK:
            return None
        self._cache.put(mark, False, reply)
        return int(reply.body.split()[1])

    def address(self, scope: Scope, path: str) -> str:
        """Return the address of *path* as the client knows it."""
        if self._settings.address:
            return self._settings.address.rstrip("/") + path
        host = headers_of(scope).get("host", "")
        host = host if _HOST.match(host) else host_and_port(self._settings)
        return f"{scope.get('scheme', 'http')}://{host}{path}"

    async def _describe(self, scope: Scope, headers: Mapping[str, str], send: Send) -> None:
        """Send the service description, or the page to those who ask for HTML."""
        accept = headers.get("accept", "*/*")
        if accepted(accept, (*GRAPH_TYPES, HTML)) == HTML:
            return await send_file(send, STATIC / "index.html", scope["method"])
        figures = await self.figures()
        triples = service_description.service_description(self.address(scope, "/sparql"), self._facts, figures)
        return await self.send_graph(send, triples, accept, scope["method"])

    async def void(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the VoID description."""
        triples = service_description.void_description(self.address(scope, "/sparql"), await self.figures())
        await self.send_graph(send, triples, headers_of(scope).get("accept", "*/*"), scope["method"])

    async def send_graph(self, send: Send, triples: "Iterable[ox.Triple]", accept: str, method: str) -> None:
        """Send *triples* in the format that the client likes best."""
        import pyoxigraph as ox

        from efa_lod.rdf.file_forms import RDF_SUFFIXES

        media_type = accepted(accept, tuple(GRAPH_TYPES))
        if media_type is None:
            offered = ", ".join((*GRAPH_TYPES, HTML))
            return await send_refused(send, RequestRefusal(406, f"Accept: none of the formats {offered}"), method)
        suffix = {"turtle": ".ttl", "n-triples": ".nt", "rdf-xml": ".rdf", "json-ld": ".jsonld"}[
            GRAPH_TYPES[media_type]
        ]
        data = (
            ox.serialize(triples, format=RDF_SUFFIXES[suffix], prefixes=service_description.DESCRIPTION_PREFIXES) or b""
        )
        sent = SENT_TYPES[GRAPH_TYPES[media_type]]
        headers = [(b"content-type", sent.encode()), (b"vary", b"Accept"), *OPEN_HEADERS]
        return await send_answer(send, 200, headers, data, method)


async def request_body(scope: Scope, headers: Mapping[str, str], receive: Receive, most: int) -> bytes:
    """Return the body of a request, of at most *most* bytes.

    A larger one is read a while, so that the refusal arrives.
    """
    if len(scope["query_string"]) > most:
        raise RequestRefusal(414, f"the address is longer than {most} bytes – use POST, and a shorter query")
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    parts: list[bytes] = []
    size, more = 0, True
    end = asyncio.get_running_loop().time() + BODY_TIMEOUT_S
    while more and size <= READ_FACTOR * most:
        message = await (_in_time(receive, end) if has_body else receive())
        if message["type"] == "http.disconnect":
            raise RequestRefusal(400, "the request broke off")
        part = message.get("body", b"")
        size += len(part)
        more = message.get("more_body", False)
        if size <= most:
            parts.append(part)
    if size > most:
        raise RequestRefusal(413, f"the request is larger than {most} bytes", {"Connection": "close"})
    return b"".join(parts)


async def _in_time(receive: Receive, end: float) -> Message:
    """Return the next part of a body; raise 408 when it does not come, or the whole is not there at *end*."""
    left = end - asyncio.get_running_loop().time()
    try:
        return await asyncio.wait_for(receive(), max(0, min(left, PART_TIMEOUT_S)))
    except TimeoutError as error:
        told = f"the request did not arrive: {PART_TIMEOUT_S} s without a byte, or {BODY_TIMEOUT_S} s in all"
        raise RequestRefusal(408, told, {"Connection": "close"}) from error


class _Leaving:
    """Cancels the task that made it when the client leaves; looks from some *seconds* on, since most never need it."""

    def __init__(self, receive: Receive, seconds: float) -> None:
        self._receive = receive
        self._asking = asyncio.current_task()
        self._watch: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(seconds, self._begin)

    def _begin(self) -> None:
        self._watch = asyncio.ensure_future(_disconnected(self._receive))
        self._watch.add_done_callback(self._tell)

    def _tell(self, watch: asyncio.Task[None]) -> None:
        if self._asking and not watch.cancelled():
            self._asking.cancel()

    def has_left(self) -> bool:
        """Return whether the client has left; the task then goes on."""
        left = self._watch is not None and self._watch.done() and not self._watch.cancelled()
        if left and self._asking:
            self._asking.uncancel()
        return left

    def end(self) -> None:
        """Look no longer."""
        self._timer.cancel()
        if self._watch:
            self._watch.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def headers_of(scope: Scope) -> dict[str, str]:
    """Return the headers of a request by their names in small letters."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def _lasting(mark: str) -> Headers:
    return [(b"etag", mark.encode()), (b"cache-control", b"no-cache"), (b"vary", b"Accept, Accept-Encoding")]


def _head_of(reply: Reply, mark: str) -> Headers:
    head: Headers = [(b"content-type", SENT_TYPES[reply.format].encode())]
    head += _lasting(mark) if reply.lasting else [(b"cache-control", b"no-store")]
    return [*head, (b"content-encoding", b"gzip")] if reply.compressed else head


async def send_answer(
    send: Send, status: int, headers: Headers, body: bytes, method: str, everywhere: Headers = EVERYWHERE
) -> None:
    """Send an answer piece by piece, so that no more than a piece waits outside this process's own copy.

    *everywhere* are the headers of every response, for pages that must do more or less than ours.
    """
    length = [] if status in (204, 304) else [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *length, *everywhere]})
    sent = b"" if method == "HEAD" else body
    for start in range(0, len(sent) - PIECE, PIECE):
        await send({"type": "http.response.body", "body": sent[start : start + PIECE], "more_body": True})
    last = max(0, -(-len(sent) // PIECE) - 1) * PIECE
    await send({"type": "http.response.body", "body": sent[last:]})


async def send_refused(send: Send, refused: RequestRefusal, method: str, languages: str = "") -> None:
    """Send why a request is refused, as one line of text; in German to those who ask in *languages* for that first."""
    is_german = language(languages, ("en", "de")) == "de"
    told = refused.german if is_german else refused.message
    headers = [(name.lower().encode(), value.encode()) for name, value in refused.headers.items()]
    headers += [(b"content-type", _PLAIN_TEXT.encode()), (b"cache-control", b"no-store"), *OPEN_HEADERS]
    await send_answer(send, refused.status, headers, f"{told}\n".encode(), method)


STATIC_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


async def send_file(send: Send, path: Path, method: str) -> None:
    """Send a file of the query page."""
    headers = [
        (b"content-type", STATIC_TYPES[path.suffix].encode()),
        (b"cache-control", b"no-cache"),
        (b"vary", b"Accept"),
    ]
    await send_answer(send, 200, headers, path.read_bytes(), method)


def host_and_port(settings: Settings) -> str:
    """Return where the server listens, as it stands in an address."""
    return f"[{settings.host}]:{settings.port}" if ":" in settings.host else f"{settings.host}:{settings.port}"
