"""Run through records of any number in batches, on one process or several, in order and in bounded memory.

The input is cut into batches; a ``Road`` turns each of them, knowing nothing of the others, into an ``Outcome``:
results, counts, and the bytes of every format. Outcomes come in the order of the batches wherever they were made, so
the output does not depend on how many processes there are.
"""

import gzip
import io
import os
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from pickle import PickleBuffer
from typing import Any, BinaryIO, Protocol, cast

from efa_lod.build.identifiers import Identifiers, parts_of
from efa_lod.build.processes import Team
from efa_lod.errors import BrokenInput
from efa_lod.io.files import opened, whole
from efa_lod.io.reading import MAX_BYTES, READERS, Document, read_documents, read_json_lines, suffix_of
from efa_lod.model.context import Context
from efa_lod.model.publication import Publication
from efa_lod.model.records import with_context
from efa_lod.model.results import Result, conforms, in_order
from efa_lod.rdf.formats import BY_NAME, Batch
from efa_lod.rdf.statistics import Tally
from efa_lod.validation.advice import advice_on
from efa_lod.validation.shacl import Shapes, Validated, Validation

STDIN = "-"
RECORDS = 300
"""Most lines or files in a batch."""
_AT_ONCE = 100
"""Records of a batch that are written in one format after another before the next are."""
BATCH_BYTES = 4_000_000
"""Bytes after which a batch is full."""
_LINES = (".jsonl", ".jsonl.gz")
MOST_RESULTS = 10_000
"""Results after which reading on would only tell more of the same."""


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

    *written* holds the bytes of each format by name, in pieces, nothing where there is a violation; *described* the
    parts for ``identifiers.Identifiers``; *files* what the writer of the records' own files returned.
    """

    records: int
    results: list[Result]
    counted: Tally
    described: list[bytes]
    written: dict[str, list[bytes]]
    files: Any = None

    def __getstate__(self) -> dict[str, Any]:
        """Return what goes to another process, in which the bytes of the formats need not be copied into a message."""
        written = {name: [*map(PickleBuffer, pieces)] for name, pieces in self.written.items()}
        return {**self.__dict__, "written": written}


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
        usable = conforms(results)
        return Outcome(
            records=len(documents),
            results=results,
            counted=Tally.of(found.columns, self.context.base_iri) if self._formats else Tally(),
            described=parts_of(found.documents, found.described, self.context),
            written=self._written(found) if usable else {},
            files=self._own_files(found.documents) if self._own_files and usable else None,
        )

    def _written(self, found: Validated) -> dict[str, list[bytes]]:
        """Return what was *found* to be in order, in each format, in pieces.

        All formats of some records are written before the next: what they say is then still in the processor's cache.
        """
        written: dict[str, list[bytes]] = {name: [] for name in self._formats}
        for start in range(0, len(found.documents), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            said = [statement for of_record in found.statements[some] for statement in of_record]
            batch = Batch(found.documents[some], said, self._shared, first=False)
            for name, pieces in written.items():
                pieces.append(BY_NAME[name].body(batch, self.context))
        return written


# --- one process or several -----------------------------------------------------------------------------------------


def results_of(
    road: Road,
    files: Iterable[str],
    stdin: str,
    team: Team,
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
        for outcome in outcomes(road, work(), team):
            done += outcome.records
            results += outcome.results[: MOST_RESULTS - len(results)]
            identifiers.add(outcome.described)
            take(outcome, results)
            if len(results) == MOST_RESULTS:
                break
        results += identifiers.repeated(road.context, MOST_RESULTS - len(results))
    return in_order(results)


def team(jobs: int) -> Team:
    """Return *jobs* processes that can work on batches."""
    return Team(jobs, __name__)


def outcomes(road: Road, work: Iterable[list[Piece]], team: Team) -> Iterator[Outcome]:
    """Yield what each batch of *work* comes to, in order, with the processes of *team*.

    Raise what *road* or *work* raises, and ``processes.WorkerDied``, which names the batch, when a process is killed.
    """
    return team.each(road, work, _name)


def _name(batch: list[Piece]) -> str:
    """Return how *batch* is called in a message."""
    return str(batch[0]) if len(batch) == 1 else f"{batch[0]} to {batch[-1]}"
