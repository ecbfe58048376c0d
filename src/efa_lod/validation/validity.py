"""Hold the ends of provisions against the day of the last comparison: what had ended by then is marked so in the data.

No clock is asked, so that the same records say the same on every day.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from efa_lod.io.reading import Document, KeyPath
from efa_lod.model.answers import END_KEYS, last_day
from efa_lod.model.context import Context
from efa_lod.model.record_views import ReuseRecord
from efa_lod.model.records import key_text, things
from efa_lod.model.results import Result, Severity
from efa_lod.model.settings_check import is_date

_MESSAGES = {
    "ended-unmarked": {
        "de": "Diese Frist war am Tag des letzten Abgleichs ({confirmed}) abgelaufen. Ergänzen Sie validity: ended.",
        "en": "This limit had passed on the day of the last comparison ({confirmed}). Add validity: ended.",
    },
    "ended-too-early": {
        "de": "Beendet ist nur, was am Tag des letzten Abgleichs ({confirmed}) eine abgelaufene Frist hatte. Streichen"
        " Sie validity, oder ergänzen Sie until.",
        "en": "Only what had a limit that had passed on the day of the last comparison ({confirmed}) is ended. Delete"
        " validity, or add until.",
    },
}


def validity_results(documents: Sequence[Document], context: Context) -> list[Result]:
    """Return the provisions in *documents* that had ended without saying so, and those that say so without."""
    return [result for document in documents for result in _of_document(document, context)]


def _of_document(document: Document, context: Context) -> Iterator[Result]:
    confirmed = ReuseRecord(document.value).last_confirmed
    if not is_date(confirmed):
        return
    for path, thing in _provisions(document, context):
        end, marked = last_day(thing), thing.get("validity") == "ended"
        has_ended = bool(end) and end < confirmed
        if has_ended != marked:
            rule = "ended-unmarked" if has_ended else "ended-too-early"
            key = "validity" if marked else next(key for key in END_KEYS if thing.get(key))
            way = (*path, key)
            messages = {language: text.format(confirmed=confirmed) for language, text in _MESSAGES[rule].items()}
            place = document.place_of(way)
            yield Result(Severity.VIOLATION, place, key_text(way), str(thing.get(key)), messages, rule)


def _provisions(document: Document, context: Context) -> Iterable[tuple[KeyPath, Mapping[str, object]]]:
    every = things(document, context)
    return [(path, thing) for path, thing in every if thing.get("type") == "Provision"]
