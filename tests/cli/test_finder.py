"""The finder: from what a person types to the state, the same in Python, on the page, and on the command line."""

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest

from conftest import Cli
from efa_lod.errors import BrokenInput
from efa_lod.model.finder import DEEP_LINK, FINDER_REASONS, Finder, finder, page_for, state_of_key
from efa_lod.model.gazetteer import FOLDER, distance, folded, read_gazetteer
from efa_lod.model.publication import Publication, read_publication
from efa_lod.site.find import publication_finder
from support.patience import PATIENCE_S
from support.read_sites import read_site
from support.sites import Html, attributes, texts

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
    ("NRW", "nw", ""),
    ("BaWü", "bw", ""),
    ("Ba-Wü", "bw", ""),
    ("Meck-Pomm", "mv", ""),
    ("meckpomm", "mv", ""),
    ("RLP", "rp", ""),
    ("99111000", "", "no-state"),
    ("00", "", "no-state"),
    ("123", "", "digits"),
    ("1234567890123", "", "digits"),
    ("", "", "empty"),
    ("  - ", "", "empty"),
]
"""Questions that need no register, the state that they lead to, and the reason that is given."""
PLACES = [
    ("Hannover", "ni", "place"),
    ("hannover", "ni", "place"),
    ("Region Hannover", "ni", "place"),
    ("Kassel", "he", "place"),
    ("Stadt Kassel", "he", "place"),
    ("Kassel, documenta-Stadt", "he", "place"),
    ("Hannover, Landeshauptstadt", "ni", "place"),
    ("Flensburg, Stadt", "sh", "place"),
    ("Buxtehude Hansestadt", "ni", "place"),
    ("Gifhorn Landkreis", "ni", "place"),
    ("30159 Hannover", "ni", "place"),
    ("D-24103 Kiel", "sh", "place"),
    ("D 34117 Stadt Kassel", "he", "place"),
    ("30159, Hannver", "", "similar"),
    ("Landkreis Kassel", "he", "place"),
    ("Stuttgart", "bw", "place"),
    ("Kiel", "sh", "place"),
    ("Landkreis Gifhorn", "ni", "place"),
    ("LK Gifhorn", "ni", "place"),
    ("Samtgemeinde Papenteich", "ni", "place"),
    ("Verbandsgemeinde Bad Bergzabern", "rp", "place"),
    ("Amt Eider", "sh", "place"),
    ("Markt Schwaben", "by", "place"),
    ("St. Ingbert", "sl", "place"),
    ("Sankt Ingbert", "sl", "place"),
    ("Neustadt an der Aisch", "by", "place"),
    ("Neustadt a. d. Aisch", "by", "place"),
    ("Frankfurt (Oder)", "bb", "place"),
    ("Frankfurt Oder", "bb", "place"),
    ("Köln", "nw", "place"),
    ("Koeln", "nw", "place"),
    ("Cottbus", "bb", "place"),
    ("Frankfurt", "", "choice"),
    ("Neustadt", "", "choice"),
    ("Essen", "", "choice"),
    ("Westerwald", "", "choice"),
    ("Bad", "", "choice"),
    ("03151", "ni", "district-key"),
    ("30159", "ni", "postcode"),
    ("70173", "bw", "postcode"),
    ("99999", "", "five-digits"),
    ("Hanover", "", "similar"),
    ("Müchen", "", "similar"),
    ("Niedersachsn", "", "similar"),
    ("<img src=x onerror=alert(1)>", "", "unknown"),
    ("٠٨١١١٠٠٠", "", "unknown"),
    ("x" * 300, "", "unknown"),
]
"""Questions that the register of municipalities answers."""
ALL = QUESTIONS + PLACES


@pytest.fixture(scope="module")
def find(publication: Publication) -> Finder:
    """Return the finder of the packaged publication."""
    return publication_finder(read_site(publication)[0])


