"""Make the two workbooks of a site: the table of all items, and the comparison."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from efa_lod.model.languages import LANGUAGES, Texts
from efa_lod.rdf.formats import COLUMNS as TABLE_COLUMNS
from efa_lod.rdf.formats import LIST_SEPARATOR
from efa_lod.site.comparison import STATUSES, SYMBOLS, StateSummary
from efa_lod.site.comparison_table import COMPARISON_COLUMNS, ComparisonColumn, Words
from efa_lod.site.model_drawing import class_name
from efa_lod.site.names import SITE_NAMES
from efa_lod.site.spreadsheets import Sheet, workbook

_FILLS: Mapping[str, str] = {
    "stated": "#E3F0EA",
    "linkLost": "#FFF3D1",
    "notYetAvailable": "#E4EDF8",
    "notApplicable": "#EDEBF3",
    "empty": "#F3F1EC",
}


def table_workbook(table: Iterable[bytes], title: str, day: str, words: Words) -> bytes:
    """Return the whole *table* – its CSV, in pieces that end with a line – as a workbook of one sheet.

    The cells are those of the CSV, read back from it, so the two cannot differ; but where programs get codes and IRIs
    of code lists, people get what these are called in German.
    """
    given = _csv_rows(table)
    next(given)  # the names for programs; people get the headings
    rows = (
        [_called(column.name, cell, words) for column, cell in zip(TABLE_COLUMNS, row, strict=True)] for row in given
    )
    heading = [f"{column.de}\n{column.en}" for column in TABLE_COLUMNS]
    widths = [_WIDTHS.get(column.name, 16) for column in TABLE_COLUMNS]
    return workbook([Sheet("efa-lod", heading, rows, widths)], title, day)


_CODED = {
    "rowStatus": "valueStatus",
    "itemStatus": "valueStatus",
    "rowForm": "form",
    "rowLost": "lost",
    "itemLost": "lost",
    **{key: key for key in ("rowKind", "contactKind", "provisionKind", "scope", "access", "launchStatus")},
    **{key: key for key in ("covers", "extent", "certainty", "validity")},
}
"""The keys whose codes the columns of the table hold."""
_PARTIES = frozenset({"appliesTo", "decidedBy", "organisedBy", "paidBy"})


def _called(column: str, cell: str, words: Words) -> str:
    """Return *cell* with its codes and references as people call them."""
    if not cell or column not in (*_CODED, *_PARTIES, "type"):
        return cell
    parts = cell.split(LIST_SEPARATOR)
    if column == "type":
        return "\n".join(dict.fromkeys(class_name(part, words.labels, words.context, "de") for part in parts[-1:]))
    if column in _PARTIES:
        return "\n".join(words.reference(words.context.compact(part), "de") for part in parts)
    return "\n".join(words.code(_CODED[column], part, "de") for part in parts)


def _csv_rows(pieces: Iterable[bytes]) -> Iterator[list[str]]:
    for piece in pieces:
        yield from csv.reader(io.StringIO(piece.decode(), newline=""))


_NAMES = {"state": 30, "sourceRow": 44, "item": 44, "homepage": 34, "email": 32, "nameDe": 34}
_WIDTHS = _NAMES | dict.fromkeys(("summaryDe", "summaryEn", "noteDe", "noteEn", "conditionDe", "conditionEn"), 60)


def comparison_workbook(lines: Sequence[StateSummary], words: Words, legend: Mapping[str, Texts], day: str) -> bytes:
    """Return the comparison as a workbook: a sheet in German, one in English, and what the signs mean.

    *legend* has the definition of each status by language.
    """
    sheets = [_compared(lines, words, language) for language in LANGUAGES]
    return workbook([*sheets, _legend(words, legend)], "EfA-Nachnutzung: Vergleich der Länder", day)


def _compared(lines: Sequence[StateSummary], words: Words, language: str) -> Sheet:
    columns = [column for column in COMPARISON_COLUMNS if column.name != "state"]
    rows = [[_cell(column, line, words, language) for column in columns] for line in lines]
    fills = {_status(words, status, language): colour for status, colour in _FILLS.items()}
    widths = [{"number": 11, "status": 25, "list": 38}.get(column.kind, 16) for column in columns]
    name = SITE_NAMES["files"]["comparison"][language]
    return Sheet(name, [column.heading(language) for column in columns], rows, widths, fills=fills)


def _cell(column: ComparisonColumn, line: StateSummary, words: Words, language: str) -> str | int:
    value = column.value(line, words, language)
    if column.kind == "status":
        return _status(words, str(value), language) if value else ""
    return "\n".join(value) if isinstance(value, list) else value


def _status(words: Words, status: str, language: str) -> str:
    return f"{SYMBOLS.get(status, '')} {words.code('valueStatus', status, language)}".strip()


def _legend(words: Words, legend: Mapping[str, Texts]) -> Sheet:
    rows = [
        [
            _status(words, status, "de"),
            legend.get(status, {}).get("de", ""),
            _status(words, status, "en"),
            legend.get(status, {}).get("en", ""),
        ]
        for status in STATUSES
    ]
    heading = ["Stand der Angabe", "Bedeutung", "status", "meaning"]
    fills = {_status(words, status, tag): colour for status, colour in _FILLS.items() for tag in ("de", "en")}
    return Sheet("Legende – legend", heading, rows, [30, 70, 30, 70], fills=fills)
