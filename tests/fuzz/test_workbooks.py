"""Damaged workbooks end in findings or in one of our errors: damaged as a file, in what is packed, and in their cells."""

import io
import zipfile
from collections.abc import Callable
from functools import cache
from typing import Any

import targets
from hypothesis import given
from hypothesis import strategies as st
from mutations import damaged_bytes, damaged_words, texts
from test_fuzz import fuzzed

from efa_lod.editing.sheet_changes import sheet_changes
from efa_lod.editing.sheet_pages import SheetSource
from efa_lod.editing.workbook_reader import workbook_in
from efa_lod.errors import EfaLodError
from efa_lod.validation.reports import REPORTS
from support.workbooks import workbook_of

_SHEETS = ("xl/worksheets/sheet2.xml", "xl/worksheets/sheet11.xml", "xl/sharedStrings.xml", "xl/workbook.xml")


@cache
def members() -> dict[str, bytes]:
    """Return what the workbook of Schleswig-Holstein holds, by name."""
    with zipfile.ZipFile(io.BytesIO(workbook_of(targets.publication()))) as package:
        return {info.filename: package.read(info) for info in package.infolist()}


def packed(content: dict[str, bytes]) -> bytes:
    """Return *content* as a package."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, data in content.items():
            package.writestr(name, data)
    return stream.getvalue()


@cache
def source() -> SheetSource:
    """Return the packaged records."""
    return SheetSource(targets.publication(), targets.records(), "de")


def workbook(data: bytes) -> None:
    """Read *data* as a workbook, and take what it says up to the reports."""
    try:
        found = workbook_in(data, "fuzz.xlsx", targets.publication().base_iri)
    except EfaLodError as error:
        targets.one_line(error)
        return
    changes = sheet_changes([found], source())
    for form in REPORTS.values():
        for language in ("de", "en"):
            form(changes.results, language)


@fuzzed(30)
@given(damaged_bytes([packed(members())]))
def test_damaged_files(data: bytes) -> None:
    """A file with any bytes in it is read or refused."""
    workbook(data)


@fuzzed(30)
@given(st.data())
def test_damaged_members(data: Any) -> None:
    """A package whose members are damaged, each packed as it should be, is read or refused."""
    name = data.draw(st.sampled_from(_SHEETS))
    damage: Callable[..., Any] = data.draw(st.sampled_from([damaged_bytes, damaged_words]))
    workbook(packed({**members(), name: data.draw(damage([members()[name]]))}))


@fuzzed(20)
@given(st.lists(st.tuples(st.integers(0, 40), texts.map(lambda text: text[:40])), min_size=1, max_size=8))
def test_any_answers(answers: list[tuple[int, str]]) -> None:
    """Whatever is typed into cells comes to edits or findings."""
    kept = ((row, "".join(sign for sign in text if sign.isprintable() and sign not in '<>&"')) for row, text in answers)
    sheet = members()[_SHEETS[0]].decode()
    for row, text in kept:
        cell = f'<c r="E{row + 4}" '
        start = sheet.find(cell)
        if start > 0 and text.encode("utf-8", "ignore").decode() == text:
            end = sheet.index("/>", start)
            style = sheet[start + len(cell) : end]
            if "<" not in style:
                sheet = f'{sheet[:start]}{cell}{style} t="inlineStr"><is><t>{text}</t></is></c>{sheet[end + 2 :]}'
    workbook(packed({**members(), _SHEETS[0]: sheet.encode()}))
