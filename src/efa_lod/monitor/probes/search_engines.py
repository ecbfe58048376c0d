"""Probe whether search engines find their way: sitemap, languages, robots.txt."""

from collections.abc import Iterator, Mapping
from urllib.parse import urljoin
from urllib.robotparser import RobotFileParser

from efa_lod.errors import BrokenInput
from efa_lod.io.fetch_errors import NotFetched
from efa_lod.io.limits import MIB
from efa_lod.io.messages import reason
from efa_lod.monitor.findings import (
    ProbeResult,
    bilingual,
    both,
    error_texts,
    needs_answers,
    outcome,
    status,
)
from efa_lod.monitor.inventory import sample
from efa_lod.monitor.probes.site_paths import MAX_LIST, SITEMAP
from efa_lod.monitor.session import SiteCheckSession
from efa_lod.web.negotiation import HTML


def search(session: SiteCheckSession) -> Iterator[ProbeResult]:
    """Look whether search engines find their way: sitemap, languages, robots.txt."""
    if session.inventory.has(SITEMAP):
        try:
            listed = _sitemap(session, session.url(SITEMAP))
        except (NotFetched, BrokenInput) as error:
            expected = bilingual("eine Sitemap", "a sitemap")
            yield outcome("sitemap", session.url(SITEMAP), False, expected, error_texts(error))
        else:
            yield from _listed(session, listed)
    yield from _robots(session)


Alternates = Mapping[str, str]
"""The addresses of a page by language."""


def _sitemap(session: SiteCheckSession, url: str, depth: int = 0) -> dict[str, Alternates]:
    """Return the addresses in the sitemap at *url*, and in those that it lists, each with its languages."""
    from xml.etree import ElementTree

    answer = session.ask(url, most=MAX_LIST, headers={"Accept-Encoding": "gzip"})
    if answer.status != 200:
        raise BrokenInput(*[f"{answer.status}"] * 2)
    if b"<!DOCTYPE" in answer.content or b"\0" in answer.content:
        raise BrokenInput(*["<!DOCTYPE …>"] * 2)  # entities, plain or in another encoding, can blow up what is read
    try:
        tree = ElementTree.fromstring(answer.content)
    except (ElementTree.ParseError, ValueError) as error:
        raise BrokenInput(*reason(error)) from error
    listed: dict[str, Alternates] = {}
    for entry in tree.iterfind(f"{_SITEMAPS}sitemap"):
        part = session.here((entry.findtext(f"{_SITEMAPS}loc") or "").strip())
        if part and not depth:
            listed |= _sitemap(session, part, depth + 1)
    for entry in tree.iterfind(f"{_SITEMAPS}url"):
        others = {link.get("hreflang", ""): link.get("href", "") for link in entry.iterfind(f"{_XHTML}link")}
        listed[(entry.findtext(f"{_SITEMAPS}loc") or "").strip()] = others
    return listed


_SITEMAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_XHTML = "{http://www.w3.org/1999/xhtml}"


def _listed(session: SiteCheckSession, listed: Mapping[str, Alternates]) -> Iterator[ProbeResult]:
    for url in listed:
        if session.here(url) is None:
            below = bilingual("eine Adresse unter {b}", "an address below {b}", b=session.inventory.base_iri)
            yield outcome("sitemap", session.url(SITEMAP), False, below, both(url[:200]))
    paths = {here.removeprefix(session.root): url for url in listed if (here := session.here(url)) is not None}
    chosen = sample(sorted(paths), session.bounds.kind)
    yield from session.each(chosen, lambda path: _entry(session, session.root + path))
    for path in chosen:
        yield from _languages(session, paths[path], listed)


@needs_answers("sitemap")
def _entry(session: SiteCheckSession, url: str) -> Iterator[ProbeResult]:
    answer = session.look(url)
    good = answer.status == 200 and not answer.steps and answer.media_type == HTML
    found = f"{answer.status} {answer.media_type}" + (f" ({answer.url})" if answer.steps else "")
    yield outcome("sitemap", url, good, both(f"200 {HTML}"), both(found))


def _languages(session: SiteCheckSession, url: str, listed: Mapping[str, Alternates]) -> Iterator[ProbeResult]:
    others = listed[url]
    pair = bilingual("de und en, die aufeinander verweisen", "de and en that refer to each other")
    found = ", ".join(f"{tag} {other}" for tag, other in sorted(others.items()))
    good = {"de", "en"} <= {*others} and url in others.values()
    back = all(listed.get(other) == others for tag, other in others.items() if tag != "x-default")
    place = session.here(url) or url
    yield outcome("hreflang", place, good and back, pair, both(found[:300]) if found else bilingual("keine", "none"))


@needs_answers("robots")
def _robots(session: SiteCheckSession) -> Iterator[ProbeResult]:
    """Yield whether the robots.txt at the origin, the one that counts (RFC 9309, 2.3), lets programs in."""
    url = urljoin(session.root, "/robots.txt")
    is_ours = url == session.url("robots.txt")
    answer = session.ask(url, most=MIB)
    if answer.status != 200:
        expected = bilingual("200, oder 404: dann ist alles offen", "200, or 404: then everything is open")
        good = 400 <= answer.status < 500 and not (is_ours and session.inventory.has("robots.txt"))
        yield outcome("robots", url, good, expected, status(answer))
        return
    lines = answer.content.decode("utf-8", "replace").splitlines()
    rules = RobotFileParser()
    rules.parse(lines)
    allows = bilingual("{u} erlaubt für User-agent: *", "{u} allowed for User-agent: *", u=session.root)
    yield outcome("robots", url, rules.can_fetch("*", session.root), allows, bilingual("verboten", "forbidden"))
    if is_ours and session.inventory.has(SITEMAP):
        named = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("sitemap:")]
        good = any(session.here(one) == session.url(SITEMAP) for one in named)
        found = both(", ".join(named)[:200]) if named else bilingual("keine", "none")
        yield outcome("robots", url, good, both(f"Sitemap: {session.inventory.base_iri}{SITEMAP}"), found)
