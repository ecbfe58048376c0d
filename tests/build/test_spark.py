"""Records checked and built inside a real Spark: the same results and the same triples as on one machine."""

import gzip
import hashlib
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from conftest import Cli, missing, program
from efa_lod.build.batches import BatchPipeline
from efa_lod.build.build import BuildOptions, build
from efa_lod.build.spark.partitions import Part, Summary, Work
from efa_lod.io.reading import Document
from efa_lod.model.context import Context
from efa_lod.model.publication import Publication, read_publication
from efa_lod.rdf.documents import DOCUMENT_FORMATS
from efa_lod.rdf.formats import BY_NAME, DUMPS, RecordBatch, csvw_metadata
from efa_lod.rdf.graphs import record_statements
from efa_lod.validation.shacl import RECORD_SHAPES, Shapes
from support.generator import lines

TESTS = Path(__file__).parents[1]
SOURCES = TESTS.parent / "src"
RDF = {".ttl": ox.RdfFormat.TURTLE, ".nt": ox.RdfFormat.N_TRIPLES, ".rdf": ox.RdfFormat.RDF_XML}
RDF[".jsonld"] = ox.RdfFormat.JSON_LD
GOOD = ("records.jsonl", "more/a.jsonl", "more/b.jsonl.gz")
LINES = list(lines(120))


@dataclass(frozen=True)
class Run:
    """What a command came to."""

    exit_code: int
    stdout: str
    stderr: str


