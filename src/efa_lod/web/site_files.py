"""Answer requests for IRIs over HTTP from a folder that a build wrote: linked data, as an ASGI application.

Only the files that ``build.json`` lists are sent, under the media type and with the digest that stand there, so no
address can lead out of the folder; ``documents`` says what leads where. Redirections and links are relative to the
address that was asked, so the same folder answers for the published base IRI, for 127.0.0.1 and below a proxy.
"""

import json
import os
import posixpath
import re
import zlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from efa_lod.errors import BrokenInput
from efa_lod.web.negotiation import accepted, is_known, is_unchanged, language, takes_gzip
from efa_lod.web.record_documents import (
    FAILURE_VARIANTS,
    FAILURES,
    LANGUAGES,
    MEDIA_TYPES,
    OPEN_TO_ALL,
    PREFLIGHT,
    SECURITY,
    TABLE_FILE,
    Dereference,
    Variant,
    caching,
    compressible_types,
    content_type,
    failure_path,
)

if TYPE_CHECKING:
    from starlette.responses import Response

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

INVENTORY, SUMS = "build.json", "SHA256SUMS"
SMALL = 1 << 17
"""Most bytes of a file that is kept in memory once it was sent; pages are smaller, dumps are not."""
LONGEST = 2048
"""Most bytes of an address; what a site holds is named in far fewer."""
_COMPRESSIBLE = frozenset(compressible_types())
_KEY = re.compile(r"[0-9]{8}([0-9]{4})?$")
_ENCODED = (b"%2f", b"%5c", b"%00")
"""Separators and ends of paths that came disguised."""


@dataclass(frozen=True)
class Stored:
    """A file of the folder as the build listed it: *media_type*, *size* in bytes, SHA-256 in hexadecimal."""

    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Deposit:
    """What a build wrote to *folder*: its files by path, and what leads where; *stamp* tells one build from another."""

    folder: Path
    files: Mapping[str, Stored]
    table: Dereference
    stamp: tuple[int, int]

    def has(self, path: str) -> bool:
        """Tell whether there is a file at *path*."""
        return path in self.files

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
    """Tell whether *folder* was written by a build that made a site."""
    return (folder / INVENTORY).is_file() and (folder / TABLE_FILE).is_file()


