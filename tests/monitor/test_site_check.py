"""The check of a deployed site: it passes where all is well, and names exactly what is not."""

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.etree import ElementTree

import pytest

from catalogs.servers import silent
from conftest import Cli
from efa_lod.cli.check_site import SERVER_KINDS as OFFERED
from efa_lod.cli.check_site import SITE_REPORT_FORMATS
from efa_lod.errors import BrokenInput
from efa_lod.io.fetch_policy import FetchPolicy
from efa_lod.io.http import Fetcher
from efa_lod.monitor.findings import SiteFinding
from efa_lod.monitor.inventory import read_inventory, sample
from efa_lod.monitor.page_contents import read_contents
from efa_lod.monitor.probes.secure_address import secured
from efa_lod.monitor.remedies import CHECKS, SERVERS, kind_of_server
from efa_lod.monitor.reports import SITE_REPORTS
from efa_lod.monitor.session import Bounds, SiteCheckSession
from efa_lod.monitor.site_check import SiteCheck, check_site, root_of
from efa_lod.web.document_formats import compressible_types, content_type
from efa_lod.web.negotiation import accepted, is_known, takes_gzip
from efa_lod.web.redirect_table import RedirectTable
from efa_lod.web.response_headers import OPEN_TO_ALL, SECURITY
from support import hosting
from support.hosting import deployed

BASE = "https://w3id.org/efa-lod/"
MODIFIED = "Mon, 23 Nov 2026 00:00:00 GMT"
TURTLE, JSON_LD, HTML = "text/turtle", "application/ld+json", "text/html"
OF_RELEASES = {"frozen", "signposts", "feeds", "time-map", "memento"}
NEVER_SEEN = {"https"} | OF_RELEASES
"""Checks that a site without TLS and without releases is not put to; they are tested by themselves."""
FEW = Bounds(kind=2, seconds=5)

# --- a small publication --------------------------------------------------------------------------------------------

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


# --- a server that behaves, and can be told not to ------------------------------------------------------------------


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


@pytest.fixture(scope="module")
def site() -> Files:
    """Return the files of a small site."""
    return listed(small_site())


def failed(made: SiteCheck) -> dict[str, list[SiteFinding]]:
    """Return what was found, by check."""
    return {checked.name: list(checked.findings) for checked in made.checks if checked.findings}


# --- what is well ---------------------------------------------------------------------------------------------------


def test_a_site_that_behaves_passes_every_check(site: Files) -> None:
    """Nothing is found, every check was put to the site, and it was told who asks."""
    with serving(site) as (url, asked):
        made = check_site(url, bounds=FEW)

    assert ({}, True) == (failed(made), made.passes)
    assert NEVER_SEEN == {checked.name for checked in made.checks if not checked.looks}
    assert [*CHECKS] == [checked.name for checked in made.checks]
    assert made.requests == len(asked)
    assert {True} == {"efa-lod/" in one.headers["user-agent"] for one in asked}
    assert {"GET", "HEAD"} == {one.method for one in asked}


def test_two_checks_ask_the_same(site: Files) -> None:
    """What is sampled does not depend on chance, and so do not the reports."""
    told = []
    with serving(site) as (url, asked):
        for _ in range(2):
            made = check_site(url, bounds=FEW)
            told.append(([SITE_REPORTS[name](made, "de") for name in SITE_REPORTS], sorted(map(str, asked))))
            asked.clear()

    assert told[0] == told[1]


def test_a_folder_says_what_to_expect(site: Files, tmp_path: Path) -> None:
    """With --dist the lists of the site are compared too; they cannot list themselves."""
    older = {**site, "build.json": ("application/json", site["build.json"][1].replace(b"1.0.0", b"0.9.0"))}
    folder = written(site, tmp_path)
    with serving(site) as (url, _):
        same = check_site(url, folder, FEW)
    with serving(older) as (url, _):
        other = check_site(url, folder, FEW)

    assert {} == failed(same)
    assert {"content": {f"{url}build.json"}} == {
        name: {one.url for one in found} for name, found in failed(other).items()
    }


# --- what is wrong, one thing at a time -----------------------------------------------------------------------------


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


