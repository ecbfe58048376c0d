"""Pages in a browser: accessible by axe-core, with the keyboard, on a telephone, on paper, under a strict policy."""

import base64
import json
import re
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from conftest import missing
from efa_lod.model.languages import LANGUAGES
from efa_lod.site.facts import FACTS
from support.sites import axe, scheme, screen

try:
    from selenium import webdriver
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
except ImportError:
    missing("selenium is not installed (pip install selenium)")


OWN = ("index.html", "state/be.html", "find.html")
"""Pages that are looked at closely in the browser, in all languages and colours."""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", OWN)
def test_axe_finds_nothing(path: str, language: str, theme: str, browser: webdriver.Chrome, address: str) -> None:
    """No page has a problem that axe-core knows (WCAG 2.2 AA), in both languages and both colour schemes."""
    scheme(browser, theme)
    screen(browser, 1280)
    browser.get(address + (path if language == "de" else f"en/{path}"))
    if path == "index.html":
        for fact in FACTS:
            browser.find_element(By.CSS_SELECTOR, f"#by-{fact.name} + span").click()
            assert [] == axe(browser), fact.name
    else:
        assert [] == axe(browser)
    scheme(browser, "light")


def test_axe_finds_nothing_on_lists(browser: webdriver.Chrome, address: str) -> None:
    """The lists and the index pages of the finder have no problem either."""
    for path in ("find/08.html", "en/organisation/index.html", "marketplace/index.html", "en/source/index.html"):
        browser.get(address + path)
        assert [] == axe(browser), path


def test_axe_finds_nothing_on_a_telephone(browser: webdriver.Chrome, address: str) -> None:
    """On a narrow screen, targets are large enough and nothing is lost."""
    screen(browser, 390)
    for path in ("index.html", "state/ni.html", "en/state/sh.html", "find.html", "source/efa-nachnutzung.html"):
        browser.get(address + path)
        browser.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert [] == axe(browser), path
        assert 390 >= browser.execute_script("return document.documentElement.scrollWidth"), path
    screen(browser, 1280)


def test_the_strict_policy_is_kept(browser: webdriver.Chrome, address: str, site_folder: Path) -> None:
    """The browser complains of nothing and asks nobody but the host it came from, with and without a server."""
    log: Any = browser
    for name in ("browser", "performance"):
        log.get_log(name)
    for start in (address, f"{site_folder.as_uri()}/"):
        for path in ("index.html", "en/state/be.html", "find.html?q=Nirgendwo"):
            browser.get(start + path)
    messages = [json.loads(one["message"])["message"] for one in log.get_log("performance")]
    asked = [one["params"]["request"]["url"] for one in messages if one["method"] == "Network.requestWillBeSent"]

    assert [] == log.get_log("browser")
    assert asked
    assert [] == [one for one in asked if not one.startswith((address, "file:///", "about:"))]


def test_the_map_is_coloured_by_what_is_chosen(browser: webdriver.Chrome, address: str) -> None:
    """Choosing a fact colours the map by it and shows its legend – by style sheets alone, without a script."""
    browser.get(f"{address}index.html")
    assert [] == browser.find_elements(By.CSS_SELECTOR, "script[src]")

    def seen() -> tuple[str, list[str]]:
        fill = "return getComputedStyle(document.querySelector('.map [href*=bw] path')).fill"
        legends = "return [...document.querySelectorAll('.legend')].filter((one) => one.checkVisibility())"
        classes = f"{legends}.map((one) => one.className)"
        return browser.execute_script(fill), browser.execute_script(classes)

    found = []
    for fact in FACTS:
        browser.find_element(By.CSS_SELECTOR, f"#by-{fact.name} + span").click()
        browser.execute_script("document.getAnimations().forEach((one) => one.finish())")
        found.append(seen())

    assert 4 == len({fill for fill, _ in found})
    assert [[f"legend legend-{fact.name}"] for fact in FACTS] == [legends for _, legends in found]


def test_the_start_page_can_be_used_with_the_keyboard(browser: webdriver.Chrome, address: str) -> None:
    """Tab reaches the content, the search field, the choice, every state; what has the focus is seen."""
    screen(browser, 1280)
    browser.get(f"{address}index.html")
    reached: list[tuple[str, bool, str]] = []
    while not reached or reached[-1][0] != "BODY":
        browser.switch_to.active_element.send_keys(Keys.TAB)
        reached.append(browser.execute_script(_FOCUSED))
        assert len(reached) < 200
    reached.pop()
    ways = [way for way, _, _ in reached]

    assert "#main" == ways[0]
    assert [] == [way for way, has_outline, _ in reached if not has_outline]
    assert 16 == len({way for way, _, inside in reached if inside == "map"})
    assert {"q", "by-contact"} <= set(ways)


_FOCUSED = """
  const one = document.activeElement, style = getComputedStyle(one), path = one.querySelector?.("path");
  const twin = one.matches("input[type=radio]") ? getComputedStyle(one.nextElementSibling) : style;
  const seen = twin.outlineStyle !== "none" || (path && parseFloat(getComputedStyle(path).strokeWidth) > 5);
  return [one.getAttribute("href") || one.id || one.tagName, seen, one.closest(".map") ? "map" : ""];
"""


def test_a_choice_is_made_with_the_keyboard(browser: webdriver.Chrome, address: str) -> None:
    """The arrow keys choose what the map shows."""
    browser.get(f"{address}index.html")
    browser.find_element("id", "by-contact").send_keys(Keys.ARROW_RIGHT)

    assert browser.find_element("id", "by-offers").is_selected()


def test_the_page_of_a_state_prints_on_one_sheet(browser: webdriver.Chrome, address: str, site_folder: Path) -> None:
    """Each state fits on one page of A4: in both languages, the five that have most to say do."""
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    sheets = {}
    longest = [
        path for way in ("state", "en/state") for path in sorted((site_folder / way).glob("*.html"), key=_size)[-5:]
    ]
    for file in longest:
        path = str(PurePosixPath(file.relative_to(site_folder)))
        browser.get(address + path)
        printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
        sheets[path] = len(re.findall(rb"/Type\s*/Page\b", base64.b64decode(printed["data"])))

    assert {} == {path: count for path, count in sheets.items() if count > 1}


def _size(file: Path) -> int:
    return file.stat().st_size
