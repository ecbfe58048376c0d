"""Read the overview page – text or HTML – into the rows that the records quote as their origin.

The page has one block a state: a line with the state's name, and four rows of a label and a text. In the text form a
row is written ``label | text |`` and may run over several lines, and blocks are parted by lines of U+2800 (BRAILLE
PATTERN BLANK), which ``str.strip`` keeps. In HTML it is a table, a list of definitions, or headings with paragraphs.
``wording`` tells what stands in a row; what it *means* is a maintainer's reading and stands in ``data/states``.
"""

import hashlib
import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import takewhile
from pathlib import Path

from efa_lod.errors import BrokenInput
from efa_lod.io.files import whole_file
from efa_lod.overview.html import Cell, Line, Link, has_password_field, html_lines, html_title

# The first words of a row, and the name this project gives to that kind of row.
ROW_KINDS = {
    "Ansprechstelle für Kommunen": "contact",
    "Wo findet die Kommune die nachnutzbaren Leistungen?": "services",
    "Ggf. weiterer Marktplatz": "furtherMarketplace",
    "Finanzierung": "finance",
}
STATES = (
    "Baden-Württemberg",
    "Bayern",
    "Berlin",
    "Brandenburg",
    "Bremen",
    "Hamburg",
    "Hessen",
    "Mecklenburg-Vorpommern",
    "Niedersachsen",
    "Nordrhein-Westfalen",
    "Rheinland-Pfalz",
    "Saarland",
    "Sachsen",
    "Sachsen-Anhalt",
    "Schleswig-Holstein",
    "Thüringen",
)
"""The states by the names that the page uses."""
MAX_BYTES = 5_000_000
"""Most bytes that a page may have; the real one has about 10,000 of text."""

MAX_ROW = 20_000
"""Most characters that a row may have; the longest real one has about 1,500."""
MAX_LINES = 100
"""Most lines that a row of the text form may run over."""
MAX_MISSES = 100
"""Most labels that are looked for in the source of an HTML page without being found."""

_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_SEPARATOR = re.compile(r"^[\s\u2800]*$")
_QUOTES = str.maketrans("„“”«»‟‘’‚‹›‐‑‒–—−", '""""""\'\'\'\'\'------')
_STATE_PREFIX = re.compile(r"^(land|freistaat|freie hansestadt|freie und hansestadt|bundesland) ")


