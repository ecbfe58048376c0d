"""Run queries where they can be killed: in processes that share one loaded graph.

The engine cannot be interrupted, so a query that must end is ended with its process. One process, the nursery, loads
the graph and does nothing but fork workers, which share its memory; a worker answers one query after the other over a
socket of its own. A query that outlives its slice is put behind all others by the scheduler, and its worker is
replaced when it is done. The limits hold even if the process that asks hangs: each worker also carries them itself.
"""

import asyncio
import contextlib
import gc
import gzip
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

from efa_lod.errors import BrokenInput, EfaLodError

if TYPE_CHECKING:
    import pyoxigraph as ox

MIB = 1 << 20
_FRAME = struct.Struct("!II")
_ORDER = struct.Struct("!ci")
_FORK, _KILL, _DEMOTE = b"F", b"K", b"D"
GRACE = 0.5
"""Seconds after the time limit when a worker ends itself, should nobody else have done it."""
AGAIN = 1.0
"""Seconds until a worker is replaced that could not even begin."""
START = 20.0
"""Seconds until the first worker must be there."""
COMPRESS_FROM = 1024
"""Bytes from which an answer is compressed for those who accept it."""


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
    """A query, the names of the formats for a table and for a graph as its answer, and the dataset it asks for."""

    query: str
    table_format: str | None = "json"
    graph_format: str | None = "turtle"
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    compress: bool = False


@dataclass(frozen=True)
class Reply:
    """What came of a job: *status* is ``ok`` or names what went wrong, *body* the answer or a message."""

    status: str
    body: bytes = b""
    format: str = ""
    compressed: bool = False
    retire: bool = False
    lasting: bool = False  # the same question has the same answer as long as the graph is the same


OK = "ok"
BROKEN, NOT_ACCEPTABLE, TOO_LARGE = "broken", "not-acceptable", "too-large"
TIME, MEMORY, CROWDED, BUSY, GONE = "time", "memory", "crowded", "busy", "gone"


def can_fork() -> bool:
    """Tell whether this system can run queries in processes that share a graph."""
    return hasattr(os, "fork") and hasattr(socket, "send_fds")


# --- frames ---------------------------------------------------------------------------------------------------------


def _frame(head: Mapping[str, Any], body: bytes = b"") -> bytes:
    written = json.dumps(head).encode()
    return _FRAME.pack(len(written), len(body)) + written + body


def _receive(stream: socket.socket) -> tuple[dict[str, Any], bytes] | None:
    """Return head and body of the next frame, or None where the other side has gone."""
    sizes = _exactly(stream, _FRAME.size)
    if sizes is None:
        return None
    head_size, body_size = _FRAME.unpack(sizes)
    rest = _exactly(stream, head_size + body_size)
    return None if rest is None else (json.loads(rest[:head_size]), rest[head_size:])


def _exactly(stream: socket.socket, size: int) -> bytes | None:
    found = bytearray()
    while len(found) < size:
        piece = stream.recv(size - len(found))
        if not piece:
            return None
        found += piece
    return bytes(found)


# --- a worker -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Loaded:
    """The graph as it is shared: the *store*, *prefixes* and base for queries, IRIs of the graphs, and its identity."""

    store: "ox.Store"
    prefixes: Mapping[str, str]
    base_iri: str
    graphs: tuple[str, ...]
    identity: str


class _TooLargeAnswer(Exception):
    """The answer has more bytes than one may have."""


