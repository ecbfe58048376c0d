"""Answer requests for IRIs over HTTP from a folder that a build wrote: linked data, as an ASGI application.

Only the files that ``build.json`` lists are sent, under the media type and with the digest that stand there, so no
address can lead out of the folder; ``documents`` says what leads where. Redirections and links are relative to the
address that was asked, so the same folder answers for the published base IRI, for 127.0.0.1 and below a proxy.
"""

import os
import posixpath
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from email.utils import format_datetime
from typing import TYPE_CHECKING, BinaryIO

from efa_lod.model.languages import LANGUAGES
from efa_lod.web.built_site import BuiltSite
from efa_lod.web.document_formats import Variant, compressible_types, content_type
from efa_lod.web.endpoint import Receive, Scope, Send
from efa_lod.web.error_documents import FAILURE_VARIANTS, FAILURES, failure_path
from efa_lod.web.gone_documents import gone_path
from efa_lod.web.mementos import ORIGINAL, OWN_TIME_GATE, memento_date
from efa_lod.web.negotiation import accepted, is_known, is_unchanged, language, memento_time, takes_gzip
from efa_lod.web.response_headers import OPEN_TO_ALL, PREFLIGHT, caching, security_of

if TYPE_CHECKING:
    from starlette.responses import Response

Application = Callable[[Scope, Receive, Send], Awaitable[None]]

MAX_KEPT_BYTES = 1 << 17
"""Most bytes of a file that is kept in memory once it was sent; pages are smaller, dumps are not."""
_MOST_KEPT = 512
"""Most files that are kept in memory."""
MAX_ADDRESS_BYTES = 2048
"""Most bytes of an address; what a site holds is named in far fewer."""
_COMPRESSIBLE = frozenset(compressible_types())
_ENCODED = (b"%2f", b"%5c", b"%00")
"""Separators and ends of paths that came disguised."""


class LinkedData:
    """The site that a build wrote as an ASGI application."""

    def __init__(self, site: BuiltSite) -> None:
        self._site = site
        self._small = _SmallFiles(site)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        response = _Request(self._site, self._small, scope).answer()
        await response(scope, receive, send)


class _SmallFiles:
    """The small files of a site, plain or packed; those that were asked for last stay in memory."""

    def __init__(self, site: BuiltSite) -> None:
        self._site = site
        self._kept: OrderedDict[tuple[str, bool], bytes] = OrderedDict()

    def read(self, path: str, packed: bool) -> bytes:
        """Return the file at *path*; raise OSError where it is not there, or another than was listed."""
        key = (path, packed)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        data = self._site.read(path)
        self._kept[key] = data = b"".join(_gzip(iter((data,)))) if packed else data
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return data


