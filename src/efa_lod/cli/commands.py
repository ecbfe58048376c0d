"""The command line: options in, one call, the result out.

Results go to stdout, everything said about them to stderr. What a command needs is imported when it runs, so that
``--help`` costs nothing.
"""

import sys
from dataclasses import replace
from pathlib import Path

import click

from efa_lod import __version__
from efa_lod.build.processes import cycles_collected_between
from efa_lod.cli.group import Commands
from efa_lod.cli.jobs import jobs_for, progress
from efa_lod.cli.options import (
    REPORT_FORMATS,
    Seconds,
    base_iri_option,
    dumps_option,
    engine_option,
    format_option,
    jobs_option,
    language_of,
    language_option,
    note_checked,
    note_next_steps,
    note_releases,
    note_sample,
    output_option,
    previous_option,
    print_report,
    publication_of,
    publication_option,
    shapes_option,
    show_results,
    sign_option,
    terminable,
)
from efa_lod.cli.usage import Misuse
from efa_lod.errors import DOES_NOT_CONFORM

REHEARSAL_FORMATS = ("text", "json")
PROFILE_NAMES = ("catalog", "dcat-ap", "dcat-ap-de", "govdata")
BUILT_CATALOGUE = "dist/catalog.ttl"


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="efa-lod")
def main() -> None:
    """Publish how municipalities reuse EfA online services in the 16 German states, as linked open data.

    Exit codes: 0 done or conforms, 1 the data does not conform, 2 could not run.
    """


@main.command()
@click.argument("files", nargs=-1, metavar="[FILES... | -]")
@output_option
@click.option(
    "--input-format", "suffix", metavar="SUFFIX", default="jsonl", show_default=True, help="What stdin holds."
)
@dumps_option
@click.option(
    "--store", type=click.Path(path_type=Path), metavar="DIR", help="Write the graph as an Oxigraph store too."
)
@click.option("--site/--no-site", default=True, help="With or without pages and documents for each record.")
@previous_option
@sign_option
@click.option(
    "--query-engine",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder of the npm package oxigraph, with which the query page answers in the browser.",
)
@click.option("--origins", is_flag=True, help="Name each statement of FILES too with where it comes from.")
@click.option("--rdf12", is_flag=True, help="Write RDF 1.2 too, each statement annotated with where it comes from.")
@click.option("--query-from-disk", is_flag=True, help="Let the query page work from a disk too; takes 6 MB more.")
@jobs_option
@engine_option
@base_iri_option
@publication_option
@language_option
def build_command(
    files: tuple[str, ...],
    output: Path,
    suffix: str,
    formats: tuple[str, ...],
    store: Path | None,
    site: bool,
    previous: str | None,
    sign: Path | None,
    query_engine: Path | None,
    query_from_disk: bool,
    origins: bool,
    rdf12: bool,
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
    from efa_lod.build.build import BuildOptions
    from efa_lod.build.build import build as run
    from efa_lod.site.query_page import read_engine
    from efa_lod.validation.shacl import Engine

    if query_from_disk and not query_engine:
        raise Misuse("query-from-disk", click.get_current_context())
    with cycles_collected_between(), terminable(), progress(files) as told:
        read = publication_of(publication, base_iri, language, files)
        note_sample(read, language)
        form = f".{suffix.removeprefix('.')}"
        count = jobs_for(jobs, files)
        asked = read_engine(query_engine, query_from_disk) if query_engine else None
        options = BuildOptions(files, form, count, Engine(engine), formats, store, site, previous, sign, asked, told)
        options = replace(options, origins=origins, rdf12=rdf12)
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
    if made.releases:
        note_releases(made.releases, language)
    note_next_steps(output, bool(pages), language)
    if made.results:
        from efa_lod.model.withdrawals import LOST_IRI_RULE
        from efa_lod.validation.reports import summary

        if lost := [result for result in made.results if result.rule == LOST_IRI_RULE]:
            show_results(lost, "text", language, err=True)
        click.echo(f"{summary(made.results, language_of(language))} (efa-lod validate)", err=True)


@main.command()
@click.argument("files", nargs=-1, metavar="[FILES... | -]")
@format_option(REPORT_FORMATS)
@click.option("--input-format", "suffix", metavar="SUFFIX", default="yaml", show_default=True, help="What stdin holds.")
@click.option(
    "--profile",
    type=click.Choice(PROFILE_NAMES),
    help=f"Check a catalogue against these shapes. [FILES: {BUILT_CATALOGUE}]",
)
@shapes_option
@jobs_option
@engine_option
@base_iri_option
@publication_option
@language_option
def validate_command(
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
    from efa_lod.build.check import CheckOptions, check_files, check_publication
    from efa_lod.model.results import conforms
    from efa_lod.validation.shacl import Engine

    checked: list[tuple[str, str, int]] = []
    with cycles_collected_between(), terminable(), progress(files) as told:
        read = publication_of(publication, base_iri, language, files)
        if profile:
            from efa_lod.catalog.profile_check import check_catalogue_files

            results = check_catalogue_files(files or (BUILT_CATALOGUE,), profile, shapes, read)
        else:
            options = CheckOptions(jobs_for(jobs, files), Engine(engine), told, lambda *one: checked.append(one))
            results = check_files(files, read, suffix, options) if files else check_publication(read, options)
    show_results(results, format_, language)
    note_checked(checked, language)
    if not conforms(results):
        sys.exit(DOES_NOT_CONFORM)


@main.command()
@click.argument("catalogue", default=BUILT_CATALOGUE)
@click.option(
    "--against",
    metavar="OLD",
    help="What was harvested before: a catalogue, a release or a build, as a file, folder or address.",
)
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
    type=Seconds(0.1, 600),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for an answer.",
)
@format_option(REHEARSAL_FORMATS)
@publication_option
@language_option
def rehearse_command(
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
        efa-lod rehearse --against https://example.org/catalog.ttl
    """
    from efa_lod.catalog.harvest import harvest, read_catalogue
    from efa_lod.catalog.rehearsal import rehearse as run
    from efa_lod.catalog.rehearsal_report import REHEARSAL_REPORTS
    from efa_lod.releases.sources import file_in

    with cycles_collected_between():
        new = harvest(catalogue, seconds)
        old = read_catalogue(file_in(against, "catalog.ttl"), seconds) if against else None
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
    print_report(REHEARSAL_REPORTS[format_](made, language_of(language)), format_)
    if not made.passes:
        sys.exit(DOES_NOT_CONFORM)
