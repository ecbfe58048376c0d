"""Write the answer of a query: as a table for people, or in a format for programs."""

import json
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

import pyoxigraph as ox

from efa_lod.io.terminal import visible
from efa_lod.model.context import Context
from efa_lod.sparql.tokens import QUERY_MESSAGES

EngineAnswer = ox.QuerySolutions | ox.QueryBoolean | Iterable[ox.Triple]
"""What the engine answers: solutions of a SELECT, the truth value of an ASK, or the triples of a graph."""

FORMATS: dict[str, ox.QueryResultsFormat] = {
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
}
"""Formats for the answer of SELECT and ASK, for programs."""
GRAPH_FORMATS = ("turtle", "n-triples", "rdf-xml", "json-ld")
"""Formats for the answer of CONSTRUCT and DESCRIBE."""
TABLE, MARKDOWN = "table", "markdown"
TEXT_FORMATS = (TABLE, MARKDOWN)
"""Formats for the answer of SELECT and ASK, for people."""
_TABLE_NAMES, _GRAPH_NAMES = (*TEXT_FORMATS, *FORMATS), (TABLE, *GRAPH_FORMATS)
"""What may be chosen for each kind of answer; a graph has no table and is written in Turtle instead."""


class Rendering(NamedTuple):
    """A written answer: its bytes, whether something was cut, and how many rows or statements it has, if it has any."""

    data: bytes
    is_cut: bool = False
    size: int | None = None
    unit: str = "rows"


def rendered(
    found: EngineAnswer, name: str, context: Context, limit: int | None = None, width: int | None = None
) -> Rendering:
    """Return the answer *found* in the format *name* with at most *limit* rows.

    *width* is how many characters a line of a table may have. Raise BrokenInput when the format does not fit.
    """
    is_graph = not isinstance(found, ox.QuerySolutions | ox.QueryBoolean)
    if name not in (_GRAPH_NAMES if is_graph else _TABLE_NAMES):
        del found  # an error that keeps an answer of the engine may end in another thread, where the answer may not
        if is_graph:
            raise QUERY_MESSAGES.broken("a-graph", known=", ".join(GRAPH_FORMATS))
        raise QUERY_MESSAGES.broken("no-graph", known=", ".join(_TABLE_NAMES))
    if not isinstance(found, ox.QuerySolutions | ox.QueryBoolean):
        return _rendered_graph(found, name, context, limit)
    if name in TEXT_FORMATS:
        return _rendered_text(found, name, context, limit, width)
    data: bytes = found.serialize(format=FORMATS[name]) or b""
    if isinstance(found, ox.QueryBoolean):
        return Rendering(_with_line_end(data))
    cut = None if limit is None else first_rows(data, name, limit)
    shown = data if cut is None else cut
    return Rendering(_with_line_end(shown), cut is not None, row_count(shown, name))


def _with_line_end(data: bytes) -> bytes:
    return data if data.endswith(b"\n") else data + b"\n"


def _rendered_graph(found: Iterable[ox.Triple], name: str, context: Context, limit: int | None) -> Rendering:
    from efa_lod.model.expansion import by_subject, of_triples
    from efa_lod.rdf.formats import BY_NAME, RecordBatch  # take time that the answer of a SELECT does not need
    from efa_lod.rdf.graphs import TYPE_NODE

    name = "turtle" if name == TABLE else name
    ordered = sorted(set(found), key=str)
    triples = by_subject(ordered[:limit], TYPE_NODE)
    if name == "json-ld":
        data: bytes = ox.serialize(triples, format=ox.RdfFormat.JSON_LD, prefixes=context.prefixes) or b""
    else:
        data = b"".join(BY_NAME[name].write([RecordBatch((), of_triples(triples))], context))
    return Rendering(_with_line_end(data), len(triples) < len(ordered), len(triples), "statements")


def _rendered_text(
    found: ox.QuerySolutions | ox.QueryBoolean, name: str, context: Context, limit: int | None, width: int | None
) -> Rendering:
    if isinstance(found, ox.QueryBoolean):
        return Rendering(b"yes\n" if found else b"no\n")
    names = [variable.value for variable in found.variables]
    solutions = found if limit is None else islice(found, limit)
    rows = [[_short(solution[column], context) for column in names] for solution in solutions]
    more = limit is not None and next(iter(found), None) is not None
    text = _markdown(names, rows) if name == MARKDOWN else _table(names, rows, width)
    return Rendering(text.encode(), more, len(rows))


