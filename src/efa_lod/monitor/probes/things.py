"""Probe whether the IRIs of things lead to their documents, and what happens where there is none."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urljoin

from efa_lod.io.http import HttpResponse
from efa_lod.monitor.findings import (
    ProbeResult,
    bilingual,
    both,
    needs_answers,
    of,
    outcome,
    status,
)
from efa_lod.monitor.inventory import kind_of, sample, spread
from efa_lod.monitor.probes.site_paths import BROWSER, MISSING, allows_reading, header_members
from efa_lod.monitor.session import SiteCheckSession
from efa_lod.rdf.formats import TURTLE
from efa_lod.web.negotiation import HTML, accepted

_UNKNOWN_MEDIA_TYPE = "application/x-nothing-of-the-kind"


def probe_things(session: SiteCheckSession) -> Iterator[ProbeResult]:
    """Look whether the IRIs of things lead to their documents, and what happens where there is none."""
    known = session.inventory.things
    chosen = sample([*known], session.bounds.kind)
    kinds: dict[str, str] = {}
    for path in chosen:
        kinds.setdefault(kind_of(path), path)
    yield from session.each(chosen, lambda path: _thing(session, path, known[path], path in kinds.values()))


def _thing(session: SiteCheckSession, path: str, documents: Mapping[str, str], closely: bool) -> Iterator[ProbeResult]:
    """Yield how the IRI of a thing answers: for each of its formats and, *closely*, for what programs send."""
    headers = [*documents]
    if closely:
        headers += ["*/*", BROWSER, *_preferences([*documents])]
    for accept in dict.fromkeys(headers):
        chosen = accepted(accept, tuple(documents))
        if chosen is not None and (path or chosen != HTML):  # the start page is sent at once
            yield from _led(session, path, accept, documents[chosen])
    if closely:
        yield from _refused(session, path)


def _preferences(media_types: Sequence[str]) -> list[str]:
    """Return headers Accept that like the second of *media_types* less than the third, and the reverse."""
    data = [media_type for media_type in media_types if media_type != HTML][:2]
    if len(data) < 2:
        return []
    one, other = data
    return [f"{one};q=0.5, {other}", f"{one}, {other};q=0.5, {HTML};q=0.1"]


@needs_answers("dereference")
def _led(session: SiteCheckSession, path: str, accept: str, document: str) -> Iterator[ProbeResult]:
    url = session.url(path)
    answer = session.ask(url, headers={"Accept": accept})
    found = status(answer)
    target = urljoin(url, answer.headers.get("location", "")) if answer.status == 303 else ""
    expected = bilingual("303 → {d} für Accept: {a}", "303 → {d} for Accept: {a}", d=document, a=accept)
    yield outcome("dereference", url, bool(target) and session.here(target) == session.url(document), expected, found)
    if answer.status == 303:
        yield _varies(url, answer)
        yield allows_reading(url, answer)


def _varies(url: str, answer: HttpResponse) -> ProbeResult:
    vary = answer.headers.get("vary", "")
    return outcome("vary", url, bool({"accept", "*"} & header_members(vary)), both("Vary: Accept"), of(vary))


@needs_answers("not-acceptable")
def _refused(session: SiteCheckSession, path: str) -> Iterator[ProbeResult]:
    url = session.url(path)
    answer = session.ask(url, headers={"Accept": _UNKNOWN_MEDIA_TYPE})
    expected = bilingual("406 für Accept: {a}", "406 for Accept: {a}", a=_UNKNOWN_MEDIA_TYPE)
    yield outcome("not-acceptable", url, answer.status == 406, expected, status(answer))
    if answer.status == 406:
        yield _varies(url, answer)


def missing(session: SiteCheckSession) -> Iterator[ProbeResult]:
    """Look what happens where there is nothing, and where there is nothing any more."""
    folders = sorted({f"{posixpath.dirname(path)}/" for path in session.inventory.things if "/" in path})
    paths = [f"{folder}{MISSING}" for folder in ("", *folders)]
    paths += [f"{path}{suffix}" for path in paths[:2] for suffix in (".html", TURTLE.suffix)]
    table = session.inventory.table
    paths = [path for path in paths if not table.variants(path, session.inventory.has)]
    for check, expected, asked in (("not-found", 404, paths), ("gone", 410, spread(session.withdrawn, 5))):
        probe = needs_answers(check)(_with_status)
        for path in asked:
            yield from probe(session, check, session.url(path), expected)


def _with_status(session: SiteCheckSession, check: str, url: str, expected: int) -> Iterator[ProbeResult]:
    answer = session.ask(url)
    yield outcome(check, url, answer.status == expected, both(expected), status(answer))
