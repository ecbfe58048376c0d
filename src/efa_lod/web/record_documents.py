"""Make the documents of things: the linked data of a publication, batch by batch."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO

from efa_lod.io.messages import Messages
from efa_lod.io.reading import Document, KeyPath
from efa_lod.model.context import Context
from efa_lod.model.expansion import Expansion, Statement
from efa_lod.model.record_values import Thing
from efa_lod.model.records import things
from efa_lod.rdf.documents import DOCUMENT_FORMATS
from efa_lod.rdf.formats import Format, OutputFile, RecordBatch
from efa_lod.rdf.tombstones import WithdrawnParts, tombstone_documents, tombstone_statements
from efa_lod.web.document_formats import MEDIA_TYPES
from efa_lod.web.redirect_table import _LONGEST, is_path

_ERRORS = Messages(__file__, "errors")


@dataclass
class RecordDocuments:
    """Make the documents of records, batch by batch; what records share must come last.

    A document has everything that its record says, and what other records say of its parts: the rows of the overview
    page stand in the records of the states, and in the document of the page, whose parts they are. Such parts wait in
    temporary files, so that memory does not grow with the number of records. *withdrawn* are the parts that a document
    had once, of which it says what became of them.
    """

    context: Context
    withdrawn: WithdrawnParts = field(default_factory=dict)
    _waiting: dict[str, "_Parts"] = field(default_factory=dict)
    _written: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._expansion = Expansion(self.context)
        self._heads = {form.name: form.head(self.context) for form in DOCUMENT_FORMATS}

    def of(self, documents: Iterable[Document]) -> Iterator[OutputFile]:
        """Yield the documents of *documents* in each format; a record that is not below the base has none.

        Raise BrokenInput when an identifier cannot be the name of a document, or is that of another one.
        """
        for document in documents:
            own = self._own_path(document)
            if own is not None:
                parts = self._waiting.pop(own, None) or _Parts()
                yield from self._files(document, own, parts)
            for path, thing in self._elsewhere(document, own):
                self._parts(document, path).add(self._expansion(thing), _part(document, thing), self.context)

    def rest(self) -> Iterator[OutputFile]:
        """Yield the documents of things that have no record of their own, but parts in the records of others."""
        for path in sorted(self._waiting):
            yield from self._files(None, path, self._waiting[path])
        self._waiting.clear()

    def parts(self) -> dict[str, "Told"]:
        """Return and forget what waits for documents of others, to be handed to another process."""
        found = {path: parts.told() for path, parts in self._waiting.items()}
        self._waiting.clear()
        return found

    def add(self, parts: Mapping[str, "Told"], written: Iterable[str] = ()) -> None:
        """Take over the *parts* that another process has found, which has *written* the documents at these paths."""
        self._written.update(written)
        for path, (count, pieces) in parts.items():
            self._waiting.setdefault(path, _Parts()).take(count, pieces)

    def _files(self, document: Document | None, path: str, parts: "_Parts") -> Iterator[OutputFile]:
        self._written.add(path)
        gone = self.withdrawn.get(path, [])
        documents = [*([document] if document else []), *tombstone_documents(gone, self.context)]
        said = [*(self._expansion(document.value) if document else []), *tombstone_statements(gone, self.context)]
        batch = RecordBatch(documents, said)
        for form in DOCUMENT_FORMATS:
            pieces = [self._heads[form.name], form.body(batch, self.context)]
            yield OutputFile(
                f"{path}{form.suffix}", form.media_type, parts.after(pieces, form), len(said) + parts.count
            )

    def _own_path(self, document: Document) -> str | None:
        """Return the path of the document of a record, without suffix; None where its IRI is not ours or a part."""
        identifier = document.value["id"]
        path = self._path(identifier)
        if path is None or "#" in identifier:
            return None
        if not is_path(path) or path.endswith(_SUFFIXES):
            raise _ERRORS.broken("no-document-name", document.place, found=identifier[:_LONGEST], most=_LONGEST)
        if is_reserved_path(path):
            raise _ERRORS.broken(
                "reserved-name", document.place, found=identifier, reserved=", ".join(sorted(_RESERVED_PATHS))
            )
        return path

    def _elsewhere(self, document: Document, own: str | None) -> Iterator[tuple[str, Thing]]:
        """Yield the things in *document* that belong to other documents, with the path of each of these."""
        given: dict[KeyPath, str] = {}
        for way, thing in things(document, self.context):
            path = self._path(thing["id"])
            holder = next((given[way[:end]] for end in range(len(way), 0, -1) if way[:end] in given), own)
            if path not in (None, holder, own) and is_path(path) and not is_reserved_path(path):
                given[way] = path
                yield path, thing

    def _path(self, identifier: str) -> str | None:
        """Return the path of the document about *identifier*, without suffix; None where it is not below the base."""
        iri = self.context.resolve(identifier)
        below = iri.startswith(self.context.base_iri)
        return iri[len(self.context.base_iri) :].partition("#")[0] if below else None

    def _parts(self, document: Document, path: str) -> "_Parts":
        if path in self._written:
            raise _ERRORS.broken("part-too-late", document.place, path=path)
        return self._waiting.setdefault(path, _Parts())


_SUFFIXES = tuple(MEDIA_TYPES)
_RESERVED_PATHS = frozenset(
    (
        *("404", "406", "410", "alignments", "assets", "borrowed", "catalog", "changes", "citation"),
        *("comparison", "context", "cookbook", "croissant", "datacite", "dataset", "efa-lod"),
        *("efa-lod-graph", "efa-lod-rdf12", "en", "find", "frame", "health", "index", "manual", "ontology"),
        *("quality", "queries", "query", "release", "releases", "ro-crate-metadata", "robots", "rules"),
        *("shapes", "sitemap", "sparql", "statements", "static", "tables", "timemap", "void"),
    )
)
"""First steps of paths that belong to the site itself, so that no record can take them."""
_LIST = re.compile(r"(.*/)?index(-[0-9]+)?$")
"""Paths of the lists of records; each folder has its own."""


def is_reserved_path(path: str) -> bool:
    """Return whether *path* is that of a page that the site has itself, on any file system, whatever the case."""
    folded = path.casefold()
    return folded.partition("/")[0] in _RESERVED_PATHS or bool(_LIST.match(folded))


def _part(document: Document, thing: Thing) -> Document:
    return Document(dict(thing), document.place, dict)


Told = tuple[int, Mapping[str, bytes]]
"""What stands in records of others about one document: how many statements, and what is written of them by format."""


class _Parts:
    """What stands in records of others about one document, ready to be written in each format."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: dict[str, IO[bytes]] = {}

    def add(self, said: Sequence[Statement], document: Document, context: Context) -> None:
        """Keep what *document*, a part of a record, says: *said*."""
        batch = RecordBatch([document], said, first=False)
        self.take(len(said), {form.name: form.body(batch, context) for form in DOCUMENT_FORMATS})

    def take(self, count: int, pieces: Mapping[str, bytes]) -> None:
        """Keep *pieces*, what is written of *count* statements, by format."""
        for name, data in pieces.items():
            if name not in self._kept:
                self._kept[name] = SpooledTemporaryFile(max_size=1 << 20)  # noqa: SIM115 – closed when it was read
            self._kept[name].write(data)
        self.count += count

    def told(self) -> Told:
        """Return all that is kept, and keep it no longer."""
        found = {}
        for name, kept in self._kept.items():
            kept.seek(0)
            found[name] = kept.read()
            kept.close()
        return self.count, found

    def after(self, pieces: list[bytes], form: Format) -> Iterator[bytes]:
        """Yield *pieces* (the beginning of a file and what the record itself says), these parts, and the end."""
        yield from pieces
        kept = self._kept.get(form.name)
        if kept:
            kept.seek(0)
            if not pieces[-1]:
                kept.seek(_SEPARATOR.get(form.name, 0))  # nothing stands before the first
            while piece := kept.read(1 << 16):
                yield piece
            kept.close()
        yield form.tail


_SEPARATOR = {"json-ld": len(b",\n")}
