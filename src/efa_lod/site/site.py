"""Make the site: which pages there are, and those of the start, the states, the lists and the finder.

Two tables say which function makes which pages; ``pages`` says how to write one. A build calls ``record_pages`` with
the records, batch by batch, and ``site_pages`` once; a page is made when it is asked for, so that memory holds one page
and not the site. The order is that of the records and tables, so that the same input gives the same files.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain, groupby, islice
from pathlib import Path
from typing import TypeVar

from efa_lod.catalog.dcat import OFFERS, Contents
from efa_lod.io.reading import Document
from efa_lod.model.context import Context, read_context
from efa_lod.model.finder import REASONS, Finder, finder, state_of_key, words_of
from efa_lod.model.publication import Publication
from efa_lod.model.records import publication_records
from efa_lod.rdf.formats import File
from efa_lod.rdf.graphs import ontology_triples
from efa_lod.site.comparison import STATUSES, SYMBOLS, Line, alphabetical, compared
from efa_lod.site.cookbook import cookbook_pages
from efa_lod.site.data import comparison_pages, dataset_pages, quality_pages
from efa_lod.site.manual import manual_pages
from efa_lod.site.map import Area, read_areas
from efa_lod.site.page import (
    DOCUMENTS,
    HTML,
    LANGUAGES,
    Entry,
    Pages,
    RecordPages,
    Site,
    Thing,
    address_of,
    concept_labels,
    described,
    entry,
    pages,
)
from efa_lod.site.shared_things import marketplace_pages, organisation_pages, source_pages
from efa_lod.site.templating import each
from efa_lod.site.terms import ontology_pages, shapes_pages
from efa_lod.site.vcards import VCARD, vcards

Item = TypeVar("Item")

ON_A_PAGE = 500
"""How many records one page of a list names."""
IN_A_SITEMAP = 50_000
"""Most addresses in one file (sitemaps.org protocol)."""
_STATIC = Path(__file__).parent / "static"
_MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/vnd.microsoft.icon",
}


def read_site(publication: Publication, sizes: Mapping[str, int] | None = None) -> tuple[Site, list[Document]]:
    """Read *publication* into a site and its records, all at once: for tests and small publications."""
    context = read_context(publication)
    documents = list(publication_records(publication))
    labels = concept_labels(ontology_triples(publication))
    facts = Contents(
        [(d.value["id"], d.value["name"]) for d in documents if d.value.get("type") == "State"],
        {},
        str(publication.settings.value["modified"]),
    )
    return site_of(publication, context, facts, (d.value for d in documents), labels, sizes or {}), documents


def site_of(
    publication: Publication,
    context: Context,
    facts: Contents,
    records: Iterable[Thing],
    labels: Mapping[str, Mapping[str, str]],
    sizes: Mapping[str, int],
) -> Site:
    """Return what the pages of *publication* are made of; *records* are gone through once.

    The values of states and of what records refer to (organisations, marketplaces, sources) are kept; of others, an
    entry in the list.
    """
    states: list[Thing] = []
    shared: dict[str, Thing] = {}
    entries: list[Entry] = []
    for values in records:
        made = entry(values)
        entries.append(made)
        if made.type == "State":
            states.append(values)
        elif made.type in SHARED:
            shared[values["id"]] = values
    states.sort(key=lambda state: (alphabetical(_german(state.get("name"))), state["id"]))
    return Site(publication, context, facts, states, shared, entries, labels, sizes)


# --- pages of records -----------------------------------------------------------------------------------------------


def record_pages(documents: Iterable[Document], site: Site) -> Iterator[File]:
    """Yield the pages of the records in *documents*, and what stands beside them for people: address cards."""
    for document in documents:
        values = document.value
        if ":" not in values["id"]:  # an IRI of another place has its page there
            yield from RECORD_PAGES.get(entry(values).type, plain_pages)(site, values)


def reuse_pages(site: Site, values: Thing) -> Iterator[File]:
    """Yield the page of a state or municipality in each language, and the address cards of the contacts, if any.

    It answers the questions of a reader in their order: whom to ask, where to look, who pays.
    """
    reference = values["id"]
    cards = vcards(values, site.shared, site.context)
    formats = _documents(reference)
    reuse = _mapping(values.get("reuse"))
    financing = [one for one in each(reuse.get("financing")) if isinstance(one, dict)]
    yield from pages(
        site,
        "state.html",
        f"{reference}.html",
        {
            "state": values,
            "whole": site.state_of.get(str(values.get("partOfState"))),
            "line": compared([values], site.shared)[0],
            "reuse": reuse,
            "record": _mapping(values.get("record")),
            "rows": {row["rowKind"]: row for row in _rows(values) if row.get("rowKind")},
            "provision_rows": _behind(each(reuse.get("provisions")), values),
            "financing": financing,
            "financing_rows": _behind(financing, values),
            "card": f"{reference}.vcf" if cards else "",
            "files": [*formats, *([(f"{reference}.vcf", VCARD, "vCard")] if cards else [])],
            "alternates": formats,
            "data": described([values], site.context),
        },
    )
    if cards:
        yield f"{reference}.vcf", VCARD, [cards], None


def plain_pages(site: Site, values: Thing) -> Iterator[File]:
    """Yield the page of a record that no other function makes pages for: all it says, key by key."""
    formats = _documents(values["id"])
    given = {"record": values, "files": formats, "alternates": formats, "data": described([values], site.context)}
    yield from pages(site, "record.html", f"{values['id']}.html", given)


def _mapping(value: object) -> Thing:
    return value if isinstance(value, dict) else {}


def _documents(reference: str) -> list[tuple[str, str, str]]:
    return [(f"{reference}{suffix}", media_type, name) for suffix, media_type, name in DOCUMENTS]


def _rows(values: Thing) -> Iterator[Thing]:
    """Yield the rows of the source page that the record of a state was read from."""
    record = values.get("record")
    for row in each(record.get("rows")) if isinstance(record, dict) else ():
        if isinstance(row, dict):
            yield row


def _behind(given: Iterable[object], values: Thing) -> list[Thing]:
    """Return the rows of the record *values* that the things in *given* and their provisions come from, each once."""
    rows = {row["id"]: row for row in _rows(values)}
    outer = [one for one in given if isinstance(one, dict)]
    inner = [one for thing in outer for one in each(thing.get("provisions")) if isinstance(one, dict)]
    origins = (origin for thing in (*outer, *inner) for origin in each(thing.get("origin")))
    return [rows[origin] for origin in dict.fromkeys(map(str, origins)) if origin in rows]


def _german(names: object) -> str:
    """Return the German one of *names*, or else the first."""
    if not isinstance(names, dict):
        return ""
    return " ".join(map(str, each(names.get("de", next(iter(names.values()), "")))))


RECORD_PAGES: Mapping[str, RecordPages] = {
    "State": reuse_pages,
    "Municipality": reuse_pages,
    "GovernmentOrganization": organisation_pages,
    "Organization": organisation_pages,
    "WebSite": marketplace_pages,
    "OfferCatalog": marketplace_pages,
    "WebPage": source_pages,
    "Dataset": source_pages,
}
"""What makes the pages of a record, by its (first) type; ``plain_pages`` makes those of all others."""
SHARED = frozenset(RECORD_PAGES) - {"State", "Municipality"}
"""Types of records that others refer to; there are few of them, and a site keeps their values."""


# --- start page -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """An answer on the map: its *level* from 1 (most to go by) to 5, a sign, and the words for it by language."""

    level: int
    sign: str
    words: Mapping[str, str]


@dataclass(frozen=True)
class Fact:
    """What the map can be coloured by: a name for its parts, its question by language, the answer for a state."""

    name: str
    question: Mapping[str, str]
    answers: Mapping[str, Answer]

    def of(self, line: Line) -> Answer:
        """Return the answer for the state in *line*."""
        return self.answers[_KINDS[self.name](line)]


def _answers(*words: tuple[int, str, str, str]) -> dict[str, Answer]:
    signs = list(SYMBOLS.values())
    return {kind: Answer(level, signs[level - 1], {"de": de, "en": en}) for level, kind, de, en in words}


FACTS = (
    Fact(
        "contact",
        {"de": "Ansprechstelle", "en": "Contact"},
        _answers(
            (1, "both", "E-Mail und Telefon", "e-mail and telephone"),
            (2, "mail", "E-Mail", "e-mail"),
            (2, "telephone", "Telefon", "telephone"),
            (3, "lost", "Link verloren", "link lost"),
            (4, "other", "„n. a.“", "“n. a.”"),
            (5, "none", "keine genannt", "none named"),
        ),
    ),
    Fact(
        "offers",
        {"de": "Katalog oder Marktplatz", "en": "Catalogue or marketplace"},
        _answers(
            (1, "nationwide", "bundesweit", "nationwide"),
            (2, "own", "eigener", "own"),
            (3, "announced", "angekündigt", "announced"),
            (4, "other", "„n. a.“", "“n. a.”"),
            (5, "none", "keiner genannt", "none named"),
        ),
    ),
    Fact(
        "finance",
        {"de": "Finanzierung", "en": "Financing"},
        _answers(
            (1, "stated", "Regeln genannt", "rules stated"),
            (2, "linkLost", "Link verloren", "link lost"),
            (3, "notYetAvailable", "noch nicht verfügbar", "not yet available"),
            (4, "notApplicable", "„n. a.“", "“n. a.”"),
            (5, "empty", "leer", "empty"),
        ),
    ),
)
"""What the map and the table of the start page show, in the order of the questions of a reader."""


def _contact(line: Line) -> str:
    if any(one.get("email") and one.get("telephone") for one in line.contacts):
        return "both"
    if line.reachable("email"):
        return "mail"
    if line.reachable("telephone"):
        return "telephone"
    if line.contacts:
        return "lost"
    return "other" if line.statuses.get("contact") == "notApplicable" else "none"


def _offers(line: Line) -> str:
    offers = [*line.catalogues, *line.further]
    if any(offer.get("scope") == "nationwide" for offer in offers):
        return "nationwide"
    if any(offer.get("launchStatus") != "announced" for offer in offers):
        return "own"
    if offers:
        return "announced"
    return "other" if line.statuses.get("services") == "notApplicable" else "none"


def _finance(line: Line) -> str:
    status = line.statuses.get("finance", "empty")
    return status if status in STATUSES else "empty"


_KINDS = {"contact": _contact, "offers": _offers, "finance": _finance}


def start_pages(site: Site) -> Iterator[File]:
    """Yield the start page: what this is, map and table of the states, search, downloads, how to cite."""
    lines = compared(site.states, site.shared)
    places = read_areas(site.publication)
    by_key = {line.key: line for line in lines}
    areas: Sequence[tuple[Area, Line]] = (
        [(area, by_key[area.key]) for area in places.areas if area.key in by_key] if places else []
    )
    yield from pages(
        site,
        "index.html",
        "index.html",
        {
            "lines": {language: sorted(lines, key=_by_name(language)) for language in LANGUAGES},
            "facts": FACTS,
            "given": {fact.name: [fact.of(line) for line in lines] for fact in FACTS},
            "map": places,
            "areas": areas,
            "offers": OFFERS,
            "lists": _lists(site),
            "alternates": [("catalog.ttl", "text/turtle", "DCAT-AP.de (Turtle)")],
            "data": described([_names_of(state) for state in site.states], site.context) if site.states else None,
        },
    )


def _by_name(language: str) -> Callable[[Line], tuple[str, str]]:
    return lambda line: (alphabetical(str(line.names.get(language) or _german(line.names))), line.id)


_IDENTITY = ("id", "type", "name", "officialName", "abbreviation", "stateKey", "isoCode", "sameAs")


def _names_of(state: Thing) -> Thing:
    """Return what says which state it is: part of what its record says."""
    return {key: state[key] for key in _IDENTITY if key in state}


# --- lists and finder -----------------------------------------------------------------------------------------------


def list_pages(site: Site) -> Iterator[File]:
    """Yield the lists of all records but the states, for each part of the site, some hundred on a page."""
    for folder, entries in _by_folder(site):
        parts = list(_parts(sorted(entries, key=_order), ON_A_PAGE))
        for number, part in enumerate(parts, 1):
            values = {"folder": folder, "entries": part, "number": number, "last": len(parts), "total": len(entries)}
            yield from pages(site, "list.html", _list_path(folder, number), values)


def _by_folder(site: Site) -> list[tuple[str, list[Entry]]]:
    """Return the records but the states by the folder that their pages stand in."""
    others = (one for one in site.entries if one.type != "State" and ":" not in one.id and "/" in one.id)
    in_order = sorted(others, key=lambda one: one.id.partition("/")[0])
    return [(folder, list(group)) for folder, group in groupby(in_order, key=lambda one: one.id.partition("/")[0])]


def _lists(site: Site) -> list[tuple[str, int]]:
    return [(folder, len(entries)) for folder, entries in _by_folder(site)]


def _order(one: Entry) -> tuple[str, str]:
    return alphabetical(_german(one.name)), one.id


def _parts(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield *items* in lists of *size*, the last of what is left."""
    iterator = iter(items)
    while part := list(islice(iterator, size)):
        yield part


