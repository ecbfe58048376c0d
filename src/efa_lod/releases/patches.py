"""Write what changed for programs: RDF Patch, SPARQL Update, and the statements that went and came.

``changes.rdfp`` is RDF Patch 1.0 (afs.github.io/rdf-delta): removals first, so that a patch applied twice does no harm.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from uuid import UUID, uuid5

_SPACE = UUID("5f9a7c1e-3f4b-5c52-9a38-1d6de9f0a6c4")
MOST_DATA = 1_000
"""Most triples of one DELETE DATA or INSERT DATA; stores limit the size of an update."""


def state_id(digest: str) -> str:
    """Return the IRI of a set of statements with that *digest* of its content."""
    return f"urn:uuid:{uuid5(_SPACE, digest)}"


def rdf_patch(removed: Iterable[bytes], added: Iterable[bytes], before: str, after: str) -> Iterator[bytes]:
    """Yield an RDF Patch that makes of the statements with the digest *before* those with the digest *after*."""
    yield f"H id <{state_id(after)}> .\nH prev <{state_id(before)}> .\nTX .\n".encode()
    yield from (b"D " + line + b"\n" for line in removed)
    yield from (b"A " + line + b"\n" for line in added)
    yield b"TC .\n"


def sparql_update(removed: Iterable[bytes], added: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a SPARQL Update of the default graph: DELETE DATA, then INSERT DATA, of at most MOST_DATA triples each."""
    separator = b""
    for verb, lines in ((b"DELETE DATA {\n", iter(removed)), (b"INSERT DATA {\n", iter(added))):
        while part := list(islice(lines, MOST_DATA)):
            yield separator + verb + b"\n".join(part) + b"\n}"
            separator = b" ;\n"
    yield b"\n" if separator else b""
