"""Prove that a deployed site behaves: ask it as portals, browsers and search engines do, and compare.

What to expect comes from the site itself – ``build.json``, ``SHA256SUMS``, the sitemap, the catalogue – or from the
folder that was uploaded, and from the tables that the site was made with (``documents``). Nothing is written anywhere.

The number of requests, their parallelism, the wait for each and the bytes that are read are bounded, whatever the site
answers; of things of one kind (the files of a folder with one suffix) only so many are asked for, evenly spread over
their names, so that two checks of one site ask the same. Whoever names a site on the own machine may have it checked;
what the site refers to elsewhere is asked only at public addresses.
"""

import hashlib
import json
import posixpath
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from efa_lod import __version__
from efa_lod.catalog import PREFIXES
from efa_lod.documents import (
    ALSO_CALLED,
    MEDIA_TYPES,
    NAME,
    TABLE_FILE,
    Dereference,
    compressible_types,
    is_path,
)
from efa_lod.errors import BrokenInput
from efa_lod.exports import TURTLE
from efa_lod.fetching import NOT_MODIFIED, PERMANENT, Answer, Fetcher, Manners, NotFetched, agent, host_of
from efa_lod.files import whole_file
from efa_lod.negotiation import accepted
from efa_lod.publication import WRITTEN_BASE
from efa_lod.rdf import parsed_triples
from efa_lod.site_advice import CHECKS, Texts, kind_of_server

INVENTORY = "build.json"
SUMS = "SHA256SUMS"
SITEMAP = "sitemap.xml"
CATALOGUE = "catalog.ttl"
HTML = "text/html"
OF_HOST = ".well-known/"
"""What describes the whole host (RFC 8615): whoever runs it may say there more than one site knows."""

MIB = 1 << 20
MAX_LIST = 64 * MIB
"""Most bytes of a list that says what to expect: inventory, digests, sitemap, catalogue."""
MAX_FILE = 64 * MIB
"""Files with more bytes are not read: of them only headers and length are compared."""
MAX_PAGE = 4 * MIB
WORTH_PACKING = 1024
"""Least bytes of a file that a server ought to compress."""
OTHER_ORIGIN = "https://example.org"
"""The page that a browser would name in a request from elsewhere."""
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
NOTHING = "application/x-nothing-of-the-kind"
MISSING = "no-such-thing-as-this"


# --- what is found --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be at *url*; *values* fill in the lines of the remedy."""

    url: str
    expected: Texts
    found: Texts
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """One look for the check of that name: with a finding, or well."""

    check: str
    finding: Finding | None = None


@dataclass(frozen=True)
class Checked:
    """What came of the check of that name: how often it was looked – 0 where it does not apply – and what was found."""

    name: str
    looks: int
    findings: Sequence[Finding]


@dataclass(frozen=True)
class SiteCheck:
    """What came of the check of the site at *url*.

    *base_iri* is the base it was published with, *server* what it says of itself, *kind* the kind of server that advice
    is for (empty for all), *rules* the rules for servers that came with it, *whole* whether nothing was left out.
    """

    url: str
    base_iri: str
    version: str
    server: str
    kind: str
    rules: Sequence[str]
    checks: Sequence[Checked]
    files: int
    requests: int
    bytes: int
    whole: bool

    @property
    def passes(self) -> bool:
        """Tell whether nothing was found."""
        return not any(checked.findings for checked in self.checks)


def both(text: object) -> Texts:
    """Return a text that is the same in both languages."""
    return {"de": str(text), "en": str(text)}


def plain(text: str) -> str:
    """Return *text*, which a site may have sent, as one line without characters that steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in text)


def told(de: str, en: str, **values: object) -> Texts:
    """Return a text in both languages with *values* filled in."""
    return {"de": de.format(**values), "en": en.format(**values)}


NO_HEADER = {"de": "kein solcher Kopf", "en": "no such header"}


def of(value: str) -> Texts:
    """Return the *value* of a header as what was found."""
    return both(value[:200]) if value else NO_HEADER


# --- what to expect -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """A file as the inventory lists it: *media_type*, *size* in bytes, SHA-256."""

    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Inventory:
    """What a build says it has written: the base IRI, the version, and its files by path."""

    base_iri: str
    version: str
    files: Mapping[str, Listed]

    def has(self, path: str) -> bool:
        """Tell whether there is a file at *path*."""
        return path in self.files

    @cached_property
    def served(self) -> list[str]:
        """Return the paths of the files that a server hands out, sorted; its own rules it may keep to itself."""
        return sorted(path for path in self.files if path == TABLE_FILE or not _RULES.search(path))

    @property
    def table(self) -> Dereference:
        """Return what leads where: the program's own table, since patterns of others could be made to run for ever."""
        return Dereference(self.base_iri, "", "")

    @cached_property
    def things(self) -> dict[str, dict[str, str]]:
        """Return the paths of the things that have documents, each with its documents by media type."""
        stems = [path.removesuffix(".jsonld") for path in self.served if path.endswith(".jsonld") and "/" in path]
        queries = [f"query/{Path(path).stem}" for path in self.served if re.fullmatch(r"cookbook/[^/]+\.html", path)]
        single = ["", "catalog", "dataset", "ontology", "shapes", "void"]
        found = {}
        for path in [*single, *(stem for stem in stems if self.has(f"{stem}{TURTLE.suffix}")), *queries]:
            variants = self.table.variants(path, self.has)
            if len(variants) > 1:
                found[path] = {variant.media_type: document for variant, document in variants.items()}
        return found


