"""The comparison of the states: a line for each, and the same facts as CSV and as spreadsheets."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from itertools import compress
from operator import not_
from typing import Any
from xml.etree import ElementTree

import pytest

from efa_lod.io.reading import Document
from efa_lod.model.answers import shown_status
from efa_lod.model.context import Context
from efa_lod.model.publication import Publication
from efa_lod.rdf.formats import BY_NAME, RecordBatch
from efa_lod.rdf.formats import COLUMNS as TABLE_COLUMNS
from efa_lod.rdf.graphs import ontology_triples
from efa_lod.site.comparison import QUESTIONS, STATUSES, SYMBOLS, StateSummary, summaries
from efa_lod.site.comparison_table import COMPARISON_COLUMNS, Words, comparison_csv, label
from efa_lod.site.page import concept_labels
from efa_lod.site.spreadsheets import MAX_CELL_CHARACTERS, Sheet, workbook
from efa_lod.site.workbooks import comparison_workbook, table_workbook

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CODED = {
    "rowForm",
    "rowLost",
    "itemLost",
    "validity",
    "rowKind",
    "rowStatus",
    "itemStatus",
    "type",
    "contactKind",
    "provisionKind",
    "scope",
    "access",
} | {
    "launchStatus",
    "covers",
    "extent",
    "certainty",
    "appliesTo",
    "decidedBy",
    "organisedBy",
    "paidBy",
}
HOSTILE = ("=1+1", "+4943153055046", "-2", "@SUM(A1)", "<script>alert(1)</script>", "a\u202eb", 'quo"te\nline')


@pytest.fixture(scope="module")
def shared(documents: list[Document]) -> dict[str, Any]:
    """Return what the states refer to, by id."""
    return {d.value["id"]: d.value for d in documents if d.value["type"] != "State"}


@pytest.fixture(scope="module")
def states(documents: list[Document]) -> list[dict[str, Any]]:
    """Return the records of the states."""
    return [d.value for d in documents if d.value["type"] == "State"]


@pytest.fixture(scope="module")
def lines(states: list[dict[str, Any]], shared: dict[str, Any]) -> list[StateSummary]:
    """Return the lines of the comparison."""
    return summaries(states, shared)


@pytest.fixture(scope="module")
def words(publication: Publication, context: Context, shared: dict[str, Any]) -> Words:
    """Return what codes are called."""
    return Words(context, concept_labels(ontology_triples(publication)), shared)


def line_of(lines: Sequence[StateSummary], abbreviation: str) -> StateSummary:
    """Return the line of one state."""
    return next(line for line in lines if line.abbreviation == abbreviation)


def rows_of(data: bytes, sheet: int = 1) -> list[list[str]]:
    """Return the cells of a sheet as a program reads them, from the XML in the workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        tree = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{sheet}.xml"))
        strings: list[str] = []
        if "xl/sharedStrings.xml" in archive.namelist():
            shared = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
            strings = ["".join(t.text or "" for t in one.iter(f"{_MAIN}t")) for one in shared.iter(f"{_MAIN}si")]
    return [list(_cells(row, strings)) for row in tree.iter(f"{_MAIN}row")]


def _cells(row: ElementTree.Element, strings: list[str]) -> Iterator[str]:
    place = 0
    for cell in row.iter(f"{_MAIN}c"):
        column = 0
        for letter in re.match(r"[A-Z]+", cell.attrib["r"])[0]:  # type: ignore[index]
            column = 26 * column + ord(letter) - 64
        yield from [""] * (column - 1 - place)
        place = column
        value = cell.find(f"{_MAIN}v")
        text = "".join(t.text or "" for t in cell.iter(f"{_MAIN}t"))
        yield (
            strings[int(value.text or 0)]
            if cell.get("t") == "s" and value is not None
            else (text if value is None else value.text or "")
        )


def test_each_state_has_a_line_with_the_status_of_its_four_rows(
    states: list[dict[str, Any]], lines: list[StateSummary]
) -> None:
    """The status of a question is that of the row in the record, for all 16 states and four questions."""
    expected = {s["id"]: {r["rowKind"]: shown_status(r) for r in s["record"]["rows"]} for s in states}

    assert expected == {line.id: dict(line.statuses) for line in lines}
    assert 64 == sum(len(line.statuses) for line in lines)
    assert {status for line in lines for status in line.statuses.values()} == set(STATUSES)
    assert all(set(line.statuses) == set(QUESTIONS) for line in lines)


def test_states_stand_in_the_order_of_their_german_names(lines: list[StateSummary]) -> None:
    """Umlauts sort as their plain letters, so Thüringen is last and Baden-Württemberg first."""
    assert ["Baden-Württemberg", "Bayern", "Berlin"] == [line.names["de"] for line in lines[:3]]
    assert ["Schleswig-Holstein", "Thüringen"] == [line.names["de"] for line in lines[-2:]]


def test_a_line_says_what_the_record_says(lines: list[StateSummary]) -> None:
    """Contacts are counted by the ways that are preserved; who pays, and as of when, is taken over."""
    sh, bw, be = (line_of(lines, abbreviation) for abbreviation in ("SH", "BW", "BE"))

    assert (1, 1, 1) == (len(sh.contacts), sh.reachable("email"), sh.reachable("telephone"))
    assert ["2022-11"] == list(sh.as_of)
    assert {"efa:Party-state"} == {payer for payment in sh.payments for payer in payment.payers}
    assert (3, 0, 0) == (len(bw.contacts), bw.reachable("email", "telephone"), bw.answered)
    assert ["purchase", "provisioning"] == [item for payment in be.payments for item in payment.items]
    assert [] == [line.abbreviation for line in lines if line.abbreviation != "SH" and line.as_of]


