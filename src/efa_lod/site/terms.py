"""Make the pages about the terms and the checks: the ontology term by term, and the shapes rule by rule.

Both are made from the RDF that is published. Each term and each shape has its local name as anchor, so that its IRI
leads to its place on the page (a fragment is kept through a redirect, RFC 9110, section 10.2.2).
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePath
from typing import Any

import pyoxigraph as ox

from efa_lod.io.reading import Document, Place
from efa_lod.model.context import RDF_TYPE, Context
from efa_lod.model.publication import Publication
from efa_lod.rdf.formats import File
from efa_lod.rdf.graphs import Triples, ontology_triples, parsed_triples, record_triples
from efa_lod.site.page import DOCUMENTS, Site, pages
from efa_lod.web.record_documents import json_ld

_RDFS, _OWL = "http://www.w3.org/2000/01/rdf-schema#", "http://www.w3.org/2002/07/owl#"
_SKOS, _DCT = "http://www.w3.org/2004/02/skos/core#", "http://purl.org/dc/terms/"
_SCHEMA, _SH = "https://schema.org/", "http://www.w3.org/ns/shacl#"

Texts = Mapping[str, str]


class Resource:
    """What a graph says of one IRI, by property."""

    def __init__(self, iri: str) -> None:
        self.iri = iri
        self._values: dict[str, list[Any]] = {}

    def add(self, predicate: str, value: Any) -> None:
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
        return [one.value for one in self._values.get(predicate, [])]

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


# --- the ontology -----------------------------------------------------------------------------------------------------

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
class Term:
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
    concepts: list["Term"] = field(default_factory=list)


def ontology_pages(site: Site) -> Iterator[File]:
    """Yield the page of the ontology."""
    triples = ontology_of(site)
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
        "data": _head(site, triples, {iri}),
        "alternates": [(f"ontology{suffix}", media_type, name) for suffix, media_type, name in DOCUMENTS],
        "terms": grouped(terms(found, site.context, usage(site))),
    }
    yield from pages(site, "ontology.html", "ontology.html", values)


def page_of(site: Site, iri: str) -> str:
    """Return the path of the page about *iri*, with its place on the page; an empty text where there is none."""
    name, mark, part = iri.removeprefix(site.publication.base_iri).partition("#")
    if iri.startswith(site.publication.base_iri) and (name in site.entry_of or name in ("ontology", "shapes")):
        return f"{name}.html{mark}{part}"
    return ""


def terms(found: Mapping[str, Resource], context: Context, used: Mapping[str, int]) -> Iterator[Term]:
    """Yield the terms that the ontology of *context*'s publication defines; *used* counts them in the data."""
    namespace = f"{context.base_iri}ontology#"
    keys = _keys_of_terms(context)
    for iri, one in found.items():
        kind = next((KINDS[type_] for type_ in one.iris(RDF_TYPE) if type_ in KINDS), "")
        if kind and iri.startswith(namespace):
            yield Term(
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


def grouped(all_terms: Iterable[Term]) -> dict[str, list[Term]]:
    """Return terms by kind – classes, properties, code lists –, each by name; concepts stand in their code lists."""
    groups: dict[str, list[Term]] = {"class": [], "property": [], "scheme": []}
    concepts: list[Term] = []
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
    for triple in triples_of_site(site):
        found[triple.predicate.value] += 1
        if isinstance(triple.object, ox.NamedNode):
            found[triple.object.value] += 1
    return found


@lru_cache(maxsize=1)
def ontology_of(site: Site) -> Triples:
    """Return the triples of the ontology."""
    return ontology_triples(site.publication)


@lru_cache(maxsize=1)
def triples_of_site(site: Site) -> Triples:
    """Return what the records of the states and of what they share say."""
    return record_triples(documents_of_site(site), site.context)


def holds_all(site: Site) -> bool:
    """Tell whether the records that *site* holds are all there are; others it has made pages for and let go."""
    return len(site.entries) <= len(site.states) + len(site.shared)


def documents_of_site(site: Site) -> list[Document]:
    """Return the records of the states and of what they share as documents; the place of each is its identifier."""
    return [Document(dict(values), Place(values["id"]), dict) for values in (*site.states, *site.shared.values())]


# --- the shapes -------------------------------------------------------------------------------------------------------

_TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
_LINKS = ("property", "node", "not", "qualifiedValueShape", "sparql")
"""How a shape uses another."""


@dataclass(frozen=True)
class Shape:
    """A shape: what it is called, the message that a breach shows, whom it looks at, how much a breach weighs."""

    name: str
    label: Texts
    message: Texts
    targets: tuple[tuple[str, str], ...]
    path: str
    severity: str
    parents: tuple[str, ...]


@dataclass(frozen=True)
class ShapesFile:
    """A file of shapes with its title and what it is for, its shapes by what they are about."""

    name: str
    title: Texts
    text: Texts
    groups: Mapping[str, list[Shape]]
    iri: str
    triples: Sequence[ox.Triple]


def shapes_pages(site: Site) -> Iterator[File]:
    """Yield the page of the shapes."""
    files = list(shapes_files(site.publication))
    heads = {file.iri for file in files}
    triples = [triple for file in files for triple in file.triples]
    values = {
        "files": files,
        "data": _head(site, triples, heads),
        "alternates": [(f"shapes{suffix}", media_type, name) for suffix, media_type, name in DOCUMENTS[:1]],
    }
    yield from pages(site, "shapes.html", "shapes.html", values)


def _head(site: Site, triples: Iterable[ox.Triple], about: Collection[str]) -> Any:
    """Return as JSON-LD what *triples* say of the resources *about*: the page has the rest in words."""
    said = [triple for triple in triples if isinstance(triple.subject, ox.NamedNode) and triple.subject.value in about]
    return json.loads(json_ld(said, site.context.prefixes))


def shapes_files(publication: Publication) -> Iterator[ShapesFile]:
    """Yield the files of shapes of *publication* with what each of them checks."""
    base = publication.base_iri
    for path in publication.glob("shapes/*.ttl"):
        triples = parsed_triples(publication.read(path), ".ttl", path, base)
        found = resources(triples)
        iri_of_file = f"{base}shapes/{PurePath(path).stem}"
        head = found.get(iri_of_file, Resource(iri_of_file))
        parents = _parents(found)
        groups: dict[str, list[Shape]] = {}
        for iri, one in found.items():
            if iri.startswith(f"{base}shapes#"):
                shape = _shape(iri, one, parents.get(iri, []))
                groups.setdefault(shape.name.partition("-")[0], []).append(shape)
        texts = head.texts(f"{_DCT}title"), head.texts(f"{_DCT}description")
        yield ShapesFile(path, *texts, groups, iri_of_file, triples)


def _parents(found: Mapping[str, Resource]) -> Mapping[str, list[str]]:
    """Return for each shape the names of the shapes that use it."""
    parents: dict[str, list[str]] = {}
    for iri, one in found.items():
        for used in dict.fromkeys(used for link in _LINKS for used in one.iris(_SH + link)):
            parents.setdefault(used, []).append(iri.partition("#")[2])
    return parents


def _shape(iri: str, one: Resource, parents: Sequence[str]) -> Shape:
    return Shape(
        name=iri.partition("#")[2],
        label=one.texts(f"{_SH}name"),
        message=one.texts(f"{_SH}message"),
        targets=tuple((kind, value) for kind in _TARGETS for value in one.plain(_SH + kind)),
        path="".join(one.iris(f"{_SH}path")[:1]),
        severity="".join(one.iris(f"{_SH}severity")[:1]).removeprefix(_SH),
        parents=tuple(parents),
    )
