"""Say which release was the current one when (Memento, RFC 7089): a time map as a file of links (RFC 6690)."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

from efa_lod.releases.issued import IssuedRelease

TIME_MAP_FILE = "timemap.link"
LINK_TYPE = "application/link-format"


def http_date(moment: datetime) -> str:
    """Return *moment* as headers of HTTP write it."""
    return format_datetime(moment, usegmt=True)


def time_map(base: str, releases: Sequence[IssuedRelease]) -> bytes:
    """Return the time map of the dataset: its releases, the oldest first."""
    times = [http_date(one.published) for one in releases]
    links = [
        f'<{base}dataset>; rel="original"',
        f'<{base}{TIME_MAP_FILE}>; rel="self"; type="{LINK_TYPE}"; from="{times[0]}"; until="{times[-1]}"',
    ]
    for number, (one, time) in enumerate(zip(releases, times, strict=True)):
        places = [("first", number == 0), ("last", number == len(releases) - 1)]
        relation = " ".join([*(word for word, is_there in places if is_there), "memento"])
        links.append(f'<{base}{one.release.path()}>; rel="{relation}"; datetime="{time}"')
    return (",\n".join(links) + "\n").encode()