class _Bounded:
    """A file in memory that refuses to grow beyond *limit* bytes."""

    def __init__(self, limit: int) -> None:
        self.parts: list[bytes] = []
        self._left = limit

    def write(self, data: bytes) -> int:
        self._left -= len(data)
        if self._left < 0:
            raise _TooLargeAnswer
        self.parts.append(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: there is nothing behind."""


def respond(job: Job, loaded: Loaded, limits: Limits) -> Reply:
    """Answer *job* over what is *loaded*, within the limits on rows and bytes."""
    from efa_lod.queries import answer, changes_by_itself

    try:
        found = answer(
            job.query,
            loaded.store,
            loaded.prefixes,
            base_iri=loaded.base_iri,
            graphs=loaded.graphs,
            default_graphs=job.default_graphs,
            named_graphs=job.named_graphs,
        )
        reply = _compressed(_written(found, job, limits), job)
        return replace(reply, lasting=reply.status == OK and not changes_by_itself(job.query))
    except EfaLodError as error:
        return Reply(BROKEN, str(error).encode())
    except (RuntimeError, ValueError, OSError) as error:
        return Reply(BROKEN, f"query: cannot be answered: {error}".encode())


def _written(found: Any, job: Job, limits: Limits) -> Reply:
    import pyoxigraph as ox

    from efa_lod.queries import FORMATS, first_rows

    is_graph = isinstance(found, ox.QueryTriples)
    format_ = job.graph_format if is_graph else job.table_format
    if format_ is None:
        return Reply(NOT_ACCEPTABLE, b"graph" if is_graph else b"table")
    out = _Bounded(limits.size)
    try:
        if is_graph:
            count = _write_graph(found, format_, out, limits.rows)
        else:
            found.serialize(out, FORMATS[format_])
            count = 0
    except _TooLargeAnswer:
        return Reply(TOO_LARGE, f"{limits.size} bytes".encode())
    data = b"".join(out.parts)
    is_table = isinstance(found, ox.QuerySolutions)
    if count > limits.rows or (is_table and first_rows(data, format_, limits.rows) is not None):
        return Reply(TOO_LARGE, f"{limits.rows} {'triples' if is_graph else 'rows'}".encode())
    return Reply(OK, data, format_)


def _write_graph(found: Iterable[Any], format_: str, out: _Bounded, limit: int) -> int:
    """Write the triples *found* to *out* unless there are more than *limit*; return how many there are, at least."""
    from itertools import islice

    import pyoxigraph as ox

    from efa_lod.rdf import RDF_SUFFIXES

    syntax = {"turtle": ".ttl", "n-triples": ".nt", "rdf-xml": ".rdf", "json-ld": ".jsonld"}[format_]
    triples = list(islice(found, limit + 1))
    if len(triples) <= limit:
        ox.serialize(dict.fromkeys(triples), out, RDF_SUFFIXES[syntax])  # type: ignore[arg-type]
    return len(triples)


def _compressed(reply: Reply, job: Job) -> Reply:
    if not job.compress or reply.status != OK or len(reply.body) < COMPRESS_FROM:
        return reply
    return Reply(OK, gzip.compress(reply.body, 4, mtime=0), reply.format, compressed=True)


def _work(stream: socket.socket, loaded: Loaded, limits: Limits) -> None:
    """Answer one job after the other until nobody asks any more."""
    stream.sendall(_frame({"pid": os.getpid()}))
    most = _resident() + limits.memory // 4
    while (frame := _receive(stream)) is not None:
        head, body = frame
        signal.setitimer(signal.ITIMER_REAL, limits.seconds + GRACE)
        job = Job(body.decode(), head["table"], head["graph"], (*head["default"],), (*head["named"],), head["compress"])
        try:
            reply = respond(job, loaded, limits)
        except MemoryError:
            reply = Reply(MEMORY, retire=True)
        signal.setitimer(signal.ITIMER_REAL, 0)
        facts = {key: value for key, value in vars(reply).items() if key != "body"}
        facts["retire"] = reply.retire or _resident() > most
        stream.sendall(_frame(facts, reply.body))


def _resident() -> int:
    """Return the most bytes of memory that this process has had so far."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _confine(limits: Limits, opens_files: bool) -> None:
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


# --- the nursery ----------------------------------------------------------------------------------------------------


def read_source(source: Source) -> Loaded:
    """Load *source*; raise BrokenInput where it cannot be read."""
    import hashlib

    import pyoxigraph as ox

    from efa_lod.context import read_context
    from efa_lod.publication import read_publication
    from efa_lod.queries import known_prefixes, load, open_store, publication_store

    publication = read_publication(Path(source.publication) if source.publication else None, source.base_iri)
    context = read_context(publication)
    digest = hashlib.sha256()
    if source.store:
        store = open_store(Path(source.store))
        files = sorted(Path(source.store).iterdir())
        digest.update(repr([(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files]).encode())
    elif source.files or source.named:
        store = load(*map(Path, source.files), named={iri: Path(path) for iri, path in source.named.items()})
        for path in (*source.files, *source.named.values()):
            with Path(path).open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    else:
        store = publication_store(publication, context)
        digest.update(ox.serialize((quad.triple for quad in store), format=ox.RdfFormat.N_TRIPLES) or b"")
    graphs = tuple(sorted(graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)))
    return Loaded(store, known_prefixes(context), context.base_iri, graphs, digest.hexdigest()[:16])


def nursery(control_number: int) -> NoReturn:
    """Load what the other side of the socket *control_number* names, then fork and kill workers as it orders."""
    control = socket.socket(fileno=control_number)
    frame = _receive(control)
    if frame is None:
        os._exit(0)
    source, limits = Source(**frame[0]["source"]), Limits(**frame[0]["limits"])
    try:
        loaded = read_source(source)
    except EfaLodError as error:
        control.sendall(_frame({"error": str(error)}))
        os._exit(0)
    facts = {"triples": len(loaded.store), "graphs": loaded.graphs, "identity": loaded.identity}
    facts |= {"prefixes": loaded.prefixes, "base": loaded.base_iri}
    if source.store:  # its threads do not survive a fork: each worker opens it for itself
        loaded = Loaded(None, loaded.prefixes, loaded.base_iri, loaded.graphs, loaded.identity)  # type: ignore[arg-type]
    control.sendall(_frame(facts))
    gc.collect()
    gc.freeze()
    gc.disable()
    _obey(control, loaded, source, limits)


def _obey(control: socket.socket, loaded: Loaded, source: Source, limits: Limits) -> NoReturn:
    """Fork, demote and kill workers until the other side has gone, then take all of them along."""
    children: set[int] = set()
    while True:
        ready, _, _ = select.select([control], [], [], 1.0)
        children -= set(_ended())
        if not ready:
            continue
        order, numbers, _, _ = socket.recv_fds(control, _ORDER.size, 1)
        if len(order) < _ORDER.size:
            os.killpg(0, signal.SIGKILL)
        what, pid = _ORDER.unpack(order)
        if what == _FORK:
            children.add(_forked(control, numbers[0], loaded, source, limits))
        elif pid in children:
            _ORDERS[what](pid)


def _forked(control: socket.socket, number: int, loaded: Loaded, source: Source, limits: Limits) -> int:
    """Return the process id of a new worker, whose socket has the *number*; the worker itself does not return."""
    pid = os.fork()
    if pid:
        os.close(number)
        return pid
    try:
        control.close()
        stream = socket.socket(fileno=os.dup2(number, 3))
        os.closerange(4, 256)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # the engine's last words are told to who asked, not here
        os.closerange(4, 256)
        if source.store:
            from efa_lod.queries import open_store

            loaded = Loaded(open_store(Path(source.store)), *_without_store(loaded))
        _confine(limits, opens_files=bool(source.store))
        _work(stream, loaded, limits)
    finally:
        os._exit(0)


def _without_store(loaded: Loaded) -> tuple[Mapping[str, str], str, tuple[str, ...], str]:
    return loaded.prefixes, loaded.base_iri, loaded.graphs, loaded.identity


def _demote(pid: int) -> None:
    """Let the process run only when nobody else wants to."""
    with contextlib.suppress(OSError):
        if hasattr(os, "SCHED_IDLE"):
            os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))
        else:
            os.setpriority(os.PRIO_PROCESS, pid, 19)


