"""Run queries where they can be killed: in processes that share one loaded graph.

The engine cannot be interrupted, so a query that must end is ended with its process. One process, the fork server,
loads the graph and does nothing but fork workers, which share its memory; a worker answers one query after the other
over a socket of its own. A query that outlives its slice is put behind all others by the scheduler, and its worker is
replaced when it is done. The limits hold even if the process that asks hangs: each worker also carries them itself.
"""

import contextlib
import json
import os
import signal
import socket
import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from efa_lod.errors import BrokenInput, EfaLodError
from efa_lod.io.limits import MIB
from efa_lod.sparql.frames import LONGEST_REMEMBERED, frame_in, frame_of, framed, received, received_alone
from efa_lod.sparql.tokens import QUERY_MESSAGES

if TYPE_CHECKING:
    import pyoxigraph as ox

    from efa_lod.sparql.queries import GuardedQuery

ORDER = struct.Struct("!ci")
"""What the fork server is told to do, and with which process."""
FORK, KILL, DEMOTE, REAP = b"F", b"K", b"D", b"R"
ENDED = struct.Struct("!ii")
"""What the fork server says of a process that it was to reap: its number and exit code, negative for a signal."""
GRACE = 0.5
"""Seconds after the time limit when a worker ends itself, should nobody else have done it."""


@dataclass(frozen=True)
class Source:
    """What is loaded: RDF *files* for the default graph, *named* graphs by IRI, or a *store* directory of Oxigraph.

    Without any of them, it is the publication in the folder *publication*, or the packaged one.
    """

    files: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)
    store: str | None = None
    publication: str | None = None
    base_iri: str | None = None


@dataclass(frozen=True)
class Limits:
    """What a query may use: *seconds*, *memory* and answer *size* in bytes, *rows*; and how many run.

    Of the *workers*, *reserve* are never left to queries that have had more than a *slice* of the processor, in
    seconds. Queries that find no worker wait in a *queue*, at most *patience* seconds.
    """

    seconds: float = 30
    memory: int = 512 * MIB
    size: int = 32 * MIB
    rows: int = 100_000
    workers: int = 16
    reserve: int = 4
    slice: float = 0.05
    queue: int = 128
    patience: float = 10


@dataclass(frozen=True)
class Job:
    """A query, the names of the formats for a table and for a graph as its answer, and the dataset it asks for.

    *params* are values by the name of the variable they stand for, written as ``efa_lod.sparql.parameters.term`` reads
    them.
    """

    query: str
    table_format: str | None = "json"
    graph_format: str | None = "turtle"
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    compress: bool = False
    params: tuple[tuple[str, str], ...] = ()

    @cached_property
    def message(self) -> bytes:
        """Return what is sent to a worker; :func:`_job_in` reads it."""
        head: dict[str, object] = {"table": self.table_format, "graph": self.graph_format, "compress": self.compress}
        head |= {"default": self.default_graphs, "named": self.named_graphs, "params": self.params}
        return frame_of(head, self.query.encode())


@dataclass(frozen=True)
class Reply:
    """What came of a job: *status* is ``ok`` or names what went wrong, *body* the answer or a message.

    A message is in English and perhaps, on a line of its own, in German.
    """

    status: str
    body: bytes = b""
    format: str = ""
    compressed: bool = False
    retire: bool = False
    lasting: bool = False  # the same question has the same answer as long as the graph is the same


OK = "ok"
BROKEN, NOT_ACCEPTABLE, TOO_LARGE = "broken", "not-acceptable", "too-large"
TIME, MEMORY, CROWDED, BUSY, GONE, KILLED = "time", "memory", "crowded", "busy", "gone", "killed"


def can_fork() -> bool:
    """Return whether this system can run queries in processes that share a graph."""
    return hasattr(os, "fork") and hasattr(socket, "send_fds")


@dataclass(frozen=True)
class SharedGraph:
    """The graph as it is shared: the *store*, *prefixes* and base for queries, IRIs of the graphs, and its identity.

    *files* are those that were read, with their SHA-256.
    """

    store: "ox.Store"
    prefixes: Mapping[str, str]
    base_iri: str
    graphs: tuple[str, ...]
    identity: str
    files: Mapping[str, str] = field(default_factory=dict)

    def guarded(self, query: str) -> "GuardedQuery":
        """Return *query* held to reading this graph; the last short ones are remembered."""
        return self._remembered(query) if len(query) <= LONGEST_REMEMBERED else self._guarded(query)

    @cached_property
    def _remembered(self) -> "Callable[[str], GuardedQuery]":
        return lru_cache(maxsize=256)(self._guarded)

    def _guarded(self, query: str) -> "GuardedQuery":
        from efa_lod.sparql.queries import guarded

        return guarded(query, self.prefixes, self.base_iri, self.graphs)


