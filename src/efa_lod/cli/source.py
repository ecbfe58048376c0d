"""Commands about the overview page: read it, hold the records against it, draft from it, and notice change."""

import sys
from pathlib import Path

import click

from efa_lod.cli import completion
from efa_lod.cli.options import (
    REPORT_FORMATS,
    format_option,
    language_of,
    language_option,
    message_language_option,
    print_report,
    publication_of,
    publication_option,
)
from efa_lod.cli.source_inputs import (
    fetch_policy_of,
    fetcher_of,
    page_at,
    private_option,
    seconds_option,
    state_on_page,
    state_records,
)
from efa_lod.cli.source_records import accept_command, confirm_command, due_command
from efa_lod.cli.source_reports import WORDS, indented_json, row_as_data, watch_as_data, watch_as_text
from efa_lod.cli.usage import CommandGroup
from efa_lod.errors import DOES_NOT_CONFORM
from efa_lod.io.yaml_text import as_yaml


@click.group(cls=CommandGroup)
def source_command() -> None:
    """Read the overview page, hold the records against it, and notice what has changed.

    PAGE is a text file, an HTML file or an address. STATE is a name, an abbreviation or a key, as for find. Nothing but
    accept, confirm and watch --accept writes anything.
    """


@source_command.command()
@click.argument("page")
@format_option(["yaml", "json"], "yaml")
@click.option(
    "--state",
    "states",
    multiple=True,
    metavar="STATE",
    shell_complete=completion.states,
    help="Only this state, such as SH; repeatable.",
)
@publication_option
@message_language_option
@private_option
@seconds_option
def read_command(
    page: str,
    format_: str,
    states: tuple[str, ...],
    publication: Path | None,
    allow_private: bool,
    seconds: float,
) -> None:
    """Show the rows of PAGE and what is recognised in each.

    \b
    Example:
        efa-lod source read page.html --state SL
    """
    read = publication_of(publication, None, None)
    found = page_at(page, read, allow_private, seconds)
    chosen = {state_on_page(one, found, state_records(read)) for one in states}
    rows = [row_as_data(row, found) for row in found.rows if not states or row.state in chosen]
    click.echo(indented_json(rows) if format_ == "json" else as_yaml(rows), nl=False)


@source_command.command()
@click.argument("page")
@format_option([*REPORT_FORMATS, "readings"])
@publication_option
@language_option
@private_option
@seconds_option
def coverage_command(
    page: str, format_: str, publication: Path | None, language: str | None, allow_private: bool, seconds: float
) -> None:
    """Say what is on PAGE and not in the records, or in the records and not on PAGE.

    Exit code 1 when there is anything. Where a true sentence is read wrongly, a reading in data/readings/ overrules it;
    --format readings drafts one for each finding.

    \b
    Example:
        efa-lod source coverage page.txt --lang de
    """
    from efa_lod.model.records import publication_records
    from efa_lod.model.results import conforms
    from efa_lod.overview.completeness import coverage as run
    from efa_lod.overview.completeness import row_results
    from efa_lod.overview.outside import read_outside
    from efa_lod.overview.readings import drafted_readings, read_readings
    from efa_lod.validation.reports import REPORTS

    read = publication_of(publication, None, language)
    documents, outside = list(publication_records(read)), read_outside(read)
    found = page_at(page, read, allow_private, seconds)
    results = run(found, documents, outside, read_readings(read))
    if format_ == "readings":
        click.echo(drafted_readings(row_results(found, documents, outside)), nl=False)
    else:
        print_report(REPORTS[format_](results, language_of(language)), format_)
    if not conforms(results):
        sys.exit(DOES_NOT_CONFORM)


@source_command.command()
@click.argument("page")
@publication_option
@message_language_option
@private_option
@seconds_option
def facts_command(page: str, publication: Path | None, allow_private: bool, seconds: float) -> None:
    """Write which words the rows of PAGE have, as marks, for validate to check claims with.

    \b
    Example:
        efa-lod source facts page.txt > data/facts/efa-nachnutzung.json
    """
    from efa_lod.model.records import publication_records
    from efa_lod.overview.facts import facts_of, facts_text

    read = publication_of(publication, None, None)
    rows = facts_of(page_at(page, read, allow_private, seconds), list(publication_records(read)))
    click.echo(facts_text(rows), nl=False)


@source_command.command()
@click.argument("page")
@click.argument("state")
@publication_option
@message_language_option
@private_option
@seconds_option
def draft_command(page: str, state: str, publication: Path | None, allow_private: bool, seconds: float) -> None:
    """Write a draft of the record parts of STATE, from what is recognised on PAGE, for a maintainer to finish.

    \b
    Example:
        efa-lod source draft page.txt SH
    """
    from efa_lod.overview.drafting import drafted
    from efa_lod.validation.json_schema import SCHEMA_COMMENT

    read = publication_of(publication, None, None)
    found = page_at(page, read, allow_private, seconds)
    name = state_on_page(state, found, state_records(read))
    rows = [row for row in found.rows if row.state == name]
    head = f"{SCHEMA_COMMENT}# Draft from {page}; what is marked TODO is for you to decide.\n"
    click.echo(head + as_yaml(drafted(rows)), nl=False)


@source_command.command("watch")
@click.argument("page")
@click.option("--against", metavar="PAGE", help="A page in a file to compare with, instead of the accepted copy.")
@click.option("--accept", is_flag=True, help="Keep a copy, to be compared with from now on.")
@click.option("--copies", type=click.Path(path_type=Path), metavar="DIR", help="Where copies are kept.")
@format_option(["text", "json"])
@publication_option
@language_option
@private_option
@seconds_option
def watch_page_command(
    page: str,
    against: str | None,
    accept: bool,
    copies: Path | None,
    format_: str,
    publication: Path | None,
    language: str | None,
    allow_private: bool,
    seconds: float,
) -> None:
    """Look at PAGE and tell what differs from the accepted copy or, without one, from the records.

    Told are rows, links in them, and what stands outside of the rows.

    Exit code 0 when nothing is new, 1 when something has changed, 2 when the page could not be looked at.

    \b
    Example:
        efa-lod source watch https://www.example.org/overview.html --format json
    """
    from efa_lod.overview.watching import copy_of_file, state_folder, write_kept
    from efa_lod.overview.watching import watch as run

    read = publication_of(publication, None, language)
    folder = copies or state_folder()
    with fetcher_of(fetch_policy_of(read, allow_private, seconds)) as fetcher:
        seen = run(page, read, fetcher, folder, against)
    if accept:
        write_kept(folder, page, seen.copy or copy_of_file(page))
    words = WORDS[language_of(language)]
    print_report(indented_json(watch_as_data(seen)) if format_ == "json" else watch_as_text(seen, words), format_)
    if seen.changes or seen.outside:
        sys.exit(DOES_NOT_CONFORM)


for command in (due_command, confirm_command, accept_command):
    source_command.add_command(command)
