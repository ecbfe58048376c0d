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

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from efa_lod.io.reading import Document, Place
from efa_lod.model import code_lists
from efa_lod.model.code_lists import CodeList
from efa_lod.model.context import Context
from efa_lod.model.expansion import Statement, text_of
from efa_lod.model.publication import Publication
from efa_lod.model.results import Result
from efa_lod.rdf.formats import BY_NAME, DUMPS, TURTLE, Batch, File, Format
from efa_lod.rdf.graphs import Triples, record_statements
from efa_lod.validation.shacl import Engine, Shapes, rdf_results
from efa_lod.validation.tracing import in_rdf_file

Node = Mapping[str, Any]
"""A JSON-LD node object: what the catalogue says of one resource."""

SHAPES = "shapes/catalog.ttl"
SETTINGS = "data/publication.yaml"
GRAPH_FILE = "efa-lod-graph.ttl"
PARTS_LIST = "parts.html"
"""Where the parts are listed of what is in parts."""
_FILE_ADDRESS = ("accessURL", "downloadURL")
SYNTAXES = tuple(BY_NAME[name] for name in ("turtle", "json-ld", "rdf-xml"))
"""The formats of the catalogue: those whose media types harvesters know."""

_EU = "http://publications.europa.eu/resource/authority/"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_SPARQL_PROTOCOL = "https://www.w3.org/TR/sparql11-protocol/"
_MODIFIED = "<http://purl.org/dc/terms/modified>"
_TITLE = "<http://purl.org/dc/terms/title>"

PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcatde": "http://dcat-ap.de/def/dcatde/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def texts(term: str) -> dict[str, str]:
    """Return the meaning of a key whose values are texts by language."""
    return {"@id": term, "@container": "@language"}


def typed(term: str, datatype: str) -> dict[str, str]:
    """Return the meaning of a key whose values have a datatype, or are IRIs (``@id``)."""
    return {"@id": term, "@type": datatype}


CATALOGUE_CONTEXT: dict[str, Any] = {
    **PREFIXES,
    "id": "@id",
    "type": "@type",
    **{
        key: texts(term)
        for key, term in {
            "title": "dct:title",
            "description": "dct:description",
            "keyword": "dcat:keyword",
            "label": "rdfs:label",
            "prefLabel": "skos:prefLabel",
            "versionNotes": "adms:versionNotes",
        }.items()
    },
    **{
        key: typed(term, "@id")
        for key, term in {
            "accessRights": "dct:accessRights",
            "accessURL": "dcat:accessURL",
            "address": "vcard:hasAddress",
            "availability": "dcatap:availability",
            "conformsTo": "dct:conformsTo",
            "contactPoint": "dcat:contactPoint",
            "contributorID": "dcatde:contributorID",
            "creator": "dct:creator",
            "dataset": "dcat:dataset",
            "distribution": "dcat:distribution",
            "documentation": "foaf:page",
            "downloadURL": "dcat:downloadURL",
            "email": "vcard:hasEmail",
            "endpointDescription": "dcat:endpointDescription",
            "endpointURL": "dcat:endpointURL",
            "format": "dct:format",
            "frequency": "dct:accrualPeriodicity",
            "homepage": "foaf:homepage",
            "kind": "dct:type",
            "landingPage": "dcat:landingPage",
            "language": "dct:language",
            "licence": "dct:license",
            "mailbox": "foaf:mbox",
            "mediaType": "dcat:mediaType",
            "politicalLevel": "dcatde:politicalGeocodingLevelURI",
            "provenance": "dct:provenance",
            "publisher": "dct:publisher",
            "rights": "dct:rights",
            "servesDataset": "dcat:servesDataset",
            "service": "dcat:service",
            "spatial": "dct:spatial",
            "subject": "dct:subject",
            "telephone": "vcard:hasTelephone",
            "temporal": "dct:temporal",
            "theme": "dcat:theme",
            "themeTaxonomy": "dcat:themeTaxonomy",
            "uid": "vcard:hasUID",
            "url": "vcard:hasURL",
        }.items()
    },
    **{
        key: typed(term, datatype)
        for key, term, datatype in (
            ("bbox", "dcat:bbox", "geo:wktLiteral"),
            ("byteSize", "dcat:byteSize", "xsd:nonNegativeInteger"),
            ("centroid", "dcat:centroid", "geo:wktLiteral"),
            ("endDate", "dcat:endDate", "xsd:date"),
            ("issued", "dct:issued", "xsd:date"),
            ("modified", "dct:modified", "xsd:date"),
            ("startDate", "dcat:startDate", "xsd:date"),
        )
    },
    "attribution": "dcatde:licenseAttributionByText",
    "city": "vcard:locality",
    "country": "vcard:country-name",
    "fn": "vcard:fn",
    "identifier": "dct:identifier",
    "name": "foaf:name",
    "postalCode": "vcard:postal-code",
    "street": "vcard:street-address",
    "version": "dcat:version",
}
"""The meaning of the keys of the catalogue; ``catalog.jsonld`` carries it along."""


