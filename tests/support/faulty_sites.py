"""Small sites for the check of a deployed site, behind a server that does one thing otherwise than it should."""

import gzip
import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from efa_lod.monitor.findings import SiteFinding
from efa_lod.monitor.session import Bounds
from efa_lod.monitor.site_check import SiteCheck
from efa_lod.web.document_formats import compressible_types, content_type
from efa_lod.web.negotiation import accepted, is_known, takes_gzip
from efa_lod.web.redirect_table import RedirectTable
from efa_lod.web.response_headers import OPEN_TO_ALL, SECURITY

BASE = "https://w3id.org/efa-lod/"
MODIFIED = "Mon, 23 Nov 2026 00:00:00 GMT"
TURTLE, JSON_LD, HTML = "text/turtle", "application/ld+json", "text/html"
OF_RELEASES = {"frozen", "signposts", "feeds", "time-map", "memento"}
NEVER_SEEN = {"https"} | OF_RELEASES
"""Checks that a site without TLS and without releases is not put to; they are tested by themselves."""
FEW = Bounds(kind=2, seconds=5)


Files = dict[str, tuple[str, bytes]]


def page(path: str, body: str = "") -> bytes:
    """Return a page at *path* with links to the start page and to both languages."""
    up = "../" * path.count("/") or "./"
    german, english = path.removeprefix("en/"), f"en/{path.removeprefix('en/')}"
    return (
        f'<!doctype html><html lang="de"><head><meta charset="utf-8"><title>x</title>'
        f'<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
        f'<link rel="stylesheet" href="{up}assets/site.css"><link rel="canonical" href="{BASE}{path}">'
        f'<link rel="alternate" hreflang="de" href="{up}{german}"><link rel="license" href="https://example.org/licence">'
        f'</head><body id="top"><a href="{up}{english}#top">en</a> <a href="#top">top</a> '
        f'<a href="mailto:a@example.org">mail</a> <a href="https://www.example.org/">elsewhere</a>{body}'
        f"<p>{'Viele Worte, die sich gut packen lassen. ' * 40}</p></body></html>\n"
    ).encode()


def catalog(size: int) -> bytes:
    """Return a catalogue with one distribution."""
    return (
        "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n"
        f"<{BASE}dataset#turtle> a dcat:Distribution ; dcat:accessURL <{BASE}efa-lod.ttl> ;"
        f" dcat:downloadURL <{BASE}efa-lod.ttl> ; dcat:byteSize {size} ;"
        f" dcat:mediaType <https://www.iana.org/assignments/media-types/{TURTLE}> .\n"
    ).encode()


def small_site() -> Files:
    """Return the files of a small site as a build would write them, without the lists of what there is."""
    dump = b"".join(b"<http://a/%d> <http://b/c> 'd' .\n" % number for number in range(200))
    states = ["state/by", "state/sh"]
    pages = ["index.html", *(f"{state}.html" for state in states)]
    files: Files = {
        "efa-lod.ttl": (TURTLE, dump),
        "catalog.ttl": (TURTLE, catalog(len(dump))),
        "catalog.jsonld": (JSON_LD, b"{}\n"),
        "void.ttl": (TURTLE, b"# void\n"),
        ".well-known/void": (TURTLE, b"# void\n"),
        "efa-lod.csv-metadata.json": ("application/csvm+json", b"{}\n"),
        "notes.ipynb": ("application/x-ipynb+json", b"{}" + b" " * 2000),
        "assets/site.css": ("text/css", b"body { color: black }\n" * 100),
        "404.html": (HTML, page("404.html")),
        "en/404.html": (HTML, page("en/404.html")),
        ".htaccess": ("text/plain", b"# rules\n"),
        "rules/dereference.json": ("application/json", json.dumps({"withdrawn": ["state/xx"]}).encode()),
    }
    for path in pages:
        body = "".join(f'<a href="{"../" * path.count("/")}{state}">{state}</a>' for state in states)
        files[path] = HTML, page(path, body)
        files[f"en/{path}"] = HTML, page(f"en/{path}")
    for state in states:
        files[f"{state}.ttl"] = TURTLE, f"<{BASE}{state}> a <{BASE}ontology#State> .\n".encode()
        files[f"{state}.jsonld"] = JSON_LD, b'{"@id": "x"}\n'
    files["robots.txt"] = "text/plain", f"User-agent: *\nAllow: /\n\nSitemap: {BASE}sitemap.xml\n".encode()
    files["sitemap.xml"] = "application/xml", sitemap(pages)
    return files


def sitemap(paths: list[str]) -> bytes:
    """Return a sitemap of pages in two languages."""
    urls = []
    for path in (p.removesuffix("index.html") for p in paths):
        both = {"de": BASE + path, "en": f"{BASE}en/{path}"}
        links = "".join(f'<x:link rel="alternate" hreflang="{tag}" href="{url}"/>' for tag, url in both.items())
        urls += [f"<url><loc>{url}</loc>{links}</url>" for url in both.values()]
    return (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:x="http://www.w3.org/1999/xhtml">'
        f"{''.join(urls)}</urlset>"
    ).encode()


