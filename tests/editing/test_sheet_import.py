"""What clerks answered becomes edits, findings by cell, and YAML of which nothing else changes."""

import datetime
import json
import subprocess
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import Cli, missing
from efa_lod.editing.edits import AnyEdit, Edit, NewThing, Removal
from efa_lod.editing.sheet_changes import SheetChanges, sheet_changes
from efa_lod.editing.sheet_pages import SheetSource
from efa_lod.editing.workbook_reader import workbook_in
from efa_lod.model.publication import Publication, read_publication
from efa_lod.model.records import publication_records
from support.forty_edits import FORTY, STATES
from support.workbooks import cell_for, changed_by_openpyxl, converted, opened_by_openpyxl, workbook_of

Change = Callable[[Any], None]


@pytest.fixture(scope="module")
def source(publication: Publication) -> SheetSource:
    """Return the packaged records."""
    return SheetSource(publication, list(publication_records(publication)), "de")


@pytest.fixture(scope="module")
def blank(publication: Publication) -> bytes:
    """Return the workbook of Schleswig-Holstein as it goes out."""
    return workbook_of(publication)


@pytest.fixture(scope="module")
def answered(publication: Publication) -> bytes:
    """Return a workbook of four states with forty answers, as openpyxl saves it."""

    def change(book: Any) -> None:
        for one in FORTY:
            cell = cell_for(book, one.thing, one.key)
            cell.value = one.typed
            if not isinstance(one.typed, datetime.date):
                cell.number_format = "General"

    return changed_by_openpyxl(workbook_of(publication, STATES), change)


def changes_in(source: SheetSource, *books: bytes) -> SheetChanges:
    """Return what *books* would change."""
    base = source.publication.base_iri
    return sheet_changes([workbook_in(data, f"{i}.xlsx", base) for i, data in enumerate(books, 1)], source)


def as_text(edit: AnyEdit) -> str:
    """Return *edit* in a form that can be compared whatever the order of its values."""
    match edit:
        case NewThing():
            return f"new {edit.kind} {sorted(edit.values.items())}"
        case Removal():
            return f"gone {edit.thing} {sorted(edit.reason.items())}"
        case Edit():
            return f"{edit.thing} {edit.key}: {edit.before!r} {edit.after!r}"


def all_expected(changes: SheetChanges) -> bool:
    """Return True if the forty answers came to what each is to come to, and to nothing else."""
    edits = Counter(as_text(edit) for edits in changes.edits.values() for edit in edits)
    rules = Counter(result.rule for result in changes.results)
    wanted = [one.comes_to for one in FORTY]
    assert Counter(as_text(one) for one in wanted if one and not isinstance(one, str)) == edits
    assert Counter(one for one in wanted if isinstance(one, str)) == rules
    return len(FORTY) == 40


def test_forty_answers_come_to_forty_edits_or_findings(source: SheetSource, answered: bytes) -> None:
    """Each answer is an edit, a finding that names its cell, or nothing, as its author meant it."""
    changes = changes_in(source, answered)

    assert all_expected(changes)
    assert all("!E" in result.key for result in changes.results)


def test_forty_answers_survive_libreoffice(source: SheetSource, answered: bytes, tmp_path: Path) -> None:
    """The same workbook saved by LibreOffice as ODS, and as XLSX again, comes to the same."""
    made = tmp_path / "answered.xlsx"
    made.write_bytes(answered)
    ods = converted(made, "ods", tmp_path)

    assert all_expected(changes_in(source, ods.read_bytes()))
    assert all_expected(changes_in(source, converted(ods, "xlsx", tmp_path).read_bytes()))


