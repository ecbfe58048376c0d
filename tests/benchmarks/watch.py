"""Measure what a maintainer waits for after an edit of one record: until it is checked, and until it is built.

Usage: python tests/benchmarks/watch.py [--rounds N]
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from efa_lod.build.watch_session import WatchSession
from efa_lod.model.results import Result

PUBLICATION = Path(__file__).parents[2]
GOALS = {"findings": 0.1, "build": 0.3}
"""Seconds after an edit."""


def timed(clock: Callable[[], float], folder: Path, rounds: int) -> dict[str, float]:
    """Return the medians by *clock* of a first build, and of the findings and the build after each of some edits."""
    told: list[float] = []

    def found(results: Sequence[Result]) -> None:
        told.append(clock())

    session = WatchSession(folder / "publication", None, folder / "out", found)
    start = clock()
    session.run(set())
    first = clock() - start
    file = folder / "publication/data/states/sh.yaml"
    text = file.read_text("utf-8")
    checked, built = [], []
    for number in range(rounds):
        file.write_text(text.replace("email: info", f"email: info{number}", 1), "utf-8")
        start = clock()
        session.run({file})
        checked.append(told[-1] - start)
        built.append(clock() - start)
    file.write_text(text, "utf-8")
    return {"first": first, "findings": statistics.median(checked), "build": statistics.median(built)}


def main() -> None:
    """Measure, and print what was reached."""
    parser = argparse.ArgumentParser(description="Measure what a maintainer waits for after an edit of one record.")
    parser.add_argument("--rounds", type=int, default=5, help="edits, of which the median counts [5]")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("data", "ontology", "shapes"):
            shutil.copytree(PUBLICATION / part, folder / "publication" / part)
        wall = timed(time.perf_counter, folder, options.rounds)
        processor = timed(time.process_time, folder, options.rounds)
    print(f"first build: {wall['first']:.2f} s, {processor['first']:.2f} s of the processor")
    for what, goal in GOALS.items():
        reached = "reached" if wall[what] <= goal else "MISSED "
        print(f"{reached} – {what} within {goal} s: {wall[what]:.2f} s, {processor[what]:.2f} s of the processor")


if __name__ == "__main__":
    main()