_RULES = re.compile(r"(^|/)\.[^/]*$|^rules/")
"""Files that are for the server and not for its clients."""
_PATH = re.compile(rf"(?!(.*/)?\.\.?(/|$)){NAME}(/{NAME})*")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+")


def read_inventory(data: bytes, name: str) -> Inventory:
    """Return the inventory that the file called *name* holds; raise BrokenInput when it is none.

    A site may say anything, and advice quotes paths and media types for people to paste: they are held to plain signs.
    """
    try:
        said = json.loads(data)
        base, version = said["baseIri"], said["version"]
        files = {str(file["path"]): Listed(file["mediaType"], file["bytes"], file["sha256"]) for file in said["files"]}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BrokenInput(
            f"{name}: expected the list of files that efa-lod build writes, found none: {error}"
        ) from error
    if not (isinstance(base, str) and base.startswith(("https://", "http://")) and base.endswith("/")):
        raise BrokenInput(f"{name}: baseIri: expected an address that ends in a slash, found {str(base)[:80]!r}")
    for path, file in files.items():
        typed = isinstance(file.size, int) and isinstance(file.sha256, str) and isinstance(file.media_type, str)
        if not (typed and _PATH.fullmatch(path) and _MEDIA_TYPE.fullmatch(file.media_type)):
            raise BrokenInput(f"{name}: expected files below the folder of the site, found {path[:80]!r}")
    return Inventory(base, str(version), files)


