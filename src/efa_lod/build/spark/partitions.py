"""What is done with a partition on the machine that works on it."""

import hashlib
import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from efa_lod.build.batches import BatchPipeline, BatchResult
from efa_lod.build.spark.reading import Split, pieces
from efa_lod.errors import EfaLodError
from efa_lod.io.messages import Bilingual, reason
from efa_lod.model.context import Context
from efa_lod.rdf.formats import BY_NAME, Format
from efa_lod.rdf.statistics import Statistics

PartitionPiece = tuple[str, bytes]
"""The name and the content of a piece of what a partition comes to; the name is that of a format or one of these."""
SUMMARY, RESULTS, DESCRIBED = "summary", "results", "described"
_PIECE_BYTES = 256_000


@dataclass
class Summary:
    """What the partition *number* came to: counts, size and digest of its part of each dump, or why it *stopped*."""

    number: int
    records: int = 0
    results: int = 0
    counted: Statistics = field(default_factory=Statistics)
    parts: dict[str, tuple[int, str]] = field(default_factory=dict)
    stopped: Bilingual | None = None

    def add(self, outcome: BatchResult) -> None:
        """Count *outcome*."""
        self.records += outcome.records
        self.results += len(outcome.results)
        self.counted += outcome.counted


@dataclass(frozen=True)
class Work:
    """What is done with a partition; it is sent to the machines once, and reads no file there."""

    pipeline: BatchPipeline
    before: Mapping[Split, tuple[str, int]]
    context: Context
    formats: Sequence[str] = ()

    def __call__(self, number: int, lines: Iterable[Any]) -> Iterator[PartitionPiece]:
        """Yield what *lines* come to, a summary last; after a batch that cannot be read, no more."""
        summary = Summary(number)
        parts = [Part(BY_NAME[name], self.context) for name in self.formats]
        try:
            for outcome in self._outcomes(lines):
                summary.add(outcome)
                for piece in in_lines(b"".join(outcome.described)):
                    yield DESCRIBED, piece
                if outcome.results:
                    yield RESULTS, pickle.dumps(outcome.results)
                for part in parts:
                    yield from part.add(b"".join(outcome.written.get(part.form.name, ())))
            for part in parts:
                yield from part.end()
            summary.parts = {part.form.name: (part.size, part.sha256) for part in parts if part.size}
        except EfaLodError as error:
            summary.stopped = reason(error)
        yield SUMMARY, pickle.dumps(summary)

    def _outcomes(self, lines: Iterable[Any]) -> Iterator[BatchResult]:
        for (path, start), group in groupby(lines, key=lambda line: (line[1], line[2])):
            name, before = self.before[path, start]
            yield from (self.pipeline([piece]) for piece in pieces(group, name, before))


class Part:
    """A part of a dump that is a file of its own, in pieces that Spark ends with a line break; empty without records.

    *size* and *sha256* are those of the file that comes of it.
    """

    def __init__(self, form: Format, context: Context) -> None:
        self.form = form
        self.size = 0
        self._context = context
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Return the digest of what was added, in hexadecimal digits."""
        return self._digest.hexdigest()

    def add(self, body: bytes) -> Iterator[PartitionPiece]:
        """Yield the pieces of what a batch became in this format, after the beginning of the file where it is first."""
        if self.size or not body:
            yield from self._pieces(body)
        else:
            yield from self._pieces(self.form.head(self._context))
            yield from self._pieces(body.removeprefix(b",\n"))  # between the objects of JSON-LD

    def end(self) -> Iterator[PartitionPiece]:
        """Yield what stands at the end of the file."""
        if self.size:
            yield from self._pieces(self.form.tail.removeprefix(b"\n"))  # the break is there already

    def _pieces(self, data: bytes) -> Iterator[PartitionPiece]:
        for piece in in_lines(data):
            self._digest.update(piece + b"\n")
            self.size += len(piece) + 1
            yield self.form.name, piece


def in_lines(data: bytes) -> Iterator[bytes]:
    """Yield *data* in pieces of whole lines, each without its last line break: Spark holds a hundred at a time."""
    data = data.removesuffix(b"\n")
    begin = 0
    while 0 <= begin < len(data):
        end = data.find(b"\n", begin + _PIECE_BYTES)
        yield data[begin:] if end < 0 else data[begin:end]
        begin = end + 1 if end >= 0 else end
