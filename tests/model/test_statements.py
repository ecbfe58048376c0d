"""Statements: what a record says here is what two JSON-LD processors read in it, and what is refused has a reason."""

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from random import Random
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from efa_lod.catalog.catalogue_context import VOID_CONTEXT
from efa_lod.catalog.catalogue_nodes import catalogue_nodes, description_nodes
from efa_lod.catalog.dcat import catalogue_context
from efa_lod.catalog.offers import Contents, contents
from efa_lod.catalog.void import void_nodes
from efa_lod.errors import BrokenInput
from efa_lod.io.reading import Document, Place
from efa_lod.model.context import Context
from efa_lod.model.expansion import Expansion, Statement, Unusable, literal, n_triples, text_of, unescaped
from efa_lod.model.publication import Publication
from efa_lod.model.records import RecordCheck
from efa_lod.rdf.graphs import Triples, triples_of
from efa_lod.rdf.predicate_index import PredicateIndex
from efa_lod.rdf.statistics import Statistics
from support.generator import BROKEN, DAMAGES, damaged, drawn, records

Node = dict[str, Any]
MUTATIONS = 4000
TEXTS: tuple[str, ...] = (
    *("", " ", "a b", 'a"b', "a\\b", "a\nb", "a\r\nb", "a\tb", "\x00", "\x0b", "\x1f", "\x7f", "\x85", "\u2028", "\ufeff"),
    *("\ufffe", "\uffff", "\U0010ffff", "ä", "ä", "..", "../x", "a/../b", "/x", "//host/x", "#", "#x", "?x", "x#y#z"),
    *("state/sh", "efa:x", "efa:", "efa:a b", ":", "x:", "x:y", "http://", "http://[", "http://ä.example/ö", "urn:x"),
    *("mailto:a@b", "_:b", "%zz", "id", "type", "@id", "@type", "@vocab", "schema", "State", "email", "empty", "a.b"),
    *("https://w3id.org/efa-lod/state/sh", "HTTP://X.example", "<x>", "{x}", "a|b", "a^b", "a`b", "Test\n"),
)  # fmt: skip
OTHERS: tuple[Any, ...] = (
    *(None, True, 1, 1.5, [], {}, [[]], [{}], ["a", "a"], ["a", ["b"]], [None], [1], ["a b"], ["State", "State"]),
    *({"id": "x"}, {"id": "x", "type": "State"}, {"id": ""}, {"id": None}, {"id": {}}, {"type": "State"}),
    *({"id": "x", "@context": {}}, {"id": "x", "type": []}, {"id": "x", "type": "Contact"}, {"id": "x", "emial": "y"}),
    *({"de": "x"}, {"de": ["x", "x"]}, {"DE": "x"}, {"de-AT": "x"}, {"Deutsch": "x"}, {"de": {}}, {"de": None}),
    *({"@none": "x"}, {"": "x"}, {"de": "\x01"}, {"de\n": "x"}, {"de": "x", "en": ["y", 1]}, [{"de": "x"}]),
)
KEYS: tuple[str, ...] = (
    "emial",
    "@id",
    "@graph",
    "@context",
    "@reverse",
    "id",
    "type",
    "email",
    "name",
    "contacts",
    "record",
    "origin",
)
KEYS += ("contactKind", "efa:x", "https://schema.org/email", "", " ")


def strict(value: Node, context: Context) -> list[Statement] | None:
    """Return the statements of the record *value*, or None where it is refused."""
    try:
        return Expansion(context, strict=True)(value)
    except Unusable:
        return None


def faults(value: Node, context: Context) -> list[str]:
    """Return the rules that the record *value* breaks, as a person is told."""
    try:
        return [result.rule for result in RecordCheck(context)(Document(value, Place("x.json", 1), dict))]
    except BrokenInput as error:
        return [str(error)]


def with_meaning(value: Mapping[str, Any], context: Context) -> str:
    """Return *value* as a JSON-LD document that brings its context along."""
    body = {key: held for key, held in value.items() if key != "@context"}
    return json.dumps({"@context": {"@base": context.base_iri, **context.definition}, **body})


def by_pyoxigraph(document: str) -> set[ox.Triple]:
    """Return what pyoxigraph reads in a JSON-LD *document*."""
    return {quad.triple for quad in ox.parse(document, format=ox.RdfFormat.JSON_LD)}


