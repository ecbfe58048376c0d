"""Catalogues that are changed in one statement, and what a rehearsal says of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from catalogs.variants import variant
from efa_lod.catalog.dcat import catalogue, catalogue_context
from efa_lod.catalog.offers import contents
from efa_lod.catalog.rehearsal import Rehearsal, rehearse
from efa_lod.io.reading import Document
from efa_lod.model.expansion import of_triples
from efa_lod.model.publication import read_publication
from efa_lod.rdf.graphs import ontology_triples, triples_of

Triples = Sequence[ox.Triple]
Change = Callable[[Triples], Triples]

BASE = "https://w3id.org/efa-lod/"
DATASET, RENAMED = f"{BASE}dataset", f"{BASE}dataset/efa"
CSV = f"{BASE}dataset#csv"
PREFIXES = {**catalogue_context(read_publication()).prefixes, "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"}


def iri(name: str) -> ox.NamedNode:
    """Return the node that a prefixed name or an IRI means."""
    prefix, _, rest = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + rest if prefix in PREFIXES else name)


def publisher_catalogue(documents: list[Document]) -> Triples:
    """Return the catalogue of a publisher that is no sample."""
    publication = variant("state")
    listed = catalogue(publication, contents(publication, documents, of_triples(ontology_triples(publication))))
    nodes = {f"{publication.base_iri}": BASE}
    return [moved(triple, nodes) for triple in triples_of(listed.statements)]


def moved(triple: ox.Triple, renamed: Mapping[str, str]) -> ox.Triple:
    """Return *triple* with the beginnings of IRIs replaced."""

    def term(node: Any) -> Any:
        for old, new in renamed.items():
            if isinstance(node, ox.NamedNode) and node.value.startswith(old):
                return ox.NamedNode(new + node.value[len(old) :])
        return node

    return ox.Triple(term(triple.subject), triple.predicate, term(triple.object))


def run(new: Triples, old: Triples | None = None, allowed: Sequence[str] = (), **options: Any) -> Rehearsal:
    """Rehearse *new* after *old*."""
    return rehearse("catalog.ttl", new, read_publication(), old, allowed, **options)


def without(predicate: str, subject: str = DATASET) -> Change:
    """Take the values of *predicate* from *subject*."""
    return lambda triples: [t for t in triples if (t.subject, t.predicate) != (iri(subject), iri(predicate))]


def instead(predicate: str, value: ox.NamedNode | ox.Literal, subject: str = DATASET) -> Change:
    """Replace the values of *predicate* by *value*."""
    return lambda triples: [*without(predicate, subject)(triples), ox.Triple(iri(subject), iri(predicate), value)]


def also(predicate: str, value: ox.NamedNode | ox.Literal, subject: str = DATASET) -> Change:
    """Add a *value* for *predicate*."""
    return lambda triples: [*triples, ox.Triple(iri(subject), iri(predicate), value)]


def rename(old: str, new: str) -> Change:
    """Give the thing *old* the IRI *new*."""
    return lambda triples: [
        ox.Triple(
            ox.NamedNode(new) if t.subject == ox.NamedNode(old) else t.subject,
            t.predicate,
            ox.NamedNode(new) if t.object == ox.NamedNode(old) else t.object,
        )
        for t in triples
    ]


def lost(made: Rehearsal) -> dict[str, set[tuple[str, str]]]:
    """Return field and reason of all losses, by portal."""
    found = {
        portal: {(loss.field, loss.reason) for step in steps for loss in step.lost}
        for portal, steps in made.steps.items()
    }
    return {portal: losses for portal, losses in found.items() if losses}
