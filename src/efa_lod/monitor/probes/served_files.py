"""Probe whether files are what the inventory lists, and how they are sent."""

import hashlib
import posixpath
from collections.abc import Iterator

from efa_lod.io.http import HttpResponse
from efa_lod.io.http_session import NOT_MODIFIED
from efa_lod.io.limits import MIB
from efa_lod.model.languages import Texts
from efa_lod.monitor.findings import (
    NO_HEADER,
    ProbeResult,
    bilingual,
    both,
    needs_answers,
    of,
    outcome,
    status,
)
from efa_lod.monitor.inventory import InventoryEntry, sample
from efa_lod.monitor.page_contents import PageContents, read_contents
from efa_lod.monitor.probes.site_paths import (
    MAX_FILE,
    MAX_LIST,
    OF_HOST,
    SIGNATURE,
    WORTH_PACKING,
    allows_reading,
    header_members,
)
from efa_lod.monitor.session import SiteCheckSession
from efa_lod.web.built_site import INVENTORY, SUMS
from efa_lod.web.document_formats import MEDIA_TYPES, compressible_types
from efa_lod.web.negotiation import HTML


def files(session: SiteCheckSession) -> Iterator[ProbeResult]:
    """Look whether files are what the inventory lists, and how they are sent."""
    listed = session.inventory
    chosen = sample(listed.served, session.bounds.kind)
    yield from session.each(chosen, lambda path: _file(session, path, listed.files[path]))
    largest: dict[str, str] = {}
    for path in sorted(listed.served, key=lambda path: (-listed.files[path].size, path)):
        if listed.files[path].size <= MAX_FILE:
            largest.setdefault(listed.files[path].media_type, path)
    yield from session.each(sorted(largest.values()), lambda path: _cached(session, path))
    packed = [
        path
        for media_type, path in sorted(largest.items())
        if media_type in compressible_types() and listed.files[path].size >= WORTH_PACKING
    ]
    yield from session.each(packed, lambda path: _packed(session, path, listed.files[path]))


@needs_answers("content")
def _file(session: SiteCheckSession, path: str, listed: InventoryEntry) -> Iterator[ProbeResult]:
    url = session.url(path)
    too_large = listed.size > MAX_FILE
    answer = session.ask(url, "HEAD") if too_large else session.ask(url, most=listed.size + MIB)
    session.seen(url, answer)
    if answer.status != 200:
        yield outcome("content", url, False, both("200"), status(answer))
        return
    yield _media_type(url, path, listed.media_type, answer)
    if too_large:
        length = answer.headers.get("content-length", "")
        yield outcome("content", url, length == str(listed.size), _size(listed.size), of(length))
    else:
        if not path.startswith(OF_HOST):
            yield _content(url, listed, answer)
        yield from _head(session, url, answer)
    yield allows_reading(url, answer)
    nosniff = answer.headers.get("x-content-type-options", "")
    yield outcome("nosniff", url, nosniff.lower() == "nosniff", both("X-Content-Type-Options: nosniff"), of(nosniff))
    if listed.media_type == HTML:
        session.pages[path] = read_contents(answer.content)
        yield _policy(url, answer, session.pages[path])


def _media_type(url: str, path: str, expected: str, answer: HttpResponse) -> ProbeResult:
    sent = answer.headers.get("content-type", "")
    charset = answer.charset.lower().replace("_", "-")
    good = answer.media_type.lower() == expected and charset in ("", "utf-8", "utf8")
    name = posixpath.basename(path)
    suffix = posixpath.splitext(name)[1]
    values = {"media_type": expected, "suffix": suffix, "extension": suffix[1:], "path": path, "name": name}
    by_suffix = suffix and MEDIA_TYPES.get(suffix, expected) == expected
    return outcome("media-type" if by_suffix else "named-type", url, good, both(expected), of(sent), values)


def _size(size: int) -> Texts:
    return bilingual("{n} Bytes", "{n} bytes", n=size)


def _content(url: str, listed: InventoryEntry, answer: HttpResponse) -> ProbeResult:
    digest = hashlib.sha256(answer.content).hexdigest()
    return outcome(
        "content",
        url,
        (len(answer.content), digest) == (listed.size, listed.sha256),
        bilingual("{n} Bytes, SHA-256 {d}…", "{n} bytes, SHA-256 {d}…", n=listed.size, d=listed.sha256[:12]),
        bilingual("{n} Bytes, SHA-256 {d}…", "{n} bytes, SHA-256 {d}…", n=len(answer.content), d=digest[:12]),
    )


_SAME = ("content-type", "content-length", "etag", "last-modified")


@needs_answers("head")
def _head(session: SiteCheckSession, url: str, got: HttpResponse) -> Iterator[ProbeResult]:
    head = session.ask(url, "HEAD")
    if head.status != got.status:
        yield outcome("head", url, False, bilingual("200 wie bei GET", "200, as with GET"), status(head))
        return
    differing = [name for name in _SAME if name in got.headers and got.headers[name] != head.headers.get(name)]
    yield outcome(
        "head",
        url,
        not differing,
        both("; ".join(f"{name}: {got.headers[name]}" for name in differing)),
        both("; ".join(f"{name}: {head.headers.get(name, '–')}" for name in differing)),
    )