def test_an_unanswered_workbook_changes_nothing(cli: Cli, copy: Path, tmp_path: Path) -> None:
    """A workbook that went through LibreOffice unanswered is imported without a change, byte for byte."""
    before = {file: file.read_bytes() for file in (copy / "data").rglob("*.yaml")}
    cli("sheet", "export", "SH", "-o", tmp_path, "--publication", copy)
    ods = converted(tmp_path / "efa-lod-sh.xlsx", "ods", tmp_path)
    xlsx = converted(ods, "xlsx", tmp_path)

    for file in (ods, xlsx):
        found = cli("sheet", "import", file, "--write", "--publication", copy)
        assert (0, "The workbooks change nothing.") == (found.exit_code, found.stderr.splitlines()[-1])
    assert before == {file: file.read_bytes() for file in (copy / "data").rglob("*.yaml")}


def typed(answers: Mapping[tuple[str, str], object]) -> Change:
    """Return what types *answers* into a workbook."""

    def change(book: Any) -> None:
        for (thing, key), text in answers.items():
            cell_for(book, thing, key).value = text

    return change


ITVSH = "state/sh#contact-itvsh"
BAD = {
    "joined cells": (lambda b: b["Kontakte"].merge_cells("D12:E12"), "sheet-joined", "Kontakte!D12"),
    "an answer joined over lines": (lambda b: _joined(b, "E12:E14"), "sheet-joined", "Kontakte!E12"),
    "lines joined whole": (lambda b: b["Kontakte"].merge_cells("A12:E15"), "sheet-joined", "Kontakte!A12"),
    "sure of nothing": (lambda b: _set(cell_for(b, ITVSH, "email").offset(0, 1), "mittel"), "sheet-confidence-alone", "Kontakte!F12"),
    "sure in other words": (lambda b: _sure(b, "ziemlich"), "sheet-no-choice", "Kontakte!F12"),
    "an error of a formula": (lambda b: _error(b), "sheet-formula", "Kontakte!E8"),
    "deleted column": (lambda b: b["Kontakte"].delete_cols(2), "sheet-column-missing", "Kontakte!A3"),
    "no headings": (lambda b: b["Kontakte"].delete_rows(3), "sheet-column-missing", "Kontakte!A1"),
    "copied line": (lambda b: _copied(b, "another@itvsh.de"), "sheet-twice", "Kontakte!E60"),
    "today's value": (lambda b: _set(cell_for(b, ITVSH, "email").offset(0, -1), "x@itvsh.de"), "sheet-today-changed", "Kontakte!E12"),
    "other identifier": (lambda b: _answered_as(b, -4, "state/sh#contact-other"), "sheet-unknown-thing", "Kontakte!E12"),
    "other key": (lambda b: _answered_as(b, -3, "mail"), "sheet-unknown-key", "Kontakte!E12"),
    "answer in a title": (lambda b: _set(b["Kontakte"]["E5"], "Stimmt nicht"), "sheet-unknown-key", "Kontakte!E5"),
    "note beside the columns": (lambda b: _set(b["Kontakte"]["G12"], "bitte prüfen"), "sheet-outside", "Kontakte!G12"),
    "deleted sheet": (lambda b: b.remove(b["Fundorte"]), "sheet-sheet-missing", "Fundorte"),
    "further sheet": (lambda b: _set(b.create_sheet("Notizen")["A1"], "Hallo"), "sheet-sheet-unknown", "Notizen"),
    "sign that nobody sees": (typed({(ITVSH, "name.en"): "IT\ue000"}), "sheet-unshowable", "Kontakte!E8"),
}  # fmt: skip


def _set(cell: Any, value: object) -> None:
    cell.value = value


def _error(book: Any) -> None:
    """Answer with what programs show where a formula has no result."""
    cell = cell_for(book, ITVSH, "name.en")
    cell.value, cell.data_type = "#N/A", "e"


def _joined(book: Any, area: str) -> None:
    """Join cells, the first of which is answered."""
    cell_for(book, ITVSH, "email").value = "x@itvsh.de"
    book["Kontakte"].merge_cells(area)


def _sure(book: Any, word: str) -> None:
    """Answer a line, and say how sure that is."""
    cell = cell_for(book, ITVSH, "email")
    cell.value = "post@itvsh.de"
    cell.offset(0, 1).value = word


