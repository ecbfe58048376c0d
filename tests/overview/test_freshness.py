"""Freshness: which records are due, and setting the day without touching anything else in the file."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from efa_lod.cli.commands import Commands
from efa_lod.cli.source import source
from efa_lod.errors import BrokenInput
from efa_lod.io.reading import Document
from efa_lod.model.publication import Publication, read_publication
from efa_lod.model.records import publication_records
from efa_lod.overview.due import confirm, due_records, interval, unchanged_states
from efa_lod.overview.page import Page, read_page, read_page_file


@pytest.fixture(scope="module")
def text(reference: Path) -> str:
    """Return the text of the real page."""
    return (reference / "source/efa-nachnutzung-in-den-laendern.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    """Return the real page."""
    return read_page(text.encode(), "page.txt")


def states(publication: Publication) -> list[Document]:
    """Return the records of states."""
    return [d for d in publication_records(publication) if d.value["type"] == "State"]


def run(*arguments: object) -> Result:
    """Run ``efa-lod source`` with *arguments*."""
    group = Commands(commands={"source": source})
    return CliRunner().invoke(group, ["source", *map(str, arguments)], env={"LC_ALL": "C"})


def test_a_record_is_due_when_its_time_has_passed(publication: Publication, documents: list[Document]) -> None:
    """A record is due after as many days as the publication's frequency says, and overdue the day after."""
    assert 365 == interval(publication)
    on_the_day = due_records(documents, date(2027, 11, 23), 365)
    day_after = due_records(documents, date(2027, 11, 24), 365)

    assert (16, 0, 16) == (len(on_the_day), sum(d.overdue for d in on_the_day), sum(d.overdue for d in day_after))
    assert {(date(2026, 11, 23), date(2027, 11, 23))} == {(d.confirmed, d.due) for d in on_the_day}


def test_due_tells_by_its_exit_code(copy: Path) -> None:
    """Exit code 0 while nothing is overdue, 1 when something is, with file and line."""
    fine = run("due", "--publication", copy, "--today", "2027-01-01")
    late = run("due", "--publication", copy, "--today", "2027-01-01", "--every", 30, "--format", "json")

    assert (0, "Nothing is overdue; the next record is due on 2027-11-23.\n") == (fine.exit_code, fine.stdout)
    assert (1, 16) == (late.exit_code, len(json.loads(late.stdout)))
    assert {"state": "Bayern", "place": "data/states/by.yaml:29", "lastConfirmed": "2026-11-23", "due": "2026-12-23",
            "overdue": True} in json.loads(late.stdout)  # fmt: skip


def test_confirm_changes_one_line_of_each_file_and_nothing_else(page: Page, copy: Path) -> None:
    """Comments, layout and line ends stay; the file reads as before but for the day."""
    publication = read_publication(copy)
    odd = copy / "data/states/sh.yaml"
    odd.write_bytes(
        odd.read_bytes()
        .replace(b"lastConfirmed: 2026-11-23", b"lastConfirmed: '2026-11-23'   # by hand")
        .replace(b"\n", b"\r\n")
    )
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    confirm(list(unchanged_states(states(publication), page)), publication, date(2027, 3, 1))
    after = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}

    changed = {path for path in before if before[path] != after[path]}
    assert (set(before), 16) == (set(after), len(changed))
    for path in changed:
        pairs = zip(before[path].splitlines(keepends=True), after[path].splitlines(keepends=True), strict=True)
        [(old, new)] = [(old, new) for old, new in pairs if old != new]
        assert old.replace(b"2026-11-23", b"2027-03-01") == new
    assert {"2027-03-01"} == {s.value["record"]["lastConfirmed"] for s in states(read_publication(copy))}


def test_only_states_whose_rows_are_unchanged_are_confirmed(text: str, copy: Path) -> None:
    """A state with a row that has changed, or that is gone, keeps its day, and the command says so."""
    page = copy / "page.txt"
    page.write_text(text.replace("info@itvsh.de", "post@itvsh.de").replace("Bremen\n", "Atlantis\n"), encoding="utf-8")
    result = run("confirm", page, "--publication", copy, "--date", "2027-03-01")
    days = {s.value["abbreviation"]: s.value["record"]["lastConfirmed"] for s in states(read_publication(copy))}

    assert (1, 14) == (result.exit_code, result.stdout.count("confirmed 2027-03-01"))
    assert {"SH", "HB"} == {state for state, day in days.items() if day == "2026-11-23"}
    assert ["data/states/hb.yaml", "data/states/sh.yaml"] == sorted(
        line.partition(":")[0] for line in result.stderr.splitlines()
    )


def test_a_dry_run_writes_nothing(text: str, copy: Path) -> None:
    """What would be confirmed is shown, and every file stays as it is."""
    page = copy / "page.txt"
    page.write_text(text, encoding="utf-8")
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    result = run("confirm", page, "--publication", copy, "--dry-run")

    assert (0, 16) == (result.exit_code, result.stdout.count("(not written)"))
    assert before == {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}


BROKEN = {
    "a later day": (b"lastConfirmed: 2026-11-23", b"lastConfirmed: 2028-01-01", "which is after 2027-03-01"),
    "another layout": (b"lastConfirmed: 2026-11-23", b"lastConfirmed:\n    2026-11-23", "expected a line such as"),
}


@pytest.mark.parametrize(("old", "new", "message"), BROKEN.values(), ids=BROKEN)
def test_a_file_that_cannot_be_edited_leaves_all_as_they_are(
    old: bytes, new: bytes, message: str, page: Page, copy: Path
) -> None:
    """One record that cannot be confirmed ends the command before the first file is written."""
    record = copy / "data/states/th.yaml"
    record.write_bytes(record.read_bytes().replace(old, new))
    publication = read_publication(copy)
    with pytest.raises(BrokenInput, match=message):
        confirm(states(publication), publication, date(2027, 3, 1))

    days = {s.value["record"]["lastConfirmed"] for s in states(publication)}
    assert "2027-03-01" not in days
    assert b"2027-03-01" not in (copy / "data/states/bb.yaml").read_bytes()


@pytest.mark.parametrize("command", [("due",), ("watch", "page.txt"), ("confirm", "page.txt")], ids=lambda c: c[0])
def test_a_record_without_what_every_record_has_is_one_line(command: tuple[str, ...], text: str, copy: Path) -> None:
    """A record that lacks its name or rows ends the command with file and remedy, not with a traceback."""
    (copy / "page.txt").write_text(text, encoding="utf-8")
    record = copy / "data/states/bb.yaml"
    record.write_text('"@context": ../../ontology/context.jsonld\nid: state/bb\ntype: State\n', encoding="utf-8")
    result = run(command[0], *(copy / name for name in command[1:]), "--publication", copy)

    assert (2, 1) == (result.exit_code, len(result.stderr.splitlines()))
    assert "data/states/bb.yaml:1: the record lacks " in result.stderr


def test_another_page_confirms_nothing(copy: Path) -> None:
    """A page of other rows leaves every record as it is."""
    sample = read_page_file(Path(__file__).parents[1] / "pages/overview.html")

    assert [] == list(unchanged_states(states(read_publication(copy)), sample))
