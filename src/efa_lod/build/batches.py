"""Run through records of any number in batches, on one process or several, in order and in bounded memory.

The input is cut into batches; a ``BatchPipeline`` turns each of them, knowing nothing of the others, into a
``BatchResult``: results, counts, and the bytes of every format. Outcomes come in the order of the batches wherever they
were made, so the output does not depend on how many processes there are.
"""

import io
import os
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from efa_lod.build.identifiers import Identifiers, parts_of
from efa_lod.build.processes import ProcessPool
from efa_lod.errors import BrokenInput, in_german
from efa_lod.io.documents import READING_MESSAGES
from efa_lod.io.files import opened, read_whole
from efa_lod.io.json import lines_of
from efa_lod.io.reading import MAX_BYTES, READERS, Document, read_documents, read_json_lines, suffix_of
from efa_lod.model.context import Context
from efa_lod.model.origins import NO_FACTS, named_origins, origins_by_statement
from efa_lod.model.publication import Publication
from efa_lod.model.records import with_context
from efa_lod.model.results import Result, conforms, in_order
from efa_lod.model.row_facts import read_facts
from efa_lod.rdf.predicate_index import PredicateIndex
from efa_lod.rdf.statistics import Statistics
from efa_lod.validation.advice import advice_on
from efa_lod.validation.shacl import BatchValidation, Shapes, Validation

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
    return READING_MESSAGES.broken("no-records", name)


def _pieces(file: str, stdin: str) -> Iterator[Piece]:
    if file == STDIN:
        if stdin not in READERS:
            raise READING_MESSAGES.broken("stdin-format", "<stdin>", known=", ".join(READERS), suffix=stdin)
        if sys.stdin is None:
            raise READING_MESSAGES.broken("stdin-closed", "<stdin>")
        if stdin in _LINES:
            yield from _unpacked(sys.stdin.buffer, "<stdin>", stdin)
        else:
            data = read_whole(sys.stdin.buffer, "<stdin>", MAX_BYTES)
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
        yield from _lines(stream, name, None) if suffix == ".jsonl" else _packed_lines(stream, name)
    except OSError as error:
        raise READING_MESSAGES.broken("unreadable", name, reason=(error.strerror, in_german(error))) from error


def _packed_lines(stream: BinaryIO, name: str) -> Iterator[Piece]:
    import gzip  # most that is read is not packed

    try:
        with gzip.open(stream) as lines:
            yield from _lines(cast(BinaryIO, lines), name, stream)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise READING_MESSAGES.broken("gzip", name) from error


def _lines(stream: BinaryIO, name: str, packed: BinaryIO | None) -> Iterator[Piece]:
    """Yield the lines of *stream*, many at once; *packed* is the file that they are unpacked from."""
    before = position = 0
    lines: list[bytes] = []
    size = 0
    blank = True
    for line in lines_of(stream, name):
        lines.append(line)
        size += len(line)
        blank = blank and line.isspace()
        if len(lines) >= RECORDS or size >= BATCH_BYTES:
            now = packed.tell() if packed and packed.seekable() else position + size
            yield Piece(name, ".jsonl", now - position, b"".join(lines), before)
            before, position, size, lines = before + len(lines), now, 0, []
    if blank:
        raise _without_records(name)
    if lines:
        yield Piece(name, ".jsonl", 0 if packed else size, b"".join(lines), before)


@dataclass(frozen=True)
class BatchResult:
    """What a batch came to.

    *written* holds the bytes of each format by name, in pieces, nothing where there is a violation; *described* the
    parts for ``identifiers.Identifiers``; *files* what the writer of the records' own files returned; *named* what the
    nodes say that name statements, where these are written.
    """

    records: int
    results: list[Result]
    counted: Statistics
    described: list[bytes]
    written: dict[str, list[bytes]]
    files: object = None
    named: Statistics = field(default_factory=Statistics)

    def __getstate__(self) -> dict[str, object]:
        """Return what goes to another process, in which the bytes of the formats need not be copied into a message."""
        from pickle import PickleBuffer  # one process sends nothing

        written = {name: [*map(PickleBuffer, pieces)] for name, pieces in self.written.items()}
        return {**self.__dict__, "written": written}