def _answered_as(book: Any, column: int, name: str) -> None:
    """Answer a line after what it is known by was changed."""
    cell = cell_for(book, ITVSH, "email")
    cell.value = "post@itvsh.de"
    cell.offset(0, column).value = name


def _copied(book: Any, text: str) -> None:
    cell_for(book, ITVSH, "email").value = "post@itvsh.de"
    for column, value in enumerate((ITVSH, "email", "E-Mail-Adresse", "info@itvsh.de", text), 1):
        book["Kontakte"].cell(60, column).value = value


@pytest.mark.parametrize("case", BAD)
def test_what_was_done_to_a_sheet_is_one_finding(case: str, source: SheetSource, blank: bytes) -> None:
    """A cell that cannot be taken is one finding with its place, in both languages."""
    change, rule, place = BAD[case]

    found = changes_in(source, changed_by_openpyxl(blank, change)).results

    assert [(rule, place)] == [(result.rule, result.key) for result in found]
    assert {"de", "en"} == set(found[0].messages)


def test_how_sure_an_answer_is_goes_with_it(source: SheetSource, blank: bytes) -> None:
    """What was chosen beside an answer is the confidence of what is added; where nothing was, the rule decides."""

    def change(book: Any) -> None:
        _sure(book, "mittel")
        cell_for(book, ITVSH, "name.en").value = "IT"

    found = changes_in(source, changed_by_openpyxl(blank, change))

    assert [("name.en", ""), ("email", "medium")] == [
        (edit.key, edit.confidence) for edits in found.edits.values() for edit in edits if isinstance(edit, Edit)
    ]
    assert [] == found.results


def test_a_workbook_from_before_has_no_column_for_how_sure(source: SheetSource, blank: bytes) -> None:
    """A sheet without the last column is read as before."""

    def change(book: Any) -> None:
        cell_for(book, ITVSH, "email").value = "post@itvsh.de"
        book["Kontakte"].delete_cols(6)

    found = changes_in(source, changed_by_openpyxl(blank, change))

    assert [] == found.results
    assert [Edit(ITVSH, "email", "info@itvsh.de", "post@itvsh.de")] == next(iter(found.edits.values()))


def test_english_workbooks_are_answered_in_english(source: SheetSource, publication: Publication) -> None:
    """In an English workbook the labels and the word that takes a value away are English."""
    answers: dict[tuple[str, str], object] = {
        (ITVSH, "contactKind"): "mailbox",
        ("state/sh#provision-infrastructure", "extent"): "remove",
        ("state/sh#provision-shop", "! state/sh"): "The shop is closed.",
    }

    found = changes_in(source, changed_by_openpyxl(workbook_of(publication, language="en"), typed(answers)))

    assert [
        Edit(ITVSH, "contactKind", "organisation", "mailbox"),
        Removal("state/sh#provision-shop", {"en": "The shop is closed."}),
        Edit("state/sh#provision-infrastructure", "extent", "fully", None),
    ] == [edit for edits in found.edits.values() for edit in edits]
    assert [] == found.results


def test_a_shared_thing_goes_from_the_state_that_says_so(source: SheetSource, publication: Publication) -> None:
    """In a workbook about several states, a reason takes a marketplace away from the state in whose part it stands."""
    book = workbook_of(publication, ("state/hh", "state/ni"))
    reason = {("marketplace/efa-marktplatz", "! state/ni"): "Wird nicht genutzt."}

    found = changes_in(source, changed_by_openpyxl(book, typed(reason)))

    wanted = [Removal("marketplace/efa-marktplatz", {"de": "Wird nicht genutzt."})]
    assert {("state/ni", "1.xlsx"): wanted} == found.edits


