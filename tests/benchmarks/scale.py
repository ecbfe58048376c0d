"""Measure efa-lod, its peers and what the machine can do at best, from 16 records to a million, in one run.

    python tests/benchmarks/scale.py --peers VENV [--sizes 16,1000,10000,100000,1000000] [--jobs 1,2] [-o FOLDER]

VENV is a virtual environment with ``pip install morph-kgc oxigraph``; Morph-KGC pins versions of rdflib and pyoxigraph
that are not ours, so it gets one of its own. The rdflib + pySHACL script runs on the versions that efa-lod uses.

Of each size, everything runs in turn, in another order each round, and small ones several times; the median counts.
What would take longer than ``--patience``, going by its cost per record before, is left out, and the report says so.
All get the same records: as JSON Lines, for Morph-KGC as one JSON list and for Oxigraph as one JSON-LD document,
since they read no JSON Lines; making these is not measured. The report goes to stdout; FOLDER gets it too, with the
figures and a drawing. A million records need about 40 GB of disk.
"""

import argparse
import contextlib
import hashlib
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pyoxigraph

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from benchmarks.report import (  # noqa: E402
    BUILD,
    CAT,
    FORMATTING,
    LIMIT,
    MAP,
    MORPH,
    OXIGRAPH,
    READING,
    SCRIPT,
    SHACL_SCRIPT,
    TASKS,
    VALIDATE,
    Measured,
    markdown,
    ours,
    save,
    svg,
)
from benchmarks.usage import FAILED, Command, Failed, Usage, used  # noqa: E402
from support import generator  # noqa: E402

PUBLICATION = HERE.parents[1]
PYTHON = sys.executable
EFA_LOD = [PYTHON, "-m", "efa_lod"]
SIZES = (16, 1_000, 10_000, 100_000, 1_000_000)
ENOUGH = 60.0
"""Seconds after which one more round is not worth the wait."""
COMPARED = 10_000
"""Up to this number of records, the triples of all are compared."""

MORPH_CONFIGURATION = """
[CONFIGURATION]
output_file: {out}/out.nt
number_of_processes: {jobs}
safe_percent_encoding: /#
udfs: {here}/functions.py
logging_level: WARNING

[records]
mappings: {here}/mapping.yaml
file_path: {records}
"""


@dataclass(frozen=True)
class Inputs:
    """The same records in the forms that the contenders read."""

    records: int
    folder: Path

    @property
    def lines(self) -> Path:
        """Return the records as JSON Lines."""
        return self.folder / f"{self.records}.jsonl"

    @property
    def list(self) -> Path:
        """Return them as one JSON list."""
        return self.folder / f"{self.records}.json"

    @property
    def document(self) -> Path:
        """Return them as one JSON-LD document, with the context in it."""
        return self.folder / f"{self.records}.jsonld"

    def remove(self) -> None:
        """Remove the files."""
        for file in (self.lines, self.list, self.document):
            file.unlink()


@dataclass(frozen=True)
class Contender:
    """Something to measure: its *task* and *name*, its *command* for inputs and a new folder, and what it needs.

    *triples* is the file with N-Triples that it leaves in that folder, if any; *missing* says why it cannot run.
    """

    task: str
    name: str
    command: Callable[[Inputs, Path], Command]
    triples: str = ""
    missing: str = ""


def contenders(peers: Path, jobs: Sequence[int]) -> Iterator[Contender]:
    """Yield what is measured, for each of the numbers of *jobs* where there can be several."""
    script: list[str | Path] = [PYTHON, HERE / "peer_rdflib.py", PUBLICATION]
    formatting: list[str | Path] = [PYTHON, HERE / "limit.py"]
    yield from (_build("auto", job) for job in jobs)
    yield _build("pyshacl", jobs[-1])
    yield Contender(BUILD, SCRIPT, lambda of, out: [*script, of.lines, out], "efa-lod.nt")
    yield from (_mapping(job) for job in jobs)
    yield _morph(peers, jobs[-1])
    yield _oxigraph(peers)
    yield from (_validation("auto", job) for job in jobs)
    yield _validation("pyshacl", jobs[0])
    yield Contender(VALIDATE, SHACL_SCRIPT, lambda of, out: [*script, of.lines])
    yield Contender(LIMIT, FORMATTING, lambda of, out: [*formatting, of.lines, out / "out.nt"], "out.nt")
    yield Contender(LIMIT, READING, lambda of, out: [*formatting, of.lines])
    yield Contender(LIMIT, CAT, lambda of, out: ["cat", of.lines])