def _markdown(names: list[str], rows: list[list[str]]) -> str:
    lines = [names, ["---"] * len(names), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _table(names: list[str], rows: list[list[str]], width: int | None) -> str:
    """Return *rows* as aligned columns under their *names*, or as blocks where no line of *width* holds the columns.

    Cells are wrapped between words only, so that an address stays one that can be copied.
    """
    natural = [max(len(row[i]) for row in [names, *rows]) for i in range(len(names))]
    widths = natural if width is None else _narrowed(natural, _longest_words(names, rows), width - 2 * (len(names) - 1))
    if widths is None:
        return "\n".join(_block(names, row, width or 0) for row in rows) or f"{'  '.join(names)}\n"
    lines = [names, ["─" * width for width in widths], *rows]
    return "".join(f"{line}\n" for row in lines for line in _wrapped(row, widths)) or "\n"


def _longest_words(names: list[str], rows: list[list[str]]) -> list[int]:
    """Return for each column how many characters its longest word has."""
    return [max((len(word) for row in [names, *rows] for word in row[i].split()), default=1) for i in range(len(names))]


def _narrowed(natural: list[int], least: list[int], room: int) -> list[int] | None:
    """Return the widths between *least* and *natural* that fill *room*, the widest cut first; None where none do."""
    if sum(natural) <= room:
        return natural
    if sum(least) > room:
        return None
    low, high = 0, max(natural)
    while low < high:
        middle = (low + high + 1) // 2
        if sum(_cut(natural, least, middle)) <= room:
            low = middle
        else:
            high = middle - 1
    return _cut(natural, least, low)


def _cut(natural: list[int], least: list[int], most: int) -> list[int]:
    return [max(small, min(wide, most)) for wide, small in zip(natural, least, strict=True)]


def _block(names: list[str], row: list[str], width: int) -> str:
    """Return *row* as lines of a name and its value; what is empty is left out."""
    indent = max(map(len, names)) + 2
    room = max(width - indent, 1)
    lines = [
        f"{name if number == 0 else '':<{indent}}{part}\n"
        for name, cell in zip(names, row, strict=True)
        for number, part in enumerate(_in_words(cell, room) if cell else [])
    ]
    return "".join(lines) or "–\n"


def _in_words(cell: str, width: int) -> list[str]:
    """Return *cell* in lines of *width* that end between words."""
    if len(cell) <= width:
        return [cell]
    return textwrap.wrap(cell, width, break_on_hyphens=False, break_long_words=False) or [""]


def _wrapped(row: list[str], widths: list[int]) -> Iterator[str]:
    """Yield the lines that *row* takes."""
    cells = [_in_words(cell, width) for cell, width in zip(row, widths, strict=True)]
    for i in range(max(map(len, cells), default=0)):
        parts = [cell[i] if i < len(cell) else "" for cell in cells]
        yield "  ".join(part.ljust(width) for part, width in zip(parts, widths, strict=True)).rstrip()


def _short(term: object, context: Context) -> str:
    """Return *term* for the eye: an IRI shortened, a literal's text on one line, nothing where it is unbound."""
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        return visible(context.compact(term.value))
    return visible(" ".join(term.value.split()) if isinstance(term, ox.Literal) else str(term))


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


def row_count(data: bytes, format_: str) -> int:
    """Return how many rows the written solutions *data* have."""
    return _COUNTERS[format_](data)


_COUNTERS: Mapping[str, Callable[[bytes], int]] = {
    "json": lambda data: len(json.loads(data)["results"]["bindings"]),
    "xml": lambda data: data.count(b"</result>"),
    "tsv": lambda data: data.count(b"\n") - 1,
    "csv": lambda data: sum(found[0] == b"\r\n" for found in re.finditer(rb'"[^"]*"|\r\n', data)) - 1,
}
"""How the rows of each format for programs are counted."""
