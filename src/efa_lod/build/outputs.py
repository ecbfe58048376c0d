"""The outputs of a build: tables of functions from what the build knows to files.

``DATA_OUTPUTS`` and ``CATALOGUE_OUTPUTS`` stand beside the dumps, on one machine and on Spark; ``SITE_OUTPUTS`` are
what a site adds. A function takes ``BuildValues`` and yields its files in the order in which they are listed. The
dumps, the graph file and the files of single records grow batch by batch and are written by ``build``; releases follow
what the folder held before.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import PurePath

from efa_lod.build.release_files import redacted_paths
from efa_lod.build.values import BuildValues
from efa_lod.catalog.catalogue_context import GRAPH_FILE, PREFIXES
from efa_lod.catalog.dcat import catalogue_files
from efa_lod.catalog.void import void_files
from efa_lod.model.context import Context
from efa_lod.model.expansion import of_triples
from efa_lod.model.origins import STATEMENTS
from efa_lod.model.record_values import Thing
from efa_lod.rdf.documents import document_files, numbered_statements
from efa_lod.rdf.formats import (
    BY_NAME,
    TABLES_METADATA,
    TURTLE,
    OutputFile,
    RecordBatch,
    csvw_metadata,
    tables_metadata,
)
from efa_lod.rdf.graphs import ALIGNMENTS, BORROWED, ONTOLOGY, alignment_triples, borrowed_triples
from efa_lod.rdf.tombstones import tombstone_statements
from efa_lod.site.page import Site
from efa_lod.site.query_page import query_page_for_disks
from efa_lod.site.record_pages import pages_of_record
from efa_lod.site.site import site_pages
from efa_lod.sparql.cookbook import cookbook_turtle, notebook
from efa_lod.validation.constraints import SH
from efa_lod.validation.json_schema import SCHEMA_FILE, record_schema
from efa_lod.web.error_documents import failure_documents
from efa_lod.web.gone_documents import gone_documents
from efa_lod.web.redirect_table import redirect_table
from efa_lod.web.server_rules import rule_files

Output = Callable[[BuildValues], Iterator[OutputFile]]
"""What makes some of the files of a build."""
_WHOLE = ("turtle", "n-triples", "rdf-xml")
"""The formats, by name, of what does not depend on the number of records."""
_WRITTEN = tuple(BY_NAME[name].suffix for name in _WHOLE)
"""Their suffixes."""


def table_metadata(values: BuildValues) -> Iterator[OutputFile]:
    """Yield what the columns of the CSV mean (CSV on the Web)."""
    titles = {language: values.publication.texts(language)["title"] for language in ("de", "en")}
    licence = str(values.publication.settings.value["licence"])
    metadata = csvw_metadata(values.context, values.tables, titles, licence)
    yield OutputFile("efa-lod.csv-metadata.json", "application/csvm+json", [metadata])


def metadata_of_tables(values: BuildValues) -> Iterator[OutputFile]:
    """Yield what the columns of the tables mean that hold all statements (CSV on the Web)."""
    titles = {language: values.publication.texts(language)["title"] for language in ("de", "en")}
    metadata = tables_metadata(values.context, titles, str(values.publication.settings.value["licence"]))
    yield OutputFile(TABLES_METADATA, "application/csvm+json", [metadata])


def _tombstones(values: BuildValues, path: str) -> RecordBatch:
    """Return what became of terms of the document *path* that went."""
    return RecordBatch((), list(tombstone_statements(values.withdrawn.get(path, ()), values.context)))


def _lines(values: BuildValues, batch: RecordBatch) -> bytes:
    """Return *batch* as lines that Turtle can hold too, whatever prefixes a file has."""
    return BY_NAME["n-triples"].body(batch, values.context)


def ontology_files(values: BuildValues) -> Iterator[OutputFile]:
    """Yield the ontology as it is written, and in other formats."""
    gone = _tombstones(values, "ontology")
    whole = replace(values.ontology, statements=[*values.ontology.statements, *gone.statements])
    count = len(whole.statements)
    written = [values.publication.read(ONTOLOGY).encode(), _lines(values, gone)]
    yield OutputFile("ontology.ttl", TURTLE.media_type, written, count)
    for form in (BY_NAME[name] for name in _WHOLE[1:]):
        yield OutputFile(f"ontology{form.suffix}", form.media_type, form.write([whole], values.context), count)


def origin_files(values: BuildValues) -> Iterator[OutputFile]:
    """Yield where each statement comes from, unless that is written with the dumps."""
    for form in () if values.names_all else map(BY_NAME.__getitem__, _WHOLE):
        content = form.write([values.origins], values.context)
        yield OutputFile(f"{STATEMENTS}{form.suffix}", form.media_type, content, len(values.origins.statements))


def vocabulary_files(values: BuildValues) -> Iterator[OutputFile]:
    """Yield what the publication says of terms of others, its shapes, its context and its frame."""
    publication = values.publication
    for name in (ALIGNMENTS, BORROWED):
        data = publication.read(name).encode()
        yield OutputFile(name.removeprefix("ontology/"), TURTLE.media_type, [data])
    shapes = {name: publication.read_shapes(name) for name in publication.glob("shapes/*.ttl")}
    went = _lines(values, _tombstones(values, "shapes"))
    yield OutputFile("shapes.ttl", TURTLE.media_type, ["\n".join(shapes.values()).encode(), went])
    for name, text in shapes.items():
        yield OutputFile(name, TURTLE.media_type, [text.encode()])
    for name in ("context.jsonld", "frame.jsonld"):
        yield OutputFile(name, "application/ld+json", [publication.read(f"ontology/{name}").encode()])


def schema_files(values: BuildValues) -> Iterator[OutputFile]:
    """Yield the form of records as a JSON Schema."""
    schema = record_schema(values.publication, values.context)
    yield OutputFile(SCHEMA_FILE, "application/schema+json", [schema])


def cookbook_files(values: BuildValues) -> Iterator[OutputFile]:
    """Yield the named queries, as RDF and as notebooks."""
    turtle = cookbook_turtle(values.publication, values.recipes)
    yield OutputFile("cookbook.ttl", TURTLE.media_type, [turtle], len(values.recipes))
    for language in ("de", "en"):
        data = notebook(values.publication, language)
        yield OutputFile(f"cookbook.{language}.ipynb", "application/x-ipynb+json", [data])


def catalogue_outputs(values: BuildValues) -> Iterator[OutputFile]:
    """Yield the catalogue in each of its syntaxes."""
    return catalogue_files(values.publication, values.facts, values.sizes, values.in_parts)


def void_outputs(values: BuildValues) -> Iterator[OutputFile]:
    """Yield what the dataset says of itself (VoID)."""
    return void_files(values.publication, values.facts, values.counted, values.graphs)


DATA_OUTPUTS: Mapping[str, Output] = {
    "metadata of the table": table_metadata,
    "ontology": ontology_files,
    "origins": origin_files,
    "vocabulary": vocabulary_files,
    "schema": schema_files,
    "named queries": cookbook_files,
}
"""The files beside the dumps, in the order in which they are listed."""
CATALOGUE_OUTPUTS: Mapping[str, Output] = {"catalogue": catalogue_outputs, "description": void_outputs}
"""What describes the files so far, whose sizes are known."""


@dataclass(frozen=True, eq=False)
class RecordValues:
    """What the pages of one record are made of: its *value*, and the *site* that they stand in."""

    value: Thing
    site: Site


def pages_of_record_values(record: RecordValues) -> Iterator[OutputFile]:
    """Yield the pages of one record."""
    return pages_of_record(record.site, record.value)


def pages_of_site(values: BuildValues) -> Iterator[OutputFile]:
    """Yield the pages that the site has once, and what they load."""
    return site_pages(_site(values))


def query_page_from_disk(values: BuildValues) -> Iterator[OutputFile]:
    """Yield what the query page needs to answer where it is opened from a disk, if that is wanted."""
    site = _site(values)
    if site.engine and site.engine.from_disk:
        yield from query_page_for_disks(site, (values.folder / GRAPH_FILE).read_bytes())


def _prefixes(values: BuildValues) -> Context:
    return Context({**values.context.prefixes, **PREFIXES, "sh": SH}, values.context.base_iri)


def vocabulary_documents(values: BuildValues) -> Iterator[OutputFile]:
    """Yield the documents about the vocabularies in the formats that data files do not have."""
    context = _prefixes(values)
    gone = _tombstones(values, "ontology").statements
    yield from document_files("ontology", [*of_triples(values.terms), *gone], context, *_WRITTEN)
    for name, terms in ((ALIGNMENTS, alignment_triples), (BORROWED, borrowed_triples)):
        stem = PurePath(name).stem
        yield from document_files(stem, of_triples(terms(values.publication)), context, TURTLE.suffix)


def shapes_documents(values: BuildValues) -> Iterator[OutputFile]:
    """Yield the documents about the shapes, all and each set, in the formats besides Turtle."""
    context = _prefixes(values)
    sets = {path: numbered_statements(triples) for path, triples in values.fixed.shape_triples.items()}
    whole = numbered_statements(triple for triples in values.fixed.shape_triples.values() for triple in triples)
    gone = _tombstones(values, "shapes").statements
    yield from document_files("shapes", [*whole, *gone], context, TURTLE.suffix)
    for path, statements in sets.items():
        yield from document_files(path.removesuffix(TURTLE.suffix), statements, context, TURTLE.suffix)


def origins_document(values: BuildValues) -> Iterator[OutputFile]:
    """Yield the document about the origins of statements in the formats that data files do not have."""
    if not values.names_all:
        yield from document_files(STATEMENTS, values.origins.statements, _prefixes(values), *_WRITTEN)


def queries_documents(values: BuildValues) -> Iterator[OutputFile]:
    """Yield the document about the named queries in the formats besides Turtle."""
    return document_files("cookbook", of_triples(values.recipes), _prefixes(values), TURTLE.suffix)


def documents_of_failures(values: BuildValues) -> Iterator[OutputFile]:
    """Yield what a server says where there is no document, and what became of things that went."""
    redacted = redacted_paths(values.publication, _site(values).releases)
    return chain(
        failure_documents(values.publication, values.context),
        gone_documents(values.publication, values.context, redacted),
    )


def server_rules(values: BuildValues) -> Iterator[OutputFile]:
    """Yield the rules by which servers offer all files so far."""
    site = _site(values)
    moments = [(one.version, one.moment) for one in site.releases]
    table = redirect_table(values.publication, values.facts.modified, site.states, values.paths, moments)
    table = replace(table, withdrawn=(*table.withdrawn, *redacted_paths(values.publication, site.releases)))
    return rule_files(table, values.publication.texts("de")["title"])


def _site(values: BuildValues) -> Site:
    assert values.site, "a build without a site has no such outputs"
    return values.site


SITE_OUTPUTS: Mapping[str, Output] = {
    "pages": pages_of_site,
    "query page on disks": query_page_from_disk,
    "documents of the vocabularies": vocabulary_documents,
    "documents of the shapes": shapes_documents,
    "document of the origins": origins_document,
    "documents of the named queries": queries_documents,
    "documents of failures": documents_of_failures,
    "rules": server_rules,
}
"""What a site has beside the files of single records, in the order in which they are listed."""
