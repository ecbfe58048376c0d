"""Draw the workbook that a state gets to check what is published about it (Office Open XML).

Every cell is a text, nothing is a formula, and only cells for answers are open. The same records give the same bytes:
the only date is that of the publication.
"""

import io
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from efa_lod.editing.sheet_pages import (
    GOES,
    MEMORY_SHEET,
    SheetLine,
    SheetPage,
    SheetSource,
    memory_lines,
    record_names,
    sheet_pages,
)
from efa_lod.io.reading import Document
from efa_lod.model.languages import MONTHS

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet


HEAD_ROWS = 3
"""Rows above the first line of a sheet: its name, a hint, the headings."""
SHEET_COLUMNS = ("thing", "key", "label", "today", "answer", "confidence")
"""The columns of a sheet, from A."""
_WIDTHS = (15, 8, 30, 50, 50, 12)
_INK, _PAPER, _PALE, _YELLOW, _ORANGE, _LINE = "#1F3A4D", "#F3F3F1", "#DCE6EC", "#FFF9D9", "#FDEBD3", "#C9C9C4"
_PLAIN: Mapping[str, object] = {"num_format": "@", "text_wrap": True, "valign": "top"}
_TEXT: Mapping[str, object] = {**_PLAIN, "border": 1, "border_color": _LINE, "indent": 1}
_FORMATS: Mapping[str, Mapping[str, object]] = {
    "plain": _PLAIN,
    "title": {"num_format": "@", "bold": True, "font_size": 16, "font_color": _INK},
    "heading": {"num_format": "@", "bold": True, "font_color": _INK, "valign": "top"},
    "hint": {"num_format": "@", "italic": True, "font_color": "#5B5B57"},
    "column": {**_TEXT, "bold": True, "bg_color": _INK, "font_color": "#FFFFFF", "border_color": _INK},
    "state": {"num_format": "@", "bold": True, "font_size": 14, "font_color": _INK, "bottom": 2, "bottom_color": _INK},
    "section": {"num_format": "@", "bold": True, "font_size": 12, "bg_color": _PALE, "font_color": _INK},
    "thing": {"num_format": "@", "bold": True, "bg_color": "#456B82", "font_color": "#FFFFFF"},
    "note": {"num_format": "@", "italic": True, "bg_color": "#456B82", "font_color": "#FFFFFF"},
    "id": {"num_format": "@", "valign": "top", "font_size": 7, "font_color": "#8A8A85"},
    "label": _TEXT,
    "today": {**_TEXT, "bg_color": _PAPER},
    "free": {**_PLAIN, "locked": False},
    "yellow": {**_TEXT, "bg_color": _YELLOW},
    "orange": {**_TEXT, "bg_color": _ORANGE},
    "answer": {**_TEXT, "bg_color": _YELLOW, "locked": False},
    "list": {**_TEXT, "bg_color": _ORANGE, "locked": False},
}
_READ_ME_WIDTH = 96
_LINE_HEIGHT = 15
"""Points from line to line. Rows get their height here: not every program makes them as high as their texts."""
_FREE_ROWS = 300
"""Rows below the lines of a sheet that are open, for copies of the empty form."""
_LEVELS = ("state", "section", "thing")
_MOST_TITLE, _MOST_HELP = 32, 255
"""Most characters of the title and the text that appear beside a cell (Excel specifications and limits)."""


@dataclass(frozen=True)
class SheetRequest:
    """Who asks: a line about the *asker*, the address *reply_to*, and the day *until* (YYYY-MM-DD), empty for none."""

    asker: str
    reply_to: str
    until: str = ""


def state_workbook(source: SheetSource, records: Sequence[Document], request: SheetRequest) -> bytes:
    """Return the workbook by which *records* are checked and corrected."""
    import xlsxwriter

    stream = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(stream, options)
    drawing = _Drawing(book, source, records, request)
    drawing.draw()
    book.close()
    return stream.getvalue()