def instead(status: int, becomes: int, **headers: str) -> Tamper:
    """Return the change of one status to another."""
    return lambda asked, reply: Reply(becomes, {**EVERYWHERE, **headers}) if reply.status == status else reply


def always_packed(asked: Asked, reply: Reply) -> Reply:
    """Send one style sheet packed to everybody."""
    if asked.path != "assets/site.css" or reply.status != 200 or "Content-Encoding" in reply.headers:
        return reply
    return replace(reply, body=gzip.compress(reply.body)).having(Content_Encoding="gzip")


def sent_to_the_page(asked: Asked, reply: Reply) -> Reply:
    """Lead everybody to the page, whatever they take."""
    return reply.having(Location="/state/sh.html") if reply.status == 303 and asked.path == "state/sh" else reply


def deaf_to_weights(asked: Asked, reply: Reply) -> Reply:
    """Take the first of the formats that are named."""
    first = {TURTLE: ".ttl", JSON_LD: ".jsonld"}.get(asked.accept.partition(";")[0].partition(",")[0], ".html")
    return reply.having(Location=f"/{asked.path}{first}") if reply.status == 303 and asked.path == "state/by" else reply


def elsewhere(asked: Asked, reply: Reply) -> Reply:
    """Lead to another host."""
    if reply.status != 303 or asked.method == "HEAD":
        return reply
    return reply.having(Location=f"https://other.example{reply.headers['Location']}")


def gzip_only_once(asked: Asked, reply: Reply) -> Reply:
    """Forget the mark of a packed file, as servers do that add to it when they pack."""
    if reply.status == 304 and takes_gzip(asked.headers.get("accept-encoding", "")):
        return Reply(200, dict(reply.headers.items()), b"")
    return reply


WRONG: Mapping[str, tuple[str, Tamper]] = {
    "Turtle as text": ("media-type", only(ends("state/sh.ttl"), having(Content_Type="text/plain"))),
    "Turtle in Latin-1": ("media-type", only(ends("sh.ttl"), having(Content_Type="text/turtle; charset=iso-8859-1"))),
    "no type": ("media-type", only(ends(".jsonld"), having(Content_Type=None))),
    "no type by name": ("named-type", only(at(".well-known/void"), having(Content_Type="application/octet-stream"))),
    "the type of the suffix": ("named-type", only(ends("metadata.json"), having(Content_Type="application/json"))),
    "other digits": ("content", only(at("notes.ipynb"), lambda r: replace(r, body=r.body.replace(b"{}", b"[]")) if r.headers.get("Content-Encoding") is None else r)),
    "a file is missing": ("content", only(at("notes.ipynb"), lambda reply: Reply(404, EVERYWHERE))),
    "HEAD is refused": ("head", lambda asked, reply: Reply(405) if asked.method == "HEAD" and asked.path == "state/sh.ttl" else reply),
    "HEAD has another type": ("head", lambda asked, reply: reply.having(Content_Type="text/plain") if asked.method == "HEAD" and asked.path == "state/sh.ttl" else reply),
    "HEAD has another length": ("head", lambda asked, reply: reply.having(Content_Length="0") if asked.method == "HEAD" and asked.path == "state/sh.ttl" else reply),
    "no ETag": ("cache", only(ends(""), having(ETag=None))),
    "no Last-Modified": ("cache", only(ends(""), having(Last_Modified=None))),
    "If-None-Match is not heeded": ("cache", lambda asked, reply: Reply(200) if reply.status == 304 and "if-none-match" in asked.headers else reply),
    "If-Modified-Since is not heeded": ("cache", lambda asked, reply: Reply(200) if reply.status == 304 and "if-modified-since" in asked.headers else reply),
    "the mark of packed files is forgotten": ("cache", gzip_only_once),
    "packed for everybody": ("compression", always_packed),
    "packed, but caches are not told": ("compression", only(ends("site.css"), having(Vary=None))),
    "no way to documents": ("dereference", lambda asked, reply: Reply(404, EVERYWHERE) if reply.status == 303 and asked.method == "GET" else reply),
    "302 instead of 303": ("dereference", instead(303, 302, Location="/state/sh.html")),
    "everybody gets the page": ("dereference", sent_to_the_page),
    "weights are not heeded": ("dereference", deaf_to_weights),
    "documents elsewhere": ("dereference", elsewhere),
    "no Vary": ("vary", lambda asked, reply: reply.having(Vary="Origin") if reply.status == 303 else reply),
    "no Vary on 406": ("vary", lambda asked, reply: reply.having(Vary=None) if reply.status == 406 else reply),
    "a page for those who want none": ("not-acceptable", instead(406, 303, Location="/", Vary="Accept")),
    "a page for what is missing": ("not-found", instead(404, 200)),
    "the start page for what is missing": ("not-found", instead(404, 302, Location="/")),
    "404 for what is withdrawn": ("gone", instead(410, 404)),
    "closed to other pages": ("cors", lambda asked, reply: reply.having(Access_Control_Allow_Origin=None)),
    "open to one other page": ("cors", lambda asked, reply: reply.having(Access_Control_Allow_Origin="https://a.example")),
    "closed on the way": ("cors", lambda asked, reply: reply.having(Access_Control_Allow_Origin=None) if reply.status == 303 else reply),
    "types may be guessed": ("nosniff", lambda asked, reply: reply.having(X_Content_Type_Options=None)),
    "no policy": ("csp", lambda asked, reply: reply.having(Content_Security_Policy=None)),
    "a policy with holes": ("csp", lambda asked, reply: reply.having(Content_Security_Policy="default-src 'self'; script-src 'self' 'unsafe-inline'")),
}  # fmt: skip


