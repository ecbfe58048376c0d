"""A triple store as its maker's documents describe it, for kinds that cannot be installed here: addresses and logins.

It keeps statements in pyoxigraph. What a kind does not know (MOVE and DROP, for QLever) is refused, and so is whatever
names no graph.
"""

import base64
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

USER, PASSWORD, TOKEN = "writer", "geheim-4711", "token-4711"


@dataclass(frozen=True)
class StoreShape:
    """The paths of a kind below its address, how it takes a login, and the words of SPARQL Update that it refuses."""

    base: str
    write: str
    query: str
    update: str
    bearer: bool = False
    refused: tuple[str, ...] = ()


SHAPES = {
    "fuseki": StoreShape("/ds", "/ds/data", "/ds/query", "/ds/update"),
    "rdf4j": StoreShape(
        "/repositories/r", "/repositories/r/rdf-graphs/service", "/repositories/r", "/repositories/r/statements"
    ),
    "graphdb": StoreShape(
        "/repositories/r", "/repositories/r/rdf-graphs/service", "/repositories/r", "/repositories/r/statements"
    ),
    "qlever": StoreShape("", "", "", "", True, ("MOVE", "DROP", "CLEAR", "COPY")),
}


@dataclass
class StandIn:
    """A running stand-in: its *address*, *store* and *updates* so far; it gives up on queries that hold *tired_of*.

    A *fault* is handed each request – what it does (add, read, change, ask) and its body – and returns the body to go
    on with, or None when it has answered itself.
    """

    kind: str
    address: str = ""
    store: ox.Store = field(default_factory=ox.Store)
    updates: list[str] = field(default_factory=list)
    tired_of: str = ""
    fault: "Callable[[_Handler, str, bytes], bytes | None] | None" = None
    waiting: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def graph(self, iri: str) -> set[str]:
        """Return what is in a graph."""
        return {f"{quad.triple} ." for quad in self.store.quads_for_pattern(None, None, None, ox.NamedNode(iri))}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state: StandIn

    def answer(self, status: int, body: bytes = b"", media_type: str = "text/plain") -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        shape, parts = SHAPES[self.state.kind], urlsplit(self.path)
        if not self.state.go_on.is_set():
            self.state.waiting.set()
            self.state.go_on.wait(30)
        pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers.get("Authorization") != (f"Bearer {TOKEN}" if shape.bearer else f"Basic {pair}"):
            return self.answer(401)
        media_type = self.headers.get("Content-Type", "")
        graph = parse_qs(parts.query).get("graph", [""])[0]
        path = parts.path.rstrip("/")
        if self.state.fault:
            kinds = {"application/sparql-update": "change", "application/x-www-form-urlencoded": "ask"}
            what = kinds.get(media_type, "read" if self.command == "GET" else "add")
            if (left := self.state.fault(self, what, body)) is None:
                return None
            body = left
        if graph and path == shape.write:
            return self._graph(ox.NamedNode(graph), body, media_type)
        if media_type == "application/sparql-update" and path == shape.update:
            return self._update(body.decode(), shape)
        if media_type == "application/x-www-form-urlencoded" and path == shape.query:
            return self._query(parse_qs(body.decode())["query"][0])
        return self.answer(404, self.path.encode())

    def _graph(self, graph: ox.NamedNode, body: bytes, media_type: str) -> None:
        if self.command == "POST":
            self.state.store.load(body, format=ox.RdfFormat.from_media_type(media_type), to_graph=graph)
            return self.answer(204)
        quads = self.state.store.quads_for_pattern(None, None, None, graph)
        found = ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES)
        return self.answer(200, found or b"", "application/n-triples")

    def _update(self, update: str, shape: StoreShape) -> None:
        self.state.updates.append(update)
        if any(word in update for word in shape.refused):
            return self.answer(400, b"not supported")
        self.state.store.update(update)
        return self.answer(204)

    def _query(self, query: str) -> None:
        if self.state.tired_of and self.state.tired_of in query:
            return self.answer(500, b"SR171: Transaction timed out")
        found = self.state.store.query(query)
        assert isinstance(found, ox.QuerySolutions)
        body = found.serialize(format=ox.QueryResultsFormat.JSON) or b""
        return self.answer(200, body, "application/sparql-results+json")

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def standing_in(kind: str) -> Iterator[StandIn]:
    """Give a stand-in for a store of *kind*."""
    state = StandIn(kind)
    state.go_on.set()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"state": state}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.address = f"http://127.0.0.1:{server.server_address[1]}{SHAPES[kind].base}"
    try:
        yield state
    finally:
        state.go_on.set()
        server.shutdown()
        server.server_close()
        thread.join()