def _list_path(folder: str, number: int) -> str:
    return f"{folder}/index.html" if number == 1 else f"{folder}/index-{number}.html"


def find_pages(site: Site) -> Iterator[File]:
    """Yield the finder: its page with all that leads to a state, and a page for each state key."""
    keys = state_of_key(site.states)
    words = {state["id"]: list(dict.fromkeys(words_of(state))) for state in site.states}
    records = _findable(site)
    others = [one for one in site.entries if one.key] if not records else []
    values = {"keys": keys, "words": words, "records": records, "others": others, "reasons": REASONS}
    yield from pages(site, "find.html", "find.html", values)
    by_key: dict[str, list[Entry]] = {}
    for one in site.entries:
        by_key.setdefault(one.key[:2], []).append(one)
    for key, reference in keys.items():
        parts = list(_parts(sorted(by_key.get(key, []), key=_order), ON_A_PAGE)) or [[]]
        for number, part in enumerate(parts, 1):
            yield from pages(
                site,
                "find_key.html",
                f"find/{key}.html" if number == 1 else f"find/{key}-{number}.html",
                {
                    "key": key,
                    "state": site.state_of[reference],
                    "line": compared([site.state_of[reference]], site.shared)[0],
                    "entries": part,
                    "number": number,
                    "last": len(parts),
                },
            )