@pytest.mark.parametrize(("question", "state", "reason"), ALL, ids=[repr(one[0][:20]) for one in ALL])
def test_what_a_question_leads_to(question: str, state: str, reason: str, find: Finder) -> None:
    """Keys, names, abbreviations and codes lead to one state; what is none of these says why it leads nowhere."""
    found = find(question)

    assert ([f"state/{state}"] if state else [], reason) == (list(found.references), found.reason)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Schleswig-Holstien", "Schleswig-Holstein"),
        ("Niedersachsn", "Niedersachsen"),
        ("Hanover", "Hannover"),
        ("Müchen", "München"),
        ("Koln", "Köln"),
    ],
)
def test_a_name_that_is_nearly_right_is_offered(question: str, name: str, find: Finder) -> None:
    """A slip of the pen leads nowhere by itself but to a question."""
    found = find(question)

    assert name in [*found.near, *(place.name for place in found.places)]
    assert [] == list(found.references)


@pytest.mark.parametrize(
    ("question", "keys"),
    [
        ("Frankfurt", {"06412000", "12053000"}),
        ("Westerwald", {"07143", "160615013"}),
        ("Halle", {"03255016", "03456008", "05754012", "15002000"}),
    ],
)
def test_a_name_of_several_states_is_a_choice(question: str, keys: set[str], find: Finder) -> None:
    """Where places of a name lie in several states, all of them are offered and none is taken."""
    found = find(question)

    assert ((), "choice") == (found.references, found.reason)
    assert keys <= {place.key for place in found.places}


def test_a_name_that_many_places_have_says_how_many_are_left_out(find: Finder) -> None:
    """Twenty are shown, and the rest is counted."""
    found = find("Bad")

    assert (20, True) == (len(found.places), found.more > 100)


@pytest.mark.parametrize(
    ("key", "name"),
    [("08111000", "Stuttgart"), ("081110000000", "Stuttgart"), ("031515406", "Papenteich"), ("03151", "Gifhorn")],
)
def test_a_key_is_told_by_its_name(key: str, name: str, find: Finder) -> None:
    """The key of a municipality, association or district comes with the name that the register has for it."""
    assert [name] == [place.name for place in find(key).places]


def test_without_a_register_the_states_are_found(publication: Publication) -> None:
    """A publication may leave the register out; names of municipalities are then unknown, and five digits as well."""
    states = read_site(publication)[0].states
    find = finder(states)

    assert ["state/ni"] == list(find("Niedersachsen").references) == list(find("03151009").references)
    assert ("unknown", "five-digits") == (find("Hannover").reason, find("03151").reason)


def test_the_register_can_be_replaced(copy: Path) -> None:
    """A newer edition of the same columns takes the place of the tables, and its day is shown."""
    folder = copy / FOLDER
    (folder / "municipalities.csv").write_text(
        'ags,ars,name,kind,seat_postcode\n03999001,039990001001,"Neuhannover, Stadt",63,30000\n', "utf-8"
    )
    file = folder / "register.yaml"
    file.write_text(file.read_text("utf-8").replace("2023-11-30", "2031-01-01"), "utf-8")
    gazetteer = read_gazetteer(read_publication(copy))

    assert gazetteer and "2031-01-01" == gazetteer.register.as_of
    assert ["03999001"] == [place.key for place in gazetteer.named("Neuhannover")]


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("municipalities.csv", "ags,ars", "ars,ags", "municipalities.csv:1: expected the columns ags,ars"),
        ("districts.csv", "01001,", "1001,", "expected keys of 5 digits, found '1001'"),
        ("districts.csv", ",41,", ",4711,", "districts.csv:2: expected 4 cells with a kind of the register"),
        ("associations.csv", ",14\n", "\n", "associations.csv:2: expected 5 cells"),
        ("register.yaml", "2023-11-30", "soon", "register.yaml: asOf: expected the day of the register"),
        ("register.yaml", "attribution:", "owed:", "register.yaml: attribution: expected a text in de and one in en"),
    ],
)
def test_a_register_that_cannot_be_used_is_refused(name: str, before: str, after: str, said: str, copy: Path) -> None:
    """A table with other columns, a lost zero, a missing cell or day is told with its place."""
    file = copy / FOLDER / name
    file.write_text(file.read_text("utf-8").replace(before, after, 1), "utf-8")

    with pytest.raises(BrokenInput) as raised:
        read_gazetteer(read_publication(copy))

    assert said in str(raised.value)