def test_a_contact_that_is_referred_to_is_the_same_contact(lines: list[StateSummary]) -> None:
    """Where the page names a contact for the services, the line has that contact with its name."""
    found = line_of(lines, "SL").services_contacts

    assert ["Zweckverband eGo-Saar"] == [label(thing, "en") for thing in found]


def test_an_incomplete_record_still_has_a_line() -> None:
    """A record with nothing but its identifier is compared as one that says nothing."""
    line = summaries([{"id": "state/xx"}], {})[0]

    assert (0, 0, {}) == (len(line.contacts), line.answered, dict(line.statuses))


def test_no_two_statuses_have_one_sign() -> None:
    """Nobody needs to see colours to tell the silences apart."""
    assert len(STATUSES) == len({SYMBOLS[status] for status in STATUSES})


def test_the_csv_file_has_a_line_for_each_state(lines: list[StateSummary], words: Words) -> None:
    """It is CSV after RFC 4180: one heading, 16 lines of as many cells, ended by CR LF."""
    text = b"".join(comparison_csv(lines, words)).decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))

    assert 17 == len(rows) == text.count("\r\n")
    assert {len(rows[0])} == {len(row) for row in rows}
    assert len(rows[0]) == len(set(rows[0]))
    sh = dict(zip(rows[0], next(row for row in rows if "SH" in row), strict=True))
    assert ("01", "stated", "info@itvsh.de", "Land", "state", "2022-11", "2") == tuple(
        sh[name] for name in ("stateKey", "contactStatus", "emails", "payersDe", "payersEn", "asOf", "answered")
    )


def test_the_workbook_of_the_table_has_the_cells_of_the_csv_file(
    documents: list[Document], context: Context, shared: dict[str, Any], words: Words
) -> None:
    """Below the heading every cell is that of the CSV file, as a text: keys keep their zeros, numbers their plus.

    Only codes of code lists are told by their names, so that no code and no IRI of the ontology is left.
    """
    batch = RecordBatch(documents, (), shared)
    pieces = list(BY_NAME["csv"].write([batch], context))
    expected = list(csv.reader(io.StringIO(b"".join(pieces).decode(), newline="")))[1:]
    found = rows_of(table_workbook(pieces, "title", "2026-11-23", words))
    coded = [column.name in CODED for column in TABLE_COLUMNS]

    assert [f"{column.de}\n{column.en}" for column in TABLE_COLUMNS] == found[0]
    assert [[cell.replace("\r\n", "\n") for cell in compress(_full(row), map(not_, coded))] for row in expected] == [
        list(compress(_full(row), map(not_, coded))) for row in found[1:]
    ]
    names = {name for row in found[1:] for cell in compress(_full(row), coded) for name in cell.split("\n")}
    assert {"Ansprechstelle", "Kommunen", "bundesweit", "ohne Vorbehalt"} <= names
    assert [] == [name for name in names if re.search(r"ontology#|^[a-z]+[A-Z]|^[a-z]+/", name)]


def _full(row: list[str]) -> list[str]:
    return row + [""] * (len(TABLE_COLUMNS) - len(row))


def test_the_same_tables_give_the_same_bytes(
    lines: list[StateSummary], words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workbook knows no day but the one that is handed in."""
    first = comparison_workbook(lines, words, {}, "2026-11-23")
    monkeypatch.setattr("time.time", lambda: 4e9)

    assert first == comparison_workbook(lines, words, {}, "2026-11-23")
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        core = archive.read("docProps/core.xml").decode()
    assert {"2026-11-23T00:00:00Z"} == set(re.findall(r"\d{4}-\d\d-\d\dT[0-9:]+Z", core))


def test_a_workbook_can_be_filtered_and_its_heading_stays(lines: list[StateSummary], words: Words) -> None:
    """Each sheet has a filter over all rows and a frozen heading."""
    with zipfile.ZipFile(io.BytesIO(comparison_workbook(lines, words, {}, "2026-11-23"))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()

    assert re.search(r'<autoFilter ref="A1:[A-Z]+17"', sheet)
    assert 'state="frozen"' in sheet


def test_the_comparison_stands_in_both_languages(lines: list[StateSummary], words: Words) -> None:
    """The first sheet is German, the second English; a status is a sign and a word."""
    data = comparison_workbook(lines, words, {}, "2026-11-23")
    german, english = rows_of(data, 1), rows_of(data, 2)

    assert ["Land", "state"] == [german[0][0], english[0][0]]
    assert len(COMPARISON_COLUMNS) - 1 == len(german[0])
    assert "◐ genannt, Link verloren" in german[1]
    assert "◐ named, link lost" in english[1]
    assert ["Bayern", "Bavaria"] == [german[2][0], english[2][0]]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula(text: str) -> None:
    """What begins with =, +, - or @, or looks like markup, is the text that it is."""
    data = workbook([Sheet("s", ["h"], [[text]], [10])], "t", "2026-11-23")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        names = archive.namelist()

    assert text == rows_of(data)[1][0]
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert [] == [name for name in names if "vba" in name or "external" in name]


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    """A cell holds 32,767 characters."""
    found = rows_of(workbook([Sheet("s", ["h"], [["x" * 40_000]], [10])], "t", "2026-11-23"))[1][0]

    assert MAX_CELL_CHARACTERS == len(found)
    assert found.endswith("x…")
