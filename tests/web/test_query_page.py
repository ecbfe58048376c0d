"""The query page in a real browser: what a person can do there, with mouse, keyboard and screen reader."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import missing
from support.serving import Server, serving
from support.sites import attributes, chromium, press, texts, until

try:
    from selenium import webdriver
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
except ImportError:
    missing("selenium is not installed (pip install selenium)")

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }"


@pytest.fixture(scope="module")
def server(dist: Path) -> Iterator[Server]:
    """Give a server over the graph file."""
    with serving("--graph", dist / "efa-lod-graph.ttl", "--no-site", "--workers", 4, "--time-limit", 3) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    """Give Chromium with the screen of a desk."""
    with chromium("--window-size=1400,1200", "--lang=en") as made:
        yield made


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
        self.press("input[value=en] + span")
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

    def texts(self, selector: str) -> list[str]:
        """Return what is shown in each element."""
        return texts(self.browser, selector)

    def text(self, selector: str) -> str:
        """Return what is shown in the first element, and nothing where there is none."""
        return next(iter(self.texts(selector)), "")

    def attribute(self, selector: str, name: str) -> str | None:
        """Return an attribute of the first element."""
        return next(iter(attributes(self.browser, selector, name)), None)

    def press(self, selector: str, text: str = "") -> None:
        """Click the first element that shows *text*."""
        press(self.browser, selector, text)

    def until(self, holds: Callable[[], object]) -> None:
        """Wait until something holds."""
        until(self.browser, holds)

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
    page.press("#questions button", "Who pays for what?")
    page.until(lambda: len(page.cells()) > 1 and page.cells()[0][1:2] == ["payerDe"])

    assert "Which costs of reuse" in page.text("#about-heading")
    assert "efa:paidBy" in page.one("#query").get_property("value")
    assert f"{len(page.cells()) - 1} rows" == page.text("#count")


def test_a_query_is_run_with_the_keyboard(page: Page) -> None:
    """Ctrl and Enter run what is written, without a declared prefix."""
    page.ask("SELECT ?s WHERE { ?s a schema:State } ORDER BY ?s LIMIT 2")
    page.until(page.cells)

    assert [["s"], ["state/bb"], ["state/be"]] == page.cells()


def test_truth_values_and_graphs_are_shown(page: Page) -> None:
    """ASK is answered with a word, CONSTRUCT with Turtle, each with files of a fitting format."""
    page.ask("ASK { ?s a schema:State }")
    page.until(lambda: page.all(".verdict"))
    assert "yes" == page.text(".verdict")

    page.ask("CONSTRUCT WHERE { <state/sh> a ?type }")
    page.until(lambda: page.all("#result pre"))
    assert "schema.org/State" in page.text("#result pre")
    assert ["Turtle", "N-Triples", "JSON-LD", "RDF/XML"] == page.texts("#downloads a")


def test_a_mistake_is_shown_where_it_is(page: Page) -> None:
    """The message of the endpoint is shown and the cursor stands at the place of the mistake."""
    page.ask("SELECT ?s WHERE { ?s ?p }")
    page.until(lambda: "wrong" in str(page.attribute("#status", "class")))

    assert page.text("#status").startswith("query:1:")
    assert "true" == page.attribute("#query", "aria-invalid")
    assert page.browser.execute_script("return document.activeElement.id") == "query"


def test_a_query_that_takes_too_long_is_told(page: Page) -> None:
    """The time limit is told in words, and an earlier answer does not stand there as if it were this one's."""
    page.ask(CROSS)
    page.until(lambda: "stopped after 3 s" in page.text("#status"))

    assert not page.one("#answer").is_displayed()


def test_a_query_can_be_stopped(page: Page) -> None:
    """While a query runs there is a button that ends it."""
    page.ask(CROSS)
    page.until(lambda: page.one("#stop").is_displayed())
    page.press("#stop")
    page.until(lambda: page.text("#status") == "Stopped.")


def test_a_link_leads_to_the_same_query(page: Page) -> None:
    """A link to a named query and one to a query of one's own open it again."""
    page.write("ASK { }")
    page.press("#link")
    page.until(lambda: "#query=" in page.browser.current_url)
    address = page.browser.current_url.removeprefix(page.server.address)

    assert page.one("#query").get_property("value") == page.open(address).one("#query").get_property("value")
    assert "Age of the records" == page.open("#name=records-to-confirm").text("#questions [aria-current]")


