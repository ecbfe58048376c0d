"""Prove that a deployed site behaves: session it, and collect what was found, by check.

What to expect comes from the site itself – ``build.json``, ``SHA256SUMS``, the sitemap, the catalogue – or from the
folder that was uploaded. Nothing is written anywhere.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from efa_lod import __version__
from efa_lod.errors import BrokenInput
from efa_lod.io.fetch_errors import NotFetched
from efa_lod.io.fetch_policy import FetchPolicy, agent, host_of
from efa_lod.io.files import whole_file
from efa_lod.io.http import REDIRECTS, Fetcher
from efa_lod.io.limits import MIB
from efa_lod.io.messages import Messages, reason
from efa_lod.model.publication import WRITTEN_BASE
from efa_lod.monitor.findings import ProbeResult, SiteFinding, bilingual, one_line, outcome
from efa_lod.monitor.inventory import Inventory, InventoryEntry, read_inventory, sample
from efa_lod.monitor.probes import PROBES
from efa_lod.monitor.probes.site_paths import MAX_LIST
from efa_lod.monitor.remedies import CHECKS, RULES_FILES, kind_of_server
from efa_lod.monitor.session import Bounds, BudgetExceeded, SiteCheckSession
from efa_lod.web.built_site import INVENTORY, SUMS
from efa_lod.web.negotiation import HTML
from efa_lod.web.redirect_table import TABLE_FILE, is_path

_ERRORS = Messages(__file__, "errors")


@dataclass(frozen=True)
class CheckSummary:
    """What came of the check of that name: how often it was looked – 0 where it does not apply – and what was found."""

    name: str
    looks: int
    findings: Sequence[SiteFinding]


@dataclass(frozen=True)
class SiteCheck:
    """What came of the check of the site at *url*.

    *base_iri* is the base it was published with, *server* what it says of itself, *kind* the kind of server that advice
    is for (empty for all), *rules* the rules for servers that came with it, *whole* whether nothing was left out.
    """

    url: str
    base_iri: str
    version: str
    server: str
    kind: str
    rules: Sequence[str]
    checks: Sequence[CheckSummary]
    files: int
    requests: int
    bytes: int
    whole: bool

    @property
    def passes(self) -> bool:
        """Return whether nothing was found."""
        return not any(checked.findings for checked in self.checks)


def root_of(url: str) -> str:
    """Return the address of the folder of a site from what the user has named: the folder, or its start page.

    Raise BrokenInput when it is no address of a site.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise _ERRORS.broken("no-address", url, reason=reason(error)) from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _ERRORS.broken("no-site-address", url)
    if parts.query or parts.fragment:
        raise _ERRORS.broken("no-folder-address", url)
    path = parts.path.removesuffix("index.html").removesuffix(INVENTORY)
    return f"{parts.scheme}://{parts.netloc}{path if path.endswith('/') else f'{path}/'}"


def check_site(
    url: str,
    folder: Path | None = None,
    bounds: Bounds | None = None,
    server: str = "",
    progress: Callable[[str], object] = lambda name: None,
) -> SiteCheck:
    """Return what came of the check of the site at *url*; *folder* is what was uploaded, where that is at hand.

    *server* is the kind of server that advice is for; it is told by the site itself where it is not given. *progress*
    is told what is looked at next. Raise BrokenInput when the site cannot be reached, or is none that a build wrote.
    """
    bounds, root = bounds or Bounds(), root_of(url)
    who, named = agent(__version__, WRITTEN_BASE), frozenset([host_of(root)])
    manners = FetchPolicy(who, bounds.seconds, tries=2, backoff=0.5, pause=0, named=named, robots=False)
    with Fetcher(manners) as fetcher:
        session = SiteCheckSession(root, fetcher, bounds)
        try:
            _begin(session, folder)
        except BudgetExceeded as spent:
            raise _ERRORS.broken("bounds", root) from spent
        outcomes: list[ProbeResult] = []
        try:
            for look in PROBES:
                progress(look.__name__)
                outcomes.extend(look(session))
            outcomes.append(ProbeResult("complete"))
        except BudgetExceeded:
            outcomes.append(_spent(session))
    return SiteCheck(
        root,
        session.inventory.base_iri,
        session.inventory.version,
        session.server,
        server or kind_of_server(session.server),
        [path for path in RULES_FILES.values() if session.inventory.has(path)],
        _collected(outcomes),
        len(session.inventory.served),
        session.requests,
        session.bytes,
        sample(session.inventory.served, bounds.kind) == session.inventory.served,
    )


def _spent(session: SiteCheckSession) -> ProbeResult:
    found = bilingual(
        "Schluss nach {n} Anfragen und {m} MiB",
        "the end after {n} requests and {m} MiB",
        n=session.requests,
        m=session.bytes // MIB,
    )
    return outcome("complete", session.root, False, bilingual("eine ganze Prüfung", "a whole check"), found)


def _collected(outcomes: Sequence[ProbeResult]) -> list[CheckSummary]:
    """Return what came of each check, in the order of the table."""
    looks: dict[str, int] = defaultdict(int)
    findings: dict[str, dict[object, SiteFinding]] = {name: {} for name in CHECKS}
    for one in outcomes:
        looks[one.check] += 1
        if one.finding:
            key = one.finding.url, one.finding.expected["en"], one.finding.found["en"]
            findings[one.check][key] = one.finding
    return [CheckSummary(name, looks[name], list(found.values())) for name, found in findings.items()]


def _begin(session: SiteCheckSession, folder: Path | None) -> None:
    """Look whether the site is there, and take note of what to expect of it."""
    start = session.ask(session.root, headers={"Accept": HTML})
    session.server = start.headers.get("server", "")[:100]
    if start.status in REDIRECTS:
        target = urljoin(session.root, start.headers.get("location", ""))[:200]
        raise _ERRORS.broken("redirects", session.root, target=one_line(target))
    if folder is not None:
        try:
            session.inventory = _of_folder(folder)
        except BrokenInput as error:
            raise _ERRORS.broken("no-folder", reason=reason(error)) from error
    else:
        url = session.url(INVENTORY)
        answer = session.ask(url, most=MAX_LIST, headers={"Accept-Encoding": "gzip"})
        if answer.status != 200:
            raise _ERRORS.broken("no-list", url, status=answer.status)
        session.inventory = read_inventory(answer.content, url)
    session.withdrawn = _withdrawn(session)


def _of_folder(folder: Path) -> Inventory:
    """Return the inventory in *folder*, with the files that no inventory can list: itself and the digests."""
    listed = read_inventory(whole_file(folder / INVENTORY), str(folder / INVENTORY))
    own = {SUMS: "text/plain", INVENTORY: "application/json"}
    found = {}
    for path, media_type in own.items():
        data = whole_file(folder / path)
        found[path] = InventoryEntry(media_type, len(data), hashlib.sha256(data).hexdigest())
    return Inventory(listed.base_iri, listed.version, {**listed.files, **found})


def _withdrawn(session: SiteCheckSession) -> list[str]:
    """Return the paths that the site says are withdrawn."""
    if not session.inventory.has(TABLE_FILE):
        return []
    try:
        said = json.loads(session.ask(session.url(TABLE_FILE), most=MIB).content or b"{}").get("withdrawn", [])
        return [path for path in said if isinstance(path, str) and is_path(path)]
    except (NotFetched, ValueError, AttributeError, TypeError, RecursionError):
        return []