@pytest.mark.parametrize(("name", "tamper"), WRONG.values(), ids=WRONG)
def test_a_server_that_does_one_thing_wrong_is_told_that_thing(name: str, tamper: Tamper, site: Files) -> None:
    """Each check finds what it is for, and no other check does."""
    with serving(site, tamper) as (url, _):
        made = check_site(url, bounds=FEW)

    assert [name] == [*failed(made)]
    assert {True} == {one.url.startswith(url) for one in failed(made)[name]}


def changed(path: str, old: str, new: str) -> Callable[[Files], Files]:
    """Return the change of a file, which the lists then list as it is."""
    return lambda files: {**files, path: (files[path][0], files[path][1].replace(old.encode(), new.encode()))}


WRONG_FILES: Mapping[str, tuple[str, Callable[[Files], Files]]] = {
    "a link to nothing": ("links", changed("index.html", "</body>", '<a href="state/zz">x</a></body>')),
    "a link to no part": ("links", changed("index.html", 'href="#top"', 'href="state/sh.html#none"')),
    "a picture that is not there": ("links", changed("index.html", "</body>", '<img src="assets/none.png"></body>')),
    "statistics": ("third-party", changed("index.html", "</head>", '<script src="//count.example/x.js"></script></head>')),
    "letters from elsewhere": ("third-party", changed("en/state/sh.html", "</head>", '<link rel="preload stylesheet" href="https://fonts.example/x.css"></head>')),
    "a page of the sitemap is not there": ("sitemap", changed("sitemap.xml", "</urlset>", f"<url><loc>{BASE}x.html</loc><x:link hreflang='de' href='{BASE}x.html'/><x:link hreflang='en' href='{BASE}x.html'/></url></urlset>")),
    "the sitemap names another site": ("sitemap", changed("sitemap.xml", "</urlset>", "<url><loc>https://a.example/</loc></url></urlset>")),
    "the sitemap names data": ("sitemap", changed("sitemap.xml", "</urlset>", f"<url><loc>{BASE}efa-lod.ttl</loc><x:link hreflang='de' href='{BASE}efa-lod.ttl'/><x:link hreflang='en' href='{BASE}efa-lod.ttl'/></url></urlset>")),
    "the sitemap is broken": ("sitemap", changed("sitemap.xml", "</urlset>", "")),
    "the sitemap blows up": ("sitemap", changed("sitemap.xml", "<urlset", '<!DOCTYPE a [<!ENTITY b "c">]><urlset')),
    "a language without its pair": ("hreflang", changed("sitemap.xml", 'hreflang="en"', 'hreflang="fr"')),
    "languages that do not lead back": ("hreflang", changed("sitemap.xml", f'<url><loc>{BASE}en/state/sh.html</loc><x:link rel="alternate" hreflang="de" href="{BASE}state/sh.html"/>', f'<url><loc>{BASE}en/state/sh.html</loc><x:link rel="alternate" hreflang="de" href="{BASE}state/by.html"/>')),
    "robots.txt of a rehearsal": ("robots", changed("robots.txt", "Allow", "Disallow")),
    "robots.txt without the sitemap": ("robots", changed("robots.txt", "Sitemap", "Map")),
    "the catalogue names no file": ("catalogue", changed("catalog.ttl", "efa-lod.ttl", "efa-lod.nt")),
    "the catalogue has another size": ("catalogue", changed("catalog.ttl", "byteSize ", "byteSize 1")),
    "the catalogue has another type": ("catalogue", changed("catalog.ttl", "media-types/text/turtle", "media-types/text/csv")),
    "the catalogue is broken": ("catalogue", changed("catalog.ttl", "dcat:Distribution", "")),
}  # fmt: skip


