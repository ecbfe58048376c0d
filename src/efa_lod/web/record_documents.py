"""Say which document tells what an IRI is, and make the documents of things: the linked data of a publication.

A thing is one, a document about it another: whoever asks for the IRI of a thing is sent to a document about it, in the
format that they take (303, "Cool URIs for the Semantic Web", W3C 2008). One rule says to which: the documents of a
thing have its path and a suffix, and what is there is offered. ``WAYS`` lists the few IRIs that are told elsewhere.
Everything that answers requests is made from the tables here: our own server, the rules for other servers, and the
check of a site. They stand in the file ``rules/dereference.json`` as well, so that a site says by itself what it has.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from html import escape
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import quote

from efa_lod.catalog.dcat import OFFERS
from efa_lod.errors import BadSetting, BrokenInput
from efa_lod.io.reading import Document, KeyPath
from efa_lod.model.context import Context
from efa_lod.model.expansion import TYPE, Expansion, Statement, literal
from efa_lod.model.finder import DEEP_LINK, state_of_key
from efa_lod.model.publication import Publication
from efa_lod.model.records import things
from efa_lod.rdf.formats import BY_NAME, TURTLE, Batch, File, Format

TABLE_FILE = "rules/dereference.json"
NAME = "[A-Za-z0-9._~-]+"
"""A step of a path, as a regular expression: what can stand in an IRI, a file name and a header as it is."""
_PATH = re.compile(rf"{NAME}(/{NAME})*$")
_DOTS = re.compile(r"(^|/)\.")
_LONGEST = 200
"""Most characters of a path; file systems take 255 bytes for each of its steps."""


# --- formats --------------------------------------------------------------------------------------------------------


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


_DATA = tuple(BY_NAME[name] for name in ("turtle", "json-ld", "n-triples", "rdf-xml"))
VARIANTS = (Variant(".html", "text/html", is_page=True), *(Variant(f.suffix, f.media_type) for f in _DATA))
"""The formats of documents; who likes several equally gets the first of them that there is, a browser the page."""
RECORD_FORMATS = _DATA
"""The formats of the document that each record has."""

MEDIA_TYPES = {
    **{variant.suffix: variant.media_type for variant in VARIANTS},
    ".css": "text/css",
    ".csv": "text/csv",
    ".csv-metadata.json": "application/csvm+json",
    ".geojson": "application/geo+json",
    ".ico": "image/vnd.microsoft.icon",
    ".ipynb": "application/x-ipynb+json",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".rq": "application/sparql-query",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".vcf": "text/vcard",
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


# --- what leads where -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """What requests for a path that matches *pattern* as a whole are led to: a *page*, and *data*, without suffix.

    A pattern is a regular expression in what PCRE, RE2 and Python have in common; ``\\1`` in page or data is what its
    first group holds.
    """

    pattern: str
    page: str
    data: str


@dataclass(frozen=True)
class Links:
    """The header Link of responses for paths that match *pattern* as a whole.

    In *value*, ``{root}`` is the address of the site's folder and ``\\1`` what the first group of the pattern holds.
    """

    pattern: str
    value: str


WAYS = (
    Way("", "index", "catalog"),
    Way("(?:catalog|dataset)", "dataset", "catalog"),
    Way("void", "dataset", "void"),
    Way(f"query/({NAME})", r"cookbook/\1", "cookbook"),
    Way(f"ontology/{NAME}", "ontology", "ontology"),
    Way(f"shapes/{NAME}(?:/{NAME})?", "shapes", "shapes"),
)
"""Where IRIs lead that have no documents of their own name: the queries, the parts and versions of a vocabulary."""


@dataclass(frozen=True)
class Dereference:
    """What leads where in one publication: the table of all who answer requests for its IRIs.

    *withdrawn* are paths that led to something once and never will again.
    """

    base_iri: str
    licence: str
    modified: str
    ways: Sequence[Way] = WAYS
    links: Sequence[Links] = ()
    withdrawn: Sequence[str] = ()

    def stems(self, path: str) -> tuple[str, str]:
        """Return page and data, without suffix, that a request for *path*, relative to the base, is led to."""
        for way in self.ways:
            if found := re.fullmatch(way.pattern, path):
                return found.expand(way.page), found.expand(way.data)
        return path, path

    def variants(self, path: str, has: Callable[[str], bool]) -> dict[Variant, str]:
        """Return the documents about what is at *path*, the preferred first; *has* tells whether there is a file."""
        page, data = self.stems(path)
        found = {variant: (page if variant.is_page else data) + variant.suffix for variant in VARIANTS}
        return {variant: document for variant, document in found.items() if has(document)}

    def link(self, path: str, root: str) -> str | None:
        """Return the header Link for *path*; *root* is the address of the site's folder, with a slash at the end."""
        for links in self.links:
            if found := re.fullmatch(links.pattern, path):
                return found.expand(links.value).replace("{root}", root)
        return None

    def to_json(self) -> bytes:
        """Return the table as a file."""
        return (json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n").encode()

    @classmethod
    def from_json(cls, data: bytes, name: str) -> "Dereference":
        """Return the table that the file called *name* holds; raise BrokenInput when it holds none."""
        try:
            said = json.loads(data)
            ways = tuple(Way(**way) for way in said.pop("ways"))
            links = tuple(Links(**links) for links in said.pop("links"))
            for pattern in [*(way.pattern for way in ways), *(one.pattern for one in links)]:
                re.compile(pattern)
            return cls(ways=ways, links=links, **said)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, re.error) as error:
            raise BrokenInput(f"{name}: expected what leads where, as a build writes it: {error}") from error


