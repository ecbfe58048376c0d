"""The folder that a build wrote, as it is served: its files as the build listed them, held open and checked.

A folder counts as one release: what is sent has the digest and the size that ``build.json`` lists, or is not sent.
"""

import json
import os
import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from efa_lod.io.held_folders import HeldFolder
from efa_lod.io.messages import Messages, reason
from efa_lod.web.document_formats import MEDIA_TYPES
from efa_lod.web.redirect_table import TABLE_FILE, RedirectTable

_ERRORS = Messages(__file__, "errors")

INVENTORY, SUMS = "build.json", "SHA256SUMS"
STORE_MARK = "efa-lod-store.json"
"""The file by which a store is known as one that a build wrote, and of which graph."""
_KEY = re.compile(r"[0-9]{8}([0-9]{4})?$")


@dataclass(frozen=True)
class SiteFile:
    """A file of the folder as the build listed it: *media_type*, *size* in bytes, SHA-256 in hexadecimal."""

    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class BuiltSite:
    """What a build wrote: its *files* by path, and the *table* of what leads where; *fingerprint* names the build.

    *hidden* are the files that the build wrote for other servers, and that are not sent.
    """

    held: HeldFolder
    files: Mapping[str, SiteFile]
    table: RedirectTable
    fingerprint: str
    hidden: Sequence[str] = ()

    def has(self, path: str) -> bool:
        """Return True if there is a file at *path*."""
        return path in self.files

    def open(self, path: str) -> BinaryIO:
        """Open the file at *path*; raise OSError where it is not there, is a link, or has not the listed size."""
        stream = self.held.open(path)
        if os.fstat(stream.fileno()).st_size != self.files[path].size:
            stream.close()
            raise BlockingIOError(path)
        return stream

    def read(self, path: str) -> bytes:
        """Return the file at *path*; raise OSError as ``open`` does, and where it has not the listed digest."""
        with self.open(path) as stream:
            data = stream.read()
        if sha256(data).hexdigest() != self.files[path].sha256:
            raise BlockingIOError(path)
        return data

    def is_whole(self) -> bool:
        """Return True if all files are there with their listed size, as they are not while somebody copies them."""
        try:
            return all(self.held.size(path) == file.size for path, file in self.files.items())
        except OSError:
            return False

    def close(self) -> None:
        """Let the folder go; where a build has put it aside, it is removed."""
        self.held.close([*self.files, *self.hidden])

    def meant(self, path: str) -> str:
        """Return the path that *path* stands for: of a municipality key, the record of that key, if there is one."""
        start, _, key = path.partition("/")
        return self._by_key.get(key, path) if start == "find" else path

    @cached_property
    def _by_key(self) -> Mapping[str, str]:
        """Return the path, without suffix, of each record that is named by its municipality key."""
        pages = (path.removesuffix(".html") for path in self.files if path.endswith(".html"))
        keyed = ((page.rpartition("/")[2], page) for page in pages if not page.startswith("en/"))
        return {key: page for key, page in keyed if _KEY.match(key)}

    @property
    def modified(self) -> datetime:
        """Return when the publication last changed: the beginning of that day."""
        return datetime.fromisoformat(self.table.modified).replace(tzinfo=UTC)


def holds_site(folder: Path) -> bool:
    """Return True if *folder* was written by a build that made a site."""
    return (folder / INVENTORY).is_file() and (folder / TABLE_FILE).is_file()


def read_built_site(folder: Path) -> BuiltSite:
    """Hold *folder* and read what a build wrote to it; raise BrokenInput when it is no such folder."""
    try:
        held = HeldFolder(folder)
        try:
            return _read(held)
        except BaseException:
            held.close()
            raise
    except OSError as error:
        raise _ERRORS.broken("no-site", folder, name=error.filename, reason=reason(error)) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _ERRORS.broken("no-inventory", f"{folder}: {INVENTORY}", reason=reason(error)) from error


def _read(held: HeldFolder) -> BuiltSite:
    inventory, sums, written = (_content(held, path) for path in (INVENTORY, SUMS, TABLE_FILE))
    table = RedirectTable.from_json(written, TABLE_FILE)
    datetime.fromisoformat(table.modified)
    listed = json.loads(inventory)["files"]
    files = {file["path"]: SiteFile(file["mediaType"], file["bytes"], file["sha256"]) for file in listed}
    files |= {INVENTORY: _unlisted(INVENTORY, inventory), SUMS: _unlisted(SUMS, sums)}
    served = {path: file for path, file in files.items() if not posixpath.basename(path).startswith(".")}
    return BuiltSite(held, served, table, files[INVENTORY].sha256[:16], [*files.keys() - served.keys()])


def _content(held: HeldFolder, path: str) -> bytes:
    try:
        with held.open(path) as stream:
            return stream.read()
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from error


def _unlisted(name: str, data: bytes) -> SiteFile:
    """Return how a list of files is served, which cannot list itself."""
    return SiteFile(MEDIA_TYPES.get(posixpath.splitext(name)[1], "text/plain"), len(data), sha256(data).hexdigest())
