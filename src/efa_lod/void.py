"""Describe the publication for machines that look for linked data: VoID, at ``void.ttl`` and ``/.well-known/void``.

Like the catalogue it is a JSON-LD document made from the settings and the facts of a build. All counts are taken from
the graph file.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from efa_lod.catalog import GRAPH_FILE, PREFIXES, Contents, File, Node, batch, endpoint, publisher_id, texts, typed
from efa_lod.context import RDF_TYPE, Context
from efa_lod.exports import DUMPS, TURTLE
from efa_lod.publication import Publication
from efa_lod.rdf import Triples

_SCHEMA = "https://schema.org/"

VOID_CONTEXT: dict[str, Any] = {
    **{prefix: PREFIXES[prefix] for prefix in ("dcat", "dct", "foaf", "skos", "xsd")},
    "schema": _SCHEMA,
    "void": "http://rdfs.org/ns/void#",
    "id": "@id",
    "type": "@type",
    "title": texts("dct:title"),
    "description": texts("dct:description"),
    **{
        key: typed(term, "@id")
        for key, term in {
            "homepage": "foaf:homepage",
            "licence": "dct:license",
            "primaryTopic": "foaf:primaryTopic",
            "publisher": "dct:publisher",
            "class": "void:class",
            "classPartition": "void:classPartition",
            "dataDump": "void:dataDump",
            "exampleResource": "void:exampleResource",
            "feature": "void:feature",
            "linkPredicate": "void:linkPredicate",
            "objectsTarget": "void:objectsTarget",
            "property": "void:property",
            "propertyPartition": "void:propertyPartition",
            "sparqlEndpoint": "void:sparqlEndpoint",
            "subjectsTarget": "void:subjectsTarget",
            "subset": "void:subset",
            "vocabulary": "void:vocabulary",
        }.items()
    },
    **{
        name: typed(f"void:{name}", "xsd:integer")
        for name in ("classes", "distinctObjects", "distinctSubjects", "entities", "properties", "triples")
    },
    "issued": typed("dct:issued", "xsd:date"),
    "modified": typed("dct:modified", "xsd:date"),
    "name": "foaf:name",
    "uriSpace": "void:uriSpace",
}
"""The meaning of the keys of the VoID description."""

_LINKS = frozenset(
    {
        f"{_SCHEMA}sameAs",
        "http://www.w3.org/2002/07/owl#sameAs",
        "http://www.w3.org/2004/02/skos/core#broadMatch",
        "http://www.w3.org/2004/02/skos/core#closeMatch",
        "http://www.w3.org/2004/02/skos/core#exactMatch",
    }
)
"""Properties that say of a thing here which thing of another dataset it is or is like."""
_FORMATS = "http://www.w3.org/ns/formats/"
_FEATURES = {"turtle": "Turtle", "json-ld": "JSON-LD", "n-triples": "N-Triples", "rdf-xml": "RDF_XML"}
"""Names of formats in http://www.w3.org/ns/formats/ by the names they have here."""


def void_nodes(publication: Publication, facts: Contents, graph: Triples) -> list[Node]:
    """Return the description of the dataset after "Describing Linked Datasets with the VoID Vocabulary" (W3C, 2011).

    All counts are those of *graph*, what the graph file holds; a triple that stands in it twice counts once.
    """
    settings = publication.settings.value
    parts = _Partitions(publication, frozenset(graph))
    linksets = list(parts.linksets())
    classes = list(parts.classes())
    properties = list(parts.properties())
    document: Node = {
        "id": "void",
        "type": "void:DatasetDescription",
        "title": {"de": f"VoID-Beschreibung: {settings['title']['de']}", "en": f"VoID: {settings['title']['en']}"},
        "publisher": publisher_id(settings),
        "primaryTopic": "dataset",
    }
    dataset: Node = {
        "id": "dataset",
        "type": "void:Dataset",
        "title": settings["title"],
        "description": settings["description"],
        "homepage": publication.base_iri,
        "publisher": publisher_id(settings),
        "licence": settings["licence"],
        "issued": settings["issued"],
        "modified": facts.modified,
        "uriSpace": publication.base_iri,
        "exampleResource": [iri for iri, _ in facts.states],
        "vocabulary": parts.vocabularies(),
        "feature": [_FORMATS + _FEATURES[dump.name] for dump in DUMPS if dump.name in _FEATURES],
        "dataDump": GRAPH_FILE,
        **({"sparqlEndpoint": endpoint(publication)["url"]} if endpoint(publication) else {}),
        **parts.counts(),
        "subset": [node["id"] for node in linksets if node["type"] == "void:Linkset"],
        "classPartition": [node["id"] for node in classes],
        "propertyPartition": [node["id"] for node in properties],
    }
    publisher: Node = {
        "id": publisher_id(settings),
        "type": "foaf:Agent",
        "name": settings["publisher"]["name"],
        "homepage": settings["publisher"]["homepage"],
    }
    return [document, dataset, publisher, *linksets, *classes, *properties]