class _Request:
    """One request, and how it is answered."""

    def __init__(self, site: BuiltSite, small: _SmallFiles, scope: Scope) -> None:
        self.site = site
        self.small = small
        self.method: str = scope["method"]
        self.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        self.raw: bytes = scope.get("raw_path", b"")
        self.path: str = scope["path"].removeprefix("/")
        self.root = "../" * self.path.count("/") or "./"

    def answer(self) -> "Application":
        """Return the response: a file, the way to one, or why there is neither."""
        if self.method == "OPTIONS":
            return self._response(204, headers=PREFLIGHT)
        if self.method not in ("GET", "HEAD"):
            return self._response(405, f"{self.method}: nothing can be changed here\n".encode(), headers=PREFLIGHT)
        if len(self.raw) > MAX_ADDRESS_BYTES:
            return self._response(414, b"the address is too long\n")
        if any(code in self.raw.lower() for code in _ENCODED):
            return self._failure(404)
        if self._is_withdrawn():
            return self._failure(410)
        if "accept-datetime" in self.headers and (memento := self._memento()):
            return memento
        if self.site.has(self.path):
            return self._file(self.path)
        if self.path.endswith("/") and self.site.has(f"{self.path}index.html"):
            return self._file(f"{self.path}index.html")
        return self._way()

    def _memento(self) -> "Response | None":
        """Return the way to what this was at the time that the client names (RFC 7089, 4.1.1), where that is kept."""
        moments = self.site.table.moments
        if not moments or self.path.startswith("release/"):
            return None
        asked = memento_time(self.headers["accept-datetime"])
        if asked is None:
            said = b"Accept-Datetime: expected a time such as Fri, 27 Nov 2026 12:00:00 GMT\n"
            return self._response(400, said, headers={"Vary": "accept-datetime"})
        version = next((one for one, time in reversed(moments) if time <= asked), moments[0][0])
        target = next((path for path in self._mementos(version) if self.site.has(path)), None)
        if target is None:
            return None
        links = f'<{self.root}{self.path}>; rel="original timegate", <{self.root}timemap.link>; rel="timemap"'
        location = posixpath.relpath(target, posixpath.dirname(self.path) or ".")
        headers = {"Location": location, "Vary": "accept-datetime, Accept", "Link": links, "Cache-Control": "no-cache"}
        return self._response(302, headers=headers)

    def _mementos(self, version: str) -> Iterator[str]:
        """Yield where this may be kept in the release *version*, the best place first."""
        folder = f"release/{version}/"
        stem = posixpath.splitext(self.path)[0] if not self.site.has(f"{folder}{self.path}.ttl") else self.path
        yield f"{folder}{self.path}"
        yield f"{folder}{stem}.ttl"
        if self.path in ("", "dataset", "index.html", "dataset.html"):
            yield f"release/{version}.html"

    def _is_withdrawn(self) -> bool:
        return any(stem in self.site.table.withdrawn for stem in self._stems())

    def _stems(self) -> list[str]:
        """Return the paths of the thing that this may be the address or a document of."""
        return [stem.removeprefix("en/") for stem in (self.path, posixpath.splitext(self.path)[0])]

    def _way(self) -> "Application":
        """Return the way to the document that the client likes best; at the base, the page is sent at once."""
        variants = self.site.table.variants(self.site.meant(self.path), self.site.has)
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

    def _file(self, path: str, vary: str = "") -> "Application":
        """Return the file at *path*, packed for those who can read that, or that the client has it already."""
        stored = self.site.files[path]
        packs = stored.media_type in _COMPRESSIBLE
        packed = packs and "range" not in self.headers and takes_gzip(self.headers.get("accept-encoding", ""))
        mark = f'"{stored.sha256[:32]}{"-gzip" if packed else ""}"'
        headers = {
            "ETag": mark,
            "Last-Modified": format_datetime(self.site.modified, usegmt=True),
            "Cache-Control": caching(path),
        }
        vary += "Accept-Encoding" if packs else ""
        headers |= {"Vary": vary.removesuffix(", ")} if vary else {}
        if moment := memento_date(path, self.site.table.moments):
            headers["Memento-Datetime"] = moment
        if link := self.site.table.link(self.path, self.root):
            headers["Link"] = link.replace(ORIGINAL, OWN_TIME_GATE)
        if self._has(mark):
            return self._response(304, headers=headers)
        headers |= {"Content-Encoding": "gzip"} if packed else {}
        kind = content_type(stored.media_type)
        try:
            if stored.size > MAX_KEPT_BYTES:
                stream = self.site.open(path)
                return _large(stream, headers | security_of(path) | OPEN_TO_ALL, kind, packed)
            body = self.small.read(path, packed)
        except BlockingIOError:  # somebody writes into the folder
            return self._response(503, b"this file is being replaced: try again later\n", headers={"Retry-After": "1"})
        except OSError:
            return self._failure(404)
        return self._response(200, body, kind, headers)

    def _has(self, mark: str) -> bool:
        """Return whether the client has the file with that *mark*; If-None-Match goes before If-Modified-Since."""
        if "if-none-match" in self.headers:
            return is_known(self.headers["if-none-match"], mark)
        return is_unchanged(self.headers.get("if-modified-since", ""), self.site.modified)

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
        for stem in self._stems() if status == 410 else ():
            if self.site.has(gone_path(stem, variant.suffix, tag)):
                path = gone_path(stem, variant.suffix, tag)
        headers = {"Vary": "Accept, Accept-Language", "Cache-Control": "no-cache"}
        try:
            body = self.small.read(path, False)
        except (OSError, KeyError):
            said = next(failure.title["en"] for failure in FAILURES if failure.status == status)
            return self._response(status, f"{said}\n".encode(), headers=headers)
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
        response.headers.update({**security_of(self.path), **(headers or {}), **OPEN_TO_ALL})
        if status in (204, 304):
            return response
        response.headers["content-length"] = str(len(body))
        if body:
            response.headers["content-type"] = kind
        return response


def _large(stream: BinaryIO, headers: Mapping[str, str], kind: str, packed: bool) -> "Application":
    """Return a file that is read while it is sent; parts of it can be asked for where it is not packed.

    What is sent comes from the *stream* that was opened, so a new file under the same name changes nothing.
    """
    from starlette.responses import FileResponse, StreamingResponse

    sent = {**headers, "Content-Type": kind}
    if packed:
        return StreamingResponse(_gzip(_pieces(stream)), headers=sent)
    number = stream.fileno()
    parts = FileResponse(f"/dev/fd/{number}", headers=sent, media_type=kind, stat_result=os.fstat(number))

    async def send_parts(scope: Scope, receive: Receive, send: Send) -> None:
        with stream:
            await parts(scope, receive, send)

    return send_parts


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(1 << 16):
            yield piece


def _gzip(pieces: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    for piece in pieces:
        if done := packer.compress(piece):
            yield done
    yield packer.flush()