def dereference(
    publication: Publication, modified: str, states: Iterable[Mapping[str, Any]], paths: Iterable[str]
) -> Dereference:
    """Return what leads where in *publication*.

    *modified* is the day of its last change, *states* are the records of its states, *paths* those of its files. Raise
    BadSetting for a withdrawn IRI that is none.
    """
    licence = quote(str(publication.settings.value["licence"]), safe=":/?#=&+,;@~%")
    finder = [
        Way(DEEP_LINK.replace("([0-9]{2})", key), reference, reference)
        for key, reference in state_of_key(states).items()
        if key.isdigit() and is_path(reference)
    ]
    links = tuple(_links(publication.base_iri, licence, frozenset(paths)))
    return Dereference(publication.base_iri, licence, modified, (*WAYS, *finder), links, tuple(_withdrawn(publication)))


def _withdrawn(publication: Publication) -> Iterator[str]:
    """Yield the paths of the IRIs that the settings name as withdrawn, absolute or below the base."""
    found = publication.settings.value.get("withdrawn", [])
    for index, iri in enumerate(found if isinstance(found, list) else [found]):
        path = iri.removeprefix(publication.base_iri) if isinstance(iri, str) else ""
        if not is_path(path):
            raise BadSetting(
                f"{publication.settings.place_of(('withdrawn', index))}: withdrawn: expected IRIs below"
                f" {publication.base_iri}, such as state/xx, found '{iri}'"
            )
        yield path


def is_path(path: str) -> bool:
    """Tell whether *path* can be the path of a document: steps of letters, digits and ``._~-``, none hidden."""
    return bool(_PATH.match(path)) and not _DOTS.search(path) and len(path) <= _LONGEST


# --- links between what is sent -------------------------------------------------------------------------------------

_PAGE = "<https://schema.org/AboutPage>"
_FIXED = ("ontology", "shapes", "cookbook")


def _links(base: str, licence: str, paths: frozenset[str]) -> Iterator[Links]:
    """Yield the links that responses carry after "FAIR Signposting Profile" (signposting.org/FAIR, level 1)."""
    of_licence = (f"<{licence}>", "license")
    of_dataset = (f"<{base}dataset>", "collection")
    items = [(f"<{{root}}{o.path}>", "item", o.format.media_type) for o in OFFERS if o.path in paths]
    landing = [(f"<{base}dataset>", "cite-as"), (_PAGE, "type"), ("<https://schema.org/Dataset>", "type"), of_licence]
    yield _header(r"(?:en/)?(?:(?:index|dataset)\.html)?", [*landing, *_described_by("catalog", paths), *items])
    query = [(rf"<{base}query/\1>", "cite-as"), (_PAGE, "type"), of_licence, of_dataset]
    yield _header(rf"(?:en/)?cookbook/({NAME})\.html", [*query, *_described_by("cookbook", paths)])
    suffixes = "|".join(variant.name for variant in VARIANTS if not variant.is_page)
    for pattern, example in _stems(paths):
        page = [(rf"<{base}\1>", "cite-as"), (_PAGE, "type"), of_licence, of_dataset]
        described = [(link.replace(example, r"\1"), *rest) for link, *rest in _described_by(example, paths)]
        yield _header(rf"(?:en/)?({pattern})\.html", [*page, *described])
        yield _header(rf"({pattern})\.(?:{suffixes})", [(rf"<{base}\1>", "describes"), of_licence])
    yield _header(rf"catalog\.(?:{suffixes})", [(f"<{base}dataset>", "describes"), of_licence])
    yield _header(rf"void\.(?:{suffixes})", [(f"<{base}dataset>", "describes"), of_licence])
    names = "|".join(re.escape(offer.path) for offer in OFFERS if offer.path in paths)
    if names:
        yield _header(f"(?:{names})", [of_dataset, of_licence])