def work(stream: socket.socket, loaded: SharedGraph, limits: Limits) -> None:
    """Answer one job after the other until nobody asks any more."""
    from efa_lod.sparql.replies import respond

    stream.sendall(frame_of({"pid": os.getpid()}))
    most = _resident() + limits.memory // 4
    while (message := received_alone(stream)) is not None:
        signal.setitimer(signal.ITIMER_REAL, limits.seconds + GRACE)
        job = _remembered_job(message) if len(message) <= LONGEST_REMEMBERED else _job_in(message)
        try:
            reply = respond(job, loaded, limits)
        except MemoryError:
            reply = Reply(MEMORY, retire=True)
        signal.setitimer(signal.ITIMER_REAL, 0)
        retire = reply.retire or _resident() > most
        head = _head_of(reply.status, reply.format, reply.compressed, retire, reply.lasting)
        stream.sendall(framed(head, reply.body))


@lru_cache(maxsize=64)
def _head_of(status: str, format_: str, compressed: bool, retire: bool, lasting: bool) -> bytes:
    """Return the head of a reply: all but its body, by the names of a :class:`Reply`."""
    facts = {"status": status, "format": format_, "compressed": compressed, "retire": retire, "lasting": lasting}
    return json.dumps(facts).encode()


def _job_in(message: bytes) -> Job:
    """Return the job in a *message*."""
    frame = frame_in(message)
    assert frame
    head, body = frame
    params = tuple((name, value) for name, value in head["params"])
    dataset = (*head["default"],), (*head["named"],)
    return Job(body.decode(), head["table"], head["graph"], *dataset, head["compress"], params)


_remembered_job = lru_cache(maxsize=256)(_job_in)


def _resident() -> int:
    """Return the most bytes of memory that this process has had so far."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def confine(limits: Limits, opens_files: bool) -> None:
    """Limit what this process can do to itself and others, and end it with its parent."""
    import resource

    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with contextlib.suppress(OSError, AttributeError):
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    most = _virtual() + limits.memory
    with contextlib.suppress(ValueError, OSError):  # some systems know no such limit
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not opens_files:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))  # no file or socket can be opened from here on


def _virtual() -> int:
    """Return the bytes of address space that this process has, or those of memory where that cannot be told."""
    import resource

    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return _resident()


def run_within(seconds: float, work: Callable[[], bytes]) -> bytes:
    """Return what *work* returns, done in a process of its own that is killed after *seconds*.

    Raise BrokenInput with what *work* complains of, or when the time is over.
    """
    if not can_fork():
        raise QUERY_MESSAGES.broken("no-fork")
    return next(each_within(seconds, {"query": work}))


def each_within(
    seconds: float, tasks: Mapping[str, Callable[[], bytes]], limits: Limits | None = None
) -> Iterator[bytes]:
    """Yield what each of *tasks* returns, done one after the other in one process apart, each for *seconds* at most.

    Raise BrokenInput, with the name of the task, with what it complains of, when its time is over, or when it takes
    more memory than *limits* has. Where processes cannot be forked, the tasks are done here and without limits.
    """
    if not can_fork():
        yield from (work() for work in tasks.values())
        return
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if not pid:
        ours.close()
        _answer_each(theirs, tasks.values(), limits)
    theirs.close()
    try:
        for name in tasks:
            yield _awaited(ours, seconds, name)
    finally:
        ours.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _answer_each(stream: socket.socket, tasks: Iterable[Callable[[], bytes]], limits: Limits | None) -> NoReturn:
    try:
        if limits:
            confine(limits, opens_files=True)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # the engine's last words are told to who asked, not here
        for work in tasks:
            try:
                frame = frame_of({"error": []}, work())
            except EfaLodError as error:
                frame = frame_of({"error": error.args})
            except MemoryError:
                break
            stream.sendall(frame)
    finally:
        os._exit(0)


def _awaited(stream: socket.socket, seconds: float, name: str) -> bytes:
    stream.settimeout(seconds)
    try:
        frame = received(stream)
    except TimeoutError as error:
        raise BrokenInput(
            f"{name}: stopped after {seconds:g} s, the time limit – there is no answer",
            f"{name}: nach {seconds:g} s angehalten, das ist die Zeitgrenze – es gibt keine Antwort",
        ) from error
    except ConnectionResetError:
        frame = None
    if frame is None:
        raise BrokenInput(
            f"{name}: the engine broke down – there is no answer",
            f"{name}: die Abfrage ist abgebrochen (zu viel Speicher?) – es gibt keine Antwort",
        )
    if frame[0]["error"]:
        raise BrokenInput(*frame[0]["error"])
    return frame[1]