def test_a_volume_holds_all_names_of_its_words(publication: Publication) -> None:
    """Every name stands in one volume, that of its first word, and no word is parted."""
    gazetteer = read_gazetteer(publication)
    assert gazetteer
    volumes = gazetteer.volumes
    names = [name for volume in volumes.values() for name, _ in volume]

    assert names == sorted(names)
    assert all(start == gazetteer.volume(place.name) for start, volume in volumes.items() for _, place in volume)
    assert all(len({name.split(" ")[0] for name, _ in volume}) == 1 for volume in volumes.values() if len(volume) > 110)


@pytest.mark.parametrize(
    ("one", "other", "far"), [("hannover", "hanover", 1), ("kiel", "keil", 1), ("bonn", "bonn", 0), ("a", "xyz", 2)]
)
def test_a_slip_of_the_pen_is_a_letter_put_in_left_out_changed_or_swapped(one: str, other: str, far: int) -> None:
    """The distance counts each of the four as one, and no further than it is asked to."""
    assert far == distance(one, other, 1)


def test_every_reason_is_said_in_both_languages() -> None:
    """All that a question can end with has words in German and English, and none is a word of the program."""
    assert all({"de", "en"} == set(words) for words in FINDER_REASONS.values())
    assert [] == [text for words in FINDER_REASONS.values() for text in words.values() if re.search("[a-z][A-Z]", text)]


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
    assert all(folded(folded(one)) == folded(one) for one, *_ in ALL)


def settled(browser: webdriver.Chrome, address: str) -> str:
    """Open *address* and return where the browser is when it has been led on, or has been told why not."""
    browser.get("about:blank")
    browser.get(address)
    script = (
        "const f = document.getElementById('found'); return !f || (f.textContent && f.classList.contains('missing'))"
    )
    WebDriverWait(browser, PATIENCE_S, poll_frequency=0.02).until(lambda _: browser.execute_script(script))
    return str(browser.current_url)


@pytest.mark.parametrize("language", ["", "en/"])
def test_a_deep_link_opens_the_page_of_the_state(language: str, browser: webdriver.Chrome, address: str) -> None:
    """find.html?q=… leads on to the page in the same language."""
    reached = settled(browser, f"{address}{language}find.html?q=08111000")

    assert f"{address}{language}state/bw.html?place=08111000" == reached


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


@pytest.mark.parametrize(("question", "state", "reason"), PLACES, ids=[repr(one[0][:20]) for one in PLACES])
def test_the_page_leads_to_places_as_the_program_does(
    question: str, state: str, reason: str, find: Finder, browser: webdriver.Chrome, address: str
) -> None:
    """The script of the page follows a name through the volumes to the state, or to the choice the program gives."""
    reached = settled(browser, f"{address}find.html?q={quote(question)}").partition("?")[0]
    found = find(question)

    if state and reason != "postcode":
        assert f"{address}state/{state}.html" == reached
        return
    shown = attributes(browser, "#found .places li[data-key]", "data-key")
    assert [place.key for place in found.places] == shown
    assert list(found.near) == texts(browser, "#found p a")


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("Hannover", "Hannover (Stadt, Region Hannover)"),
        ("hannover stadt", "Hannover (Stadt, Region Hannover)"),
        ("Landkreis Kassel", "Kassel (Landkreis)"),
        ("Kassel", "Kassel"),
        ("03151", "Gifhorn (Landkreis)"),
        ("08111000", "08111000"),
        ("Niedersachsen", ""),
    ],
)
def test_the_page_of_the_state_says_for_which_place_it_was_opened(
    question: str, place: str, browser: webdriver.Chrome, address: str
) -> None:
    """Who asked for a place reads its name above the answer; who asked for a state reads nothing more."""
    settled(browser, f"{address}find.html?q={quote(question)}")

    assert place == texts(browser, "#asked strong")[0]


@pytest.mark.parametrize("place", ["", " ", "x" * 121, "<b>x</b>", "write to a@b.example", "https://b.example", "!"])
def test_what_is_no_name_of_a_place_is_not_repeated(place: str, browser: webdriver.Chrome, address: str) -> None:
    """An address that somebody made up cannot put words of its own into the page."""
    settled(browser, f"{address}state/ni.html?place={quote(place)}")

    assert [""] == texts(browser, "#asked")