def sample(items: Sequence[str], limit: int) -> list[str]:
    """Return at most *limit* of *items* of each kind, evenly spread, in their order."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for item in items:
        kinds[kind_of(item)].append(item)
    chosen = {item for kind in kinds.values() for item in _spread(kind, limit)}
    return [item for item in items if item in chosen]


def kind_of(path: str) -> str:
    """Return the kind of what is at *path*: its folder and suffix; a file at the root is of a kind of its own."""
    folder, name = posixpath.split(path)
    return f"{folder}/*{posixpath.splitext(name)[1]}" if folder.removeprefix("en").strip("/") else path


def _spread(items: Sequence[str], limit: int) -> list[str]:
    if len(items) <= limit:
        return list(items)
    step = (len(items) - 1) / max(1, limit - 1)
    return [items[round(number * step)] for number in range(limit)]


# --- asking ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bounds:
    """How much may be asked: things of one *kind*, and in all *requests*, *bytes* and *minutes*.

    So many *jobs* ask at a time, and a request takes at most so many *seconds*.
    """

    kind: int = 50
    requests: int = 5000
    bytes: int = 512 * MIB
    minutes: float = 15.0
    jobs: int = 4
    seconds: float = 30.0


class Spent(Exception):
    """The requests, the bytes or the time that were allowed are used up."""


_T = TypeVar("_T")


class Survey:
    """A site that is being checked: where it is, what is expected of it, and what has been asked so far."""

    def __init__(self, root: str, fetcher: Fetcher, bounds: Bounds) -> None:
        self.root = root
        self.bounds = bounds
        self.requests = self.bytes = 0
        self.inventory = Inventory(root, "", {})
        self.server = ""
        self.withdrawn: Sequence[str] = ()
        self.pages: dict[str, Page] = {}
        self._fetcher = fetcher
        self._end = time.monotonic() + 60 * bounds.minutes
        self._lock = threading.Lock()
        self._statuses: dict[str, Answer] = {}

    def url(self, path: str) -> str:
        """Return where the file at *path* is served; the page of a folder is at the folder."""
        return self.root + quote("" if path == "index.html" else path, safe="/~")

    def here(self, url: str) -> str | None:
        """Return where *url* is on the site that is checked, whichever base it names; None where it is elsewhere."""
        for base in (self.root, self.inventory.base_iri):
            if url.startswith(base):
                return self.root + url[len(base) :]
        return None

    def ask(
        self,
        url: str,
        method: str = "GET",
        most: int = 0,
        headers: Mapping[str, str] | None = None,
        follow: bool = False,
    ) -> Answer:
        """Return what *url* answers, with a content of *most* bytes; raise Spent when too much has been asked."""
        with self._lock:
            spent = self.requests >= self.bounds.requests or self.bytes >= self.bounds.bytes
            if spent or time.monotonic() > self._end:
                raise Spent
            self.requests += 1
        usual = {"Accept": "*/*", "Accept-Encoding": "identity", "Origin": OTHER_ORIGIN}
        answer = self._fetcher.ask(method, url, most, {**usual, **(headers or {})}, follow)
        with self._lock:
            self.bytes += len(answer.content)
            self.requests += len(answer.steps)
        return answer

    def look(self, url: str) -> Answer:
        """Return what *url* answers in the end, without its content; each address is asked once."""
        with self._lock:
            known = self._statuses.get(url)
        if known is None:
            known = self.ask(url, "HEAD", follow=True)
            if known.status >= 400 and known.status not in (404, 410):
                known = self.ask(url, follow=True)
            self.seen(url, known)
        return known

    def seen(self, url: str, answer: Answer) -> None:
        """Remember what *url* answered."""
        with self._lock:
            self._statuses[url] = answer

    def each(self, items: Iterable[_T], look: Callable[[_T], Iterable[Outcome]]) -> Iterator[Outcome]:
        """Yield the outcomes of *look* at each of *items*, several at a time, in their order."""
        with ThreadPoolExecutor(self.bounds.jobs) as pool:
            try:
                for outcomes in pool.map(lambda item: list(look(item)), items):
                    yield from outcomes
            finally:
                pool.shutdown(cancel_futures=True)


def outcome(
    check: str, url: str, good: bool, expected: Texts, found: Texts, values: Mapping[str, str] | None = None
) -> Outcome:
    """Return that all is well, or the finding."""
    return Outcome(check, None if good else Finding(url, expected, found, values or {}))


def no_answer(check: str, url: str, error: NotFetched) -> Outcome:
    """Return that there was no complete answer where one was expected."""
    message = str(error).removeprefix(f"{url}: ")
    return outcome(check, url, False, told("eine Antwort", "an answer"), both(message))


# --- files ----------------------------------------------------------------------------------------------------------


def files(survey: Survey) -> Iterator[Outcome]:
    """Look whether files are what the inventory lists, and how they are sent."""
    listed = survey.inventory
    chosen = sample(listed.served, survey.bounds.kind)
    yield from survey.each(chosen, lambda path: _file(survey, path, listed.files[path]))
    largest: dict[str, str] = {}
    for path in sorted(listed.served, key=lambda path: (-listed.files[path].size, path)):
        if listed.files[path].size <= MAX_FILE:
            largest.setdefault(listed.files[path].media_type, path)
    yield from survey.each(sorted(largest.values()), lambda path: _cached(survey, path))
    packed = [
        path
        for media_type, path in sorted(largest.items())
        if media_type in compressible_types() and listed.files[path].size >= WORTH_PACKING
    ]
    yield from survey.each(packed, lambda path: _packed(survey, path, listed.files[path]))


def _file(survey: Survey, path: str, listed: Listed) -> Iterator[Outcome]:
    url = survey.url(path)
    too_large = listed.size > MAX_FILE
    try:
        answer = survey.ask(url, "HEAD") if too_large else survey.ask(url, most=listed.size + MIB)
    except NotFetched as error:
        yield no_answer("content", url, error)
        return
    survey.seen(url, answer)
    if answer.status != 200:
        yield outcome("content", url, False, both("200"), _status(answer))
        return
    yield _media_type(url, path, listed.media_type, answer)
    if too_large:
        length = answer.headers.get("content-length", "")
        yield outcome("content", url, length == str(listed.size), _size(listed.size), of(length))
    else:
        if not path.startswith(OF_HOST):
            yield _content(url, listed, answer)
        yield _head(survey, url, answer)
    yield _allows_reading(url, answer)
    nosniff = answer.headers.get("x-content-type-options", "")
    yield outcome("nosniff", url, nosniff.lower() == "nosniff", both("X-Content-Type-Options: nosniff"), of(nosniff))
    if listed.media_type == HTML:
        survey.pages[path] = read_page(answer.content)
        yield _policy(url, answer, survey.pages[path])


def _status(answer: Answer) -> Texts:
    where = answer.headers.get("location", "")
    return both(f"{answer.status}{f' → {where[:200]}' if where else ''}")


def _media_type(url: str, path: str, expected: str, answer: Answer) -> Outcome:
    sent = answer.headers.get("content-type", "")
    charset = answer.charset.lower().replace("_", "-")
    good = answer.media_type.lower() == expected and charset in ("", "utf-8", "utf8")
    name = posixpath.basename(path)
    suffix = posixpath.splitext(name)[1]
    values = {"media_type": expected, "suffix": suffix, "extension": suffix[1:], "path": path, "name": name}
    by_suffix = suffix and MEDIA_TYPES.get(suffix, expected) == expected
    return outcome("media-type" if by_suffix else "named-type", url, good, both(expected), of(sent), values)


def _size(size: int) -> Texts:
    return told("{n} Bytes", "{n} bytes", n=size)


def _content(url: str, listed: Listed, answer: Answer) -> Outcome:
    digest = hashlib.sha256(answer.content).hexdigest()
    return outcome(
        "content",
        url,
        (len(answer.content), digest) == (listed.size, listed.sha256),
        told("{n} Bytes, SHA-256 {d}…", "{n} bytes, SHA-256 {d}…", n=listed.size, d=listed.sha256[:12]),
        told("{n} Bytes, SHA-256 {d}…", "{n} bytes, SHA-256 {d}…", n=len(answer.content), d=digest[:12]),
    )


_SAME = ("content-type", "content-length", "etag", "last-modified")


def _head(survey: Survey, url: str, got: Answer) -> Outcome:
    try:
        head = survey.ask(url, "HEAD")
    except NotFetched as error:
        return no_answer("head", url, error)
    if head.status != got.status:
        return outcome("head", url, False, told("200 wie bei GET", "200, as with GET"), _status(head))
    differing = [name for name in _SAME if name in got.headers and got.headers[name] != head.headers.get(name)]
    return outcome(
        "head",
        url,
        not differing,
        both("; ".join(f"{name}: {got.headers[name]}" for name in differing)),
        both("; ".join(f"{name}: {head.headers.get(name, '–')}" for name in differing)),
    )


def _allows_reading(url: str, answer: Answer) -> Outcome:
    allowed = answer.headers.get("access-control-allow-origin", "")
    good = allowed in ("*", OTHER_ORIGIN)
    return outcome("cors", url, good, both("Access-Control-Allow-Origin: *"), of(allowed))


def _policy(url: str, answer: Answer, page: "Page") -> Outcome:
    policy = answer.headers.get("content-security-policy", "")
    rules = {words[0]: words[1:] for part in policy.lower().split(";") if (words := part.split())}
    scripts = rules.get("script-src", rules.get("default-src", ["*"]))
    good = bool(policy) and not {"*", "http:", "https:", "data:", "'unsafe-inline'", "'unsafe-eval'"} & {*scripts}
    found = of(policy)
    if not policy and page.policy:
        found = told("nur in der Seite (meta), nicht als Kopf", "only in the page (meta), not as a header")
    expected = told("Content-Security-Policy ohne fremde Skripte", "Content-Security-Policy without scripts of others")
    return outcome("csp", url, good, expected, found)


_MARKS = (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since"))


def _cached(survey: Survey, path: str) -> Iterator[Outcome]:
    """Look whether who has the file already is told so, for the plain and for the compressed file."""
    url = survey.url(path)
    is_text = survey.inventory.files[path].media_type in compressible_types()
    for encoding in ("identity", "gzip") if is_text else ("identity",):
        try:
            first = survey.ask(url, "HEAD", headers={"Accept-Encoding": encoding})
            if first.status != 200:
                continue  # told elsewhere
            for mark, condition in _MARKS:
                yield _not_modified(survey, url, first, mark, condition, encoding)
        except NotFetched as error:
            yield no_answer("cache", url, error)


def _not_modified(survey: Survey, url: str, first: Answer, mark: str, condition: str, encoding: str) -> Outcome:
    value = first.headers.get(mark.lower(), "")
    if not value:
        return outcome("cache", url, False, told("den Kopf {n}", "the header {n}", n=mark), NO_HEADER)
    again = survey.ask(url, headers={"Accept-Encoding": encoding, condition: value})
    expected = told("304 auf {c}: {v}", "304 to {c}: {v}", c=condition, v=value)
    if encoding != "identity":
        expected = {tag: f"{text} (Accept-Encoding: {encoding})" for tag, text in expected.items()}
    return outcome("cache", url, again.status == NOT_MODIFIED, expected, _status(again))


def _packed(survey: Survey, path: str, listed: Listed) -> Iterator[Outcome]:
    url, values = survey.url(path), {"media_type": listed.media_type}
    try:
        plain = survey.ask(url, "HEAD")
        packed = survey.ask(url, most=listed.size + MIB, headers={"Accept-Encoding": "gzip"})
    except NotFetched as error:
        yield no_answer("compression", url, error)
        return
    if packed.status != 200:
        return  # told elsewhere
    encoding = packed.headers.get("content-encoding", "")
    yield outcome("compression", url, encoding == "gzip", both("Content-Encoding: gzip"), of(encoding), values)
    unasked = plain.headers.get("content-encoding", "")
    without = told("keine Kompression für Accept-Encoding: identity", "no compression for Accept-Encoding: identity")
    yield outcome("compression", url, unasked in ("", "identity"), without, of(unasked), values)
    if encoding and not path.startswith(OF_HOST):
        good = hashlib.sha256(packed.content).hexdigest() == listed.sha256
        same = told("ausgepackt dieselbe Datei", "the same file when unpacked")
        yield outcome("content", url, good, same, told("eine andere", "another one"))
        vary = packed.headers.get("vary", "")
        good = bool({"accept-encoding", "*"} & _members(vary))
        yield outcome("compression", url, good, both("Vary: Accept-Encoding"), of(vary), values)


def _members(header: str) -> set[str]:
    return {part.strip().lower() for part in header.split(",")}


def sums(survey: Survey) -> Iterator[Outcome]:
    """Look whether the digests on the site are those of the inventory."""
    url = survey.url(SUMS)
    try:
        answer = survey.ask(url, most=MAX_LIST)
    except NotFetched as error:
        yield no_answer("sums", url, error)
        return
    if answer.status != 200:
        yield outcome("sums", url, False, both("200"), _status(answer))
        return
    lines = answer.content.decode("utf-8", "replace").splitlines()
    said = {path: digest for digest, _, path in (line.partition("  ") for line in lines)}
    listed = {path: file.sha256 for path, file in survey.inventory.files.items() if path not in (SUMS, INVENTORY)}
    differing = sorted(path for path in {*said, *listed} if said.get(path) != listed.get(path))
    yield Outcome("sums")
    for path in differing:
        expected = both(f"{path} {listed[path][:12]}…") if path in listed else told("{p} nicht", "no {p}", p=path)
        found = both(f"{said[path][:12]}…") if path in said else told("keine Zeile dafür", "no line for it")
        yield outcome("sums", url, False, expected, found)


# --- things ---------------------------------------------------------------------------------------------------------


def things(survey: Survey) -> Iterator[Outcome]:
    """Look whether the IRIs of things lead to their documents, and what happens where there is none."""
    known = survey.inventory.things
    chosen = sample([*known], survey.bounds.kind)
    kinds: dict[str, str] = {}
    for path in chosen:
        kinds.setdefault(kind_of(path), path)
    yield from survey.each(chosen, lambda path: _thing(survey, path, known[path], path in kinds.values()))


def _thing(survey: Survey, path: str, documents: Mapping[str, str], closely: bool) -> Iterator[Outcome]:
    """Yield how the IRI of a thing answers: for each of its formats and, *closely*, for what programs send."""
    also = [
        (name, document)
        for name, suffix in ALSO_CALLED.items()
        for document in documents.values()
        if document.endswith(suffix)
    ]
    offered = {**documents, **dict(also)}
    headers = [*documents]
    if closely:
        headers += ["*/*", BROWSER, *_preferences([*documents])]
    for accept in dict.fromkeys(headers):
        chosen = accepted(accept, tuple(offered))
        if chosen is not None and (path or chosen != HTML):  # the start page is sent at once
            yield from _led(survey, path, accept, offered[chosen])
    if closely:
        yield from _refused(survey, path)


def _preferences(media_types: Sequence[str]) -> list[str]:
    """Return headers Accept that like the second of *media_types* less than the third, and the reverse."""
    data = [media_type for media_type in media_types if media_type != HTML][:2]
    if len(data) < 2:
        return []
    one, other = data
    return [f"{one};q=0.5, {other}", f"{one}, {other};q=0.5, {HTML};q=0.1"]


def _led(survey: Survey, path: str, accept: str, document: str) -> Iterator[Outcome]:
    url = survey.url(path)
    try:
        answer = survey.ask(url, headers={"Accept": accept})
    except NotFetched as error:
        yield no_answer("dereference", url, error)
        return
    found = _status(answer)
    target = urljoin(url, answer.headers.get("location", "")) if answer.status == 303 else ""
    expected = told("303 → {d} für Accept: {a}", "303 → {d} for Accept: {a}", d=document, a=accept)
    yield outcome("dereference", url, bool(target) and survey.here(target) == survey.url(document), expected, found)
    if answer.status == 303:
        yield _varies(url, answer)
        yield _allows_reading(url, answer)


def _varies(url: str, answer: Answer) -> Outcome:
    vary = answer.headers.get("vary", "")
    return outcome("vary", url, bool({"accept", "*"} & _members(vary)), both("Vary: Accept"), of(vary))


def _refused(survey: Survey, path: str) -> Iterator[Outcome]:
    url = survey.url(path)
    try:
        answer = survey.ask(url, headers={"Accept": NOTHING})
    except NotFetched as error:
        yield no_answer("not-acceptable", url, error)
        return
    expected = told("406 für Accept: {a}", "406 for Accept: {a}", a=NOTHING)
    yield outcome("not-acceptable", url, answer.status == 406, expected, _status(answer))
    if answer.status == 406:
        yield _varies(url, answer)


def missing(survey: Survey) -> Iterator[Outcome]:
    """Look what happens where there is nothing, and where there is nothing any more."""
    folders = sorted({f"{posixpath.dirname(path)}/" for path in survey.inventory.things if "/" in path})
    paths = [f"{folder}{MISSING}" for folder in ("", *folders)]
    paths += [f"{path}{suffix}" for path in paths[:2] for suffix in (".html", TURTLE.suffix)]
    table = survey.inventory.table
    paths = [path for path in paths if not table.variants(path, survey.inventory.has)]
    for check, status, asked in (("not-found", 404, paths), ("gone", 410, _spread(survey.withdrawn, 5))):
        for path in asked:
            url = survey.url(path)
            try:
                answer = survey.ask(url)
                yield outcome(check, url, answer.status == status, both(status), _status(answer))
            except NotFetched as error:
                yield no_answer(check, url, error)


# --- pages ----------------------------------------------------------------------------------------------------------


@dataclass
class Page:
    """What a page leads to and loads, and the names of its parts."""

    links: list[str] = field(default_factory=list)
    resources: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    policy: bool = False


class _Reader(HTMLParser):
    """Read what a page leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.page = Page()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.page.names |= {
            values[name] for name in ("id", "name") if values.get(name) and (name == "id" or tag == "a")
        }
        if tag == "meta":
            self.page.policy |= values.get("http-equiv", "").lower() == "content-security-policy"
        loads = tag in _LOADING or (tag == "link" and bool({*values.get("rel", "").lower().split()} & _LOADED))
        for name in ("href", "src", "data", "action", "poster", "xlink:href"):
            if value := values.get(name, "").strip():
                (self.page.resources if loads and name != "action" else self.page.links).append(value)

    handle_startendtag = handle_starttag