def _policy(url: str, answer: HttpResponse, page: "PageContents") -> ProbeResult:
    policy = answer.headers.get("content-security-policy", "")
    rules = {words[0]: words[1:] for part in policy.lower().split(";") if (words := part.split())}
    scripts = rules.get("script-src", rules.get("default-src", ["*"]))
    good = bool(policy) and not {"*", "http:", "https:", "data:", "'unsafe-inline'", "'unsafe-eval'"} & {*scripts}
    found = of(policy)
    if not policy and page.policy:
        found = bilingual("nur in der Seite (meta), nicht als Kopf", "only in the page (meta), not as a header")
    expected = bilingual(
        "Content-Security-Policy ohne fremde Skripte", "Content-Security-Policy without scripts of others"
    )
    return outcome("csp", url, good, expected, found)


_MARKS = (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since"))


def _cached(session: SiteCheckSession, path: str) -> Iterator[ProbeResult]:
    """Look whether who has the file already is told so, for the plain and for the compressed file."""
    url = session.url(path)
    is_text = session.inventory.files[path].media_type in compressible_types()
    for encoding in ("identity", "gzip") if is_text else ("identity",):
        yield from _cached_as(session, url, encoding)


@needs_answers("cache")
def _cached_as(session: SiteCheckSession, url: str, encoding: str) -> Iterator[ProbeResult]:
    first = session.ask(url, "HEAD", headers={"Accept-Encoding": encoding})
    if first.status == 200:  # another one is told elsewhere
        for mark, condition in _MARKS:
            yield _not_modified(session, url, first, mark, condition, encoding)


def _not_modified(
    session: SiteCheckSession, url: str, first: HttpResponse, mark: str, condition: str, encoding: str
) -> ProbeResult:
    value = first.headers.get(mark.lower(), "")
    if not value:
        return outcome("cache", url, False, bilingual("den Kopf {n}", "the header {n}", n=mark), NO_HEADER)
    again = session.ask(url, headers={"Accept-Encoding": encoding, condition: value})
    expected = bilingual("304 auf {c}: {v}", "304 to {c}: {v}", c=condition, v=value)
    if encoding != "identity":
        expected = {tag: f"{text} (Accept-Encoding: {encoding})" for tag, text in expected.items()}
    return outcome("cache", url, again.status == NOT_MODIFIED, expected, status(again))


@needs_answers("compression")
def _packed(session: SiteCheckSession, path: str, listed: InventoryEntry) -> Iterator[ProbeResult]:
    url, values = session.url(path), {"media_type": listed.media_type}
    plain = session.ask(url, "HEAD")
    packed = session.ask(url, most=listed.size + MIB, headers={"Accept-Encoding": "gzip"})
    if packed.status != 200:
        return  # told elsewhere
    encoding = packed.headers.get("content-encoding", "")
    yield outcome("compression", url, encoding == "gzip", both("Content-Encoding: gzip"), of(encoding), values)
    unasked = plain.headers.get("content-encoding", "")
    without = bilingual(
        "keine Kompression für Accept-Encoding: identity", "no compression for Accept-Encoding: identity"
    )
    yield outcome("compression", url, unasked in ("", "identity"), without, of(unasked), values)
    if encoding and not path.startswith(OF_HOST):
        good = hashlib.sha256(packed.content).hexdigest() == listed.sha256
        same = bilingual("ausgepackt dieselbe Datei", "the same file when unpacked")
        yield outcome("content", url, good, same, bilingual("eine andere", "another one"))
        vary = packed.headers.get("vary", "")
        good = bool({"accept-encoding", "*"} & header_members(vary))
        yield outcome("compression", url, good, both("Vary: Accept-Encoding"), of(vary), values)


@needs_answers("sums")
def sums(session: SiteCheckSession) -> Iterator[ProbeResult]:
    """Look whether the digests on the site are those of the inventory."""
    url = session.url(SUMS)
    answer = session.ask(url, most=MAX_LIST)
    if answer.status != 200:
        yield outcome("sums", url, False, both("200"), status(answer))
        return
    lines = answer.content.decode("utf-8", "replace").splitlines()
    said = {path: digest for digest, _, path in (line.partition("  ") for line in lines)}
    listed = {
        path: file.sha256 for path, file in session.inventory.files.items() if path not in (SUMS, INVENTORY, SIGNATURE)
    }
    differing = sorted(path for path in {*said, *listed} if said.get(path) != listed.get(path))
    yield ProbeResult("sums")
    for path in differing:
        expected = both(f"{path} {listed[path][:12]}…") if path in listed else bilingual("{p} nicht", "no {p}", p=path)
        found = both(f"{said[path][:12]}…") if path in said else bilingual("keine Zeile dafür", "no line for it")
        yield outcome("sums", url, False, expected, found)
