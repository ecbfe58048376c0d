"""Run through records of any number in batches, on one process or several, in order and in bounded memory.

The input is cut into batches; a ``Road`` turns each of them, knowing nothing of the others, into an ``Outcome``:
results, counts, and the bytes of every format. Outcomes come in the order of the batches wherever they were made, so
the output does not depend on how many processes there are.
"""

import gzip
import io
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import traceback
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from multiprocessing.connection import wait
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast

from efa_lod.advice import advice_on
from efa_lod.context import Context
from efa_lod.errors import BrokenInput, EfaLodError
from efa_lod.exports import BY_NAME, Batch
from efa_lod.files import opened, whole
from efa_lod.identifiers import Identifiers, parts_of
from efa_lod.publication import Publication
from efa_lod.reading import MAX_BYTES, READERS, Document, read_documents, read_json_lines, suffix_of
from efa_lod.records import with_context
from efa_lod.results import Result, conforms, in_order
from efa_lod.tally import Tally
from efa_lod.validation import Shapes, Validation

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

STDIN = "-"
RECORDS = 500
"""Most lines or files in a batch."""
BATCH_BYTES = 4_000_000
"""Bytes after which a batch is full."""
AHEAD = 2
"""How many batches wait or are worked on for each process, so that none is idle and memory stays bounded."""
_LINES = (".jsonl", ".jsonl.gz")
MOST_RESULTS = 10_000
"""Results after which reading on would only tell more of the same."""


class WorkerDied(EfaLodError):
    """A process that worked on a batch was killed, or could not begin."""


# --- cutting the input ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """A file called *name*, or *data* of it in the format of *suffix*; of lines, the first *before* came earlier.

    *read* is how many bytes of the file were read for it; a packed file is longer than that when unpacked.
    """

    name: str
    suffix: str
    read: int
    data: bytes | None = None
    before: int = 0

    def __str__(self) -> str:
        if self.suffix != ".jsonl" or self.data is None:
            return self.name
        lines = len(self.data.splitlines())
        return f"{self.name}:{self.before + 1}-{self.before + lines}"

    def documents(self) -> Iterator[Document]:
        """Yield the records; raise BrokenInput for what is none."""
        if self.data is None:
            found = read_documents(Path(self.name))
        elif self.suffix == ".jsonl":
            found = read_json_lines(io.BytesIO(self.data), self.name, self.before)
        else:
            found = READERS[self.suffix](io.BytesIO(self.data), self.name)
        records = 0
        for records, document in enumerate(found, 1):  # noqa: B007 – the count is used below
            yield with_context(document)
        if not records and self.suffix != ".jsonl":  # lines are counted where they are cut
            raise _without_records(self.name)


def batches(files: Iterable[str], stdin: str = ".jsonl") -> Iterator[list[Piece]]:
    """Yield the records of *files* in batches, in order; ``-`` is standard input, in the format that *stdin* names.

    Raise BrokenInput for what cannot be read.
    """
    batch: list[Piece] = []
    size = 0
    for piece in chain.from_iterable(_pieces(file, stdin) for file in files):
        batch.append(piece)
        size += piece.read
        if piece.suffix in _LINES or len(batch) >= RECORDS or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _without_records(name: str) -> BrokenInput:
    return BrokenInput(f"{name}: expected at least one record, found none")


def _pieces(file: str, stdin: str) -> Iterator[Piece]:
    if file == STDIN:
        if stdin not in READERS:
            raise BrokenInput(f"<stdin>: expected a format that is one of {', '.join(READERS)}, found '{stdin}'")
        if sys.stdin is None:
            raise BrokenInput("<stdin>: cannot be read: it is closed")
        if stdin in _LINES:
            yield from _unpacked(sys.stdin.buffer, "<stdin>", stdin)
        else:
            data = whole(sys.stdin.buffer, "<stdin>", MAX_BYTES)
            yield Piece("<stdin>", stdin, len(data), data)
    else:
        with opened(Path(file)) as stream:
            if (suffix := suffix_of(file)) in _LINES:
                yield from _unpacked(stream, file, suffix)
            elif suffix == ".jsonld":  # in JSON-LD, what names our context is a record like any other
                data = stream.read(MAX_BYTES + 1)
                yield Piece(file, ".json", len(data), data)
            else:
                yield Piece(file, suffix, os.fstat(stream.fileno()).st_size)


def _unpacked(stream: BinaryIO, name: str, suffix: str) -> Iterator[Piece]:
    try:
        if suffix == ".jsonl":
            yield from _lines(stream, name, None)
        else:
            with gzip.open(stream) as lines:
                yield from _lines(cast(BinaryIO, lines), name, stream)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BrokenInput(f"{name}: not readable as gzip: {error}") from error
    except OSError as error:
        raise BrokenInput(f"{name}: cannot be read: {error.strerror}") from error


def _lines(stream: BinaryIO, name: str, packed: BinaryIO | None) -> Iterator[Piece]:
    """Yield the lines of *stream*, many at once; *packed* is the file that they are unpacked from."""
    before = position = 0
    lines: list[bytes] = []
    size = 0
    blank = True
    while line := stream.readline(MAX_BYTES + 1):
        lines.append(line)
        size += len(line)
        blank = blank and not line.strip()
        if len(lines) >= RECORDS or size >= BATCH_BYTES:
            now = packed.tell() if packed and packed.seekable() else position + size
            yield Piece(name, ".jsonl", now - position, b"".join(lines), before)
            before, position, size, lines = before + len(lines), now, 0, []
    if blank:
        raise _without_records(name)
    if lines:
        yield Piece(name, ".jsonl", 0 if packed else size, b"".join(lines), before)


# --- what becomes of a batch ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What a batch came to.

    *written* holds the bytes of each format by name, nothing where there is a violation; *described* the parts for
    ``identifiers.Identifiers``; *files* what the writer of the records' own files returned.
    """

    records: int
    results: list[Result]
    counted: Tally
    described: list[bytes]
    written: dict[str, bytes]
    files: Any = None