_LOADING = {"script", "img", "iframe", "embed", "object", "source", "video", "audio", "track", "use", "image"}
_LOADED = {"stylesheet", "icon", "preload", "modulepreload", "manifest", "apple-touch-icon", "preconnect"}


def read_page(content: bytes) -> Page:
    """Return what the page *content* leads to."""
    reader = _Reader()
    reader.feed(content[:MAX_PAGE].decode("utf-8", "replace"))
    return reader.page


def links(survey: Survey) -> Iterator[Outcome]:
    """Follow the links within the site of the pages that were read, as far as the sample goes."""
    known = {survey.url(path): page for path, page in survey.pages.items()}
    targets: dict[str, dict[str, str]] = defaultdict(dict)
    for source, page in known.items():
        for link in dict.fromkeys([*page.links, *page.resources]):
            found = _target(survey, source, link)
            if found is None:
                if link in page.resources and urlsplit(urljoin(source, link)).scheme in ("http", "https"):
                    nothing = told("nichts von anderen", "nothing from others")
                    yield outcome("third-party", source, False, nothing, both(link[:200]))
                continue
            url, fragment = urldefrag(found)
            targets[url].setdefault(fragment, source)
        yield Outcome("third-party")
    chosen = sample(sorted(url.removeprefix(survey.root) for url in targets), survey.bounds.kind)
    chosen_urls = [survey.root + path for path in chosen]
    yield from survey.each(chosen_urls, lambda url: _link(survey, url, targets[url], known.get(url)))


