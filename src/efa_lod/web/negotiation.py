"""What a client asks for in the headers of a request: formats, languages, compression, what it has already (RFC 9110).

Each function takes the value of a header as it came and answers one question about it; nothing here raises.
"""

from collections.abc import Iterable, Iterator, Set
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

HTML = "text/html"
ALSO_CALLED = {
    "text/html": ("application/xhtml+xml",),
    "text/turtle": ("application/x-turtle", "application/turtle", "text/n3", "text/rdf+n3", "application/trig"),
    "application/ld+json": ("application/json",),
    "application/n-triples": ("application/n-quads", "text/plain"),
}
"""Other names by which clients ask for a media type: old ones, and languages of which it is a part."""
READ_AS = {"application/rdf+xml": ("application/xml", "text/xml")}
"""What a format is besides: who reads only that gets it, but likes all else more, for browsers name XML too."""
_LEAST = 0.1
"""How much is liked what is only read as something else."""
OTHER_RDF = (
    *("application/rdf+xml", "application/owl+xml", "application/rdf+json", "application/rdf+thrift"),
    *("application/trix", "application/x-trig", "text/x-nquads", "text/owl-manchester", "text/owl-functional"),
)
"""Media types that only clients name who read RDF; there need not be a document in any of them."""
_DATA_NAMES = (name for kind, also in ALSO_CALLED.items() if kind != HTML for name in (kind, *also))
READS_DATA = (*dict.fromkeys(_DATA_NAMES), *OTHER_RDF)
"""Media types that tell a program which reads data from a browser."""
READS_MOST = {"application/n-triples": "application/n-quads"}
"""The format that goes first where a name stands too: who reads N-Quads reads lines, which all readers of Turtle can.

rdflib names all formats alike, whichever one its reader then takes the answer for.
"""
DATA_FIRST, COVERED, NAMED, FIRST = range(4)
"""Which goes first among equals: what all read, what is named, what a wildcard covers, the page for who reads data."""


@lru_cache(maxsize=256)
def accepted(accept: str, offered: tuple[str, ...]) -> str | None:
    """Return the one of the *offered* media types that *accept* likes best, or None.

    Of several ranges that cover a media type, the most specific one counts (RFC 9110, section 12.5.1). Of equals goes
    first what *accept* names, and the page goes last for who names data; then their order counts.
    """
    ranges = list(_ranges(accept)) or [("*", "*", 1.0)]
    named = {f"{kind}/{subtype}" for kind, subtype, _ in ranges}
    best, most = None, (0.0, FIRST)
    for media_type in offered:
        read_as = READ_AS.get(media_type, ())
        others = (name for name in (*ALSO_CALLED.get(media_type, ()), *read_as) if name not in offered)
        called = next((name for name in (media_type, *others) if name in named), media_type)
        quality = _quality(called, ranges)
        liking = min(quality, _LEAST) if called in read_as else quality, _rank(media_type, called, named)
        if liking > most:
            best, most = media_type, liking
    return best


def _rank(media_type: str, called: str, named: Set[str]) -> int:
    """Return where *media_type*, *called* so by a client who *named* some, stands among those that it likes equally."""
    if READS_MOST.get(media_type) in named:
        return FIRST
    if called in named:
        return NAMED
    return DATA_FIRST if media_type == HTML and not named.isdisjoint(READS_DATA) else COVERED


def _ranges(accept: str) -> Iterator[tuple[str, str, float]]:
    for name, weight in _weighted(accept):
        kind, slash, subtype = name.partition("/")
        if slash:
            yield kind, subtype, weight


def _quality(media_type: str, ranges: Iterable[tuple[str, str, float]]) -> float:
    """Return what the most specific of *ranges* that covers *media_type* thinks of it."""
    kind, _, subtype = media_type.partition("/")
    found = [
        ((range_kind != "*") + (range_subtype != "*"), quality)
        for range_kind, range_subtype, quality in ranges
        if range_kind in ("*", kind) and range_subtype in ("*", subtype)
    ]
    return max(found)[1] if found else 0.0


@lru_cache(maxsize=256)
def language(accept_language: str, offered: tuple[str, ...]) -> str:
    """Return the one of the *offered* languages that *accept_language* likes best; the first where it names none."""
    weights = {tag.partition("-")[0]: weight for tag, weight in reversed(list(_weighted(accept_language)))}
    best = max(offered, key=lambda tag: weights.get(tag, 0.0))  # the first of equals
    return best if weights.get(best, 0.0) else offered[0]


def takes_gzip(accept_encoding: str) -> bool:
    """Return whether a client that sent *accept_encoding* can read what gzip has packed."""
    return next((weight > 0 for name, weight in _weighted(accept_encoding) if name in ("gzip", "x-gzip")), False)


def _weighted(header: str) -> Iterator[tuple[str, float]]:
    """Yield the members of a list in a header, in small letters, each with its weight."""
    for part in header.lower().split(","):
        name, *parameters = part.split(";")
        if name.strip():
            yield name.strip(), _weight(parameters)


def _weight(parameters: Iterable[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.strip().partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0


def is_known(if_none_match: str, mark: str) -> bool:
    """Return whether a client that sent *if_none_match* has the answer with that *mark* already."""
    wanted = mark.removeprefix("W/")
    return bool(if_none_match) and any(
        tag.strip().removeprefix("W/") in (wanted, "*") for tag in if_none_match.split(",")
    )


def memento_time(accept_datetime: str) -> str | None:
    """Return the time that a client names (RFC 7089, 2.1.1) as a dateTime of XML Schema in UTC, or None for none."""
    try:
        found = parsedate_to_datetime(accept_datetime)
        whole = found if found.tzinfo else found.replace(tzinfo=UTC)
        return whole.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return None


def is_unchanged(if_modified_since: str, modified: datetime) -> bool:
    """Return whether what was last *modified* then is as a client that sent *if_modified_since* has it."""
    try:
        since = parsedate_to_datetime(if_modified_since)
        return modified <= (since if since.tzinfo else since.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return False
