"""Say of which time a document of a release is: the header Memento-Datetime (RFC 7089, 2.1.1), for all servers."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from efa_lod.releases.memento import http_date

ORIGINAL, OWN_TIME_GATE = 'rel="original"', 'rel="original timegate"'
"""The relation to the resource of today, as the rules write it, and as a server that obeys Accept-Datetime does."""


def memento_dates(moments: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Yield a pattern of the documents of each release, and its time as headers write it.

    *moments* are the releases as version and time. A pattern matches the path as a whole, in PCRE, RE2 and Python.
    """
    for version, moment in moments:
        pattern = rf"(?:en/)?release/{re.escape(version)}(?:\.html|/.+)"
        yield pattern, http_date(datetime.fromisoformat(moment))


def memento_date(path: str, moments: Sequence[Sequence[str]]) -> str | None:
    """Return the time of the release that the document at *path* belongs to; None for one of today."""
    return next((date for pattern, date in memento_dates(moments) if re.fullmatch(pattern, path)), None)
