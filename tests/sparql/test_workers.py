"""Workers: processes that answer, are killed at a limit, and are replaced."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

import pytest

from conftest import missing
from efa_lod.errors import BrokenInput
from efa_lod.sparql.pool import Room
from efa_lod.sparql.workers import BUSY, CROWDED, MEMORY, MIB, OK, TIME, Job, Limits, Reply, Source, can_fork, within
from support.serving import is_running

if not can_fork():
    missing("this system has no fork(2)")

Found = TypeVar("Found")
LIMITS = Limits(seconds=1.0, memory=256 * MIB, workers=4, reserve=1)
CROSS = Job("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }")
SMALL = Job("ASK {}")


def in_room(act: Callable[[Room], Awaitable[Found]], limits: Limits = LIMITS) -> Found:
    """Return what *act* returns in a room over the packaged data; fail when it leaves a process behind."""
    room = Room(Source(), limits)
    room.open()
    pids: list[int] = []

    async def run() -> Found:
        await room.fill()
        try:
            return await asyncio.wait_for(act(room), 30)
        finally:
            pids.extend(room.pids())
            room.close()

    found = asyncio.run(run())
    end = time.monotonic() + 2
    while any(map(is_running, pids)) and time.monotonic() < end:
        time.sleep(0.02)
    assert [] == [pid for pid in pids if is_running(pid)]
    return found


def replies(*jobs: Job, limits: Limits = LIMITS) -> list[Reply]:
    """Return the replies to *jobs*, asked at the same time."""

    async def act(room: Room) -> list[Reply]:
        return await asyncio.gather(*map(room.ask, jobs))

    return in_room(act, limits)


def test_a_query_is_answered() -> None:
    """A worker gives the bytes that the engine writes, and says their format."""
    assert [Reply(OK, b'{"head":{},"boolean":true}', "json", lasting=True)] == replies(SMALL)


def test_a_query_that_takes_too_long_is_killed() -> None:
    """At the time limit the process is killed, whatever the engine is doing."""
    began = time.monotonic()
    found = replies(CROSS)

    assert [TIME] == [reply.status for reply in found]
    assert 0.9 < time.monotonic() - began < 5


def test_a_query_that_needs_too_much_memory_is_ended() -> None:
    """Beyond the memory limit the process ends, and only it."""
    hungry = Job("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f ?a")

    assert [MEMORY, OK] == [
        reply.status for reply in replies(hungry, SMALL, limits=replace(LIMITS, seconds=20, memory=64 * MIB))
    ]


def test_a_long_query_never_takes_the_last_workers() -> None:
    """When too many queries run long, the longest is stopped to make room, and a small one is answered."""

    async def act(room: Room) -> tuple[Reply, list[Reply]]:
        long = [asyncio.ensure_future(room.ask(CROSS)) for _ in range(4)]
        await asyncio.sleep(0.3)
        small = await room.ask(SMALL)
        return small, await asyncio.gather(*long)

    small, long = in_room(act)

    assert OK == small.status
    assert [CROWDED, TIME, TIME, TIME] == sorted(reply.status for reply in long)


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

    async def act(room: Room) -> tuple[list[Reply], int]:
        for _ in range(2):
            await asyncio.gather(*[room.ask(CROSS) for _ in range(4)])
        found = [await room.ask(SMALL) for _ in range(20)]
        await asyncio.sleep(0.3)
        return found, len(room.pids())

    found, count = in_room(act, replace(LIMITS, seconds=0.3))

    assert {OK} == {reply.status for reply in found}
    assert 1 + 4 == count


def test_a_caller_that_gives_up_takes_its_query_along() -> None:
    """Cancelling the caller kills the process at once, long before the time limit."""

    async def act(room: Room) -> float:
        asked = asyncio.ensure_future(room.ask(CROSS))
        await asyncio.sleep(0.2)
        before = set(room.pids())
        asked.cancel()
        began = time.monotonic()
        while all(map(is_running, before)):
            await asyncio.sleep(0.01)
        return time.monotonic() - began

    assert in_room(act, replace(LIMITS, seconds=30)) < 2


def test_a_worker_can_open_no_file_and_no_connection() -> None:
    """Even a query that got past the checks finds no way out: the process can open nothing more."""
    source = f"""
import os, socket, sys
from efa_lod.sparql.workers import Limits, _confine
os.closerange(3, 256)
_confine(Limits(), opens_files=False)
for attempt in (lambda: open("/etc/passwd"), lambda: socket.socket(), lambda: os.open("{os.devnull}", os.O_RDONLY)):
    try:
        attempt()
    except OSError:
        print("refused")
"""
    import subprocess
    import sys

    found = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=20, check=True)

    assert ["refused"] * 3 == found.stdout.split()


def test_a_source_that_cannot_be_read_is_told() -> None:
    """What keeps the graph from being loaded is raised where it was asked for."""
    with pytest.raises(BrokenInput, match=r"nowhere\.ttl: cannot be read"):
        Room(Source(files=("nowhere.ttl",)), LIMITS).open()


def test_work_ends_within_its_time() -> None:
    """What is done in a process of its own is given back, told when it is wrong, and stopped when it takes too long."""

    def wrong() -> bytes:
        raise BrokenInput("query: wrong")

    def endless() -> bytes:
        while True:
            time.sleep(1)

    assert b"done" == within(10, lambda: b"done")
    with pytest.raises(BrokenInput, match="query: wrong"):
        within(10, wrong)
    with pytest.raises(BrokenInput, match=r"stopped after 0\.2 s"):
        within(0.2, endless)
