"""Connections that try again, and that are given up when they end at a private address."""

import socket
import ssl
import time
from datetime import datetime
from typing import TYPE_CHECKING

from efa_lod.io.fetch_errors import NotFetched, as_not_fetched
from efa_lod.io.fetch_policy import FetchPolicy, is_public

if TYPE_CHECKING:
    import requests
    import urllib3

NOT_MODIFIED = 304
MAX_REFUSAL = 2_000
"""Most bytes of a refusal that are read."""


class _Private(OSError):
    """A connection that ended at a private address."""


def guarded_session(manners: FetchPolicy, certificates: dict[str, str]) -> "requests.Session":
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
        def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: object) -> None:
            super().init_poolmanager(connections, maxsize, block, **options)
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


def _retries(manners: FetchPolicy) -> "urllib3.Retry":
    """Return how to try again: with growing, partly random waits, and no longer than asked for within reason."""
    from urllib3 import Retry

    class Patient(Retry):
        def get_retry_after(self, response: "urllib3.BaseHTTPResponse") -> float | None:
            wanted = super().get_retry_after(response)
            if wanted and wanted > min(manners.longest_wait, manners.seconds):
                raise NotFetched("later", seconds=round(wanted))
            return wanted

    return Patient(
        total=manners.tries - 1,
        redirect=False,
        status_forcelist=manners.again,
        allowed_methods=None,
        backoff_factor=manners.backoff,
        backoff_jitter=manners.backoff,
        backoff_max=manners.longest_wait,
        raise_on_status=False,
    )


def response_to(
    session: "requests.Session",
    manners: FetchPolicy,
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
        raise as_not_fetched(error, url, manners) from error


def _content(raw: "urllib3.HTTPResponse", url: str, max_bytes: int, end: float, seconds: float) -> bytes:
    """Return the decoded content, piece by piece as it comes, until it is too much or too late."""
    content = bytearray()
    while piece := raw.read1(65536, decode_content=True):
        content += piece
        if len(content) > max_bytes:
            raise NotFetched("size", url, most=max_bytes)
        if time.monotonic() > end:
            raise NotFetched("timeout", url, seconds=seconds)
    return bytes(content)
