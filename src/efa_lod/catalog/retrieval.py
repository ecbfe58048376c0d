"""Ask addresses of catalogues, shapes and files as harvesters do."""

from collections.abc import Callable
from dataclasses import dataclass
from http.client import responses

from efa_lod import __version__
from efa_lod.errors import BrokenInput
from efa_lod.io.fetch_errors import NotFetched
from efa_lod.io.fetch_policy import FetchPolicy, agent, host_of
from efa_lod.io.http import Fetcher, HttpResponse, within
from efa_lod.io.messages import Messages
from efa_lod.model.publication import WRITTEN_BASE

_ERRORS = Messages(__file__, "errors")


BYTE_ORDER_MARK = b"\xef\xbb\xbf"

SECONDS = 30.0
"""How long an address may take to answer completely."""

MAX_HARVESTED_BYTES = 50 * 1024 * 1024
"""Most bytes that a harvester reads of one file (ckanext-dcat, ``harvesters/base.py``: DEFAULT_MAX_FILE_SIZE_MB)."""


_OF_THE_METHOD = ("timeout", "broken", "redirects")
"""What may keep a server from answering HEAD that answers GET."""


@dataclass(frozen=True)
class Retrieval:
    """What an address answered."""

    content: bytes
    media_type: str
    head_status: int = 0
    """What was answered to HEAD, if that was no success."""


def fetch(url: str, seconds: float, accept: str, look_first: bool = False, named: str | None = None) -> Retrieval:
    """Return what *url* answers within *seconds*, counted over everything: name look-up, redirects, slow bytes.

    *look_first* asks with HEAD before GET, as ckanext-dcat does. *named* is the address that the user has named, if it
    is another than *url*. Raise BrokenInput with one line when there is no good answer.
    """
    refusals: list[int] = []
    asked: list[str] = []

    def ask(method: str, max_bytes: int = 0) -> HttpResponse:
        asked.append(method)
        return fetcher.ask(method, url, max_bytes, {"Accept": accept})

    def job() -> HttpResponse:
        if look_first:
            head = ask("HEAD")
            if head.status < 400:
                refuse_large(url, head.headers.get("content-length"))
            else:
                refusals.append(head.status)
        return ask("GET", MAX_HARVESTED_BYTES)

    with Fetcher(retrieval_policy(seconds, named or url)) as fetcher:
        try:
            answer = within(seconds, url, job)
        except NotFetched as error:
            if error.reason == "size":
                raise harvest_limit_error(url) from error
            if asked == ["HEAD"] and error.reason in _OF_THE_METHOD:
                raise _head_unanswered(url, error) from error
            raise
    if not 200 <= answer.status < 300:
        raise _ERRORS.broken("status", url, status=answer.status, phrase=responses.get(answer.status, ""))
    return Retrieval(answer.content, answer.media_type, *refusals[:1])


def _head_unanswered(url: str, error: NotFetched) -> BrokenInput:
    """Return what is said of an *url* that gave no whole answer to HEAD, wherever the wait came to its end."""
    english, german = (error.in_language(language).removeprefix(f"{url}: ") for language in ("en", "de"))
    return _ERRORS.broken("head-unanswered", url, why=(english, german))


def answering(name: str, seconds: float) -> Callable[[str], bool]:
    """Return the test whether an address answers a HEAD request with a success, each asked once.

    So asks data.europa.eu (pv:accessUrlStatusCode). No portal reaches a private address, so such an address does not
    answer, unless it is on the host of the catalogue's own address *name*, where a harvest is rehearsed.
    """
    known: dict[str, bool] = {}
    manners = retrieval_policy(seconds, name)

    def ask(url: str) -> bool:
        if url not in known:
            with Fetcher(manners) as fetcher:
                try:
                    known[url] = fetcher.ask("HEAD", url).status < 400
                except NotFetched:
                    known[url] = False
        return known[url]

    return ask


def retrieval_policy(seconds: float, named: str) -> FetchPolicy:
    """Return how an address is asked that the user has *named*: once, as a harvester would, without robots.txt."""
    hosts = frozenset([host_of(named)] if is_fetched_address(named) else [])
    return FetchPolicy(agent(__version__, WRITTEN_BASE), seconds, tries=1, pause=0, named=hosts, robots=False)


def refuse_large(url: str, length: str | None) -> None:
    """Raise BrokenInput where the announced *length* is more than a harvester reads."""
    if length and length.isdigit() and int(length) > MAX_HARVESTED_BYTES:
        raise harvest_limit_error(url, int(length))


def is_fetched_address(text: str) -> bool:
    """Return whether *text* is an address to fetch from rather than a path."""
    return text.startswith(("https://", "http://"))


def harvest_limit_error(where: str, size: int | None = None) -> BrokenInput:
    """Return the error of a file that has more bytes than a harvester reads; the *size* may be unknown."""
    if size is None:
        return _ERRORS.broken("catalogue-endless", where, most=MAX_HARVESTED_BYTES)
    return _ERRORS.broken("catalogue-large", where, size=size, most=MAX_HARVESTED_BYTES)