# --- what the catalogue lists ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    """A file of the dataset: the *name* it has in IRIs, its *path*, format, and title and description by language."""

    name: str
    path: str
    format: Format
    title: Mapping[str, str]
    about: Mapping[str, str]


OFFERS = (
    *(Offer(f.name, f"efa-lod{f.suffix}", f, {"de": f.title, "en": f.title}, f.about) for f in DUMPS),
    Offer(
        "graph",
        GRAPH_FILE,
        TURTLE,
        {"de": "Wissensgraph (Turtle)", "en": "Knowledge graph (Turtle)"},
        {
            "de": "Alles in einer Datei: die Angaben, die Ontologie mit ihren Begriffen, die Beschreibung.",
            "en": "Everything in one file: the statements, the ontology with its terms, the description.",
        },
    ),
)
"""The files that a build offers as distributions, in the order they are listed to people."""


@dataclass(frozen=True)
class Contents:
    """What the catalogue says of the data itself: its states, the ontology's title, the last change."""

    states: Sequence[tuple[str, Mapping[str, str]]]
    ontology_title: Mapping[str, str]
    modified: str


def contents(
    publication: Publication, documents: Iterable[Document], graph: Iterable[Statement], latest: str = ""
) -> Contents:
    """Return the facts of *documents* and of the *graph* made of them and the ontology that the catalogue needs.

    The day of the last change is the latest ``dct:modified`` in the data, which *latest* may add to, or in the
    settings: it follows the data, not the clock, so unchanged data has an unchanged catalogue.
    """
    states = [(d.value["id"], d.value["name"]) for d in documents if d.value.get("type") == "State"]
    ontology = f"<{publication.base_iri}ontology>"
    title: dict[str, str] = {}
    days = [str(publication.settings.value["modified"]), latest]
    for subject, predicate, found in graph:
        if predicate == _MODIFIED and found[0] == '"':
            days.append(text_of(found))
        elif predicate == _TITLE and subject == ontology:
            title[found.rpartition("@")[2]] = text_of(found)
    return Contents(states, title, max(days))


# --- the catalogue --------------------------------------------------------------------------------------------------


def catalogue_nodes(
    publication: Publication, facts: Contents, sizes: Mapping[str, int], in_parts: bool = False
) -> list[Node]:
    """Return the catalogue of *publication*; *sizes* gives the bytes of each file by path, 1 where it is not known.

    What is *in_parts* is a folder of files: its address is where the parts are listed.
    """
    distributions = [_distribution(publication, facts, offer, sizes.get(offer.path, 1), in_parts) for offer in OFFERS]
    dataset = {**_dataset(publication, facts), "distribution": [node["id"] for node in distributions]}
    catalogue, *others = description_nodes(publication, facts)
    others = [node for node in others if node["id"] != dataset["id"]]
    service = [node for node in [_service(publication)] if node]
    named = [*_formats(), *(_resource(url) for url in endpoint(publication).values())]
    return [catalogue, dataset, *distributions, *service, *others, *named]


def description_nodes(publication: Publication, facts: Contents) -> list[Node]:
    """Return what the catalogue says apart from files: all that can stand inside one of the files."""
    settings = publication.settings.value
    nodes = [
        _catalogue(publication, facts),
        _dataset(publication, facts),
        _publisher(publication),
        *_contact(publication),
        {"id": "dataset#period", "type": "dct:PeriodOfTime", **_period(settings["temporal"])},
        {"id": "dataset#provenance", "type": "dct:ProvenanceStatement", "label": settings["provenance"]},
        {"id": "dataset#rights", "type": "dct:RightsStatement", "label": _rights(settings)},
        *_documents(publication, facts),
        *_authority_nodes(settings),
    ]
    return list({node["id"]: node for node in nodes}.values())


