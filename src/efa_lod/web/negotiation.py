"""What a client asks for in the headers of a request: formats, languages, compression, what it has already (RFC 9110).

Each function takes the value of a header as it came and answers one question about it; nothing here raises.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache


@lru_cache(maxsize=256)
def accepted(accept: str, offered: tuple[str, ...]) -> str | None:
    """Return the one of the *offered* media types that *accept* likes best, the first of equals, or None.

    Of several ranges that cover a media type, the most specific one counts (RFC 9110, section 12.5.1).
    """
    ranges = list(_ranges(accept)) or [("*", "*", 1.0)]
    best, most = None, 0.0
    for media_type in offered:
        quality = _quality(media_type, ranges)
        if quality > most:
            best, most = media_type, quality
    return best


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
    """Tell whether a client that sent *accept_encoding* can read what gzip has packed."""
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
    """Tell whether a client that sent *if_none_match* has the answer with that *mark* already."""
    wanted = mark.removeprefix("W/")
    return bool(if_none_match) and any(
        tag.strip().removeprefix("W/") in (wanted, "*") for tag in if_none_match.split(",")
    )


def is_unchanged(if_modified_since: str, modified: datetime) -> bool:
    """Tell whether what was last *modified* then is as a client that sent *if_modified_since* has it."""
    try:
        since = parsedate_to_datetime(if_modified_since)
        return modified <= (since if since.tzinfo else since.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return False
