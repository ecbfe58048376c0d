"""Ask other hosts: the one room that opens connections for pages, links, shapes, catalogues and the check of a site.

A request says who asks, keeps to robots.txt and to a pause between two requests to a host, waits and tries again where
that may help, and ends after a fixed time whatever the other side does. Redirects are followed to http(s) only, and no
connection is used that ends at a private address – looked at when it stands, so that no trick with names gets around
it – unless this is allowed, or the host is one that the user has named. A public address can so lead to nothing in the
network of the one who asks. Behind a proxy named by the environment, the proxy is where connections end.
"""

import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urljoin, urlsplit

from efa_lod.errors import BrokenInput
from efa_lod.extras import extra

if TYPE_CHECKING:
    import requests
    from protego import Protego

MAX_REDIRECTS = 5
PERMANENT = frozenset([301, 308])
REDIRECTS = PERMANENT | {302, 303, 307}
NOT_MODIFIED = 304
TRY_AGAIN = (429, 500, 502, 503, 504)
"""Answers after which it may help to wait and ask again."""
MAX_REFUSAL = 2_000
"""Most bytes of a refusal that are read."""
MAX_ROBOTS = 500_000
"""Most bytes of a robots.txt that are read (RFC 9309, 2.5)."""


class NotFetched(BrokenInput):
    """What kept an address from answering; *reason* is one of ``REASONS``."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(masked(message))
        self.reason = reason


REASONS = {
    "address": "no address that may be asked",
    "robots": "robots.txt asks programs to stay away",
    "name": "the host has no address",
    "connection": "no connection",
    "certificate": "the certificate is not valid",
    "timeout": "no complete answer in time",
    "redirects": "too many redirects",
    "size": "the answer is too large",
    "broken": "the answer broke off or cannot be read",
    "later": "asks to come back later",
}


def masked(text: str) -> str:
    """Return *text* without the passwords, and the names of users, that addresses in it hold."""
    return re.sub(r"(?<=://)[^/?#\s'@]*(?:@[^/?#\s'@]*)*@", "…@", text)


@dataclass(frozen=True)
class Manners:
    """How to ask: who asks, how long and how often, and whom not."""

    agent: str
    seconds: float = 30.0
    """How long one request, with all that belongs to it, may take."""
    tries: int = 3
    backoff: float = 1.0
    """First wait before another try, in seconds; it doubles each time, and a random part is added."""
    longest_wait: float = 30.0
    """Longest wait that another host may ask for with Retry-After."""
    pause: float = 1.0
    """Least time between two requests to one host, in seconds."""
    private: bool = False
    """Whether private addresses may be asked."""
    named: frozenset[str] = frozenset()
    """Hosts that the user has named: they may be asked though their addresses are private."""
    robots: bool = True
    """Whether robots.txt is asked first."""

    def permits(self, host: str) -> bool:
        """Tell whether *host* may be asked at a private address."""
        return self.private or _plain(host) in self.named

    @property
    def refusal(self) -> str:
        """Say why a private address is not asked."""
        return "which you have not named yourself" if self.named else "which is asked only with --allow-private"


@dataclass(frozen=True)
class Answer:
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


def agent(version: str, about: str) -> str:
    """Return the user agent of this program: its name and version, and where to read about it."""
    return f"efa-lod/{version} (+{about})"


def host_of(url: str) -> str:
    """Return the host of *url* as ``Manners.named`` lists it, or an empty text where there is none to be read."""
    try:
        return _plain(urlsplit(url).hostname or "")
    except ValueError:
        return ""


def _plain(host: str) -> str:
    return host.strip("[]").rstrip(".").lower()


class Fetcher:
    """Ask addresses with *manners*; cookies, robots.txt and certificates are kept for the time it is open."""

    def __init__(self, manners: Manners) -> None:
        self.manners = manners
        self._robots: dict[str, Protego | None] = {}
        self._asked: dict[str, float] = {}
        self._lock = threading.Lock()
        self._certificates: dict[str, str] = {}
        self._session = _session(manners, self._certificates)

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(self, url: str, max_bytes: int, headers: Mapping[str, str] | None = None) -> Answer:
        """Return what *url* answers; raise NotFetched when there is no complete answer of at most *max_bytes*.

        A client error is an answer. A host that says 400 and hands out cookies is asked once more, with them.
        """
        return self._within(url, lambda: self._with_cookies(url, max_bytes, dict(headers or {})))

    def ask(
        self, method: str, url: str, max_bytes: int = 0, headers: Mapping[str, str] | None = None, follow: bool = True
    ) -> Answer:
        """Return what *url* answers to *method*, as it is: no cookies, no other method; redirects only to *follow*.

        Raise NotFetched as ``get`` does; the content of an answer that is no success is not read.
        """
        return self._within(url, lambda: self._follow(method, url, max_bytes, dict(headers or {}), follow))

    def head(self, url: str) -> Answer:
        """Return what *url* answers without its content: to HEAD, and to GET where HEAD finds nothing."""
        return self._within(url, lambda: self._head(url))

    def post(self, url: str, body: bytes, max_bytes: int, headers: Mapping[str, str]) -> Answer:
        """Send *body* to *url* and return what it answers, be it a refusal or a redirect, which is not followed.

        Of a refusal the first ``MAX_REFUSAL`` bytes are read. Raise NotFetched as ``ask`` does.
        """
        return self._within(url, lambda: self._posted(url, body, max_bytes, dict(headers)))

    def _posted(self, url: str, body: bytes, max_bytes: int, headers: dict[str, str]) -> Answer:
        self._check(url)
        begin = time.monotonic()
        status, found, content = _request(self._session, self.manners, "POST", url, max_bytes, headers, body)
        return Answer(url, status, found, content, (), time.monotonic() - begin)

    def _head(self, url: str) -> Answer:
        answer = self._follow("HEAD", url, 0, {})
        return answer if answer.status < 400 else self._follow("GET", url, 0, {})

    def _with_cookies(self, url: str, max_bytes: int, headers: dict[str, str]) -> Answer:
        before = len(self._session.cookies)
        answer = self._follow("GET", url, max_bytes, headers)
        if answer.status == 400 and len(self._session.cookies) == before:
            self._follow("GET", urljoin(url, "/"), 0, {})
        if answer.status == 400 and len(self._session.cookies) > before:
            answer = self._follow("GET", url, max_bytes, headers)
        return answer

    def _follow(self, method: str, url: str, max_bytes: int, headers: dict[str, str], follow: bool = True) -> Answer:
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
                return Answer(url, status, found, content, tuple(steps), time.monotonic() - begin, ends)
            steps.append((status, target))
            if len(steps) > MAX_REDIRECTS:
                raise NotFetched(
                    "redirects", f"{url}: redirects more than {MAX_REDIRECTS} times – does it redirect to itself?"
                )
            url = target

    def _once(
        self, method: str, url: str, max_bytes: int, headers: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        """Ask once, and once more when the content broke off."""
        for left in reversed(range(self.manners.tries)):
            self._wait(url)
            try:
                return _request(self._session, self.manners, method, url, max_bytes, headers)
            except NotFetched as error:
                if error.reason != "broken" or not left:
                    raise
                time.sleep(self.manners.backoff)
        raise AssertionError("a try returns or raises")

    def _check(self, url: str) -> None:
        """Raise NotFetched when *url* may not be asked."""
        _refuse_address(url, self.manners)
        if self.manners.robots and not self._allowed(url):
            raise NotFetched("robots", f"{url}: robots.txt of {urlsplit(url).netloc} asks programs to stay away")

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

    def _follow_robots(self, url: str) -> Answer | None:
        """Return what the robots.txt at *url* answers; it is not asked whether it may be asked."""
        begin = url
        for _ in range(MAX_REDIRECTS):
            _refuse_address(url, self.manners)
            status, headers, content = self._once("GET", url, MAX_ROBOTS, {})
            if status not in REDIRECTS or "location" not in headers:
                return Answer(begin, status, headers, content)
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

    def _within(self, url: str, job: Callable[[], Answer]) -> Answer:
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
        raise NotFetched("timeout", f"{url}: no complete answer within {seconds:g} seconds")
    return outcome[0]()


def _raise(error: BaseException) -> Any:
    raise error


def is_public(address: str) -> bool:
    """Tell whether the IP *address* is one that anybody on the internet could reach."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        nat64 = ipaddress.ip_address(int(ip) & 0xFFFFFFFF) if ip in ipaddress.ip_network("64:ff9b::/96") else None
        if inner or nat64:
            return is_public(str(inner or nat64))
    return ip.is_global and not ip.is_multicast


