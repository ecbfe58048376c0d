"""The workbook that a state gets: what stands on its sheets, what may be changed, and that programs keep it."""

import zipfile
from pathlib import Path
from typing import Any

import pytest

from conftest import Cli
from efa_lod.editing.workbook_reader import AnsweredWorkbook, read_workbook, workbook_in
from efa_lod.model.publication import Publication
from support.workbooks import ANSWER, cell_for, changed_by_openpyxl, converted, opened_by_openpyxl, workbook_of


@pytest.fixture(scope="module")
def data(publication: Publication) -> bytes:
    """Return the German workbook of Schleswig-Holstein."""
    return workbook_of(publication)


@pytest.fixture(scope="module")
def book(data: bytes) -> Any:
    """Return it as openpyxl opens it."""
    return opened_by_openpyxl(data)


def test_sheets_are_in_the_order_of_work(book: Any) -> None:
    """A clerk begins with what to do, then contacts; lists and memory are hidden."""
    assert [
        "Lies mich",
        "Kontakte",
        "Fundorte",
        "Weitere Marktplätze",
        "Regelungen",
        "Finanzierung",
        "Land",
        "Angebot",
        "Offene Fragen",
    ] == [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    assert ["Listen", "efa-lod"] == [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]


def test_the_read_me_says_who_asks_and_until_when(book: Any) -> None:
    """The first sheet names the state, who asks, the day and where to send the workbook."""
    texts = [str(cell.value) for row in book["Lies mich"].iter_rows() for cell in row if cell.value]

    assert "Bitte prüfen: Nachnutzung von EfA-Leistungen in Schleswig-Holstein" == texts[0]
    assert {"Musterstelle", "31. Januar 2027", "post@example.org", "Ausgabe 1.0.0, 23. November 2026"} <= set(texts)


def test_only_answers_may_be_changed(book: Any) -> None:
    """Sheets are protected; cells for answers are open, apart from what comes from official lists."""
    for sheet in book.worksheets:
        assert sheet.protection.sheet, sheet.title
        for row in sheet.iter_rows(min_row=4):
            is_open = [cell.column for cell in row if not cell.protection.locked]
            assert set(is_open) <= {ANSWER, ANSWER + 1}
    assert not cell_for(book, "state/sh#contact-itvsh", "email").protection.locked
    assert cell_for(book, "state/sh", "stateKey").protection.locked


def test_copies_of_a_form_have_room(book: Any) -> None:
    """Below the last line of a sheet rows are open, so that the empty form can be pasted there in a locked sheet."""
    sheet = book["Kontakte"]
    last = max(row[0].row for row in sheet.iter_rows() if row[0].value)

    assert [False] * 100 == [sheet.row_dimensions[last + number].protection.locked for number in range(1, 101)]


def test_every_cell_is_text(book: Any) -> None:
    """No cell is a number or a formula, and every cell has the format of texts, so that programs leave it alone."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.value is None or (isinstance(cell.value, str) and cell.data_type == "s")
                assert cell.value is None or cell.number_format == "@"
    assert "+4943153055046" == cell_for(book, "state/sh#contact-itvsh", "telephone").offset(0, -1).value


def test_codes_are_chosen_by_their_labels(book: Any) -> None:
    """A cell for a code has a list of the labels of the code list, and help from the ontology."""
    cell = cell_for(book, "state/sh#contact-itvsh", "contactKind")
    rule = next(one for one in book["Kontakte"].data_validations.dataValidation if cell.coordinate in one.sqref)
    sheet, _, area = rule.formula1.lstrip("=").partition("!")

    assert ["Organisation", "benannte Stelle", "Postfach", "Thema"] == [
        row[0].value for row in book[sheet.strip("'")][area.replace("$", "")]
    ]
    assert rule.showErrorMessage and "Ansprechstelle" in rule.prompt
    assert len(rule.prompt) <= 255 and len(rule.promptTitle) <= 32


def test_several_values_may_be_written_beside_a_list(book: Any) -> None:
    """Where a field may have several values, its list proposes and does not refuse."""
    cell = cell_for(book, "state/sh#provision-running-costs", "covers")
    rule = next(one for one in book["Finanzierung"].data_validations.dataValidation if cell.coordinate in one.sqref)

    assert not rule.showErrorMessage
    assert "Wartung\nPflege\nBetrieb\nWeiterentwicklung" == cell.offset(0, -1).value


def test_open_questions_follow_the_page(book: Any) -> None:
    """What the overview page leaves open for the state stands on the last sheet."""
    lines = [tuple(row[i].value for i in (0, 2, 3)) for row in book["Offene Fragen"].iter_rows(min_row=4)]

    assert [
        ("source/efa-nachnutzung#sh-services", "Fundort der Leistungen", "Verweisziel verloren"),
        ("source/efa-nachnutzung#sh-further-marketplace", "Weiterer Marktplatz", "leer"),
    ] == lines


def test_things_of_several_states_say_so(publication: Publication) -> None:
    """A marketplace that other states name too says so; one of a single state does not."""
    book = opened_by_openpyxl(workbook_of(publication, ("state/hh", "state/sh")))
    hints = {row[0].value: row[4].value for row in book["Fundorte"].iter_rows(min_row=4) if not row[1].value}

    assert "gilt auch für andere Länder" == hints["marketplace/efa-marktplatz"]
    assert hints["marketplace/ozg-shop-sh"] is None


def test_the_same_records_give_the_same_bytes(publication: Publication, data: bytes) -> None:
    """A workbook depends on the records and on what it was asked for, on no clock."""
    assert data == workbook_of(publication)


def test_sheets_are_printed_on_a4_across(book: Any) -> None:
    """Every sheet for people is landscape, as wide as the page, and repeats its headings."""
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            setup = sheet.page_setup
            assert ("landscape", "9", 0) == (setup.orientation, str(setup.paperSize), setup.fitToHeight)
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert "$3:$3" == book["Kontakte"].print_title_rows


def unanswered(workbook: AnsweredWorkbook) -> bool:
    """Return True if nothing is answered and nothing was found."""
    return len(workbook.answers) > 100 and not workbook.results and not any(one.text for one in workbook.answers)


@pytest.mark.parametrize("language", ["de", "en"])
def test_libreoffice_keeps_what_was_written(publication: Publication, language: str, tmp_path: Path) -> None:
    """Opened by LibreOffice and saved as ODS and as XLSX again, a workbook says the same."""
    made = tmp_path / "sheet.xlsx"
    made.write_bytes(workbook_of(publication, ("state/sh", "state/mv"), language))
    before = read_workbook(made, publication.base_iri)

    ods = converted(made, "ods", tmp_path)
    after = converted(ods, "xlsx", tmp_path)

    assert unanswered(before)
    for file in (ods, after):
        found = read_workbook(file, publication.base_iri)
        assert before.memory == found.memory
        assert unanswered(found)
        assert [(a.cell, a.thing, a.key, a.today) for a in before.answers] == [
            (a.cell, a.thing, a.key, a.today) for a in found.answers
        ]


def test_lines_are_known_by_what_they_are_about(publication: Publication, data: bytes) -> None:
    """Lines that were sorted, moved down or pushed aside are read as before."""

    def change(book: Any) -> None:
        sheet = book["Kontakte"]
        cell_for(book, "state/sh#contact-itvsh", "email").value = "post@itvsh.de"
        values = [[cell.value for cell in row[:5]] for row in sheet.iter_rows(min_row=4)]
        for row, line in enumerate(sorted(values, key=lambda line: str(line[2])), 4):
            for column, text in enumerate(line, 1):
                sheet.cell(row, column).value = text
        sheet.insert_rows(1, 2)
        sheet.insert_cols(4)

    found = workbook_in(changed_by_openpyxl(data, change), "sh.xlsx", publication.base_iri)

    assert [("state/sh#contact-itvsh", "email", "post@itvsh.de")] == [
        (answer.thing, answer.key, answer.text) for answer in found.answers if answer.text
    ]
    assert [] == [result.rule for result in found.results]


def test_export_writes_a_workbook_for_each_state_or_one_for_all(cli: Cli, tmp_path: Path) -> None:
    """A folder gets a workbook for each state that is named, a file gets all of them; German unless asked."""
    each = cli("sheet", "export", "SH", "Hamburg", "-o", tmp_path / "sheets", "--until", "2027-01-31")
    one = cli("sheet", "export", "SH", "HH", "-o", tmp_path / "all.xlsx", "--lang", "en")

    assert (0, 0) == (each.exit_code, one.exit_code)
    assert ["efa-lod-hh.xlsx", "efa-lod-sh.xlsx"] == sorted(file.name for file in (tmp_path / "sheets").iterdir())
    german = zipfile.ZipFile(tmp_path / "sheets/efa-lod-sh.xlsx").read("xl/sharedStrings.xml").decode()
    english = zipfile.ZipFile(tmp_path / "all.xlsx").read("xl/sharedStrings.xml").decode()
    assert "31. Januar 2027" in german
    assert "Please check: reuse of EfA services in Hamburg, Schleswig-Holstein" in english


def test_export_of_what_is_no_state_is_one_line(cli: Cli, tmp_path: Path) -> None:
    """A name that no state has, and a place that cannot be written, end in one line and exit code 2."""
    (tmp_path / "file").write_text("")
    for arguments in (("Bayerland",), ("SH", "-o", tmp_path / "file" / "sheets")):
        found = cli("sheet", "export", *arguments)
        assert (2, 1) == (found.exit_code, len(found.stderr.strip().splitlines()))