_ORDERS: Mapping[bytes, Callable[[int], None]] = {
    _KILL: lambda pid: os.kill(pid, signal.SIGKILL),
    _DEMOTE: _demote,
}


def _ended() -> Iterable[int]:
    with contextlib.suppress(ChildProcessError):
        while (pid := os.waitpid(-1, os.WNOHANG)[0]) != 0:
            yield pid


# --- the room -------------------------------------------------------------------------------------------------------


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
        self._transport.write(_frame(head, job.query.encode()))
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
            self._room.order(_KILL, self.pid)

    def leave(self) -> None:
        """Close the connection, by which an idle process ends."""
        if self._transport:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Collect a reply; when it is whole, give it to who asked."""
        self._buffer += data
        if len(self._buffer) < _FRAME.size:
            return
        head_size, body_size = _FRAME.unpack_from(self._buffer)
        start, end = _FRAME.size + head_size, _FRAME.size + head_size + body_size
        if len(self._buffer) < end:
            return
        head = json.loads(self._buffer[_FRAME.size : start])
        body = bytes(self._buffer[start:end])
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
        code = "import sys; from efa_lod.workers import nursery; nursery(int(sys.argv[1]))"
        command = [sys.executable, "-P", "-c", code, str(theirs.fileno())]
        with theirs:
            self._nursery = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], start_new_session=True, stdin=subprocess.DEVNULL
            )
        self._control.sendall(_frame({"source": asdict(self.source), "limits": asdict(self.limits)}))
        frame = _receive(self._control)
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
        self.order(_DEMOTE, worker.pid)
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
            self._control.sendall(_ORDER.pack(what, pid))

    def _hire(self) -> None:
        if self._closing:
            return
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._control, [_ORDER.pack(_FORK, 0)], [theirs.fileno()])
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


# --- one query, here and now ----------------------------------------------------------------------------------------


def within(seconds: float, work: Callable[[], bytes]) -> bytes:
    """Return what *work* returns, done in a process of its own that is killed after *seconds*.

    Raise BrokenInput with what *work* complains of, or when the time is over.
    """
    if not can_fork():
        raise BrokenInput("--time-limit needs a system with fork(2), such as Linux, macOS or WSL")
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if not pid:
        ours.close()
        _answer_once(theirs, work)
    theirs.close()
    try:
        return _awaited(ours, seconds)
    finally:
        ours.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _answer_once(stream: socket.socket, work: Callable[[], bytes]) -> NoReturn:
    try:
        try:
            frame = _frame({"error": ""}, work())
        except EfaLodError as error:
            frame = _frame({"error": str(error)})
        stream.sendall(frame)
    finally:
        os._exit(0)


def _awaited(stream: socket.socket, seconds: float) -> bytes:
    stream.settimeout(seconds)
    try:
        frame = _receive(stream)
    except TimeoutError as error:
        raise BrokenInput(f"query: stopped after {seconds:g} s, the time limit – there is no answer") from error
    if frame is None:
        raise BrokenInput("query: the engine broke down – there is no answer")
    if frame[0]["error"]:
        raise BrokenInput(frame[0]["error"])
    return frame[1]
