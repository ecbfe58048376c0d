"""Read a catalogue as harvesters do: page by page, by the media type, and nothing that is packed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

import pyoxigraph as ox

from efa_lod.catalog.catalogue_context import SYNTAXES
from efa_lod.catalog.retrieval import (
    BYTE_ORDER_MARK,
    MAX_HARVESTED_BYTES,
    SECONDS,
    fetch,
    harvest_limit_error,
    is_fetched_address,
)
from efa_lod.io.files import whole_file
from efa_lod.io.messages import Bilingual, Messages, reason
from efa_lod.rdf.file_forms import RDF_SUFFIXES
from efa_lod.rdf.graphs import TYPE_NODE, Triples, parsed_triples

_ERRORS = Messages(__file__, "errors")


_MEDIA_TYPES = {format_.media_type: format_.suffix for format_ in SYNTAXES}


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
            raise _ERRORS.broken("pages-in-circle", here, step=step)
        if not is_fetched_address(where) and not Path(target).is_file():
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
    if is_fetched_address(here):
        return urljoin(here, step)
    return str(Path(here).with_name(PurePosixPath(unquote(urlsplit(step).path)).name or "?"))


def _page(where: str, named: str, seconds: float) -> Harvest:
    """Return one page of a catalogue; *named* is the address that the user has named."""
    if is_fetched_address(where):
        fetched = fetch(where, seconds, accept=", ".join(_MEDIA_TYPES), look_first=True, named=named)
        suffix = _MEDIA_TYPES.get(fetched.media_type)
        if suffix is None:
            raise _ERRORS.broken("catalogue-media-type", where, known=_either(_MEDIA_TYPES), found=fetched.media_type)
        return Harvest(_catalogue_triples(fetched.content, suffix, where, where), "", fetched.head_status)
    path = Path(where)
    suffixes = _MEDIA_TYPES.values()
    if path.suffix not in suffixes:
        packed = _ERRORS("packed") if path.suffix in _PACKED else ""
        raise _ERRORS.broken("catalogue-suffix", where, known=_either(suffixes), found=path.suffix, packed=packed)
    try:
        if path.stat().st_size > MAX_HARVESTED_BYTES:
            raise harvest_limit_error(where, path.stat().st_size)
        return Harvest(_catalogue_triples(whole_file(path, where), path.suffix, where, path.absolute().as_uri()))
    except OSError as error:
        raise _ERRORS.broken("unreadable", where, reason=reason(error)) from error


_PACKED = (".gz", ".zip", ".bz2", ".xz", ".zst")
_NOT_RDF = (
    (b"\x1f\x8b", "kind-gzip"),
    (b"PK\x03\x04", "kind-zip"),
    (b"BZh", "kind-bzip2"),
    (b"\xfd7zXZ", "kind-xz"),
    (b"\xff\xfe", "kind-utf-16"),
    (b"\xfe\xff", "kind-utf-16"),
    (b"%PDF", "kind-pdf"),
)
"""What a file that is no RDF begins with, and the message of what it is."""
_WEB_PAGE = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html)[\s>]", re.IGNORECASE | re.DOTALL)


def _catalogue_triples(content: bytes, suffix: str, name: str, base_iri: str) -> Triples:
    """Return the triples of *content*, without a byte order mark; say by name what is no RDF at all."""
    bare = content.removeprefix(BYTE_ORDER_MARK)
    syntax = RDF_SUFFIXES[suffix].name
    for beginning, kind in _NOT_RDF:
        if bare.startswith(beginning):
            raise _ERRORS.broken("no-rdf", name, syntax=syntax, kind=_ERRORS(kind))
    if _WEB_PAGE.match(bare[:10_000]):
        raise _ERRORS.broken("web-page", f"{name}:1", syntax=syntax)
    return parsed_triples(bare, suffix, name, base_iri)


def _either(names: Iterable[str]) -> Bilingual:
    *some, last = names
    return f"{', '.join(some)} or {last}", f"{', '.join(some)} oder {last}"