def _build(engine: str, jobs: int) -> Contender:
    options = ["--engine", engine, "--jobs", str(jobs), "--no-site"]
    return Contender(
        BUILD,
        ours(jobs, engine),
        lambda of, out: [*EFA_LOD, "build", of.lines, "-o", out / "dist", *options],
        "dist/efa-lod.nt",
    )


def _validation(engine: str, jobs: int) -> Contender:
    options = ["--engine", engine, "--jobs", str(jobs)]
    return Contender(VALIDATE, ours(jobs, engine), lambda of, out: [*EFA_LOD, "validate", of.lines, *options])


def _mapping(jobs: int) -> Contender:
    mapping: list[str | Path] = [PYTHON, HERE / "mapping.py"]
    return Contender(MAP, ours(jobs), lambda of, out: [*mapping, of.lines, out / "out.nt", str(jobs)], "out.nt")


def _morph(peers: Path, jobs: int) -> Contender:
    """Return Morph-KGC with its command; the configuration is written when the command is asked for."""
    python = peers / "bin/python"

    def command(of: Inputs, out: Path) -> Command:
        configuration = MORPH_CONFIGURATION.format(out=out, jobs=jobs, here=HERE / "peer_morph", records=of.list)
        (out / "morph.ini").write_text(configuration, "utf-8")
        return [python, "-m", "morph_kgc", out / "morph.ini"]

    missing = "" if _succeeds([python, "-c", "import morph_kgc"]) else f"there is no morph-kgc in {peers}"
    return Contender(MAP, MORPH, command, "out.nt", missing)


def _oxigraph(peers: Path) -> Contender:
    oxigraph = peers / "bin/oxigraph"
    missing = "" if _succeeds([oxigraph, "--version"]) else f"there is no oxigraph in {peers}"
    return Contender(
        MAP,
        OXIGRAPH,
        lambda of, out: [oxigraph, "convert", "--from-file", of.document, "--to-file", out / "out.nt"],
        "out.nt",
        missing,
    )


def _succeeds(command: Command) -> bool:
    with contextlib.suppress(OSError):
        return subprocess.run([str(part) for part in command], capture_output=True, check=False).returncode == 0
    return False


def inputs(records: int, folder: Path, seed: int) -> Inputs:
    """Make *records* in all their forms in *folder*."""
    of = Inputs(records, folder)
    context = json.loads((PUBLICATION / "ontology/context.jsonld").read_text("utf-8"))["@context"]
    opening = json.dumps({"@context": {"@base": "https://w3id.org/efa-lod/", **context}}, ensure_ascii=False)[:-1]
    with of.lines.open("wb") as lines, of.list.open("w") as list_, of.document.open("w") as document:
        list_.write("[")
        document.write(f'{opening}, "@graph": [')
        for number, line in enumerate(generator.lines(records, seed)):
            lines.write(line)
            record = json.loads(line)
            del record["@context"]
            comma = ",\n" if number else "\n"
            document.write(comma + json.dumps(record, ensure_ascii=False))
            list_.write(comma + json.dumps(_with_parents(record, ""), ensure_ascii=False))
        list_.write("]\n")
        document.write("]}\n")
    return of


def _with_parents(value: Any, parent: str) -> Any:
    """Return *value* with the id of what an object stands in under "parent", which RML cannot reach by itself."""
    if isinstance(value, list):
        return [_with_parents(item, parent) for item in value]
    if not isinstance(value, dict) or "id" not in value:
        return value
    inner = {key: _with_parents(item, value["id"]) for key, item in value.items()}
    return inner | ({"parent": parent} if parent else {})


