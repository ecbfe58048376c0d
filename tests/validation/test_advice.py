"""Advice: warnings of what no shape says."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from conftest import Cli
from efa_lod.io.reading import Document, Place
from efa_lod.model.results import Severity
from efa_lod.validation.advice import advice_on

TODAY = date(2026, 11, 23)


def confirmed(day: Any) -> Document:
    """Return a record that was last confirmed on *day*."""
    return Document({"id": "state/xx", "record": {"lastConfirmed": day}}, Place("xx.yaml", 1), dict)


@pytest.mark.parametrize("day", ["2025-11-22", "2024-02-29", "0001-01-01"])
def test_a_record_confirmed_long_ago_is_told(day: str) -> None:
    """What was confirmed more than a year before is a warning with key and day."""
    [found] = advice_on([confirmed(day)], TODAY)

    assert (Severity.WARNING, "confirmed-long-ago", "record.lastConfirmed", day) == (
        found.severity,
        found.rule,
        found.key,
        found.found,
    )
    assert {"de", "en"} == set(found.messages)


@pytest.mark.parametrize(
    "day", ["2025-11-23", "2026-11-23", "2030-01-01", "yesterday", "", "0-1", None, ["2001-01-01"]]
)
def test_others_pass(day: Any) -> None:
    """A year ago is not more than a year; what is no day is left to the shapes."""
    assert [] == advice_on([confirmed(day)], TODAY)


@pytest.mark.parametrize("value", [{}, {"record": "x"}, {"record": []}])
def test_a_record_without_a_day_passes(value: dict[str, Any]) -> None:
    """What is missing is left to the shapes."""
    assert [] == advice_on([Document(value, Place("x", 1), dict)], TODAY)


def test_validate_gives_advice_with_the_line(copy: Path, cli: Cli) -> None:
    """``validate`` tells the file and the line, of the publication and of files."""
    path = copy / "data" / "states" / "sh.yaml"
    lines = path.read_text("utf-8").splitlines()
    [number] = [i for i, line in enumerate(lines, 1) if "lastConfirmed" in line]
    lines[number - 1] = lines[number - 1].partition(":")[0] + ': "2001-01-01"'
    path.write_text("\n".join(lines) + "\n", "utf-8")
    for files in ([], [path]):
        found = cli("validate", *files, "--publication", copy)

        assert f"sh.yaml:{number}: warning: record.lastConfirmed" in found.stdout.replace(" – ", ": ")
