"""Terms of other vocabularies: used within their meaning, explained, aligned, one key for each, and framed."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from pyld import jsonld
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, RDFS, SKOS

from efa_lod.io.reading import Document
from efa_lod.model.context import Context
from efa_lod.model.publication import Publication

ROOT = Path(__file__).parents[2]
EFA = "https://w3id.org/efa-lod/ontology#"
SCHEMA = "https://schema.org/"

# What schema.org (release 29) says of the terms that the data use: superclasses, and domains and ranges of properties.
SUPERCLASSES = {
    "ContactPoint": ["StructuredValue"],
    "Dataset": ["CreativeWork"],
    "GovernmentOrganization": ["Organization"],
    "GovernmentService": ["Service"],
    "OfferCatalog": ["ItemList"],
    "State": ["AdministrativeArea"],
    "AdministrativeArea": ["Place"],
    "WebPage": ["CreativeWork"],
    "WebPageElement": ["CreativeWork"],
    "WebSite": ["CreativeWork"],
}
THING, TEXT, ADDRESS = "Thing", "Text", "URL"
PROPERTIES = {
    "about": ("CommunicateAction CreativeWork Event", THING),
    "alternateName": (THING, TEXT),
    "areaServed": ("ContactPoint Demand Offer Organization Service", "AdministrativeArea Place"),
    "audience": ("CreativeWork Event PlayAction Product Service", "Audience"),
    "containedInPlace": ("Place", "Place"),
    "description": (THING, TEXT),
    "email": ("ContactPoint Organization Person", TEXT),
    "hasPart": ("CreativeWork", "CreativeWork"),
    "isPartOf": ("CreativeWork", f"CreativeWork {ADDRESS}"),
    "mentions": ("CreativeWork", THING),
    "name": (THING, TEXT),
    "sameAs": (THING, ADDRESS),
    "subjectOf": (THING, f"CreativeWork Event {ADDRESS}"),
    "telephone": ("ContactPoint Organization Person Place", TEXT),
    "url": (THING, ADDRESS),
}

# Terms of vocabularies that are not at hand, as their specifications have them (CPSV-AP 3.2, OGC 12-110).
SPECIFIED = {
    *(f"http://purl.org/vocab/cpsv#{name}" for name in ("PublicService", "Rule")),
    *(f"http://data.europa.eu/m8g/{name}" for name in ("ContactPoint", "Cost", "PublicOrganisation")),
    *(f"http://data.europa.eu/m8g/{name}" for name in ("contactPoint", "email", "telephone")),
    *(f"http://www.opengis.net/def/nil/OGC/0/{name}" for name in ("inapplicable", "missing", "template")),
    *(f"http://www.w3.org/ns/adms#{name}" for name in ("identifier", "status")),
    *(f"{SCHEMA}{name}" for name in ("contactPoint", "hasOfferCatalog", "validThrough")),
}


@cache
def read(name: str) -> Graph:
    """Return a file of the ontology's folder."""
    return Graph(bind_namespaces="none").parse(ROOT / "ontology" / name)


@pytest.fixture(scope="module")
def used(triples: Sequence[ox.Triple]) -> Graph:
    """Return what the records say and what those of the cases say, of which some are of municipalities."""
    graph = Graph(bind_namespaces="none").parse(ROOT / "tests/cases/valid.ttl")
    graph.parse(data="".join(f"{triple} .\n" for triple in triples), format="nt")
    return graph


def classes(graph: Graph, term: Any) -> set[str]:
    """Return the names in schema.org of the classes that *term* has, with their superclasses."""
    given = {str(type_) for type_ in graph.objects(term, RDF.type)}
    own = {str(above) for type_ in given for above in read("efa.ttl").objects(URIRef(type_), RDFS.subClassOf)}
    waiting = [name.removeprefix(SCHEMA) for name in given | own if name.startswith(SCHEMA)]
    found = {THING}
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting += SUPERCLASSES.get(name, [])
    return found


def test_schema_org_is_used_within_domain_and_range(used: Graph) -> None:
    """A property of schema.org stands on things of its domain, and its values are of its range."""
    everything = used + read("efa.ttl")
    wrong: Counter[str] = Counter()
    for subject, predicate, value in used:
        name = str(predicate).removeprefix(SCHEMA)
        if not str(predicate).startswith(SCHEMA):
            continue
        domain, range_ = (set(part.split()) for part in PROPERTIES[name])
        if not domain & classes(everything, subject):
            wrong[f"domain of {name}"] += 1
        is_iri = isinstance(value, URIRef)
        kinds = classes(everything, value) | {ADDRESS} if is_iri else {TEXT}
        if not range_ & kinds:
            wrong[f"range of {name}: {value}"] += 1

    assert Counter() == wrong


