"""Look at a workbook before it is unpacked and read: what would fill memory, hide something or is no workbook is told.

What is refused is told in one line. What is only not read, such as a formula, is returned with its cell, since the
library that reads cells does not tell of it.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from efa_lod.errors import BrokenInput
from efa_lod.io.messages import Messages

GUARD_TEXTS = Messages(__file__, "workbooks")
MAX_WORKBOOK = 20_000_000
"""Most bytes of a workbook as it is stored."""
MAX_UNPACKED = 150_000_000
"""Most bytes of a workbook when it is unpacked."""
MAX_MEMBERS = 1_000
"""Most files that a workbook may hold."""
LAST_ROW, LAST_COLUMN = 20_000, 200
"""Last row and column in which something may stand."""
_XLSX, _ODS = "xl/workbook.xml", "content.xml"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_REFERENCE = re.compile(r"([A-Z]{1,4})([1-9][0-9]{0,9})$")
_PIECE = 1 << 16


@dataclass(frozen=True)
class SheetFacts:
    """What the library does not tell of a sheet: cells with a formula, and cells that are joined, as row and column.

    Both are counted from 0. Each of the *joined* cells leads to the first of its area.
    """

    formulas: set[tuple[int, int]] = field(default_factory=set)
    joined: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def join(self, top: int, left: int, rows: int, columns: int) -> None:
        """Note an area of joined cells, as far as it is read."""
        down, across = range(top, min(top + rows, LAST_ROW)), range(left, min(left + columns, LAST_COLUMN))
        if len(down) * len(across) <= LAST_ROW:
            self.joined.update(((row, column), (top, left)) for row in down for column in across)


@dataclass(frozen=True)
class WorkbookFacts:
    """What is known of a workbook before it is read: the *sheets* in their order, and what else it holds."""

    sheets: tuple[SheetFacts, ...]
    has_macros: bool
    has_comments: bool


def inspected(data: bytes, name: str) -> WorkbookFacts:
    """Return what is known of the workbook *data*; raise BrokenInput for what must not be read. *name* is for it."""
    if len(data) > MAX_WORKBOOK:
        raise GUARD_TEXTS.broken("too-large", name, most=MAX_WORKBOOK // 1_000_000)
    if data.startswith(_OLE):
        is_packed = "EncryptedPackage".encode("utf-16-le") in data
        raise GUARD_TEXTS.broken("password" if is_packed else "old-form", name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _Inspection(package, name).facts()
    except BrokenInput:
        raise
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError, RuntimeError, KeyError) as error:
        raise GUARD_TEXTS.broken("no-workbook", name) from error
    except (zipfile.LargeZipFile, OverflowError, MemoryError) as error:
        raise GUARD_TEXTS.broken("too-large-unpacked", name, most=MAX_UNPACKED // 1_000_000) from error
    except Exception as error:  # what a decompressor raises of its own
        if type(error).__module__ not in ("zlib", "lzma", "_lzma", "struct"):
            raise
        raise GUARD_TEXTS.broken("no-workbook", name) from error


@dataclass(frozen=True)
class _Inspection:
    package: zipfile.ZipFile
    name: str

    def facts(self) -> WorkbookFacts:
        """Return what is known of the package."""
        members = [info for info in self.package.infolist() if not info.is_dir()]
        names = [info.filename for info in members]
        if len(members) > MAX_MEMBERS or sum(info.file_size for info in members) > MAX_UNPACKED:
            raise GUARD_TEXTS.broken("too-large-unpacked", self.name, most=MAX_UNPACKED // 1_000_000)
        if len(set(names)) != len(names):
            raise GUARD_TEXTS.broken("no-workbook", self.name)
        if any(info.flag_bits & 1 for info in members) or self._is_encrypted_ods(names):
            raise GUARD_TEXTS.broken("password", self.name)
        if _XLSX not in names and not self._is_ods(names):
            raise GUARD_TEXTS.broken("no-workbook", self.name)
        scans = {info.filename: self._scan(info) for info in members}
        macros = any(re.search(r"(?i)vbaProject|^Basic/|^Scripts/", name) for name in names)
        if _XLSX in names:
            sheets = (scans[name].sheets[0] for name in self._sheet_files(names))
            comments = any(name.startswith(("xl/comments", "xl/threadedComments")) for name in names)
            return WorkbookFacts(tuple(sheets), macros, comments)
        return WorkbookFacts(tuple(scans[_ODS].sheets), macros, scans[_ODS].has_comments)

    def _is_ods(self, names: list[str]) -> bool:
        if "mimetype" not in names or _ODS not in names:
            return False
        return b"opendocument.spreadsheet" in self.package.read("mimetype")[:200]

    def _is_encrypted_ods(self, names: list[str]) -> bool:
        manifest = "META-INF/manifest.xml"
        return manifest in names and b"encryption-data" in self.package.read(manifest)

    def _scan(self, info: zipfile.ZipInfo) -> "_Scan":
        """Read a member to its end, which proves its size, and if it is XML look at what it says."""
        is_sheet = info.filename.startswith("xl/worksheets/") and "/_rels/" not in info.filename
        scan = _XlsxScan(self.name) if is_sheet else _OdsScan(self.name) if info.filename == _ODS else _Scan(self.name)
        is_xml = info.filename.endswith((".xml", ".rels"))
        with self.package.open(info) as stream:
            while piece := stream.read(_PIECE):
                if is_xml:
                    scan.feed(piece)
        if is_xml:
            scan.feed(b"", last=True)
        return scan

    def _sheet_files(self, names: list[str]) -> Iterator[str]:
        """Yield the files of the sheets in the order of the workbook; chart sheets and the like have none."""
        targets = _attributes(self.package.read("xl/_rels/workbook.xml.rels"), "Relationship")
        by_id = {one.get("Id", ""): one.get("Target", "") for one in targets}
        for sheet in _attributes(self.package.read(_XLSX), "sheet"):
            way = next((by_id.get(value, "") for key, value in sheet.items() if key.endswith(":id")), "")
            file = way.lstrip("/") if way.startswith("/") else f"xl/{way}"
            if file in names:
                yield file if file.startswith("xl/worksheets/") else _missing(self.name)


def _missing(name: str) -> str:
    raise GUARD_TEXTS.broken("no-workbook", name)


def _attributes(data: bytes, element: str) -> list[dict[str, str]]:
    """Return the attributes of each *element* of an XML text, whatever its prefix; it has been looked at before."""
    found: list[dict[str, str]] = []
    parser = expat.ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == element:
            found.append(attributes)

    parser.StartElementHandler = start
    parser.Parse(data, True)
    return found


class _Scan:
    """Looks at an XML text in pieces; refuses document types, by which entities come, and what is no XML."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.has_comments = False
        self.sheets = [SheetFacts()]
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self.start
        self._parser.EndElementHandler = self.end
        self._parser.CharacterDataHandler = self.text

    def _refuse(self, *_: object) -> None:
        raise GUARD_TEXTS.broken("entities", self.name)

    def feed(self, piece: bytes, last: bool = False) -> None:
        """Take the next *piece* of the text."""
        try:
            self._parser.Parse(piece, last)
        except (expat.ExpatError, LookupError, ValueError) as error:  # no XML, or in an encoding that is none
            raise GUARD_TEXTS.broken("no-workbook", self.name) from error

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""

    def end(self, tag: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take text."""

    def refuse_far(self, row: int, column: int) -> None:
        """Raise BrokenInput if a cell that holds something is beyond what is read."""
        if row >= LAST_ROW or column >= LAST_COLUMN:
            raise GUARD_TEXTS.broken("too-far", self.name, rows=LAST_ROW, columns=LAST_COLUMN)


class _XlsxScan(_Scan):
    """Looks at a sheet of Office Open XML."""

    _row, _column, _is_cell = -1, -1, False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Follow rows and cells; note formulas and joined cells."""
        name = tag.rpartition(":")[2]
        if name == "row":
            given = attributes.get("r", "")
            self._row = int(given) - 1 if given.isascii() and given.isdigit() and len(given) < 10 else self._row + 1
            self._column = -1
        elif name == "c":
            self._row, self._column = self._at(attributes.get("r", ""))
            self._is_cell = True
            if attributes.get("t") == "e":  # an error, such as #N/A, comes of a formula
                self.sheets[0].formulas.add((self._row, self._column))
        elif name in ("v", "f", "t", "is") and self._is_cell:
            self.refuse_far(self._row, self._column)
            if name == "f":
                self.sheets[0].formulas.add((self._row, self._column))
        elif name == "mergeCell":
            self._join(attributes.get("ref", ""))

    def _at(self, reference: str) -> tuple[int, int]:
        found = _REFERENCE.match(reference)
        if not found:
            return self._row, self._column + 1
        return int(found[2]) - 1, column_number(found[1])

    def _join(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        if not (_REFERENCE.match(first) and _REFERENCE.match(last or first)):
            return
        (top, left), (bottom, right) = self._at(first), self._at(last or first)
        self.sheets[0].join(top, left, bottom - top + 1, right - left + 1)

    def end(self, tag: str) -> None:
        """Follow the end of cells."""
        if tag.rpartition(":")[2] == "c":
            self._is_cell = False


class _OdsScan(_Scan):
    """Looks at the sheets of an OpenDocument spreadsheet, in which cells and rows are repeated by number."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.sheets = []
        self._row = self._column = 0
        self._row_repeats = self._repeats = 1
        self._is_full = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Follow tables, rows and cells; note formulas and joined cells."""
        self.has_comments |= tag == "office:annotation"
        if tag == "table:table":
            self.sheets.append(SheetFacts())
            self._row = 0
        elif tag == "table:table-row":
            self._column = 0
            self._row_repeats = self._number(attributes, "table:number-rows-repeated")
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self._repeats = self._number(attributes, "table:number-columns-repeated")
            self._is_full = any(key.startswith(("office:", "calcext:value")) for key in attributes)
            self._note(tag, attributes)

    def _note(self, tag: str, attributes: dict[str, str]) -> None:
        if not self.sheets or self._row >= LAST_ROW or self._column >= LAST_COLUMN:
            return
        rows, columns = (self._number(attributes, f"table:number-{kind}-spanned") for kind in ("rows", "columns"))
        if "table:formula" in attributes:
            self.sheets[-1].formulas.add((self._row, self._column))
        if rows > 1 or columns > 1:
            self.sheets[-1].join(self._row, self._column, rows, columns)
        elif tag == "table:covered-table-cell":
            self.sheets[-1].joined.setdefault((self._row, self._column), (self._row, self._column))

    def text(self, text: str) -> None:
        """Note that a cell holds something."""
        if text.strip():
            self._is_full = True

    def end(self, tag: str) -> None:
        """Follow the end of cells and rows, with how often they are repeated."""
        if tag in ("table:table-cell", "table:covered-table-cell"):
            if self._is_full:
                self.refuse_far(self._row + self._row_repeats - 1, self._column + self._repeats - 1)
            self._is_full = False
            self._column += self._repeats
        elif tag == "table:table-row":
            self._row += self._row_repeats

    def _number(self, attributes: dict[str, str], name: str) -> int:
        given = attributes.get(name, "1")
        return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 1


def column_number(letters: str) -> int:
    """Return the number of the column that spreadsheets call by *letters*, counted from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