@pytest.mark.parametrize(("name", "change"), WRONG_FILES.values(), ids=WRONG_FILES)
def test_a_site_with_one_fault_in_its_files_is_told_that_fault(name: str, change: Callable[[Files], Files]) -> None:
    """What pages, sitemap, robots.txt and catalogue promise is held against the site."""
    before = small_site()
    files = change(before)
    assert files != before
    with serving(listed(files)) as (url, _):
        made = check_site(url, bounds=FEW)

    assert [name] == [*failed(made)]


def test_digests_that_contradict_the_inventory_are_found(site: Files) -> None:
    """A line that differs, one that is missing and one too many."""
    lines = site["SHA256SUMS"][1].decode().splitlines(keepends=True)
    altered = ["0" * 64 + lines[0][64:], *lines[2:], f"{'1' * 64}  more.txt\n"]
    with serving({**site, "SHA256SUMS": ("text/plain", "".join(altered).encode())}) as (url, _):
        made = check_site(url, bounds=FEW)

    assert ["sums"] == [*failed(made)]
    assert 3 == len(failed(made)["sums"])


def test_every_check_has_a_site_that_fails_it() -> None:
    """No check is there that could not fail."""
    tried = {name for name, _ in [*WRONG.values(), *WRONG_FILES.values()]}

    assert {"sums", "complete", "https"} | OF_RELEASES == {*CHECKS} - tried  # these have tests of their own


def test_http_leads_to_https_for_good(site: Files) -> None:
    """A redirect for a while, one to another page and no redirect are told apart from the right one."""
    answers = {"a": (301, "https://x.example/a"), "b": (302, "https://x.example/b"), "c": (301, "https://x.example/"), "d": (200, "")}  # fmt: skip

    def redirect(asked: Asked, reply: Reply) -> Reply:
        status, target = answers[asked.path]
        return Reply(status, {"Location": target} if target else {})

    manners = FetchPolicy("t", seconds=3, tries=1, pause=0, private=True, robots=False)
    with serving(site, redirect) as (url, _), Fetcher(manners) as fetcher:
        session = SiteCheckSession(url, fetcher, FEW)
        found = {path: secured(session, url + path, f"https://x.example/{path}").finding for path in answers}
        closed = secured(session, "http://127.0.0.1:1/", "https://x.example/").finding

    assert ["a"] == [path for path, finding in found.items() if finding is None]
    assert closed is not None
    assert "no connection" in closed.found["en"]


# --- a site that is not there, or does harm -------------------------------------------------------------------------


def test_a_site_that_cannot_be_reached_ends_with_2(cli: Cli) -> None:
    """No connection, no answer and no site: one line, and exit code 2."""
    with silent() as nobody:
        found = [cli("check-site", url, "--seconds", 0.3) for url in ("http://127.0.0.1:1/", nobody, "ftp://x/", "x")]

    assert [(2, "", 1)] * 4 == [(one.exit_code, one.stdout, one.stderr.count("\n")) for one in found]
    assert "no connection to 127.0.0.1:1" in found[0].stderr
    assert "no complete answer within 0.3 seconds" in found[1].stderr
    assert "expected the address of a site that begins with https:// or http://" in found[2].stderr


