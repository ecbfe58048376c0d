"""Ownership: a folder is replaced only if every thing in it is one that a build wrote."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from efa_lod.build.ownership import MARK, built_files, mark_store, store_files
from efa_lod.errors import CannotWrite
from efa_lod.io.folders import Ownership, replacing
from efa_lod.web.built_site import STORE_MARK

Fill = Callable[[Path], object]


def ours(folder: Path) -> None:
    """Make *folder* what a build writes, as far as its inventory goes."""
    (folder / "state").mkdir(parents=True)
    files = ["efa-lod.ttl", "state/sh.html"]
    for file in files:
        (folder / file).write_text("ours")
    told = {"generator": "efa-lod 1.0.0", "baseIri": "https://a.example/", "files": [{"path": file} for file in files]}
    (folder / MARK).write_text(json.dumps(told))
    (folder / "SHA256SUMS").write_text("")


def our_store(folder: Path) -> None:
    """Make *folder* a store that a build writes."""
    folder.mkdir(parents=True)
    store = ox.Store(str(folder))
    store.add(ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.NamedNode("urn:c")))
    store.flush()
    del store
    mark_store(folder)


def put(path: str, text: str = "mine") -> Fill:
    """Return what writes *text* to *path* in a folder."""

    def fill(folder: Path) -> None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)

    return fill


def both(*fills: Fill) -> Fill:
    """Return what does all of *fills*."""
    return lambda folder: [fill(folder) for fill in fills]


def new(folder: Path) -> None:
    """Make an empty folder."""
    folder.mkdir()


ADDED: dict[str, Fill] = {
    "letter": put("letter.txt"),
    "git": put(".git/HEAD"),
    "sources": put("src/main.py"),
    "within a folder of ours": put("state/notes.md"),
    "hidden": put(".env"),
    "empty folder": lambda folder: (folder / "plans").mkdir(),
    "empty folder within": lambda folder: (folder / "below/plans").mkdir(parents=True),
    "link to a file": lambda folder: (folder / "link").symlink_to("/etc/hosts"),
    "link to a folder": lambda folder: (folder / "link").symlink_to("/etc"),
    "link to nothing": lambda folder: (folder / "link").symlink_to("nowhere"),
    "link to itself": lambda folder: (folder / "link").symlink_to("link"),
    "pipe": lambda folder: os.mkfifo(folder / "pipe"),
    "name of two lines": put("a\nb"),
    "upper case of ours": put("EFA-LOD.TTL"),
}
FOREIGN: dict[str, Fill] = {
    "an inventory of another program": both(new, put(MARK, '{"name": "app", "files": []}'), put("main.js")),
    "an inventory alone": both(new, put(MARK, "{}")),
    "an inventory that is none": both(new, put(MARK, "[1]"), put("a")),
    "an inventory that is cut": both(ours, put(MARK, '{"generator": "efa-lod 1.0.0", "base')),
    "an inventory of nothing": both(ours, put(MARK, "")),
    "an inventory without files": both(new, put(MARK, '{"generator": "efa-lod 1.0.0", "baseIri": "x"}')),
    "an inventory that is a folder": both(new, put(f"{MARK}/x")),
    "an inventory nested deep": both(new, put(MARK, "[" * 100_000)),
    "an inventory that is a link": both(
        ours,
        lambda folder: (folder / MARK).rename(folder.parent / "elsewhere.json"),
        lambda folder: (folder / MARK).symlink_to(folder.parent / "elsewhere.json"),
    ),
    "a partial build": both(ours, lambda folder: (folder / MARK).unlink()),
    "a store": lambda folder: ox.Store(str(folder)).flush(),
    "a database": both(new, put("CURRENT", "MANIFEST-000001\n"), put("MANIFEST-000001"), put("000003.log")),
    "a repository": both(new, put(".git/config"), put("README.md")),
    "a publication": both(new, put("data/publication.yaml"), put(MARK, "{}")),
    "only a hidden file": both(new, put(".keep", "")),
}


def tree(folder: Path) -> dict[str, tuple[int, str]]:
    """Return what *folder* holds: inode, and the text of files."""
    return {
        str(path.relative_to(folder)): (
            path.lstat().st_ino,
            path.read_bytes().hex() if path.is_file() and not path.is_symlink() else "",
        )
        for path in sorted(folder.rglob("*"))
    }


def refused(folder: Path, ownership: Ownership) -> str:
    """Return the message by which *folder* is refused, after a look that nothing in it and beside it has changed."""
    before = tree(folder.parent)
    with pytest.raises(CannotWrite) as stop, replacing(folder, ownership):
        pytest.fail("the block is not entered")
    assert before == tree(folder.parent)
    return str(stop.value)


@pytest.mark.parametrize("added", ADDED)
@pytest.mark.parametrize(("made", "ownership"), [(ours, built_files), (our_store, store_files)])
def test_one_foreign_thing_keeps_a_folder_of_ours(tmp_path: Path, made: Fill, ownership: Ownership, added: str) -> None:
    """Whatever is added to a folder that a build wrote, the folder stays and the message names the thing."""
    folder = tmp_path / "out" / "dist"
    made(folder)
    known = tree(folder)
    ADDED[added](folder)
    name = min(path for path in tree(folder) if path not in known)

    assert name.replace("\n", " ") in refused(folder, ownership)


@pytest.mark.parametrize("kind", FOREIGN)
@pytest.mark.parametrize("ownership", [built_files, store_files])
def test_foreign_folders_are_left_alone(tmp_path: Path, kind: str, ownership: Ownership) -> None:
    """A folder that no inventory or mark of ours explains is refused, whatever names its files have."""
    folder = tmp_path / "out" / "dist"
    folder.parent.mkdir()
    FOREIGN[kind](folder)

    assert "holds something that no build has written" in refused(folder, ownership)


@pytest.mark.parametrize(("made", "ownership"), [(ours, built_files), (our_store, store_files)])
@pytest.mark.parametrize("seen", [None, ".DS_Store", "state/Thumbs.db", "desktop.ini"])
def test_what_is_ours_is_replaced(tmp_path: Path, made: Fill, ownership: Ownership, seen: str | None) -> None:
    """A folder that holds what a build wrote is replaced, also when a file manager has left its mark there."""
    folder = tmp_path / "dist"
    made(folder)
    if seen:
        put(seen)(folder)
    with replacing(folder, ownership) as fresh:
        (fresh / "new").write_text("new")

    assert ["new"] == [path.name for path in folder.iterdir()]
    assert ["dist"] == [path.name for path in tmp_path.iterdir()]


def test_a_store_that_was_asked_is_still_ours(tmp_path: Path) -> None:
    """Opening a store to ask it adds files of the engine, which do not make the store foreign."""
    folder = tmp_path / "store"
    our_store(folder)
    for open_ in (ox.Store.read_only, ox.Store, ox.Store):
        assert 1 == len(open_(str(folder)))

    with replacing(folder, store_files) as fresh:
        our_store(fresh / "below")
    assert ["below"] == [path.name for path in folder.iterdir()]


def test_what_comes_while_a_build_runs_is_kept(tmp_path: Path) -> None:
    """A file that is put into the folder while the new one is being written keeps the folder."""
    folder = tmp_path / "dist"
    ours(folder)
    with pytest.raises(CannotWrite, match=r"letter\.txt"), replacing(folder, built_files):
        put("letter.txt")(folder)

    assert "mine" == (folder / "letter.txt").read_text()
    assert ["dist"] == [path.name for path in tmp_path.iterdir()]


def test_what_is_left_of_a_killed_build_is_removed_only_if_it_is_ours(tmp_path: Path) -> None:
    """A folder beside the output that is named like the old one of a killed build may hold what is foreign."""
    folder = tmp_path / "dist"
    ours(folder)
    old = tmp_path / ".dist.999999999.old"
    shutil.copytree(folder, old)
    put("letter.txt")(old)
    with replacing(folder, built_files) as fresh:
        ours(fresh / "x")

    assert "mine" == (old / "letter.txt").read_text()


def test_the_refusal_is_told_in_both_languages(tmp_path: Path) -> None:
    """The message says in German and English what is foreign and what to do."""
    folder = tmp_path / "dist"
    folder.mkdir()
    for name in ("a", "b", "c", "d"):
        put(name)(folder)
    with pytest.raises(CannotWrite) as stop, replacing(folder, built_files):
        pytest.fail("the block is not entered")

    assert "(a, b, c and 1 more), so it is not replaced" in stop.value.in_language("en")
    assert "(a, b, c und 1 weitere), und bleibt, wie es ist" in stop.value.in_language("de")


def test_the_mark_of_a_store_says_who_wrote_it(tmp_path: Path) -> None:
    """The mark is JSON with the program that wrote the store."""
    mark_store(tmp_path)

    assert json.loads((tmp_path / STORE_MARK).read_text())["generator"].startswith("efa-lod ")