class _Partitions:
    """Count what a graph holds: by class, by property, and by the datasets that it links to."""

    def __init__(self, publication: Publication, graph: frozenset[ox.Triple]) -> None:
        self._base = publication.base_iri
        self._graph = graph
        types = (t.object for t in graph if t.predicate.value == RDF_TYPE)
        self._classes = Counter(t.value for t in types if isinstance(t, ox.NamedNode))
        self._properties = Counter(t.predicate.value for t in graph)

    def counts(self) -> dict[str, str]:
        """Return the counts of the dataset as a whole; its entities are the things below the base IRI."""
        subjects = {t.subject for t in self._graph}
        entities = sum(s.value.startswith(self._base) for s in subjects if isinstance(s, ox.NamedNode))
        numbers = {
            "triples": len(self._graph),
            "entities": entities,
            "classes": len(self._classes),
            "properties": len(self._properties),
            "distinctSubjects": len(subjects),
            "distinctObjects": len({t.object for t in self._graph}),
        }
        return {key: str(number) for key, number in numbers.items()}

    def vocabularies(self) -> list[str]:
        """Return the namespaces of the classes and properties in use."""
        return sorted({_namespace(iri) for iri in (*self._classes, *self._properties)})

    def classes(self) -> Iterator[Node]:
        """Yield a partition for each class: how many things have it as a type."""
        for iri, number in sorted(self._classes.items()):
            yield {"id": f"void#class-{_slug(iri)}", "type": "void:Dataset", "class": iri, "entities": str(number)}

    def properties(self) -> Iterator[Node]:
        """Yield a partition for each property: how many triples have it as their predicate."""
        for iri, number in sorted(self._properties.items()):
            yield {"id": f"void#property-{_slug(iri)}", "type": "void:Dataset", "property": iri, "triples": str(number)}

    def linksets(self) -> Iterator[Node]:
        """Yield a linkset and its target for each host and property that things here are linked with."""
        links = Counter(
            (_host(t.object.value), t.predicate.value)
            for t in self._graph
            if t.predicate.value in _LINKS
            and isinstance(t.object, ox.NamedNode)
            and not t.object.value.startswith(self._base)
        )
        for (host, predicate), number in sorted(links.items()):
            name = _slug(host)
            yield {
                "id": f"void#links-{name}-{_slug(predicate)}",
                "type": "void:Linkset",
                "subjectsTarget": "dataset",
                "objectsTarget": f"void#{name}",
                "linkPredicate": predicate,
                "triples": str(number),
            }
        for host in sorted({host for host, _ in links}):
            yield {"id": f"void#{_slug(host)}", "type": "void:Dataset", "homepage": host, "uriSpace": host}


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def _host(iri: str) -> str:
    """Return the address of the site that *iri* is of, with a slash at the end."""
    return "/".join(iri.split("/", 3)[:3]) + "/"


def _slug(iri: str) -> str:
    """Return *iri* without its scheme as a name that can stand after ``#``: hosts and paths joined by hyphens."""
    return "-".join(iri.partition("//")[2].replace("#", "/").strip("/").split("/"))


def void_files(publication: Publication, facts: Contents, graph: Triples) -> Iterator[File]:
    """Yield the description of *graph*, what the graph file holds, and once more where VoID tells clients to look."""
    context = Context(VOID_CONTEXT, publication.base_iri)
    void = batch(void_nodes(publication, facts, graph), context)
    for path in ("void.ttl", ".well-known/void"):
        yield path, TURTLE.media_type, TURTLE.write([void], context), len(void.triples)
