"""Send to hosts that the user has named, with a login that goes to them alone, and read what they answer.

Connections are those of :mod:`efa_lod.io.http`. No redirect is followed: a login must not go where it was not meant
for. What is sent again after a failure is the caller's choice; an answer of 500 is none to try again after.
"""

import base64
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import responses
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from efa_lod.errors import BadSetting, BrokenInput, masked
from efa_lod.io.fetch_errors import NotFetched, as_not_fetched
from efa_lod.io.fetch_policy import FetchPolicy, host_of, refuse_address
from efa_lod.io.http import HttpResponse
from efa_lod.io.http_session import MAX_REFUSAL, guarded_session

if TYPE_CHECKING:
    import requests
    import urllib3
    from requests.auth import HTTPDigestAuth

TRY_SENDING_AGAIN = (408, 425, 429, 502, 503, 504)
"""Answers after which the same is sent again; not 500, which says that something is wrong with what was sent."""
MAX_REPLY_BYTES = 64_000_000
LOOPBACK = ("localhost", "127.0.0.1", "::1")
SCHEMES = ("none", "basic", "digest", "bearer", "token", "x-api-key")


@dataclass(frozen=True)
class Login:
    """Who sends: a *scheme* of ``SCHEMES``, a *user* and a *secret*, neither of which is ever shown.

    ``token`` is a bare token in ``Authorization``, as CKAN takes it, ``x-api-key`` one in a header of that name.
    """

    scheme: str = "none"
    user: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)

    def headers(self) -> dict[str, str]:
        """Return the headers of this login; none for digest, which answers a question of the server."""
        pair = base64.b64encode(f"{self.user}:{self.secret}".encode()).decode()
        return {
            "basic": {"Authorization": f"Basic {pair}"},
            "bearer": {"Authorization": f"Bearer {self.secret}"},
            "token": {"Authorization": self.secret},
            "x-api-key": {"X-API-Key": self.secret},
        }.get(self.scheme, {})

    def hidden(self, text: str) -> str:
        """Return *text* without the secret, in any of the forms in which it may be quoted back."""
        forms = [self.secret, *(value for value in self.headers().values())]
        for form in sorted(filter(None, forms), key=len, reverse=True):
            text = text.replace(form, "…")
        return text


class NotAccepted(BrokenInput):
    """A server's refusal; *status* is what it answered."""

    def __init__(self, status: int, english: str, german: str) -> None:
        super().__init__(english, german)
        self.status = status


