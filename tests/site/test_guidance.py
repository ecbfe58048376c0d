"""What pages say first, where a reader goes on, and how old it can be; looked at in a browser at four widths and more."""

import csv
import io
import os
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver

from efa_lod.model.publication import Publication
from efa_lod.site import record_pages
from efa_lod.site.abbreviations import ABBREVIATIONS, used_abbreviations
from efa_lod.site.comparison import USEFULNESS_SIGNS, StateSummary, summaries
from efa_lod.site.comparison_table import Words, comparison_csv
from efa_lod.site.guidance import age, way_on
from efa_lod.site.map import read_areas
from efa_lod.site.model_drawing import class_name, drawing
from efa_lod.site.page import Site, render
from efa_lod.site.page_helpers import PageHelpers
from efa_lod.site.record_pages import reuse_pages
from efa_lod.site.releases import LastChange
from support.read_sites import read_site
from support.sites import Html, axe, scheme, screen

WIDTHS = (320, 390, 1280, 1600)
AXE_SCREENS = ((390, "dark"), (1280, "light"))
"""Screens for all rules of axe-core on these pages; test_accessibility.py has those of the narrowest and the widest."""
LOOKED_AT = (
    "index.html",
    "find.html",
    "find/03.html",
    "find/numbers.html",
    "comparison.html",
    "state/ni.html",
    "state/sh.html",
    "ontology.html",
    "marketplace/index.html",
    "quality.html",
    "dataset.html",
    "query.html",
    "manual/researchers.html",
    "marketplace/online-verwaltung-th.html",
    "releases.html",
)
STATE = re.compile(r"state/(\w\w)\.html")
MANUAL = Path(__file__).parents[2] / "data/manual"
DEAD_ENDS = ("ni", "bw", "sn", "st")


def model_picture(site: Site, language: str) -> bytes:
    """Return the drawing as an SVG file of its own, without figures that change with the data: for manual and README."""
    made = drawing(site)
    assert made is not None
    names = {box.name: class_name(box.name, site.labels, site.context, language) for box in made.boxes}
    return render(site, "model.svg", language, "ontology.html", {"drawing": made, "class_names": names})


@pytest.fixture(scope="module")
def site(publication: Publication) -> Site:
    """Return the site of the packaged publication."""
    return read_site(publication)[0]


@pytest.fixture(scope="module")
def lines(site: Site) -> dict[str, StateSummary]:
    """Return the facts of the states by abbreviation in small letters."""
    return {line.abbreviation.lower(): line for line in summaries(site.states, site.shared)}


def html(site_folder: Path, path: str) -> Html:
    """Return a page as it is parsed."""
    return Html((site_folder / path).read_text("utf-8"))


# ways on


def test_dead_ends_are_known(lines: dict[str, StateSummary]) -> None:
    """These are the states whose contacts are named and cannot be reached by mail or telephone."""
    assert set(DEAD_ENDS) == {key for key, line in lines.items() if line.is_dead_end}


@pytest.mark.parametrize("prefix", ["", "en/"])
@pytest.mark.parametrize("key", DEAD_ENDS)
def test_a_dead_end_ends_in_an_action(key: str, prefix: str, site_folder: Path) -> None:
    """The page says once why, and leads to the nationwide marketplace, the overview page and the editors."""
    page = html(site_folder, f"{prefix}state/{key}.html")
    said = "but our text copy holds no link targets" if prefix else "unsere Textfassung enthält aber keine Linkziele"

    assert 1 == page.text.count(said)
    assert "#way-on" in page.values("href")
    assert "https://marktplatz.govdigital.de/" in page.values("href")
    assert "EfA-Nachnutzung in den Ländern" in page.text
    assert any(link.startswith("mailto:efa-lod@example.org") for link in page.values("href"))


def test_websites_that_are_known_come_first(site: Site, lines: dict[str, StateSummary]) -> None:
    """The state's own portal, and the website of the organisation that a contact belongs to, are ways on."""
    addresses = {
        key: [a for _, those in way.websites for a in those] for key in DEAD_ENDS if (way := way_on(site, lines[key]))
    }

    assert ["https://ozg.sachsen-anhalt.de/"] == addresses["st"]
    assert "https://www.gemeindetag-bw.de/" in addresses["bw"]
    assert [] == addresses["ni"]
    assert way_on(site, lines["sh"]) is None


