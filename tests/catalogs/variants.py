"""Three publications: the sample as it comes, a state with a licence that asks nothing, a town with an endpoint."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from efa_lod.model.publication import Publication, read_publication

VARIANTS: Mapping[str, Mapping[str, Any]] = {
    "sample": {},
    "state": {
        "status": "official",
        "baseIri": "https://daten.land.de/efa/",
        "licence": "http://dcat-ap.de/def/licenses/dl-zero-de/2.0",
        "attribution": None,
        "contributor": "http://dcat-ap.de/def/contributors/schleswigHolstein",
        "publisher": {
            "id": "https://daten.land.de/behoerde/digitales",
            "name": "Digitalministerium",
            "type": "RegionalAuthority",
            "homepage": "https://land.de/digitales",
            "email": "digitales@land.de",
        },
        "contact": {
            "name": "Offene Daten",
            "email": "daten@land.de",
            "url": "https://land.de/kontakt",
            "telephone": "+494319880",
            "address": {"street": "Am Kai 1", "postalCode": "24103", "city": "Kiel", "country": "Deutschland"},
        },
        "politicalLevel": "state",
        "themes": ["GOVE", "REGI"],
        "frequency": "AS_NEEDED",
        "languages": ["de"],
        "spatial": {
            "id": "https://sws.geonames.org/2838632/",
            "name": "Schleswig-Holstein",
            "bbox": "POLYGON((7.87 53.36, 11.31 53.36, 11.31 55.06, 7.87 55.06, 7.87 53.36))",
            "centroid": "POINT(9.7 54.2)",
        },
    },
    "town": {
        "status": "official",
        "baseIri": "http://localhost:8000/",
        "contributor": "http://dcat-ap.de/def/contributors/stadtAugsburg",
        "attribution": "Stadt Neustadt",
        "publisher": {
            "name": "Stadt Neustadt",
            "type": "LocalAuthority",
            "homepage": "https://neustadt.de/",
            "email": "rathaus@neustadt.de",
        },
        "contact": {"name": "Rathaus", "email": "rathaus@neustadt.de", "url": "https://neustadt.de/kontakt"},
        "politicalLevel": "municipality",
        "versionNotes": None,
        "endpoint": {"url": "https://neustadt.de/sparql"},
    },
}


def with_settings(publication: Publication, changes: Mapping[str, Any]) -> Publication:
    """Return *publication* with settings changed; None leaves a setting out."""
    value = {**publication.settings.value, **changes}
    kept = {key: setting for key, setting in value.items() if setting is not None}
    return Publication(publication.folder, replace(publication.settings, value=kept))


def variant(name: str) -> Publication:
    """Return the publication called *name*."""
    return with_settings(read_publication(), VARIANTS[name])
