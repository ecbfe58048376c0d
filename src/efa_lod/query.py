"""Answer SPARQL queries over a graph in this process.

Queries only read: updates are no queries, SERVICE and FROM are refused, so a query reaches no host and no file. The
engine is pyoxigraph.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from efa_lod.context import Context, nearest, read_context
from efa_lod.errors import BrokenInput
from efa_lod.exports import BY_NAME, Batch
from efa_lod.publication import Publication
from efa_lod.rdf import RDF_SUFFIXES, by_subject, ontology_triples, record_triples
from efa_lod.reading import Place
from efa_lod.records import publication_records

QUERIES = "data/queries"

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_NO_KEYWORD = re.compile(
    r"""'{3}(?:[^'\\]|\\.|'{1,2}(?!'))*'{3}|"{3}(?:[^"\\]|\\.|"{1,2}(?!"))*"{3}"""  # long texts
    r"""|'(?:[^'\\\n\r]|\\.)*'|"(?:[^"\\\n\r]|\\.)*\""""  # texts
    r"""|<[^<>"{}|^`\\\x00-\x20]*>|\#[^\n\r]*"""  # IRIs, comments
    r"""|[?$][\w\u00b7]+|@[A-Za-z]+(?:-[A-Za-z0-9]+)*"""  # variables, language tags
    r"""|:(?:[\w:%.\u00b7-]|\\.)*""",  # local names; the prefix before the colon stays
    re.DOTALL,
)
_PREFIX_USE = re.compile(r"([A-Za-z][\w-]*) :")
_PREFIX_DECLARATION = re.compile(r"\bPREFIX\s+([A-Za-z][\w-]*) :", re.IGNORECASE)
_FROM = re.compile(r"\bFROM\b(?! :)", re.IGNORECASE)
_UPDATE = re.compile(r"\b(INSERT|DELETE|LOAD|CLEAR|CREATE|DROP|COPY|MOVE|ADD)\b(?! :)", re.IGNORECASE)

FORMATS: dict[str, ox.QueryResultsFormat] = {
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
}
"""Formats for the answer of SELECT and ASK, besides the table."""
GRAPH_FORMATS = {name: BY_NAME[name] for name in ("turtle", "n-triples", "rdf-xml")}
"""Formats for the answer of CONSTRUCT and DESCRIBE."""
TABLE = "table"
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

    def says(self, what: str, language: str) -> str:
        """Return the ``title``, ``question`` or ``explanation`` in *language*."""
        return self.header.get(f"{what}@{language}", "")


def named_queries(publication: Publication) -> Iterator[NamedQuery]:
    """Yield the named queries of *publication*, by name."""
    for path in publication.glob(f"{QUERIES}/*.rq"):
        text = publication.read(path)
        header = dict(re.findall(r"^# (\w+@\w+): (.*)$", text, re.MULTILINE))
        yield NamedQuery(Path(path).stem, text, header)


def named_query(publication: Publication, name: str) -> NamedQuery:
    """Return the named query *name*, or raise BrokenInput with the nearest name."""
    known = {query.name: query for query in named_queries(publication)}
    if name not in known:
        near = nearest(name, known)
        raise BrokenInput(f"query: there is no query named '{name}'{f'; perhaps {near}' if near else ''} – see --list")
    return known[name]


def query_list(publication: Publication, language: str) -> str:
    """Return the named queries with the question that each answers, one under the other."""
    return "".join(f"{query.name}\n    {query.says('question', language)}\n" for query in named_queries(publication))


def ask(publication: Publication, query: str, graph: Path | None, format_: str) -> bytes:
    """Return the answer of *query* over the RDF file *graph*, or over the records of *publication*, in a format."""
    context = read_context(publication)
    store = load(graph) if graph else publication_store(publication, context)
    return formatted(answer(query, store, {**STANDARD_PREFIXES, **context.prefixes}), format_, context)


def load(path: Path) -> ox.Store:
    """Return a store with the graph in the RDF file *path*, all in its default graph."""
    syntax = RDF_SUFFIXES.get(path.suffix)
    if syntax is None:
        raise BrokenInput(f"{path}: expected an RDF file that ends in {', '.join(RDF_SUFFIXES)}, found '{path.suffix}'")
    store = ox.Store()
    try:
        with path.open("rb") as stream:
            quads = ox.parse(stream, format=syntax, base_iri=path.absolute().as_uri())
            store.bulk_extend(ox.Quad(*quad.triple) for quad in quads)
    except OSError as error:
        raise BrokenInput(f"{path}: cannot be read: {error.strerror or error}") from error
    except SyntaxError as error:
        raise BrokenInput(
            f"{Place(str(path), error.lineno or 0)}: not readable as {syntax.name}: {error.msg}"
        ) from error
    return store