def _catalogue(publication: Publication, facts: Contents) -> Node:
    settings = publication.settings.value
    return {
        "id": "catalog",
        "type": "dcat:Catalog",
        "title": settings["catalog"]["title"],
        "description": settings["catalog"]["description"],
        "publisher": publisher_id(settings),
        "homepage": publication.base_iri,
        "issued": settings["issued"],
        "modified": facts.modified,
        "language": _languages(settings),
        "licence": settings["licence"],
        "rights": "dataset#rights",
        "spatial": settings["spatial"]["id"],
        "themeTaxonomy": code_lists.THEME.iri,
        "availability": code_lists.AVAILABILITY.concept("STABLE"),
        "dataset": "dataset",
        **({"service": "catalog#sparql"} if endpoint(publication) else {}),
    }


def _dataset(publication: Publication, facts: Contents) -> Node:
    settings = publication.settings.value
    return {
        "id": "dataset",
        "type": "dcat:Dataset",
        "identifier": f"{publication.base_iri}dataset",
        "title": settings["title"],
        "description": settings["description"],
        "publisher": publisher_id(settings),
        "creator": publisher_id(settings),
        "contactPoint": "catalog#contact",
        "contributorID": settings["contributor"],
        "keyword": _keywords(settings, facts),
        "theme": [code_lists.THEME.concept(code) for code in settings["themes"]],
        "subject": [iri for iri, _ in facts.states],
        "issued": settings["issued"],
        "modified": facts.modified,
        "version": settings["version"],
        **({"versionNotes": settings["versionNotes"]} if "versionNotes" in settings else {}),
        "frequency": code_lists.FREQUENCY.concept(settings["frequency"]),
        "temporal": "dataset#period",
        "spatial": settings["spatial"]["id"],
        "politicalLevel": code_lists.POLITICAL_LEVEL.concept(settings["politicalLevel"]),
        "language": _languages(settings),
        "accessRights": code_lists.ACCESS_RIGHT.concept("PUBLIC"),
        "availability": code_lists.AVAILABILITY.concept("STABLE"),
        "landingPage": publication.base_iri,
        "documentation": "ontology",
        "conformsTo": "ontology",
        "provenance": "dataset#provenance",
    }


def _distribution(publication: Publication, facts: Contents, offer: Offer, size: int, in_parts: bool) -> Node:
    settings = publication.settings.value
    # A portal would show one of several downloads, as if that part were the whole.
    address = {"accessURL": f"{PARTS_LIST}#{offer.name}"} if in_parts else dict.fromkeys(_FILE_ADDRESS, offer.path)
    return {
        "id": f"dataset#{offer.name}",
        "type": "dcat:Distribution",
        "title": offer.title,
        "description": offer.about,
        **address,
        "format": _EU + "file-type/" + offer.format.file_type,
        "mediaType": _MEDIA_TYPES + offer.format.media_type,
        "byteSize": str(size),
        "licence": settings["licence"],
        **({"attribution": settings["attribution"]} if _asks_for_attribution(settings) else {}),
        "rights": "dataset#rights",
        "issued": settings["issued"],
        "modified": facts.modified,
        "language": _languages(settings),
        "availability": code_lists.AVAILABILITY.concept("STABLE"),
        "documentation": "ontology",
        "conformsTo": "ontology",
    }


def _service(publication: Publication) -> Node | None:
    """Return the SPARQL endpoint, if the settings name one; nothing but the catalogue refers to it."""
    settings = publication.settings.value
    service = endpoint(publication)
    if not service:
        return None
    return {
        "id": "catalog#sparql",
        "type": "dcat:DataService",
        "title": {"de": f"SPARQL: {settings['title']['de']}", "en": f"SPARQL: {settings['title']['en']}"},
        "description": {
            "de": "Abfragen über alle Angaben in der Sprache SPARQL.",
            "en": "Queries over all statements in the language SPARQL.",
        },
        "endpointURL": service["url"],
        "endpointDescription": service["description"],
        "conformsTo": _SPARQL_PROTOCOL,
        "publisher": publisher_id(settings),
        "contactPoint": "catalog#contact",
        "theme": [code_lists.THEME.concept(code) for code in settings["themes"]],
        "keyword": settings["keywords"],
        "licence": settings["licence"],
        "accessRights": code_lists.ACCESS_RIGHT.concept("PUBLIC"),
        "availability": code_lists.AVAILABILITY.concept("STABLE"),
        "servesDataset": "dataset",
    }


