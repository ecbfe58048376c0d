"""A worker as the server sees it: the connection to its process, the job it has, and what that costs."""

import asyncio
import signal
import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from efa_lod.sparql.fair_queue import Account
from efa_lod.sparql.frames import frame_in
from efa_lod.sparql.workers import GONE, KILL, KILLED, MEMORY, TIME, Job, Reply

if TYPE_CHECKING:
    from efa_lod.sparql.pool import WorkerPool

REAP_TIMEOUT_S = 1.0
"""Seconds until the fork server must have said how a worker ended."""


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
        self._charged = self._end_at = 0.0
        self._timers: list[asyncio.TimerHandle] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the way to the process."""
        self._transport = cast("asyncio.Transport", transport)
        self._is_connected = True

    def start(self, job: Job, account: Account) -> "asyncio.Future[Reply]":
        """Send *job* to the process, on *account*, and return what will be its reply."""
        loop, limits = self._pool.loop, self._pool.limits
        assert self._transport is not None
        self._transport.write(job.message)
        self._answer = loop.create_future()
        self._account, self._charged = account, 0.0
        self._end_at = loop.time() + limits.seconds
        self._timers = [loop.call_later(min(limits.slice, limits.seconds), self._watch)]
        return self._answer

    def used(self) -> float:
        """Return the seconds that the processor has worked on the job."""
        return _processor_time(self.pid) - self._before

    def charge(self) -> None:
        """Put what the job has used since the last time on the account of who asked."""
        used = self.used()
        self._pool.ledger.charge(self._account, used - self._charged, used)
        self._charged = max(used, self._charged)

    def _watch(self) -> None:
        """Begin to count the time of a job that takes longer than most."""
        self._timers.append(self._pool.loop.call_at(self._end_at, self.stop, TIME))
        self._weigh()

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
        if self._buffer:
            self._buffer += data
        frame = frame_in(self._buffer or data)
        if not frame:
            self._buffer = self._buffer or bytearray(data)
            return
        head, body = frame
        self._buffer = bytearray()
        if "pid" in head:
            self.pid = head["pid"]
            self._before = _processor_time(self.pid)
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
        self._before += self._charged  # where the next job begins
        if not answer.done():
            answer.set_result(reply)
        if self._is_connected and not self.stopped:
            self._pool.done(self, reply.retire)


_REASONS: Mapping[int, str] = {
    signal.SIGALRM: TIME,
    **dict.fromkeys((signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT), KILLED),
}
"""What it means that a worker was ended by a signal; the engine ends by others where memory or stack are spent."""