NO_SITE: Mapping[str, tuple[Tamper, str]] = {
    "another site": (only(at("build.json"), lambda reply: Reply(404)), "expected 200 and the list of files that efa-lod build writes, found 404 – upload all of dist/, or name it with --dist"),
    "moved": (only(at(""), lambda reply: Reply(301, {"Location": "https://new.example/"})), "redirects to https://new.example/ – check the site at that address"),
    "a list that is none": (only(at("build.json"), lambda reply: Reply(200, {}, b"[]")), "expected the list of files that efa-lod build writes, found none"),
    "deep": (only(at("build.json"), lambda reply: Reply(200, {}, b"[" * 200_000)), "expected the list of files that efa-lod build writes, found none"),
    "no base": (only(at("build.json"), lambda reply: Reply(200, {}, b'{"baseIri": "x", "version": "1", "files": []}')), "baseIri: expected an address that ends in a slash, found 'x'"),
    "a command": (only(at("build.json"), lambda reply: Reply(200, {}, json.dumps({"baseIri": BASE, "version": "1", "files": [{"path": "a;$(reboot).ttl", "mediaType": TURTLE, "bytes": 1, "sha256": ""}]}).encode())), "expected files below the folder of the site, found 'a;$(reboot).ttl'"),
    "a way out": (only(at("build.json"), lambda reply: Reply(200, {}, json.dumps({"baseIri": BASE, "version": "1", "files": [{"path": "../etc/passwd", "mediaType": "", "bytes": 1, "sha256": ""}]}).encode())), "expected files below the folder of the site, found '../etc/passwd'"),
}  # fmt: skip


@pytest.mark.parametrize(("tamper", "message"), NO_SITE.values(), ids=NO_SITE)
def test_what_is_no_site_of_ours_ends_with_2(tamper: Tamper, message: str, site: Files, cli: Cli) -> None:
    """A site that nothing can be expected of is told in one line."""
    with serving(site, tamper) as (url, _):
        found = cli("check-site", url)

    assert (2, "", 1) == (found.exit_code, found.stdout, found.stderr.count("\n"))
    assert message in found.stderr


def test_a_redirect_into_the_network_is_not_followed(site: Files) -> None:
    """The host that was named may be on this machine; what a link there leads to may not."""
    with serving(site) as (inside, asked):
        target = inside.replace("127.0.0.1", "127.0.0.2")
        lead = only(at("state/by"), lambda r: r.having(Location=f"{target}state/by.html") if r.status == 303 else r)
        with serving(site, lead) as (url, _):
            made = check_site(url, bounds=FEW)

    assert [] == asked
    assert {"dereference", "links"} == {*failed(made)}
    assert "private address, which you have not named" in failed(made)["links"][0].found["en"]


def test_bounds_end_a_check_that_is_then_not_whole(site: Files, cli: Cli) -> None:
    """Requests, bytes and time are limited; what is cut off never passes, and says how to go on."""
    with serving(site) as (url, asked):
        few = check_site(url, bounds=replace(FEW, requests=20))
        many = len(asked)
        little = check_site(url, bounds=replace(FEW, bytes=10_000))
        told = cli("check-site", url, "--requests", 30)
        none = [cli("check-site", url, *option) for option in (("--requests", 1), ("--minutes", 1e-9))]

    assert [2, 2] == [one.exit_code for one in none]
    assert [20, 20] == [few.requests, many]
    assert [["complete"]] * 2 == [[*failed(few)], [*failed(little)]]
    assert 1 == told.exit_code
    assert "found:    the end after 30 requests" in told.stdout


def test_a_site_that_sends_without_end_costs_no_more_than_was_listed(site: Files) -> None:
    """A file that is far larger than listed is given up."""
    endless = only(at("state/sh.ttl"), lambda reply: replace(reply, body=b"#" * 3_000_000) if reply.body else reply)
    with serving(site, endless) as (url, _):
        made = check_site(url, bounds=FEW)

    assert "far more than expected" in failed(made)["content"][0].found["en"]


