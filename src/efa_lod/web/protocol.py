"""The SPARQL 1.1 protocol, query part: what a request asks for, and what an answer is called.

Nothing here knows a server: a request comes as its method, query string, headers and body, and what is wrong with it
is a refusal with a status and one line that says why.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl

from efa_lod.rdf.formats import BY_NAME
from efa_lod.sparql.frames import LONGEST_REMEMBERED
from efa_lod.sparql.pool import Facts
from efa_lod.sparql.workers import (
    BROKEN,
    BUSY,
    CROWDED,
    GONE,
    KILLED,
    MEMORY,
    NOT_ACCEPTABLE,
    TIME,
    TOO_LARGE,
    Job,
    Limits,
    Reply,
)
from efa_lod.web.negotiation import accepted, takes_gzip

FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
MOST_REMEMBERED = 512
"""Requests that are remembered, so that they need not be read again."""
METHODS = "GET, HEAD, POST, OPTIONS"
TABLE_TYPES = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
}
"""Media types for the answer of SELECT and ASK, the preferred first, and the format that each means."""
BROADER_TYPES = {"application/json": "json", "application/xml": "xml", "text/xml": "xml"}
"""Broader types that clients name when they take the narrower one."""
GRAPH_TYPES = {BY_NAME[name].media_type: name for name in ("turtle", "n-triples", "rdf-xml", "json-ld")}
"""Media types for the answer of CONSTRUCT and DESCRIBE, the preferred first."""
SENT_TYPES = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "turtle": "text/turtle",
    "n-triples": "application/n-triples",
    "rdf-xml": "application/rdf+xml",
    "json-ld": "application/ld+json",
}
"""The Content-Type of each format."""


class RequestRefusal(Exception):
    """A request that gets no answer: *status*, one line that says why, also in *german* or not, and further headers."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None, german: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.german = german or message
        self.headers = dict(headers or {})


@dataclass(frozen=True)
class ProtocolRequest:
    """What a request asks: the *query*, its dataset, and a *format* by name where the address gives one."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str | None = None


def read_request(method: str, query_string: bytes, content_type: str, body: bytes) -> ProtocolRequest | None:
    """Return what a request asks, or None where it is a GET that asks nothing (SPARQL 1.1 Protocol, section 2.1)."""
    if method not in ("GET", "HEAD", "POST"):
        raise RequestRefusal(405, f"{method} is no way to ask; use GET or POST", {"Allow": METHODS})
    media_type, charset = _content_type(content_type)
    if method != "POST":
        asked = _parameters(query_string)
        return _asked(asked) if asked else None
    if charset not in ("", "utf-8", "utf8"):
        raise RequestRefusal(415, f"the charset {charset} is not understood; send UTF-8")
    if media_type == FORM:
        return _asked(_parameters(body))
    if media_type == DIRECT:
        return _asked([*_parameters(query_string), ("query", _text(body))])
    hint = " – this endpoint only reads" if media_type == "application/sparql-update" else ""
    raise RequestRefusal(415, f"Content-Type: expected {FORM} or {DIRECT}, found '{media_type}'{hint}")


@dataclass(frozen=True)
class PreparedRequest:
    """A request for an answer: the *job* that gives it, and the *mark* by which the answer is known again."""

    job: Job
    mark: str


class Requests:
    """Reads requests to an endpoint over a graph; remembers the last short ones, which are likely to come again."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._remembered = lru_cache(maxsize=MOST_REMEMBERED)(self._read)

    def read(self, method: str, query_string: bytes, body: bytes, headers: Mapping[str, str]) -> PreparedRequest | None:
        """Return what a request asks, or None where it asks nothing; raise RequestRefusal where it cannot be read."""
        said = headers.get("content-type", ""), headers.get("accept", "*/*"), headers.get("accept-encoding", "")
        is_short = len(query_string) + len(body) + sum(map(len, said)) <= LONGEST_REMEMBERED
        return (self._remembered if is_short else self._read)(method, query_string, body, *said)

    def _read(
        self, method: str, query_string: bytes, body: bytes, content_type: str, accept: str, accept_encoding: str
    ) -> PreparedRequest | None:
        asked = read_request(method, query_string, content_type, body)
        if asked is None:
            return None
        job = job_of(asked, accept, accept_encoding, self._facts)
        return PreparedRequest(job, etag(job, self._facts.identity))


def _content_type(value: str) -> tuple[str, str]:
    """Return media type and charset, both in small letters."""
    media_type, *parameters = value.lower().split(";")
    pairs = dict(part.strip().partition("=")[::2] for part in parameters)
    return media_type.strip(), pairs.get("charset", "").strip('"')


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise RequestRefusal(400, f"the query is not UTF-8, at byte {error.start}") from error