class OwnFiles(Protocol):
    """What writes the files that each record has of its own; it is sent to the processes that work on batches."""

    def __call__(self, documents: Sequence[Document]) -> Any:
        """Write the files of *documents* and return what is to be known of them, for ``Outcome.files``."""


class Road:
    """The way that every batch takes: read, expand, validate, count, write."""

    def __init__(
        self,
        publication: Publication,
        context: Context,
        shapes: Shapes,
        beside: Sequence[Document],
        formats: Sequence[str] = (),
        advice: bool = False,
        own_files: OwnFiles | None = None,
    ) -> None:
        """Validate against *shapes*, *beside* what the records share; write *formats*, and files for each record.

        With *advice* come warnings of what no shape says: what may be about a person, and what was confirmed long ago.
        """
        self.context = context
        self._validate = Validation(publication, context, shapes, beside)
        self._shared = {document.value["id"]: document.value for document in beside}
        self._formats = tuple(formats)
        self._today = date.today() if advice else None
        self._own_files = own_files

    def __call__(self, pieces: Sequence[Piece]) -> Outcome:
        """Return what *pieces* come to; raise BrokenInput where they cannot be read."""
        return self.outcome(list(chain.from_iterable(piece.documents() for piece in pieces)))

    def outcome(self, documents: Sequence[Document]) -> Outcome:
        """Return what *documents* come to; of a batch with a violation nothing is written, which writers rely on."""
        found = self._validate(documents)
        results = found.results
        if self._today:
            results = in_order([*results, *advice_on(documents, self._today)])
        statements = list(chain.from_iterable(found.statements))
        batch = Batch(found.documents, statements, self._shared, first=False)
        usable = conforms(results)
        return Outcome(
            records=len(documents),
            results=results,
            counted=Tally.of(statements, self.context.base_iri) if self._formats else Tally(),
            described=parts_of(found.documents, found.described, self.context),
            written={name: BY_NAME[name].body(batch, self.context) for name in self._formats if usable},
            files=self._own_files(found.documents) if self._own_files and usable else None,
        )


# --- one process or several -----------------------------------------------------------------------------------------


def results_of(
    road: Road,
    files: Iterable[str],
    stdin: str,
    jobs: int,
    read: Callable[[int, int], None],
    described: Sequence[bytes] = (),
    take: Callable[[Outcome, Sequence[Result]], None] = lambda outcome, results: None,
) -> list[Result]:
    """Return what is found in the records of *files*, and what of them is described twice: MOST_RESULTS at most.

    *described* are the parts of what is described elsewhere (``identifiers.parts_of``). *take* is given each outcome in
    its turn, with the results so far; *read* is told of each batch its bytes and how many records are done. Raise what
    ``batches`` and ``outcomes`` raise.
    """
    results: list[Result] = []
    done = 0

    def work() -> Iterator[list[Piece]]:
        for batch in batches(files, stdin):
            yield batch
            read(sum(piece.read for piece in batch), done)

    with Identifiers() as identifiers:
        if described:
            identifiers.add(described)
        for outcome in outcomes(road, work(), jobs):
            done += outcome.records
            results += outcome.results[: MOST_RESULTS - len(results)]
            identifiers.add(outcome.described)
            take(outcome, results)
            if len(results) == MOST_RESULTS:
                break
        results += identifiers.repeated(road.context, MOST_RESULTS - len(results))
    return in_order(results)