def test_every_borrowed_term_is_explained(used: Graph) -> None:
    """Each class and property of others that the data use is explained in both languages, and no other one is."""
    explained = read("borrowed.ttl")
    terms = {str(term) for kind in (RDF.Property, RDFS.Class) for term in explained.subjects(RDF.type, kind)}
    data = {str(term) for term in {*used.predicates(), *used.objects(None, RDF.type)} if not str(term).startswith(EFA)}

    assert data - {str(RDF.type)} == terms
    for term in terms:
        for property_ in (RDFS.label, SKOS.scopeNote):
            texts = explained.objects(URIRef(term), property_)
            assert ["de", "en"] == sorted(str(getattr(text, "language", "")) for text in texts), term


def test_alignments_are_between_terms_that_exist(reference: Path) -> None:
    """An alignment leads from a term that the data use to one that another vocabulary has, or that is specified."""
    alignments = read("alignments.ttl")
    ours = {*read("efa.ttl").subjects(), *read("borrowed.ttl").subjects()}
    theirs = Graph(bind_namespaces="none")
    for path in [*reference.glob("**/onto/*"), *reference.glob("**/vocab/*/*")]:
        if path.suffix in (".ttl", ".rdf"):
            theirs.parse(path)
    named = {str(term) for term in theirs.subjects()} | SPECIFIED
    links = [
        (subject, value)
        for kind in (SKOS.closeMatch, SKOS.broadMatch, SKOS.relatedMatch, SKOS.exactMatch)
        for subject, value in alignments.subject_objects(kind)
    ]

    def exists(term: str) -> bool:
        return term in named or any(term.startswith(str(space)) and term in space for space in (DCTERMS, FOAF, SKOS))

    assert len(links) > 30
    assert [] == [f"{subject}" for subject, _ in links if subject not in ours]
    assert [] == [f"{value}" for _, value in links if not exists(str(value))]


def test_alignments_say_nothing_that_something_follows_from() -> None:
    """Alignments are hints of SKOS: no subclass, no subproperty, no identity."""
    strong = {RDFS.subClassOf, RDFS.subPropertyOf}
    predicates = set(read("alignments.ttl").predicates())

    assert set() == predicates & strong
    assert set() == {str(one) for one in predicates if "owl#" in str(one)} - {
        "http://www.w3.org/2002/07/owl#versionIRI",
        "http://www.w3.org/2002/07/owl#versionInfo",
    }


def test_one_key_for_each_property(context: Context) -> None:
    """No two keys stand for one property with values of the same form: compaction turns none into the other."""
    assert [] == [
        (one.name, other.name)
        for one, other in combinations(context.keys.values(), 2)
        if (one.iri, one.form, one.reverse) == (other.iri, other.form, other.reverse)
    ]


def test_records_survive_expansion_and_compaction(documents: list[Document], context: Context) -> None:
    """A record that was expanded and compacted under the context is the record as it was written."""
    definition = {"@base": context.base_iri, **context.definition}
    for document in documents:
        written = {key: value for key, value in document.value.items() if key != "@context"}
        expanded = jsonld.expand({"@context": definition, **written})
        compacted = jsonld.compact(expanded, definition)
        assert tidy(written, context) == tidy({k: value for k, value in compacted.items() if k != "@context"}, context)


def test_frame_makes_records_of_rdf(
    documents: list[Document], triples: Sequence[ox.Triple], context: Context, publication: Publication
) -> None:
    """The published frame turns plain triples into the records of the states as they were written."""
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert text is not None
    flat = jsonld.from_rdf(text.decode(), {"format": "application/n-quads"})
    frame = json.loads(publication.read("ontology/frame.jsonld"))
    definition = {"@base": context.base_iri, **context.definition}
    framed = jsonld.frame(flat, {**frame, "@context": definition})
    made = {node["id"]: node for node in framed["@graph"]}
    states = [document.value for document in documents if document.value["type"] == "State"]

    assert len(states) == len(made)
    for state in states:
        assert set(leaves(state)) <= set(leaves(made[state["id"]])), state["id"]


def leaves(value: Any) -> Iterator[str]:
    """Yield all texts in a record but for its context: codes, identifiers, names."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if not key.startswith("@"):
                yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    elif value is not None:
        yield str(value)


def tidy(value: Any, context: Context, key: str = "") -> Any:
    """Return *value* with single values out of their lists, lists in order, and properties by IRI where they are values.

    RDF has neither single lists nor order, and a property has several names: key, prefixed name, IRI.
    """
    if isinstance(value, dict):
        return {name: tidy(inner, context, name) for name, inner in sorted(value.items())}
    if isinstance(value, list):
        inner = sorted((tidy(one, context, key) for one in value), key=lambda one: json.dumps(one, sort_keys=True))
        return inner[0] if len(inner) == 1 else inner
    if key in ("property", "provides"):
        return context.keys[value].iri if value in context.keys else context.expand(value)
    return value
