"""Build a publication: records in, a folder of checked outputs out, as a whole or not at all."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

import pyoxigraph as ox

from efa_lod.build.batches import BatchPipeline, BatchResult, process_pool, results_of
from efa_lod.build.identifiers import parts_of
from efa_lod.build.outputs import (
    CATALOGUE_OUTPUTS,
    DATA_OUTPUTS,
    SITE_OUTPUTS,
    RecordValues,
    metadata_of_tables,
    pages_of_record_values,
)
from efa_lod.build.ownership import built_files, is_build_of, mark_store, store_files
from efa_lod.build.processes import ProcessPool, cycles_collected_between
from efa_lod.build.rebuilding import Rebuilding
from efa_lod.build.release_files import ReleasesOfBuild, ReleaseWriter, refuse_another_site, releases_of_build
from efa_lod.build.values import BuildValues, FixedValues, checked_values
from efa_lod.build.writing import GrowingFile, WriteOutputs, WrittenOutput, inventory, write_outputs
from efa_lod.catalog.catalogue_context import GRAPH_FILE
from efa_lod.catalog.dcat import graph_context
from efa_lod.io.files import real_path
from efa_lod.io.folders import NotReplaced, replacing
from efa_lod.io.messages import Messages
from efa_lod.io.reading import Document
from efa_lod.model.context import Context, read_context
from efa_lod.model.expansion import Expansion
from efa_lod.model.origins import STATEMENTS
from efa_lod.model.publication import Publication
from efa_lod.model.results import Result, conforms
from efa_lod.model.settings_check import check_catalogue_settings
from efa_lod.rdf.formats import (
    ANNOTATED_FORMATS,
    BY_NAME,
    DUMPS,
    ORIGIN_FORMATS,
    TABLE_FORMATS,
    TABLES_FOLDER,
    TURTLE,
    WRITERS,
    Format,
    OutputFile,
)
from efa_lod.rdf.predicate_index import PredicateIndex
from efa_lod.rdf.statistics import Statistics
from efa_lod.rdf.tombstones import WithdrawnParts
from efa_lod.releases.issued import IssuedRelease
from efa_lod.releases.wording import Wording, ontology_labels
from efa_lod.site.page import Entry, Site, entry
from efa_lod.site.query_page import BrowserEngine
from efa_lod.site.record_pages import record_pages
from efa_lod.site.site import site_of
from efa_lod.validation.shacl import RECORD_SHAPES, Engine, Shapes
from efa_lod.web.record_documents import RecordDocuments

_ERRORS = Messages(__file__, "errors")


RDF12 = "efa-lod-rdf12"
"""The files in RDF 1.2, without suffix."""


@dataclass(frozen=True)
class Build:
    """What a build found and wrote; *outputs* is empty when a violation kept it from writing."""

    results: list[Result]
    outputs: list[WrittenOutput] = field(default_factory=list)
    records: int = 0
    releases: ReleasesOfBuild | None = None


@dataclass(frozen=True)
class BuildOptions:
    """How to build: *files* of records beside those of the publication, in the format *stdin* where one is ``-``.

    *jobs* processes; *engine* validates; *formats* are the names of the dumps, all if there are none; *store* is a
    folder for the graph as a store of Oxigraph; *site* adds pages and documents for each record, and what
    there is of releases; *previous* is the site or folder with the earlier ones, *out* if none; *sign* is a key that
    signs the digests; *query_engine* lets the query page answer in a browser; *read* is told of each batch how many
    bytes were read and how many records are done. *origins* names each statement of *files* too with where it comes
    from; *rdf12* writes all statements annotated with that.
    """

    files: Sequence[str] = ()
    stdin: str = ".jsonl"
    jobs: int = 1
    engine: Engine = Engine.AUTO
    formats: Sequence[str] = ()
    store: Path | None = None
    site: bool = True
    previous: str | None = None
    sign: Path | None = None
    query_engine: BrowserEngine | None = None
    read: Callable[[int, int], None] = lambda size, records: None
    origins: bool = False
    rdf12: bool = False


def build(
    publication: Publication,
    out: Path,
    options: BuildOptions = BuildOptions(),
    rebuilding: Rebuilding | None = None,
) -> Build:
    """Read and validate *publication* and write its outputs to the folder *out*, replacing what an earlier build wrote.

    Nothing is replaced when there is a violation, in the records or in the catalogue made of them. Raise BrokenInput
    for what cannot be read, BadSetting for a setting that the catalogue cannot use or a store within *out*, and
    CannotWrite when *out* holds something else or cannot be written; what was there before is then untouched.
    *rebuilding* remembers what earlier builds have read and made.
    """
    check_catalogue_settings(publication.settings)
    if options.store:
        _refuse_one_in_the_other(real_path(out), real_path(options.store))
    if options.previous:
        refuse_another_site(options.previous, publication.base_iri)
    fixed = rebuilding.fixed(publication) if rebuilding else FixedValues(publication, read_context(publication))
    context = fixed.context
    with process_pool(options.jobs if options.files else 1) as workers:
        documents = rebuilding.documents(publication) if rebuilding else None
        results, values = checked_values(publication, context, options.engine, documents=documents, fixed=fixed)
        if values is None or not conforms(results):
            return Build(results)
        with replacing(out, built_files) as folder:
            previous = options.previous or (str(out) if is_build_of(out, publication.base_iri) else None)
            write = write_outputs
            if rebuilding:
                values = replace(values, maker=rebuilding.output, register=rebuilding.register(publication))
                rebuilding.earlier.begin(out.absolute())
                write = rebuilding.earlier.write
            made = _Publishing(values, replace(options, previous=previous), folder, write)
            with cycles_collected_between():
                results += made.run(workers)
            if not conforms(results):
                raise NotReplaced
            if options.store:
                _write_store(folder / GRAPH_FILE, options.store)
            return Build(results, made.outputs, made.records, made.releases)
    return Build(results)


class _Publishing:
    """The writing of one publication's outputs to a folder, batch by batch."""

    def __init__(self, values: BuildValues, options: BuildOptions, folder: Path, write: WriteOutputs) -> None:
        """Write what *values* and *options* name to *folder*, by *write*."""
        self._write = write
        self.outputs: list[WrittenOutput] = []
        self.records = len(values.own.documents)
        self.releases: ReleasesOfBuild | None = None
        self._values, self._options, self._folder = (
            replace(values, folder=folder, names_all=options.origins),
            options,
            folder,
        )
        self._dumps = [dump for dump in DUMPS if dump.name in options.formats or not options.formats]
        self._annotated = ANNOTATED_FORMATS if options.rdf12 else ()
        self._naming = ORIGIN_FORMATS if options.origins else ()
        self._counted, self._named = Statistics(), Statistics()
        self._record_outputs: list[WrittenOutput] = []  # files of the records that are not the publication's own
        self._documents = RecordDocuments(values.context, values.withdrawn)
        self._site = self._first_site() if options.site else None
        self._entries = [*self._site.entries] if self._site else []

    def _first_site(self) -> Site:
        """Return what pages of records are made of before all records are known."""
        values = self._values
        records = (document.value for document in values.own.documents)
        return site_of(values.publication, values.context, values.facts, records, values.fixed.labels, {})

    def run(self, workers: ProcessPool) -> list[Result]:
        """Write everything and return what was found in the records that *workers* read; stop at a violation."""
        results = self._write_dumps(workers)
        if not conforms(results):
            return results
        for name, make in DATA_OUTPUTS.items():
            self._add(self._values.maker(name, make, self._values))
        self._values = replace(self._values, sizes={output.path: output.size for output in self.outputs})
        for name, make in CATALOGUE_OUTPUTS.items():
            self._add(self._values.maker(name, make, self._values))
        if self._site:
            self._add_site(self._site)
        self._add(inventory(self._values.publication, self._values.facts, self.outputs, self._options.sign))
        return results

    def _write_dumps(self, workers: ProcessPool) -> list[Result]:
        """Write the dumps and the graph file, and count what they hold."""
        context, own = self._values.context, self._values.own
        frame = graph_context(context)
        stems: dict[str, Sequence[Format]] = {"efa-lod": self._dumps, RDF12: self._annotated, STATEMENTS: self._naming}
        stems |= {TABLES_FOLDER: TABLE_FORMATS if BY_NAME["csv"] in self._dumps else ()}
        with ExitStack() as streams:
            files = {
                form.name: streams.enter_context(GrowingFile(self._folder, f"{stem}{form.suffix}", form.media_type))
                for stem, forms in stems.items()
                for form in forms
            }
            graph_file = streams.enter_context(GrowingFile(self._folder, GRAPH_FILE, TURTLE.media_type))
            for name, file in files.items():
                file.write(WRITERS[name].head(context))
                file.write(WRITERS[name].body(own, context))
            graph_file.write(TURTLE.head(frame))
            graph_file.write(TURTLE.body(own, context))
            results = self._more_records(files, graph_file, workers)
            if not conforms(results):
                return results
            self._values = replace(self._values, facts=self._values.facts_with(self._counted.modified))
            parts = self._values.graph_parts
            for part in parts[1:]:
                graph_file.write(TURTLE.body(part, frame))
            count = len(own.statements) + self._counted.statements
            named = len(self._values.origins.statements) + self._named.statements
            counts = {form.name: count if form.holds_all else None for form in self._dumps}
            counts |= {form.name: None for form in TABLE_FORMATS}
            counts |= {form.name: 3 * count for form in self._annotated} | {form.name: named for form in self._naming}
            for name, file in files.items():
                file.write(WRITERS[name].tail)
                self.outputs.append(file.close(counts[name]))
        if stems[TABLES_FOLDER]:
            self._add(metadata_of_tables(self._values))
        base = [statement for part in parts for statement in part.statements]
        counted = Statistics.of(PredicateIndex(base), self._values.publication.base_iri) + self._counted + self._named
        self.outputs.append(graph_file.close(counted.statements))
        self._values = replace(self._values, counted=counted)
        if self._site:
            self._site = replace(self._site, graph=base)
        return results

    def _add_releases(self) -> Sequence[IssuedRelease]:
        """Write what there is of releases, and return them."""
        values, options, written = self._values, self._options, [*self.outputs]
        wording = Wording(values.publication.base_iri, ontology_labels(values.terms))
        self.releases = releases_of_build(values.publication, self._folder, wording, bool(options.files))
        if self.releases is None:
            return ()
        keeps = any(values.publication.glob("data/releases/*.json"))
        digests = values.fixed.vocabulary
        writer = ReleaseWriter(values.publication, values.context, self._folder, self.releases, keeps, digests)
        self._add(writer.frozen_files(options.previous, written, options.sign), site=True)
        self._add(writer.series_files(), site=True)
        self._add(writer.citation_files(written), site=True)
        return self.releases.issued

    def _add_site(self, first: Site) -> None:
        """Write the releases, the pages, the documents of things, and the rules by which servers offer them."""
        values, options = self._values, self._options
        releases = self._add_releases()
        sizes = {**values.sizes} | {
            output.path: output.size for output in self.outputs if output.path.startswith("release/")
        }
        site = replace(first, facts=values.facts, entries=self._entries, sizes=sizes, releases=releases)
        site = replace(site, engine=options.query_engine, terms=values.terms, maker=values.maker)
        site = replace(site, register=values.register)
        self.outputs += [replace(output, site=True) for output in self._record_outputs]
        self._add(self._documents.of(values.own.documents), site=True)
        self._add(self._documents.rest(), site=True)
        for document in values.own.documents:
            record = RecordValues(document.value, site)
            self._add(values.maker(document.value["id"], pages_of_record_values, record), site=True)
        for name, make in SITE_OUTPUTS.items():
            self._values = replace(self._values, site=site, paths=[output.path for output in self.outputs])
            self._add(values.maker(name, make, self._values), site=True)

    def _more_records(
        self, files: dict[str, GrowingFile], graph_file: GrowingFile, workers: ProcessPool
    ) -> list[Result]:
        """Take the records of the options' files through, and write what becomes of them as long as they conform."""
        options, values = self._options, self._values
        if not options.files:
            return []
        pipeline = BatchPipeline(
            values.publication,
            values.context,
            Shapes(values.publication, RECORD_SHAPES, options.engine),
            values.own.documents,
            formats=list(dict.fromkeys([TURTLE.name, *files])),
            own_files=_RecordFiles(self._folder, self._site, values.withdrawn) if self._site else None,
        )

        def take(outcome: BatchResult, results: Sequence[Result]) -> None:
            self.records += outcome.records
            self._counted += outcome.counted
            self._named += outcome.named
            if isinstance(outcome.files, _OwnFiles):
                self._take(outcome.files)
            if conforms(results):
                in_graph = [(form.name, graph_file) for form in self._naming if form.suffix == TURTLE.suffix]
                for name, file in [*files.items(), (TURTLE.name, graph_file), *in_graph]:
                    for piece in outcome.written[name]:
                        file.write(piece)

        own = len(values.own.documents)
        return results_of(
            pipeline,
            options.files,
            options.stdin,
            workers,
            lambda size, done: options.read(size, own + done),
            described_parts(values.own.documents, values.context),
            take,
        )

    def _take(self, files: "_OwnFiles") -> None:
        self._record_outputs += files.outputs
        self._entries += files.entries
        written = (output.path.removesuffix(".ttl") for output in files.outputs if output.path.endswith(".ttl"))
        self._documents.add(files.parts, written)

    def _add(self, made: Iterable[OutputFile], site: bool = False) -> None:
        self.outputs += self._write(self._folder, made, site)


