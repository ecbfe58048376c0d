"""What the catalogue lists: the files of a build with their titles, and what the records hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from efa_lod.catalog.catalogue_context import GRAPH_FILE
from efa_lod.io.reading import Document
from efa_lod.model.expansion import Statement, text_of
from efa_lod.model.publication import Publication
from efa_lod.rdf.formats import DUMPS, TURTLE, Format

_TITLE = "<http://purl.org/dc/terms/title>"

_MODIFIED = "<http://purl.org/dc/terms/modified>"


@dataclass(frozen=True)
class Offer:
    """A file of the dataset: the *name* it has in IRIs, its *path*, format, and title and description by language."""

    name: str
    path: str
    format: Format
    title: Mapping[str, str]
    about: Mapping[str, str]


OFFERS = (
    *(Offer(f.name, f"efa-lod{f.suffix}", f, {"de": f.title, "en": f.title}, f.about) for f in DUMPS),
    Offer(
        "graph",
        GRAPH_FILE,
        TURTLE,
        {"de": "Wissensgraph (Turtle)", "en": "Knowledge graph (Turtle)"},
        {
            "de": "Alles in einer Datei: die Angaben, die Ontologie mit ihren Begriffen, die Beschreibung.",
            "en": "Everything in one file: the statements, the ontology with its terms, the description.",
        },
    ),
)
"""The files that a build offers as distributions, in the order they are listed to people."""


@dataclass(frozen=True)
class Contents:
    """What the catalogue says of the data itself: its states, the ontology's title, the last change."""

    states: Sequence[tuple[str, Mapping[str, str]]]
    ontology_title: Mapping[str, str]
    modified: str


def contents(
    publication: Publication, documents: Iterable[Document], graph: Iterable[Statement], latest: str = ""
) -> Contents:
    """Return the facts of *documents* and of the *graph* made of them and the ontology that the catalogue needs.

    The day of the last change is the latest ``dct:modified`` in the data, which *latest* may add to, or in the
    settings: it follows the data, not the clock, so unchanged data has an unchanged catalogue.
    """
    states = [(d.value["id"], d.value["name"]) for d in documents if d.value.get("type") == "State"]
    ontology = f"<{publication.base_iri}ontology>"
    title: dict[str, str] = {}
    days = [str(publication.settings.value["modified"]), latest]
    for subject, predicate, found in graph:
        if predicate == _MODIFIED and found[0] == '"':
            days.append(text_of(found))
        elif predicate == _TITLE and subject == ontology:
            title[found.rpartition("@")[2]] = text_of(found)
    return Contents(states, title, max(days))