def test_what_a_site_says_cannot_steer_a_terminal(site: Files, cli: Cli) -> None:
    """Control characters in headers and lists are shown as blanks."""
    evil = only(ends(""), lambda reply: reply.having(Server="\x1b[31mx", Content_Type="text/\x1b]0;x\x07"))
    with serving(site, evil) as (url, _):
        found = [cli("check-site", url, "--format", name).stdout for name in SITE_REPORT_FORMATS]

    assert [] == [text for text in found if "\x1b" in text or "\x07" in text]
    assert "failure" in {child.tag for case in ElementTree.fromstring(found[2]) for child in case}


# --- small parts ----------------------------------------------------------------------------------------------------


def test_the_address_of_a_site_is_taken_as_people_write_it() -> None:
    """With and without slash, or with its start page; what is no address is refused."""
    assert {"https://a.example/efa/"} == {
        root_of(f"https://a.example/efa{end}") for end in ("", "/", "/index.html", "/build.json")
    }
    for url in ("a.example", "https://", "http://[::1", "https://a.example/?x", "file:///x", "https://a:x/"):
        with pytest.raises(BrokenInput):
            root_of(url)


def test_a_sample_is_spread_evenly_over_each_kind() -> None:
    """Files at the root are of a kind of their own; first and last of a folder are among the sample."""
    states = [f"state/{number:02}.ttl" for number in range(100)]
    chosen = sample([*states, "a.ttl", "b.ttl", "en/a.html", "en/b.html"], 3)

    assert ["state/00.ttl", "state/50.ttl", "state/99.ttl", "a.ttl", "b.ttl", "en/a.html", "en/b.html"] == chosen
    assert states[:1] == sample(states, 1)
    assert states == sample(states, 100)


def test_a_page_is_read_for_what_it_leads_to_and_loads() -> None:
    """Links and resources are told apart, in whatever way they are written."""
    read = read_contents(
        b"<a HREF=' x '>1</a><a name=n id=i><img src=y><link rel=icon href=z><link rel=next href=w><form action=q>"
        b"<script src=s></script><svg><use href='#u'/></svg><a href=>"
    )

    assert (["x", "w", "q"], ["y", "z", "s", "#u"], {"n", "i"}) == (read.links, read.resources, read.names)


def test_the_kind_of_server_is_told_by_its_name() -> None:
    """What is not known is advised on all kinds."""
    names = {"Apache/2.4.62 (Debian)": "apache", "nginx": "nginx", "Caddy": "caddy", "AmazonS3": "object-storage", "SimpleHTTP": ""}  # fmt: skip

    assert names == {name: kind_of_server(name) for name in names}


def test_options_on_offer_are_those_of_the_tables() -> None:
    """The command line names formats and servers without importing them."""
    assert (SITE_REPORT_FORMATS, OFFERED) == (tuple(SITE_REPORTS), tuple(SERVERS))


def test_everything_is_said_in_both_languages() -> None:
    """Titles, remedies and lines that are sentences exist in German and English."""
    texts = [text for check in CHECKS.values() for text in (check.title, check.remedy)]
    texts += [lines for check in CHECKS.values() for lines in check.lines.values() if isinstance(lines, Mapping)]

    assert [{"de", "en"}] * len(texts) == [{*text} for text in texts]
    assert {*SERVERS} >= {server for check in CHECKS.values() for server in check.lines}


def test_the_inventory_is_read_as_a_build_writes_it(dist: Path) -> None:
    """A real build has files and things that can be asked for."""
    inventory = read_inventory((dist / "build.json").read_bytes(), "build.json")

    assert inventory.has("catalog.ttl")
    assert {"ontology", "catalog"} <= {*inventory.things}


# --- reports --------------------------------------------------------------------------------------------------------


