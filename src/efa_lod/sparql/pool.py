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
from typing import Any, cast

from efa_lod.errors import BrokenInput
from efa_lod.io.messages import Messages
from efa_lod.sparql.fair_queue import Account, FairQueue, Ledger, account_of
from efa_lod.sparql.workers import (
    BUSY,
    CROWDED,
    DEMOTE,
    ENDED,
    FORK,
    GONE,
    KILL,
    KILLED,
    MEMORY,
    ORDER,
    REAP,
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

_ERRORS = Messages(__file__, "errors")

REAP_TIMEOUT_S = 1.0
"""Seconds until the fork server must have said how a worker ended."""
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


def _processor_time(pid: int) -> float:
    """Return the seconds that the processor has worked for the process *pid*, or the time where that cannot be told."""
    try:
        return time.clock_gettime((~pid << 3) | 2)  # the number that clock_getcpuclockid(3) gives on Linux
    except OSError:
        return 0.0 if sys.platform == "linux" else time.monotonic()


class Worker(asyncio.Protocol):
    """A worker as the pool sees it; *slow* since it was demoted."""

    def __init__(self, pool: "WorkerPool") -> None:
        self.pid = 0
        self.slow = False
        self._before = 0.0
        self._pool = pool
        self._is_connected = False
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Reply] | None = None
        self.stopped = ""
        self._account = Account("", "")
        self._charged = 0.0
        self._timers: list[asyncio.TimerHandle] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the way to the process."""
        self._transport = cast("asyncio.Transport", transport)
        self._is_connected = True

    def start(self, job: Job, account: Account) -> "asyncio.Future[Reply]":
        """Send *job* to the process, on *account*, and return what will be its reply."""
        loop, limits = self._pool.loop, self._pool.limits
        head: dict[str, Any] = {"table": job.table_format, "graph": job.graph_format, "compress": job.compress}
        head |= {"default": job.default_graphs, "named": job.named_graphs, "params": job.params}
        assert self._transport is not None
        self._transport.write(frame_of(head, job.query.encode()))
        self._answer = loop.create_future()
        self._before = _processor_time(self.pid)
        self._account, self._charged = account, 0.0
        self._timers = [
            loop.call_later(limits.slice, self._weigh),
            loop.call_later(limits.seconds, self.stop, TIME),
        ]
        return self._answer

    def used(self) -> float:
        """Return the seconds that the processor has worked on the job."""
        return _processor_time(self.pid) - self._before

    def charge(self) -> None:
        """Put what the job has used since the last time on the account of who asked."""
        used = self.used()
        self._pool.ledger.charge(self._account, used - self._charged, used)
        self._charged = max(used, self._charged)

    def _weigh(self) -> None:
        """Put the process behind the others once it has had its slice of the processor, however long that took."""
        if self.used() < self._pool.limits.slice:
            self._timers[0] = self._pool.loop.call_later(self._pool.limits.slice, self._weigh)
        else:
            self._pool.demote(self)

    def stop(self, reason: str) -> None:
        """Kill the process; its job is answered with *reason*."""
        if not self.stopped:
            self.charge()
            self.stopped = reason
            self._pool.order(KILL, self.pid)

    def dismiss(self) -> None:
        """Stop the job, if there is one."""
        if self._answer:
            self.stop(GONE)

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
            self._pool.ready(self)
        else:
            self._end(Reply(body=body, **head))

    def connection_lost(self, error: Exception | None) -> None:
        """Answer the job of a process that has gone: with why it was stopped, or once it is known how it ended."""
        self._is_connected = False
        if self.stopped or self._answer is None or not self.pid:
            self.ended(0)
        else:
            self._timers.append(self._pool.loop.call_later(REAP_TIMEOUT_S, self.ended, -signal.SIGKILL))
        self._pool.lost(self)

    def ended(self, exit_code: int) -> None:
        """Answer the job of a process that ended with *exit_code*, which is negative for a signal."""
        self._end(Reply(self.stopped or _REASONS.get(-exit_code, MEMORY)))

    def _end(self, reply: Reply) -> None:
        for timer in self._timers:
            timer.cancel()
        answer, self._answer = self._answer, None
        if answer is None:
            return
        self.charge()
        if not answer.done():
            answer.set_result(reply)
        if self._is_connected and not self.stopped:
            self._pool.done(self, reply.retire)


_REASONS: Mapping[int, str] = {
    signal.SIGALRM: TIME,
    **dict.fromkeys((signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT), KILLED),
}
"""What it means that a worker was ended by a signal; the engine ends by others where memory or stack are spent."""


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
        self._tasks: set[asyncio.Task[Any]] = set()
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
        head: dict[str, Any] = frame[0] if frame else {"error": _ERRORS("not-loaded")}
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
