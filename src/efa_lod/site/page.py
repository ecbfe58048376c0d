"""Make pages for people: the frame that all pages share, and what templates can say.

Pages are made with Jinja2 from the values of the records, the same that the dumps are made of. How to add a page:

1. **A template** ``templates/thing.html`` that begins with ``{% extends "base.html" %}`` and fills the blocks ``title``
   (text), ``description`` (text for search engines) and ``main``; ``head`` and ``scripts`` where needed.
2. **Its texts** stand in the template where they are used, in both languages side by side: ``{{ t("Wer zahlt?", "Who
   pays?") }}``. Values are filled in by name, escaped: ``t("Stand {day}", "As of {day}", day=day(value))``. There is no
   table of texts beside it, so that no text can lack its translation. Texts of the records are texts by language:
   ``{{ said(thing.summary) }}`` writes the best one and marks its language where it is not that of the page;
   ``{{ called(thing.name) }}`` does so with a name, which it shortens where it would fill the page.
3. **A function** in a module of its own that yields files, the same page once a language::

       def organisation_pages(site: Site, values: Mapping[str, Any]) -> Iterator[File]:
           yield from pages(site, "organisation.html", f"{values['id']}.html", {"organisation": values})

   ``pages`` adds nothing to the values but the helpers below. What depends on the language is said with them.
4. **A line** in the tables of ``site``: ``SITE_PAGES`` for pages that a site has once, ``RECORD_PAGES`` for those that
   each record of a kind has.

Paths are those of the German page, such as ``state/sh.html``; the English one is ``en/state/sh.html``. All links are
relative, so that a site works in any folder: ``url("state/sh.html")`` is another page in the same language,
``file("efa-lod.ttl")`` something that has no language. What a template can use besides: the methods of ``Page``, and
``site``, ``language``, ``path``, ``settings``. ``macros.html`` has what several pages share (``{% import "macros.html"
as m with context %}``): contact cards, silences, provisions, downloads, provenance.

Nothing that comes from a record can become markup, a script or a link that runs: everything is escaped, links are made
for http, https, mailto and tel alone (``link``, ``mail``, ``phone``), and characters that turn the direction of text or
are invisible controls are left out of what is shown. They stay in the data.

No page has an inline script or an inline style or asks another host for anything. Colours, sizes and spaces are the
tokens at the top of ``static/site/site.css``.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from string import Formatter
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

import pyoxigraph as ox

from efa_lod.catalog.dcat import Contents
from efa_lod.model.code_lists import LICENCE
from efa_lod.model.context import Context
from efa_lod.model.languages import MONTHS
from efa_lod.model.publication import Publication
from efa_lod.rdf.formats import File
from efa_lod.site.templating import clean, each, environment, shown

if TYPE_CHECKING:
    import jinja2
    from markupsafe import Markup

Thing = Mapping[str, Any]
"""What a record, or a part of one, says: values by the keys of the context."""

LANGUAGES = ("de", "en")
HTML = "text/html"
DOCUMENTS = ((".ttl", "text/turtle", "Turtle"), (".jsonld", "application/ld+json", "JSON-LD"))
"""The data that stands beside the page of a record: suffix, media type, name."""
NAME = 200
"""Most characters of a name that a heading, a list or a link shows; the data and ``said`` have all of them."""
NAVIGATION = (
    ("index.html", "Länder", "States"),
    ("find.html", "Finden", "Find"),
    ("comparison.html", "Vergleich", "Comparison"),
    ("dataset.html", "Daten", "Data"),
    ("cookbook.html", "Abfragen", "Queries"),
    ("ontology.html", "Begriffe", "Terms"),
    ("quality.html", "Qualität", "Quality"),
)
"""The pages that every page leads to, with their names in German and English."""


@dataclass(frozen=True)
class Entry:
    """A top-level record in the list of all: its *id* as written, its *type* (the first), its names, its key if any."""

    id: str
    type: str
    name: Mapping[str, Any]
    key: str = ""


@dataclass(frozen=True, eq=False)  # equal only to itself: what is worked out of a site is kept by it
class Site:
    """All that pages are made of, without the records that are handed over batch by batch.

    *states* and *shared* are the values of the records of states and of what several records refer to, *shared* by id;
    *entries* lists every top-level record. *labels* are the names of ontology terms by IRI and language, *sizes* the
    bytes of the files for download by path.
    """

    publication: Publication
    context: Context
    facts: Contents
    states: Sequence[Thing] = ()
    shared: Mapping[str, Thing] = field(default_factory=dict)
    entries: Sequence[Entry] = ()
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def state_of(self) -> Mapping[str, Thing]:
        """Return the states by their id."""
        return {state["id"]: state for state in self.states}

    @cached_property
    def made(self) -> dict[tuple[object, ...], "Markup"]:
        """Return the parts that were made for many pages (``Page.made_once``)."""
        return {}

    @cached_property
    def entry_of(self) -> Mapping[str, Entry]:
        """Return the entries by their id."""
        return {entry.id: entry for entry in self.entries}


def entry(values: Thing) -> Entry:
    """Return the entry of a record in the list of all."""
    types = values.get("type", "")
    kind = types[0] if isinstance(types, list) and types else types
    return Entry(values["id"], str(kind), values.get("name") or {}, str(values.get("municipalityKey", "")))


def concept_labels(triples: Iterable[ox.Triple]) -> dict[str, dict[str, str]]:
    """Return the names of terms by IRI and language: ``skos:prefLabel``, or else ``rdfs:label``."""
    found: dict[str, dict[str, str]] = {}
    fallback: dict[str, dict[str, str]] = {}
    for triple in triples:
        if isinstance(triple.object, ox.Literal) and isinstance(triple.subject, ox.NamedNode):
            names = {_PREF_LABEL: found, _LABEL: fallback}.get(triple.predicate.value)
            if names is not None:
                names.setdefault(triple.subject.value, {})[triple.object.language or "de"] = triple.object.value
    return {**fallback, **found}


_PREF_LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel"
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


# --- files ----------------------------------------------------------------------------------------------------------


def pages(site: Site, template: str, path: str, values: Mapping[str, Any] | None = None) -> Iterator[File]:
    """Yield the page at *path* in each language, made with *template* from *values*."""
    from markupsafe import Markup

    given = dict(values or {})
    if given.get("data") is not None:
        given["data"] = Markup(embedded(given["data"]))
    for language in LANGUAGES:
        yield in_language(path, language), HTML, [render(site, template, language, path, given)], None


def render(site: Site, template: str, language: str, path: str, values: Mapping[str, Any]) -> bytes:
    """Return the page at *path* (that of the German page) in *language*.

    Raise jinja2.UndefinedError when the template uses a value that is not there.
    """
    page = Page(site, language, path)
    text = _engine(frozenset(site.context.keys)).get_template(template).render({**page.names, **values})
    return text.encode("utf-8", "replace")


@cache
def _engine(keys: frozenset[str]) -> "jinja2.Environment":
    """Return the template engine for records with these *keys*; it compiles each template once."""
    return environment(keys, _METHODS)


def in_language(path: str, language: str) -> str:
    """Return the path of the page at *path* in *language*."""
    return path if language == "de" else f"{language}/{path}"


def address_of(base_iri: str, path: str, language: str) -> str:
    """Return the full address of the page at *path* (that of the German page) in *language*."""
    return base_iri + _path(in_language(path, language).removesuffix("index.html"))


# --- what is shown of a text ----------------------------------------------------------------------------------------

_WEB = re.compile(r"https?://[^\s<>\"'`{}|\\^]+$", re.IGNORECASE)
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&*+/=?^_~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
_PHONE = re.compile(r"\+[0-9]{5,15}$")
_DAY = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])(?:-([0-3][0-9]))?$")


def is_web_address(text: Any) -> bool:
    """Tell whether *text* is an address that a link may lead to."""
    return isinstance(text, str) and bool(_WEB.match(text))


def embedded(value: Any) -> str:
    """Return *value* as JSON that can stand in a page: nothing in it ends a script element or hides in the text."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _NOT_IN_SCRIPT.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


