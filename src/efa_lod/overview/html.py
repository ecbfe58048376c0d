"""Turn an HTML page into lines of cells, which is all that ``sources`` wants to know of it.

Nothing on the page is executed or followed. Trees are parsed with Lexbor, which is fast on any bytes but takes time
that grows with the square of the nesting, and copies formatting elements that are left open into every paragraph; so
both are counted before it sees the page.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from efa_lod.errors import BrokenInput
from efa_lod.extras import extra

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MAX_DEPTH = 500
"""Most elements that may be open at once."""
MAX_FORMATTING = 32
"""Most formatting elements (``b``, ``font`` …) that may be open at once."""
MAX_TAGS = 100_000
"""Most start tags that a page may have."""

SKIPPED = _words(
    "script style noscript template nav footer aside svg math iframe object canvas select textarea button title"
)
"""Elements whose text is no part of what the page says."""
FORMATTING = _words("a b big code em font i nobr s small strike strong tt u")
VOID = _words("area base br col embed hr img input link meta param source track wbr")
CLOSED_BY_THE_NEXT = _words("p li td th tr dt dd option thead tbody tfoot html head body")
"""Elements whose end tag may be left out, and which do not nest without another element between them."""
HEADINGS = _words("h1 h2 h3 h4 h5 h6 caption summary legend")
INLINE = FORMATTING | _words(
    "abbr acronym bdi bdo cite data del dfn ins kbd label mark q samp span sub sup time var wbr img"
)
FOLLOWED = frozenset(["http", "https", "mailto", "tel"])
"""Schemes of link targets that are kept; what others say (``javascript:``) is dropped."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")


@dataclass(frozen=True)
class Link:
    """A link on the page: its label, with white space folded, and the absolute target."""

    label: str
    target: str


@dataclass(frozen=True)
class Cell:
    """A piece of the page: its text, where a line break stands for the end of a block, and the links in it."""

    text: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Line:
    """A line of the page: *kind* is ``cells`` (a row of a table or a definition), ``heading`` or ``plain``."""

    kind: str
    cells: tuple[Cell, ...]
    number: int = 0


def html_lines(text: str, name: str, url: str = "") -> Iterator[Line]:
    """Yield the lines of the HTML page *text*; link targets are resolved against *url*.

    Raise BrokenInput when it is nested too deeply to be read in good time.
    """
    with extra("sources"):
        from selectolax.lexbor import LexborHTMLParser
    _refuse_what_explodes(text, name)
    tree = LexborHTMLParser(text)
    base = tree.css_first("base[href]")
    flat = _Flat(_joined(url, (base.attributes.get("href") if base else "") or ""))
    if tree.body is not None:
        flat.walk(tree.body)
    yield from flat.lines


def html_title(text: str) -> str:
    """Return the text of the page's ``title`` element."""
    found = re.search(r"<title[^>]{0,200}>([^<]{0,400})", text, re.IGNORECASE)
    return " ".join(found[1].split()) if found else ""


def has_password_field(text: str) -> bool:
    """Tell whether the HTML page *text* asks for a password."""
    return bool(re.search(r"<input[^>]{0,400}type\s{0,4}=\s{0,4}[\"']?password", text, re.IGNORECASE))


def _refuse_what_explodes(text: str, name: str) -> None:
    """Raise BrokenInput when *text* nests, or leaves formatting open, beyond what any page for people does."""
    depth = formatting = deepest = tags = 0
    for match in _TAG.finditer(text):
        closing, tag = match[1], match[2].lower()
        if tag in VOID or tag in CLOSED_BY_THE_NEXT:
            tags += 1
            continue
        step = -1 if closing else 1
        tags += not closing
        depth = max(depth + step, 0)
        if tag in FORMATTING:
            formatting = max(formatting + step, 0)
        deepest = max(deepest, depth)
        if depth > MAX_DEPTH or formatting > MAX_FORMATTING or tags > MAX_TAGS:
            raise BrokenInput(
                f"{name}: HTML with more than {MAX_DEPTH} elements open at once, {MAX_FORMATTING} of them formatting,"
                f" or more than {MAX_TAGS:,} tags – no page for people looks like this; is it the right one?"
            )


