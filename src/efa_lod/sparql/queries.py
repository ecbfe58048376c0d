"""Answer SPARQL queries over graphs in this process, or ask an endpoint elsewhere.

Queries only read (:mod:`efa_lod.sparql.guard`), so a query reaches no host and no file. Parameters are bound as terms
and never become text of the query. The engine is pyoxigraph.
"""

import re
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast

import pyoxigraph as ox

from efa_lod.errors import BrokenInput, in_german
from efa_lod.io.files import opened
from efa_lod.io.limits import (
    counting_triple_terms,
    may_be_deep,
    refuse_deep_query,
    refuse_what_explodes,
)
from efa_lod.io.messages import Bilingual
from efa_lod.model.context import Context, nearest, read_context
from efa_lod.model.publication import Publication
from efa_lod.rdf.file_forms import (
    RDF_SUFFIXES,
    not_readable,
    rdf_stream,
    rdf_suffix,
    rdf_text,
    unpacked_file,
)
from efa_lod.sparql.answers import TABLE, EngineAnswer, Rendering, rendered
from efa_lod.sparql.beginnings import error_in_beginning, index_of, place_of
from efa_lod.sparql.guard import bare, changes_by_itself, place_before, read_only, skeleton, undeclared_prefixes
from efa_lod.sparql.parameters import Parameters
from efa_lod.sparql.patterns import refuse_many_patterns
from efa_lod.sparql.tokens import QUERY_MESSAGES

QUERIES = "data/queries"

_HEADER = re.compile(r"# \w+@\w+: ")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*$")
_UPDATE = re.compile(r"\b(INSERT|DELETE|LOAD|CLEAR|CREATE|DROP|COPY|MOVE|ADD)\b(?! :)", re.IGNORECASE)

LONGEST_EXPLAINED = 50_000
"""Most characters of a query that is looked through for a better reason than the engine's, where it cannot be read."""
STANDARD_PREFIXES = {
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
}
"""Prefixes that a query need not declare, besides those of the context."""


@dataclass(frozen=True)
class NamedQuery:
    """A query of ``data/queries``: its name, text, and what its header says in each language."""

    name: str
    text: str
    header: Mapping[str, str]

    @property
    def body(self) -> str:
        """Return the query without its header."""
        lines = self.text.splitlines(keepends=True)
        return "".join(line for line in lines if not _HEADER.match(line))

    def says(self, what: str, language: str) -> str:
        """Return the ``title``, ``question`` or ``explanation`` in *language*."""
        return self.header.get(f"{what}@{language}", "")


def named_queries(publication: Publication) -> Iterator[NamedQuery]:
    """Yield the named queries of *publication*, by name."""
    for path in publication.glob(f"{QUERIES}/*.rq"):
        if not is_name(Path(path).stem):  # a copy, or what an editor left behind
            continue
        yield _query_at(publication, path)


def _query_at(publication: Publication, path: str) -> NamedQuery:
    text = publication.read(path)
    return NamedQuery(Path(path).stem, text, dict(re.findall(r"^# (\w+@\w+): (.*)$", text, re.MULTILINE)))


def named_query(publication: Publication, name: str) -> NamedQuery:
    """Return the named query *name*, or raise BrokenInput with the nearest name."""
    path = f"{QUERIES}/{name}.rq"
    if is_name(name) and path in publication.glob(path):
        return _query_at(publication, path)
    known = [query.name for query in named_queries(publication)]
    raise QUERY_MESSAGES.broken("no-name", name=name, near=perhaps(nearest(name, known)))


def is_name(text: str) -> bool:
    """Return whether *text* has the form of a query's name, which no query has."""
    return bool(_NAME.match(text))


def query_list(publication: Publication, language: str) -> str:
    """Return the named queries with the question that each answers, one under the other."""
    return "".join(f"{query.name}\n    {query.says('question', language)}\n" for query in named_queries(publication))


@dataclass(frozen=True)
class QueryRequest:
    """What is asked: the *query*, terms for its variables, a *format*, the most rows and the columns of a terminal."""

    query: str
    format: str = TABLE
    params: Parameters | None = None
    limit: int | None = None
    width: int | None = None


def asked_store(publication: Publication, graphs: Sequence[Path] = (), folder: Path | None = None) -> ox.Store:
    """Return what is asked: the store in *folder*, the RDF files *graphs*, or else the records of *publication*."""
    if folder:
        return open_store(folder)
    return load(*graphs) if graphs else publication_store(publication, read_context(publication))


