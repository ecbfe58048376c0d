"""Describe the dataset by schema.org, for search engines of data sets: the same facts as the catalogue, in a page.

Google Dataset Search reads ``Dataset`` with ``DataDownload`` in the page itself; a page speaks one language.
"""

from collections.abc import Mapping

from efa_lod.catalog.catalogue_nodes import endpoint, publisher_id
from efa_lod.catalog.offers import OFFERS, Contents, Offer
from efa_lod.io.json_objects import JsonObject
from efa_lod.model.publication import Publication
from efa_lod.releases.citation import licence_page

_SCHEMA = "https://schema.org/"
_CONTEXT = {
    "@vocab": _SCHEMA,
    **{key: {"@id": _SCHEMA + key, "@type": "@id"} for key in ("contentUrl", "license", "url")},
}
"""Google reads keys of schema.org; the rest makes IRIs of addresses for those who read the page as RDF."""


def schema_dataset(
    publication: Publication, facts: Contents, sizes: Mapping[str, int], language: str
) -> dict[str, object]:
    """Return the dataset of *publication* as ``schema:Dataset`` in *language*; *sizes* gives the bytes of each file."""
    settings, about = publication.settings.value, publication.texts(language)
    base, publisher = publication.base_iri, settings["publisher"]
    agent = {"@type": "Organization", "@id": _iri(base, publisher_id(settings)), "name": publisher["name"]}
    agent |= {"url": publisher["homepage"]}
    catalog = {"@type": "DataCatalog", "@id": f"{base}catalog", "name": settings["catalog"]["title"][language]}
    return {
        "@context": _CONTEXT,
        "@type": "Dataset",
        "@id": f"{base}dataset",
        "identifier": f"{base}dataset",
        "url": f"{base}{'' if language == 'de' else f'{language}/'}dataset.html",
        "name": about["title"],
        "description": " ".join(about["description"].split()),
        "keywords": [*settings["keywords"][language], *(names.get(language, "") for _, names in facts.states)],
        "inLanguage": list(settings["languages"]),
        "license": licence_page(publication),
        **({"creditText": settings["attribution"]} if settings.get("attribution") else {}),
        "isAccessibleForFree": True,
        "creator": agent,
        "publisher": {"@id": agent["@id"]},
        "version": settings["version"],
        "datePublished": str(settings["issued"]),
        "dateModified": facts.modified,
        "temporalCoverage": f"{settings['temporal']['start']}/{settings['temporal']['end']}",
        "spatialCoverage": {"@type": "Place", "@id": settings["spatial"]["id"], "name": settings["spatial"]["name"]},
        "includedInDataCatalog": catalog,
        "distribution": [
            *(_download(base, offer, sizes.get(offer.path), language) for offer in OFFERS),
            *_service(publication),
        ],
    }


def _download(base: str, offer: Offer, size: int | None, language: str) -> JsonObject:
    return {
        "@type": "DataDownload",
        "@id": f"{base}dataset#{offer.name}",
        "name": offer.title[language],
        "description": offer.about[language],
        "contentUrl": base + offer.path,
        "encodingFormat": offer.format.media_type,
        **({"contentSize": f"{size} B"} if size else {}),
    }


def _service(publication: Publication) -> list[JsonObject]:
    """Return the public SPARQL endpoint as an access to the data, if there is one."""
    address = endpoint(publication).get("url")
    service = {"@type": "DataDownload", "@id": f"{publication.base_iri}catalog#sparql", "name": "SPARQL"}
    return [{**service, "contentUrl": address}] if address else []


def _iri(base: str, reference: str) -> str:
    return reference if "://" in reference else base + reference
