"""Join the lines of a text that a program broke at a width: mail, terminals, "save as text with line breaks".

Such programs put as many words on a line as fit. So a line goes on in the next one where the first word of that one
would not have fitted on it; a label or the name of a state stands at the beginning of a line of its own.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from efa_lod.overview.description import PageDescription
from efa_lod.overview.markup import BULLET, DRAWN_LINE, HEADING, TABLE_SEPARATOR
from efa_lod.overview.typography import fold, join_broken

WIDEST = 160
"""Most characters of a line at which programs break a text."""
FEWEST_FULL = 6
"""Fewest full lines of a text that is taken for broken at a width."""
FULL_SHARE = 0.15
"""Least share of full lines among those with several words."""

FEWEST_QUOTED = 4
"""Fewest lines with the sign of a quotation in a text that quotes the page."""
SHORTEST_BROKEN = 40
"""Fewest characters of a quoted line that a mail program breaks again."""
LONGEST = 40_000
"""Most characters of a line that is made whole, far more than a row has or a table across all states."""

_QUOTING = re.compile(r"^(?:>[ ]?)+")
_WROTE = re.compile(r"\b(?:schrieb|wrote)\b[^:]*:\s*$")
_BAR = re.compile(r"(?<!\\)[|│┃║]")
_BARS = 3
"""Bars of a row of a table that has a label and a text."""
_NEAR = 20
"""Lines within which a row follows the name of its state."""
_NO_WORDS = "\u2800|│┃║ \t"


def unquoted(text: str) -> str:
    """Return *text* without the signs that a mail program puts before lines that it quotes, and who wrote them.

    A program that breaks such lines later leaves the rest of each without a sign. Lines end in one way afterwards.
    """
    lines = text.splitlines()
    signs = [_QUOTING.match(line) for line in lines]
    depths = [sign[0].count(">") if sign else 0 for sign in signs]
    if sum(map(bool, depths)) < FEWEST_QUOTED:
        return "\n".join(lines)
    whole: list[str] = []
    last: int | None = None
    for line, depth, after in zip(lines, depths, [*depths[1:], 0], strict=True):
        if after > depth and _WROTE.search(line):
            last = None
            whole.append("")
        elif depth:
            last = len(whole)
            whole.append(_QUOTING.sub("", line))
        elif last is not None and line.strip() and SHORTEST_BROKEN < len(whole[last]) < LONGEST:
            whole[last] = join_broken(whole[last].rstrip(), line.strip())
            whole.append("")
        else:
            last = None
            whole.append(line)
    return "\n".join(whole)


def unwrapped(text: str, about: PageDescription) -> str:
    """Return *text* with each line that was broken at a width whole again; an empty line stands for each one joined."""
    lines = text.splitlines()
    several = [line for line in lines if " " in line.strip(_NO_WORDS)]
    width = max((len(line.rstrip()) for line in several), default=0)
    full = [_is_full(one, other, width) for one, other in pairwise(lines)]
    if not 0 < width <= WIDEST or sum(full) < max(FEWEST_FULL, FULL_SHARE * len(several)):
        return text
    separator = TABLE_SEPARATOR.search("\n".join(lines))
    bars = max(_BARS, len(_BAR.findall(separator[0]))) if separator else _BARS
    whole: list[str] = []
    last = 0
    for i, line in enumerate(lines):
        before = whole[last] if whole and len(whole[last]) < LONGEST else ""
        if before and (_is_open_row(before, line, bars) or (full[i - 1] and _goes_on(before, lines, i, about))):
            whole[last] = join_broken(before.rstrip(), line.strip())
            whole.append("")
        else:
            last = i
            whole.append(line)
    return "\n".join(whole)


def _is_full(line: str, after: str, width: int) -> bool:
    """Return True if the first word of the line *after* would not have fitted on *line*, of at most *width*."""
    word = after.split(maxsplit=1)[0] if after.strip() else ""
    return bool(word and line.strip()) and len(line.rstrip()) + len(word) + 1 >= width


def _is_open_row(row: str, line: str, bars: int) -> bool:
    """Return True if *row*, of a table with so many *bars*, has not come to its end before *line*."""
    inner = row.strip()
    if not _BAR.match(inner) or not inner.strip(_NO_WORDS) or not line.strip():
        return False
    if any(map(DRAWN_LINE.match, (row, line))):
        return False
    doubled = inner[1:2] == inner[0]
    return not _BAR.match(inner[-1]) or len(_BAR.findall(inner)) < bars + doubled


def _goes_on(before: str, lines: Sequence[str], i: int, about: PageDescription) -> bool:
    """Return whether line *i* goes on with what stands *before* it, as far as its words tell."""
    line = lines[i]
    if before.rstrip().endswith("|") or not line.strip(_NO_WORDS) or _BAR.match(line.lstrip()):
        return False
    if any(pattern.match(one) for pattern in (HEADING, DRAWN_LINE) for one in (before, line)):
        return False
    if about.is_name(BULLET.sub("", before, count=1)) or _label(line, about):
        return False
    return not about.state_named(line) or _is_word_of_row(lines, i, about)


def _label(line: str, about: PageDescription) -> str:
    """Return the label that *line* begins with, or an empty text."""
    words = re.sub(r"^[\W_]+", "", fold(BULLET.sub("", line, count=1)))
    return next((label for label in about.folded_labels if words.startswith(label)), "")


def _is_word_of_row(lines: Sequence[str], i: int, about: PageDescription) -> bool:
    """Return True if the name of a state on line *i* is the last word of a row: no first row follows it."""
    after = next((line for line in lines[i + 1 : i + _NEAR] if line.strip(_NO_WORDS)), "")
    return not after or bool(about.state_named(after)) or _label(after, about) not in ("", about.folded_labels[0])
