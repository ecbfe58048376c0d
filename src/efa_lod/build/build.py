"""Build a publication: records in, a folder of checked outputs out, as a whole or not at all."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import pyoxigraph as ox

from efa_lod import __version__
from efa_lod.build.batches import Outcome, Road, results_of, team
from efa_lod.build.identifiers import parts_of
from efa_lod.build.ownership import MARK, built_files, mark_store, store_files
from efa_lod.build.processes import Team
from efa_lod.catalog.dcat import (
    GRAPH_FILE,
    PREFIXES,
    Contents,
    catalogue,
    catalogue_files,
    check_catalogue,
    contents,
    graph_context,
    graph_description,
)
from efa_lod.catalog.void import void_files
from efa_lod.errors import BadSetting
from efa_lod.io.folders import NotReplaced, replacing
from efa_lod.io.reading import Document
from efa_lod.model.context import Context, read_context
from efa_lod.model.expansion import Expansion, of_triples
from efa_lod.model.publication import Publication, check_catalogue_settings
from efa_lod.model.records import publication_records
from efa_lod.model.results import Result, conforms
from efa_lod.rdf.formats import BY_NAME, DUMPS, TURTLE, Batch, File, csvw_metadata
from efa_lod.rdf.graphs import ONTOLOGY, Triples, ontology_triples, triples_of
from efa_lod.rdf.predicate_index import Columns
from efa_lod.rdf.statistics import Tally
from efa_lod.site.page import Entry, Site, concept_labels, entry
from efa_lod.site.site import record_pages, site_of, site_pages
from efa_lod.sparql.cookbook import cookbook_triples, cookbook_turtle, notebook
from efa_lod.validation.shacl import RECORD_SHAPES, Engine, Shapes, validate_records
from efa_lod.web.record_documents import RecordDocuments, dereference, failure_documents, fixed_documents
from efa_lod.web.server_rules import rule_files


@dataclass(frozen=True)
class Output:
    """A file that was written: *path* below the folder, *media_type*, size in bytes, SHA-256; triples if RDF.

    *site* tells the pages, documents and rules of the site from the files that hold the whole.
    """

    path: str
    media_type: str
    size: int
    sha256: str
    triples: int | None = None
    site: bool = False


@dataclass(frozen=True)
class Build:
    """What a build found and wrote; *outputs* is empty when a violation kept it from writing."""

    results: list[Result]
    outputs: list[Output] = field(default_factory=list)
    records: int = 0


@dataclass(frozen=True)
class Options:
    """How to build: *files* of records beside those of the publication, in the format *stdin* where one is ``-``.

    *jobs* processes; *engine* validates; *formats* are the names of the dumps, all if there are none; *store* is a
    folder for the graph as a store of Oxigraph; *site* adds pages and documents for each record; *read* is told of
    each batch how many bytes were read and how many records are done.
    """

    files: Sequence[str] = ()
    stdin: str = ".jsonl"
    jobs: int = 1
    engine: Engine = Engine.AUTO
    formats: Sequence[str] = ()
    store: Path | None = None
    site: bool = True
    read: Callable[[int, int], None] = lambda size, records: None


def build(publication: Publication, out: Path, options: Options = Options()) -> Build:
    """Read and validate *publication* and write its outputs to the folder *out*, replacing what an earlier build wrote.

    Nothing is replaced when there is a violation, in the records or in the catalogue made of them. Raise BrokenInput
    for what cannot be read, BadSetting for a setting that the catalogue cannot use or a store within *out*, and
    CannotWrite when *out* holds something else or cannot be written; what was there before is then untouched.
    """
    check_catalogue_settings(publication.settings)
    if options.store:
        _refuse_one_in_the_other(out.resolve(), options.store.resolve())
    context = read_context(publication)
    with team(options.jobs if options.files else 1) as workers:
        results, own, ontology = own_parts(publication, context, options.engine)
        if not conforms(results):
            return Build(results)
        with replacing(out, built_files) as folder:
            made = _Publishing(publication, context, options, folder, own, ontology)
            results += made.run(workers)
            if not conforms(results):
                raise NotReplaced
            if options.store:
                _write_store(folder / GRAPH_FILE, options.store)
            return Build(results, made.outputs, made.records)
    return Build(results)


def own_parts(
    publication: Publication, context: Context, engine: Engine, in_parts: bool = False
) -> tuple[list[Result], Batch, Batch]:
    """Return what is found in the publication itself and in the catalogue made of it, its records, and its ontology.

    *in_parts* tells what kind of catalogue that is (``catalog.catalogue_nodes``). What does not conform is not to
    be written.
    """
    documents = list(publication_records(publication))
    ontology = Batch((), of_triples(ontology_triples(publication)))
    results, statements = validate_records(documents, publication, context, engine=engine)
    if not conforms(results):
        return results, Batch((), ()), ontology
    own = Batch(documents, statements, {document.value["id"]: document.value for document in documents})
    facts = contents(publication, documents, [*statements, *ontology.statements])
    listed = catalogue(publication, facts, in_parts=in_parts)
    results += check_catalogue(triples_of(listed.statements), publication, engine=engine)
    return results, own, ontology


class _Publishing:
    """The writing of one publication's outputs to a folder, batch by batch."""

    def __init__(
        self, publication: Publication, context: Context, options: Options, folder: Path, own: Batch, ontology: Batch
    ) -> None:
        """Write the *own* records of *publication*, its *ontology*, and what *options* name."""
        self.outputs: list[Output] = []
        self.records = len(own.documents)
        self._publication, self._context, self._options, self._folder = publication, context, options, folder
        self._own, self._ontology = own, ontology
        self._dumps = [dump for dump in DUMPS if dump.name in options.formats or not options.formats]
        self._counted = Tally()
        self._own_outputs: list[Output] = []  # files of the records that are not the publication's own
        self._documents = RecordDocuments(context)
        self._terms = ontology_triples(publication) if options.site else []
        self._site = self._first_site() if options.site else None
        self._entries = [*self._site.entries] if self._site else []

    def _first_site(self) -> Site:
        """Return what pages of records are made of before all records are known."""
        labels = concept_labels(self._terms)
        facts = contents(self._publication, self._own.documents, self._own.statements)
        values = (document.value for document in self._own.documents)
        return site_of(self._publication, self._context, facts, values, labels, {})

    def run(self, workers: Team) -> list[Result]:
        """Write everything and return what was found in the records that *workers* read; stop at a violation."""
        graph = graph_context(self._context)
        with ExitStack() as streams:
            files = {
                dump.name: streams.enter_context(_File(self._folder, f"efa-lod{dump.suffix}", dump.media_type))
                for dump in self._dumps
            }
            graph_file = streams.enter_context(_File(self._folder, GRAPH_FILE, TURTLE.media_type))
            for dump in self._dumps:
                files[dump.name].write(dump.head(self._context))
                files[dump.name].write(dump.body(self._own, self._context))
            graph_file.write(TURTLE.head(graph))
            graph_file.write(TURTLE.body(self._own, self._context))
            results = self._more_records(files, graph_file, workers)
            if not conforms(results):
                return results
            facts = contents(
                self._publication,
                self._own.documents,
                [*self._own.statements, *self._ontology.statements],
                self._counted.modified,
            )
            described = graph_description(self._publication, facts)
            for part in (self._ontology, described):
                graph_file.write(TURTLE.body(part, graph))
            count = len(self._own.statements) + self._counted.statements
            for dump in self._dumps:
                files[dump.name].write(dump.tail)
                self.outputs.append(files[dump.name].close(count if dump.holds_all else None))
        base = chain(self._own.statements, self._ontology.statements, described.statements)
        self._counted = Tally.of(Columns(base), self._publication.base_iri) + self._counted
        self.outputs.append(graph_file.close(self._counted.statements))
        recipes = cookbook_triples(self._publication)
        self._add(fixed_files(self._publication, self._context, self._ontology, recipes))
        sizes = {output.path: output.size for output in self.outputs}
        self._add(catalogue_files(self._publication, facts, sizes))
        self._add(void_files(self._publication, facts, self._counted))
        if self._site:
            self._add_site(replace(self._site, facts=facts, entries=self._entries, sizes=sizes), recipes)
        self._add(inventory(self._publication, facts, self.outputs))
        return results

    def _add_site(self, site: Site, recipes: Triples) -> None:
        """Write the pages, the documents of things, and the rules by which servers offer them."""
        data = len(self.outputs)
        self.outputs += self._own_outputs
        self._add(self._documents.of(self._own.documents))
        self._add(self._documents.rest())
        self._add(record_pages(self._own.documents, site))
        self._add(site_pages(site))
        prefixes = Context({**self._context.prefixes, **PREFIXES}, self._context.base_iri)
        self._add(fixed_documents(prefixes, {"ontology": self._terms, "cookbook": recipes}))
        self._add(failure_documents(self._publication, self._context))
        table = dereference(self._publication, site.facts.modified, site.states, [o.path for o in self.outputs])
        self._add(rule_files(table, self._publication.texts("de")["title"]))
        self.outputs[data:] = [replace(output, site=True) for output in self.outputs[data:]]

    def _more_records(self, files: "dict[str, _File]", graph_file: "_File", workers: Team) -> list[Result]:
        """Take the records of the options' files through, and write what becomes of them as long as they conform."""
        options = self._options
        if not options.files:
            return []
        road = Road(
            self._publication,
            self._context,
            Shapes(self._publication, (RECORD_SHAPES,), options.engine),
            self._own.documents,
            formats=list(dict.fromkeys([TURTLE.name, *(dump.name for dump in self._dumps)])),
            own_files=_RecordFiles(self._folder, self._site) if self._site else None,
        )

        def take(outcome: Outcome, results: Sequence[Result]) -> None:
            self.records += outcome.records
            self._counted += outcome.counted
            if outcome.files:
                self._take(outcome.files)
            if conforms(results):
                for name, file in [*files.items(), (TURTLE.name, graph_file)]:
                    for piece in outcome.written[name]:
                        file.write(piece)

        own = len(self._own.documents)
        described = described_parts(self._own.documents, self._context)
        return results_of(
            road,
            options.files,
            options.stdin,
            workers,
            lambda size, done: options.read(size, own + done),
            described,
            take,
        )

    def _take(self, files: "_OwnFiles") -> None:
        self._own_outputs += files.outputs
        self._entries += files.entries
        written = (output.path.removesuffix(".ttl") for output in files.outputs if output.path.endswith(".ttl"))
        self._documents.add(files.parts, written)

    def _add(self, made: Iterable[File]) -> None:
        self.outputs += [_written(self._folder, *file) for file in made]


