"""Tell what a benchmark of scale found: tables and targets as Markdown, cost and memory as a drawing (SVG).

Usage: python tests/benchmarks/report.py scale.json [-o scale.svg]
"""

import argparse
import dataclasses
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

BUILD, MAP, VALIDATE, LIMIT = "build", "map", "validate", "limit"
TASKS = {
    BUILD: "Validated, and written in all RDF formats",
    MAP: "Mapping alone: JSON records to N-Triples, not validated",
    VALIDATE: "Validation alone",
    LIMIT: "What the machine can do at best",
}
"""What is measured, and how the report calls it."""

SCRIPT, SHACL_SCRIPT = "rdflib + pySHACL script", "pySHACL script"
MORPH, OXIGRAPH = "Morph-KGC", "Oxigraph convert"
CAT, READING, FORMATTING = "cat", "reading JSON Lines", "string formatting to N-Triples"


def ours(jobs: int, engine: str = "") -> str:
    """Return how a run of efa-lod on *jobs* processes, with an *engine* for SHACL if any, is called."""
    return " ".join(["efa-lod", *([f"--engine {engine}"] if engine else []), f"--jobs {jobs}"])


@dataclass(frozen=True)
class Measured:
    """What a *contender* took for a *task* with some *records*: medians of its *runs*; or the *reason* for none.

    See ``usage.Usage`` for the figures; *output* are the megabytes of the files it left.
    """

    task: str
    contender: str
    records: int
    runs: int = 0
    seconds: float = 0.0
    processor: float = 0.0
    megabytes: float = 0.0
    read: float = 0.0
    written: float = 0.0
    output: float = 0.0
    reason: str = ""

    @property
    def cost(self) -> float:
        """Return the microseconds for each record."""
        return self.seconds / self.records * 1e6


@dataclass(frozen=True)
class Target:
    """A *figure* of *one* run, held against that of the *other* or, without one, by itself, is at least or most *aim*.

    Runs are named by task, contender and number of records. What *less* took is no part of what the other took.
    """

    text: str
    one: tuple[str, str, int]
    aim: float
    other: tuple[str, str, int] | None = None
    figure: str = "seconds"
    at_least: bool = False
    less: tuple[str, str, int] | None = None

    def line(self, found: dict[tuple[str, str, int], Measured]) -> str:
        """Return a line of the table: the target, what it is here, and whether that reaches it."""
        sides = [found.get(side) for side in (self.one, self.other, self.less) if side]
        values = [getattr(side, self.figure) for side in sides if side and not side.reason]
        aim = f"{'≥' if self.at_least else '≤'} {self.aim:g}"
        if len(values) < len(sides):
            return f"| {self.text} | {aim} | – | not measured |"
        value = values[0] / (values[1] - sum(values[2:])) if self.other else values[0]
        reached = value >= self.aim if self.at_least else value <= self.aim
        return f"| {self.text} | {aim} | {_short(value)} | {'reached' if reached else '**missed**'} |"


FAST, CAREFUL = ours(2, "auto"), ours(2, "pyshacl")
TARGETS = (
    Target(
        "10,000 records built, two processes: times as fast as the rdflib + pySHACL script",
        (BUILD, SCRIPT, 10_000), 60, (BUILD, FAST, 10_000), at_least=True,
    ),
    Target(
        "the same with pySHACL as the engine",
        (BUILD, SCRIPT, 10_000), 4, (BUILD, CAREFUL, 10_000), at_least=True,
    ),
    Target(
        "100,000 records built, two processes: times the plain writing of the N-Triples, reading not counted",
        (BUILD, FAST, 100_000), 5, (LIMIT, FORMATTING, 100_000), less=(LIMIT, READING, 100_000),
    ),
    Target(
        "100,000 records mapped, two processes: times as fast as Morph-KGC",
        (MAP, MORPH, 100_000), 5, (MAP, ours(2), 100_000), at_least=True,
    ),
    Target(
        "cost per record of a build at 1,000,000 records: times that at 10,000",
        (BUILD, FAST, 1_000_000), 1.15, (BUILD, FAST, 10_000), figure="cost",
    ),
    Target(
        "peak memory of that build, all processes together, in MB",
        (BUILD, FAST, 1_000_000), 200, figure="megabytes",
    ),
    Target(
        "peak memory at 1,000,000 records: times that at 10,000",
        (BUILD, FAST, 1_000_000), 1.1, (BUILD, FAST, 10_000), figure="megabytes",
    ),
    Target(
        "100,000 records built on two processes: times as fast as on one",
        (BUILD, ours(1, "auto"), 100_000), 1.85, (BUILD, FAST, 100_000), at_least=True,
    ),
    Target(
        "10,000 records validated, two processes: times as fast as pySHACL",
        (VALIDATE, SHACL_SCRIPT, 10_000), 40, (VALIDATE, FAST, 10_000), at_least=True,
    ),
    Target(
        "the same on one process",
        (VALIDATE, SHACL_SCRIPT, 10_000), 30, (VALIDATE, ours(1, "auto"), 10_000), at_least=True,
    ),
)  # fmt: skip


