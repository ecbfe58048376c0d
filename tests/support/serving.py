"""A server in a process of its own, and requests over real HTTP on the loopback address."""

import contextlib
import http.client
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from conftest import missing
from support.patience import PATIENCE_S

START = PATIENCE_S
"""Seconds that a server may take to begin."""
COMMAND = (
    "from efa_lod.cli.serve import serve_command; from efa_lod.errors import EfaLodError; import sys\n"
    "try: serve_command(prog_name='efa-lod serve')\n"
    "except EfaLodError as error: sys.exit(f'efa-lod: {error}')"
)


@dataclass(frozen=True)
class Response:
    """What a server sent: *status*, *headers* by their names in small letters, *body*."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """Return the Content-Type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0]


@dataclass(frozen=True)
class Server:
    """A running server: its *process* and *address*."""

    process: "subprocess.Popen[str]"
    address: str

    def send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        seconds: float = PATIENCE_S,
    ) -> Response:
        """Send one request, with no header but those given (and Host, Content-Length), and return what comes."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=seconds)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            for name, value in (headers or {}).items():
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Response(answer.status, found, answer.read())
        finally:
            connection.close()

    def ask(
        self, query: str, accept: str = "*/*", parameters: Mapping[str, str] | None = None, seconds: float = PATIENCE_S
    ) -> Response:
        """Send *query* with GET."""
        path = f"/sparql?{urlencode({'query': query, **(parameters or {})})}"
        return self.send("GET", path, {"Accept": accept}, seconds=seconds)

    def processes(self) -> set[int]:
        """Return the server's process and all below it, as Linux knows them."""
        children: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                if fields[0] != "Z":
                    children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
        found, todo = set(), [self.process.pid]
        while todo:
            found.add(pid := todo.pop())
            todo += children.get(pid, [])
        return found


def is_running(pid: int) -> bool:
    """Return whether there is a process *pid* that has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@contextlib.contextmanager
def serving(*options: object) -> Iterator[Server]:
    """Give a server that was started with *options* on a free port, and end it afterwards."""
    try:
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError:
        missing("starlette and uvicorn are not installed (pip install 'efa-lod[serve]')")
    if not hasattr(os, "fork"):
        missing("this system has no fork(2)")
    command = [sys.executable, "-c", COMMAND, "--port", "0", *map(str, options)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout and process.stderr
    try:
        ready, _, _ = select.select([process.stdout], [], [], START)
        address = process.stdout.readline().strip() if ready else ""
        if not address:
            process.kill()
            raise AssertionError(f"the server did not start: {process.stderr.read()}")
        yield Server(process, address)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(START)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        process.stderr.close()
