"""Compare two graphs of any size as sets of statements, by value, in bounded memory.

Statements go to files on disk by the thing that they are about, all of one thing to one file; two graphs are then
compared file by file. Graphs are without blank nodes, whose names say nothing.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO
from zlib import adler32, crc32

import pyoxigraph as ox

from efa_lod.delivery.values import value_of
from efa_lod.io.messages import Messages, reason

_ERRORS = Messages(__file__, "errors")

_BUCKETS = 64
_PIECE_BYTES = 4_000_000
"""What one file may hold to be compared in one piece; a larger one is read several times, some of its things each."""
MOST_EXAMPLES = 50
"""Most things, statements or literals that a comparison names; all are counted."""
CHUNK_LINES = 20_000


def canonical(chunk: bytes, name: str) -> bytes:
    """Return N-Triples in the one way of writing them that this package compares.

    Raise BrokenInput when *chunk* cannot be read.
    """
    try:
        quads = (quad.triple for quad in ox.parse(chunk, format=ox.RdfFormat.N_TRIPLES))
        return ox.serialize(quads, format=ox.RdfFormat.N_TRIPLES) or b""
    except (SyntaxError, ValueError) as error:
        raise _ERRORS.broken("no-n-triples", name, reason=reason(error)) from error


def thing_of_line(line: bytes) -> bytes:
    """Return the IRI of the thing that a canonical *line* is about, without the fragment of its part."""
    return line[1 : line.index(b">")].partition(b"#")[0] if line.startswith(b"<") else b"_:"


def chunks_of(stream: IO[bytes], name: str, lines: int = CHUNK_LINES) -> Iterator[bytes]:
    """Yield the statements of an N-Triples file in canonical lines, at most *lines* at a time."""
    chunk: list[bytes] = []
    for line in stream:
        chunk.append(line)
        if len(chunk) >= lines:
            yield canonical(b"".join(chunk), name)
            chunk = []
    if chunk:
        yield canonical(b"".join(chunk), name)


class IncomingChunks:
    """Hands N-Triples that come in pieces to *add* in canonical lines, of some megabytes at most at a time."""

    def __init__(self, name: str, add: Callable[[bytes], object]) -> None:
        self._name, self._add = name, add
        self._waiting = bytearray()

    def take(self, piece: bytes) -> None:
        """Take the next *piece*, which may end within a line."""
        self._waiting += piece
        if len(self._waiting) < _PIECE_BYTES:
            return
        end = self._waiting.rfind(b"\n") + 1
        if end:
            self._add(canonical(bytes(self._waiting[:end]), self._name))
            del self._waiting[:end]

    def end(self) -> None:
        """Hand on what is left."""
        self._add(canonical(bytes(self._waiting), self._name))
        self._waiting.clear()


class StatementBuckets:
    """The distinct statements of one graph, on disk, in files by the thing that they are about."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="efa-lod-push")))
        self._files = [self._stack.enter_context((folder / str(n)).open("w+b")) for n in range(_BUCKETS)]

    def __enter__(self) -> "StatementBuckets":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def add(self, chunk: bytes) -> None:
        """Add the canonical lines of *chunk*."""
        waiting: dict[int, list[bytes]] = {}
        before, number = b"", 0
        for line in chunk.splitlines(keepends=True):
            thing = thing_of_line(line)
            if thing != before:
                before, number = thing, crc32(thing) % _BUCKETS
            waiting.setdefault(number, []).append(line)
        for number, lines in waiting.items():
            self._files[number].write(b"".join(lines))

    def add_all(self, chunks: Iterable[bytes]) -> "StatementBuckets":
        """Add the lines of all *chunks*."""
        for chunk in chunks:
            self.add(chunk)
        return self

    def size(self, number: int) -> int:
        """Return the bytes of one file."""
        return self._files[number].seek(0, 2)

    def piece(self, number: int, turn: int, turns: int) -> set[bytes]:
        """Return the statements of one file, each once, whose things have their *turn* of so many *turns*."""
        file = self._files[number]
        file.seek(0)
        if turns == 1:
            lines = set(file.read().splitlines())
        else:
            lines = {line.rstrip(b"\n") for line in file if adler32(thing_of_line(line)) % turns == turn}
        file.seek(0, 2)
        return lines


