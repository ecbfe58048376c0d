"""Measure the endpoint beside rdflib-endpoint and Oxigraph's own server, in one run on one machine.

    python tests/benchmarks/endpoint.py --peers VENV [--records 16] [--records 1000] [--seconds 1]

VENV is a virtual environment with ``pip install rdflib-endpoint uvicorn oxigraph``. Every server gets the same graph
file, the same eight queries and the same number of clients, one after the other, on the loopback address; everything
is bounded in time. Printed are requests a second and latency as geometric means over the queries, then what an ASK
takes while hostile queries run, repeated queries, and how long the servers take to begin.
"""

import argparse
import asyncio
import contextlib
import http.client
import math
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.serving import COMMAND

PREFIXES = "PREFIX efa: <https://w3id.org/efa-lod/ontology#> PREFIX schema: <https://schema.org/> "
TABLE, GRAPH = "application/sparql-results+json", "text/turtle"
QUERIES = {
    "filter": ("SELECT ?s ?m { ?s schema:email ?m FILTER(STRSTARTS(?m, 'info')) } LIMIT 100", TABLE),
    "join": (
        "SELECT ?a ?m { ?l efa:abbreviation ?a . ?r schema:areaServed ?l ; efa:contact ?p ."
        " ?p schema:email ?m } LIMIT 100",
        TABLE,
    ),
    "aggregate": ("SELECT ?k (COUNT(?p) AS ?n) { ?p efa:contactKind ?k } GROUP BY ?k", TABLE),
    "regex": ("SELECT ?s ?n { ?s schema:name ?n FILTER(REGEX(?n, '^Min.*ium', 'i')) } LIMIT 50", TABLE),
    "optional": (
        "SELECT ?p ?m ?t { ?p a schema:ContactPoint OPTIONAL { ?p schema:email ?m }"
        " OPTIONAL { ?p schema:telephone ?t } } LIMIT 100",
        TABLE,
    ),
    "path": ("SELECT ?l ?p { ?l ^schema:areaServed/efa:financing?/efa:provision ?p } LIMIT 100", TABLE),
    "contains": ("SELECT ?s { ?s schema:description ?d FILTER(CONTAINS(LCASE(?d), 'kosten')) } LIMIT 50", TABLE),
    "construct": ("CONSTRUCT { ?p schema:email ?m } WHERE { ?p schema:email ?m } LIMIT 100", GRAPH),
}
HOSTILE = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
CLIENTS = (1, 8, 32)
FIGURES = ("second", "median", "p99")


