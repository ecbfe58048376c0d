"""The named queries for others to take away: as RDF, as lines to paste, as a notebook, and as data for the page.

Everything here is made from ``data/queries``; nothing is written by hand a second time.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from efa_lod.io.json_text import json_text
from efa_lod.model.context import Context, read_context
from efa_lod.model.expansion import of_triples
from efa_lod.model.languages import LANGUAGES
from efa_lod.model.publication import Publication
from efa_lod.rdf.formats import TURTLE, RecordBatch
from efa_lod.sparql.guard import form_of
from efa_lod.sparql.notes import TermCheck
from efa_lod.sparql.queries import NamedQuery, known_prefixes, named_queries

LOCAL_ENDPOINT = "http://127.0.0.1:8765/sparql"
"""Where ``efa-lod serve`` answers, for those who know no public endpoint."""

_SH, _RDF = "http://www.w3.org/ns/shacl#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DCT, _RDFS = "http://purl.org/dc/terms/", "http://www.w3.org/2000/01/rdf-schema#"
_SCHEMA = "https://schema.org/"
_CLASSES = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
}
"""The class and the property of SHACL for each form of query."""


def endpoint_of(publication: Publication) -> str:
    """Return the public endpoint that the settings name, or where it is served on one's own machine."""
    endpoint = publication.settings.value.get("endpoint")
    return str(endpoint["url"]) if endpoint else LOCAL_ENDPOINT


def cookbook_triples(publication: Publication) -> list[ox.Triple]:
    """Return the named queries as instances of ``sh:SPARQLExecutable``, those of one query together."""
    return [triple for query in named_queries(publication) for triple in _about(query, publication)]


def _about(query: NamedQuery, publication: Publication) -> Iterator[ox.Triple]:

    subject = ox.NamedNode(f"{publication.base_iri}query/{query.name}")
    class_, property_ = _CLASSES[form_of(query.text)]
    yield ox.Triple(subject, ox.NamedNode(f"{_RDF}type"), ox.NamedNode(f"{_SH}SPARQLExecutable"))
    yield ox.Triple(subject, ox.NamedNode(f"{_RDF}type"), ox.NamedNode(_SH + class_))
    for what, term in (
        ("title", f"{_DCT}title"),
        ("question", f"{_DCT}description"),
        ("explanation", f"{_RDFS}comment"),
    ):
        for language in LANGUAGES:
            text = ox.Literal(query.says(what, language), language=language)
            yield ox.Triple(subject, ox.NamedNode(term), text)
    yield ox.Triple(subject, ox.NamedNode(f"{_DCT}identifier"), ox.Literal(query.name))
    if publication.settings.value.get("endpoint"):
        target = ox.NamedNode(endpoint_of(publication))
        yield ox.Triple(subject, ox.NamedNode(f"{_SCHEMA}target"), target)
    yield ox.Triple(subject, ox.NamedNode(_SH + property_), ox.Literal(query.body))


def cookbook_turtle(publication: Publication, triples: Sequence[ox.Triple]) -> bytes:
    """Return the *triples* of the named queries as a Turtle file."""
    context = read_context(publication)
    extended = Context({**context.definition, "sh": _SH}, context.base_iri)
    return b"".join(TURTLE.write([RecordBatch((), of_triples(triples))], extended))


def snippets(query: NamedQuery, endpoint: str) -> dict[str, str]:
    """Return lines that ask *query*: in a shell with curl, in Python and in R, each complete in itself."""
    question = _Question(form_of(query.text), query.body, f'"{query.name}"', endpoint)
    return {name: make(question) for name, make in _SNIPPETS.items()}


def snippet_templates(endpoint: str) -> dict[str, dict[str, str]]:
    """Return by form, for a query that somebody writes, what ``snippets`` are for a named one.

    ``{query}`` stands where its text goes, ending in a newline, and ``{literal}`` where a text of Python does.
    """
    questions = {form: _Question(form, "{query}", "{literal}", endpoint) for form in _CLASSES}
    return {form: {name: make(one) for name, make in _SNIPPETS.items()} for form, one in questions.items()}


