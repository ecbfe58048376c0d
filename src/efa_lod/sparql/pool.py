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
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from efa_lod.errors import BrokenInput
from efa_lod.io.json_objects import JsonObject
from efa_lod.io.messages import Messages
from efa_lod.sparql.fair_queue import Account, FairQueue, Ledger, account_of
from efa_lod.sparql.frames import frame_of, received
from efa_lod.sparql.worker_connections import Worker
from efa_lod.sparql.workers import (
    BUSY,
    CROWDED,
    DEMOTE,
    ENDED,
    FORK,
    GONE,
    ORDER,
    REAP,
    Job,
    Limits,
    Reply,
    Source,
    can_fork,
)

_ERRORS = Messages(__file__, "errors")

AGAIN = 1.0
"""Seconds until a worker is replaced that could not even begin."""
START = 20.0
"""Seconds until the first worker must be there."""


@dataclass(frozen=True)
class Facts:
    """What is served: how many *triples*, which named *graphs*, the *prefixes* and base of queries, its *identity*.

    *files* are those that it was read from, with their SHA-256 in hexadecimal.
    """

    triples: int
    graphs: tuple[str, ...]
    prefixes: Mapping[str, str]
    base_iri: str
    identity: str
    files: Mapping[str, str] = field(default_factory=dict)


