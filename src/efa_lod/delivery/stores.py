"""Talk to triple stores: the addresses, logins and peculiarities of each kind.

Statements go in by the SPARQL 1.1 Graph Store HTTP Protocol, or by SPARQL 1.1 Update where a store has only that.
Every request names its graph: one without would speak of the whole store, and replace it.
"""

import json
import re
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlencode

from efa_lod.errors import BadSetting, BrokenInput, EfaLodError
from efa_lod.io.sending import NotAccepted, Sender

N_TRIPLES = "application/n-triples"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
STAGING = "/staging-"
"""What stands between the IRI of a graph and the digest of what is being brought there."""
PAGES_AT_A_TIME = 3
CONTENT_TOO_LARGE = 413
_COUNTS = (
    "SELECT (COUNT(*) AS ?n) FROM {graph} WHERE {{ ?s ?p ?o }}",
    "SELECT (SUM(?c) AS ?n) FROM {graph} WHERE {{ {{ SELECT ?p (COUNT(*) AS ?c) WHERE {{ ?s ?p ?o }} GROUP BY ?p }} }}",
    "SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}",
)
"""How many statements are in a graph, in three forms. After some hundred thousand statements came and went, Virtuoso
7.2.5 turns over one or two such questions for a minute each, gives up (500, SR171), and answers the next at once."""


@dataclass(frozen=True)
class StoreKind:
    """A kind of store: its paths below the address of the target, the *scheme* of its login, and what it can.

    *parts* is how many statements one request brings, *page* how many one answer may hold (0: all). *flags* go with
    statements for a staging graph, which need not come or stay away as a whole. *replacement* is how that graph takes
    the place of another: by ``MOVE``, by its three ``steps`` where a store does not know the word, or by bringing over
    the ``difference`` alone where a store writes each statement anew to move it. Kinds that are not *proven* have no
    server in the tests: they were written from the documents of their makers.
    """

    write: str | None
    query: str
    update: str
    scheme: str = "basic"
    parts: int = 20_000
    page: int = 0
    flags: str = ""
    replacement: Literal["move", "steps", "difference"] = "move"
    proven: bool = False


STORE_KINDS: dict[str, StoreKind] = {
    "oxigraph": StoreKind(
        *("/store", "/query", "/update"),
        parts=50_000,
        flags="&no_transaction&lenient",
        replacement="difference",
        proven=True,
    ),
    "virtuoso": StoreKind(
        *("/sparql-graph-crud-auth", "/sparql-auth", "/sparql-auth", "digest"), page=10_000, proven=True
    ),
    "fuseki": StoreKind("/data", "/query", "/update"),
    "rdf4j": StoreKind("/rdf-graphs/service", "", "/statements"),
    "graphdb": StoreKind("/rdf-graphs/service", "", "/statements"),
    "qlever": StoreKind("", "", "", "bearer", replacement="steps"),
    "gsp": StoreKind("", "", ""),
    "sparql-update": StoreKind(None, "", "", parts=1_000, proven=True),
}
"""The kinds of stores. ``gsp`` and ``sparql-update`` are any store that keeps to the standard."""


@dataclass(frozen=True)
class StoreAddresses:
    """Where a store takes statements, questions and changes; *write* is None where only changes bring statements."""

    write: str | None
    query: str
    update: str


def addresses_of(kind: str, address: str, named: Mapping[str, str]) -> StoreAddresses:
    """Return the addresses of a store of *kind* at *address*; those in *named* (query, update) stand for themselves.

    Raise BadSetting when an address is missing that cannot be derived.
    """
    base, paths = address.rstrip("/"), STORE_KINDS[kind]
    missing = [key for key in ("query", "update") if kind == "gsp" and not named.get(key)]
    if missing:
        raise BadSetting(
            f"{address}: a target of kind gsp needs the addresses {' and '.join(missing)} too – write it into"
            " data/targets.yaml",
            f"{address}: Ein Ziel der Art gsp braucht auch die Adressen {' und '.join(missing)} – schreiben Sie es in"
            " data/targets.yaml",
        )
    write = None if paths.write is None else f"{base}{paths.write}"
    return StoreAddresses(
        write, named.get("query") or f"{base}{paths.query}", named.get("update") or f"{base}{paths.update}"
    )


