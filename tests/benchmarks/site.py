"""Measure the site: what its pages add to a build, how large they are, and how soon a telephone shows them.

Usage: python tests/benchmarks/site.py [--records N]... [--rounds N] [--no-browser]

Builds with and without pages are taken in turn, and told in seconds of the processor, so that a busy machine is unfair
to neither. Pages are shown by Chromium as a telephone of the middle class on a slow network shows them, which is what
Lighthouse calls mobile: a screen of 412 by 823, a processor slowed down four times, 1.6 Mbit/s and 150 ms each way and
back, nothing kept from before; `efa-lod serve` sends them.
"""

import argparse
import contextlib
import json
import platform
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from benchmarks.measuring import Command, medians  # noqa: E402
from support import generator  # noqa: E402

PYTHON = sys.executable
BEYOND, LARGEST = 0.5, 120_000
"""Most seconds that the pages of 16 states may add to a build, and most bytes of a page."""
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
SCREEN = {"width": 412, "height": 823, "deviceScaleFactor": 1.75, "mobile": True}
PAGES = ("", "state/sh.html", "comparison.html", "find.html")
GOOD = {"paint": 2500, "shift": 0.1}
"""What counts as good: milliseconds to the largest contentful paint, the score of layout shifts (web.dev/vitals)."""
_PAINTED = """
const done = arguments[0], found = {paint: 0, shift: 0};
const see = (type, take) =>
  new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({type, buffered: true});
see("largest-contentful-paint", (one) => { found.paint = Math.max(found.paint, one.startTime); });
see("layout-shift", (one) => { if (!one.hadRecentInput) found.shift += one.value; });
setTimeout(() => {
  const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  done({...found, requests: all.length, bytes: all.reduce((sum, one) => sum + one.transferSize, 0)});
}, 500);
"""


@dataclass(frozen=True)
class Built:
    """What pages of so many generated *records* beside the 16 states add: seconds, megabytes at most, and files."""

    records: int
    without: float
    seconds: float
    megabytes: float
    files: int

    def __str__(self) -> str:
        each = f", {1000 * (self.seconds - self.without) / self.records:.2f} ms a record" if self.records else ""
        return (
            f"  {16 + self.records:>7,} records  {self.without:7.2f} s  {self.seconds - self.without:+7.2f} s{each}"
            f"  ({self.files:,} files, {self.megabytes:.0f} MB)"
        )


def built(work: Path, records: int, rounds: int) -> Built:
    """Build with and without pages, in turn, and return what that took."""
    command: Command = [PYTHON, "-m", "efa_lod", "build"]
    more: Command = []
    if records:
        file = work / f"records-{records}.jsonl"
        file.write_bytes(b"".join(generator.lines(records, seed=1)))
        more = [file]
    with_site, without = work / f"dist-{records}", work / "data"
    commands = {
        "with": [*command, "-o", with_site, *more],
        "without": [*command, "--no-site", "-o", without, *more],
    }
    found = medians(commands, work, rounds)
    files = len(json.loads((with_site / "build.json").read_bytes())["files"])
    return Built(records, found["without"].processor, found["with"].processor, found["with"].megabytes, files)


def pages(folder: Path) -> Iterator[str]:
    """Yield what is to be said of the sizes of the pages in *folder*."""
    sizes = sorted(
        ((file.stat().st_size, str(file.relative_to(folder))) for file in folder.rglob("*.html")), reverse=True
    )
    middle = statistics.median(size for size, _ in sizes)
    yield f"{len(sizes):,} pages, median {middle / 1000:.0f} kB; the largest:"
    yield from (f"  {size / 1000:6.1f} kB  {path}" for size, path in sizes[:4])
    yield f"  {'reached' if sizes[0][0] < LARGEST else 'MISSED '} – all below {LARGEST / 1000:.0f} kB"


def shown(folder: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield for each of ``PAGES`` what Chromium needs to show it, as a telephone."""
    from support.serving import serving
    from support.sites import chromium

    with serving("--site", folder, "--graph", folder / "efa-lod-graph.ttl") as server:
        for page in PAGES:
            with chromium() as browser:
                browser.execute_cdp_cmd("Network.enable", {})
                browser.execute_cdp_cmd("Network.emulateNetworkConditions", SLOW)
                browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", SCREEN)
                browser.execute_cdp_cmd("Emulation.setCPUThrottlingRate", {"rate": 4})
                browser.get(server.address + page)
                yield page or "start page", browser.execute_async_script(_PAINTED)


def table(figures: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield the lines of a table of what the browser needed."""
    yield f"{'page':<24} {'largest paint':>14} {'layout shift':>13} {'requests':>9} {'received':>9}"
    for page, one in figures.items():
        good = all(one[name] <= most for name, most in GOOD.items())
        shown_in = f"{page:<24} {one['paint']:>11.0f} ms {one['shift']:>13.3f}"
        yield f"{shown_in} {one['requests']:>9} {one['bytes'] / 1000:>6.1f} kB  {'good' if good else 'MISSED'}"


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(description="Measure the pages of efa-lod.")
    parser.add_argument("--records", type=int, action="append", default=[], help="generated records beside the 16 [0]")
    parser.add_argument("--rounds", type=int, default=5, help="builds of each kind, of which the median counts [5]")
    parser.add_argument("--no-browser", action="store_true", help="measure builds and sizes alone")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.platform()}, median of {options.rounds} builds in turn\n")
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(BrokenPipeError):
        work = Path(folder)
        print("build, in seconds of the processor: the data alone, and what the pages add")
        for records in [0, *options.records]:
            found = built(work, records, options.rounds)
            print(found, flush=True)
            if not records:
                beyond = found.seconds - found.without
                print(f"  {'reached' if beyond < BEYOND else 'MISSED '} – pages of 16 states in less than {BEYOND} s")
        print("", *pages(work / "dist-0"), "", sep="\n", flush=True)
        if not options.no_browser:
            if not (shutil.which("chromium") and shutil.which("chromedriver")):
                sys.exit("chromium and chromedriver are not installed – leave them out with --no-browser")
            print("\n".join(table(dict(shown(work / "dist-0")))))


if __name__ == "__main__":
    main()
