"""Read the workbooks that come back: what stands in which cell, and what cannot be taken.

Lines are known by their identifier and key, not by where they stand, so that sorted and inserted lines do no harm. What
an answer means for a record is left to ``sheet_changes``.
"""

import datetime
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from efa_lod.editing.sheet_pages import MEMORY_SHEET, SHEET_TEXTS, WORKBOOK_FORM
from efa_lod.editing.workbook_guard import GUARD_TEXTS, MAX_WORKBOOK, SheetFacts, inspected
from efa_lod.editing.workbook_writer import SHEET_COLUMNS, column_letters
from efa_lod.extras import extra
from efa_lod.io.characters import composed
from efa_lod.io.files import whole_file
from efa_lod.io.reading import Place
from efa_lod.model.results import Result, Severity

_HEADING_ROWS = 30
"""Rows among which the headings are looked for: somebody may have put lines above."""
_BLANKS = dict.fromkeys(map(ord, "\u00a0\u202f\u2007\u2009\u3000\t"), " ")
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"))
_SHORTEST_TABLE = 2
_NOT_JOINED = ("thing", "key", "today", "answer")
"""Columns whose cells must be single ones."""
_OPTIONAL = frozenset({"confidence"})
"""Columns that a sheet may lack."""


@dataclass(frozen=True)
class CellAnswer:
    """What stands in the *cell* of a *file* for an answer: the line's *thing* and *key*, today's value, and the text.

    *today* is the text in the column beside it, *text* the answer, as they stand there. *confidence* is what is said of
    how well supported the answer is, in the *confidence_cell*.
    """

    file: str
    cell: str
    thing: str
    key: str
    today: str
    text: str
    confidence: str = ""
    confidence_cell: str = ""


@dataclass(frozen=True)
class WorkbookMemory:
    """What a workbook remembers: where it was made and from what.

    *records* are digests by record, *things* the sections by record and thing, *values* what stood in the record by
    thing and key, and *shown* the same as people read it. *sheets* are those to answer in, *beside* others, and *hints*
    what may stand where titles have no answer.
    """

    publication: str
    release: str
    language: str
    records: Mapping[str, str]
    things: Mapping[tuple[str, str], str]
    values: Mapping[tuple[str, str], str]
    shown: Mapping[tuple[str, str], str]
    sheets: Sequence[str]
    beside: Sequence[str]
    hints: Sequence[str]


@dataclass(frozen=True)
class AnsweredWorkbook:
    """A workbook that came back: its *file*, what it remembers, its *answers*, and *results* about its cells."""

    file: str
    memory: WorkbookMemory
    answers: Sequence[CellAnswer]
    results: Sequence[Result]


def read_workbook(path: Path, base_iri: str) -> AnsweredWorkbook:
    """Read the workbook at *path*, one of the publication with *base_iri*.

    Raise BrokenInput for what is none, cannot be read safely, or was made from another publication.
    """
    name = str(path)
    return workbook_in(whole_file(path, name, MAX_WORKBOOK + 1), name, base_iri)


def workbook_in(data: bytes, name: str, base_iri: str) -> AnsweredWorkbook:
    """Return the workbook that *data* is, as ``read_workbook`` does for the file *name*."""
    facts = inspected(data, name)
    tables = _tables(data, name)
    memory = _memory(tables.get(MEMORY_SHEET, []), name)
    if memory.publication != base_iri:
        raise GUARD_TEXTS.broken("other-publication", name, expected=base_iri, found=memory.publication)
    answers: list[CellAnswer] = []
    results = [cell_result(name, "", "macros", severity=Severity.WARNING)] if facts.has_macros else []
    if facts.has_comments:
        results.append(cell_result(name, "", "comments", severity=Severity.WARNING))
    renamed = {
        cell_line(rows[0][0]) for title, rows in tables.items() if title not in memory.sheets and rows and rows[0]
    }
    for missing in (one for one in memory.sheets if one not in tables and one not in renamed):
        results.append(cell_result(name, missing, "sheet-missing", severity=Severity.WARNING))
    for number, (title, rows) in enumerate(tables.items()):
        if title not in (MEMORY_SHEET, *memory.beside):
            known = facts.sheets[number] if number < len(facts.sheets) else SheetFacts()
            sheet = _SheetReading(name, title, rows, known, memory)
            answers += sheet.answers()
            results += sheet.results
    return AnsweredWorkbook(name, memory, answers, results)