class WorkerPool:
    """The workers over one graph: give a job in, get a reply out, within the limits."""

    loop: asyncio.AbstractEventLoop

    def __init__(self, source: Source, limits: Limits) -> None:
        self.source = source
        self.limits = limits
        self._workers: set[Worker] = set()
        self._idle: list[Worker] = []
        self._gone: dict[int, Worker] = {}
        self._reports = bytearray()
        self.ledger = Ledger(time.monotonic)
        self._waiting: FairQueue[Worker | None] = FairQueue(self.ledger)
        self._tasks: set[asyncio.Task[object]] = set()
        self._closing = self._dismissed = False

    def open(self) -> Facts:
        """Start the fork server and wait until the graph is loaded; raise BrokenInput when it cannot be."""
        if not can_fork() or self._closing:
            raise _ERRORS.broken("serving-ends" if can_fork() else "no-fork")
        self._control, theirs = socket.socketpair()
        code = "import sys; from efa_lod.sparql.fork_server import fork_server; fork_server(int(sys.argv[1]))"
        command = [sys.executable, "-P", "-c", code, str(theirs.fileno())]
        with theirs:
            self._fork_server = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], start_new_session=True, stdin=subprocess.DEVNULL
            )
        self._control.sendall(frame_of({"source": asdict(self.source), "limits": asdict(self.limits)}))
        frame = received(self._control)
        head: JsonObject = frame[0] if frame else {"error": _ERRORS("not-loaded")}
        if "error" in head:
            self.close()
            raise BrokenInput(*head["error"])
        self.facts = Facts(
            head["triples"], tuple(head["graphs"]), head["prefixes"], head["base"], head["identity"], head["files"]
        )
        return self.facts

    async def fill(self) -> None:
        """Start all workers and wait until they can answer; raise BrokenInput when they cannot."""
        self.loop = asyncio.get_running_loop()
        self.loop.add_reader(self._control, self._read_reports)
        for _ in range(self.limits.workers):
            self._hire()
        end = self.loop.time() + START
        while len(self._idle) < self.limits.workers:
            if self.loop.time() > end or not self.is_alive():
                raise _ERRORS.broken("no-workers")
            await asyncio.sleep(0.001)

    async def ask(self, job: Job, client: str = "") -> Reply:
        """Return what comes of *job* for *client*; when the caller is cancelled, the query is killed."""
        account = account_of(client, job.query)
        has_one = len(self._idle) > (self.limits.reserve if self.ledger.is_indebted(account) else 0)
        worker = self._idle.pop() if has_one else await self._queued(account)
        if worker is None:
            return Reply(GONE if self._dismissed else BUSY)
        try:
            return await worker.start(job, account)
        except asyncio.CancelledError:
            worker.stop(GONE)
            raise

    async def _queued(self, account: Account) -> Worker | None:
        """Wait for a worker; return None when too many wait already, or for too long."""
        if self._dismissed or not self._has_place(account):
            return None
        place: asyncio.Future[Worker | None] = self.loop.create_future()
        self._waiting.put(place, account)
        try:
            async with asyncio.timeout(self.limits.patience):
                return await place
        except TimeoutError:
            return None
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and (worker := place.result()):
                self.ready(worker)
            raise

    def _has_place(self, account: Account) -> bool:
        """Return True if another job may wait: where the queue is full, instead of one that owes more."""
        if len(self._waiting) < self.limits.queue:
            return True
        last = self._waiting.most_indebted()
        if last is None or last[1] <= self.ledger.owed(account) + self.limits.slice:
            return False
        last[0].set_result(None)
        return True

    def ready(self, worker: Worker) -> None:
        """Assign the next waiting job to *worker*, or leave it idle; the last are not for who owes much."""
        self._idle.append(worker)
        place = self._waiting.next(also_indebted=len(self._idle) > self.limits.reserve)
        if place:
            place.set_result(self._idle.pop())

    def done(self, worker: Worker, retire: bool) -> None:
        """Take *worker* back, unless it is to be replaced."""
        if retire or worker.slow:
            worker.stop(GONE)
        else:
            self.ready(worker)

    def demote(self, worker: Worker) -> None:
        """Put *worker* behind the others; when too many are so, stop the one that has worked most."""
        worker.slow = True
        worker.charge()
        self.order(DEMOTE, worker.pid)
        slow = [one for one in self._workers if one.slow and not one.stopped]
        if len(slow) > self.limits.workers - self.limits.reserve:
            max(slow, key=Worker.used).stop(CROWDED)

    def lost(self, worker: Worker) -> None:
        """Replace *worker*, whose process has gone."""
        self._workers.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        if worker.pid:
            self._gone[worker.pid] = worker
        self.order(REAP, worker.pid)
        if not self._closing:
            self.loop.call_later(0 if worker.pid else AGAIN, self._hire)

    def order(self, what: bytes, pid: int) -> None:
        """Send an order to the fork server."""
        if not self._closing:
            self._control.sendall(ORDER.pack(what, pid))

    def _read_reports(self) -> None:
        """Read how workers ended that have gone."""
        try:
            self._reports += self._control.recv(4096, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:
            self._reports.clear()
        if not self._reports:  # the fork server has gone
            self.loop.remove_reader(self._control)
        while len(self._reports) >= ENDED.size:
            pid, exit_code = ENDED.unpack_from(self._reports)
            del self._reports[: ENDED.size]
            if worker := self._gone.pop(pid, None):
                worker.ended(exit_code)

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
        """Return the processes that belong to the pool, the fork server first."""
        return [self._fork_server.pid, *sorted(worker.pid for worker in self._workers if worker.pid)]

    def is_alive(self) -> bool:
        """Return whether the fork server is there, without which no worker can be replaced."""
        return self._fork_server.poll() is None

    def dismiss(self) -> None:
        """Answer all jobs, those that run and those that wait, with that the service is ending."""
        self._dismissed = True
        while place := self._waiting.next():
            place.set_result(None)
        for worker in self._workers:
            worker.dismiss()

    def close(self) -> None:
        """End all processes and wait until they have gone."""
        self._leave()
        self._await_end()

    async def retire(self) -> None:
        """End all processes, without keeping the event loop waiting."""
        self._leave()
        await asyncio.to_thread(self._await_end)

    def _leave(self) -> None:
        """Close all connections, by which the processes end."""
        self._closing = True
        if hasattr(self, "loop") and not self.loop.is_closed():
            self.loop.remove_reader(self._control)
        for worker in self._workers:
            worker.leave()
        if hasattr(self, "_control"):
            self._control.close()

    def _await_end(self) -> None:
        if not hasattr(self, "_fork_server"):
            return
        try:
            self._fork_server.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self._fork_server.pid, signal.SIGKILL)
            self._fork_server.wait()
