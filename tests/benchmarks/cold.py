"""Measure what a person waits for: cold starts of ``efa-lod``, side by side with the plain way of doing the same.

Usage: python tests/benchmarks/cold.py [--rounds N] [--query NAME]
"""

import argparse
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from benchmarks.measuring import Command, Run, medians  # noqa: E402
from engines.jena import arq  # noqa: E402

PUBLICATION = HERE.parents[1]
PYTHON = sys.executable
OURS = "efa-lod"


@dataclass(frozen=True)
class Target:
    """At most *times* what the peer takes; or, without a peer, at most *megabytes*."""

    peer: str = ""
    times: float = 0.0
    megabytes: float = 0.0


@dataclass(frozen=True)
class Group:
    """Commands that are measured in turn; the first is efa-lod, the others are what it is held against."""

    title: str
    commands: Mapping[str, Command]
    targets: tuple[Target, ...]


def groups(work: Path, query: str) -> Iterator[Group]:
    """Yield what is measured, after a build to *work* that the queries are asked of."""
    efa_lod = shutil.which(OURS, path=str(Path(PYTHON).parent)) or shutil.which(OURS) or ""
    command: Command = [efa_lod] if efa_lod else [PYTHON, "-m", "efa_lod"]
    graph, query_file = work / "dist" / "efa-lod-graph.ttl", PUBLICATION / "data/queries" / f"{query}.rq"
    imports = "import rdflib, pyshacl"
    yield Group(
        "build of the 16 records",
        {
            f"{OURS} build": [*command, "build", "-o", work / "dist"],
            f'python -c "{imports}"': [PYTHON, "-c", imports],
            "rdflib + pySHACL script": [PYTHON, HERE / "peer_build.py", PUBLICATION, work / "peer"],
        },
        (Target(f'python -c "{imports}"', times=2), Target(megabytes=80)),
    )
    yield Group(
        "help",
        {f"{OURS} --help": [*command, "--help"], 'python -c "import click"': [PYTHON, "-c", "import click"]},
        (Target('python -c "import click"', times=2),),
    )
    peers: dict[str, Command] = {"rdflib script": [PYTHON, HERE / "peer_query.py", graph, query_file]}
    targets = [Target("rdflib script", times=1 / 4)]
    if jena := arq(work):
        peers["Jena arq"] = [*jena, "--data", graph, "--query", query_file, "--results", "CSV"]
        targets.append(Target("Jena arq", times=1 / 10))
    ours = [*command, "query", "--name", query, "--graph", graph, "--format", "csv"]
    yield Group(f"query {query} over the graph file", {f"{OURS} query": ours, **peers}, tuple(targets))


def table(group: Group, runs: Mapping[str, Run]) -> Iterator[str]:
    """Yield the lines of a table with what each command took, and how efa-lod stands to its targets."""
    first = next(iter(runs))
    yield f"{group.title:<44}  seconds  {OURS + ' is':>12}  peak MB"
    for name, one in runs.items():
        ratio = f"{runs[first].seconds / one.seconds:8.2f} times" if name != first else " " * 14
        yield f"  {name:<42}  {one.seconds:7.3f}  {ratio}  {one.megabytes:7.1f}"
    for target in group.targets:
        if target.peer:
            reached = runs[first].seconds / runs[target.peer].seconds
            aim = f"at most {target.times:.2g} times {target.peer}: {reached:.2f}"
        else:
            reached = runs[first].megabytes
            aim = f"at most {target.megabytes:.0f} MB: {reached:.1f}"
        yield f"  {'reached' if reached <= (target.times or target.megabytes) else 'MISSED '} – {aim}"
    yield ""


def statements(file: Path) -> list[str]:
    """Return the lines of an N-Triples file, sorted, without regard to case: rdflib writes hexBinary in its own."""
    return sorted(file.read_text("utf-8").casefold().splitlines())


def main() -> None:
    """Measure, and print a table for each group."""
    parser = argparse.ArgumentParser(description="Measure cold starts of efa-lod beside the plain way.")
    parser.add_argument("--rounds", type=int, default=9, help="runs of each command, of which the median counts [9]")
    parser.add_argument("--query", default="who-pays", help="the named query to ask [who-pays]")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.platform()}, median of {options.rounds} runs in turn\n")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for group in groups(work, options.query):
            print("\n".join(table(group, medians(group.commands, work, options.rounds))), flush=True)
        same = statements(work / "dist/efa-lod.nt") == statements(work / "peer/efa-lod.nt")
        print(f"The script wrote {'the same triples' if same else 'OTHER TRIPLES THAN'} as {OURS} build.")
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