def _tables(data: bytes, name: str) -> Mapping[str, Sequence[Sequence[object]]]:
    """Return the rows of each sheet, from the first row and column."""
    with extra("sheets"):
        import python_calamine
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        return {title: book.get_sheet_by_name(title).to_python(skip_empty_area=False) for title in book.sheet_names}
    except Exception as error:  # it has errors of its own, of the packer, and of values that no date can have
        raise GUARD_TEXTS.broken("no-workbook", name) from error
    except BaseException as error:  # a panic of the library, which is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise GUARD_TEXTS.broken("no-workbook", name) from error


def _memory(rows: Sequence[Sequence[object]], name: str) -> WorkbookMemory:
    """Return what the hidden sheet of a workbook says."""
    lines: dict[str, list[list[str]]] = {}
    for row in rows:
        texts = [cell if isinstance(cell, str) else "" for cell in row]
        lines.setdefault(texts[0] if texts else "", []).append([*texts[1:], *[""] * 4])
    form = _first(lines, "form")
    if not form or not _first(lines, "publication"):
        raise GUARD_TEXTS.broken("not-ours", name)
    if form != WORKBOOK_FORM:
        raise GUARD_TEXTS.broken("other-form", name, expected=WORKBOOK_FORM, found=form)
    values = lines.get("value", [])
    return WorkbookMemory(
        publication=_first(lines, "publication"),
        release=_first(lines, "release"),
        language=_first(lines, "language") if _first(lines, "language") in ("de", "en") else "de",
        records={record: digest for record, digest, *_ in lines.get("record", [])},
        things={(record, thing): section for record, thing, section, *_ in lines.get("thing", [])},
        values={(thing, key): text for thing, key, text, *_ in values},
        shown={(thing, key): shown for thing, key, _, shown, *_ in values},
        sheets=[line[0] for line in lines.get("sheet", [])],
        beside=[line[0] for line in lines.get("beside", [])],
        hints=[line[0] for line in lines.get("hint", [])],
    )


def _first(lines: Mapping[str, list[list[str]]], name: str) -> str:
    return lines[name][0][0] if lines.get(name) else ""