def read_deposit(folder: Path) -> Deposit:
    """Read what a build wrote to *folder*; raise BrokenInput when it is no such folder."""
    try:
        stamp = _stamp(folder)
        listed = json.loads((folder / INVENTORY).read_bytes())["files"]
        table = Dereference.from_json((folder / TABLE_FILE).read_bytes(), TABLE_FILE)
        files = {file["path"]: Stored(file["mediaType"], file["bytes"], file["sha256"]) for file in listed}
        files |= {name: _stored(name, (folder / name).read_bytes()) for name in (INVENTORY, SUMS)}
        datetime.fromisoformat(table.modified)
    except OSError as error:
        raise BrokenInput(
            f"{folder}: holds no site that can be served: {error.filename}: {error.strerror} – make one with: efa-lod"
            " build"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenInput(f"{folder}: {INVENTORY}: not as a build writes it: {error}") from error
    served = {path: file for path, file in files.items() if not posixpath.basename(path).startswith(".")}
    return Deposit(folder, served, table, stamp)


def _stored(name: str, data: bytes) -> Stored:
    """Return how a list of files is served, which cannot list itself."""
    return Stored(MEDIA_TYPES.get(posixpath.splitext(name)[1], "text/plain"), len(data), sha256(data).hexdigest())


def _stamp(folder: Path) -> tuple[int, int]:
    found = (folder / INVENTORY).stat()
    return found.st_ino, found.st_mtime_ns


# --- answers --------------------------------------------------------------------------------------------------------


class LinkedData:
    """The folder of a site as an ASGI application; a new build in its place is noticed at the next request."""

    def __init__(self, deposit: Deposit) -> None:
        self._deposit = deposit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        self._refresh()
        response = _Request(self._deposit, scope).answer()
        await response(scope, receive, send)

    def _refresh(self) -> None:
        """Read the folder again when a build has replaced it; while that is going on, what was there is served."""
        try:
            if _stamp(self._deposit.folder) != self._deposit.stamp:
                self._deposit = read_deposit(self._deposit.folder)
        except (OSError, BrokenInput):
            return


class _Request:
    """One request, and how it is answered."""

    def __init__(self, deposit: Deposit, scope: Scope) -> None:
        self.deposit = deposit
        self.method: str = scope["method"]
        self.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        self.raw: bytes = scope.get("raw_path", b"")
        self.path: str = scope["path"].removeprefix("/")
        self.root = "../" * self.path.count("/") or "./"

    def answer(self) -> "Response":
        """Return the response: a file, the way to one, or why there is neither."""
        if self.method == "OPTIONS":
            return self._response(204, headers=PREFLIGHT)
        if self.method not in ("GET", "HEAD"):
            return self._response(405, f"{self.method}: nothing can be changed here\n".encode(), headers=PREFLIGHT)
        if len(self.raw) > LONGEST:
            return self._response(414, b"the address is too long\n")
        if any(code in self.raw.lower() for code in _ENCODED):
            return self._failure(404)
        if self._is_withdrawn():
            return self._failure(410)
        if self.deposit.has(self.path):
            return self._file(self.path)
        if self.path.endswith("/") and self.deposit.has(f"{self.path}index.html"):
            return self._file(f"{self.path}index.html")
        return self._way()

    def _is_withdrawn(self) -> bool:
        stems = (self.path, posixpath.splitext(self.path)[0])
        return any(stem.removeprefix("en/") in self.deposit.table.withdrawn for stem in stems)

    def _way(self) -> "Response":
        """Return the way to the document that the client likes best; at the base, the page is sent at once."""
        variants = self.deposit.table.variants(self.deposit.meant(self.path), self.deposit.has)
        if not variants:
            return self._failure(404)
        offered = {variant.media_type: document for variant, document in variants.items()}
        chosen = accepted(self.headers.get("accept", "*/*"), tuple(offered))
        if chosen is None:
            return self._failure(406)
        target = offered[chosen]
        if not self.path and target.endswith(".html"):
            return self._file(target, vary="Accept, ")
        location = posixpath.relpath(target, posixpath.dirname(self.path) or ".")
        return self._response(303, headers={"Location": location, "Vary": "Accept", "Cache-Control": "no-cache"})

    # files

    def _file(self, path: str, vary: str = "") -> "Response":
        """Return the file at *path*, packed for those who can read that, or that the client has it already."""
        stored = self.deposit.files[path]
        real = _inside(self.deposit.folder, path)
        if real is None:
            return self._failure(404)
        packs = stored.media_type in _COMPRESSIBLE
        packed = packs and "range" not in self.headers and takes_gzip(self.headers.get("accept-encoding", ""))
        mark = f'"{stored.sha256[:32]}{"-gzip" if packed else ""}"'
        headers = {
            "ETag": mark,
            "Last-Modified": format_datetime(self.deposit.modified, usegmt=True),
            "Cache-Control": caching(path),
        }
        vary += "Accept-Encoding" if packs else ""
        headers |= {"Vary": vary.removesuffix(", ")} if vary else {}
        if link := self.deposit.table.link(self.path, self.root):
            headers["Link"] = link
        if self._has(mark):
            return self._response(304, headers=headers)
        headers |= {"Content-Encoding": "gzip"} if packed else {}
        kind = content_type(stored.media_type)
        try:
            if stored.size > SMALL:
                return _large(real, headers | SECURITY | OPEN_TO_ALL, kind, packed)
            body = _small(str(real), stored.sha256, packed)
        except OSError:  # another build is just replacing the folder
            return self._response(503, b"try again in a moment\n", headers={"Retry-After": "1"})
        return self._response(200, body, kind, headers)

    def _has(self, mark: str) -> bool:
        """Tell whether the client has the file with that *mark*; If-None-Match goes before If-Modified-Since."""
        if "if-none-match" in self.headers:
            return is_known(self.headers["if-none-match"], mark)
        return is_unchanged(self.headers.get("if-modified-since", ""), self.deposit.modified)

    # failures

    def _failure(self, status: int) -> "Response":
        """Return why there is no document, as a page in the reader's language or as RDF."""
        accept = self.headers.get("accept", "*/*")
        media_type = accepted(accept, tuple(variant.media_type for variant in FAILURE_VARIANTS))
        variant = next((v for v in FAILURE_VARIANTS if v.media_type == media_type), FAILURE_VARIANTS[0])
        return self._told(status, variant)

    def _told(self, status: int, variant: Variant) -> "Response":
        tag = "en" if self.path.startswith("en/") else language(self.headers.get("accept-language", ""), LANGUAGES)
        path = failure_path(status, variant, tag)
        headers = {"Vary": "Accept, Accept-Language", "Cache-Control": "no-cache"}
        stored = self.deposit.files.get(path)
        real = _inside(self.deposit.folder, path) if stored else None
        if stored is None or real is None:
            said = next(failure.title["en"] for failure in FAILURES if failure.status == status)
            return self._response(status, f"{said}\n".encode(), headers=headers)
        try:
            body = _small(str(real), stored.sha256, False)
        except OSError:
            body = b""
        return self._response(status, body, content_type(variant.media_type), headers)

    def _response(
        self,
        status: int,
        body: bytes = b"",
        kind: str = "text/plain; charset=utf-8",
        headers: Mapping[str, str] | None = None,
    ) -> "Response":
        from starlette.responses import Response

        response = Response(b"" if self.method == "HEAD" else body, status)
        response.headers.update({**(headers or {}), **SECURITY, **OPEN_TO_ALL})
        if status in (204, 304):
            return response
        response.headers["content-length"] = str(len(body))
        if body:
            response.headers["content-type"] = kind
        return response


def _inside(folder: Path, path: str) -> Path | None:
    """Return the real place of the file at *path*; None where a link leads out of *folder* or there is no file."""
    base = os.path.realpath(folder)
    real = os.path.realpath(os.path.join(base, path))  # noqa: PTH118 – a few times faster than pathlib, in every request
    return Path(real) if real.startswith(base + os.sep) and os.path.isfile(real) else None  # noqa: PTH113


@lru_cache(maxsize=512)
def _small(real: str, digest: str, packed: bool) -> bytes:
    """Return the content of a small file, kept as long as it is asked for; *digest* tells one content from another."""
    data = Path(real).read_bytes()
    return b"".join(_gzip(iter((data,)))) if packed else data


def _large(real: Path, headers: Mapping[str, str], kind: str, packed: bool) -> "Response":
    """Return a file that is read while it is sent; parts of it can be asked for where it is not packed."""
    from starlette.responses import FileResponse, StreamingResponse

    sent = {**headers, "Content-Type": kind}
    if not packed:
        return FileResponse(real, headers=sent, stat_result=real.stat())
    return StreamingResponse(_gzip(_pieces(real.open("rb"))), headers=sent)


def _pieces(stream: Any) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(1 << 16):
            yield piece


def _gzip(pieces: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    for piece in pieces:
        if done := packer.compress(piece):
            yield done
    yield packer.flush()
