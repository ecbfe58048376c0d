"""Check a catalogue against the official shapes of the portals, read from a folder or an address that the user names.

The shapes and vocabularies are other people's and not part of this project. From an address they are fetched once and
kept in the cache folder of the user; after that, a check needs no network. A host that the user has named may be on
this machine or in its network; what it refers to elsewhere may not (``fetching``).
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from http.client import responses
from pathlib import Path, PurePosixPath
from typing import Protocol
from urllib.parse import unquote, urljoin, urlsplit

import pyoxigraph as ox

from efa_lod import __version__
from efa_lod.catalog.dcat import SYNTAXES, catalogue_context, check_catalogue
from efa_lod.errors import BrokenInput
from efa_lod.io.files import whole_file
from efa_lod.io.http import Answer, Fetcher, Manners, NotFetched, agent, host_of, within
from efa_lod.model.publication import WRITTEN_BASE, Publication
from efa_lod.model.results import Result, in_order
from efa_lod.rdf.graphs import RDF_SUFFIXES, TYPE_NODE, Triples, graph_of, parsed_triples
from efa_lod.validation.prefilter import SH
from efa_lod.validation.shacl import shacl_results
from efa_lod.validation.tracing import in_rdf_file

MAX_BYTES = 50 * 1024 * 1024
"""Most bytes that a harvester reads of one file (ckanext-dcat, ``harvesters/base.py``: DEFAULT_MAX_FILE_SIZE_MB)."""
SECONDS = 30.0
"""How long an address may take to answer completely."""

_RDF = (".ttl", ".rdf")
_DCAT = "http://www.w3.org/ns/dcat#"
_IMPORTS = ox.NamedNode("http://www.w3.org/2002/07/owl#imports")
_MEDIA_TYPES = {format_.media_type: format_.suffix for format_ in SYNTAXES}


@dataclass(frozen=True)
class Profile:
    """A set of official shapes: the names of its files, those that list the vocabularies, and where it is published."""

    files: tuple[str, ...]
    imports: tuple[str, ...]
    origin: str


_DCAT_AP = "https://semiceu.github.io/DCAT-AP/releases/3.0.1/html/shacl/"
_DCAT_AP_DE = "https://raw.githubusercontent.com/GovDataOfficial/DCAT-AP.de/3.0/"
_VALIDATOR = "https://raw.githubusercontent.com/GovDataOfficial/DCAT-AP.de-SHACL-Validation/master/validator/resources/"

PROFILES = {
    "dcat-ap": Profile(
        (
            "shapes.ttl",
            "shapes_recommended.ttl",
            "range.ttl",
            "mdr-vocabularies.shape.ttl",
            "deprecateduris.ttl",
        ),
        ("mdr_imports.ttl",),
        _DCAT_AP,
    ),
    "dcat-ap-de": Profile(
        (
            "dcat-ap-SHACL.ttl",
            "dcat-ap-SHACL-DE.ttl",
            "dcat-ap-spec-german-additions.ttl",
            "dcat-ap-de-controlledvocabularies.ttl",
            "dcat-ap-de-deprecated.ttl",
        ),
        ("dcat-ap-de-imports.ttl",),
        _DCAT_AP_DE,
    ),
    "govdata": Profile(("db-shapes.ttl",), (), f"{_VALIDATOR}dashboard-live/"),
}
"""The official shapes by the name they have on the command line: DCAT-AP 3.0.1, DCAT-AP.de 3.0, GovData's dashboard."""
OWN = "catalog"
"""The name of the project's own shapes."""