def test_every_place_of_the_register_can_be_named(find: Finder, site_folder: Path) -> None:
    """The script takes each name with its kind and district for what it is."""
    script = (site_folder / "assets/asked.js").read_text("utf-8")
    allowed = re.search(r"\[\\p\{L\}\\p\{M\}(.+?)\]\{1,(\d+)\}", script)
    assert allowed and find.gazetteer
    places = {place for volume in find.gazetteer.volumes.values() for _, place in volume}
    named = {f"{place.name} ({place.described(language)})" for place in places for language in ("de", "en")}

    signs = allowed[1].replace("0-9", "0123456789")
    assert set() == {sign for name in named for sign in name if not (sign.isalpha() or sign in signs)}
    assert int(allowed[2]) >= max(map(len, named))


@pytest.mark.parametrize("question", ["Hannover", "Neustadt", "30159"])
def test_who_needs_one_name_loads_less_than_100_kb(question: str, site_folder: Path, find: Finder) -> None:
    """The finder, its script, the style and the one volume that has the name are under 100 KB, uncompressed."""
    gazetteer = find.gazetteer
    assert gazetteer
    volume = f"find/names/{gazetteer.volume(question)}.html"
    if question.isdigit():
        volume = page_for(question, find)
    loaded = ["find.html", "assets/find.js", "assets/site.css", "assets/icon.svg", volume]

    assert sum((site_folder / path).stat().st_size for path in loaded) < 100_000


def test_without_scripts_a_name_is_two_clicks_away(site_folder: Path, find: Finder) -> None:
    """The finder links each volume, in which each name links its state, so that neither script nor server is needed."""
    links = Html((site_folder / "find.html").read_bytes().decode()).values("href")
    gazetteer = find.gazetteer
    assert gazetteer
    for name, state in (("Hannover", "ni"), ("Stuttgart", "bw"), ("Kassel", "he"), ("Kiel", "sh")):
        volume = f"find/names/{gazetteer.volume(name)}.html"
        text = (site_folder / volume).read_text("utf-8")

        assert volume in links
        assert f'<a href="../../state/{state}.html">{name}</a>' in text
        assert "Stand <time" in text and "Statistisches Bundesamt (Destatis)" in text


def test_the_states_are_the_first_choice(site_folder: Path) -> None:
    """On the page of the finder, the states come before the search and the names."""
    links = Html((site_folder / "find.html").read_bytes().decode()).values("href")
    states = [link for link in links if re.fullmatch(r"state/[a-z]{2}\.html", link)]

    assert 16 == len(states)
    assert links.index(states[-1]) < min(n for n, link in enumerate(links) if link.startswith("find/"))


def test_a_question_without_an_answer_is_told_why(browser: webdriver.Chrome, address: str) -> None:
    """The page says why nothing was found, keeps what was typed, and shows markup as text."""
    settled(browser, f"{address}find.html?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")

    assert "hat hier kein Land und kein Ort" in texts(browser, "#found")[0]
    assert ["Ihre Suche"] == texts(browser, "h1"), "not the range in which the name would stand"
    assert "<img src=x onerror=alert(1)>" == browser.find_element("id", "q").get_property("value")
    assert [] == browser.find_elements("css selector", "main img")
    settled(browser, f"{address}en/find.html?q=99999")
    assert "postal code" in texts(browser, "#found")[0]


def test_the_beginning_of_a_name_is_offered_as_a_link(browser: webdriver.Chrome, address: str) -> None:
    """What begins like names of states is answered with links to them."""
    settled(browser, f"{address}find.html?q=Sachs")

    assert ["Sachsen", "Sachsen-Anhalt"] == texts(browser, "#found a")


def test_the_search_of_the_start_page_works_from_files(browser: webdriver.Chrome, site_folder: Path) -> None:
    """Without any server, the search field of the start page leads to the state."""
    browser.get((site_folder / "index.html").as_uri())
    browser.find_element("id", "q").send_keys("NW\n")
    WebDriverWait(browser, PATIENCE_S, poll_frequency=0.02).until(
        lambda _: browser.current_url.endswith("state/nw.html")
    )


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

    assert "  Gemeindetag BW\n    Webseite:  https://www.gemeindetag-bw.de/ (von uns ergänzt)\n" in result.stdout
    assert "  Genannt, aber ohne Adresse: Landkreistag BW, Städtetag BW\n" in result.stdout, "said once for all"
    assert "Bundesweit hilft: https://marktplatz.govdigital.de/" in result.stdout, "a dead end ends in an action"
    assert "/efa-lod/state/bw.html" in result.stdout
    assert "beginnt mit dem Schlüssel des Landes" in result.stderr