def endpoint(publication: Publication) -> dict[str, str]:
    """Return address and description of the public SPARQL endpoint, or nothing."""
    found = publication.settings.value.get("endpoint")
    return {"url": found["url"], "description": found.get("description", found["url"])} if found else {}


def _publisher(publication: Publication) -> Node:
    settings = publication.settings.value
    publisher = settings["publisher"]
    return {
        "id": publisher_id(settings),
        "type": "foaf:Agent",
        "name": publisher["name"],
        "kind": code_lists.PUBLISHER_TYPE.concept(publisher["type"]),
        "homepage": publisher["homepage"],
        "mailbox": f"mailto:{publisher['email']}",
        "identifier": publisher.get("id", f"{publication.base_iri}{publisher_id(settings)}"),
    }


def publisher_id(settings: Node) -> str:
    """Return the IRI of the publisher: one that it has already, or one in the catalogue."""
    return str(settings["publisher"].get("id", "catalog#publisher"))


def _contact(publication: Publication) -> Iterator[Node]:
    contact = publication.settings.value["contact"]
    optional = {"telephone": f"tel:{contact['telephone']}"} if "telephone" in contact else {}
    optional |= {"address": "catalog#address"} if "address" in contact else {}
    yield {
        "id": "catalog#contact",
        "type": "vcard:Kind",
        "fn": contact["name"],
        "email": f"mailto:{contact['email']}",
        "url": contact["url"],
        **optional,
        "uid": "catalog#contact",
    }
    if "address" in contact:
        yield {"id": "catalog#address", "type": "vcard:Address", **contact["address"]}


def _period(temporal: Mapping[str, str]) -> Node:
    return {"startDate": temporal["start"], "endDate": temporal["end"]}


def _rights(settings: Node) -> dict[str, str]:
    """Return in one sentence what users may do, as portals show it."""
    title = code_lists.LICENCE.codes.get(code_lists.LICENCE.code(settings["licence"]), {})
    de, en = title.get("de", settings["licence"]), title.get("en") or title.get("de", settings["licence"])
    rights = {"de": f"Frei nutzbar unter der Lizenz „{de}“", "en": f'Free to use under the licence "{en}"'}
    if _asks_for_attribution(settings):
        rights = {
            "de": f"{rights['de']}, mit der Quellenangabe: {settings['attribution']}",
            "en": f"{rights['en']}, naming the source: {settings['attribution']}",
        }
    return rights


def _asks_for_attribution(settings: Node) -> bool:
    return code_lists.asks_for_attribution(settings["licence"])


def _keywords(settings: Node, facts: Contents) -> dict[str, list[str]]:
    """Return the keywords of the settings and the German names of the states, each once."""
    given = settings["keywords"]
    states = [names["de"] for _, names in facts.states]
    return {**given, "de": list(dict.fromkeys([*given["de"], *states]))}


def _languages(settings: Node) -> list[str]:
    return [code_lists.LANGUAGE.concept(code_lists.LANGUAGE_CODES[tag]) for tag in settings["languages"]]


def _documents(publication: Publication, facts: Contents) -> Iterator[Node]:
    """Yield the pages and documents that the catalogue refers to, with the types that DCAT-AP asks for."""
    settings = publication.settings.value
    yield {"id": publication.base_iri, "type": "foaf:Document"}
    yield {"id": settings["publisher"]["homepage"], "type": "foaf:Document"}
    yield {
        "id": "ontology",
        "type": ["dct:Standard", "foaf:Document"],
        "title": facts.ontology_title,
    }
    if endpoint(publication):
        yield {
            "id": _SPARQL_PROTOCOL,
            "type": "dct:Standard",
            "title": {"de": "SPARQL-1.1-Protokoll", "en": "SPARQL 1.1 Protocol"},
        }