@dataclass(frozen=True)
class Row:
    """One row of the page: *state* as the page names it, *kind* from ``ROW_KINDS``, *text* with white space folded.

    *pieces* are the blocks that an HTML cell has; a text row is one piece.
    """

    state: str
    kind: str
    text: str
    line: int
    links: tuple[Link, ...] = ()
    pieces: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Return the SHA-256 digest of the text in UTF-8, as 64 upper-case hexadecimal digits (xsd:hexBinary)."""
        return hashlib.sha256(self.text.encode()).hexdigest().upper()


@dataclass(frozen=True)
class Page:
    """A page as it was read: *name* for messages, *title*, the *introduction* above the first row, and the rows.

    *links* are those of the introduction.
    """

    name: str
    title: str
    introduction: str
    rows: tuple[Row, ...]
    links: tuple[Link, ...] = ()

    @cached_property
    def by_key(self) -> dict[tuple[str, str], Row]:
        """Return the rows by state and kind; of a row that stands there twice, the first."""
        return {(row.state, row.kind): row for row in reversed(self.rows)}

    @property
    def repeated(self) -> list[Row]:
        """Return the rows whose state and kind have stood on the page before."""
        keys = [(row.state, row.kind) for row in self.rows]
        return [row for i, row in enumerate(self.rows) if keys[i] in keys[:i]]


def page_rows(text: str) -> Iterator[Row]:
    """Yield the rows of the page *text* in its order.

    Raise BrokenInput where a row has no state above it or does not end with ``|`` before the next line that starts
    something new.
    """
    return _rows(_text_lines(text))


def read_page_file(path: Path, name: str | None = None) -> Page:
    """Read the page in the file *path*; raise BrokenInput for what is none, saying what it looks like."""
    name = name or str(path)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise BrokenInput(f"{name}: has {size:,} bytes, far more than the overview page – is it the right file?")
        return read_page(whole_file(path, name), name)
    except OSError as error:
        raise BrokenInput(f"{name}: cannot be read: {error.strerror}") from error


def read_page(data: bytes, name: str, charset: str = "", url: str = "") -> Page:
    """Return the page that *data* holds, text or HTML; *charset* is what its server said, *url* where it stands.

    Raise BrokenInput for what is no such page, saying what it looks like.
    """
    text = _decoded(data, name, charset)
    is_html = bool(_HTML.search(text[:2000]))
    lines = _numbered(html_lines(text, name, url), text) if is_html else []
    try:
        lines = lines or list(_text_lines(text))
        rows = tuple(_rows(lines))
    except BrokenInput as error:
        raise BrokenInput(f"{name}: {error} – half a page, or a page of another form?") from error
    _refuse_no_page(rows, lines, text if is_html else "", name)
    above = list(takewhile(lambda cell: not _kind_of(cell.text), (cell for line in lines for cell in line.cells)))
    before = [cell.text for cell in above]
    heading = next((line.cells[0].text for line in lines if line.kind == "heading"), "") or html_title(text)
    title = heading if is_html else next(iter(before), "")
    return Page(
        name,
        " ".join(title.split()),
        _clean("\n".join(before)),
        rows,
        tuple(link for cell in above for link in cell.links),
    )


# --- from bytes to lines --------------------------------------------------------------------------------------------

_HTML = re.compile(r"<(!doctype html|html|head|body|table|dl|div|section|h[1-6])[\s>]", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,4}=\s{0,4}[\"']?([A-Za-z0-9_:-]{1,40})", re.IGNORECASE)
_MARKS = {  # how files begin that are no page, and what they are
    b"%PDF": "a PDF file",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file (gzip)",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"\x7fELF": "a program",
}
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_MOJIBAKE = re.compile("Ã[¤¶¼\u0084\u0096\u009cŸ„–œ]|â€[ž“\u009c]")


def _decoded(data: bytes, name: str, charset: str) -> str:
    """Return the text of *data*: by its byte order mark, what the server or the page says, or UTF-8."""
    if len(data) > MAX_BYTES:
        raise BrokenInput(f"{name}: longer than {MAX_BYTES:,} bytes, far more than the overview page")
    if not data.strip():
        raise BrokenInput(f"{name}: the page is empty")
    if kind := next((kind for mark, kind in _MARKS.items() if data.startswith(mark)), ""):
        raise BrokenInput(f"{name}: looks like {kind}, not like a page – save the page as text or HTML")
    said = _META_CHARSET.search(data[:4000])
    by_mark = next((encoding for mark, encoding in _BOMS if data.startswith(mark)), "")
    encoding = by_mark or charset or (said[1].decode() if said else "") or "utf-8"
    try:
        text = data.decode(encoding)
    except LookupError as error:
        raise BrokenInput(f"{name}: says its encoding is '{encoding[:40]}', which nobody knows") from error
    except UnicodeDecodeError as error:
        raise BrokenInput(
            f"{name}: not readable as {encoding.removesuffix('-sig').upper()} (byte 0x{data[error.start]:02X} at"
            f" {error.start:,}) – probably saved as windows-1252, or no text; save it as UTF-8"
        ) from error
    if "\0" in text:
        raise BrokenInput(f"{name}: holds NUL characters – a binary file, or UTF-16 without a byte order mark")
    if _MOJIBAKE.search(text):
        raise BrokenInput(f"{name}: letters such as 'Ã¼' stand for umlauts – UTF-8 read as another encoding")
    return text


def _text_lines(text: str) -> Iterator[Line]:
    """Yield the lines of the text form, each ``label | text |`` joined to one line of cells.

    Raise BrokenInput where a row has no closing ``|`` before the next row or the end.
    """
    numbered = enumerate(text.splitlines(), 1)
    for number, line in numbered:
        if _SEPARATOR.match(line):
            yield Line("heading", (Cell(""),), number)
            continue
        label, bar, text_after = line.partition("|")
        if not bar or not _kind_of(label):
            yield Line("plain", (Cell(line.strip()),), number)
            continue
        for last in range(MAX_LINES + 1):
            if text_after.rstrip().endswith("|"):
                break
            _, more = next(numbered, (0, None))
            if more is None or last == MAX_LINES or ("|" in more and _kind_of(more.partition("|")[0])):
                raise BrokenInput(f"line {number}: the row '{label.strip()}' has no closing '|'")
            text_after += "\n" + more
        yield Line("cells", (Cell(label), Cell(text_after.rstrip().removesuffix("|"))), number)


def _numbered(lines: Iterable[Line], source: str) -> list[Line]:
    """Return *lines* with the line of the HTML *source* that each label stands in, as far as it can be found.

    What is no label shares the line of the label before it. A page whose labels are not found is soon left alone.
    """
    texts = [_clean(html.unescape(line)) for line in source.splitlines()]
    found: list[Line] = []
    number, left = 0, MAX_MISSES
    for line in lines:
        label = next((_clean(cell.text) for cell in line.cells if _kind_of(cell.text)), "")
        if label and left:
            at = next((i for i, text in enumerate(texts[number:], number + 1) if label in text), 0)
            number, left = at or number, left - (not at)
        found.append(replace(line, number=number))
    return found


def _refuse_no_page(rows: tuple[Row, ...], lines: list[Line], markup: str, name: str) -> None:
    """Raise BrokenInput when the rows are none, or too few to be the whole page; say what it looks like."""
    words = " ".join(cell.text for line in lines for cell in line.cells)
    if not rows:
        looks = next((what for pattern, what in _LOOKS_LIKE if pattern.search(words or markup)), "")
        if has_password_field(markup):
            looks = "a page that asks for a login"
        raise BrokenInput(
            f"{name}: none of the page's rows is on it – looks like {looks or 'another page'}; expected rows that begin"
            f" with '{next(iter(ROW_KINDS))}'"
        )
    if re.search("<html[\\s>]", markup[:2000], re.IGNORECASE) and "</html" not in markup[-2000:].lower():
        raise BrokenInput(f"{name}: the HTML does not end with </html> – looks like half a page; fetch it again")
    if long := next((row for row in rows if len(row.text) > MAX_ROW), None):
        raise BrokenInput(
            f"{name}:{long.line}: a row of {len(long.text):,} characters, far more than any on the overview page"
        )
    counts = Counter(row.state for row in rows)
    last = rows[-1].state
    if len(counts) > 2 and counts[last] < min(counts[state] for state in counts if state != last):
        raise BrokenInput(
            f"{name}: ends after {counts[last]} of {len(ROW_KINDS)} rows of {last} – looks like half a page"
        )


_LOOKS_LIKE = (
    (re.compile(r"captcha|kein Roboter|not a robot|are you human|Sicherheitsabfrage", re.I), "a captcha"),
    (re.compile(r"\b(anmelden|login|log in|passwort|password|kennwort)\b", re.I), "a page that asks for a login"),
    (re.compile(r"\b(404|nicht gefunden|not found)\b", re.I), "a page that was not found"),
    (re.compile(r"\b(wartung|maintenance|nicht erreichbar|unavailable)\b", re.I), "a page under maintenance"),
    (
        re.compile(r"\b(cookies?|javascript)\b.{0,80}\b(aktivieren|enable|zulassen)", re.I),
        "a page that wants JavaScript",
    ),
)


# --- from lines to rows ---------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Return *text* with one kind of quotes and dashes, without invisible characters, white space folded."""
    return _clean(text).translate(_QUOTES)


