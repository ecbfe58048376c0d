"""Read the overview page – text or HTML – into the rows that the records quote as their origin.

The page has one block a state: a line with the state's name, and rows of a label and a text. What is no row is kept as
a passage, so that every character of the page is accounted for. ``recognition`` tells what stands in a row; what it
*means* is a maintainer's reading and stands in ``data/states``.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from efa_lod.errors import BrokenInput, in_german
from efa_lod.io.files import whole_file
from efa_lod.overview.decoding import MAX_PAGE_BYTES, decoded_page
from efa_lod.overview.description import PageDescription, packaged_description
from efa_lod.overview.html import html_lines, html_title, preformatted
from efa_lod.overview.lines import Line, Link
from efa_lod.overview.reader import Reader
from efa_lod.overview.refusals import refuse_no_page, refuse_part_of_page, refuse_unreadable_form
from efa_lod.overview.rows import PageRow, Passage
from efa_lod.overview.text_lines import text_lines
from efa_lod.overview.typography import clean

MAX_MISSES = 100
"""Most lines that are looked for in the source of an HTML page without being found."""

_HTML = re.compile(
    r"<(!doctype html|html|head|body|table|dl|div|section|article|main|details|ul|p|h[1-6])[\s>]", re.IGNORECASE
)


@dataclass(frozen=True)
class OverviewPage:
    """A page as it was read: *name* for messages, *title*, the *introduction* above the first row, and the rows.

    *links* are those of the introduction, *passages* all that belongs to no row. *has_links* tells whether the form of
    the copy can hold the targets of links at all.
    """

    name: str
    title: str
    introduction: str
    rows: tuple[PageRow, ...]
    links: tuple[Link, ...] = ()
    passages: tuple[Passage, ...] = ()
    has_links: bool = False
    about: PageDescription = field(default_factory=packaged_description, repr=False)

    @cached_property
    def by_key(self) -> dict[tuple[str, str], PageRow]:
        """Return the rows by state and kind; of a row that stands there twice, the first."""
        return {(row.state, row.kind): row for row in reversed(self.rows)}

    @property
    def repeated(self) -> list[PageRow]:
        """Return the rows whose state and kind have stood on the page before."""
        keys = [(row.state, row.kind) for row in self.rows]
        return [row for i, row in enumerate(self.rows) if keys[i] in keys[:i]]


def read_page_file(path: Path, name: str | None = None, about: PageDescription | None = None) -> OverviewPage:
    """Read the page in the file *path*; raise BrokenInput for what is none, saying what it looks like."""
    name = name or str(path)
    try:
        size = path.stat().st_size
        if size > MAX_PAGE_BYTES:
            raise BrokenInput(
                f"{name}: has {size:,} bytes, far more than the overview page – is it the right file?",
                f"{name}: hat {size:,} Bytes, weit mehr als die Übersichtsseite – ist es die richtige Datei?",
            )
        return read_page(whole_file(path, name), name, about=about)
    except OSError as error:
        raise BrokenInput(
            f"{name}: cannot be read: {error.strerror}", f"{name}: nicht lesbar: {in_german(error)}"
        ) from error


def read_page(
    data: bytes, name: str, charset: str = "", url: str = "", about: PageDescription | None = None
) -> OverviewPage:
    """Return the page that *data* holds, text or HTML; *charset* is what its server said, *url* where it stands.

    Raise BrokenInput for what is no such page, saying what it looks like.
    """
    about = about or packaged_description()
    copy = decoded_page(data, name, charset)
    is_html = bool(_HTML.search(copy.text[:2000])) or bool(re.match(r"\s*<[a-z]", copy.text))
    typed = preformatted(copy.text, name, about) if is_html else ""
    markup = copy.text if is_html else ""
    text = typed or copy.text
    lines = _numbered(html_lines(text, name, about, url or copy.url), text) if is_html and not typed else []
    reader = Reader(about)
    try:
        lines = lines or list(text_lines(text, about))
        reader.read(lines)
    except BrokenInput as error:
        raise BrokenInput(
            f"{name}: {error} – half a page, or a page of another form?",
            f"{name}: {error.in_language('de')} – eine halbe Seite, oder eine Seite in anderer Form?",
        ) from error
    if not reader.rows:
        refuse_no_page(name, text, " ".join(cell.text for line in lines for cell in line.cells), markup, about)
    refuse_part_of_page(name, reader.rows, markup, about)
    refuse_unreadable_form(name, text, reader.rows, reader.passages, about)
    above = [passage for passage in reader.passages if passage.kind == "introduction"]
    heading = next((line.cells[0].text for line in lines if line.kind == "heading"), "") or html_title(markup)
    title = heading if is_html and not typed else next((passage.text for passage in above), "")
    links = tuple(link for passage in above for link in passage.links)
    return OverviewPage(
        name,
        " ".join(title.split()),
        clean("\n".join(passage.text for passage in above)),
        tuple(reader.rows),
        links,
        tuple(reader.passages),
        is_html or bool(links) or any(row.links for row in reader.rows),
        about,
    )


def _numbered(lines: Iterable[Line], source: str) -> list[Line]:
    """Return *lines* with the line of the HTML *source* that each begins in, as far as it can be found.

    What is not found shares the line of what stands before it. A page whose lines are not found is soon left alone.
    """
    texts = [clean(html.unescape(line)) for line in source.splitlines()]
    found: list[Line] = []
    number, left = 0, MAX_MISSES
    for line in lines:
        words = next((clean(cell.text.partition("\n")[0]) for cell in line.cells if clean(cell.text)), "")[:60]
        if words and left:
            at = next((i for i, text in enumerate(texts[max(number - 1, 0) :], max(number, 1)) if words in text), 0)
            number, left = at or number, left - (not at)
        found.append(line.at(number))
    return found
