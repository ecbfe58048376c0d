"""Serve a graph over HTTP: the SPARQL endpoint, a page to ask from, what the service says of itself, and a site.

Starlette finds the way, uvicorn speaks HTTP within the limits of ``connections``, ``endpoint`` answers queries, and
``site_files`` everything else where a build wrote a site; ``releases`` takes a new build in its place. No query opens a
file or a connection.
"""

import asyncio
import contextlib
import gc
import json
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from efa_lod import __version__
from efa_lod.errors import BadSetting
from efa_lod.io.messages import Messages, reason
from efa_lod.io.terminal import visible
from efa_lod.model.publication import Publication
from efa_lod.sparql.cookbook import cookbook_json, cookbook_triples, cookbook_turtle, notebook
from efa_lod.sparql.pool import WorkerPool
from efa_lod.sparql.workers import Source
from efa_lod.web.built_site import BuiltSite
from efa_lod.web.connection_limits import SPARE, ConnectionLimits
from efa_lod.web.endpoint import (
    OPEN_HEADERS,
    STATIC,
    STATIC_TYPES,
    Endpoint,
    Headers,
    Receive,
    Scope,
    Send,
    Settings,
    host_and_port,
    send_answer,
    send_refused,
)
from efa_lod.web.find_redirects import PATHS as FINDER_PATHS
from efa_lod.web.find_redirects import FinderRedirects
from efa_lod.web.protocol import SENT_TYPES, RequestRefusal
from efa_lod.web.reconciliation.service import RECONCILIATION_PATH, ReconciliationService
from efa_lod.web.releases import BuildFolders, Releases
from efa_lod.web.response_headers import PREFLIGHT
from efa_lod.web.site_files import Application, LinkedData

if TYPE_CHECKING:
    import uvicorn


_ERRORS = Messages(__file__, "errors")

ENDPOINT_PATHS = ("/sparql", "/sparql/")
READING = ("GET", "HEAD")
FAREWELL_S = 1
"""Seconds that queries have left when the server is told to end."""
FILES_BESIDE = 64
"""Files that this process has open besides its connections and workers."""
FEWEST_CONNECTIONS = 16
"""Connections below which it makes no sense to serve."""


