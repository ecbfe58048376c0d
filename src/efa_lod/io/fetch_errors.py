"""What keeps an address from answering, in the words of the one who asked."""

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from efa_lod.errors import BrokenInput
from efa_lod.io.messages import Messages

if TYPE_CHECKING:
    from efa_lod.io.fetch_policy import FetchPolicy

FETCH_MESSAGES = Messages(__file__, "fetching")


class NotFetched(BrokenInput):
    """What kept an address from answering: *rule* is a message of ``texts/fetching.toml``.

    The *reason* is the first word of the rule: address, robots, name, connection, certificate, timeout, redirects,
    size, broken or later.
    """

    def __init__(self, rule: str, place: object = "", **words: object) -> None:
        super().__init__(*FETCH_MESSAGES(rule, place, **words))
        self.reason = rule.partition("-")[0]
        self.asked = ""
        """The address that was asked, where somebody keeps it; the message may name one further on."""

    def at(self, place: object) -> "NotFetched":
        """Return this error with *place* in front of its message."""
        self.args = tuple(f"{place}: {text}" for text in self.args)
        return self


def as_not_fetched(error: Exception, url: str, manners: "FetchPolicy") -> NotFetched:
    """Return what *error* means for the one who asked."""
    causes = list(_causes(error))
    names = " ".join(type(cause).__name__ for cause in causes)
    host = urlsplit(url).netloc
    if later := next((cause for cause in causes if isinstance(cause, NotFetched)), None):
        return later.at(url)
    unknown = next((cause for cause in causes if isinstance(cause, socket.gaierror)), None)
    if unknown is not None and unknown.errno != socket.EAI_NONAME:
        return NotFetched("connection-lookup", url, host=host)
    for sign, rule in _SIGNS:
        if any(name in names for name in sign):
            return NotFetched(rule, url, host=host, seconds=manners.seconds, refusal=manners.refusal)
    return NotFetched("broken", url, words=" ".join(str(error).split())[:200])


_SIGNS = (
    (("_Private",), "address-private-host"),
    (("SSL", "Certificate"), "certificate"),
    (("NameResolution", "gaierror"), "name"),
    (("IncompleteRead", "Chunked", "Decode", "Header", "BadStatus"), "broken-off"),
    (("Timeout", "TimedOut"), "timeout"),
    (("InvalidURL", "InvalidSchema", "LocationParse", "UnicodeError"), "address-unreadable"),
    (("RemoteDisconnected", "ProtocolError"), "broken-connection"),
    (("Connection", "MaxRetry", "Proxy"), "connection"),
)
"""What the names of exceptions say, from the most to the least particular: rules of messages."""


def _causes(error: BaseException | None) -> list[BaseException]:
    """Return *error* and what is behind it, in its arguments and its chain."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and one not in found:
            found.append(one)
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return found