def _joined(url: str, target: str) -> str:
    """Return the address that *target* means on the page *url*; raise NotFetched when it can be none."""
    try:
        return urljoin(url, target)
    except ValueError as error:
        raise NotFetched("address", f"{url}: redirects to '{target[:80]}', which is no address") from error


def _refuse_address(url: str, manners: Manners) -> None:
    """Raise NotFetched when *url* is not http(s), holds a password, or is itself a private address not to be asked."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise NotFetched("address", f"{url}: no address that can be read: {error}") from error
    if parts.scheme not in ("http", "https") or not host:
        raise NotFetched("address", f"{url}: expected an address that begins with https:// or http://")
    if parts.username or parts.password:
        raise NotFetched("address", f"{parts.scheme}://…@{host}: an address with a user name in it is not asked")
    try:
        public = is_public(host)
    except ValueError:
        public = host.rstrip(".").lower() != "localhost"
    if not (public or manners.permits(host)):
        raise NotFetched("address", f"{url}: leads to a private address, {manners.refusal}")


# --- requests ---------------------------------------------------------------------------------------------------------


class _Private(OSError):
    """A connection that ended at a private address."""


def _session(manners: Manners, certificates: dict[str, str]) -> "requests.Session":
    """Return a session whose connections try again, and are given up when they end at a private address."""
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.connection import HTTPConnection, HTTPSConnection

    def guard(sock: socket.socket, host: str) -> socket.socket:
        if not manners.permits(host) and not is_public(sock.getpeername()[0]):
            sock.close()
            raise _Private("leads to a private address")
        return sock

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return guard(super()._new_conn(), self.host)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return guard(super()._new_conn(), self.host)

        def connect(self) -> None:
            super().connect()
            ends = dict(self.sock.getpeercert() or {}).get("notAfter") if isinstance(self.sock, ssl.SSLSocket) else None
            if isinstance(ends, str):
                day = datetime.fromtimestamp(ssl.cert_time_to_seconds(ends)).date()
                certificates[self.host] = day.isoformat()

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
            super().init_poolmanager(*arguments, **options)
            self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}

    class Session(requests.Session):
        def get_redirect_target(self, resp: requests.Response) -> None:
            """See no redirect anywhere: requests would read its whole content, whatever the size."""

    session = Session()
    session.trust_env = False  # no passwords from .netrc; proxies are named for each request
    session.headers.update(
        {"User-Agent": manners.agent, "Accept": "text/html, text/plain;q=0.9, */*;q=0.1", "Accept-Language": "de"}
    )
    adapter = Adapter(max_retries=_retries(manners))
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _retries(manners: Manners) -> Any:
    """Return how to try again: with growing, partly random waits, and no longer than asked for within reason."""
    from urllib3 import Retry

    class Patient(Retry):
        def get_retry_after(self, response: Any) -> float | None:
            wanted = super().get_retry_after(response)
            if wanted and wanted > min(manners.longest_wait, manners.seconds):
                raise NotFetched("later", f"asks to come back after {wanted:,.0f} seconds")
            return wanted

    return Patient(
        total=manners.tries - 1,
        redirect=False,
        status_forcelist=TRY_AGAIN,
        allowed_methods=None,
        backoff_factor=manners.backoff,
        backoff_jitter=manners.backoff,
        backoff_max=manners.longest_wait,
        raise_on_status=False,
    )


def _request(
    session: "requests.Session",
    manners: Manners,
    method: str,
    url: str,
    max_bytes: int,
    headers: dict[str, str],
    body: bytes | None = None,
) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers (names in lower case) and content; translate what can go wrong into NotFetched."""
    import requests
    import urllib3
    from requests.utils import get_environ_proxies

    end = time.monotonic() + manners.seconds
    try:
        with session.request(
            method,
            url,
            headers=headers,
            data=body,
            stream=True,
            allow_redirects=False,
            timeout=manners.seconds,
            proxies=get_environ_proxies(url),
        ) as response:
            found = {name.lower(): value for name, value in response.headers.items()}
            wanted = max_bytes and response.status_code < 300
            if method == "HEAD" or response.status_code == NOT_MODIFIED:
                response.raw.drain_conn()  # nothing comes any more, and the connection can be used again
            content = _content(response.raw, url, max_bytes, end, manners.seconds) if wanted else b""
            if body is not None and response.status_code >= 300:
                content = response.raw.read(MAX_REFUSAL, decode_content=True)
            return response.status_code, found, content
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
        raise _translated(error, url, manners) from error


