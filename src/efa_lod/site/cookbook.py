"""Make the pages of the cookbook: each named query with its question, its text, and what the data answer.

The queries are asked as the site is made, over the same graph as the graph file: the records, the ontology, the
description of the dataset. The answers stand beside the page as files too. Where a publication has more records than a
site holds, or a query asks for the time, the page shows the query and says why it shows no answer.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby, islice

import pyoxigraph as ox

from efa_lod.catalog.dcat import graph_description
from efa_lod.io.limits import MIB
from efa_lod.model.context import Context
from efa_lod.model.expansion import Statement, of_triples
from efa_lod.model.origins import origin_statements
from efa_lod.model.records import publication_records
from efa_lod.model.row_facts import read_facts
from efa_lod.rdf.formats import OutputFile
from efa_lod.rdf.graph_supplement import graph_supplement
from efa_lod.rdf.graphs import record_statements, store_of
from efa_lod.rdf.json_ld import json_ld
from efa_lod.site.addresses import is_web_address
from efa_lod.site.page import Site, pages
from efa_lod.site.releases import last_changes_of_vocabulary
from efa_lod.site.terms import holds_all, page_of
from efa_lod.sparql.answers import rendered
from efa_lod.sparql.cookbook import cookbook_triples, endpoint_of, snippets
from efa_lod.sparql.guard import changes_by_itself, form_of
from efa_lod.sparql.queries import (
    QUERIES,
    NamedQuery,
    answer,
    known_prefixes,
    named_queries,
)
from efa_lod.sparql.workers import Limits, each_within

MOST_RECORDS = 2_000
"""Records up to which the queries are asked as the site is made."""
MAX_SHOWN_ROWS = 200
"""Rows of an answer that a page shows; all are in the file beside it."""
ANSWER_TIMEOUT_S = 30
"""Seconds that a query may take."""
ANSWER_LIMITS = Limits(memory=2048 * MIB)
"""Bytes of memory that the queries may take besides those of the build."""
MOST_CHARACTERS = 20_000
"""Characters of an answer in Turtle that a page shows."""


@dataclass(frozen=True)
class AnswerCell:
    """What stands in a cell: the *text*, its *language*, and the *path* of a page here or the *address* of one."""

    text: str
    language: str = ""
    path: str = ""
    address: str = ""


@dataclass(frozen=True)
class QueryAnswer:
    """What the data answer: a table, a truth value or a *graph* in Turtle; and the *file* that has it all."""

    columns: Sequence[str] = ()
    rows: Sequence[Sequence[AnswerCell]] = ()
    total: int = 0
    truth: bool | None = None
    graph: str = ""
    file: OutputFile | None = None

    def columns_for(self, language: str) -> list[int]:
        """Return the places of the columns to show in *language*: of a pair ``nameDe`` and ``nameEn`` only its own."""
        other = {"de": "En", "en": "De"}[language]
        pairs = {f"{name[:-2]}{other}" for name in self.columns if name.endswith(language.title())}
        return [i for i, name in enumerate(self.columns) if name not in pairs]

    @property
    def is_cut(self) -> bool:
        """Return whether the page shows less than the file holds."""
        return self.graph.endswith("…\n") if self.graph else len(self.rows) < self.total


def cookbook_pages(site: Site) -> Iterator[OutputFile]:
    """Yield the list of the named queries, and a page for each with a file that holds its answer."""
    queries = list(named_queries(site.publication))
    described = _described(site)
    yield from pages(site, "cookbook.html", "cookbook.html", {"queries": queries, "alternates": _DOCUMENTS})
    is_asked = holds_all(site) and len(site.entries) <= MOST_RECORDS
    asked = [query for query in queries if is_asked and not changes_by_itself(query.text)]
    answers = dict(zip((query.name for query in asked), _answers(site, asked), strict=True)) if asked else {}
    for query in queries:
        one = _QueryValues(site, query, answers.get(query.name), described[query.name])
        yield from site.maker(f"cookbook/{query.name}", _pages_of_query, one)


@dataclass(frozen=True, eq=False)
class _QueryValues:
    """What the page of a named query is made of: its *answer*, if there is one, and what is said of it as JSON-LD."""

    site: Site
    query: NamedQuery
    answer: QueryAnswer | None
    described: object


def _pages_of_query(one: _QueryValues) -> Iterator[OutputFile]:
    """Yield the page of a named query, and the file that holds its answer."""
    site, query, found = one.site, one.query, one.answer
    values = {
        "query": query,
        "changes": site.derived(last_changes_of_vocabulary),
        "form": form_of(query.text),
        "answer": found,
        "clock": changes_by_itself(query.text),
        "snippets": snippets(query, endpoint_of(site.publication)),
        "most": MOST_RECORDS,
        "data": one.described,
        "alternates": _DOCUMENTS,
    }
    yield from pages(site, "query.html", f"cookbook/{query.name}.html", values)
    if found and found.file:
        yield found.file


_DOCUMENTS = [("cookbook.ttl", "text/turtle", "Turtle"), ("cookbook.jsonld", "application/ld+json", "JSON-LD")]


def _described(site: Site) -> dict[str, object]:
    """Return what ``cookbook.ttl`` says of each named query as JSON-LD, by name."""
    prefixes = {**site.context.prefixes, "sh": "http://www.w3.org/ns/shacl#"}
    triples = groupby(cookbook_triples(site.publication), key=lambda triple: str(triple.subject)[1:-1])
    return {iri.rpartition("/")[2]: json.loads(json_ld(those, prefixes)) for iri, those in triples}


def _answers(site: Site, queries: Sequence[NamedQuery]) -> Iterator[QueryAnswer]:
    """Yield the answers of *queries* over the records of *site*; raise BrokenInput for one that does not end."""
    store = store_of(site.graph or _graph_of(site))
    prefixes = known_prefixes(site.context)

    def written(query: NamedQuery) -> bytes:
        found = answer(query.text, store, prefixes, base_iri=site.context.base_iri)
        if isinstance(found, ox.QueryBoolean | ox.QuerySolutions):
            return found.serialize(format=ox.QueryResultsFormat.JSON) or b""
        return b"<" + (ox.serialize(found, format=ox.RdfFormat.N_TRIPLES) or b"")

    shown = _Showing(site, prefixes)
    tasks = {f"{QUERIES}/{query.name}.rq": partial(written, query) for query in queries}
    for query, data in zip(queries, each_within(ANSWER_TIMEOUT_S, tasks, ANSWER_LIMITS), strict=True):
        yield shown(query, data)


def _graph_of(site: Site) -> list[Statement]:
    """Return what the graph file holds for a site of the publication's own records that no build made."""
    documents = list(publication_records(site.publication))
    return [
        *record_statements(site.documents, site.context),
        *of_triples(site.ontology),
        *graph_description(site.publication, site.facts).statements,
        *origin_statements(documents, site.context, read_facts(site.publication)),
        *graph_supplement(site.publication, documents, site.context, site.ontology),
    ]


