"""One graph of a real triple store is replaced as a whole or not at all, and what arrived is proven."""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import Cli
from efa_lod.delivery.stores import STORE_KINDS
from efa_lod.model.publication import packaged_folder
from support.stores import RunningStore, running_store

GRAPH = "https://example.org/data"
FOREIGN = {
    "https://example.net/foreign": {'<https://example.net/a> <https://example.net/p> "x" .'},
    f"{GRAPH}/staging-area": {'<https://example.net/b> <https://example.net/p> "y" .'},
}


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStore]:
    """Return a real store that holds graphs of others too."""
    with running_store(request.param, tmp_path_factory.mktemp(request.param), FOREIGN) as running:
        yield running


def lines(count: int, value: str = "v") -> list[str]:
    """Return statements about *count* things."""
    return [f'<https://example.org/thing/{n}> <https://example.org/name> "{value}{n}" .' for n in range(count)]


class Pusher:
    """Push files to one graph of a store by the command line."""

    def __init__(self, cli: Cli, store: RunningStore, folder: Path) -> None:
        self.cli, self.store, self.folder = cli, store, folder

    def __call__(
        self, statements: list[str], *options: str, code: int = 0, environment: Mapping[str, str] | None = None
    ) -> str:
        """Push *statements* and return the receipt, or the message where the exit *code* is another."""
        file = self.folder / "data.nt"
        file.write_text("".join(f"{line}\n" for line in statements))
        login = {**self.store.environment, **(environment or {})}
        found = self.cli(
            *("push", self.store.address, "--kind", self.store.kind, "--graph", GRAPH, "--file", file, *options),
            **login,
        )
        assert code == found.exit_code, found.output + repr(found.exception)
        return found.stderr if code else found.stdout


@pytest.fixture
def push(cli: Cli, store: RunningStore, tmp_path: Path) -> Pusher:
    """Return what pushes to *store*, whose graph is gone before."""
    store.put(GRAPH, "")
    return Pusher(cli, store, tmp_path)


def test_a_graph_is_created_replaced_and_left_alone(push: Pusher, store: RunningStore) -> None:
    """New statements create the graph, changed ones replace it, the same again send nothing; others' graphs stay."""
    first = push(lines(30))
    assert store.graphs() == FOREIGN | {GRAPH: set(lines(30))}
    second = push(lines(40, "w"))
    assert store.graphs() == FOREIGN | {GRAPH: set(lines(40, "w"))}
    third = json.loads(push(lines(40, "w"), "--format", "json"))

    assert "created" in first
    assert "statements now: 30" in first
    assert "replaced" in second
    assert "40 statements come, 30 go" in second
    assert "nothing" == third["action"]
    assert "" == third["time"]
    assert store.graphs() == FOREIGN | {GRAPH: set(lines(40, "w"))}


