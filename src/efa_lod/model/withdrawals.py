"""IRIs that were published once: which there are, which went, and why.

``data/published-iris.txt`` lists every IRI below the base that was ever published, one a line. Things that went stand
under ``withdrawn`` in the settings, parts of things, terms and shapes in ``data/withdrawn.yaml``, with a reason and
what replaces them. An IRI that is in neither the data nor these lists is lost, which a build does not pass over in
silence.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from efa_lod.io.reading import Place, read_documents
from efa_lod.model.publication import Publication
from efa_lod.model.results import Result, Severity

PUBLISHED = "data/published-iris.txt"
WITHDRAWN = "data/withdrawn.yaml"
LOST_IRI_RULE = "lost-iri"


@dataclass(frozen=True)
class Withdrawal:
    """An IRI that went, relative to the base: *reason* by language, and the IRI that replaces it, if one does."""

    iri: str
    reason: Mapping[str, str] = field(default_factory=dict)
    replaced_by: str = ""


def withdrawals(publication: Publication) -> Iterator[Withdrawal]:
    """Yield what *publication* names as withdrawn; what is no IRI is passed over here."""
    file = publication.folder / WITHDRAWN
    parts = next(read_documents(file, WITHDRAWN), None) if file.is_file() else None
    for settings in (publication.settings.value, parts.value if parts else {}):
        for entry in withdrawn_entries(settings):
            iri, reason = entry.get("id"), entry.get("reason")
            if isinstance(iri, str):
                texts = {str(k): str(text) for k, text in reason.items()} if isinstance(reason, dict) else {}
                replaced_by = str(entry.get("replacedBy") or "")
                yield Withdrawal(iri.removeprefix(publication.base_iri), texts, replaced_by)


def withdrawn_entries(settings: Mapping[str, object]) -> list[dict[str, object]]:
    """Return what stands under ``withdrawn`` in *settings*, a list or a single one, each entry with its ``id``."""
    found = settings.get("withdrawn") or []
    return [one if isinstance(one, dict) else {"id": one} for one in (found if isinstance(found, list) else [found])]


def published_iris(publication: Publication) -> list[str]:
    """Return the IRIs that were ever published, relative to the base; none where the publication keeps no list."""
    if not (publication.folder / PUBLISHED).is_file():
        return []
    return [line for line in publication.read(PUBLISHED).split() if line]


def lost_iris(publication: Publication, present: Collection[str]) -> list[Result]:
    """Return a warning for each IRI that was published, is not among those *present*, and was not withdrawn."""
    gone = {one.iri for one in withdrawals(publication)}
    place = Place(PUBLISHED)
    return [
        Result(
            Severity.WARNING,
            place,
            "",
            iri,
            {
                "de": "Diese IRI war veröffentlicht und fehlt nun: wieder aufnehmen, oder in data/withdrawn.yaml"
                " mit reason (de, en) und, wo es einen gibt, dem Nachfolger (replacedBy) eintragen.",
                "en": "This IRI was published and is missing now: restore it, or list it in data/withdrawn.yaml"
                " with reason (de, en) and, where there is one, its successor (replacedBy).",
            },
            LOST_IRI_RULE,
        )
        for iri in published_iris(publication)
        if iri not in gone and publication.base_iri + iri not in present
    ]