@dataclass
class Race:
    """All *runners* over the same inputs, in turn; *before* is what was measured of fewer records."""

    runners: Sequence[Contender]
    of: Inputs
    rounds: int
    patience: float
    before: Sequence[Measured]

    def __post_init__(self) -> None:
        self.usages: dict[Contender, list[tuple[Usage, float]]] = {}
        self.reasons: dict[Contender, str] = {}
        self.triples: dict[Contender, str] = {}

    def run(self) -> list[Measured]:
        """Return what each runner took, or why it did not run."""
        for runner in self.runners:
            if reason := runner.missing or self._too_long(runner):
                self.reasons[runner] = reason
        if self.rounds > 1 and self.of.records <= 1_000:  # what is compiled once does not count where it would show
            for runner in self._left():
                self._once(runner)
            self.usages.clear()
        for number in range(self.rounds):
            left = [runner for runner in self._left() if self._spent(runner) < ENOUGH]
            first = number * 3 % (len(left) or 1)
            for runner in left[first:] + left[:first]:
                self._once(runner)
        return [self._measured(runner) for runner in self.runners]

    def _left(self) -> list[Contender]:
        return [runner for runner in self.runners if runner not in self.reasons]

    def _spent(self, runner: Contender) -> float:
        """Return the seconds that one more round would bring the runs to."""
        runs = self.usages.get(runner, [])
        return sum(usage.seconds for usage, _ in runs) * (len(runs) + 1) / (len(runs) or 1)

    def _too_long(self, runner: Contender) -> str:
        """Return why *runner* is not asked to run: what it took of fewer records says that it would take too long."""
        taken = [one for one in self.before if (one.task, one.contender) == (runner.task, runner.name)]
        if not taken:
            return ""
        last = taken[-1]
        if last.reason:
            return last.reason
        seconds = last.seconds * self.of.records / last.records
        if seconds > self.patience:
            return (
                f"would take about {seconds / 60:,.0f} minutes, going by {last.seconds:,.0f} s for"
                f" {last.records:,} records; the limit is {self.patience / 60:,.0f}"
            )
        return ""

    def _once(self, runner: Contender) -> None:
        """Run *runner* in a new folder, which is gone afterwards."""
        print(f"{self.of.records:>9,} records  {runner.task:<8}  {runner.name}", end=" … ", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(dir=self.of.folder) as folder:
            out = Path(folder)
            try:
                usage = used(runner.command(self.of, out), out, self.patience)
            except Failed as failure:
                self.reasons[runner] = str(failure)
                print(failure, file=sys.stderr)
                return
            size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file()) / 1e6
            self.usages.setdefault(runner, []).append((usage, size))
            print(f"{usage.seconds:.2f} s, {usage.megabytes:.0f} MB", file=sys.stderr)
            if runner.triples and runner not in self.triples and self.of.records <= COMPARED:
                self.triples[runner] = _digest(out / runner.triples)

    def _measured(self, runner: Contender) -> Measured:
        runs = self.usages.get(runner)
        if not runs or runner in self.reasons:
            return Measured(runner.task, runner.name, self.of.records, reason=self.reasons[runner])
        figures = {
            field.name: statistics.median(getattr(usage, field.name) for usage, _ in runs) for field in fields(Usage)
        }
        return Measured(runner.task, runner.name, self.of.records, len(runs), output=runs[-1][1], **figures)

    def differences(self) -> Iterator[str]:
        """Yield a sentence for each runner that made other triples than the first of its group.

        A build has the publication's own records beside those that are mapped.
        """
        for group in ((BUILD,), (MAP, LIMIT)):
            made = [(runner, digest) for runner, digest in self.triples.items() if runner.task in group]
            for runner, digest in made:
                if digest != made[0][1]:
                    yield f"{self.of.records:,} records: {runner.name} makes other triples than {made[0][0].name}."