_SLICE = 1 << 17


class _File:
    """A file that grows: its bytes are counted and their digest taken as they are written."""

    def __init__(self, folder: Path, path: str, media_type: str) -> None:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        self._stream: BinaryIO = target.open("wb")
        self._path, self._media_type = path, media_type
        self._size, self._digest = 0, hashlib.sha256()

    def __enter__(self) -> "_File":
        return self

    def __exit__(self, *stop: object) -> None:
        self._stream.close()

    def write(self, data: bytes) -> None:
        """Add *data*, in slices that are still in the processor's cache when they are written."""
        whole = memoryview(data)
        for at in range(0, len(data), _SLICE):
            self._digest.update(whole[at : at + _SLICE])
            self._stream.write(whole[at : at + _SLICE])
        self._size += len(data)

    def close(self, triples: int | None) -> Output:
        """Close the file and return what was written."""
        self._stream.close()
        return Output(self._path, self._media_type, self._size, self._digest.hexdigest(), triples)


@dataclass(frozen=True)
class _RecordFiles:
    """Writes the pages and documents that each record has of its own; goes to the processes that work on batches."""

    folder: Path
    site: Site

    def __call__(self, documents: Sequence[Document]) -> "_OwnFiles":
        """Write the files of *documents*."""
        made = RecordDocuments(self.site.context)
        files = chain(made.of(documents), record_pages(documents, self.site))
        outputs = [_written(self.folder, *file) for file in files]
        return _OwnFiles(outputs, made.parts(), [entry(document.value) for document in documents])


