"""Files that are no workbook of ours, or that would do harm, are one line and exit code 2; nothing is read of them."""

import importlib
import io
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Cli
from efa_lod.editing.workbook_guard import LAST_ROW, MAX_UNPACKED, column_number, inspected
from efa_lod.editing.workbook_reader import workbook_in
from efa_lod.editing.workbook_writer import column_letters
from efa_lod.errors import BrokenInput
from efa_lod.model.publication import Publication
from support.workbooks import changed_by_openpyxl, converted, workbook_of

_CONTENT = "xl/worksheets/sheet2.xml"


@pytest.fixture(scope="module")
def data(publication: Publication) -> bytes:
    """Return the workbook of Schleswig-Holstein."""
    return workbook_of(publication)


def repacked(data: bytes, change: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None) -> bytes:
    """Return a package like *data* in which each member is what *change* makes of it, with *extra* members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, change(info.filename, old.read(info)))
        for name, content in (extra or {}).items():
            new.writestr(name, content)
    return stream.getvalue()


def in_member(data: bytes, member: str, old: bytes, new: bytes) -> bytes:
    """Return *data* with *new* for the first *old* in *member*."""
    return repacked(data, lambda name, content: content.replace(old, new, 1) if name == member else content)


def with_entities(data: bytes) -> bytes:
    """Return *data* with a bomb of entities in a sheet."""
    bomb = b'<!DOCTYPE x [<!ENTITY a "' + b"x" * 50 + b'"><!ENTITY b "' + b"&a;" * 50 + b'">]>'
    return in_member(data, _CONTENT, b"<worksheet", bomb + b"<worksheet")


def with_far_cell(data: bytes) -> bytes:
    """Return *data* with a cell in the last row and column that spreadsheets have."""
    far = b'<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row></sheetData>'
    return in_member(data, _CONTENT, b"</sheetData>", far)


def ods_bomb(data: bytes) -> bytes:
    """Return a small OpenDocument file whose one cell is repeated seventeen thousand million times."""
    del data
    content = (
        b'<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet>'
        b'<table:table table:name="a"><table:table-row table:number-rows-repeated="1048576">'
        b'<table:table-cell office:value-type="string" table:number-columns-repeated="16384"><text:p>x</text:p>'
        b"</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>"
        b"</office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as new:
        new.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        new.writestr("content.xml", content)
    return stream.getvalue()


def zip_bomb(data: bytes) -> bytes:
    """Return *data* with a member that is far larger when unpacked."""
    return repacked(data, lambda name, content: content, {"xl/media/image1.png": bytes(MAX_UNPACKED)})


def lying_zip(data: bytes) -> bytes:
    """Return *data* with a member that says it is shorter than it is."""
    packed = repacked(data, lambda name, content: content, {"xl/media/image1.png": bytes(1_000_000)})
    return packed.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))


def with_password(data: bytes) -> bytes:
    """Return what a workbook with a password begins with: an older container with a stream of that name."""
    del data
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)


def encrypted_ods(data: bytes) -> bytes:
    """Return an OpenDocument file whose manifest tells how it is encrypted."""
    manifest = b'<manifest:manifest xmlns:manifest="m"><manifest:encryption-data/></manifest:manifest>'
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ods_bomb(data))) as old, zipfile.ZipFile(stream, "w") as new:
        new.writestr("mimetype", old.read("mimetype"))
        new.writestr("content.xml", b"\x00\x01\x02")
        new.writestr("META-INF/manifest.xml", manifest)
    return stream.getvalue()


HARMFUL: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "nothing": (lambda data: b"", "cannot be read as one"),
    "a text": (lambda data: b"Kennung;Heute\n", "cannot be read as one"),
    "a picture": (lambda data: b"\x89PNG\r\n\x1a\n" + bytes(99), "cannot be read as one"),
    "another package": (lambda data: repacked(ods_bomb(data), lambda name, content: b""), "cannot be read as one"),
    "cut off": (lambda data: data[: len(data) // 2], "cannot be read as one"),
    "entities": (with_entities, "document type with entities"),
    "broken XML": (lambda data: in_member(data, _CONTENT, b"</sheetData>", b"</sheet>"), "cannot be read as one"),
    "an encoding that is none": (lambda data: in_member(data, _CONTENT, b"UTF-8", b"UTFK8"), "cannot be read as one"),
    "an encoding of several bytes": (lambda data: in_member(data, _CONTENT, b"UTF-8", b"shift_jis"), "cannot be read as one"),
    "a cell far away": (with_far_cell, f"nothing below row {LAST_ROW}"),
    "a cell repeated": (ods_bomb, f"nothing below row {LAST_ROW}"),
    "a zip bomb": (zip_bomb, "MB when unpacked"),
    "a package that lies": (lying_zip, "cannot be read as one"),
    "a password": (with_password, "found one with a password"),
    "a password, ODS": (encrypted_ods, "found one with a password"),
    "an older form": (lambda data: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(900), "older form"),
    "too many files": (lambda data: repacked(data, lambda name, content: content, {f"x{i}": b"" for i in range(1001)}), "MB when unpacked"),
    "no memory": (lambda data: changed_by_openpyxl(data, lambda book: book.remove(book["efa-lod"])), "hidden sheet"),
    "another form": (lambda data: changed_by_openpyxl(data, lambda book: book["efa-lod"].cell(1, 2, "9")), "found form 9"),
    "another publication": (lambda data: changed_by_openpyxl(data, lambda book: book["efa-lod"].cell(2, 2, "https://example.org/")), "found one of https://example.org/"),
}  # fmt: skip


@pytest.mark.parametrize("case", HARMFUL)
def test_what_is_no_workbook_of_ours_is_one_line(case: str, data: bytes, publication: Publication) -> None:
    """It is refused in both languages with what to do, in little memory."""
    make, expected = HARMFUL[case]
    bad = make(data)

    tracemalloc.start()
    with pytest.raises(BrokenInput) as error:
        workbook_in(bad, "bad.xlsx", publication.base_iri)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    english, german = (error.value.in_language(language) for language in ("en", "de"))
    assert english.startswith("bad.xlsx: ")
    assert expected in english
    assert german != english
    assert peak < 64_000_000


def test_ten_megabytes_of_empty_rows_are_read(data: bytes, publication: Publication) -> None:
    """Rows that only have a format are as if they were not there, up to the last that spreadsheets have."""
    rows = b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (row, row) for row in range(800_000, 1_048_577))
    padded = in_member(data, _CONTENT, b"</sheetData>", rows + b"</sheetData>")

    found = workbook_in(padded, "padded.xlsx", publication.base_iri)

    assert len(rows) > 10_000_000
    assert [] == found.results


def test_macros_are_neither_run_nor_read(data: bytes, publication: Publication) -> None:
    """A workbook with macros is read, and they are told in a warning."""
    found = workbook_in(
        repacked(data, lambda name, content: content, {"xl/vbaProject.bin": b"x"}), "macros.xlsm", publication.base_iri
    )

    assert [("sheet-macros", "warning")] == [(result.rule, result.severity.value) for result in found.results]


def test_comments_are_told(data: bytes, publication: Publication, tmp_path: Path) -> None:
    """What somebody noted beside a cell is not read, and not passed over in silence, in XLSX and ODS alike."""

    def change(book: object) -> None:
        comment = importlib.import_module("openpyxl.comments").Comment("stimmt nicht", "Amt")
        book["Kontakte"]["E12"].comment = comment  # type: ignore[index]

    made = tmp_path / "a.xlsx"
    made.write_bytes(changed_by_openpyxl(data, change))
    for file in (made, converted(made, "ods", tmp_path)):
        found = workbook_in(file.read_bytes(), file.name, publication.base_iri)
        assert [("sheet-comments", "warning")] == [(result.rule, result.severity.value) for result in found.results]


def test_formulas_and_joined_cells_are_known(data: bytes, tmp_path: Path) -> None:
    """Cells with formulas and joined cells are known by row and column, in XLSX and ODS alike."""

    def change(book: object) -> None:
        sheet = book["Kontakte"]  # type: ignore[index]
        sheet["E7"] = "=1+1"
        sheet.merge_cells("D9:E9")
        sheet.merge_cells("E11:E13")

    made = tmp_path / "a.xlsx"
    made.write_bytes(changed_by_openpyxl(data, change))
    for file in (made, converted(made, "ods", tmp_path)):
        sheet = inspected(file.read_bytes(), file.name).sheets[1]
        assert {(6, 4)} == sheet.formulas
        down = {(row, 4): (10, 4) for row in (10, 11, 12)}
        assert {(8, 3): (8, 3), (8, 4): (8, 3), **down} == sheet.joined


def test_the_command_ends_in_one_line(cli: Cli, tmp_path: Path) -> None:
    """A file that is no workbook, or is not there, ends with exit code 2 and a line; a folder too."""
    (tmp_path / "bad.xlsx").write_bytes(b"no workbook")
    for name in ("bad.xlsx", "missing.xlsx", "."):
        for command in ("diff", "import"):
            found = cli("sheet", command, tmp_path / name, "--lang", "de")
            assert (2, 1) == (found.exit_code, len(found.stderr.strip().splitlines())), found.stderr


def test_columns_are_counted_as_spreadsheets_do() -> None:
    """Letters and numbers of columns are two writings of the same."""
    assert ["A", "Z", "AA", "XFD"] == [column_letters(number) for number in (0, 25, 26, 16383)]
    assert [0, 25, 26, 16383] == [column_number(letters) for letters in ("A", "Z", "AA", "XFD")]
