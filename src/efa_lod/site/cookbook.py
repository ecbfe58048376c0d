"""Make the pages of the cookbook: each named query with its question, its text, and what the data answer.

The queries are asked as the site is made, over the same graph as the graph file: the records, the ontology, the
description of the dataset. The answers stand beside the page as files too. Where a publication has more records than a
site holds, or a query asks for the time, the page shows the query and says why it shows no answer.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any, cast

import pyoxigraph as ox

from efa_lod.catalog.dcat import graph_description
from efa_lod.model.context import Context
from efa_lod.rdf.formats import File
from efa_lod.rdf.graphs import triples_of
from efa_lod.site.page import Site, is_web_address, pages
from efa_lod.site.terms import holds_all, ontology_of, page_of, triples_of_site
from efa_lod.sparql.cookbook import cookbook_triples, endpoint_of, snippets
from efa_lod.sparql.guard import changes_by_itself, form_of
from efa_lod.sparql.queries import (
    NamedQuery,
    answer,
    known_prefixes,
    named_queries,
    rendered,
)
from efa_lod.web.record_documents import json_ld

MOST_RECORDS = 2_000
"""Records up to which the queries are asked as the site is made."""
MOST_ROWS = 200
"""Rows of an answer that a page shows; all are in the file beside it."""
MOST_CHARACTERS = 20_000
"""Characters of an answer in Turtle that a page shows."""


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: the *text*, its *language*, and the *path* of a page here or the *address* of one."""

    text: str
    language: str = ""
    path: str = ""
    address: str = ""


@dataclass(frozen=True)
class Answer:
    """What the data answer: a table, a truth value or a *graph* in Turtle; and the *file* that has it all."""

    columns: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = ()
    total: int = 0
    truth: bool | None = None
    graph: str = ""
    file: File | None = None

    def columns_for(self, language: str) -> list[int]:
        """Return the places of the columns to show in *language*: of a pair ``nameDe`` and ``nameEn`` only its own."""
        other = {"de": "En", "en": "De"}[language]
        pairs = {f"{name[:-2]}{other}" for name in self.columns if name.endswith(language.title())}
        return [i for i, name in enumerate(self.columns) if name not in pairs]

    @property
    def is_cut(self) -> bool:
        """Tell whether the page shows less than the file holds."""
        return self.graph.endswith("…\n") if self.graph else len(self.rows) < self.total


def cookbook_pages(site: Site) -> Iterator[File]:
    """Yield the list of the named queries, and a page for each with a file that holds its answer."""
    queries = list(named_queries(site.publication))
    described = _described(site)
    yield from pages(site, "cookbook.html", "cookbook.html", {"queries": queries, "alternates": _DOCUMENTS})
    ask = _Asking(site) if holds_all(site) and len(site.entries) <= MOST_RECORDS else None
    for query in queries:
        found = ask(query) if ask and not changes_by_itself(query.text) else None
        values = {
            "query": query,
            "form": form_of(query.text),
            "answer": found,
            "clock": changes_by_itself(query.text),
            "snippets": snippets(query, endpoint_of(site.publication)),
            "most": MOST_RECORDS,
            "data": described[query.name],
            "alternates": _DOCUMENTS,
        }
        yield from pages(site, "query.html", f"cookbook/{query.name}.html", values)
        if found and found.file:
            yield found.file


_DOCUMENTS = [("cookbook.ttl", "text/turtle", "Turtle"), ("cookbook.jsonld", "application/ld+json", "JSON-LD")]


def _described(site: Site) -> dict[str, Any]:
    """Return what ``cookbook.ttl`` says of each named query as JSON-LD, by name."""
    prefixes = {**site.context.prefixes, "sh": "http://www.w3.org/ns/shacl#"}
    triples = groupby(cookbook_triples(site.publication), key=lambda triple: triple.subject.value)
    return {iri.rpartition("/")[2]: json.loads(json_ld(those, prefixes)) for iri, those in triples}


class _Asking:
    """Ask named queries over the records of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._prefixes = known_prefixes(site.context)
        self._store = ox.Store()
        described = triples_of(graph_description(site.publication, site.facts).statements)
        self._store.extend(ox.Quad(*triple) for triple in (*triples_of_site(site), *ontology_of(site), *described))

    def __call__(self, query: NamedQuery) -> Answer:
        """Return the answer of *query*."""
        found = answer(query.text, self._store, self._prefixes, base_iri=self._site.context.base_iri)
        if isinstance(found, ox.QueryBoolean):
            return Answer(truth=bool(found))
        return self._table(query, found) if isinstance(found, ox.QuerySolutions) else self._graph(query, found)

    def _table(self, query: NamedQuery, answered: Any) -> Answer:
        kept = answered.serialize(format=ox.QueryResultsFormat.JSON)
        found, again = (cast(Any, ox.parse_query_results(kept, format=ox.QueryResultsFormat.JSON)) for _ in range(2))
        columns = [variable.value for variable in found.variables]
        rows = [[self._cell(solution[name]) for name in columns] for solution in islice(found, MOST_ROWS)]
        total = len(rows) + sum(1 for _ in found)
        data = rendered(again, "csv", self._site.context)[0]
        return Answer(columns, rows, total, file=(f"cookbook/{query.name}.csv", "text/csv", [data], None))

    def _graph(self, query: NamedQuery, answered: Any) -> Answer:
        found = list(answered)
        context = Context({**self._site.context.definition, **self._prefixes}, self._site.context.base_iri)
        data = rendered(found, "turtle", context)[0]
        text = data.decode()
        shown = text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS].rpartition("\n")[0] + "\n…\n"
        total = len({*found})
        return Answer(graph=shown, total=total, file=(f"cookbook/{query.name}.ttl", "text/turtle", [data], total))

    def _cell(self, term: Any) -> Cell:
        if term is None:
            return Cell("")
        if isinstance(term, ox.Literal):
            return Cell(term.value, language=term.language or "")
        iri = str(term.value)
        text = self._site.context.compact(iri)
        return Cell(text, path=page_of(self._site, iri), address=iri if is_web_address(iri) else "")