def test_copied_forms_are_further_things(source: SheetSource, blank: bytes) -> None:
    """An empty form that was copied for a second entry gives two."""

    def change(book: Any) -> None:
        sheet = book["Kontakte"]
        lines = [[cell.value for cell in row[:5]] for row in sheet.iter_rows(min_row=4)]
        form = [line for line in lines if line[0] == "+ state/sh reuse.contacts"]
        for name in ("Eins", "Zwei"):
            for row, line in enumerate(form, sheet.max_row + 1):
                for column, text in enumerate(line, 1):
                    sheet.cell(row, column).value = text
            last = [row for row in sheet.iter_rows(min_row=4) if row[1].value == "topic.de"][-1]
            last[4].value = name
            kind = [row for row in sheet.iter_rows(min_row=4) if row[1].value == "contactKind"][-1]
            kind[4].value = "Thema"

    found = changes_in(source, changed_by_openpyxl(blank, change))

    assert [{"contactKind": "topic", "topic.de": name} for name in ("Eins", "Zwei")] == [
        edit.values for edits in found.edits.values() for edit in edits if isinstance(edit, NewThing)
    ]
    assert [] == found.results


def test_workbooks_that_disagree_are_told(source: SheetSource, blank: bytes) -> None:
    """Two answers to the same question are a finding that names both cells; the same answer twice is one edit."""
    one = changed_by_openpyxl(blank, typed({(ITVSH, "email"): "a@itvsh.de", (ITVSH, "name.en"): "IT"}))
    two = changed_by_openpyxl(blank, typed({(ITVSH, "email"): "b@itvsh.de", (ITVSH, "name.en"): "IT"}))

    found = changes_in(source, one, two)

    assert [("sheet-twice", "2.xlsx")] == [(result.rule, result.place.path) for result in found.results]
    assert "1.xlsx Kontakte!E12" in found.results[0].message("en")
    assert 2 == sum(len(edits) for edits in found.edits.values())


def test_a_record_that_moved_on_is_merged(copy: Path, blank: bytes) -> None:
    """What only one side changed is taken, what both changed alike is nothing, what they changed apart a conflict."""
    file = copy / "data/states/sh.yaml"
    text = file.read_text("utf-8")
    text = text.replace("info@itvsh.de", "neu@itvsh.de").replace("0431-530 550 46", "0431 530 550 46")
    file.write_text(text.replace("de: IT-Verbund SH", "de: ITV.SH"), "utf-8")
    publication = read_publication(copy)
    answers: dict[tuple[str, str], object] = {
        (ITVSH, "email"): "post@itvsh.de",
        (ITVSH, "name.de"): "ITV.SH",
        (ITVSH, "topic.de"): "Nachnutzung",
    }
    source = SheetSource(publication, list(publication_records(publication)), "de")

    found = changes_in(source, changed_by_openpyxl(blank, typed(answers)))

    assert ["sheet-moved-on", "sheet-conflict"] == [result.rule for result in found.results]
    message = found.results[1].message("en")
    assert all(value in message for value in ("info@itvsh.de", "neu@itvsh.de", "post@itvsh.de"))
    assert [Edit(ITVSH, "topic.de", None, "Nachnutzung")] == [one for edits in found.edits.values() for one in edits]


def test_a_record_or_thing_that_went_is_told(copy: Path, blank: bytes) -> None:
    """Answers about a record, or about a thing, that the publication has no longer are findings and no edits."""
    file = copy / "data/states/sh.yaml"
    text = file.read_text("utf-8")
    answered = changed_by_openpyxl(blank, typed({(ITVSH, "email"): "post@itvsh.de"}))
    cases = (("contact-itvsh", "contact-new", ["sheet-moved-on", "sheet-gone"]), (text, "", ["sheet-unknown-record"]))
    for old, new, rules in cases:
        if new:
            file.write_text(text.replace(old, new), "utf-8")
        else:
            file.unlink()
        publication = read_publication(copy)
        found = changes_in(SheetSource(publication, list(publication_records(publication)), "de"), answered)

        assert rules == [result.rule for result in found.results]
        assert {} == found.edits


