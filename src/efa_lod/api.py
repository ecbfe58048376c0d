"""Ask the data from Python: ``efa_lod.graph``, ``query``, ``ask`` and ``construct``.

    import efa_lod

    for row in efa_lod.query("who-pays"):
        print(row["state"], row["payerEn"], row["itemEn"])

Works offline on the data that comes with the package, or on RDF files such as the graph file of a release.
"""

import html
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from efa_lod.errors import BrokenInput

if TYPE_CHECKING:
    import pandas
    import pyoxigraph as ox
    import rdflib

Files = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
"""A file, or several."""
Value = str | bool | int | float | Decimal | date | datetime | None
"""What a cell holds; None where the query left the variable unbound."""
Row = Mapping[str, Value]
_SHOWN = 60


class IRI(str):
    """The identifier of a thing, as opposed to a text."""

    __slots__ = ()


@dataclass(frozen=True)
class Table(Sequence[Row]):
    """The answer of a SELECT query: *columns* in the order of the query, and the *rows*, each a mapping."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> "Table": ...
    def __getitem__(self, index: int | slice) -> "Row | Table":
        """Return a row, or a table with some of the rows."""
        return Table(self.columns, self.rows[index]) if isinstance(index, slice) else self.rows[index]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows in the order of the query."""
        return iter(self.rows)

    def column(self, name: str) -> list[Value]:
        """Return what stands in one column."""
        return [row[name] for row in self.rows]

    def to_pandas(self) -> "pandas.DataFrame":
        """Return the table as a DataFrame; raise BrokenInput when pandas is not installed."""
        try:
            import pandas
        except ImportError as error:
            raise BrokenInput("a DataFrame needs pandas – pip install pandas") from error
        return pandas.DataFrame.from_records([dict(row) for row in self.rows], columns=list(self.columns))

    def _repr_html_(self) -> str:
        """Return the table for a notebook, long ones shortened."""
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.columns)
        lines = [
            "".join(f"<td>{html.escape(_shown(row[name]))}</td>" for name in self.columns) for row in self[:_SHOWN]
        ]
        body = "".join(f"<tr>{line}</tr>" for line in lines)
        more = f"<p>… {len(self) - _SHOWN} more rows</p>" if len(self) > _SHOWN else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _shown(value: Value) -> str:
    return "" if value is None else str(value)


def graph(files: Files | None = None) -> "rdflib.Graph":
    """Return the data that comes with the package, or what is in RDF *files*, as an rdflib graph.

    Raise BrokenInput when a file cannot be read.
    """
    from efa_lod.model.context import read_context
    from efa_lod.model.publication import read_publication
    from efa_lod.rdf.graphs import graph_of

    made = graph_of(quad.triple for quad in _store(_paths(files)))
    for prefix, namespace in read_context(read_publication()).prefixes.items():
        made.bind(prefix, namespace)
    return made


def query(query: str, *, files: Files | None = None, **params: object) -> Table:
    """Return the answer of a SELECT query, or of the named query that has the name *query*.

    The usual prefixes are known. *params* are bound to the variables of those names before the query is answered: a
    text, number, truth value or date, an :class:`IRI`, or a term of rdflib. Raise BrokenInput for what is no query, or
    one of another form.
    """
    import pyoxigraph as ox

    found = _answer(query, files, params)
    if not isinstance(found, ox.QuerySolutions):
        raise BrokenInput("query: this is no SELECT – use efa_lod.ask for ASK, efa_lod.construct for a graph")
    columns = tuple(variable.value for variable in found.variables)
    return Table(columns, tuple({name: _value(solution[name]) for name in columns} for solution in found))


def ask(query: str, *, files: Files | None = None, **params: object) -> bool:
    """Return the answer of an ASK query, or of the named query that has the name *query*; see :func:`query`."""
    import pyoxigraph as ox

    found = _answer(query, files, params)
    if not isinstance(found, ox.QueryBoolean):
        raise BrokenInput("query: this is no ASK – use efa_lod.query for SELECT, efa_lod.construct for a graph")
    return bool(found)