class GraphStore:
    """One store, reached by *sender* at *addresses*, with the peculiarities of its *kind*."""

    def __init__(self, sender: Sender, addresses: StoreAddresses, kind: StoreKind) -> None:
        self._sender = sender
        self._addresses = addresses
        self.kind = kind
        self._counts = list(_COUNTS)

    def count(self, graph: str) -> int:
        """Return how many statements are in *graph*; 0 where there is no such graph."""
        refusal: EfaLodError = self._no_number(graph)
        for form in tuple(self._counts):
            try:
                numbers = self._values(form.format(graph=_iri(graph)), "n")
            except NotAccepted as error:
                if error.status != 500:
                    raise
                refusal = error
                self._counts.append(self._counts.pop(0))  # the next question begins with a form that was answered
                continue
            if len(numbers) == 1 and numbers[0].isdecimal():  # what Virtuoso sums up over nothing has no value
                return int(numbers[0])
        raise refusal

    def _no_number(self, graph: str) -> BrokenInput:
        return BrokenInput(
            f"{self._addresses.query}: asked how many statements are in {graph}, the store names no number – is this"
            " its address for queries?",
            f"{self._addresses.query}: Auf die Frage, wie viele Aussagen in {graph} sind, nennt der Store keine Zahl –"
            " ist das seine Adresse für Abfragen?",
        )

    def staging_graphs(self, graph: str) -> list[str]:
        """Return the graphs in which statements for *graph* were gathered before and left."""
        prefix = f"{graph}{STAGING}"
        question = (
            "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o }"
            f" FILTER(STRSTARTS(STR(?g), {json.dumps(prefix, ensure_ascii=False)})) }}"
        )
        return sorted(
            iri for iri in self._values(question, "g") if re.fullmatch(re.escape(prefix) + "[0-9a-f]{64}", iri)
        )

    def add(self, graph: str, chunk: bytes) -> None:
        """Add the N-Triples of *chunk* to *graph*, in halves where the store finds it too large.

        Once more does no harm.
        """
        try:
            self._add(graph, chunk)
        except NotAccepted as error:
            middle = chunk.find(b"\n", len(chunk) // 2 - 1) + 1
            if error.status != CONTENT_TOO_LARGE or middle in (0, len(chunk)):
                raise
            self.add(graph, chunk[:middle])
            self.add(graph, chunk[middle:])

    def _add(self, graph: str, chunk: bytes) -> None:
        if self._addresses.write is None:
            lines = chunk.decode()
            self._change(f"INSERT DATA {{ GRAPH {_iri(graph)} {{\n{lines}}} }}")
        else:
            address = f"{self._graph_address(graph)}{self.kind.flags}"
            self._sender.send("POST", address, chunk, {"Content-Type": N_TRIPLES})

    def move(self, source: str, target: str, is_new: bool) -> None:
        """Put *source* in the place of *target*, in one request that is sent once: a second would empty the target.

        Where *is_new*, there was no such graph so far.
        """
        change = _new if is_new and self.kind.replacement == "difference" else _REPLACEMENTS[self.kind.replacement]
        self._change(change(_iri(source), _iri(target)), tries=1)
        if self.kind.replacement == "difference":
            self.drop(source)

    def drop(self, graph: str) -> None:
        """Remove the staging graph *graph*."""
        if not re.search(f"{STAGING}[0-9a-f]{{64}}$", graph):
            raise AssertionError(f"only staging graphs are dropped, not {graph}")
        for step in _REMOVALS[self.kind.replacement]:
            self._change(step.format(graph=_iri(graph)))

    def fetch(self, graph: str, count: int, take: Callable[[bytes], object]) -> None:
        """Hand all statements of *graph*, of which there are *count*, to *take*, as N-Triples in pieces.

        Page by page where a store hands out only so many; whoever compares sees whether pages came in one order.
        """
        if self.kind.page and count > self.kind.page:
            with ThreadPoolExecutor(PAGES_AT_A_TIME) as workers:
                waiting: deque[Future[bytes]] = deque()
                for start in range(0, count, self.kind.page):
                    if len(waiting) > PAGES_AT_A_TIME:
                        take(waiting.popleft().result())
                    waiting.append(workers.submit(self._page, graph, start))
                while waiting:
                    take(waiting.popleft().result())
        elif self._addresses.write is None:
            self._construct(graph, take)
        else:
            self._sender.download("GET", self._graph_address(graph), take, {"Accept": N_TRIPLES})

    def _page(self, graph: str, start: int) -> bytes:
        content = bytearray()
        self._construct(graph, content.extend, f" LIMIT {self.kind.page} OFFSET {start}")
        return bytes(content)

    def _construct(self, graph: str, take: Callable[[bytes], object], page: str = "") -> None:
        query = f"CONSTRUCT {{ ?s ?p ?o }} FROM {_iri(graph)} WHERE {{ ?s ?p ?o }}{page}"
        form = urlencode({"query": query}).encode()
        self._sender.download("POST", self._addresses.query, take, {"Accept": N_TRIPLES} | _FORM, form)

    def _graph_address(self, graph: str) -> str:
        return f"{self._addresses.write}?graph={quote(graph, safe='')}"

    def _change(self, update: str, tries: int | None = None) -> None:
        body, headers = update.encode(), {"Content-Type": "application/sparql-update"}
        self._sender.send("POST", self._addresses.update, body, headers, tries=tries)

    def _values(self, query: str, name: str) -> list[str]:
        """Return the values of *name* in the solutions of *query*. Raise BrokenInput at an answer of another kind."""
        form = urlencode({"query": query}).encode()
        headers = _FORM | {"Accept": "application/sparql-results+json"}
        answer = self._sender.send("POST", self._addresses.query, form, headers)
        try:
            rows = json.loads(answer.content)["results"]["bindings"]
            return [str(row[name]["value"]) for row in rows if name in row]
        except (ValueError, KeyError, TypeError) as error:
            raise BrokenInput(
                f"{self._addresses.query}: expected the answer to a SPARQL query as JSON, found"
                f" {answer.media_type or 'no media type'} – is this the store's address for queries?",
                f"{self._addresses.query}: erwartet wird die Antwort auf eine SPARQL-Abfrage als JSON, gefunden"
                f" {answer.media_type or 'kein Medientyp'} – ist das die Adresse für Abfragen?",
            ) from error


def _iri(graph: str) -> str:
    return f"<{graph}>"


_WHOLE = "{ ?s ?p ?o }"


def _move(source: str, target: str) -> str:
    return f"MOVE GRAPH {source} TO GRAPH {target}"


def _steps(source: str, target: str) -> str:
    """Return a move in one request of three operations, for stores that do not know MOVE."""
    return (
        f"DELETE WHERE {{ GRAPH {target} {_WHOLE} }} ;\n"
        f"INSERT {{ GRAPH {target} {_WHOLE} }} WHERE {{ GRAPH {source} {_WHOLE} }} ;\n"
        f"DELETE WHERE {{ GRAPH {source} {_WHOLE} }}"
    )


def _difference(source: str, target: str) -> str:
    """Return what makes *target* say what *source* says and leaves alone what it says already; twice does no harm."""
    return (
        f"{_surplus(source, target)} ;\n"
        f"INSERT {{ GRAPH {target} {_WHOLE} }}"
        f" WHERE {{ GRAPH {source} {_WHOLE} FILTER NOT EXISTS {{ GRAPH {target} {_WHOLE} }} }}"
    )


def _new(source: str, target: str) -> str:
    """Return the same for a *target* that is empty: nothing in it has to be looked up."""
    return f"{_surplus(source, target)} ;\nINSERT {{ GRAPH {target} {_WHOLE} }} WHERE {{ GRAPH {source} {_WHOLE} }}"


def _surplus(source: str, target: str) -> str:
    return (
        f"DELETE {{ GRAPH {target} {_WHOLE} }}"
        f" WHERE {{ GRAPH {target} {_WHOLE} FILTER NOT EXISTS {{ GRAPH {source} {_WHOLE} }} }}"
    )


_REPLACEMENTS: Mapping[str, Callable[[str, str], str]] = {"move": _move, "steps": _steps, "difference": _difference}
"""The change, in one request, by which one graph takes the place of another."""

_REMOVALS = {
    "move": ("DROP SILENT GRAPH {graph}",),
    "steps": ("DELETE WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}",),
    "difference": ("DELETE WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}", "DROP SILENT GRAPH {graph}"),
}
"""The requests that remove a staging graph: Oxigraph 0.5 drops one that is full in 1.4 times the time of these two."""
