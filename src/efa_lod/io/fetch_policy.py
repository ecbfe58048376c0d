"""How other hosts are asked: who asks, how long and how often, and which addresses are not asked."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from efa_lod.io.fetch_errors import FETCH_MESSAGES, NotFetched
from efa_lod.io.messages import Bilingual

TRY_AGAIN = (429, 500, 502, 503, 504)
"""Answers after which it may help to wait and ask again."""


@dataclass(frozen=True)
class FetchPolicy:
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
    again: tuple[int, ...] = TRY_AGAIN
    """Answers after which the same is asked again."""

    def permits(self, host: str) -> bool:
        """Return whether *host* may be asked at a private address."""
        return self.private or _plain(host) in self.named

    @property
    def refusal(self) -> Bilingual:
        """Return why a private address is not asked."""
        return FETCH_MESSAGES("refusal-unnamed" if self.named else "refusal-option")


def agent(version: str, about: str) -> str:
    """Return the user agent of this program: its name and version, and where to read about it."""
    return f"efa-lod/{version} (+{about})"


def host_of(url: str) -> str:
    """Return the host of *url* as ``FetchPolicy.named`` lists it, or an empty text where there is none to be read."""
    try:
        return _plain(urlsplit(url).hostname or "")
    except ValueError:
        return ""


def _plain(host: str) -> str:
    return host.strip("[]").rstrip(".").lower()


def is_public(address: str) -> bool:
    """Return whether the IP *address* is one that anybody on the internet could reach."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        nat64 = ipaddress.ip_address(int(ip) & 0xFFFFFFFF) if ip in ipaddress.ip_network("64:ff9b::/96") else None
        if inner or nat64:
            return is_public(str(inner or nat64))
    return ip.is_global and not ip.is_multicast


def refuse_address(url: str, manners: FetchPolicy) -> None:
    """Raise NotFetched when *url* is not http(s), holds a password, or is itself a private address not to be asked."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise NotFetched("address-unreadable", url) from error
    if parts.scheme not in ("http", "https") or not host:
        raise NotFetched("address-scheme", url)
    if parts.username or parts.password:
        raise NotFetched("address-user", f"{parts.scheme}://…@{host}")
    try:
        public = is_public(host)
    except ValueError:
        public = host.rstrip(".").lower() != "localhost"
    if not (public or manners.permits(host)):
        raise NotFetched("address-private", url, refusal=manners.refusal)
