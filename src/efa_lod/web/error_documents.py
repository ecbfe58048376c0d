"""What is sent where there is nothing: a page in each language, and RDF for programs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from efa_lod.model.context import Context
from efa_lod.model.expansion import TYPE, Statement, literal
from efa_lod.model.languages import LANGUAGES
from efa_lod.model.publication import Publication
from efa_lod.rdf.formats import BY_NAME, TURTLE, OutputFile, RecordBatch
from efa_lod.rdf.json_ld import json_ld
from efa_lod.web.document_formats import VARIANTS, Variant
from efa_lod.web.negotiation import HTML
from efa_lod.web.response_headers import ERROR_STYLE
from efa_lod.web.templating import filled, markup

if TYPE_CHECKING:
    import pyoxigraph as ox


@dataclass(frozen=True)
class Failure:
    """Why a request got no document: *status*, its *name* in HTTP, title and advice by language."""

    status: int
    name: str
    title: Mapping[str, str]
    advice: Mapping[str, str]


_DATA_TYPES = ", ".join(variant.media_type for variant in VARIANTS if not variant.is_page)
FAILURES = (
    Failure(
        404,
        "Not Found",
        {"de": "Hier ist nichts", "en": "There is nothing here"},
        {
            "de": "Unter dieser Adresse gibt es keine Seite. Vielleicht ist sie nicht ganz richtig geschrieben.",
            "en": "There is no page at this address. Perhaps it is not spelt quite right.",
        },
    ),
    Failure(
        406,
        "Not Acceptable",
        {"de": "Nicht in diesem Format", "en": "Not in this format"},
        {
            "de": f"Ihr Programm nimmt keines der Formate an, die es hier gibt. Als Daten gibt es {_DATA_TYPES},"
            f" als Seite {HTML}; was nur für Menschen ist, etwa der Vergleich, gibt es allein als Seite."
            " Nennen Sie eines davon im Kopf Accept.",
            "en": f"Your program accepts none of the formats that exist here. As data there is {_DATA_TYPES},"
            f" as a page {HTML}; what is only for people, such as the comparison, exists as a page alone."
            " Name one of these in the header Accept.",
        },
    ),
    Failure(
        410,
        "Gone",
        {"de": "Das gibt es nicht mehr", "en": "This no longer exists"},
        {
            "de": "Unter dieser Adresse war etwas beschrieben; es ist zurückgezogen und kommt nicht wieder.",
            "en": "Something was described at this address; it has been withdrawn and will not return.",
        },
    ),
)
"""The failures that have documents of their own, which a site sends in place of the server's own words."""

FAILURE_VARIANTS = tuple(variant for variant in VARIANTS if variant.is_page or variant.suffix in (".ttl", ".jsonld"))
_WAYS_ON = (
    ("index.html", {"de": "Startseite: die 16 Länder", "en": "Start page: the 16 states"}),
    ("find.html", {"de": "Ein Land oder eine Kommune finden", "en": "Find a state or a municipality"}),
    ("dataset.html", {"de": "Daten und Downloads", "en": "Data and downloads"}),
)
"""The pages that a reader who found nothing is led to."""


def failure_path(status: int, variant: Variant, language: str) -> str:
    """Return the path of the document about a failure; only pages have a language."""
    folder = f"{language}/" if variant.is_page and language != LANGUAGES[0] else ""
    return f"{folder}{status}{variant.suffix}"


def failure_documents(publication: Publication, context: Context) -> Iterator[OutputFile]:
    """Yield what is sent in place of a missing document, as a page in each language and as RDF."""
    prefixes = {"http": _HTTP, "rdfs": "http://www.w3.org/2000/01/rdf-schema#"}
    for failure in FAILURES:
        for language in LANGUAGES:
            path = failure_path(failure.status, VARIANTS[0], language)
            yield OutputFile(path, VARIANTS[0].media_type, [_failure_page(failure, language, publication)])
        said = list(_failure_statements(failure, publication))
        frame = Context({**context.prefixes, **prefixes}, context.base_iri)
        content = TURTLE.write([RecordBatch((), said)], frame)
        yield OutputFile(f"{failure.status}{TURTLE.suffix}", TURTLE.media_type, content, len(said))
        form = BY_NAME["json-ld"]
        yield OutputFile(
            f"{failure.status}{form.suffix}", form.media_type, [json_ld(_triples(said), prefixes)], len(said)
        )


_HTTP = "http://www.w3.org/2011/http#"


def _failure_statements(failure: Failure, publication: Publication) -> Iterator[Statement]:
    """Yield what RDF clients are told, in "HTTP Vocabulary in RDF 1.0" (W3C 2017)."""
    this = f"<{publication.base_iri}{failure.status}>"
    label, comment = (f"<http://www.w3.org/2000/01/rdf-schema#{name}>" for name in ("label", "comment"))
    yield this, TYPE, f"<{_HTTP}Response>"
    yield this, f"<{_HTTP}statusCodeValue>", f'"{failure.status}"^^<http://www.w3.org/2001/XMLSchema#int>'
    yield this, f"<{_HTTP}sc>", f"<http://www.w3.org/2011/http-statusCodes#{failure.name.replace(' ', '')}>"
    yield this, f"<{_HTTP}reason>", literal(failure.name)
    for predicate, texts in ((label, failure.title), (comment, failure.advice)):
        yield from ((this, predicate, f"{literal(texts[language])}@{language}") for language in LANGUAGES)
    yield this, "<http://www.w3.org/2000/01/rdf-schema#seeAlso>", f"<{publication.base_iri}>"


def _triples(said: Iterable[Statement]) -> "list[ox.Triple]":
    from efa_lod.rdf.graphs import triples_of

    return triples_of(said)


def _failure_page(failure: Failure, language: str, publication: Publication) -> bytes:
    advice = f"<p>{escape(failure.advice[language])}</p>"
    return failure_page(failure.status, failure.title[language], advice, language, publication)


def failure_page(status: int, heading: str, body: str, language: str, publication: Publication) -> bytes:
    """Return the page that comes with *status*; *body* is markup."""
    start = publication.base_iri + ("" if language == LANGUAGES[0] else f"{language}/")
    page = filled(
        "error.html",
        language=language,
        status=status,
        title=markup(escape(heading)),
        name=markup(escape(publication.texts(language)["title"])),
        start=markup(escape(start)),
        style=markup(ERROR_STYLE),
        body=markup(body),
        links=[(path, markup(escape(texts[language]))) for path, texts in _WAYS_ON],
    )
    return page.encode()
