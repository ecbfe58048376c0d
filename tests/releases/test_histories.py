"""Releases that follow each other: what one says with its patch is what the next says, and what was published stays."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
import requests
from click.testing import Result

from conftest import missing
from support.event_streams import refuse_another_end, served_history
from support.histories import HistoryMaker, options_of
from support.hosting import free_port
from support.patching import patched

Cli = Callable[..., Result]
DAYS = [f"2026-12-{day:02}" for day in range(1, 29)]


def run(
    cli: Cli, copy: Path, steps: int, seed: int, base: str | None = None, by: HistoryMaker | None = None
) -> list[str]:
    """Take the publication *copy* through that many releases after the first, built to ``site``; return the versions."""
    site = copy.parent / "site"
    more = ("--base-iri", base) if base else ()
    maker = by or HistoryMaker(copy, seed)
    commands: list[list[object]] = [["release", "--write", "--date", DAYS[0]]]
    commands += [["step", "--write", "--previous", site, "--date", DAYS[(index + 2) // 2]] for index in range(steps)]
    for command in commands:
        options = []
        if command[0] == "step":
            command[0] = "release"
            options = list(options_of(maker.step()))
        made = cli(*command, *options, "--publication", copy, *more)
        assert 0 == made.exit_code, made.stderr
        built = cli("build", "-o", site, "--publication", copy, *more)
        assert 0 == built.exit_code, built.stderr
        assert "The frozen folder" not in built.stderr
    found = json.loads((site / "changes/activities.json").read_text("utf-8"))
    assert found["totalItems"] > 0
    return sorted((path.name for path in (site / "release").iterdir() if path.is_dir()), key=_numbers)


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def quads(path: Path) -> set[ox.Quad]:
    """Return what a file in N-Triples says."""
    return set(ox.parse(path=path, format=ox.RdfFormat.N_TRIPLES))


@pytest.fixture(scope="module")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of an Oxigraph server with nothing in it."""
    peers = os.environ.get("EFA_LOD_BENCHMARK_PEERS")
    program = Path(peers or "nowhere") / "bin/oxigraph"
    if not program.exists():
        missing("EFA_LOD_BENCHMARK_PEERS does not name a folder with the server of Oxigraph")
    port = free_port()
    store = tmp_path_factory.mktemp("store")
    with subprocess.Popen(
        [program, "serve", "-l", store, "-b", f"127.0.0.1:{port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        address = f"http://127.0.0.1:{port}"
        for _ in range(100):
            try:
                requests.get(address, timeout=1)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield address
        process.terminate()


HISTORIES = range(20 if os.environ.get("EFA_LOD_ALL_HISTORIES") else 3)
"""The seeds of the histories; the variable makes all of them."""


@pytest.mark.parametrize("seed", HISTORIES)
def test_a_release_with_its_patch_is_the_next(oxigraph: str, seed: int, tmp_path: Path) -> None:
    """Release N and the RDF Patch of N+1 are release N+1, for rdflib; so are they with changes.ru, in Oxigraph's server.

    So they are for the client of event streams too, unordered, ordered and resumed.
    """
    with served_history(tmp_path, seed) as history:
        versions = sorted((path.name for path in (history.site / "release").iterdir() if path.is_dir()), key=_numbers)
        assert 3 == len(versions)
        _refuse_other_patches(history.site / "release", versions, oxigraph)
        refuse_another_end(history, tmp_path / "state")


def _refuse_other_patches(site: Path, versions: list[str], oxigraph: str) -> None:
    """Fail unless each patch and each update leads from one release to the next."""
    default = f"{oxigraph}/store?default"
    requests.put(default, b"", headers={"Content-Type": "application/n-triples"}, timeout=60).raise_for_status()
    state: set[ox.Quad] = set()
    text = ""
    for version in versions:
        folder = site / version
        expected = quads(folder / "efa-lod.nt")
        graph = rdflib.Graph().parse(folder / "efa-lod.nt", format="nt")
        assert set(graph) == patched(text, (folder / "changes.rdfp").read_text("utf-8"))
        update = (folder / "changes.ru").read_bytes()
        headers = {"Content-Type": "application/sparql-update"}
        requests.post(f"{oxigraph}/update", update, headers=headers, timeout=60).raise_for_status()
        got = requests.get(default, headers={"Accept": "application/n-triples"}, timeout=60).content
        assert expected == set(ox.parse(got, format=ox.RdfFormat.N_TRIPLES))
        assert expected == (state - quads(folder / "removed.nt")) | quads(folder / "added.nt")
        state, text = expected, (folder / "efa-lod.nt").read_text("utf-8")


def test_ten_releases_leave_what_was_published(cli: Cli, copy: Path) -> None:
    """Frozen folders are byte-equal after ten releases, a second build is byte-equal, and the site passes its own sums."""
    maker = HistoryMaker(copy, 7)
    first = run(cli, copy, 1, 7, by=maker)
    site = copy.parent / "site"
    before = {
        path: path.read_bytes()
        for path in (site / "release").rglob("*")
        if path.is_file() and path.parent.name in first
    }
    for index in range(9):
        options = list(options_of(maker.step()))
        made = cli(
            "release", "--write", "--previous", site, "--date", DAYS[index + 10], *options, "--publication", copy
        )
        assert 0 == made.exit_code, made.stderr
        assert 0 == cli("build", "-o", site, "--publication", copy).exit_code
    after = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    again = cli("build", "-o", copy.parent / "again", "--previous", site, "--publication", copy)

    assert 0 == again.exit_code, again.stderr
    assert before == {path: after[path] for path in before}
    assert after == {
        site / path.relative_to(copy.parent / "again"): path.read_bytes()
        for path in (copy.parent / "again").rglob("*")
        if path.is_file()
    }
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=site, check=True)
    for folder in (site / "release").iterdir():
        if folder.is_dir():
            subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=True)
    graph = rdflib.Graph().parse(site / "releases.ttl")
    assert 11 == len(set(graph.objects(None, rdflib.URIRef(f"{rdflib.DCAT}hasVersion"))))
    assert not [term for triple in graph for term in triple if isinstance(term, rdflib.BNode)]
    catalogue = rdflib.Graph().parse(site / "catalog.ttl")
    assert 1 == len(set(catalogue.subjects(rdflib.RDF.type, rdflib.DCAT.Dataset)))