def check_profile(
    catalogue: Triples, name: str, profile: str, source: str, publication: Publication, seconds: float = SECONDS
) -> list[Result]:
    """Return what the official shapes of *profile* find in the *catalogue* called *name*.

    *source* is a folder that holds the shapes and vocabularies, or the address of one that holds the shapes. What the
    shapes find wrong with the vocabularies themselves is left out. Raise BrokenInput when a file of the profile is
    missing.
    """
    shelf = open_shelf(source, seconds)
    wanted = PROFILES[profile]
    shapes = [triple for file in wanted.files for triple in shelf.triples(file)]
    background = shelf.background(wanted)
    data = [*catalogue, *_what_is_said_of(_named(catalogue), background)]
    own = {str(triple.subject).strip("<>") for triple in catalogue}
    locate = in_rdf_file(name, catalogue_context(publication))
    found = shacl_results(list(dict.fromkeys(data)), graph_of(_repaired(shapes)), locate)
    return in_order(result for result in found if result.focus in own)


def check_catalogue_files(
    files: Sequence[str], profile: str, source: str | None, publication: Publication, seconds: float = SECONDS
) -> list[Result]:
    """Return what the shapes of *profile* find in the catalogues *files*; ``catalog`` stands for the project's own."""
    if profile != OWN and source is None:
        origin = PROFILES[profile].origin
        raise BrokenInput(f"--profile {profile}: name the official shapes with --shapes, a folder or {origin}")
    results: list[Result] = []
    for file in files:
        triples = read_catalogue(file, seconds)
        if profile == OWN:
            results += check_catalogue(triples, publication, file)
        else:
            results += check_profile(triples, file, profile, str(source), publication, seconds)
    return in_order(results)


# --- shapes and vocabularies ----------------------------------------------------------------------------------------


class Shelf(Protocol):
    """A place that official files are read from."""

    def triples(self, file: str) -> Triples:
        """Return the triples of the file with this name, or raise BrokenInput."""
        ...

    def background(self, profile: Profile) -> Triples:
        """Return the vocabularies that the shapes of *profile* rely on, as far as they are to be had here."""
        ...


def open_shelf(source: str, seconds: float = SECONDS) -> Shelf:
    """Return the place that *source* names: a folder or an address."""
    if is_address(source):
        return _Address(source.rstrip("/") + "/", seconds)
    folder = Path(source)
    if not folder.is_dir():
        raise BrokenInput(f"{source}: expected a folder or an address with official shapes, found none")
    return _Folder(folder)


def is_address(text: str) -> bool:
    """Tell whether *text* is an address to fetch from rather than a path."""
    return text.startswith(("https://", "http://"))


@dataclass(frozen=True)
class _Folder:
    """Official files somewhere below a folder; of several with one name the last in alphabetical order counts."""

    folder: Path

    @cached_property
    def files(self) -> dict[str, Path]:
        """Return the RDF files below the folder by name."""
        return {path.name: path for path in sorted(self.folder.rglob("*")) if path.suffix in _RDF}

    def triples(self, file: str) -> Triples:
        path = self.files.get(file)
        if path is None:
            raise BrokenInput(f"{self.folder}: expected the official file {file} in this folder or below, found none")
        return _parsed(whole_file(path), path.suffix, str(path))

    def background(self, profile: Profile) -> Triples:
        """Return the vocabularies in the folder: all RDF files but shapes, catalogues, and what cannot be read."""
        texts = ((path, whole_file(path)) for path in self.files.values())
        read = (_readable(text, path) for path, text in texts if SH.encode() not in text)
        return [triple for triples in read if not _is_catalogue(triples) for triple in triples]


def _readable(text: bytes, path: Path) -> Triples:
    """Return the triples of a file, none where it is no RDF: a folder may hold more than official files."""
    try:
        return _parsed(text, path.suffix, str(path))
    except BrokenInput:
        return []


def _is_catalogue(triples: Triples) -> bool:
    """Return True if the triples list datasets: what a catalogue says is no vocabulary to judge another by."""
    return any(triple.predicate == _LISTS for triple in triples)


