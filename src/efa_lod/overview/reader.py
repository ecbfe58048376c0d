"""Read the lines of the page into rows, and account for every line that belongs to none.

A state is a line with its name; below it stand its rows, each a label and a text: side by side, one below the other,
or in a table across all states.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import reduce

from efa_lod.errors import BrokenInput
from efa_lod.overview.description import PageDescription
from efa_lod.overview.lines import Cell, Line, Link
from efa_lod.overview.protection import with_plain_addresses
from efa_lod.overview.rows import PageRow, Passage
from efa_lod.overview.typography import clean, join_broken, plain

_DAY_OF_PAGE = re.compile(r"Stand\b.{0,40}$")
LONGEST_NAME = 60
"""Most characters of what may be the name of a state that is not known."""


class Reader:
    """What has been read of a page so far: *rows*, and *passages* outside of them, both in the order of the page."""

    def __init__(self, about: PageDescription) -> None:
        self.about = about
        self.rows: list[PageRow] = []
        self.passages: list[Passage] = []
        self._state = ""
        self._heading: Passage | None = None  # the name of a state whose first row is still to come
        self._heading_at = 0
        self._entered: set[str] = set()
        self._kinds: set[str] = set()
        self._columns: tuple[str, ...] = ()
        self._open: tuple[str, int] | None = None
        self._parts: list[Cell] = []

    def read(self, lines: Iterable[Line]) -> None:
        """Read all *lines* of a page."""
        for line in lines:
            for one in self._unfolded(line):
                self._read(one)
        self._close(is_last=True)
        self._drop_heading()
        self._tell_contents()

    def _tell_contents(self) -> None:
        """Recognise a table of contents: the names of all states of the page, above them and in one run."""
        expected = list(dict.fromkeys(row.state for row in self.rows))
        names = [self.about.state_named(p.text) if p.kind == "introduction" else "" for p in self.passages]
        for i in range(len(names) - len(expected) + 1):
            if len(expected) > 1 and names[i : i + len(expected)] == expected:
                for j in range(i, i + len(expected)):
                    self.passages[j] = replace(self.passages[j], kind="contents")
                return

    def _unfolded(self, line: Line) -> Iterator[Line]:
        """Yield *line*, or its blocks one by one where a cell holds labels among its blocks, or a line has several."""
        cells = tuple(self._cleared(cell) for cell in line.cells)
        last = cells[-1]
        pieces = list(last.pieces())
        is_split = len(pieces) > 1 and any(self.about.kind_of(piece.text) for piece in pieces)
        if len(cells) == 1 and (is_split or (len(pieces) > 1 and line.kind != "heading" and not self._columns)):
            yield from (Line("plain", (piece,), line.number) for piece in pieces)
        elif is_split and not self.about.kind_of(cells[0].text):
            yield from (Line("plain", (piece,), line.number) for cell in cells for piece in cell.pieces())
        elif len(cells) == 1 and line.kind in ("plain", "cells") and (split := self.about.split_label(last.text)):
            yield Line("open", (Cell(split[0]), Cell(split[1], last.links)), line.number)
        else:
            yield Line(line.kind, cells, line.number)

    def _cleared(self, cell: Cell) -> Cell:
        """Return *cell* with addresses as people read them, and without hints that stand behind links."""
        links = (Link(clean(self.about.hints.sub(" ", link.label)), link.target) for link in cell.links)
        return Cell(with_plain_addresses(self.about.hints.sub(" ", cell.text)), tuple(links))

    def _read(self, line: Line) -> None:
        cells = line.cells
        if len(cells) > 1 and self.about.state_named(cells[0].text) and self.about.kind_of(cells[1].text):
            self._close(is_last=True)
            self._begin_state(cells[0], line.number, "column")  # of states beside the labels
            cells = cells[1:]
        while len(cells) > 2 and not re.search(r"[^\W\d]", cells[0].text) and self.about.kind_of(cells[1].text):
            cells = cells[1:]  # a column of numbers or signs
        kinds = tuple(self.about.kind_of(cell.text) for cell in cells)
        if line.kind == "separator":
            self._close()
        elif len({*kinds} - {""}) > 1:
            self._begin_columns(cells, kinds, line.number)
        elif self._columns and len(cells) == len(self._columns) and self._is_across(cells):
            self._across(cells, line.number)
        elif kinds[0]:
            self._begin_row(kinds[0], cells, line)
        elif self.about.state_named(_line_of(cells)) and not any(clean(cell.text) for cell in cells[1:]):
            self._close(is_last=True)
            self._begin_state(cells[0], line.number)
        elif self._open and len(cells) == 1 and line.kind != "heading":
            self._parts.append(cells[0])
        else:
            self._close()
            self._outside(cells, line)

    # A state begins with its name, which is accounted for once a row of it has been read.

    def _begin_state(self, cell: Cell, number: int, kind: str = "heading") -> None:
        self._drop_heading()
        self._heading = Passage(kind, clean(cell.text), number, "", cell.links)
        self._heading_at = len(self.passages)

    def _drop_heading(self) -> None:
        """Take the name of a state that no row followed for what it is: a line outside of all rows."""
        if self._heading is not None:
            heading, self._heading = self._heading, None
            later = self.passages[self._heading_at :]
            del self.passages[self._heading_at :]
            for one in (heading, *later):
                self._add(one.text, one.line, one.links, "" if one.kind in ("heading", "column", "line") else one.kind)

    def _enter_state(self, kind: str, number: int) -> None:
        """Take note of the state that a row of *kind* belongs to."""
        if self._heading is not None:
            heading, self._heading = self._heading, None
            self._state, self._kinds = self.about.state_named(heading.text), set()
            is_repeated = heading.kind == "heading" and self._state in self._entered
            if is_repeated or not self.about.says_state(heading.text) or not _are_anchors(heading.links):
                self._add(heading.text, heading.line, heading.links, "state")
            elif heading.links:
                self._add(heading.text, heading.line, heading.links, "contents")
            self._entered.add(self._state)
        elif (not self._state or kind in self._kinds) and (name := self._name_before()):
            self._state, self._kinds = name, set()
        if not self._state:
            raise BrokenInput(
                f"line {number}: a row stands before the name of its state",
                f"Zeile {number}: ein Feld steht vor dem Namen seines Landes",
            )
        self._kinds.add(kind)

    def _name_before(self) -> str:
        """Return what stands right before a row in the place of the name of a state, which is then not known."""
        before = self.passages[-1] if self.passages else None
        if before is None or before.kind not in ("line", "introduction") or len(before.text) > LONGEST_NAME:
            return ""
        self.passages[-1] = Passage("state", before.text, before.line, before.text, before.links)
        return before.text

    # A row begins with its label, and is open while lines may still belong to it.

    def _begin_row(self, kind: str, cells: tuple[Cell, ...], line: Line) -> None:
        self._close()
        self._enter_state(kind, line.number)
        label, *rest = cells
        if label.links or not self.about.says_label(label.text):
            self._add(label.text, line.number, label.links, "label")
        if rest and line.kind != "open":
            self._add_row(kind, tuple(rest), line.number)
        else:
            self._open, self._parts = (kind, line.number), rest

    def _close(self, is_last: bool = False) -> None:
        """End the row that is open; behind the last of a state stands what sites put below a page."""
        if self._open is not None:
            kind, number = self._open
            while is_last and len(self._parts) > 1 and self._is_below(self._parts):
                self._parts.pop()
            self._add_row(kind, tuple(self._parts), number)
        self._open, self._parts = None, []

    def _is_below(self, parts: list[Cell]) -> bool:
        """Return whether the last of *parts* stands below a page: by its words, or as the day beside such words."""
        last = parts[-1].text
        return self._is_around(last) or (
            len(parts) > 2 and bool(_DAY_OF_PAGE.match(plain(last))) and self._is_around(parts[-2].text)
        )

    def _add_row(self, kind: str, cells: tuple[Cell, ...], number: int, state: str = "") -> None:
        pieces = tuple(filter(None, (clean(piece) for cell in cells for piece in cell.text.split("\n"))))
        if pieces and pieces[0].startswith(":"):  # between a label and its text
            pieces = tuple(filter(None, (pieces[0][1:].lstrip(), *pieces[1:])))
        links = [link for cell in cells for link in cell.links]
        self.rows.append(
            PageRow(
                state or self._state,
                kind,
                reduce(join_broken, pieces) if pieces else "",
                number,
                tuple(link for link in links if link.is_followed),
                pieces,
                tuple(link.target for link in links if not link.is_followed),
                self.about,
            )
        )

    # A table may have a column for each kind of row.

    def _begin_columns(self, cells: tuple[Cell, ...], kinds: tuple[str, ...], number: int) -> None:
        self._close()
        self._columns = kinds
        for cell, kind in zip(cells, kinds, strict=True):
            known = self.about.says_label(cell.text) if kind else self.about.is_column_of_states(cell.text)
            if cell.links or not known:
                self._add(cell.text, number, cell.links, "label")

    def _is_across(self, cells: tuple[Cell, ...]) -> bool:
        return bool(self.about.state_named(cells[0].text)) or (all(self._columns) and self._heading is not None)

    def _across(self, cells: tuple[Cell, ...], number: int) -> None:
        self._close()
        if not all(self._columns):
            self._begin_state(cells[0], number)
        for kind, cell in zip(self._columns, cells, strict=True):
            if kind:
                self._enter_state(kind, number)
                self._add_row(kind, (cell,), number)
            elif not self.about.state_named(cell.text):
                self._add(cell.text, number, cell.links, "row")

    # What belongs to no row is kept as it stands.

    def _outside(self, cells: tuple[Cell, ...], line: Line) -> None:
        texts = [clean(cell.text.replace("\n", " ")) for cell in cells]
        links = tuple(link for cell in cells for link in cell.links)
        is_row = len(cells) > 1 and bool(self._state or self._heading)
        if self._is_around(" ".join(texts)):
            return
        if is_row and self._heading is not None:
            self._state, self._kinds = self.about.state_named(self._heading.text), set()
            self._heading = None
        self._add(" | ".join(texts) if len(texts) > 1 else texts[0], line.number, links, "row" if is_row else "")

    def _add(self, text: str, number: int, links: tuple[Link, ...] = (), kind: str = "") -> None:
        text = clean(text)
        if re.search(r"[^\s|]", text) or links:
            is_above = not self._state and self._heading is None and not self.rows
            kind = kind or ("introduction" if is_above else "line")
            self.passages.append(Passage(kind, text, number, "" if is_above else self._state, links))

    def _is_around(self, text: str) -> bool:
        return bool(self.about.around.fullmatch(plain(text)))


def _are_anchors(links: Iterable[Link]) -> bool:
    """Return True if *links* lead to places on a page, as those on headings do for people to copy them."""
    return all("#" in link.target for link in links)


def _line_of(cells: tuple[Cell, ...]) -> str:
    return " ".join(cells[0].text.split())
