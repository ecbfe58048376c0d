"""Which publication a command reads: the one at hand, and never another in silence."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from efa_lod.model.publication import packaged_folder, working_folder

Cli = Callable[..., Result]


@pytest.fixture
def working(tmp_path: Path) -> Path:
    """Return a copy of the publication in which an address was changed."""
    folder = tmp_path / "mine"
    for part in ("data", "ontology", "shapes"):
        shutil.copytree(packaged_folder() / part, folder / part)
    record = folder / "data/states/sh.yaml"
    record.write_text(record.read_text("utf-8").replace("info@itvsh.de", "neu@itvsh.de"), "utf-8")
    return folder


@pytest.mark.parametrize("below", [".", "data", "data/states"])
def test_the_publication_around_the_working_folder_is_used_and_named(
    working: Path, below: str, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edit shows in what is found, asked and built from the folder and from below it."""
    monkeypatch.chdir(working / below)

    found = cli("find", "SH")
    assert "neu@itvsh.de" in found.stdout
    assert f"Publication: {working}\n" == found.stderr
    assert "neu@itvsh.de" in cli("query", "SELECT ?m { ?c schema:email ?m }", "--format", "csv").stdout
    assert f"Veröffentlichung: {working}\n" in cli("validate", "--lang", "de").stderr


def test_an_edit_reaches_what_is_built(working: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """``build`` without options in a changed copy writes the changed address."""
    monkeypatch.chdir(working)

    assert 0 == cli("build", "--no-site").exit_code
    assert "neu@itvsh.de" in Path("dist/efa-lod.ttl").read_text("utf-8")


def test_a_file_is_checked_in_the_publication_that_it_belongs_to(
    working: Path, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From anywhere, a record is held against its own publication, and the message says which that is."""
    monkeypatch.chdir(tmp_path)
    record = working / "data/states/sh.yaml"
    record.write_text(record.read_text("utf-8").replace("neu@itvsh.de", "mailto:neu@itvsh.de"), "utf-8")

    result = cli("validate", record)
    assert (1, f"Publication: {working}") == (result.exit_code, result.stderr.splitlines()[0])
    assert "sh.yaml:" in result.stdout


def test_a_file_of_another_publication_than_the_named_one_is_refused(working: Path, cli: Cli) -> None:
    """A check of one publication is not told as a check of another."""
    result = cli("validate", "--publication", packaged_folder(), working / "data/states/sh.yaml")

    assert 2 == result.exit_code
    assert f"belongs to the publication {working}, but the one in use is" in result.stderr


def test_a_folder_with_only_some_parts_is_no_publication(working: Path) -> None:
    """data/ alone, or without its settings, does not make a publication."""
    shutil.rmtree(working / "shapes")

    assert working_folder(working) is None
    assert working_folder(working / "data") is None
