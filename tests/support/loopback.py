"""A web server on this machine for tests, which answers as badly as it is told to."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answering = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Hand each request to the route for its path, and note what was asked."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_GET(self) -> None:
        """Answer as the route says; the default is 404."""
        self.server.site.requests.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
        self.close_connection = True
        route = self.server.site.routes.get(self.path)
        if route is None:
            self.say(404)
        else:
            route(self)

    do_HEAD = do_GET  # noqa: N815 – the name that http.server asks for

    def do_POST(self) -> None:
        """Take what is sent, and answer as to any other request."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.do_GET()

    do_PUT = do_DELETE = do_PATCH = do_POST  # noqa: N815

    def say(self, status: int, body: bytes = b"", length: int | None = None, **headers: str) -> None:
        """Send a status, headers (``_`` stands for ``-``) and a body, of which *length* may lie."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    site: "Site"
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Take it as it comes when a client has gone."""


@dataclass
class Site:
    """A running server: its address, its routes, and the requests so far as method, path and headers."""

    url: str
    routes: dict[str, Answering] = field(default_factory=dict)
    requests: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)

    def asked(self, path: str) -> list[Mapping[str, str]]:
        """Return the headers of each request for *path*."""
        return [headers for _, asked, headers in self.requests if asked == path]


@contextmanager
def serving() -> Iterator[Site]:
    """Run a server while the block runs."""
    server = _Server(("127.0.0.1", 0), Handler)
    server.site = Site(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answers(status: int, body: bytes = b"", length: int | None = None, **headers: str) -> Answering:
    """Return a route that always says the same."""
    return lambda handler: handler.say(status, body, length, **headers)
