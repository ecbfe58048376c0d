"""The finder: from what a person types to the state, the same in Python, on the page, and on the command line."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Cli
from efa_lod.model.finder import DEEP_LINK, REASONS, Finder, finder, folded, state_of_key
from efa_lod.model.publication import Publication
from efa_lod.site.site import publication_finder, read_site
from support.sites import chromium, served

try:
    from selenium import webdriver
    from selenium.webdriver.support.wait import WebDriverWait
except ImportError:
    from conftest import missing

    missing("selenium is not installed (pip install selenium)")

QUESTIONS = [
    ("08111000", "bw", "key"),
    ("081110000000", "bw", "key"),
    ("081115000", "bw", "key"),
    (" 08 111 000 ", "bw", "key"),
    ("8111000", "bw", "lost-zero"),
    ("01", "sh", ""),
    ("1", "sh", "lost-zero"),
    ("16077001", "th", "key"),
    ("SH", "sh", ""),
    ("sh", "sh", ""),
    ("DE-SH", "sh", ""),
    ("de_sh", "sh", ""),
    ("DEF", "sh", ""),
    ("Schleswig-Holstein", "sh", ""),
    ("schleswig holstein", "sh", ""),
    ("Sachsen", "sn", ""),
    ("Sachsen-Anhalt", "st", ""),
    ("Niedersachsen", "ni", ""),
    ("Lower Saxony", "ni", ""),
    ("Thüringen", "th", ""),
    ("Thueringen", "th", ""),
    ("THÜRINGEN", "th", ""),
    ("Thu\u0308ringen", "th", ""),
    ("Freistaat Bayern", "by", ""),
    ("Freistaat Thüringen", "th", ""),
    ("Land Berlin", "be", ""),
    ("Freie Hansestadt Bremen", "hb", ""),
    ("70173", "", "five-digits"),
    ("99111000", "", "no-state"),
    ("00", "", "no-state"),
    ("123", "", "digits"),
    ("1234567890123", "", "digits"),
    ("Stuttgart", "", "unknown"),
    ("<img src=x onerror=alert(1)>", "", "unknown"),
    ("٠٨١١١٠٠٠", "", "unknown"),
    ("x" * 5000, "", "unknown"),
    ("", "", "empty"),
    ("  - ", "", "empty"),
]


@pytest.fixture(scope="module")
def find(publication: Publication) -> Finder:
    """Return the finder of the packaged publication."""
    return publication_finder(read_site(publication)[0])


@pytest.mark.parametrize(("question", "state", "reason"), QUESTIONS, ids=[repr(one[0][:20]) for one in QUESTIONS])
def test_what_a_question_leads_to(question: str, state: str, reason: str, find: Finder) -> None:
    """Keys, names, abbreviations and codes lead to one state; what is none of these says why it leads nowhere."""
    found = find(question)

    assert ([f"state/{state}"] if state else [], reason) == (list(found.references), found.reason)


def test_a_name_that_is_nearly_right_is_offered(find: Finder) -> None:
    """A slip of the pen leads nowhere by itself but to a question."""
    assert "Schleswig-Holstein" in find("Schleswig-Holstien").near


def test_every_reason_is_said_in_both_languages() -> None:
    """All that a question can end with has words in German and English."""
    assert all({"de", "en"} == set(words) for words in REASONS.values())


def test_a_municipality_with_a_record_is_found_by_key_and_name() -> None:
    """Records of municipalities are found by their own key and name; other keys lead to the state."""
    states = [{"id": "state/bw", "stateKey": "08", "name": {"de": "Baden-Württemberg"}}]
    find = finder(states, [("municipality/08111000", {"de": "Musterstadt"}, "08111000")])

    assert ["municipality/08111000"] == list(find("08111000").references) == list(find("musterstadt").references)
    assert ["state/bw"] == list(find("08111001").references)


def test_two_records_of_one_name_are_both_found() -> None:
    """A name that two municipalities have leads to both."""
    find = finder([], [("m/1", {"de": "Neustadt"}, ""), ("m/2", {"de": "Neustadt"}, "")])

    assert ["m/1", "m/2"] == list(find("Neustadt").references)


@pytest.mark.parametrize(
    ("path", "key"), [("find/08111000", "08"), ("find/081110000000", "08"), ("find/16077001", "16")]
)
def test_deep_links_hold_the_key_of_the_state(path: str, key: str, publication: Publication) -> None:
    """The pattern for servers takes keys of 8 and 12 digits, and the table says which state is meant."""
    found = re.fullmatch(DEEP_LINK, path)

    assert found and found[1] == key
    assert key in state_of_key(read_site(publication)[0].states)


@pytest.mark.parametrize("path", ["find/08", "find/08.html", "find/0811100", "find/08111000x", "find/0811100000"])
def test_other_paths_are_no_deep_links(path: str) -> None:
    """What is no municipality key is left to the files of the site."""
    assert re.fullmatch(DEEP_LINK, path) is None


def test_folding_is_the_same_twice() -> None:
    """What is compared does not change when it is folded again."""
    assert all(folded(folded(one)) == folded(one) for one, *_ in QUESTIONS)


# --- on the page ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    """Give a browser."""
    with chromium() as made:
        yield made


@pytest.fixture(scope="module")
def address(site_folder: Path) -> Iterator[str]:
    """Give the address of a plain static host with the site."""
    with served(site_folder) as made:
        yield made


def settled(browser: webdriver.Chrome, address: str) -> str:
    """Open *address* and return where the browser is when it has been led on, or has been told why not."""
    browser.get("about:blank")
    browser.get(address)
    script = (
        "const f = document.getElementById('found'); return !f || (f.textContent && f.classList.contains('missing'))"
    )
    WebDriverWait(browser, 10, poll_frequency=0.02).until(lambda _: browser.execute_script(script))
    return str(browser.current_url)


@pytest.mark.parametrize("language", ["", "en/"])
def test_a_deep_link_opens_the_page_of_the_state(language: str, browser: webdriver.Chrome, address: str) -> None:
    """find.html?q=… leads on to the page in the same language."""
    assert f"{address}{language}state/bw.html" == settled(browser, f"{address}{language}find.html?q=08111000")


def test_the_page_and_the_program_follow_the_same_rules(browser: webdriver.Chrome, address: str) -> None:
    """Each question that the program answers is answered alike by the script of the page."""
    browser.get(f"{address}find.html")
    script = """
        return arguments[0].map((question) => {
          const answer = find(question, known());
          return [answer.link ? answer.link.getAttribute("href") : "", answer.link ? "" : answer.reason];
        })
    """
    asked = [question for question, *_ in QUESTIONS]
    expected = [[f"state/{state}.html" if state else "", "" if state else reason] for _, state, reason in QUESTIONS]

    assert expected == browser.execute_script(script, asked)


def test_a_question_without_an_answer_is_told_why(browser: webdriver.Chrome, address: str) -> None:
    """The page says why nothing was found, keeps what was typed, and shows markup as text."""
    settled(browser, f"{address}find.html?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")

    assert "kein Land und keine Gemeinde" in browser.find_element("id", "found").text
    assert "<img src=x onerror=alert(1)>" == browser.find_element("id", "q").get_property("value")
    assert [] == browser.find_elements("css selector", "main img")
    settled(browser, f"{address}en/find.html?q=70173")
    assert "postal code" in browser.find_element("id", "found").text


def test_the_beginning_of_a_name_is_offered_as_a_link(browser: webdriver.Chrome, address: str) -> None:
    """What begins like names of states is answered with links to them."""
    settled(browser, f"{address}find.html?q=Sachs")
    links = browser.find_elements("css selector", "#found a")

    assert ["Sachsen", "Sachsen-Anhalt"] == [link.text for link in links]


def test_the_search_of_the_start_page_works_from_files(browser: webdriver.Chrome, site_folder: Path) -> None:
    """Without any server, the search field of the start page leads to the state."""
    browser.get((site_folder / "index.html").as_uri())
    browser.find_element("id", "q").send_keys("NW\n")
    WebDriverWait(browser, 10, poll_frequency=0.02).until(lambda _: browser.current_url.endswith("state/nw.html"))


# --- on the command line --------------------------------------------------------------------------------------------


def test_the_command_says_whom_to_ask(cli: Cli) -> None:
    """A key gives the state, its contacts and the address of the page."""
    result = cli("find", "SH")

    assert (0, "") == (result.exit_code, result.stderr)
    assert "Schleswig-Holstein (SH, 01)" in result.stdout
    assert "info@itvsh.de" in result.stdout
    assert "0431-530 550 46" in result.stdout
    assert "https://w3id.org/efa-lod/en/state/sh.html" in result.stdout


def test_the_command_speaks_german(cli: Cli) -> None:
    """With --lang de, words and page are German, and a lost link is called one."""
    result = cli("find", "08111000", "--lang", "de")

    assert "Gemeindetag BW\n    genannt; der Link ist verloren gegangen" in result.stdout
    assert "/efa-lod/state/bw.html" in result.stdout
    assert "beginnt mit dem Schlüssel des Landes" in result.stderr


def test_the_command_tells_programs(cli: Cli) -> None:
    """As JSON, an answer has the names by language, the contacts and the page, also when there is none."""
    found = json.loads(cli("find", "SL", "--format", "json").stdout)["found"][0]
    assert ("https://w3id.org/efa-lod/state/sl", "+4968185742080") == (found["iri"], found["contacts"][0]["telephone"])

    nothing = cli("find", "Stuttgart", "--format", "json")
    assert (1, []) == (nothing.exit_code, json.loads(nothing.stdout)["found"])


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("Stuttgart", "municipality key of eight digits"),
        ("70173", "postal code"),
        ("99111000", "01 to 16"),
        ("", "enter"),
    ],
)
def test_the_command_helps_when_nothing_is_found(question: str, word: str, cli: Cli) -> None:
    """Nothing found is exit code 1 and one line that says what to do."""
    result = cli("find", question)

    assert (1, "") == (result.exit_code, result.stdout)
    assert word in result.stderr
    assert 1 == result.stderr.count("\n")


def test_the_command_follows_the_publication(cli: Cli, copy: Path) -> None:
    """Names, base and contacts are those of the publication that is named."""
    file = copy / "data/states/sh.yaml"
    file.write_text(file.read_text("utf-8").replace("Schleswig-Holstein", "Musterland\u202e"), "utf-8")
    result = cli("find", "01", "--publication", copy, "--base-iri", "https://data.example.org/efa/")

    assert "Musterland⟨U+202E⟩ (SH, 01)" in result.stdout
    assert "https://data.example.org/efa/en/state/sh.html" in result.stdout