NOTE = """\
Figures are medians. Seconds are those on the clock; CPU seconds, peak memory (PSS) and megabytes read and written are
those of all processes together, pipes between them included. Memory is sampled; what ends within a tenth of a second
shows none."""


def markdown(found: Sequence[Measured], machine: str) -> str:
    """Return the report on *found* as Markdown; *machine* says where and with what it was measured."""
    lines = ["# Benchmark of scale", "", machine, "", "Targets:", "", *_targets(found), "", NOTE]
    for task, title in TASKS.items():
        of_task = [one for one in found if one.task == task]
        if of_task:
            lines += ["", f"## {title}", "", *_figures(of_task)]
    lines += ["", "## Microseconds for each record", "", *_costs(found)]
    left_out = [one for one in found if one.reason]
    if left_out:
        lines += ["", "## Left out", ""]
        lines += [f"- {one.contender}, {one.task}, {one.records:,} records: {one.reason}" for one in left_out]
    return "\n".join(lines) + "\n"


def _targets(found: Sequence[Measured]) -> Iterator[str]:
    by_name = {(one.task, one.contender, one.records): one for one in found}
    yield "| target | aim | here | |"
    yield "| --- | ---: | ---: | --- |"
    yield from (target.line(by_name) for target in TARGETS)


def _figures(found: Sequence[Measured]) -> Iterator[str]:
    """Yield a table with all figures, those of the same number of records together."""
    yield "| records | | seconds | CPU s | peak MB | read MB | written MB | files MB | records/s | runs |"
    yield "| ---: | --- |" + " ---: |" * 8
    for one in sorted((one for one in found if not one.reason), key=lambda one: one.records):
        figures = (one.seconds, one.processor, one.megabytes, one.read, one.written, one.output)
        cells = [f"{one.records:,}", one.contender, *map(_short, figures)]
        yield f"| {' | '.join(cells)} | {one.records / one.seconds:,.0f} | {one.runs} |"


def _costs(found: Sequence[Measured]) -> Iterator[str]:
    """Yield a table of the cost per record as the work grows."""
    sizes = sorted({one.records for one in found})
    yield f"| task | | {' | '.join(f'{size:,}' for size in sizes)} |"
    yield "| --- | --- |" + " ---: |" * len(sizes)
    for (task, contender), line in _lines(found):
        by_size = {one.records: f"{one.cost:,.0f}" for one in line}
        yield f"| {task} | {contender} | {' | '.join(by_size.get(size, '–') for size in sizes)} |"


def _lines(found: Iterable[Measured]) -> list[tuple[tuple[str, str], list[Measured]]]:
    """Return what was measured of each contender in each task, by number of records."""
    lines: dict[tuple[str, str], list[Measured]] = {}
    for one in found:
        if not one.reason:
            lines.setdefault((one.task, one.contender), []).append(one)
    order = list(TASKS)
    by_task = sorted(lines.items(), key=lambda item: order.index(item[0][0]))
    return [(name, sorted(line, key=lambda one: one.records)) for name, line in by_task]


