"""Batches: the same results and bytes however the input is cut and however many processes work on it."""

import dataclasses
import gzip
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import yaml

import efa_lod.build.batches as batches_room
from conftest import Cli, children, missing
from efa_lod.build.batches import BatchPipeline, BatchResult, Piece, batches, process_pool
from efa_lod.build.batches import outcomes as outcomes_of_team
from efa_lod.build.processes import AHEAD, WorkerDied
from efa_lod.cli.jobs import jobs_for
from efa_lod.errors import BrokenInput
from efa_lod.io.reading import Document
from efa_lod.model.context import Context
from efa_lod.model.publication import Publication
from efa_lod.model.results import in_order
from efa_lod.validation.shacl import RECORD_SHAPES, Engine, Shapes
from support.generator import BY_SHAPES, Record, lines, records
from support.patience import PATIENCE_S, awaited

FORMATS = ("turtle", "json-ld", "n-triples", "rdf-xml", "csv")
KINDS = tuple(name for name in BY_SHAPES if not name.startswith("day "))


def outcomes(pipeline: BatchPipeline, work: Iterable[list[Piece]], jobs: int = 1) -> Iterator[BatchResult]:
    """Yield what each batch of *work* comes to on *jobs* processes."""
    with process_pool(jobs) as workers:
        yield from outcomes_of_team(pipeline, work, workers)


class Roads:
    """What makes a pipeline for a test."""

    def __init__(self, publication: Publication, context: Context, beside: list[Document]) -> None:
        self._parts = publication, context, beside
        self.shapes = Shapes(publication, RECORD_SHAPES, Engine.AUTO)

    def __call__(self, formats: Sequence[str] = FORMATS, own_files: Any = None) -> BatchPipeline:
        """Return a pipeline that writes *formats*, and files of each record with *own_files*."""
        publication, context, beside = self._parts
        return BatchPipeline(publication, context, self.shapes, beside, formats, own_files=own_files)


@pytest.fixture(scope="module")
def make_road(publication: Publication, context: Context, documents: list[Document]) -> Roads:
    """Return what makes roads beside the records of the publication."""
    return Roads(publication, context, documents)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> int:
    """Make batches of 40 lines, so that few records are many batches."""
    monkeypatch.setattr(batches_room, "RECORDS", 40)
    return 40


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a file of 200 records, some of them damaged."""
    path = tmp_path_factory.mktemp("batches") / "records.jsonl"
    path.write_bytes(b"".join(lines(200, seed=1, rate=0.03, kinds=KINDS)))
    return str(path)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a file of 200 records of which none is damaged."""
    path = tmp_path_factory.mktemp("batches") / "records.jsonl"
    path.write_bytes(b"".join(lines(200, seed=1)))
    return str(path)


def test_outcomes_do_not_depend_on_the_number_of_processes(file: str, make_road: Roads, small: int) -> None:
    """One, two and three processes give the same outcomes in the same order, and none of them stays."""
    before = children()
    found = [list(outcomes(make_road(), batches([file]), jobs)) for jobs in (1, 2, 3)]

    assert [40] * 5 == [outcome.records for outcome in found[0]]
    assert any(outcome.results for outcome in found[0])
    assert found[0] == found[1] == found[2]
    assert before == children()


def together(found: Sequence[BatchResult]) -> tuple[object, ...]:
    """Return what *found* come to as a whole."""
    counted = found[0].counted
    for outcome in found[1:]:
        counted += outcome.counted
    wrong = any(outcome.results for outcome in found)
    written = (
        {}
        if wrong
        else {name: b"".join(piece for outcome in found for piece in outcome.written[name]) for name in FORMATS}
    )
    described = [b"".join(parts) for parts in zip(*(outcome.described for outcome in found), strict=True)]
    results = in_order(result for outcome in found for result in outcome.results)
    return sum(outcome.records for outcome in found), results, counted, written, described


