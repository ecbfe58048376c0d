"""The query page in a real browser: what a person can do there, with mouse, keyboard and screen reader."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import missing
from support.serving import Server, serving

try:
    from selenium import webdriver
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.wait import WebDriverWait
except ImportError:
    missing("selenium is not installed (pip install selenium)")

WAIT = 15
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }"


@pytest.fixture(scope="module")
def server(dist: Path) -> Iterator[Server]:
    """Give a server over the graph file."""
    with serving("--graph", dist / "efa-lod-graph.ttl", "--no-site", "--workers", 4, "--time-limit", 3) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    """Give Chromium without a window, which keeps a log of all requests."""
    chromium = shutil.which("chromium") or missing("the program chromium is not installed (Debian: chromium)")
    driver = shutil.which("chromedriver") or missing("chromedriver is not installed (Debian: chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1400,1200", "--lang=en"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    made = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    made.set_page_load_timeout(20)
    try:
        yield made
    finally:
        made.quit()


class Page:
    """The query page as a person sees it."""

    def __init__(self, browser: webdriver.Chrome, server: Server) -> None:
        self.browser = browser
        self.server = server

    def open(self, part: str = "") -> "Page":
        """Open the page afresh in English and wait for its questions."""
        self.browser.get("about:blank")
        self.browser.get(f"{self.server.address}{part}")
        self.until(lambda: self.all("#questions button"))
        self.one("input[value=en] + span").click()
        return self

    def log(self, name: str) -> list[dict[str, Any]]:
        """Return what the browser noted since it was last asked."""
        browser: Any = self.browser
        found: list[dict[str, Any]] = browser.get_log(name)
        return found

    def one(self, selector: str) -> Any:
        """Return the first element."""
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[Any]:
        """Return all elements."""
        found: list[Any] = self.browser.find_elements(By.CSS_SELECTOR, selector)
        return found

    def until(self, holds: Callable[[], object]) -> None:
        """Wait until something holds."""
        WebDriverWait(self.browser, WAIT, poll_frequency=0.05).until(lambda _: holds())

    def write(self, query: str) -> None:
        """Put *query* into the editor."""
        field = self.one("#query")
        field.clear()
        field.send_keys(query)

    def ask(self, query: str) -> None:
        """Write *query* and run it with the keyboard."""
        self.browser.execute_script("document.getElementById('result').replaceChildren()")
        self.write(query)
        self.one("#query").send_keys(Keys.CONTROL, Keys.ENTER)

    def cells(self) -> list[list[str]]:
        """Return the rows of the answer."""
        script = "return [...document.querySelectorAll('#result tr')].map(r => [...r.cells].map(c => c.textContent))"
        found: list[list[str]] = self.browser.execute_script(script)
        return found


@pytest.fixture
def page(browser: webdriver.Chrome, server: Server) -> Page:
    """Give the page, freshly opened, with its logs emptied."""
    page = Page(browser, server)
    for name in ("browser", "performance"):
        page.log(name)
    return page.open()


def test_a_question_is_answered_by_a_click(page: Page) -> None:
    """Choosing a question shows what it means, its query and its answer."""
    next(button for button in page.all("#questions button") if button.text == "Who pays for what?").click()
    page.until(lambda: len(page.cells()) > 1 and page.cells()[0][1:2] == ["payerDe"])

    assert "Which costs of reuse" in page.one("#about-heading").text
    assert "efa:paidBy" in page.one("#query").get_property("value")
    assert f"{len(page.cells()) - 1} rows" == page.one("#count").text


def test_a_query_is_run_with_the_keyboard(page: Page) -> None:
    """Ctrl and Enter run what is written, without a declared prefix."""
    page.ask("SELECT ?s WHERE { ?s a schema:State } ORDER BY ?s LIMIT 2")
    page.until(page.cells)

    assert [["s"], ["state/bb"], ["state/be"]] == page.cells()


def test_truth_values_and_graphs_are_shown(page: Page) -> None:
    """ASK is answered with a word, CONSTRUCT with Turtle, each with files of a fitting format."""
    page.ask("ASK { ?s a schema:State }")
    page.until(lambda: page.all(".verdict"))
    assert "yes" == page.one(".verdict").text

    page.ask("CONSTRUCT WHERE { <state/sh> a ?type }")
    page.until(lambda: page.all("#result pre"))
    assert "schema.org/State" in page.one("#result pre").text
    assert ["Turtle", "N-Triples", "JSON-LD", "RDF/XML"] == [link.text for link in page.all("#downloads a")]


def test_a_mistake_is_shown_where_it_is(page: Page) -> None:
    """The message of the endpoint is shown and the cursor stands at the place of the mistake."""
    page.ask("SELECT ?s WHERE { ?s ?p }")
    page.until(lambda: "wrong" in page.one("#status").get_attribute("class"))

    assert page.one("#status").text.startswith("query:1:")
    assert "true" == page.one("#query").get_attribute("aria-invalid")
    assert page.browser.execute_script("return document.activeElement.id") == "query"


def test_a_query_that_takes_too_long_is_told(page: Page) -> None:
    """The time limit is told in words, and an earlier answer does not stand there as if it were this one's."""
    page.ask(CROSS)
    page.until(lambda: "stopped after 3 s" in page.one("#status").text)

    assert not page.one("#answer").is_displayed()