def _target(survey: Survey, source: str, link: str) -> str | None:
    try:
        return survey.here(urljoin(source, link))
    except ValueError:
        return None


def _link(survey: Survey, url: str, sources: Mapping[str, str], page: Page | None) -> Iterator[Outcome]:
    """Yield whether a link leads to something, and to parts of the *page* there that exist, if that was read.

    *sources* are pages where the link stands, by the fragment that it has there.
    """
    try:
        answer = survey.look(url)
    except NotFetched as error:
        yield no_answer("links", url, error)
        return
    good = answer.status == 200 and survey.here(answer.url) is not None
    yield outcome("links", url, good, _from("200", next(iter(sources.values()))), _status(answer))
    names = page.names | {"", "top"} if page else sources
    for fragment, source in sorted(sources.items()):
        if unquote(fragment) not in names and fragment not in names:
            missing_part = told("keinen Teil mit diesem Namen", "no part of that name")
            yield outcome("links", f"{url}#{fragment}", False, _from(f"#{fragment}", source), missing_part)


def _from(text: str, source: str) -> Texts:
    return told("{t}, verlinkt auf {s}", "{t}, linked on {s}", t=text, s=source)


# --- search engines -------------------------------------------------------------------------------------------------


def search(survey: Survey) -> Iterator[Outcome]:
    """Look whether search engines find their way: sitemap, languages, robots.txt."""
    if survey.inventory.has(SITEMAP):
        try:
            listed = _sitemap(survey, survey.url(SITEMAP))
        except (NotFetched, BrokenInput) as error:
            expected = told("eine Sitemap", "a sitemap")
            yield outcome("sitemap", survey.url(SITEMAP), False, expected, both(error))
        else:
            yield from _listed(survey, listed)
    yield from _robots(survey)


