"""A catalogue to look things up in, by paths of prefixed properties."""

from collections.abc import Iterable
from functools import cached_property

import pyoxigraph as ox

from efa_lod.model.context import RDF_TYPE
from efa_lod.rdf.subject_index import Node

DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
_ADMS = "http://www.w3.org/ns/adms#"
_DCATAP = "http://data.europa.eu/r5r/"
_DCATDE = "http://dcat-ap.de/def/dcatde/"
_FOAF = "http://xmlns.com/foaf/0.1/"
_LOCN = "http://www.w3.org/ns/locn#"
_OWL = "http://www.w3.org/2002/07/owl#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_SCHEMA = "http://schema.org/"
_TIME = "http://www.w3.org/2006/time#"
_VCARD = "http://www.w3.org/2006/vcard/ns#"
_PREFIXES = {
    "adms": _ADMS,
    "dcat": DCAT,
    "dcatap": _DCATAP,
    "dcatde": _DCATDE,
    "dcatde10": f"{_DCATDE}1_0/",
    "dcatde101": f"{_DCATDE}1.0.1/",
    "dct": DCT,
    "foaf": _FOAF,
    "locn": _LOCN,
    "owl": _OWL,
    "rdfs": _RDFS,
    "schema": _SCHEMA,
    "skos": _SKOS,
    "time": _TIME,
    "vcard": _VCARD,
}


def _iri_of(name: str) -> str:
    prefix, _, local = name.partition(":")
    return _PREFIXES[prefix] + local


class View:
    """A catalogue to look things up in."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._about: dict[Node, dict[str, list[Node]]] = {}
        for subject, predicate, value in triples:
            if not isinstance(subject, ox.Triple) and not isinstance(value, ox.Triple):
                self._about.setdefault(subject, {}).setdefault(predicate.value, []).append(value)

    def values(self, node: Node, path: str) -> list[Node]:
        """Return what *node* has for the first of the paths in *path* that leads anywhere, in the order written.

        A path is a row of prefixed properties joined by slashes; several paths are joined by `` | ``. A property may be
        followed by classes in brackets, of which what it leads to must be an instance.
        """
        return next(filter(None, (self._reached(node, one) for one in path.split(" | "))), [])

    def _reached(self, node: Node, path: str) -> list[Node]:
        nodes = [node]
        for step in path.split("/"):
            name, _, classes = step.rstrip("]").partition("[")
            nodes = [value for one in nodes for value in self._about.get(one, {}).get(_iri_of(name), ())]
            if classes:
                wanted = {ox.NamedNode(_iri_of(one)) for one in classes.split(",")}
                nodes = [one for one in nodes if wanted & {*self._about.get(one, {}).get(RDF_TYPE, ())}]
        return list(dict.fromkeys(nodes))

    def texts(self, node: Node, path: str) -> list[str]:
        """Return the same as text, empty texts left out."""
        return [value.value for value in self.values(node, path) if value.value.strip()]

    def of_type(self, iri: str) -> list[Node]:
        """Return the things of the type *iri*, in the order written."""
        return [node for node, said in self._about.items() if ox.NamedNode(iri) in said.get(RDF_TYPE, ())]

    @cached_property
    def identified(self) -> dict[str, list[Node]]:
        """Return the datasets by ``dct:identifier``."""
        found: dict[str, list[Node]] = {}
        for dataset in self.of_type(f"{DCAT}Dataset"):
            for identifier in self.texts(dataset, "dct:identifier"):
                found.setdefault(identifier, []).append(dataset)
        return found

    def reachable(self, node: Node) -> frozenset[tuple[Node, str, Node]]:
        """Return all that is said of *node* and of what can be reached from it: what portals store for a dataset."""
        found: set[tuple[Node, str, Node]] = set()
        seen: set[Node] = set()
        waiting = [node]
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            for predicate, values in self._about.get(one, {}).items():
                found.update((one, predicate, value) for value in values)
                waiting += values
        return frozenset(found)