def test_a_query_can_be_stopped(page: Page) -> None:
    """While a query runs there is a button that ends it."""
    page.ask(CROSS)
    page.until(lambda: page.one("#stop").is_displayed())
    page.one("#stop").click()
    page.until(lambda: page.one("#status").text == "Stopped.")


def test_a_link_leads_to_the_same_query(page: Page) -> None:
    """A link to a named query and one to a query of one's own open it again."""
    page.write("ASK { }")
    page.one("#link").click()
    page.until(lambda: "#query=" in page.browser.current_url)
    address = page.browser.current_url.removeprefix(page.server.address)

    assert page.one("#query").get_property("value") == page.open(address).one("#query").get_property("value")
    assert "Age of the records" == page.open("#name=records-to-confirm").one("#questions [aria-current]").text


def test_questions_are_found_by_their_words(page: Page) -> None:
    """The list shows the questions that hold all words, and says when none does."""
    page.one("#find").send_keys("vcard")
    assert ["Directory of the contacts as vCards"] == [button.text for button in page.all("#questions button")]
    page.one("#find").send_keys("xyz")
    assert page.one("#none").is_displayed()


def test_the_page_speaks_german_and_english(page: Page) -> None:
    """Everything on the page changes its language, and the document says which one it has."""
    page.one("input[value=de] + span").click()

    assert ("de", "Die Daten fragen", "Abfrage ausführen") == (
        page.one("html").get_attribute("lang"),
        page.one("h1").text,
        page.one("#run").text,
    )
    assert "Wer bezahlt was?" in [button.text for button in page.all("#questions button")]


def test_data_is_shown_as_text(page: Page) -> None:
    """Markup in an answer stays text, and an address with a script is no link."""
    page.ask('SELECT ("<img src=x onerror=alert(1)>" AS ?a) (IRI("javascript:alert(1)") AS ?b) {}')
    page.until(page.cells)

    assert ["<img src=x onerror=alert(1)>", "javascript:alert(1)"] == page.cells()[1]
    assert [] == page.all("#result img, #result a")


def test_nothing_is_asked_of_others(page: Page) -> None:
    """All requests of the page go to the server it came from, and the browser complains of nothing."""
    page.one("#run").click()
    page.until(page.cells)
    messages = [json.loads(entry["message"])["message"] for entry in page.log("performance")]
    asked = [one["params"]["request"]["url"] for one in messages if one["method"] == "Network.requestWillBeSent"]

    assert asked
    assert {page.server.address} == {address[: len(page.server.address)] for address in asked if ":" in address[:6]}
    assert [] == page.log("browser")


def test_a_narrow_screen_needs_no_sideways_scrolling(page: Page) -> None:
    """On a telephone the page is as wide as the screen; only tables and code scroll in themselves."""
    page.browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
    )
    try:
        page.open("#name=who-pays").until(page.cells)
        width = page.browser.execute_script("return document.documentElement.scrollWidth")
    finally:
        page.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    assert 360 >= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_axe_finds_nothing(scheme: str, language: str, page: Page) -> None:
    """The page with an answer has no problem that axe-core knows, in both languages and colour schemes."""
    file = Path(os.environ.get("EFA_LOD_AXE", "node_modules/axe-core/axe.min.js"))
    if not file.is_file():
        missing("EFA_LOD_AXE does not name axe.min.js (npm install axe-core)")
    page.browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    page.open("#name=contacts").until(page.cells)
    page.one(f"input[value={language}] + span").click()
    page.browser.execute_script(file.read_text("utf-8"))
    found = page.browser.execute_async_script("axe.run().then(arguments[0])")

    assert [] == [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]]