def test_reports_say_where_what_and_what_to_change(site: Files, cli: Cli) -> None:
    """People are told in German or English, programs in JSON and JUnit; the exit code is 1."""
    plain = only(ends("state/sh.ttl"), lambda reply: having(Content_Type="text/plain")(reply).having(Server="nginx"))
    with serving(site, lambda asked, reply: plain(asked, reply.having(Server="nginx/1.24"))) as (url, _):
        german, english = (cli("check-site", url, "--lang", language) for language in ("de", "en"))
        data = json.loads(cli("check-site", url, "--format", "json").stdout)
        suite = ElementTree.fromstring(cli("check-site", url, "--format", "junit").stdout)

    assert (1, 1) == (german.exit_code, english.exit_code)
    told = f"""\
media-type: Every file comes with its exact media type.
  expected: text/turtle
  found:    text/plain
      {url}state/sh.ttl
"""
    assert told in english.stdout
    assert (
        "    nginx:\n      # http { }\n      include mime.types;\n      types {\n          text/turtle ttl;\n      }\n"
        in english.stdout
    )
    assert "Apache:" not in english.stdout
    assert "  erwartet: text/turtle\n  gefunden: text/plain\n" in german.stdout
    assert german.stdout.endswith("1 von 22 Prüfungen nicht bestanden.\n")
    [wrong] = [check for check in data["checks"] if check["passes"] is False]
    assert (url, False, "media-type") == (data["url"], data["passes"], wrong["name"])
    assert [{"url": f"{url}state/sh.ttl", "expected": {"de": TURTLE, "en": TURTLE}, "found": {"de": "text/plain", "en": "text/plain"}}] == wrong["findings"]  # fmt: skip
    assert ("1", str(len(NEVER_SEEN)), str(len(CHECKS))) == (
        suite.get("failures"),
        suite.get("skipped"),
        suite.get("tests"),
    )


