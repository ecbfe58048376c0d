"""Turn records and RDF texts into triples, and triples into graphs.

Triples come in the order of the records, each once. rdflib, the graph type of the Python world, is imported only where
a graph is asked for.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

import pyoxigraph as ox

from efa_lod.io.limits import refuse_what_explodes
from efa_lod.io.messages import Messages
from efa_lod.io.reading import Document
from efa_lod.model.context import RDF_TYPE, Context
from efa_lod.model.expansion import Expansion, Statement, Unusable, by_subject, n_triples
from efa_lod.model.publication import Publication
from efa_lod.model.records import not_expandable
from efa_lod.rdf.file_forms import RDF_SUFFIXES, not_readable, not_utf8, rdf_text, too_large

if TYPE_CHECKING:
    import rdflib

_ERRORS = Messages(__file__, "errors")

Triples = Sequence[ox.Triple]

ONTOLOGY = "ontology/efa.ttl"
BORROWED = "ontology/borrowed.ttl"
"""How the data use the terms of other vocabularies."""
ALIGNMENTS = "ontology/alignments.ttl"
"""Terms of other vocabularies that come close to those of the data."""
TYPE_NODE = ox.NamedNode(RDF_TYPE)


def record_statements(
    documents: Iterable[Document], context: Context, expansion: Expansion | None = None
) -> list[Statement]:
    """Return what *documents* say under *context*: those of one subject together, in their order.

    *expansion* under it is made unless there is one. Raise BrokenInput when one of them cannot be expanded;
    ``records.RecordCheck`` tells the maintainer why.
    """
    expansion = expansion or Expansion(context)
    found: list[Statement] = []
    for document in documents:
        try:
            found += expansion(document.value)
        except Unusable as error:
            raise not_expandable(document, context) from error
    return found


def record_triples(documents: Iterable[Document], context: Context) -> list[ox.Triple]:
    """Return what *documents* say under *context* as triples, in the order of ``record_statements``."""
    return triples_of(record_statements(documents, context))


def triples_of(statements: Iterable[Statement]) -> list[ox.Triple]:
    """Return *statements* as triples, in their order."""
    return [quad.triple for quad in ox.parse(n_triples(statements), format=ox.RdfFormat.N_TRIPLES)]


def store_of(statements: Iterable[Statement]) -> ox.Store:
    """Return a store with *statements* in its default graph, in their order."""
    store = ox.Store()
    store.load(n_triples(statements), format=ox.RdfFormat.N_TRIPLES)  # no object of Python for each statement
    return store


def ontology_triples(publication: Publication) -> list[ox.Triple]:
    """Return the triples of the publication's ontology, those of one subject together."""
    return _terms(ONTOLOGY, publication)


def borrowed_triples(publication: Publication) -> list[ox.Triple]:
    """Return what the publication says of the use of other vocabularies' terms, those of one subject together."""
    return _terms(BORROWED, publication)


def alignment_triples(publication: Publication) -> list[ox.Triple]:
    """Return which terms of other vocabularies come close to the publication's, those of one subject together."""
    return _terms(ALIGNMENTS, publication)


def _terms(name: str, publication: Publication) -> list[ox.Triple]:
    return by_subject(parsed_triples(publication.read(name), ".ttl", name, publication.base_iri), TYPE_NODE)


def parsed_triples(text: str | bytes, suffix: str, name: str, base_iri: str) -> list[ox.Triple]:
    """Return the triples of an RDF *text*, whatever graph they are in, each once.

    Raise BrokenInput with file and line when the text is not in the syntax that *suffix* stands for.
    """
    text = rdf_text(text.encode() if isinstance(text, str) else text, name, suffix)
    syntax = RDF_SUFFIXES[suffix]
    refuse_what_explodes(text, syntax.name, name)
    try:
        quads = ox.parse(text, format=syntax, base_iri=base_iri)
        return list(dict.fromkeys(quad.triple for quad in quads))
    except SyntaxError as error:
        raise not_readable(name, syntax, error, text) from error
    except MemoryError as error:
        raise too_large(name) from error
    except UnicodeDecodeError as error:
        raise not_utf8(name) from error


def graph_of(triples: Iterable[ox.Triple], store: "rdflib.store.Store | None" = None) -> "rdflib.Graph":
    """Return an rdflib graph with *triples*, kept in *store* or in rdflib's own."""
    import logging

    import rdflib

    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # it logs a traceback for each ill-typed literal
    graph = rdflib.Graph("default" if store is None else store, bind_namespaces="none")
    term = cache(_rdflib_term)
    add = graph.store.add  # what Graph.add does after checking the terms, which are ours
    for s, p, o in triples:
        add((term(s), term(p), term(o)), graph)
    return graph


def _rdflib_term(node: object) -> "rdflib.term.Node":
    import rdflib

    if isinstance(node, ox.NamedNode):
        return rdflib.URIRef(node.value)
    if isinstance(node, ox.BlankNode):
        return rdflib.BNode(node.value)
    if not isinstance(node, ox.Literal):
        raise _ERRORS.broken("triple-terms")
    if node.language:
        return rdflib.Literal(node.value, lang=node.language)
    datatype = None if node.datatype.value.endswith("#string") else rdflib.URIRef(node.datatype.value)
    return rdflib.Literal(node.value, datatype=datatype, normalize=False)
