"""Building: all outputs or none, whatever happens on the way."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import Cli
from efa_lod.build.build import build
from efa_lod.build.ownership import MARK, built_files
from efa_lod.errors import CannotWrite
from efa_lod.model.publication import Publication, read_publication


def content(folder: Path) -> dict[str, str]:
    """Return the digest of every file below *folder*, by name."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_build_lists_what_it_wrote(tmp_path: Path, cli: Cli) -> None:
    """Files, bytes and triples on stdout, the site in one line; that the publisher is a sample on stderr."""
    found = cli("build", "-o", tmp_path / "dist")
    bare = cli("build", "-o", tmp_path / "bare", "--no-site")
    lines = found.stdout.splitlines()
    files, data = content(tmp_path / "dist"), content(tmp_path / "bare")

    assert 0 == found.exit_code
    assert [line.split()[-1].rpartition("bare/")[2] for line in bare.stdout.splitlines()] == [
        line.split()[-1].rpartition("dist/")[2] for line in lines[:-1]
    ]
    assert {line.split()[-1] for line in bare.stdout.splitlines()} == {str(tmp_path / "bare" / name) for name in data}
    assert f" in {len(files) - len(data):,} files of the site " in lines[-1]
    assert lines[-1].endswith(str(tmp_path / "dist" / "index.html"))
    assert any("triples" in line and line.endswith("efa-lod.ttl") for line in lines)
    assert "are a sample" in found.stderr.splitlines()[0]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--lang", "de"), ("Ansehen: efa-lod serve --site {folder}", "Veröffentlichen:")),
        (("--lang", "en"), ("To look at it: efa-lod serve --site {folder}", "To publish it:")),
        (("--no-site", "--lang", "en"), ("efa-lod serve --graph {folder}/efa-lod-graph.ttl", "efa-lod query --list")),
    ],
)
def test_a_build_ends_with_what_to_do_next(
    options: tuple[str, ...], words: tuple[str, ...], tmp_path: Path, cli: Cli
) -> None:
    """After what was written, a person reads how to look at it and how to publish it, on stderr."""
    said = cli("build", "-o", tmp_path / "new", *options).stderr.splitlines()[-2:]

    assert [] == [one for one in words if one.format(folder=tmp_path / "new") not in " ".join(said)]


def test_the_lists_of_files_are_true(dist: Path) -> None:
    """SHA256SUMS and build.json name every file with its digest and size."""
    found = content(dist)
    pairs = (line.split("  ") for line in (dist / "SHA256SUMS").read_text().splitlines())
    sums = {name: digest for digest, name in pairs}
    facts = json.loads((dist / MARK).read_text())

    assert sums == {name: digest for name, digest in found.items() if name not in ("SHA256SUMS", MARK)}
    assert {file["path"]: (file["sha256"], file["bytes"]) for file in facts["files"]} == {
        name: (digest, (dist / name).stat().st_size) for name, digest in found.items() if name in sums
    }


def test_a_second_build_replaces_the_first(copy: Path, tmp_path: Path) -> None:
    """What an earlier build wrote and this one does not is gone; the rest is as the data now says."""
    out = tmp_path / "dist"
    build(read_publication(copy), out)
    (out / "stale.ttl").write_text("")
    inventory = json.loads((out / MARK).read_text("utf-8"))
    inventory["files"].append({"path": "stale.ttl"})
    (out / MARK).write_text(json.dumps(inventory), "utf-8")
    first = content(out)
    file = copy / "data/states/sh.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("info@itvsh.de", "post@itvsh.de"), encoding="utf-8")
    build(read_publication(copy), out)

    assert "stale.ttl" not in content(out)
    assert first["efa-lod.ttl"] != content(out)["efa-lod.ttl"]
    assert [out.name] == [path.name for path in out.parent.iterdir() if path.name.endswith("dist")]


def test_data_that_does_not_conform_is_not_published(copy: Path, tmp_path: Path, cli: Cli) -> None:
    """A violation leaves the earlier output whole, names the place on stderr, and exits with 1."""
    out = tmp_path / "dist"
    assert 0 == cli("build", "-o", out, "--publication", copy).exit_code
    before = content(out)
    file = copy / "data/states/sh.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("email: info", "email: mailto:info"), encoding="utf-8")
    found = cli("build", "-o", out, "--publication", copy)

    assert (1, "") == (found.exit_code, found.stdout)
    assert "data/states/sh.yaml:38: violation: reuse.contacts[0].email" in found.stderr
    assert before == content(out)


def test_a_folder_of_somebody_else_is_not_replaced(tmp_path: Path, publication: Publication) -> None:
    """A folder with other files, a file and a link are left alone."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "letter.txt").write_text("dear")
    link = tmp_path / "link"
    link.symlink_to(folder)
    for out in (folder, folder / "letter.txt", link):
        with pytest.raises(CannotWrite, match="name another folder with -o"):
            build(publication, out)

    assert "dear" == (folder / "letter.txt").read_text()


def test_an_empty_folder_is_used(tmp_path: Path, publication: Publication) -> None:
    """An empty folder is replaced like an earlier output."""
    out = tmp_path / "dist"
    out.mkdir()

    assert build(publication, out).outputs


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path, cli: Cli) -> None:
    """A target below a file, where no folder can be, is exit 2 and one line."""
    (tmp_path / "file").write_text("")
    found = cli("build", "-o", tmp_path / "file" / "dist")

    assert (2, 2) == (found.exit_code, len(found.stderr.splitlines()))
    assert "cannot be written" in found.stderr


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_build_leaves_the_earlier_output_whole(how: signal.Signals, tmp_path: Path) -> None:
    """Stopped at any moment, a build has replaced everything or nothing, and the next one cleans up after it."""
    out = tmp_path / "dist"
    command = [sys.executable, "-m", "efa_lod", "build", "-o", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    before = content(out)
    for delay in (0.05, 0.15, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(how)
        process.wait(timeout=30)

        assert before == content(out)
    subprocess.run(command, check=True, capture_output=True)
    assert (["dist"], before) == ([path.name for path in tmp_path.iterdir()], content(out))


def test_leftovers_of_a_running_build_are_kept(tmp_path: Path, publication: Publication) -> None:
    """What a living process writes is not taken for what a dead one left."""
    running = tmp_path / f".dist.{os.getppid()}.new"
    running.mkdir()
    build(publication, tmp_path / "dist")

    assert running.is_dir()


def test_an_output_is_restored_where_a_build_died_between_two_renames(tmp_path: Path, publication: Publication) -> None:
    """Where folders cannot be exchanged at once, the earlier output is found beside its place and put back."""
    out = tmp_path / "dist"
    build(publication, out)
    before = content(out)
    out.rename(tmp_path / ".dist.999999999.old")
    (tmp_path / "bad").mkdir()
    from efa_lod.io.folders import _remove_leftovers

    _remove_leftovers(out, built_files)
    assert before == content(out)


def test_another_base_iri_moves_everything_of_ours(tmp_path: Path) -> None:
    """With ``--base-iri`` no IRI with the written base is left in any output."""
    out = tmp_path / "dist"
    build(read_publication(base_iri="https://data.example.org/efa/"), out)

    assert [] == [path.name for path in out.rglob("*") if path.is_file() and b"w3id.org/efa-lod" in path.read_bytes()]
    assert "<https://data.example.org/efa/state/sh>" in (out / "efa-lod.nt").read_text()
