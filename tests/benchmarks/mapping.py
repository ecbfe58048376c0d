"""Our mapping alone: what a build does to make N-Triples of records, and nothing else.

It reads, cuts into batches and shares work between processes as a build does; it validates, counts and keeps nothing.

Usage: python mapping.py RECORDS.jsonl OUT.nt JOBS
"""

import sys
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from efa_lod.build.batches import Piece, batches, process_pool
from efa_lod.model.context import read_context
from efa_lod.model.expansion import Expansion, n_triples
from efa_lod.model.publication import read_publication

EXPANSION = Expansion(read_context(read_publication()), strict=True)


def main(records: Path, out: Path, jobs: int) -> None:
    """Map *records* on as many processes as there are *jobs*."""
    with out.open("wb") as stream, process_pool(jobs) as workers:
        stream.writelines(workers.each(mapped, batches([str(records)]), str))


def mapped(pieces: Sequence[Piece]) -> bytes:
    """Return the N-Triples of a batch."""
    documents = chain.from_iterable(piece.documents() for piece in pieces)
    return n_triples(chain.from_iterable(EXPANSION(document.value) for document in documents)).encode()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
