"""What a notebook shows of a graph: its size, its types and its first statements."""

import html
from collections import Counter
from typing import TYPE_CHECKING

from efa_lod.model.context import RDF_TYPE

if TYPE_CHECKING:
    import rdflib

_SHOWN = 60
"""Statements that are shown."""


def graph_as_html(graph: "rdflib.Graph") -> str:
    """Return size, types and the first statements of *graph*, in order, as HTML."""
    import rdflib

    def short(term: "rdflib.term.Node") -> str:
        return html.escape(str(term.n3(graph.namespace_manager)))

    types = Counter(map(short, graph.objects(None, rdflib.URIRef(RDF_TYPE))))
    told = ", ".join(f"{count} {name}" for name, count in sorted(types.items(), key=lambda one: (-one[1], one[0])))
    cells = (map(short, triple) for triple in sorted(graph, key=str)[:_SHOWN])
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in cells)
    head = "".join(f"<th>{name}</th>" for name in ("subject", "predicate", "object"))
    more = f"<p>… {len(graph) - _SHOWN} more statements</p>" if len(graph) > _SHOWN else ""
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f"<p>{len(graph)} statements{': ' if told else ''}{told}</p>{table}{more}"
