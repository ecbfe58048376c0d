"""Make the pages about the data as a whole: the comparison of the states, the state of the data, the dataset.

Nothing here asks the clock: days are told as they stand in the data, and what is overdue today is worked out in the
reader's browser.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from efa_lod.catalog.dcat import CATALOGUE_CONTEXT, OFFERS, SYNTAXES, catalogue_nodes, endpoint
from efa_lod.rdf.formats import BY_NAME, Batch, File
from efa_lod.site.comparison import (
    QUESTIONS,
    STATUSES,
    SYMBOLS,
    Line,
    Texts,
    Words,
    compared,
    comparison_csv,
)
from efa_lod.site.page import Site, Thing, pages
from efa_lod.site.shared_things import things_in
from efa_lod.site.spreadsheets import MEDIA_TYPE, comparison_workbook, table_workbook
from efa_lod.site.templating import each
from efa_lod.site.terms import documents_of_site, holds_all, ontology_of, resources

if TYPE_CHECKING:
    from efa_lod.monitor.links import Checked

LINKS = "data/links.nt"
"""Where a publication may keep what checks of its links found (``efa-lod links check --history data/links.nt``)."""
_DEFINITION = "http://www.w3.org/2004/02/skos/core#definition"


# --- the comparison ---------------------------------------------------------------------------------------------------


def comparison_pages(site: Site) -> Iterator[File]:
    """Yield the comparison of the states as a page, as CSV and as a spreadsheet."""
    lines = compared(site.states, site.shared)
    values = {
        "lines": lines,
        "questions": QUESTIONS,
        "statuses": STATUSES,
        "symbols": SYMBOLS,
        "legend": status_definitions(site),
        "alternates": [("comparison.csv", "text/csv", "CSV")],
    }
    yield from pages(site, "comparison.html", "comparison.html", values)
    yield from comparison_files(site)


@lru_cache(maxsize=1)
def comparison_files(site: Site) -> tuple[File, ...]:
    """Return the comparison as CSV and as a workbook, and where *site* holds all records the whole table as one."""
    lines = compared(site.states, site.shared)
    words = Words(site.context, site.labels, site.shared)
    day = site.facts.modified
    text = b"".join(comparison_csv(lines, words))
    book = comparison_workbook(lines, words, status_definitions(site), day)
    files: list[File] = [("comparison.csv", "text/csv", [text], None), ("comparison.xlsx", MEDIA_TYPE, [book], None)]
    if holds_all(site):
        states = [one for one in documents_of_site(site) if one.value["id"] in site.state_of]
        table = BY_NAME["csv"].write([Batch(states, (), site.shared)], site.context)
        whole = table_workbook(table, site.publication.texts("de")["title"], day)
        files.append(("efa-lod.xlsx", MEDIA_TYPE, [whole], None))
    return tuple(files)


@lru_cache(maxsize=1)
def status_definitions(site: Site) -> dict[str, Texts]:
    """Return what each status means, as the ontology defines it."""
    found = resources(ontology_of(site))
    vocabulary = site.context.keys["valueStatus"].vocabulary
    return {
        status: found[vocabulary + status].texts(_DEFINITION) for status in STATUSES if vocabulary + status in found
    }


# --- the state of the data --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Freshness:
    """How old a record is: the month that the page gives, the day of the last comparison, and when the next is due."""

    line: Line
    due: str


def quality_pages(site: Site) -> Iterator[File]:
    """Yield the page about the state of the data."""
    from efa_lod.overview.due import interval

    lines = compared(site.states, site.shared)
    contacts = [contact for line in lines for contact in line.contacts]
    days = interval(site.publication)
    values = {
        "lines": lines,
        "questions": QUESTIONS,
        "statuses": STATUSES,
        "symbols": SYMBOLS,
        "legend": status_definitions(site),
        "by_status": _states_by_status(lines),
        "contacts": {
            "all": len(contacts),
            "email": sum(bool(one.get("email")) for one in contacts),
            "telephone": sum(bool(one.get("telephone")) for one in contacts),
            "neither": sum(not one.get("email") and not one.get("telephone") for one in contacts),
        },
        "freshness": [Freshness(line, _due(line.last_confirmed, days)) for line in lines],
        "days": days,
        "additions": _additions(site),
        "offers": _offers(site),
        "links": checked_links(site),
        "kinds": Counter(one.type for one in site.entries),
    }
    yield from pages(site, "quality.html", "quality.html", values)


def _states_by_status(lines: Sequence[Line]) -> Mapping[str, Mapping[str, list[Line]]]:
    """Return the states by question and by what became of it."""
    found: dict[str, dict[str, list[Line]]] = {question: {} for question in QUESTIONS}
    for line in lines:
        for question in QUESTIONS:
            found[question].setdefault(line.statuses.get(question, ""), []).append(line)
    return found


def _due(day: str, days: int) -> str:
    """Return the day that is *days* after *day*, or an empty text where that is none."""
    try:
        return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
    except (ValueError, OverflowError):
        return ""


def _additions(site: Site) -> Counter[str]:
    """Count the statements that were added from elsewhere, by how well they are supported."""
    return Counter(str(one.get("confidence", "")) for one in of_type(site, "Addition"))


def _offers(site: Site) -> Mapping[str, int]:
    """Count the catalogues and marketplaces, and those with an address."""
    offers = of_type(site, "OfferCatalog")
    return {"all": len(offers), "homepage": sum(bool(one.get("homepage")) for one in offers)}


def of_type(site: Site, name: str) -> list[Thing]:
    """Return the things of the type *name* in the records of the states and of what they share."""
    records = (*site.states, *site.shared.values())
    return [thing for record in records for thing in things_in(record) if name in each(thing.get("type"))]


@dataclass(frozen=True)
class Links:
    """What is remembered of the links: the *day* of the last look, how many have each verdict, and those in trouble."""

    day: str
    counts: Mapping[str, int]
    troubled: Sequence["Checked"]


def checked_links(site: Site) -> Links | None:
    """Return what the publication remembers of its links, or None where it keeps nothing."""
    from efa_lod.monitor.links import VERDICTS, collected, is_reserved, judged, read_history

    history = read_history(site.publication.folder / LINKS)
    if not history:
        return None
    addresses = [one for one in collected(documents_of_site(site), site.context) if not is_reserved(one)]
    found = sorted((judged(one, history) for one in addresses), key=lambda one: VERDICTS.index(one.verdict))
    counts = Counter(one.verdict for one in found)
    day = max(seen[-1].day for seen in history.values())
    troubled = [one for one in found if one.verdict not in ("alive", "skipped")]
    return Links(day.isoformat(), {verdict: counts[verdict] for verdict in VERDICTS if counts[verdict]}, troubled)


# --- the dataset ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Download:
    """A file to take: its *path* and *media_type*, what it is called and is for by language, its size if known."""

    path: str
    media_type: str
    title: Texts
    about: Texts
    size: int | None


_TURTLE, _JSON_LD = BY_NAME["turtle"].media_type, BY_NAME["json-ld"].media_type
_OTHERS: Mapping[str, Sequence[tuple[str, str, Texts, Texts]]] = {
    "tables": (
        (
            "efa-lod.xlsx",
            MEDIA_TYPE,
            {"de": "Tabelle aller Angaben (Excel)", "en": "Table of all statements (Excel)"},
            {
                "de": "Dieselbe Tabelle wie die CSV-Datei, mit Filtern.",
                "en": "The same table as the CSV file, with filters.",
            },
        ),
        (
            "comparison.xlsx",
            MEDIA_TYPE,
            {"de": "Vergleich der Länder (Excel)", "en": "Comparison of the states (Excel)"},
            {"de": "Eine Zeile je Land, deutsch und englisch.", "en": "One line for each state, German and English."},
        ),
        (
            "comparison.csv",
            "text/csv",
            {"de": "Vergleich der Länder (CSV)", "en": "Comparison of the states (CSV)"},
            {"de": "Derselbe Vergleich für Programme.", "en": "The same comparison for programs."},
        ),
        (
            "efa-lod.csv-metadata.json",
            "application/csvm+json",
            {"de": "Beschreibung der CSV-Spalten (CSVW)", "en": "Description of the CSV columns (CSVW)"},
            {
                "de": "Was jede Spalte von efa-lod.csv bedeutet.",
                "en": "What each column of efa-lod.csv means.",
            },
        ),
    ),
    "terms": (
        (
            "ontology.ttl",
            _TURTLE,
            {"de": "Ontologie", "en": "Ontology"},
            {"de": "Die eigenen Begriffe mit Definitionen.", "en": "The own terms with their definitions."},
        ),
        (
            "shapes.ttl",
            _TURTLE,
            {"de": "Prüfregeln (SHACL)", "en": "Shapes (SHACL)"},
            {"de": "Was jeder Datensatz erfüllen muss.", "en": "What every record must fulfil."},
        ),
        (
            "context.jsonld",
            _JSON_LD,
            {"de": "JSON-LD-Kontext", "en": "JSON-LD context"},
            {"de": "Welcher Schlüssel für welchen Begriff steht.", "en": "Which key stands for which term."},
        ),
        (
            "cookbook.ttl",
            _TURTLE,
            {"de": "Abfragen als RDF", "en": "Queries as RDF"},
            {"de": "Die benannten SPARQL-Abfragen.", "en": "The named SPARQL queries."},
        ),
        (
            "cookbook.de.ipynb",
            "application/x-ipynb+json",
            {"de": "Notizbuch (Jupyter, deutsch)", "en": "Notebook (Jupyter, German)"},
            {"de": "Alle Abfragen zum Ausführen.", "en": "All queries, to be run."},
        ),
        (
            "cookbook.en.ipynb",
            "application/x-ipynb+json",
            {"de": "Notizbuch (Jupyter, englisch)", "en": "Notebook (Jupyter, English)"},
            {"de": "Alle Abfragen zum Ausführen.", "en": "All queries, to be run."},
        ),
    ),
    "catalogue": (
        *(
            (
                f"catalog{syntax.suffix}",
                syntax.media_type,
                {"de": f"Katalog ({syntax.title})", "en": f"Catalogue ({syntax.title})"},
                {"de": "DCAT-AP.de für Datenportale.", "en": "DCAT-AP.de for data portals."},
            )
            for syntax in SYNTAXES
        ),
        (
            "void.ttl",
            _TURTLE,
            {"de": "VoID-Beschreibung", "en": "VoID description"},
            {"de": "Zahlen und Verknüpfungen.", "en": "Counts and links."},
        ),
        (
            "SHA256SUMS",
            "text/plain",
            {"de": "Prüfsummen", "en": "Checksums"},
            {"de": "SHA-256 jeder Datei: sha256sum --check", "en": "SHA-256 of every file: sha256sum --check"},
        ),
        (
            "build.json",
            "application/json",
            {"de": "Verzeichnis der Dateien", "en": "List of the files"},
            {"de": "Größe und Prüfsumme jeder Datei.", "en": "Size and checksum of every file."},
        ),
    ),
}
"""The files besides the distributions of the catalogue, by what they are for."""


def dataset_pages(site: Site) -> Iterator[File]:
    """Yield the page about the dataset: what it is, its files, its licence, how it is cited."""
    settings = site.publication.settings.value
    sizes = {path: sum(map(len, pieces)) for path, _, pieces, _ in comparison_files(site)} | dict(site.sizes)
    data = [Download(o.path, o.format.media_type, o.title, o.about, sizes.get(o.path)) for o in OFFERS]
    others = {
        group: [Download(*one, sizes.get(one[0])) for one in files if one[1] != MEDIA_TYPE or one[0] in sizes]
        for group, files in _OTHERS.items()
    }
    values = {
        "downloads": {"data": data, **others},
        "endpoint": endpoint(site.publication),
        "citation": {language: citation(site, language) for language in ("de", "en")},
        "bibtex": bibtex(site),
        "years": settings["temporal"],
        "numbers": _numbers(site),
        "data": {
            "@context": {"@base": site.publication.base_iri, **CATALOGUE_CONTEXT},
            "@graph": catalogue_nodes(site.publication, site.facts, sizes),
        },
        "alternates": [(f"catalog{one.suffix}", one.media_type, f"DCAT-AP.de ({one.title})") for one in SYNTAXES],
    }
    yield from pages(site, "dataset.html", "dataset.html", values)


_NUMBERED = {"states": "State", "contacts": "ContactPoint", "offers": "OfferCatalog", "provisions": "Provision"}


def _numbers(site: Site) -> dict[str, int]:
    """Return how many there are of what a reader may look for."""
    return {name: len(of_type(site, type_)) for name, type_ in _NUMBERED.items()}


def citation(site: Site, language: str) -> dict[str, Any]:
    """Return the parts of a citation after the style of the APA (7th edition, data sets), in *language*."""
    settings = site.publication.settings.value
    return {
        "author": settings["publisher"]["name"],
        "year": site.facts.modified[:4],
        "title": site.publication.texts(language)["title"],
        "version": site.publication.version,
        "kind": {"de": "Datensatz", "en": "Data set"}[language],
        "address": f"{site.publication.base_iri}dataset",
    }


_BIBTEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {
    sign: f"\\{sign}" for sign in "{}&%$#_"
}


def bibtex(site: Site) -> str:
    """Return the dataset as an entry for BibTeX, with what is special to TeX escaped."""
    parts = citation(site, "de")
    fields = {
        "author": f"{{{_tex(parts['author'])}}}",
        "title": f"{{{_tex(parts['title'])}}}",
        "year": parts["year"],
        "version": _tex(parts["version"]),
        "howpublished": f"\\url{{{parts['address']}}}",
        "note": f"{parts['kind']}, Version {_tex(parts['version'])}",
    }
    key = re.sub(r"[^A-Za-z0-9.-]", "-", f"efa-lod-{parts['version']}")
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{key},", *lines, "}"]) + "\n"


def _tex(text: str) -> str:
    return "".join(_BIBTEX.get(sign, sign) for sign in text)
