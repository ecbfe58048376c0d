"""Make the page about the terms: the ontology term by term.

It is made from the RDF that is published. Each term has its local name as anchor, so that its IRI leads to its place on
the page (a fragment is kept through a redirect, RFC 9110, section 10.2.2).
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

import pyoxigraph as ox

from efa_lod.model.context import RDF_TYPE, Context
from efa_lod.model.languages import Texts
from efa_lod.rdf.formats import OutputFile
from efa_lod.rdf.graphs import borrowed_triples
from efa_lod.rdf.json_ld import json_ld
from efa_lod.site.model_drawing import class_name, drawing
from efa_lod.site.page import DOCUMENTS, Site, pages
from efa_lod.site.releases import last_changes_of_vocabulary

_RDFS, _OWL = "http://www.w3.org/2000/01/rdf-schema#", "http://www.w3.org/2002/07/owl#"
_RDF = RDF_TYPE.removesuffix("type")
_SKOS, _DCT = "http://www.w3.org/2004/02/skos/core#", "http://purl.org/dc/terms/"
_SCHEMA = "https://schema.org/"


class Resource:
    """What a graph says of one IRI, by property."""

    def __init__(self, iri: str) -> None:
        self.iri = iri
        self._values: dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]] = {}

    def add(self, predicate: str, value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> None:
        """Take note of a value."""
        self._values.setdefault(predicate, []).append(value)

    def texts(self, *predicates: str) -> dict[str, str]:
        """Return the texts under the first of *predicates* that has any, by language."""
        for predicate in predicates:
            if found := self._values.get(predicate):
                return {one.language or "": one.value for one in found if isinstance(one, ox.Literal)}
        return {}

    def plain(self, predicate: str) -> list[str]:
        """Return the values of *predicate* as text: the IRI of a resource, the text of a literal."""
        return [one.value for one in self._values.get(predicate, []) if not isinstance(one, ox.Triple)]

    def iris(self, predicate: str) -> list[str]:
        """Return the resources under *predicate*."""
        return [one.value for one in self._values.get(predicate, []) if isinstance(one, ox.NamedNode)]


def resources(triples: Iterable[ox.Triple]) -> dict[str, Resource]:
    """Return what *triples* say of each named subject, in their order."""
    found: dict[str, Resource] = {}
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode):
            iri = triple.subject.value
            found.setdefault(iri, Resource(iri)).add(triple.predicate.value, triple.object)
    return found


KINDS = {
    f"{_OWL}Class": "class",
    f"{_OWL}ObjectProperty": "property",
    f"{_OWL}DatatypeProperty": "property",
    f"{_SKOS}ConceptScheme": "scheme",
    f"{_SKOS}Concept": "concept",
}
"""What a term is, by the class that it has."""
_ABOVE = (f"{_RDFS}subClassOf", f"{_RDFS}subPropertyOf", f"{_SKOS}broader")


@dataclass(frozen=True)
class OntologyTerm:
    """A term of the ontology with what its page tells; other terms are given by their IRI."""

    name: str
    iri: str
    kind: str
    label: Texts
    definition: Texts
    note: Texts
    above: tuple[str, ...]
    domain: tuple[str, ...]
    range: tuple[str, ...]
    see: tuple[str, ...]
    examples: tuple[str, ...]
    scheme: str
    keys: tuple[str, ...]
    used: int
    concepts: list["OntologyTerm"] = field(default_factory=list)


def ontology_pages(site: Site) -> Iterator[OutputFile]:
    """Yield the page of the ontology."""
    triples = site.ontology
    found = resources(triples)
    iri = f"{site.publication.base_iri}ontology"
    ontology = found.get(iri, Resource(iri))
    values = {
        "title": ontology.texts(f"{_DCT}title"),
        "text": ontology.texts(f"{_DCT}description"),
        "version": "".join(ontology.plain(f"{_OWL}versionInfo")[:1]),
        "modified": "".join(ontology.plain(f"{_DCT}modified")[:1]),
        "licence_of_ontology": "".join(ontology.iris(f"{_DCT}license")[:1]),
        "iri_of_ontology": iri,
        "page_of": page_of,
        "changes": site.derived(last_changes_of_vocabulary),
        "data": vocabulary_head(site, triples, {iri}),
        "alternates": [(f"ontology{suffix}", media_type, name) for suffix, media_type, name in DOCUMENTS],
        "drawing": site.derived(drawing),
        "class_name": partial(class_name, labels=site.labels, context=site.context),
        "terms": grouped(terms(found, site.context, site.derived(usage))),
        "borrowed": list(borrowed_terms(site)),
    }
    yield from pages(site, "ontology.html", "ontology.html", values)


def page_of(site: Site, iri: str) -> str:
    """Return the path of the page about *iri*, with its place on the page; an empty text where there is none."""
    name, mark, part = iri.removeprefix(site.publication.base_iri).partition("#")
    if iri.startswith(site.publication.base_iri) and (name in site.entry_of or name in ("ontology", "shapes")):
        return f"{name}.html{mark}{part}"
    return ""


def terms(found: Mapping[str, Resource], context: Context, used: Mapping[str, int]) -> Iterator[OntologyTerm]:
    """Yield the terms that the ontology of *context*'s publication defines; *used* counts them in the data."""
    namespace = f"{context.base_iri}ontology#"
    keys = _keys_of_terms(context)
    for iri, one in found.items():
        kind = next((KINDS[type_] for type_ in one.iris(RDF_TYPE) if type_ in KINDS), "")
        if kind and iri.startswith(namespace):
            yield OntologyTerm(
                name=iri.removeprefix(namespace),
                iri=iri,
                kind=kind,
                label=one.texts(f"{_SKOS}prefLabel", f"{_RDFS}label"),
                definition=one.texts(f"{_SKOS}definition"),
                note=one.texts(f"{_SKOS}scopeNote"),
                above=(
                    *one.iris(f"{_RDFS}subClassOf"),
                    *one.iris(f"{_RDFS}subPropertyOf"),
                    *one.iris(f"{_SKOS}broader"),
                ),
                domain=tuple(one.iris(f"{_SCHEMA}domainIncludes")),
                range=tuple(one.iris(f"{_SCHEMA}rangeIncludes")),
                see=tuple(one.iris(f"{_RDFS}seeAlso")),
                examples=tuple(one.plain(f"{_SKOS}example")),
                scheme="".join(one.iris(f"{_SKOS}inScheme")[:1]),
                keys=tuple(keys.get(iri, ())),
                used=used.get(iri, 0),
            )


