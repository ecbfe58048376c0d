"""The suite has two speeds, and says in few lines what it skipped."""

from support.speed import folded, is_slow


def test_each_reason_for_skipping_is_one_line() -> None:
    """Tests that are skipped for the same reason are counted, not listed."""
    lines = folded(["Skipped: no network", *["Skipped: the program java is not installed"] * 150])

    assert ["SKIPPED [150] the program java is not installed", "SKIPPED [1] no network"] == lines


def test_slow_tests_are_known_by_their_place() -> None:
    """A test is slow by the beginning of its identifier."""
    assert is_slow("tests/soak/test_soak.py::test_floods")
    assert not is_slow("tests/io/test_reading.py::test_depth")
