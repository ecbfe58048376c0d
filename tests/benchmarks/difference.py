"""Measure ``efa-lod diff`` between two dumps of a size: wall time and peak memory, for patches and for sentences.

python tests/benchmarks/difference.py 485558 10000000
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from benchmarks.measuring import Run, run  # noqa: E402

BASE = "https://example.org/"
CHANGED_EVERY = 1_009
"""Of how many statements one is another in the newer dump; prime, so that all kinds of statements change."""
MOST_CHANGED = 5_000
_BLOCK = 50_000


def write_pair(folder: Path, triples: int) -> tuple[Path, Path]:
    """Write two dumps of that many *triples* in no order, a few thousand of which differ, and return their paths."""
    every = max(CHANGED_EVERY, triples // MOST_CHANGED)
    paths = folder / "old.nt", folder / "new.nt"
    for is_new, path in enumerate(paths):
        with path.open("w", encoding="utf-8") as file:
            for start in range(0, triples, _BLOCK):
                block = range(start, min(start + _BLOCK, triples))
                file.writelines(_line(number, bool(is_new) and number % every == 0) for number in block)
    return paths


def _line(number: int, is_changed: bool) -> str:
    """Return a statement; those about one thing lie far from each other in the file."""
    thing = number * 7_919 % 1_000_003
    value = f"Wert {number}{' neu' if is_changed else ''}"
    return f'<{BASE}thing/{thing}> <{BASE}ontology#property{number % 11}> "{value}"@de .\n'


_PROGRAM = """
import sys
from efa_lod.cli import main
from efa_lod.io.line_sets import RUN_BYTES, SortedLines
SortedLines.__init__.__defaults__ = (int(sys.argv.pop(1)) or RUN_BYTES,)
try:
    main(prog_name="efa-lod")
except SystemExit as end:
    sys.exit(0 if end.code == 1 else 2)
"""
"""Compares as the command does, and ends with 0 where the dumps differ."""


def difference(folder: Path, format_: str, run_bytes: int = 0) -> Run:
    """Return what comparing the two dumps in *folder* took; so many bytes are sorted at a time, 0 for as ever."""
    options = ("diff", "old.nt", "new.nt", "--format", format_)
    return run([sys.executable, "-c", _PROGRAM, str(run_bytes), *options], folder)


def main(arguments: Sequence[str]) -> None:
    """Print a line for each number of triples and each format."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("triples", type=int, nargs="+")
    print(f"{'triples':>12} {'format':>14} {'seconds':>9} {'MB':>7}")
    for triples in parser.parse_args(arguments).triples:
        with TemporaryDirectory(prefix="efa-lod-") as folder:
            write_pair(Path(folder), triples)
            for format_ in ("rdf-patch", "text"):
                took = difference(Path(folder), format_)
                print(f"{triples:>12,} {format_:>14} {took.seconds:>9.1f} {took.megabytes:>7.0f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