def test_import_writes_in_place_and_with_evidence(cli: Cli, copy: Path, tmp_path: Path, blank: bytes) -> None:
    """With --write the answer stands in the record, with who stated it and when; other lines stay as they were."""
    book = tmp_path / "sh.xlsx"
    book.write_bytes(changed_by_openpyxl(blank, typed({(ITVSH, "email"): "post@itvsh.de"})))
    file = copy / "data/states/sh.yaml"
    before = file.read_text("utf-8").splitlines()
    options = ("--publication", copy, "--by", "Staatskanzlei", "--date", "2026-12-01")

    tried = cli("sheet", "import", book, *options)
    unwritten = file.read_text("utf-8").splitlines()
    done = cli("sheet", "import", book, *options, "--write")
    after = file.read_text("utf-8").splitlines()

    assert (0, 0) == (tried.exit_code, done.exit_code)
    assert before == unwritten
    assert "Would be written with --write: data/states/sh.yaml" in tried.stderr
    assert {"      email: info@itvsh.de", "  modified: 2026-11-23"} == set(before) - set(after)
    added = "\n".join(line for line in after if line not in before)
    assert all(text in added for text in ("email: post@itvsh.de", "Staatskanzlei", "2026-12-01", "sh.xlsx"))
    assert 0 == cli("validate", "--publication", copy).exit_code


def test_a_sheet_with_another_name_is_read(source: SheetSource, blank: bytes) -> None:
    """A sheet that was renamed is known by its title; a copy of another does not stand for one that is missing."""

    def renamed(book: Any) -> None:
        typed({(ITVSH, "email"): "post@itvsh.de"})(book)
        book["Kontakte"].title = "Unsere Kontakte"

    def copied(book: Any) -> None:
        book.remove(book["Fundorte"])
        book.copy_worksheet(book["Kontakte"]).title = "Kontakte (2)"

    first, second = (
        sheet_changes([workbook_in(changed_by_openpyxl(blank, change), "sh.xlsx", source.publication.base_iri)], source)
        for change in (renamed, copied)
    )

    assert [] == first.results
    assert ["post@itvsh.de"] == [
        edit.after for edits in first.edits.values() for edit in edits if isinstance(edit, Edit)
    ]
    assert ["Fundorte"] == [one.key for one in second.results if one.rule == "sheet-sheet-missing"]


def test_a_number_is_shown_as_it_stands(source: SheetSource, blank: bytes) -> None:
    """A telephone number that the program made a number of is told without a decimal point."""
    data = changed_by_openpyxl(blank, typed({(ITVSH, "telephone"): 494315305500}))

    assert ["494315305500"] == [one.found for one in workbook_in(data, "sh.xlsx", source.publication.base_iri).results]


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ((), {"de": "Land Schleswig-Holstein"}),
        (("--by", "Staatskanzlei"), {"de": "Staatskanzlei"}),
        (("--by", "Staatskanzlei", "--by-en", "State Chancellery"), {"de": "Staatskanzlei", "en": "State Chancellery"}),
    ],
)
def test_an_office_has_its_name_by_language(
    options: tuple[str, ...], names: dict[str, str], cli: Cli, copy: Path, tmp_path: Path, blank: bytes
) -> None:
    """The German name of who states something, and the English one where it is given."""
    book = tmp_path / "sh.xlsx"
    book.write_bytes(changed_by_openpyxl(blank, typed({(ITVSH, "email"): "post@itvsh.de"})))

    done = cli("sheet", "import", book, "--publication", copy, "--date", "2026-12-01", "--write", *options)
    record = yaml.safe_load((copy / "data/states/sh.yaml").read_text("utf-8"))
    (addition,) = (one for one in record["reuse"]["contacts"][0]["additions"] if one["property"] == "email")

    assert 0 == done.exit_code, done.stderr
    assert names == addition["statedBy"]


def test_an_english_name_alone_is_refused(cli: Cli, copy: Path, tmp_path: Path, blank: bytes) -> None:
    """The German name is always there; without it nothing is read."""
    book = tmp_path / "sh.xlsx"
    book.write_bytes(blank)
    found = cli("sheet", "import", book, "--publication", copy, "--by-en", "State Chancellery")

    assert (2, True) == (found.exit_code, "--by" in found.stderr)