def publication_store(publication: Publication, context: Context) -> ox.Store:
    """Return a store with what the graph file of *publication* holds, made from its records."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in record_triples(list(publication_records(publication)), context))
    store.extend(ox.Quad(*triple) for triple in ontology_triples(publication))
    return store


def refuse_what_does_more_than_read(query: str) -> None:
    """Raise BrokenInput when *query* uses SERVICE or FROM as a keyword.

    The engine parses without tokens, so ``1SERVICE<…>`` is a keyword to it: whatever is left of a query without its
    texts, IRIs, names and comments must not hold the word at all. Whether escapes count before or after that differs
    between parsers, so the query is looked at both ways.
    """
    for text in (query, _unescaped(query)):
        bare = _bare(text)
        if "SERVICE" in bare.upper():
            raise BrokenInput(
                "query: SERVICE is refused: a query does not reach other hosts (nor may a prefix be called so)"
            )
        if _FROM.search(bare):
            raise BrokenInput("query: FROM is refused: there is one graph, the one that is loaded – remove the clause")


def _unescaped(query: str) -> str:
    """Return *query* with its codepoint escapes resolved (SPARQL 1.1, section 19.2)."""
    return _ESCAPE.sub(lambda found: chr(min(int(found[1] or found[2], 16), 0x10FFFF)), query)


def _bare(query: str) -> str:
    """Return what is left of *query* without texts, IRIs, variables, local names and comments."""
    return _NO_KEYWORD.sub(lambda found: " : " if found[0].startswith(":") else " ", query)


def answer(query: str, store: ox.Store, prefixes: Mapping[str, str]) -> Any:
    """Return the answer of *query*: solutions, a truth value or triples, as pyoxigraph gives them.

    Raise BrokenInput when it is no query, or wants more than to read.
    """
    refuse_what_does_more_than_read(query)
    try:
        return store.query(query, prefixes=dict(prefixes))
    except SyntaxError as error:
        bare = _bare(query)
        if update := _UPDATE.search(bare):
            raise BrokenInput(f"query: {update[0]} is refused: queries only read") from error
        if unknown := set(_PREFIX_USE.findall(bare)) - set(_PREFIX_DECLARATION.findall(bare)) - set(prefixes):
            raise BrokenInput(
                f"query: the prefix {min(unknown)}: is not declared; known are {', '.join(prefixes)}"
            ) from error
        raise BrokenInput(_syntax_message(error, query)) from error
    except (RuntimeError, OSError, ValueError) as error:
        raise BrokenInput(f"query: cannot be answered: {error}") from error


def _syntax_message(error: SyntaxError, query: str) -> str:
    """Return in one line where *query* cannot be read; the engine lists every character that could have followed."""
    text = " ".join(str(error).split())
    place = re.match(r"error at (\d+):(\d+): ", text)
    if not place:
        return f"query: not readable as SPARQL: {text}"
    line, column = int(place[1]), int(place[2])
    written = query.splitlines()[line - 1] if query.strip() else ""
    rest = " ".join(written[column - 1 :].split())[:40]
    start = f"'{rest}' on" if rest else "its end, where something is missing"
    why = text[place.end() :]
    hint = "" if why.startswith("expected") else f" ({why})"
    return f"query:{line}:{column}: not readable as SPARQL from {start}{hint}"


def formatted(found: Any, name: str, context: Context) -> bytes:
    """Return the answer *found* in the format *name*, ending in a newline.

    Raise BrokenInput when the format does not fit the kind of answer.
    """
    is_graph = isinstance(found, ox.QueryTriples)
    if name == TABLE and not is_graph:
        return _table(found, context).encode()
    if is_graph:
        writer = GRAPH_FORMATS.get("turtle" if name == TABLE else name)
        if writer is None:
            raise BrokenInput(f"query: the answer is a graph – choose one of the formats {', '.join(GRAPH_FORMATS)}")
        return b"".join(writer.write([Batch((), by_subject(sorted(found, key=str)))], context))
    if name not in FORMATS:
        raise BrokenInput(f"query: the answer is no graph – choose one of the formats {', '.join([TABLE, *FORMATS])}")
    data: bytes = found.serialize(format=FORMATS[name])
    return data if data.endswith(b"\n") else data + b"\n"


def _table(found: Any, context: Context) -> str:
    """Return solutions as aligned columns under their names, IRIs shortened; a truth value as yes or no."""
    if isinstance(found, ox.QueryBoolean):
        return "yes\n" if found else "no\n"
    names = [variable.value for variable in found.variables]
    rows = [[_short(solution[name], context) for name in names] for solution in found]
    widths = [max(len(row[i]) for row in [names, *rows]) for i in range(len(names))]
    lines = [names, ["─" * width for width in widths], *rows]
    text = "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
    return f"{text}\n"


def _short(term: Any, context: Context) -> str:
    """Return *term* for the eye: an IRI shortened, a literal's text on one line, nothing where it is unbound."""
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        return context.compact(term.value)
    return " ".join(term.value.split()) if isinstance(term, ox.Literal) else str(term)