def run_query(publication: Publication, asked: QueryRequest, store: ox.Store) -> Rendering:
    """Return the answer over *store*, written."""
    context = read_context(publication)
    return rendered(
        answer(asked.query, store, known_prefixes(context), asked.params, base_iri=context.base_iri),
        asked.format,
        context,
        asked.limit,
        asked.width,
    )


def known_prefixes(context: Context) -> dict[str, str]:
    """Return the prefixes that a query need not declare."""
    return {**STANDARD_PREFIXES, **context.prefixes}


def open_store(folder: Path) -> ox.Store:
    """Return the Oxigraph store in *folder*, for reading only; raise BrokenInput where there is none."""
    try:
        return ox.Store.read_only(str(folder))
    except (OSError, RuntimeError, ValueError) as error:
        raise QUERY_MESSAGES.broken("no-store", folder) from error


def load(*paths: Path, named: Mapping[str, Path] | None = None) -> ox.Store:
    """Return a store with the RDF files *paths* in its default graph and each of *named* in the graph of that IRI."""
    store = ox.Store()
    for path in paths:
        _load_into(store, path, None)
    for iri, path in (named or {}).items():
        _load_into(store, path, ox.NamedNode(iri))
    return store


def _load_into(store: ox.Store, path: Path, graph: ox.NamedNode | None) -> None:
    name = str(path)
    suffix = rdf_suffix(path.name)
    if not suffix:
        raise QUERY_MESSAGES.broken("no-rdf", name, known=", ".join(RDF_SUFFIXES), suffix=path.suffix)
    syntax, base = RDF_SUFFIXES[suffix], path.absolute().as_uri()
    try:
        with opened(path) as file:
            if syntax in (ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD):
                text = rdf_text(unpacked_file(file, name), name, suffix)
                refuse_what_explodes(text, syntax.name, name)
                stream: BinaryIO = BytesIO(text)
            else:
                stream = counting_triple_terms(rdf_stream(file, name), name)
            if syntax.supports_datasets:
                quads = ox.parse(stream, format=syntax, base_iri=base)
                into = graph or ox.DefaultGraph()
                store.bulk_extend(ox.Quad(quad.subject, quad.predicate, quad.object, into) for quad in quads)
            else:
                store.load(stream, format=syntax, base_iri=base, to_graph=graph)  # as quick, and a third less memory
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None)
        if reason is None:  # what gzip finds on the way
            raise QUERY_MESSAGES.broken("gzip", name) from error
        raise QUERY_MESSAGES.broken("unreadable", name, reason=(reason, in_german(cast(OSError, error)))) from error
    except MemoryError as error:  # the engine's own bound of 16 MiB for one term
        raise QUERY_MESSAGES.broken("long-term", name) from error
    except SyntaxError as error:
        with opened(path) as file:
            raise not_readable(name, syntax, error, unpacked_file(file, name)) from error


def publication_store(publication: Publication, context: Context) -> ox.Store:
    """Return a store with what the graph file of *publication* holds, made from its records."""
    from efa_lod.catalog.dcat import graph_description
    from efa_lod.catalog.offers import contents
    from efa_lod.model.expansion import of_triples
    from efa_lod.model.origins import origin_statements
    from efa_lod.model.records import publication_records
    from efa_lod.model.row_facts import read_facts
    from efa_lod.rdf.graph_supplement import graph_supplement
    from efa_lod.rdf.graphs import ontology_triples, record_statements, store_of

    documents = list(publication_records(publication))
    terms = ontology_triples(publication)
    said = [*record_statements(documents, context), *of_triples(terms)]
    described = graph_description(publication, contents(publication, documents, said))
    return store_of(
        [
            *said,
            *described.statements,
            *origin_statements(documents, context, read_facts(publication)),
            *graph_supplement(publication, documents, context, terms),
        ]
    )


def answer(
    query: str,
    store: ox.Store,
    prefixes: Mapping[str, str],
    params: Parameters | None = None,
    *,
    base_iri: str | None = None,
    graphs: Collection[str] = (),
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
) -> EngineAnswer:
    """Return the answer of *query*: solutions, a truth value or triples, as pyoxigraph gives them.

    *params* are terms by variable name; *graphs* are those that FROM may name; *default_graphs* and *named_graphs*
    make the dataset, if there are any. Raise BrokenInput when it is no query, or wants more than to read.
    """
    asked = guarded(query, prefixes, base_iri, graphs)
    return guarded_answer(
        asked, store, params, base_iri=base_iri, default_graphs=default_graphs, named_graphs=named_graphs
    )


