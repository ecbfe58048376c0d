"""Commands about the workbooks by which states check and correct their records."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

import click

from efa_lod.cli import completion
from efa_lod.cli.options import (
    Command,
    FreeText,
    format_option,
    language_of,
    language_option,
    print_report,
    publication_of,
    publication_option,
    show_results,
)
from efa_lod.cli.source_inputs import day_of, states_meant
from efa_lod.cli.usage import CommandGroup
from efa_lod.errors import DOES_NOT_CONFORM, BadSetting
from efa_lod.io.terminal import visible

if TYPE_CHECKING:
    from efa_lod.editing.sheet_import import SheetOutcome
    from efa_lod.editing.sheet_pages import SheetSource
    from efa_lod.editing.workbook_writer import SheetRequest
    from efa_lod.io.reading import Document
    from efa_lod.model.publication import Publication

_WRITTEN = {"de": "Geschrieben: {file}", "en": "Written: {file}"}
_WOULD_WRITE = {"de": "Würde mit --write geschrieben: {file}", "en": "Would be written with --write: {file}"}
_NOTHING = {"de": "Die Mappen ändern nichts.", "en": "The workbooks change nothing."}
_REFUSED = {
    "de": "Nichts geschrieben: erst die Verstöße oben klären.",
    "en": "Nothing was written: settle the violations above first.",
}
_NO_FOLDER = (
    "--write: expected a publication of your own around this folder, found none – name its folder with --publication",
    "--write: erwartet wird eine eigene Veröffentlichung um diesen Ordner, gefunden keine – ihren Ordner mit"
    " --publication nennen",
)
_NO_GERMAN = (
    "--by-en: expected the German name of the office beside it, found none – give it with --by",
    "--by-en: erwartet wird daneben der deutsche Name der Stelle, gefunden keiner – nennen Sie ihn mit --by",
)
SHEET_FORMATS = ("text", "json", "sarif")


@click.group(cls=CommandGroup)
def sheet_command() -> None:
    """Send records out as workbooks for people who write no YAML, and take their corrections in.

    STATE is a name, an abbreviation or a key, as for find.
    """


@sheet_command.command()
@click.argument("state", nargs=-1, metavar="[STATES...]", shell_complete=completion.states)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path(),
    metavar="FILE|DIR",
    help="A file.xlsx for one workbook about all states, or a folder for one each.  [default: this folder]",
)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Day until which an answer is asked.")
@click.option("--asker", type=FreeText(), metavar="TEXT", help="Who asks, in a line.  [default: the publisher]")
@click.option(
    "--reply-to",
    type=FreeText(),
    metavar="TEXT",
    help="Where to send it back.  [default: the contact's e-mail address]",
)
@publication_option
@language_option
def export_command(
    state: tuple[str, ...],
    output: Path,
    until: datetime | None,
    asker: str | None,
    reply_to: str | None,
    publication: Path | None,
    language: str | None,
) -> None:
    """Write workbooks (XLSX) in which states correct what is published about them; all states unless named.

    The workbooks are in German unless --lang en is given.

    \b
    Examples:
        efa-lod sheet export SH HH -o sheets --until 2027-01-31
        efa-lod sheet export -o states.xlsx --lang en
    """
    from efa_lod.editing.sheet_pages import SheetSource
    from efa_lod.editing.workbook_writer import SheetRequest
    from efa_lod.model.records import publication_records

    read = publication_of(publication, None, language)
    documents = list(publication_records(read))
    records = states_meant(state, [one for one in documents if one.value.get("type") == "State"])
    settings = read.settings.value
    request = SheetRequest(
        asker or str(settings["publisher"]["name"]),
        reply_to or str(settings["contact"]["email"]),
        until.date().isoformat() if until else "",
    )
    source = SheetSource(read, documents, language or "de")
    for file, of_file in _files(output, records):
        _write(file, source, of_file, request)
        click.echo(visible(_WRITTEN[language_of(language)].format(file=file)), err=True)


def _files(output: Path, records: "Sequence[Document]") -> "list[tuple[Path, list[Document]]]":
    """Return the files to write, each with its records: one for all in a file, or one for each in a folder."""
    if output.suffix.lower() == ".xlsx":
        return [(output, list(records))]
    return [(output / f"efa-lod-{str(one.value['id']).rpartition('/')[2]}.xlsx", [one]) for one in records]


def _write(file: Path, source: "SheetSource", records: "Sequence[Document]", request: "SheetRequest") -> None:
    from efa_lod.editing.workbook_writer import state_workbook
    from efa_lod.errors import CannotWrite, in_german
    from efa_lod.io.files import write_whole

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, state_workbook(source, records, request))
    except OSError as error:
        raise CannotWrite(
            f"{file}: cannot be written: {error.strerror}", f"{file}: nicht schreibbar: {in_german(error)}"
        ) from error


def _reading_options(formats: Sequence[str]) -> Callable[[Command], Command]:
    """Return the arguments and options of a command that reads workbooks."""
    options = (
        click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILES..."),
        click.option(
            "--by",
            type=FreeText(),
            metavar="TEXT",
            help="The office that states it, by its German name; no person.  [default: the state]",
        ),
        click.option(
            "--by-en", type=FreeText(), metavar="TEXT", help="The English name of that office, if it has one."
        ),
        click.option(
            "--date", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Day of the answer. [today]"
        ),
        format_option(formats),
        publication_option,
        language_option,
    )
    return lambda command: reduce(lambda inner, option: option(inner), reversed(options), command)


@sheet_command.command("diff")
@_reading_options(("text", "json"))
def sheet_diff_command(
    files: tuple[str, ...],
    by: str | None,
    by_en: str | None,
    day: datetime | None,
    format_: str,
    publication: Path | None,
    language: str | None,
) -> None:
    """Say what the workbooks FILES (XLSX or ODS) would change in the records, in sentences as diff has them.

    What cannot be taken is said on stderr, by sheet and cell. Exit code 0 when nothing would change, 1 when something
    would or cannot be taken.

    \b
    Example:
        efa-lod sheet diff answers/efa-lod-sh.xlsx
    """
    from efa_lod.rdf.graphs import ontology_triples
    from efa_lod.releases.change_sets import change_json
    from efa_lod.releases.difference_report import difference_text
    from efa_lod.releases.wording import Wording, ontology_labels

    read = publication_of(publication, None, language)
    tongue = language_of(language)

    def tell(outcome: "SheetOutcome") -> None:
        if outcome.changes is None:
            return
        wording = Wording(read.base_iri, ontology_labels(ontology_triples(read)))
        if format_ == "json":
            print_report(change_json(outcome.changes, wording).decode(), format_)
        elif outcome.edited:
            print_report(difference_text(outcome.changes, wording, tongue), format_)
        else:
            print_report(_NOTHING[tongue] + "\n", format_)

    outcome = _outcome(read, files, (by, by_en), day, tell)
    if outcome.results:
        show_results(outcome.results, "text", language, err=True)
    if outcome.edited or _violations(outcome):
        sys.exit(DOES_NOT_CONFORM)


@sheet_command.command()
@_reading_options(SHEET_FORMATS)
@click.option("--write", is_flag=True, help="Write the changes into the records; without it nothing is written.")
def import_command(
    files: tuple[str, ...],
    by: str | None,
    by_en: str | None,
    day: datetime | None,
    format_: str,
    publication: Path | None,
    language: str | None,
    write: bool,
) -> None:
    """Check the answers in the workbooks FILES (XLSX or ODS), and write them into the records.

    Findings name sheet and cell. Records are edited in place: comments, order and layout of what was not corrected
    stay. What is added gets the office, the day and the workbook as its evidence. Nothing is written without --write,
    or while a violation is found; exit code 1 then.

    \b
    Examples:
        efa-lod sheet import answers/efa-lod-sh.xlsx
        efa-lod sheet import answers/*.ods --by "Staatskanzlei" --write
    """
    from efa_lod.editing.saving import write_edited
    from efa_lod.model.publication import working_folder

    if write and not publication and not working_folder(Path.cwd()):
        raise BadSetting(*_NO_FOLDER)
    read = publication_of(publication, None, language)
    tongue = language_of(language)
    outcome = _outcome(read, files, (by, by_en), day, lambda outcome: None)
    show_results(outcome.results, format_, language)
    refused = _violations(outcome)
    if refused:
        click.echo(_REFUSED[tongue], err=True)
        sys.exit(DOES_NOT_CONFORM)
    if not outcome.edited:
        click.echo(_NOTHING[tongue], err=True)
    elif write:
        write_edited(read, outcome.files, outcome.made_from)
    for name in outcome.files:
        click.echo(visible((_WRITTEN if write else _WOULD_WRITE)[tongue].format(file=name)), err=True)


def _violations(outcome: "SheetOutcome") -> bool:
    from efa_lod.model.results import conforms

    return not conforms(outcome.results)


def _outcome(
    read: "Publication",
    files: Sequence[str],
    by: tuple[str | None, str | None],
    day: datetime | None,
    tell: "Callable[[SheetOutcome], None]",
) -> "SheetOutcome":
    """Return what the workbooks *files* come to in the records of *read*.

    *by* are the German and the English name of the office that states it; without one it is the state itself.
    """
    from efa_lod.editing.provenance import Provenance
    from efa_lod.editing.sheet_import import sheet_outcome
    from efa_lod.editing.sheet_pages import SheetSource
    from efa_lod.editing.workbook_reader import read_workbook
    from efa_lod.model.records import publication_records

    if by[1] and not by[0]:
        raise BadSetting(*_NO_GERMAN)
    source = SheetSource(read, list(publication_records(read)), "de")
    offices = {str(one.value["id"]): one.value for one in source.documents}
    when = day_of(day).isoformat()

    def provenance_of(record: str, file: str) -> Provenance:
        names = offices[record].get("officialName") or offices[record].get("name") or {}
        german, english = by if by[0] else (str(names.get("de") or record), str(names.get("en") or ""))
        return Provenance(german or "", when, Path(file).name, by_english=english or "")

    workbooks = [read_workbook(Path(file), read.base_iri) for file in files]
    return sheet_outcome(workbooks, source, provenance_of, tell)
