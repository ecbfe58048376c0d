"""Answer SPARQL queries over graphs in this process, or ask an endpoint elsewhere.

Queries only read (:mod:`efa_lod.sparql.guard`), so a query reaches no host and no file. Parameters are bound as terms
and never become text of the query. The engine is pyoxigraph.
"""

import json
import re
import textwrap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from efa_lod.errors import BrokenInput
from efa_lod.io.files import opened, whole
from efa_lod.io.limits import (
    counting_triple_terms,
    refuse_deep_query,
    refuse_what_explodes,
)
from efa_lod.io.reading import Place
from efa_lod.io.terminal import visible
from efa_lod.model.context import Context, nearest, read_context
from efa_lod.model.expansion import by_subject, of_triples
from efa_lod.model.publication import Publication
from efa_lod.model.records import publication_records
from efa_lod.rdf.formats import BY_NAME, Batch
from efa_lod.rdf.graphs import (
    RDF_SUFFIXES,
    TYPE_NODE,
    ontology_triples,
    record_triples,
    triples_of,
)
from efa_lod.sparql.guard import bare, read_only, skeleton, undeclared_prefixes

QUERIES = "data/queries"

_HEADER = re.compile(r"# \w+@\w+: ")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*$")
_UPDATE = re.compile(r"\b(INSERT|DELETE|LOAD|CLEAR|CREATE|DROP|COPY|MOVE|ADD)\b(?! :)", re.IGNORECASE)

FORMATS: dict[str, ox.QueryResultsFormat] = {
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
}
"""Formats for the answer of SELECT and ASK, for programs."""
GRAPH_FORMATS = {name: BY_NAME[name] for name in ("turtle", "n-triples", "rdf-xml", "json-ld")}
"""Formats for the answer of CONSTRUCT and DESCRIBE."""
TABLE, MARKDOWN = "table", "markdown"
TEXT_FORMATS = (TABLE, MARKDOWN)
"""Formats for the answer of SELECT and ASK, for people."""
NARROWEST = 8
"""Fewest characters that a column of a wrapped table has."""
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


def is_name(text: str) -> bool:
    """Tell whether *text* has the form of a query's name, which no query has."""
    return bool(_NAME.match(text))


def query_list(publication: Publication, language: str) -> str:
    """Return the named queries with the question that each answers, one under the other."""
    return "".join(f"{query.name}\n    {query.says('question', language)}\n" for query in named_queries(publication))


@dataclass(frozen=True)
class Asked:
    """What is asked: the *query*, terms for its variables, a *format*, the most rows and the columns of a terminal."""

    query: str
    format: str = TABLE
    params: Mapping[str, Any] | None = None
    limit: int | None = None
    width: int | None = None


def ask(
    publication: Publication, asked: Asked, graphs: Sequence[Path] = (), folder: Path | None = None
) -> tuple[bytes, bool]:
    """Return the answer, and whether rows were cut.

    It is over the store in *folder*, over the RDF files *graphs*, or else over the records of *publication*.
    """
    context = read_context(publication)
    store = open_store(folder) if folder else load(*graphs) if graphs else publication_store(publication, context)
    found = answer(asked.query, store, known_prefixes(context), asked.params, base_iri=context.base_iri)
    return rendered(found, asked.format, context, asked.limit, asked.width)


def known_prefixes(context: Context) -> dict[str, str]:
    """Return the prefixes that a query need not declare."""
    return {**STANDARD_PREFIXES, **context.prefixes}


def open_store(folder: Path) -> ox.Store:
    """Return the Oxigraph store in *folder*, for reading only; raise BrokenInput where there is none."""
    try:
        return ox.Store.read_only(str(folder))
    except (OSError, RuntimeError, ValueError) as error:
        raise BrokenInput(f"{folder}: cannot be opened as a store of Oxigraph: {error}") from error


def load(*paths: Path, named: Mapping[str, Path] | None = None) -> ox.Store:
    """Return a store with the RDF files *paths* in its default graph and each of *named* in the graph of that IRI."""
    store = ox.Store()
    for path in paths:
        _load_into(store, path, None)
    for iri, path in (named or {}).items():
        _load_into(store, path, ox.NamedNode(iri))
    return store


