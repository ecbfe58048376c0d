"""A history of releases that is served, and the client of event streams that reads it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pyoxigraph as ox
from click.testing import CliRunner

from conftest import missing
from efa_lod.cli import main
from efa_lod.model.publication import packaged_folder
from support.histories import HistoryMaker, options_of

AS = "https://www.w3.org/ns/activitystreams#"


class Handler(SimpleHTTPRequestHandler):
    """Sends the folder of its server, TriG under its media type."""

    extensions_map = {".trig": "application/trig", "": "application/octet-stream"}  # noqa: RUF012

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments, directory=str(getattr(arguments[2], "folder")))  # type: ignore[arg-type] # noqa: B009

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class ServedHistory:
    """The *address* of a site with three releases, its folder, and the folder *before* with the first two."""

    address: str
    site: Path
    before: Path


@contextmanager
def served_history(folder: Path, seed: int) -> Iterator[ServedHistory]:
    """Give a history that *seed* makes up in *folder*, served until the block ends."""
    for part in ("data", "ontology", "shapes"):
        shutil.copytree(packaged_folder() / part, folder / "publication" / part)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        address = f"http://127.0.0.1:{server.server_port}/"

        def run(*arguments: object) -> None:
            command = [*map(str, arguments), "--publication", str(folder / "publication"), "--base-iri", address]
            made = CliRunner().invoke(main, command)
            assert 0 == made.exit_code, made.output

        site = folder / "site"
        run("release", "--write", "--date", "2026-12-01")
        run("build", "-o", site)
        maker = HistoryMaker(folder / "publication", seed)
        for day in ("2026-12-02", "2026-12-03"):
            if day == "2026-12-03":
                shutil.copytree(site, folder / "before")
            run("release", "--write", "--date", day, "--previous", site, *options_of(maker.step()))
            run("build", "-o", site)
        setattr(server, "folder", site)  # noqa: B010
        Thread(target=server.serve_forever, daemon=True).start()
        yield ServedHistory(address, site, folder / "before")
        server.shutdown()


def members(address: str, *options: str) -> list[ox.Quad]:
    """Return what the client reads."""
    folder = os.environ.get("EFA_LOD_LDES_CLIENT")
    if not folder:
        missing("EFA_LOD_LDES_CLIENT does not name the folder with the client of event streams")
    command = [f"{folder}/node_modules/.bin/ldes-client", f"{address}changes/stream.trig", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return list(ox.parse(done.stdout, format=ox.RdfFormat.N_QUADS))


def rebuilt(quads: list[ox.Quad], state: dict[str, set[ox.Triple]] | None = None) -> dict[str, set[ox.Triple]]:
    """Return the things that *quads* tell, each as its latest member says, after what *state* has."""
    published: dict[str, str] = {}
    objects: dict[str, str] = {}
    facts: dict[str, set[ox.Triple]] = {}
    for quad in quads:
        if isinstance(quad.graph_name, ox.DefaultGraph):
            for name, found in (("published", published), ("object", objects)):
                if quad.predicate.value == AS + name:
                    found[str(quad.subject)[1:-1]] = str(quad.object).partition('"^^')[0][1:].removesuffix(">")
        else:
            facts.setdefault(quad.graph_name.value, set()).add(quad.triple)
    things = dict(state or {})
    for member in sorted(published, key=published.__getitem__):
        things[objects[member]] = facts.get(member, set())
    return things


def said(folder: Path) -> set[ox.Triple]:
    """Return what a build says."""
    return {quad.triple for quad in ox.parse(path=folder / "efa-lod.nt", format=ox.RdfFormat.N_TRIPLES)}


def refuse_another_end(history: ServedHistory, kept: Path) -> None:
    """Fail unless the client rebuilds the newest release: unordered, ordered, and resumed from what it has *kept*."""
    for order in ("none", "ascending"):
        found = rebuilt(members(history.address, "--ordered", order))
        assert said(history.site) == {triple for facts in found.values() for triple in facts}, order
    current = history.site.rename(history.site.with_name("current"))
    try:
        shutil.copytree(history.before, history.site)
        state = rebuilt(members(history.address, "--save", str(kept)))
        assert said(history.before) == {triple for facts in state.values() for triple in facts}
        shutil.rmtree(history.site)
        shutil.copytree(current, history.site)
        further = members(history.address, "--save", str(kept))
        assert len(further) < 900
        assert said(current) == {triple for facts in rebuilt(further, state).values() for triple in facts}
    finally:
        shutil.rmtree(history.site, ignore_errors=True)
        current.rename(history.site)
