"""Describe the publication for machines that look for linked data: VoID, at ``void.ttl`` and ``/.well-known/void``.

Like the catalogue it is a JSON-LD document made from the settings and the facts of a build. All counts are taken from
the graph file.
"""

from collections.abc import Iterator, Sequence

from efa_lod.catalog.catalogue_context import GRAPH_FILE, VOID_CONTEXT
from efa_lod.catalog.catalogue_nodes import endpoint, publisher_id
from efa_lod.catalog.dcat import batch
from efa_lod.catalog.offers import Contents
from efa_lod.io.json_objects import JsonObject
from efa_lod.model import code_lists
from efa_lod.model.context import Context
from efa_lod.model.publication import Publication
from efa_lod.rdf.documents import document_files
from efa_lod.rdf.formats import DUMPS, TURTLE, OutputFile
from efa_lod.rdf.statistics import Statistics

_FORMATS = "http://www.w3.org/ns/formats/"
_FEATURES = {"turtle": "Turtle", "json-ld": "JSON-LD", "n-triples": "N-Triples", "rdf-xml": "RDF_XML"}
"""Names of formats in http://www.w3.org/ns/formats/ by the names they have here."""


def void_nodes(
    publication: Publication, facts: Contents, counted: Statistics, dumps: Sequence[str] = (GRAPH_FILE,)
) -> list[JsonObject]:
    """Return the description of the dataset after "Describing Linked Datasets with the VoID Vocabulary" (W3C, 2011).

    *counted* is what the graph file holds; *dumps* are the files that are this graph together (section 3.2). How many
    different objects there are is not said: that alone would take memory for each of them.
    """
    settings = publication.settings.value
    linksets = list(_linksets(counted))
    classes = list(_classes(counted))
    properties = list(_properties(counted))
    document: JsonObject = {
        "id": "void",
        "type": "void:DatasetDescription",
        "title": {"de": f"VoID-Beschreibung: {settings['title']['de']}", "en": f"VoID: {settings['title']['en']}"},
        "publisher": publisher_id(settings),
        "primaryTopic": "dataset",
    }
    dataset: JsonObject = {
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
        "vocabulary": sorted({_namespace(term[1:-1]) for term in [*counted.classes, *counted.properties]}),
        "feature": [_FORMATS + _FEATURES[dump.name] for dump in DUMPS if dump.name in _FEATURES],
        "dataDump": list(dumps),
        **({"sparqlEndpoint": endpoint(publication)["url"]} if endpoint(publication) else {}),
        **_counts(counted),
        "subset": [node["id"] for node in linksets if node["type"] == "void:Linkset"],
        "classPartition": [node["id"] for node in classes],
        "propertyPartition": [node["id"] for node in properties],
    }
    publisher: JsonObject = {
        "id": publisher_id(settings),
        "type": "foaf:Agent",
        "name": settings["publisher"]["name"],
        "kind": code_lists.PUBLISHER_TYPE.concept(settings["publisher"]["type"]),
        "homepage": settings["publisher"]["homepage"],
    }
    return [document, dataset, publisher, *linksets, *classes, *properties]


def _counts(counted: Statistics) -> dict[str, str]:
    """Return the counts of the dataset as a whole; its entities are the things below the base IRI."""
    numbers = {
        "triples": counted.statements,
        "entities": counted.entities,
        "classes": len(counted.classes),
        "properties": len(counted.properties),
        "distinctSubjects": counted.subjects,
    }
    return {key: str(number) for key, number in numbers.items()}


def _classes(counted: Statistics) -> Iterator[JsonObject]:
    """Yield a partition for each class: how many things have it as a type."""
    for term, number in sorted(counted.classes.items()):
        iri = term[1:-1]
        yield {"id": f"void#class-{_slug(iri)}", "type": "void:Dataset", "class": iri, "entities": str(number)}


def _properties(counted: Statistics) -> Iterator[JsonObject]:
    """Yield a partition for each property: how many triples have it as their predicate."""
    for term, number in sorted(counted.properties.items()):
        iri = term[1:-1]
        yield {"id": f"void#property-{_slug(iri)}", "type": "void:Dataset", "property": iri, "triples": str(number)}


def _linksets(counted: Statistics) -> Iterator[JsonObject]:
    """Yield a linkset and its target for each site and property that things here are linked with."""
    for (site, predicate), number in sorted(counted.links.items()):
        name = _slug(site)
        yield {
            "id": f"void#links-{name}-{_slug(predicate[1:-1])}",
            "type": "void:Linkset",
            "subjectsTarget": "dataset",
            "objectsTarget": f"void#{name}",
            "linkPredicate": predicate[1:-1],
            "triples": str(number),
        }
    for site in sorted({site for site, _ in counted.links}):
        yield {"id": f"void#{_slug(site)}", "type": "void:Dataset", "homepage": site, "uriSpace": site}


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def _slug(iri: str) -> str:
    """Return *iri* without its scheme as a name that can stand after ``#``: hosts and paths joined by hyphens."""
    return "-".join(iri.partition("//")[2].replace("#", "/").strip("/").split("/"))


def void_files(
    publication: Publication, facts: Contents, counted: Statistics, dumps: Sequence[str] = (GRAPH_FILE,)
) -> Iterator[OutputFile]:
    """Yield the description of the dataset, and once more where VoID tells clients to look; *counted* is its graph."""
    context = Context(VOID_CONTEXT, publication.base_iri)
    void = batch(void_nodes(publication, facts, counted, dumps), context)
    yield from document_files("void", void.statements, context)
    content = TURTLE.write([void], context)
    yield OutputFile(".well-known/void", TURTLE.media_type, content, len(void.statements))
