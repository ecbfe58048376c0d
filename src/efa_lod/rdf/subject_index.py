"""Triples by subject and property, to read shapes and ontologies as data without rdflib, which takes time to load."""

from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

Node = ox.NamedNode | ox.BlankNode | ox.Literal
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


class SubjectIndex:
    """Triples by subject and property; nodes are named by their text: of an IRI, a label or a literal.

    Triples about triples are left out.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._objects: dict[tuple[str, str], list[Node]] = {}
        for triple in triples:
            if not isinstance(triple.object, ox.Triple) and not isinstance(triple.subject, ox.Triple):
                self._objects.setdefault((triple.subject.value, triple.predicate.value), []).append(triple.object)

    def objects(self, subject: str, predicate: str) -> Sequence[Node]:
        """Return the values of *predicate* for *subject*, in the order of the triples."""
        return self._objects.get((subject, predicate), ())

    def values(self, subject: str, predicate: str) -> list[str]:
        """Return the texts of the values of *predicate* for *subject*, in the order of the triples."""
        return [node.value for node in self.objects(subject, predicate)]

    def value(self, subject: str, predicate: str) -> str:
        """Return the text of the first value of *predicate* for *subject*; empty where there is none."""
        return next(iter(self.values(subject, predicate)), "")

    def subjects(self, predicate: str, value: str) -> Iterator[str]:
        """Yield the subjects that have *value* for *predicate*."""
        return (subject for subject, found in self.pairs(predicate) if found == value)

    def pairs(self, predicate: str) -> Iterator[tuple[str, str]]:
        """Yield subject and value for each statement with *predicate*."""
        for (subject, said), nodes in self._objects.items():
            if said == predicate:
                yield from ((subject, node.value) for node in nodes)

    def members(self, head: str) -> list[str]:
        """Return the members of the list that begins at *head*; one that leads back to itself ends there."""
        found: dict[str, str] = {}
        while head and head != f"{_RDF}nil" and head not in found:
            found[head] = self.value(head, f"{_RDF}first")
            head = self.value(head, f"{_RDF}rest")
        return list(found.values())
