"""Measure what a command uses with all the processes that it starts: time, processor, memory, input and output.

Linux tells all of it in ``/proc``, and nothing else is needed. Memory is the sum of the proportional set sizes (PSS) of
all processes at one moment, so that a page shared by four of them counts once; it is sampled, and the peak is the
largest sample. The other figures are exact: the system adds up what processes used that were waited for, and the sums
are read between the command's end and its burial.
"""

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

Command = Sequence[str | Path]

FAILED = "ended with"
"""How the message about a command begins that ended by itself, but not well."""

_SHARE = 0.02
"""The part of a processor that sampling may take from what is measured."""
_INTERVAL = 0.01
"""The least time between two samples, in seconds."""
_SAMPLES = 10
"""So many must fit into the time that a command takes for the largest to mean anything."""


class Failed(Exception):
    """A command did not end well; the message says how."""


@dataclass(frozen=True)
class Usage:
    """What a command took.

    *seconds* have passed; *processor* are the seconds of user and system time of all its processes; *megabytes* the
    peak of their memory together, or 0 where it ended too soon to tell; *read* and *written* the megabytes that went
    through their calls to the system, pipes between processes included. A megabyte has 1,000,000 bytes.
    """

    seconds: float
    processor: float
    megabytes: float
    read: float
    written: float


def used(command: Command, folder: Path, seconds: float = 3600, gigabytes: float = 16) -> Usage:
    """Run *command* in *folder* and return what it used.

    Raise Failed when it ends with another status than 0, or is ended because it takes more than *seconds* or
    *gigabytes*.
    """
    with tempfile.TemporaryFile() as complaint:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaint,
            start_new_session=True,
        )
        watch = _Watch(process.pid, seconds, gigabytes * 1e9)
        watch.start()
        try:
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # its figures are there until it is waited for
            passed = time.perf_counter() - start
            transfer = _transfer(process.pid)
        finally:
            watch.over.set()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # nothing it started stays behind
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            watch.join()
        if watch.stopped or process.returncode:
            complaint.seek(max(0, complaint.seek(0, os.SEEK_END) - 300))
            words = " ".join(complaint.read().decode(errors="replace").split())
            raise Failed(watch.stopped or f"{FAILED} {process.returncode}: {words}")
    peak = watch.peak if passed > _SAMPLES * _INTERVAL else 0
    return Usage(passed, usage.ru_utime + usage.ru_stime, peak / 1e6, transfer[0] / 1e6, transfer[1] / 1e6)


class _Watch(Thread):
    """Sample the memory of a process and its descendants until *over*, and end them when they take too much."""

    def __init__(self, pid: int, seconds: float, most: float) -> None:
        super().__init__(daemon=True)
        self.over = Event()
        self.peak = 0
        self.stopped = ""
        self._pid, self._seconds, self._most = pid, seconds, most
        self._end = time.monotonic() + seconds

    def run(self) -> None:
        while not self.over.is_set():
            began = time.perf_counter()
            self.peak = max(self.peak, sum(_proportional(pid) for pid in _family(self._pid)))
            if self.peak > self._most:
                self._kill(f"took more than {self._most / 1e9:.0f} GB of memory")
            elif time.monotonic() > self._end:
                self._kill(f"took more than {self._seconds:.0f} s")
            self.over.wait(max(_INTERVAL, (time.perf_counter() - began) / _SHARE))

    def _kill(self, reason: str) -> None:
        self.stopped = self.stopped or reason
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)


def _family(pid: int) -> Iterator[int]:
    """Yield *pid* and the processes that come from it."""
    yield pid
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text().split():
                yield from _family(int(child))


def _proportional(pid: int) -> int:
    """Return the proportional set size of a process in bytes, or 0 when it is gone."""
    with contextlib.suppress(OSError), Path(f"/proc/{pid}/smaps_rollup").open() as lines:
        return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
    return 0


def _transfer(pid: int) -> tuple[int, int]:
    """Return the bytes that a process and those it has waited for have read and written."""
    fields = dict(line.split(": ") for line in Path(f"/proc/{pid}/io").read_text().splitlines())
    return int(fields["rchar"]), int(fields["wchar"])