class OwnFiles(Protocol):
    """What writes the files that each record has of its own; it is sent to the processes that work on batches."""

    def __call__(self, documents: Sequence[Document]) -> object:
        """Write the files of *documents* and return what is to be known of them, for ``Outcome.files``."""


class BatchPipeline:
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
        self._names_origins = self._annotates = False
        if formats:
            from efa_lod.rdf.formats import ANNOTATED_FORMATS, ORIGIN_FORMATS

            self._names_origins = not set(formats).isdisjoint(form.name for form in ORIGIN_FORMATS)
            self._annotates = not set(formats).isdisjoint(form.name for form in ANNOTATED_FORMATS)
        self._facts = read_facts(publication) if self._names_origins or self._annotates else NO_FACTS
        self._today = date.today() if advice else None
        self._own_files = own_files

    def __call__(self, pieces: Sequence[Piece]) -> BatchResult:
        """Return what *pieces* come to; raise BrokenInput where they cannot be read."""
        return self.outcome(list(chain.from_iterable(piece.documents() for piece in pieces)))

    def outcome(self, documents: Sequence[Document]) -> BatchResult:
        """Return what *documents* come to; of a batch with a violation nothing is written, which writers rely on."""
        found = self._validate(documents)
        results = found.results
        if self._today:
            results = in_order([*results, *advice_on(documents, self._today)])
        usable = conforms(results)
        written, named = self._written(found) if usable and self._formats else ({}, Statistics())
        return BatchResult(
            records=len(documents),
            results=results,
            counted=Statistics.of(found.columns, self.context.base_iri) if self._formats else Statistics(),
            described=parts_of(found.documents, found.described, self.context),
            written=written,
            named=named,
            files=self._own_files(found.documents) if self._own_files and usable else None,
        )

    def _written(self, found: BatchValidation) -> tuple[dict[str, list[bytes]], Statistics]:
        """Return what was *found* to be in order, in each format, in pieces, and the counts of what names statements.

        All formats of some records are written before the next: what they say is then still in the processor's cache.
        """
        from efa_lod.rdf.formats import WRITERS, RecordBatch  # a check writes nothing

        written: dict[str, list[bytes]] = {name: [] for name in self._formats}
        named = Statistics()
        for start in range(0, len(found.documents), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            said = [statement for of_record in found.statements[some] for statement in of_record]
            batch = RecordBatch(found.documents[some], said, self._shared, first=False)
            if self._names_origins or self._annotates:
                origins = origins_by_statement(batch.documents, self.context, self._facts, self._shared)
                batch = replace(batch, origins=origins)
            if self._names_origins:
                nodes = list(named_origins(batch.origins, self.context.base_iri))
                named += Statistics.of(PredicateIndex(nodes), self.context.base_iri)
            for name, pieces in written.items():
                pieces.append(WRITERS[name].body(batch, self.context))
        return written, named


def results_of(
    pipeline: BatchPipeline,
    files: Iterable[str],
    stdin: str,
    team: ProcessPool,
    read: Callable[[int, int], None],
    described: Sequence[bytes] = (),
    take: Callable[[BatchResult, Sequence[Result]], None] = lambda outcome, results: None,
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
        for outcome in outcomes(pipeline, work(), team):
            done += outcome.records
            results += outcome.results[: MOST_RESULTS - len(results)]
            identifiers.add(outcome.described)
            take(outcome, results)
            if len(results) == MOST_RESULTS:
                break
        results += identifiers.repeated(pipeline.context, MOST_RESULTS - len(results))
    return in_order(results)


def process_pool(jobs: int) -> ProcessPool:
    """Return *jobs* processes that can work on batches."""
    return ProcessPool(jobs, __name__)


def outcomes(pipeline: BatchPipeline, work: Iterable[list[Piece]], team: ProcessPool) -> Iterator[BatchResult]:
    """Yield what each batch of *work* comes to, in order, with the processes of *team*.

    Raise what *pipeline* or *work* raises, and ``processes.WorkerDied``, which names the batch, when a process is
    killed.
    """
    return team.each(pipeline, work, _name)


def _name(batch: list[Piece]) -> str:
    """Return how *batch* is called in a message."""
    return str(batch[0]) if len(batch) == 1 else f"{batch[0]} to {batch[-1]}"
