"""What writes a format: how a file begins, what a batch of records becomes, how a file ends."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from efa_lod.io.reading import Document
from efa_lod.model.context import Context
from efa_lod.model.expansion import Statement


@dataclass(frozen=True)
class OutputFile:
    """A file to write: *path* below the folder, *media_type*, *content* in pieces, number of *triples* if it is RDF."""

    path: str
    media_type: str
    content: Iterable[bytes]
    triples: int | None = None

    @property
    def data(self) -> bytes:
        """Return the whole content; pieces that are made when they are asked for are gone afterwards."""
        return b"".join(self.content)


@dataclass(frozen=True)
class RecordBatch:
    """Some records and what they say; *shared* are the records that they refer to, by reference as written.

    *first* is false where another batch stands before this one in the file. *origins* tell where each statement comes
    from, for those formats that say so.
    """

    documents: Sequence[Document]
    statements: Sequence[Statement]
    shared: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    first: bool = True
    origins: Mapping[Statement, str] = field(default_factory=dict)

    @cached_property
    def by_subject(self) -> Mapping[str, Mapping[tuple[str, str], Sequence[str]]]:
        """Return what is said: by subject, then by property and kind of value (``iri``, ``@de``, a datatype).

        A dozen tables are made of it, so it is worked out once.
        """
        found: dict[str, dict[tuple[str, str], list[str]]] = {}
        for subject, predicate, value in self.statements:
            kind = "iri" if value[0] == "<" else value[value.rindex('"') + 1 :]
            kind = kind[3:-1] if kind[:1] == "^" else kind
            found.setdefault(subject, {}).setdefault((predicate, kind), []).append(value)
        return found


@dataclass(frozen=True)
class Format:
    """A format: its *name* on the command line, file *suffix*, exact *media_type*, EU *file_type*, title and writer."""

    name: str
    suffix: str
    media_type: str
    file_type: str
    title: str
    body: Callable[[RecordBatch, Context], bytes]
    head: Callable[[Context], bytes] = lambda context: b""
    tail: bytes = b""
    holds_all: bool = True  # False for a table, which is a view of the records and not their whole graph
    about: Mapping[str, str] = field(default_factory=dict)  # what the file offers, by language, for the catalogue

    def write(self, batches: Iterable[RecordBatch], context: Context) -> Iterator[bytes]:
        """Yield the bytes of a file that holds *batches*, in order."""
        yield self.head(context)
        yield from (self.body(batch, context) for batch in batches)
        if self.tail:
            yield self.tail


def encoded(pieces: Sequence[str]) -> bytes:
    """Return *pieces* one after another in UTF-8, made in short texts that stay in the processor's cache."""
    return b"".join(["".join(pieces[i : i + _SHORT]).encode() for i in range(0, len(pieces), _SHORT)])


_SHORT = 64