@pytest.mark.parametrize("source", ["clean", "file"])
def test_what_is_written_does_not_depend_on_the_size_of_batches(
    source: str, make_road: Roads, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """Cut after 7 lines, 64, or a few thousand bytes, the input comes to the same; where it is wrong, the results do."""
    name, found = request.getfixturevalue(source), []
    for count, size in ((7, 4_000_000), (64, 4_000_000), (500, 30_000), (500, 4_000_000)):
        monkeypatch.setattr(batches_room, "RECORDS", count)
        monkeypatch.setattr(batches_room, "BATCH_BYTES", size)
        found.append([*outcomes(make_road(), batches([name]))])

    assert [29, 4, 1] == [len(found[i]) for i in (0, 1, 3)]
    assert len(found[2]) > 5
    assert together(found[3]) == together(found[0]) == together(found[1]) == together(found[2])


def values_of(files: Sequence[str], stdin: str = ".jsonl") -> list[Record]:
    """Return the records in *files*."""
    return [document.value for batch in batches(files, stdin) for piece in batch for document in piece.documents()]


def forms(found: list[Record]) -> dict[str, bytes]:
    """Return the records *found* in each format that is read, by suffix."""
    text = b"".join(json.dumps(record).encode() + b"\n" for record in found)
    return {
        ".jsonl": text,
        ".jsonl.gz": gzip.compress(text),
        ".json": json.dumps(found).encode(),
        ".jsonld": json.dumps({"@graph": found}).encode(),
        ".yaml": yaml.safe_dump_all(found, allow_unicode=True, default_style='"').encode(),
        ".yml": yaml.safe_dump_all(found, default_style='"').encode(),
    }


class Stdin(io.StringIO):
    """Standard input with bytes in it."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.buffer: Any = io.BytesIO(data)


def test_all_formats_are_read_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """YAML, JSON, JSON Lines packed or not, from files or from standard input, give the same records."""
    found = [*records(8, seed=2)]
    for suffix, data in forms(found).items():
        path = tmp_path / f"x{suffix}"
        path.write_bytes(data)
        assert found == values_of([str(path)]), suffix
        if suffix != ".jsonld":
            monkeypatch.setattr(sys, "stdin", Stdin(data))
            assert found == values_of(["-"], suffix), suffix


def test_files_of_several_formats_keep_their_order(tmp_path: Path, small: int) -> None:
    """Files of one record each share batches; those of lines have batches of their own; the order is that of names."""
    found = [*records(100, seed=3)]
    names = []
    for i, record in enumerate(found[:3]):
        names.append(str(tmp_path / f"{i}.yaml"))
        Path(names[-1]).write_bytes(forms([record])[".yaml"])
    names.insert(2, str(tmp_path / "x.jsonl"))
    Path(names[2]).write_bytes(forms(found[3:])[".jsonl"])

    assert [found[0], found[1], *found[3:], found[2]] == values_of(names)
    assert [3, 1, 1, 1] == [len(batch) for batch in batches(names)]


def test_a_build_does_not_depend_on_the_number_of_processes(file: str, tmp_path: Path, cli: Cli) -> None:
    """The folder that a build writes is the same byte for byte, with the pages of each record and without."""
    clean = tmp_path / "clean.jsonl"
    clean.write_bytes(b"".join(lines(60, seed=1)))
    for site in ("--site", "--no-site"):
        one, two = tmp_path / f"one{site}", tmp_path / f"two{site}"
        assert 0 == cli("build", clean, "-o", one, site).exit_code
        assert 0 == cli("build", clean, "-o", two, site, "--jobs", 2).exit_code
        assert content(one) == content(two)
    reports = [cli("validate", file, "--format", "json", "--jobs", jobs) for jobs in (1, 2)]

    assert (1, 1) == (reports[0].exit_code, reports[1].exit_code)
    assert reports[0].stdout == reports[1].stdout


def content(folder: Path) -> dict[str, bytes]:
    """Return what is in the files below *folder*."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_large_files_are_shared_by_the_processors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unasked, a small file is the work of one process, a large one that of as many as there are processors, or four."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: range(3), raising=False)
    small, large = tmp_path / "small.jsonl", tmp_path / "large.jsonl"
    small.write_bytes(b"x")
    with large.open("wb") as stream:
        stream.truncate(20_000_000)

    assert [1, 3] == [jobs_for(None, [str(file)]) for file in (small, large)]
    assert [2, 2] == [jobs_for(2, [str(file)]) for file in (small, large)]
    assert [1, 1] == [jobs_for(None, [file]) for file in ("-", str(tmp_path))]
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: range(64), raising=False)
    assert 4 == jobs_for(None, [str(small), str(large)])


