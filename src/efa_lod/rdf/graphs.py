"""Turn records and RDF texts into triples, and triples into graphs.

Triples come in the order of the records, each once. rdflib, the graph type of the Python world, is imported only where
a graph is asked for.
"""

import logging
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from efa_lod.errors import BrokenInput
from efa_lod.io.limits import refuse_what_explodes
from efa_lod.io.reading import Document
from efa_lod.model.context import RDF_TYPE, Context
from efa_lod.model.expansion import Expansion, Statement, Unusable, by_subject, n_triples
from efa_lod.model.publication import Publication

if TYPE_CHECKING:
    import rdflib

Triples = Sequence[ox.Triple]

ONTOLOGY = "ontology/efa.ttl"
TYPE_NODE = ox.NamedNode(RDF_TYPE)

RDF_SUFFIXES = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".n3": ox.RdfFormat.N3,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
}


def record_statements(documents: Iterable[Document], context: Context) -> list[Statement]:
    """Return what *documents* say under *context*: those of one subject together, in their order.

    Raise BrokenInput when one of them cannot be expanded; ``records.RecordCheck`` tells the maintainer why.
    """
    expansion = Expansion(context)
    found: list[Statement] = []
    for document in documents:
        try:
            found += expansion(document.value)
        except Unusable as error:
            raise BrokenInput(f"{document.place}: cannot be read as a record: {error}") from error
    return found


def record_triples(documents: Iterable[Document], context: Context) -> list[ox.Triple]:
    """Return what *documents* say under *context* as triples, in the order of ``record_statements``."""
    return triples_of(record_statements(documents, context))


def triples_of(statements: Iterable[Statement]) -> list[ox.Triple]:
    """Return *statements* as triples, in their order."""
    return [quad.triple for quad in ox.parse(n_triples(statements), format=ox.RdfFormat.N_TRIPLES)]


def ontology_triples(publication: Publication) -> list[ox.Triple]:
    """Return the triples of the publication's ontology, those of one subject together."""
    return by_subject(parsed_triples(publication.read(ONTOLOGY), ".ttl", ONTOLOGY, publication.base_iri), TYPE_NODE)


def parsed_triples(text: str | bytes, suffix: str, name: str, base_iri: str) -> list[ox.Triple]:
    """Return the triples of an RDF *text*, whatever graph they are in, each once.

    Raise BrokenInput with file and line when the text is not in the syntax that *suffix* stands for.
    """
    text = text.encode() if isinstance(text, str) else text
    refuse_what_explodes(text, RDF_SUFFIXES[suffix].name, name)
    try:
        quads = ox.parse(text, format=RDF_SUFFIXES[suffix], base_iri=base_iri)
        return list(dict.fromkeys(quad.triple for quad in quads))
    except SyntaxError as error:
        line = f":{error.lineno}" if error.lineno else ""
        raise BrokenInput(f"{name}{line}: not readable as {RDF_SUFFIXES[suffix].name}: {error.msg}") from error
    except MemoryError as error:
        raise BrokenInput(f"{name}: more triples than fit into memory, or one term of more than 16 MiB") from error
    except UnicodeDecodeError as error:
        raise BrokenInput(f"{name}: not UTF-8 – save the file with the encoding UTF-8") from error


def graph_of(triples: Iterable[ox.Triple], store: "rdflib.store.Store | None" = None) -> "rdflib.Graph":
    """Return an rdflib graph with *triples*, kept in *store* or in rdflib's own."""
    import rdflib

    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # it logs a traceback for each ill-typed literal
    graph = rdflib.Graph("default" if store is None else store, bind_namespaces="none")
    term = cache(_rdflib_term)
    add = graph.store.add  # what Graph.add does after checking the terms, which are ours
    for s, p, o in triples:
        add((term(s), term(p), term(o)), graph)
    return graph


def _rdflib_term(node: Any) -> "rdflib.term.Node":
    import rdflib

    if isinstance(node, ox.NamedNode):
        return rdflib.URIRef(node.value)
    if isinstance(node, ox.BlankNode):
        return rdflib.BNode(node.value)
    if not isinstance(node, ox.Literal):
        raise BrokenInput("triple terms (RDF 1.2, <<( … )>>) are not read here: rdflib's graphs have none")
    if node.language:
        return rdflib.Literal(node.value, lang=node.language)
    datatype = None if node.datatype.value.endswith("#string") else rdflib.URIRef(node.datatype.value)
    return rdflib.Literal(node.value, datatype=datatype, normalize=False)
