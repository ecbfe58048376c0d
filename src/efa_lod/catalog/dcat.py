"""Describe the publication for portals: the DCAT-AP.de catalogue.

It is a JSON-LD document made from ``data/publication.yaml``, the table of formats and the facts of a build, and takes
the same road as the records: one context, then triples, then files. The catalogue follows DCAT-AP 3.0.1 and DCAT-AP.de
3.0 and keeps to what every harvester can read: each resource has an IRI, each IRI that is referred to has its type in
the file, and nothing refers from the dataset back to the catalogue. Its context needs JSON-LD 1.0 only, for portals
with old software.

There is one dataset. The ontology is no dataset of its own: GovData's triple store loads and deletes everything that
can be reached from a dataset (ckanext-dcatde, ``triplestore/sparql_query_templates.py``), so a dataset must not refer
to another, and the reference to the ontology that the data conforms to is worth more to a reader than a second entry.
Nor is there a dataset for each state: sixteen near duplicates of a few lines each would hide the comparison that the
data is for. The states are named as subjects and keywords instead, so a search for a state finds the dataset.
"""

from collections.abc import Iterator, Mapping, Sequence

from efa_lod.catalog.catalogue_context import CATALOGUE_CONTEXT, PREFIXES, SETTINGS, SHAPES
from efa_lod.catalog.catalogue_nodes import catalogue_nodes, description_nodes
from efa_lod.catalog.offers import Contents
from efa_lod.io.json_objects import JsonObject
from efa_lod.io.reading import Document, Place
from efa_lod.model.context import Context
from efa_lod.model.publication import Publication
from efa_lod.model.results import Result
from efa_lod.rdf.documents import DOCUMENT_FORMATS
from efa_lod.rdf.formats import OutputFile, RecordBatch
from efa_lod.rdf.graphs import Triples, record_statements
from efa_lod.validation.shacl import Engine, Shapes, rdf_results
from efa_lod.validation.tracing import in_rdf_file


def batch(nodes: Sequence[JsonObject], context: Context) -> RecordBatch:
    """Return *nodes* ready to be written in any format of the table."""
    documents = [Document(dict(node), Place(SETTINGS), dict) for node in nodes]
    return RecordBatch(documents, record_statements(documents, context))


def catalogue_context(publication: Publication) -> Context:
    """Return the context that the catalogue is written under."""
    return Context(CATALOGUE_CONTEXT, publication.base_iri)


def graph_context(context: Context) -> Context:
    """Return *context* with the prefixes of the catalogue, for the file that holds both."""
    return Context({**context.definition, **PREFIXES}, context.base_iri)


def catalogue(
    publication: Publication, facts: Contents, sizes: Mapping[str, int] | None = None, in_parts: bool = False
) -> RecordBatch:
    """Return the catalogue of *publication*; *sizes* gives the bytes of each file by path, once they are known."""
    return batch(catalogue_nodes(publication, facts, sizes or {}, in_parts), catalogue_context(publication))


def catalogue_files(
    publication: Publication, facts: Contents, sizes: Mapping[str, int], in_parts: bool = False
) -> Iterator[OutputFile]:
    """Yield the catalogue in each format of documents; *sizes* gives the bytes of the files so far, by path."""
    listed = catalogue(publication, facts, sizes, in_parts)
    for form in DOCUMENT_FORMATS:
        content = form.write([listed], catalogue_context(publication))
        yield OutputFile(f"catalog{form.suffix}", form.media_type, content, len(listed.statements))


def graph_description(publication: Publication, facts: Contents, in_parts: bool = False) -> RecordBatch:
    """Return the description of the dataset that stands in the graph file beside the data."""
    return batch(description_nodes(publication, facts, in_parts), catalogue_context(publication))


def check_catalogue(
    triples: Triples,
    publication: Publication,
    name: str = SETTINGS,
    engine: Engine = Engine.AUTO,
    shapes: Shapes | None = None,
) -> list[Result]:
    """Return what the publication's own shapes find wrong with the *triples* of the catalogue called *name*.

    *shapes* are these shapes where they have been read.
    """
    locate = in_rdf_file(name, catalogue_context(publication))
    return rdf_results(triples, shapes or Shapes(publication, [SHAPES], engine), locate)