@dataclass(frozen=True)
class _OwnFiles:
    """What the records of a batch have of their own: files, what they say of others' parts, and names for the lists."""

    outputs: list[Output]
    parts: dict[str, Any]
    entries: list[Entry]


def _written(folder: Path, path: str, media_type: str, pieces: Iterable[bytes], triples: int | None) -> Output:
    """Write *pieces* to *path* below *folder* and return what was written."""
    with _File(folder, path, media_type) as file:
        for piece in pieces:
            file.write(piece)
        return file.close(triples)


def fixed_files(
    publication: Publication,
    context: Context,
    ontology: Batch,
    recipes: Triples,
    tables: Sequence[str] = ("efa-lod.csv",),
) -> Iterator[File]:
    """Yield what does not depend on how many records there are, but on the names of the *tables*.

    *recipes* are the named queries as RDF (``cookbook.cookbook_triples``).
    """
    titles = {language: publication.texts(language)["title"] for language in ("de", "en")}
    metadata = csvw_metadata(context, tables, titles, str(publication.settings.value["licence"]))
    yield "efa-lod.csv-metadata.json", "application/csvm+json", [metadata], None
    count = len(ontology.statements)
    yield "ontology.ttl", TURTLE.media_type, [publication.read(ONTOLOGY).encode()], count
    for name in ("n-triples", "rdf-xml"):
        dump = BY_NAME[name]
        yield f"ontology{dump.suffix}", dump.media_type, dump.write([ontology], context), count
    shapes = "\n".join(publication.read(file) for file in publication.glob("shapes/*.ttl"))
    yield "shapes.ttl", TURTLE.media_type, [shapes.encode()], None
    yield "context.jsonld", "application/ld+json", [publication.read("ontology/context.jsonld").encode()], None
    yield "cookbook.ttl", TURTLE.media_type, [cookbook_turtle(publication, recipes)], len(recipes)
    for language in ("de", "en"):
        yield f"cookbook.{language}.ipynb", "application/x-ipynb+json", [notebook(publication, language)], None