@dataclass(frozen=True)
class _Question:
    """A query for snippets: its *form*, its *text*, what Python is given for it, and where it is asked."""

    form: str
    text: str
    argument: str
    endpoint: str


def _curl(question: _Question) -> str:
    accept = "text/turtle" if question.form == "CONSTRUCT" else "text/csv"
    return (
        f"curl --silent --show-error --fail-with-body {question.endpoint} \\\n"
        f"  --header 'Accept: {accept}' --data-urlencode query@- <<'SPARQL'\n{question.text}SPARQL\n"
    )


def _python(question: _Question) -> str:
    """Return lines for Python, which need no endpoint: the data comes with the package."""
    function, show = {"SELECT": ("query", "answer.to_pandas()"), "ASK": ("ask", "answer")}.get(
        question.form, ("construct", "len(answer)")
    )
    return (
        "import efa_lod  # pip install efa-lod pandas\n\n"
        f"answer = efa_lod.{function}({question.argument})\nprint({show})\n"
    )


def _r(question: _Question) -> str:
    ask = f'paste0("{question.endpoint}?format={{}}&query=", URLencode(query, reserved = TRUE))'
    read = {
        "SELECT": f"answer <- read.csv({ask.format('csv')})",
        "ASK": f"answer <- readLines({ask.format('csv')}, warn = FALSE)",
        "CONSTRUCT": f"answer <- readLines({ask.format('n-triples')})",
    }[question.form]
    return f'query <- r"---(\n{question.text})---"\n{read}\nprint(answer)\n'


_SNIPPETS = {"curl": _curl, "python": _python, "r": _r}


_INTRODUCTION = {
    "de": "Jede Zelle stellt eine Frage an die Daten, die mit `efa-lod` kommen; ein Netz ist dafür nicht nötig. Eigene"
    ' Fragen: `efa_lod.query("SELECT …")`.',
    "en": "Each cell asks the data that come with `efa-lod`; no network is needed. Questions of your own:"
    ' `efa_lod.query("SELECT …")`.',
}
_SHOW = {"SELECT": "query", "ASK": "ask", "CONSTRUCT": "construct"}


def notebook(publication: Publication, language: str) -> bytes:
    """Return a Jupyter notebook (format 4.5) that asks every named query; it has been run by nobody yet."""
    title = publication.texts(language)["title"]
    cells = [_cell("markdown", "introduction", f"# {title}\n\n{_INTRODUCTION[language]}")]
    cells.append(_cell("code", "import", "import efa_lod"))
    for query in named_queries(publication):
        said = f"## {query.says('title', language)}\n\n**{query.says('question', language)}**\n\n"
        said += query.says("explanation", language)
        cells.append(_cell("markdown", f"{query.name}-text", said))
        cells.append(_cell("code", query.name, f'efa_lod.{_SHOW[form_of(query.text)]}("{query.name}")'))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json_text(whole).encode()


def _cell(kind: str, name: str, text: str) -> dict[str, object]:
    cell: dict[str, object] = {
        "cell_type": kind,
        "id": name[:64],
        "metadata": {},
        "source": text.splitlines(keepends=True),
    }
    return {**cell, "execution_count": None, "outputs": []} if kind == "code" else cell


def cookbook_json(publication: Publication, service: Mapping[str, object]) -> bytes:
    """Return what the query page needs to know: facts of the *service*, prefixes, and the named queries."""
    endpoint = endpoint_of(publication)
    whole = {
        **service,
        "title": {language: publication.texts(language)["title"] for language in LANGUAGES},
        "prefixes": known_prefixes(read_context(publication)),
        "terms": sorted(TermCheck(publication).vocabulary),
        "templates": snippet_templates(endpoint),
        "queries": [
            {
                "name": query.name,
                "form": form_of(query.text),
                **{
                    what: {tag: query.says(what, tag) for tag in LANGUAGES}
                    for what in ("title", "question", "explanation")
                },
                "query": query.body,
                "snippets": snippets(query, endpoint),
            }
            for query in named_queries(publication)
        ],
    }
    return (json.dumps(whole, ensure_ascii=False) + "\n").encode()
