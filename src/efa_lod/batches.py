"""Run through records of any number in batches, on one process or several, in order and in bounded memory.

The input is cut into batches; a ``Road`` turns each of them, knowing nothing of the others, into an ``Outcome``:
results, counts, and the bytes of every format. Outcomes come in the order of the batches wherever they were made, so
the output does not depend on how many processes there are.
"""

import gzip
import io
import multiprocessing
import os
import signal
import sys
import threading
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from efa_lod.context import Context
from efa_lod.errors import BrokenInput, EfaLodError
from efa_lod.exports import BY_NAME, Batch
from efa_lod.files import opened
from efa_lod.identifiers import parts_of
from efa_lod.privacy import privacy_results
from efa_lod.publication import Publication
from efa_lod.reading import MAX_BYTES, READERS, Document, read_documents, read_json_lines, suffix_of
from efa_lod.records import with_context
from efa_lod.results import Result
from efa_lod.tally import Tally
from efa_lod.validation import Shapes, Validation

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
    """A process that worked on a batch was killed."""


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
        lines = self.data.count(b"\n")
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
        if not records and not self.before:
            raise BrokenInput(f"{self.name}: expected at least one record, found none")


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


def _pieces(file: str, stdin: str) -> Iterator[Piece]:
    if file == STDIN:
        if stdin in _LINES:
            yield from _unpacked(sys.stdin.buffer, "<stdin>", stdin)
        else:
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
            yield Piece("<stdin>", stdin, len(data), data)
    else:
        with opened(Path(file)) as stream:
            if (suffix := suffix_of(file)) in _LINES:
                yield from _unpacked(stream, file, suffix)
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
    while line := stream.readline(MAX_BYTES + 1):
        lines.append(line)
        size += len(line)
        if len(lines) >= RECORDS or size >= BATCH_BYTES:
            now = packed.tell() if packed and packed.seekable() else position + size
            yield Piece(name, ".jsonl", now - position, b"".join(lines), before)
            before, position, size, lines = before + len(lines), now, 0, []
    if lines or not before:
        yield Piece(name, ".jsonl", 0 if packed else size, b"".join(lines), before)


# --- what becomes of a batch ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What a batch came to.

    *written* holds the bytes of each format by name, *described* the parts for ``identifiers.Identifiers``, *files*
    what the writer of the records' own files returned.
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
        privacy: bool = False,
        own_files: OwnFiles | None = None,
    ) -> None:
        """Validate against *shapes*, *beside* what the records share; write *formats*, and files for each record."""
        self._context = context
        self._validate = Validation(publication, context, shapes, beside)
        self._shared = {document.value["id"]: document.value for document in beside}
        self._formats = tuple(formats)
        self._privacy = privacy
        self._own_files = own_files

    def __call__(self, pieces: Sequence[Piece]) -> Outcome:
        """Return what *pieces* come to; raise BrokenInput where they cannot be read."""
        return self.outcome(list(chain.from_iterable(piece.documents() for piece in pieces)))

    def outcome(self, documents: Sequence[Document]) -> Outcome:
        """Return what *documents* come to."""
        found = self._validate(documents)
        results = found.results + (privacy_results(documents) if self._privacy else [])
        statements = list(chain.from_iterable(found.statements))
        batch = Batch(found.documents, statements, self._shared, first=False)
        return Outcome(
            records=len(documents),
            results=results,
            counted=Tally.of(statements, self._context.base_iri) if self._formats else Tally(),
            described=parts_of(found.documents, found.described, self._context),
            written={name: BY_NAME[name].body(batch, self._context) for name in self._formats},
            files=self._own_files(found.documents) if self._own_files else None,
        )


# --- one process or several -----------------------------------------------------------------------------------------

_road: Road | None = None


def outcomes(road: Road, work: Iterable[list[Piece]], jobs: int = 1) -> Iterator[Outcome]:
    """Yield what each batch of *work* comes to, in order, with *jobs* processes.

    Batches are taken no faster than outcomes are. Raise BrokenInput as *road* does, and WorkerDied, with the batches
    that were worked on, when a process is killed.
    """
    if jobs == 1:
        yield from map(road, work)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    # Not forked: the engines have threads, which a fork leaves behind with whatever they hold.
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin, (road,))
    work = iter(work)
    waiting = deque((batch, pool.submit(_work, batch)) for batch in islice(work, jobs * AHEAD))
    try:
        while waiting:
            yield waiting[0][1].result()
            waiting.popleft()
            waiting += [(batch, pool.submit(_work, batch)) for batch in islice(work, 1)]
    except BrokenProcessPool as error:
        running = ", ".join(str(batch[0]) for batch, future in list(waiting)[:jobs] if future.exception())
        raise WorkerDied(
            f"a process was killed while it worked on {running} – is the memory full? Fewer need less (--jobs)"
        ) from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.kill()


def _begin(road: Road) -> None:
    """Prepare a new process: the one that started it deals with Ctrl-C, and takes it along when it ends."""
    global _road
    _road = road
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        wait([parent.sentinel])
        os._exit(1)


def _work(batch: list[Piece]) -> Outcome:
    assert _road is not None
    return _road(batch)
