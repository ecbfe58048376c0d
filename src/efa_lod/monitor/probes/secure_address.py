"""Probe whether the address with http leads to the one with https."""

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from efa_lod.io.fetch_errors import NotFetched
from efa_lod.io.http import PERMANENT
from efa_lod.monitor.findings import (
    ProbeResult,
    both,
    outcome,
    status,
)
from efa_lod.monitor.session import SiteCheckSession


def https(session: SiteCheckSession) -> Iterator[ProbeResult]:
    """Look whether the address with http leads to the one with https."""
    parts = urlsplit(session.root)
    if parts.scheme == "https" and parts.port in (None, 443):
        yield secured(session, f"http://{parts.hostname}{parts.path}", session.root)


def secured(session: SiteCheckSession, insecure: str, secure: str) -> ProbeResult:
    """Return whether the address *insecure* leads to *secure* for good."""
    values = {"host": urlsplit(secure).netloc}
    expected = both(f"301 → {secure}")
    try:
        answer = session.ask(insecure)
    except NotFetched as error:
        return outcome("https", insecure, False, expected, both(str(error).removeprefix(f"{insecure}: ")), values)
    target = urljoin(insecure, answer.headers.get("location", ""))
    return outcome("https", insecure, answer.status in PERMANENT and target == secure, expected, status(answer), values)