@dataclass(frozen=True)
class _RecordFiles:
    """Writes the pages and documents that each record has of its own; goes to the processes that work on batches."""

    folder: Path
    site: Site
    withdrawn: WithdrawnParts

    def __call__(self, documents: Sequence[Document]) -> "_OwnFiles":
        """Write the files of *documents*."""
        made = RecordDocuments(self.site.context, self.withdrawn)
        outputs = list(write_outputs(self.folder, chain(made.of(documents), record_pages(documents, self.site))))
        return _OwnFiles(outputs, made.parts(), [entry(document.value) for document in documents])


@dataclass(frozen=True)
class _OwnFiles:
    """What the records of a batch have of their own: files, what they say of others' parts, and names for the lists."""

    outputs: list[WrittenOutput]
    parts: Mapping[str, tuple[int, Mapping[str, bytes]]]
    entries: list[Entry]


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
        raise _ERRORS.unusable("store-in-output", store, out=out)


def _write_store(graph: Path, folder: Path) -> None:
    """Write the graph file *graph* to the store *folder*, replacing the store that was there."""
    with replacing(folder, store_files) as fresh:
        store = ox.Store(str(fresh))
        store.bulk_load(path=str(graph), format=ox.RdfFormat.TURTLE)
        store.flush()
        del store
        with graph.open("rb") as stream:
            mark_store(fresh, hashlib.file_digest(stream, "sha256").hexdigest())
