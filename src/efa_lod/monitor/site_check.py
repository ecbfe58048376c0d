"""Prove that a deployed site behaves: survey it, and collect what was found, by check.

What to expect comes from the site itself – ``build.json``, ``SHA256SUMS``, the sitemap, the catalogue – or from the
folder that was uploaded. Nothing is written anywhere.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from efa_lod import __version__
from efa_lod.errors import BrokenInput
from efa_lod.io.files import whole_file
from efa_lod.io.http import REDIRECTS, Fetcher, Manners, NotFetched, agent, host_of
from efa_lod.model.publication import WRITTEN_BASE
from efa_lod.monitor.probes import HTML, INVENTORY, LOOKS, MAX_LIST, SUMS
from efa_lod.monitor.remedies import CHECKS, RULES, kind_of_server
from efa_lod.monitor.session import (
    MIB,
    Bounds,
    Finding,
    Inventory,
    Listed,
    Outcome,
    Spent,
    Survey,
    outcome,
    plain,
    read_inventory,
    sample,
    told,
)
from efa_lod.web.record_documents import TABLE_FILE, is_path


@dataclass(frozen=True)
class Checked:
    """What came of the check of that name: how often it was looked – 0 where it does not apply – and what was found."""

    name: str
    looks: int
    findings: Sequence[Finding]


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
    checks: Sequence[Checked]
    files: int
    requests: int
    bytes: int
    whole: bool

    @property
    def passes(self) -> bool:
        """Tell whether nothing was found."""
        return not any(checked.findings for checked in self.checks)


def root_of(url: str) -> str:
    """Return the address of the folder of a site from what the user has named: the folder, or its start page.

    Raise BrokenInput when it is no address of a site.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise BrokenInput(f"{url}: no address that can be read: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BrokenInput(f"{url}: expected the address of a site that begins with https:// or http://")
    if parts.query or parts.fragment:
        raise BrokenInput(f"{url}: expected the address of the site's folder, without what follows ? or #")
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
    manners = Manners(who, bounds.seconds, tries=2, backoff=0.5, pause=0, named=named, robots=False)
    with Fetcher(manners) as fetcher:
        survey = Survey(root, fetcher, bounds)
        try:
            _begin(survey, folder)
        except Spent as spent:
            raise BrokenInput(
                f"{root}: what --requests, --megabytes and --minutes allow ends before the check"
            ) from spent
        outcomes: list[Outcome] = []
        try:
            for look in LOOKS:
                progress(look.__name__)
                outcomes.extend(look(survey))
            outcomes.append(Outcome("complete"))
        except Spent:
            outcomes.append(_spent(survey))
    return SiteCheck(
        root,
        survey.inventory.base_iri,
        survey.inventory.version,
        survey.server,
        server or kind_of_server(survey.server),
        [path for path in RULES.values() if survey.inventory.has(path)],
        _collected(outcomes),
        len(survey.inventory.served),
        survey.requests,
        survey.bytes,
        sample(survey.inventory.served, bounds.kind) == survey.inventory.served,
    )


def _spent(survey: Survey) -> Outcome:
    found = told(
        "Schluss nach {n} Anfragen und {m} MiB",
        "the end after {n} requests and {m} MiB",
        n=survey.requests,
        m=survey.bytes // MIB,
    )
    return outcome("complete", survey.root, False, told("eine ganze Prüfung", "a whole check"), found)


def _collected(outcomes: Sequence[Outcome]) -> list[Checked]:
    """Return what came of each check, in the order of the table."""
    looks: dict[str, int] = defaultdict(int)
    findings: dict[str, dict[Any, Finding]] = {name: {} for name in CHECKS}
    for one in outcomes:
        looks[one.check] += 1
        if one.finding:
            key = one.finding.url, one.finding.expected["en"], one.finding.found["en"]
            findings[one.check][key] = one.finding
    return [Checked(name, looks[name], list(found.values())) for name, found in findings.items()]


def _begin(survey: Survey, folder: Path | None) -> None:
    """Look whether the site is there, and take note of what to expect of it."""
    start = survey.ask(survey.root, headers={"Accept": HTML})
    survey.server = start.headers.get("server", "")[:100]
    if start.status in REDIRECTS:
        target = urljoin(survey.root, start.headers.get("location", ""))[:200]
        raise BrokenInput(f"{survey.root}: redirects to {plain(target)} – check the site at that address")
    if folder is not None:
        try:
            survey.inventory = _of_folder(folder)
        except BrokenInput as error:
            raise BrokenInput(f"--dist: expected a folder that efa-lod build wrote: {error}") from error
    else:
        url = survey.url(INVENTORY)
        answer = survey.ask(url, most=MAX_LIST, headers={"Accept-Encoding": "gzip"})
        if answer.status != 200:
            raise BrokenInput(
                f"{url}: expected 200 and the list of files that efa-lod build writes, found {answer.status} – upload"
                " all of dist/, or name it with --dist"
            )
        survey.inventory = read_inventory(answer.content, url)
    survey.withdrawn = _withdrawn(survey)


def _of_folder(folder: Path) -> Inventory:
    """Return the inventory in *folder*, with the files that no inventory can list: itself and the digests."""
    listed = read_inventory(whole_file(folder / INVENTORY), str(folder / INVENTORY))
    own = {SUMS: "text/plain", INVENTORY: "application/json"}
    found = {}
    for path, media_type in own.items():
        data = whole_file(folder / path)
        found[path] = Listed(media_type, len(data), hashlib.sha256(data).hexdigest())
    return Inventory(listed.base_iri, listed.version, {**listed.files, **found})


def _withdrawn(survey: Survey) -> list[str]:
    """Return the paths that the site says are withdrawn."""
    if not survey.inventory.has(TABLE_FILE):
        return []
    try:
        said = json.loads(survey.ask(survey.url(TABLE_FILE), most=MIB).content or b"{}").get("withdrawn", [])
        return [path for path in said if isinstance(path, str) and is_path(path)]
    except (NotFetched, ValueError, AttributeError, TypeError, RecursionError):
        return []
