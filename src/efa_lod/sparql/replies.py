"""Answer a job over a shared graph, within the limits on rows and bytes.

The process that this goes on in is :mod:`efa_lod.sparql.workers`'s.
"""

import gzip
from collections.abc import Iterable
from itertools import islice
from typing import Any

import pyoxigraph as ox

from efa_lod.errors import EfaLodError
from efa_lod.rdf.file_forms import RDF_SUFFIXES
from efa_lod.sparql.answers import FORMATS, first_rows
from efa_lod.sparql.parameters import parse_parameters
from efa_lod.sparql.queries import GuardedQuery, guarded_answer
from efa_lod.sparql.workers import BROKEN, NOT_ACCEPTABLE, OK, TOO_LARGE, Job, Limits, Reply, SharedGraph

COMPRESS_FROM = 1024
"""Bytes from which an answer is compressed for those who accept it."""


class _TooLargeAnswer(Exception):
    """The answer has more bytes than one may have."""


class _BoundedBuffer:
    """A file in memory that refuses to grow beyond *limit* bytes."""

    def __init__(self, limit: int) -> None:
        self.parts: list[bytes] = []
        self._left = limit

    def write(self, data: bytes) -> int:
        self._left -= len(data)
        if self._left < 0:
            raise _TooLargeAnswer
        self.parts.append(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: there is nothing behind."""


def respond(job: Job, loaded: SharedGraph, limits: Limits) -> Reply:
    """Answer *job* over what is *loaded*, within the limits on rows and bytes."""
    try:
        params = parse_parameters((f"{name}={value}" for name, value in job.params), loaded.prefixes)
        query = loaded.guarded(job.query)
        found = guarded_answer(
            query,
            loaded.store,
            params,
            base_iri=loaded.base_iri,
            default_graphs=job.default_graphs,
            named_graphs=job.named_graphs,
        )
        return _written(found, job, limits, query)
    except EfaLodError as error:
        return Reply(BROKEN, f"{error.in_language('en')}\n{error.in_language('de')}".encode())
    except (RuntimeError, ValueError, OSError) as error:
        return Reply(BROKEN, f"query: cannot be answered: {error}".encode())


def _written(found: Any, job: Job, limits: Limits, query: GuardedQuery) -> Reply:
    is_graph = isinstance(found, ox.QueryTriples)
    format_ = job.graph_format if is_graph else job.table_format
    if format_ is None:
        return Reply(NOT_ACCEPTABLE, b"graph" if is_graph else b"table")
    out = _BoundedBuffer(limits.size)
    try:
        if is_graph:
            count = _write_graph(found, format_, out, limits.rows)
        else:
            found.serialize(out, FORMATS[format_])
            count = 0
    except _TooLargeAnswer:
        return Reply(TOO_LARGE, f"{limits.size} bytes".encode())
    data = b"".join(out.parts)
    is_table = isinstance(found, ox.QuerySolutions)
    if count > limits.rows or (is_table and first_rows(data, format_, limits.rows) is not None):
        return Reply(TOO_LARGE, f"{limits.rows} {'triples' if is_graph else 'rows'}".encode())
    compressed = job.compress and len(data) >= COMPRESS_FROM
    sent = gzip.compress(data, 4, mtime=0) if compressed else data
    return Reply(OK, sent, format_, compressed, lasting=not query.changes)


def _write_graph(found: Iterable[object], format_: str, out: _BoundedBuffer, limit: int) -> int:
    """Write the triples *found* to *out* unless there are more than *limit*; return how many there are, at least."""
    syntax = {"turtle": ".ttl", "n-triples": ".nt", "rdf-xml": ".rdf", "json-ld": ".jsonld"}[format_]
    triples = list(islice(found, limit + 1))
    if len(triples) <= limit:
        ox.serialize(dict.fromkeys(triples), out, RDF_SUFFIXES[syntax])  # type: ignore[arg-type]
    return len(triples)
