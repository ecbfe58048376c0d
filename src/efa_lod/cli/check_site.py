"""The command ``check-site``: an address in, what is wrong with the site out."""

import sys
from pathlib import Path

import click

from efa_lod.cli.options import Count, Seconds, format_option, language_of, language_option, print_report
from efa_lod.errors import DOES_NOT_CONFORM

SITE_REPORT_FORMATS = ("text", "json", "junit")
SERVER_KINDS = ("apache", "nginx", "caddy", "object-storage")


@click.command()
@click.argument("url")
@click.option(
    "--dist",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder that was uploaded; without it, the site's own build.json says what to expect.",
)
@click.option(
    "--limit",
    type=Count(),
    default=50,
    show_default=True,
    metavar="N",
    help="Most things of one kind.",
)
@click.option(
    "--server", type=click.Choice(SERVER_KINDS), help="Give advice for this server. [default: as the site says]"
)
@click.option("--requests", type=Count(), default=5000, show_default=True, help="Most requests in all.")
@click.option("--megabytes", type=Count(), default=512, show_default=True, help="Most that is read.")
@click.option(
    "--minutes", type=Seconds(min=0, min_open=True), default=15, show_default=True, help="Longest time in all."
)
@click.option("--seconds", type=Seconds(min=0.1), default=30, show_default=True, help="Longest wait for one answer.")
@click.option("--jobs", type=click.IntRange(1, 16), default=4, show_default=True, help="Requests at a time.")
@format_option(SITE_REPORT_FORMATS)
@language_option
def check_site_command(
    url: str,
    dist: Path | None,
    limit: int,
    server: str | None,
    requests: int,
    megabytes: int,
    minutes: float,
    seconds: float,
    jobs: int,
    format_: str,
    language: str | None,
) -> None:
    """Prove that the site at URL behaves as portals, browsers and search engines need it, and say what to change.

    Media types, sizes and digests, HEAD, 304, compression, 303 from things to documents, 406, 404, CORS, links,
    sitemap, catalogue, security headers. Nothing is changed. Exit code 1 when something is wrong, 2 when the site
    cannot be reached.

    \b
    Example:
        efa-lod check-site http://127.0.0.1:8765/ --dist dist
    """
    from efa_lod.io.limits import MIB
    from efa_lod.monitor.reports import SITE_REPORTS
    from efa_lod.monitor.session import Bounds
    from efa_lod.monitor.site_check import check_site as run

    bounds = Bounds(limit, requests, megabytes * MIB, minutes, jobs, seconds)
    made = run(url, dist, bounds, server or "", _progress if sys.stderr.isatty() else lambda name: None)
    print_report(SITE_REPORTS[format_](made, language_of(language)), format_)
    if not made.passes:
        sys.exit(DOES_NOT_CONFORM)


def _progress(name: str) -> None:
    click.echo(f"{name} …", err=True)