def listed(files: Files) -> Files:
    """Return *files* with the lists of what there is, as a build writes them."""
    digests = {path: hashlib.sha256(content).hexdigest() for path, (_, content) in files.items()}
    sums = "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items()))
    inventory = {
        "baseIri": BASE,
        "version": "1.0.0",
        "files": [
            {"path": path, "mediaType": media_type, "bytes": len(content), "sha256": digests[path]}
            for path, (media_type, content) in files.items()
        ],
    }
    lists = {
        "SHA256SUMS": ("text/plain", sums.encode()),
        "build.json": ("application/json", json.dumps(inventory).encode()),
    }
    return {**files, **lists}


def written(files: Files, folder: Path) -> Path:
    """Write *files* below *folder*."""
    for path, (_, content) in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


@dataclass(frozen=True)
class Asked:
    """A request: *method*, *path* without its slash, and *headers*, their names in small letters."""

    method: str
    path: str
    headers: Mapping[str, str]

    @property
    def accept(self) -> str:
        """Return what the client takes."""
        return self.headers.get("accept", "*/*")


@dataclass(frozen=True)
class Reply:
    """What is sent back."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def having(self, **headers: str | None) -> "Reply":
        """Return this reply with other headers (``_`` stands for ``-``); None takes one away."""
        changed = {name.replace("_", "-"): value for name, value in headers.items()}
        kept = {name: value for name, value in self.headers.items() if name not in changed}
        return replace(self, headers={**kept, **{n: v for n, v in changed.items() if v is not None}})


Tamper = Callable[[Asked, Reply], Reply]
EVERYWHERE = dict({**OPEN_TO_ALL, **SECURITY}.items())


def good(files: Files, asked: Asked) -> Reply:
    """Answer as a server should."""
    table = RedirectTable(BASE, "", "")
    path = asked.path + "index.html" if asked.path.endswith("/") else asked.path
    if path == "state/xx":
        return Reply(410, EVERYWHERE)
    if path not in files or path.startswith(".ht"):
        variants = table.variants(path, files.__contains__)
        chosen = accepted(asked.accept, tuple(variant.media_type for variant in variants))
        if not variants:
            return Reply(404, EVERYWHERE)
        if chosen is None:
            return Reply(406, {**EVERYWHERE, "Vary": "Accept"})
        target = next(target for variant, target in variants.items() if variant.media_type == chosen)
        if path or chosen != HTML:
            return Reply(303, {**EVERYWHERE, "Vary": "Accept", "Location": f"/{target}"})
        path = target
    media_type, content = files[path]
    packs = media_type in compressible_types()
    packed = packs and takes_gzip(asked.headers.get("accept-encoding", ""))
    mark = f'"{hashlib.sha256(content).hexdigest()[:16]}{"-gzip" if packed else ""}"'
    headers = {**EVERYWHERE, "Content-Type": content_type(media_type), "ETag": mark, "Last-Modified": MODIFIED}
    headers |= {"Vary": "Accept-Encoding"} if packs else {}
    since = asked.headers.get("if-modified-since") if "if-none-match" not in asked.headers else None
    if is_known(asked.headers.get("if-none-match", ""), mark) or since == MODIFIED:
        return Reply(304, headers)
    headers |= {"Content-Encoding": "gzip"} if packed else {}
    return Reply(200, headers, gzip.compress(content, mtime=0) if packed else content)


class Handler(BaseHTTPRequestHandler):
    """Answer with what the server's function says."""

    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16
    server: "Server"

    def do_GET(self) -> None:
        """Answer a request."""
        asked = Asked(self.command, self.path.removeprefix("/"), {k.lower(): v for k, v in self.headers.items()})
        self.server.asked.append(asked)
        reply = self.server.answer(asked)
        self.send_response_only(reply.status)
        for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
            if not (name == "Content-Length" and reply.status == 304):
                self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    do_HEAD = do_GET  # noqa: N815 – the name that http.server asks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """A server with a function that answers, and what it was asked."""

    daemon_threads = True
    answer: Callable[[Asked], Reply]
    asked: list[Asked]

    def handle_error(self, request: object, client_address: object) -> None:
        """Take it as it comes when a client has gone."""


@contextmanager
def serving(files: Files, tamper: Tamper | None = None) -> Iterator[tuple[str, list[Asked]]]:
    """Serve *files*, as a server should but for what *tamper* makes of it; give the address and what was asked."""
    server = Server(("127.0.0.1", 0), Handler)
    server.asked = []
    server.answer = lambda asked: (tamper or (lambda asked, reply: reply))(asked, good(files, asked))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", server.asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def failed(made: SiteCheck) -> dict[str, list[SiteFinding]]:
    """Return what was found, by check."""
    return {checked.name: list(checked.findings) for checked in made.checks if checked.findings}


def at(*paths: str) -> Callable[[Asked], bool]:
    """Return whether a request is for one of *paths*."""
    return lambda asked: asked.path in paths


def ends(suffix: str) -> Callable[[Asked], bool]:
    """Return whether a request is for a file with that suffix."""
    return lambda asked: asked.path.endswith(suffix)


def only(where: Callable[[Asked], bool], change: Callable[[Reply], Reply]) -> Tamper:
    """Return the change of replies for some requests."""
    return lambda asked, reply: change(reply) if where(asked) else reply


def having(**headers: str | None) -> Callable[[Reply], Reply]:
    """Return the change of headers of successes."""
    return lambda reply: reply.having(**headers) if reply.status == 200 else reply


def changed(path: str, old: str, new: str) -> Callable[[Files], Files]:
    """Return the change of a file, which the lists then list as it is."""
    return lambda files: {**files, path: (files[path][0], files[path][1].replace(old.encode(), new.encode()))}
