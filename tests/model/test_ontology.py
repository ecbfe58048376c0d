"""The ontology defines what the context and the data use: all of it, in both languages, with examples that are true."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pyoxigraph as ox
import pytest

ROOT = Path(__file__).parents[2]
BASE = "https://w3id.org/efa-lod/"
ONTOLOGY = f"{BASE}ontology"
EFA = f"{ONTOLOGY}#"

DCT = "http://purl.org/dc/terms/"
OWL = "http://www.w3.org/2002/07/owl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA = "https://schema.org/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
VANN = "http://purl.org/vocab/vann/"

CLASS, OBJECT_PROPERTY, DATATYPE_PROPERTY = f"{OWL}Class", f"{OWL}ObjectProperty", f"{OWL}DatatypeProperty"
SCHEME, CONCEPT = f"{SKOS}ConceptScheme", f"{SKOS}Concept"

HEADER = {
    *(f"{DCT}{name}" for name in ("title", "description", "issued", "license", "modified")),
    *(f"{OWL}{name}" for name in ("versionIRI", "versionInfo")),
    *(f"{VANN}{name}" for name in ("preferredNamespacePrefix", "preferredNamespaceUri")),
}

# Concepts that no record uses yet, and that stand in a list because it would be incomplete without them.
COMPLETES_A_LIST = {"LaunchStatus-live", "Party-federation"}

# Terms that records have as soon as there are some of municipalities, or answers of states; their examples are in the publication of the cases.
AWAITS_RECORDS = {"Municipality", "from", "linkTarget", "municipalityKey", "statedBy"}

# Concepts whose label says in other words what their name says.
CALLED_OTHERWISE = {"Certainty-stated"}

# What the cases of the shapes call things of these terms, and what an example does, which must not be taken for real.
FICTIONAL = {
    "<municipality/": "<https://example.org/municipality/",
    "https://shop.example/": "https://example.org/shop",
}

# The parties are written as full names beside the IRIs of organisations, so no key has a scoped vocabulary for them.
WRITTEN_IN_FULL = {"Party"}

# As much of schema.org's own hierarchy as the data needs.
SUPERCLASS = {f"{SCHEMA}GovernmentOrganization": f"{SCHEMA}Organization"}

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Triples: TypeAlias = frozenset[ox.Triple]


def ontology_graph() -> Triples:
    """Return the triples of the ontology."""
    return frozenset(quad.triple for quad in ox.parse(path=ROOT / "ontology" / "efa.ttl", format=ox.RdfFormat.TURTLE))


def context() -> dict[str, Any]:
    """Return the terms of the context."""
    terms: dict[str, Any] = json.loads((ROOT / "ontology" / "context.jsonld").read_text("utf-8"))["@context"]
    return terms


def objects(triples: Triples, subject: str, predicate: str) -> set[Term]:
    """Return what *subject* has for *predicate*."""
    node, edge = ox.NamedNode(subject), ox.NamedNode(predicate)
    return {triple.object for triple in triples if triple.subject == node and triple.predicate == edge}


def iris(terms: set[Term]) -> set[str]:
    """Return the IRIs among *terms*."""
    return {term.value for term in terms if isinstance(term, ox.NamedNode)}


def strings(terms: set[Term]) -> set[str]:
    """Return the texts among *terms*."""
    return {term.value for term in terms if isinstance(term, ox.Literal)}


def languages(triples: Triples, subject: str, predicate: str) -> list[str]:
    """Return the languages of what *subject* has for *predicate*, sorted."""
    literals = objects(triples, subject, predicate)
    return sorted(str(literal.language) for literal in literals if isinstance(literal, ox.Literal))


def named_nodes(triples: Triples) -> set[str]:
    """Return the IRIs in *triples*."""
    return iris({term for triple in triples for term in (triple.subject, triple.predicate, triple.object)})


def terms_of(triples: Triples, *kinds: str) -> list[str]:
    """Return the local names of the own terms of these kinds, in alphabetical order."""
    found = {
        triple.subject.value.removeprefix(EFA)
        for triple in triples
        if triple.predicate.value == f"{RDF}type"
        and isinstance(triple.subject, ox.NamedNode)
        and isinstance(triple.object, ox.NamedNode)
        and triple.object.value in kinds
    }
    return sorted(found)


def keys_of(terms: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield each key of the context with the term it stands for and the vocabulary that its values are read with."""
    for key, meaning in terms.items():
        if isinstance(meaning, str):
            yield key, meaning, ""
        elif isinstance(meaning, dict):
            yield (
                key,
                str(meaning.get("@id", meaning.get("@reverse"))),
                str(meaning.get("@context", {}).get("@vocab", "")),
            )