@dataclass
class _Drawing:
    book: "Workbook"
    source: SheetSource
    records: Sequence[Document]
    request: SheetRequest
    lists: dict[tuple[str, ...], str] = field(default_factory=dict)
    """Where the list of these labels stands, as a range."""

    def __post_init__(self) -> None:
        self.formats = {name: self.book.add_format(dict(given)) for name, given in _FORMATS.items()}
        self.confidence = self.source.confidence()
        self.title = self.source.text("readme-title", states=self._states())
        day = str(self.source.publication.settings.value["modified"])
        self.book.set_properties(
            {"title": self.title, "author": self.request.asker, "created": datetime.fromisoformat(day)}
        )

    def _states(self) -> str:
        names = record_names(self.records, self.source.language)
        return ", ".join(names) if len(names) <= 3 else self.source.text("readme-all")

    def draw(self) -> None:
        """Draw all sheets: what to do, those to fill in, the lists, and what nobody sees."""
        pages = sheet_pages(self.source, self.records)
        self._read_me(pages)
        sheets = [(page, self.book.add_worksheet(page.name)) for page in pages]
        name = self.source.text("sheet-lists")
        listed = self.book.add_worksheet(name)
        for page, sheet in sheets:
            self._page(page, sheet, name)
        for column, labels in enumerate(self.lists):
            listed.set_column(column, column, 30)
            for row, label in enumerate(labels):
                listed.write_string(row, column, label, self.formats["plain"])
        listed.hide()
        memory = self.book.add_worksheet(MEMORY_SHEET)
        for row, line in enumerate(memory_lines(self.source, self.records)):
            for column, text in enumerate(line):
                memory.write_string(row, column, text, self.formats["plain"])
        memory.very_hidden()
        for sheet in (listed, memory):
            sheet.protect()

    def _read_me(self, pages: Sequence[SheetPage]) -> None:
        source, formats = self.source, self.formats
        sheet = self.book.add_worksheet(source.text("sheet-readme"))
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, _READ_ME_WIDTH)
        sheet.write_string(0, 0, self.title, formats["title"])
        settings = source.publication.settings.value
        release = source.text(
            "readme-version",
            version=source.publication.version,
            day=day_in_words(settings["modified"], source.language),
        )
        until = self.request.until
        facts = (
            ("readme-asker", self.request.asker),
            ("readme-until", day_in_words(until, source.language) if until else source.text("readme-no-day")),
            ("readme-return", self.request.reply_to),
            ("readme-release", release),
        )
        row = 2
        for rule, text in facts:
            sheet.write_string(row, 0, source.text(rule), formats["heading"])
            sheet.write_string(row, 1, text, formats["plain"])
            row += 1
        steps = ("readme-step-1", "readme-step-2", "readme-step-3", "readme-step-4", "readme-people")
        for heading, rules in (("readme-what", ("readme-what-text",)), ("readme-how", steps)):
            row += 1
            sheet.write_string(row, 0, source.text(heading), formats["heading"])
            for rule in rules:
                text = source.text(rule)
                sheet.set_row(row, 3 + _LINE_HEIGHT * _lines(text, _READ_ME_WIDTH + 6))
                sheet.write_string(row, 1, text, formats["plain"])
                row += 1
        row += 1
        sheet.write_string(row, 0, source.text("readme-colours"), formats["heading"])
        colours = {"yellow": "colour-answer", "orange": "colour-list", "today": "colour-today", "thing": "colour-title"}
        for name, rule in colours.items():
            sheet.write_string(row, 1, source.text(rule), formats[name])
            row += 1
        row += 1
        sheet.write_string(row, 0, source.text("readme-sheets"), formats["heading"])
        for page in pages:
            sheet.write_string(row, 1, page.name, formats["plain"])
            row += 1
        self._print_setup(sheet, source.text("sheet-readme"))
        sheet.protect()
        sheet.activate()

    def _page(self, page: SheetPage, sheet: "Worksheet", lists: str) -> None:
        formats = self.formats
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width, formats["plain"], {"hidden": SHEET_COLUMNS[column] == "key"})
        sheet.write_string(0, 0, page.name, formats["title"])
        sheet.write_string(1, 0, page.hint, formats["hint"])
        for column, name in enumerate(SHEET_COLUMNS):
            sheet.write_string(HEAD_ROWS - 1, column, self.source.text(f"column-{name}"), formats["column"])
        for row, line in enumerate(page.lines, HEAD_ROWS):
            if line.level < len(_LEVELS):
                self._title(sheet, row, line)
            else:
                self._line(sheet, row, line, lists)
        for row in range(HEAD_ROWS + len(page.lines), HEAD_ROWS + len(page.lines) + _FREE_ROWS):
            sheet.set_row(row, None, formats["free"])
        if not page.lines:
            sheet.write_string(HEAD_ROWS, 2, self.source.text("open-none"), formats["plain"])
        sheet.freeze_panes(HEAD_ROWS, 3)
        sheet.hide_gridlines(2)
        sheet.repeat_rows(HEAD_ROWS - 1)
        self._print_setup(sheet, page.name)
        sheet.protect("", {"format_columns": True, "format_rows": True})

    def _title(self, sheet: "Worksheet", row: int, line: SheetLine) -> None:
        style = self.formats[_LEVELS[line.level]]
        sheet.set_row(row, 18 if line.level == 2 else 22)
        sheet.write_string(row, 0, line.thing, self.formats["id"])
        for column, text in ((2, line.label), (3, ""), (4, line.today if line.level == 2 else ""), (5, "")):
            note = self.formats["note"] if column == 4 and line.level == 2 else style
            sheet.write_string(row, column, text, note) if text else sheet.write_blank(row, column, None, note)

    def _line(self, sheet: "Worksheet", row: int, line: SheetLine, lists: str) -> None:
        formats, given = self.formats, line.field
        sheet.set_row(row, _LINE_HEIGHT * max(_lines(line.today, _WIDTHS[3]), _lines(line.label, _WIDTHS[2] + 4)))
        sheet.write_string(row, 0, line.thing, formats["id"])
        sheet.write_string(row, 1, line.key, formats["id"])
        sheet.write_string(row, 2, line.label, formats["label"])
        sheet.write_string(row, 3, line.today, formats["today"]) if line.today else sheet.write_blank(
            row, 3, None, formats["today"]
        )
        if given and (given.is_fixed or given.name == "editorialNote"):
            for column in (4, 5):
                sheet.write_blank(row, column, None, formats["today"])
            return
        sheet.write_blank(row, 4, None, formats["list" if given and given.choices else "answer"])
        sheet.data_validation(row, 4, row, 4, self._validation(line, lists))
        sheet.write_blank(row, 5, None, formats["list" if given else "today"])
        if given:
            sheet.data_validation(row, 5, row, 5, self._confidence(lists))

    def _confidence(self, lists: str) -> dict[str, object]:
        """Return the list and the help of the cell for how well supported an answer is."""
        choices = self.confidence.choices
        helped = " ".join([self.source.text("confidence-help", default=choices[0].label), choices[-1].help])
        labels = tuple(choice.label for choice in choices)
        return {
            "validate": "list",
            "source": self._list(labels, lists),
            "input_title": clipped(self.source.text("column-confidence"), _MOST_TITLE),
            "input_message": clipped(helped, _MOST_HELP),
        }

    def _validation(self, line: SheetLine, lists: str) -> dict[str, object]:
        """Return the list and the help of the cell for the answer to *line*."""
        given, text = line.field, self.source.text
        words = [text("goes-help") if line.key.startswith(GOES) else ""]
        words += [text("choose-help") if given and given.choices else "", given.help if given else ""]
        words += [text("several-help") if given and given.is_many else "", text("empty-help") if line.today else ""]
        helped = " ".join(filter(None, words))
        told: dict[str, object] = {"validate": "any", "input_title": clipped(line.label, _MOST_TITLE)}
        if helped:
            told["input_message"] = clipped(helped, _MOST_HELP)
        if given and given.choices:
            labels = tuple(choice.label for choice in given.choices)
            labels += (text("nothing"),) if not given.is_required else ()
            told |= {"validate": "list", "source": self._list(labels, lists), "show_error": not given.is_many}
        return told

    def _list(self, labels: tuple[str, ...], sheet: str) -> str:
        if labels not in self.lists:
            column = column_letters(len(self.lists))
            self.lists[labels] = f"='{sheet}'!${column}$1:${column}${len(labels)}"
        return self.lists[labels]

    def _print_setup(self, sheet: "Worksheet", name: str) -> None:
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L&8{self.title}&R&8{self.source.text('footer', sheet=name)}")


def _lines(text: str, width: int) -> int:
    """Return how many lines *text* takes in a column that is *width* characters wide, with some to spare."""
    return max(1, sum(max(1, len(textwrap.wrap(line, width - 5))) for line in text.split("\n")))


def clipped(text: str, most: int) -> str:
    """Return *text* with at most that many characters, cut at a space."""
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"


def column_letters(column: int) -> str:
    """Return the letters by which spreadsheets call the *column*, counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def day_in_words(day: object, language: str) -> str:
    """Return *day* (YYYY-MM-DD) as people write it."""
    year, month, number = str(day).split("-")
    return f"{int(number)}{'.' if language == 'de' else ''} {MONTHS[language][int(month) - 1]} {year}"