def _content(raw: Any, url: str, max_bytes: int, end: float, seconds: float) -> bytes:
    """Return the decoded content, piece by piece as it comes, until it is too much or too late."""
    content = bytearray()
    while piece := raw.read1(65536, decode_content=True):
        content += piece
        if len(content) > max_bytes:
            raise NotFetched("size", f"{url}: more than {max_bytes:,} bytes, which is far more than expected")
        if time.monotonic() > end:
            raise NotFetched("timeout", f"{url}: no complete answer within {seconds:g} seconds")
    return bytes(content)


def _translated(error: Exception, url: str, manners: Manners) -> NotFetched:
    """Return what *error* means for the one who asked."""
    causes = list(_causes(error))
    names = " ".join(type(cause).__name__ for cause in causes)
    host = urlsplit(url).netloc
    if later := next((cause for cause in causes if isinstance(cause, NotFetched)), None):
        return NotFetched(later.reason, f"{url}: {later}")
    unknown = next((cause for cause in causes if isinstance(cause, socket.gaierror)), None)
    if unknown is not None and unknown.errno != socket.EAI_NONAME:
        return NotFetched("connection", f"{url}: the host {host} cannot be looked up at the moment")
    for sign, reason, words in _SIGNS:
        if any(name in names for name in sign):
            return NotFetched(
                reason, f"{url}: {words.format(host=host, seconds=manners.seconds, refusal=manners.refusal)}"
            )
    return NotFetched("broken", f"{url}: cannot be fetched: {' '.join(str(error).split())[:200]}")


_SIGNS = (
    (("_Private",), "address", "{host} leads to a private address, {refusal}"),
    (("SSL", "Certificate"), "certificate", "the certificate of {host} is not valid"),
    (("NameResolution", "gaierror"), "name", "the host {host} has no address"),
    (("IncompleteRead", "Chunked", "Decode", "Header", "BadStatus"), "broken", "the answer broke off or is unreadable"),
    (("Timeout", "TimedOut"), "timeout", "no complete answer within {seconds:g} seconds"),
    (("InvalidURL", "InvalidSchema", "LocationParse", "UnicodeError"), "address", "no address that can be read"),
    (("RemoteDisconnected", "ProtocolError"), "broken", "{host} ended the connection without an answer"),
    (("Connection", "MaxRetry", "Proxy"), "connection", "no connection to {host}"),
)  # fmt: skip
"""What the names of exceptions say, from the most to the least particular: reason and message."""


def _causes(error: BaseException | None) -> list[BaseException]:
    """Return *error* and what is behind it, in its arguments and its chain."""
    found: list[BaseException] = []
    waiting: list[Any] = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and one not in found:
            found.append(one)
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return found