def test_what_can_be_taken_of_forty_answers_conforms(cli: Cli, copy: Path, tmp_path: Path) -> None:
    """Written into the records of four states and what they share, the answers pass the check; a second import is none."""
    book = tmp_path / "forty.xlsx"
    taken = {(one.thing, one.key): one.typed for one in FORTY if not isinstance(one.comes_to, str)}
    book.write_bytes(changed_by_openpyxl(workbook_of(read_publication(copy), STATES), typed(taken)))

    done = cli("sheet", "import", book, "--publication", copy, "--date", "2026-12-01", "--write")

    assert 0 == done.exit_code, done.output
    assert 7 == done.stderr.count("Written: ")
    assert 0 == cli("validate", "--publication", copy).exit_code
    assert "statedBy:\n            de: Land Mecklenburg-Vorpommern" in (copy / "data/states/mv.yaml").read_text("utf-8")
    assert "id: state/sh#provision-shop" in (copy / "data/withdrawn.yaml").read_text("utf-8")


def test_a_new_key_goes_out_and_comes_back(cli: Cli, copy: Path, tmp_path: Path) -> None:
    """A key that the context gains with its shape can be answered in a workbook and is written, with no program changed."""
    context, shapes = copy / "ontology/context.jsonld", copy / "shapes/record/contact.ttl"
    made = json.loads(context.read_text("utf-8"))
    made["@context"]["openingHours"] = {"@id": "schema:openingHours"}
    context.write_text(json.dumps(made), "utf-8")
    text = shapes.read_text("utf-8").replace("schema:contactType rdfs:label", "schema:openingHours rdfs:label")
    shape = "efash:ContactPoint-openingHours a sh:PropertyShape ; sh:targetClass schema:ContactPoint ;"
    shapes.write_text(f'{text}\n{shape} sh:path schema:openingHours ; sh:maxCount 1 ; sh:pattern "^[A-Z]" .\n', "utf-8")
    book = tmp_path / "sh.xlsx"
    for number, (answer, code) in enumerate((("morgens", 1), ("Montag 9 bis 12 Uhr", 0))):
        data = workbook_of(read_publication(copy))
        book.write_bytes(changed_by_openpyxl(data, typed({(ITVSH, "openingHours"): answer})))
        found = cli("sheet", "import", book, "--publication", copy, "--write")
        assert code == found.exit_code, number

    assert "      openingHours: Montag 9 bis 12 Uhr\n" in (copy / "data/states/sh.yaml").read_text("utf-8")


def test_findings_of_shapes_name_the_cell(cli: Cli, copy: Path, tmp_path: Path, blank: bytes) -> None:
    """What the shapes refuse is told at its cell, in every format, and then nothing is written."""
    wrong = {(ITVSH, "telephone"): "0431 / 530 550 46", ("+ state/sh reuse.contacts", "email"): "keine Adresse"}
    book = tmp_path / "sh.xlsx"
    book.write_bytes(
        changed_by_openpyxl(blank, typed({**wrong, ("+ state/sh reuse.contacts", "contactKind"): "Postfach"}))
    )
    before = (copy / "data/states/sh.yaml").read_bytes()

    text = cli("sheet", "import", book, "--publication", copy, "--write")
    found = json.loads(cli("sheet", "import", book, "--publication", copy, "--format", "json").stdout)
    sarif = json.loads(cli("sheet", "import", book, "--publication", copy, "--format", "sarif", "--lang", "de").stdout)

    assert 1 == text.exit_code
    assert (
        f"{book}: violation: Kontakte!E13: found '0431 / 530 550 46' – “Telephone, as +49…” is a number with"
        in text.stdout
    )
    assert {"Kontakte!E13", "Kontakte!E30"} == {result["key"] for result in found["results"]}
    assert all("Kontakte!E" in result["message"]["text"] for result in sarif["runs"][0]["results"])
    assert before == (copy / "data/states/sh.yaml").read_bytes()