def _short(value: float) -> str:
    """Return *value* with three digits that count, or all before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}" if value else "–"


_COLOURS = ("#0b5394", "#b45f06", "#38761d", "#990000", "#674ea7", "#134f5c", "#741b47", "#7f6000", "#444444")
_WIDTH, _HEIGHT, _LEFT, _TOP, _LEGEND = 420, 300, 70, 50, 300


@dataclass(frozen=True)
class _Panel:
    """A drawing with logarithmic axes; both ends of each are powers of ten."""

    title: str
    figure: str
    left: int
    ends: tuple[float, float]
    tops: tuple[float, float]

    def point(self, one: Measured) -> tuple[float, float]:
        """Return where *one* stands."""
        return self.x(one.records), self.y(getattr(one, self.figure))

    def x(self, records: float) -> float:
        """Return how far right a number of records stands."""
        return self.left + _WIDTH * _part(records, self.ends)

    def y(self, value: float) -> float:
        """Return how far down a value stands."""
        return _TOP + _HEIGHT * (1 - _part(value, self.tops))


def svg(found: Sequence[Measured]) -> str:
    """Return a drawing of cost per record and of peak memory as the number of records grows."""
    lines = [(name, line) for name, line in _lines(found) if name[0] != LIMIT or name[1] == FORMATTING]
    panels = [
        _panel("Microseconds for each record", "cost", _LEFT, lines),
        _panel("Peak memory in MB, all processes", "megabytes", 2 * _LEFT + _WIDTH, lines),
    ]
    width, height = 2 * (_LEFT + _WIDTH) + 20 + _LEGEND, max(_TOP + _HEIGHT + 50, _TOP + 20 * len(lines) + 20)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' font-family="sans-serif" font-size="12" role="img" aria-labelledby="title">',
        '<title id="title">Cost per record and peak memory by number of records, logarithmic</title>',
        f'<rect width="{width}" height="{height}" fill="white"/>',
    ]
    for panel in panels:
        parts += _axes(panel)
        for number, (_, line) in enumerate(lines):
            parts += _line(number, [panel.point(one) for one in line if getattr(one, panel.figure)])
    for number, (name, _) in enumerate(lines):
        x, y = width - _LEGEND, _TOP + 20 * number
        parts += _line(number, [(x, y), (x + 30, y)])
        parts.append(f'<text x="{x + 38}" y="{y + 4}">{escape(f"{name[0]}: {name[1]}")}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(title: str, figure: str, left: int, lines: Iterable[tuple[object, list[Measured]]]) -> _Panel:
    points = [one for _, line in lines for one in line if getattr(one, figure)]
    ends, tops = ([float(getattr(one, axis)) for one in points] for axis in ("records", figure))
    return _Panel(title, figure, left, _powers(ends or [1.0]), _powers(tops or [1.0]))


def _powers(values: Sequence[float]) -> tuple[float, float]:
    """Return the powers of ten between which *values* lie."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return 10.0**low, 10.0 ** max(high, low + 1)


def _part(value: float, ends: tuple[float, float]) -> float:
    """Return how far between *ends* a value lies, from 0 to 1."""
    return math.log(value / ends[0]) / math.log(ends[1] / ends[0])


def _axes(panel: _Panel) -> Iterator[str]:
    bottom, right = _TOP + _HEIGHT, panel.left + _WIDTH
    yield f'<text x="{panel.left}" y="{_TOP - 20}" font-weight="bold">{escape(panel.title)}</text>'
    yield f'<text x="{right}" y="{bottom + 36}" text-anchor="end">records</text>'
    for value in _decades(panel.ends):
        x = panel.x(value)
        yield f'<path d="M{x:.1f} {_TOP}V{bottom}" stroke="#ddd"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{value:,.0f}</text>'
    for value in _decades(panel.tops):
        y = panel.y(value)
        yield f'<path d="M{panel.left} {y:.1f}H{right}" stroke="#ddd"/>'
        yield f'<text x="{panel.left - 6}" y="{y + 4:.1f}" text-anchor="end">{value:,.10g}</text>'


def _decades(ends: tuple[float, float]) -> list[float]:
    return [10.0**power for power in range(round(math.log10(ends[0])), round(math.log10(ends[1])) + 1)]


def _line(number: int, points: Sequence[tuple[float, float]]) -> Iterator[str]:
    """Yield a line with a mark at each point; after the last colour, lines are dashed."""
    colour = _COLOURS[number % len(_COLOURS)]
    dashes = ' stroke-dasharray="6 3"' if number >= len(_COLOURS) else ""
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    yield f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'
    yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in points)


def save(found: Sequence[Measured], machine: str, file: Path) -> None:
    """Write *found* to *file*, from which the report can be made again."""
    content = {"machine": machine, "measured": [dataclasses.asdict(one) for one in found]}
    file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


def load(file: Path) -> tuple[list[Measured], str]:
    """Return what ``save`` wrote to *file*."""
    content = json.loads(file.read_text("utf-8"))
    return [Measured(**one) for one in content["measured"]], content["machine"]


def main() -> None:
    """Print the report on a saved benchmark, and draw it."""
    parser = argparse.ArgumentParser(description="Tell what a benchmark of scale found.")
    parser.add_argument("saved", type=Path, help="what scale.py saved")
    parser.add_argument("-o", "--svg", type=Path, help="where to draw")
    options = parser.parse_args()
    found, machine = load(options.saved)
    print(markdown(found, machine), end="")
    if options.svg:
        options.svg.write_text(svg(found), "utf-8")


if __name__ == "__main__":
    main()
