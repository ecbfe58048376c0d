"""Open a workbook in LibreOffice, type into cells as a person does, and save it; for the Python of the system.

Usage: type_in_libreoffice.py WORKBOOK '[["Sheet", "E4", "text"], …]' TARGET.ods TARGET.xlsx …

What is typed goes through the input line, so that the program itself makes numbers, dates and formulas of it. A fourth
value of an entry, true, says that the person has cleared the format of the cell before. A sheet is unprotected where
the cell is locked, as somebody does who wants to write there.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]

FILTERS = {".ods": "calc8", ".xlsx": "Calc MS Excel 2007 XML"}


def prop(name: str, value: object) -> object:
    """Return a named value as LibreOffice takes it."""
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def connected(pipe: str, office: "subprocess.Popen[bytes]") -> Any:
    """Return the context of LibreOffice once it answers at *pipe*."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    while office.poll() is None:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.2)  # until it listens; the caller bounds the whole
    raise SystemExit("LibreOffice ended")


def main(workbook: str, answers: str, *targets: str) -> None:
    """Type *answers* into *workbook* and save it as each of *targets*."""
    with tempfile.TemporaryDirectory() as profile:
        pipe = Path(profile).name
        office = subprocess.Popen(
            ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore",
             f"--accept=pipe,name={pipe};urp;"],
        )  # fmt: skip
        services = connected(pipe, office)

        def made(name: str) -> Any:
            return services.ServiceManager.createInstanceWithContext(f"com.sun.star.frame.{name}", services)

        desktop, dispatcher = made("Desktop"), made("DispatchHelper")
        book = desktop.loadComponentFromURL(Path(workbook).absolute().as_uri(), "_blank", 0, (prop("Hidden", True),))
        window = book.CurrentController

        def command(name: str, argument: str, value: str) -> None:
            dispatcher.executeDispatch(window.Frame, f".uno:{name}", "", 0, (prop(argument, value),))

        for title, place, text, *is_cleared in json.loads(answers):
            sheet = book.Sheets.getByName(title)
            cell = sheet.getCellRangeByName(place)
            if cell.CellProtection.IsLocked:
                sheet.unprotect("")
            if is_cleared:
                cell.NumberFormat = 0
            window.setActiveSheet(sheet)
            command("GoToCell", "ToPoint", place)
            command("EnterString", "StringName", text)
        for target in targets:
            book.storeToURL(Path(target).absolute().as_uri(), (prop("FilterName", FILTERS[Path(target).suffix]),))
        book.close(True)
        desktop.terminate()
        office.wait(60)


if __name__ == "__main__":
    main(*sys.argv[1:])
