"""The graph file in other hands: four SPARQL engines load it and give the pinned answers."""

import json
import os
import subprocess
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from conftest import missing, program
from engines.jena import arq
from engines.pinned import Comparable, comparable, pinned, query_files

COUNT = "SELECT (COUNT(*) AS ?triples) WHERE { ?s ?p ?o }"
COUNT_NAME = "number-of-triples"


@cache
def jobs() -> dict[str, tuple[str, str]]:
    """Return each named query, and one that counts the triples, by name: its text and the format of its answer."""
    named = {name: (file.read_text("utf-8"), pinned(name).format) for name, file in query_files().items()}
    return {**named, COUNT_NAME: (COUNT, "csv")}


Answers = Mapping[str, Comparable]
Engine = Callable[[Path, Path], Answers]
"""Answers all jobs over a graph file; the second folder is for what the engine needs to put somewhere."""


def rdflib_answers(graph_file: Path, work: Path) -> Answers:
    """Answer with rdflib, the graph parsed once."""
    graph = rdflib.Graph().parse(graph_file, format="turtle")

    def answer(query: str, format_: str) -> Comparable:
        found = graph.query(query)
        if format_ == "txt":
            return str(bool(found)).lower()
        if format_ == "nt":
            return comparable((found.graph or rdflib.Graph()).serialize(format="nt", encoding="utf-8"), "nt")
        return comparable(found.serialize(format="csv") or b"", "csv")

    return {name: answer(*job) for name, job in jobs().items()}


def pyoxigraph_answers(graph_file: Path, work: Path) -> Answers:
    """Answer with pyoxigraph, without what efa-lod adds to it."""
    store = ox.Store()
    store.bulk_load(path=graph_file)

    def answer(query: str, format_: str) -> Comparable:
        found = store.query(query)
        if isinstance(found, ox.QueryTriples):
            return comparable(found.serialize(format=ox.RdfFormat.N_TRIPLES) or b"", "nt")
        return comparable(found.serialize(format=ox.QueryResultsFormat.CSV) or b"", format_)

    return {name: answer(*job) for name, job in jobs().items()}


def arq_answers(graph_file: Path, work: Path) -> Answers:
    """Answer with Jena's arq as Debian packages it, one process for each query."""
    command = arq(work) or missing("Jena is not installed (Debian: libapache-jena-java, default-jre-headless)")

    def answer(name: str, query: str, format_: str) -> Comparable:
        file = work / f"{name}.rq"
        file.write_text(query, encoding="utf-8")
        results = {"csv": "CSV", "nt": "NT", "txt": "text"}[format_]
        output = run([*command, "--data", graph_file, "--query", file, "--results", results])
        return comparable(output.replace(b"Ask => Yes", b"true").replace(b"Ask => No", b"false"), format_)

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        answers = pool.map(lambda item: answer(item[0], *item[1]), jobs().items())
        return dict(zip(jobs(), answers, strict=True))


def comunica_answers(graph_file: Path, work: Path) -> Answers:
    """Answer with Comunica for files, in one process."""
    node, command = program("node"), program("comunica-sparql-file")
    package = Path(command).resolve().parents[1]  # the command is a link to bin/query.js of its package
    media_types = {"csv": "text/csv", "nt": "application/n-triples", "txt": "simple"}
    todo = [(query, media_types[format_]) for query, format_ in jobs().values()]
    script = Path(__file__).parents[1] / "engines" / "comunica.cjs"
    answers = json.loads(run([node, script, package, graph_file], json.dumps(todo).encode()))
    return {name: comparable(text.encode(), jobs()[name][1]) for name, text in zip(jobs(), answers, strict=True)}


def run(command: Iterable[str | Path], stdin: bytes = b"") -> bytes:
    """Return what *command* prints; fail with what it complains of."""
    done = subprocess.run([str(part) for part in command], input=stdin, capture_output=True, timeout=300, check=False)
    assert (0, "") == (done.returncode, done.stderr.decode())
    return done.stdout


ENGINES: dict[str, Engine] = {
    "rdflib": rdflib_answers,
    "pyoxigraph": pyoxigraph_answers,
    "arq": arq_answers,
    "comunica": comunica_answers,
}


@pytest.fixture(scope="module", params=ENGINES)
def answers(request: pytest.FixtureRequest, dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Return the answers of one engine over the graph file that a build wrote."""
    engine: str = request.param
    return ENGINES[engine](dist / "efa-lod-graph.ttl", tmp_path_factory.mktemp(engine))


@pytest.mark.parametrize("name", query_files())
def test_an_engine_gives_the_pinned_answer(name: str, answers: Answers) -> None:
    """Each named query gives the same answer in every engine, rows in the same order."""
    assert pinned(name).answer == answers[name]


def test_an_engine_loads_every_triple(answers: Answers, dist: Path) -> None:
    """The default graph of every engine holds as many triples as the build says the graph file has."""
    files = json.loads((dist / "build.json").read_text("utf-8"))["files"]
    triples = next(file["triples"] for file in files if file["path"] == "efa-lod-graph.ttl")

    assert [["triples"], [str(triples)]] == answers[COUNT_NAME]
