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

       def organisation_pages(site: Site, values: Mapping[str, object]) -> Iterator[OutputFile]:
           yield from pages(site, "organisation.html", f"{values['id']}.html", {"organisation": values})

   ``pages`` adds nothing to the values but the helpers below. What depends on the language is said with them.
4. **A line** in the tables of ``site``: ``SITE_PAGES`` for pages that a site has once, ``RECORD_PAGES`` for those that
   each record of a kind has.

Paths are those of the German page, such as ``state/sh.html``; the English one is ``en/state/sh.html``. All links are
relative, so that a site works in any folder: ``url("state/sh.html")`` is another page in the same language,
``file("efa-lod.ttl")`` something that has no language. What a template can use besides: the methods of ``PageHelpers``,
and ``site``, ``language``, ``path``, ``settings``. ``macros.html`` has what several pages share (``{% import
"macros.html" as m with context %}``): contact cards, what is left open, provisions, downloads, origins.

Nothing that comes from a record can become markup, a script or a link that runs: everything is escaped, links are made
for http, https, mailto and tel alone (``link``, ``mail``, ``phone``), and characters that turn the direction of text or
are invisible controls are left out of what is shown. They stay in the data.

No page has an inline script or an inline style or asks another host for anything. Colours, sizes and spaces are the
tokens at the top of ``static/site/site.css``.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, TypeVarTuple

import pyoxigraph as ox

from efa_lod.catalog.offers import Contents
from efa_lod.io.reading import Document, Place
from efa_lod.model.answers import mention
from efa_lod.model.context import Context
from efa_lod.model.expansion import Statement
from efa_lod.model.finder import FINDING_KEYS
from efa_lod.model.gazetteer import Gazetteer, read_gazetteer
from efa_lod.model.languages import LANGUAGES
from efa_lod.model.publication import Publication
from efa_lod.model.record_values import Thing, is_mapping, listed
from efa_lod.rdf.formats import OutputFile
from efa_lod.rdf.graphs import Triples, ontology_triples, record_triples
from efa_lod.releases.issued import IssuedRelease, last_changes
from efa_lod.site.addresses import path_in_language
from efa_lod.site.comparison import StateSummary, summaries
from efa_lod.site.page_helpers import HELPER_NAMES, PageHelpers
from efa_lod.site.references import RowUse, Use, rows_by_id, rows_by_source, uses_of_things
from efa_lod.site.templating import environment
from efa_lod.web.negotiation import HTML

if TYPE_CHECKING:
    import jinja2
    from markupsafe import Markup

    from efa_lod.site.query_page import BrowserEngine

DOCUMENTS = ((".ttl", "text/turtle", "Turtle"), (".jsonld", "application/ld+json", "JSON-LD"))
"""The data that stands beside the page of a record: suffix, media type, name."""


@dataclass(frozen=True)
class Entry:
    """A top-level record in the list of all: its *id* as written, its *type* (the first), its names, its key if any."""

    id: str
    type: str
    name: Mapping[str, object]
    key: str = ""


_Values = TypeVar("_Values")
_Given = TypeVarTuple("_Given")
_Derived = TypeVar("_Derived")


class Maker(Protocol):
    """Returns the files that a function makes of values; the name tells a function and its values from others."""

    def __call__(
        self, name: str, make: Callable[[_Values], Iterable[OutputFile]], values: _Values, /
    ) -> Iterable[OutputFile]:
        """Return what *make* makes of *values*."""


def make_anew(name: str, make: Callable[[_Values], Iterable[OutputFile]], values: _Values) -> Iterable[OutputFile]:
    """Return what *make* makes of *values*."""
    return make(values)


