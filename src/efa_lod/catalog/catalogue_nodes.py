"""The nodes of the catalogue: dataset, distributions, services, publisher, contact and code lists."""

from collections.abc import Iterator, Mapping

from efa_lod.catalog.catalogue_context import PARTS_LIST
from efa_lod.catalog.offers import OFFERS, Contents, Offer
from efa_lod.io.json_objects import JsonObject
from efa_lod.model import code_lists
from efa_lod.model.code_lists import CodeList
from efa_lod.model.publication import Publication

_EU = "http://publications.europa.eu/resource/authority/"

_SPARQL_PROTOCOL = "https://www.w3.org/TR/sparql11-protocol/"

_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"

_FILE_ADDRESS = ("accessURL", "downloadURL")


def catalogue_nodes(
    publication: Publication, facts: Contents, sizes: Mapping[str, int], in_parts: bool = False
) -> list[JsonObject]:
    """Return the catalogue of *publication*; *sizes* gives the bytes of each file by path, 1 where it is not known.

    What is *in_parts* is a folder of files: its address is where the parts are listed.
    """
    return _nodes(publication, facts, {offer.path: str(sizes.get(offer.path, 1)) for offer in OFFERS}, in_parts)


def description_nodes(publication: Publication, facts: Contents, in_parts: bool = False) -> list[JsonObject]:
    """Return what the catalogue says, but for the sizes of files: all that can stand inside one of the files."""
    return _nodes(publication, facts, {}, in_parts)


def _nodes(publication: Publication, facts: Contents, sizes: Mapping[str, str], in_parts: bool) -> list[JsonObject]:
    settings = publication.settings.value
    distributions = [_distribution(publication, facts, offer, sizes.get(offer.path), in_parts) for offer in OFFERS]
    service = [node for node in [_service(publication)] if node]
    nodes = [
        _catalogue(publication, facts),
        {**_dataset(publication, facts), "distribution": [node["id"] for node in distributions]},
        *distributions,
        *service,
        _publisher(publication),
        *_contact(publication),
        {"id": "dataset#period", "type": "dct:PeriodOfTime", **_period(settings["temporal"])},
        {"id": "dataset#provenance", "type": "dct:ProvenanceStatement", "label": settings["provenance"]},
        {"id": "dataset#rights", "type": "dct:RightsStatement", "label": _rights(settings)},
        *_documents(publication, facts),
        *_authority_nodes(settings),
        *_formats(),
        *(_resource(url) for url in endpoint(publication).values()),
    ]
    return list({node["id"]: node for node in nodes}.values())


def _catalogue(publication: Publication, facts: Contents) -> JsonObject:
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


def _dataset(publication: Publication, facts: Contents) -> JsonObject:
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


def _distribution(
    publication: Publication, facts: Contents, offer: Offer, size: str | None, in_parts: bool
) -> JsonObject:
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
        **({"byteSize": size} if size else {}),
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


def _service(publication: Publication) -> JsonObject | None:
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


def _publisher(publication: Publication) -> JsonObject:
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


def publisher_id(settings: JsonObject) -> str:
    """Return the IRI of the publisher: one that it has already, or one in the catalogue."""
    return str(settings["publisher"].get("id", "catalog#publisher"))


def _contact(publication: Publication) -> Iterator[JsonObject]:
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


def _period(temporal: Mapping[str, str]) -> JsonObject:
    return {"startDate": temporal["start"], "endDate": temporal["end"]}


def _rights(settings: JsonObject) -> dict[str, str]:
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


def _asks_for_attribution(settings: JsonObject) -> bool:
    return code_lists.asks_for_attribution(settings["licence"])


def _keywords(settings: JsonObject, facts: Contents) -> dict[str, list[str]]:
    """Return the keywords of the settings and the German names of the states, each once."""
    given = settings["keywords"]
    states = [names["de"] for _, names in facts.states]
    return {**given, "de": list(dict.fromkeys([*given["de"], *states]))}


def _languages(settings: JsonObject) -> list[str]:
    return [code_lists.LANGUAGE.concept(code_lists.LANGUAGE_CODES[tag]) for tag in settings["languages"]]


def _documents(publication: Publication, facts: Contents) -> Iterator[JsonObject]:
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


def _authority_nodes(settings: JsonObject) -> Iterator[JsonObject]:
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


def _concept(code_list: CodeList, code: str, *types: str) -> JsonObject:
    labels = code_list.codes.get(code) or {"de": code}
    return {"id": code_list.concept(code), "type": [*types, "skos:Concept"], "prefLabel": labels}


def _formats() -> Iterator[JsonObject]:
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


def _resource(iri: str) -> JsonObject:
    return {"id": iri, "type": "rdfs:Resource"}