def test_a_changed_frozen_folder_is_refused(cli: Cli, copy: Path) -> None:
    """A frozen file that is not the one of its digest keeps a build from being written; so does another list of digests."""
    versions = run(cli, copy, 2, 3)
    site = copy.parent / "site"
    frozen = site / "release" / versions[0]
    whole = {path: path.read_bytes() for path in frozen.iterdir() if path.is_file()}
    (frozen / "efa-lod.ttl").write_bytes(b"")
    changed = cli("build", "-o", copy.parent / "other", "--previous", site, "--publication", copy)
    (frozen / "efa-lod.ttl").write_bytes(whole[frozen / "efa-lod.ttl"])
    (frozen / "SHA256SUMS").write_bytes(b"")
    other = cli("build", "-o", copy.parent / "other", "--previous", site, "--publication", copy)

    assert [2, 2] == [changed.exit_code, other.exit_code]
    assert "efa-lod.ttl: expected the SHA-256" in changed.stderr
    assert "not the list of digests that this release was published with" in other.stderr
    assert not (copy.parent / "other").exists()


def test_a_missing_frozen_folder_is_told(cli: Cli, copy: Path) -> None:
    """A build without the last site says which release's addresses would be lost."""
    versions = run(cli, copy, 1, 3)
    found = cli("build", "-o", copy.parent / "fresh", "--publication", copy)

    assert 0 == found.exit_code
    assert f"The frozen folder of release {versions[0]} is missing" in found.stderr


def test_changes_without_a_release_are_told(cli: Cli, copy: Path) -> None:
    """A build of data that no release has says so, and leaves the frozen folders as they are."""
    maker = HistoryMaker(copy, 4)
    versions = run(cli, copy, 1, 4, by=maker)
    site = copy.parent / "site"
    before = {path: path.read_bytes() for path in (site / "release").rglob("*") if path.suffix == ".nt"}
    maker.step()
    found = cli("build", "-o", site, "--publication", copy)

    assert f"The data differs from release {versions[-1]}" in found.stderr
    assert before == {path: path.read_bytes() for path in before}
