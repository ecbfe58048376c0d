"""The command ``push``: a build and a target in, a receipt out."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from efa_lod import __version__
from efa_lod.cli.options import (
    Seconds,
    format_option,
    language_of,
    language_option,
    note_sample,
    print_report,
    publication_of,
    publication_option,
    terminable,
)
from efa_lod.errors import DOES_NOT_CONFORM

TARGET_KINDS = (
    "oxigraph",
    "virtuoso",
    "fuseki",
    "rdf4j",
    "graphdb",
    "qlever",
    "gsp",
    "sparql-update",
    "ckan",
    "piveau",
    "folder",
)
_LARGE = 2_000_000
"""Bytes from which on a progress bar is shown."""


@click.command()
@click.argument("target")
@click.option(
    "--kind",
    type=click.Choice(TARGET_KINDS),
    metavar="KIND",
    help=f"What TARGET is, where it is an address: {', '.join(TARGET_KINDS)}.",
)
@click.option(
    "--build",
    "built",
    type=click.Path(path_type=Path),
    default=Path("dist"),
    show_default=True,
    metavar="DIR",
    help="The folder that a build wrote.",
)
@click.option(
    "--file",
    "files",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE",
    help="What a store gets, instead of efa-lod.nt of the build; repeatable (.nt, .ttl, .rdf, .jsonld).",
)
@click.option("--graph", metavar="IRI", help="The graph to replace in a store. [default: the IRI of the dataset]")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and send nothing.")
@click.option("--force", is_flag=True, help="Let things vanish, and values change that the target cannot keep.")
@click.option("--allow-removal", "allowed", multiple=True, metavar="IRI", help="This may vanish; can be repeated.")
@click.option("--insecure", is_flag=True, help="Let a password go over plain HTTP.")
@click.option(
    "--timeout",
    "seconds",
    type=Seconds(0.1, 86400),
    default=600,
    show_default=True,
    metavar="SECONDS",
    help="How long one request may take.",
)
@click.option(
    "--receipt", "receipt_file", type=click.Path(path_type=Path), metavar="FILE", help="Write the receipt, as JSON."
)
@format_option(("text", "json"))
@publication_option
@language_option
def push_command(
    target: str,
    kind: str | None,
    built: Path,
    files: tuple[Path, ...],
    graph: str | None,
    dry_run: bool,
    force: bool,
    allowed: tuple[str, ...],
    insecure: bool,
    seconds: float,
    receipt_file: Path | None,
    format_: str,
    publication: Path | None,
    language: str | None,
) -> None:
    """Bring a build to a triple store, a portal or a folder, and see that it arrived.

    TARGET is a name in data/targets.yaml, or an address with --kind. A store gets the statements in a staging graph,
    which is counted, fetched and compared before it takes the place of the graph; a failure leaves the graph as it
    was, other graphs are never touched. A CKAN gets one dataset, with the ids that it has and what others added; a
    folder the files that changed. What is unchanged is not sent. Tested with the real programs: oxigraph, virtuoso,
    sparql-update, ckan, folder; written from documents: fuseki, rdf4j, graphdb, qlever, gsp, piveau. Logins stand in
    environment variables: EFA_LOD_USER and EFA_LOD_PASSWORD, or EFA_LOD_TOKEN, or those that the target names. Exit
    code 1 when something would vanish or arrive changed that you have not allowed.

    \b
    Examples:
        efa-lod push local --dry-run
        efa-lod push http://127.0.0.1:7878 --kind oxigraph
        efa-lod push /srv/www/efa --kind folder
    """
    from efa_lod.delivery.options import NotDelivered, PushOptions
    from efa_lod.delivery.push import PushJob, push_build
    from efa_lod.delivery.receipts import RECEIPTS, json_receipt, refuse_no_place
    from efa_lod.delivery.targets import target_of

    read = publication_of(publication, None, language)
    if receipt_file:
        refuse_no_place(receipt_file)
    chosen = target_of(target, kind, read.folder)
    note_sample(read, language)
    job = PushJob(chosen, read, built, files, graph, insecure, seconds, __version__)
    with terminable(), _progress() as progress:
        options = PushOptions(dry_run, force, allowed, progress)
        try:
            receipt = push_build(job, options)
        except NotDelivered as error:
            click.echo(f"efa-lod: {error.in_language(language_of(language))}", err=True)
            sys.exit(DOES_NOT_CONFORM)
    print_report(RECEIPTS[format_](receipt, language_of(language)), format_)
    if receipt_file:
        from efa_lod.io.files import write_whole

        write_whole(receipt_file, json_receipt(receipt, language_of(language)).encode())


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Yield a progress callback for what is sent; shows a bar on a terminal, of large graphs only."""
    if not sys.stderr.isatty():
        yield lambda sent, whole: None
        return
    with click.progressbar(length=1, file=sys.stderr, label="push") as bar:

        def show(sent: int, whole: int) -> None:
            if whole >= _LARGE:
                bar.length = whole
                bar.update(sent - bar.pos)

        yield show
