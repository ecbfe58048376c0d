"""Tell which records are due for a comparison with the page, and set the day of those that have passed one.

The day is changed in the text of the file, so that comments and layout stay as they are. No clock is asked here.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from efa_lod.errors import BrokenInput, CannotWrite
from efa_lod.io.reading import Document, Place
from efa_lod.model.publication import Publication
from efa_lod.overview.page import ROW_KINDS, Page
from efa_lod.overview.watching import whole, write_whole
from efa_lod.validation.advice import CONFIRMED

DAYS = {
    "DAILY": 1,
    "WEEKLY": 7,
    "BIWEEKLY": 14,
    "MONTHLY": 31,
    "BIMONTHLY": 61,
    "QUARTERLY": 92,
    "ANNUAL_2": 183,
    "ANNUAL": 365,
    "BIENNIAL": 730,
}
"""After how many days a record is due again, by the frequency that the publication promises."""

_LINE = re.compile(
    r"(?P<before>.*\blastConfirmed\s*:\s*)(?P<quote>[\"']?)(?P<day>[0-9-]{10})(?P=quote)(?P<after>\s*(#.*)?)$"
)


@dataclass(frozen=True)
class Due:
    """A record: when it was last confirmed, when it is due again, and whether that day has passed."""

    state: str
    place: Place
    confirmed: date
    due: date
    overdue: bool


def interval(publication: Publication) -> int:
    """Return after how many days a record of *publication* is due; a year where its frequency says nothing."""
    return DAYS.get(str(publication.settings.value.get("frequency")), DAYS["ANNUAL"])


def due_records(documents: Iterable[Document], today: date, days: int) -> list[Due]:
    """Return the records of states, the one that has waited longest first."""
    found = [_due(document, today, days) for document in _states(documents)]
    return sorted(found, key=lambda one: (one.due, one.state))


def unchanged_states(documents: Iterable[Document], page: Page) -> Iterator[Document]:
    """Yield the records of states whose four rows stand on *page* with the digest that is recorded."""
    for document in _states(documents):
        with whole(document):
            rows = {row["rowKind"]: row["sha256"] for row in document.value["record"]["rows"]}
            state = document.value["name"]["de"]
        on_page = {kind: row.sha256 for (name, kind), row in page.by_key.items() if name == state}
        if set(rows) == set(ROW_KINDS.values()) and rows == on_page:
            yield document


def confirm(documents: Sequence[Document], publication: Publication, day: date) -> list[Path]:
    """Set *day* as the last confirmation of *documents* in their files; return the files that were changed.

    All texts are made and checked before the first is written.
    """
    texts = dict(_confirmed(document, publication, day) for document in documents)
    changed = {path: text for path, text in texts.items() if path.read_bytes() != text}
    for path, text in changed.items():
        try:
            write_whole(path, text)
        except OSError as error:
            raise CannotWrite(f"{path}: cannot be written: {error.strerror}") from error
    return list(changed)


def _confirmed(document: Document, publication: Publication, day: date) -> tuple[Path, bytes]:
    """Return the file of *document* and its text with *day* as the last confirmation."""
    place = document.place_of(CONFIRMED)
    path = publication.folder / document.place.path
    if path.suffix not in (".yaml", ".yml"):
        raise BrokenInput(f"{place}: lastConfirmed is set in YAML files only – set it by hand here")
    lines = path.read_bytes().decode("utf-8").splitlines(keepends=True)
    line = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
    body = line.rstrip("\r\n")
    match = _LINE.match(body)
    if not match:
        raise BrokenInput(f"{place}: expected a line such as lastConfirmed: {day}, found '{body.strip()[:60]}'")
    if date.fromisoformat(match["day"]) > day:
        raise BrokenInput(f"{place}: confirmed on {match['day']}, which is after {day} – is the day right?")
    fresh = f"{match['before']}{match['quote']}{day}{match['quote']}{match['after']}{line[len(body) :]}"
    lines[place.line - 1] = fresh
    return path, "".join(lines).encode()


def _due(document: Document, today: date, days: int) -> Due:
    place = document.place_of(CONFIRMED)
    with whole(document):
        state, text = document.value["name"]["de"], document.value["record"]["lastConfirmed"]
    try:
        confirmed = date.fromisoformat(str(text))
    except ValueError as error:
        raise BrokenInput(f"{place}: record.lastConfirmed: expected a day as YYYY-MM-DD, found '{text}'") from error
    due = confirmed + timedelta(days=days)
    return Due(state, place, confirmed, due, due < today)


def _states(documents: Iterable[Document]) -> Iterator[Document]:
    return (document for document in documents if document.value.get("type") == "State")
