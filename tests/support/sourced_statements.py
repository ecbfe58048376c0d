"""What records say, statement by statement, each with where it comes from."""

from collections.abc import Mapping, Sequence

from efa_lod.io.reading import Document
from efa_lod.model.context import Context
from efa_lod.model.origins import NO_FACTS, NO_RECORDS, AttributedStatement, origins_by_statement
from efa_lod.model.record_values import Thing
from efa_lod.model.row_facts import RowFacts


def sourced_statements(
    documents: Sequence[Document],
    context: Context,
    facts: Mapping[str, RowFacts] = NO_FACTS,
    shared: Mapping[object, Thing] = NO_RECORDS,
) -> list[AttributedStatement]:
    """Return every statement of *documents*, each once, with its origin.

    *facts* are what is known of rows, *shared* the records beside *documents* that these refer to, by id.
    """
    origins = origins_by_statement(documents, context, facts, shared)
    return [AttributedStatement(statement, origin) for statement, origin in origins.items()]
