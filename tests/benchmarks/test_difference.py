"""The memory that a comparison takes does not grow with the size of the dumps."""

from pathlib import Path

from benchmarks.difference import difference, write_pair

MOST_MORE_MB = 12
"""Megabytes that eight times as many statements may take more: files that are merged, and what the system keeps."""
SORTED_AT_A_TIME = 1 << 20


def test_memory_does_not_grow_with_the_dumps(tmp_path: Path) -> None:
    """Dumps of eight times the size, which differ as much, are compared in the same memory."""
    peaks = {}
    for triples in (40_000, 320_000):
        folder = tmp_path / str(triples)
        folder.mkdir()
        write_pair(folder, triples)
        peaks[triples] = difference(folder, "rdf-patch", SORTED_AT_A_TIME).megabytes

    assert peaks[320_000] - peaks[40_000] < MOST_MORE_MB, peaks
