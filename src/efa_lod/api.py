"""Ask the data from Python: ``efa_lod.graph``, ``query``, ``ask`` and ``construct``.

    import efa_lod

    for row in efa_lod.query("who-pays"):
        print(row["state"], row["payerEn"], row["itemEn"])

Works offline on the data that comes with the package, or on RDF files such as the graph file of a release.
"""

import html
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, overload

from efa_lod.io.messages import Messages
from efa_lod.sparql.python_values import IRI as IRI
from efa_lod.sparql.python_values import CellValue, engine_term, python_value

if TYPE_CHECKING:
    import pandas
    import pyoxigraph as ox
    import rdflib

_ERRORS = Messages(__file__, "errors")

Files = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
"""A file, or several."""
Row = Mapping[str, CellValue]
_Answer = TypeVar("_Answer")
_SHOWN = 60


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

    def column(self, name: str) -> list[CellValue]:
        """Return what stands in one column."""
        return [row[name] for row in self.rows]

    def to_pandas(self) -> "pandas.DataFrame":
        """Return the table as a DataFrame; raise BrokenInput when pandas is not installed."""
        try:
            import pandas
        except ImportError as error:
            raise _ERRORS.broken("pandas") from error
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


def _shown(value: CellValue) -> str:
    return "" if value is None else str(value)


def graph(files: Files | None = None) -> "rdflib.Graph":
    """Return the data that comes with the package, or what is in RDF *files*, as an rdflib graph.

    Raise BrokenInput when a file cannot be read.
    """
    return _graph(quad.triple for quad in _store(_paths(files)))


def query(query: str, *, files: Files | None = None, **params: object) -> Table:
    """Return the answer of a SELECT query, or of the named query that has the name *query*.

    The usual prefixes are known. *params* are bound to the variables of those names before the query is answered: a
    text, number, truth value or date, an :class:`IRI`, or a term of rdflib. Raise BrokenInput for what is no query, or
    one of another form.
    """
    import pyoxigraph as ox

    found = _answer(query, files, params, ox.QuerySolutions, "no-select")
    columns = tuple(variable.value for variable in found.variables)
    return Table(columns, tuple({name: python_value(solution[name]) for name in columns} for solution in found))


def ask(query: str, *, files: Files | None = None, **params: object) -> bool:
    """Return the answer of an ASK query, or of the named query that has the name *query*; see :func:`query`."""
    import pyoxigraph as ox

    return bool(_answer(query, files, params, ox.QueryBoolean, "no-ask"))


def construct(query: str, *, files: Files | None = None, **params: object) -> "rdflib.Graph":
    """Return the graph that a CONSTRUCT or DESCRIBE query, or the named query *query*, makes; see :func:`query`."""
    import pyoxigraph as ox

    return _graph(_answer(query, files, params, ox.QueryTriples, "no-graph"))


def _graph(triples: "Iterable[ox.Triple]") -> "rdflib.Graph":
    """Return *triples* as a graph that knows our prefixes, and that a notebook shows as a table."""
    from efa_lod.model.context import read_context
    from efa_lod.model.publication import read_publication
    from efa_lod.rdf.graphs import graph_of
    from efa_lod.rdf.notebook_graph import graph_as_html

    made = graph_of(triples)
    vars(made)["_repr_html_"] = partial(graph_as_html, made)  # what notebooks ask for
    for prefix, namespace in read_context(read_publication()).prefixes.items():
        made.bind(prefix, namespace)
    return made


def _answer(query: str, files: Files | None, params: Mapping[str, object], kind: type[_Answer], wrong: str) -> _Answer:
    """Return the answer of *query*; raise BrokenInput with the message *wrong* where it is of another *kind*."""
    from efa_lod.model.context import read_context
    from efa_lod.model.publication import read_publication
    from efa_lod.sparql.queries import answer, is_name, known_prefixes, named_query

    publication = read_publication()
    text = named_query(publication, query).text if is_name(query) else query
    context = read_context(publication)
    bound = {name: engine_term(value) for name, value in params.items()}
    found = answer(text, _store(_paths(files)), known_prefixes(context), bound, base_iri=context.base_iri)
    if not isinstance(found, kind):
        del found  # an error that keeps an answer of the engine may end in another thread, where the answer may not
        raise _ERRORS.broken(wrong)
    return found


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
