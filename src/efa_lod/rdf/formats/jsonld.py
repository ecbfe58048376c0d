"""Write records as JSON-LD: an object for each, as it stands in its file, under the context."""

import json

from efa_lod.model.context import Context
from efa_lod.rdf.formats.writer import RecordBatch

_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False)


def json_ld_head(context: Context) -> bytes:
    """Return the context and the beginning of the list of objects."""
    definition = json.dumps({"@base": context.base_iri, **context.definition}, ensure_ascii=False, indent=1)
    return f'{{"@context": {definition},\n"@graph": [\n'.encode()


def json_ld_body(batch: RecordBatch, context: Context) -> bytes:
    """Return the documents as node objects, one a line."""
    if not batch.documents:
        return b""
    nodes = [
        _JSON.encode({key: value for key, value in document.value.items() if key != "@context"})
        for document in batch.documents
    ]
    return (("" if batch.first else ",\n") + ",\n".join(nodes)).encode()
