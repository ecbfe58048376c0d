"""Commands about the links in the data."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from efa_lod import __version__
from efa_lod.cli.options import format_option, publication_of, publication_option
from efa_lod.cli.source import day_of, private_option, seconds_option
from efa_lod.errors import DOES_NOT_CONFORM, BrokenInput
from efa_lod.io.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from efa_lod.monitor.links import Address, Checked

HISTORY = "links.nt"


@click.group()
def links() -> None:
    """Check whether the addresses in the data answer."""


@links.command()
@click.option("--offline", is_flag=True, help="Show what would be asked, and ask nobody.")
@click.option("--history", type=click.Path(path_type=Path), metavar="FILE", help="What earlier checks found.")
@click.option(
    "--max-age",
    type=click.IntRange(min=0),
    default=7,
    show_default=True,
    metavar="DAYS",
    help="Do not ask again what has answered within so many days.",
)
@click.option("--jobs", type=click.IntRange(1, 64), default=8, show_default=True, help="Hosts asked at a time.")
@click.option(
    "--pause",
    type=click.FloatRange(min=0),
    default=1,
    show_default=True,
    help="Seconds between two requests to a host.",
)
@seconds_option
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="The day that is remembered.")
@click.option("--all", "all_", is_flag=True, help="Also list what is alive.")
@format_option(["text", "json"])
@publication_option
@private_option
def check(
    offline: bool,
    history: Path | None,
    max_age: int,
    jobs: int,
    pause: float,
    seconds: float,
    today: "datetime | None",
    all_: bool,
    format_: str,
    publication: Path | None,
    allow_private: bool,
) -> None:
    """Ask the addresses and mail domains in the data, and tell dead, moved, forbidden and unreachable ones apart.

    A link is called dead after failing on three different days. Exit code 1 when one is dead, 2 when nothing at all
    could be reached from here; then nothing is remembered.

    \b
    Example:
        efa-lod links check --offline
    """
    from efa_lod.io.http import Fetcher, Manners, agent
    from efa_lod.model.context import read_context
    from efa_lod.model.records import publication_records
    from efa_lod.monitor import links as room
    from efa_lod.overview.watching import state_folder

    read = publication_of(publication, None, None)
    file = history or state_folder() / HISTORY
    known = room.read_history(file)
    addresses = [a for a in room.collected(publication_records(read), read_context(read)) if not room.is_reserved(a)]
    asked = [address for address in addresses if room.is_due(address, known, day_of(today), max_age)]
    if offline:
        click.echo(_plan(addresses, asked, format_), nl=False)
        return
    manners = Manners(
        agent(__version__, read.base_iri), seconds, tries=2, backoff=0.5, pause=pause, private=allow_private
    )
    with Fetcher(manners) as fetcher, _progress(len(asked)) as progress:
        found = room.check(asked, fetcher, day_of(today), jobs=jobs, progress=progress)
    if room.nothing_reached(found):
        raise BrokenInput(f"none of {len(found)} addresses could be reached – is this machine on the internet?")
    known = room.added(known, found)
    room.write_history(file, known)
    judged = [room.judged(address, known) for address in addresses]
    click.echo(_as_json(judged) if format_ == "json" else visible(_as_text(judged, all_)), nl=False)
    if any(one.verdict == "dead" for one in judged):
        sys.exit(DOES_NOT_CONFORM)


@contextmanager
def _progress(length: int) -> "Iterator[Callable[[], object]]":
    """Give a function that moves a progress bar on by one; there is a bar only on a terminal."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    with click.progressbar(length=length, label="links", file=sys.stderr) as bar:
        yield lambda: bar.update(1)


def _plan(addresses: "Sequence[Address]", asked: "Sequence[Address]", format_: str) -> str:
    if format_ == "json":
        data = [{"url": a.url, "ask": a in asked, "places": [str(place) for place in a.places]} for a in addresses]
        return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    lines = [f"{'ask ' if address in asked else 'keep'}  {address.url}" for address in addresses]
    hosts = len({address.host for address in asked})
    return "\n".join([*lines, f"{len(asked)} of {len(addresses)} addresses at {hosts} hosts would be asked."]) + "\n"


def _as_text(judged: "Sequence[Checked]", all_: bool) -> str:
    from efa_lod.monitor.links import VERDICTS

    shown = [one for one in judged if all_ or one.verdict not in ("alive", "skipped")]
    lines = [_line(one) for one in sorted(shown, key=lambda one: (VERDICTS.index(one.verdict), one.address.url))]
    counts = [(verdict, sum(one.verdict == verdict for one in judged)) for verdict in VERDICTS]
    return "\n".join([*lines, ", ".join(f"{count} {verdict}" for verdict, count in counts if count)]) + "\n"


def _line(one: "Checked") -> str:
    last = one.last
    details = [] if last is None else [str(last.status or ""), last.detail, f"-> {last.target}" if last.target else ""]
    since = f"since {one.since}" if one.since else ""
    told = ", ".join(part for part in (*details, since) if part)
    return f"{one.verdict:<11}  {one.address.url}  {told}  ({', '.join(map(str, one.address.places))})"


def _as_json(judged: "Sequence[Checked]") -> str:
    return json.dumps([_data(one) for one in judged], ensure_ascii=False, indent=1) + "\n"


def _data(one: "Checked") -> dict[str, Any]:
    last = one.last
    return {
        "url": one.address.url,
        "verdict": one.verdict,
        "since": one.since.isoformat() if one.since else None,
        "checked": last.day.isoformat() if last else None,
        "status": last.status or None if last else None,
        "target": last.target or None if last else None,
        "seconds": last.seconds if last else None,
        "certificateEnds": last.certificate_ends or None if last else None,
        "detail": last.detail or None if last else None,
        "places": [str(place) for place in one.address.places],
    }
