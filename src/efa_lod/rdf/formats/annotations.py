"""Write statements with their origins as RDF 1.2: each is annotated with the row or addition that it comes from.

The reifier of a statement is the IRI that names it in RDF 1.1 too (RDF 1.2 Turtle, 2.11; RDF 1.2 N-Triples, 2.4). A
batch has the origins of its statements (``RecordBatch.origins``).
"""

from efa_lod.model.context import Context
from efa_lod.model.expansion import TYPE
from efa_lod.model.origins import DERIVED, statement_iri
from efa_lod.rdf.formats.turtle import TurtleTerms
from efa_lod.rdf.formats.writer import RecordBatch, encoded

_REIFIES = f"{TYPE[:-5]}reifies>"


def annotated_turtle_body(batch: RecordBatch, context: Context) -> bytes:
    """Return a paragraph for each subject; after each object, on a line of its own, its reifier and its origin."""
    terms = TurtleTerms(context)
    pieces: list[str] = []
    before = ""
    for statement in batch.statements:
        subject, verb, value = statement
        start = f"\n{terms[subject]}\n    " if subject != before else " ;\n    "
        end = " .\n" if before and subject != before else ""
        reifier, origin = terms[statement_iri(statement, context.base_iri)], terms[batch.origins[statement]]
        note = f" ~ {reifier} {{| {terms[DERIVED]} {origin} |}}"
        written = value if value[0] == '"' and value[-1] != ">" else terms[value]
        pieces.append(f"{end}{start}{'a' if verb == TYPE else terms[verb]} {written}{note}")
        before = subject
    if before:
        pieces.append(" .\n")
    return encoded(pieces)


def annotated_lines_body(batch: RecordBatch, context: Context) -> bytes:
    """Return three lines for each statement: itself, its reifier, and where it comes from."""
    pieces = []
    for statement in batch.statements:
        said, node = " ".join(statement), statement_iri(statement, context.base_iri)
        reified, origin = f"{node} {_REIFIES} <<( {said} )>> .\n", batch.origins[statement]
        pieces.append(f"{said} .\n{reified}{node} {DERIVED} {origin} .\n")
    return encoded(pieces)
