"""Workers: processes that answer, are killed at a limit, and are replaced."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pyoxigraph as ox
import pytest

from conftest import missing
from efa_lod.errors import BrokenInput
from efa_lod.io.limits import MIB
from efa_lod.sparql import worker_connections
from efa_lod.sparql.fair_queue import account_of
from efa_lod.sparql.pool import WorkerPool
from efa_lod.sparql.workers import (
    BUSY,
    CROWDED,
    KILLED,
    MEMORY,
    OK,
    TIME,
    Job,
    Limits,
    Reply,
    Source,
    can_fork,
    run_within,
)
from support.patience import PATIENCE_S, awaited
from support.serving import is_running

if not can_fork():
    missing("this system has no fork(2)")

Found = TypeVar("Found")
LIMITS = Limits(seconds=1.0, memory=256 * MIB, workers=4, reserve=1)
CROSS = Job("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }")
SMALL = Job("ASK {}")


def in_pool(act: Callable[[WorkerPool], Awaitable[Found]], limits: Limits = LIMITS) -> Found:
    """Return what *act* returns in a pool over the packaged data; fail when it leaves a process behind."""
    pool = WorkerPool(Source(), limits)
    pool.open()
    pids: list[int] = []

    async def run() -> Found:
        await pool.fill()
        try:
            return await asyncio.wait_for(act(pool), PATIENCE_S)
        finally:
            pids.extend(pool.pids())
            pool.close()

    found = asyncio.run(run())
    awaited(lambda: not any(map(is_running, pids)), "a process is left")
    return found


def replies(*jobs: Job, limits: Limits = LIMITS) -> list[Reply]:
    """Return the replies to *jobs*, asked at the same time."""

    async def act(pool: WorkerPool) -> list[Reply]:
        return await asyncio.gather(*map(pool.ask, jobs))

    return in_pool(act, limits)


async def filled(pool: WorkerPool) -> int:
    """Return how many processes *pool* has once all its places are filled again."""
    while len(pool.pids()) < 1 + LIMITS.workers:
        await asyncio.sleep(0.01)
    return len(pool.pids())


def test_a_query_is_answered() -> None:
    """A worker gives the bytes that the engine writes, and says their format."""
    assert [Reply(OK, b'{"head":{},"boolean":true}', "json", lasting=True)] == replies(SMALL)


def test_a_query_that_takes_too_long_is_killed() -> None:
    """At the time limit the process is killed, whatever the engine is doing."""
    began = time.monotonic()
    found = replies(CROSS)

    assert [TIME] == [reply.status for reply in found]
    assert 0.9 < time.monotonic() - began < PATIENCE_S  # it would take days


def test_a_query_that_needs_too_much_memory_is_ended() -> None:
    """Beyond the memory limit the process ends, and only it."""
    hungry = Job("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f ?a")

    assert [MEMORY, OK] == [
        reply.status for reply in replies(hungry, SMALL, limits=replace(LIMITS, seconds=20, memory=64 * MIB))
    ]


def test_a_long_query_never_takes_the_last_workers() -> None:
    """When too many queries run long, the longest is stopped to make pool, and a small one is answered."""

    async def act(pool: WorkerPool) -> tuple[Reply, list[Reply], int]:
        long = [asyncio.ensure_future(pool.ask(CROSS)) for _ in range(4)]
        await asyncio.sleep(0)  # each has a worker
        small = await pool.ask(SMALL)
        ended, going_on = await asyncio.wait(long, return_when=asyncio.FIRST_COMPLETED)
        for one in going_on:
            one.cancel()
        return small, [one.result() for one in ended], len(going_on)

    small, ended, going_on = in_pool(act, replace(LIMITS, seconds=PATIENCE_S))

    assert OK == small.status
    assert ([CROWDED], 3) == ([reply.status for reply in ended], going_on)


def test_a_full_queue_is_told() -> None:
    """Who finds the queue full is told so at once."""
    found = replies(*[CROSS] * 6, limits=replace(LIMITS, queue=0))

    assert 2 == sum(reply.status == BUSY for reply in found)


def test_patience_has_an_end() -> None:
    """Who has waited long enough for a worker is told so."""
    found = replies(CROSS, CROSS, limits=replace(LIMITS, workers=1, reserve=0, patience=0.2))

    assert [BUSY, TIME] == sorted(reply.status for reply in found)


def test_a_worker_that_was_killed_is_replaced() -> None:
    """After more deaths than there were workers, all places are filled again and every answer is right."""

    async def act(pool: WorkerPool) -> tuple[list[Reply], int]:
        for _ in range(2):
            await asyncio.gather(*[pool.ask(CROSS) for _ in range(4)])
        found = [await pool.ask(SMALL) for _ in range(20)]
        return found, await filled(pool)

    found, count = in_pool(act, replace(LIMITS, seconds=0.3))

    assert {OK} == {reply.status for reply in found}
    assert 1 + 4 == count


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGKILL, KILLED), (signal.SIGTERM, KILLED), (signal.SIGALRM, TIME), (signal.SIGABRT, MEMORY)],
)
def test_it_is_told_how_a_worker_ended(number: int, status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that was ended from outside is not told as one that needed too much memory, and none is left over."""
    monkeypatch.setattr(worker_connections, "REAP_TIMEOUT_S", PATIENCE_S)  # until it is known how it ended

    async def act(pool: WorkerPool) -> tuple[Reply, Reply, int]:
        asked = asyncio.ensure_future(pool.ask(CROSS))
        await asyncio.sleep(0.2)
        for pid in pool.pids()[1:]:
            os.kill(pid, number)
        reply = await asked
        return reply, await pool.ask(SMALL), await filled(pool)

    reply, small, count = in_pool(act, replace(LIMITS, seconds=PATIENCE_S))

    assert (status, OK, 1 + 4) == (reply.status, small.status, count)