def _load_into(store: ox.Store, path: Path, graph: ox.NamedNode | None) -> None:
    syntax = RDF_SUFFIXES.get(path.suffix)
    if syntax is None:
        raise BrokenInput(f"{path}: expected an RDF file that ends in {', '.join(RDF_SUFFIXES)}, found '{path.suffix}'")
    try:
        with opened(path) as stream:
            if syntax in (ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD):
                refuse_what_explodes(whole(stream, str(path)), syntax.name, str(path))
                stream.seek(0)
            counted = counting_triple_terms(stream, str(path))
            if syntax.supports_datasets:
                quads = ox.parse(counted, format=syntax, base_iri=path.absolute().as_uri())
                into = graph or ox.DefaultGraph()
                store.bulk_extend(ox.Quad(quad.subject, quad.predicate, quad.object, into) for quad in quads)
            else:
                store.bulk_load(counted, format=syntax, base_iri=path.absolute().as_uri(), to_graph=graph)
    except OSError as error:
        raise BrokenInput(f"{path}: cannot be read: {error.strerror or error}") from error
    except MemoryError as error:  # the engine's own bound of 16 MiB for one term
        raise BrokenInput(f"{path}: holds a term or comment of more than 16 MiB") from error
    except SyntaxError as error:
        raise BrokenInput(
            f"{Place(str(path), error.lineno or 0)}: not readable as {syntax.name}: {error.msg}"
        ) from error


def publication_store(publication: Publication, context: Context) -> ox.Store:
    """Return a store with what the graph file of *publication* holds, made from its records."""
    from efa_lod.catalog.dcat import contents, graph_description  # takes time that asking a graph file does not need

    documents = list(publication_records(publication))
    triples = [*record_triples(documents, context), *ontology_triples(publication)]
    described = graph_description(publication, contents(publication, documents, of_triples(triples)))
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in [*triples, *triples_of(described.statements)])
    return store


def answer(
    query: str,
    store: ox.Store,
    prefixes: Mapping[str, str],
    params: Mapping[str, Any] | None = None,
    *,
    base_iri: str | None = None,
    graphs: Collection[str] = (),
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
) -> Any:
    """Return the answer of *query*: solutions, a truth value or triples, as pyoxigraph gives them.

    *params* are terms by variable name; *graphs* are those that FROM may name; *default_graphs* and *named_graphs*
    make the dataset, if there are any. Raise BrokenInput when it is no query, or wants more than to read.
    """
    query, prefixes = read_only(query, prefixes, graphs)
    refuse_deep_query(skeleton(query))
    dataset: dict[str, Any] = {}
    if default_graphs or named_graphs:
        dataset["default_graph"] = [ox.NamedNode(iri) for iri in default_graphs]
        dataset["named_graphs"] = [ox.NamedNode(iri) for iri in named_graphs]
    if params:
        dataset["substitutions"] = {ox.Variable(name): value for name, value in params.items()}
    try:
        return store.query(query, prefixes=dict(prefixes), base_iri=base_iri, **dataset)
    except SyntaxError as error:
        if update := _UPDATE.search(bare(query)):
            raise BrokenInput(f"query: {update[0]} is refused: queries only read") from error
        if unknown := undeclared_prefixes(query) - set(prefixes):
            raise BrokenInput(
                f"query: the prefix {min(unknown)}: is not declared; known are {', '.join(prefixes)}"
            ) from error
        raise BrokenInput(_syntax_message(error, query)) from error
    except RuntimeError as error:
        unbound = re.search(r"does not contains? variable \?(\w+)", str(error))
        if unbound:
            raise BrokenInput(
                f"query: the parameter {unbound[1]} is no variable of the answer – the engine binds those after SELECT"
            ) from error
        raise BrokenInput(f"query: cannot be answered: {error}") from error
    except (OSError, ValueError) as error:
        raise BrokenInput(f"query: cannot be answered: {error}") from error


def _syntax_message(error: SyntaxError, query: str) -> str:
    """Return in one line where *query* cannot be read; the engine lists every character that could have followed."""
    text = " ".join(str(error).split())
    place = re.match(r"error at (\d+):(\d+): ", text)
    if not place:
        return f"query: not readable as SPARQL: {text}"
    line, column = int(place[1]), int(place[2])
    written = query.split("\n")[line - 1]
    rest = " ".join(written[column - 1 :].split())[:40]
    start = f"'{rest}' on" if rest else "its end, where something is missing"
    why = text[place.end() :]
    hint = "" if why.startswith("expected") else f" ({why})"
    return f"query:{line}:{column}: not readable as SPARQL from {start}{hint}"


# --- parameters -----------------------------------------------------------------------------------------------------

