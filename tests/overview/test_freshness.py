"""Freshness: which records are due, and setting the day without touching anything else in the file."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from efa_lod.cli import main
from efa_lod.errors import BrokenInput
from efa_lod.io.reading import Document
from efa_lod.model.publication import Publication, read_publication
from efa_lod.model.records import publication_records
from efa_lod.overview.due import due_records, interval, set_confirmed, unchanged_states
from efa_lod.overview.page import OverviewPage, read_page, read_page_file


@pytest.fixture(scope="module")
def text(reference: Path) -> str:
    """Return the text of the real page."""
    return (reference / "source/efa-nachnutzung-in-den-laendern.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text: str) -> OverviewPage:
    """Return the real page."""
    return read_page(text.encode(), "page.txt")


def states(publication: Publication) -> list[Document]:
    """Return the records of states."""
    return [d for d in publication_records(publication) if d.value["type"] == "State"]


def run(*arguments: object) -> Result:
    """Run ``efa-lod source`` with *arguments*."""
    return CliRunner().invoke(main, ["source", *map(str, arguments)], env={"LC_ALL": "C"})


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
    assert {"state": "Bayern", "place": "data/states/by.yaml:70", "lastConfirmed": "2026-11-23", "due": "2026-12-23",
            "overdue": True} in json.loads(late.stdout)  # fmt: skip


def test_confirm_changes_one_line_of_each_file_and_nothing_else(page: OverviewPage, copy: Path) -> None:
    """Comments, layout and line ends stay; the file reads as before but for the day."""
    publication = read_publication(copy)
    odd = copy / "data/states/sh.yaml"
    odd.write_bytes(
        odd.read_bytes()
        .replace(b"lastConfirmed: 2026-11-23", b"lastConfirmed: '2026-11-23'   # by hand")
        .replace(b"\n", b"\r\n")
    )
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    set_confirmed(list(unchanged_states(states(publication), page)), publication, date(2027, 3, 1))
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
    bremen = text[text.index("Bremen\n") : text.index("Hamburg\n")]
    page.write_text(text.replace("info@itvsh.de", "post@itvsh.de").replace(bremen, ""), encoding="utf-8")
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


@pytest.mark.parametrize("layout", [b"lastConfirmed:\n    %s", b"'lastConfirmed' : \"%s\" # checked"])
def test_a_day_is_set_in_any_layout(layout: bytes, page: OverviewPage, copy: Path) -> None:
    """However a day is written, the new one takes its place and all else stays."""
    record = copy / "data/states/th.yaml"
    before = record.read_bytes().replace(b"lastConfirmed: 2026-11-23", layout % b"2026-11-23")
    record.write_bytes(before)
    publication = read_publication(copy)

    set_confirmed(states(publication), publication, date(2027, 3, 1))

    assert record.read_bytes() == before.replace(layout % b"2026-11-23", layout % b"2027-03-01")


def test_a_file_that_cannot_be_edited_leaves_all_as_they_are(page: OverviewPage, copy: Path) -> None:
    """One record that cannot be confirmed ends the command before the first file is written."""
    record = copy / "data/states/th.yaml"
    record.write_bytes(record.read_bytes().replace(b"lastConfirmed: 2026-11-23", b"lastConfirmed: 2028-01-01"))
    publication = read_publication(copy)
    with pytest.raises(BrokenInput, match="which is after 2027-03-01"):
        set_confirmed(states(publication), publication, date(2027, 3, 1))

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
