"""A push that ends anywhere – its server or its own process dies – leaves a whole graph: what was there, or all new."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from conftest import Cli
from efa_lod.delivery import graph_push
from efa_lod.delivery import push as push_module
from efa_lod.delivery.stores import STORE_KINDS
from efa_lod.io.sending import sending_policy
from support.breaking_proxy import BreakingProxy, breaking_proxy
from support.stores import RunningStore, running_store

GRAPH = "https://example.org/data"
FOREIGN = {"https://example.net/foreign": {'<https://example.net/a> <https://example.net/p> "x" .'}}
PART = 40
NEW = {f'<https://example.org/thing/{n}> <https://example.org/name> "new {n}" .' for n in range(60)}
OLD = {line.replace("new", "old") for line in NEW if "/1" in line}
REPLACES = 3
"""Which of the changes takes effect: the one after two parts."""


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStore]:
    """Return a real store that holds a graph of others too."""
    with running_store(request.param, tmp_path_factory.mktemp(request.param), FOREIGN) as running:
        yield running


class Pusher:
    """Pushes the new statements in two parts, past a proxy or not, in this process or one of its own."""

    def __init__(self, cli: Cli, store: RunningStore, file: Path) -> None:
        self._cli, self._store, self._file = cli, store, file
        file.write_text("".join(f"{line}\n" for line in sorted(NEW)))

    def options(self, address: str) -> list[str]:
        """Return the command, to a store at *address*."""
        return ["push", address, "--kind", self._store.kind, "--graph", GRAPH, "--file", str(self._file)]

    def __call__(self, address: str, *options: str) -> int:
        """Push to *address* and return the exit code."""
        found = self._cli(*self.options(address), "--timeout", "20", *options, **self._store.environment)
        assert "Traceback" not in found.output
        return found.exit_code

    def alone(self, address: str) -> "subprocess.Popen[bytes]":
        """Begin a push to *address* in a process of its own."""
        code = (
            "from dataclasses import replace; from efa_lod.delivery import stores; from efa_lod.cli import main\n"
            f"stores.STORE_KINDS.update({{k: replace(v, parts={PART}) for k, v in stores.STORE_KINDS.items()}}); main()"
        )
        environment = {**os.environ, **self._store.environment}
        command = [sys.executable, "-c", code, *self.options(address)]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.fixture
def push(cli: Cli, store: RunningStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pusher:
    """Return what pushes to *store* in small parts, and does not wait for a server that is gone."""
    monkeypatch.setattr(push_module, "sending_policy", partial(sending_policy, tries=1))
    monkeypatch.setattr(graph_push, "SETTLE_S", 0)
    monkeypatch.setitem(STORE_KINDS, store.kind, replace(STORE_KINDS[store.kind], parts=PART))
    return Pusher(cli, store, tmp_path / "data.nt")


def begin_with(store: RunningStore, lines: set[str]) -> None:
    """Let the graph hold *lines*, or be away."""
    store.put(GRAPH, "".join(f"{line}\n" for line in sorted(lines)))


def refuse_half(store: RunningStore, old: set[str], proxy: BreakingProxy) -> None:
    """Check that the graph is whole: *old*, unless the change that counts has reached the store."""
    found = store.graphs()
    could_be = [old, NEW] if len(proxy.changes) >= REPLACES else [old]

    assert found.get(GRAPH, set()) in could_be
    assert FOREIGN.items() <= found.items()


@pytest.mark.parametrize("old", [set(), OLD], ids=["create", "replace"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_whatever_change_is_the_last(when: str, old: set[str], push: Pusher, store: RunningStore) -> None:
    """Each change may be the last that the store sees, or that it answers; the next push brings the rest, and tidies up."""
    for number in range(1, 10):
        begin_with(store, old)
        with breaking_proxy(store.address, number, when) as proxy:
            code = push(proxy.address)
        if not proxy.is_broken:
            break
        assert 2 == code
        refuse_half(store, old, proxy)
        assert 0 == push(store.address)
        assert store.graphs() == FOREIGN | {GRAPH: NEW}

    assert REPLACES < number
    assert 0 == code


@pytest.mark.parametrize("number", [2, 3])
def test_a_push_that_is_killed(number: int, push: Pusher, store: RunningStore, tmp_path: Path) -> None:
    """A process that ends without a chance to tidy up leaves a whole graph; the next one goes on where it ended."""
    begin_with(store, OLD)
    started: list[subprocess.Popen[bytes]] = []
    with breaking_proxy(store.address, number, "after", lambda: started[0].kill()) as proxy:
        started.append(push.alone(proxy.address))
        started[0].communicate(timeout=120)

    assert proxy.is_broken
    refuse_half(store, OLD, proxy)
    receipt = tmp_path / "receipt.json"
    assert 0 == push(store.address, "--receipt", str(receipt))
    assert store.graphs() == FOREIGN | {GRAPH: NEW}
    if number < REPLACES:
        assert PART == json.loads(receipt.read_text())["counts"]["resumed"]


@pytest.mark.parametrize("number", [1, 3])
def test_a_server_that_is_killed(number: int, push: Pusher, store: RunningStore) -> None:
    """A server that dies while it takes a part, or replaces the graph, has a whole graph when it is back."""
    begin_with(store, OLD)

    def kill() -> None:
        time.sleep(0.01)  # whether it has begun or ended by now is left open: both must be right
        store.kill()

    with breaking_proxy(store.address, number, "during", kill) as proxy:
        assert 2 == push(proxy.address)
    store.start()

    refuse_half(store, OLD, proxy)
    assert 0 == push(store.address)
    assert store.graphs() == FOREIGN | {GRAPH: NEW}