Alternates = Mapping[str, str]
"""The addresses of a page by language."""


def _sitemap(survey: Survey, url: str, depth: int = 0) -> dict[str, Alternates]:
    """Return the addresses in the sitemap at *url*, and in those that it lists, each with its languages."""
    from xml.etree import ElementTree

    answer = survey.ask(url, most=MAX_LIST, headers={"Accept-Encoding": "gzip"})
    if answer.status != 200:
        raise BrokenInput(f"{answer.status}")
    if b"<!DOCTYPE" in answer.content or b"\0" in answer.content:
        raise BrokenInput("<!DOCTYPE …>")  # entities, plain or in another encoding, can blow up what is read
    try:
        tree = ElementTree.fromstring(answer.content)
    except (ElementTree.ParseError, ValueError) as error:
        raise BrokenInput(str(error)) from error
    listed: dict[str, Alternates] = {}
    for entry in tree.iterfind(f"{_SITEMAPS}sitemap"):
        part = survey.here((entry.findtext(f"{_SITEMAPS}loc") or "").strip())
        if part and not depth:
            listed |= _sitemap(survey, part, depth + 1)
    for entry in tree.iterfind(f"{_SITEMAPS}url"):
        others = {link.get("hreflang", ""): link.get("href", "") for link in entry.iterfind(f"{_XHTML}link")}
        listed[(entry.findtext(f"{_SITEMAPS}loc") or "").strip()] = others
    return listed


_SITEMAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_XHTML = "{http://www.w3.org/1999/xhtml}"


def _listed(survey: Survey, listed: Mapping[str, Alternates]) -> Iterator[Outcome]:
    for url in listed:
        if survey.here(url) is None:
            below = told("eine Adresse unter {b}", "an address below {b}", b=survey.inventory.base_iri)
            yield outcome("sitemap", survey.url(SITEMAP), False, below, both(url[:200]))
    paths = {here.removeprefix(survey.root): url for url in listed if (here := survey.here(url)) is not None}
    chosen = sample(sorted(paths), survey.bounds.kind)
    yield from survey.each(chosen, lambda path: _entry(survey, survey.root + path))
    for path in chosen:
        yield from _languages(survey, paths[path], listed)


def _entry(survey: Survey, url: str) -> Iterator[Outcome]:
    try:
        answer = survey.look(url)
    except NotFetched as error:
        yield no_answer("sitemap", url, error)
        return
    good = answer.status == 200 and not answer.steps and answer.media_type == HTML
    found = f"{answer.status} {answer.media_type}" + (f" ({answer.url})" if answer.steps else "")
    yield outcome("sitemap", url, good, both(f"200 {HTML}"), both(found))


def _languages(survey: Survey, url: str, listed: Mapping[str, Alternates]) -> Iterator[Outcome]:
    others = listed[url]
    pair = told("de und en, die aufeinander verweisen", "de and en that refer to each other")
    found = ", ".join(f"{tag} {other}" for tag, other in sorted(others.items()))
    good = {"de", "en"} <= {*others} and url in others.values()
    back = all(listed.get(other) == others for tag, other in others.items() if tag != "x-default")
    place = survey.here(url) or url
    yield outcome("hreflang", place, good and back, pair, both(found[:300]) if found else told("keine", "none"))


