"""Turn records into triples and triples into graphs.

The JSON-LD processor of pyoxigraph applies the context; nothing here knows what a key means. Triples come in the
order of the records, each once. rdflib, the graph type of the Python world, is imported only where a graph is asked
for.
"""

import json
import logging
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from efa_lod.context import RDF_TYPE, Context
from efa_lod.errors import BrokenInput
from efa_lod.publication import Publication
from efa_lod.reading import Document

if TYPE_CHECKING:
    import rdflib

Triples = Sequence[ox.Triple]

ONTOLOGY = "ontology/efa.ttl"
_TYPE = ox.NamedNode(RDF_TYPE)

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


def json_ld(documents: Iterable[Document]) -> list[dict[str, Any]]:
    """Return the values of *documents* as JSON-LD node objects, without their reference to the context."""
    return [{key: value for key, value in document.value.items() if key != "@context"} for document in documents]


def record_triples(documents: Iterable[Document], context: Context) -> list[ox.Triple]:
    """Return what *documents* say under *context*: each triple once, those of one subject together, in their order."""
    whole = {"@context": context.definition, "@graph": json_ld(documents)}
    try:
        quads = ox.parse(json.dumps(whole), format=ox.RdfFormat.JSON_LD, base_iri=context.base_iri)
        return by_subject(dict.fromkeys(quad.triple for quad in quads))
    except SyntaxError as error:
        raise BrokenInput(f"the records cannot be read as JSON-LD: {error.msg}") from error


def by_subject(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return *triples* with those of one subject together, and in these the types first and each predicate's together.

    Subjects, predicates and objects otherwise keep the order in which they first stand in *triples*.
    """
    groups: dict[Any, dict[Any, list[ox.Triple]]] = {}
    for triple in triples:
        groups.setdefault(triple.subject, {_TYPE: []}).setdefault(triple.predicate, []).append(triple)
    return [triple for group in groups.values() for same in group.values() for triple in same]


def ontology_triples(publication: Publication) -> list[ox.Triple]:
    """Return the triples of the publication's ontology, those of one subject together."""
    return by_subject(parsed_triples(publication.read(ONTOLOGY), ".ttl", ONTOLOGY, publication.base_iri))


def parsed_triples(text: str | bytes, suffix: str, name: str, base_iri: str) -> list[ox.Triple]:
    """Return the triples of an RDF *text*, whatever graph they are in, each once.

    Raise BrokenInput with file and line when the text is not in the syntax that *suffix* stands for.
    """
    if RDF_SUFFIXES[suffix] == ox.RdfFormat.RDF_XML:
        refuse_unfinished_xml(text, name)
    try:
        quads = ox.parse(text, format=RDF_SUFFIXES[suffix], base_iri=base_iri)
        return list(dict.fromkeys(quad.triple for quad in quads))
    except SyntaxError as error:
        line = f":{error.lineno}" if error.lineno else ""
        raise BrokenInput(f"{name}{line}: not readable as {RDF_SUFFIXES[suffix].name}: {error.msg}") from error
    except UnicodeDecodeError as error:
        raise BrokenInput(f"{name}: not UTF-8 – save the file with the encoding UTF-8") from error


def refuse_unfinished_xml(text: str | bytes, name: str) -> None:
    """Raise BrokenInput when an XML *text* is not well-formed: pyoxigraph takes its end for the end of all elements."""
    from xml.parsers import expat

    try:
        expat.ParserCreate().Parse(text, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise BrokenInput(f"{name}:{error.lineno}: not readable as RDF/XML: {reason}") from error


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
    if node.language:
        return rdflib.Literal(node.value, lang=node.language)
    datatype = None if node.datatype.value.endswith("#string") else rdflib.URIRef(node.datatype.value)
    return rdflib.Literal(node.value, datatype=datatype, normalize=False)