_XSD = "http://www.w3.org/2001/XMLSchema#"
_PREFIXED = re.compile(r"([A-Za-z][\w-]*):([\w.-]*)$")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@([A-Za-z]+(?:-[A-Za-z0-9]+)*)|\^\^(\S+))?$', re.DOTALL)
_PLAIN: Mapping[str, re.Pattern[str]] = {
    "boolean": re.compile(r"(true|false)$"),
    "integer": re.compile(r"-?(0|[1-9][0-9]*)$"),
    "decimal": re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+$"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
}
"""What is typed without being written so; codes such as 01 are none of these and stay texts."""


def term(written: str, prefixes: Mapping[str, str]) -> Any:
    """Return the term that *written* stands for as a parameter.

    ``<IRI>``, a name with one of *prefixes*, ``"text"@de``, ``"x"^^xsd:type``, or as it is: a truth value, number or
    date, and any other text as a string.
    """
    try:
        if written.startswith("<") and written.endswith(">"):
            return ox.NamedNode(written[1:-1])
        if quoted := _QUOTED.match(written):
            text = re.sub(r"\\(.)", r"\1", quoted[1], flags=re.DOTALL)
            datatype = term(quoted[3], prefixes) if quoted[3] else None
            if datatype is not None and not isinstance(datatype, ox.NamedNode):
                raise ValueError("the datatype is no IRI and has no known prefix")
            return ox.Literal(text, language=quoted[2], datatype=datatype)
        if (name := _PREFIXED.match(written)) and name[1] in prefixes:
            return ox.NamedNode(prefixes[name[1]] + name[2])
        datatypes = [name for name, form in _PLAIN.items() if form.match(written)]
        return ox.Literal(written, datatype=ox.NamedNode(_XSD + datatypes[0]) if datatypes else None)
    except ValueError as error:
        raise BrokenInput(f"parameter '{written}': no usable term: {error}") from error


def terms(written: Iterable[str], prefixes: Mapping[str, str]) -> dict[str, Any]:
    """Return the parameters that are *written* as ``name=value``."""
    found: dict[str, Any] = {}
    for text in written:
        name, equals, value = text.partition("=")
        name = name.strip().removeprefix("?").removeprefix("$")
        if not equals or not re.match(r"[A-Za-z_]\w*$", name):
            raise BrokenInput(f"parameter '{text}': expected name=value, such as state=SH or 'word=\"kosten\"@de'")
        found[name] = term(value, prefixes)
    return found


# --- formats --------------------------------------------------------------------------------------------------------


def formatted(found: Any, name: str, context: Context) -> bytes:
    """Return the answer *found* in the format *name*, ending in a newline.

    Raise BrokenInput when the format does not fit the kind of answer.
    """
    return rendered(found, name, context)[0]


def rendered(
    found: Any, name: str, context: Context, limit: int | None = None, width: int | None = None
) -> tuple[bytes, bool]:
    """Return the answer *found* in the format *name* with at most *limit* rows, and whether there were more.

    *width* is how many characters a line of a table may have. Raise BrokenInput when the format does not fit.
    """
    if not isinstance(found, ox.QuerySolutions | ox.QueryBoolean):
        return _rendered_graph(found, name, context, limit)
    if name in TEXT_FORMATS:
        return _rendered_text(found, name, context, limit, width)
    if name not in FORMATS:
        known = ", ".join([*TEXT_FORMATS, *FORMATS])
        raise BrokenInput(f"query: the answer is no graph – choose one of the formats {known}")
    data: bytes = found.serialize(format=FORMATS[name]) or b""
    cut = None if limit is None or isinstance(found, ox.QueryBoolean) else first_rows(data, name, limit)
    return _with_line_end(data if cut is None else cut), cut is not None


def _with_line_end(data: bytes) -> bytes:
    return data if data.endswith(b"\n") else data + b"\n"


def _rendered_graph(found: Any, name: str, context: Context, limit: int | None) -> tuple[bytes, bool]:
    name = "turtle" if name == TABLE else name
    if name not in GRAPH_FORMATS:
        raise BrokenInput(f"query: the answer is a graph – choose one of the formats {', '.join(GRAPH_FORMATS)}")
    ordered = sorted(set(found), key=str)
    triples = by_subject(ordered[:limit], TYPE_NODE)
    if name == "json-ld":
        data: bytes = ox.serialize(triples, format=ox.RdfFormat.JSON_LD, prefixes=context.prefixes) or b""
    else:
        data = b"".join(GRAPH_FORMATS[name].write([Batch((), of_triples(triples))], context))
    return _with_line_end(data), len(triples) < len(ordered)


