"""Warn of what no shape says: what may be about a person, and what was confirmed long ago.

What a shape says must depend neither on the day nor on a list of names.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from efa_lod.io.reading import Document
from efa_lod.model.record_views import ReuseRecord
from efa_lod.model.records import key_text
from efa_lod.model.results import Result, Severity
from efa_lod.model.settings_check import is_date
from efa_lod.validation.privacy import privacy_results

_MESSAGES = {
    "de": "lastConfirmed liegt mehr als ein Jahr zurück: Seite neu vergleichen und das Datum erneuern.",
    "en": "lastConfirmed is more than a year ago: compare with the page again and renew the date.",
}
CONFIRMED = ("record", "lastConfirmed")
"""The way to the day on which a record was last compared with the page."""


def advice_on(documents: Sequence[Document], today: date) -> list[Result]:
    """Return the warnings for *documents*, seen on the day *today*."""
    return [*privacy_results(documents), *_confirmed_long_ago(documents, today)]


def _confirmed_long_ago(documents: Iterable[Document], today: date) -> Iterator[Result]:
    """Yield a warning for each of *documents* that was last confirmed more than a year before *today*."""
    a_year_ago = f"{today.year - 1:04}{today.isoformat()[4:]}"  # days sort as their texts do
    for document in documents:
        day = ReuseRecord(document.value).last_confirmed
        if is_date(day) and day < a_year_ago:
            place = document.place_of(CONFIRMED)
            yield Result(Severity.WARNING, place, key_text(CONFIRMED), day, _MESSAGES, "confirmed-long-ago")
