"""The formats in which things are told, and the media types of everything that a site holds."""

from dataclasses import dataclass

from efa_lod.rdf.documents import DOCUMENT_FORMATS
from efa_lod.rdf.formats import TURTLE


@dataclass(frozen=True)
class Variant:
    """A format in which things are told: *suffix* of the document, its *media_type*, whether it is a page."""

    suffix: str
    media_type: str
    is_page: bool = False

    @property
    def name(self) -> str:
        """Return the suffix without its dot."""
        return self.suffix[1:]


VARIANTS = (Variant(".html", "text/html", is_page=True), *(Variant(f.suffix, f.media_type) for f in DOCUMENT_FORMATS))
"""The formats of documents; who likes several equally gets the first of them that there is, a browser the page."""

MEDIA_TYPES = {
    **{variant.suffix: variant.media_type for variant in VARIANTS},
    ".atom": "application/atom+xml",
    ".bib": "application/x-bibtex",
    ".cff": "application/yaml",
    ".css": "text/css",
    ".csv": "text/csv",
    ".csv-metadata.json": "application/csvm+json",
    ".geojson": "application/geo+json",
    ".ico": "image/vnd.microsoft.icon",
    ".ipynb": "application/x-ipynb+json",
    ".js": "text/javascript",
    ".json": "application/json",
    ".link": "application/link-format",
    ".png": "image/png",
    ".rdfp": "application/rdf-patch",
    ".ris": "application/x-research-info-systems",
    ".schema.json": "application/schema+json",
    ".rq": "application/sparql-query",
    ".ru": "application/sparql-update",
    ".sig": "text/plain",
    ".svg": "image/svg+xml",
    ".trig": "application/trig",
    ".txt": "text/plain",
    ".vcf": "text/vcard",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
}
"""Media types by suffix, of everything that a site holds."""
NAMED_TYPES = {".well-known/void": TURTLE.media_type, "SHA256SUMS": "text/plain"}
"""Media types of files whose name tells none."""
_CHARSET = {"text/html", "text/css", "text/csv", "text/plain", "text/vcard", "text/javascript"}
"""Media types that are sent with their charset; Turtle has but one, and harvesters compare its type as a whole."""
_PACKED = {".ico", ".png", ".xlsx"}


def content_type(media_type: str) -> str:
    """Return the Content-Type under which a file of that *media_type* is sent."""
    return f"{media_type}; charset=utf-8" if media_type in _CHARSET else media_type


def compressible_types() -> list[str]:
    """Return the media types that are worth compressing."""
    return sorted({media_type for suffix, media_type in MEDIA_TYPES.items() if suffix not in _PACKED})