@pytest.fixture(scope="module")
def spark_python() -> str:
    """Return the interpreter that has pyspark, or skip: this one, or the one that EFA_LOD_SPARK_PYTHON names."""
    program("java")
    python = os.environ.get("EFA_LOD_SPARK_PYTHON", sys.executable)
    if subprocess.run([python, "-c", "import pyspark"], capture_output=True).returncode:
        missing("pyspark is not installed (the extra spark; EFA_LOD_SPARK_PYTHON names the interpreter that has it)")
    return python


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with records, whole and damaged, and settings that make Spark cut files into small parts."""
    folder = tmp_path_factory.mktemp("spark")
    torn = LINES[70].replace(b"Test data", b"Test d\xe4ta")
    files = {
        "records.jsonl": LINES[:80],
        "more/a.jsonl": LINES[80:100],
        "damaged.jsonl": list(lines(120, rate=0.3)),
        "twice.jsonl": [b"\n", *LINES[:50], LINES[3], b" \r\n", *LINES[50:60], LINES[3]],
        "latin.jsonl": [*LINES[:70], torn, *LINES[71:]],
        "broken.jsonl": [*LINES[:60], LINES[60][:-40], b"\n", *LINES[61:]],
        "empty.jsonl": [],
        "with space ä.jsonl": [*LINES[:2], b"{\n"],
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"".join(content))
    (folder / "more/b.jsonl.gz").write_bytes(gzip.compress(b"".join(LINES[100:])))
    (folder / "torn.jsonl.gz").write_bytes(gzip.compress(b"".join(LINES))[:2000])
    (folder / "there").mkdir()
    settings: dict[str, str | int] = {"spark.sql.files.maxPartitionBytes": 60_000, "spark.sql.files.openCostInBytes": 1}
    settings |= {"spark.executor.memory": "512m", "spark.sql.shuffle.partitions": 4}
    (folder / "conf").mkdir()
    (folder / "conf/spark-defaults.conf").write_text("".join(f"{key} {value}\n" for key, value in settings.items()))
    return folder


def environment(folder: Path) -> dict[str, str]:
    """Return the environment for Spark in *folder*."""
    found = {name: value for name, value in os.environ.items() if not name.startswith(("PYSPARK_", "SPARK_"))}
    return {**found, "LC_ALL": "C.UTF-8", "PYTHONPATH": f"{SOURCES}:{TESTS}", "SPARK_CONF_DIR": str(folder / "conf")}


COMMANDS = {
    "build": (*GOOD, "-o", "out"),
    "check": (*GOOD, "--report", "json"),
    "folder": ("more", "-o", "one", "--format", "n-triples", "--base-iri", "https://data.example.org/efa/"),
    "damaged": ("damaged.jsonl", "--report", "json"),
    "damaged, built": ("damaged.jsonl", "-o", "no"),
    "twice": ("twice.jsonl", "--report", "json"),
    "twice, built": ("twice.jsonl", "records.jsonl", "-o", "no"),
    "latin": ("latin.jsonl", "-o", "no"),
    "broken": ("records.jsonl", "broken.jsonl", "-o", "no"),
    "space": ("with space ä.jsonl",),
    "torn": ("torn.jsonl.gz", "-o", "no"),
    "empty": ("empty.jsonl",),
    "missing": ("missing.jsonl", "-o", "no"),
    "there": ("records.jsonl", "-o", "there"),
    "below a file": ("records.jsonl", "-o", "records.jsonl/no"),
    "no name": ("records.jsonl", "-o", "/"),
    "no such system": ("records.jsonl", "-o", "nosuch://no"),
}


@pytest.fixture(scope="module")
def runs(spark_python: str, folder: Path) -> dict[str, Run]:
    """Return what each of COMMANDS came to, all of them in one Spark with two threads."""
    done = subprocess.run(
        [spark_python, TESTS / "support/spark_commands.py"],
        input=json.dumps([["spark", *command] for command in COMMANDS.values()]),
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment(folder),
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return {name: Run(*found) for name, found in zip(COMMANDS, json.loads(done.stdout), strict=True)}


@pytest.fixture(scope="module")
def whole(folder: Path, publication: Publication) -> Path:
    """Return what a build on this machine makes of the same records."""
    out = folder / "whole"
    assert build(publication, out, BuildOptions([str(folder / name) for name in GOOD], site=False)).outputs
    return out


@pytest.fixture(scope="module")
def out(runs: dict[str, Run], folder: Path) -> Path:
    """Return the folder that was built in Spark."""
    assert runs["build"].exit_code == 0, runs["build"].stderr
    return folder / "out"


def triples_of(file: Path) -> set[ox.Triple]:
    """Return what *file* says, read alone."""
    return {quad.triple for quad in ox.parse(file.read_bytes(), RDF[file.suffix])}


def without_addresses(triples: set[ox.Triple]) -> set[ox.Triple]:
    """Return *triples* without those that say where a dump is to be had."""
    return {
        one
        for one in triples
        if not one.predicate.value.startswith("http://www.w3.org/ns/dcat#") or "URL" not in one.predicate.value
    }


@pytest.mark.parametrize("name", ["efa-lod.ttl", "efa-lod.nt", "efa-lod.rdf", "efa-lod.jsonld", "efa-lod-graph.ttl"])
def test_parts_hold_what_the_file_holds(name: str, out: Path, whole: Path) -> None:
    """Each part is a file of its own, no statement is in two, and all of them are the statements of the one file.

    Where a dump is to be had differs: the one is a file, the others are listed on a page.
    """
    parts = [without_addresses(triples_of(part)) for part in sorted((out / name).iterdir())]
    expected = without_addresses(triples_of(whole / name))

    assert len(parts) > 3
    assert expected == set().union(*parts)
    assert len(expected) == sum(map(len, parts))


def test_the_table_is_the_same(out: Path, whole: Path) -> None:
    """The parts of the table have the lines of the one table, each part with the names of the columns."""
    tables = [part.read_bytes().split(b"\r\n") for part in sorted((out / "efa-lod.csv").iterdir())]
    head, *expected = (whole / "efa-lod.csv").read_bytes().split(b"\r\n")

    assert {head} == {table[0] for table in tables}
    assert sorted(filter(None, expected)) == sorted(line for table in tables for line in table[1:] if line)


def test_what_is_not_in_parts_is_as_build_writes_it(out: Path, whole: Path) -> None:
    """Files that do not list the parts are the same byte for byte, and no other file is there or missing."""
    listing = {
        "efa-lod.csv-metadata.json",
        "SHA256SUMS",
        "build.json",
        *(f"{stem}{form.suffix}" for stem in ("catalog", "void") for form in DOCUMENT_FORMATS),
    }
    files = {file.name for file in whole.iterdir() if file.is_file() and file.name not in listing}
    dumps = {"efa-lod-graph.ttl", *(f"efa-lod{dump.suffix}" for dump in DUMPS)}

    assert {"_SUCCESS", "parts.html", ".well-known", "shapes", *listing, *files} == {
        path.name for path in out.iterdir()
    }
    assert dumps <= files
    assert [] == [name for name in files - dumps if (out / name).read_bytes() != (whole / name).read_bytes()]


def test_every_file_has_its_digest(out: Path) -> None:
    """SHA256SUMS and build.json name every file with the digest and the size that it has."""
    lines = (line.split("  ") for line in (out / "SHA256SUMS").read_text().splitlines())
    sums = {path: digest for digest, path in lines}
    told = {file["path"]: file["bytes"] for file in json.loads((out / "build.json").read_text())["files"]}
    files = {str(file.relative_to(out)): file.read_bytes() for file in out.rglob("*") if file.is_file()}
    for unlisted in ("SHA256SUMS", "build.json", "_SUCCESS"):
        del files[unlisted]
    told.pop("SHA256SUMS", None)

    assert sums == {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    assert told == {path: len(data) for path, data in files.items()}


def test_the_catalogue_leads_to_the_parts(out: Path, cli: Cli, reference: Path) -> None:
    """The catalogue conforms, its addresses lead to the lists of the parts, VoID names the parts of the graph."""
    for profile in ("catalog", "dcat-ap-de", "govdata"):
        checked = cli("validate", "--profile", profile, "--shapes", reference, out / "catalog.ttl")
        assert 0 == checked.exit_code, checked.output
    assert 0 == cli("rehearse", out / "catalog.ttl", "--shapes", reference).exit_code
    base = "https://w3id.org/efa-lod/"
    found = list(ox.parse((out / "catalog.ttl").read_bytes(), ox.RdfFormat.TURTLE))
    addresses = [quad.object.value for quad in found if quad.predicate.value.endswith("dcat#accessURL")]
    page = (out / "parts.html").read_text()
    dumps = {
        q.object.value
        for q in ox.parse((out / "void.ttl").read_bytes(), ox.RdfFormat.TURTLE)
        if q.predicate.value.endswith("#dataDump")
    }

    assert 6 == len(addresses)
    assert all(f'id="{address.removeprefix(f"{base}parts.html#")}"' in page for address in addresses)
    assert {f"{base}efa-lod-graph.ttl/{part.name}" for part in (out / "efa-lod-graph.ttl").iterdir()} == dumps
    listed = {line.split('"')[1] for line in page.splitlines() if line.startswith("<li>")}
    assert {str(part.relative_to(out)) for part in out.glob("efa-lod*/*")} == listed


def test_sums_over_all_parts_are_those_of_the_whole(out: Path, whole: Path) -> None:
    """VoID counts the same of each class, whoever counted; what is in parts has no address of its own to load."""
    counts = [
        {
            (quad.subject, quad.object)
            for quad in ox.parse((folder / "void.ttl").read_bytes(), ox.RdfFormat.TURTLE)
            if quad.predicate.value.endswith("void#entities")
        }
        for folder in (out, whole)
    ]

    assert len(counts[0]) > 5
    assert counts[0] == counts[1]


def test_one_dump_of_a_folder_under_another_base(runs: dict[str, Run], folder: Path) -> None:
    """A folder is read as the files in it; --format and --base-iri mean what they mean for build."""
    assert runs["folder"].exit_code == 0, runs["folder"].stderr
    dumps = {path.name for path in (folder / "one").glob("efa-lod*") if path.is_dir()}
    subjects = {str(triple.subject) for file in (folder / "one/efa-lod.nt").iterdir() for triple in triples_of(file)}

    assert {"efa-lod.nt", "efa-lod-graph.ttl"} == dumps
    assert (
        len([s for s in subjects if s.startswith("<https://data.example.org/efa/municipality/") and "#" not in s]) == 40
    )


@pytest.mark.parametrize("name", ["damaged", "twice"])
def test_the_report_is_that_of_validate(
    name: str, runs: dict[str, Run], folder: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Results of all partitions, and what stands in two of them, are told as ``validate`` tells them."""
    monkeypatch.chdir(folder)
    expected = cli("validate", f"{name}.jsonl", "--format", "json")

    assert 1 == expected.exit_code == runs[name].exit_code
    assert json.loads(expected.stdout) == json.loads(runs[name].stdout)
    assert not runs[name].stderr


