"""Build again and again in one process: an output is made again only when something that it reads has changed.

An output is a function of what a build knows (see ``outputs``). While it runs it is given values that note which of
their attributes it reads, and what it lets derive of them (``Site.derived``); the next time it is run again
unless all of these are equal, and what it gave is written once more. So the bytes are those of a full build. Between
two builds of one ``Rebuilding`` only records may change: for anything else – settings, ontology, shapes, queries,
templates – there is a new one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from efa_lod.build.values import FixedValues
from efa_lod.build.writing import DigestedFile, EarlierFiles, Stamp, digested, stamp_of
from efa_lod.io.reading import Document
from efa_lod.model.context import read_context
from efa_lod.model.gazetteer import Gazetteer, read_gazetteer
from efa_lod.model.publication import Publication
from efa_lod.model.records import read_records
from efa_lod.rdf.formats import OutputFile

_CONSTANT = frozenset(["publication", "context", "gazetteer", "labels", "terms", "maker", "engine", "withdrawn"])
"""Attributes that are the same as long as only records change, or that hold no data."""

_Values = TypeVar("_Values")


class NotedRead(NamedTuple):
    """What was read of values: the attribute at *path*, or with *make* what that derives of the value there."""

    path: tuple[str, ...]
    make: Callable[..., object] | None = None
    given: tuple[object, ...] = ()

    def of(self, values: object) -> object:
        """Return what stands there in *values* now."""
        found: Any = reduce(getattr, self.path, values)
        return found.derived(self.make, *self.given) if self.make else found


class NotedValues:
    """Values that note what is read of them, and what it was: ``states`` of ``site``, or what was derived of it.

    The parts that pages share (*made*) are made for each output by itself, so that what they read is noted for each.
    """

    def __init__(
        self,
        values: Any,
        notes: dict[NotedRead, object],
        path: tuple[str, ...] = (),
        made: dict[object, object] | None = None,
    ) -> None:
        self._values, self._notes, self._path = values, notes, path
        self._made = {} if made is None else made

    def __getattr__(self, name: str) -> Any:
        if name == "made":
            return self._made
        found = getattr(self._values, name)
        if name == "site" and found is not None:
            return NotedValues(found, self._notes, (*self._path, name), self._made)
        if name not in _CONSTANT:
            self._notes[NotedRead((*self._path, name))] = found
        return found

    def derived(self, make: Callable[..., object], *given: object) -> object:
        """Return what *make* derives of the values and *given*; that is noted, and not what *make* reads."""
        found = self._values.derived(make, *given)
        self._notes[NotedRead(self._path, make, given)] = found
        return found


class Rebuilding:
    """What is remembered between builds of one publication: its records as they were read, and the outputs."""

    def __init__(self) -> None:
        self._documents: dict[Path, tuple[Stamp, list[Document]]] = {}
        self._outputs: dict[str, tuple[dict[NotedRead, object], list[DigestedFile]]] = {}
        self._register: list[Gazetteer | None] = []
        self._fixed: FixedValues | None = None
        self.earlier = EarlierFiles()

    def documents(self, publication: Publication) -> list[Document]:
        """Return all records of *publication*; files that have not changed are not read again."""
        files = [*publication.state_files, *publication.shared_files]
        self._documents = {file: self._read(publication, file) for file in files}
        return [document for _, documents in self._documents.values() for document in documents]

    def fixed(self, publication: Publication) -> FixedValues:
        """Return what of *publication* no record changes."""
        if self._fixed is None:
            self._fixed = FixedValues(publication, read_context(publication))
        return self._fixed

    def register(self, publication: Publication) -> Gazetteer | None:
        """Return the register of municipalities of *publication*, read once."""
        if not self._register:
            self._register.append(read_gazetteer(publication))
        return self._register[0]

    def _read(self, publication: Publication, file: Path) -> tuple[Stamp, list[Document]]:
        stamp = stamp_of(file)
        known = self._documents.get(file)
        if known and stamp is not None and known[0] == stamp:
            return known
        return stamp or (0, 0, 0), list(read_records([(file, publication.name_of(file))]))

    def output(
        self, name: str, make: Callable[[_Values], Iterable[OutputFile]], values: _Values
    ) -> Iterator[OutputFile]:
        """Yield what *make* makes of *values*, or what it made the last time where that would be the same."""
        known = self._outputs.get(name)
        if known is None or not _is_unchanged(known[0], values):
            notes: dict[NotedRead, object] = {}
            noted: Any = NotedValues(values, notes)  # in the place of the values themselves
            files = [digested(file) for file in make(noted)]
            self._outputs[name] = known = notes, files
        yield from known[1]


_FOLDER = NotedRead(("folder",))


def _is_unchanged(notes: Mapping[NotedRead, object], values: object) -> bool:
    """Return True if all that was noted is the same in *values*; what was read from a folder never is."""
    return _FOLDER not in notes and all(read.of(values) == old for read, old in notes.items())
