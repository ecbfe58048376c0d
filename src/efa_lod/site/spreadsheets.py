"""Write tables as spreadsheets (Office Open XML), for people who work with Excel or LibreOffice.

A cell holds a text or a number and nothing else: no formula, no link, no macro, whatever the text begins with. The same
tables give the same bytes: the only date in a workbook is the one that is handed in.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from efa_lod.rdf.formats import COLUMNS as TABLE_COLUMNS
from efa_lod.site.comparison import COLUMNS, STATUSES, SYMBOLS, Column, Line, Texts, Words

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = 32_767
"""Most characters of a cell (Excel specifications and limits)."""
MOST_ROWS = 1_048_576
"""Most rows of a sheet, its heading included."""

_FILLS: Mapping[str, str] = {
    "stated": "#E3F0EA",
    "linkLost": "#FFF3D1",
    "notYetAvailable": "#E4EDF8",
    "notApplicable": "#EDEBF3",
    "empty": "#F3F1EC",
}


@dataclass(frozen=True)
class Sheet:
    """A sheet: its *name*, the *heading*, the *rows*, the width of each column, and fills by row and column if any."""

    name: str
    heading: Sequence[str]
    rows: Iterable[Sequence[str | int]]
    widths: Sequence[int]
    frozen: int = 1
    """How many columns stay in view."""
    fills: Mapping[str, str] = field(default_factory=dict)
    """Colours by the text of a cell."""


def workbook(sheets: Iterable[Sheet], title: str, day: str) -> bytes:
    """Return a workbook with *sheets*, called *title* and dated *day* (YYYY-MM-DD).

    Rows are written as they come and not kept, so *sheets* may be as long as a sheet can be; what is longer is cut off.
    """
    import xlsxwriter

    stream = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"title": title, "created": datetime.fromisoformat(day)})
    for sheet in sheets:
        _write(book, sheet)
    book.close()
    return stream.getvalue()


def _write(book: Any, sheet: Sheet) -> None:
    page = book.add_worksheet(sheet.name)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E7E5DF", "bottom": 1})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    number = book.add_format({"valign": "top"})
    filled = {
        found: book.add_format({"num_format": "@", "valign": "top", "bg_color": colour})
        for found, colour in sheet.fills.items()
    }
    for i, width in enumerate(sheet.widths):
        page.set_column(i, i, width)
    page.freeze_panes(1, sheet.frozen)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    last = 0
    for i, cell in enumerate(sheet.heading):
        page.write_string(0, i, fitting(cell), bold)
    for row, cells in enumerate(sheet.rows, 1):
        if row >= MOST_ROWS:
            break
        last = row
        for i, value in enumerate(cells):
            if isinstance(value, int):
                page.write_number(row, i, value, number)
            elif value:
                page.write_string(row, i, fitting(value), filled.get(value, text))
    page.autofilter(0, 0, last, len(sheet.heading) - 1)


def fitting(text: str) -> str:
    """Return *text* as a cell can hold it: what is too long ends with an ellipsis."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


# --- the two workbooks ----------------------------------------------------------------------------------------------


def table_workbook(table: Iterable[bytes], title: str, day: str) -> bytes:
    """Return the whole *table* – its CSV, in pieces that end with a line – as a workbook of one sheet.

    The cells are those of the CSV, read back from it, so the two cannot differ.
    """
    rows = _csv_rows(table)
    next(rows)  # the names for programs; people get the headings
    heading = [f"{column.de}\n{column.en}" for column in TABLE_COLUMNS]
    widths = [_WIDTHS.get(column.name, 16) for column in TABLE_COLUMNS]
    return workbook([Sheet("efa-lod", heading, rows, widths)], title, day)


def _csv_rows(pieces: Iterable[bytes]) -> Iterator[list[str]]:
    for piece in pieces:
        yield from csv.reader(io.StringIO(piece.decode(), newline=""))


_NAMES = {"state": 30, "sourceRow": 44, "item": 44, "homepage": 34, "email": 32, "nameDe": 34}
_WIDTHS = _NAMES | dict.fromkeys(("summaryDe", "summaryEn", "noteDe", "noteEn", "conditionDe", "conditionEn"), 60)


def comparison_workbook(lines: Sequence[Line], words: Words, legend: Mapping[str, Texts], day: str) -> bytes:
    """Return the comparison as a workbook: a sheet in German, one in English, and what the signs mean.

    *legend* has the definition of each status by language.
    """
    sheets = [_compared(lines, words, language) for language in _SHEETS]
    return workbook([*sheets, _legend(words, legend)], "EfA-Nachnutzung: Vergleich der Länder", day)


_SHEETS = {"de": "Vergleich", "en": "Comparison"}


def _compared(lines: Sequence[Line], words: Words, language: str) -> Sheet:
    columns = [column for column in COLUMNS if column.name != "state"]
    rows = [[_cell(column, line, words, language) for column in columns] for line in lines]
    fills = {_status(words, status, language): colour for status, colour in _FILLS.items()}
    widths = [{"number": 11, "status": 25, "list": 38}.get(column.kind, 16) for column in columns]
    return Sheet(_SHEETS[language], [column.heading(language) for column in columns], rows, widths, fills=fills)


def _cell(column: Column, line: Line, words: Words, language: str) -> str | int:
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
