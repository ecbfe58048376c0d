"""Refuse what is not the overview page, half of it, or a copy whose form cannot be read; say what it looks like.

Whatever is refused here would otherwise be told as a change of the page, or be drafted into a wrong field.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from efa_lod.errors import BrokenInput
from efa_lod.overview.description import PageDescription
from efa_lod.overview.html import has_password_field
from efa_lod.overview.protection import unreadable_address
from efa_lod.overview.rows import PageRow, Passage
from efa_lod.overview.typography import fold

MAX_ROW = 20_000
"""Most characters that a row may have; the longest real one has about 1,500."""
MOST_STRAY_LABELS = 2
"""Most labels inside of texts that are taken for words rather than for rows of a form that cannot be read."""

_LOOKS_LIKE = (
    (
        re.compile(r"captcha|kein Roboter|not a robot|are you human|Sicherheitsabfrage", re.I),
        "a captcha",
        "ein Captcha",
    ),
    (
        re.compile(r"\b(anmelden|login|log in|passwort|password|kennwort)\b", re.I),
        "a page that asks for a login",
        "eine Anmeldeseite",
    ),
    (
        re.compile(r"\b(404|nicht gefunden|not found)\b", re.I),
        "a page that was not found",
        "eine Seite, die nicht gefunden wurde",
    ),
    (
        re.compile(r"\b(wartung|maintenance|nicht erreichbar|unavailable)\b", re.I),
        "a page under maintenance",
        "eine Seite in Wartung",
    ),
    (
        re.compile(r"\b(cookies?|javascript)\b.{0,80}\b(aktivieren|enable|zulassen)", re.I),
        "a page that wants JavaScript",
        "eine Seite, die JavaScript verlangt",
    ),
)
_LOGIN = _LOOKS_LIKE[1][1:]
_DUMP = re.compile(r"(?m)^\s*(?:References|Verweise|Visible links)\s*:?\s*$")


def refuse_no_page(name: str, text: str, words: str, markup: str, about: PageDescription) -> None:
    """Raise BrokenInput for a copy without rows: *text* is what it holds, *words* what its readers see of it."""
    first = about.row_kinds[0].label
    if about.count_labels(text) > 1:
        raise _unreadable(name)
    looks = next((kinds for pattern, *kinds in _LOOKS_LIKE if pattern.search(words or markup)), None)
    if has_password_field(markup):
        looks = list(_LOGIN)
    english, german = looks or ("another page", "eine andere Seite")
    raise BrokenInput(
        f"{name}: none of the page's rows is on it – looks like {english}; expected rows that begin with '{first}'",
        f"{name}: keines der Felder der Seite steht darauf – sieht aus wie {german}; erwartet werden Felder, die mit"
        f" '{first}' beginnen",
    )


def refuse_part_of_page(name: str, rows: Sequence[PageRow], markup: str, about: PageDescription) -> None:
    """Raise BrokenInput where a copy ends early or has a row that is far too long."""
    if re.search("<html[\\s>]", markup[:2000], re.IGNORECASE) and "</html" not in markup[-2000:].lower():
        raise BrokenInput(
            f"{name}: the HTML does not end with </html> – looks like half a page; fetch it again",
            f"{name}: das HTML endet nicht mit </html> – sieht aus wie eine halbe Seite; noch einmal abrufen",
        )
    if long := next((row for row in rows if len(row.text) > MAX_ROW), None):
        raise BrokenInput(
            f"{name}:{long.line}: a row of {len(long.text):,} characters, far more than any on the overview page",
            f"{name}:{long.line}: ein Feld mit {len(long.text):,} Zeichen, weit mehr als jedes der Übersichtsseite",
        )
    counts = Counter(row.state for row in rows)
    last = rows[-1].state
    if len(counts) > 2 and counts[last] < min(counts[state] for state in counts if state != last):
        raise BrokenInput(
            f"{name}: ends after {counts[last]} of {len(about.row_kinds)} rows of {last} – looks like half a page",
            f"{name}: endet nach {counts[last]} von {len(about.row_kinds)} Feldern von {last} – sieht aus wie eine"
            " halbe Seite",
        )


def refuse_unreadable_form(
    name: str, text: str, rows: Sequence[PageRow], passages: Sequence[Passage], about: PageDescription
) -> None:
    """Raise BrokenInput for a copy in which labels stand where texts should, or an address cannot be told."""
    for place, said in [*((r.line, r.text) for r in rows), *((p.line, p.text) for p in passages)]:
        if hidden := unreadable_address(said):
            raise BrokenInput(
                f"{name}:{place}: an e-mail address is protected from robots and not readable in this copy"
                f" ('{hidden}') – save the page from a browser that has shown it",
                f"{name}:{place}: eine E-Mail-Adresse ist vor Robotern geschützt und in dieser Kopie nicht lesbar"
                f" ('{hidden}') – die Seite aus einem Browser speichern, der sie angezeigt hat",
            )
    strays = sum(_stray_labels(fold(row.text), about) for row in rows)
    strays += sum(
        _stray_labels(fold(one.text), about) for one in passages if one.kind in ("introduction", "line", "row")
    )
    strays += sum(_is_broken(one, other, about) for one, other in pairwise(passages))
    keys = Counter((row.state, row.kind) for row in rows)
    is_mixed_up = sum(count - 1 for count in keys.values()) > len(about.row_kinds)
    is_all_empty = len(rows) > len(about.row_kinds) and not any(row.text for row in rows)
    is_dump = bool(_DUMP.search(text) and re.search(r"\[\d{1,3}\]\S", text))
    if strays > MOST_STRAY_LABELS or is_all_empty or is_dump or is_mixed_up:
        raise _unreadable(name)


def _stray_labels(text: str, about: PageDescription) -> int:
    """Return how many labels of several words begin in *text*."""
    return sum(text.count(" ".join(words[:3])) for words in about.long_labels)


def _is_broken(one: Passage, other: Passage, about: PageDescription) -> bool:
    """Return True if a label begins in *one* and goes on at the beginning of *other*."""
    first, second = fold(one.text).split(), fold(other.text).rstrip("?:").split()
    return any(
        words[:k] == first[:k] and words[k:] == second[: len(words) - k]
        for words in about.long_labels
        for k in range(1, len(words))
    )


def _unreadable(name: str) -> BrokenInput:
    return BrokenInput(
        f"{name}: labels of rows stand in this copy, but not so that label and text can be told apart – this form of a"
        " copy cannot be read; save the page as HTML, or copy its text from a browser",
        f"{name}: die Kopie enthält Feldnamen, aber nicht so, dass Feldname und Text zu trennen sind – diese Form einer"
        " Kopie ist nicht lesbar; die Seite als HTML speichern oder ihren Text aus einem Browser kopieren",
    )
