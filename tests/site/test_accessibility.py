"""Accessibility of every kind of page: both languages, both colour schemes, from a telephone to a wide screen."""

import json
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from conftest import missing
from support.sites import AXE, QUICKLY, WCAG, chromium, scheme, screen, served

ALL_PAGES = "EFA_LOD_AXE_ALL"
"""The variable of the environment with which all pages are looked at, not only two of each kind."""
LONG = 200_000
"""Bytes of a page from which on it is looked at in German alone: the English one has the same elements."""
BY_LAYOUT = ("target-size", "scrollable-region-focusable")
"""Rules whose outcome hangs on the width of the screen."""
BY_COLOUR = ("color-contrast", "link-in-text-block")
"""Rules whose outcome hangs on the colour scheme."""
RUNS = (
    (320, "light", ()),
    (390, "light", BY_LAYOUT),
    (390, "dark", BY_COLOUR),
    (768, "dark", BY_LAYOUT),
    (1280, "light", (*BY_LAYOUT, *BY_COLOUR)),
    (1600, "dark", ()),
)
"""Width of the screen, colours, and the rules to try: all at both ends, between them those that a width or a colour
changes."""
FULLY, BRIEFLY = len(RUNS), 1
"""How many of the runs the rules are tried in: in all of them, or in the first; the width is looked at in all."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Give a browser with axe-core in every page that it opens."""
    file = Path(os.environ.get("EFA_LOD_AXE", AXE))
    if not file.is_file():
        missing("EFA_LOD_AXE does not name axe.min.js (npm install axe-core)")
    with chromium() as browser:
        browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": file.read_text("utf-8")})
        yield browser


def kind_of_page(path: str) -> str:
    """Return what pages made from one template have in common: their folder, or their name where they have none."""
    folder, _, name = path.removeprefix("en/").rpartition("/")
    return folder if folder and name != "index.html" else path.removeprefix("en/")


def chosen_pages(folder: Path) -> dict[str, int]:
    """Return the pages to look at and in how many runs: of each kind the longest in German in all of them.

    The shortest one, and a long one in English, are made from the same template and styles, so one run shows what is
    otherwise in them. Where all pages are asked for, each is looked at in all runs.
    """
    pages = {str(path.relative_to(folder)): path.stat().st_size for path in sorted(folder.rglob("*.html"))}
    if os.environ.get(ALL_PAGES):
        return dict.fromkeys(pages, FULLY)
    kinds = defaultdict(list)
    for path in sorted(pages, key=lambda path: (pages[path], path)):
        kinds[kind_of_page(path), path.startswith("en/")].append(path)
    chosen: dict[str, int] = {}
    for (_, is_english), paths in kinds.items():
        brief = [path for path in paths if pages[path] < LONG][-1:] if is_english else paths[:1]
        chosen |= dict.fromkeys(brief, BRIEFLY) | ({} if is_english else {paths[-1]: FULLY})
    return chosen


def violations(browser: Any, rules: Sequence[str]) -> list[str]:
    """Return those of *rules* of axe-core (all, where none is named) that the open page breaks, with the first place."""
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": WCAG}
    script = "axe.run(document, arguments[0]).then(found => arguments[1](JSON.stringify(found.violations)))"
    found = json.loads(browser.execute_async_script(script, QUICKLY | {"runOnly": only}))
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


def problems(browser: Any, page: str, runs: int) -> Iterator[str]:
    """Yield what is wrong with the open *page* in the first *runs*, and where it is wider than the screen in all."""
    for number, (width, colours, rules) in enumerate(RUNS):
        screen(browser, width)
        scheme(browser, colours)
        if browser.execute_script("return document.documentElement.scrollWidth > innerWidth"):
            yield f"{page} {width}: wider than the screen"
        if number < runs:
            yield from (f"{page} {width} {colours}: {found}" for found in violations(browser, rules))


def test_axe_finds_nothing_on_any_kind_of_page(browser: Any, dist: Path) -> None:
    """No page has a problem that axe-core knows, nor is it wider than the screen, whatever the screen and its colours."""
    pages = chosen_pages(dist)
    found: list[str] = []
    with served(dist) as address:
        for page, runs in pages.items():
            browser.get(f"{address}{page}")
            found += problems(browser, page, runs)

    assert len(pages) > 40 and sum(runs == FULLY for runs in pages.values()) > 20
    assert [] == found