@dataclass(frozen=True)
class _Address:
    """Official files below an address, each fetched once and then read from the cache."""

    address: str
    seconds: float = field(default=SECONDS)

    def triples(self, file: str) -> Triples:
        return _parsed(self._cached(urljoin(self.address, file)), Path(file).suffix, file)

    def background(self, profile: Profile) -> Triples:
        """Return the vocabularies that the profile's list of imports names; one that does not answer is left out."""
        listed = [triple for file in profile.imports for triple in self.triples(file)]
        imported = (triple.object for triple in listed if triple.predicate == _IMPORTS)
        iris = [term.value for term in imported if isinstance(term, ox.NamedNode)]
        return [triple for iri in iris for triple in self._vocabulary(iri)]

    def _vocabulary(self, iri: str) -> Triples:
        try:
            text = self._cached(iri)
            return _parsed(text, ".rdf" if text.lstrip()[:1] == b"<" else ".ttl", iri)
        except BrokenInput:
            return []

    def _cached(self, url: str) -> bytes:
        """Return what *url* answers, from the cache if it has answered before.

        It may be at a private address only where the user has named its host.
        """
        kept = cache_folder() / hashlib.sha256(url.encode()).hexdigest()
        if kept.is_file():
            return kept.read_bytes()
        accept = "text/turtle, application/rdf+xml;q=0.9, */*;q=0.1"
        content = fetch(url, self.seconds, accept, named=self.address).content
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(content)
        fresh.replace(kept)
        return content


def cache_folder() -> Path:
    """Return the folder that fetched shapes are kept in."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "efa-lod"


def _parsed(text: bytes, suffix: str, name: str) -> Triples:
    return parsed_triples(text.removeprefix(_BYTE_ORDER_MARK), suffix, name, "http://example.org/")


def _named(triples: Triples) -> set[str]:
    return {term.value for triple in triples for term in triple if isinstance(term, ox.NamedNode)}


def _what_is_said_of(iris: set[str], background: Triples) -> Iterator[ox.Triple]:
    """Yield the triples of *background* about *iris*, and about what these in turn refer to.

    DCAT's own terms are left out, as in GovData's validator: they make each catalogue a dataset.
    """
    about: dict[str, list[ox.Triple]] = {}
    for triple in background:
        if isinstance(triple.subject, ox.NamedNode) and not triple.subject.value.startswith(_DCAT):
            about.setdefault(triple.subject.value, []).append(triple)
    near = [triple for iri in sorted(iris) for triple in about.get(iri, ())]
    further = sorted(_named(near) - iris)
    yield from near
    yield from (triple for iri in further for triple in about.get(iri, ()))


def _repaired(shapes: Sequence[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield *shapes* so that a SHACL engine can apply them.

    The generated DCAT-AP files refer to property shapes that they do not define; those references are left out.
    GovData's dashboard has severities of its own; they become violations, but for those that only count.
    """
    defined = {triple.subject for triple in shapes}
    severity, property_ = ox.NamedNode(f"{SH}severity"), ox.NamedNode(f"{SH}property")
    for subject, predicate, value in dict.fromkeys(shapes):
        if predicate == property_ and value not in defined:
            continue
        if predicate == severity and isinstance(value, ox.NamedNode) and not value.value.startswith(SH):
            yield ox.Triple(subject, predicate, ox.NamedNode(f"{SH}Violation"))
            if re.search(r"#count_", value.value):
                yield ox.Triple(subject, ox.NamedNode(f"{SH}deactivated"), _TRUE)
        else:
            yield ox.Triple(subject, predicate, value)


