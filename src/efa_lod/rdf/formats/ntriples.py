"""Write statements as N-Triples: one a line."""

from efa_lod.model.context import Context
from efa_lod.model.expansion import n_triples_lines
from efa_lod.rdf.formats.writer import RecordBatch, encoded


def n_triples_body(batch: RecordBatch, context: Context) -> bytes:
    """Return a line for each statement."""
    return encoded(n_triples_lines(batch.statements))
