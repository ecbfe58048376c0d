"""What follows from the vocabulary changes no answer: named queries ask for what is said, with or without inference."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from owlrl import DeductiveClosure, OWLRL_Semantics
from rdflib import BNode, Graph, URIRef

from engines.pinned import Comparable, comparable, pinned, query_files

PREFIX = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>"
RDFS = (
    "INSERT { ?s ?general ?o } WHERE { ?special rdfs:subPropertyOf+ ?general . ?s ?special ?o }",
    "INSERT { ?s a ?class } WHERE { ?property rdfs:domain ?class . ?s ?property ?o }",
    "INSERT { ?o a ?class } WHERE { ?property rdfs:range ?class . ?s ?property ?o FILTER(isIRI(?o)) }",
    "INSERT { ?s a ?general } WHERE { ?special rdfs:subClassOf+ ?general . ?s a ?special }",
)
"""The rules of RDFS that speak of data."""


def rdfs_closure(graph_file: Path) -> ox.Store:
    """Return the graph with what follows by RDFS."""
    store = ox.Store()
    store.bulk_load(path=graph_file)
    for rule in RDFS:
        store.update(f"{PREFIX}\n{rule}")
    return store


def owl_rl_closure(graph_file: Path) -> ox.Store:
    """Return the graph with what follows by OWL 2 RL, but for literals as subjects, which RDF does not have."""
    graph = Graph(bind_namespaces="none").parse(graph_file)
    DeductiveClosure(OWLRL_Semantics).expand(graph)
    plain = Graph(bind_namespaces="none")
    for subject, predicate, value in graph:
        if isinstance(subject, URIRef | BNode) and isinstance(predicate, URIRef):
            plain.add((subject, predicate, value))
    store = ox.Store()
    store.bulk_load(plain.serialize(format="nt", encoding="utf-8"), format=ox.RdfFormat.N_TRIPLES)
    return store


def answer(store: ox.Store, query: str, format_: str) -> Comparable:
    """Return the answer of *store* in the form that compares."""
    found = store.query(query)
    if isinstance(found, ox.QueryTriples):
        return comparable(found.serialize(format=ox.RdfFormat.N_TRIPLES) or b"", "nt")
    return comparable(found.serialize(format=ox.QueryResultsFormat.CSV) or b"", format_)


@pytest.mark.parametrize("closure", [rdfs_closure, owl_rl_closure])
def test_inference_changes_no_answer(closure: object, dist: Path) -> None:
    """All named queries give their pinned answers over the closure of the graph file, which is larger than the file."""
    assert callable(closure)
    store = closure(dist / "efa-lod-graph.ttl")
    plain = ox.Store()
    plain.bulk_load(path=dist / "efa-lod-graph.ttl")
    expected = {name: pinned(name).answer for name in query_files()}
    found = {name: answer(store, file.read_text("utf-8"), pinned(name).format) for name, file in query_files().items()}

    assert len(store) > len(plain)
    assert [] == [name for name in expected if expected[name] != found[name]]