def _robots(survey: Survey) -> Iterator[Outcome]:
    """Yield whether the robots.txt at the origin, the one that counts (RFC 9309, 2.3), lets programs in."""
    url = urljoin(survey.root, "/robots.txt")
    is_ours = url == survey.url("robots.txt")
    try:
        answer = survey.ask(url, most=MIB)
    except NotFetched as error:
        yield no_answer("robots", url, error)
        return
    if answer.status != 200:
        expected = told("200, oder 404: dann ist alles offen", "200, or 404: then everything is open")
        good = 400 <= answer.status < 500 and not (is_ours and survey.inventory.has("robots.txt"))
        yield outcome("robots", url, good, expected, _status(answer))
        return
    lines = answer.content.decode("utf-8", "replace").splitlines()
    rules = RobotFileParser()
    rules.parse(lines)
    allows = told("{u} erlaubt für User-agent: *", "{u} allowed for User-agent: *", u=survey.root)
    yield outcome("robots", url, rules.can_fetch("*", survey.root), allows, told("verboten", "forbidden"))
    if is_ours and survey.inventory.has(SITEMAP):
        named = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("sitemap:")]
        good = any(survey.here(one) == survey.url(SITEMAP) for one in named)
        found = both(", ".join(named)[:200]) if named else told("keine", "none")
        yield outcome("robots", url, good, both(f"Sitemap: {survey.inventory.base_iri}{SITEMAP}"), found)


# --- the catalogue --------------------------------------------------------------------------------------------------

_DCAT = PREFIXES["dcat"]
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


def catalogue(survey: Survey) -> Iterator[Outcome]:
    """Look whether the addresses in the catalogue answer with what it says of them."""
    url = survey.url(CATALOGUE)
    if not survey.inventory.has(CATALOGUE):
        return
    try:
        answer = survey.ask(url, most=MAX_LIST)
        triples = parsed_triples(answer.content, TURTLE.suffix, url, survey.inventory.base_iri)
    except (NotFetched, BrokenInput) as error:
        readable = told("einen lesbaren Katalog", "a catalogue that can be read")
        yield outcome("catalogue", url, False, readable, both(str(error).removeprefix(f"{url}: ")))
        return
    claims = sorted(_claims(triples))[: 10 * survey.bounds.kind]
    yield from survey.each(claims, lambda claim: _claim(survey, *claim))


def _claims(triples: Iterable[Any]) -> Iterator[tuple[str, str, str]]:
    """Yield the addresses of distributions with the media type and size that the catalogue says they have, if any."""
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if triple.predicate.value.startswith(_DCAT):
            value = getattr(triple.object, "value", "")
            said[str(triple.subject)][triple.predicate.value.removeprefix(_DCAT)].append(value)
    for one in said.values():
        media_type = next(iter(one["mediaType"]), "").removeprefix(_MEDIA_TYPES)
        size = next(iter(one["byteSize"]), "")
        yield from ((address, media_type, size) for address in one["downloadURL"])
        yield from ((address, "", "") for address in one["accessURL"] if address not in one["downloadURL"])


def _claim(survey: Survey, address: str, media_type: str, size: str) -> Iterator[Outcome]:
    url = survey.here(address) or address
    try:
        answer = survey.look(url)
    except NotFetched as error:
        yield no_answer("catalogue", url, error)
        return
    length = answer.headers.get("content-length", "")
    wrong_type = bool(media_type) and answer.media_type.lower() != media_type
    wrong_size = bool(size) and bool(length) and length != size and "content-encoding" not in answer.headers
    expected = " ".join(["200", media_type, size and f"({size} B)"]).strip()
    found = " ".join([str(answer.status), answer.media_type, length and f"({length} B)"]).strip()
    good = answer.status == 200 and not wrong_type and not wrong_size
    yield outcome("catalogue", url, good, both(" ".join(expected.split())), both(" ".join(found.split())))


# --- https ----------------------------------------------------------------------------------------------------------


def https(survey: Survey) -> Iterator[Outcome]:
    """Look whether the address with http leads to the one with https."""
    parts = urlsplit(survey.root)
    if parts.scheme == "https" and parts.port in (None, 443):
        yield secured(survey, f"http://{parts.hostname}{parts.path}", survey.root)


def secured(survey: Survey, plain: str, secure: str) -> Outcome:
    """Return whether the address *plain* leads to *secure* for good."""
    values = {"host": urlsplit(secure).netloc}
    expected = both(f"301 → {secure}")
    try:
        answer = survey.ask(plain)
    except NotFetched as error:
        return outcome("https", plain, False, expected, both(str(error).removeprefix(f"{plain}: ")), values)
    target = urljoin(plain, answer.headers.get("location", ""))
    return outcome("https", plain, answer.status in PERMANENT and target == secure, expected, _status(answer), values)


# --- all of it ------------------------------------------------------------------------------------------------------

LOOKS: Sequence[Callable[[Survey], Iterator[Outcome]]] = (
    files, sums, things, missing, links, search, catalogue, https,
)  # fmt: skip
"""What is looked at, in order: pages are read with the files, and their links followed afterwards."""


