"""Write the releases as a Linked Data Event Stream of static pages (LDES, SEMIC 2026; TREE).

A page for each release: its members are the things that it created, updated or deleted, their statements in a named
graph each. Terms, shapes and named queries that changed are members without statements, with a sentence about it: what
is said of them stands in the ontology and the shapes, which are no part of the data. All is kept, so no retention is
stated. A page is immutable once the next release is out.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from efa_lod.model.expansion import literal
from efa_lod.releases.atom import entry_id
from efa_lod.releases.issued import IssuedRelease
from efa_lod.releases.wording import TONGUES, Wording

STREAM_FILE = "changes/stream.trig"
TRIG_TYPE = "application/trig"
POLLING_S = 86_400
_PREFIXES = (
    "@prefix as: <https://www.w3.org/ns/activitystreams#> .\n"
    "@prefix ldes: <https://w3id.org/ldes#> .\n"
    "@prefix tree: <https://w3id.org/tree#> .\n"
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
)


def stream_page_path(one: IssuedRelease) -> str:
    """Return the path of the page of a release."""
    return f"changes/{one.version}.trig"


def _stream(base: str) -> str:
    return f"<{base}{STREAM_FILE}#stream>"


def stream_root(base: str, releases: Sequence[IssuedRelease]) -> Iterator[bytes]:
    """Yield the first page of the stream: what it is, and where its pages are."""
    root = f"<{base}{STREAM_FILE}>"
    yield _PREFIXES.encode()
    yield (
        f"\n{_stream(base)}\n    a ldes:EventStream ;\n    ldes:timestampPath as:published ;\n"
        "    ldes:versionOfPath as:object ;\n    ldes:versionCreateObject as:Create ;\n"
        "    ldes:versionUpdateObject as:Update ;\n    ldes:versionDeleteObject as:Delete ;\n"
        f"    ldes:pollingInterval {POLLING_S} ;\n    tree:view {root} .\n\n{root} a tree:Node .\n"
    ).encode()
    for one, following in pairwise([*releases, None]):
        assert one is not None
        yield _relation(base, root, one, "GreaterThanOrEqualToRelation", one.moment, "from")
        if following:
            yield _relation(base, root, one, "LessThanRelation", following.moment, "before")


def _relation(base: str, root: str, one: IssuedRelease, kind: str, moment: str, name: str) -> bytes:
    node = f"<{base}{STREAM_FILE}#{name}-{one.version}>"
    return (
        f"{root} tree:relation {node} .\n{node} a tree:{kind} ; tree:node <{base}{stream_page_path(one)}> ;"
        f' tree:path as:published ; tree:value "{moment}"^^xsd:dateTime .\n'
    ).encode()


def stream_page(base: str, one: IssuedRelease, is_last: bool, wording: Wording) -> Iterator[bytes]:
    """Yield the page of a release; *is_last* tells that no other release is out yet."""
    page = f"<{base}{stream_page_path(one)}>"
    yield _PREFIXES.encode()
    yield f"\n{_stream(base)} tree:view <{base}{STREAM_FILE}> .\n{page} a tree:Node .\n".encode()
    if not is_last:
        yield f"{page} ldes:immutable true .\n".encode()
    for thing, lines in one.things.items():
        member = f"<{entry_id(base, one, thing)}>"
        yield _member(base, one, one.activity(thing), thing).encode() + b" .\n"
        if lines:
            yield f"{member} {{\n".encode() + b"".join(line + b"\n" for line in lines) + b"}\n"
    for change in one.vocabulary:
        told = ", ".join(f"{literal(change.sentence(wording, language))}@{language}" for language in TONGUES)
        yield f"{_member(base, one, change.activity, base + change.iri)} ; as:summary {told} .\n".encode()


def _member(base: str, one: IssuedRelease, activity: str, iri: str) -> str:
    """Return that a release did to *iri* what *activity* names, without the end of the statement."""
    member = f"<{entry_id(base, one, iri)}>"
    return (
        f"\n{_stream(base)} tree:member {member} .\n{member} a as:{activity} ; as:object <{iri}> ;"
        f' as:published "{one.moment}"^^xsd:dateTime'
    )
