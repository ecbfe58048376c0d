"""Describe a release for research repositories: DataCite 4.5, RO-Crate 1.2, and Croissant 1.0 for the table."""

from collections.abc import Sequence
from dataclasses import dataclass

from efa_lod.io.json_text import json_text
from efa_lod.model.publication import Publication
from efa_lod.model.record_values import Thing
from efa_lod.rdf.formats import COLUMNS
from efa_lod.releases.citation import licence_identifier, licence_page, release_iri, year_of
from efa_lod.releases.ledger import DataRelease

DATACITE_FILE, CRATE_FILE, CROISSANT_FILE = "datacite.json", "ro-crate-metadata.json", "croissant.json"
TABLE_DUMP = "efa-lod.csv"


@dataclass(frozen=True)
class ReleaseFile:
    """A file of a release: *path* from its folder, *media_type*, size in bytes, SHA-256, what it holds."""

    path: str
    media_type: str
    size: int
    sha256: str
    about: str


def _json(value: object) -> bytes:
    return json_text(value).encode()


def datacite_json(publication: Publication, release: DataRelease) -> bytes:
    """Return the metadata of DataCite, without a DOI, which only a registration agency gives."""
    settings = publication.settings.value
    publisher = settings["publisher"]["name"]
    related = [("IsVersionOf", f"{publication.base_iri}dataset")]
    if release.previous:
        related.append(("IsNewVersionOf", f"{publication.base_iri}release/{release.previous}"))
    rights: dict[str, str] = {"rightsUri": licence_page(publication), "rights": settings.get("attribution") or ""}
    if identifier := licence_identifier(publication):
        rights |= {
            "rightsIdentifier": identifier,
            "rightsIdentifierScheme": "SPDX",
            "schemeUri": "https://spdx.org/licenses/",
        }
    languages = ("en", "de")
    return _json(
        {
            "schemaVersion": "http://datacite.org/schema/kernel-4",
            "url": release_iri(publication),
            "creators": [{"name": publisher, "nameType": "Organizational"}],
            "titles": [{"title": publication.texts(language)["title"], "lang": language} for language in languages],
            "publisher": {"name": publisher},
            "publicationYear": str(year_of(publication)),
            "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Linked open data"},
            "language": "de",
            "version": release.version,
            "dates": [
                {"date": str(settings["issued"]), "dateType": "Created"},
                {"date": release.day, "dateType": "Issued"},
            ],
            "subjects": [
                {"subject": word, "lang": language} for language in languages for word in _words(settings, language)
            ],
            "descriptions": [
                {
                    "description": " ".join(publication.texts(language)["description"].split()),
                    "descriptionType": "Abstract",
                    "lang": language,
                }
                for language in languages
            ],
            "rightsList": [{key: value for key, value in rights.items() if value}],
            "relatedIdentifiers": [
                {"relatedIdentifier": iri, "relatedIdentifierType": "URL", "relationType": relation}
                for relation, iri in related
            ],
        }
    )


def _words(settings: Thing, language: str) -> list[str]:
    return list(settings["keywords"][language])