def own_terms(terms: dict[str, Any]) -> list[str]:
    """Return the names of our own terms that keys stand for, sorted."""
    return sorted(meaning.removeprefix("efa:") for _, meaning, _ in keys_of(terms) if meaning.startswith("efa:"))


def scoped_vocabularies(terms: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the own properties whose values are names from one of our code lists, each with that vocabulary."""
    return [(meaning.removeprefix("efa:"), vocab) for _, meaning, vocab in keys_of(terms) if vocab.startswith(EFA)]


def classes_of(triples: Triples, term: Term) -> set[str]:
    """Return the classes of a node, with their superclasses, or the datatype of a literal."""
    if isinstance(term, ox.Literal):
        return {term.datatype.value}
    if not isinstance(term, ox.NamedNode):
        return set()
    classes = iris(objects(triples, term.value, f"{RDF}type"))
    return classes | {SUPERCLASS[name] for name in classes if name in SUPERCLASS}


DEFINED = ontology_graph()
KEYS = context()
CLASSES = terms_of(DEFINED, CLASS)
PROPERTIES = terms_of(DEFINED, OBJECT_PROPERTY, DATATYPE_PROPERTY)
SCHEMES = terms_of(DEFINED, SCHEME)
CONCEPTS = terms_of(DEFINED, CONCEPT)
TERMS = CLASSES + PROPERTIES + SCHEMES + CONCEPTS


@pytest.fixture(scope="module")
def data(triples: Sequence[ox.Triple]) -> Triples:
    """Return what the records say."""
    return frozenset(triples)


@pytest.fixture(scope="module")
def exemplary(data: Triples) -> Triples:
    """Return where examples come from: what the records say, and what a municipality's says in the shapes' cases."""
    text = (ROOT / "tests" / "cases" / "valid.ttl").read_text("utf-8")
    for actual, fictional in FICTIONAL.items():
        text = text.replace(actual, fictional)
    cases = ox.parse(text, format=ox.RdfFormat.TURTLE)
    awaited = {EFA + term for term in AWAITS_RECORDS}
    return data | {quad.triple for quad in cases if {quad.predicate.value, getattr(quad.object, "value", "")} & awaited}


@pytest.mark.parametrize("term", own_terms(KEYS))
def test_own_term_of_the_context_is_defined(term: str) -> None:
    """An own term that the context gives a key is a class or a property of the ontology."""
    assert term in CLASSES + PROPERTIES


def test_own_iri_of_the_data_is_defined(data: Triples) -> None:
    """The data hold no IRI of the own namespace that the ontology does not define: a typing error shows here."""
    used = {iri.removeprefix(EFA) for iri in named_nodes(data) if iri.startswith(EFA)}

    assert set() == used - set(TERMS)


@pytest.mark.parametrize(("name", "vocabulary"), scoped_vocabularies(KEYS))
def test_scoped_vocabulary_is_a_code_list_that_the_property_names(name: str, vocabulary: str) -> None:
    """Where a key reads its values as names from efa:X-, there is a code list efa:X, and the property refers to it."""
    code_list = vocabulary.removesuffix("-")

    assert code_list.removeprefix(EFA) in SCHEMES
    assert code_list in iris(objects(DEFINED, EFA + name, f"{RDFS}seeAlso"))


@pytest.mark.parametrize("term", TERMS)
def test_term_has_one_label_and_one_definition_in_each_language(term: str) -> None:
    """A term is labelled and defined once in German and once in English, and in no other language."""
    label = f"{SKOS}prefLabel" if term in SCHEMES + CONCEPTS else f"{RDFS}label"

    assert ["de", "en"] == languages(DEFINED, EFA + term, label)
    assert ["de", "en"] == languages(DEFINED, EFA + term, f"{SKOS}definition")


@pytest.mark.parametrize("term", TERMS)
def test_term_is_of_one_kind_and_names_its_ontology(term: str) -> None:
    """A term is one of class, property, code list and concept, and says which ontology defines it."""
    assert 1 == TERMS.count(term)
    assert {ONTOLOGY} == iris(objects(DEFINED, EFA + term, f"{RDFS}isDefinedBy"))


def test_ontology_speaks_of_own_terms_only() -> None:
    """Nobody else's term is redefined: each subject is the ontology or a term of one of the four kinds."""
    subjects = {triple.subject.value for triple in DEFINED if isinstance(triple.subject, ox.NamedNode)}

    assert {ONTOLOGY, *(EFA + term for term in TERMS)} == subjects


@pytest.mark.parametrize("term", CLASSES)
def test_example_of_a_class_is_an_instance_in_the_data(term: str, exemplary: Triples) -> None:
    """A class has examples, and each is a thing of that class that the data describe."""
    examples = iris(objects(DEFINED, EFA + term, f"{SKOS}example"))

    assert examples
    assert set() == {example for example in examples if EFA + term not in classes_of(exemplary, ox.NamedNode(example))}


@pytest.mark.parametrize("term", PROPERTIES)
def test_example_of_a_property_is_a_value_in_the_data(term: str, exemplary: Triples) -> None:
    """A property has examples, and each is a value that the data give it, to the letter and the language."""
    examples = objects(DEFINED, EFA + term, f"{SKOS}example")
    values = {triple.object for triple in exemplary if triple.predicate.value == EFA + term}

    assert examples
    assert set() == examples - values


@pytest.mark.parametrize("name", ["efa", "borrowed", "alignments"])
def test_no_example_points_nowhere(name: str, data: Triples) -> None:
    """Each example that is an IRI is described in the data or the ontology, or its name is one that nobody has."""
    triples = [quad.triple for quad in ox.parse(path=ROOT / "ontology" / f"{name}.ttl", format=ox.RdfFormat.TURTLE)]
    examples = iris({triple.object for triple in triples if triple.predicate.value == f"{SKOS}example"})
    described = iris({triple.subject for triple in [*data, *DEFINED]})
    values = iris({triple.object for triple in data})

    assert set() == {one for one in examples - described - values if not one.startswith("https://example.org/")}


@pytest.mark.parametrize("term", CONCEPTS)
def test_example_of_a_concept_is_a_thing_that_has_it(term: str, data: Triples) -> None:
    """A concept in use has examples, and each is a thing in the data that points to the concept."""
    examples = iris(objects(DEFINED, EFA + term, f"{SKOS}example"))
    holders = {triple.subject for triple in data if triple.object == ox.NamedNode(EFA + term)}

    assert bool(holders) == bool(examples)
    assert set() == examples - {holder.value for holder in holders if isinstance(holder, ox.NamedNode)}


@pytest.mark.parametrize("term", PROPERTIES)
def test_property_stands_between_the_classes_it_names(term: str, data: Triples) -> None:
    """A property's subjects are of a class it includes in its domain, its values of one it includes in its range."""
    domain = iris(objects(DEFINED, EFA + term, f"{SCHEMA}domainIncludes"))
    range_ = iris(objects(DEFINED, EFA + term, f"{SCHEMA}rangeIncludes"))
    uses = [triple for triple in data if triple.predicate.value == EFA + term]

    assert [] == [str(use) for use in uses if not domain & classes_of(data, use.subject)]
    if range_ != {f"{RDF}Property"}:  # properties of other vocabularies are not described here
        assert [] == [str(use) for use in uses if not range_ & classes_of(data | DEFINED, use.object)]


@pytest.mark.parametrize("term", CONCEPTS)
def test_concept_and_code_list_know_each_other(term: str) -> None:
    """The concept efa:X-name is in the code list efa:X, at its top and listed there, or below another of the list."""
    code_list = EFA + term.partition("-")[0]
    broader = iris(objects(DEFINED, EFA + term, f"{SKOS}broader"))

    assert {code_list} == iris(objects(DEFINED, EFA + term, f"{SKOS}inScheme"))
    assert {EFA + other for other in CONCEPTS if other.startswith(code_list.removeprefix(EFA))} >= broader
    assert (set() if broader else {code_list}) == iris(objects(DEFINED, EFA + term, f"{SKOS}topConceptOf"))
    assert (not broader) == (EFA + term in iris(objects(DEFINED, code_list, f"{SKOS}hasTopConcept")))


@pytest.mark.parametrize("term", SCHEMES)
def test_code_list_holds_concepts_only(term: str) -> None:
    """Each top concept of a code list is defined, and the list has a title in both languages."""
    members = {iri.removeprefix(EFA) for iri in iris(objects(DEFINED, EFA + term, f"{SKOS}hasTopConcept"))}

    assert members
    assert set() == members - set(CONCEPTS)
    assert ["de", "en"] == languages(DEFINED, EFA + term, f"{DCT}title")


@pytest.mark.parametrize("term", CONCEPTS)
def test_notation_is_the_name_that_records_write(term: str) -> None:
    """A concept's notation is the part of its IRI after the hyphen, as a plain string."""
    name = term.partition("-")[2]

    assert {ox.Literal(name)} == objects(DEFINED, EFA + term, f"{SKOS}notation")


@pytest.mark.parametrize("term", CONCEPTS)
def test_a_concept_named_like_a_key_is_spelled_out(term: str) -> None:
    """Where a key is named like a concept, the context names the concept: else JSON-LD would read the key's term."""
    scheme, _, name = term.partition("-")
    scopes = [key.get("@context", {}) for key in KEYS.values() if isinstance(key, dict)]
    reading = [scope for scope in scopes if scope.get("@vocab") == f"{EFA}{scheme}-"]

    assert name not in KEYS or scheme in WRITTEN_IN_FULL or all(scope.get(name) == f"efa:{term}" for scope in reading)


@pytest.mark.parametrize("term", sorted(set(CONCEPTS) - CALLED_OTHERWISE))
def test_a_concept_is_named_by_words_of_its_label(term: str) -> None:
    """The name of a concept is made of words of its English label, whatever keys there are."""
    labels = objects(DEFINED, EFA + term, f"{SKOS}prefLabel")
    (label,) = [one.value for one in labels if isinstance(one, ox.Literal) and one.language == "en"]
    name = re.findall(r"[A-Z]?[a-z]+", term.partition("-")[2])

    assert {word.lower() for word in name} <= set(re.findall(r"[a-z]+", label.lower().replace("-", "")))


def test_class_and_property_are_in_the_context() -> None:
    """No class or property is kept in reserve: each has a key."""
    assert [] == sorted(set(CLASSES + PROPERTIES) - set(own_terms(KEYS)))


def test_code_list_is_read_by_a_key() -> None:
    """No code list is kept in reserve: each has a key that reads it, except where records write its names in full."""
    read = {vocabulary.removeprefix(EFA).removesuffix("-") for _, vocabulary in scoped_vocabularies(KEYS)}

    assert set(SCHEMES) == read | WRITTEN_IN_FULL


def test_term_that_awaits_records_is_not_used_yet(data: Triples) -> None:
    """Once records use a term, its examples are theirs."""
    used = {iri.removeprefix(EFA) for iri in named_nodes(data)}

    assert set() == AWAITS_RECORDS & used


def test_concept_is_used_or_completes_a_list(data: Triples) -> None:
    """No concept is kept in reserve: a record uses it, or it completes a list and is named above for that."""
    used = {iri.removeprefix(EFA) for iri in named_nodes(data) if iri.startswith(EFA)}

    assert set() == set(CONCEPTS) - used - COMPLETES_A_LIST


def test_nodes_have_names() -> None:
    """The ontology has no blank nodes, and so no lists: both make output unstable."""
    terms = {term for triple in DEFINED for term in (triple.subject, triple.object)}

    assert set() == {term for term in terms if isinstance(term, ox.BlankNode)}
    assert set() == named_nodes(DEFINED) & {f"{RDF}first", f"{RDF}rest", f"{RDF}nil", f"{RDF}List"}


def test_header_is_complete() -> None:
    """The header has titles and descriptions in both languages, licence, dates, version and namespace."""
    header = {triple.predicate.value for triple in DEFINED if triple.subject == ox.NamedNode(ONTOLOGY)}

    assert set() == HEADER - header
    assert ["de", "en"] == languages(DEFINED, ONTOLOGY, f"{DCT}title")
    assert ["de", "en"] == languages(DEFINED, ONTOLOGY, f"{DCT}description")
    assert {f"{OWL}Ontology"} == iris(objects(DEFINED, ONTOLOGY, f"{RDF}type"))


def test_version_and_namespace_agree() -> None:
    """The version IRI ends with the version, the namespace is the context's, and no change is older than the issue."""
    (version,) = strings(objects(DEFINED, ONTOLOGY, f"{OWL}versionInfo"))
    (issued,) = strings(objects(DEFINED, ONTOLOGY, f"{DCT}issued"))
    (modified,) = strings(objects(DEFINED, ONTOLOGY, f"{DCT}modified"))
    (prefix,) = strings(objects(DEFINED, ONTOLOGY, f"{VANN}preferredNamespacePrefix"))

    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert {f"{ONTOLOGY}/{version}"} == iris(objects(DEFINED, ONTOLOGY, f"{OWL}versionIRI"))
    for prior in iris(objects(DEFINED, ONTOLOGY, f"{OWL}priorVersion")):
        assert prior.startswith(f"{ONTOLOGY}/")
        assert prior != f"{ONTOLOGY}/{version}"
    assert {KEYS[prefix]} == strings(objects(DEFINED, ONTOLOGY, f"{VANN}preferredNamespaceUri"))
    assert issued <= modified