@dataclass
class _SheetReading:
    """Reads one sheet of a *file*; what cannot be taken is gathered in *results*."""

    file: str
    title: str
    rows: Sequence[Sequence[object]]
    facts: SheetFacts
    memory: WorkbookMemory
    results: list[Result] = field(default_factory=list)
    _told_areas: set[tuple[int, int]] = field(default_factory=set)

    def answers(self) -> Iterator[CellAnswer]:
        """Yield the answers of the sheet, from top to bottom."""
        headings = {name: SHEET_TEXTS.table[f"column-{name}"][self.memory.language] for name in SHEET_COLUMNS}
        at, columns = self._headings(headings)
        if not columns:
            return
        missing = [heading for name, heading in headings.items() if name not in columns and name not in _OPTIONAL]
        if missing:
            where = self._cell(at, 0)
            self._tell(where, "column-missing", expected=", ".join(headings.values()), missing=", ".join(missing))
            return
        for number, row in enumerate(self.rows[at + 1 :], at + 1):
            yield from self._line(number, row, columns)

    def _headings(self, headings: Mapping[str, str]) -> tuple[int, dict[str, int]]:
        """Return the row of the headings and the column of each; tell of a sheet that has none."""
        for number, row in enumerate(self.rows[:_HEADING_ROWS]):
            texts = [cell_line(cell) for cell in row]
            columns = {name: texts.index(heading) for name, heading in headings.items() if heading in texts}
            if len(columns) >= _SHORTEST_TABLE:
                return number, columns
        if self.title in self.memory.sheets:
            listed = ", ".join(headings.values())
            self._tell(self._cell(0, 0), "column-missing", expected=listed, missing=listed)
        elif any(cell_line(cell) for row in self.rows for cell in row):
            self.results.append(cell_result(self.file, self.title, "sheet-unknown", severity=Severity.WARNING))
        return 0, {}

    def _line(self, number: int, row: Sequence[object], columns: Mapping[str, int]) -> Iterator[CellAnswer]:
        """Yield the answer in a line, if it has one that can be taken."""
        cells = {name: row[column] if column < len(row) else "" for name, column in columns.items()}
        thing, key, today = (cell_line(cells[name]) for name in ("thing", "key", "today"))
        place = self._cell(number, columns["answer"])
        for column, cell in enumerate(row):
            if column not in columns.values() and cell_line(cell):
                where = column_letters(columns["answer"])
                self._tell(self._cell(number, column), "outside", cell, severity=Severity.WARNING, column=where)
        if self._is_joined(number, columns, bool(key)):
            return
        if not key:
            self._title(cells, thing, place, columns)
            return
        if (number, columns["answer"]) in self.facts.formulas:
            self._tell(place, "formula", cells["answer"])
            return
        text = cells["answer"]
        if not isinstance(text, str):
            self._made_by_the_program(place, text)
            return
        if not thing and cell_line(text):
            self._tell(place, "unknown-thing", thing, column=column_letters(columns["thing"]))
        elif thing:
            shown = cells["today"] if isinstance(cells["today"], str) else today
            confidence = cell_line(cells.get("confidence", ""))
            beside = self._cell(number, columns["confidence"]) if confidence else ""
            yield CellAnswer(self.file, place, thing, key, tidy(shown), tidy(text), confidence, beside)

    def _is_joined(self, number: int, columns: Mapping[str, int], is_answered: bool) -> bool:
        """Return whether cells of a line are joined, so that its answer cannot be taken; tell each area once.

        A title may be joined with the empty cells beside it.
        """
        names = [name for name in _NOT_JOINED if is_answered or name in ("thing", "key")]
        areas = {self.facts.joined[place] for name in names if (place := (number, columns[name])) in self.facts.joined}
        for area in sorted(areas - self._told_areas):
            row, column = area
            held = self.rows[row][column] if row < len(self.rows) and column < len(self.rows[row]) else ""
            self._tell(self._cell(row, column), "joined", held)
        self._told_areas |= areas
        return bool(areas)

    def _title(self, cells: Mapping[str, object], thing: str, place: str, columns: Mapping[str, int]) -> None:
        """Report an answer in a line that is not meant for answers."""
        answer = cell_line(cells["answer"])
        if answer and answer not in self.memory.hints:
            rule, column = ("unknown-key", "key") if thing else ("unknown-thing", "thing")
            self._tell(place, rule, answer, column=column_letters(columns[column]))

    def _made_by_the_program(self, place: str, value: object) -> None:
        if isinstance(value, datetime.date):
            self._tell(place, "day", value, shown=value.isoformat()[:10])
        else:
            self._tell(place, "number", value)

    def _cell(self, row: int, column: int) -> str:
        return f"{self.title}!{column_letters(column)}{row + 1}"

    def _tell(
        self, cell: str, rule: str, found: object = "", severity: Severity = Severity.VIOLATION, **words: object
    ) -> None:
        shown = int(found) if isinstance(found, float) and found.is_integer() else found
        self.results.append(cell_result(self.file, cell, rule, cell_line(shown), severity, **words))


def cell_result(
    file: str, cell: str, rule: str, found: str = "", severity: Severity = Severity.VIOLATION, **words: object
) -> Result:
    """Return the result *rule* about a *cell* of *file*, in both languages."""
    english, german = GUARD_TEXTS(rule, **words)
    return Result(severity, Place(file), cell, found, {"de": german, "en": english}, f"sheet-{rule}")


def cell_line(value: object) -> str:
    """Return what a cell holds as one line."""
    return " ".join(tidy(str(value)).split())


def tidy(text: str) -> str:
    """Return *text* without what programs add unseen: blanks that do not break, and at the ends of lines; line ends."""
    plain = composed(text.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n"))
    lines = (line.strip() for line in plain.translate(_BLANKS).translate(_UNSEEN).split("\n"))
    return "\n".join(line for line in lines if line)
