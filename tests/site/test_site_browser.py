"""The pages about the data in a real browser: accessible, sortable, as wide as the screen, printable, quiet."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from support.site_pages import Html
from support.sites import axe, chromium, scheme, screen, served

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
def address(site_folder: Path) -> Iterator[str]:
    """Give the address of a plain static host for the site."""
    with served(site_folder) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Give a browser with the screen of a desk."""
    with chromium("--window-size=1400,1000") as browser:
        yield browser


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("folder", ["", "en/"])
def test_axe_finds_nothing(colours: str, folder: str, browser: Any, address: str) -> None:
    """No page has a problem that axe-core knows, in both languages and colour schemes."""
    scheme(browser, colours)
    found = {}
    for path in PAGES:
        browser.get(f"{address}{folder}{path}")
        found[path] = axe(browser)

    assert {path: [] for path in PAGES} == found


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
    heading = browser.find_element(By.CSS_SELECTOR, ".compare thead th:nth-child(1)")
    button = heading.find_element(By.TAG_NAME, "button")
    button.send_keys(Keys.ENTER)
    first = (names(browser), heading.get_attribute("aria-sort"))
    button.send_keys(Keys.ENTER)

    assert (before, "ascending") == first
    assert (before[::-1], "descending") == (names(browser), heading.get_attribute("aria-sort"))
    status = browser.find_element(By.CSS_SELECTOR, "[role=status]").get_attribute("textContent")
    assert "Sortiert nach „Land“, absteigend" == status


def test_statuses_are_sorted_by_what_there_is_to_go_by(browser: Any, address: str) -> None:
    """By financing the two states that say something come first, and n. a. last."""
    browser.get(f"{address}en/comparison.html")
    browser.find_element(By.CSS_SELECTOR, ".compare thead th:nth-child(7) button").click()

    assert ["Lower Saxony", "Schleswig-Holstein"] == names(browser)[:2]
    assert "Berlin" == names(browser)[-1]
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
        found.append([one.text for one in browser.find_elements(By.CSS_SELECTOR, ".overdue")])
        browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)

    assert [[], ["überfällig"] * 16] == found


@pytest.mark.parametrize("path", ["ontology.html#ValueStatus-linkLost", "shapes.html#ContactPoint-email"])
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
