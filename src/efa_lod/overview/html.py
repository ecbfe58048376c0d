"""Turn an HTML page into lines of cells, which is all that ``page`` wants to know of it.

Nothing on the page is executed or followed. Trees are parsed with Lexbor, which is fast on any bytes but takes time
that grows with the square of the nesting, and copies formatting elements that are left open into every paragraph; so
both are counted before it sees the page.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from efa_lod.extras import extra
from efa_lod.io.messages import Messages
from efa_lod.overview.description import PageDescription
from efa_lod.overview.lines import Cell, Line, Link
from efa_lod.overview.protection import decoded_address, decoded_target
from efa_lod.overview.typography import clean
from efa_lod.overview.visibility import Visibility, is_backwards

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_ERRORS = Messages(__file__, "errors")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MAX_OPEN_ELEMENTS = 500
"""Most elements that may be open at once."""
MAX_FORMATTING = 32
"""Most formatting elements (``b``, ``font`` …) that may be open at once."""
MAX_TAGS = 100_000
"""Most start tags that a page may have."""

FORMATTING = _words("a b big code em font i nobr s small strike strong tt u")
VOID = _words("area base br col embed hr img input link meta param source track wbr")
CLOSED_BY_THE_NEXT = _words("p li td th tr dt dd option thead tbody tfoot html head body")
"""Elements whose end tag may be left out, and which do not nest without another element between them."""
HEADINGS = _words("h1 h2 h3 h4 h5 h6 caption summary legend")
INLINE = FORMATTING | _words(
    "abbr acronym bdi bdo button cite data del dfn ins kbd label mark q samp span sub sup time var wbr img"
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")


def html_lines(text: str, name: str, about: PageDescription, url: str = "") -> Iterator[Line]:
    """Yield the lines of the HTML page *text*; link targets are resolved against *url*.

    Raise BrokenInput when it is nested too deeply to be read in good time.
    """
    tree = _parsed(text, name)
    base = tree.css_first("base[href]")
    joined = _joined(url, (base.attributes.get("href") if base else "") or "")
    flat = _Flat(joined, Visibility(tree, about.count_labels, about.is_name), about)
    if tree.body is not None:
        flat.walk(tree.body)
    yield from flat.lines


def preformatted(text: str, name: str, about: PageDescription) -> str:
    """Return what the HTML page *text* shows as it was typed, where that holds the rows; else an empty text."""
    if "<pre" not in text.lower():
        return ""
    found = [node.text() for node in _parsed(text, name).css("pre")]
    return max(found, key=len) if found and about.count_labels(max(found, key=len)) > 1 else ""


def _parsed(text: str, name: str) -> "LexborHTMLParser":
    with extra("sources"):
        from selectolax.lexbor import LexborHTMLParser
    _refuse_what_explodes(text, name)
    return LexborHTMLParser(text)


def html_title(text: str) -> str:
    """Return the text of the page's ``title`` element."""
    found = re.search(r"<title[^>]{0,200}>([^<]{0,400})", text, re.IGNORECASE)
    return " ".join(found[1].split()) if found else ""


def has_password_field(text: str) -> bool:
    """Return whether the HTML page *text* asks for a password."""
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
        if depth > MAX_OPEN_ELEMENTS or formatting > MAX_FORMATTING or tags > MAX_TAGS:
            raise _ERRORS.broken("html-deep", name, depth=MAX_OPEN_ELEMENTS, formatting=MAX_FORMATTING, tags=MAX_TAGS)


@dataclass
class _Flat:
    """The lines found so far, and the line and cell that are being filled."""

    base: str
    visibility: Visibility
    about: PageDescription
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
            elif node.tag and not node.tag.startswith("-") and not self._is_left_out(node):
                self._enter(node.tag)
                self._name_panel(node)
                waiting.append((node, True))
                if (shown := _shown_instead(node)) is not None:
                    self._text.append(shown)
                else:
                    waiting += [(child, False) for child in reversed(list(_children(node)))]
        self._end_line("plain")

    def _name_panel(self, node: "LexborNode") -> None:
        """Put the text of the tab that shows *node* above it."""
        if name := clean(self.visibility.name_of(node)):
            self._end_block("plain")
            self._text.append(name)
            self._end_block("heading")

    def _is_left_out(self, node: "LexborNode") -> bool:
        return self.visibility.is_around(node) or self.visibility.is_hidden(node)

    def _enter(self, tag: str) -> None:
        if tag in ("td", "th", "dt", "dd"):
            if self._inside == 0 and (tag == "dt" or not self._cells):
                self._end_line("plain")
            self._inside += 1
        elif tag == "br" or tag not in INLINE:
            self._end_block("plain")

    def _leave(self, node: "LexborNode") -> None:
        tag = node.tag or ""
        if tag == "a":
            self._link(node)
        if tag in ("td", "th", "dt", "dd"):
            self._inside -= 1
            if self._inside == 0:
                self._end_cell(tag)
            else:
                self._text.append("\n")
        elif tag in ("tr", "dl") and self._inside == 0:
            self._end_line("cells")
        elif tag in INLINE:
            self._end_label()
        elif tag != "br":
            self._end_block("heading" if tag in HEADINGS or node.attributes.get("role") == "heading" else "plain")

    def _end_label(self) -> None:
        """End the block behind a label in bold and the like, so that it is told from what follows it."""
        block = "".join(self._text).rpartition("\n")[2] if len(self._text) < 8 else ""
        if block and self.about.kind_of(block):
            self._end_block("plain")

    def _link(self, node: "LexborNode") -> None:
        reference = (node.attributes.get("href") or "").strip()
        target = decoded_target(_joined(self.base, reference)) if reference else ""
        if target:
            label = _shown_instead(node)
            self._links.append(Link(" ".join((self._seen(node) if label is None else label).split()), target))

    def _seen(self, node: "LexborNode") -> str:
        """Return the text below *node* that readers see."""
        waiting, texts = [node], list[str]()
        while waiting:
            one = waiting.pop()
            if one.tag == "-text":
                texts.append(one.text_content or "")
            elif (shown := _shown_instead(one)) is not None:
                texts.append(shown)
            elif one is node or not self._is_left_out(one):
                waiting += reversed(list(_children(one)))
        return "".join(texts)

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
        if rest.text or rest.links:
            self.lines.append(Line("plain" if kind == "cells" else kind, (rest,)))

    def _cell(self) -> Cell:
        text = "\n".join(" ".join(part.split()) for part in "".join(self._text).split("\n"))
        cell = Cell(re.sub(r"\n{2,}", "\n", text).strip(), tuple(self._links))
        self._text, self._links = [], []
        return cell


def _shown_instead(node: "LexborNode") -> str | None:
    """Return what *node* shows in the place of its text: an address that is protected, or a text set backwards."""
    if code := node.attributes.get("data-cfemail"):
        return decoded_address(code) or node.text()
    return node.text()[::-1] if is_backwards(node) else None


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
