"""Stands between a push and a store, and breaks off at a change that a test names: the store sees nothing after it."""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

CHANGES = ("application/n-triples", "application/sparql-update")
_OWN = ("host", "connection", "transfer-encoding", "content-length", "date", "server")


@dataclass
class BreakingProxy:
    """What breaks off *before* or *after* the change with a *number*, or *during* it, and calls *broken* then.

    *changes* are the first words of those that reached the store.
    """

    store: str
    number: int
    when: str
    broken: Callable[[], None] = lambda: None
    address: str = ""
    is_broken: bool = False
    changes: list[str] = field(default_factory=list)
    seen: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state: BreakingProxy

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        state = self.state
        with state.lock:
            is_change = self.headers.get("Content-Type") in CHANGES
            state.seen += is_change
            is_last = is_change and state.seen == state.number
            state.is_broken |= is_last and state.when == "before"
            is_dropped = state.is_broken
            if is_change and not is_dropped:
                state.changes.append(body.split(maxsplit=1)[0].decode())
        if is_dropped:
            self._break_off(is_last)
        elif is_last and state.when == "during":
            thread = threading.Thread(target=self._forward_into_nothing, args=(body,))
            thread.start()
            self._break_off(is_last)
            thread.join()
        else:
            answer, content = self._forward(body)
            if is_last:
                self._break_off(is_last)
            else:
                self._hand_back(answer, content)

    def _break_off(self, is_last: bool) -> None:
        self.close_connection = self.state.is_broken = True
        if is_last:
            self.state.broken()

    def _hand_back(self, answer: http.client.HTTPResponse, content: bytes) -> None:
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _OWN:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _forward(self, body: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        with closing(http.client.HTTPConnection(urlsplit(self.state.store).netloc, timeout=120)) as connection:
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            return answer, answer.read()

    def _forward_into_nothing(self, body: bytes) -> None:
        with suppress(OSError, http.client.HTTPException):
            self._forward(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def breaking_proxy(
    store: str, number: int, when: str, broken: Callable[[], None] = lambda: None
) -> Iterator[BreakingProxy]:
    """Yield a proxy before the *store* of that address."""
    state = BreakingProxy(store, number, when, broken)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"state": state}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
