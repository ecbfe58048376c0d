"""The links of the data that ought to answer, and what one look at a link shows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urlsplit

from efa_lod.io.reading import Document, Place
from efa_lod.model.context import Context
from efa_lod.model.records import things

if TYPE_CHECKING:
    pass


FAILURE_OUTCOMES = frozenset(["gone", "no-host"])
"""Outcomes that, repeated, mean that a link is dead."""


@dataclass(frozen=True)
class Address:
    """A link of the data: the *url* without its fragment, or the domain of mailboxes, and where it is written."""

    url: str
    places: tuple[Place, ...]

    @property
    def host(self) -> str:
        """Return the host that is asked."""
        return self.url.removeprefix("mailto:*@") if self.is_mail else urlsplit(self.url).netloc.lower()

    @property
    def is_mail(self) -> bool:
        """Return whether this is the domain of mailboxes."""
        return self.url.startswith("mailto:*@")


@dataclass(frozen=True)
class Observation:
    """What one look at a link showed: the *outcome*, the status if any, and where a permanent redirect leads."""

    day: date
    outcome: str
    status: int = 0
    target: str = ""
    seconds: float = 0.0
    certificate_ends: str = ""
    detail: str = ""


History = Mapping[str, Sequence[Observation]]

_RESERVED_HOSTS = (
    ".example",
    ".invalid",
    ".test",
    ".localhost",
    "example.org",
    "example.com",
    "example.net",
    "localhost",
)
"""Hosts that belong to nobody (RFC 2606, RFC 6761)."""


def collected(documents: Iterable[Document], context: Context) -> list[Address]:
    """Return the links that ought to answer, sorted: all that stands under a key for references, and mail domains."""
    places: dict[str, list[Place]] = {}
    for document in documents:
        for url, place in _links(document, context):
            places.setdefault(url, []).append(place)
    return [Address(url, tuple(dict.fromkeys(found))) for url, found in sorted(places.items())]


def _links(document: Document, context: Context) -> Iterator[tuple[str, Place]]:
    for path, thing in things(document, context):
        for name, value in thing.items():
            form = context.keys[name].form if name in context.keys else ""
            for step, single in enumerate(value) if isinstance(value, list) else [(None, value)]:
                way = (*path, name) if step is None else (*path, name, step)
                if not isinstance(single, str):
                    continue
                if form == "iri" and single.startswith(("http://", "https://")):
                    if not single.startswith(context.base_iri):
                        yield urldefrag(single).url, document.place_of(way)
                elif name == "email" and "@" in single:
                    yield f"mailto:*@{single.rpartition('@')[2].lower()}", document.place_of(way)


def is_reserved_host(address: Address) -> bool:
    """Return whether the host of *address* belongs to nobody, so that there is nothing to ask."""
    host = address.host.partition(":")[0]
    return any(host == name.lstrip(".") or host.endswith("." + name.lstrip(".")) for name in _RESERVED_HOSTS)


def is_due(address: Address, history: History, today: date, max_age: int) -> bool:
    """Return whether *address* is to be asked: it was not within *max_age* days, or it failed on an earlier day."""
    seen = history.get(address.url, ())
    if not seen:
        return True
    age = (today - seen[-1].day).days
    return age >= max_age or (age > 0 and seen[-1].outcome in FAILURE_OUTCOMES)
