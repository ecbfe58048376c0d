"""What a build knows of a publication: each value is made once and handed to every output."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from efa_lod.catalog.catalogue_context import GRAPH_FILE
from efa_lod.catalog.catalogue_context import SHAPES as CATALOGUE_SHAPES
from efa_lod.catalog.dcat import catalogue, check_catalogue, graph_description
from efa_lod.catalog.offers import Contents, contents
from efa_lod.io.reading import Document
from efa_lod.model.context import Context
from efa_lod.model.expansion import of_triples
from efa_lod.model.gazetteer import Gazetteer
from efa_lod.model.origins import named_origins, origins_by_statement
from efa_lod.model.publication import Publication
from efa_lod.model.records import unchecked_records
from efa_lod.model.results import Result, conforms
from efa_lod.model.row_facts import read_facts
from efa_lod.model.withdrawals import lost_iris
from efa_lod.rdf.formats import RecordBatch
from efa_lod.rdf.graph_supplement import graph_supplement
from efa_lod.rdf.graphs import Triples, ontology_triples, parsed_triples, triples_of
from efa_lod.rdf.statistics import Statistics
from efa_lod.rdf.tombstones import WithdrawnParts, withdrawn_parts
from efa_lod.releases.vocabulary_entries import QUERY_IRIS, vocabulary_entries, vocabulary_file
from efa_lod.site.page import Maker, Site, concept_labels, make_anew
from efa_lod.sparql.cookbook import cookbook_triples
from efa_lod.validation.claims import as_warnings, claim_results
from efa_lod.validation.shacl import DATASET_SHAPES, RECORD_SHAPES, Engine, Shapes, validate_records


@dataclass(frozen=True, eq=False)
class FixedValues:
    """What of a *publication* no record changes: each value is made when it is first asked for, and made once."""

    publication: Publication
    context: Context
    _shapes: dict[tuple[tuple[str, ...], Engine], Shapes] = field(default_factory=dict)

    @cached_property
    def terms(self) -> Triples:
        """Return the ontology as triples."""
        return ontology_triples(self.publication)

    @cached_property
    def ontology(self) -> RecordBatch:
        """Return the ontology as statements."""
        return RecordBatch((), of_triples(self.terms))

    @cached_property
    def recipes(self) -> Triples:
        """Return what the named queries are."""
        return cookbook_triples(self.publication)

    @cached_property
    def withdrawn(self) -> WithdrawnParts:
        """Return the parts of documents that went."""
        return withdrawn_parts(self.publication)

    @cached_property
    def vocabulary(self) -> bytes:
        """Return the entries of terms, shapes and named queries as a file."""
        return vocabulary_file(vocabulary_entries(self.publication))

    @cached_property
    def labels(self) -> Mapping[str, Mapping[str, str]]:
        """Return the names of ontology terms by IRI and language."""
        return concept_labels(self.terms)

    @cached_property
    def shape_triples(self) -> Mapping[str, Triples]:
        """Return what each set of shapes says, by file."""
        publication = self.publication
        return {
            name: parsed_triples(publication.read_shapes(name), ".ttl", name, publication.base_iri)
            for name in publication.glob("shapes/*.ttl")
        }

    @cached_property
    def described(self) -> frozenset[str]:
        """Return the IRIs that the shapes describe, and those of the named queries."""
        publication = self.publication
        shapes = (
            triple.subject.value
            for triples in self.shape_triples.values()
            for triple in triples
            if isinstance(triple.subject, ox.NamedNode)
        )
        queries = (Path(name).stem for name in publication.glob("data/queries/*.rq"))
        return frozenset([*shapes, *(f"{publication.base_iri}{QUERY_IRIS}{name}" for name in queries)])

    def shapes(self, files: Sequence[str], engine: Engine = Engine.AUTO) -> Shapes:
        """Return the shapes of these *files*."""
        key = tuple(files), engine
        if key not in self._shapes:
            self._shapes[key] = Shapes(self.publication, files, engine)
        return self._shapes[key]


@dataclass(frozen=True, eq=False)
class BuildValues:
    """What a build knows when it writes an output.

    *own* are the records of the *publication*, expanded; *terms* and *ontology* are its ontology as triples and as
    statements, *origins* say where each statement comes from, the *supplement* what the graph file says beside them,
    *recipes* what the named queries are; *withdrawn* are parts of documents that went, and *fixed* is what no record
    changes. What follows is known once all records are written: *facts* and *counted* of all of them, *sizes* of files
    by path, the files that make up the CSV (*tables*) and the graph (*graphs*), whether origins are written with the
    dumps (*names_all*), what the *site* is made of, the *paths* of all files so far, and the *folder* that they are in.
    The *maker* runs the functions that make outputs of values, the *register* is that of municipalities where it has
    been read.
    """

    publication: Publication
    context: Context
    own: RecordBatch
    terms: Triples
    ontology: RecordBatch
    origins: RecordBatch
    supplement: RecordBatch
    recipes: Triples
    withdrawn: WithdrawnParts
    facts: Contents
    fixed: FixedValues
    in_parts: bool = False
    counted: Statistics = field(default_factory=Statistics)
    sizes: Mapping[str, int] = field(default_factory=dict)
    tables: Sequence[str] = ("efa-lod.csv",)
    graphs: Sequence[str] = (GRAPH_FILE,)
    names_all: bool = False
    site: Site | None = None
    paths: Sequence[str] = ()
    folder: Path = Path()
    maker: Maker = make_anew
    register: Gazetteer | None = None

    def facts_with(self, latest: str) -> Contents:
        """Return the facts of the own records and of others, the *latest* day of whose changes is given."""
        statements = [*self.own.statements, *self.ontology.statements]
        return contents(self.publication, self.own.documents, statements, latest)

    @property
    def graph_parts(self) -> tuple[RecordBatch, ...]:
        """Return what the graph file holds, in its order; more records stand behind the first."""
        described = graph_description(self.publication, self.facts, self.in_parts)
        return self.own, self.ontology, described, self.origins, self.supplement


def checked_values(
    publication: Publication,
    context: Context,
    engine: Engine,
    in_parts: bool = False,
    documents: Sequence[Document] | None = None,
    fixed: FixedValues | None = None,
) -> tuple[list[Result], BuildValues | None]:
    """Return what is found in the publication itself and in the catalogue made of it, and what a build knows of it.

    *in_parts* tells what kind of catalogue that is (``catalog.catalogue_nodes``); *documents* are its records where
    they have been read, *fixed* what is known of it beside these. Of records that do not conform there are no values:
    they are not to be written.
    """
    documents = list(unchecked_records(publication)) if documents is None else documents
    fixed = fixed or FixedValues(publication, context)
    shapes = fixed.shapes((*RECORD_SHAPES, DATASET_SHAPES), engine)
    results, statements = validate_records(documents, publication, context, shapes)
    if not conforms(results):
        return results, None
    facts = read_facts(publication)
    origins = origins_by_statement(documents, context, facts)
    shared = {document.value["id"]: document.value for document in documents}
    own = RecordBatch(documents, statements, shared, origins=origins)
    said = [*statements, *fixed.ontology.statements]
    values = BuildValues(
        publication,
        context,
        own,
        fixed.terms,
        fixed.ontology,
        RecordBatch((), list(named_origins(origins, context.base_iri))),
        RecordBatch((), graph_supplement(publication, documents, context, fixed.terms)),
        fixed.recipes,
        fixed.withdrawn,
        contents(publication, documents, said),
        fixed,
        in_parts,
    )
    listed = catalogue(publication, values.facts, in_parts=in_parts)
    catalogue_shapes = fixed.shapes([CATALOGUE_SHAPES], engine)
    results += check_catalogue(triples_of(listed.statements), publication, shapes=catalogue_shapes)
    results += lost_iris(publication, fixed.described | {subject[1:-1] for subject, _, _ in said})
    results += as_warnings(claim_results(documents, facts, context))
    return results, values