def test_what_no_record_can_say_is_a_finding(cli: Cli, tmp_path: Path, blank: bytes) -> None:
    """An address that can be none, so that the record could not be read, is told at its cell as well."""
    book = tmp_path / "sh.xlsx"
    book.write_bytes(changed_by_openpyxl(blank, typed({(ITVSH, "homepage"): "https://a b <c>", (ITVSH, "email"): "a"})))

    for command in ("diff", "import"):
        found = cli("sheet", command, book)
        assert 1 == found.exit_code
        assert "Kontakte!E19: found 'https://a b <c>'" in found.output


def test_the_last_of_its_kind_cannot_go(cli: Cli, tmp_path: Path, blank: bytes) -> None:
    """Where something must remain, the finding stands at the cell that takes it away, and says what is needed."""
    book = tmp_path / "sh.xlsx"
    book.write_bytes(changed_by_openpyxl(blank, typed({(ITVSH, "! state/sh"): "Aufgelöst"})))

    found = cli("sheet", "import", book, "--lang", "de")

    assert 1 == found.exit_code
    assert f"{book}: Verstoß: Kontakte!E22: Ein Land hat mindestens eine Ansprechstelle" in found.output


def test_nothing_is_written_into_the_program(cli: Cli, tmp_path: Path, blank: bytes, monkeypatch: Any) -> None:
    """Outside of a publication, and with none named, --write ends in a line: the packaged one is not to be edited."""
    book = tmp_path / "sh.xlsx"
    book.write_bytes(blank)
    monkeypatch.chdir(tmp_path)

    found = cli("sheet", "import", book, "--write", "--lang", "de")

    assert 2 == found.exit_code
    assert "--publication" in found.stderr and 1 == len(found.stderr.strip().splitlines())


def test_diff_tells_changes_in_sentences(cli: Cli, tmp_path: Path, blank: bytes) -> None:
    """What would change is told as by diff; exit code 1 where there is something, 0 where there is nothing."""
    book, same = tmp_path / "sh.xlsx", tmp_path / "same.xlsx"
    same.write_bytes(blank)
    book.write_bytes(changed_by_openpyxl(blank, typed({("state/sh#provision-infrastructure", "extent"): "weitgehend"})))

    found, nothing = cli("sheet", "diff", book), cli("sheet", "diff", same, "--lang", "de")

    assert (1, 0) == (found.exit_code, nothing.exit_code)
    assert "“extent” of the rule “funding” has changed: now “largely”, before “fully”" in found.stdout
    assert "Die Mappen ändern nichts.\n" == nothing.stdout


def as_typed(answer: object) -> tuple[str, bool]:
    """Return what a person types for *answer*, and whether the cell must not be one of texts for it to come out so."""
    if isinstance(answer, datetime.date):
        return f"{answer:%Y-%m-%d}", True
    return str(answer), not isinstance(answer, str) or answer.startswith("=")


def test_forty_answers_typed_in_libreoffice(source: SheetSource, publication: Publication, tmp_path: Path) -> None:
    """What a person types into the cells of LibreOffice comes to the same, saved as ODS and as XLSX.

    LibreOffice itself makes the numbers, days and formulas where somebody has cleared the format of a cell.
    """
    python = "/usr/bin/python3"
    if not Path(python).exists() or subprocess.run([python, "-c", "import uno"], capture_output=True).returncode:
        missing("the Python of the system has no uno (Debian: python3-uno)")
    blank = workbook_of(publication, STATES)
    made = tmp_path / "states.xlsx"
    made.write_bytes(blank)
    book = opened_by_openpyxl(blank)
    answers = []
    for one in FORTY:
        cell = cell_for(book, one.thing, one.key)
        text, is_cleared = as_typed(one.typed)
        answers.append((cell.parent.title, cell.coordinate, text, *[True] * is_cleared))
    script = Path(__file__).parents[1] / "support" / "type_in_libreoffice.py"
    targets = [tmp_path / f"answered.{form}" for form in ("ods", "xlsx")]
    command: list[str | Path] = [python, script, made, json.dumps(answers), *targets]
    subprocess.run(command, check=True, timeout=180, capture_output=True)

    for target in targets:
        assert all_expected(changes_in(source, target.read_bytes())), target.suffix