def write_graph(records: int, file: Path) -> int:
    """Write a graph like that of *records* states to *file* as N-Triples; return the number of triples."""
    import pyoxigraph as ox

    from efa_lod.model.context import read_context
    from efa_lod.model.publication import read_publication
    from efa_lod.sparql.queries import publication_store

    publication = read_publication()
    store = publication_store(publication, read_context(publication))
    lines = (ox.serialize((quad.triple for quad in store), format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    own = "\n".join(line for line in lines.splitlines() if f"<{publication.base_iri}state/" in line) + "\n"
    with file.open("w") as stream:
        stream.write(lines)
        for copy in range(1, max(1, records // 16)):
            copied = own.replace(f"{publication.base_iri}state/", f"{publication.base_iri}state/{copy}-")
            stream.write(copied)
    with file.open() as stream:
        return sum(1 for _ in stream)


@dataclass(frozen=True)
class Running:
    """A server that has begun: its *port*, the *path* of its endpoint, the seconds to its first answer, and *pid*."""

    port: int
    path: str
    began_after: float
    pid: int


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def running(command: Sequence[str], port: int, path: str) -> Iterator[Running]:
    """Give the server that *command* starts on *port*; end it afterwards."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not answers(port, path):
            if process.poll() is not None or time.perf_counter() - began > 120:
                raise SystemExit(f"did not begin: {' '.join(command)}")
            time.sleep(0.01)
        yield Running(port, path, time.perf_counter() - began, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answers(port: int, path: str) -> bool:
    """Return whether an ASK is answered."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", f"{path}?{urlencode({'query': 'ASK {}'})}", headers={"Accept": TABLE})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def ours(*options: str) -> Callable[[Path, Path], contextlib.AbstractContextManager[Running]]:
    """Return how to start our server."""

    def start(graph: Path, work: Path) -> contextlib.AbstractContextManager[Running]:
        port = free_port()
        command = [sys.executable, "-c", COMMAND, "--port", str(port), "--graph", str(graph), "--time-limit", "5"]
        return running([*command, *options], port, "/sparql")

    return start


def oxigraph(peers: Path) -> Callable[[Path, Path], contextlib.AbstractContextManager[Running]]:
    """Return how to start Oxigraph's server on a store made from the graph.

    It makes a thread for each query that stays until the time limit, and ends itself after some 30,000 queries, when it
    can make no more: no measurement may take long.
    """

    def start(graph: Path, work: Path) -> contextlib.AbstractContextManager[Running]:
        store, port, program = work / f"{graph.stem}.store", free_port(), str(peers / "bin/oxigraph")
        if not store.exists():
            load = [program, "load", "--location", str(store), "--file", str(graph)]
            subprocess.run(load, check=True, capture_output=True)
        serve = [
            program,
            "serve-read-only",
            "--location",
            str(store),
            "--bind",
            f"127.0.0.1:{port}",
            "--timeout-s",
            "5",
        ]
        return running(serve, port, "/query")

    return start


def rdflib_endpoint(peers: Path) -> Callable[[Path, Path], contextlib.AbstractContextManager[Running]]:
    """Return how to start rdflib-endpoint."""

    def start(graph: Path, work: Path) -> contextlib.AbstractContextManager[Running]:
        port = free_port()
        command = [str(peers / "bin/rdflib-endpoint"), "serve", "--host", "127.0.0.1", "--port", str(port), str(graph)]
        return running(command, port, "/")

    return start


def request_of(query: str, accept: str, path: str, mark: str = "") -> bytes:
    """Return the bytes of a GET request."""
    known = f"If-None-Match: {mark}\r\n" if mark else ""
    address = f"{path}?{urlencode({'query': PREFIXES + query})}"
    return f"GET {address} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n{known}\r\n".encode()


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> tuple[int, bytes]:
    """Send *request* and read the whole response; return its status and head."""
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head.split(b" ", 2)[1])
    if b"transfer-encoding: chunked" in head:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    elif status != 304 and b"content-length: " in head:
        await reader.readexactly(int(head.split(b"content-length: ")[1].split(b"\r")[0]))
    return status, head


@dataclass
class Noted:
    """What clients noted: how long each answer *taken* took, and what other *statuses* came instead of one."""

    taken: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)


async def client(port: int, request: bytes, end: float, noted: Noted, pause: float = 0) -> None:
    """Send *request* again and again until *end*, over one connection as long as all goes well."""
    while time.perf_counter() < end:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
        except OSError:
            noted.statuses[0] += 1
            await asyncio.sleep(0.1)
            continue
        try:
            while time.perf_counter() < end:
                began = time.perf_counter()
                status, _ = await asyncio.wait_for(exchange(reader, writer, request), 20)
                if status not in (200, 304):
                    noted.statuses[status] += 1
                    break
                noted.taken.append(time.perf_counter() - began)
                await asyncio.sleep(pause)
        except (asyncio.IncompleteReadError, OSError):
            noted.statuses[0] += 1
        finally:
            writer.close()


@dataclass(frozen=True)
class Measured:
    """Requests a *second*, *median* and *p99* in milliseconds; what *failed* with which status (0: broke off)."""

    second: float
    median: float
    p99: float
    failed: Counter[int]


def percentile(taken: Sequence[float], share: float) -> float:
    """Return the value that a *share* of *taken* does not exceed."""
    return sorted(taken)[min(len(taken) - 1, math.ceil(share * len(taken)) - 1)]


def measure(server: Running, query: str, accept: str, clients: int, seconds: float, mark: str = "") -> Measured:
    """Let *clients* ask *query* for *seconds*, after a short time of warming up."""

    async def run(duration: float) -> Noted:
        noted = Noted()
        end = time.perf_counter() + duration
        request = request_of(query, accept, server.path, mark)
        await asyncio.gather(*[client(server.port, request, end, noted) for _ in range(clients)])
        return noted

    _run(run(min(0.2, seconds)))
    began = time.perf_counter()
    noted = _run(run(seconds))
    taken = noted.taken or [math.inf]
    return Measured(
        len(taken) / (time.perf_counter() - began),
        1000 * statistics.median(taken),
        1000 * percentile(taken, 0.99),
        noted.statuses,
    )


def _run(work: Coroutine[Any, Any, Noted]) -> Noted:
    with contextlib.suppress(ImportError):
        import uvloop

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(work)
    return asyncio.run(work)


def under_fire(server: Running, seconds: float, hostile: int = 8) -> tuple[float, float, int]:
    """Return the p99 of an ASK in quiet and while hostile queries run without pause, and how many were answered."""

    async def run(attackers: int) -> Noted:
        noted, end = Noted(), time.perf_counter() + seconds
        ask, attack = request_of("ASK {}", TABLE, server.path), request_of(HOSTILE, TABLE, server.path)
        tasks = [asyncio.ensure_future(client(server.port, attack, end, Noted())) for _ in range(attackers)]
        await asyncio.sleep(0.2)
        with contextlib.suppress(TimeoutError, ConnectionError):
            await asyncio.wait_for(client(server.port, ask, end, noted, pause=0.005), seconds + 5)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return noted

    quiet, loud = _run(run(0)).taken, _run(run(hostile)).taken
    return 1000 * percentile(quiet, 0.99), 1000 * percentile(loud, 0.99) if loud else math.inf, len(loud)


def mark_of(server: Running, query: str) -> str:
    """Return the ETag of the answer of *query*."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", f"{server.path}?{urlencode({'query': PREFIXES + query})}", headers={"Accept": TABLE})
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.headers.get("ETag", "")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, metavar="VENV")
    parser.add_argument("--records", type=int, action="append", metavar="N")
    parser.add_argument("--seconds", type=float, default=1.0)
    options = parser.parse_args()
    servers = {"efa-lod": ours("--cache", "0"), "efa-lod, cache": ours()}
    if options.peers:
        servers |= {"oxigraph": oxigraph(options.peers), "rdflib-endpoint": rdflib_endpoint(options.peers)}
    with tempfile.TemporaryDirectory() as folder:
        for records in options.records or (16, 1000):
            graph = Path(folder) / f"{records}.nt"
            print(f"\n## {records} records, {write_graph(records, graph):,} triples\n")
            for name, start in servers.items():
                report(name, partial(start, graph, Path(folder)), options.seconds)


def report(name: str, start: Callable[[], contextlib.AbstractContextManager[Running]], seconds: float) -> None:
    """Print what a server does, as lines of a Markdown list; it is started afresh for each figure."""
    began = []
    print(f"- **{name}**")
    for clients in CLIENTS:
        found = {}
        for query in QUERIES:
            with start() as server:
                began.append(server.began_after)
                found[query] = measure(server, *QUERIES[query], clients, seconds)
        means = [statistics.geometric_mean(getattr(one, what) for one in found.values()) for what in FIGURES]
        each = ", ".join(f"{query} {one.second:.0f}" for query, one in found.items())
        failed = dict(sum((one.failed for one in found.values()), Counter[int]()))
        print(f"  - {clients:2} clients: {means[0]:7.0f} requests/s, median {means[1]:.2f} ms, p99 {means[2]:.2f} ms")
        print(f"    ({each}){f'; FAILED {failed}' if failed else ''}", flush=True)
    with start() as server:
        if mark := mark_of(server, QUERIES["join"][0]):
            again = measure(server, *QUERIES["join"], 8, seconds, mark)
            print(f"  - repeated, 304: {again.second:.0f} requests/s", flush=True)
    with start() as server:
        quiet, loud, count = under_fire(server, max(3.0, 4 * seconds))
        print(f"  - ASK p99 quiet {quiet:.2f} ms; under 8 hostile clients {loud:.2f} ms ({count} answered)")
    print(f"  - begins after {statistics.median(began):.2f} s", flush=True)


if __name__ == "__main__":
    main()
