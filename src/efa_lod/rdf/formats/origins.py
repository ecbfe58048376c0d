"""Write where each statement of a batch comes from, in plain RDF 1.1: a node for each, in any of the formats.

A batch has the origins of its statements (``RecordBatch.origins``).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from efa_lod.model.context import RDF_TYPE, Context
from efa_lod.model.expansion import Statement, text_of
from efa_lod.model.origins import named_origins, statement_iri
from efa_lod.rdf.formats.writer import RecordBatch

_RDF = RDF_TYPE.removesuffix("type")
Body = Callable[[RecordBatch, Context], bytes]


def origins_body(body: Body) -> Body:
    """Return what writes the origins of a batch as *body* writes statements."""

    def write(batch: RecordBatch, context: Context) -> bytes:
        named = list(named_origins(batch.origins, context.base_iri))
        return body(replace(batch, documents=(), statements=named), context)

    return write


def json_ld_origins_body(batch: RecordBatch, context: Context) -> bytes:
    """Return an object of JSON-LD for each statement, one a line."""
    nodes = [json.dumps(_node(*one, context), ensure_ascii=False) for one in batch.origins.items()]
    return (("" if batch.first or not nodes else ",\n") + ",\n".join(nodes)).encode()


def _node(statement: Statement, origin: str, context: Context) -> Mapping[str, object]:
    subject, predicate, value = statement
    return {
        "id": statement_iri(statement, context.base_iri)[1:-1],
        "type": f"{_RDF}Statement",
        f"{_RDF}subject": {"id": subject[1:-1]},
        f"{_RDF}predicate": {"id": predicate[1:-1]},
        f"{_RDF}object": _value(value),
        "origin": origin[1:-1],
    }


def _value(term: str) -> Mapping[str, str]:
    if term[0] != '"':
        return {"id": term[1:-1]}
    kind = term[term.rindex('"') + 1 :]
    more = {"@language": kind[1:]} if kind[:1] == "@" else {"@type": kind[3:-1]} if kind else {}
    return {"@value": text_of(term), **more}
