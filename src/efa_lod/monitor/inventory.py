"""What a build says it has written, and what is to be expected of a site."""

import json
import posixpath
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from efa_lod.io.messages import Messages, reason
from efa_lod.rdf.formats import TURTLE
from efa_lod.web.redirect_table import TABLE_FILE, RedirectTable
from efa_lod.web.signposting import NAME_PATTERN

_ERRORS = Messages(__file__, "errors")


@dataclass(frozen=True)
class InventoryEntry:
    """A file as the inventory lists it: *media_type*, *size* in bytes, SHA-256."""

    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Inventory:
    """What a build says it has written: the base IRI, the version, and its files by path."""

    base_iri: str
    version: str
    files: Mapping[str, InventoryEntry]

    def has(self, path: str) -> bool:
        """Return whether there is a file at *path*."""
        return path in self.files

    @cached_property
    def served(self) -> list[str]:
        """Return the paths of the files that a server hands out, sorted; its own rules it may keep to itself."""
        return sorted(path for path in self.files if path == TABLE_FILE or not _RULES.search(path))

    @property
    def table(self) -> RedirectTable:
        """Return what leads where: the program's own table, since patterns of others could be made to run for ever."""
        return RedirectTable(self.base_iri, "", "")

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
_PATH = re.compile(rf"(?!(.*/)?\.\.?(/|$)){NAME_PATTERN}(/{NAME_PATTERN})*")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+")


def read_inventory(data: bytes, name: str) -> Inventory:
    """Return the inventory that the file called *name* holds; raise BrokenInput when it is none.

    A site may say anything, and advice quotes paths and media types for people to paste: they are held to plain signs.
    """
    try:
        said = json.loads(data)
        base, version = said["baseIri"], said["version"]
        files = {
            str(file["path"]): InventoryEntry(file["mediaType"], file["bytes"], file["sha256"])
            for file in said["files"]
        }
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _ERRORS.broken("no-inventory", name, reason=reason(error)) from error
    if not (isinstance(base, str) and base.startswith(("https://", "http://")) and base.endswith("/")):
        raise _ERRORS.broken("base-iri", name, found=repr(str(base)[:80]))
    for path, file in files.items():
        typed = isinstance(file.size, int) and isinstance(file.sha256, str) and isinstance(file.media_type, str)
        if not (typed and _PATH.fullmatch(path) and _MEDIA_TYPE.fullmatch(file.media_type)):
            raise _ERRORS.broken("path-outside", name, found=repr(path[:80]))
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