def _rendered_text(found: Any, name: str, context: Context, limit: int | None, width: int | None) -> tuple[bytes, bool]:
    if isinstance(found, ox.QueryBoolean):
        return (b"yes\n" if found else b"no\n"), False
    names = [variable.value for variable in found.variables]
    solutions = found if limit is None else islice(found, limit)
    rows = [[_short(solution[column], context) for column in names] for solution in solutions]
    more = limit is not None and next(iter(found), None) is not None
    text = _markdown(names, rows) if name == MARKDOWN else _table(names, rows, width)
    return text.encode(), more


def _markdown(names: list[str], rows: list[list[str]]) -> str:
    lines = [names, ["---"] * len(names), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _table(names: list[str], rows: list[list[str]], width: int | None) -> str:
    """Return *rows* as aligned columns under their *names*, cells wrapped where a line would be longer than *width*."""
    widths = [max(len(row[i]) for row in [names, *rows]) for i in range(len(names))]
    if width is not None:
        widths = _narrowed(widths, width - 2 * (len(widths) - 1))
    lines = [names, ["─" * width for width in widths], *rows]
    return "".join(f"{line}\n" for row in lines for line in _wrapped(row, widths)) or "\n"


def _narrowed(widths: list[int], room: int) -> list[int]:
    """Return *widths* with the widest made narrower until they fit into *room*, none below the narrowest."""
    floor = max(NARROWEST, room // max(1, len(widths)))
    fixed = [width for width in widths if width <= floor]
    wide = len(widths) - len(fixed)
    if not wide or sum(widths) <= room:
        return widths
    share = max(NARROWEST, (room - sum(fixed)) // wide)
    spare = sum(share - width for width in widths if floor < width <= share)
    rest = sum(1 for width in widths if width > max(share, floor))
    share += spare // rest if rest else 0
    return [width if width <= floor else min(width, share) for width in widths]


def _wrapped(row: list[str], widths: list[int]) -> Iterator[str]:
    """Yield the lines that *row* takes."""
    cells = [
        textwrap.wrap(cell, width, break_on_hyphens=False) or [""] if len(cell) > width else [cell]
        for cell, width in zip(row, widths, strict=True)
    ]
    for i in range(max(map(len, cells), default=0)):
        parts = [cell[i] if i < len(cell) else "" for cell in cells]
        yield "  ".join(part.ljust(width) for part, width in zip(parts, widths, strict=True)).rstrip()


def _short(term: Any, context: Context) -> str:
    """Return *term* for the eye: an IRI shortened, a literal's text on one line, nothing where it is unbound."""
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        return visible(context.compact(term.value))
    return visible(" ".join(term.value.split()) if isinstance(term, ox.Literal) else str(term))


# --- rows in written answers ----------------------------------------------------------------------------------------


def first_rows(data: bytes, format_: str, limit: int) -> bytes | None:
    """Return the written solutions *data* with their first *limit* rows only, or None when there are no more."""
    mark, cut = _ROWS[format_]
    return cut(data, limit) if data.count(mark) >= limit else None


def _first_json(data: bytes, limit: int) -> bytes | None:
    whole = json.loads(data)
    rows = whole["results"]["bindings"]
    if len(rows) <= limit:
        return None
    whole["results"]["bindings"] = rows[:limit]
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def _first_xml(data: bytes, limit: int) -> bytes | None:
    parts = data.split(b"</result>")
    tail = parts.pop()
    return b"</result>".join([*parts[:limit], tail]) if len(parts) > limit else None


def _first_tsv(data: bytes, limit: int) -> bytes | None:
    lines = data.splitlines(keepends=True)
    return b"".join(lines[: limit + 1]) if len(lines) > limit + 1 else None


def _first_csv(data: bytes, limit: int) -> bytes | None:
    """Cut after the line end that closes row *limit*; line ends in quotes close nothing."""
    ends = [found.end() for found in re.finditer(rb'"[^"]*"|\r\n', data) if found[0] == b"\r\n"]
    return data[: ends[limit]] if len(ends) > limit + 1 else None


_ROWS: Mapping[str, tuple[bytes, Callable[[bytes, int], bytes | None]]] = {
    "json": (b"},{", _first_json),
    "xml": (b"</result>", _first_xml),
    "tsv": (b"\n", _first_tsv),
    "csv": (b"\r\n", _first_csv),
}
"""What stands at least as often as there are rows (between them, in JSON), and how rows are cut."""
