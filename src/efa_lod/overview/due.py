"""Find which records are due for a comparison with the page, and set the day of those that have passed one.

The day is changed in the text of the file, so that comments and layout stay as they are. No clock is asked here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from efa_lod.errors import BrokenInput
from efa_lod.io.reading import Document, Place
from efa_lod.model.code_lists import days_between
from efa_lod.model.publication import Publication
from efa_lod.overview.outside import KnownOutside, PassageChange, outside_changes
from efa_lod.overview.page import OverviewPage
from efa_lod.overview.record_edits import edited, write_edits
from efa_lod.overview.watching import (
    KnownRow,
    RowChange,
    RowKey,
    naming_missing_keys,
    recorded_rows,
    row_changes,
    with_row_texts,
)
from efa_lod.validation.advice import CONFIRMED


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
    return days_between(publication.settings.value.get("frequency"))


def due_records(documents: Iterable[Document], today: date, days: int) -> list[Due]:
    """Return the records of states, the one that has waited longest first."""
    found = [_due(document, today, days) for document in _states(documents)]
    return sorted(found, key=lambda one: (one.due, one.state))


def unchanged_states(
    documents: Iterable[Document], page: OverviewPage, outside: KnownOutside | None = None
) -> Iterator[Document]:
    """Yield the records of states whose rows stand on *page* with the digests that are recorded, and no others."""
    for document in _states(documents):
        with naming_missing_keys(document):
            state = document.value["name"]["de"]
        found = row_changes(_known([document], outside, page), _only(page, state))
        kinds = [row.kind for row in found if row.change == "unchanged"]
        if sorted(kinds) == sorted(page.about.kinds):
            yield document


def unaccounted(
    documents: Sequence[Document], page: OverviewPage, outside: KnownOutside | None
) -> list[RowChange | PassageChange]:
    """Return what stands on *page* and was never read into the records, with which nothing on it can be confirmed."""
    rows = [row for row in row_changes(_known(documents, outside, page), page) if row.change == "new"]
    return [*rows, *outside_changes(outside, page)]


def _known(documents: Sequence[Document], outside: KnownOutside | None, page: OverviewPage) -> dict[RowKey, KnownRow]:
    return with_row_texts(recorded_rows(documents, page.about), outside)


def _only(page: OverviewPage, state: str) -> OverviewPage:
    return replace(page, rows=tuple(row for row in page.rows if row.state == state))


def set_confirmed(documents: Sequence[Document], publication: Publication, day: date) -> list[Path]:
    """Set *day* as the last confirmation of *documents* in their files; return the files that were changed.

    All texts are made and checked before the first is written.
    """
    return write_edits([_confirmed(document, publication, day) for document in documents])


def _confirmed(document: Document, publication: Publication, day: date) -> tuple[Path, bytes]:
    """Return the file of *document* and its text with *day* as the last confirmation."""
    text = edited(document, publication, {CONFIRMED: day.isoformat()})
    place, found = document.place_of(CONFIRMED), str(document.value["record"]["lastConfirmed"])
    if found > day.isoformat():
        raise BrokenInput(
            f"{place}: confirmed on {found}, which is after {day} – is the day right?",
            f"{place}: bestätigt am {found}, und das liegt nach dem {day} – stimmt der Tag?",
        )
    return text


def _due(document: Document, today: date, days: int) -> Due:
    place = document.place_of(CONFIRMED)
    with naming_missing_keys(document):
        state, text = document.value["name"]["de"], document.value["record"]["lastConfirmed"]
    try:
        confirmed = date.fromisoformat(str(text))
    except ValueError as error:
        raise BrokenInput(
            f"{place}: record.lastConfirmed: expected a day as YYYY-MM-DD, found '{text}'",
            f"{place}: record.lastConfirmed: erwartet wird ein Tag als JJJJ-MM-TT, gefunden '{text}'",
        ) from error
    due = confirmed + timedelta(days=days)
    return Due(state, place, confirmed, due, due < today)


def _states(documents: Iterable[Document]) -> Iterator[Document]:
    return (document for document in documents if document.value.get("type") == "State")
