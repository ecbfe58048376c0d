"""Ask a deployed site within bounds, and remember what it answered.

The number of requests, their parallelism, the wait for each and the bytes that are read are bounded, whatever the site
answers. Of things of one kind (the files of a folder with one suffix) only so many are asked for, evenly spread over
their names, so that two checks of one site ask the same. A site on the own machine may be asked when the user has named
it; what it refers to elsewhere is asked only at public addresses.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

from efa_lod.io.fetch_errors import NotFetched
from efa_lod.io.http import Fetcher, HttpResponse
from efa_lod.io.limits import MIB
from efa_lod.monitor.findings import ProbeResult
from efa_lod.monitor.inventory import Inventory
from efa_lod.monitor.page_contents import PageContents

OTHER_ORIGIN = "https://example.org"
"""The page that a browser would name in a request from elsewhere."""


@dataclass(frozen=True)
class Bounds:
    """How much may be asked: things of one *kind*, and in all *requests*, *bytes* and *minutes*.

    So many *jobs* ask at a time, and a request takes at most so many *seconds*.
    """

    kind: int = 50
    requests: int = 5000
    bytes: int = 512 * MIB
    minutes: float = 15.0
    jobs: int = 4
    seconds: float = 30.0


class BudgetExceeded(Exception):
    """The requests, the bytes or the time that were allowed are used up."""


_T = TypeVar("_T")


class SiteCheckSession:
    """A site that is being checked: where it is, what is expected of it, and what has been asked so far."""

    def __init__(self, root: str, fetcher: Fetcher, bounds: Bounds) -> None:
        self.root = root
        self.bounds = bounds
        self.requests = self.bytes = 0
        self.inventory = Inventory(root, "", {})
        self.server = ""
        self.withdrawn: Sequence[str] = ()
        self.pages: dict[str, PageContents] = {}
        self._fetcher = fetcher
        self._end = time.monotonic() + 60 * bounds.minutes
        self._lock = threading.Lock()
        self._statuses: dict[str, HttpResponse] = {}

    def url(self, path: str) -> str:
        """Return where the file at *path* is served; the page of a folder is at the folder."""
        return self.root + quote("" if path == "index.html" else path, safe="/~")

    def here(self, url: str) -> str | None:
        """Return where *url* is on the site that is checked, whichever base it names; None where it is elsewhere."""
        for base in (self.root, self.inventory.base_iri):
            if url.startswith(base):
                return self.root + url[len(base) :]
        return None

    def ask(
        self,
        url: str,
        method: str = "GET",
        most: int = 0,
        headers: Mapping[str, str] | None = None,
        follow: bool = False,
    ) -> HttpResponse:
        """Return what *url* answers, with a content of *most* bytes; raise BudgetExceeded when too much was asked.

        Raise NotFetched, which then names *url*, when there is no complete answer.
        """
        with self._lock:
            spent = self.requests >= self.bounds.requests or self.bytes >= self.bounds.bytes
            if spent or time.monotonic() > self._end:
                raise BudgetExceeded
            self.requests += 1
        usual = {"Accept": "*/*", "Accept-Encoding": "identity", "Origin": OTHER_ORIGIN}
        try:
            answer = self._fetcher.ask(method, url, most, {**usual, **(headers or {})}, follow)
        except NotFetched as error:
            error.asked = url
            raise
        with self._lock:
            self.bytes += len(answer.content)
            self.requests += len(answer.steps)
        return answer

    def look(self, url: str) -> HttpResponse:
        """Return what *url* answers in the end, without its content; each address is asked once."""
        with self._lock:
            known = self._statuses.get(url)
        if known is None:
            known = self.ask(url, "HEAD", follow=True)
            if known.status >= 400 and known.status not in (404, 410):
                known = self.ask(url, follow=True)
            self.seen(url, known)
        return known

    def seen(self, url: str, answer: HttpResponse) -> None:
        """Remember what *url* answered."""
        with self._lock:
            self._statuses[url] = answer

    def each(self, items: Iterable[_T], look: Callable[[_T], Iterable[ProbeResult]]) -> Iterator[ProbeResult]:
        """Yield the outcomes of *look* at each of *items*, several at a time, in their order."""
        with ThreadPoolExecutor(self.bounds.jobs) as pool:
            try:
                for outcomes in pool.map(lambda item: list(look(item)), items):
                    yield from outcomes
            finally:
                pool.shutdown(cancel_futures=True)