_LISTS = ox.NamedNode(f"{_DCAT}dataset")
_TRUE = ox.Literal("true", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean"))


# --- catalogues -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Harvest:
    """What a harvester reads of a catalogue.

    *unread* is the address of a further page that cannot be read from here, *head_status* what the server answered to
    HEAD if that was no success.
    """

    triples: Triples
    unread: str = ""
    head_status: int = 0


_HYDRA = "http://www.w3.org/ns/hydra/core#"
_PAGE_TYPES = tuple(ox.NamedNode(f"{_HYDRA}{name}") for name in ("PartialCollectionView", "PagedCollection"))
_NEXT_PAGE = tuple(ox.NamedNode(f"{_HYDRA}{name}") for name in ("next", "nextPage"))
MAX_PAGES = 1000
"""Most pages of a catalogue that are read; a harvester would not stop."""


def read_catalogue(where: str, seconds: float = SECONDS) -> Triples:
    """Return the triples of the catalogue in a file or at an address, with its further pages, as a harvester reads it.

    Raise BrokenInput when a harvester would give up: not to be had, too large, of another media type than the three
    that harvesters know, or not RDF.
    """
    return harvest(where, seconds).triples


def harvest(where: str, seconds: float = SECONDS) -> Harvest:
    """Return what a harvester reads at *where*: page after page, as long as hydra:next leads on.

    So does ckanext-dcat (``processors.py``, ``next_page``; ``harvesters/rdf.py``, ``gather_stage``).
    """
    first = _page(where, where, seconds)
    triples, seen, page, here = list(first.triples), {where}, first.triples, where
    while step := next_page(page):
        target = _beside(here, step)
        if target in seen or len(seen) == MAX_PAGES:
            raise BrokenInput(
                f"{here}: hydra:next leads to {step}, which was read already – harvesters go round for ever"
            )
        if not is_address(where) and not Path(target).is_file():
            return Harvest(triples, step, first.head_status)
        seen.add(target)
        here, page = target, _page(target, where, seconds).triples
        triples += page
    return Harvest(list(dict.fromkeys(triples)), "", first.head_status)


def next_page(triples: Triples) -> str:
    """Return the address of the next page that a page of a catalogue names, or an empty text."""
    for kind in _PAGE_TYPES:
        pages = [t.subject for t in triples if t.predicate == TYPE_NODE and t.object == kind]
        for node in pages:
            for link in _NEXT_PAGE:
                for triple in triples:
                    if (triple.subject, triple.predicate) == (node, link) and not isinstance(triple.object, ox.Triple):
                        return str(triple.object.value)
    return ""


def _beside(here: str, step: str) -> str:
    """Return where the page *step* is that the page *here* names: of a file, the file of that name beside it."""
    if is_address(here):
        return urljoin(here, step)
    return str(Path(here).with_name(PurePosixPath(unquote(urlsplit(step).path)).name or "?"))


def _page(where: str, named: str, seconds: float) -> Harvest:
    """Return one page of a catalogue; *named* is the address that the user has named."""
    if is_address(where):
        fetched = fetch(where, seconds, accept=", ".join(_MEDIA_TYPES), look_first=True, named=named)
        suffix = _MEDIA_TYPES.get(fetched.media_type)
        if suffix is None:
            raise BrokenInput(
                f"{where}: expected the media type {_either(_MEDIA_TYPES)}, found '{fetched.media_type}' – harvesters"
                " choose the parser by it; mend the server's settings"
            )
        return Harvest(_catalogue_triples(fetched.content, suffix, where, where), "", fetched.head_status)
    path = Path(where)
    suffixes = _MEDIA_TYPES.values()
    if path.suffix not in suffixes:
        packed = " – harvesters unpack nothing; unpack it" if path.suffix in _PACKED else ""
        raise BrokenInput(
            f"{where}: expected a catalogue that ends in {_either(suffixes)}, found '{path.suffix}'{packed}"
        )
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BrokenInput(_too_large(where, path.stat().st_size))
        return Harvest(_catalogue_triples(whole_file(path, where), path.suffix, where, path.absolute().as_uri()))
    except OSError as error:
        raise BrokenInput(f"{where}: cannot be read: {error.strerror}") from error


_PACKED = (".gz", ".zip", ".bz2", ".xz", ".zst")
_NOT_RDF = (
    (b"\x1f\x8b", "packed with gzip – unpack it; harvesters do not"),
    (b"PK\x03\x04", "a ZIP archive – unpack it; harvesters do not"),
    (b"BZh", "packed with bzip2 – unpack it; harvesters do not"),
    (b"\xfd7zXZ", "packed with xz – unpack it; harvesters do not"),
    (b"\xff\xfe", "UTF-16 – save it as UTF-8"),
    (b"\xfe\xff", "UTF-16 – save it as UTF-8"),
    (b"%PDF", "a PDF document – name the catalogue itself"),
)
"""What a file that is no RDF begins with, and what it is."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_WEB_PAGE = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html)[\s>]", re.IGNORECASE | re.DOTALL)


def _catalogue_triples(content: bytes, suffix: str, name: str, base_iri: str) -> Triples:
    """Return the triples of *content*, without a byte order mark; say by name what is no RDF at all."""
    bare = content.removeprefix(_BYTE_ORDER_MARK)
    syntax = RDF_SUFFIXES[suffix].name
    for beginning, what in _NOT_RDF:
        if bare.startswith(beginning):
            raise BrokenInput(f"{name}: not readable as {syntax}: it is {what}")
    if _WEB_PAGE.match(bare[:10_000]):
        raise BrokenInput(f"{name}:1: not readable as {syntax}: it is a web page (HTML) – name the catalogue itself")
    return parsed_triples(bare, suffix, name, base_iri)


def _either(names: Iterable[str]) -> str:
    *some, last = names
    return f"{', '.join(some)} or {last}"


def _too_large(where: str, size: int | None = None) -> str:
    has = f"more than {MAX_BYTES:,}" if size is None else f"{size:,}"
    return f"{where}: has {has} bytes, and harvesters read at most {MAX_BYTES:,} – split the catalogue"


# --- the network ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fetched:
    """What an address answered."""

    content: bytes
    media_type: str
    head_status: int = 0
    """What was answered to HEAD, if that was no success."""


def fetch(url: str, seconds: float, accept: str, look_first: bool = False, named: str | None = None) -> Fetched:
    """Return what *url* answers within *seconds*, counted over everything: name look-up, redirects, slow bytes.

    *look_first* asks with HEAD before GET, as ckanext-dcat does. *named* is the address that the user has named, if it
    is another than *url*. Raise BrokenInput with one line when there is no good answer.
    """
    refusals: list[int] = []

    def job() -> Answer:
        if look_first:
            head = fetcher.ask("HEAD", url, headers={"Accept": accept})
            if head.status < 400:
                _refuse_large(url, head.headers.get("content-length"))
            else:
                refusals.append(head.status)
        return fetcher.ask("GET", url, MAX_BYTES, {"Accept": accept})

    with Fetcher(_manners(seconds, named or url)) as fetcher:
        try:
            answer = within(seconds, url, job)
        except NotFetched as error:
            raise BrokenInput(_too_large(url)) if error.reason == "size" else error from error
    if not 200 <= answer.status < 300:
        raise BrokenInput(f"{url}: answered with {answer.status} {responses.get(answer.status, '')}".rstrip())
    return Fetched(answer.content, answer.media_type, *refusals[:1])


def answering(name: str, seconds: float) -> Callable[[str], bool]:
    """Return the test whether an address answers a HEAD request with a success, each asked once.

    So asks data.europa.eu (pv:accessUrlStatusCode). No portal reaches a private address, so such an address does not
    answer, unless it is on the host of the catalogue's own address *name*, where a harvest is rehearsed.
    """
    known: dict[str, bool] = {}
    manners = _manners(seconds, name)

    def ask(url: str) -> bool:
        if url not in known:
            with Fetcher(manners) as fetcher:
                try:
                    known[url] = fetcher.ask("HEAD", url).status < 400
                except NotFetched:
                    known[url] = False
        return known[url]

    return ask


def _manners(seconds: float, named: str) -> Manners:
    """Return how an address is asked that the user has *named*: once, as a harvester would, without robots.txt."""
    hosts = frozenset([host_of(named)] if is_address(named) else [])
    return Manners(agent(__version__, WRITTEN_BASE), seconds, tries=1, pause=0, named=hosts, robots=False)


def _refuse_large(url: str, length: str | None) -> None:
    if length and length.isdigit() and int(length) > MAX_BYTES:
        raise BrokenInput(_too_large(url, int(length)))
