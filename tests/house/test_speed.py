"""The suite has two speeds, runs in several processes that share what they can, and says in few lines what it skipped."""

import threading
from pathlib import Path

import pytest

from support import sharing
from support.speed import ALONE, LONGEST, SLOW, folded, is_alone, is_slow
from support.turns import scope_of, turn_of


def test_each_reason_for_skipping_is_one_line() -> None:
    """Tests that are skipped for the same reason are counted, not listed."""
    lines = folded(["Skipped: no network", *["Skipped: the program java is not installed"] * 150])

    assert ["SKIPPED [150] the program java is not installed", "SKIPPED [1] no network"] == lines


def test_slow_tests_are_known_by_their_place() -> None:
    """A test is slow by the beginning of its identifier."""
    assert is_slow("tests/soak/test_soak.py::test_floods")
    assert not is_slow("tests/io/test_reading.py::test_depth")
    assert is_alone("tests/benchmarks/test_cold.py::test_find")
    assert not is_alone("tests/io/test_reading.py::test_depth")


@pytest.mark.parametrize("beginning", sorted({*SLOW, *ALONE, *LONGEST}))
def test_no_entry_of_the_lists_outlives_its_tests(beginning: str) -> None:
    """Each entry names a folder, a file, or tests that are in a file."""
    path, _, name = beginning.partition("::")
    place = Path(__file__).parents[2] / path

    assert place.exists()
    assert f"def {name}" in (place.read_text("utf-8") if name else "def ")


def test_long_files_come_first_and_last_what_has_to_be_alone() -> None:
    """A file stays together, but for its tests that have to be alone, which go with all others of their kind."""
    long, slow = f"{LONGEST[0]}::test_a", "tests/site/test_lookup.py::test_a"
    quick, alone = "tests/io/test_reading.py::test_depth", "tests/web/test_query_limits.py::test_hostile_queries_do_not"

    assert [long, slow, quick, alone] == sorted([alone, quick, slow, long], key=turn_of)
    assert LONGEST[0] == scope_of(long)
    assert {scope_of(alone)} == {scope_of(beginning) for beginning in ALONE}


def test_who_has_to_be_alone_waits_for_others_and_goes_before_those_who_come_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one test runs and one waits to be alone, a third begins after both."""
    for name in ("_TURN", "_ROOM"):
        (tmp_path / name).touch()
        monkeypatch.setattr(sharing, name, tmp_path / name)
    monkeypatch.setattr(sharing, "IS_SHARED", True)
    seen: list[str] = []
    first_may_end, waits = threading.Event(), threading.Event()

    def run(name: str, is_alone: bool) -> None:
        if is_alone:
            waits.set()
        with sharing.on_the_machine(is_alone):
            seen.append(name)
            if name == "first":
                waits.wait()
                first_may_end.wait()
            seen.append(f"{name} ended")

    first = threading.Thread(target=run, args=("first", False))
    first.start()
    while not seen:
        pass
    alone = threading.Thread(target=run, args=("alone", True))
    alone.start()
    waits.wait()
    while not is_taken(tmp_path / "_TURN"):
        pass
    later = threading.Thread(target=run, args=("later", False))
    later.start()
    first_may_end.set()
    for one in (first, alone, later):
        one.join()

    assert ["first", "first ended", "alone", "alone ended", "later", "later ended"] == seen


def is_taken(file: Path) -> bool:
    """Return whether somebody else has locked *file*."""
    import fcntl

    with file.open("rb") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_what_all_need_is_made_once(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> None:
    """Whoever asks first makes the folder, the others find it whole."""
    made: list[Path] = []

    def make(folder: Path) -> None:
        folder.mkdir()
        made.append(folder)

    found = [sharing.made_once(tmp_path_factory, f"of-{tmp_path.name}", make) for _ in range(3)]

    assert [found[0]] == made
    assert {found[0]} == set(found)
