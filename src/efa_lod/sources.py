"""Read the overview page: its text, cut into the rows that the records quote as their origin.

The page has one block a state: a line with the state's name, four rows ``label | text |``, and a separator line of
U+2800 (BRAILLE PATTERN BLANK), which ``str.strip`` keeps. A cell's text may run over several lines. What the text of
a row *means* is a maintainer's reading and stands in ``data/states``; this module only finds the rows and takes their
digests.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from efa_lod.errors import BrokenInput

# The first words of a row, and the name this project gives to that kind of row.
ROW_KINDS = {
    "Ansprechstelle für Kommunen": "contact",
    "Wo findet die Kommune die nachnutzbaren Leistungen?": "services",
    "Ggf. weiterer Marktplatz": "furtherMarketplace",
    "Finanzierung": "finance",
}

_SEPARATOR = re.compile(r"^[\s\u2800]*$")
_ROW_START = re.compile("^(" + "|".join(map(re.escape, ROW_KINDS)) + r")\s*\|")


@dataclass(frozen=True)
class Row:
    """One row of the page: *state* as the page names it, *kind* from ``ROW_KINDS``, *text* with white space folded."""

    state: str
    kind: str
    text: str
    line: int

    @property
    def sha256(self) -> str:
        """Return the SHA-256 digest of the text in UTF-8, as 64 upper-case hexadecimal digits (xsd:hexBinary)."""
        return hashlib.sha256(self.text.encode()).hexdigest().upper()


def page_rows(text: str) -> Iterator[Row]:
    """Yield the rows of the page *text* in its order.

    Raise BrokenInput where a row has no state above it or does not end with ``|`` before the next line that starts
    something new.
    """
    state = ""
    lines = enumerate(text.splitlines(), 1)
    previous = ""
    for number, line in lines:
        start = _ROW_START.match(line)
        if start is None:
            if not _SEPARATOR.match(line):
                previous = line.strip()
            continue
        if start[1] == next(iter(ROW_KINDS)):
            state = previous
        if not state:
            raise BrokenInput(f"line {number}: a row stands before the name of its state")
        cell = line[start.end() :]
        while not cell.rstrip().endswith("|"):
            _, more = next(lines, (0, None))
            if more is None or _ROW_START.match(more):
                raise BrokenInput(f"line {number}: the row '{start[1]}' of {state} has no closing '|'")
            cell += "\n" + more
        yield Row(state, ROW_KINDS[start[1]], " ".join(cell.rstrip().rstrip("|").split()), number)