def _findable(site: Site) -> list[Entry]:
    """Return the records with a municipality key, as long as they are few enough for the page to carry them."""
    found = [one for one in site.entries if one.key]
    return found if len(found) <= ON_A_PAGE else []


def publication_finder(site: Site) -> Finder:
    """Return what finds the states of *site* and its records with a municipality key."""
    return finder(site.states, ((one.id, one.name, one.key) for one in site.entries if one.key))


# --- what the pages need, and what leads to them --------------------------------------------------------------------


def assets(site: Site) -> Iterator[File]:
    """Yield the files that pages load: style, scripts, icons, picture for previews."""
    for file in sorted(_STATIC.iterdir()):
        if file.suffix in _MEDIA_TYPES:
            yield f"assets/{file.name}", _MEDIA_TYPES[file.suffix], [file.read_bytes()], None


def robots(site: Site) -> Iterator[File]:
    """Yield ``robots.txt`` (RFC 9309): everything may be read, and the sitemap says what there is."""
    text = f"User-agent: *\nAllow: /\n\nSitemap: {site.publication.base_iri}sitemap.xml\n"
    yield "robots.txt", "text/plain", [text.encode()], None


def sitemap(site: Site, paths: Sequence[str]) -> Iterator[File]:
    """Yield ``sitemap.xml`` of the pages at *paths* and of all records, with the other languages of each.

    Where there are more than fit in one file, it is an index of parts ``sitemap-1.xml`` and so on.
    """
    count = len(LANGUAGES) * (len(paths) + sum(":" not in one.id for one in site.entries))
    urls = _urls(site, paths)
    if count <= IN_A_SITEMAP:
        yield "sitemap.xml", "application/xml", _urlset(urls), None
        return
    names = [f"sitemap-{number}.xml" for number in range(1, -(-count // IN_A_SITEMAP) + 1)]
    for name, part in zip(names, _parts(urls, IN_A_SITEMAP), strict=True):
        yield name, "application/xml", _urlset(part), None
    parts = "".join(f"<sitemap><loc>{escape(site.publication.base_iri + name)}</loc></sitemap>\n" for name in names)
    yield (
        "sitemap.xml",
        "application/xml",
        [f"{_XML}<sitemapindex {_SITEMAP}>\n{parts}</sitemapindex>\n".encode()],
        None,
    )


_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def _urls(site: Site, paths: Sequence[str]) -> Iterator[str]:
    base = site.publication.base_iri
    for path in chain(paths, (f"{one.id}.html" for one in site.entries if ":" not in one.id)):
        yield from _url(base, path)


def _url(base: str, path: str) -> Iterator[str]:
    """Yield an entry for the page at *path* in each language, each with all its languages."""
    addresses = {language: address_of(base, path, language) for language in LANGUAGES}
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{escape(address)}"/>'
        for language, address in addresses.items()
    )
    for address in addresses.values():
        yield f"<url><loc>{escape(address)}</loc>{links}</url>\n"


def _urlset(urls: Iterable[str]) -> Iterator[bytes]:
    yield f'{_XML}<urlset {_SITEMAP} xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'.encode()
    yield from ("".join(part).encode() for part in _parts(urls, ON_A_PAGE))
    yield b"</urlset>\n"


SITE_PAGES: Sequence[Pages] = (
    start_pages,
    find_pages,
    list_pages,
    comparison_pages,
    quality_pages,
    dataset_pages,
    ontology_pages,
    shapes_pages,
    cookbook_pages,
    manual_pages,
)
"""What makes the pages that a site has once, in the order they are written."""


def site_pages(site: Site) -> Iterator[File]:
    """Yield all files of *site* that are not those of single records, the sitemap last."""
    paths: list[str] = []
    for make in SITE_PAGES:
        for path, media_type, content, triples in make(site):
            if media_type == HTML and not path.startswith(tuple(f"{one}/" for one in LANGUAGES[1:])):
                paths.append(path)
            yield path, media_type, content, triples
    yield from assets(site)
    yield from robots(site)
    yield from sitemap(site, paths)