@pytest.mark.parametrize("jobs", [1, 2])
def test_batches_are_taken_no_faster_than_outcomes(jobs: int, file: str, make_road: Roads, small: int) -> None:
    """However long the input, no more batches wait than a few for each process."""
    taken = 0

    def counted() -> Iterator[list[Piece]]:
        nonlocal taken
        for _ in range(4):
            for batch in batches([file]):
                taken += 1
                yield batch

    most = 1 if jobs == 1 else jobs * AHEAD
    for given, _ in enumerate(outcomes(make_road(()), counted(), jobs), 1):
        assert taken <= given - 1 + most
    assert 20 == taken


def test_outcomes_that_nobody_takes_are_not_made(file: str, make_road: Roads, small: int) -> None:
    """Whoever stops early leaves no process behind and the rest of the input unread."""
    before = children()
    taken: list[list[Piece]] = []

    def work() -> Iterator[list[Piece]]:
        for batch in batches([file] * 10):
            taken.append(batch)
            yield batch

    found = outcomes(make_road(()), work(), 2)
    next(found)
    assert len(children()) == len(before) + 2
    found.close()  # type: ignore[attr-defined]

    assert before == children()
    assert 2 * AHEAD == len(taken)


def broken(path: Path, *numbers: int, count: int = 200) -> str:
    """Write a file of *count* records of which the lines with *numbers* are broken, and return its name."""
    found = [*lines(count, seed=4)]
    for number in numbers:
        found[number - 1] = found[number - 1][:50] + b"\n"
    path.write_bytes(b"".join(found))
    return str(path)


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_broken_line_is_named(jobs: int, tmp_path: Path, make_road: Roads, small: int) -> None:
    """A line that cannot be read is named with its number in the file; of several, the first."""
    name = broken(tmp_path / "x.jsonl", 131, 59, 180)
    before = children()
    with pytest.raises(BrokenInput, match=r"x\.jsonl:59: not readable as JSON"):
        list(outcomes(make_road(()), batches([name]), jobs))

    assert before == children()


