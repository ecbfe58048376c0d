"""Every statement of the records can be asked where it comes from, and gives one answer."""

from collections import Counter
from pathlib import Path
from typing import cast

import pytest

from efa_lod.io.reading import Document
from efa_lod.model.context import Context
from efa_lod.model.expansion import Statement, text_of
from efa_lod.model.origins import EDITORS, origin_statements, statement_iri
from efa_lod.model.phrases import has_phrase
from efa_lod.model.publication import Publication
from efa_lod.model.records import publication_records
from efa_lod.model.row_facts import read_facts
from efa_lod.overview.facts import facts_of
from efa_lod.overview.page import read_page_file
from efa_lod.rdf.graphs import record_statements
from support.sourced_statements import sourced_statements

DERIVED = "<http://www.w3.org/ns/prov#wasDerivedFrom>"
PARTS = [f"<http://www.w3.org/1999/02/22-rdf-syntax-ns#{part}>" for part in ("subject", "predicate", "object")]
PAGE = "source/efa-nachnutzung"


@pytest.fixture(scope="module")
def documents(publication: Publication) -> list[Document]:
    """Return the records of the publication."""
    return list(publication_records(publication))


@pytest.fixture(scope="module")
def origin_of(documents: list[Document], context: Context, publication: Publication) -> dict[Statement, str]:
    """Return the origin of each statement, below the base."""
    base = context.base_iri
    sourced = sourced_statements(documents, context, read_facts(publication))
    return {one.statement: one.origin[1:-1].removeprefix(base) for one in sourced}


def told(context: Context, subject: str, predicate: str) -> tuple[str, str]:
    """Return subject and predicate as they stand in statements."""
    return f"<{context.resolve(subject)}>", f"<{context.expand(predicate)}>"


def test_every_statement_has_one_origin(documents: list[Document], context: Context) -> None:
    """All statements of the records, and no others, are named; each has exactly one origin."""
    nodes: dict[str, dict[str, list[str]]] = {}
    for node, predicate, value in origin_statements(documents, context):
        nodes.setdefault(node, {}).setdefault(predicate, []).append(value)
    named = [tuple(one for part in PARTS for one in node[part]) for node in nodes.values()]

    assert set(record_statements(documents, context)) == set(named)
    assert {1} == set(Counter(named).values())
    assert {1} == {len(node[DERIVED]) for node in nodes.values()}


def test_every_origin_is_described(origin_of: dict[Statement, str], context: Context) -> None:
    """What is named as an origin is itself described in the records: a row, a page, a list or an addition."""
    subjects = {subject[1:-1].removeprefix(context.base_iri) for subject, _, _ in origin_of}

    assert set(origin_of.values()) <= subjects


@pytest.mark.parametrize(
    ("subject", "predicate", "origin"),
    [
        ("state/sh#contact-itvsh", "schema:email", f"{PAGE}#sh-contact"),
        ("state/sh#contact-itvsh", "rdf:type", f"{PAGE}#sh-contact"),
        ("organisation/itvsh", "schema:url", "organisation/itvsh#homepage"),
        ("organisation/itvsh", "schema:name", f"{PAGE}#sh-contact"),
        ("organisation/itvsh", "schema:alternateName", f"{PAGE}#sh-financing"),
        ("marketplace/efa-marktplatz", "efa:scope", "marketplace/efa-marktplatz#scope"),
        ("state/he#contact-ozg", "rdfs:seeAlso", "state/he#contact-ozg-seealso"),
        ("state/sh", "efa:isoCode", "source/state-identifiers#iso3166"),
        ("state/sh", "efa:officialName", "source/state-identifiers#official-names"),
        ("state/hb#reuse", "efa:servicesContact", f"{PAGE}#hb-services"),
        ("state/hb#reuse", "efa:contact", f"{PAGE}#hb-contact"),
        ("state/hh#reuse", "efa:catalogue", f"{PAGE}#hh-services"),
        ("state/ni#reuse", "efa:catalogue", f"{PAGE}#ni-services"),
        ("state/th#reuse", "efa:furtherMarketplace", f"{PAGE}#th-further-marketplace"),
        ("state/be#provision-costs", "efa:paidBy", f"{PAGE}#be-services"),
        ("state/hh#contact-rollout", "skos:editorialNote", EDITORS),
        ("state/hb#reuse", "schema:name", EDITORS),
        ("state/sh#record", "efa:lastConfirmed", EDITORS),
        (f"{PAGE}#sh-financing", "efa:sha256", f"{PAGE}#sh-financing"),
    ],
)
def test_origin_of_a_statement(
    origin_of: dict[Statement, str], context: Context, subject: str, predicate: str, origin: str
) -> None:
    """A statement comes from its row, from the addition that supports it, from its list, or from the editors."""
    asked = told(context, subject, predicate)

    assert {origin} == {found for (s, p, _), found in origin_of.items() if (s, p) == asked}


def test_identifiers_come_from_the_list_that_provides_them(origin_of: dict[Statement, str], context: Context) -> None:
    """Each address under sameAs comes from a list of its own kind, and each name from the list of its language."""
    asked = (told(context, "state/sh", "schema:sameAs"), told(context, "state/sh", "schema:name"))
    found = {origin for (s, p, _), origin in origin_of.items() if (s, p) in asked}

    assert {"wikidata", "geonames", "names", "dbpedia", "eu-atu", "nuts", "state-key", "iso3166"} == {
        one.partition("#")[2] for one in found
    }


def test_what_stands_in_one_row_alone_comes_from_it(
    origin_of: dict[Statement, str], documents: list[Document], reference: Path
) -> None:
    """A text that stands as it is in just one row of the page has that row as its origin, unless a list provides it."""
    page = read_page_file(reference / "source/efa-nachnutzung-in-den-laendern.txt")
    facts = cast("dict[str, dict[str, list[str]]]", facts_of(page, documents))
    rows = {row: frozenset(one["marks"]) for row, one in facts.items() if "#" in row}
    checked, wrong = 0, []
    for (subject, predicate, value), origin in origin_of.items():
        if value[0] != '"' or value.endswith("@en") or origin.startswith("source/state-identifiers"):
            continue
        having = [row for row, marks in rows.items() if has_phrase(marks, text_of(value))]
        if len(having) == 1:
            checked += 1
            wrong += [(subject, predicate, value, origin)] if [origin] != having else []

    assert [] == wrong
    assert checked > 50


def test_derivation_is_not_said_of_states_and_organisations(documents: list[Document], context: Context) -> None:
    """Records and statements are derived; a state or an organisation is not."""
    derived = {s for s, p, _ in record_statements(documents, context) if p == DERIVED}

    assert [] == [one for one in derived if "/organisation/" in one or ("/state/" in one and "#" not in one)]


def test_the_iri_of_a_statement_depends_on_nothing_else(context: Context) -> None:
    """The same statement has the same IRI in every build, and another statement another one."""
    statement = ("<https://a.example/s>", "<https://a.example/p>", '"o"')

    assert statement_iri(statement, context.base_iri) == statement_iri(statement, context.base_iri)
    assert statement_iri(statement, context.base_iri) != statement_iri((*statement[:2], '"O"'), context.base_iri)