def _authority_nodes(settings: Node) -> Iterator[Node]:
    """Yield the concepts that the catalogue refers to: validators want their types in the file."""
    licence_type = code_lists.licence_type(settings["licence"])
    yield {
        "id": settings["licence"],
        "type": "dct:LicenseDocument",
        "title": code_lists.LICENCE.codes.get(code_lists.LICENCE.code(settings["licence"]), {}),
        "kind": code_lists.LICENCE_TYPE.concept(licence_type),
    }
    place = settings["spatial"]
    yield {
        "id": place["id"],
        "type": "dct:Location",
        "prefLabel": {"de": place["name"]},
        "bbox": place["bbox"],
        "centroid": place["centroid"],
    }
    yield {
        "id": code_lists.THEME.iri,
        "type": "skos:ConceptScheme",
        "title": {"de": "Datenthemen", "en": "Data theme"},
    }
    yield from (_concept(code_lists.THEME, code) for code in settings["themes"])
    yield _concept(code_lists.FREQUENCY, settings["frequency"], "dct:Frequency")
    yield _concept(code_lists.POLITICAL_LEVEL, settings["politicalLevel"])
    yield _concept(code_lists.PUBLISHER_TYPE, settings["publisher"]["type"])
    yield _concept(code_lists.LICENCE_TYPE, licence_type)
    yield _concept(code_lists.ACCESS_RIGHT, "PUBLIC", "dct:RightsStatement")
    yield _concept(code_lists.AVAILABILITY, "STABLE")
    for tag in settings["languages"]:
        yield _concept(code_lists.LANGUAGE, code_lists.LANGUAGE_CODES[tag], "dct:LinguisticSystem")


def _concept(code_list: CodeList, code: str, *types: str) -> Node:
    labels = code_list.codes.get(code) or {"de": code}
    return {"id": code_list.concept(code), "type": [*types, "skos:Concept"], "prefLabel": labels}


def _formats() -> Iterator[Node]:
    """Yield the file types and media types of the files, each once; portals show the label of a media type."""
    offered = {offer.format.name: offer.format for offer in OFFERS}
    for format_ in offered.values():
        yield {
            "id": _EU + "file-type/" + format_.file_type,
            "type": ["dct:MediaTypeOrExtent", "skos:Concept"],
            "prefLabel": {"en": format_.title},
        }
    for format_ in offered.values():
        label = {"en": format_.media_type}
        yield {"id": _MEDIA_TYPES + format_.media_type, "type": "dct:MediaType", "label": label}


def _resource(iri: str) -> Node:
    return {"id": iri, "type": "rdfs:Resource"}


# --- documents, files, check ----------------------------------------------------------------------------------------


def batch(nodes: Sequence[Node], context: Context) -> Batch:
    """Return *nodes* ready to be written in any format of the table."""
    documents = [Document(dict(node), Place(SETTINGS), dict) for node in nodes]
    return Batch(documents, record_statements(documents, context))


def catalogue_context(publication: Publication) -> Context:
    """Return the context that the catalogue is written under."""
    return Context(CATALOGUE_CONTEXT, publication.base_iri)


def graph_context(context: Context) -> Context:
    """Return *context* with the prefixes of the catalogue, for the file that holds both."""
    return Context({**context.definition, **PREFIXES}, context.base_iri)


def catalogue(
    publication: Publication, facts: Contents, sizes: Mapping[str, int] | None = None, in_parts: bool = False
) -> Batch:
    """Return the catalogue of *publication*; *sizes* gives the bytes of each file by path, once they are known."""
    return batch(catalogue_nodes(publication, facts, sizes or {}, in_parts), catalogue_context(publication))


def catalogue_files(
    publication: Publication, facts: Contents, sizes: Mapping[str, int], in_parts: bool = False
) -> Iterator[File]:
    """Yield the catalogue in each of its syntaxes; *sizes* gives the bytes of the files that were written, by path."""
    listed = catalogue(publication, facts, sizes, in_parts)
    for syntax in SYNTAXES:
        content = syntax.write([listed], catalogue_context(publication))
        yield f"catalog{syntax.suffix}", syntax.media_type, content, len(listed.statements)


def graph_description(publication: Publication, facts: Contents) -> Batch:
    """Return the description of the dataset that stands in the graph file beside the data."""
    return batch(description_nodes(publication, facts), catalogue_context(publication))


def check_catalogue(
    triples: Triples, publication: Publication, name: str = SETTINGS, engine: Engine = Engine.AUTO
) -> list[Result]:
    """Return what the publication's own shapes find wrong with the *triples* of the catalogue called *name*."""
    locate = in_rdf_file(name, catalogue_context(publication))
    return rdf_results(triples, Shapes(publication, [SHAPES], engine), locate)
