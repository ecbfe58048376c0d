"""What the endpoint says of itself: SPARQL 1.1 Service Description and VoID."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from efa_lod.sparql.pool import Facts

if TYPE_CHECKING:
    import pyoxigraph as ox


FIGURES = {
    "triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "entities": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
    "distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
    "classes": "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }",
}
"""Queries for the figures of VoID, by the property that each is for."""
_RDF, _SD = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/ns/sparql-service-description#"
_VOID, _XSD = "http://rdfs.org/ns/void#", "http://www.w3.org/2001/XMLSchema#"
_FORMATS = "http://www.w3.org/ns/formats/"
_RESULT_FORMATS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
)


def service_description(endpoint: str, facts: Facts, figures: Mapping[str, int]) -> "list[ox.Triple]":
    """Return triples about the service at the address *endpoint* (SPARQL 1.1 Service Description)."""
    service, dataset, graph = f"{endpoint}#service", f"{endpoint}#dataset", f"{endpoint}#default-graph"
    said: list[tuple[str, str, str | int]] = [
        (service, f"{_RDF}type", f"{_SD}Service"),
        (service, f"{_SD}endpoint", endpoint),
        (service, f"{_SD}supportedLanguage", f"{_SD}SPARQL11Query"),
        *((service, f"{_SD}resultFormat", f"{_FORMATS}{name}") for name in _RESULT_FORMATS),
        (service, f"{_SD}defaultDataset", dataset),
        (dataset, f"{_RDF}type", f"{_SD}Dataset"),
        (dataset, f"{_SD}defaultGraph", graph),
        (graph, f"{_RDF}type", f"{_SD}Graph"),
        *_figures(graph, figures),
    ]
    for number, name in enumerate(facts.graphs, 1):
        named = f"{endpoint}#named-graph-{number}"
        said += [(dataset, f"{_SD}namedGraph", named), (named, f"{_RDF}type", f"{_SD}NamedGraph")]
        said += [(named, f"{_SD}name", name)]
    return _triples(said)


def void_description(endpoint: str, figures: Mapping[str, int]) -> "list[ox.Triple]":
    """Return triples about what is served, as a VoID dataset."""
    dataset = f"{endpoint}#void"
    return _triples(
        [
            (dataset, f"{_RDF}type", f"{_VOID}Dataset"),
            (dataset, f"{_VOID}sparqlEndpoint", endpoint),
            *_figures(dataset, figures),
        ]
    )


def _figures(subject: str, figures: Mapping[str, int]) -> list[tuple[str, str, int]]:
    return [(subject, f"{_VOID}{name}", number) for name, number in figures.items()]


def _triples(said: Iterable[tuple[str, str, str | int]]) -> "list[ox.Triple]":
    import pyoxigraph as ox

    integer = ox.NamedNode(f"{_XSD}integer")
    return [
        ox.Triple(
            ox.NamedNode(subject),
            ox.NamedNode(predicate),
            ox.NamedNode(value) if isinstance(value, str) else ox.Literal(str(value), datatype=integer),
        )
        for subject, predicate, value in said
    ]


DESCRIPTION_PREFIXES = {"sd": _SD, "void": _VOID, "formats": _FORMATS, "xsd": _XSD}
"""Prefixes of the descriptions."""