def _parameters(data: bytes) -> list[tuple[str, str]]:
    try:
        text = data.decode("ascii")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=100)
    except UnicodeDecodeError as error:
        raise RequestRefusal(400, "the parameters are not URL-encoded UTF-8") from error
    except ValueError as error:
        raise RequestRefusal(400, f"the parameters cannot be read: {error}") from error


def _asked(parameters: Sequence[tuple[str, str]]) -> ProtocolRequest | None:
    """Return what *parameters* ask; other names than those of the protocol are nothing to us."""
    values: dict[str, list[str]] = {}
    for name, value in parameters:
        values.setdefault(name, []).append(value)
    if "update" in values:
        raise RequestRefusal(400, "update is refused: this endpoint only reads")
    queries = values.get("query", [])
    if len(queries) != 1:
        raise RequestRefusal(400, f"expected one query, found {len(queries) or 'none'}")
    formats = values.get("format", [None])
    if formats[0] not in (None, *SENT_TYPES):
        raise RequestRefusal(400, f"format: expected one of {', '.join(SENT_TYPES)}, found '{formats[0]}'")
    graphs = tuple(values.get("default-graph-uri", [])), tuple(values.get("named-graph-uri", []))
    return ProtocolRequest(queries[0], *graphs, formats[0])


_TABLE_NAMES = {**TABLE_TYPES, **BROADER_TYPES}
_TABLE_OFFER, _GRAPH_OFFER = tuple(TABLE_TYPES), tuple(GRAPH_TYPES)


def job_of(asked: ProtocolRequest, accept: str, accept_encoding: str, facts: Facts) -> Job:
    """Return the job that answers *asked* in the formats that the client takes."""
    for graph in (*asked.default_graphs, *asked.named_graphs):
        if graph not in facts.graphs:
            served = ", ".join(facts.graphs) or "none but the default graph"
            raise RequestRefusal(400, f"the graph <{graph}> is not served; named graphs here: {served}")
    table, graph_format = _formats(asked.format, accept)
    if table is None and graph_format is None:
        raise RequestRefusal(406, _not_acceptable((*_TABLE_OFFER, *_GRAPH_OFFER)))
    compress = takes_gzip(accept_encoding)
    return Job(asked.query, table, graph_format, asked.default_graphs, asked.named_graphs, compress)


def _formats(name: str | None, accept: str) -> tuple[str | None, str | None]:
    """Return the formats for a table and for a graph that a client takes, by *name* or by media type."""
    if name:
        return (name if name in FORMATS_OF_TABLES else None), (name if name in FORMATS_OF_GRAPHS else None)
    table, graph_type = accepted(accept, tuple(_TABLE_NAMES)), accepted(accept, _GRAPH_OFFER)
    return _TABLE_NAMES[table] if table else None, GRAPH_TYPES[graph_type] if graph_type else None


FORMATS_OF_TABLES, FORMATS_OF_GRAPHS = frozenset(TABLE_TYPES.values()), frozenset(GRAPH_TYPES.values())


def _not_acceptable(offered: Iterable[str]) -> str:
    return f"Accept: none of the formats that can be sent: {', '.join(offered)}"


def etag(job: Job, identity: str) -> str:
    """Return the mark by which the answer of *job* over the graph of that *identity* is known again."""
    parts = (identity, job.table_format, job.graph_format, job.default_graphs, job.named_graphs, job.query)
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def refusal(reply: Reply, job: Job, limits: Limits) -> RequestRefusal:
    """Return what a client is told whose query has no answer."""
    if reply.status == NOT_ACCEPTABLE:
        return RequestRefusal(406, _not_acceptable(_GRAPH_OFFER if reply.body == b"graph" else _TABLE_OFFER))
    status, message, headers = _REFUSALS[reply.status]
    said, _, german = reply.body.decode("utf-8", "replace").partition("\n")
    facts = {
        "said": said,
        "seconds": f"{limits.seconds:g}",
        "memory": limits.memory >> 20,
    }
    return RequestRefusal(status, message.format_map(facts), headers, german)


_AGAIN = {"Retry-After": "5"}
_REFUSALS: Mapping[str, tuple[int, str, Mapping[str, str]]] = {
    BROKEN: (400, "{said}", {}),
    TIME: (504, "stopped after {seconds} s, the time limit: there is no answer – ask for less, or use LIMIT", {}),
    MEMORY: (
        507,
        "stopped: it needed more than the {memory} MiB of memory that a query may use, or is nested too deep – there is"
        " no answer",
        {},
    ),
    TOO_LARGE: (507, "the answer has more than {said}, the limit: nothing is sent – use LIMIT and OFFSET", {}),
    CROWDED: (503, "stopped to make room for shorter queries, since many long ones run – try again later", _AGAIN),
    BUSY: (503, "too many queries wait – try again later", _AGAIN),
    KILLED: (503, "the process that answers was ended from outside: there is no answer – try again later", _AGAIN),
    GONE: (503, "the service is ending – try again later", _AGAIN),
}
"""Status, message and headers for each way a query can end without an answer."""
