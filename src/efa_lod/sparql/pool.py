"""The workers of a server: hired, given queries, watched, and replaced.

What a worker does in its process is told in ``workers``; here is the side of the server, in its event loop.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

from efa_lod.errors import BrokenInput
from efa_lod.sparql.workers import (
    BUSY,
    CROWDED,
    DEMOTE,
    FORK,
    GONE,
    KILL,
    MEMORY,
    ORDER,
    TIME,
    Job,
    Limits,
    Reply,
    Source,
    can_fork,
    frame_in,
    frame_of,
    received,
)

AGAIN = 1.0
"""Seconds until a worker is replaced that could not even begin."""
START = 20.0
"""Seconds until the first worker must be there."""


@dataclass(frozen=True)
class Facts:
    """What is served: how many *triples*, which named *graphs*, the *prefixes* and base of queries, its *identity*."""

    triples: int
    graphs: tuple[str, ...]
    prefixes: Mapping[str, str]
    base_iri: str
    identity: str


def _processor_time(pid: int) -> float:
    """Return the seconds that the processor has worked for the process *pid*, or the time where that cannot be told."""
    try:
        return time.clock_gettime((~pid << 3) | 2)  # the number that clock_getcpuclockid(3) gives on Linux
    except OSError:
        return 0.0 if sys.platform == "linux" else time.monotonic()


class Worker(asyncio.Protocol):
    """A worker as the room sees it; *slow* since it was demoted."""

    def __init__(self, room: "Room") -> None:
        self.pid = 0
        self.slow = False
        self._before = 0.0
        self._room = room
        self._is_connected = False
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Reply] | None = None
        self.stopped = ""
        self._timers: list[asyncio.TimerHandle] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the way to the process."""
        self._transport = cast("asyncio.Transport", transport)
        self._is_connected = True

    def start(self, job: Job) -> "asyncio.Future[Reply]":
        """Send *job* to the process and return what will be its reply."""
        loop, limits = self._room.loop, self._room.limits
        head: dict[str, Any] = {"table": job.table_format, "graph": job.graph_format, "compress": job.compress}
        head |= {"default": job.default_graphs, "named": job.named_graphs}
        assert self._transport is not None
        self._transport.write(frame_of(head, job.query.encode()))
        self._answer = loop.create_future()
        self._before = _processor_time(self.pid)
        self._timers = [
            loop.call_later(limits.slice, self._weigh),
            loop.call_later(limits.seconds, self.stop, TIME),
        ]
        return self._answer

    def used(self) -> float:
        """Return the seconds that the processor has worked on the job."""
        return _processor_time(self.pid) - self._before

    def _weigh(self) -> None:
        """Put the process behind the others once it has had its slice of the processor, however long that took."""
        if self.used() < self._room.limits.slice:
            self._timers[0] = self._room.loop.call_later(self._room.limits.slice, self._weigh)
        else:
            self._room.demote(self)

    def stop(self, reason: str) -> None:
        """Kill the process; its job is answered with *reason*."""
        if not self.stopped:
            self.stopped = reason
            self._room.order(KILL, self.pid)

    def leave(self) -> None:
        """Close the connection, by which an idle process ends."""
        if self._transport:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Collect a reply; when it is whole, give it to who asked."""
        self._buffer += data
        frame = frame_in(self._buffer)
        if not frame:
            return
        head, body = frame
        self._buffer = bytearray()
        if "pid" in head:
            self.pid = head["pid"]
            self._room.ready(self)
        else:
            self._end(Reply(body=body, **head))

    def connection_lost(self, error: Exception | None) -> None:
        """Tell why the job of a process that has gone has no answer."""
        self._is_connected = False
        self._end(Reply(self.stopped or MEMORY))
        self._room.lost(self)

    def _end(self, reply: Reply) -> None:
        for timer in self._timers:
            timer.cancel()
        answer, self._answer = self._answer, None
        if answer is None:
            return
        if not answer.done():
            answer.set_result(reply)
        if self._is_connected and not self.stopped:
            self._room.done(self, reply.retire)


class Room:
    """The workers over one graph: give a job in, get a reply out, within the limits."""

    loop: asyncio.AbstractEventLoop

    def __init__(self, source: Source, limits: Limits) -> None:
        self.source = source
        self.limits = limits
        self._workers: set[Worker] = set()
        self._idle: list[Worker] = []
        self._waiting: deque[asyncio.Future[Worker]] = deque()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closing = False

    def open(self) -> Facts:
        """Start the nursery and wait until the graph is loaded; raise BrokenInput when it cannot be."""
        if not can_fork():
            raise BrokenInput("serving needs a system with fork(2), such as Linux, macOS or WSL")
        self._control, theirs = socket.socketpair()
        code = "import sys; from efa_lod.sparql.workers import nursery; nursery(int(sys.argv[1]))"
        command = [sys.executable, "-P", "-c", code, str(theirs.fileno())]
        with theirs:
            self._nursery = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], start_new_session=True, stdin=subprocess.DEVNULL
            )
        self._control.sendall(frame_of({"source": asdict(self.source), "limits": asdict(self.limits)}))
        frame = received(self._control)
        ended = "the graph could not be loaded: the process that loads it has ended"
        head: dict[str, Any] = frame[0] if frame else {"error": ended}
        if "error" in head:
            self.close()
            raise BrokenInput(head["error"])
        self.facts = Facts(head["triples"], tuple(head["graphs"]), head["prefixes"], head["base"], head["identity"])
        return self.facts

    async def fill(self) -> None:
        """Start all workers and wait until they can answer; raise BrokenInput when they cannot."""
        self.loop = asyncio.get_running_loop()
        for _ in range(self.limits.workers):
            self._hire()
        end = self.loop.time() + START
        while len(self._idle) < self.limits.workers:
            if self.loop.time() > end or not self.is_alive():
                raise BrokenInput("the workers that answer queries could not be started")
            await asyncio.sleep(0.001)

    async def ask(self, job: Job) -> Reply:
        """Return what comes of *job*; when the caller is cancelled, the query is killed."""
        worker = self._idle.pop() if self._idle else await self._queued()
        if worker is None:
            return Reply(BUSY)
        try:
            return await worker.start(job)
        except asyncio.CancelledError:
            worker.stop(GONE)
            raise

    async def _queued(self) -> Worker | None:
        """Wait for a worker; return None when too many wait already, or for too long."""
        if len(self._waiting) >= self.limits.queue:
            return None
        place: asyncio.Future[Worker] = self.loop.create_future()
        self._waiting.append(place)
        try:
            async with asyncio.timeout(self.limits.patience):
                return await place
        except TimeoutError:
            return None
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self.ready(place.result())
            raise

    def ready(self, worker: Worker) -> None:
        """Give *worker* the next job that waits, or let it rest."""
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(worker)
                return
        self._idle.append(worker)

    def done(self, worker: Worker, retire: bool) -> None:
        """Take *worker* back, unless it is to be replaced."""
        if retire or worker.slow:
            worker.stop(GONE)
        else:
            self.ready(worker)

    def demote(self, worker: Worker) -> None:
        """Put *worker* behind the others; when too many are so, stop the one that has worked most."""
        worker.slow = True
        self.order(DEMOTE, worker.pid)
        slow = [one for one in self._workers if one.slow and not one.stopped]
        if len(slow) > self.limits.workers - self.limits.reserve:
            max(slow, key=Worker.used).stop(CROWDED)

    def lost(self, worker: Worker) -> None:
        """Replace *worker*, whose process has gone."""
        self._workers.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        if not self._closing:
            self.loop.call_later(0 if worker.pid else AGAIN, self._hire)

    def order(self, what: bytes, pid: int) -> None:
        """Send an order to the nursery."""
        if not self._closing:
            self._control.sendall(ORDER.pack(what, pid))

    def _hire(self) -> None:
        if self._closing:
            return
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._control, [ORDER.pack(FORK, 0)], [theirs.fileno()])
        worker = Worker(self)
        self._workers.add(worker)
        task = self.loop.create_task(self._connect(worker, ours))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda done: ours.close() if done.cancelled() or done.exception() else None)

    async def _connect(self, worker: Worker, ours: socket.socket) -> None:
        ours.setblocking(False)
        await self.loop.create_unix_connection(lambda: worker, sock=ours)

    def pids(self) -> list[int]:
        """Return the processes that belong to the room, the nursery first."""
        return [self._nursery.pid, *sorted(worker.pid for worker in self._workers if worker.pid)]

    def is_alive(self) -> bool:
        """Tell whether the nursery is there, without which no worker can be replaced."""
        return self._nursery.poll() is None

    def close(self) -> None:
        """End all processes and wait until they have gone."""
        self._closing = True
        for worker in self._workers:
            worker.leave()
        self._control.close()
        try:
            self._nursery.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self._nursery.pid, signal.SIGKILL)
            self._nursery.wait()
