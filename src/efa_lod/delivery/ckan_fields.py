"""A catalogue's dataset as CKAN's Action API takes it: one package, and a resource for each distribution.

Texts are given in one language, that of the portal. Values are stripped, as CKAN keeps them.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from efa_lod.catalog.catalogue_view import DCAT, View
from efa_lod.catalog.portals import in_locale
from efa_lod.errors import BrokenInput
from efa_lod.rdf.graphs import Triples
from efa_lod.rdf.subject_index import Node

_FORMATS = {"RDF_TURTLE": "Turtle", "RDF_N_TRIPLES": "N-Triples", "RDF_XML": "RDF", "JSON_LD": "JSON-LD"}
"""What CKAN calls the file types of the EU's list whose names are no words; others have their name there."""
_TEXTS = {"title": "dct:title", "notes": "dct:description"}
_FIRST = {"url": "dcat:landingPage", "version": "dcat:version"}
_EXTRAS = {
    "uri": "",
    "identifier": "dct:identifier",
    "issued": "dct:issued",
    "modified": "dct:modified",
    "frequency": "dct:accrualPeriodicity",
    "access_rights": "dct:accessRights",
    "publisher_name": "dct:publisher/foaf:name",
    "publisher_url": "dct:publisher/foaf:homepage",
    "contact_name": "dcat:contactPoint/vcard:fn",
    "contact_email": "dcat:contactPoint/vcard:hasEmail",
}
_RESOURCE = {
    "url": "dcat:downloadURL | dcat:accessURL",
    "access_url": "dcat:accessURL",
    "download_url": "dcat:downloadURL",
    "mimetype": "dcat:mediaType",
    "size": "dcat:byteSize",
    "license": "dct:license",
    "issued": "dct:issued",
    "modified": "dct:modified",
}


@dataclass(frozen=True)
class PortalDataset:
    """One dataset: its *iri*, its *fields* (texts), *extras*, *tags*, *licences*, and *resources* by their IRI."""

    iri: str
    fields: Mapping[str, str]
    extras: Mapping[str, str]
    tags: tuple[str, ...]
    licences: tuple[str, ...]
    resources: Mapping[str, Mapping[str, object]]


def portal_dataset(catalogue: Triples, name: str, locale: str) -> PortalDataset:
    """Return the one dataset of *catalogue*. Raise BrokenInput where there is none, or several."""
    view = View(catalogue)
    datasets = view.of_type(f"{DCAT}Dataset")
    if len(datasets) != 1:
        raise BrokenInput(
            f"{name}: expected one dcat:Dataset to bring to the portal, found {len(datasets)}",
            f"{name}: erwartet wird ein dcat:Dataset für das Portal, gefunden {len(datasets)}",
        )
    node = datasets[0]
    fields = {key: in_locale(view, node, path, locale).strip() for key, path in _TEXTS.items()}
    fields |= {key: _first(view, node, path) for key, path in _FIRST.items()}
    extras = {key: _first(view, node, path) if path else node.value for key, path in _EXTRAS.items()}
    extras["contact_email"] = extras["contact_email"].removeprefix("mailto:")
    return PortalDataset(
        node.value,
        {key: value for key, value in fields.items() if value},
        {key: value for key, value in extras.items() if value},
        tuple(sorted({_tag(word) for word in _keywords(view, node, locale)} - {""})),
        tuple(dict.fromkeys(view.texts(node, "dct:license") + view.texts(node, "dcat:distribution/dct:license"))),
        {file.value: _resource(view, file, locale) for file in view.values(node, "dcat:distribution")},
    )


def _first(view: View, node: Node, path: str) -> str:
    return next(iter(view.texts(node, path)), "").strip()


def _keywords(view: View, node: Node, locale: str) -> list[str]:
    """Return the keywords in the language of the portal, or all where there is none."""
    words = [word for word in view.values(node, "dcat:keyword") if isinstance(word, ox.Literal)]
    return [word.value for word in words if word.language == locale] or [word.value for word in words]


def _tag(word: str) -> str:
    """Return *word* as CKAN takes a tag: letters, digits, spaces, hyphens, dots and underscores, 2 to 100 of them."""
    tag = " ".join(re.sub(r"[^\w \-.]", " ", word).split())[:100]
    return tag if len(tag) >= 2 else ""


def _resource(view: View, file: Node, locale: str) -> dict[str, object]:
    found: dict[str, str] = {key: _first(view, file, path) for key, path in _RESOURCE.items()}
    kind = _first(view, file, "dct:format").rpartition("/")[2]
    found |= {
        "uri": file.value,
        "name": in_locale(view, file, "dct:title", locale).strip(),
        "description": in_locale(view, file, "dct:description", locale).strip(),
        "format": _FORMATS.get(kind, kind),
        "mimetype": found["mimetype"].removeprefix("https://www.iana.org/assignments/media-types/"),
    }
    size = int(found["size"]) if found["size"].isdecimal() else ""
    return {key: value for key, value in (found | {"size": size}).items() if value != ""}


def slug_of(title: str) -> str:
    """Return the name under which a portal knows a dataset of this *title*: small letters, digits, hyphens."""
    plain = title.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:100].rstrip("-")
