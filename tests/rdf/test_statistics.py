"""Tallies: the counts of parts add up to those of the whole, and both are what an engine counts."""

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import add

import pyoxigraph as ox
import pytest

from efa_lod.io.reading import Document
from efa_lod.model.context import Context
from efa_lod.model.expansion import Expansion, Statement
from efa_lod.rdf.graphs import record_statements, triples_of
from efa_lod.rdf.predicate_index import PredicateIndex
from efa_lod.rdf.statistics import LINKING_PROPERTIES, Statistics, site_of_iri
from support.generator import records


@pytest.fixture(scope="module")
def groups(context: Context, documents: list[Document]) -> list[list[Statement]]:
    """Return what each record says: 300 generated ones, and those of the publication."""
    expand = Expansion(context)
    return [*(expand(record) for record in records(300, seed=1)), record_statements(documents, context)]


def parts(groups: list[list[Statement]], size: int) -> Iterator[list[Statement]]:
    """Yield the statements of *size* records at a time."""
    for start in range(0, len(groups), size):
        yield [statement for said in groups[start : start + size] for statement in said]


def whole(groups: list[list[Statement]]) -> list[Statement]:
    """Return all statements."""
    return next(parts(groups, len(groups)))


@pytest.mark.parametrize("size", [1, 7, 150, 1000])
def test_parts_add_up_to_the_whole(size: int, groups: list[list[Statement]], context: Context) -> None:
    """However the statements are cut between records, the sum is the same, in any order and with nothing added."""
    tallies = [Statistics.of(PredicateIndex(part), context.base_iri) for part in parts(groups, size)]
    expected = Statistics.of(PredicateIndex(whole(groups)), context.base_iri)

    assert expected == reduce(add, tallies)
    assert expected == reduce(add, reversed(tallies), Statistics())
    assert expected == expected + Statistics()


def test_counts_are_those_of_an_engine(groups: list[list[Statement]], context: Context) -> None:
    """Triples, subjects, entities, classes, properties and links are what SPARQL counts."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in triples_of(whole(groups)))
    tally = Statistics.of(PredicateIndex(whole(groups)), context.base_iri)

    def counts(query: str) -> dict[Sequence[str], int]:
        return {tuple(map(str, row))[:-1]: int(row["n"].value) for row in store.query(query)}  # type: ignore[union-attr]

    def one(query: str) -> int:
        return counts(query)[()]

    below = f"FILTER(STRSTARTS(STR(?s), '{context.base_iri}'))"
    assert tally.statements == one("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == len(store)
    assert tally.subjects == one("SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }")
    assert tally.entities == one(f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s ?p ?o {below} }}")
    assert {(name,): n for name, n in tally.classes.items()} == counts(
        "SELECT ?t (COUNT(*) AS ?n) { ?s a ?t } GROUP BY ?t"
    )
    assert {(name,): n for name, n in tally.properties.items()} == counts(
        "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"
    )
    outside = f"FILTER(ISIRI(?o) && !STRSTARTS(STR(?o), '{context.base_iri}'))"
    links = f"SELECT (COUNT(*) AS ?n) {{ VALUES ?p {{ {' '.join(LINKING_PROPERTIES)} }} ?s ?p ?o {outside} }}"
    assert 0 < sum(tally.links.values()) == one(links)


def test_the_latest_change_is_kept(context: Context) -> None:
    """Of two parts, the later day counts; a part without changes has none."""

    def on(day: str) -> Statistics:
        said = ("<x:s>", "<http://purl.org/dc/terms/modified>", f'"{day}"^^<http://www.w3.org/2001/XMLSchema#date>')
        return Statistics.of(PredicateIndex([said]), context.base_iri)

    assert ["2026-11-23"] * 2 == [
        (on("2026-11-23") + on("2026-02-01")).modified,
        (Statistics() + on("2026-11-23")).modified,
    ]
    assert "" == Statistics.of(PredicateIndex([]), context.base_iri).modified


SITES = {
    "<http://www.wikidata.org/entity/Q1>": "http://www.wikidata.org/",
    "<https://x.example>": "https://x.example/",
    "<https://x.example:8080/a/b?c#d>": "https://x.example:8080/",
}


@pytest.mark.parametrize("term", SITES)
def test_the_site_of_an_address(term: str) -> None:
    """Scheme, host and port, with a slash."""
    assert SITES[term] == site_of_iri(term)


def test_links_are_counted_by_site_and_property() -> None:
    """A link is a statement that something here is something elsewhere; within the base it is none, nor is a text."""
    same = "<https://schema.org/sameAs>"
    said = [
        ("<https://b.example/x>", same, "<https://a.example/1>"),
        ("<https://b.example/y>", same, "<https://a.example/2>"),
        ("<https://b.example/y>", same, "<https://b.example/x>"),
        ("<https://b.example/y>", same, '"https://a.example/3"'),
        ("<https://b.example/y>", "<https://schema.org/url>", "<https://a.example/4>"),
    ]

    assert {("https://a.example/", same): 2} == Statistics.of(PredicateIndex(said), "https://b.example/").links