def test_questions_are_found_by_their_words(page: Page) -> None:
    """The list shows the questions that hold all words, and says when none does."""
    page.one("#find").send_keys("vcard")
    assert ["Directory of the contacts as vCards"] == page.texts("#questions button")
    page.one("#find").send_keys("xyz")
    assert page.one("#none").is_displayed()


def test_the_page_speaks_german_and_english(page: Page) -> None:
    """Everything on the page changes its language, and the document says which one it has."""
    page.press("input[value=de] + span")

    assert ("de", "Die Daten fragen", "Abfrage ausführen") == (
        page.attribute("html", "lang"),
        page.text("h1"),
        page.text("#run"),
    )
    assert "Wer bezahlt was?" in page.texts("#questions button")


def test_data_is_shown_as_text(page: Page) -> None:
    """Markup in an answer stays text, and an address with a script is no link."""
    page.ask('SELECT ("<img src=x onerror=alert(1)>" AS ?a) (IRI("javascript:alert(1)") AS ?b) {}')
    page.until(page.cells)

    assert ["<img src=x onerror=alert(1)>", "javascript:alert(1)"] == page.cells()[1]
    assert [] == page.all("#result img, #result a")


def test_nothing_is_asked_of_others(page: Page) -> None:
    """All requests of the page go to the server it came from, and the browser complains of nothing."""
    page.press("#run")
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
    page.press(f"input[value={language}] + span")
    page.browser.execute_script(file.read_text("utf-8"))
    found = page.browser.execute_async_script("axe.run().then(arguments[0])")

    assert [] == [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]]


def test_what_stands_beside_the_text_belongs_to_it(page: Page) -> None:
    """After an edit, heading, snippets and names of files are those of the text at hand, and come back with it."""
    page.press("#questions button", "Who pays for what?")
    page.until(lambda: page.all("#downloads a"))
    assert "efa:paidBy" in page.one("#snippet").get_property("textContent")
    own = "SELECT ?s { ?s a schema:State } LIMIT 2\n"
    page.write(own)

    assert "Your own query" == page.text("#about-heading")
    assert not page.all("#questions button[aria-current]")
    for number in range(3):
        page.all("#tools button")[number].click()
        snippet = page.one("#snippet").get_property("textContent")
        assert "SELECT ?s { ?s a schema:State } LIMIT 2" in snippet
        assert "who-pays" not in snippet and "paidBy" not in snippet
    page.one("#query").send_keys(Keys.CONTROL, Keys.ENTER)
    page.until(lambda: len(page.cells()) == 3)
    assert {"efa-lod-query.csv"} <= {*attributes(page.browser, "#downloads a", "download")}


def test_a_misspelt_term_is_noted_on_the_page(page: Page) -> None:
    """An unknown term gives an empty table and a note with the nearest one; a right query gives none."""
    page.ask("SELECT ?s { ?s efa:abreviation ?a }")
    page.until(lambda: page.all("#notes li"))
    assert ["efa:abreviation: there is no such term; perhaps efa:abbreviation."] == page.texts("#notes li")
    assert "0 rows" == page.text("#count")

    page.ask("PREFIX schema: <http://schema.org/> SELECT ?s { ?s a schema:State }")
    page.until(lambda: page.texts("#notes li") == ["http://schema.org/: this data writes https://schema.org/."])

    page.ask("SELECT ?s { ?s schema:emial ?a # efa:nothing\n FILTER(?a != 'efa:nix') }")
    page.until(
        lambda: page.texts("#notes li") == ["schema:emial: this data does not use that term; perhaps schema:email."]
    )

    page.ask("SELECT ?s { ?s a schema:State } LIMIT 1")
    page.until(lambda: len(page.cells()) == 2)
    assert [] == page.all("#notes li")


def test_a_mistake_is_told_in_the_language_of_the_page(page: Page) -> None:
    """In German, the endpoint's message is German too."""
    page.press("input[value=de] + span")
    page.ask("SELECT ?s WHERE { ?s a schem:State }")
    page.until(lambda: "wrong" in str(page.attribute("#status", "class")))

    assert "Das Präfix schem: ist nicht erklärt; gemeint ist wohl schema:" in page.text("#status")
