"""The cookbook: every named query as RDF, as lines to paste, and in a notebook, each of which runs."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from conftest import missing, program
from efa_lod.model.publication import Publication
from efa_lod.sparql.cookbook import cookbook_triples, cookbook_turtle, notebook, snippets
from efa_lod.sparql.guard import form_of
from efa_lod.sparql.queries import NamedQuery, load, named_queries
from engines.pinned import comparable, pinned, query_files
from support.patience import PATIENCE_S
from support.serving import Server, serving

NAMES = sorted(query_files())
SH = "http://www.w3.org/ns/shacl#"


@pytest.fixture(scope="module")
def queries(publication: Publication) -> dict[str, NamedQuery]:
    """Return the named queries by name."""
    return {query.name: query for query in named_queries(publication)}


@pytest.fixture(scope="module")
def server(dist: Path) -> Iterator[Server]:
    """Give a server over the graph file."""
    with serving("--graph", dist / "efa-lod-graph.ttl", "--workers", 2) as server:
        yield server


def test_the_cookbook_is_published_as_rdf(publication: Publication, dist: Path, tmp_path: Path) -> None:
    """Each query is an sh:SPARQLExecutable of its form whose text gives the pinned answer."""
    file = tmp_path / "queries.ttl"
    file.write_bytes(cookbook_turtle(publication, cookbook_triples(publication)))
    data = load(dist / "efa-lod-graph.ttl")
    found: Any = load(file).query(
        f"""SELECT ?name ?text {{ ?q a <{SH}SPARQLExecutable>, ?class ; <http://purl.org/dc/terms/identifier> ?name ; ?form ?text
        VALUES (?class ?form) {{ (<{SH}SPARQLSelectExecutable> <{SH}select>) (<{SH}SPARQLAskExecutable> <{SH}ask>)
        (<{SH}SPARQLConstructExecutable> <{SH}construct>) }} }} ORDER BY ?name"""
    )
    texts = {row["name"].value: row["text"].value for row in found}

    assert NAMES == list(texts)
    for name, text in texts.items():
        if pinned(name).format == "csv":
            answer = data.query(text)
            assert isinstance(answer, ox.QuerySolutions)
            assert pinned(name).answer == comparable(answer.serialize(format=ox.QueryResultsFormat.CSV) or b"", "csv")


@pytest.mark.parametrize("name", NAMES)
def test_lines_for_the_shell_run(name: str, queries: dict[str, NamedQuery], server: Server) -> None:
    """The lines for curl, pasted into a shell, print the pinned answer."""
    program("curl")
    lines = snippets(queries[name], f"{server.address}sparql")["curl"]

    found = subprocess.run(["sh", "-c", lines], capture_output=True, timeout=PATIENCE_S, check=True).stdout

    if pinned(name).format == "nt":
        found = ox.serialize(ox.parse(found, format=ox.RdfFormat.TURTLE), format=ox.RdfFormat.N_QUADS) or b""
    assert pinned(name).answer == comparable(found, pinned(name).format)


@pytest.mark.parametrize("name", NAMES)
def test_lines_for_python_run(name: str, queries: dict[str, NamedQuery], capsys: pytest.CaptureFixture[str]) -> None:
    """The lines for Python run and print something."""
    pytest.importorskip("pandas")
    lines = snippets(queries[name], "unused")["python"]

    exec(compile(lines.replace("import efa_lod ", "import efa_lod.api as efa_lod "), name, "exec"), {})

    assert capsys.readouterr().out


def test_lines_for_r_run(queries: dict[str, NamedQuery], server: Server) -> None:
    """The lines for R run with nothing but R."""
    command = shutil.which("Rscript") or missing("the program Rscript is not installed (Debian: r-base-core)")
    for name in NAMES:
        lines = snippets(queries[name], f"{server.address}sparql")["r"]
        found = subprocess.run([command, "-"], input=lines, capture_output=True, text=True, timeout=60, check=False)
        assert (name, 0) == (name, found.returncode), found.stderr


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_notebook_runs(language: str, publication: Publication) -> None:
    """Every code cell runs in order, and its query gives as many rows as are pinned."""
    whole = json.loads(notebook(publication, language))
    names: dict[str, Any] = {}
    for cell in whole["cells"]:
        if cell["cell_type"] != "code":
            continue
        source = "".join(cell["source"])
        if cell["id"] == "import":
            exec("import efa_lod.api as efa_lod", names)
        else:
            answer = pinned(cell["id"]).answer
            found = eval(source, names)
            if form_of((query_files()[cell["id"]]).read_text("utf-8")) == "SELECT":
                assert len(answer) - 1 == len(found)

    ids = [cell["id"] for cell in whole["cells"]]
    assert (4, 5) == (whole["nbformat"], whole["nbformat_minor"])
    assert len(ids) == len(set(ids))


def test_the_notebook_is_one(publication: Publication) -> None:
    """The notebook conforms to the format's own schema."""
    nbformat = pytest.importorskip("nbformat")

    nbformat.validate(json.loads(notebook(publication, "de")))