def borrowed_terms(site: Site) -> Iterator[OntologyTerm]:
    """Yield the terms of other vocabularies, with how the data of *site* use them."""
    keys, used = _keys_of_terms(site.context), site.derived(usage)
    kinds = {f"{_RDFS}Class": "class", f"{_RDF}Property": "property"}
    for iri, one in resources(borrowed_triples(site.publication)).items():
        if kind := next((kinds[type_] for type_ in one.iris(RDF_TYPE) if type_ in kinds), ""):
            yield OntologyTerm(
                name=site.context.compact(iri).replace(":", "-"),
                iri=iri,
                kind=kind,
                label=one.texts(f"{_RDFS}label"),
                definition=one.texts(f"{_SKOS}scopeNote"),
                note={},
                above=(),
                domain=(),
                range=(),
                see=tuple(one.iris(f"{_SKOS}related")),
                examples=(),
                scheme="",
                keys=tuple(keys.get(iri, ())),
                used=used.get(iri, 0),
            )


def grouped(all_terms: Iterable[OntologyTerm]) -> dict[str, list[OntologyTerm]]:
    """Return terms by kind – classes, properties, code lists –, each by name; concepts stand in their code lists."""
    groups: dict[str, list[OntologyTerm]] = {"class": [], "property": [], "scheme": []}
    concepts: list[OntologyTerm] = []
    for term in sorted(all_terms, key=lambda term: term.name.casefold()):
        groups.get(term.kind, concepts).append(term)
    schemes = {term.iri: term for term in groups["scheme"]}
    for concept in concepts:
        if concept.scheme in schemes:
            schemes[concept.scheme].concepts.append(concept)
    return groups


def _keys_of_terms(context: Context) -> dict[str, list[str]]:
    """Return how each term is written in a record: the keys that mean it, the types, the keys that take a code list."""
    found: dict[str, list[str]] = {}
    for name, iri in context.types.items():
        found.setdefault(iri, []).append(f"type: {name}")
    for key in context.keys.values():
        found.setdefault(key.iri, []).append(key.name)
        if key.vocabulary:
            found.setdefault(key.vocabulary.removesuffix("-"), []).append(key.name)
    return found


def usage(site: Site) -> Counter[str]:
    """Count how often each term stands in the data of the states and what they share, as property, type or value."""
    found: Counter[str] = Counter()
    for triple in site.triples:
        found[triple.predicate.value] += 1
        if isinstance(triple.object, ox.NamedNode):
            found[triple.object.value] += 1
    return found


def holds_all(site: Site) -> bool:
    """Return whether the records that *site* holds are all there are; others it has made pages for and let go."""
    return len(site.entries) <= len(site.states) + len(site.shared)


def vocabulary_head(site: Site, triples: Iterable[ox.Triple], about: Collection[str]) -> object:
    """Return as JSON-LD what *triples* say of the resources *about*: the page has the rest in words."""
    said = [triple for triple in triples if isinstance(triple.subject, ox.NamedNode) and triple.subject.value in about]
    return json.loads(json_ld(said, site.context.prefixes))