@dataclass(frozen=True)
class GuardedQuery:
    """A query that only reads: its *text* for the engine with the *prefixes* it may use, and how it was *asked*."""

    text: str
    prefixes: Mapping[str, str]
    asked: str
    known: Mapping[str, str]

    @cached_property
    def changes(self) -> bool:
        """Return True if it may have another answer each time."""
        return changes_by_itself(self.asked)


def guarded(
    query: str, prefixes: Mapping[str, str], base_iri: str | None = None, graphs: Collection[str] = ()
) -> GuardedQuery:
    """Return *query* as the engine may have it; raise BrokenInput when it is no query, or wants more than to read."""
    if wrong := error_in_beginning(query, prefixes, base_iri, graphs):
        raise _explained(wrong[1], wrong[0], query, prefixes) from wrong[1]
    text, names = read_only(query, prefixes, graphs)
    if may_be_deep(text):
        refuse_deep_query(skeleton(text))
    refuse_many_patterns(text)
    if "\\" not in text:  # nothing is spelt with escapes: the engine need not read what is not there
        names = {name: iri for name, iri in names.items() if f"{name}:" in text}
    return GuardedQuery(text, names, query, prefixes)


def guarded_answer(
    query: GuardedQuery,
    store: ox.Store,
    params: Parameters | None = None,
    *,
    base_iri: str | None = None,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
) -> EngineAnswer:
    """Return the answer of *query*, as :func:`answer` does."""
    is_chosen = bool(default_graphs or named_graphs)
    try:
        return store.query(
            query.text,
            prefixes=dict(query.prefixes),
            base_iri=base_iri,
            default_graph=[ox.NamedNode(iri) for iri in default_graphs] if is_chosen else None,
            named_graphs=[ox.NamedNode(iri) for iri in named_graphs] if is_chosen else None,
            substitutions={ox.Variable(name): value for name, value in (params or {}).items()} or None,
        )
    except SyntaxError as error:
        raise _explained(error, query.text, query.asked, query.known) from error
    except RuntimeError as error:
        unbound = re.search(r"does not contains? variable \?(\w+)", str(error))
        if unbound:
            raise QUERY_MESSAGES.broken("parameter-no-variable", name=unbound[1]) from error
        raise _unanswerable(error) from error
    except (OSError, ValueError) as error:
        raise _unanswerable(error) from error


def _explained(error: SyntaxError, read: str, query: str, prefixes: Mapping[str, str]) -> BrokenInput:
    """Return the best reason why *query* cannot be read, where the engine found an *error* in what it *read* of it."""
    part = min(query, read, key=len) if len(query) > LONGEST_EXPLAINED else query
    if len(part) <= LONGEST_EXPLAINED:
        if update := _UPDATE.search(bare(part)):
            return QUERY_MESSAGES.broken("update", word=update[0])
        if unknown := undeclared_prefixes(part) - set(prefixes):
            return _undeclared(min(unknown), prefixes)
    return _not_sparql(error, read, query, prefixes)


def perhaps(near: str) -> Bilingual:
    """Return what is put in about the name that may be meant, or nothing."""
    return (f"; perhaps {near}", f"; gemeint ist wohl {near}") if near else ("", "")


def _undeclared(prefix: str, prefixes: Mapping[str, str]) -> BrokenInput:
    near = perhaps(f"{nearest(prefix, prefixes)}:" if nearest(prefix, prefixes) else "")
    return QUERY_MESSAGES.broken("prefix", prefix=prefix, near=near, known=", ".join(prefixes))


def _unanswerable(error: Exception) -> BrokenInput:
    return QUERY_MESSAGES.broken("unanswerable", reason=" ".join(str(error).split()))


def _not_sparql(error: SyntaxError, read: str, query: str, prefixes: Mapping[str, str]) -> BrokenInput:
    """Return the error that says where *query* cannot be read; the engine lists all that could have followed."""
    text = " ".join(str(error).split())
    place = place_of(error)
    if not place:
        words: Bilingual = (f"its beginning: {text}", "dem Anfang")
        return QUERY_MESSAGES.broken("syntax", place="query", start=words, hint="")
    at = place_before(query, prefixes, index_of(read, *place))
    line, column = query.count("\n", 0, at) + 1, at - query.rfind("\n", 0, at)
    rest = " ".join(query[at:].partition("\n")[0].split())[:40]
    start = (f"'{rest}' on", f"„{rest}“") if rest else QUERY_MESSAGES("end")
    why = text.partition(": ")[2]
    hint: Bilingual = ("" if why.startswith("expected") else f" ({why})", "")
    return QUERY_MESSAGES.broken("syntax", place=f"query:{line}:{column}", start=start, hint=hint)