def fold(text: str) -> str:
    """Return *text* as labels are compared: as ``plain`` does, in lower case."""
    return plain(text).casefold()


def state_named(text: str) -> str:
    """Return the state that *text* names and nothing else, as the page writes it, or an empty text."""
    return _STATES.get(_STATE_PREFIX.sub("", fold(text).rstrip(": ")), "")


def _clean(text: str) -> str:
    """Return *text* without invisible characters, white space folded (U+2800 among it)."""
    return " ".join(_INVISIBLE.sub("", text).replace("\u2800", " ").split())


def _kind_of(text: str) -> str:
    """Return the kind of row whose label *text* is, or an empty text."""
    return _LABELS.get(fold(text).rstrip(":? "), "")


_LABELS = {fold(label).rstrip("? "): kind for label, kind in ROW_KINDS.items()}
_STATES = {fold(name): name for name in STATES}


@dataclass
class _Reader:
    """Where the reading of a page stands: the state, a name that may be the next state's, the row that is open."""

    state: str = ""
    candidate: str = ""
    columns: tuple[str, ...] = ()
    open_kind: str = ""
    open_line: int = 0

    def __post_init__(self) -> None:
        self.parts: list[Cell] = []
        self.kinds: set[str] = set()

    def read(self, line: Line) -> Iterator[Row]:
        """Yield the rows that end with *line*."""
        cells = line.cells
        if len(cells) > 1 and state_named(cells[0].text) and _kind_of(cells[1].text):
            self.candidate, cells = state_named(cells[0].text), cells[1:]  # a column of states beside the labels
        kinds = tuple(_kind_of(cell.text) for cell in cells)
        if sum(map(bool, kinds)) > 1:
            yield from self.close()
            self.columns = kinds  # a table with a line for each state
        elif self.columns and len(cells) == len(self.columns) and state_named(cells[0].text):
            yield from self._across(line)
        elif kinds[0]:
            yield from self.close()
            yield from self._start(kinds[0], cells, line.number)
        elif line.kind == "plain" and self.open_kind and not state_named(cells[0].text):
            self.parts.append(cells[0])
        else:
            yield from self.close()
            self._between(line)

    def _between(self, line: Line) -> None:
        """Take note of a line between rows: it may be the name of a state."""
        text = " ".join(line.cells[0].text.split())
        if name := state_named(text):
            self.candidate = name
        elif text and len(line.cells) == 1 and not state_named(self.candidate):
            self.candidate = text

    def _start(self, kind: str, cells: tuple[Cell, ...], number: int) -> Iterator[Row]:
        """Begin the row *kind*: with a cell beside the label it is whole, else lines are still to come."""
        if self.candidate and (state_named(self.candidate) or not self.state or kind in self.kinds):
            self.state, self.kinds = self.candidate, set()
        self.candidate = ""
        if not self.state:
            raise BrokenInput(f"line {number}: a row stands before the name of its state")
        self.kinds.add(kind)
        if len(cells) > 1:
            yield _row(self.state, kind, cells[1:], number)
        else:
            self.open_kind, self.open_line = kind, number

    def _across(self, line: Line) -> Iterator[Row]:
        yield from self.close()
        for kind, cell in zip(self.columns, line.cells, strict=True):
            if kind:
                yield _row(state_named(line.cells[0].text), kind, (cell,), line.number)

    def close(self) -> Iterator[Row]:
        """Yield the row that is open, if one is."""
        if self.open_kind:
            yield _row(self.state, self.open_kind, tuple(self.parts), self.open_line)
        self.open_kind, self.parts = "", []


def _rows(lines: Iterable[Line]) -> Iterator[Row]:
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)
    yield from reader.close()


def _row(state: str, kind: str, cells: tuple[Cell, ...], number: int) -> Row:
    pieces = tuple(_clean(piece) for cell in cells for piece in cell.text.split("\n"))
    links = tuple(link for cell in cells for link in cell.links)
    return Row(state, kind, " ".join(filter(None, pieces)), number, links, tuple(filter(None, pieces)))
