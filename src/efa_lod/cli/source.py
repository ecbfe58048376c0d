"""Commands about the overview page: read it, hold the records against it, notice change, confirm.

Nothing but ``confirm`` and ``watch --accept`` writes anything.
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from efa_lod import __version__
from efa_lod.cli.options import (
    REPORT_FORMATS,
    format_option,
    language_of,
    language_option,
    print_report,
    publication_of,
    publication_option,
)
from efa_lod.errors import DOES_NOT_CONFORM, BrokenInput
from efa_lod.io.yaml_text import as_yaml

if TYPE_CHECKING:
    from efa_lod.io.http import Fetcher, Manners
    from efa_lod.model.publication import Publication
    from efa_lod.overview.due import Due
    from efa_lod.overview.page import Page, Row
    from efa_lod.overview.watching import RowChange, Watch

WORDS = {
    "de": {
        "changed": "geändert",
        "new": "neu",
        "gone": "weggefallen",
        "line": "Zeile",
        "wording": "der Wortlaut ist anders, keine erkannte Angabe",
        "differ": "{changed} von {all} Feldern anders",
        "same": "nichts Neues",
        "not-modified": "nicht geändert",
        "against": "verglichen mit",
        "records": "den Datensätzen",
        "copy": "der angenommenen Kopie",
        "was-due": "zuletzt bestätigt {confirmed}, war fällig am {due}",
        "is-due": "zuletzt bestätigt {confirmed}, fällig am {due}",
        "nothing-due": "Nichts ist überfällig; der nächste Datensatz ist am {due} fällig.",
        "no-records": "Es gibt keine Datensätze.",
    },
    "en": {
        "changed": "changed",
        "new": "new",
        "gone": "gone",
        "line": "line",
        "wording": "the wording has changed, no recognised fact has",
        "differ": "{changed} of {all} rows differ",
        "same": "nothing new",
        "not-modified": "not modified",
        "against": "compared with",
        "records": "the records",
        "copy": "the accepted copy",
        "was-due": "last confirmed {confirmed}, was due {due}",
        "is-due": "last confirmed {confirmed}, is due {due}",
        "nothing-due": "Nothing is overdue; the next record is due on {due}.",
        "no-records": "There are no records.",
    },
}

private_option = click.option("--allow-private", is_flag=True, help="Also ask hosts with private addresses.")
seconds_option = click.option(
    "--seconds", type=click.FloatRange(min=0.1), default=30, show_default=True, help="Longest wait for an answer."
)


@click.group()
def source() -> None:
    """Read the overview page, hold the records against it, and notice what has changed.

    PAGE is a text file, an HTML file or an address.
    """


@source.command()
@click.argument("page")
@format_option(["yaml", "json"], "yaml")
@click.option("--state", "states", multiple=True, metavar="NAME", help="Only this state, as the page names it.")
@private_option
@seconds_option
def read(page: str, format_: str, states: tuple[str, ...], allow_private: bool, seconds: float) -> None:
    """Show the rows of PAGE and what is recognised in each.

    \b
    Example:
        efa-lod source read page.html --state Saarland
    """
    found = _page(page, allow_private, seconds)
    rows = [_row_as_data(row, found) for row in found.rows if not states or row.state in states]
    if states and not rows:
        known = ", ".join(dict.fromkeys(row.state for row in found.rows))
        raise BrokenInput(f"{page}: expected rows of {', '.join(states)}, found rows of {known}")
    click.echo(_as_json(rows) if format_ == "json" else as_yaml(rows), nl=False)


@source.command()
@click.argument("page")
@format_option(REPORT_FORMATS)
@publication_option
@language_option
@private_option
@seconds_option
def coverage(
    page: str, format_: str, publication: Path | None, language: str | None, allow_private: bool, seconds: float
) -> None:
    """Say what is on PAGE and not in the records, or in the records and not on PAGE.

    Exit code 1 when there is anything.

    \b
    Example:
        efa-lod source coverage page.txt --lang de
    """
    from efa_lod.model.records import publication_records
    from efa_lod.overview.completeness import coverage as run
    from efa_lod.validation.reports import REPORTS

    documents = list(publication_records(publication_of(publication, None, language)))
    results = run(_page(page, allow_private, seconds), documents)
    print_report(REPORTS[format_](results, language_of(language)), format_)
    if results:
        sys.exit(DOES_NOT_CONFORM)


@source.command()
@click.argument("page")
@click.argument("state")
@private_option
@seconds_option
def draft(page: str, state: str, allow_private: bool, seconds: float) -> None:
    """Write a draft of the record parts of STATE, from what is recognised on PAGE, for a maintainer to finish.

    \b
    Example:
        efa-lod source draft page.txt Saarland
    """
    from efa_lod.overview.drafting import drafted

    found = _page(page, allow_private, seconds)
    rows = [row for row in found.rows if row.state == state]
    if not rows:
        known = ", ".join(dict.fromkeys(row.state for row in found.rows))
        raise BrokenInput(f"{page}: expected rows of {state}, found rows of {known}")
    click.echo(f"# Draft from {page}; what is marked TODO is for you to decide.\n" + as_yaml(drafted(rows)), nl=False)


@source.command()
@click.argument("page")
@click.option("--against", metavar="PAGE", help="A page in a file to compare with, instead of the accepted copy.")
@click.option("--accept", is_flag=True, help="Keep a copy, to be compared with from now on.")
@click.option("--copies", type=click.Path(path_type=Path), metavar="DIR", help="Where copies are kept.")
@format_option(["text", "json"])
@publication_option
@language_option
@private_option
@seconds_option
def watch(
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
    """Look at PAGE and tell which rows differ from the accepted copy or, without one, from the records.

    Exit code 0 when nothing is new, 1 when something has changed, 2 when the page could not be looked at.

    \b
    Example:
        efa-lod source watch https://www.example.org/overview.html --format json
    """
    from efa_lod.model.records import publication_records
    from efa_lod.overview.watching import copy_of_file, state_folder, write_kept
    from efa_lod.overview.watching import watch as run

    read = publication_of(publication, None, language)
    folder = copies or state_folder()
    with _fetcher(_manners(read, allow_private, seconds)) as fetcher:
        seen = run(page, list(publication_records(read)), fetcher, folder, against)
    if accept:
        write_kept(folder, page, seen.copy or copy_of_file(page))
    words = WORDS[language_of(language)]
    print_report(_as_json(_watch_as_data(seen)) if format_ == "json" else _watch_as_text(seen, words), format_)
    if seen.changes:
        sys.exit(DOES_NOT_CONFORM)


@source.command()
@click.option("--every", type=click.IntRange(min=1), metavar="DAYS", help="[default: the publication's frequency]")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Count from this day.")
@click.option("--all", "all_", is_flag=True, help="Also list what is not due yet.")
@format_option(["text", "json"])
@publication_option
@language_option
def due(
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
    words, data = WORDS[language_of(language)], [_due_as_data(one) for one in shown]
    print_report(_as_json(data) if format_ == "json" else _due_as_text(found, shown, words), format_)
    if overdue:
        sys.exit(DOES_NOT_CONFORM)


@source.command()
@click.argument("page")
@click.option(
    "--publication", type=click.Path(path_type=Path), metavar="DIR", required=True, help="The folder to write to."
)
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Day of comparison. [today]")
@click.option("--dry-run", is_flag=True, help="Show what would be confirmed and write nothing.")
@private_option
@seconds_option
def confirm(
    page: str, publication: Path, day: datetime | None, dry_run: bool, allow_private: bool, seconds: float
) -> None:
    """Set lastConfirmed in the records of states whose four rows stand on PAGE unchanged.

    Exit code 1 when a state is left, because a row of it has changed.

    \b
    Example:
        efa-lod source confirm page.txt --publication .
    """
    from efa_lod.model.records import publication_records
    from efa_lod.overview.due import confirm as run
    from efa_lod.overview.due import unchanged_states

    read = publication_of(publication, None, None)
    documents = [d for d in publication_records(read) if d.value.get("type") == "State"]
    same = list(unchanged_states(documents, _page(page, allow_private, seconds)))
    if not dry_run:
        run(same, read, day_of(day))
    for document in same:
        click.echo(f"{document.place.path}: confirmed {day_of(day)}{' (not written)' if dry_run else ''}")
    left = [document for document in documents if document not in same]
    for document in left:
        click.echo(f"{document.place.path}: a row has changed or is missing – see efa-lod source watch", err=True)
    if left:
        sys.exit(DOES_NOT_CONFORM)


# --- shared by the commands -------------------------------------------------------------------------------------------


def _page(where: str, private: bool, seconds: float) -> "Page":
    """Return the page in the file or at the address *where*."""
    from efa_lod.overview.page import read_page_file
    from efa_lod.overview.watching import fetch_page, is_address

    if not is_address(where):
        return read_page_file(Path(where))
    with _fetcher(_manners(publication_of(None, None, None), private, seconds)) as fetcher:
        return fetch_page(where, fetcher).page()


def _manners(publication: "Publication", private: bool, seconds: float) -> "Manners":
    from efa_lod.io.http import Manners, agent

    return Manners(agent(__version__, publication.base_iri), seconds=seconds, pause=0, private=private)


def _fetcher(manners: "Manners") -> "Fetcher":
    from efa_lod.io.http import Fetcher

    return Fetcher(manners)


def day_of(given: datetime | None) -> date:
    """Return the day that was given as an option, or today."""
    return given.date() if given else datetime.now(UTC).astimezone().date()


# --- what is shown ----------------------------------------------------------------------------------------------------


def _row_as_data(row: "Row", page: "Page") -> dict[str, Any]:
    from efa_lod.overview.recognition import items, status_of

    return {
        "state": row.state,
        "kind": row.kind,
        "place": f"{page.name}:{row.line}",
        "sha256": row.sha256,
        "valueStatus": status_of(row),
        "text": row.text,
        "items": [
            {
                key: value
                for key, value in (("kind", i.kind), ("text", i.text), ("value", i.value), ("target", i.target))
                if value
            }
            for i in items(row)
            if i.kind not in ("silence", "prose")
        ],
    }


def _watch_as_data(seen: "Watch") -> dict[str, Any]:
    return {
        "page": seen.page,
        "against": seen.against,
        "changed": bool(seen.changes),
        "rows": [
            {
                "state": row.state,
                "kind": row.kind,
                "change": row.change,
                "line": row.line or None,
                "old": list(row.old),
                "new": list(row.new),
            }
            for row in seen.rows
        ],
    }


def _watch_as_text(seen: "Watch", words: Mapping[str, str]) -> str:
    lines = [line for row in seen.changes for line in _change_lines(row, words)]
    counts = {"changed": len(seen.changes), "all": len(seen.rows)}
    verdict = words["differ" if seen.changes else "same" if seen.rows else "not-modified"].format(**counts)
    against = words.get(seen.against, seen.against)
    return "\n".join([*lines, f"{seen.page}: {verdict} ({words['against']} {against})"]) + "\n"


def _change_lines(row: "RowChange", words: Mapping[str, str]) -> Iterable[str]:
    yield f"{row.state}, {row.kind}: {words[row.change]}" + (f" ({words['line']} {row.line})" if row.line else "")
    yield from (f"  - {fact}" for fact in row.lost)
    yield from (f"  + {fact}" for fact in row.gained)
    if row.change == "changed" and not (row.lost or row.gained):
        yield f"  {words['wording']}"


def _due_as_data(one: "Due") -> dict[str, Any]:
    return {
        "state": one.state,
        "place": str(one.place),
        "lastConfirmed": one.confirmed.isoformat(),
        "due": one.due.isoformat(),
        "overdue": one.overdue,
    }


def _due_as_text(found: "Sequence[Due]", shown: "Sequence[Due]", words: Mapping[str, str]) -> str:
    if not shown:
        return words["nothing-due"].format(due=found[0].due) + "\n" if found else words["no-records"] + "\n"
    return "".join(
        f"{one.place}: {one.state}: "
        + words["was-due" if one.overdue else "is-due"].format(confirmed=one.confirmed, due=one.due)
        + "\n"
        for one in shown
    )


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