def test_what_conforms_is_said_to(runs: dict[str, Run]) -> None:
    """Without -o nothing is written and the report is empty."""
    assert 0 == runs["check"].exit_code
    assert json.loads(runs["check"].stdout)["conforms"]


REFUSED = {
    "damaged, built": (1, "damaged.jsonl:"),
    "twice, built": (1, "twice.jsonl:52: violation: id: found 'municipality/"),
    "latin": (2, "efa-lod: latin.jsonl:71: not UTF-8 (byte 0xE4)"),
    "broken": (2, "efa-lod: broken.jsonl:61: not readable as JSON"),
    "space": (2, "efa-lod: with space ä.jsonl:3: not readable as JSON"),
    "torn": (2, "efa-lod: torn.jsonl.gz: java.io.EOFException: Unexpected end of input stream"),
    "empty": (2, "efa-lod: expected at least one record in all that was named, found none"),
    "missing": (2, "efa-lod: missing.jsonl: cannot be read:"),
    "there": (2, "efa-lod: there: is there already, so nothing is written – name a new folder with -o"),
    "below a file": (2, "efa-lod: records.jsonl/no: cannot be written:"),
    "no name": (2, "efa-lod: /: is no folder that could be made"),
    "no such system": (2, "efa-lod: nosuch://no:"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bad_input_is_refused_by_name(name: str, runs: dict[str, Run], folder: Path) -> None:
    """What does not conform ends with 1, what cannot be read or written with 2 and one line; nothing is left of it."""
    exit_code, begins = REFUSED[name]
    told = [line for line in runs[name].stderr.splitlines() if not line.startswith("Note: ")]

    assert exit_code == runs[name].exit_code, runs[name].stderr
    assert [] != [line for line in told if line.startswith(begins)], told
    assert exit_code == 1 or len(told) == 1
    assert not (folder / "no").exists()
    assert [] == [*folder.glob(".*"), *(folder / "there").iterdir()]


def test_a_cluster_writes_the_same(spark_python: str, folder: Path, out: Path) -> None:
    """Two workers with a Java and a Python of their own each write the same bytes as two threads do."""
    home = subprocess.run(
        [spark_python, "-c", "import pyspark; print(pyspark.__path__[0])"], capture_output=True, text=True
    )
    command = ["-m", "efa_lod", "spark", *GOOD, "-o", "cluster", "--master", "local-cluster[2,1,512]"]
    given = {**environment(folder), "SPARK_HOME": home.stdout.strip(), "SPARK_WORKER_DIR": str(folder / "workers")}
    done = subprocess.run([spark_python, *command], capture_output=True, text=True, cwd=folder, env=given, timeout=300)

    assert 0 == done.returncode, done.stderr
    assert (out / "SHA256SUMS").read_bytes() == (folder / "cluster/SHA256SUMS").read_bytes()


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT], ids=str)
def test_an_interruption_leaves_nothing(sent: signal.Signals, spark_python: str, folder: Path) -> None:
    """SIGTERM or Ctrl-C while parts are written ends the command with 2 and one line; no folder and no Java is left."""
    command = ["-m", "efa_lod", "spark", *GOOD, "-o", f"stopped/{sent}", "--master", "local[2]"]
    (folder / "stopped").mkdir(exist_ok=True)
    begun = subprocess.Popen(
        [spark_python, *command], stderr=subprocess.PIPE, text=True, cwd=folder, env=environment(folder)
    )
    try:
        end = time.monotonic() + 120
        while not any((folder / "stopped").iterdir()) and begun.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
        begun.send_signal(sent)
        _, told = begun.communicate(timeout=60)
    finally:
        begun.kill()

    assert 2 == begun.returncode, told
    assert "efa-lod: interrupted; nothing was replaced" == told.splitlines()[-1]
    assert [] == list((folder / "stopped").iterdir())