def test_a_client_with_a_crowd_of_queries_delays_itself() -> None:
    """Who has used much lately waits behind others, and gives up its place in a full queue to them."""

    async def act(pool: WorkerPool) -> tuple[list[str], list[str], float]:
        def hostile(number: int) -> Job:
            return Job(CROSS.query.replace("?n", f"?n{chr(97 + number)}", 1))

        crowd = [asyncio.ensure_future(pool.ask(hostile(number), "192.0.2.1")) for number in range(24)]
        crowded = account_of("192.0.2.1", hostile(0).query)
        while pool.ledger.owed(crowded) < 4 * LIMITS.slice:
            await asyncio.sleep(0.01)
        found, longest = [], 0.0
        for _ in range(20):
            began = time.monotonic()
            found.append((await pool.ask(SMALL, "192.0.2.2")).status)
            longest = max(longest, time.monotonic() - began)
        return found, [reply.status for reply in await asyncio.gather(*crowd)], longest

    small, crowd, longest = in_pool(act, replace(LIMITS, queue=8, seconds=2))

    assert {OK} == set(small)
    assert {TIME, BUSY, CROWDED} >= set(crowd)
    assert longest < 1


def test_a_caller_that_gives_up_takes_its_query_along() -> None:
    """Cancelling the caller kills the process at once, long before the time limit."""

    async def act(pool: WorkerPool) -> float:
        asked = asyncio.ensure_future(pool.ask(CROSS))
        await asyncio.sleep(0.2)
        before = set(pool.pids())
        asked.cancel()
        began = time.monotonic()
        while all(map(is_running, before)):
            await asyncio.sleep(0.01)
        return time.monotonic() - began

    assert in_pool(act, replace(LIMITS, seconds=10 * PATIENCE_S)) < PATIENCE_S / 2


def test_a_worker_can_open_no_file_and_no_connection() -> None:
    """Even a query that got past the checks finds no way out: the process can open nothing more."""
    source = f"""
import os, socket, sys
from efa_lod.sparql.workers import Limits, confine
os.closerange(3, 256)
confine(Limits(), opens_files=False)
for attempt in (lambda: open("/etc/passwd"), lambda: socket.socket(), lambda: os.open("{os.devnull}", os.O_RDONLY)):
    try:
        attempt()
    except OSError:
        print("refused")
"""
    import subprocess
    import sys

    found = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, timeout=PATIENCE_S, check=True
    )

    assert ["refused"] * 3 == found.stdout.split()


