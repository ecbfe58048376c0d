"""The check of a deployed site finds each fault of a server and of files, and calls it by its name."""

import gzip
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from efa_lod.io.fetch_policy import FetchPolicy
from efa_lod.io.http import Fetcher
from efa_lod.monitor.probes.secure_address import secured
from efa_lod.monitor.remedies import CHECKS
from efa_lod.monitor.session import SiteCheckSession
from efa_lod.monitor.site_check import check_site
from efa_lod.web.negotiation import takes_gzip
from support.faulty_sites import (
    BASE,
    EVERYWHERE,
    FEW,
    JSON_LD,
    OF_RELEASES,
    TURTLE,
    Asked,
    Files,
    Reply,
    Tamper,
    at,
    changed,
    ends,
    failed,
    having,
    listed,
    only,
    serving,
    small_site,
)


@pytest.fixture(scope="module")
def site() -> Files:
    """Return the files of a small site."""
    return listed(small_site())


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