@dataclass(frozen=True, eq=False)  # equal only to itself
class Site:
    """All that pages are made of, without the records that are handed over batch by batch.

    *states* and *shared* are the values of the records of states and of what several records refer to, *shared* by id;
    *entries* lists every top-level record. *labels* are the names of ontology terms by IRI and language, *sizes* the
    bytes of the files for download by path; *releases* are all there are, the oldest first. *engine* is
    what the query page asks in a browser, if it can. *terms* are the triples of the ontology, and *graph* are the
    statements of the graph file, but for records that are handed over. *register* is the register of municipalities
    where it has been read, and *maker* makes the pages that a site has once. What several pages need is worked out of
    these once, when first asked for, and is a property of the site.
    """

    publication: Publication
    context: Context
    facts: Contents
    states: Sequence[Thing] = ()
    shared: Mapping[str, Thing] = field(default_factory=dict)
    entries: Sequence[Entry] = ()
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    releases: Sequence[IssuedRelease] = ()
    engine: "BrowserEngine | None" = None
    terms: Triples = ()
    graph: Sequence[Statement] = ()
    register: Gazetteer | None = None
    maker: Maker = make_anew

    def __getstate__(self) -> dict[str, object]:
        """Return what goes to another process: what the site is made of, not what is worked out of it."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def derived(self, make: Callable[["Site", *_Given], _Derived], *given: *_Given) -> _Derived:
        """Return what *make* works out of this site and what is *given*, worked out once.

        A page that asks in this way is made again when that is another, and not for each change of what *make* reads
        (``efa_lod.build.rebuilding``): the name of a state is the same after an edit of its contacts.
        """
        key = make, given
        if key not in self._worked_out:
            self._worked_out[key] = make(self, *given)
        found: _Derived = self._worked_out[key]
        return found

    @cached_property
    def _worked_out(self) -> dict[object, Any]:
        return {}

    @property
    def has_releases(self) -> bool:
        """Return True if there are releases."""
        return bool(self.releases)

    @cached_property
    def last_changes(self) -> Mapping[str, IssuedRelease]:
        """Return by IRI the last release that changed a thing after the first release."""
        return last_changes(self.releases)

    @cached_property
    def state_of(self) -> Mapping[str, Thing]:
        """Return the states by their id."""
        return {state["id"]: state for state in self.states}

    @cached_property
    def gazetteer(self) -> Gazetteer | None:
        """Return the register of municipalities of the publication, if it has one."""
        return self.register or read_gazetteer(self.publication)

    @cached_property
    def findable(self) -> Sequence[Thing]:
        """Return of each state what it is found by."""
        return [{key: state[key] for key in FINDING_KEYS if key in state} for state in self.states]

    @cached_property
    def lines(self) -> Sequence[StateSummary]:
        """Return what the record of each state says, ready to be compared, in the order of their German names."""
        return summaries(self.states, self.shared)

    @cached_property
    def uses(self) -> Mapping[str, Sequence[Use]]:
        """Return the references to each shared thing, by its id."""
        return uses_of_things(self.states, self.shared)

    @cached_property
    def rows_by_source(self) -> Mapping[str, Mapping[str, Mapping[str, RowUse]]]:
        """Return the rows of each source, by the id of the state they speak of and the question they answer."""
        return rows_by_source(self.states, self.shared)

    @cached_property
    def row_of(self) -> Mapping[str, tuple[Thing, Thing]]:
        """Return each row by its id, with the state that it speaks of."""
        return rows_by_id(self.states)

    @cached_property
    def ontology(self) -> Triples:
        """Return the triples of the ontology."""
        return self.terms or ontology_triples(self.publication)

    @cached_property
    def documents(self) -> Sequence[Document]:
        """Return the records of the states and of what they share; the place of each is its identifier."""
        records = (*self.states, *self.shared.values())
        return [Document(dict(values), Place(values["id"]), dict) for values in records]

    @cached_property
    def graph_context(self) -> Context:
        """Return the context with the prefixes of the catalogue, too, for names of terms."""
        from efa_lod.catalog.dcat import graph_context

        return graph_context(self.context)

    @cached_property
    def triples(self) -> Triples:
        """Return what the records of the states and of what they share say."""
        return record_triples(self.documents, self.context)

    @cached_property
    def made(self) -> dict[tuple[object, ...], "Markup"]:
        """Return the parts that were made for many pages (``PageHelpers.made_once``)."""
        return {}

    @cached_property
    def entry_of(self) -> Mapping[str, Entry]:
        """Return the entries by their id."""
        return {entry.id: entry for entry in self.entries}


def entry(values: Thing) -> Entry:
    """Return the entry of a record in the list of all."""
    types = values.get("type", "")
    kind = types[0] if isinstance(types, list) and types else types
    return Entry(values["id"], str(kind), values.get("name") or mention(values), str(values.get("municipalityKey", "")))


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


def pages(site: Site, template: str, path: str, values: Mapping[str, object] | None = None) -> Iterator[OutputFile]:
    """Yield the page at *path* in each language, made with *template* from *values*."""
    from markupsafe import Markup

    given = dict(values or {})
    if given.get("data") is not None:
        given["data"] = Markup(embedded(given["data"]))
    for language in LANGUAGES:
        yield OutputFile(path_in_language(path, language), HTML, [render(site, template, language, path, given)])


def render(site: Site, template: str, language: str, path: str, values: Mapping[str, object]) -> bytes:
    """Return the page at *path* (that of the German page) in *language*.

    Raise jinja2.UndefinedError when the template uses a value that is not there.
    """
    page = PageHelpers(site, language, path)
    text = _engine(frozenset(site.context.keys)).get_template(template).render({**page.names, **values})
    return text.encode("utf-8", "replace")


@cache
def _engine(keys: frozenset[str]) -> "jinja2.Environment":
    """Return the template engine for records with these *keys*; it compiles each template once."""
    return environment(keys, HELPER_NAMES)


def forget_templates() -> None:
    """Let templates be read again: they have changed since they were compiled."""
    _engine.cache_clear()


def embedded(value: object) -> str:
    """Return *value* as JSON that can stand in a page: nothing in it ends a script element or hides in the text."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _NOT_IN_SCRIPT.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


