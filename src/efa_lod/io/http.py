"""Ask other hosts for pages, links, shapes, catalogues and the files of a site.

A request says who asks, keeps to robots.txt and to a pause between two requests to a host, waits and tries again where
that may help, and ends after a fixed time whatever the other side does. Redirects are followed to http(s) only, and no
connection is used that ends at a private address – looked at when it stands, so that no trick with names gets around
it – unless this is allowed, or the host is one that the user has named. A public address can so lead to nothing in the
network of the one who asks. Behind a proxy named by the environment, the proxy is where connections end.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, TypeVar
from urllib.parse import urljoin, urlsplit

from efa_lod.extras import extra
from efa_lod.io.fetch_errors import NotFetched
from efa_lod.io.fetch_policy import FetchPolicy, refuse_address
from efa_lod.io.http_session import guarded_session, response_to

if TYPE_CHECKING:
    from protego import Protego

MAX_REDIRECTS = 5
PERMANENT = frozenset([301, 308])
REDIRECTS = PERMANENT | {302, 303, 307}
MAX_ROBOTS = 500_000
"""Most bytes of a robots.txt that are read (RFC 9309, 2.5)."""


@dataclass(frozen=True)
class HttpResponse:
    """What an address answered in the end."""

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes
    steps: tuple[tuple[int, str], ...] = ()
    """The redirects on the way: status and target of each."""
    seconds: float = 0.0
    certificate_ends: str = ""
    """Day on which the certificate ends, as YYYY-MM-DD; empty without TLS."""

    @property
    def media_type(self) -> str:
        """Return the media type as the server wrote it, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip()

    @property
    def charset(self) -> str:
        """Return the encoding that the media type names, or an empty text."""
        for part in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = part.strip().partition("=")
            if name.lower() == "charset":
                return value.strip("\"' ")
        return ""