def inventory(publication: Publication, facts: Contents, outputs: Sequence[Output]) -> Iterator[File]:
    """Yield the lists of what was written: digests for ``sha256sum --check``, and the facts of the build."""
    listed = list(outputs)
    sums = "".join(f"{output.sha256}  {output.path}\n" for output in sorted(listed, key=lambda o: o.path))
    yield "SHA256SUMS", "text/plain", [sums.encode()], None
    told = {
        "generator": f"efa-lod {__version__}",
        "baseIri": publication.base_iri,
        "version": publication.version,
        "modified": facts.modified,
        "files": [
            {"path": o.path, "mediaType": o.media_type, "bytes": o.size, "sha256": o.sha256}
            | ({} if o.triples is None else {"triples": o.triples})
            for o in listed
        ],
    }
    yield MARK, "application/json", [(json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()], None


def described_parts(documents: Sequence[Document], context: Context) -> list[bytes]:
    """Return the things that *documents* describe, as ``identifiers.Identifiers`` takes them."""
    expand = Expansion(context)
    described = []
    for document in documents:
        expand(document.value)
        described.append([*expand.described])
    return parts_of(documents, described, context)


def _refuse_one_in_the_other(out: Path, store: Path) -> None:
    """Raise BadSetting when one of two folders that are replaced as a whole would be replaced with the other."""
    if out.is_relative_to(store) or store.is_relative_to(out):
        raise BadSetting(
            f"{store}: expected a folder apart from {out}, which is replaced as a whole – name another for the store"
        )


def _write_store(graph: Path, folder: Path) -> None:
    """Write the graph file *graph* to the store *folder*, replacing the store that was there."""
    with replacing(folder, store_files) as fresh:
        store = ox.Store(str(fresh))
        store.bulk_load(path=str(graph), format=ox.RdfFormat.TURTLE)
        store.flush()
        del store
        mark_store(fresh)