_NOT_IN_SCRIPT = re.compile(
    "[<>&\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def described(values: Iterable[Thing], context: Context) -> dict[str, Any]:
    """Return records as one JSON-LD document that needs nothing else: with the part of the context that they use."""
    nodes = [{key: value for key, value in node.items() if key != "@context"} for node in values]
    used = set(_words(nodes))
    terms = {name: term for name, term in context.definition.items() if name in used}
    whole = {"@version": 1.1, "@base": context.base_iri, **context.prefixes, "id": "@id", "type": "@type", **terms}
    return {"@context": whole, **nodes[0]} if len(nodes) == 1 else {"@context": whole, "@graph": nodes}


def _words(value: Any) -> Iterator[str]:
    """Yield the keys and types in *value*, however deep they stand."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            yield from one
            yield from (kind for kind in each(one.get("type")) if isinstance(kind, str))
            waiting += [inner for inner in one.values() if isinstance(inner, dict | list)]


# --- what a template can say ----------------------------------------------------------------------------------------


class Page:
    """One page in one language; its public methods are what templates call."""

    def __init__(self, site: Site, language: str, path: str) -> None:
        from markupsafe import Markup, escape

        self.site = site
        self.language = language
        self.path = path
        self._markup = Markup
        self._escape = escape
        self._up = "../" * in_language(path, language).count("/")
        self._home = "../" * path.count("/")

    @property
    def names(self) -> dict[str, Any]:
        """Return what a template can use, by name."""
        methods = {name: getattr(self, name) for name in _METHODS}
        publication = self.site.publication
        return methods | {
            "site": self.site,
            "language": self.language,
            "path": self.path,
            "settings": publication.settings.value,
            "about": publication.texts(self.language),
            "base_iri": publication.base_iri,
            "navigation": NAVIGATION,
            "languages": LANGUAGES,
            "alternates": (),
            "data": None,
        }

    # texts

    def t(self, de: str, en: str, **values: object) -> "str | Markup":
        """Return the text in the language of the page, with *values* filled in by name."""
        text = de if self.language == "de" else en
        if not values:
            return text
        parts = [self._escape(shown(values[one] if is_name else one)) for one, is_name in _parts(text)]
        return self._markup("".join(parts))

    def said(self, texts: Any) -> "Markup":
        """Return the best text of *texts* (by language), marked with its language where that is not the page's."""
        language, text = self._best(texts)
        if language in (self.language, ""):
            return self._escape(clean(text))
        return self._made('<span lang="', language, '">', clean(text), "</span>")

    def _made(self, *parts: Any) -> "Markup":
        """Return markup of *parts*: every second one is a value, which is escaped."""
        return self._markup("".join([self._escape(one) if index % 2 else one for index, one in enumerate(parts)]))

    def called(self, names: Any) -> "Markup":
        """Return the best of *names* (by language) as ``said`` does, but never so long that it hides the page."""
        language, name = self._best(names)
        return self.said({language or self.language: self.short(name, NAME)})

    def plain(self, texts: Any) -> str:
        """Return the best text of *texts* (by language) for a place where no element can stand."""
        return clean(self._best(texts)[1])

    def other_language(self, texts: Any) -> str:
        """Return the language of the best text of *texts* where that is not the page's, else an empty text."""
        language = self._best(texts)[0]
        return "" if language == self.language else language

    def _best(self, texts: Any) -> tuple[str, str]:
        """Return language and text: that of the page, or else the first there is."""
        if not isinstance(texts, dict):
            return "", "" if texts is None else str(texts)
        language = self.language if self.language in texts else next(iter(texts), "")
        return language if _TAG.match(language) else "", " / ".join(map(str, each(texts.get(language))))

    def short(self, text: str, most: int = 160) -> str:
        """Return *text*, cut at a space where it has more than *most* characters."""
        text = clean(" ".join(str(text).split()))
        return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"

    # names of things and terms

    def label(self, key: str, code: Any) -> str:
        """Return the name of *code* as a value of *key*, as the ontology gives it."""
        known = self.site.context.keys.get(key)
        names = self.site.labels.get(f"{known.vocabulary if known else ''}{code}", {})
        names = names or ACCESS_RIGHTS.get(str(code), {})
        return names.get(self.language) or str(code)

    def term(self, iri: str) -> str:
        """Return the name of the ontology term *iri*, or *iri* itself."""
        return self.site.labels.get(self.site.context.resolve(iri), {}).get(self.language) or iri

    def named(self, reference: Any) -> "Markup":
        """Return the name of what *reference* refers to, as a link where there is a page about it."""
        if isinstance(reference, dict):
            return self.called(reference.get("name") or reference.get("id"))
        thing = self.site.shared.get(reference) or self.site.state_of.get(reference)
        name = thing.get("name") if thing else None
        if name is None and (found := self.site.entry_of.get(reference)):
            name = found.name
        if name:
            return self._made('<a href="', self.url(f"{reference}.html"), '">', self.called(name), "</a>")
        iri = self.site.context.resolve(reference)
        if iri in self.site.labels:
            return self._escape(self.site.labels[iri].get(self.language, iri))
        return self.link(iri)

    def made_once(self, macro: Any, thing: Any) -> "Markup":
        """Return what *macro* makes of *thing*; of a shared record it is made once for all pages of a depth.

        It must not depend on the page but for its language and the way from it to others.
        """
        if not isinstance(thing, str) or thing not in self.site.shared:
            return cast("Markup", macro(thing))
        made, key = self.site.made, (self.language, self._up, macro.name, thing)
        if key not in made:
            made[key] = macro(thing)
        return made[key]

    # links

    def url(self, path: str) -> str:
        """Return the way from this page to the page at *path* in the same language."""
        return self._home + _path(path)

    def file(self, path: str) -> str:
        """Return the way from this page to a file that has no language."""
        return self._up + _path(path)

    def in_other(self, language: str) -> str:
        """Return the way from this page to the same page in *language*."""
        return self._up + _path(in_language(self.path, language))

    def address(self, path: str | None = None, language: str | None = None) -> str:
        """Return the full address of the page at *path* (this one) in *language* (this one)."""
        base = self.site.publication.base_iri
        return address_of(base, self.path if path is None else path, language or self.language)

    def iri(self, reference: str) -> str:
        """Return the IRI of *reference*."""
        return self.site.context.resolve(reference)

    def link(self, address: Any, text: Any = None) -> "Markup":
        """Return a link to a page elsewhere; what is no web address is shown as text."""
        shown = clean(str(text or address)) if not hasattr(text, "__html__") else text
        if is_web_address(address):
            return self._made('<a href="', address, '" rel="external">', shown, "</a>")
        if not text:
            return self._made("<code>", shown, "</code>")
        return self._escape(shown)

    def mail(self, address: Any, subject: str = "") -> "Markup":
        """Return a link to write to *address*; what is no e-mail address is shown as text."""
        text = clean(str(address))
        if not _MAIL.match(text):
            return self._made("<span>", text, "</span>")
        return self._made('<a href="', self.mailto(text, subject), '">', text, "</a>")

    def mailto(self, address: str, subject: str = "") -> str:
        """Return the address of a link to write to *address*."""
        return f"mailto:{quote(address, safe='@')}" + (f"?subject={quote(subject)}" if subject else "")

    def phone(self, number: Any, printed: Any = None) -> "Markup":
        """Return a link to call *number*, shown as it is *printed*; what is no number is shown as text."""
        shown = clean(str(printed or number))
        if not isinstance(number, str) or not _PHONE.match(number):
            return self._made("<span>", shown, "</span>")
        return self._made('<a href="tel:', number, '">', shown, "</a>")

    def is_web(self, address: Any) -> bool:
        """Tell whether a link may lead to *address*."""
        return is_web_address(address)

    def anchor(self, reference: Any) -> str:
        """Return what stands behind ``#`` in *reference*: the place of a part of a thing on its page."""
        return clean(str(reference)).partition("#")[2].replace(" ", "-")

    def host(self, address: str) -> str:
        """Return the name of the host in *address*, without ``www.``."""
        return clean(address).partition("://")[2].partition("/")[0].removeprefix("www.")

    def register(self, address: str) -> str:
        """Return the name of the register or list that *address* belongs to, or else its host."""
        for start, de, en in REGISTERS:
            if re.match(rf"https?://(www\.|sws\.)?{re.escape(start)}", address):
                return self.t(de, en)
        return self.host(address) or address

    def licence(self) -> str:
        """Return the name of the licence of the publication."""
        licence = str(self.site.publication.settings.value["licence"])
        return LICENCE.codes.get(LICENCE.code(licence), {}).get(self.language) or licence

    def report(self) -> str:
        """Return the address of a link to report an error on this page, by e-mail to the publisher's contact."""
        subject = self.t("Fehler auf der Seite {address}", "Error on the page {address}", address=self.address())
        return self.mailto(self.site.publication.settings.value["contact"]["email"], str(subject))

    # dates and numbers

    def day(self, date: Any) -> "Markup":
        """Return a date or month in words, readable by programs; anything else as it is."""
        text = clean(str(date))
        if not _DAY.match(text):
            return self._escape(text)
        return self._made('<time datetime="', text, '">', self.day_text(text), "</time>")

    def day_text(self, date: str) -> str:
        """Return a date or month in words."""
        found = _DAY.match(str(date))
        if not found:
            return clean(str(date))
        year, month, day = found.groups()
        words = f"{MONTHS[self.language][int(month) - 1]} {year}"
        point = "." if self.language == "de" else ""
        return f"{int(day)}{point} {words}" if day else words

    def size(self, size: int | None) -> str:
        """Return a number of bytes as people say it; an empty text where it is not known."""
        if size is None:
            return ""
        for unit, scale in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
            if size >= scale:
                return f"{self.number(size / scale, 0 if size >= 100 * scale else 1)} {unit}"
        return f"{size} {self.t('Byte', 'bytes')}"

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number as it is written in the language of the page."""
        text = f"{value:,.{digits}f}"
        return text.translate(_GERMAN_NUMBER) if self.language == "de" else text

    def counted(self, count: int) -> str:
        """Return a whole number as it is written in the language of the page."""
        return self.number(count)

    def term_of_key(self, key: str) -> str:
        """Return what *key* of a record is called: the name that the ontology gives its property, or the key."""
        known = self.site.context.keys.get(key)
        return self.site.labels.get(known.iri if known else "", {}).get(self.language) or key


@lru_cache(1024)
def _parts(text: str) -> tuple[tuple[str, bool], ...]:
    """Return the parts of a *text* with names in braces: its words, and its names, which are told by True."""
    found = (
        (part, is_name)
        for words, name, *_ in Formatter().parse(text)
        for part, is_name in ((words, False), (name, True))
    )
    return tuple((part, is_name) for part, is_name in found if part)


_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$")
_GERMAN_NUMBER = str.maketrans(",.", ".,")
_METHODS = frozenset(name for name, member in vars(Page).items() if callable(member) and not name.startswith("_"))

ACCESS_RIGHTS: Mapping[str, Mapping[str, str]] = {
    "PUBLIC": {"de": "öffentlich", "en": "public"},
    "RESTRICTED": {"de": "eingeschränkt", "en": "restricted"},
    "NON_PUBLIC": {"de": "nicht öffentlich", "en": "non-public"},
}
"""The names of the EU's access rights, which the ontology does not carry."""
REGISTERS = (
    ("wikidata.org/", "Wikidata", "Wikidata"),
    ("geonames.org/", "GeoNames", "GeoNames"),
    ("d-nb.info/gnd/", "Gemeinsame Normdatei (GND)", "Integrated Authority File (GND)"),
    ("dbpedia.org/", "DBpedia", "DBpedia"),
    (
        "publications.europa.eu/resource/authority/atu/",
        "Gebietseinheiten der EU (ATU)",
        "EU administrative territorial units (ATU)",
    ),
    ("data.europa.eu/nuts/", "NUTS", "NUTS"),
    ("dcat-ap.de/def/politicalGeocoding/", "Politische Geokodierung (DCAT-AP.de)", "Political geocoding (DCAT-AP.de)"),
)
"""How addresses of well-known registers begin, and what they are called."""


@lru_cache(4096)
def _path(path: str) -> str:
    """Return a path as it stands in a link; identifiers may hold characters that mean something there."""
    way, mark, fragment = path.partition("#")
    return quote(way, safe="/~!$&'()*+,;=@") + (mark + quote(fragment, safe="/~!$&'()*+,;=@:") if mark else "")


Pages = Callable[[Site], Iterator[File]]
"""What makes the pages that a site has once."""
RecordPages = Callable[[Site, Thing], Iterator[File]]
"""What makes the pages of one record."""
