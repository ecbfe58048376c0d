"""Kinds of stores that cannot be installed here, as the documents of their makers describe them: a stand-in answers."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Cli
from efa_lod.delivery.stores import STORE_KINDS, addresses_of
from efa_lod.errors import BadSetting
from support.store_standin import PASSWORD, SHAPES, TOKEN, USER, StandIn, standing_in

GRAPH = "https://example.org/data"
LOGIN = {"EFA_LOD_USER": USER, "EFA_LOD_PASSWORD": PASSWORD, "EFA_LOD_TOKEN": TOKEN}
FOREIGN = '<https://example.org/theirs> <https://example.org/name> "x" .'


@pytest.fixture(params=SHAPES)
def standin(request: pytest.FixtureRequest) -> Iterator[StandIn]:
    """Return a stand-in for each kind, with a graph of somebody else."""
    with standing_in(request.param) as running:
        running.store.update(f"INSERT DATA {{ GRAPH <https://example.org/foreign> {{ {FOREIGN} }} }}")
        yield running


def lines(count: int, value: str = "v") -> set[str]:
    """Return statements about *count* things."""
    return {f'<https://example.org/thing/{n}> <https://example.org/name> "{value}{n}" .' for n in range(count)}


def test_a_graph_is_created_replaced_and_left_alone(cli: Cli, standin: StandIn, tmp_path: Path) -> None:
    """Each kind gets what the real stores of the tests get, at its own addresses and with its own login."""
    file = tmp_path / "data.nt"
    actions = []
    for statements in (lines(30), lines(40, "w"), lines(40, "w")):
        file.write_text("\n".join(sorted(statements)) + "\n")
        command = (
            "push",
            standin.address,
            "--kind",
            standin.kind,
            "--graph",
            GRAPH,
            "--file",
            file,
            "--format",
            "json",
        )
        found = cli(*command, **LOGIN)
        assert 0 == found.exit_code, found.output + repr(found.exception)
        actions.append(json.loads(found.stdout)["action"])
        assert statements == standin.graph(GRAPH)
        assert PASSWORD not in found.output
        assert TOKEN not in found.output

    assert ["create", "replace", "nothing"] == actions
    assert {FOREIGN} == standin.graph("https://example.org/foreign")
    assert {GRAPH, "https://example.org/foreign"} == {
        graph.value for graph in standin.store.named_graphs() if standin.graph(str(graph.value))
    }
    assert (standin.kind == "qlever") == (not any("MOVE" in update for update in standin.updates))


def test_a_count_that_a_store_gives_up_on_is_asked_otherwise(cli: Cli, standin: StandIn, tmp_path: Path) -> None:
    """A store that ends one form of a question with 500 is asked in another form; one that ends all has failed."""
    file = tmp_path / "data.nt"
    file.write_text("\n".join(sorted(lines(30))) + "\n")
    command = ("push", standin.address, "--kind", standin.kind, "--graph", GRAPH, "--file", file)
    standin.tired_of = "(COUNT(*) AS ?n) FROM"
    found = cli(*command, **LOGIN)
    assert 0 == found.exit_code, found.output
    standin.tired_of = "COUNT"
    failed = cli(*command, **LOGIN)

    assert lines(30) == standin.graph(GRAPH)
    assert 2 == failed.exit_code
    assert "SR171" in failed.stderr


def test_a_wrong_login_changes_nothing(cli: Cli, standin: StandIn, tmp_path: Path) -> None:
    """A refused login is told with its scheme and without its secret."""
    file = tmp_path / "data.nt"
    file.write_text("\n".join(lines(3)) + "\n")
    wrong = {"EFA_LOD_USER": "x", "EFA_LOD_PASSWORD": "wrong-0815", "EFA_LOD_TOKEN": "wrong-0815"}
    found = cli("push", standin.address, "--kind", standin.kind, "--graph", GRAPH, "--file", file, **wrong)

    assert 2 == found.exit_code
    assert "refused the login" in found.stderr
    assert "wrong-0815" not in found.output
    assert set() == standin.graph(GRAPH)


def test_no_secret_is_seen_in_the_list_of_processes(tmp_path: Path) -> None:
    """While a push runs, its command line says where it goes and not by whom."""
    if not Path("/proc").is_dir():
        pytest.skip("this system has no /proc")
    file = tmp_path / "data.nt"
    file.write_text("\n".join(lines(3)) + "\n")
    with standing_in("fuseki") as standin:
        standin.go_on.clear()
        options = [
            "--kind",
            "fuseki",
            "--graph",
            GRAPH,
            "--file",
            str(file),
            "--receipt",
            str(tmp_path / "receipt.json"),
        ]
        process = subprocess.Popen(
            [sys.executable, "-m", "efa_lod", "push", standin.address, *options],
            env={**os.environ, **LOGIN},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert standin.waiting.wait(30)
        lists = [path.read_bytes() for path in Path("/proc").glob(f"{process.pid}/**/cmdline")]
        standin.go_on.set()
        output, errors = process.communicate(timeout=60)

    assert 0 == process.returncode, errors
    seen = b"".join([*lists, output, errors, (tmp_path / "receipt.json").read_bytes()])
    assert b"push" in seen
    assert PASSWORD.encode() not in seen
    assert USER.encode() not in seen


@pytest.mark.parametrize("kind", STORE_KINDS)
def test_no_address_speaks_of_the_whole_store(kind: str) -> None:
    """Every kind has its three addresses; a store of no known kind needs them named."""
    named = {"query": "https://a.example/q", "update": "https://a.example/u"} if kind == "gsp" else {}
    found = addresses_of(kind, "https://a.example/x/", named)

    assert found.query.startswith("https://a.example/")
    assert found.update.startswith("https://a.example/")
    if kind == "gsp":
        with pytest.raises(BadSetting, match="query and update"):
            addresses_of(kind, "https://a.example/x/", {})


BAD_GRAPHS = ["data", "/data", "https://a.example/<x>", "https://a.example/a b", "", "a:b> } ; DROP ALL ; #"]


@pytest.mark.parametrize("graph", BAD_GRAPHS)
def test_a_graph_has_an_absolute_iri(graph: str, cli: Cli, tmp_path: Path) -> None:
    """A relative IRI would be another at each store, and a broken one another question."""
    file = tmp_path / "data.nt"
    file.write_text("\n".join(lines(3)) + "\n")
    found = cli(
        "push", "http://127.0.0.1:9", "--kind", "oxigraph", "--file", file, f"--graph={graph}", "--timeout", "1"
    )

    assert 2 == found.exit_code
    assert graph == "" or "expected an absolute IRI" in found.stderr


SOURCES = {
    "empty.nt": ("", "nothing in it"),
    "blank.nt": ("_:a <a:b> <a:c> .\n", "has a blank node"),
    "broken.nt": ("<a:b> <a:c> .\n", "cannot be read as N-Triples"),
    "broken.ttl": ("@prefix", "cannot be read"),
    "data.csv": ("a,b\n", "expected a file that ends in"),
}


@pytest.mark.parametrize("name", SOURCES)
def test_what_cannot_be_brought_is_refused(name: str, cli: Cli, tmp_path: Path) -> None:
    """An empty, broken or unnameable graph never reaches a store."""
    content, said = SOURCES[name]
    (tmp_path / name).write_text(content)
    with standing_in("fuseki") as standin:
        command = ("push", standin.address, "--kind", "fuseki", "--graph", GRAPH, "--file", tmp_path / name)
        found = cli(*command, **LOGIN)

        assert 2 == found.exit_code, found.output
        assert said in found.stderr
        assert set() == standin.graph(GRAPH)