def outcomes(road: Road, work: Iterable[list[Piece]], jobs: int = 1) -> Iterator[Outcome]:
    """Yield what each batch of *work* comes to, in order, with *jobs* processes.

    Batches are taken no faster than outcomes are. What *road* or *work* raises is raised where it stands in the order;
    raise WorkerDied, which names the batch, when a process is killed.
    """
    if jobs == 1:
        yield from map(road, work)
        return
    team = _Team(road, jobs)
    given = _with_stop(work)
    try:
        waiting = deque(team.begun(islice(given, jobs * AHEAD)))
        while waiting:
            yield waiting.popleft().result()
            waiting += team.begun(islice(given, 1))
    finally:
        team.end()


def _with_stop(work: Iterable[list[Piece]]) -> Iterator[list[Piece] | Exception]:
    """Yield the batches of *work*, and what ends them if it is an error."""
    try:
        yield from work
    except Exception as error:
        yield error


class _Team:
    """Processes that work on batches, and a thread for each that hands them over."""

    def __init__(self, road: Road, size: int) -> None:
        self._road = pickle.dumps(road, pickle.HIGHEST_PROTOCOL)
        self._size = size
        self._all: list[_Worker] = []
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._threads = ThreadPoolExecutor(size)

    def begun(self, work: Iterable[list[Piece] | Exception]) -> Iterator[Future[Outcome]]:
        """Yield what will be the outcome of each of *work*, or the error in its place."""
        for batch in work:
            if isinstance(batch, Exception):
                future: Future[Outcome] = Future()
                future.set_exception(batch)
                yield future
                continue
            if len(self._all) < self._size:
                with _undisturbed():
                    self._all.append(_Worker(self._road))
                self._idle.put(self._all[-1])
            yield self._threads.submit(self._outcome, batch)

    def _outcome(self, batch: list[Piece]) -> Outcome:
        worker = self._idle.get()
        try:
            return worker(batch)
        finally:
            self._idle.put(worker)

    def end(self) -> None:
        """End all processes, whatever they are doing, and then the threads, which have nobody to wait for."""
        with _undisturbed():
            self._threads.shutdown(wait=False, cancel_futures=True)
            for worker in self._all:
                worker.end()
            self._threads.shutdown()
            for worker in self._all:
                worker.close()


class _Worker:
    """A process that takes one batch after another, by a pipe of its own.

    The pipe ends with the process. In a ProcessPoolExecutor all share one, and the reader waits for ever for the rest
    of an outcome when a process is killed while it hands it over.
    """

    def __init__(self, road: bytes) -> None:
        # Not forked: the engines have threads, which a fork leaves behind with whatever they hold.
        context = multiprocessing.get_context("spawn")
        self._road: bytes | None = road
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        try:
            self._process.start()
        except OSError as error:
            raise WorkerDied(f"no process can be started: {error.strerror} – fewer need less (--jobs)") from error
        theirs.close()

    def __call__(self, batch: list[Piece]) -> Outcome:
        """Return what *batch* comes to, or raise what the road raised."""
        try:
            if self._road:
                self._pipe.send_bytes(self._road)
                self._road = None
            self._pipe.send(batch)
            found: Outcome | Exception = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise WorkerDied(
                f"a process was killed while it worked on {_name(batch)} – is the memory full? Fewer need less (--jobs)"
            ) from error
        if isinstance(found, Exception):
            raise found
        return found

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.join(_LONGEST_END)

    def close(self) -> None:
        """Close the pipe to it, which nobody may be reading."""
        self._pipe.close()


_LONGEST_END = 5
"""Seconds to wait for the end of a process that was killed."""


def _name(batch: list[Piece]) -> str:
    """Return how *batch* is called in a message."""
    return str(batch[0]) if len(batch) == 1 else f"{batch[0]} to {batch[-1]}"


_STOPS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C and the like wait until a process has begun, which for its part does not hear of them."""
    heard: list[int] = []
    handlers: dict[int, Any] = {}
    before: Iterable[int] = ()
    if threading.current_thread() is threading.main_thread():  # the only one in which they are handled
        handlers = {stop: signal.signal(stop, lambda number, frame: heard.append(number)) for stop in _STOPS}
    if hasattr(signal, "pthread_sigmask"):  # what is blocked here, a new process does not hear from its first moment on
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()  # when it begins, it would unblock them
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    try:
        yield
    finally:
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for stop, handler in handlers.items():
            signal.signal(stop, handler)
        for stop in heard:
            signal.raise_signal(stop)


def _serve(pipe: "Connection[Any, Any]") -> None:
    """Take a road and then batches from *pipe*, and give outcomes; end with the process at the other side."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    threading.Thread(target=_end_with_parent, daemon=True).start()
    road: Road = pickle.loads(pipe.recv_bytes())
    while True:
        batch: list[Piece] = pipe.recv()
        found: Outcome | Exception
        try:
            found = road(batch)
        except Exception as error:
            error.add_note(traceback.format_exc())
            found = error
        pipe.send(found)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        wait([parent.sentinel])
        os._exit(1)
