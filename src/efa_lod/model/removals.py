"""What an office had taken out of records, and when: ``data/removals.yaml``, which sheet and form write.

It names the thing and the key, never what was taken out, which perhaps must not be published.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from efa_lod.io.reading import read_documents
from efa_lod.model.publication import Publication
from efa_lod.model.record_values import mapping_of, things_of

REMOVALS = "data/removals.yaml"


@dataclass(frozen=True)
class NotedRemoval:
    """An *office*, by language, had a *thing* taken out of a *record* on a *day*, or a value of its *key*.

    *key* is empty for a thing as a whole; a text has its language behind, as ``name.de``.
    """

    thing: str
    key: str
    record: str
    day: str
    office: Mapping[str, str]


def noted_removals(publication: Publication) -> list[NotedRemoval]:
    """Return what *publication* notes, the newest last; what names no thing, day or office is passed over."""
    file = publication.folder / REMOVALS
    found = next(read_documents(file, REMOVALS), None) if file.is_file() else None
    noted = [_removal(one) for one in things_of(found.value.get("removals"))] if found else []
    return sorted((one for one in noted if one.thing and one.day and one.office), key=lambda one: one.day)


def _removal(entry: Mapping[str, object]) -> NotedRemoval:
    thing, key, record, day = (str(entry.get(name) or "") for name in ("thing", "key", "record", "date"))
    office = {str(tag): str(text) for tag, text in mapping_of(entry.get("statedBy")).items() if text}
    return NotedRemoval(thing, key, record, day, office)