def by_rdflib(document: str) -> set[ox.Triple]:
    """Return what rdflib reads in a JSON-LD *document*, with values as they are written there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rdflib.NORMALIZE_LITERALS", False)
        graph = rdflib.Graph(bind_namespaces="none").parse(data=document, format="json-ld")
    return {quad.triple for quad in ox.parse(graph.serialize(format="nt", encoding="utf-8"), ox.RdfFormat.N_TRIPLES)}


def assert_same(value: Mapping[str, Any], context: Context) -> None:
    """Fail when one of the processors reads something else in *value* than is said of it here."""
    said = Expansion(context)(value)
    document = with_meaning(value, context)

    assert len(said) == len(set(said))
    assert set(triples_of(said)) == by_pyoxigraph(document)
    assert set(triples_of(said)) == by_rdflib(document)


@pytest.fixture(scope="module")
def facts(publication: Publication, documents: list[Document], triples: Triples) -> Contents:
    """Return what the catalogue tells of the records."""
    return contents(publication, documents, [(str(s), str(p), str(o)) for s, p, o in triples])


def test_records_of_the_publication_say_what_processors_read(documents: list[Document], context: Context) -> None:
    """Each record is expanded to the triples that pyoxigraph and rdflib find in it, each once."""
    for document in documents:
        assert_same(document.value, context)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_generated_records_say_what_processors_read(seed: int, context: Context) -> None:
    """So are generated records."""
    for value in records(25, seed=seed, start=seed * 1000):
        assert_same(value, context)


def test_catalogue_says_what_processors_read(publication: Publication, facts: Contents) -> None:
    """So are the descriptions of the catalogue and of the dataset, under their own context."""
    nodes = [*catalogue_nodes(publication, facts, {"efa-lod.ttl": 7}), *description_nodes(publication, facts)]
    for node in nodes:
        assert_same(node, catalogue_context(publication))


def test_void_says_what_processors_read(publication: Publication, facts: Contents, context: Context) -> None:
    """So is the description in VoID."""
    statements = Expansion(context)(next(records(1)))
    for node in void_nodes(publication, facts, Statistics.of(PredicateIndex(statements), context.base_iri)):
        assert_same(node, Context(VOID_CONTEXT, publication.base_iri))


STRANGE: dict[str, Node] = {
    "texts with everything to escape": {"email": '"\\\n\r\t\xa0\u2011\U0001f4de„ä"'},
    "a value twice": {"email": ["a@b.de", "a@b.de"]},
    "a thing referred to twice": {"origin": ["source/x", "https://w3id.org/efa-lod/source/x"]},
    "a thing within, and referred to again": {"contacts": ["state/x", {"id": "state/x", "email": "a@b.de"}]},
    "a type twice": {"type": ["State", "State", "schema:State"]},
    "no type": {"type": []},
    "reverse references": {"additions": ["a", "a", {"id": "b", "type": "Addition", "scope": "nationwide"}]},
    "a reverse reference to a thing within": {
        "additions": ["a", {"id": "a", "type": "Addition"}, "b"],
        "origin": {"id": "b"},
    },
    "reverse within reverse": {"additions": {"id": "a", "additions": {"id": "b", "additions": "c"}}},
    "the same thing, both ways": {"subjectOf": {"id": "a", "email": "x"}, "additions": {"id": "a", "email": "y"}},
    "languages": {"name": {"de": "a", "de-AT": ["b", "c"], "de-at": "b", "en": []}},
    "codes that are terms": {"contactKind": ["empty", "State", "schema", "email", "a-b_c9"]},
    "nothing": {"email": [], "contacts": [], "name": {}},
    "prefixed, absolute, with a fragment or a query": {"origin": ["efa:x", "urn:x", "x#y", "?x", "#x", "x/y?z#ä"]},
    "two keys of one predicate": {"origin": "source/x", "wasDerivedFrom": "source/y"},
}


@pytest.mark.parametrize("name", STRANGE)
def test_strange_values_say_what_processors_read(name: str, context: Context) -> None:
    """What a record may hold but none does means the same to all three."""
    assert_same({"id": "state/x", "type": "State", **STRANGE[name]}, context)


def mutations(seed: int, count: int) -> Iterator[Node]:
    """Yield *count* records, each with one to three places that hold what does not belong there."""
    random = Random(seed)
    for value in map(deepcopy, records(count, seed)):
        for _ in range(1 + int(random.random() * 3)):
            mutate(value, random)
        yield value


def mutate(value: Node, random: Random) -> None:
    """Change one place in *value*: another value, another key, or a copy of what is elsewhere."""
    holder = drawn([*holders(value)], random)
    if not holder:
        return
    places: Sequence[Any] = list(holder) if isinstance(holder, dict) else range(len(holder))
    place, way = drawn(places, random), random.random()
    if way < 0.5:
        holder[place] = drawn(TEXTS, random)
    elif way < 0.75:
        holder[place] = deepcopy(drawn(OTHERS, random))
    elif way < 0.9 and isinstance(holder, dict):
        holder[drawn(KEYS, random)] = holder.pop(place)
    else:
        holder[place] = deepcopy(drawn([*holders(value)], random))


def holders(value: Any) -> Iterator[Any]:
    """Yield the mappings and lists in *value*."""
    if isinstance(value, dict | list):
        yield value
        for held in value.values() if isinstance(value, dict) else value:
            yield from holders(held)


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_refused_has_a_reason_and_what_passes_has_none(seed: int, context: Context) -> None:
    """A mutated record is refused by the strict expansion just when the reader has something to say of it."""
    refused = 0
    for value in mutations(seed, MUTATIONS // 2):
        said, reasons = strict(value, context), faults(value, context)
        assert (said is None) == bool(reasons), (reasons, value)
        refused += said is None

    assert MUTATIONS / 8 < refused < MUTATIONS / 2 - MUTATIONS / 20


def test_mutated_records_that_pass_say_what_processors_read(context: Context) -> None:
    """What passes after a mutation means the same to pyoxigraph, and no statement stands twice."""
    passed = 0
    for value in mutations(3, MUTATIONS // 4):
        said = strict(value, context)
        if said is not None:
            passed += 1
            assert set(triples_of(said)) == by_pyoxigraph(with_meaning(value, context)), value
            assert len(said) == len(set(said)), value

    assert passed > 100


@pytest.mark.parametrize("name", [name for name, damage in DAMAGES.items() if damage.rule != BROKEN])
def test_damages_are_refused_where_the_reader_finds_them(name: str, context: Context) -> None:
    """Damages that a rule of the reader finds are refused, those that a shape finds are expanded."""
    wrong = damaged(next(records(1, seed=7)), name, Random(0))

    assert DAMAGES[name].rule[0].islower() == (strict(wrong, context) is None)


def test_an_unknown_type_is_refused_or_an_iri(context: Context) -> None:
    """A type that the context does not name is refused by the strict expansion, and an IRI to the other."""
    value = {"id": "x", "type": "Contact"}

    assert None is strict(value, context)
    assert "<https://w3id.org/efa-lod/Contact>" == Expansion(context)(value)[0][2]


TEXTS_AS_WRITTEN = {
    "plain ä „“": '"plain ä „“"',
    '"': '"\\""',
    "\\": '"\\\\"',
    "\n\r\t": '"\\n\\r\\t"',
    "\x7f": '"\\u007F"',
    "": '""',
}


@pytest.mark.parametrize("text", TEXTS_AS_WRITTEN)
def test_texts_are_escaped_and_come_back(text: str) -> None:
    """Canonical N-Triples escapes, and nothing else; the text comes back from them."""
    assert TEXTS_AS_WRITTEN[text] == literal(text)
    assert (text, text) == (text_of(f"{literal(text)}@de"), text_of(f"{literal(text)}^^<x:y>"))


def test_every_character_comes_back() -> None:
    """Each character is refused or comes back, from here and from the parser of pyoxigraph."""
    for start in range(0, 0x11_0000, 0x1000):
        characters = [chr(code) for code in range(start, start + 0x1000) if not 0xD800 <= code <= 0xDFFF]
        text = "".join(character for character in characters if usable(character))
        if text:
            [triple] = triples_of([("<x:s>", "<x:p>", literal(text))])
            assert ox.Literal(text) == triple.object
            assert text == text_of(literal(text))


def usable(character: str) -> bool:
    """Return whether *character* can stand in a text; the others are those that XML 1.0 cannot hold."""
    try:
        literal(character)
    except Unusable:
        assert ord(character) < 0x20 or character in "\ufffe\uffff"
        return False
    return True


@pytest.mark.parametrize(
    ("escaped", "text"),
    [("a", "a"), (r"\u00e4\U0001F600", "ä😀"), (r"\t\b\n\f\r\"\'\\", "\t\b\n\f\r\"'\\"), (r"\\u0041", r"\u0041")],
)
def test_all_escapes_of_n_triples_are_understood(escaped: str, text: str) -> None:
    """All escapes that N-Triples has stand for what the grammar says, one after another."""
    assert text == unescaped(escaped)
    [triple] = triples_of([("<x:s>", "<x:p>", f'"{escaped}"')])
    assert ox.Literal(text) == triple.object


def test_statements_of_one_subject_and_predicate_stand_together(context: Context, documents: list[Document]) -> None:
    """Within a subject, types come first and the values of a predicate one after another."""
    for value in [*(document.value for document in documents), *records(200, seed=5)]:
        said = Expansion(context)(value)
        pairs = [(subject, predicate) for subject, predicate, _ in said]
        runs = [pair for i, pair in enumerate(pairs) if not i or pairs[i - 1] != pair]
        assert len(runs) == len(set(runs)), value["id"]


def test_the_memory_of_an_expansion_is_bounded(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many IRIs, codes and languages come, no more than so many are remembered, and nothing is mixed up."""
    monkeypatch.setattr("efa_lod.model.expansion._REMEMBERED", 50)
    bounded, free = Expansion(context), Expansion(context)
    for value in map(deepcopy, records(300, seed=6)):
        value["reuse"]["contacts"][0]["contactKind"] = f"kind-{value['municipalityKey']}"
        assert n_triples(bounded(value)) == n_triples(free(value))
        assert len(bounded._iris) <= 50
    assert max(len(reading.known) for reading in bounded._keys.values()) < 200