def test_the_overview_page_is_linked_where_its_address_is_known(site: Site, lines: dict[str, StateSummary]) -> None:
    """A publication that knows the address leads there."""
    page = site.shared["source/efa-nachnutzung"]
    shared = {**site.shared, "source/efa-nachnutzung": {**page, "homepage": "https://www.example.org/overview"}}
    known = Site(site.publication, site.context, site.facts, site.states, shared, site.entries, site.labels)
    way = way_on(known, lines["ni"])

    assert way and "https://www.example.org/overview" == way.address


def test_nothing_is_said_of_lost_links_under_a_link_that_works(site_folder: Path) -> None:
    """The nationwide marketplace has an address, so its card and its page do not complain of a missing one."""
    card = re.search(
        r'<article class="card offer">(?:(?!</article>).)*govdigital.*?</article>',
        (site_folder / "state/hh.html").read_text("utf-8"),
        re.S,
    )

    assert card and "Linkziele" not in card[0]
    assert "Linkziele" not in html(site_folder, "marketplace/efa-marktplatz.html").text


# age


def test_the_age_is_the_latest_date_that_the_page_gives(site: Site, lines: dict[str, StateSummary]) -> None:
    """A month of knowledge comes first, then the latest date for the state, then the latest of all."""
    found = {key: age(site, lines[key]) for key in ("sh", "ni", "by")}

    assert ["2022-11"] == list(map(str, found["sh"].as_of))
    assert "2023-12-31" == found["ni"].latest
    assert ("", "2024-12-31") == (found["by"].latest, found["by"].anywhere)
    assert ["Mecklenburg-Vorpommern"] == [names["de"] for names in found["by"].others]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("state/sh.html", "Stand laut Übersichtsseite: November 2022."),
        ("state/ni.html", "das späteste Datum zu diesem Land ist der 31. Dezember 2023."),
        ("state/by.html", "ihr spätestes überhaupt ist der 31. Dezember 2024 (Mecklenburg-Vorpommern)."),
        ("en/state/by.html", "its latest of all is 31 December 2024 (Mecklenburg-Vorpommern)."),
    ],
)
def test_every_page_says_how_old_it_can_be(path: str, words: str, site_folder: Path) -> None:
    """The date is that of the overview page; the day of the comparison is said to be of our text copy."""
    text = " ".join(html(site_folder, path).text.split())

    assert words in text
    assert ("with our text copy" if path.startswith("en/") else "mit unserer Textfassung") in text


def test_what_has_ended_is_relative_to_the_day_of_comparison(lines: dict[str, StateSummary]) -> None:
    """No clock is asked: a provision has ended if its last day was past when the record was compared."""
    assert {"ni": ["2023-12-31"] * 3, "mv": ["2024-12-31"]} == {
        key: [str(one["until"]) for one in line.ended] for key, line in lines.items() if line.ended
    }


# signs, numbers, words


def test_a_sign_has_one_meaning() -> None:
    """No two grades of usefulness have the same sign, so that one sign says the same on every page."""
    assert len(USEFULNESS_SIGNS) == len(set(USEFULNESS_SIGNS.values()))


@pytest.mark.parametrize("path", ["index.html", "comparison.html", "en/index.html", "en/comparison.html"])
def test_signs_and_colours_go_together(path: str, site_folder: Path) -> None:
    """Wherever a sign stands in a table of the states, it has the colour of its grade."""
    text = (site_folder / path).read_text("utf-8")
    found = set(re.findall(r'swatch level-(\w+)" aria-hidden="true">(.)<', text))

    assert found and all(USEFULNESS_SIGNS[level] == sign for level, sign in found)


