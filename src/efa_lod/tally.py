"""Count what statements say, part by part: the counts of two parts add up to those of both."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from efa_lod.statements import TYPE, Statement

LINKS = frozenset(
    {
        "<https://schema.org/sameAs>",
        "<http://www.w3.org/2002/07/owl#sameAs>",
        "<http://www.w3.org/2004/02/skos/core#broadMatch>",
        "<http://www.w3.org/2004/02/skos/core#closeMatch>",
        "<http://www.w3.org/2004/02/skos/core#exactMatch>",
    }
)
"""Properties that say of a thing here which thing of another dataset it is or is like."""
_MODIFIED = "<http://purl.org/dc/terms/modified>"


@dataclass
class Tally:
    """Counts of *statements*, of *subjects*, of those below the base (*entities*), by class, property and link.

    *links* counts by the site of the object and the property, *modified* is the latest day of a change. The parts that
    are added must not share subjects.
    """

    statements: int = 0
    subjects: int = 0
    entities: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    properties: Counter[str] = field(default_factory=Counter)
    links: Counter[tuple[str, str]] = field(default_factory=Counter)
    modified: str = ""

    @classmethod
    def of(cls, statements: Iterable[Statement], base_iri: str) -> "Tally":
        """Count *statements*, each of which counts as often as it is given."""
        tally = cls()
        subjects: set[str] = set()
        properties = []
        for subject, predicate, found in statements:
            subjects.add(subject)
            properties.append(predicate)
            if predicate == TYPE:
                tally.classes[found] += 1
            elif predicate == _MODIFIED:
                tally.modified = max(tally.modified, found[1:11])
            elif predicate in LINKS and found[0] == "<" and not found.startswith(base_iri, 1):
                tally.links[site_of(found), predicate] += 1
        tally.statements = len(properties)
        tally.subjects = len(subjects)
        tally.entities = sum([subject.startswith(base_iri, 1) for subject in subjects])
        tally.properties = Counter(properties)
        return tally

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.statements + other.statements,
            self.subjects + other.subjects,
            self.entities + other.entities,
            self.classes + other.classes,
            self.properties + other.properties,
            self.links + other.links,
            max(self.modified, other.modified),
        )


def site_of(term: str) -> str:
    """Return the address of the site that an IRI in angle brackets is of, with a slash at the end."""
    return "/".join(term[1:-1].split("/", 3)[:3]) + "/"