def root_of(url: str) -> str:
    """Return the address of the folder of a site from what the user has named: the folder, or its start page.

    Raise BrokenInput when it is no address of a site.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise BrokenInput(f"{url}: no address that can be read: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BrokenInput(f"{url}: expected the address of a site that begins with https:// or http://")
    if parts.query or parts.fragment:
        raise BrokenInput(f"{url}: expected the address of the site's folder, without what follows ? or #")
    path = parts.path.removesuffix("index.html").removesuffix(INVENTORY)
    return f"{parts.scheme}://{parts.netloc}{path if path.endswith('/') else f'{path}/'}"


def check_site(
    url: str,
    folder: Path | None = None,
    bounds: Bounds | None = None,
    server: str = "",
    progress: Callable[[str], object] = lambda name: None,
) -> SiteCheck:
    """Return what came of the check of the site at *url*; *folder* is what was uploaded, where that is at hand.

    *server* is the kind of server that advice is for; it is told by the site itself where it is not given. *progress*
    is told what is looked at next. Raise BrokenInput when the site cannot be reached, or is none that a build wrote.
    """
    bounds, root = bounds or Bounds(), root_of(url)
    who, named = agent(__version__, WRITTEN_BASE), frozenset([host_of(root)])
    manners = Manners(who, bounds.seconds, tries=2, backoff=0.5, pause=0, named=named, robots=False)
    with Fetcher(manners) as fetcher:
        survey = Survey(root, fetcher, bounds)
        try:
            _begin(survey, folder)
        except Spent as spent:
            raise BrokenInput(
                f"{root}: what --requests, --megabytes and --minutes allow ends before the check"
            ) from spent
        outcomes: list[Outcome] = []
        try:
            for look in LOOKS:
                progress(look.__name__)
                outcomes.extend(look(survey))
            outcomes.append(Outcome("complete"))
        except Spent:
            outcomes.append(_spent(survey))
    return SiteCheck(
        root,
        survey.inventory.base_iri,
        survey.inventory.version,
        survey.server,
        server or kind_of_server(survey.server),
        [path for path in (".htaccess", "rules/nginx.conf", "rules/Caddyfile") if survey.inventory.has(path)],
        _collected(outcomes),
        len(survey.inventory.served),
        survey.requests,
        survey.bytes,
        sample(survey.inventory.served, bounds.kind) == survey.inventory.served,
    )


def _spent(survey: Survey) -> Outcome:
    found = told(
        "Schluss nach {n} Anfragen und {m} MiB",
        "the end after {n} requests and {m} MiB",
        n=survey.requests,
        m=survey.bytes // MIB,
    )
    return outcome("complete", survey.root, False, told("eine ganze Prüfung", "a whole check"), found)


def _collected(outcomes: Sequence[Outcome]) -> list[Checked]:
    """Return what came of each check, in the order of the table."""
    looks: dict[str, int] = defaultdict(int)
    findings: dict[str, dict[Any, Finding]] = {name: {} for name in CHECKS}
    for one in outcomes:
        looks[one.check] += 1
        if one.finding:
            key = one.finding.url, one.finding.expected["en"], one.finding.found["en"]
            findings[one.check][key] = one.finding
    return [Checked(name, looks[name], list(found.values())) for name, found in findings.items()]


def _begin(survey: Survey, folder: Path | None) -> None:
    """Look whether the site is there, and take note of what to expect of it."""
    start = survey.ask(survey.root, headers={"Accept": HTML})
    survey.server = start.headers.get("server", "")[:100]
    if start.status in (301, 302, 303, 307, 308):
        target = urljoin(survey.root, start.headers.get("location", ""))[:200]
        raise BrokenInput(f"{survey.root}: redirects to {plain(target)} – check the site at that address")
    if folder is not None:
        try:
            survey.inventory = _of_folder(folder)
        except BrokenInput as error:
            raise BrokenInput(f"--dist: expected a folder that efa-lod build wrote: {error}") from error
    else:
        url = survey.url(INVENTORY)
        answer = survey.ask(url, most=MAX_LIST, headers={"Accept-Encoding": "gzip"})
        if answer.status != 200:
            raise BrokenInput(
                f"{url}: expected 200 and the list of files that efa-lod build writes, found {answer.status} – upload"
                " all of dist/, or name it with --dist"
            )
        survey.inventory = read_inventory(answer.content, url)
    survey.withdrawn = _withdrawn(survey)


def _of_folder(folder: Path) -> Inventory:
    """Return the inventory in *folder*, with the files that no inventory can list: itself and the digests."""
    listed = read_inventory(whole_file(folder / INVENTORY), str(folder / INVENTORY))
    own = {SUMS: "text/plain", INVENTORY: "application/json"}
    found = {}
    for path, media_type in own.items():
        data = whole_file(folder / path)
        found[path] = Listed(media_type, len(data), hashlib.sha256(data).hexdigest())
    return Inventory(listed.base_iri, listed.version, {**listed.files, **found})


def _withdrawn(survey: Survey) -> list[str]:
    """Return the paths that the site says are withdrawn."""
    if not survey.inventory.has(TABLE_FILE):
        return []
    try:
        said = json.loads(survey.ask(survey.url(TABLE_FILE), most=MIB).content or b"{}").get("withdrawn", [])
        return [path for path in said if isinstance(path, str) and is_path(path)]
    except (NotFetched, ValueError, AttributeError, TypeError, RecursionError):
        return []