def test_a_worker_answers_and_refuses_without_a_file(tmp_path: Path) -> None:
    """Whatever is asked of a worker that is confined, it has all modules and texts for the answer already."""
    graph = tmp_path / "graph.nt"
    graph.write_text('<https://a.example/s> <https://a.example/p> "o"@de .\n')
    source = f"""
import sys
from dataclasses import replace
from efa_lod.sparql.fork_server import preload, read_source
from efa_lod.sparql.replies import respond
from efa_lod.sparql.workers import Job, Limits, Source

loaded = read_source(Source(files=({str(graph)!r},)))
preload()
opened = []
sys.addaudithook(lambda event, given: event == "open" and opened.append(str(given[0])))
asked = [
    "SELECT * {{ ?s ?p ?o }}", "ASK {{}}", "CONSTRUCT WHERE {{ ?s ?p ?o }}", "DESCRIBE <https://a.example/s>",
    "SELECT * {{ ?s schem:name ?o }}", "SELECT * {{ ?s ?p }}", "SELEKT", "", "INSERT DATA {{ <a:b> <a:c> 1 }}",
    "SELECT * {{ SERVICE <https://a.example/> {{ ?s ?p ?o }} }}", "SELECT * FROM <file:///etc/passwd> {{ ?s ?p ?o }}",
    "SELECT (NOW() AS ?n) (RAND() AS ?r) (UUID() AS ?u) {{}}", "SELECT * {{ FILTER regex('a', '[') }}",
    "SELECT * {{ " + "{{" * 5000 + "}}" * 5000 + " }}", "SELECT * {{ ?s ?p ?o }} LIMIT x",
]
jobs = [Job(query, table, form) for query in asked for table, form in (
    ("json", "turtle"), ("csv", "n-triples"), ("tsv", "rdf-xml"), ("xml", "json-ld"), (None, None))]
jobs += [replace(Job("SELECT * {{ ?s ?p ?o }}"), params=(given,)) for given in (
    ("o", "'x'@de"), ("o", "'x'@"), ("o", "schem:name"), ("o", "<a b>"), ("zz", "1"), ("o", "'x'^^xsd:date"))]
jobs += [Job(query, compress=True, default_graphs=("https://a.example/g",)) for query in asked[:4]]
answers = [respond(job, loaded, limits).status for job in jobs for limits in (Limits(), replace(Limits(), rows=0, size=1))]
print(len(answers), len(set(answers)) > 2, sorted(set(opened)))
"""
    import subprocess
    import sys

    found = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=60, check=True)

    assert f"{2 * (15 * 5 + 6 + 4)} True []" == found.stdout.strip()


def test_a_source_that_cannot_be_read_is_told() -> None:
    """What keeps the graph from being loaded is raised where it was asked for."""
    with pytest.raises(BrokenInput, match=r"nowhere\.ttl: cannot be read"):
        WorkerPool(Source(files=("nowhere.ttl",)), LIMITS).open()


def test_work_ends_within_its_time() -> None:
    """What is done in a process of its own is given back, told when it is wrong, and stopped when it takes too long."""

    def wrong() -> bytes:
        raise BrokenInput("query: wrong", "Abfrage: falsch")

    def endless() -> bytes:
        while True:
            time.sleep(1)

    assert b"done" == run_within(10, lambda: b"done")
    with pytest.raises(BrokenInput, match="query: wrong"):
        run_within(10, wrong)
    with pytest.raises(BrokenInput, match=r"stopped after 0\.2 s"):
        run_within(0.2, endless)


def test_a_file_that_is_replaced_while_it_is_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is served has the digest of the file that it was read from, whatever is put there meanwhile."""
    from efa_lod.sparql import queries
    from efa_lod.sparql.fork_server import file_digest, read_source
    from efa_lod.sparql.workers import Source

    file, other = tmp_path / "graph.nt", tmp_path / "other.nt"
    file.write_text("<a:a> <a:b> <a:c> .\n")
    other.write_text("<a:a> <a:b> <a:d> .\n")
    loaded = queries.load

    def replacing(*paths: Path, **named: Any) -> ox.Store:
        store = loaded(*paths, **named)
        if other.exists():
            other.replace(file)
        return store

    monkeypatch.setattr(queries, "load", replacing)
    found = read_source(Source(files=(str(file),)))

    assert ["<a:d>"] == [str(quad.object) for quad in found.store]
    assert {str(file): file_digest(str(file))} == found.files
