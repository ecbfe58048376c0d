"""Where official shapes and vocabularies come from: a folder, or an address whose files are kept."""

import hashlib
import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol
from urllib.parse import urljoin

import pyoxigraph as ox

from efa_lod.catalog.catalogue_view import DCAT
from efa_lod.catalog.profiles import Profile
from efa_lod.catalog.retrieval import BYTE_ORDER_MARK, SECONDS, fetch, is_fetched_address
from efa_lod.errors import BrokenInput
from efa_lod.io.files import whole_file
from efa_lod.io.messages import Messages
from efa_lod.rdf.graphs import Triples, parsed_triples
from efa_lod.validation.constraints import SH

_ERRORS = Messages(__file__, "errors")


_IMPORTS = ox.NamedNode("http://www.w3.org/2002/07/owl#imports")

_RDF = (".ttl", ".rdf")


class ShapesSource(Protocol):
    """A place that official files are read from."""

    def triples(self, file: str) -> Triples:
        """Return the triples of the file with this name, or raise BrokenInput."""
        ...

    def background(self, profile: Profile) -> Triples:
        """Return the vocabularies that the shapes of *profile* rely on, as far as they are to be had here."""
        ...


def open_shelf(source: str, seconds: float = SECONDS) -> ShapesSource:
    """Return the place that *source* names: a folder or an address."""
    if is_fetched_address(source):
        return _Address(source.rstrip("/") + "/", seconds)
    folder = Path(source)
    if not folder.is_dir():
        raise _ERRORS.broken("no-shapes", source)
    return _Folder(folder)


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
            raise _ERRORS.broken("no-official-file", self.folder, file=file)
        return parsed_shapes(whole_file(path), path.suffix, str(path))

    def background(self, profile: Profile) -> Triples:
        """Return the vocabularies in the folder: all RDF files but shapes, catalogues, and what cannot be read."""
        texts = ((path, whole_file(path)) for path in self.files.values())
        read = (_readable(text, path) for path, text in texts if SH.encode() not in text)
        return [triple for triples in read if not _is_catalogue(triples) for triple in triples]


def _readable(text: bytes, path: Path) -> Triples:
    """Return the triples of a file, none where it is no RDF: a folder may hold more than official files."""
    try:
        return parsed_shapes(text, path.suffix, str(path))
    except BrokenInput:
        return []


def _is_catalogue(triples: Triples) -> bool:
    """Return True if the triples list datasets: what a catalogue says is no vocabulary to judge another by."""
    return any(triple.predicate == LISTED_DATASET for triple in triples)


@dataclass(frozen=True)
class _Address:
    """Official files below an address, each fetched once and then read from the cache."""

    address: str
    seconds: float = field(default=SECONDS)

    def triples(self, file: str) -> Triples:
        return parsed_shapes(self._cached(urljoin(self.address, file)), Path(file).suffix, file)

    def background(self, profile: Profile) -> Triples:
        """Return the vocabularies that the profile's list of imports names; one that does not answer is left out."""
        listed = [triple for file in profile.imports for triple in self.triples(file)]
        imported = (triple.object for triple in listed if triple.predicate == _IMPORTS)
        iris = [term.value for term in imported if isinstance(term, ox.NamedNode)]
        return [triple for iri in iris for triple in self._vocabulary(iri)]

    def _vocabulary(self, iri: str) -> Triples:
        try:
            text = self._cached(iri)
            return parsed_shapes(text, ".rdf" if text.lstrip()[:1] == b"<" else ".ttl", iri)
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


def parsed_shapes(text: bytes, suffix: str, name: str) -> Triples:
    """Return the triples of an official file, without a byte order mark."""
    return parsed_triples(text.removeprefix(BYTE_ORDER_MARK), suffix, name, "http://example.org/")


LISTED_DATASET = ox.NamedNode(f"{DCAT}dataset")
