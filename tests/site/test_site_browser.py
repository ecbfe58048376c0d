"""The pages about the data in a real browser: accessible, sortable, as wide as the screen, printable, quiet."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from support.site_pages import Html
from support.sites import attributes, chromium, press, screen, texts

PAGES = (
    "comparison.html",
    "quality.html",
    "dataset.html",
    "ontology.html",
    "shapes.html",
    "cookbook.html",
    "cookbook/who-pays.html",
    "cookbook/contact-directory.html",
    "manual/index.html",
    "manual/operators.html",
    "manual/commands.html",
    "organisation/itvsh.html",
    "marketplace/efa-marktplatz.html",
    "source/efa-nachnutzung.html",
    "source/state-identifiers.html",
)
"""One page of each kind."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Give a browser with the screen of a desk."""
    with chromium("--window-size=1400,1000") as browser:
        yield browser


FIRST = {
    "index.html": "form.search input",
    "find.html": "form.search input",
    "state/sh.html": "main a[href^='mailto:']",
    "state/be.html": "main a[href^='mailto:']",
    "comparison.html": ".compare tbody tr",
    "releases.html": "main li a",
    "manual/index.html": "main li a, main dt a, main h2 a, main article a",
}
"""What a reader comes to a page for."""


@pytest.mark.parametrize(("width", "height"), [(390, 780), (1280, 900), (1600, 900)])
def test_what_a_reader_comes_for_is_on_the_first_screen(width: int, height: int, browser: Any, address: str) -> None:
    """Nobody scrolls to where a question is typed, to the first address or to the first row."""
    screen(browser, width, height)
    try:
        below: dict[str, float] = {}
        for path, selector in FIRST.items():
            browser.get(f"{address}{path}")
            script = "return document.querySelector(arguments[0])?.getBoundingClientRect().top ?? 99999"
            top = browser.execute_script(script, selector)
            below |= {path: top} if top > height - 24 else {}
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    assert {} == below


def test_pages_complain_of_nothing_and_ask_nobody_else(browser: Any, address: str) -> None:
    """All that a page loads comes from its own server, under its strict policy, without an error."""
    browser.get_log("browser")
    asked = set()
    for path in PAGES:
        browser.get(f"{address}{path}")
        script = "return performance.getEntriesByType('resource').map(entry => entry.name)"
        asked |= set(browser.execute_script(script))

    assert asked
    assert [] == [one for one in asked if not one.startswith(address)]
    assert [] == browser.get_log("browser")


def test_a_narrow_screen_needs_no_sideways_scrolling(browser: Any, address: str) -> None:
    """On a telephone each page is as wide as the screen; wide tables scroll in a region that the keyboard reaches."""
    screen(browser, 360)
    try:
        wide = {}
        for path in PAGES:
            browser.get(f"{address}{path}")
            wide[path] = browser.execute_script(
                "return [document.documentElement.scrollWidth > innerWidth, innerWidth,"
                " [...document.querySelectorAll('.scroll, pre')].every(one => one.tabIndex === 0)]"
            )
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    assert {path: [False, 360, True] for path in PAGES} == wide


def names(browser: Any) -> list[str]:
    """Return the first cell of each row of the comparison."""
    script = "return [...document.querySelectorAll('.compare tbody tr')].map(row => row.cells[0].textContent.trim())"
    found: list[str] = browser.execute_script(script)
    return found


def test_the_comparison_is_sorted_with_the_keyboard(browser: Any, address: str) -> None:
    """Enter on a heading sorts by it, again the other way round; aria-sort and a status line tell so."""
    browser.get(f"{address}comparison.html")
    before = names(browser)
    first_heading = ".compare thead th:nth-child(1)"
    button = browser.find_element(By.CSS_SELECTOR, f"{first_heading} button")
    button.send_keys(Keys.ENTER)
    first = (names(browser), attributes(browser, first_heading, "aria-sort"))
    button.send_keys(Keys.ENTER)

    assert (before, ["ascending"]) == first
    assert (before[::-1], ["descending"]) == (names(browser), attributes(browser, first_heading, "aria-sort"))
    status = browser.find_element(By.CSS_SELECTOR, "[role=status]").get_attribute("textContent")
    assert "Sortiert nach „Land“, absteigend" == status


