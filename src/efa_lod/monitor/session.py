"""Go through a deployed site: what to expect of it, what to ask, how much, and what a page leads to.

What to expect comes from the list of files that a build writes, and from the tables that the site was made with
(``documents``). The number of requests, their parallelism, the wait for each and the bytes that are read are bounded,
whatever the site answers. Of things of one kind (the files of a folder with one suffix) only so many are asked for,
evenly spread over their names, so that two checks of one site ask the same. A site on the own machine may be asked when
the user has named it; what it refers to elsewhere is asked only at public addresses.
"""

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
from typing import TypeVar
from urllib.parse import quote

from efa_lod.errors import BrokenInput
from efa_lod.io.http import Answer, Fetcher, NotFetched
from efa_lod.monitor.remedies import Texts
from efa_lod.rdf.formats import TURTLE
from efa_lod.web.record_documents import NAME, TABLE_FILE, Dereference

MIB = 1 << 20
MAX_PAGE = 4 * MIB
"""Most bytes of a page that are read for its links."""
OTHER_ORIGIN = "https://example.org"
"""The page that a browser would name in a request from elsewhere."""


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
    chosen = {item for kind in kinds.values() for item in spread(kind, limit)}
    return [item for item in items if item in chosen]


def kind_of(path: str) -> str:
    """Return the kind of what is at *path*: its folder and suffix; a file at the root is of a kind of its own."""
    folder, name = posixpath.split(path)
    return f"{folder}/*{posixpath.splitext(name)[1]}" if folder.removeprefix("en").strip("/") else path


def spread(items: Sequence[str], limit: int) -> list[str]:
    """Return at most *limit* of *items*, evenly spread, the first and the last among them."""
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


def status(answer: Answer) -> Texts:
    """Return status and, of a redirect, target of *answer* as what was found."""
    where = answer.headers.get("location", "")
    return both(f"{answer.status}{f' → {where[:200]}' if where else ''}")


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