class Sender:
    """Send requests to one host with a *login*; a password goes over plain HTTP only to this machine, or if *insecure*.

    *policy* says how long and how often. Raise BadSetting when the login would be sent in the clear.
    """

    def __init__(self, policy: FetchPolicy, address: str, login: Login | None = None, insecure: bool = False) -> None:
        self._login = login or Login()
        self._host = host_of(address)
        self._policy = policy
        self._sessions: dict[int, requests.Session] = {}
        self._auth: HTTPDigestAuth | None = None
        is_plain = urlsplit(address).scheme == "http" and self._host not in LOOPBACK
        if is_plain and self._login.scheme != "none" and not insecure:
            raise BadSetting(
                f"{masked(address)}: a password would go over the network in the clear – use https, or --insecure if"
                " the network is yours alone",
                f"{masked(address)}: Das Passwort ginge unverschlüsselt durchs Netz – nehmen Sie https, oder"
                " --insecure, wenn das Netz allein Ihres ist",
            )

    def __enter__(self) -> "Sender":
        return self

    def __exit__(self, *_: object) -> None:
        for session in self._sessions.values():
            session.close()

    def send(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        accepted: tuple[int, ...] = (),
        tries: int | None = None,
    ) -> HttpResponse:
        """Send *body* and return the answer: a success, or one of the statuses *accepted*.

        Raise NotAccepted for another one, NotFetched when there is no complete answer after *tries*.
        """
        content = bytearray()

        def take(piece: bytes) -> None:
            content.extend(piece)
            if len(content) > MAX_REPLY_BYTES:
                raise NotFetched("size", url, most=MAX_REPLY_BYTES)

        return self._exchange(method, url, body, dict(headers or {}), take, content, accepted, tries)

    def download(
        self,
        method: str,
        url: str,
        take: Callable[[bytes], object],
        headers: Mapping[str, str],
        body: bytes | None = None,
    ) -> HttpResponse:
        """Hand the content of the answer to *take*, piece by piece; raise as ``send`` does.

        Raise BrokenInput for a page, which is what somebody who has to sign in gets with a success code.
        """
        return self._exchange(method, url, body, dict(headers), take, bytearray(), (), None, is_page_refused=True)

    def _exchange(
        self,
        method: str,
        url: str,
        body: bytes | None,
        headers: dict[str, str],
        take: Callable[[bytes], object],
        content: bytearray,
        accepted: tuple[int, ...],
        tries: int | None,
        is_page_refused: bool = False,
    ) -> HttpResponse:
        import requests
        import urllib3
        from requests.utils import get_environ_proxies

        if host_of(url) != self._host:
            raise NotFetched("address-other-host", url, host=self._host)
        refuse_address(url, self._policy)
        begin = time.monotonic()
        try:
            with self._session(tries or self._policy.tries).request(
                method,
                url,
                headers={"Accept": "*/*"} | headers | self._login.headers(),
                data=body,
                stream=True,
                allow_redirects=False,
                timeout=self._policy.seconds,
                proxies=get_environ_proxies(url),
                auth=self._digest(),
            ) as response:
                found = {name.lower(): value for name, value in response.headers.items()}
                if response.status_code >= 300:
                    content += response.raw.read(MAX_REFUSAL, decode_content=True)
                elif is_page_refused and found.get("content-type", "").startswith(_PAGES):
                    raise _page_for_data(url, headers["Accept"])
                else:
                    self._read(response.raw, url, take, begin)
                answer = HttpResponse(url, response.status_code, found, bytes(content), (), time.monotonic() - begin)
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
            translation = as_not_fetched(error, url, self._policy)
            translation.args = tuple(map(self._login.hidden, translation.args))
            raise translation from None
        if answer.status >= 300 and answer.status not in accepted:
            raise self._refusal(method, answer)
        return answer

    def _read(self, raw: "urllib3.HTTPResponse", url: str, take: Callable[[bytes], object], begin: float) -> None:
        while piece := raw.read1(1 << 18, decode_content=True):
            take(piece)
            if time.monotonic() - begin > self._policy.seconds:
                raise NotFetched("timeout", url, seconds=self._policy.seconds)

    def _session(self, tries: int) -> "requests.Session":
        if tries not in self._sessions:
            from dataclasses import replace

            self._sessions[tries] = guarded_session(replace(self._policy, tries=tries), {})
        return self._sessions[tries]

    def _digest(self) -> "HTTPDigestAuth | None":
        if self._login.scheme == "digest" and self._auth is None:
            from requests.auth import HTTPDigestAuth

            self._auth = HTTPDigestAuth(self._login.user, self._login.secret)
        return self._auth

    def _refusal(self, method: str, answer: HttpResponse) -> NotAccepted:
        """Return what a refusal means for the one who must act."""
        url, status = masked(answer.url), answer.status
        said = " ".join(answer.content.decode("utf-8", "replace").split())[:300]
        name = responses.get(status, "")
        if status < 400:
            target = masked(answer.headers.get("location", "nowhere"))
            return NotAccepted(
                status,
                f"{url}: redirects to {target}, which is not followed – name that address if you trust it",
                f"{url}: leitet weiter nach {target}; dem wird nicht gefolgt – nennen Sie diese Adresse, wenn Sie ihr"
                " trauen",
            )
        if status in (401, 403):
            wanted = answer.headers.get("www-authenticate", "").partition(" ")[0].lower()
            scheme = f", it asks for {wanted}" if wanted else ""
            german = f", verlangt wird {wanted}" if wanted else ""
            return NotAccepted(
                status,
                f"{url}: refused the login ({self._login.scheme}) with {status} {name}{scheme} – check the variables"
                " that the target names, and what that user may do",
                f"{url}: Anmeldung ({self._login.scheme}) abgelehnt mit {status} {name}{german} – prüfen Sie die"
                " Umgebungsvariablen, die das Ziel nennt, und die Rechte dieses Benutzers",
            )
        said = self._login.hidden(said)
        return NotAccepted(
            status,
            f"{url}: refused {method} with {status} {name}: {said}",
            f"{url}: {method} abgelehnt mit {status} {name}: {said}",
        )


_PAGES = ("text/html", "application/xhtml+xml")


def _page_for_data(url: str, expected: str) -> BrokenInput:
    return BrokenInput(
        f"{masked(url)}: expected {expected}, found a page (HTML) – is this the address for data, and does it want"
        " another login?",
        f"{masked(url)}: erwartet wird {expected}, gefunden eine Seite (HTML) – ist das die Adresse für Daten, und will"
        " sie eine andere Anmeldung?",
    )


def sending_policy(agent: str, address: str, seconds: float, tries: int = 4) -> FetchPolicy:
    """Return how to send to the host of *address*, which the user has named."""
    return FetchPolicy(
        agent, seconds, tries, pause=0, named=frozenset([host_of(address)]), robots=False, again=TRY_SENDING_AGAIN
    )