class Fetcher:
    """Ask addresses with *manners*; cookies, robots.txt and certificates are kept for the time it is open."""

    def __init__(self, manners: FetchPolicy) -> None:
        self.manners = manners
        self._robots: dict[str, Protego | None] = {}
        self._asked: dict[str, float] = {}
        self._lock = threading.Lock()
        self._certificates: dict[str, str] = {}
        self._session = guarded_session(manners, self._certificates)

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(self, url: str, max_bytes: int, headers: Mapping[str, str] | None = None) -> HttpResponse:
        """Return what *url* answers; raise NotFetched when there is no complete answer of at most *max_bytes*.

        A client error is an answer. A host that says 400 and hands out cookies is asked once more, with them.
        """
        return self._within(url, lambda: self._with_cookies(url, max_bytes, dict(headers or {})))

    def ask(
        self, method: str, url: str, max_bytes: int = 0, headers: Mapping[str, str] | None = None, follow: bool = True
    ) -> HttpResponse:
        """Return what *url* answers to *method*, as it is: no cookies, no other method; redirects only to *follow*.

        Raise NotFetched as ``get`` does; the content of an answer that is no success is not read.
        """
        return self._within(url, lambda: self._follow(method, url, max_bytes, dict(headers or {}), follow))

    def head(self, url: str) -> HttpResponse:
        """Return what *url* answers without its content: to HEAD, and to GET where HEAD finds nothing."""
        return self._within(url, lambda: self._head(url))

    def post(self, url: str, body: bytes, max_bytes: int, headers: Mapping[str, str]) -> HttpResponse:
        """Send *body* to *url* and return what it answers, be it a refusal or a redirect, which is not followed.

        Of a refusal the first ``MAX_REFUSAL`` bytes are read. Raise NotFetched as ``ask`` does.
        """
        return self._within(url, lambda: self._posted(url, body, max_bytes, dict(headers)))

    def _posted(self, url: str, body: bytes, max_bytes: int, headers: dict[str, str]) -> HttpResponse:
        self._check(url)
        begin = time.monotonic()
        status, found, content = response_to(self._session, self.manners, "POST", url, max_bytes, headers, body)
        return HttpResponse(url, status, found, content, (), time.monotonic() - begin)

    def _head(self, url: str) -> HttpResponse:
        answer = self._follow("HEAD", url, 0, {})
        return answer if answer.status < 400 else self._follow("GET", url, 0, {})

    def _with_cookies(self, url: str, max_bytes: int, headers: dict[str, str]) -> HttpResponse:
        before = len(self._session.cookies)
        answer = self._follow("GET", url, max_bytes, headers)
        if answer.status == 400 and len(self._session.cookies) == before:
            self._follow("GET", urljoin(url, "/"), 0, {})
        if answer.status == 400 and len(self._session.cookies) > before:
            answer = self._follow("GET", url, max_bytes, headers)
        return answer

    def _follow(
        self, method: str, url: str, max_bytes: int, headers: dict[str, str], follow: bool = True
    ) -> HttpResponse:
        """Ask *url* and, to *follow*, where it redirects to."""
        begin = time.monotonic()
        steps: list[tuple[int, str]] = []
        while True:
            self._check(url)
            status, found, content = self._once(method, url, max_bytes, headers)
            is_redirect = follow and status in REDIRECTS and "location" in found
            target = _joined(url, found["location"]) if is_redirect else ""
            if not target:
                ends = self._certificates.get(urlsplit(url).hostname or "", "")
                return HttpResponse(url, status, found, content, tuple(steps), time.monotonic() - begin, ends)
            steps.append((status, target))
            if len(steps) > MAX_REDIRECTS:
                raise NotFetched("redirects", url, most=MAX_REDIRECTS)
            url = target

    def _once(
        self, method: str, url: str, max_bytes: int, headers: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        """Ask once, and once more when the content broke off."""
        for left in reversed(range(self.manners.tries)):
            self._wait(url)
            try:
                return response_to(self._session, self.manners, method, url, max_bytes, headers)
            except NotFetched as error:
                if error.reason != "broken" or not left:
                    raise
                time.sleep(self.manners.backoff)
        raise AssertionError("a try returns or raises")

    def _check(self, url: str) -> None:
        """Raise NotFetched when *url* may not be asked."""
        refuse_address(url, self.manners)
        if self.manners.robots and not self._allowed(url):
            raise NotFetched("robots", url, host=urlsplit(url).netloc)

    def _allowed(self, url: str) -> bool:
        with extra("sources"):
            from protego import Protego
        parts = urlsplit(url)
        root = f"{parts.scheme}://{parts.netloc}"
        if root not in self._robots:
            self._robots[root] = None
            answer = self._follow_robots(f"{root}/robots.txt")
            if answer is not None and answer.status < 400:
                self._robots[root] = Protego.parse(answer.content.decode("utf-8", "replace"))
            elif answer is not None and answer.status >= 500:  # RFC 9309, 2.3.1.4
                self._robots[root] = Protego.parse("User-agent: *\nDisallow: /")
        rules = self._robots[root]
        return rules is None or bool(rules.can_fetch(url, self.manners.agent))

    def _follow_robots(self, url: str) -> HttpResponse | None:
        """Return what the robots.txt at *url* answers; it is not asked whether it may be asked."""
        begin = url
        for _ in range(MAX_REDIRECTS):
            refuse_address(url, self.manners)
            status, headers, content = self._once("GET", url, MAX_ROBOTS, {})
            if status not in REDIRECTS or "location" not in headers:
                return HttpResponse(begin, status, headers, content)
            url = _joined(url, headers["location"])
        return None

    def _wait(self, url: str) -> None:
        """Sleep until the host of *url* may be asked again."""
        host = urlsplit(url).netloc
        rules = self._robots.get(f"{urlsplit(url).scheme}://{host}")
        delay = float((rules.crawl_delay(self.manners.agent) if rules else None) or 0)
        pause = min(max(self.manners.pause, delay), self.manners.seconds / 3)  # or the wait itself would be a failure
        with self._lock:
            now = time.monotonic()
            at = max(now, self._asked.get(host, -pause) + pause) if host in self._asked else now
            self._asked[host] = at
        time.sleep(max(0.0, at - now))

    def _within(self, url: str, job: Callable[[], HttpResponse]) -> HttpResponse:
        return within(self.manners.seconds, url, job)


_T = TypeVar("_T")


def within(seconds: float, url: str, job: Callable[[], _T]) -> _T:
    """Return what *job* returns, or raise NotFetched when it takes longer than *seconds*.

    The timeout of a socket begins anew with each byte, and looking up a name has none; so the wait itself is bounded.
    """
    outcome: list[Callable[[], _T]] = []

    def run() -> None:
        try:
            value = job()
            outcome.append(lambda: value)
        except BaseException as caught:
            error = caught
            outcome.append(lambda: _raise(error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if not outcome:
        raise NotFetched("timeout", url, seconds=seconds)
    return outcome[0]()


def _raise(error: BaseException) -> NoReturn:
    raise error


def _joined(url: str, target: str) -> str:
    """Return the address that *target* means on the page *url*; raise NotFetched when it can be none."""
    try:
        return urljoin(url, target)
    except ValueError as error:
        raise NotFetched("address-target", url, target=target[:80]) from error