_NOT_IN_SCRIPT = re.compile(
    "[<>&\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def described(values: Iterable[Thing], context: Context) -> dict[str, object]:
    """Return records as one JSON-LD document that needs nothing else: with the part of the context that they use."""
    nodes = [{key: value for key, value in node.items() if key != "@context"} for node in values]
    used = set(_words(nodes))
    used |= {word for key in used for word in _terms_under(key, nodes, context)}
    terms = {name: term for name, term in context.definition.items() if name in used}
    whole = {"@version": 1.1, "@base": context.base_iri, **context.prefixes, "id": "@id", "type": "@type", **terms}
    return {"@context": whole, **nodes[0]} if len(nodes) == 1 else {"@context": whole, "@graph": nodes}


def _terms_under(key: str, nodes: Iterable[object], context: Context) -> Iterator[str]:
    """Yield the terms of the context that *nodes* name as values of *key*, such as the keys that a list provides."""
    known = context.keys.get(key)
    if known is None or known.form != "code" or known.vocabulary:
        return
    waiting = list(nodes)
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif is_mapping(one):
            yield from (word for word in listed(one.get(key)) if isinstance(word, str))
            waiting += one.values()


def _words(value: object) -> Iterator[str]:
    """Yield the keys and types in *value*, however deep they stand."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif is_mapping(one):
            yield from one
            yield from (kind for kind in listed(one.get("type")) if isinstance(kind, str))
            waiting += [inner for inner in one.values() if is_mapping(inner) or isinstance(inner, list)]


Pages = Callable[[Site], Iterator[OutputFile]]
"""What makes the pages that a site has once."""
RecordPages = Callable[[Site, Thing], Iterator[OutputFile]]
"""What makes the pages of one record."""