def _stems(paths: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield patterns of the paths of things that have documents, each with one such path: a pattern for each folder."""
    folders: dict[str, str] = {}
    for path in sorted(paths):
        stem, dot, suffix = path.rpartition(".")
        if dot and suffix == "jsonld" and "/" in stem and f"{stem}.ttl" in paths:
            folders.setdefault(stem.rpartition("/")[0], stem)
    for folder, stem in folders.items():
        yield f"{re.escape(folder)}/{NAME}", stem
    yield from ((stem, stem) for stem in _FIXED if f"{stem}.ttl" in paths)


def _described_by(stem: str, paths: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    for variant in VARIANTS:
        if not variant.is_page and stem + variant.suffix in paths:
            yield f"<{{root}}{stem}{variant.suffix}>", "describedby alternate", variant.media_type


def _header(pattern: str, links: Iterable[Sequence[str]]) -> Links:
    """Return the value of a header Link (RFC 8288): target, relation and, where given, media type of each link."""
    parts = [
        f'{target}; rel="{relation}"' + "".join(f'; type="{media_type}"' for media_type in more)
        for target, relation, *more in links
    ]
    return Links(pattern, ", ".join(parts))


# --- the documents of records ---------------------------------------------------------------------------------------


@dataclass
class RecordDocuments:
    """Make the documents of records, batch by batch; what records share must come last.

    A document has everything that its record says, and what other records say of its parts: the rows of the overview
    page stand in the records of the states, and in the document of the page, whose parts they are. Such parts wait in
    temporary files, so that memory does not grow with the number of records.
    """

    context: Context
    _waiting: dict[str, "_Parts"] = field(default_factory=dict)
    _written: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._expansion = Expansion(self.context)
        self._heads = {form.name: form.head(self.context) for form in RECORD_FORMATS}

    def of(self, documents: Iterable[Document]) -> Iterator[File]:
        """Yield the documents of *documents* in each format; a record that is not below the base has none.

        Raise BrokenInput when an identifier cannot be the name of a document, or is that of another one.
        """
        for document in documents:
            own = self._own_path(document)
            if own is not None:
                parts = self._waiting.pop(own, None) or _Parts()
                yield from self._files(document, own, parts)
            for path, thing in self._elsewhere(document, own):
                self._parts(document, path).add(self._expansion(thing), _part(document, thing), self.context)

    def rest(self) -> Iterator[File]:
        """Yield the documents of things that have no record of their own, but parts in the records of others."""
        for path in sorted(self._waiting):
            yield from self._files(None, path, self._waiting[path])
        self._waiting.clear()

    def parts(self) -> dict[str, "Told"]:
        """Return and forget what waits for documents of others, to be handed to another process."""
        found = {path: parts.told() for path, parts in self._waiting.items()}
        self._waiting.clear()
        return found

    def add(self, parts: Mapping[str, "Told"], written: Iterable[str] = ()) -> None:
        """Take over the *parts* that another process has found, which has *written* the documents at these paths."""
        self._written.update(written)
        for path, (count, pieces) in parts.items():
            self._waiting.setdefault(path, _Parts()).take(count, pieces)

    def _files(self, document: Document | None, path: str, parts: "_Parts") -> Iterator[File]:
        self._written.add(path)
        said = self._expansion(document.value) if document else []
        batch = Batch([document] if document else [], said)
        for form in RECORD_FORMATS:
            pieces = [self._heads[form.name], form.body(batch, self.context) if document else b""]
            yield f"{path}{form.suffix}", form.media_type, parts.after(pieces, form), len(said) + parts.count

    def _own_path(self, document: Document) -> str | None:
        """Return the path of the document of a record, without suffix; None where its IRI is not ours or a part."""
        identifier = document.value["id"]
        path = self._path(identifier)
        if path is None or "#" in identifier:
            return None
        if not is_path(path) or path.endswith(_SUFFIXES):
            raise BrokenInput(
                f"{document.place}: id: found '{identifier[:_LONGEST]}', which cannot be the name of a document –"
                " expected steps of letters, digits and ._~-, separated by /, at most"
                f" {_LONGEST} characters and no suffix of a file"
            )
        if is_reserved(path):
            raise BrokenInput(
                f"{document.place}: id: found '{identifier}', a name that the site needs for a page of its own – choose"
                f" one that does not end in index and does not begin with {', '.join(sorted(RESERVED))}"
            )
        return path

    def _elsewhere(self, document: Document, own: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the things in *document* that belong to other documents, with the path of each of these."""
        given: dict[KeyPath, str] = {}
        for way, thing in things(document, self.context):
            path = self._path(thing["id"])
            holder = next((given[way[:end]] for end in range(len(way), 0, -1) if way[:end] in given), own)
            if path not in (None, holder, own) and is_path(path) and not is_reserved(path):
                given[way] = path
                yield path, thing

    def _path(self, identifier: str) -> str | None:
        """Return the path of the document about *identifier*, without suffix; None where it is not below the base."""
        iri = self.context.resolve(identifier)
        below = iri.startswith(self.context.base_iri)
        return iri[len(self.context.base_iri) :].partition("#")[0] if below else None

    def _parts(self, document: Document, path: str) -> "_Parts":
        if path in self._written:
            raise BrokenInput(
                f"{document.place}: describes a part of {path}, whose document is written already – describe it in the"
                f" record of {path}"
            )
        return self._waiting.setdefault(path, _Parts())


_SUFFIXES = tuple(MEDIA_TYPES)
RESERVED = {
    *("404", "406", "410", "assets", "catalog", "comparison", "context", "cookbook", "dataset", "efa-lod"),
    "manual",
    *("efa-lod-graph", "en", "find", "health", "index", "ontology", "quality", "queries", "query", "robots", "rules"),
    *("shapes", "sitemap", "sparql", "static", "void"),
}
"""First steps of paths that belong to the site itself, so that no record can take them."""
_LIST = re.compile(r"(.*/)?index(-[0-9]+)?$")
"""Paths of the lists of records; each folder has its own."""


def is_reserved(path: str) -> bool:
    """Tell whether *path* is that of a page that the site has itself, on any file system, whatever the case."""
    folded = path.casefold()
    return folded.partition("/")[0] in RESERVED or bool(_LIST.match(folded))


def _part(document: Document, thing: dict[str, Any]) -> Document:
    return Document(thing, document.place, dict)


Told = tuple[int, Mapping[str, bytes]]
"""What stands in records of others about one document: how many statements, and what is written of them by format."""


class _Parts:
    """What stands in records of others about one document, ready to be written in each format."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: dict[str, IO[bytes]] = {}

    def add(self, said: Sequence[Statement], document: Document, context: Context) -> None:
        """Keep what *document*, a part of a record, says: *said*."""
        batch = Batch([document], said, first=False)
        self.take(len(said), {form.name: form.body(batch, context) for form in RECORD_FORMATS})

    def take(self, count: int, pieces: Mapping[str, bytes]) -> None:
        """Keep *pieces*, what is written of *count* statements, by format."""
        for name, data in pieces.items():
            if name not in self._kept:
                self._kept[name] = SpooledTemporaryFile(max_size=1 << 20)  # noqa: SIM115 – closed when it was read
            self._kept[name].write(data)
        self.count += count

    def told(self) -> Told:
        """Return all that is kept, and keep it no longer."""
        found = {}
        for name, kept in self._kept.items():
            kept.seek(0)
            found[name] = kept.read()
            kept.close()
        return self.count, found

    def after(self, pieces: list[bytes], form: Format) -> Iterator[bytes]:
        """Yield *pieces* (the beginning of a file and what the record itself says), these parts, and the end."""
        yield from pieces
        kept = self._kept.get(form.name)
        if kept:
            kept.seek(0)
            if not pieces[-1]:
                kept.seek(_SEPARATOR.get(form.name, 0))  # nothing stands before the first
            while piece := kept.read(1 << 16):
                yield piece
            kept.close()
        yield form.tail


_SEPARATOR = {"json-ld": len(b",\n")}


# --- documents that a site has once ---------------------------------------------------------------------------------


def fixed_documents(context: Context, documents: Mapping[str, Iterable[Any]]) -> Iterator[File]:
    """Yield as JSON-LD what else is published as Turtle: *documents* gives the triples by path without suffix."""
    form = BY_NAME["json-ld"]
    for path, triples in documents.items():
        listed = list(triples)
        yield f"{path}{form.suffix}", form.media_type, [json_ld(listed, context.prefixes)], len(listed)


def json_ld(triples: Iterable[Any], prefixes: Mapping[str, str]) -> bytes:
    """Return *triples*, of which none may have a blank node, as JSON-LD: an object for each subject, in their order."""
    nodes: dict[str, dict[str, Any]] = {}
    short = _Short(prefixes)
    for subject, predicate, value in triples:
        node = nodes.setdefault(subject.value, {"@id": subject.value})
        if f"<{predicate.value}>" == TYPE:
            node.setdefault("@type", []).append(short[value.value])
        else:
            node.setdefault(short[predicate.value], []).append(_value(value, short))
    whole = {"@context": dict(prefixes), "@graph": list(nodes.values())}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def _value(value: Any, short: "_Short") -> Any:
    if not hasattr(value, "datatype"):
        return {"@id": value.value}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if value.datatype.value.endswith("XMLSchema#string"):
        return value.value
    return {"@value": value.value, "@type": short[value.datatype.value]}


class _Short(dict[str, str]):
    """IRIs as JSON-LD may write them as keys and types: with a prefix where there is one."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        super().__init__()
        self._prefixes = {namespace: prefix for prefix, namespace in prefixes.items()}

    def __missing__(self, iri: str) -> str:
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        prefix = self._prefixes.get(iri[:cut])
        self[iri] = written = f"{prefix}:{iri[cut:]}" if prefix and iri[cut:] else iri
        return written


# --- what is sent where there is nothing ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Failure:
    """Why a request got no document: *status*, its *name* in HTTP, title and advice by language."""

    status: int
    name: str
    title: Mapping[str, str]
    advice: Mapping[str, str]


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
            "de": "Was hier beschrieben ist, gibt es als HTML, Turtle und JSON-LD, das meiste auch als N-Triples und"
            " RDF/XML; Ihr Programm nimmt keines davon an. Fragen Sie mit dem Kopf Accept nach einem davon,"
            " oder hängen Sie an die Adresse die Endung .html, .ttl oder .jsonld an.",
            "en": "What is described here exists as HTML, Turtle and JSON-LD, most of it as N-Triples and RDF/XML too;"
            " your program accepts none of them. Name one in the header Accept, or add the suffix .html,"
            " .ttl or .jsonld to the address.",
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

LANGUAGES = ("de", "en")
FAILURE_VARIANTS = tuple(variant for variant in VARIANTS if variant.is_page or variant.suffix in (".ttl", ".jsonld"))
_WAYS_ON = (
    ("index.html", {"de": "Startseite: die 16 Länder", "en": "Start page: the 16 states"}),
    ("find.html", {"de": "Ein Land oder eine Kommune finden", "en": "Find a state or a municipality"}),
    ("dataset.html", {"de": "Daten und Downloads", "en": "Data and downloads"}),
)
"""The pages that a reader who found nothing is led to."""
_STYLE = (
    ":root{color-scheme:light dark;--paper:#fbfaf7;--sheet:#fff;--ink:#1b211f;--faint:#545e5a;--line:#dedbd2;"
    "--accent:#1f5c4f}@media (prefers-color-scheme:dark){:root{--paper:#131715;--sheet:#1a1f1d;--ink:#e7eae6;"
    "--faint:#a8b2ad;--line:#323a36;--accent:#8fd0bd}}*{box-sizing:border-box}body{margin:0;background:var(--paper);"
    "color:var(--ink);font:106.25%/1.6 system-ui,'Segoe UI','Noto Sans',Arial,sans-serif}"
    "header{background:var(--sheet);border-bottom:1px solid var(--line)}"
    "header p,main{max-width:44rem;margin:0 auto;padding:1rem 1.25rem}"
    "header a{color:inherit;font:600 1.05rem/1.3 Charter,Georgia,serif;text-decoration:none}"
    "main{padding-block:clamp(2.5rem,12vh,7rem)}h1{font:600 clamp(2rem,5vw,3rem)/1.1 Charter,Georgia,serif;"
    "margin:0 0 1rem}p{margin:0 0 1.5rem}.status{color:var(--faint);font-size:.95rem;margin:0 0 .5rem}"
    "ul{margin:0;padding:0;list-style:none}li{border-top:1px solid var(--line);padding:.6rem 0}a{color:var(--accent);"
    "text-underline-offset:.2em}@media print{body{background:none;color:#000}}"
)
"""The look of these pages: they stand at any depth of a site, so they cannot name a stylesheet by its address."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' "
    f"'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'; connect-src 'self';"
    " img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""What pages may do: nothing but to load their own parts, ask their own server, and carry the one style above."""
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": POLICY,
}
"""Headers of every response: no browser guesses a type, tells where a reader was, or runs what is not ours."""
OPEN_TO_ALL = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Location, Retry-After",
}
"""Headers of every response, since everything here is public (CORS)."""
PREFLIGHT = {
    "Allow": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, If-None-Match, If-Modified-Since, Range",
    "Access-Control-Max-Age": "86400",
}
"""Headers of the answer to a browser that asks whether it may ask."""
CACHING = (("assets/", "public, max-age=3600"), ("", "no-cache"))
"""Cache-Control by the beginning of a path: documents are asked for again, and answered with 304 if unchanged."""