@dataclass
class _Flat:
    """The lines found so far, and the line and cell that are being filled."""

    base: str
    lines: list[Line] = field(default_factory=list)
    _cells: list[Cell] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)
    _links: list[Link] = field(default_factory=list)
    _inside: int = 0  # how many cells are open

    def walk(self, body: "LexborNode") -> None:
        """Visit *body* and all below it in the order of the page, without recursion."""
        waiting: list[tuple[LexborNode, bool]] = [(body, False)]
        while waiting:
            node, leaving = waiting.pop()
            if leaving:
                self._leave(node)
            elif node.tag == "-text":
                self._text.append(_folded(node.text_content or ""))
            elif node.tag and not node.tag.startswith("-") and node.tag not in SKIPPED:
                self._enter(node.tag)
                waiting.append((node, True))
                waiting += [(child, False) for child in reversed(list(_children(node)))]
        self._end_line("plain")

    def _enter(self, tag: str) -> None:
        if tag in ("td", "th", "dt", "dd"):
            if self._inside == 0 and (tag == "dt" or not self._cells):
                self._end_line("plain")
            self._inside += 1
        elif tag == "br":
            self._text.append("\n")
        elif tag not in INLINE:
            self._end_block("plain")

    def _leave(self, node: "LexborNode") -> None:
        tag = node.tag or ""
        if tag == "a":
            self._link(node)
        elif tag in ("td", "th", "dt", "dd"):
            self._inside -= 1
            if self._inside == 0:
                self._end_cell(tag)
            else:
                self._text.append("\n")
        elif tag in ("tr", "dl") and self._inside == 0:
            self._end_line("cells")
        elif tag not in INLINE and tag != "br":
            self._end_block("heading" if tag in HEADINGS else "plain")

    def _link(self, node: "LexborNode") -> None:
        target = _joined(self.base, (node.attributes.get("href") or "").strip()) if node.attributes.get("href") else ""
        if target and urlsplit(target).scheme in FOLLOWED | {""}:
            self._links.append(Link(" ".join(node.text().split()), target))

    def _end_block(self, kind: str) -> None:
        """End a block: a line break inside a cell, else the line."""
        if self._inside:
            self._text.append("\n")
        else:
            self._end_line(kind)

    def _end_cell(self, tag: str) -> None:
        """End a cell; the cells of a table row wait for each other, as do a term and its definitions."""
        cell = self._cell()
        if tag == "dd" and len(self._cells) > 1:
            joined = self._cells.pop()
            cell = Cell(f"{joined.text}\n{cell.text}", joined.links + cell.links)
        self._cells.append(cell)

    def _end_line(self, kind: str) -> None:
        rest = self._cell()
        if self._cells:
            self.lines.append(Line("cells", tuple(self._cells)))
            self._cells = []
        if rest.text:
            self.lines.append(Line("plain" if kind == "cells" else kind, (rest,)))

    def _cell(self) -> Cell:
        text = "\n".join(" ".join(part.split()) for part in "".join(self._text).split("\n"))
        cell = Cell(re.sub(r"\n{2,}", "\n", text).strip(), tuple(self._links))
        self._text, self._links = [], []
        return cell


def _joined(base: str, reference: str) -> str:
    """Return the address that *reference* means on a page at *base*, or an empty text where it is none."""
    try:
        joined = urljoin(base, reference)
        urlsplit(joined)
    except ValueError:
        return ""
    return joined


def _children(node: "LexborNode") -> Iterator["LexborNode"]:
    child = node.child
    while child is not None:
        yield child
        child = child.next


def _folded(text: str) -> str:
    """Return *text* with each run of white space as one blank, as HTML shows it."""
    return re.sub(r"\s+", " ", text)
