"""Serve a graph over HTTP: the SPARQL endpoint, a page to ask from, what the service says of itself, and a site.

Starlette finds the way, uvicorn speaks HTTP, ``endpoint`` knows the protocol, ``workers`` answers queries, and
``linked_data`` everything else where a build wrote a site. No query opens a file or a connection.
"""

import asyncio
import json
import re
import signal
import socket
import sys
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from efa_lod import __version__
from efa_lod.errors import BadSetting, BrokenInput
from efa_lod.model.publication import Publication
from efa_lod.sparql.cookbook import cookbook_json, cookbook_triples, cookbook_turtle, notebook
from efa_lod.sparql.pool import Facts, Room
from efa_lod.sparql.workers import MIB, OK, Job, Limits, Reply, Source
from efa_lod.web import protocol, record_documents
from efa_lod.web.negotiation import accepted, is_known
from efa_lod.web.protocol import GRAPH_TYPES, SENT_TYPES, Refused
from efa_lod.web.site_files import Deposit, LinkedData

if TYPE_CHECKING:
    from starlette.applications import Starlette

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

STATIC = Path(__file__).parent / "static"
HTML = "text/html"
PLAIN = "text/plain; charset=utf-8"
EVERYWHERE: Headers = [(name.lower().encode(), value.encode()) for name, value in record_documents.SECURITY.items()]
OPEN_TO_ALL: Headers = [(name.lower().encode(), value.encode()) for name, value in record_documents.OPEN_TO_ALL.items()]
BODY = 10
"""Seconds that a client may take to send the next part of a request's body."""
TOO_MUCH = 8
"""How many times the size of a request is read at most before it is refused."""
_HOST = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$")
PREFLIGHT: Headers = [
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
    connections: int = 512
    limits: Limits = field(default_factory=Limits)


# --- the endpoint ---------------------------------------------------------------------------------------------------


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
        """Keep *reply*, unless it would take more than an eighth of the room."""
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

    def __init__(self, room: Room, facts: Facts, settings: Settings) -> None:
        self._room = room
        self._facts = facts
        self._settings = settings
        self._cache = Cache(settings.cache)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request at the endpoint."""
        method, headers = scope["method"], _headers(scope)
        if method == "OPTIONS":
            return await _send(send, 204, [*PREFLIGHT, *OPEN_TO_ALL], b"", method)
        try:
            body = await self._body(scope, headers, receive)
            asked = protocol.read_request(method, scope["query_string"], headers.get("content-type", ""), body)
            if asked is None:
                return await self._describe(scope, headers, send)
            accept = headers.get("accept", "*/*")
            job = protocol.job_of(asked, accept, headers.get("accept-encoding", ""), self._facts)
            mark = protocol.etag(job, self._facts.identity)
            if is_known(headers.get("if-none-match", ""), mark):
                return await _send(send, 304, [*_lasting(mark), *OPEN_TO_ALL], b"", method)
            reply = self._cache.get(mark, job.compress) or await self._answer(job, receive)
            if reply is None:
                return None  # who asked has gone
            if reply.status != OK:
                raise protocol.refusal(reply, job, self._settings.limits)
        except Refused as refused:
            return await _send_refused(send, refused, method)
        if reply.lasting:
            self._cache.put(mark, job.compress, reply)
        await _send(send, 200, [*_head_of(reply, mark), *OPEN_TO_ALL], reply.body, method)
        return None

    async def _body(self, scope: Scope, headers: Mapping[str, str], receive: Receive) -> bytes:
        """Return the body of a request; one that is too large is read a while, so that the refusal arrives."""
        most = self._settings.request
        if len(scope["query_string"]) > most:
            raise Refused(414, f"the address is longer than {most} bytes – use POST, and a shorter query")
        has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
        parts: list[bytes] = []
        size, more = 0, True
        while more and size <= TOO_MUCH * most:
            message = await (_in_time(receive) if has_body else receive())
            if message["type"] == "http.disconnect":
                raise Refused(400, "the request broke off")
            part = message.get("body", b"")
            size += len(part)
            more = message.get("more_body", False)
            if size <= most:
                parts.append(part)
        if size > most:
            raise Refused(413, f"the request is larger than {most} bytes", {"Connection": "close"})
        return b"".join(parts)

    async def _answer(self, job: Job, receive: Receive) -> Reply | None:
        """Return what comes of *job*; when it takes long and the client leaves, the query is killed: None."""
        leaving = _Leaving(receive, self._settings.limits.slice)
        try:
            return await self._room.ask(job)
        except asyncio.CancelledError:
            if leaving.has_left():
                return None
            raise
        finally:
            leaving.end()

    async def figures(self) -> dict[str, int]:
        """Return the figures of the default graph; one that takes too long to count is left out."""
        replies = {name: await self._figure(query) for name, query in protocol.FIGURES.items()}
        return {name: n for name, n in replies.items() if n is not None}

    async def _figure(self, query: str) -> int | None:
        job = Job(query, "tsv")
        mark = protocol.etag(job, self._facts.identity)
        reply = self._cache.get(mark, False) or await self._room.ask(job)
        if reply.status != OK:
            return None
        self._cache.put(mark, False, reply)
        return int(reply.body.split()[1])

    def address(self, scope: Scope, path: str) -> str:
        """Return the address of *path* as the client knows it."""
        if self._settings.address:
            return self._settings.address.rstrip("/") + path
        host = _headers(scope).get("host", "")
        host = host if _HOST.match(host) else _shown(self._settings)
        return f"{scope.get('scheme', 'http')}://{host}{path}"

    async def _describe(self, scope: Scope, headers: Mapping[str, str], send: Send) -> None:
        """Send the service description, or the page to those who ask for HTML."""
        accept = headers.get("accept", "*/*")
        if accepted(accept, (*GRAPH_TYPES, HTML)) == HTML:
            return await _send_file(send, STATIC / "index.html", scope["method"])
        figures = await self.figures()
        triples = protocol.service_description(self.address(scope, "/sparql"), self._facts, figures)
        return await self.send_graph(send, triples, accept, scope["method"])

    async def void(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the VoID description."""
        triples = protocol.void_description(self.address(scope, "/sparql"), await self.figures())
        await self.send_graph(send, triples, _headers(scope).get("accept", "*/*"), scope["method"])

    async def send_graph(self, send: Send, triples: Iterable[Any], accept: str, method: str) -> None:
        """Send *triples* in the format that the client likes best."""
        import pyoxigraph as ox

        from efa_lod.rdf.graphs import RDF_SUFFIXES

        media_type = accepted(accept, tuple(GRAPH_TYPES))
        if media_type is None:
            offered = ", ".join((*GRAPH_TYPES, HTML))
            return await _send_refused(send, Refused(406, f"Accept: none of the formats {offered}"), method)
        suffix = {"turtle": ".ttl", "n-triples": ".nt", "rdf-xml": ".rdf", "json-ld": ".jsonld"}[
            GRAPH_TYPES[media_type]
        ]
        data = ox.serialize(triples, format=RDF_SUFFIXES[suffix], prefixes=protocol.PREFIXES) or b""
        sent = SENT_TYPES[GRAPH_TYPES[media_type]]
        headers = [(b"content-type", sent.encode()), (b"vary", b"Accept"), *OPEN_TO_ALL]
        return await _send(send, 200, headers, data, method)


async def _in_time(receive: Receive) -> Any:
    try:
        return await asyncio.wait_for(receive(), BODY)
    except TimeoutError as error:
        raise Refused(408, f"the request did not arrive within {BODY} s", {"Connection": "close"}) from error


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
        """Tell whether the client has left; the task then goes on."""
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


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def _lasting(mark: str) -> Headers:
    return [(b"etag", mark.encode()), (b"cache-control", b"no-cache"), (b"vary", b"Accept, Accept-Encoding")]


def _head_of(reply: Reply, mark: str) -> Headers:
    head: Headers = [(b"content-type", SENT_TYPES[reply.format].encode())]
    head += _lasting(mark) if reply.lasting else [(b"cache-control", b"no-store")]
    return [*head, (b"content-encoding", b"gzip")] if reply.compressed else head


async def _send(send: Send, status: int, headers: Headers, body: bytes, method: str) -> None:
    length = [] if status in (204, 304) else [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *length, *EVERYWHERE]})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})


