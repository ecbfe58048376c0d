"""Measure what a person waits for: cold starts of ``efa-lod``, side by side with the plain way of doing the same.

Usage: python tests/benchmarks/cold.py [--rounds N] [--query NAME] [--only TITLE]

A target that is held makes the benchmark fail when efa-lod takes more than half above what the target allows, in time
of the processor: that of commands taken in turn is nearly the same on a busy machine.
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
    """At most *times* what the peer takes, held or not; or, without a peer, at most *megabytes*."""

    peer: str = ""
    times: float = 0.0
    megabytes: float = 0.0
    is_held: bool = False


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
    graph, store = work / "dist" / "efa-lod-graph.ttl", work / "store"
    query_file = PUBLICATION / "data/queries" / f"{query}.rq"
    imports = "import rdflib, pyshacl"
    yield Group(
        "build of the 16 records",
        {
            f"{OURS} build": [*command, "build", "-o", work / "dist", "--store", store],
            f'python -c "{imports}"': [PYTHON, "-c", imports],
            "rdflib + pySHACL script": [PYTHON, HERE / "peer_build.py", PUBLICATION, work / "peer"],
        },
        (Target(f'python -c "{imports}"', times=2), Target(megabytes=80)),
    )
    plain = {f'python -c "{imports}"': [PYTHON, "-c", imports]}
    clean, broken = PUBLICATION / "data/states/sh.yaml", work / "sh.yaml"
    broken.write_text(clean.read_text("utf-8").replace("email: info", "email: mailto:info", 1), "utf-8")
    check = [*command, "validate", "--publication", PUBLICATION]
    for title, file, times in (("a clean record", clean, 0.4), ("a record with a finding", broken, 1.5)):
        ours: Command = [*check, file] if file == clean else ["sh", "-c", '"$@"; test $? = 1', "sh", *check, file]
        yield Group(
            f"validate {title}",
            {f"{OURS} validate": ours, **plain},
            (Target(next(iter(plain)), times, is_held=True),),
        )
    click = {'python -c "import click"': [PYTHON, "-c", "import click"]}
    for title, ours in (("help", [*command, "--help"]), ("find", [*command, "find", "Kiel"])):
        yield Group(title, {f"{OURS} {title}": ours, **click}, (Target(next(iter(click)), times=1.5, is_held=True),))
    peers: dict[str, Command] = {"rdflib script": [PYTHON, HERE / "peer_query.py", graph, query_file]}
    targets = [Target("rdflib script", times=1 / 5, is_held=True)]
    if jena := arq(work):
        peers["Jena arq"] = [*jena, "--data", graph, "--query", query_file, "--results", "CSV"]
        targets.append(Target("Jena arq", times=1 / 10))
    ours = [*command, "query", "--name", query, "--format", "csv"]
    on_file = {f"{OURS} query": [*ours, "--graph", graph], **peers}
    yield Group(f"query {query} over the graph file", on_file, tuple(targets))
    on_store = {f"{OURS} query --store": [*ours, "--store", store], f"{OURS} query": [*ours, "--graph", graph]}
    yield Group(f"query {query} over a store", on_store, (Target(f"{OURS} query", times=1, is_held=True),))


def table(group: Group, runs: Mapping[str, Run]) -> Iterator[str]:
    """Yield the lines of a table with what each command took, and how efa-lod stands to its targets."""
    first = next(iter(runs))
    yield f"{group.title:<44}  seconds  {OURS + ' is':>12}  CPU s  peak MB"
    for name, one in runs.items():
        ratio = f"{runs[first].seconds / one.seconds:8.2f} times" if name != first else " " * 14
        yield f"  {name:<42}  {one.seconds:7.3f}  {ratio}  {one.processor:5.2f}  {one.megabytes:7.1f}"
    for target in group.targets:
        if target.peer:
            reached = runs[first].seconds / runs[target.peer].seconds
            processor = runs[first].processor / runs[target.peer].processor
            aim = f"at most {target.times:.2g} times {target.peer}: {reached:.2f}, {processor:.2f} of the processor"
        else:
            reached = runs[first].megabytes
            aim = f"at most {target.megabytes:.0f} MB: {reached:.1f}"
        yield f"  {'reached' if reached <= (target.times or target.megabytes) else 'MISSED '} – {aim}"
    yield ""


def failures(group: Group, runs: Mapping[str, Run]) -> Iterator[str]:
    """Yield the targets that are held and that efa-lod misses by more than half, in time of the processor."""
    first = runs[next(iter(runs))]
    for target in group.targets:
        if target.is_held and first.processor > 1.5 * target.times * runs[target.peer].processor:
            yield f"{group.title}: far from {target.times:.2g} times {target.peer}"


def statements(file: Path) -> list[str]:
    """Return the lines of an N-Triples file, sorted, without regard to case: rdflib writes hexBinary in its own."""
    return sorted(file.read_text("utf-8").casefold().splitlines())


def main() -> None:
    """Measure, and print a table for each group."""
    parser = argparse.ArgumentParser(description="Measure cold starts of efa-lod beside the plain way.")
    parser.add_argument("--rounds", type=int, default=9, help="runs of each command, of which the median counts [9]")
    parser.add_argument("--query", default="who-pays", help="the named query to ask [who-pays]")
    parser.add_argument("--only", default="", help="measure only what has this in its title, and the build [all]")
    options = parser.parse_args()
    failed: list[str] = []
    print(f"Python {platform.python_version()}, {platform.platform()}, median of {options.rounds} runs in turn\n")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for number, group in enumerate(groups(work, options.query)):
            if options.only not in group.title and number > 0:
                continue
            runs = medians(group.commands, work, options.rounds if options.only in group.title else 1)
            print("\n".join(table(group, runs)), flush=True)
            failed += failures(group, runs)
        same = statements(work / "dist/efa-lod.nt") == statements(work / "peer/efa-lod.nt")
        print(f"The script wrote {'the same triples' if same else 'OTHER TRIPLES THAN'} as {OURS} build.")
        print("".join(f"FAILED – {one}\n" for one in failed), end="")
    sys.exit(0 if same and not failed else 1)


if __name__ == "__main__":
    main()
