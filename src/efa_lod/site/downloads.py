"""List what the site offers for download beside the dumps: path, media type, title and what it holds.

What the files are called, and what they hold, stands in ``texts/downloads.toml``.
"""

from collections.abc import Mapping, Sequence

from efa_lod.catalog.catalogue_context import SYNTAXES
from efa_lod.io.messages import text_table
from efa_lod.model.languages import Texts
from efa_lod.rdf.formats import BY_NAME, DATA_TABLES, TABLES_METADATA
from efa_lod.site.spreadsheets import MEDIA_TYPE

_TURTLE, _JSON_LD = BY_NAME["turtle"].media_type, BY_NAME["json-ld"].media_type
_CSVW, _NOTEBOOK = "application/csvm+json", "application/x-ipynb+json"
_TEXTS = text_table(__file__, "downloads")
_OfferedFile = tuple[str, str, Texts, Texts]


def _file(path: str, media_type: str) -> _OfferedFile:
    return path, media_type, _TEXTS[path]["title"], _TEXTS[path]["about"]


def _catalogue(suffix: str, media_type: str, syntax: str) -> _OfferedFile:
    title = {language: text.format(syntax=syntax) for language, text in _TEXTS["catalog"]["title"].items()}
    return f"catalog{suffix}", media_type, title, _TEXTS["catalog"]["about"]


OTHER_FILES: Mapping[str, Sequence[_OfferedFile]] = {
    "tables": (
        _file("efa-lod.xlsx", MEDIA_TYPE),
        _file("comparison.xlsx", MEDIA_TYPE),
        _file("comparison.csv", "text/csv"),
        *((one.path, "text/csv", {"de": one.de, "en": one.en}, _TEXTS["tables/"]["about"]) for one in DATA_TABLES),
        _file(TABLES_METADATA, _CSVW),
        _file("efa-lod.csv-metadata.json", _CSVW),
    ),
    "terms": (
        _file("ontology.ttl", _TURTLE),
        _file("shapes.ttl", _TURTLE),
        _file("context.jsonld", _JSON_LD),
        _file("record.schema.json", "application/schema+json"),
        _file("frame.jsonld", _JSON_LD),
        _file("borrowed.ttl", _TURTLE),
        _file("alignments.ttl", _TURTLE),
        _file("cookbook.ttl", _TURTLE),
        _file("cookbook.de.ipynb", _NOTEBOOK),
        _file("cookbook.en.ipynb", _NOTEBOOK),
    ),
    "catalogue": (
        *(_catalogue(one.suffix, one.media_type, one.title) for one in SYNTAXES),
        _file("void.ttl", _TURTLE),
        _file("SHA256SUMS", "text/plain"),
        _file("build.json", "application/json"),
    ),
}
"""The files besides the distributions of the catalogue, by what they are for."""
