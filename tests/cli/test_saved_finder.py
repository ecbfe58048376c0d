"""The index that ``find`` keeps: it answers as the files do, is used while they are the same, and by its owner alone."""

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.test_finder import ALL
from cli.test_loaded_modules import PROGRAM
from conftest import Cli
from efa_lod.cli.find import _answers
from efa_lod.model.gazetteer import Gazetteer
from efa_lod.model.publication import Publication
from efa_lod.site import saved_finder
from efa_lod.site.finder_answers import FinderAnswers, read_finder_answers
from efa_lod.site.saved_finder import keep_answers, kept_answers, state_of_files


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the program a cache of its own, and let files count as settled at once; return the folder of the index."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(saved_finder, "_SETTLED_NS", -(10**10))
    return tmp_path / "cache/efa-lod/finder"


@pytest.fixture(scope="module")
def read_answers(publication: Publication) -> FinderAnswers:
    """Return what can be asked of the packaged publication, read from its files."""
    return read_finder_answers(publication)


def questions(places: Gazetteer) -> list[str]:
    """Return the questions of the finder's own tests, and keys, numbers and names of places, some of them misspelt."""
    chance = random.Random(20)
    rows = chance.sample([*places.municipalities, *places.districts, *places.associations], 25)
    found = [part for name, _, key, postcode in rows for part in (name, key, postcode, name[:-1], name[1:]) if part]
    return [one[0] for one in ALL] + found + chance.sample(sorted(places.regional_keys), 10)


def test_what_was_kept_answers_as_the_files_do(publication: Publication, read_answers: FinderAnswers) -> None:
    """Every question has the same result, answers, choices and origin from the index as from the files."""
    state = state_of_files(publication.folder, None)
    assert state
    keep_answers(read_answers, state)
    kept, places = kept_answers(state), read_answers.find.gazetteer
    assert kept and places and kept.find.gazetteer != places

    for question in questions(places):
        for language in ("de", "en"):
            assert _answers(read_answers, question, language) == _answers(kept, question, language), question


def test_a_second_question_reads_no_record(cache: Path, tmp_path: Path) -> None:
    """With the index, neither YAML nor the register is read, and the words are the same to the byte."""
    called = [sys.executable, "-c", PROGRAM, "find", "Frankfurt"]
    runs = [
        subprocess.run(called, capture_output=True, text=True, timeout=60, check=True, cwd=tmp_path) for _ in range(2)
    ]
    loaded = [set(run.stderr.partition("LOADED ")[2].split()) for run in runs]

    assert [1] == [len(list(cache.iterdir()))]
    assert {"yaml", "csv"} <= loaded[0]
    assert set() == loaded[1] & {"yaml", "csv", "pyoxigraph", "efa_lod.io.reading", "efa_lod.site.comparison"}
    assert [runs[0].stdout] == [runs[1].stdout]
    assert runs[0].stderr.partition("LOADED")[0] == runs[1].stderr.partition("LOADED")[0]


def test_a_changed_record_is_told_at_once(cli: Cli, copy: Path, cache: Path) -> None:
    """After an edit that leaves size and day of a file as they were, the answer is that of the new text."""
    file = copy / "data/states/sh.yaml"
    before = cli("find", "01", "--publication", copy)
    was = file.stat()
    file.write_text(file.read_text("utf-8").replace("info@itvsh.de", "info@itvhs.de"), "utf-8")
    os.utime(file, ns=(was.st_atime_ns, was.st_mtime_ns))
    after = cli("find", "01", "--publication", copy)

    assert ("info@itvsh.de" in before.stdout, "info@itvhs.de" in after.stdout) == (True, True)
    assert [1] == [len(list(cache.iterdir()))], "one of a publication"


CHANGES: dict[str, Callable[[Path], object]] = {
    "a new record": lambda copy: (copy / "data/states/xx.yaml").write_text("no record", "utf-8"),
    "a settings file that is gone": lambda copy: (copy / "data/publication.yaml").unlink(),
    "a link out": lambda copy: (copy / "data/states/sh.yaml").symlink_to(
        (copy / "data/states/sh.yaml").rename(copy.parent / "sh.yaml")
    ),
    "a folder that is gone": lambda copy: (copy / "shapes").rename(copy / "old"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_refused_is_refused_with_an_index_too(change: str, cli: Cli, copy: Path) -> None:
    """A publication that can no longer be read is no longer answered from the index."""
    assert 0 == cli("find", "01", "--publication", copy).exit_code
    CHANGES[change](copy)

    assert 2 == cli("find", "01", "--publication", copy).exit_code


DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda file: file.write_bytes(b""),
    "cut short": lambda file: os.truncate(file, file.stat().st_size // 2),
    "no index": lambda file: file.write_bytes(b"{}\n"),
    "zeros at the end": lambda file: file.write_bytes(file.read_bytes()[:30_000] + bytes(10**6)),
    "a bit": lambda file: file.write_bytes(file.read_bytes().replace(b"itvsh", b"itvsi", 1)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_is_made_anew(damage: str, cli: Cli, cache: Path) -> None:
    """What is not as it was written is not used, and replaced."""
    before = cli("find", "Kiel")
    (file,) = cache.iterdir()
    whole = file.read_bytes()
    DAMAGES[damage](file)
    after = cli("find", "Kiel")

    assert (before.stdout, before.stderr, whole) == (after.stdout, after.stderr, file.read_bytes())


def test_an_index_that_others_can_write_is_not_used(cli: Cli, cache: Path) -> None:
    """Where others may write to the folder, nothing is read from it."""
    cli("find", "Kiel")
    (file,) = cache.iterdir()
    file.write_bytes(b"")
    cache.chmod(0o777)

    assert (0, 0) == (cli("find", "Kiel").exit_code, file.stat().st_size)


def test_without_a_place_for_it_nothing_is_kept(cli: Cli, cache: Path) -> None:
    """A cache that cannot be written changes no answer."""
    cache.parent.mkdir(parents=True)
    cache.write_text("no folder")

    assert (0, "no folder") == (cli("find", "Kiel").exit_code, cache.read_text())


def test_files_that_have_just_changed_are_not_kept(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What changed within the last seconds may change again at the same time of the clock, so it is read each time."""
    monkeypatch.setattr(saved_finder, "_SETTLED_NS", 3_600_000_000_000)
    assert state_of_files(copy, None) is None


def test_another_base_has_an_index_of_its_own(cli: Cli, cache: Path) -> None:
    """Addresses are those of the base that was named."""
    for base in ("https://a.example/efa/", "https://b.example/efa/"):
        for _ in range(2):
            assert f"{base}en/state/sh.html" in cli("find", "SH", "--base-iri", base).stdout
    assert [2] == [len(list(cache.iterdir()))]
