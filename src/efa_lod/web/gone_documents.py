"""Make what is sent in place of a thing that was withdrawn: when it went, why, and what replaces it.

A page in each language and RDF in two syntaxes, in the folder ``410``; the answer that carries them is 410 Gone.
"""

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from efa_lod.model.context import Context
from efa_lod.model.expansion import Statement, literal
from efa_lod.model.languages import LANGUAGES
from efa_lod.model.publication import Publication
from efa_lod.model.record_values import text_in
from efa_lod.model.withdrawals import withdrawn_entries
from efa_lod.rdf.formats import TURTLE, OutputFile, RecordBatch
from efa_lod.rdf.graphs import triples_of
from efa_lod.rdf.json_ld import json_ld
from efa_lod.web.document_formats import VARIANTS
from efa_lod.web.error_documents import failure_page
from efa_lod.web.redirect_table import is_path

GONE_FOLDER = "410"
_TEXTS = {
    "de": {
        "title": "Das gibt es nicht mehr",
        "when": "{iri} wurde mit Ausgabe {release} am {date} zurückgezogen.",
        "plain": "{iri} ist zurückgezogen.",
        "reason": "Grund: {reason}",
        "replaced": "Ersetzt durch:",
    },
    "en": {
        "title": "This no longer exists",
        "when": "{iri} was withdrawn with release {release} on {date}.",
        "plain": "{iri} has been withdrawn.",
        "reason": "Reason: {reason}",
        "replaced": "Replaced by:",
    },
}
_PREFIXES = {
    "dct": "http://purl.org/dc/terms/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def gone_path(path: str, suffix: str, language: str) -> str:
    """Return the path of the document about the withdrawn thing at *path*; only pages have a language."""
    is_page = suffix == VARIANTS[0].suffix
    folder = f"{language}/" if is_page and language != LANGUAGES[0] else ""
    return f"{folder}{GONE_FOLDER}/{path}{suffix}"


def gone_documents(publication: Publication, context: Context, further: Iterable[str] = ()) -> Iterator[OutputFile]:
    """Yield the documents about each thing that the settings name as withdrawn, with all they say of it.

    *further* are other paths of which nothing is published any more.
    """
    entries = withdrawn_entries(publication.settings.value) + [{"id": path} for path in further]
    for entry in entries:
        path = str(entry.get("id")).removeprefix(publication.base_iri)
        if is_path(path):
            yield from _documents(publication, context, path, entry)


def _documents(
    publication: Publication, context: Context, path: str, entry: Mapping[str, object]
) -> Iterator[OutputFile]:
    for language in LANGUAGES:
        content = _page(publication, path, entry, language)
        yield OutputFile(gone_path(path, VARIANTS[0].suffix, language), VARIANTS[0].media_type, [content])
    said = list(_statements(publication, path, entry))
    frame = Context({**context.prefixes, **_PREFIXES}, context.base_iri)
    yield OutputFile(
        gone_path(path, ".ttl", ""), TURTLE.media_type, TURTLE.write([RecordBatch((), said)], frame), len(said)
    )
    yield OutputFile(
        gone_path(path, ".jsonld", ""), "application/ld+json", [json_ld(triples_of(said), _PREFIXES)], len(said)
    )


def _reason(entry: Mapping[str, object], language: str) -> str:
    return text_in(entry.get("reason"), language)


def _replacement(publication: Publication, entry: Mapping[str, object]) -> str:
    """Return the IRI of what replaces a thing, or an empty text."""
    new = entry.get("replacedBy")
    if not isinstance(new, str):
        return ""
    return new if "://" in new else publication.base_iri + new


def _statements(publication: Publication, path: str, entry: Mapping[str, object]) -> Iterator[Statement]:
    this = f"<{publication.base_iri}{path}>"
    yield this, f"<{_PREFIXES['owl']}deprecated>", f'"true"^^<{_PREFIXES["xsd"]}boolean>'
    for language in LANGUAGES:
        if reason := _reason(entry, language):
            yield this, f"<{_PREFIXES['rdfs']}comment>", f"{literal(reason)}@{language}"
    if entry.get("date"):
        moment = f"{entry['date']}T00:00:00Z"
        yield this, f"<{_PREFIXES['prov']}invalidatedAtTime>", f"{literal(moment)}^^<{_PREFIXES['xsd']}dateTime>"
    if new := _replacement(publication, entry):
        yield this, f"<{_PREFIXES['dct']}isReplacedBy>", f"<{new}>"


def _page(publication: Publication, path: str, entry: Mapping[str, object], language: str) -> bytes:
    texts = _TEXTS[language]
    iri = publication.base_iri + path
    dated = entry.get("date") and entry.get("release")
    when = texts["when"].format(iri=iri, **entry) if dated else texts["plain"].format(iri=iri)
    lines = [f"<p>{escape(when)}</p>"]
    if reason := _reason(entry, language):
        lines.append(f"<p>{escape(texts['reason'].format(reason=reason))}</p>")
    if new := _replacement(publication, entry):
        lines.append(f'<p>{texts["replaced"]} <a href="{escape(new)}">{escape(new)}</a></p>')
    return failure_page(410, texts["title"], "\n".join(lines), language, publication)
