"""Commands that tell how fresh the records are, and that write days and digests into them."""

import sys
from collections.abc import Callable
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

import click

from efa_lod.cli.options import (
    Command,
    format_option,
    language_of,
    language_option,
    print_report,
    publication_of,
    publication_option,
)
from efa_lod.cli.source_inputs import (
    day_of,
    day_option,
    page_at,
    private_option,
    seconds_option,
    state_records,
    states_meant,
)
from efa_lod.cli.source_reports import WORDS, change_lines, due_as_data, due_as_text, indented_json, passage_lines
from efa_lod.errors import DOES_NOT_CONFORM
from efa_lod.io.terminal import visible

if TYPE_CHECKING:
    from efa_lod.overview.outside import PassageChange
    from efa_lod.overview.watching import RowChange

written_option = click.option(
    "--publication", type=click.Path(path_type=Path), metavar="DIR", required=True, help="The folder to write to."
)


def writing_options(dry_run: str) -> Callable[[Command], Command]:
    """Return the arguments and options of a command that writes into records what a page says; *dry_run* is a help."""
    options = (
        click.argument("page"),
        click.argument("state", nargs=-1),
        written_option,
        day_option,
        click.option("--dry-run", is_flag=True, help=dry_run),
        language_option,
        private_option,
        seconds_option,
    )
    return lambda command: reduce(lambda inner, option: option(inner), reversed(options), command)


@click.command()
@click.option("--every", type=click.IntRange(1, 36_500), metavar="DAYS", help="[default: the publication's frequency]")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Count from this day.")
@click.option("--all", "all_", is_flag=True, help="Also list what is not due yet.")
@format_option(["text", "json"])
@publication_option
@language_option
def due_command(
    every: int | None,
    today: datetime | None,
    all_: bool,
    format_: str,
    publication: Path | None,
    language: str | None,
) -> None:
    """List the records that are overdue for a comparison with the page; exit code 1 when there are any.

    \b
    Example:
        efa-lod source due --every 180
    """
    from efa_lod.model.records import publication_records
    from efa_lod.overview.due import due_records, interval

    read = publication_of(publication, None, language)
    found = due_records(publication_records(read), day_of(today), every or interval(read))
    overdue = [one for one in found if one.overdue]
    shown = found if all_ else overdue
    words, data = WORDS[language_of(language)], [due_as_data(one) for one in shown]
    print_report(indented_json(data) if format_ == "json" else due_as_text(found, shown, words), format_)
    if overdue:
        sys.exit(DOES_NOT_CONFORM)


@click.command()
@writing_options("Show what would be confirmed and write nothing.")
def confirm_command(
    page: str,
    state: tuple[str, ...],
    publication: Path,
    day: datetime | None,
    dry_run: bool,
    language: str | None,
    allow_private: bool,
    seconds: float,
) -> None:
    """Set lastConfirmed in the records of states, or of each STATE, whose rows stand on PAGE unchanged.

    Exit code 1 when a state is left, because a row of it has changed, or when something stands on PAGE that was never
    taken in: then nothing is written.

    \b
    Examples:
        efa-lod source confirm page.txt --publication .
        efa-lod source confirm page.txt SH HH --publication .
    """
    from efa_lod.overview.due import set_confirmed, unaccounted, unchanged_states
    from efa_lod.overview.outside import read_outside

    read = publication_of(publication, None, language)
    records, words = state_records(read), WORDS[language_of(language)]
    documents = states_meant(state, records)
    found, outside = page_at(page, read, allow_private, seconds), read_outside(read)
    same = list(unchanged_states(documents, found, outside))
    if unread := unaccounted(records, found, outside):
        for one in unread:
            _say(*_lines(one, words))
        _say(f"{page}: {words['unread']}")
        sys.exit(DOES_NOT_CONFORM)
    if not dry_run:
        set_confirmed(same, read, day_of(day))
    for document in same:
        said = words["confirmed"].format(day=day_of(day)) + (words["not-written"] if dry_run else "")
        click.echo(f"{document.place.path}: {said}")
    left = [document for document in documents if document not in same]
    for document in left:
        _say(f"{document.place.path}: {words['left']}")
    if left:
        sys.exit(DOES_NOT_CONFORM)


@click.command()
@writing_options("Show what would be accepted and write nothing.")
def accept_command(
    page: str,
    state: tuple[str, ...],
    publication: Path,
    day: datetime | None,
    dry_run: bool,
    language: str | None,
    allow_private: bool,
    seconds: float,
) -> None:
    """Write the digests of PAGE and the day into the records of all states, or of each STATE.

    Do this once the records say what PAGE says. Without STATE, what stands outside of the rows is accepted too. Exit
    code 1 when a row is left: one that has no entry in the record, or an entry that has no row.

    \b
    Examples:
        efa-lod source accept page.txt SH --publication .
        efa-lod source accept page.txt --publication . --dry-run
    """
    from efa_lod.overview.acceptance import acceptance, write_acceptance

    read = publication_of(publication, None, language)
    words, documents = WORDS[language_of(language)], states_meant(state, state_records(read))
    found = page_at(page, read, allow_private, seconds)
    result = acceptance(found, documents, read, day_of(day), with_outside=not state)
    changed = [] if dry_run else write_acceptance(result)
    suffix = words["not-written"] if dry_run else ""
    for place, row in result.accepted:
        click.echo(f"{place}: {row}: {words['accepted']}{suffix}")
    if result.outside:
        click.echo(f"{page}: {words['accepted-outside'].format(count=result.outside)}{suffix}")
    for path in changed:
        click.echo(f"{read.name_of(path)}: {words['written']}")
    if not (changed or result.accepted):
        click.echo(words["nothing-to-accept"])
    for place, row, why in result.left:
        _say(f"{place}: {row}: {words[f'entry-{why}']}")
    if result.left:
        sys.exit(DOES_NOT_CONFORM)


def _lines(one: "RowChange | PassageChange", words: dict[str, str]) -> list[str]:
    from efa_lod.overview.outside import PassageChange

    return list(passage_lines(one, words) if isinstance(one, PassageChange) else change_lines(one, words))


def _say(*lines: str) -> None:
    """Write *lines* to stderr, with signs for what would steer a terminal."""
    for line in lines:
        click.echo(visible(line), err=True)