def test_a_new_graph_stays_away_when_its_statements_break_off(
    push: Pusher, store: RunningStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that turns out to be none in its last part leaves no graph; mended, it comes as a whole."""
    monkeypatch.setitem(STORE_KINDS, store.kind, replace(STORE_KINDS[store.kind], parts=500))
    many = lines(1_001)
    message = push([*many, '_:b <https://example.org/name> "x" .'], code=2)
    assert GRAPH not in store.graphs()
    receipt = json.loads(push(many, "--format", "json"))

    assert "blank node" in message
    assert ("create", 1_001) == (receipt["action"], receipt["counts"]["after"])
    assert {*FOREIGN, GRAPH} == set(store.graphs())


def test_a_new_graph_is_proven_too(push: Pusher, store: RunningStore) -> None:
    """Where a store keeps another value than was sent, a graph that was not there is not there afterwards."""
    if store.kind == "oxigraph":
        pytest.skip("Oxigraph keeps every value")
    push([*lines(2), DURATION], code=1)

    assert FOREIGN == store.graphs()


def test_a_dry_run_sends_nothing(push: Pusher, store: RunningStore) -> None:
    """A dry run says what would be done, and does not."""
    before = push(lines(3), "--dry-run")
    push(lines(3))
    after = push(lines(4), "--dry-run")

    assert "would create" in before
    assert "would replace" in after
    assert set(lines(3)) == store.graphs()[GRAPH]


def test_what_would_vanish_is_refused(push: Pusher, store: RunningStore) -> None:
    """A graph does not lose a thing that nobody allowed to go: each by name, or all by force."""
    push(lines(5))
    message = push(lines(3), code=1)
    assert set(lines(5)) == store.graphs()[GRAPH]
    push(lines(3), "--allow-removal", "https://example.org/thing/3", code=1)
    assert set(lines(5)) == store.graphs()[GRAPH]
    push(lines(4), "--allow-removal", "https://example.org/thing/4")
    assert set(lines(4)) == store.graphs()[GRAPH]
    push(lines(2), "--force")

    assert "2 things would vanish" in message
    assert "https://example.org/thing/3" in message
    assert set(lines(2)) == store.graphs()[GRAPH]


def test_parts_lost_on_the_way_are_seen(push: Pusher, store: RunningStore) -> None:
    """A thing keeps its other statements: one that is gone is no thing that vanished, and is replaced."""
    more = [*lines(3), '<https://example.org/thing/1#part> <https://example.org/name> "part" .']
    push(more)
    push(lines(3))

    assert set(lines(3)) == store.graphs()[GRAPH]


XSD = "http://www.w3.org/2001/XMLSchema#"
LITERALS = [
    f'<https://example.org/thing/1> <https://example.org/amount> "32.50"^^<{XSD}decimal> .',
    f'<https://example.org/thing/1> <https://example.org/number> "01"^^<{XSD}integer> .',
    '<https://example.org/thing/1> <https://example.org/label> "Grüße\\n\\"x\\" \\U0001F600"@de-DE .',
]
DURATION = f'<https://example.org/thing/1> <https://example.org/period> "P1Y"^^<{XSD}duration> .'


def test_literals_in_other_words_are_told(push: Pusher, store: RunningStore) -> None:
    """A store may write a value in its own way: the receipt names each, and the graph counts as unchanged."""
    first = json.loads(push(LITERALS, "--format", "json"))
    again = json.loads(push(LITERALS, "--format", "json"))

    assert {"32.5", "1"} == {one["kept"].split('"')[1] for one in first["rewritten"]}
    assert [] == first["altered"]
    assert "nothing" == again["action"]


def test_another_value_is_no_delivery(push: Pusher, store: RunningStore) -> None:
    """Where a store keeps another value than was sent, the graph stays as it was, unless that is accepted."""
    push(lines(2))
    if store.kind == "oxigraph":
        push([*lines(2), DURATION])
        assert {*lines(2), DURATION} == store.graphs()[GRAPH]
        return
    message = push([*lines(2), DURATION], code=1)
    assert set(lines(2)) == store.graphs()[GRAPH]
    receipt = json.loads(push([*lines(2), DURATION], "--force", "--format", "json"))

    assert "another value" in message
    assert "P1Y" in message
    assert 1 == len(receipt["altered"])
    assert f"{GRAPH}/staging" not in " ".join(set(store.graphs()) - {f"{GRAPH}/staging-area"})


def test_a_wrong_password_changes_nothing_and_is_not_shown(push: Pusher, store: RunningStore) -> None:
    """A refused login is told with the scheme that is asked for, and without the login."""
    push(lines(2))
    wrong = {"EFA_LOD_USER": "dba", "EFA_LOD_PASSWORD": "a-Secret-0815"}
    if store.kind == "oxigraph":  # which has no logins
        assert "a-Secret-0815" not in push(lines(3), environment=wrong)
        return
    message = push(lines(3), code=2, environment=wrong)

    assert "refused the login (digest)" in message
    assert "a-Secret-0815" not in message
    assert set(lines(2)) == store.graphs()[GRAPH]


def test_what_an_earlier_push_left_is_used_or_removed(push: Pusher, store: RunningStore) -> None:
    """Statements that were staged before are not sent again; those for another content are removed."""
    import hashlib

    statements = lines(5)
    digest = hashlib.sha256("".join(f"{line}\n" for line in statements).encode()).hexdigest()
    store.put(f"{GRAPH}/staging-{'0' * 64}", lines(1)[0])
    store.put(f"{GRAPH}/staging-{digest}", lines(1)[0])
    push(statements)

    assert store.graphs() == FOREIGN | {GRAPH: set(statements)}


def test_sparql_update_alone_is_enough(cli: Cli, store: RunningStore, tmp_path: Path) -> None:
    """A store that has only SPARQL 1.1 Update gets the same, with quotes, lines and letters as they are."""
    folder = tmp_path / "publication"
    for part in ("data", "ontology", "shapes"):
        shutil.copytree(packaged_folder() / part, folder / part)
    paths = {"oxigraph": ("/update", "/query", "none"), "virtuoso": ("/sparql-auth", "/sparql-auth", "digest")}
    update, query, login = paths[store.kind]
    (folder / "data/targets.yaml").write_text(
        f"it: {{kind: sparql-update, address: '{store.address}{update}', query: '{store.address}{query}',"
        f" login: {login}, graph: '{GRAPH}'}}\n"
    )
    store.put(GRAPH, lines(1)[0])
    statements = [*lines(2500), LITERALS[2]]
    file = tmp_path / "data.nt"
    file.write_text("".join(f"{line}\n" for line in statements))
    found = cli("push", "it", "--file", file, "--publication", folder, **store.environment)

    assert 0 == found.exit_code, found.output
    assert 2501 == len(store.graphs()[GRAPH])
    assert "Grüße" in found.stdout or set(lines(2500)) <= store.graphs()[GRAPH]
    assert FOREIGN.items() <= store.graphs().items()
