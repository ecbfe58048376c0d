"""A site for tests: written from a publication, served on the loopback interface, seen in a real browser."""

import contextlib
import http.server
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

from conftest import missing
from efa_lod.io.reading import Document
from efa_lod.model.publication import Publication
from efa_lod.rdf.formats import OutputFile
from efa_lod.site.page import Site
from efa_lod.site.record_pages import record_pages
from efa_lod.site.site import site_pages
from support.patience import PATIENCE_S
from support.read_sites import read_site

try:
    from selenium import webdriver
    from selenium.common.exceptions import (
        ElementNotInteractableException,
        NoSuchElementException,
        StaleElementReferenceException,
    )
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.wait import WebDriverWait
except ImportError:
    missing("selenium is not installed (pip install selenium)")

AXE = "node_modules/axe-core/axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
QUICKLY = {"resultTypes": ["violations"], "preload": False}
"""Options of axe-core that leave out what nobody reads here: what has passed, and styles of other hosts."""


def site_files(publication: Publication, sizes: Mapping[str, int] | None = None) -> Iterator[OutputFile]:
    """Yield all files of the site of *publication* that are made for people."""
    site, documents = read_site(publication, sizes)
    yield from files_of(site, documents)


def files_of(site: Site, documents: list[Document]) -> Iterator[OutputFile]:
    """Yield the files that are made for people of *site* and its records."""
    yield from record_pages(documents, site)
    yield from site_pages(site)


def write_files(files: Iterator[OutputFile], folder: Path) -> dict[str, str]:
    """Write *files* below *folder* and return the media type of each by path; no path may come twice."""
    written: dict[str, str] = {}
    for file in files:
        assert file.path not in written, f"{file.path} is written twice"
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.data)
        written[file.path] = file.media_type
    return written


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Give the address of a plain static host for *folder*."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def chromium(*arguments: str) -> Iterator[webdriver.Chrome]:
    """Give Chromium without a window, which keeps a log of its messages and requests."""
    binary = shutil.which("chromium") or missing("the program chromium is not installed (Debian: chromium)")
    driver = shutil.which("chromedriver") or missing("chromedriver is not installed (Debian: chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,900", *arguments):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    made = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    made.set_page_load_timeout(PATIENCE_S)
    made.set_script_timeout(10 * PATIENCE_S)  # axe-core looks at a long page for minutes on a busy machine
    try:
        yield made
    finally:
        made.quit()


def texts(browser: webdriver.Chrome, selector: str) -> list[str]:
    """Return what is shown in each element that fits *selector*, all of one moment: the page may be drawn anew."""
    script = """return [...document.querySelectorAll(arguments[0])].map(
        (one) => one.checkVisibility() ? one.innerText.trim() : "")"""
    found: list[str] = browser.execute_script(script, selector)
    return found


def attributes(browser: webdriver.Chrome, selector: str, name: str) -> list[str | None]:
    """Return an attribute of each element that fits *selector*, all of one moment."""
    script = "return [...document.querySelectorAll(arguments[0])].map((one) => one.getAttribute(arguments[1]))"
    found: list[str | None] = browser.execute_script(script, selector, name)
    return found


def press(browser: webdriver.Chrome, selector: str, text: str = "") -> None:
    """Click the first element that fits *selector* and shows *text*, as soon as there is one, found anew each time."""

    def pressed() -> bool:
        for element in browser.find_elements(By.CSS_SELECTOR, selector):
            if text in ("", element.text):
                element.click()
                return True
        return False

    until(browser, pressed)


def until(browser: webdriver.Chrome, holds: Callable[[], object], seconds: float = PATIENCE_S) -> None:
    """Wait until something *holds*; a page that is drawn anew meanwhile is asked again."""
    told = (StaleElementReferenceException, NoSuchElementException, ElementNotInteractableException)
    WebDriverWait(browser, seconds, poll_frequency=0.05, ignored_exceptions=told).until(lambda _: holds())


def scheme(browser: webdriver.Chrome, name: str) -> None:
    """Make *browser* prefer the colour scheme *name*."""
    features = [{"name": "prefers-color-scheme", "value": name}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def screen(browser: webdriver.Chrome, width: int, height: int = 800) -> None:
    """Give the page a screen of this size."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def axe(browser: webdriver.Chrome) -> list[tuple[str, str]]:
    """Return what axe-core finds wrong with the page that is open: rule and place."""
    file = Path(os.environ.get("EFA_LOD_AXE", AXE))
    if not file.is_file():
        missing("EFA_LOD_AXE does not name axe.min.js (npm install axe-core)")
    browser.execute_script(file.read_text("utf-8"))
    script = "axe.run(document, arguments[0]).then(found => arguments[1](found.violations))"
    found = browser.execute_async_script(script, QUICKLY | {"runOnly": WCAG})
    return [(one["id"], one["nodes"][0]["html"][:300]) for one in found]


class Html(HTMLParser):
    """The elements of a page with their attributes, its text, and what stands in each script element."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.scripts: list[tuple[dict[str, str], str]] = []
        self.text = ""
        self._script: dict[str, str] | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        values = {name: value or "" for name, value in attrs}
        self.elements.append((tag, values))
        if tag == "script":
            self._script = values
            self.scripts.append((values, ""))

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a script."""
        if tag == "script":
            self._script = None

    def handle_data(self, data: str) -> None:
        """Note text."""
        if self._script is None:
            self.text += data
        else:
            self.scripts[-1] = (self._script, self.scripts[-1][1] + data)

    def values(self, attribute: str, tag: str = "") -> list[str]:
        """Return the values of an *attribute*, of the elements *tag* if that is given."""
        return [values[attribute] for name, values in self.elements if attribute in values and tag in ("", name)]

    def data(self) -> list[str]:
        """Return the JSON-LD in the page."""
        return [text for values, text in self.scripts if values.get("type") == "application/ld+json"]
