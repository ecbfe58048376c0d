"""Commands about the links in the data."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from efa_lod import __version__
from efa_lod.cli.options import Seconds, format_option, language_of, language_option, publication_of, publication_option
from efa_lod.cli.source_inputs import day_of, private_option, seconds_option
from efa_lod.cli.usage import CommandGroup
from efa_lod.errors import DOES_NOT_CONFORM, BrokenInput
from efa_lod.io.messages import Messages
from efa_lod.io.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from efa_lod.monitor.link_verdicts import LinkCheck
    from efa_lod.monitor.links import Address

_ERRORS = Messages(__file__, "errors")
_WORDS = Messages(__file__, "links")

HISTORY = "links.nt"


@click.group(cls=CommandGroup)
def links_command() -> None:
    """Check whether the addresses in the data answer."""


@links_command.command()
@click.option("--offline", is_flag=True, help="Show what would be asked, and ask nobody.")
@click.option("--history", type=click.Path(path_type=Path), metavar="FILE", help="What earlier checks found.")
@click.option(
    "--max-age",
    type=click.IntRange(0, 1_000_000_000),
    default=7,
    show_default=True,
    metavar="DAYS",
    help="Do not ask again what has answered within so many days.",
)
@click.option("--jobs", type=click.IntRange(1, 64), default=8, show_default=True, help="Hosts asked at a time.")
@click.option(
    "--pause",
    type=Seconds(min=0),
    default=1,
    show_default=True,
    help="Seconds between two requests to a host.",
)
@seconds_option
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="The day that is remembered.")
@click.option("--all", "all_", is_flag=True, help="Also list what is alive.")
@format_option(["text", "json"])
@publication_option
@language_option
@private_option
def check_command(
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
    language: str | None,
    allow_private: bool,
) -> None:
    """Ask the addresses and mail domains in the data, and tell dead, moved, forbidden and unreachable ones apart.

    A link is called dead after failing on three different days. Exit code 1 when one is dead, 2 when nothing at all
    could be reached from here; then nothing is remembered.

    \b
    Example:
        efa-lod links check --offline
    """
    from efa_lod.io.fetch_policy import FetchPolicy, agent
    from efa_lod.io.http import Fetcher
    from efa_lod.model.context import read_context
    from efa_lod.model.records import publication_records
    from efa_lod.monitor.link_checks import check_links
    from efa_lod.monitor.link_history import read_history, write_history
    from efa_lod.monitor.link_verdicts import added, judged, nothing_reached
    from efa_lod.monitor.links import collected, is_due, is_reserved_host
    from efa_lod.overview.watching import state_folder

    read = publication_of(publication, None, language)
    words = _WORDS.words(language_of(language))
    file = history or state_folder() / HISTORY
    known = read_history(file)
    if history and not known and history.exists() and history.stat().st_size:
        raise BrokenInput(
            f"{history}: holds no history of links and would be replaced – name another file, or move it away",
            f"{history}: enthält keinen Verlauf von Links und würde ersetzt – nennen Sie eine andere Datei, oder räumen"
            " Sie sie weg",
        )
    addresses = [a for a in collected(publication_records(read), read_context(read)) if not is_reserved_host(a)]
    asked = [address for address in addresses if is_due(address, known, day_of(today), max_age)]
    if offline:
        click.echo(_plan(addresses, asked, format_, words), nl=False)
        return
    policy = FetchPolicy(
        agent(__version__, read.base_iri), seconds, tries=2, backoff=0.5, pause=pause, private=allow_private
    )
    with Fetcher(policy) as fetcher, _progress(len(asked)) as progress:
        found = check_links(asked, fetcher, day_of(today), jobs=jobs, progress=progress)
    if nothing_reached(found):
        raise _ERRORS.broken("nothing-reached", count=len(found))
    known = added(known, found)
    write_history(file, known)
    checks = [judged(address, known) for address in addresses]
    click.echo(_as_json(checks) if format_ == "json" else visible(_as_text(checks, all_, words)), nl=False)
    if any(one.verdict == "dead" for one in checks):
        sys.exit(DOES_NOT_CONFORM)


@contextmanager
def _progress(length: int) -> "Iterator[Callable[[], object]]":
    """Yield a function that advances a progress bar by one; there is a bar only on a terminal."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    with click.progressbar(length=length, label="links", file=sys.stderr) as bar:
        yield lambda: bar.update(1)


def _plan(addresses: "Sequence[Address]", asked: "Sequence[Address]", format_: str, words: Mapping[str, str]) -> str:
    if format_ == "json":
        data = [{"url": a.url, "ask": a in asked, "places": [str(place) for place in a.places]} for a in addresses]
        return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    lines = [f"{words['ask' if address in asked else 'keep']}  {address.url}" for address in addresses]
    hosts = len({address.host for address in asked})
    plan = words["plan"].format(asked=len(asked), all=len(addresses), hosts=hosts)
    return "\n".join([*lines, plan]) + "\n"


def _as_text(checks: "Sequence[LinkCheck]", all_: bool, words: Mapping[str, str]) -> str:
    from efa_lod.monitor.link_verdicts import VERDICTS

    shown = [one for one in checks if all_ or one.verdict not in ("alive", "skipped")]
    in_order = sorted(shown, key=lambda one: (VERDICTS.index(one.verdict), one.address.url))
    counts = [(verdict, sum(one.verdict == verdict for one in checks)) for verdict in VERDICTS]
    summary = ", ".join(f"{count} {words[verdict]}" for verdict, count in counts if count)
    return "\n".join([*(_line(one, words) for one in in_order), summary]) + "\n"


def _line(one: "LinkCheck", words: Mapping[str, str]) -> str:
    last = one.last
    details = [] if last is None else [str(last.status or ""), last.detail, f"-> {last.target}" if last.target else ""]
    if last and last.detail and words["language"] == "de":
        details[1] = words[last.outcome]  # what is remembered is told in English
    since = words["since"].format(day=one.since) if one.since else ""
    told = ", ".join(part for part in (*details, since) if part)
    return f"{words[one.verdict]:<11}  {one.address.url}  {told}  ({', '.join(map(str, one.address.places))})"


def _as_json(checks: "Sequence[LinkCheck]") -> str:
    return json.dumps([_data(one) for one in checks], ensure_ascii=False, indent=1) + "\n"


def _data(one: "LinkCheck") -> dict[str, object]:
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