def test_statuses_are_sorted_by_what_there_is_to_go_by(browser: Any, address: str) -> None:
    """By financing the two states that say something come first, and n. a. last."""
    browser.get(f"{address}en/comparison.html")
    press(browser, ".compare thead th:nth-child(5) button")

    assert "Schleswig-Holstein" == names(browser)[0]
    assert ["Lower Saxony", "Berlin"] == [name for name in names(browser) if name in ("Berlin", "Lower Saxony")]
    assert 1 == len(browser.find_elements(By.CSS_SELECTOR, "th[aria-sort]"))


def test_the_comparison_is_whole_without_scripts(browser: Any, address: str) -> None:
    """A reader without JavaScript has the same table, with headings that are no buttons."""
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(f"{address}comparison.html")
        rows = len(browser.find_elements(By.CSS_SELECTOR, ".compare tbody tr"))
        buttons = browser.find_elements(By.CSS_SELECTOR, "th button")
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})

    assert (16, []) == (rows, buttons)


def test_what_is_overdue_on_the_readers_day_is_marked(browser: Any, address: str) -> None:
    """The page names the day; whether it has passed is worked out where the reader is."""
    script = """
        const later = %s; const Real = Date;
        window.Date = class extends Real { constructor(...given) { given.length ? super(...given) : super(later) } };
    """
    found = []
    for day in ("2026-12-01T12:00:00", "2099-01-01T12:00:00"):
        added = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": script % f"'{day}'"})
        browser.get(f"{address}quality.html")
        found.append(texts(browser, ".overdue"))
        browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)

    assert [[], ["überfällig"] * 16] == found


@pytest.mark.parametrize("path", ["ontology.html#CopyLoss-linkTarget", "shapes.html#ContactPoint-email"])
def test_the_iri_of_a_term_leads_to_its_place(path: str, browser: Any, address: str) -> None:
    """The browser scrolls to the anchor and marks it."""
    browser.get("about:blank")
    browser.get(f"{address}{path}")

    assert path.partition("#")[2] == browser.execute_script("return document.querySelector(':target').id")
    assert browser.execute_script("return scrollY") > 500


def test_the_comparison_is_printed_whole(browser: Any, address: str) -> None:
    """On paper nothing is cut off at the side and no arrow invites to click."""
    browser.get(f"{address}comparison.html")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        cut = browser.execute_script(
            "const one = document.querySelector('.compare');"
            "return [getComputedStyle(one).overflowX, getComputedStyle(one.querySelector('th button'), '::after').content]"
        )
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})

    assert ["visible", "none"] == cut


def test_no_link_leads_nowhere(site_folder: Path) -> None:
    """Each link of these pages leads to a file of the site, and to an anchor that is there."""
    page = cache(lambda path: Html((site_folder / path).read_bytes()))
    lost = []
    for path in (*PAGES, *(f"en/{page}" for page in PAGES)):
        for target in page(path).pages(path):
            file, _, anchor = target.partition("#")
            if (site_folder / file).is_file():
                if anchor and anchor not in page(file).ids:
                    lost.append((path, target))
            else:
                lost.append((path, target))

    assert [] == lost


BROKEN_WORDS = r"""
const words = [];
for (const part of document.querySelectorAll("main :is(a, h1, h2, h3, th[scope=row])")) {
  const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  while (part.checkVisibility() && texts.nextNode()) {
    for (const { 0: word, index } of texts.currentNode.data.matchAll(/[\p{L}\p{N}]+/gu)) {
      const range = document.createRange();
      range.setStart(texts.currentNode, index);
      range.setEnd(texts.currentNode, index + word.length);
      if (new Set([...range.getClientRects()].map((one) => Math.round(one.top))).size > 1) words.push(word);
    }
  }
}
return words;"""


@pytest.mark.parametrize("page", ["index.html", "comparison.html", "state/bw.html", "state/ni.html", "shapes.html"])
@pytest.mark.parametrize("folder", ["", "en/"])
def test_no_link_and_no_heading_is_broken_within_a_word(folder: str, page: str, browser: Any, address: str) -> None:
    """Names, addresses and terms end a line at a space, a sign or a point, on every screen."""
    browser.get(f"{address}{folder}{page}")
    broken = {}
    for width in (320, 390, 900, 1280, 1600):
        screen(browser, width)
        broken[width] = browser.execute_script(BROKEN_WORDS)
        assert not browser.execute_script("return document.documentElement.scrollWidth > innerWidth")

    assert {width: [] for width in broken} == broken
    screen(browser, 1280)
    table = "const one = document.querySelector('.compare'); return !one || one.scrollWidth <= one.clientWidth"
    assert browser.execute_script(table)
