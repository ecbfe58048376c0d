"""Run queries where they can be killed: in processes that share one loaded graph.

The engine cannot be interrupted, so a query that must end is ended with its process. One process, the nursery, loads
the graph and does nothing but fork workers, which share its memory; a worker answers one query after the other over a
socket of its own. A query that outlives its slice is put behind all others by the scheduler, and its worker is
replaced when it is done. The limits hold even if the process that asks hangs: each worker also carries them itself.
"""

import contextlib
import gc
import gzip
import json
import os
import select
import signal
import socket
import struct
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from efa_lod.errors import BrokenInput, EfaLodError

if TYPE_CHECKING:
    import pyoxigraph as ox

MIB = 1 << 20
_FRAME = struct.Struct("!II")
"""The sizes of the head and the body of a message, which stand before them."""
ORDER = struct.Struct("!ci")
"""What the nursery is told to do, and with which process."""
FORK, KILL, DEMOTE = b"F", b"K", b"D"
GRACE = 0.5
"""Seconds after the time limit when a worker ends itself, should nobody else have done it."""
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


def frame_of(head: Mapping[str, Any], body: bytes = b"") -> bytes:
    """Return a message of a *head*, as JSON, and a *body*."""
    written = json.dumps(head).encode()
    return _FRAME.pack(len(written), len(body)) + written + body


def frame_in(data: bytes | bytearray) -> tuple[dict[str, Any], bytes] | None:
    """Return head and body of the message in *data*, or None as long as it is not whole."""
    if len(data) < _FRAME.size:
        return None
    head_size, body_size = _FRAME.unpack_from(data)
    start, end = _FRAME.size + head_size, _FRAME.size + head_size + body_size
    return (json.loads(data[_FRAME.size : start]), bytes(data[start:end])) if len(data) >= end else None


def received(stream: socket.socket) -> tuple[dict[str, Any], bytes] | None:
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
    from efa_lod.sparql.guard import changes_by_itself
    from efa_lod.sparql.queries import answer

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

    from efa_lod.sparql.queries import FORMATS, first_rows

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

    from efa_lod.rdf.graphs import RDF_SUFFIXES

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
    stream.sendall(frame_of({"pid": os.getpid()}))
    most = _resident() + limits.memory // 4
    while (frame := received(stream)) is not None:
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
        stream.sendall(frame_of(facts, reply.body))


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

    from efa_lod.model.context import read_context
    from efa_lod.model.publication import read_publication
    from efa_lod.sparql.queries import known_prefixes, load, open_store, publication_store

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
    frame = received(control)
    if frame is None:
        os._exit(0)
    source, limits = Source(**frame[0]["source"]), Limits(**frame[0]["limits"])
    try:
        loaded = read_source(source)
    except EfaLodError as error:
        control.sendall(frame_of({"error": str(error)}))
        os._exit(0)
    facts = {"triples": len(loaded.store), "graphs": loaded.graphs, "identity": loaded.identity}
    facts |= {"prefixes": loaded.prefixes, "base": loaded.base_iri}
    if source.store:  # its threads do not survive a fork: each worker opens it for itself
        loaded = Loaded(None, loaded.prefixes, loaded.base_iri, loaded.graphs, loaded.identity)  # type: ignore[arg-type]
    control.sendall(frame_of(facts))
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
        order, numbers, _, _ = socket.recv_fds(control, ORDER.size, 1)
        if len(order) < ORDER.size:
            os.killpg(0, signal.SIGKILL)
        what, pid = ORDER.unpack(order)
        if what == FORK:
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
            from efa_lod.sparql.queries import open_store

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
    KILL: lambda pid: os.kill(pid, signal.SIGKILL),
    DEMOTE: _demote,
}


def _ended() -> Iterable[int]:
    with contextlib.suppress(ChildProcessError):
        while (pid := os.waitpid(-1, os.WNOHANG)[0]) != 0:
            yield pid


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
            frame = frame_of({"error": ""}, work())
        except EfaLodError as error:
            frame = frame_of({"error": str(error)})
        stream.sendall(frame)
    finally:
        os._exit(0)


def _awaited(stream: socket.socket, seconds: float) -> bytes:
    stream.settimeout(seconds)
    try:
        frame = received(stream)
    except TimeoutError as error:
        raise BrokenInput(f"query: stopped after {seconds:g} s, the time limit – there is no answer") from error
    if frame is None:
        raise BrokenInput("query: the engine broke down – there is no answer")
    if frame[0]["error"]:
        raise BrokenInput(frame[0]["error"])
    return frame[1]
