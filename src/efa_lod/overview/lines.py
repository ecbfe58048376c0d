"""Say what a page is made of before anything is recognised in it: lines of cells, with the links in them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

FOLLOWED = frozenset(["http", "https", "mailto", "tel", ""])
"""Schemes of link targets that lead somewhere; others (``javascript:``) are compared, and shown to nobody."""


@dataclass(frozen=True)
class Link:
    """A link on the page: its label, with white space folded, and the absolute target."""

    label: str
    target: str

    @property
    def is_followed(self) -> bool:
        """Return True if the target is an address that a person can follow."""
        try:
            return urlsplit(self.target).scheme in FOLLOWED
        except ValueError:
            return False


@dataclass(frozen=True)
class Cell:
    """A piece of the page: its text, where a line break stands for the end of a block, and the links in it."""

    text: str
    links: tuple[Link, ...] = ()

    def pieces(self) -> Iterator["Cell"]:
        """Yield the cell block by block, each with the links whose labels stand in it; the last has what is left."""
        blocks = self.text.split("\n")
        links = list(self.links)
        for i, block in enumerate(blocks, 1):
            here = links if i == len(blocks) else [link for link in links if link.label and link.label in block]
            links = [link for link in links if link not in here]
            yield Cell(block, tuple(here))


@dataclass(frozen=True)
class Line:
    """A line of the page and the number of the line in the file.

    *kind* is ``cells`` (a row of a table or a definition), ``open`` (the same, and the last cell may go on in the next
    lines), ``heading``, ``plain`` or ``separator``.
    """

    kind: str
    cells: tuple[Cell, ...]
    number: int = 0

    def at(self, number: int) -> "Line":
        """Return the same line with another *number*."""
        return replace(self, number=number)