def _pieces(*graphs: StatementBuckets) -> Iterator[tuple[int, int, int]]:
    """Yield what to ask each of *graphs* for so that all is seen once, a bounded amount at a time."""
    for number in range(_BUCKETS):
        turns = 1 + max(graph.size(number) for graph in graphs) // _PIECE_BYTES
        yield from ((number, turn, turns) for turn in range(turns))


@dataclass
class Rewriting:
    """A literal that a store keeps in another way: what was *sent* and what is *kept* for a subject and property."""

    subject: str
    predicate: str
    sent: str
    kept: str


@dataclass
class Difference:
    """How the graph that is *there* differs from the one *meant*.

    ``rewritten`` literals have the same value in other words, ``altered`` ones another value. ``vanished`` are the
    things that are there and not meant. Of each, the first ``MOST_EXAMPLES`` are kept and all are counted.
    """

    meant: int = 0
    there: int = 0
    missing: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)
    rewritten: list[Rewriting] = field(default_factory=list)
    altered: list[Rewriting] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, kind: str) -> int:
        """Return how many there are of a *kind*, such as ``missing``."""
        return self.counts.get(kind, 0)

    @property
    def is_same(self) -> bool:
        """Return whether both graphs say the same, by value."""
        return not (self.count("missing") or self.count("surplus") or self.count("altered"))

    def note(self, kind: str, examples: list[str] | list[Rewriting]) -> None:
        """Count *examples* of a *kind*, and keep the first."""
        self.counts[kind] = self.count(kind) + len(examples)
        kept = getattr(self, kind)
        kept.extend(examples[: MOST_EXAMPLES - len(kept)])


def difference(meant: StatementBuckets, there: StatementBuckets, every_vanished: set[str] | None = None) -> Difference:
    """Return how *there* differs from *meant*; what vanished is all added to *every_vanished*."""
    found = Difference()
    for which in _pieces(meant, there):
        wanted, given = meant.piece(*which), there.piece(*which)
        found.meant += len(wanted)
        found.there += len(given)
        if wanted == given:
            continue
        vanished = {thing_of_line(line) for line in given} - {thing_of_line(line) for line in wanted}
        names = sorted(thing.decode() for thing in vanished)
        found.note("vanished", names)
        if every_vanished is not None:
            every_vanished.update(names)
        _compare_values(sorted(wanted - given), sorted(given - wanted), found)
    return found


_Key = tuple[str, ...]


def _compare_values(wanted: list[bytes], given: list[bytes], found: Difference) -> None:
    """Note what is left of two lists of statements once those that mean the same are paired."""
    kept = {_meaning(triple): triple for triple in _triples(given)}
    pairs: list[Rewriting] = []
    missing: list[ox.Triple] = []
    matched: set[_Key] = set()
    for triple in _triples(wanted):
        meaning = _meaning(triple)
        if meaning in kept:
            matched.add(meaning)
            pairs.append(_rewriting(triple, kept[meaning]))
        else:
            missing.append(triple)
    found.note("rewritten", pairs)
    surplus = [triple for meaning, triple in kept.items() if meaning not in matched]
    _pair_altered(missing, surplus, found)


def _pair_altered(missing: list[ox.Triple], surplus: list[ox.Triple], found: Difference) -> None:
    """Pair literals of the same subject and property that have another value now; note the rest."""
    waiting: dict[tuple[str, str], list[ox.Triple]] = {}
    for triple in surplus:
        if isinstance(triple.object, ox.Literal):
            waiting.setdefault((str(triple.subject), str(triple.predicate)), []).append(triple)
    altered: list[Rewriting] = []
    lost: list[str] = []
    paired: list[ox.Triple] = []
    for triple in missing:
        others = waiting.get((str(triple.subject), str(triple.predicate)))
        if others and isinstance(triple.object, ox.Literal):
            paired.append(other := others.pop(0))
            altered.append(_rewriting(triple, other))
        else:
            lost.append(f"{triple} .")
    gone = set(map(id, paired))
    found.note("altered", altered)
    found.note("missing", lost)
    found.note("surplus", [f"{triple} ." for triple in surplus if id(triple) not in gone])


def _triples(lines: list[bytes]) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(b"\n".join(lines), format=ox.RdfFormat.N_TRIPLES)]


def _meaning(triple: ox.Triple) -> _Key:
    return (str(triple.subject), str(triple.predicate), *value_of(triple.object))


def _rewriting(sent: ox.Triple, kept: ox.Triple) -> Rewriting:
    return Rewriting(str(sent.subject), str(sent.predicate), str(sent.object), str(kept.object))
