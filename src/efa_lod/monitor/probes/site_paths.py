"""Where a build puts what the probes look for, and how much of it they read."""

from efa_lod.io.http import HttpResponse
from efa_lod.io.limits import MIB
from efa_lod.monitor.findings import (
    ProbeResult,
    both,
    of,
    outcome,
)
from efa_lod.monitor.session import OTHER_ORIGIN

SIGNATURE = "SHA256SUMS.sig"
SITEMAP = "sitemap.xml"
CATALOGUE = "catalog.ttl"
OF_HOST = ".well-known/"
"""What describes the whole host (RFC 8615): whoever runs it may say there more than one site knows."""

MAX_LIST = 64 * MIB
"""Most bytes of a list that says what to expect: inventory, digests, sitemap, catalogue."""
MAX_FILE = 64 * MIB
"""Files with more bytes are not read: of them only headers and length are compared."""
WORTH_PACKING = 1024
"""Least bytes of a file that a server ought to compress."""
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
MISSING = "no-such-thing-as-this"


def header_members(header: str) -> set[str]:
    """Return the members of a list in a *header*, in lower case (RFC 9110, 5.6.1)."""
    return {part.strip().lower() for part in header.split(",")}


def allows_reading(url: str, answer: HttpResponse) -> ProbeResult:
    """Return whether *answer* lets web pages of others read it (CORS)."""
    allowed = answer.headers.get("access-control-allow-origin", "")
    good = allowed in ("*", OTHER_ORIGIN)
    return outcome("cors", url, good, both("Access-Control-Allow-Origin: *"), of(allowed))
