"""A long mix of normal, heavy, malformed and hostile requests: no answer is lost, and nothing grows.

Short by default; ``EFA_LOD_SOAK_SECONDS=600`` makes it ten minutes.
"""

import itertools
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest

from conftest import missing
from engines.pinned import comparable, pinned, query_files
from support.serving import Response, Server, serving

SECONDS = float(os.environ.get("EFA_LOD_SOAK_SECONDS", "6"))
CLIENTS = 32
LIMIT = 2
"""Seconds that a query may take at the server under test."""
IN_TIME = LIMIT + 5 + 3
"""Seconds within which every request has an answer: the limit, patience in the queue, and the machine's own load."""
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?t ?p ?x }"
HUNGRY = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f ?a"
DIRECT = {"Content-Type": "application/sparql-query"}
TABLES = {name: file.read_text("utf-8") for name, file in query_files().items() if pinned(name).format == "csv"}


@dataclass
class Seen:
    """What the clients saw: a count of each kind and status, what was wrong, and the longest time of a request."""

    counts: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    longest: float = 0.0


def normal(server: Server, number: int) -> tuple[Response, set[int]]:
    """Ask a named query; a right answer is the pinned one."""
    name = list(TABLES)[number % len(TABLES)]
    found = server.ask(f"{TABLES[name]}# {number % 97}", "text/csv", seconds=IN_TIME)
    if found.status == 200 and pinned(name).answer != comparable(found.body, "csv"):
        raise AssertionError(f"{name}: a wrong answer")
    return found, {200}


def heavy(server: Server, number: int) -> tuple[Response, set[int]]:
    """Ask for much that is still an answer; where many do, some are told to come again."""
    return server.ask(f"{HEAVY} # {number}", seconds=IN_TIME), {200, 503, 504}


def malformed(server: Server, number: int) -> tuple[Response, set[int]]:
    """Send what is no request."""
    requests = [
        ("GET", "/sparql?query=ASK%20%7B", {}, None),
        ("POST", "/sparql", {"Content-Type": "text/plain"}, b"ASK {}"),
        ("POST", "/sparql", DIRECT, b"\xff\xfe"),
        ("PUT", "/sparql", {}, b"x"),
        ("POST", "/sparql", DIRECT, b"#" * (2 << 20)),
        ("GET", f"/sparql?query={quote('SELECT * { SERVICE <http://127.0.0.1:9/> {} }')}", {}, None),
        ("GET", "/%00", {}, None),
    ]
    method, path, headers, body = requests[number % len(requests)]
    return server.send(method, path, headers, body, seconds=IN_TIME), {400, 404, 405, 413, 415}


def hostile(server: Server, number: int) -> tuple[Response, set[int]]:
    """Ask what must be killed."""
    query = (CROSS, HUNGRY, "ASK {" * 20_000)[number % 3]
    found = server.send("POST", "/sparql", DIRECT, f"{query} # {number}".encode(), seconds=IN_TIME)
    return found, {400, 503, 504, 507}


def leaving(server: Server, number: int) -> tuple[Response, set[int]]:
    """Ask something long and leave."""
    try:
        return server.ask(CROSS, seconds=0.3), {503, 504}
    except TimeoutError:
        return Response(0, {}, b""), {0}


Kind = Callable[[Server, int], tuple[Response, set[int]]]
KINDS: list[Kind] = [*[normal] * 20, *[heavy] * 3, *[malformed] * 5]
KINDS += [hostile] * 3 + [leaving]


def act(server: Server, seen: Seen, lock: threading.Lock, seed: int, end: float) -> None:
    """Be one client until *end*."""
    chance = random.Random(seed)
    for number in itertools.count(seed):
        if time.monotonic() > end:
            return
        kind = chance.choice(KINDS)
        began = time.monotonic()
        try:
            response, allowed = kind(server, number)
        except (OSError, AssertionError) as error:
            with lock:
                seen.wrong.append(f"{kind.__name__}: {error!r}")
            continue
        with lock:
            seen.counts[kind.__name__, response.status] += 1
            seen.longest = max(seen.longest, time.monotonic() - began)
            if response.status not in allowed:
                seen.wrong.append(f"{kind.__name__}: {response.status} {response.body[:200]!r}")


def memory(server: Server) -> int:
    """Return the bytes of memory that all processes of *server* share and own."""
    total = 0
    for pid in server.processes():
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total * 1024


def settled(server: Server, processes: int) -> bool:
    """Wait until *server* has as many processes as in the beginning; return False when it never has."""
    end = time.monotonic() + LIMIT + 5
    while len(server.processes()) != processes:
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is counted as Linux tells it")
def test_a_mix_of_requests_harms_nothing(dist: Path) -> None:
    """32 clients lose no right answer, all requests end in time, and no process and no memory is left over."""
    if not hasattr(os, "fork"):
        missing("this system has no fork(2)")
    seen, lock = Seen(), threading.Lock()
    options = ("--graph", dist / "efa-lod-graph.ttl", "--time-limit", LIMIT, "--memory-limit", 128, "--cache", 1)
    with serving(*options) as server:
        processes = len(server.processes())
        half = time.monotonic() + SECONDS / 2
        run(server, seen, lock, half)
        assert settled(server, processes)
        before = memory(server)
        run(server, seen, lock, half + SECONDS / 2)
        assert settled(server, processes)
        after = memory(server)
        answer = server.ask("ASK {}")

    print(
        dict(sorted(seen.counts.items())), f"longest {seen.longest:.2f} s, memory {before >> 20} -> {after >> 20} MiB"
    )
    assert [] == seen.wrong[:5]
    assert seen.counts["normal", 200] > CLIENTS
    assert IN_TIME > seen.longest
    assert before * 1.25 + (24 << 20) > after
    assert 200 == answer.status


def run(server: Server, seen: Seen, lock: threading.Lock, end: float) -> None:
    """Let all clients act until *end*."""
    threads = [threading.Thread(target=act, args=(server, seen, lock, seed, end)) for seed in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
