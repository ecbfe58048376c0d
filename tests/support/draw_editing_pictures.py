"""Draw the pictures of sheet and form that the manual shows, from the packaged records: PNG of a few colours.

Usage: python tests/support/draw_editing_pictures.py [FOLDER]; the default is data/manual/pictures. LibreOffice draws
the sheet, Chromium the form, and Pillow, which is for this only (pip install pillow), makes both small.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from PIL import Image, ImageOps  # type: ignore[import-not-found]  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402

from efa_lod.model.publication import read_publication  # noqa: E402
from support.form_process import running  # noqa: E402
from support.sites import chromium, until  # noqa: E402
from support.workbooks import changed_by_openpyxl, converted, workbook_of  # noqa: E402

ROOT = HERE.parents[1]
CONTACT = "state/sh#contact-itvsh"
ANSWER = "post@itvsh.de"
FIELD = f'[data-thing="{CONTACT}"] [data-key="email"] input'
SHEETS = {"de": "Kontakte", "en": "Contacts"}
COLOURS = 24
HEIGHT = 620


def smaller(source: Path, target: Path, height: int = 0) -> None:
    """Write the picture *source* in few colours to *target*; of a page, what is drawn on it down to *height*."""
    picture = Image.open(source).convert("RGB")
    if height:
        drawn = ImageOps.invert(picture).getbbox() or (0, 0, *picture.size)
        picture = ImageOps.expand(picture.crop((*drawn[:3], min(drawn[3], drawn[1] + height))), 12, "white")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)


def sheet(language: str, folder: Path, target: Path) -> None:
    """Draw the sheet of contacts of Schleswig-Holstein, with an answer."""

    def change(book: object) -> None:
        page = book[SHEETS[language]]  # type: ignore[index]
        row = next(row for row in page.iter_rows(min_row=4) if (row[0].value, row[1].value) == (CONTACT, "email"))
        row[4].value = ANSWER
        for other in book.worksheets:  # type: ignore[attr-defined]
            if other.title != page.title:
                other.sheet_state = "hidden"
        book.active = book.worksheets.index(page)  # type: ignore[attr-defined]

    made = folder / f"sheet-{language}.xlsx"
    data = workbook_of(read_publication(ROOT), language=language)
    made.write_bytes(changed_by_openpyxl(data, change))
    pdf = converted(made, "pdf", folder)
    pages = ["pdftoppm", "-r", "110", "-f", "1", "-l", "1", "-png", "-singlefile"]
    subprocess.run([*pages, pdf, pdf.with_suffix("")], check=True)
    smaller(pdf.with_suffix(".png"), target, HEIGHT)


def form(language: str, folder: Path, target: Path) -> None:
    """Draw the form of Schleswig-Holstein with a finding."""
    own = running(folder / f"own-{language}", "SH", "--lang", language)
    with own as process, chromium("--window-size=1100,820", "--hide-scrollbars") as browser:
        browser.get(process.address)
        until(browser, lambda: browser.find_elements(By.CSS_SELECTOR, '#record[data-state="checked"]'))
        field = browser.find_element(By.CSS_SELECTOR, FIELD)
        field.clear()
        field.send_keys("ozg at itvsh")
        until(browser, lambda: browser.find_elements(By.CSS_SELECTOR, "#problems li"))
        browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", field)
        shot = folder / f"form-{language}.png"
        browser.save_screenshot(str(shot))
        browser.execute_script("window.onbeforeunload = null")
    smaller(shot, target)


def main(target: str = "data/manual/pictures") -> None:
    """Draw all pictures into the folder *target*."""
    for language in SHEETS:
        for name, draw in (("sheet", sheet), ("form", form)):
            with tempfile.TemporaryDirectory() as folder:
                draw(language, Path(folder), Path(target) / f"{name}.{language}.png")


if __name__ == "__main__":
    main(*sys.argv[1:])