def test_start_page_and_comparison_grade_contacts_alike(site_folder: Path) -> None:
    """A contact with a website is the same grade on both pages, and nowhere a lost link above a link that works."""
    levels = {}
    for path, cell in (("index.html", r'class="of-contact">'), ("comparison.html", r'data-of="Ansprechstelle"[^>]*>')):
        text = (site_folder / path).read_text("utf-8")
        rows = re.findall(r'<tr>\s*<th scope="row".*?</tr>', text, re.S)
        found = {key[1]: re.search(cell + r".*?level-(\w+)", row, re.S) for row in rows if (key := STATE.search(row))}
        levels[path] = {key: level[1] for key, level in found.items() if level}

    assert 16 == len(levels["index.html"])
    assert levels["index.html"] == levels["comparison.html"]
    assert ("indirect", "unreachable") == (levels["index.html"]["bw"], levels["index.html"]["ni"])


def test_an_address_is_broken_behind_its_sign_only(site: Site) -> None:
    """Where an e-mail address is too long for its place, it goes on after the @, and nowhere else."""
    assert '<a href="mailto:info@itvsh.de">info@<wbr>itvsh.de</a>' == str(
        PageHelpers(site, "de", "x.html").mail("info@itvsh.de")
    )


def test_catalogues_and_marketplaces_are_counted_alike(site_folder: Path) -> None:
    """Start page, list, dataset and quality page name one number; the list has the state of each."""
    assert re.search(r"Kataloge und Marktplätze \(20\)", html(site_folder, "index.html").text)
    assert "20 Einträge" in html(site_folder, "marketplace/index.html").text
    assert re.search(r"Kataloge und Marktplätze\s*20\b", html(site_folder, "dataset.html").text)
    assert re.search(
        r"Kataloge und Marktplätze, davon 6 mit ergänzter Adresse\s*20\b", html(site_folder, "quality.html").text
    )
    assert "„Marktplatz“ (Saarland)" in " ".join(html(site_folder, "marketplace/index.html").text.split())


STRUCK_OUT = {
    "": r"[Ss]chweig|Eine baut|als Tatsache|[Dd](?:ie|er) Seite (?:nennt|sagt|kündigt|unterscheidet|offen|zeigt|zählt)",
    "en": r"(?<!--)\b[Ss]ilen(?:t|ce)\b(?!-)|[Oo]ne builds|as a fact|[Tt]he page (?:names|says|counts|announces|distinguishes|leaves)",
}


@pytest.mark.parametrize("prefix", STRUCK_OUT)
def test_words_that_an_editor_strikes_out(prefix: str, site_folder: Path) -> None:
    """Pages are worded for readers, not for their makers, and "the page" is never the overview page."""
    start = site_folder / prefix
    kinds = ("*.html", "state/*.html", "marketplace/*.html", "organisation/*.html", "source/*.html", "cookbook/*.html")
    paths = [path for kind in kinds for path in start.glob(kind) if path.name != "shapes.html"]
    found = {path.name: re.findall(STRUCK_OUT[prefix], html(site_folder, str(path)).text) for path in paths}

    assert len(paths) > 60
    assert {} == {name: words for name, words in found.items() if words}


def test_abbreviations_are_explained_where_they_are_used(site: Site, site_folder: Path) -> None:
    """What a page uses is explained once on it, what it does not use is not."""
    text = html(site_folder, "state/ni.html").text

    assert 1 == text.count("Themenfeld")
    assert "ThAVEL" not in text
    assert "Thüringer Antragssystem" in html(site_folder, "state/th.html").text
    assert [("OZG", "Onlinezugangsgesetz")] == used_abbreviations({"summary": {"de": "Das OZG gilt."}}, "de")
    assert [] == used_abbreviations({"summary": {"de": "OZGX"}}, "de")
    assert all({"de", "en"} == set(long) for long in ABBREVIATIONS.values())


# files


