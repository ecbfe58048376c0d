"""Workbooks for tests: made from the packaged records, changed by openpyxl, and taken through LibreOffice."""

import importlib
import io
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from conftest import program
from efa_lod.editing.sheet_pages import SheetSource
from efa_lod.editing.workbook_writer import SheetRequest, state_workbook
from efa_lod.io.reading import Document
from efa_lod.model.publication import Publication
from efa_lod.model.records import publication_records

ANSWER = 5
"""The column for answers, as openpyxl counts."""
REQUEST = SheetRequest("Musterstelle", "post@example.org", "2027-01-31")


def workbook_of(publication: Publication, states: Sequence[str] = ("state/sh",), language: str = "de") -> bytes:
    """Return the workbook about the records *states* of *publication*."""
    documents: list[Document] = list(publication_records(publication))
    records = [document for document in documents if document.value["id"] in states]
    return state_workbook(SheetSource(publication, documents, language), records, REQUEST)


def opened_by_openpyxl(data: bytes) -> Any:
    """Return the workbook *data* as openpyxl opens it."""
    return importlib.import_module("openpyxl").load_workbook(io.BytesIO(data))


def changed_by_openpyxl(data: bytes, change: Callable[[Any], None]) -> bytes:
    """Return the workbook *data* after *change* has been made to it and it was saved by openpyxl."""
    book = opened_by_openpyxl(data)
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def cell_for(book: Any, thing: str, key: str) -> Any:
    """Return the cell for the answer to *key* of *thing* in a workbook that openpyxl has opened."""
    return next(
        sheet.cell(row[0].row, ANSWER)
        for sheet in book.worksheets
        if sheet.sheet_state == "visible"
        for row in sheet.iter_rows(min_row=4, max_col=2)
        if (row[0].value, row[1].value) == (thing, key)
    )


def converted(file: Path, form: str, folder: Path) -> Path:
    """Return *file* as LibreOffice saves it in *form* (xlsx, ods, pdf) in *folder*."""
    office = program("soffice")
    profile = f"-env:UserInstallation=file://{folder.absolute()}/profile"
    command = [office, profile, "--headless", "--convert-to", form, "--outdir", str(folder / form), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / form / f"{file.stem}.{form}"
