"""The command line: options in, one call, the result out.

Results go to stdout, everything said about them to stderr. What a command needs is imported when it runs, so that
``--help`` costs nothing.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import click

from efa_lod import __version__
from efa_lod.cli.options import (
    REPORT_FORMATS,
    base_iri_option,
    dumps_option,
    engine_option,
    format_option,
    language_of,
    language_option,
    note_sample,
    print_report,
    publication_of,
    publication_option,
    show_results,
    terminable,
)
from efa_lod.errors import COULD_NOT_RUN, DOES_NOT_CONFORM, EfaLodError

REHEARSAL_FORMATS = ("text", "json")
PROFILES = ("catalog", "dcat-ap", "dcat-ap-de", "govdata")
_LARGE = 10_000_000
"""Bytes of input from which on a progress bar is shown and several processes share the work."""
_MOST_JOBS = 4
"""Processes that are begun unasked; each takes some 60 MB."""
BUILT_CATALOGUE = "dist/catalog.ttl"


def _function(command: str) -> str:
    """Return the name of the function of *command*; that of ``help`` would hide a name of Python."""
    return "help_" if command == "help" else command.replace("-", "_")


class CannotRun(click.ClickException):
    """One of our own errors, shown as one line."""

    exit_code = COULD_NOT_RUN

    def show(self, file: Any = None) -> None:
        """Print the message to stderr."""
        click.echo(f"efa-lod: {self.format_message()}", err=True)


class Commands(click.Group):
    """Show our own errors as one line on stderr with exit code 2, and leave bugs their traceback.

    Commands in modules of their own are imported when they are asked for.
    """

    elsewhere: ClassVar[dict[str, str]] = {
        "check-site": "efa_lod.cli.check_site",
        "find": "efa_lod.cli.find",
        "help": "efa_lod.cli.help",
        "links": "efa_lod.cli.links",
        "query": "efa_lod.cli.query",
        "serve": "efa_lod.cli.serve",
        "source": "efa_lod.cli.source",
        "spark": "efa_lod.cli.spark",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, sorted."""
        return sorted([*self.commands, *self.elsewhere])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command with this name, from its module where it has one."""
        if cmd_name not in self.elsewhere:
            return super().get_command(ctx, cmd_name)
        command: click.Command = getattr(import_module(self.elsewhere[cmd_name]), _function(cmd_name))
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that *ctx* names."""
        try:
            return super().invoke(ctx)
        except EfaLodError as error:
            raise CannotRun(str(error)) from error
        except KeyboardInterrupt as stop:
            raise CannotRun("interrupted; nothing was replaced") from stop
        except BrokenPipeError:  # the reader has seen enough, as in efa-lod query … | head
            sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 – kept open until the end
            sys.exit(COULD_NOT_RUN)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="efa-lod")
def main() -> None:
    """Publish how municipalities reuse EfA online services in the 16 German states, as linked open data.

    Exit codes: 0 done or conforms, 1 the data does not conform, 2 could not run.
    """


shapes_option = click.option(
    "--shapes", metavar="DIR|URL", help="Where the official shapes are; what is fetched is kept in ~/.cache/efa-lod."
)


jobs_option = click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Processes for records.  [default: 1; for large files the number of processors, at most 4]",
)


@main.command()
@click.argument("files", nargs=-1, metavar="[FILES... | -]")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("dist"),
    show_default=True,
    metavar="DIR",
    help="The folder to write; it is replaced as a whole.",
)
@click.option(
    "--input-format", "suffix", metavar="SUFFIX", default="jsonl", show_default=True, help="What stdin holds."
)
@dumps_option
@click.option(
    "--store", type=click.Path(path_type=Path), metavar="DIR", help="Write the graph as an Oxigraph store too."
)
@click.option("--site/--no-site", default=True, help="With or without pages and documents for each record.")
@jobs_option
@engine_option
@base_iri_option
@publication_option
@language_option
def build(
    files: tuple[str, ...],
    output: Path,
    suffix: str,
    formats: tuple[str, ...],
    store: Path | None,
    site: bool,
    jobs: int | None,
    engine: str,
    base_iri: str | None,
    publication: Path | None,
    language: str | None,
) -> None:
    """Read the records, validate them, and write all outputs to a folder.

    FILES are more records beside those of the publication, of any number: JSON Lines (.jsonl, .jsonl.gz) or YAML. The
    folder is replaced as a whole when everything went well; otherwise it stays as it is.

    \b
    Examples:
        efa-lod build -o dist
        efa-lod build municipalities.jsonl.gz --jobs 4 --store graph
    """
    from efa_lod.build.build import Options
    from efa_lod.build.build import build as run
    from efa_lod.validation.shacl import Engine

    with _without_cycle_collection(), terminable(), _progress(files) as told:
        read = publication_of(publication, base_iri, language, files)
        note_sample(read, language)
        options = Options(
            files, f".{suffix.removeprefix('.')}", _jobs(jobs, files), Engine(engine), formats, store, site, told
        )
        made = run(read, output, options)
    if not made.outputs:
        show_results(made.results, "text", language, err=True)
        sys.exit(DOES_NOT_CONFORM)
    for file in made.outputs:
        if not file.site:
            triples = f"{file.triples:>9,} triples" if file.triples is not None else " " * 17
            click.echo(f"{file.size:>11,} bytes {triples}  {output / file.path}")
    if pages := [file for file in made.outputs if file.site]:
        size = sum(file.size for file in pages)
        click.echo(f"{size:>11,} bytes in {len(pages):,} files of the site  {output / 'index.html'}")
    if made.results:
        from efa_lod.validation.reports import summary

        click.echo(f"{summary(made.results, language_of(language))} (efa-lod validate)", err=True)