class StaticResponse:
    """An ASGI application that sends the same bytes each time."""

    def __init__(self, data: bytes, media_type: str, name: str = "") -> None:
        self._data = data
        self._headers: Headers = [(b"content-type", media_type.encode()), (b"cache-control", b"no-cache")]
        self._headers += OPEN_HEADERS
        if name:
            self._headers.append((b"content-disposition", f'attachment; filename="{name}"'.encode()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the bytes."""
        await send_answer(send, 200, self._headers, self._data, scope["method"])


class Raw:
    """An ASGI application around a function of scope, receive and send, which Starlette takes as it is."""

    def __init__(self, answer: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self._answer(scope, receive, send)


def application(
    pool: WorkerPool,
    publication: Publication,
    settings: Settings,
    site: BuiltSite | None = None,
    problem: Callable[[], str] = str,
) -> Application:
    """Return the ASGI application over the opened *pool*; with a *site*, the query page leaves the start to it.

    *problem* returns why a newer build is not served, if there is one.
    """
    from starlette.applications import Starlette
    from starlette.routing import Route

    facts = pool.facts
    sparql = Endpoint(pool, facts, settings)
    reconciliation = ReconciliationService(pool, publication, sparql.address, settings.request)

    async def health(scope: Scope, receive: Receive, send: Send) -> None:
        alive = pool.is_alive()
        said: dict[str, object] = {"status": "ok" if alive else "broken"}
        said |= {"triples": facts.triples, "identity": facts.identity}
        said["version"] = __version__
        said |= {"site": site.fingerprint} if site else {}
        said |= {"problem": problem()} if problem() else {}
        body = (json.dumps(said) + "\n").encode()
        headers: Headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
        await send_answer(send, 200 if alive else 503, headers, body, scope["method"])

    async def lost(scope: Scope, receive: Receive, send: Send) -> None:
        known = "the query page is at /, the endpoint at /sparql"
        await send_refused(send, RequestRefusal(404, f"there is nothing here; {known}"), scope["method"])

    service = {"prefixes": facts.prefixes, "base": facts.base_iri, "triples": facts.triples}
    service["limits"] = {"seconds": settings.limits.seconds, "rows": settings.limits.rows}
    files = {f"/static/{file.name}": file for file in sorted(STATIC.glob("*.*")) if file.suffix != ".html"}
    page = StaticResponse((STATIC / "index.html").read_bytes(), STATIC_TYPES[".html"])
    ways: dict[str, Callable[..., object]] = {
        **({} if site else {"/": page}),
        "/query": page,
        "/health": Raw(health),
        "/.well-known/void": Raw(sparql.void),
        "/queries.json": StaticResponse(cookbook_json(publication, service), "application/json"),
        "/queries.ttl": StaticResponse(
            cookbook_turtle(publication, cookbook_triples(publication)), SENT_TYPES["turtle"]
        ),
        "/queries.ipynb": StaticResponse(notebook(publication, "en"), "application/x-ipynb+json", "efa-lod.ipynb"),
        **{path: StaticResponse(file.read_bytes(), STATIC_TYPES[file.suffix]) for path, file in files.items()},
    }
    reads = ["GET", "HEAD"]
    routed = Starlette(
        routes=[
            Route(RECONCILIATION_PATH, Raw(reconciliation)),
            Route(f"{RECONCILIATION_PATH}/{{path:path}}", Raw(reconciliation)),
            *(Route(path, way, methods=reads) for path, way in ways.items()),
            Route("/static/{path:path}", Raw(lost)),
            *(Route(path, FinderRedirects(publication, site)) for path in FINDER_PATHS if site),
            Route("/{path:path}", LinkedData(site) if site else Raw(lost)),
        ],
    )
    return _only_reading(routed, sparql)


def _only_reading(app: Application, sparql: Application) -> Application:
    """Return *app* behind the methods that each path knows (RFC 9110, 9.1): POST at the endpoint, reading elsewhere.

    Requests to the endpoint go to *sparql* at once: finding the way takes longer than many a query.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        if scope["path"] in ENDPOINT_PATHS:
            return await sparql(scope, receive, send)
        if scope["path"] == RECONCILIATION_PATH or method in READING:
            return await app(scope, receive, send)
        if method == "OPTIONS":
            headers = [(name.lower().encode(), value.encode()) for name, value in PREFLIGHT.items()]
            return await send_answer(send, 204, [*headers, *OPEN_HEADERS], b"", method)
        told = RequestRefusal(405, f"{method[:20]}: nothing can be changed here", {"Allow": PREFLIGHT["Allow"]})
        return await send_refused(send, told, method)

    return answer


def serve(source: Source, settings: Settings, say: Callable[[str], None], site: Path | None = None) -> None:
    """Serve until the process is told to end, and leave no other process behind.

    *site* is the folder of the site that belongs to the graph. Raise BrokenInput when the graph cannot be loaded or got
    lost, BadSetting when the address cannot be used.
    """
    try:
        import uvicorn
    except ImportError as error:
        raise _ERRORS.broken("no-packages") from error
    from efa_lod.web.connections import HEAD_LIMIT, bounded_protocol

    settings = replace(settings, connections=_affordable(settings))
    listening = _listen(settings)
    settings = replace(settings, port=listening.getsockname()[1])

    def make(pool: WorkerPool, publication: Publication, site: BuiltSite | None) -> Application:
        return application(pool, publication, settings, site, lambda: releases.problem)

    releases = Releases(BuildFolders(source, site), settings.limits, make, _complain)
    try:
        releases.open()
        config = uvicorn.Config(
            releases,
            log_level="error",
            access_log=False,
            lifespan="off",
            server_header=False,
            date_header=True,
            http=bounded_protocol(settings.connections),
            h11_max_incomplete_event_size=HEAD_LIMIT,
            ws="none",
            backlog=1024,
            timeout_keep_alive=20,
            timeout_graceful_shutdown=3,
        )
        server = uvicorn.Server(config)
        if not _run(server, releases, listening, lambda: say(f"http://{host_and_port(settings)}/")):
            raise _ERRORS.broken("graph-gone")
    finally:
        releases.close()
        listening.close()


def _complain(problem: str) -> None:
    """Log for whoever runs the server why a new build is not served."""
    with contextlib.suppress(OSError):
        print(f"efa-lod: {visible(problem)} – the earlier build is served on", file=sys.stderr, flush=True)


def _run(server: "uvicorn.Server", releases: Releases, listening: socket.socket, begun: Callable[[], None]) -> bool:
    """Serve until told to end; return False when it ended because the fork server had gone."""

    async def run() -> bool:
        await releases.fill()
        tasks = [asyncio.ensure_future(_watch(server, releases)), asyncio.ensure_future(releases.follow())]
        for number in (signal.SIGINT, signal.SIGTERM):  # before uvicorn listens to them, and when it raises them again
            signal.signal(number, lambda *_: setattr(server, "should_exit", True))
        gc.collect()
        gc.freeze()  # what has been loaded stays: the collector need not walk it while there are requests
        begun()
        await server.serve(sockets=[listening])
        for task in tasks:
            task.cancel()
        was_alive = releases.is_alive()
        releases.close()
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


async def _watch(server: "uvicorn.Server", releases: Releases) -> None:
    """End *server* when the fork server has gone; when it ends, answer those who wait before their time is cut off."""
    while not server.should_exit:
        await asyncio.sleep(0.1)
        server.should_exit |= not releases.is_alive()
    await asyncio.sleep(FAREWELL_S)
    releases.dismiss()


def _affordable(settings: Settings) -> ConnectionLimits:
    """Return how many connections this process may hold; raise BadSetting where it may open too few files."""
    try:
        import resource
    except ImportError:
        return settings.connections
    beside = 2 * settings.limits.workers + FILES_BESIDE + SPARE
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = hard if hard != resource.RLIM_INFINITY else max(soft, beside + settings.connections.total)
    allowed = max(soft, min(most, beside + settings.connections.total))
    if allowed > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    total = min(settings.connections.total, allowed - beside)
    if total < FEWEST_CONNECTIONS:
        needed = beside + FEWEST_CONNECTIONS
        raise BadSetting(
            f"serving needs {needed} open files with {settings.limits.workers} workers, {allowed} are allowed – raise"
            " the limit (ulimit -n), or use fewer --workers",
            f"Dieser Dienst braucht mit {settings.limits.workers} Prozessen {needed} offene Dateien, erlaubt sind"
            f" {allowed} – die Grenze erhöhen (ulimit -n) oder weniger --workers verwenden",
        )
    share = total if settings.address else min(settings.connections.share, total)  # a proxy is one client for all
    return ConnectionLimits(total, share)


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
        raise _ERRORS.unusable("no-port", f"{settings.host}:{settings.port}", reason=reason(error)) from error
    return listening