def test_excel_reads_umlauts_of_the_comparison(site_folder: Path) -> None:
    """The CSV begins with the mark that Excel knows UTF-8 by, and holds no reference of our own."""
    data = (site_folder / "comparison.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))

    assert data.startswith(b"\xef\xbb\xbf") and 1 == data.count(b"\xef\xbb\xbf")
    assert "Baden-Württemberg" == rows[0]["nameDe"]
    cells = [cell for row in rows for name, cell in row.items() if name != "state"]
    assert [] == [cell for cell in cells if re.search(r"(^|\|)(state|organisation|marketplace|source)/", cell)]


@pytest.mark.parametrize("cell", ["=1+1", "+49431", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_for_people_is_a_formula(cell: str, site: Site) -> None:
    """What a spreadsheet would work out is shown as it stands in the data, behind an apostrophe."""
    line = summaries([{"id": "state/x", "name": {"de": cell}, "reuse": {"contacts": [{"id": "c", "email": cell}]}}], {})
    words = Words(site.context, site.labels, {})
    rows = list(csv.DictReader(io.StringIO(b"".join(comparison_csv(line, words)).decode("utf-8-sig"), newline="")))

    assert (f"'{cell}", f"'{cell}") == (rows[0]["nameDe"], rows[0]["emails"])


def test_telephone_numbers_for_people_are_as_printed(site_folder: Path) -> None:
    """A spreadsheet would take +49… for a sum and drop a leading zero; the printed form stays as it is."""
    text = (site_folder / "comparison.csv").read_text("utf-8-sig")

    assert "0431-530 550 46" in text and "0681/85 74 20-80" in text
    assert "+49" not in text


# what was added


@pytest.mark.parametrize(("path", "words"), [("index.html", "von uns ergänzt"), ("en/comparison.html", "added by us")])
def test_added_addresses_are_told_from_those_of_the_page(path: str, words: str, site_folder: Path) -> None:
    """In the tables of the states an added website is marked, an address of the overview page is not."""
    text = (site_folder / path).read_text("utf-8")
    rows = {key[1]: row for row in re.findall(r"<tr>.*?</tr>", text, re.S) if (key := STATE.search(row))}

    assert words in rows["bw"] and words in rows["bb"]
    assert words not in rows["sh"].partition("itvsh.de</a>")[2].partition("</td>")[0]


@pytest.mark.parametrize(
    ("property_", "value"), [("email", "a@example.org"), ("telephone", "+49431530"), ("name", {"de": "N"})]
)
def test_every_addition_to_a_contact_is_shown_with_its_evidence(property_: str, value: object, site: Site) -> None:
    """What editors added to a contact is marked on its card, and says what was seen where."""
    state = deepcopy(dict(site.state_of["state/ni"]))
    contact = state["reuse"]["contacts"][0]
    given = {"words": value} if isinstance(value, dict) else {"value": value}
    contact[property_] = value
    contact["additions"] = [
        {"id": "state/ni#a", "type": "Addition", "property": property_, "finding": {"de": "So gesehen."}, **given}
    ]
    page = next(iter(reuse_pages(site, state))).data.decode()
    card = re.findall(r'<article class="card contact".*?</article>', page, re.S)[0]

    assert 1 == card.count("von uns ergänzt") == card.count("So gesehen.")


INVENTED = {"id": "state/ni#x", "name": {"de": "Neu"}}
WHOLE = {
    "contacts": {**INVENTED, "type": "ContactPoint", "contactKind": "mailbox", "email": "a@example.org"},
    "catalogues": {**INVENTED, "type": "OfferCatalog"},
    "furtherMarketplaces": "marketplace/fit-store",
    "provisions": {**INVENTED, "type": "Provision", "summary": {"de": "Neu"}},
    "financing": {**INVENTED, "type": "Financing", "summary": {"de": "Neu"}},
}


@pytest.mark.parametrize("property_", WHOLE)
def test_what_was_added_as_a_whole_is_marked_with_its_evidence(property_: str, site: Site) -> None:
    """A contact, an offer or a rule that the overview page does not name says so once, and what was seen where."""
    state = deepcopy(dict(site.state_of["state/ni"]))
    thing: Any = WHOLE[property_]
    held = state["reuse"].get(property_) or []
    state["reuse"][property_] = [*(held if isinstance(held, list) else [held]), thing]
    value = thing if isinstance(thing, str) else thing["id"]
    addition = {"id": "state/ni#a", "type": "Addition", "property": property_, "finding": {"de": "So gesehen."}}
    before = next(iter(reuse_pages(site, state))).data.decode()
    state["reuse"]["additions"] = [{**addition, "value": value}]
    page = next(iter(reuse_pages(site, state))).data.decode()
    mark = "<summary>von uns ergänzt</summary>"

    assert 1 == page.count("<p>So gesehen.") == page.count(mark) - before.count(mark)
    assert value in summaries([state], site.shared)[0].added


def test_the_ways_to_an_added_contact_are_marked_in_short(site: Site) -> None:
    """Where a contact stands without its card, its address has the short mark as an added address has."""
    state = deepcopy(dict(site.state_of["state/ni"]))
    state["reuse"]["contacts"] = [*state["reuse"]["contacts"], WHOLE["contacts"]]
    addition = {"id": "state/ni#a", "type": "Addition", "property": "contacts", "value": INVENTED["id"]}
    state["reuse"]["additions"] = [addition]
    page = Html(next(iter(reuse_pages(site, state))).data.decode())

    assert "a@example.org (von uns ergänzt)" in " ".join(page.text.split())


@pytest.mark.parametrize(
    ("modified", "told"),
    [
        ("2026-11-23", "Zuletzt geändert am 2. Dezember 2026 (Ausgabe 1.1.0): Neu."),
        ("2026-12-02", "Zuletzt geändert am 2. Dezember 2026 (Ausgabe 1.1.0): Neu."),
        ("2026-12-24", "Geändert mit Ausgabe 1.1.0 am 2. Dezember 2026: Neu."),
    ],
)
def test_a_page_says_once_when_it_was_last_changed(
    modified: str, told: str, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The release that brought the last change says when that was, or the record where it was changed since."""
    change = LastChange("1.1.0", "2026-12-02", [{"de": "Neu.", "en": "New."}])
    monkeypatch.setattr(record_pages, "last_change", lambda *_: change)
    state = deepcopy(dict(site.state_of["state/ni"]))
    state["record"]["modified"] = modified
    text = " ".join(Html(next(iter(reuse_pages(site, state))).data.decode()).text.split())

    assert told in text
    assert 1 == text.count("Zuletzt geändert")


# where to ask


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_the_questions_lead_to_where_own_ones_are_asked(prefix: str, site_folder: Path) -> None:
    """From the ready-made queries one reaches the page that says where to ask others, also on a host without a server."""
    assert "query.html" in html(site_folder, f"{prefix}cookbook.html").values("href")
    assert "http://127.0.0.1:8765/query" in html(site_folder, f"{prefix}query.html").text


# the model


def test_the_model_is_drawn_from_the_data(site: Site) -> None:
    """Contacts hang on the reuse in a state, not on the state; every arrow leads from a box to a box."""
    found = drawing(site)
    assert found
    boxes = {box.name: box for box in found.boxes}

    assert "contacts" in {link.key for link in boxes["GovernmentService"].links}
    assert {"record", "reuse"} == {link.key for link in boxes["State"].links}
    assert 16 == boxes["State"].count
    ahead = [link for box in found.boxes for link in box.links if not link.is_back]
    assert len(ahead) == len(found.arrows)
    spots = [(box.x, box.y, box.y + box.height) for box in found.boxes]
    assert not any(a[0] == b[0] and a[1] < b[2] and b[1] < a[2] for a in spots for b in spots if a is not b)


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_model_is_in_the_manual(language: str, site: Site, site_folder: Path) -> None:
    """The picture beside the texts is what is drawn from the data; EFA_LOD_REFRESH=1 draws it anew."""
    name = f"pictures/model.{language}.svg"
    file = MANUAL / name
    drawn = model_picture(site, language)
    if os.environ.get("EFA_LOD_REFRESH"):
        file.write_bytes(drawn)
    prefix, up = ("", "") if language == "de" else ("en/", "../../manual/")
    page = html(site_folder, f"{prefix}manual/researchers.html")

    assert file.read_bytes() == drawn == (site_folder / "manual" / name).read_bytes()
    assert f"{up}{name}" in page.values("src")


def test_pictures_of_readme_are_there() -> None:
    """README shows the start page and the model, each with words for those who do not see it."""
    found = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", (MANUAL.parents[1] / "README.md").read_text("utf-8"))

    assert ["data/manual/pictures/start.webp", "data/manual/pictures/model.en.svg"] == [path for _, path in found]
    assert all((MANUAL.parents[1] / path).is_file() and len(words) > 30 for words, path in found)


@pytest.mark.parametrize(("path", "name"), [("ontology.html", "Ansprechstelle"), ("en/ontology.html", "contact point")])
def test_the_model_is_on_the_page_of_terms(path: str, name: str, site_folder: Path) -> None:
    """It is a picture with a name and a list of the same, in the language of the page."""
    text = (site_folder / path).read_text("utf-8")

    assert re.search(r'<svg viewBox[^>]*role="img" aria-label="[^"]+', text)
    assert f">{name}</text>" in text


# in the browser


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("prefix", ["", "en/"])
def test_nothing_is_cut(width: int, prefix: str, browser: webdriver.Chrome, address: str) -> None:
    """No page is wider than the screen, and no cell of the start page or the comparison is cut off."""
    screen(browser, width)
    cut = {}
    for path in LOOKED_AT:
        browser.get(f"{address}{prefix}{path}")
        cut[path] = browser.execute_script(
            "return [document.documentElement.scrollWidth > innerWidth,"
            " [...document.querySelectorAll('.table td, .compare tbody :is(td, th), .ask p')]"
            " .filter(one => one.offsetParent && one.getBoundingClientRect().width > 2"
            "  && (one.scrollWidth > one.clientWidth + 1 || one.getBoundingClientRect().right > innerWidth + 1)).length]"
        )

    assert {path: [False, 0] for path in LOOKED_AT} == cut


@pytest.mark.parametrize(("width", "colours"), AXE_SCREENS)
def test_axe_finds_nothing_at_any_width(width: int, colours: str, browser: webdriver.Chrome, address: str) -> None:
    """No page has a problem that axe-core knows, in both languages and themes."""
    screen(browser, width)
    scheme(browser, colours)
    paths = [f"{prefix}{path}" for prefix in ("", "en/") for path in (*LOOKED_AT, "find/names/a.html")]
    found = {}
    for path in paths:
        browser.get(address + path)
        found[path] = axe(browser)

    assert {path: [] for path in paths} == found


@pytest.mark.parametrize("key", ["sh", "by", "he", "bw", "st", "ni", "hh"])
def test_the_first_address_is_seen_without_scrolling(key: str, browser: webdriver.Chrome, address: str) -> None:
    """On a phone, the answer with its first address stands on the first screen, as the largest sentence."""
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 390, "height": 700, "deviceScaleFactor": 2, "mobile": True}
    )
    try:
        browser.get(f"{address}state/{key}.html")
        bottom, size, largest = browser.execute_script(
            "const ask = document.querySelector('.ask'); const size = (e) => parseFloat(getComputedStyle(e).fontSize);"
            'return [ask.querySelector(\'a[href^="mailto:"], a[href^="tel:"], a[rel=external]\').getBoundingClientRect().bottom,'
            " size(ask.querySelector('p')), Math.max(...[...document.querySelectorAll('main p:not(.ask p)')].map(size))]"
        )
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    assert bottom <= 700
    assert size > largest


def test_small_states_can_be_touched(browser: webdriver.Chrome, address: str, publication: Publication) -> None:
    """On the narrowest screen, each state of the map can be hit on 24 by 24 pixels (WCAG 2.2, 2.5.8)."""
    areas = read_areas(publication)
    assert areas and {"02", "04", "11"} <= {area.key for area in areas.areas if area.is_small}
    screen(browser, 320)
    browser.get(f"{address}index.html")
    sizes = browser.execute_script(
        "return [...document.querySelectorAll('.map a')].map(one => { const b = one.getBoundingClientRect();"
        " return Math.min(b.width, b.height) })"
    )

    assert 16 == len(sizes) and min(sizes) >= 24


@pytest.mark.parametrize(("width", "is_card"), [(320, True), (390, True), (1280, False), (1600, False)])
def test_the_comparison_is_cards_on_narrow_screens(
    width: int, is_card: bool, browser: webdriver.Chrome, address: str
) -> None:
    """Where the columns do not fit, each state is a card with the question above each answer and its addresses."""
    screen(browser, width)
    browser.get(f"{address}comparison.html")
    script = "return getComputedStyle(document.querySelector('.compare tbody tr')).display"

    assert is_card == (browser.execute_script(script) == "block")
    assert browser.find_elements("css selector", ".compare a[href^='mailto:info@itvsh.de']")