@main.command()
@click.argument("files", nargs=-1, metavar="[FILES... | -]")
@format_option(REPORT_FORMATS)
@click.option("--input-format", "suffix", metavar="SUFFIX", default="yaml", show_default=True, help="What stdin holds.")
@click.option(
    "--profile", type=click.Choice(PROFILES), help=f"Check a catalogue against these shapes. [FILES: {BUILT_CATALOGUE}]"
)
@shapes_option
@jobs_option
@engine_option
@base_iri_option
@publication_option
@language_option
def validate(
    files: tuple[str, ...],
    format_: str,
    suffix: str,
    profile: str | None,
    shapes: str | None,
    jobs: int | None,
    engine: str,
    base_iri: str | None,
    publication: Path | None,
    language: str | None,
) -> None:
    """Check records (YAML, JSON, JSON Lines) or RDF files, and say what to mend and where.

    Without FILES, the whole publication is checked; records in FILES are checked as if they stood in it. With
    --profile, FILES are catalogues, held against our own shapes (catalog) or the official ones of a portal.

    \b
    Examples:
        efa-lod validate data/states/sh.yaml --lang de
        efa-lod validate --profile catalog dist/catalog.ttl
    """
    from efa_lod.build.check import Options, check_files, check_publication
    from efa_lod.model.results import conforms
    from efa_lod.validation.shacl import Engine

    with _without_cycle_collection(), terminable(), _progress(files) as told:
        read = publication_of(publication, base_iri, language, files)
        if profile:
            from efa_lod.catalog.profiles import check_catalogue_files

            results = check_catalogue_files(files or (BUILT_CATALOGUE,), profile, shapes, read)
        else:
            options = Options(_jobs(jobs, files), Engine(engine), told)
            results = check_files(files, read, suffix, options) if files else check_publication(read, options)
    show_results(results, format_, language)
    if not conforms(results):
        sys.exit(DOES_NOT_CONFORM)


@main.command()
@click.argument("catalogue", default=BUILT_CATALOGUE)
@click.option("--against", metavar="OLD", help="The catalogue that was harvested before: a file or an address.")
@click.option("--allow-removal", "allowed", multiple=True, metavar="IRI", help="This may vanish; can be repeated.")
@shapes_option
@click.option(
    "--locale",
    default="en",
    show_default=True,
    metavar="LANG",
    help="The portal's own language, as in ckan.locale_default.",
)
@click.option("--online", is_flag=True, help="Try the addresses of the files instead of assuming that they answer.")
@click.option(
    "--timeout",
    "seconds",
    type=click.FloatRange(0.1, 600),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for an answer.",
)
@format_option(REHEARSAL_FORMATS)
@publication_option
@language_option
def rehearse(
    catalogue: str,
    against: str | None,
    allowed: tuple[str, ...],
    shapes: str | None,
    locale: str,
    online: bool,
    seconds: float,
    format_: str,
    publication: Path | None,
    language: str | None,
) -> None:
    """Say what GovData, CKAN and data.europa.eu would do with a catalogue on their next harvest.

    CATALOGUE is a file or an address. Exit code 1 when a portal would refuse or lose something, or when a dataset, a
    file or a state of OLD would vanish that --allow-removal does not name. Nothing is sent to any portal.

    \b
    Example:
        efa-lod rehearse dist/catalog.ttl --against https://example.org/efa-lod/catalog.ttl
    """
    from efa_lod.catalog.profiles import harvest, read_catalogue
    from efa_lod.catalog.rehearsal import rehearse as run
    from efa_lod.catalog.rehearsal_report import REPORTS

    with _without_cycle_collection():
        new = harvest(catalogue, seconds)
        old = read_catalogue(against, seconds) if against else None
        made = run(
            catalogue,
            new.triples,
            publication_of(publication, None, language),
            old,
            allowed,
            shapes,
            online,
            seconds,
            locale,
            new.unread,
            new.head_status,
        )
    print_report(REPORTS[format_](made, language_of(language)), format_)
    if not made.passes:
        sys.exit(DOES_NOT_CONFORM)


@contextmanager
def _without_cycle_collection() -> Iterator[None]:
    """Keep the collector of reference cycles from walking a million live objects while one job runs and ends."""
    import gc

    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _sizes(files: Sequence[str]) -> list[int]:
    """Return the bytes of those of *files* that are regular files."""
    return [os.stat(file).st_size for file in files if os.path.isfile(file)]  # noqa: PTH113, PTH116 – any name


def _jobs(chosen: int | None, files: Sequence[str]) -> int:
    """Return the number of processes that was *chosen*, or the one that suits *files*."""
    if chosen or sum(_sizes(files)) < _LARGE:
        return chosen or 1
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(_MOST_JOBS, here)


@contextmanager
def _progress(files: Sequence[str]) -> Iterator[Callable[[int, int], None]]:
    """Give what shows on a terminal how far the reading of *files* is, at what rate, and how long it will take."""
    sizes = _sizes(files)
    if not sys.stderr.isatty() or len(sizes) < len(files) or sum(sizes) < _LARGE:
        yield lambda size, records: None
        return
    import time

    began = time.monotonic()
    bar: Any
    with click.progressbar(
        length=sum(sizes),
        file=sys.stderr,
        item_show_func=lambda records: (
            f"{records:,} records, {records / max(time.monotonic() - began, 1e-3):,.0f}/s" if records else None
        ),
    ) as bar:
        yield lambda size, records: bar.update(size, records)
