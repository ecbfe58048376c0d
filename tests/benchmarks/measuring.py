"""Measure commands: wall time and peak memory of whole processes, in turn, so that a busy machine is unfair to none."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Command = Sequence[str | Path]


@dataclass(frozen=True)
class Run:
    """What a run took: wall time and time of the processor in seconds, peak of memory in megabytes (1,000,000 bytes).

    The system counts what this process holds as a command's own until the command is loaded, so nothing below about
    15 MB can be told apart; this process imports nothing but the standard library.
    """

    seconds: float
    megabytes: float
    processor: float = 0.0


def run(command: Command, folder: Path) -> Run:
    """Run *command* in *folder* and return what it took; raise RuntimeError when it fails.

    It may keep the modules that it compiles, as those of an installed program are: else each run would compile anew.
    """
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    complaint = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.stderr:
        process.stderr.close()
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}: {complaint.decode(errors='replace')}")
    megabytes = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
    return Run(seconds, megabytes, usage.ru_utime + usage.ru_stime)


def medians(commands: Mapping[str, Command], folder: Path, rounds: int) -> dict[str, Run]:
    """Return for each of *commands* the median time and memory of *rounds* runs, taken in turn after one that warms up.

    The first run of each compiles what Python compiles once and fills the cache of the file system; it does not count.
    """
    for command in commands.values():
        run(command, folder)
    runs = [{name: run(command, folder) for name, command in commands.items()} for _ in range(rounds)]
    return {
        name: Run(
            statistics.median(one[name].seconds for one in runs),
            statistics.median(one[name].megabytes for one in runs),
            statistics.median(one[name].processor for one in runs),
        )
        for name in commands
    }
