"""Write tables as spreadsheets (Office Open XML), for people who work with Excel or LibreOffice.

A cell holds a text or a number and nothing else: no formula, no link, no macro, whatever the text begins with. The same
tables give the same bytes: the only date in a workbook is the one that is handed in.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter import Workbook


MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_CELL_CHARACTERS = 32_767
"""Most characters of a cell (Excel specifications and limits)."""
MAX_SHEET_ROWS = 1_048_576
"""Most rows of a sheet, its heading included."""


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


def _write(book: "Workbook", sheet: Sheet) -> None:
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
        if row >= MAX_SHEET_ROWS:
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
    return text if len(text) <= MAX_CELL_CHARACTERS else text[: MAX_CELL_CHARACTERS - 1] + "…"