def crate_json(publication: Publication, release: DataRelease, files: Sequence[ReleaseFile]) -> bytes:
    """Return the metadata of the frozen folder with these *files* as an RO-Crate."""
    settings = publication.settings.value
    about = publication.texts("en")
    publisher, contact = settings["publisher"], settings["contact"]
    formats = sorted({file.media_type for file in files})
    root: dict[str, object] = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"{about['title']}, release {release.version}",
        "description": " ".join(about["description"].split()),
        "datePublished": release.day,
        "version": release.version,
        "license": {"@id": licence_page(publication)},
        "publisher": {"@id": publisher["homepage"]},
        "author": {"@id": publisher["homepage"]},
        "identifier": {"@id": "#identifier"},
        "url": release_iri(publication),
        "keywords": ", ".join(_words(settings, "en")),
        "hasPart": [{"@id": file.path} for file in files],
    }
    graph: list[dict[str, object]] = [
        {
            "@id": CRATE_FILE,
            "@type": "CreativeWork",
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.2"},
            "about": {"@id": "./"},
        },
        root,
        {
            "@id": "#identifier",
            "@type": "PropertyValue",
            "name": "IRI of the release",
            "propertyID": "https://registry.identifiers.org/registry/url",
            "value": release_iri(publication),
            "url": release_iri(publication),
        },
        {
            "@id": licence_page(publication),
            "@type": "CreativeWork",
            "name": licence_identifier(publication) or licence_page(publication),
            "description": "The licence of the data.",
        },
        {
            "@id": publisher["homepage"],
            "@type": "Organization",
            "name": publisher["name"],
            "url": publisher["homepage"],
            "contactPoint": {"@id": "#contact"},
        },
        {
            "@id": "#contact",
            "@type": "ContactPoint",
            "name": contact["name"],
            "contactType": "customer service",
            "email": contact["email"],
            "url": contact["url"],
        },
        *(_crate_file(file) for file in files),
        *map(_crate_format, formats),
    ]
    return _json({"@context": "https://w3id.org/ro/crate/1.2/context", "@graph": graph})


def _crate_format(media_type: str) -> dict[str, object]:
    return {
        "@id": f"https://www.iana.org/assignments/media-types/{media_type}",
        "@type": ["WebPage", "Standard"],
        "name": media_type,
    }


def _crate_file(file: ReleaseFile) -> dict[str, object]:
    return {
        "@id": file.path,
        "@type": "File",
        "name": file.path,
        "description": file.about,
        "contentSize": str(file.size),
        "sha256": file.sha256,
        "encodingFormat": [file.media_type, {"@id": f"https://www.iana.org/assignments/media-types/{file.media_type}"}],
    }


_CROISSANT_CONTEXT: dict[str, object] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context that Croissant 1.0 prescribes, key by key."""


def croissant_json(publication: Publication, release: DataRelease, table: ReleaseFile, address: str) -> bytes:
    """Return the metadata of the *table*, which is at *address*, in Croissant 1.0."""
    about = publication.texts("en")
    settings = publication.settings.value
    return _json(
        {
            "@context": _CROISSANT_CONTEXT,
            "@type": "sc:Dataset",
            "name": "efa-lod",
            "alternateName": about["title"],
            "description": " ".join(about["description"].split()),
            "conformsTo": "http://mlcommons.org/croissant/1.0",
            "license": licence_page(publication),
            "url": release_iri(publication),
            "version": release.version,
            "datePublished": release.day,
            "citeAs": f"{settings['publisher']['name']} ({year_of(publication)}): {about['title']}, release"
            f" {release.version}. {release_iri(publication)}",
            "creator": {
                "@type": "sc:Organization",
                "name": settings["publisher"]["name"],
                "url": settings["publisher"]["homepage"],
            },
            "inLanguage": ["de", "en"],
            "keywords": _words(settings, "en"),
            "distribution": [
                {
                    "@type": "cr:FileObject",
                    "@id": TABLE_DUMP,
                    "name": TABLE_DUMP,
                    "description": table.about,
                    "contentUrl": address,
                    "contentSize": f"{table.size} B",
                    "encodingFormat": table.media_type,
                    "sha256": table.sha256,
                }
            ],
            "recordSet": [
                {
                    "@type": "cr:RecordSet",
                    "@id": "items",
                    "name": "items",
                    "description": "A record for each item that a row of the overview page gives for a state.",
                    "field": [
                        {
                            "@type": "cr:Field",
                            "@id": f"items/{column.name}",
                            "name": column.name,
                            "description": f"{column.en} ({column.de})",
                            "dataType": "sc:Text",
                            "source": {"fileObject": {"@id": TABLE_DUMP}, "extract": {"column": column.name}},
                        }
                        for column in COLUMNS
                    ],
                }
            ],
        }
    )
