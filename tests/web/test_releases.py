"""A build while ``serve`` runs: pages and graph change together and at once, and no request is lost."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest

from support.patience import PATIENCE_S, awaited
from support.serving import Response, Server, serving

PAGE, LARGE, GRAPH = "/state/sh.html", "/efa-lod.nt", "/efa-lod-graph.ttl"
NAME = "Land Schleswig-Holstein"
QUESTION = f"SELECT ?name {{ ?state ?says ?name FILTER(STRSTARTS(STR(?name), '{NAME} ')) }}"
REBUILDS = 3
"""Seconds within which a new build must be served."""


@dataclass
class Bench:
    """A publication that is built again and again, each time with another name for a state."""

    folder: Path
    digests: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def dist(self) -> Path:
        """Return the folder that is served."""
        return self.folder / "dist"

    def build(self, number: int, *options: object) -> None:
        """Build with a name that holds *number*, and remember what its files are."""
        record = self.folder / "publication" / "data" / "states" / "sh.yaml"
        record.write_text(re.sub(rf"de: {NAME}( \d+)?\n", f"de: {NAME} {number}\n", record.read_text("utf-8")), "utf-8")
        command = [sys.executable, "-m", "efa_lod", "build", "--publication", str(self.folder / "publication")]
        done = subprocess.run(
            [*command, "-o", str(self.dist), *map(str, options)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert 0 == done.returncode, done.stderr
        for path in (PAGE, LARGE, GRAPH):
            digest = hashlib.sha256((self.dist / path[1:]).read_bytes()).hexdigest()
            self.digests.setdefault(path, {})[digest] = number

    def number(self, path: str, response: Response) -> int:
        """Return which build *response* is of; fail where it is of none, or its head is that of another."""
        digest = hashlib.sha256(response.body).hexdigest()
        assert (200, str(len(response.body))) == (response.status, response.headers["content-length"]), response
        assert f'"{digest[:32]}"' == response.headers["etag"]
        awaited(lambda: digest in self.digests[path])  # the build has just ended, and its files are yet to be read
        return self.digests[path][digest]


@pytest.fixture
def bench(copy: Path, tmp_path: Path) -> Bench:
    """Return a bench with a first build."""
    assert copy.parent == tmp_path
    bench = Bench(tmp_path)
    bench.build(0)
    return bench


def state_name(server: Server) -> int:
    """Return the number in the name that the graph has for the state."""
    found = server.ask(QUESTION, "text/csv")
    assert 200 == found.status, found
    return int(found.body.split()[-1])


@dataclass
class Client(threading.Thread):
    """Somebody who asks all the time for pages and the graph, and sees that they belong together."""

    bench: Bench
    server: Server
    requests: int = 0
    wrong: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        super().__init__()

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        """Ask until told to end."""
        last = 0
        while not self.ended.is_set() and not self.wrong:
            try:
                found = [*self.numbers()]
            except (OSError, AssertionError, KeyError, ValueError) as error:
                self.wrong.append(repr(error)[:500])
                return
            self.requests += len(found)
            if [last, *found] != sorted([last, *found]):
                self.wrong.append(f"after {last}: {found}")
            last = found[-1]

    def numbers(self) -> Iterator[int]:
        """Yield the builds that answer one request after the other."""
        for path in (PAGE, LARGE):
            yield self.bench.number(path, self.server.send("GET", path))
        yield state_name(self.server)
        yield self.bench.number(PAGE, self.server.send("GET", PAGE))
        yield state_name(self.server)
        yield self.bench.number(GRAPH, self.server.send("GET", GRAPH))


@pytest.mark.parametrize("store", [False, True], ids=["graph", "store"])
def test_pages_and_graph_change_together(store: bool, bench: Bench) -> None:
    """Over several builds, under load, each client sees whole answers of one build, then of the next, never back."""
    folder = bench.folder / "store"
    options = ("--store", folder) if store else ()
    if store:
        bench.build(0, *options)
    source = (*options, "--site", bench.dist) if store else ("--graph", bench.dist / "efa-lod-graph.ttl")
    with serving(*source, "--workers", 4) as server:
        clients = [Client(bench, server) for _ in range(4)]
        for client in clients:
            client.start()
        try:
            before = json.loads(server.send("GET", "/health").body)
            for number in range(1, REBUILDS):
                bench.build(number, *options)
                awaited(lambda number=number: state_name(server) == number)  # type: ignore[misc]
            after = json.loads(server.send("GET", "/health").body)
            processes = len(server.processes())
            awaited(lambda: len(server.processes()) <= 6)
        finally:
            for client in clients:
                client.ended.set()
            for client in clients:
                client.join()

    assert [] == [wrong for client in clients for wrong in client.wrong]
    assert all(client.requests > 20 for client in clients)
    assert ("ok", "ok") == (before["status"], after["status"])
    assert before["identity"] != after["identity"]
    assert before["site"] != after["site"]
    assert processes
    assert ["dist", "publication", *(["store"] if store else [])] == sorted(
        path.name for path in bench.folder.iterdir()
    )


def test_a_known_answer_is_known_until_the_graph_changes(bench: Bench) -> None:
    """The ETag of an answer changes with the graph, and only then."""
    path = f"/sparql?query={quote(QUESTION)}"
    with serving("--graph", bench.dist / "efa-lod-graph.ttl", "--workers", 2) as server:
        first = server.send("GET", path)
        known = {"If-None-Match": first.headers["etag"]}
        assert 304 == server.send("GET", path, known).status
        bench.build(1)
        awaited(lambda: server.send("GET", path, known).status == 200)

        assert first.headers["etag"] != server.send("GET", path).headers["etag"]


def test_what_runs_ends_on_the_release_that_it_began_on(bench: Bench) -> None:
    """A query that is still running when a new build comes is answered, by the graph that it began on."""
    slow = (
        f"SELECT ?name {{ {{ SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?b ?e }} }} {QUESTION[QUESTION.index('{') + 1 :]}"
    )
    options = ("--graph", bench.dist / "efa-lod-graph.ttl", "--workers", 2, "--time-limit", 10 * PATIENCE_S)
    with serving(*options) as server:
        found: list[Response] = []
        thread = threading.Thread(target=lambda: found.append(server.ask(slow, "text/csv", seconds=10 * PATIENCE_S)))
        thread.start()
        time.sleep(0.2)
        bench.build(1)
        awaited(lambda: state_name(server) == 1)
        thread.join()

    assert [200] == [one.status for one in found], found


def test_a_build_that_is_copied_in_pieces_waits_until_it_is_whole(bench: Bench, tmp_path: Path) -> None:
    """Files that are replaced one by one, inventory first, are served when all are there, and no mixture before."""
    served = tmp_path / "served"
    shutil.copytree(bench.dist, served)
    with serving("--graph", served / "efa-lod-graph.ttl", "--workers", 2) as server:
        bench.build(1)
        shutil.copyfile(bench.dist / "build.json", served / "build.json")
        awaited(lambda: "problem" in json.loads(server.send("GET", "/health").body))
        half = state_name(server), json.loads(server.send("GET", "/health").body)
        for path in sorted(bench.dist.rglob("*")):
            if path.is_file():
                shutil.copyfile(path, served / path.relative_to(bench.dist))
        awaited(lambda: state_name(server) == 1)
        page = bench.number(PAGE, server.send("GET", PAGE))
        whole = json.loads(server.send("GET", "/health").body)

    assert (0, "ok") == (half[0], half[1]["status"])
    assert "build.json" in half[1]["problem"]
    assert (1, True) == (page, "problem" not in whole)


def test_a_build_that_cannot_be_served_is_told_and_the_earlier_goes_on(bench: Bench) -> None:
    """Where a new build is broken, the server says so and answers from the one before."""
    with serving("--graph", bench.dist / "efa-lod-graph.ttl", "--workers", 2) as server:
        aside = bench.dist.with_name("aside")
        bench.dist.rename(aside)
        bench.dist.mkdir()
        (bench.dist / "build.json").write_text("{")
        awaited(lambda: "problem" in json.loads(server.send("GET", "/health").body))
        answers = state_name(server), bench.number(PAGE, server.send("GET", PAGE))

    assert (0, 0) == answers


def test_other_stores_and_graphs_are_served_as_they_were_read(tmp_path: Path) -> None:
    """A graph that no build has written is not read again, whatever happens to its file."""
    graph = tmp_path / "graph.nt"
    graph.write_text('<urn:a> <urn:b> "1" .\n')
    with serving("--graph", graph, "--workers", 2) as server:
        graph.write_text('<urn:a> <urn:b> "2" .\n')
        time.sleep(0.6)
        found = server.ask("SELECT ?o { ?s ?p ?o }", "text/csv")

    assert b"o\r\n1\r\n" == found.body
