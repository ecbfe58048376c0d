"""Probe whether the addresses in the catalogue answer with what it says of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from efa_lod.catalog.catalogue_context import PREFIXES
from efa_lod.errors import BrokenInput
from efa_lod.io.fetch_errors import NotFetched
from efa_lod.monitor.findings import (
    ProbeResult,
    bilingual,
    both,
    error_texts,
    needs_answers,
    outcome,
)
from efa_lod.monitor.probes.site_paths import CATALOGUE, MAX_LIST
from efa_lod.monitor.session import SiteCheckSession
from efa_lod.rdf.formats import TURTLE
from efa_lod.rdf.graphs import parsed_triples

if TYPE_CHECKING:
    import pyoxigraph as ox


_DCAT = PREFIXES["dcat"]
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


def probe_catalogue(session: SiteCheckSession) -> Iterator[ProbeResult]:
    """Look whether the addresses in the catalogue answer with what it says of them."""
    url = session.url(CATALOGUE)
    if not session.inventory.has(CATALOGUE):
        return
    try:
        answer = session.ask(url, most=MAX_LIST)
        triples = parsed_triples(answer.content, TURTLE.suffix, url, session.inventory.base_iri)
    except (NotFetched, BrokenInput) as error:
        readable = bilingual("einen lesbaren Katalog", "a catalogue that can be read")
        yield outcome("catalogue", url, False, readable, error_texts(error, url))
        return
    claims = sorted(_claims(triples))[: 10 * session.bounds.kind]
    yield from session.each(claims, lambda claim: _claim(session, *claim))


def _claims(triples: "Iterable[ox.Triple]") -> Iterator[tuple[str, str, str]]:
    """Yield the addresses of distributions with the media type and size that the catalogue says they have, if any."""
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if triple.predicate.value.startswith(_DCAT):
            value = getattr(triple.object, "value", "")
            said[str(triple.subject)][triple.predicate.value.removeprefix(_DCAT)].append(value)
    for one in said.values():
        media_type = next(iter(one["mediaType"]), "").removeprefix(_MEDIA_TYPES)
        size = next(iter(one["byteSize"]), "")
        yield from ((address, media_type, size) for address in one["downloadURL"])
        yield from ((address, "", "") for address in one["accessURL"] if address not in one["downloadURL"])


@needs_answers("catalogue")
def _claim(session: SiteCheckSession, address: str, media_type: str, size: str) -> Iterator[ProbeResult]:
    url = session.here(address) or address
    answer = session.look(url)
    length = answer.headers.get("content-length", "")
    wrong_type = bool(media_type) and answer.media_type.lower() != media_type
    wrong_size = bool(size) and bool(length) and length != size and "content-encoding" not in answer.headers
    expected = " ".join(["200", media_type, size and f"({size} B)"]).strip()
    found = " ".join([str(answer.status), answer.media_type, length and f"({length} B)"]).strip()
    good = answer.status == 200 and not wrong_type and not wrong_size
    yield outcome("catalogue", url, good, both(" ".join(expected.split())), both(" ".join(found.split())))