def caching(path: str) -> str:
    """Return the Cache-Control of the file at *path*."""
    return next(value for start, value in CACHING if path.startswith(start))


def failure_path(status: int, variant: Variant, language: str) -> str:
    """Return the path of the document about a failure; only pages have a language."""
    folder = f"{language}/" if variant.is_page and language != LANGUAGES[0] else ""
    return f"{folder}{status}{variant.suffix}"


def failure_documents(publication: Publication, context: Context) -> Iterator[File]:
    """Yield what is sent in place of a missing document, as a page in each language and as RDF."""
    prefixes = {"http": _HTTP, "rdfs": "http://www.w3.org/2000/01/rdf-schema#"}
    for failure in FAILURES:
        for language in LANGUAGES:
            path = failure_path(failure.status, VARIANTS[0], language)
            yield path, VARIANTS[0].media_type, [_failure_page(failure, language, publication)], None
        said = list(_failure_statements(failure, publication))
        frame = Context({**context.prefixes, **prefixes}, context.base_iri)
        content = TURTLE.write([Batch((), said)], frame)
        yield f"{failure.status}{TURTLE.suffix}", TURTLE.media_type, content, len(said)
        form = BY_NAME["json-ld"]
        yield f"{failure.status}{form.suffix}", form.media_type, [json_ld(_triples(said), prefixes)], len(said)


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


def _triples(said: Iterable[Statement]) -> list[Any]:
    from efa_lod.rdf.graphs import triples_of

    return triples_of(said)


def _failure_page(failure: Failure, language: str, publication: Publication) -> bytes:
    title, advice = (escape(texts[language]) for texts in (failure.title, failure.advice))
    name = escape(publication.texts(language)["title"])
    start = escape(publication.base_iri + ("" if language == LANGUAGES[0] else f"{language}/"))
    links = "".join(f'<li><a href="{start}{path}">{escape(texts[language])}</a></li>\n' for path, texts in _WAYS_ON)
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n'
        f"<title>{title} – {name}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'<header><p><a href="{start}">{name}</a></p></header>\n<main>\n'
        f'<p class="status">HTTP {failure.status}</p>\n<h1>{title}</h1>\n<p>{advice}</p>\n<ul>\n{links}</ul>\n'
        "</main>\n</body>\n</html>\n"
    ).encode()