def test_a_missing_pyspark_is_told_with_its_remedy(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, the command says what to install."""
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)

    done = cli("spark", "records.jsonl")

    assert 2 == done.exit_code
    assert "pip install 'efa-lod[spark]'" in done.stderr


@pytest.mark.parametrize("form", DUMPS, ids=lambda form: form.name)
def test_a_part_is_what_one_file_would_be(form: object, documents: Sequence[Document], context: Context) -> None:
    """The pieces of a part, each with the line break that Spark adds, are a file as the format writes it."""
    form = BY_NAME[form.name]  # type: ignore[attr-defined]
    shared = {document.value["id"]: document.value for document in documents}
    batches = [RecordBatch([d], record_statements([d], context), shared, first=d is documents[0]) for d in documents]
    part = Part(form, context)
    rows = [
        row
        for batch in batches
        for row in part.add(form.body(RecordBatch(batch.documents, batch.statements, shared, False), context))
    ]
    written = b"".join(piece + b"\n" for _, piece in [*rows, *part.end()])

    assert {form.name} == {name for name, _ in rows}
    assert b"".join(form.write(batches, context)) == written.replace(b"\n,\n", b",\n")
    assert (len(written), hashlib.sha256(written).hexdigest()) == (part.size, part.sha256)


def test_work_needs_no_file_where_it_is_done(copy: Path, context: Context, documents: Sequence[Document]) -> None:
    """What is sent to other machines holds the shapes: the folder of the publication is not read there."""
    publication = read_publication(copy)
    shapes = Shapes(publication, RECORD_SHAPES)
    assert shapes.triples
    pipeline = BatchPipeline(publication, context, shapes, documents, formats=["n-triples"])
    work = pickle.dumps(Work(pipeline, {("file:/r.jsonl", 0): ("r.jsonl", 7)}, context, ["n-triples"]))
    del pipeline, shapes, publication
    shutil.rmtree(copy)
    here: Work = pickle.loads(work)

    rows = list(here(3, [(bytearray(line[:-1]), "file:/r.jsonl", 0) for line in [*LINES[:4], *lines(1, rate=1)]]))
    summary: Summary = pickle.loads(dict(rows)["summary"])

    assert (3, 5) == (summary.number, summary.records)
    assert [12] == [result.place.line for result in pickle.loads(dict(rows)["results"])][:1]
    assert summary.parts == {}


def test_parts_of_a_table_share_one_description(context: Context) -> None:
    """A table in parts is a CSVW table group: one schema, and the address of each part."""
    told = json.loads(csvw_metadata(context, ["efa-lod.csv/part-00000.csv", "efa-lod.csv/part-00001.csv"], {}, "x"))

    assert "url" not in told
    assert [{"url": "efa-lod.csv/part-00000.csv"}, {"url": "efa-lod.csv/part-00001.csv"}] == told["tables"]
    assert told["tableSchema"]["columns"]