def _digest(file: Path) -> str:
    """Return a digest of the set of triples in an N-Triples file, however each is escaped and ordered.

    Case counts for nothing, since rdflib writes the digits of hexBinary its own way.
    """
    with file.open("rb") as stream:
        statements = {str(quad.triple).casefold() for quad in pyoxigraph.parse(stream, pyoxigraph.RdfFormat.N_TRIPLES)}
    return hashlib.sha256("\n".join(sorted(statements)).encode()).hexdigest() + f" {len(statements)}"


def machine(peers: Path) -> str:
    """Return where and with what is measured."""
    cpu = next((line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "")
    memory = next(int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal"))
    own = [f"{name} {_version(Path(PYTHON), name)}" for name in ("efa-lod", "rdflib", "pyshacl", "pyoxigraph")]
    theirs = [f"{name} {_version(peers / 'bin/python', name)}" for name in ("morph-kgc", "oxigraph")]
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} × {cpu or platform.machine()}, {memory / 1e6:.0f} GB; {platform.system()}"
        f" {platform.release()}, Python {platform.python_version()}; {', '.join([*own, *theirs])}."
        f" Load of the machine before: {load:.1f}."
    )


def _lines(file: str) -> list[str]:
    return Path(file).read_text().splitlines()


def _version(python: Path, name: str) -> str:
    code = f"from importlib.metadata import version; print(version({name!r}), end='')"
    with contextlib.suppress(OSError):
        return subprocess.run([python, "-c", code], capture_output=True, text=True, check=False).stdout or "missing"
    return "missing"


def main() -> None:
    """Measure, save what was found after each size, and print the report."""
    parser = argparse.ArgumentParser(description="Measure efa-lod beside its peers as the number of records grows.")
    parser.add_argument("--peers", type=Path, default=Path("peers"), metavar="VENV", help="has morph-kgc and oxigraph")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of records [%(default)s]")
    parser.add_argument("--jobs", default="1,2", help="numbers of processes [%(default)s]")
    parser.add_argument("--tasks", default=",".join(TASKS), help="what to measure [%(default)s]")
    parser.add_argument("--only", default="", metavar="WORDS", help="contenders with one of these words in the name")
    parser.add_argument("--rounds", type=int, default=5, help="most runs of each, of which the median counts [5]")
    parser.add_argument("--patience", type=float, default=900, help="seconds that one run may take [%(default)s]")
    parser.add_argument("--seed", type=int, default=1, help="of the records [%(default)s]")
    parser.add_argument("-o", "--output", type=Path, metavar="FOLDER", help="gets scale.md, scale.svg and scale.json")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started ends too
    sizes, jobs = (sorted(int(number) for number in given.split(",")) for given in (options.sizes, options.jobs))
    peers = options.peers.absolute()
    tasks, words = (given.split(",") for given in (options.tasks, options.only))
    runners = [one for one in contenders(peers, jobs) if one.task in tasks and any(word in one.name for word in words)]
    where = machine(peers)
    found: list[Measured] = []
    differences: list[str] = []
    with tempfile.TemporaryDirectory(prefix="efa-lod-scale-") as folder:
        for size in sizes:
            of = inputs(size, Path(folder), options.seed)
            race = Race(runners, of, options.rounds, options.patience, found)
            found += race.run()
            differences += race.differences()
            of.remove()
            if options.output:
                write(found, where, options.output)
    print(markdown(found, where), end="")
    print("\n" + ("\n".join(differences) or f"Up to {COMPARED:,} records, all make the same triples."))
    sys.exit(1 if differences or any(one.reason.startswith(FAILED) for one in found) else 0)


def write(found: Sequence[Measured], where: str, folder: Path) -> None:
    """Write the report, the drawing and the figures to *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    save(found, where, folder / "scale.json")
    (folder / "scale.md").write_text(markdown(found, where), "utf-8")
    (folder / "scale.svg").write_text(svg(found), "utf-8")


if __name__ == "__main__":
    main()