def construct(query: str, *, files: Files | None = None, **params: object) -> "rdflib.Graph":
    """Return the graph that a CONSTRUCT or DESCRIBE query, or the named query *query*, makes; see :func:`query`."""
    import pyoxigraph as ox

    from efa_lod.rdf.graphs import graph_of

    found = _answer(query, files, params)
    if not isinstance(found, ox.QueryTriples):
        raise BrokenInput("query: this makes no graph – use efa_lod.query for SELECT, efa_lod.ask for ASK")
    return graph_of(found)


def _answer(query: str, files: Files | None, params: Mapping[str, object]) -> Any:
    from efa_lod.model.context import read_context
    from efa_lod.model.publication import read_publication
    from efa_lod.sparql.queries import answer, is_name, known_prefixes, named_query

    publication = read_publication()
    text = named_query(publication, query).text if is_name(query) else query
    context = read_context(publication)
    bound = {name: _term(value) for name, value in params.items()}
    return answer(text, _store(_paths(files)), known_prefixes(context), bound, base_iri=context.base_iri)


def _paths(files: Files | None) -> tuple[Path, ...]:
    """Return *files* as paths, whether there is none, one or several."""
    if files is None:
        return ()
    return (Path(files),) if isinstance(files, str | os.PathLike) else tuple(Path(file) for file in files)


def _store(files: tuple[Path, ...]) -> "ox.Store":
    from efa_lod.sparql.queries import load

    return load(*files) if files else _packaged_store()


@lru_cache(maxsize=1)
def _packaged_store() -> "ox.Store":
    from efa_lod.model.context import read_context
    from efa_lod.model.publication import read_publication
    from efa_lod.sparql.queries import publication_store

    publication = read_publication()
    return publication_store(publication, read_context(publication))


# --- terms and values -----------------------------------------------------------------------------------------------


def _value(term: Any) -> Value:
    """Return *term* as Python knows it; what has no such form is a text."""
    import pyoxigraph as ox

    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return IRI(term.value)
    if not isinstance(term, ox.Literal):
        return str(term)
    make = _MAKERS.get(term.datatype.value.rpartition("XMLSchema#")[2])
    try:
        return make(term.value) if make else term.value
    except (ValueError, ArithmeticError):
        return term.value


_MAKERS: Mapping[str, Any] = {
    "integer": int,
    "decimal": Decimal,
    "double": float,
    "float": float,
    "boolean": lambda text: text in ("true", "1"),
    "date": date.fromisoformat,
    "dateTime": datetime.fromisoformat,
}


def _term(value: object) -> Any:
    """Return *value* as a term of the engine."""
    import pyoxigraph as ox

    if isinstance(value, ox.NamedNode | ox.Literal):
        return value
    if isinstance(value, IRI) or type(value).__name__ == "URIRef":
        return ox.NamedNode(str(value))
    language, datatype = getattr(value, "language", None), getattr(value, "datatype", None)
    if language or datatype:  # a literal of rdflib
        return ox.Literal(str(value), language=language, datatype=ox.NamedNode(str(datatype)) if datatype else None)
    if isinstance(value, str):
        return ox.Literal(str(value))
    for kind, name in _DATATYPES.items():
        if isinstance(value, kind):
            text = str(value).lower() if kind is bool else value.isoformat() if isinstance(value, date) else str(value)
            return ox.Literal(text, datatype=ox.NamedNode(f"http://www.w3.org/2001/XMLSchema#{name}"))
    raise BrokenInput(f"parameter: expected a text, number, truth value, date or IRI, found {type(value).__name__}")


_DATATYPES: Mapping[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "double",
    Decimal: "decimal",
    datetime: "dateTime",
    date: "date",
}
"""The datatype of each type; a subtype stands before what it is one of."""