class _Showing:
    """Make of the written answer of a query what its page shows."""

    def __init__(self, site: Site, prefixes: Mapping[str, str]) -> None:
        self._site = site
        self._prefixes = prefixes

    def __call__(self, query: NamedQuery, data: bytes) -> QueryAnswer:
        """Return the answer of *query*, which is written in *data*: as JSON, or as N-Triples behind a ``<``."""
        if data.startswith(b"<"):
            return self._graph(query, data[1:])
        found = ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON)
        return QueryAnswer(truth=bool(found)) if isinstance(found, ox.QueryBoolean) else self._table(query, data)

    def _table(self, query: NamedQuery, kept: bytes) -> QueryAnswer:
        found, again = (ox.parse_query_results(kept, format=ox.QueryResultsFormat.JSON) for _ in range(2))
        assert isinstance(found, ox.QuerySolutions)  # a truth value was told apart before
        columns = [variable.value for variable in found.variables]
        rows = [[self._cell(solution[name]) for name in columns] for solution in islice(found, MAX_SHOWN_ROWS)]
        total = len(rows) + sum(1 for _ in found)
        data = rendered(again, "csv", self._site.context)[0]
        return QueryAnswer(columns, rows, total, file=OutputFile(f"cookbook/{query.name}.csv", "text/csv", [data]))

    def _graph(self, query: NamedQuery, written: bytes) -> QueryAnswer:
        found = [quad.triple for quad in ox.parse(written, format=ox.RdfFormat.N_TRIPLES)]
        context = Context({**self._site.context.definition, **self._prefixes}, self._site.context.base_iri)
        data = rendered(found, "turtle", context)[0]
        text = data.decode()
        shown = text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS].rpartition("\n")[0] + "\n…\n"
        total = len({*found})
        file = OutputFile(f"cookbook/{query.name}.ttl", "text/turtle", [data], total)
        return QueryAnswer(graph=shown, total=total, file=file)

    def _cell(self, term: "ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None") -> AnswerCell:
        if term is None:
            return AnswerCell("")
        if isinstance(term, ox.Literal):
            return AnswerCell(term.value, language=term.language or "")
        if isinstance(term, ox.Triple):
            return AnswerCell(str(term))
        iri = term.value
        text = self._site.context.compact(iri)
        return AnswerCell(text, path=page_of(self._site, iri), address=iri if is_web_address(iri) else "")
