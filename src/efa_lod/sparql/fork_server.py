"""The process that holds the graph and forks workers, which share its memory.

It does nothing else, so that a fork is quick and safe; the server orders it about over a socket
(:mod:`efa_lod.sparql.pool`), and a worker answers queries (:mod:`efa_lod.sparql.workers`).
"""

import contextlib
import gc
import os
import signal
import socket
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from efa_lod.errors import EfaLodError
from efa_lod.io.held_folders import HeldFolder
from efa_lod.io.messages import Messages, reason
from efa_lod.sparql.frames import frame_of, received
from efa_lod.sparql.workers import (
    DEMOTE,
    ENDED,
    FORK,
    KILL,
    ORDER,
    REAP,
    Limits,
    SharedGraph,
    Source,
    confine,
    work,
)

_ERRORS = Messages(__file__, "errors")

_MOST_READINGS = 5
"""How often files are read that change while they are read."""
_PEEK = os.WEXITED | os.WNOHANG | os.WNOWAIT


def read_source(source: Source, folder: Path | None = None) -> SharedGraph:
    """Load *source*, its store from *folder* if that is given; raise BrokenInput where it cannot be read."""
    import hashlib

    import pyoxigraph as ox

    from efa_lod.model.context import read_context
    from efa_lod.model.publication import read_publication
    from efa_lod.sparql.queries import known_prefixes, load, open_store, publication_store

    publication = read_publication(Path(source.publication) if source.publication else None, source.base_iri)
    context = read_context(publication)
    digest, digests = hashlib.sha256(), {}
    if source.store:
        store = open_store(folder or Path(source.store))
        files = sorted((folder or Path(source.store)).iterdir())
        digest.update(repr([(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files]).encode())
    elif source.files or source.named:
        paths = (*source.files, *source.named.values())
        for _ in range(_MOST_READINGS):  # a build may put others in their place while they are read
            before = list(map(_stamp, paths))
            store = load(*map(Path, source.files), named={iri: Path(path) for iri, path in source.named.items()})
            digests = {path: file_digest(path) for path in paths}
            if before == list(map(_stamp, paths)):
                break
        else:
            raise _ERRORS.broken("changes", paths[0])
        for path in paths:
            digest.update(bytes.fromhex(digests[path]))
    else:
        store = publication_store(publication, context)
        digest.update(ox.serialize((quad.triple for quad in store), format=ox.RdfFormat.N_TRIPLES) or b"")
    graphs = tuple(sorted(graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)))
    return SharedGraph(store, known_prefixes(context), context.base_iri, graphs, digest.hexdigest()[:16], digests)


def _stamp(path: str) -> tuple[int, int, int] | None:
    """Return what changes when another file is put in the place of *path*, or something is written to it."""
    with contextlib.suppress(OSError):
        found = Path(path).stat()
        return found.st_ino, found.st_size, found.st_mtime_ns
    return None


def file_digest(path: str) -> str:
    """Return the SHA-256 of the file at *path* in hexadecimal; raise BrokenInput where it cannot be read."""
    import hashlib

    from efa_lod.io.files import opened

    digest = hashlib.sha256()
    with opened(Path(path)) as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def preload() -> None:
    """Read what workers need and cannot read once they are confined: modules, and the texts of messages."""
    import difflib  # noqa: F401 – names the nearest term to one that is unknown

    from efa_lod.io.limits import LIMIT_MESSAGES
    from efa_lod.rdf import file_forms  # noqa: F401 – these stay loaded
    from efa_lod.sparql import answers, parameters, queries, replies  # noqa: F401
    from efa_lod.sparql.tokens import QUERY_MESSAGES

    for messages in (QUERY_MESSAGES, LIMIT_MESSAGES):
        assert messages.table


def fork_server(control_number: int) -> NoReturn:
    """Load what the other side of the socket *control_number* names, then fork and kill workers as it orders."""
    control = socket.socket(fileno=control_number)
    frame = received(control)
    if frame is None:
        os._exit(0)
    source, limits = Source(**frame[0]["source"]), Limits(**frame[0]["limits"])
    try:
        store = _held(source.store) if source.store else None
        loaded = read_source(source, store.place() if store else None)
    except EfaLodError as error:
        control.sendall(frame_of({"error": reason(error)}))
        os._exit(0)
    facts = {"triples": len(loaded.store), "graphs": loaded.graphs, "identity": loaded.identity}
    facts |= {"prefixes": loaded.prefixes, "base": loaded.base_iri, "files": loaded.files}
    if store:  # its threads do not survive a fork: each worker opens it for itself
        loaded = replace(loaded, store=None)  # type: ignore[arg-type]
    preload()
    control.sendall(frame_of(facts))
    gc.collect()
    gc.freeze()
    gc.disable()
    _obey(control, loaded, store, limits)


def _held(folder: str) -> HeldFolder:
    """Return the folder of a store, which builds leave on the disk as long as workers may open it."""
    try:
        return HeldFolder(Path(folder))
    except OSError as error:
        raise _ERRORS.broken("no-store", folder, reason=reason(error)) from error


def _obey(control: socket.socket, loaded: SharedGraph, store: HeldFolder | None, limits: Limits) -> NoReturn:
    """Fork, demote and kill workers until the other side has gone, then take all of them along."""
    children: set[int] = set()
    while True:
        order, numbers = _next_order(control)
        if len(order) < ORDER.size:
            if store:
                store.close([file.name for file in store.place().iterdir()])
            os.killpg(0, signal.SIGKILL)
        what, pid = ORDER.unpack(order)
        if what == FORK:
            children |= {_forked(control, numbers[0], loaded, store, limits)} - {-1}
        elif what == REAP:
            _reap(control, children, pid)
        elif pid in children:
            _ORDERS[what](pid)


def _next_order(control: socket.socket) -> tuple[bytes, list[int]]:
    """Return the next order and the sockets that came with it; nothing where the other side has gone."""
    try:
        order, numbers, _, _ = socket.recv_fds(control, ORDER.size, 1)
    except ConnectionResetError:
        return b"", []
    return order, numbers


def _reap(control: socket.socket, children: set[int], pid: int) -> None:
    """Report how the worker *pid* ended; 0 stands for those that ended before they could say their number."""
    if pid in children:
        children.discard(pid)
        ended = ENDED.pack(pid, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the server has gone: the next order tells so
            control.sendall(ended)
    elif pid == 0:
        for child in [child for child in children if os.waitid(os.P_PID, child, _PEEK)]:
            _reap(control, children, child)


def _forked(control: socket.socket, number: int, loaded: SharedGraph, store: HeldFolder | None, limits: Limits) -> int:
    """Return the process id of a new worker, whose socket has the *number*; the worker itself does not return."""
    try:
        pid = os.fork()
    except OSError:  # too many processes, or too little memory: the server tries again
        pid = -1
    if pid:
        os.close(number)
        return pid
    try:
        place = store.place() if store else None
        control.close()
        stream = socket.socket(fileno=os.dup2(number, 3))
        os.closerange(4, 256)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # the engine's last words are told to who asked, not here
        os.closerange(4, 256)
        if place:
            from efa_lod.sparql.queries import open_store

            loaded = replace(loaded, store=open_store(place))
        confine(limits, opens_files=bool(place))
        work(stream, loaded, limits)
    finally:
        os._exit(0)


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
