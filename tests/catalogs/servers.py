"""Servers on loopback that answer as servers do in the wild: well, wrongly, slowly, in circles or never."""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What a path answers: status, headers and body; *drip* seconds pass before each byte of the body."""

    body: bytes = b""
    headers: Mapping[str, str] | None = None
    status: int = 200
    drip: float = 0
    head_status: int | None = None


@contextmanager
def serving(answers: Mapping[str, Answer]) -> Iterator[tuple[str, list[str]]]:
    """Serve *answers* by path; give the address and a list that grows by each request."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(answers.get(self.path, Answer(b"gone", status=404)))

        def do_HEAD(self) -> None:
            self._answer(answers.get(self.path, Answer(status=404)))

        def _answer(self, answer: Answer) -> None:
            asked.append(f"{self.command} {self.path}")
            self.send_response(answer.head_status or answer.status if self.command == "HEAD" else answer.status)
            headers = {"Content-Length": str(len(answer.body)), **(answer.headers or {})}
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            if self.command == "HEAD":
                return
            try:
                for start in range(len(answer.body)) if answer.drip else ():
                    self.wfile.write(answer.body[start : start + 1])
                    self.wfile.flush()
                    time.sleep(answer.drip)
                if not answer.drip:
                    self.wfile.write(answer.body)
            except OSError:
                pass  # the client has gone

        def log_message(self, format: str, *arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def silent() -> Iterator[str]:
    """Give the address of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