def test_the_command_tells_programs(cli: Cli) -> None:
    """As JSON, an answer has the names by language, the contacts and the page, also when there is none."""
    found = json.loads(cli("find", "SL", "--format", "json").stdout)["found"][0]
    assert ("https://w3id.org/efa-lod/state/sl", "+4968185742080") == (found["iri"], found["contacts"][0]["telephone"])

    nothing = cli("find", "Xyzzy", "--format", "json")
    assert (1, []) == (nothing.exit_code, json.loads(nothing.stdout)["found"])


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("Xyzzy", "municipality key of eight digits"),
        ("99999", "postal code"),
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


@pytest.mark.parametrize(
    ("question", "state"), [("Hannover", "ni"), ("Stuttgart", "bw"), ("Kassel", "he"), ("Kiel", "sh"), ("30159", "ni")]
)
def test_the_command_finds_a_municipality(question: str, state: str, cli: Cli) -> None:
    """A name or postal code gives the state, the name as understood, and the day and origin of the register."""
    result = cli("find", *question.split(), "--lang", "de")

    assert 0 == result.exit_code
    assert f"/efa-lod/state/{state}.html" in result.stdout
    assert "Statistisches Bundesamt (Destatis)" in result.stderr and "Stand 2023-11-30" in result.stderr


def test_the_command_lists_the_places_of_a_name(cli: Cli) -> None:
    """Where several places match, they are listed with kind, state and page, and nothing is decided."""
    result = cli("find", "Frankfurt")
    told = json.loads(cli("find", "Frankfurt", "--format", "json").stdout)

    assert 0 == result.exit_code
    assert "  Frankfurt (Oder) – independent city, Brandenburg\n" in result.stdout
    assert "Several places match" in result.stderr
    assert ([], {"06412000", "12053000"}) == (told["found"], {place["key"] for place in told["places"]})


def test_the_command_reads_a_postal_code_with_care(cli: Cli) -> None:
    """A postal code is answered with the word that it may lie in another state too."""
    assert "kann auch zu Orten in einem anderen Land gehören" in cli("find", "30159", "--lang", "de").stderr


def test_the_command_follows_the_publication(cli: Cli, copy: Path) -> None:
    """Names, base and contacts are those of the publication that is named."""
    file = copy / "data/states/sh.yaml"
    file.write_text(file.read_text("utf-8").replace("Schleswig-Holstein", "Musterland"), "utf-8")
    result = cli("find", "01", "--publication", copy, "--base-iri", "https://data.example.org/efa/")

    assert "Musterland (SH, 01)" in result.stdout
    assert "https://data.example.org/efa/en/state/sh.html" in result.stdout


ADDED = """    email: efa@example.org
    additions:
      - id: state/ni#contact-general-email
        type: Addition
        property: email
        text: efa@example.org
        foundAt: https://example.org/kontakt
        foundOn: "2026-11-27"
        confidence: high
        finding: {de: Dort als Kontakt genannt., en: Named there as the contact.}
"""


def test_the_command_marks_what_was_added(cli: Cli, copy: Path) -> None:
    """A website and an e-mail address that the overview page does not give are told as added by us, to programs too."""
    file = copy / "data/states/ni.yaml"
    name = re.search(r"^( +)- id: state/ni#contact-general\n", file.read_text("utf-8"), re.MULTILINE)
    assert name
    indent = name[1]
    lines = "".join(f"{indent}{line[2:]}\n" for line in ADDED.splitlines())
    file.write_text(file.read_text("utf-8").replace(name[0], f"{name[0]}{lines}"), "utf-8")
    told = json.loads(cli("find", "NI", "--publication", copy, "--format", "json").stdout)["found"][0]["contacts"]

    assert (
        "    E-Mail:    efa@example.org (von uns ergänzt)\n"
        in cli("find", "NI", "--publication", copy, "--lang", "de").stdout
    )
    assert ["email"] in [one["added"] for one in told]
    assert "https://www.sakd.de/ (added by us)" in cli("find", "SN").stdout
    assert "added" not in cli("find", "SH").stdout
