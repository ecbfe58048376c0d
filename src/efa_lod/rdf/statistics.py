"""Count what statements say, part by part: the counts of two parts add up to those of both."""

from collections import Counter
from dataclasses import dataclass, field

from efa_lod.rdf.predicate_index import PredicateIndex

LINKING_PROPERTIES = frozenset(
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
class Statistics:
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
    def of(cls, columns: PredicateIndex, base_iri: str) -> "Statistics":
        """Count what stands in *columns*."""
        own = columns.own
        subjects = set().union(*own.values())
        properties = {predicate: sum(map(len, column.values())) for predicate, column in own.items()}
        return cls(
            statements=sum(properties.values()),
            subjects=len(subjects),
            entities=sum([subject.startswith(base_iri, 1) for subject in subjects]),
            classes=Counter({name: len(things) for name, things in columns.own_classes.items()}),
            properties=Counter(properties),
            links=Counter(
                (site_of_iri(found), predicate)
                for predicate in LINKING_PROPERTIES & own.keys()
                for values in own[predicate].values()
                for found in values
                if found[0] == "<" and not found.startswith(base_iri, 1)
            ),
            modified=max((found[1:11] for values in own.get(_MODIFIED, {}).values() for found in values), default=""),
        )

    def __add__(self, other: "Statistics") -> "Statistics":
        return Statistics(
            self.statements + other.statements,
            self.subjects + other.subjects,
            self.entities + other.entities,
            self.classes + other.classes,
            self.properties + other.properties,
            self.links + other.links,
            max(self.modified, other.modified),
        )


def site_of_iri(term: str) -> str:
    """Return the address of the site that an IRI in angle brackets is of, with a slash at the end."""
    return "/".join(term[1:-1].split("/", 3)[:3]) + "/"