@pytest.mark.parametrize("jobs", [1, 3])
def test_what_cannot_be_unpacked_comes_in_its_turn(jobs: int, tmp_path: Path, make_road: Roads, small: int) -> None:
    """A packed file that ends early is an error after the outcomes before it, and after errors before it."""
    whole, cut, both = tmp_path / "whole.jsonl", tmp_path / "cut.jsonl.gz", tmp_path / "both.jsonl.gz"
    whole.write_bytes(b"".join(lines(80, seed=5)))
    data = gzip.compress(b"".join(lines(60, seed=6)))
    cut.write_bytes(data[: len(data) * 2 // 3])
    bad = gzip.compress(Path(broken(tmp_path / "x.jsonl", 3)).read_bytes())
    both.write_bytes(bad[:-20])
    found = outcomes(make_road(()), batches([str(whole), str(cut)]), jobs)

    assert [40, 40] == [next(found).records, next(found).records]
    with pytest.raises(BrokenInput, match=r"cut\.jsonl\.gz: not readable as gzip"):
        list(found)
    with pytest.raises(BrokenInput, match=r"both\.jsonl\.gz:3: not readable as JSON"):
        list(outcomes(make_road(()), batches([str(both)]), jobs))


def test_a_file_that_vanishes_is_one_line(tmp_path: Path, make_road: Roads) -> None:
    """A file that is gone when its turn comes is an error with its name."""
    path = tmp_path / "x.yaml"
    path.write_bytes(forms([*records(1)])[".yaml"])
    [batch] = batches([str(path)])
    path.unlink()

    with pytest.raises(BrokenInput, match=r"x\.yaml: cannot be read: No such file"):
        make_road(())(batch)


BLANK = {"empty": b"", "blank lines": b"\n  \n\n", "very many blank lines": b"\n" * 2000}


@pytest.mark.parametrize("name", BLANK)
@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz", ".yaml", ".json"])
def test_a_file_without_a_record_is_refused(name: str, suffix: str, tmp_path: Path, cli: Cli) -> None:
    """Where nothing is, there is nothing to build, and one line says so; JSON wants at least brackets."""
    path = tmp_path / f"x{suffix}"
    path.write_bytes(gzip.compress(BLANK[name]) if suffix.endswith(".gz") else BLANK[name])
    found = cli("build", path, "-o", tmp_path / "dist")
    line = found.stderr.splitlines()[-1]

    assert 2 == found.exit_code
    assert ("not readable as JSON" if suffix == ".json" else "expected at least one record, found none") in line
    assert not (tmp_path / "dist").exists()


def test_blank_lines_are_nothing(tmp_path: Path, cli: Cli) -> None:
    """More blank lines than a batch has, before, between and after records, change no output."""
    text, gap = [*lines(4, seed=7)], b"\n" * 1100
    for name, data in {"one": b"".join(text), "two": gap + text[0] + gap + gap.join(text[1:]) + gap}.items():
        (tmp_path / f"{name}.jsonl").write_bytes(data)
        assert 0 == cli("build", tmp_path / f"{name}.jsonl", "-o", tmp_path / name, "--no-site").exit_code

    assert content(tmp_path / "one") == content(tmp_path / "two")
    assert json.loads((tmp_path / "two" / "efa-lod.jsonld").read_bytes())


STDIN = [
    (["--input-format", "foo"], b"", "<stdin>: expected a format that is one of .yaml"),
    (["--input-format", "yaml"], b"id: [", "<stdin>:1: not readable as YAML"),
    ([], b"{", "<stdin>:1: not readable as JSON"),
    ([], b"", "<stdin>: expected at least one record, found none"),
    (["--input-format", "jsonl.gz"], b"{}", "<stdin>: not readable as gzip"),
]


@pytest.mark.parametrize(("options", "data", "message"), STDIN)
def test_broken_standard_input_is_one_line(
    options: list[str], data: bytes, message: str, tmp_path: Path, cli: Cli
) -> None:
    """What standard input cannot be is said in one line, with exit code 2."""
    found = cli("build", "-", "-o", tmp_path / "dist", *options, stdin=data)

    assert 2 == found.exit_code
    assert message in found.stderr.splitlines()[-1]


def test_a_closed_standard_input_is_one_line(tmp_path: Path) -> None:
    """Where there is no standard input at all, this is said."""
    command = f"exec {sys.executable} -m efa_lod build - -o {tmp_path / 'dist'} <&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)

    assert (2, "efa-lod: <stdin>: cannot be read: it is closed") == (done.returncode, done.stderr.splitlines()[-1])


def test_identifiers_given_twice_are_found_with_both_places(tmp_path: Path, cli: Cli, small: int) -> None:
    """Within a batch, across batches, across files, and in the publication: each is a violation with both places."""
    found = [*records(130, seed=8)]
    found[3]["reuse"]["contacts"][0]["id"] = f"{found[2]['id']}#contact-1"
    found[110]["record"]["id"] = found[4]["record"]["id"]
    found[115]["reuse"]["contacts"][0]["id"] = "state/sh#contact-itvsh"
    one, two = tmp_path / "one.jsonl", tmp_path / "two.yaml"
    one.write_bytes(forms(found)[".jsonl"])
    two.write_bytes(forms([found[5]])[".yaml"])
    made = cli("build", one, two, "-o", tmp_path / "dist", "--jobs", 2, "--no-site")
    said = [line for line in made.stderr.splitlines() if "taken already" in line]

    assert (1, False) == (made.exit_code, (tmp_path / "dist").exists())
    assert (
        f"{one}:4: violation: id: found '{found[2]['id']}#contact-1' – This identifier is taken already, at {one}:3."
        in said[0]
    )
    assert f"{one}:111: violation: id: found '{found[4]['id']}#record'" in said[1]
    assert f"at {one}:5." in said[1]
    assert f"{one}:116: violation: id: found 'state/sh#contact-itvsh'" in said[2]
    assert "at data/states/sh.yaml:" in said[2]
    assert any(
        line.startswith(f"{two}:") and f"found '{found[5]['id']}'" in line and f"at {one}:6." in line for line in said
    )


def test_too_many_results_end_the_reading(
    tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    """After so many results the rest of the input is not even read; what was found is told."""
    monkeypatch.setattr("efa_lod.build.batches.MOST_RESULTS", 30)
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"".join(lines(200, seed=9, rate=1, kinds=["municipality without a name"])) + b"{broken\n")
    for jobs in (1, 2):
        checked = cli("validate", path, "--jobs", jobs)
        built = cli("build", path, "-o", tmp_path / "dist", "--jobs", jobs)
        for text in (checked.stdout, built.stderr):
            assert 30 == text.count(": violation: ")
        assert (1, 1) == (checked.exit_code, built.exit_code)


@dataclasses.dataclass
class Dying:
    """A writer of files that kills its own process at the record *identifier*, *later* while it hands over."""

    identifier: str
    later: bool

    def __call__(self, documents: Sequence[Document]) -> bytes:
        """Kill this process, or see to it that it is killed in the middle of the next message."""
        if self.identifier in {document.value["id"] for document in documents}:
            if not self.later:
                os.kill(os.getpid(), signal.SIGKILL)
            Connection._send = half_sent  # type: ignore[attr-defined]
        return b"x" * 100_000


def half_sent(self: Any, data: bytes, write: object = None) -> None:
    """Send half of *data* and die."""
    os.write(self._handle, data[: len(data) // 2])
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("later", [False, True], ids=["while it works", "while it hands over"])
def test_a_killed_process_is_an_error_that_names_its_batch(
    later: bool, clean: str, make_road: Roads, small: int
) -> None:
    """What comes before is given, then one error says which lines were worked on; no process stays, nothing hangs."""
    identifier = json.loads(Path(clean).read_bytes().splitlines()[90])["id"]
    before = children()
    found = outcomes(make_road((), Dying(identifier, later)), batches([clean]), 2)

    assert [40, 40] == [next(found).records, next(found).records]
    with pytest.raises(WorkerDied, match=r"a process was killed while it worked on .*records\.jsonl:81-120 "):
        list(found)
    assert before == children()


def descendants(pid: int) -> list[int]:
    """Return the workers of the process *pid*."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
            command = (path.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == pid and b"spawn_main" in command:
            found.append(int(path.parent.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found as Linux tells of them")
def test_a_killed_process_is_one_line_and_leaves_the_earlier_output(tmp_path: Path) -> None:
    """``build --jobs`` with a worker killed from outside: exit 2, one line, the earlier output, no process."""
    path, out = tmp_path / "x.jsonl", tmp_path / "dist"
    path.write_bytes(b"".join(lines(6000, seed=10)))
    command = [sys.executable, "-m", "efa_lod", "build", str(path), "-o", str(out), "--no-site"]
    (tmp_path / "few.jsonl").write_bytes(b"".join(lines(2, seed=11)))
    subprocess.run([*command[:4], str(tmp_path / "few.jsonl"), *command[5:]], check=True, capture_output=True)
    before = content(out)
    process = subprocess.Popen([*command, "--jobs", "2"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    workers = awaited(lambda: found if len(found := descendants(process.pid)) >= 2 else [])
    time.sleep(0.3)
    os.kill(workers[0], signal.SIGKILL)
    told, said = process.communicate(timeout=PATIENCE_S)

    assert (2, "") == (process.returncode, told)
    assert [f"efa-lod: a process was killed while it worked on {path}"] == [
        line.rpartition(":")[0] for line in said.splitlines() if line.startswith("efa-lod:")
    ]
    assert "Traceback" not in said
    assert ([], before) == (descendants(process.pid), content(out))
    assert {"dist", "x.jsonl", "few.jsonl"} == {entry.name for entry in tmp_path.iterdir()}


class Failing:
    """A writer of files with a mistake in it."""

    def __call__(self, documents: Sequence[Document]) -> None:
        """Fail."""
        raise ZeroDivisionError("a mistake")


def test_a_mistake_in_a_process_is_told_with_its_place(clean: str, make_road: Roads, small: int) -> None:
    """An error that should not be arrives as what it is, with the lines of code that led to it."""
    with pytest.raises(ZeroDivisionError, match="a mistake") as stopped:
        list(outcomes(make_road((), Failing()), batches([clean]), 2))

    assert "in __call__" in "".join(stopped.value.__notes__)


QUERIES = [
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT ?m ?mail { ?r schema:areaServed ?m ; efa:contact/schema:email ?mail . ?m a efa:Municipality } ORDER BY ?m ?mail",
    "SELECT ?state (COUNT(?m) AS ?n) { ?m a efa:Municipality ; schema:containedInPlace ?state } GROUP BY ?state ORDER BY ?state",
    "ASK { <municipality/01999999> a efa:Municipality }",
    "CONSTRUCT { ?s a ?t } WHERE { ?s a ?t }",
]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a build, and the same graph as a store."""
    folder = tmp_path_factory.mktemp("stored")
    (folder / "x.jsonl").write_bytes(b"".join(lines(100, seed=12)))
    command = [sys.executable, "-m", "efa_lod", "build", "x.jsonl", "--no-site", "--store", "graph"]
    for _ in range(2):  # the second time, a store is replaced
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    assert {"x.jsonl", "dist", "graph"} == {path.name for path in folder.iterdir()}
    return folder


@pytest.mark.parametrize("query", QUERIES)
def test_a_store_gives_the_answers_of_the_graph_file(query: str, stored: Path, cli: Cli) -> None:
    """``query --store`` answers as ``query --graph`` does, at once or in a process that can be killed."""
    expected = cli("query", "--graph", stored / "dist" / "efa-lod-graph.ttl", query)
    for options in ((), ("--time-limit", 20)):
        found = cli("query", "--store", stored / "graph", query, *options)

        assert (0, 0) == (expected.exit_code, found.exit_code)
        assert expected.stdout == found.stdout


def test_a_store_is_opened_for_reading_alone(stored: Path, cli: Cli) -> None:
    """Two may ask at a time, also while another process has the store open; asking changes no file of it."""
    before = content(stored / "graph")
    held = ox.Store.read_only(str(stored / "graph"))

    assert "yes\n" == cli("query", "--store", stored / "graph", "ASK { ?s ?p ?o }").stdout
    assert 0 < len(held)
    assert before == content(stored / "graph")


WRONG_STORES = {
    "no such folder": (["query", "--store", "none", "ASK {}"], "none: cannot be opened as a store of Oxigraph"),
    "no store": (["query", "--store", "dist", "ASK {}"], "dist: cannot be opened as a store of Oxigraph"),
    "a file": (["query", "--store", "x.jsonl", "ASK {}"], "x.jsonl: cannot be opened as a store of Oxigraph"),
    "beside a graph": (["query", "--store", "graph", "--graph", "x.ttl", "ASK {}"], "--store goes with neither"),
    "within the output": (["build", "--store", "dist/graph"], "dist, which is replaced as a whole"),
    "around the output": (["build", "--store", "."], "dist, which is replaced as a whole"),
    "in place of something": (["build", "--store", "x.jsonl"], "x.jsonl: holds something that no build has written"),
}


@pytest.mark.parametrize("name", WRONG_STORES)
def test_what_is_no_store_is_refused(name: str, stored: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is no store is not opened, and one that would be lost is not written; nothing is touched."""
    monkeypatch.chdir(stored)
    arguments, message = WRONG_STORES[name]
    before = content(stored)
    found = cli(*arguments)

    assert 2 == found.exit_code
    assert message in found.stderr.splitlines()[-1]
    assert before == content(stored)


def test_a_store_is_served(stored: Path) -> None:
    """``serve --store`` answers from the store that a build wrote."""
    from support.serving import serving

    if not hasattr(os, "fork"):
        missing("this system has no fork(2)")
    with serving("--store", stored / "graph") as server:
        found = server.ask("SELECT (COUNT(*) AS ?n) { ?s a efa:Municipality }", "text/csv")

    assert (200, b"n\r\n100\r\n") == (found.status, found.body)


MEASURED = """
import sys
from efa_lod.cli import main
try:
    main(sys.argv[1:])
finally:
    print(open("/proc/self/status").read(), file=sys.stderr)
"""


def peak(count: int, folder: Path) -> int:
    """Return the KiB of memory that a build with *count* generated records takes at its peak."""
    path = folder / f"{count}.jsonl"
    with path.open("wb") as stream:
        stream.writelines(lines(count, seed=13))
    command = [sys.executable, "-c", MEASURED, "build", str(path), "-o", str(folder / "dist"), "--no-site"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(re.findall(r"VmHWM:\s+(\d+) kB", done.stderr)[0])


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured as Linux tells of it")
def test_memory_does_not_grow_with_the_number_of_records(tmp_path: Path) -> None:
    """A build of 15,000 records takes about as much memory as one of 6,000, when what is remembered is about full."""
    few, many = peak(6000, tmp_path), peak(15_000, tmp_path)

    assert many < few * 1.15
