"""Turn the text of a page into lines of cells, in each form that programs give to it.

The page at hand writes ``label | text |`` over one line or several. A table copied from a browser has a tab between
them, a spreadsheet exports separated values, Markdown has bars on both sides or labels in bold, and other programs put
the label on a line of its own or before a colon.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from efa_lod.errors import BrokenInput
from efa_lod.overview import markup
from efa_lod.overview.description import PageDescription
from efa_lod.overview.lines import Cell, Line
from efa_lod.overview.typography import plain
from efa_lod.overview.unwrapping import unquoted, unwrapped

MAX_LINES = 100
"""Most lines that a row of the text form may run over."""

_SEPARATOR_OF_SHEET = re.compile(r"sep=.[ ]*\n", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*\u2800[\s\u2800]*$")
_BAR = re.compile(r"(?<!\\)\|")
_GAP = re.compile(r"\s*(?::\s*|\t\s*|[ \u00a0]{2,}|\s[–—-]\s+|\s=\s+)(?=\S)|\s*:\s*$")


def text_lines(text: str, about: PageDescription) -> Iterator[Line]:
    """Yield the lines of *text*; each ``label | text |`` is one line of cells.

    Raise BrokenInput where such a row has no closing ``|`` before the next row or the end.
    """
    text = unwrapped(unquoted(text), about)
    if separated := list(_separated(text, about)):
        return iter(separated)
    is_marked = markup.is_marked_up(text)
    targets = markup.definitions(text) if is_marked else {}
    body = markup.without_definitions(text) if targets else text
    is_closed = bool(markup.TABLE_SEPARATOR.search(body))
    return _TextForm(about, is_marked, is_closed, targets).lines(body.translate(markup.BARS))


@dataclass(frozen=True)
class _TextForm:
    """How a text is written: *is_marked* with signs for layout, *is_closed* if each row of its tables is one line."""

    about: PageDescription
    is_marked: bool
    is_closed: bool
    targets: Mapping[str, str]

    def lines(self, text: str) -> Iterator[Line]:
        """Yield the lines of *text*."""
        numbered = enumerate(text.splitlines(), 1)
        for number, line in numbered:
            if _SEPARATOR.match(line):
                yield Line("separator", (Cell(""),), number)
            elif not line.strip() or markup.DRAWN_LINE.match(line) or (self.is_marked and line.strip() in "-*+"):
                continue
            elif heading := self.is_marked and markup.HEADING.match(line):
                yield Line("heading", (self._cell(heading["hash"] or heading["wiki"] or ""),), number)
            elif _BAR.search(line):
                yield from self._bars(line, number, numbered)
            elif "\t" in line.strip("\t ") or (line.rstrip(" ").endswith("\t") and self._is_label(line)):
                yield self._tabs(line, number)
            else:
                yield from self._plain(line, number)

    def _cell(self, text: str) -> Cell:
        return markup.cell_of(text.replace("\\|", "|"), self.is_marked, self.targets)

    def _is_label(self, text: str) -> bool:
        return bool(self.about.kind_of(self._words(text)))

    def _words(self, text: str) -> str:
        """Return *text* without a sign of a list before it and without weight."""
        return markup.unmarked(markup.BULLET.sub("", text, count=1)) if self.is_marked else text

    def _plain(self, line: str, number: int) -> Iterator[Line]:
        """Yield a line without cells; a label and what stands beside it become two."""
        bare = markup.BULLET.sub("", line, count=1)
        if not bare.strip():
            bare = line
        words = markup.unmarked(bare) if self.is_marked else bare
        label, rest = self._split(words)
        if label and rest:
            written = bare[bare.find(rest) :] if rest in bare else self._rest_as_written(bare, rest)
            yield Line("open", (Cell(label), self._cell(written)), number)
        else:
            yield Line("plain", (self._cell(bare.strip()),), number)

    def _split(self, text: str) -> tuple[str, str]:
        """Return the label that *text* begins with and what follows a colon, a gap or a dash; or two empty texts."""
        for gap in _GAP.finditer(text):
            if self._is_label(text[: gap.start()]):
                return text[: gap.start()].strip(), text[gap.end() :].strip()
        return "", ""

    def _rest_as_written(self, line: str, rest: str) -> str:
        """Return the end of *line* that reads as *rest* once its signs are taken away."""
        starts = (i for i in range(len(line)) if plain(markup.unmarked(line[i:])) == plain(rest))
        return line[next(starts, 0) :] or rest

    def _tabs(self, line: str, number: int) -> Line:
        cells = line.split("\t")
        while len(cells) > 1 and not cells[0].strip():
            cells.pop(0)
        is_closed = cells[-1].rstrip().endswith("|")
        cells[-1] = cells[-1].rstrip().removesuffix("|") if is_closed else cells[-1]
        return Line("open", tuple(self._cell(cell.strip()) for cell in cells), number)

    def _bars(self, line: str, number: int, more: Iterator[tuple[int, str]]) -> Iterator[Line]:
        """Yield a row that is written with bars."""
        if line.lstrip().startswith("|") or self.is_closed:
            inner = line.strip().removeprefix("|")
            parts = _BAR.split(inner)
            cells = parts[:-1] if len(parts) > 1 and not parts[-1].strip() else parts
            yield Line("cells", tuple(self._cell(cell.strip()) for cell in cells), number)
            return
        label, _, text = line.partition("|")
        if "\t" in label.lstrip() and self._is_label(label.partition("\t")[0]):
            yield self._tabs(line, number)
        elif not self._is_label(label):
            yield from self._unknown(label, text, line, number)
        else:
            text = self._whole_row(self._words(label), text, number, more)
            yield Line("cells", (Cell(self._words(label)), self._cell(text)), number)

    def _unknown(self, label: str, text: str, line: str, number: int) -> Iterator[Line]:
        """Yield a line with bars that begins with no label: another row, a table across, or the end of a text."""
        parts = [part.strip() for part in _BAR.split(line)]
        parts = parts[:-1] if len(parts) > 1 and not parts[-1] else parts
        if len(parts) > 1 or "|" in text:
            yield Line("cells", tuple(self._cell(part) for part in (parts if len(parts) > 1 else [*parts, ""])), number)
        else:
            yield Line("plain", (self._cell(parts[0]),), number)

    def _whole_row(self, label: str, text: str, number: int, more: Iterator[tuple[int, str]]) -> str:
        """Return the text of a row that begins with *text* and ends with a bar."""
        for last in range(MAX_LINES + 1):
            if text.rstrip().endswith("|"):
                return text.rstrip().removesuffix("|")
            _, line = next(more, (0, None))
            if line is None or last == MAX_LINES or ("|" in line and self._is_label(line.partition("|")[0])):
                break
            text += "\n" + line
        raise BrokenInput(
            f"line {number}: the row '{label.strip()}' has no closing '|'",
            f"Zeile {number}: dem Feld '{label.strip()}' fehlt das schließende '|'",
        )


def _separated(text: str, about: PageDescription) -> Iterator[Line]:
    """Yield the lines of a table that a spreadsheet exported, if *text* is one in which labels begin the rows."""
    folded = _SEPARATOR_OF_SHEET.sub("\n", text.lstrip("\ufeff"), count=1)
    for sign in ("\t", ";", ","):
        quoted = f'{sign}"' in folded or folded.startswith('"')
        if (sign == "\t" and not quoted) or sign not in folded:
            continue
        reader = csv.reader(folded.splitlines(keepends=True), delimiter=sign)
        try:
            rows = [(reader.line_num, row) for row in reader]
        except csv.Error:
            continue
        labels = {about.kind_of(cell) for _, row in rows if len(row) > 1 for cell in row[:5]} - {""}
        if len(labels) < 2 or len({len(row) for _, row in rows if len(row) > 1}) > 1:
            continue
        for number, row in rows:
            cells = list(row)
            while len(cells) > 1 and not cells[-1].strip() and not any(map(about.kind_of, cells)):
                cells.pop()
            if any(cell.strip() for cell in cells):
                kind = "cells" if len(cells) > 1 else "plain"
                yield Line(kind, tuple(Cell(cell.strip()) for cell in cells), number)
        return
