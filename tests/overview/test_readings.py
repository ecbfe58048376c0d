"""A reading overrules what is read wrongly, with its reason in each report, until the text of its row is another."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from efa_lod.cli import main


def run(*arguments: object) -> Result:
    """Run ``efa-lod source coverage`` with *arguments*."""
    return CliRunner().invoke(main, ["source", "coverage", *map(str, arguments)], env={"LC_ALL": "C"})


@pytest.fixture
def page(reference: Path, copy: Path) -> Path:
    """Return the real page, with a record that says less of one row than the page seems to."""
    record = copy / "data/states/sh.yaml"
    record.write_text(
        record.read_text(encoding="utf-8").replace(
            "covers: [maintenance, upkeep, operation, furtherDevelopment]",
            "covers: [maintenance, upkeep, furtherDevelopment]",
        ),
        encoding="utf-8",
    )
    file = copy / "page.txt"
    file.write_bytes((reference / "source/efa-nachnutzung-in-den-laendern.txt").read_bytes())
    return file


def accepted(copy: Path, page: Path) -> Path:
    """Return the file with the reading that is drafted for *page*, its reasons given."""
    drafts = run(page, "--publication", copy, "--format", "readings")
    assert (1, 1) == (drafts.exit_code, drafts.stdout.count("[[readings]]"))
    file = copy / "data/readings/efa-nachnutzung.toml"
    file.parent.mkdir()
    file.write_text(
        drafts.stdout.replace('de = "TODO"', 'de = "Betrieb meint hier nichts Eigenes."').replace(
            'en = "TODO"', 'en = "Operation is meant in general."'
        ),
        encoding="utf-8",
    )
    return file


def test_a_reading_overrules_its_finding_and_is_told(copy: Path, page: Path) -> None:
    """The finding becomes information with its reason, in each report; the exit code is 0."""
    assert 1 == run(page, "--publication", copy).exit_code
    accepted(copy, page)
    text, data = run(page, "--publication", copy), run(page, "--publication", copy, "--format", "json")

    assert (0, 0) == (text.exit_code, data.exit_code)
    assert "Operation is meant in general." in text.stdout
    assert [("info", "overruled")] == [(one["severity"], one["rule"]) for one in json.loads(data.stdout)["results"]]


def test_a_reading_is_gone_when_the_text_of_its_row_is_another(copy: Path, page: Path) -> None:
    """With another text of the row the finding is back, and the reading is told to be out of date."""
    accepted(copy, page)
    page.write_text(
        page.read_text(encoding="utf-8").replace("Stand: November 2022", "Stand: Mai 2023"), encoding="utf-8"
    )
    result = run(page, "--publication", copy)

    assert 1 == result.exit_code
    assert "data/readings/efa-nachnutzung.toml:1: warning" in result.stdout
    assert "Operation is meant in general." not in result.stdout


def test_a_reading_that_overrules_nothing_is_told(copy: Path, page: Path) -> None:
    """Once the record says it, the reading is to be removed; other findings of the same row stay violations."""
    accepted(copy, page)
    record = copy / "data/states/sh.yaml"
    said = record.read_text(encoding="utf-8").replace(
        "upkeep, furtherDevelopment]", "upkeep, operation, furtherDevelopment]"
    )
    record.write_text(said, encoding="utf-8")
    result = run(page, "--publication", copy)
    record.write_text(said.replace("covers: infrastructure", "covers: development"), encoding="utf-8")

    assert (0, True) == (result.exit_code, "overrules nothing" in result.stdout)
    assert 1 == run(page, "--publication", copy).exit_code


BROKEN = {
    "no reason": ('reason.en = "Operation is meant in general."', "", "reason.de and reason.en"),
    "a reason to be given": ("Operation is meant in general.", "TODO", "expected why this is read otherwise"),
    "too few digits": ('sha256 = "', 'sha256 = "2855F0"\n# "', "expected 12 to 64 hexadecimal digits"),
    "no TOML": ("[[readings]]", "[[readings", "cannot be used"),
}


@pytest.mark.parametrize(("old", "new", "message"), BROKEN.values(), ids=BROKEN)
def test_a_reading_that_lacks_something_is_refused(old: str, new: str, message: str, copy: Path, page: Path) -> None:
    """A reading without reason, text or form ends in one line with its place."""
    file = accepted(copy, page)
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    result = run(page, "--publication", copy)

    assert (2, 1) == (result.exit_code, len(result.stderr.splitlines()))
    assert "data/readings/efa-nachnutzung.toml" in result.stderr
    assert message in result.stderr
