"""Ask a SPARQL 1.1 endpoint elsewhere, and take its answer only when it is whole.

Connections are :mod:`efa_lod.io.http`'s. An answer that broke off must not pass for a shorter one: its length is
compared with the one announced, and where none is, only formats that say themselves where they end are read.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from http.client import responses
from typing import cast
from urllib.parse import urlencode

import pyoxigraph as ox

from efa_lod.errors import masked
from efa_lod.io.fetch_policy import FetchPolicy, host_of
from efa_lod.io.http import Fetcher, HttpResponse
from efa_lod.io.limits import refuse_deep_json, refuse_harmful_xml
from efa_lod.io.messages import Messages, reason
from efa_lod.sparql.answers import EngineAnswer
from efa_lod.sparql.guard import undeclared_prefixes

_ERRORS = Messages(__file__, "errors")

USER_AGENT = "efa-lod (https://w3id.org/efa-lod/)"
MAX_ANSWER_BYTES = 512 * 1024 * 1024
_ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9"
_SELF_ENDING = ("json", "xml")
"""How the media types of formats end that say themselves where they end: a closing bracket, a closing tag."""


def fetch_answer(
    url: str, query: str, prefixes: Mapping[str, str], seconds: float = 60, language: str = "en"
) -> EngineAnswer:
    """Return what the endpoint at *url* answers within *seconds*: solutions, a truth value or triples.

    Prefixes that *query* uses undeclared are declared. Redirects are not followed; what
    is refused is told in *language* where the endpoint can. Raise BrokenInput when there is no
    answer that can be read, or only a part of one.
    """
    if not re.match(r"https?://[^/\s]+", url):
        raise _ERRORS.broken("no-endpoint", found=masked(url))
    form = urlencode({"query": with_declarations(query, prefixes)}).encode()
    headers = {"Accept": _ACCEPT, "Content-Type": "application/x-www-form-urlencoded", "Accept-Language": language}
    with Fetcher(_manners(url, seconds)) as fetcher:
        found = fetcher.post(url, form, MAX_ANSWER_BYTES, headers)
    if 300 <= found.status < 400:
        target = masked(found.headers.get("location", "nowhere"))
        raise _ERRORS.broken("endpoint-redirects", url, target=target)
    if found.status >= 400:
        said = " ".join(found.content.decode("utf-8", "replace").split())
        raise _ERRORS.broken(
            "endpoint-refuses", url, status=found.status, phrase=responses.get(found.status, ""), words=said[:300]
        )
    _refuse_unknown_end(found)
    return _read_answer(url, found.media_type, found.content)


def _manners(url: str, seconds: float) -> FetchPolicy:
    """Return how to ask: once, at the host that the user has named and at no private one besides."""
    return FetchPolicy(USER_AGENT, seconds, tries=1, pause=0, named=frozenset([host_of(url)]), robots=False)


def _refuse_unknown_end(found: HttpResponse) -> None:
    """Raise BrokenInput when nothing tells whether the answer is whole (RFC 9112, 6.3, 8)."""
    announced = "content-length" in found.headers or "chunked" in found.headers.get("transfer-encoding", "").lower()
    if not announced and not found.media_type.endswith(_SELF_ENDING):
        raise _ERRORS.broken("endpoint-no-end", found.url, media_type=found.media_type)


def with_declarations(query: str, prefixes: Mapping[str, str]) -> str:
    """Return *query* with declarations of those of *prefixes* that it uses and does not declare."""
    needed = undeclared_prefixes(query) & set(prefixes)
    return "".join(f"PREFIX {name}: <{prefixes[name]}>\n" for name in sorted(needed)) + query


def _read_through(body: bytes, format_: ox.QueryResultsFormat) -> None:
    """Read all of *body*.

    Solutions may not end in another thread than they began in, as they would with an error that keeps them: they have
    no name here.
    """
    if not isinstance(ox.parse_query_results(body, format=format_), ox.QueryBoolean):
        deque(cast(Iterator[object], ox.parse_query_results(body, format=format_)), maxlen=0)


def _read_answer(url: str, media_type: str, body: bytes) -> EngineAnswer:
    """Return the answer, all of which has been read once: the engine reads on demand, and finds its end late."""
    try:
        if media_type.endswith("json"):
            refuse_deep_json(body, url)
        elif media_type.endswith("xml"):
            refuse_harmful_xml(body, url)
        if results := ox.QueryResultsFormat.from_media_type(media_type):
            _read_through(body, results)
            return ox.parse_query_results(body, format=results)
        if syntax := ox.RdfFormat.from_media_type(media_type):
            return [quad.triple for quad in ox.parse(body, format=syntax, base_iri=url)]
    except (SyntaxError, ValueError) as error:
        raise _ERRORS.broken("endpoint-unreadable", url, media_type=media_type, reason=reason(error)) from error
    raise _ERRORS.broken("endpoint-no-answer", url, media_type=media_type or ("no media type", "kein Medientyp"))
