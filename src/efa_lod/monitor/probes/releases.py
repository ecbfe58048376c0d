"""Look at the releases of a deployed site: frozen folders, signposts, feeds, and the time map."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from efa_lod.errors import BrokenInput
from efa_lod.io.limits import refuse_harmful_xml
from efa_lod.monitor.findings import (
    NO_HEADER,
    ProbeResult,
    bilingual,
    both,
    needs_answers,
    of,
    one_line,
    outcome,
    status,
)
from efa_lod.monitor.inventory import spread
from efa_lod.monitor.session import SiteCheckSession
from efa_lod.releases.sources import DUMP_STEM, SUMS_FILE, read_sums

MAX_FEED = 16 << 20
"""Most bytes of a feed or a list of digests that are read."""
_FROZEN = re.compile(r"release/([0-9]+\.[0-9]+\.[0-9]+)/SHA256SUMS$")
_DATED = re.compile(r'release/([0-9.]{5,50})>;[^\n]{0,100}datetime="([^"\n]{1,60})"')
_MOST = 5


def releases(session: SiteCheckSession) -> Iterator[ProbeResult]:
    """Look whether releases are what their digests say, lead to each other, and are told of by feeds and time map."""
    found = (_FROZEN.match(path) for path in session.inventory.served)
    versions = sorted((one[1] for one in found if one), key=lambda text: [int(part) for part in text.split(".")])
    for version in spread(versions, _MOST):
        yield from _frozen(session, version)
        yield from _signposts(session, version, versions)
    for path in spread([path for path in session.inventory.served if path.endswith(".atom")], _MOST):
        yield from _feed(session, path)
    if session.inventory.has("timemap.link"):
        yield from _time_map(session, versions)


@needs_answers("frozen")
def _frozen(session: SiteCheckSession, version: str) -> Iterator[ProbeResult]:
    """Look whether the digests of a frozen folder are those that the site lists for its files."""
    folder = f"release/{version}/"
    url = session.url(folder + SUMS_FILE)
    content = session.ask(url, most=MAX_FEED).content
    try:
        said = read_sums(content, url)
    except BrokenInput:
        yield outcome(
            "frozen", url, False, bilingual("SHA-256 und Pfad je Zeile", "SHA-256 and path a line"), both("–")
        )
        return
    listed = {
        path: session.inventory.files[folder + path].sha256 for path in said if session.inventory.has(folder + path)
    }
    differing = sorted(path for path in said if listed.get(path) != said[path])
    yield outcome(
        "frozen", url, not differing, bilingual("alle gleich", "all the same"), both(", ".join(differing[:3]))
    )


@needs_answers("signposts")
def _signposts(session: SiteCheckSession, version: str, versions: list[str]) -> Iterator[ProbeResult]:
    """Look whether the page of a release leads to the ones before and after it, and says how to cite it."""
    path = f"release/{version}.html"
    if not session.inventory.has(path):
        return
    at = versions.index(version)
    relations = ["cite-as", "describedby", "latest-version"]
    relations += ["predecessor-version"] if at else []
    relations += ["successor-version"] if at + 1 < len(versions) else []
    url = session.url(path)
    answer = session.ask(url)
    header = answer.headers.get("link", "")
    lacking = [one for one in relations if not re.search(rf'rel="[^"]*\b{one}\b', header)]
    yield outcome(
        "signposts", url, not lacking, both(f"Link: {', '.join(relations)}"), of(header) if header else NO_HEADER
    )


@needs_answers("memento")
def _memento(session: SiteCheckSession, version: str, date: str) -> Iterator[ProbeResult]:
    """Look whether a frozen document says that it is of *date*, and what it was then the state of (RFC 7089)."""
    path = f"release/{version}/{DUMP_STEM}.ttl"
    if not session.inventory.has(path):
        return
    url = session.url(path)
    headers = session.ask(url, method="HEAD").headers
    found, links = headers.get("memento-datetime", ""), headers.get("link", "")
    expected = both(f'Memento-Datetime: {date}, Link: rel="original"')
    fits = found == date and bool(re.search(r'rel="[^"]*\boriginal\b', links))
    yield outcome("memento", url, fits, expected, of(found if found != date else links))


@needs_answers("feeds")
def _feed(session: SiteCheckSession, path: str) -> Iterator[ProbeResult]:
    """Look whether a feed is well-formed and has an identifier for each entry, none twice."""
    url = session.url(path)
    expected = bilingual("Atom (RFC 4287), keine Kennung zweimal", "Atom (RFC 4287), no identifier twice")
    answer = session.ask(url, most=MAX_FEED)
    if answer.status != 200:
        yield outcome("feeds", url, False, expected, status(answer))
        return
    try:
        refuse_harmful_xml(answer.content, url)
        root = ElementTree.fromstring(answer.content)
    except (BrokenInput, ElementTree.ParseError) as error:
        yield outcome("feeds", url, False, expected, both(error))
        return
    ids = [one.text for one in root.iter("{http://www.w3.org/2005/Atom}id")]
    fits = root.tag == "{http://www.w3.org/2005/Atom}feed" and len(ids) == len(set(ids)) and None not in ids
    yield outcome("feeds", url, fits, expected, both(root.tag))


@needs_answers("time-map")
def _time_map(session: SiteCheckSession, versions: list[str]) -> Iterator[ProbeResult]:
    """Look whether the time map lists each release, and whether these say so themselves."""
    url = session.url("timemap.link")
    text = session.ask(url, most=MAX_FEED).content.decode("utf-8", "replace")
    lacking = [version for version in versions if f"release/{version}>" not in text]
    yield outcome("time-map", url, not lacking, bilingual("jede Ausgabe", "each release"), both(", ".join(lacking[:3])))
    dates = dict(_DATED.findall(text))
    for version in spread([version for version in versions if version in dates], _MOST):
        yield from _memento(session, version, one_line(dates[version]))