async def _send_refused(send: Send, refused: Refused, method: str) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in refused.headers.items()]
    headers += [(b"content-type", PLAIN.encode()), (b"cache-control", b"no-store"), *OPEN_TO_ALL]
    await _send(send, refused.status, headers, f"{refused.message}\n".encode(), method)


# --- everything else ------------------------------------------------------------------------------------------------

STATIC_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


async def _send_file(send: Send, path: Path, method: str) -> None:
    headers = [
        (b"content-type", STATIC_TYPES[path.suffix].encode()),
        (b"cache-control", b"no-cache"),
        (b"vary", b"Accept"),
    ]
    await _send(send, 200, headers, path.read_bytes(), method)


class Sent:
    """An ASGI application that sends the same bytes each time."""

    def __init__(self, data: bytes, media_type: str, name: str = "") -> None:
        self._data = data
        self._headers: Headers = [(b"content-type", media_type.encode()), (b"cache-control", b"no-cache")]
        self._headers += OPEN_TO_ALL
        if name:
            self._headers.append((b"content-disposition", f'attachment; filename="{name}"'.encode()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the bytes."""
        await _send(send, 200, self._headers, self._data, scope["method"])


class Raw:
    """An ASGI application around a function of scope, receive and send, which Starlette takes as it is."""

    def __init__(self, answer: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self._answer(scope, receive, send)


def application(room: Room, publication: Publication, settings: Settings, site: Deposit | None = None) -> "Starlette":
    """Return the ASGI application over the opened *room*; with a *site*, the query page leaves the start to it."""
    from starlette.applications import Starlette
    from starlette.routing import Route

    facts = room.facts
    sparql = Endpoint(room, facts, settings)

    async def health(scope: Scope, receive: Receive, send: Send) -> None:
        alive = room.is_alive()
        said = {"status": "ok" if alive else "broken", "triples": facts.triples, "identity": facts.identity}
        said["version"] = __version__
        body = (json.dumps(said) + "\n").encode()
        headers: Headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
        await _send(send, 200 if alive else 503, headers, body, scope["method"])

    async def lost(scope: Scope, receive: Receive, send: Send) -> None:
        known = "the query page is at /, the endpoint at /sparql"
        await _send_refused(send, Refused(404, f"there is nothing here; {known}"), scope["method"])

    service = {"prefixes": facts.prefixes, "base": facts.base_iri, "triples": facts.triples}
    service["limits"] = {"seconds": settings.limits.seconds, "rows": settings.limits.rows}
    files = {f"/static/{file.name}": file for file in sorted(STATIC.glob("*.*")) if file.suffix != ".html"}
    page = Sent((STATIC / "index.html").read_bytes(), STATIC_TYPES[".html"])
    ways: dict[str, Any] = {
        **({} if site else {"/": page}),
        "/query": page,
        "/health": Raw(health),
        "/.well-known/void": Raw(sparql.void),
        "/queries.json": Sent(cookbook_json(publication, service), "application/json"),
        "/queries.ttl": Sent(cookbook_turtle(publication, cookbook_triples(publication)), SENT_TYPES["turtle"]),
        "/queries.ipynb": Sent(notebook(publication, "en"), "application/x-ipynb+json", "efa-lod.ipynb"),
        **{path: Sent(file.read_bytes(), STATIC_TYPES[file.suffix]) for path, file in files.items()},
    }
    reads = ["GET", "HEAD"]
    return Starlette(
        routes=[
            Route("/sparql", Raw(sparql)),
            Route("/sparql/", Raw(sparql)),
            *(Route(path, way, methods=reads) for path, way in ways.items()),
            Route("/static/{path:path}", Raw(lost)),
            Route("/{path:path}", LinkedData(site) if site else Raw(lost)),
        ],
    )


def serve(
    source: Source,
    publication: Publication,
    settings: Settings,
    say: Callable[[str], None],
    site: Deposit | None = None,
) -> None:
    """Serve until the process is told to end, and leave no other process behind.

    Raise BrokenInput when the graph cannot be loaded or got lost, BadSetting when the address cannot be used.
    """
    try:
        import uvicorn
    except ImportError as error:
        raise BrokenInput("serving needs more packages – pip install 'efa-lod[serve]'") from error
    listening = _listen(settings)
    settings = replace(settings, port=listening.getsockname()[1])
    room = Room(source, settings.limits)
    try:
        room.open()
        config = uvicorn.Config(
            application(room, publication, settings, site),
            log_level="warning",
            access_log=False,
            lifespan="off",
            server_header=False,
            date_header=True,
            limit_concurrency=settings.connections,
            backlog=1024,
            timeout_keep_alive=20,
            timeout_graceful_shutdown=2,
        )
        server = uvicorn.Server(config)
        if not _run(server, room, listening, lambda: say(f"http://{_shown(settings)}/")):
            raise BrokenInput("serving ended: the process that holds the graph has gone")
    finally:
        room.close()
        listening.close()


def _run(server: Any, room: Room, listening: socket.socket, begun: Callable[[], None]) -> bool:
    """Serve until told to end; return False when it ended because the nursery had gone."""

    async def run() -> bool:
        await room.fill()
        watch = asyncio.ensure_future(_watch(server, room))
        for number in (signal.SIGINT, signal.SIGTERM):  # uvicorn raises them again when all has ended
            signal.signal(number, signal.SIG_IGN)
        begun()
        await server.serve(sockets=[listening])
        watch.cancel()
        was_alive = room.is_alive()
        room.close()
        return was_alive

    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(run())


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return the faster event loop where it is installed."""
    try:
        import uvloop
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


async def _watch(server: Any, room: Room) -> None:
    """End *server* when the nursery has gone."""
    while room.is_alive():
        await asyncio.sleep(1)
    server.should_exit = True


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.host, settings.port))
        listening.listen(1024)
    except (OSError, OverflowError) as error:
        listening.close()
        reason = getattr(error, "strerror", None) or error
        raise BadSetting(
            f"{settings.host}:{settings.port}: cannot be used: {reason} – choose another --port"
        ) from error
    return listening


def _shown(settings: Settings) -> str:
    return f"[{settings.host}]:{settings.port}" if ":" in settings.host else f"{settings.host}:{settings.port}"
