"""Hold what was read on the page as values: rows, and passages that belong to no row that is known."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote

from efa_lod.overview.description import PageDescription, packaged_description
from efa_lod.overview.lines import Link
from efa_lod.overview.typography import plain


class Quotation:
    """A text of the page with the links in it, which records know by its digest."""

    text: str
    links: tuple[Link, ...]
    other_targets: tuple[str, ...]

    @property
    def text_sha256(self) -> str:
        """Return the digest of the text alone, which a copy without the targets of links has."""
        return digest_of(self.text)

    @cached_property
    def sha256(self) -> str:
        """Return the digest of the text and of the targets of its links; without links, that of the text."""
        return digest_of(self.text, self.links, self.other_targets)

    @cached_property
    def telling_links(self) -> tuple[Link, ...]:
        """Return the links that say more than the text, unlike a ``mailto:`` that repeats an address."""
        text = plain(self.text).casefold()
        return tuple(link for link in self.links if not _is_repeated(link.target, text))

    def is_as_in(self, sha256: str, text_sha256: str = "", has_links: bool = True) -> bool:
        """Return True if *sha256* is the digest of this text and its links.

        It may also be that of a copy without targets, if the links that stand here only repeat the text. A copy that
        cannot hold targets (not *has_links*) is compared by the digest of the text, *text_sha256*.
        """
        known_text = text_sha256 or sha256
        is_without_targets = known_text == sha256 and not (self.telling_links or self.other_targets)
        return sha256 == self.sha256 or (self.text_sha256 == known_text and (is_without_targets or not has_links))


@dataclass(frozen=True)
class PageRow(Quotation):
    """One row of the page: *state* as the page names it, its *kind*, and its *text* with white space folded.

    *pieces* are the blocks that a cell of HTML has; *other_targets* are those of links that nobody can follow, and
    *about* is what is known of the page.
    """

    state: str
    kind: str
    text: str
    line: int
    links: tuple[Link, ...] = ()
    pieces: tuple[str, ...] = ()
    other_targets: tuple[str, ...] = ()
    about: PageDescription = field(default_factory=packaged_description, repr=False)


@dataclass(frozen=True)
class Passage(Quotation):
    """Something on the page that is no row: *kind* is one of ``PASSAGES``, *state* the one whose block it stands in."""

    kind: str
    text: str
    line: int = 0
    state: str = ""
    links: tuple[Link, ...] = ()
    other_targets: tuple[str, ...] = ()


PASSAGES = ("introduction", "contents", "line", "row", "label", "state")
"""Above the first state; a table of contents; outside of all rows; a row of a kind, a label or a state not known."""


def _is_repeated(target: str, text: str) -> bool:
    """Return True if *target* is an e-mail address or a number that stands in *text*."""
    scheme, _, rest = target.partition(":")
    if scheme == "mailto":
        return unquote(rest).casefold() in text.split() or f":{unquote(rest).casefold()}" in text
    digits = re.sub(r"\D", "", unquote(rest)).removeprefix("49").removeprefix("0")
    return scheme == "tel" and len(digits) > 4 and digits in re.sub(r"\D", "", text)


def digest_of(text: str, links: Iterable[Link] = (), other_targets: Iterable[str] = ()) -> str:
    """Return the SHA-256 digest of *text*, as 64 upper-case hexadecimal digits (xsd:hexBinary).

    It is taken of the text in UTF-8 with the typography that means nothing folded; each link follows on a line of its
    own, as label, tab and target, and each target that leads nowhere as tab and target.
    """
    lines = [
        plain(text),
        *(f"{plain(link.label)}\t{link.target}" for link in links),
        *(f"\t{t}" for t in other_targets),
    ]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest().upper()
