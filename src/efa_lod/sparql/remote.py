"""Ask a SPARQL 1.1 endpoint elsewhere, and take its answer only when it is whole.

Connections are :mod:`efa_lod.io.http`'s. An answer that broke off must not pass for a shorter one: its length is
compared with the one announced, and where none is, only formats that say themselves where they end are read.
"""

import re
from collections.abc import Mapping
from http.client import responses
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox

from efa_lod.errors import BrokenInput
from efa_lod.io.http import Answer, Fetcher, Manners, host_of, masked
from efa_lod.io.limits import refuse_deep_json, refuse_harmful_xml
from efa_lod.sparql.guard import undeclared_prefixes

USER_AGENT = "efa-lod (https://w3id.org/efa-lod/)"
MAX_ANSWER_BYTES = 512 * 1024 * 1024
_ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9"
_SELF_ENDING = ("json", "xml")
"""How the media types of formats end that say themselves where they end: a closing bracket, a closing tag."""


def fetch_answer(url: str, query: str, prefixes: Mapping[str, str], seconds: float = 60) -> Any:
    """Return what the endpoint at *url* answers within *seconds*: solutions, a truth value or triples.

    Prefixes that *query* uses undeclared are declared. Redirects are not followed. Raise BrokenInput when there is no
    answer that can be read, or only a part of one.
    """
    if not re.match(r"https?://[^/\s]+", url):
        raise BrokenInput(
            f"--endpoint: expected an address that starts with https:// or http://, found '{masked(url)}'"
        )
    form = urlencode({"query": with_declarations(query, prefixes)}).encode()
    headers = {"Accept": _ACCEPT, "Content-Type": "application/x-www-form-urlencoded"}
    with Fetcher(_manners(url, seconds)) as fetcher:
        found = fetcher.post(url, form, MAX_ANSWER_BYTES, headers)
    if 300 <= found.status < 400:
        target = masked(found.headers.get("location", "nowhere"))
        raise BrokenInput(f"{url}: redirects to {target}, which is not followed – ask that address if you trust it")
    if found.status >= 400:
        said = " ".join(found.content.decode("utf-8", "replace").split())
        raise BrokenInput(f"{url}: refused with {found.status} {responses.get(found.status, '')}: {said[:300]}")
    _refuse_unknown_end(found)
    return _read_answer(url, found.media_type, found.content)


def _manners(url: str, seconds: float) -> Manners:
    """Return how to ask: once, at the host that the user has named and at no private one besides."""
    return Manners(USER_AGENT, seconds, tries=1, pause=0, named=frozenset([host_of(url)]), robots=False)


def _refuse_unknown_end(found: Answer) -> None:
    """Raise BrokenInput when nothing tells whether the answer is whole (RFC 9112, 6.3, 8)."""
    announced = "content-length" in found.headers or "chunked" in found.headers.get("transfer-encoding", "").lower()
    if not announced and not found.media_type.endswith(_SELF_ENDING):
        raise BrokenInput(
            f"{found.url}: the answer says neither its length nor, as {found.media_type}, where it ends, so a part"
            " would look like the whole – the server must send Content-Length or chunks"
        )


def with_declarations(query: str, prefixes: Mapping[str, str]) -> str:
    """Return *query* with declarations of those of *prefixes* that it uses and does not declare."""
    needed = undeclared_prefixes(query) & set(prefixes)
    return "".join(f"PREFIX {name}: <{prefixes[name]}>\n" for name in sorted(needed)) + query


def _read_answer(url: str, media_type: str, body: bytes) -> Any:
    """Return the answer, all of which has been read once: the engine reads on demand, and finds its end late."""
    try:
        if media_type.endswith("json"):
            refuse_deep_json(body, url)
        elif media_type.endswith("xml"):
            refuse_harmful_xml(body, url)
        if results := ox.QueryResultsFormat.from_media_type(media_type):
            found = ox.parse_query_results(body, format=results)
            if isinstance(found, ox.QuerySolutions):
                for _ in found:
                    pass
            return ox.parse_query_results(body, format=results)
        if syntax := ox.RdfFormat.from_media_type(media_type):
            return [quad.triple for quad in ox.parse(body, format=syntax, base_iri=url)]
    except (SyntaxError, ValueError) as error:
        raise BrokenInput(f"{url}: the answer cannot be read as {media_type}: {error}") from error
    raise BrokenInput(f"{url}: expected an answer to a SPARQL query, found {media_type or 'no media type'}")