def test_a_server_without_rules_is_told_all_that_it_lacks(dist: Path, tmp_path: Path, cli: Cli) -> None:
    """Python's own server sends a folder as it is: it lacks types, 303, 406, compression, CORS and ETag."""
    command = [sys.executable, "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(dist)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1, env={"PYTHONUNBUFFERED": "1"}) as server:  # fmt: skip
        try:
            assert server.stdout
            url = server.stdout.readline().rpartition("(")[2].rpartition(")")[0]
            data = json.loads(cli("check-site", url, "--format", "json", "--limit", 5).stdout)
        finally:
            server.kill()

    wrong = {check["name"] for check in data["checks"] if check["passes"] is False}
    assert {
        "media-type",
        "named-type",
        "cache",
        "compression",
        "dereference",
        "not-acceptable",
        "cors",
        "nosniff",
    } <= wrong
    assert not {"content", "sums", "head", "complete"} & wrong
    assert "AddType application/x-ipynb+json .ipynb" in next(
        c["lines"]["apache"] for c in data["checks"] if c["name"] == "media-type"
    )


# --- real servers ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site_folder(dist: Path) -> Iterator[Path]:
    """Give a folder with a whole site, as it is deployed."""
    with deployed(dist) as folder:
        yield folder


@pytest.mark.parametrize("name", hosting.SERVERS)
def test_a_site_behind_a_real_server_with_our_rules_passes(name: str, site_folder: Path) -> None:
    """Our own server, Apache, nginx and Caddy, with the rules that come with the site, do all that is checked."""
    with hosting.SERVERS[name](site_folder) as server:
        made = check_site(server.address, site_folder, replace(FEW, kind=3))

    assert {} == failed(made)
    assert {"dereference", "not-acceptable", "compression", "cache"} <= {c.name for c in made.checks if c.looks}


HEALED = ("media-type", "named-type", "cache", "compression", "cors", "nosniff", "csp", "not-found")
"""What the lines of advice alone bring about; documents by Accept need the rules that come with a site."""


def advice(made: SiteCheck, server: str) -> dict[str, list[str]]:
    """Return the lines that a report gives for each failed check that lines can heal."""
    report = json.loads(SITE_REPORTS["json"](replace(made, kind=server), "en"))
    return {
        check["name"]: check["lines"][server]
        for check in report["checks"]
        if check["name"] in HEALED and "lines" in check
    }


def apache_bare(folder: Path, port: int, lines: Mapping[str, list[str]]) -> list[str]:
    """Configure Apache as it comes, with *lines*, and return the command that starts it."""
    work, modules = folder.parent, Path("/usr/lib/apache2/modules")
    (work / "empty.types").write_text("text/html html\ntext/css css\n")
    given = "\n".join(line for block in lines.values() for line in block)
    (work / "bare.conf").write_text(
        f'ServerRoot "{work}"\nPidFile "{work}/bare.pid"\nErrorLog "{work}/bare.log"\nServerName localhost\n'
        f"Listen 127.0.0.1:{port}\nStartServers 1\nThreadsPerChild 8\nMaxRequestWorkers 16\n"
        + "".join(f"LoadModule {name}_module {modules}/mod_{name}.so\n" for name in hosting.MODULES)
        + ("User nobody\nGroup nogroup\n" if os.geteuid() == 0 else "")
        + f'TypesConfig "{work}/empty.types"\nDocumentRoot "{folder}"\nErrorDocument 404 http://127.0.0.1:{port}/\n'
        f'FileETag None\n<Directory "{folder}">\nAllowOverride None\nRequire all granted\n{given}\n</Directory>\n'
    )
    return [hosting._program("apache2", "apache2-bin"), "-f", str(work / "bare.conf"), "-DFOREGROUND"]


def nginx_bare(folder: Path, port: int, lines: Mapping[str, list[str]]) -> list[str]:
    """Configure nginx as it comes, with *lines*, and return the command that starts it."""
    work = folder.parent
    (work / "mime.types").write_text("types { text/html html; text/css css; }\n")
    types = "\n".join(lines.get("media-type", ["include mime.types;"]))
    missing = "\n".join(lines.get("not-found", ["try_files $uri $uri/ /index.html;", "etag off;"]))
    given = "\n".join(
        line for name, block in lines.items() if name not in ("media-type", "not-found") for line in block
    )
    temporary = "".join(
        f"{kind}_temp_path {work}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (work / "bare.conf").write_text(
        f"daemon off; pid {work}/bare.pid; error_log {work}/bare.log; worker_processes 1;\n"
        + ("user root;\n" if os.geteuid() == 0 else "")
        + f"events {{ }}\nhttp {{ access_log off; {temporary}\n{types}\n"
        f"server {{ listen 127.0.0.1:{port}; root {folder}; {given}\nlocation / {{ {missing} }}\n}} }}\n"
    )
    return [hosting._program("nginx", "nginx-light"), "-c", str(work / "bare.conf"), "-e", str(work / "bare.log")]


def caddy_bare(folder: Path, port: int, lines: Mapping[str, list[str]]) -> list[str]:
    """Configure Caddy as it comes, with *lines*, and return the command that starts it."""
    given = "\n".join(line for name, block in lines.items() if name not in ("not-found", "cache") for line in block)
    missing = "\n".join(lines.get("not-found", ["try_files {path} {path}/index.html /index.html"]))
    served = "\n".join(lines.get("cache", ["file_server", "header -ETag"]))
    (folder.parent / "Caddyfile").write_text(
        f"{{\nadmin off\nauto_https off\n}}\nhttp://127.0.0.1:{port} {{\nroot * {folder}\n{given}\n{missing}\n{served}\n}}\n"
    )
    return [
        hosting._program("caddy", "caddy"),
        "run",
        "--adapter",
        "caddyfile",
        "--config",
        str(folder.parent / "Caddyfile"),
    ]


BARE = {"apache": apache_bare, "nginx": nginx_bare, "caddy": caddy_bare}


@pytest.mark.parametrize("name", BARE)
def test_the_lines_of_advice_heal_what_they_are_for(name: str, site: Files) -> None:
    """A server without rules fails; with the lines of the report in its configuration, these checks pass."""
    folder = Path(tempfile.mkdtemp(prefix="efa-lod-bare-"))
    try:
        folder.chmod(0o755)
        root = written(site, folder / "dist")
        found = []
        lines: Mapping[str, list[str]] = {}
        for _ in range(2):
            port = hosting.free_port()
            own = {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
            with hosting.running(BARE[name](root, port, lines), port, **own) as server:
                made = check_site(server.address, bounds=FEW)
            found.append(failed(made))
            lines = advice(made, name)
    finally:
        shutil.rmtree(folder)

    assert {*HEALED} == {*HEALED} & {*found[0]}
    assert {} == {check: findings for check, findings in found[1].items() if check in HEALED}
