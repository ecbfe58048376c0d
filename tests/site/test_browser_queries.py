"""The query page in a real browser: the engine answers in it as in four others, over HTTP and from a disk."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from conftest import Cli, missing
from efa_lod.build.build import BuildOptions, build
from efa_lod.model.publication import Publication
from efa_lod.site.query_page import read_engine
from engines.pinned import comparable, pinned, query_files
from support.serving import serving
from support.sites import axe, chromium, scheme, screen, served

SECONDS = 30
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?i && ?d != ?c) }"


@pytest.fixture(scope="module")
def engine() -> Path:
    """Return the folder of the npm package oxigraph, or skip."""
    folder = os.environ.get("EFA_LOD_OXIGRAPH_NPM", "")
    if not (Path(folder) / "web_bg.wasm").is_file():
        missing("EFA_LOD_OXIGRAPH_NPM does not name the folder of the npm package oxigraph")
    return Path(folder)


@pytest.fixture(scope="module")
def folder(engine: Path, publication: Publication, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a site whose query page answers in the browser."""
    made = tmp_path_factory.mktemp("query") / "dist"
    build(publication, made, BuildOptions(query_engine=read_engine(engine, from_disk=True)))
    return made


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Give the address of a plain static host for the site."""
    with served(folder) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Give a browser with the screen of a desk."""
    with chromium("--window-size=1400,1000") as browser:
        yield browser


def text_of(browser: Any, identifier: str) -> str:
    """Return what stands in an element, shown or not."""
    return str(browser.execute_script("return document.getElementById(arguments[0]).textContent", identifier))


def wait(browser: Any, condition: str, seconds: float = SECONDS) -> None:
    """Wait until the JavaScript *condition* holds."""
    end = time.monotonic() + seconds
    while not browser.execute_script(f"return Boolean({condition})"):
        assert time.monotonic() < end, f"{condition}: {text_of(browser, 'status')}"
        time.sleep(0.02)


def ask(browser: Any, query: str) -> None:
    """Write *query*, run it, and wait for the outcome."""
    field = browser.find_element(By.ID, "query")
    browser.execute_script("arguments[0].value = arguments[1]; answered = null;", field, query)
    browser.find_element(By.ID, "run").click()
    wait(browser, "answered !== null || document.getElementById('status').classList.contains('wrong')")


def rows(browser: Any) -> list[list[str]]:
    """Return the rows of the table that is shown."""
    script = (
        "return [...document.querySelectorAll('#result tbody tr')].map((r) => [...r.cells].map((c) => c.innerText))"
    )
    found: list[list[str]] = browser.execute_script(script)
    return found


@pytest.mark.parametrize("name", sorted(query_files()))
def test_named_queries_have_the_pinned_answers(name: str, browser: Any, address: str) -> None:
    """A click on a question gives the answer that all engines are held to."""
    browser.get(f"{address}query.html")
    browser.execute_script("answered = null; document.querySelector(`[data-query='${arguments[0]}']`).click()", name)
    wait(browser, "answered !== null")
    answer = browser.execute_script("return answered.isGraph ? answered.text : csv(answered.content)")
    expected = pinned(name)
    if expected.format == "nt":
        graph = [quad.triple for quad in ox.parse(answer, format=ox.RdfFormat.TURTLE)]
        answer = (ox.serialize(graph, format=ox.RdfFormat.N_TRIPLES) or b"").decode()

    assert expected.answer == comparable(answer.encode(), expected.format)


def test_page_asks_no_other_host(browser: Any, address: str) -> None:
    """Everything that the page loads comes from the host that it came from, and the first answer within a second."""
    browser.get(f"{address}query.html#question-contacts")
    wait(browser, "answered !== null")
    loaded = browser.execute_script("return performance.getEntriesByType('resource').map((one) => one.name)")

    assert all(one.startswith((address, "blob:")) for one in loaded), loaded


def test_engine_runs_in_a_page_from_a_disk(browser: Any, folder: Path) -> None:
    """Opened as a file, the page answers too."""
    browser.get(f"file://{folder}/query.html")
    ask(browser, "SELECT ?s { ?s a schema:State }")

    assert len(rows(browser)) == 16


def test_first_query_needs_no_manual(browser: Any, address: str) -> None:
    """Prefixes need no declaration, the number of rows is said, and values can be followed."""
    browser.get(f"{address}en/query.html")
    ask(browser, "SELECT ?state ?name { ?state a schema:State ; schema:name ?name FILTER(LANG(?name) = 'en') }")

    assert text_of(browser, "count") == "16 rows"
    assert ["state/sh", "Schleswig-Holstein"] in rows(browser)


def test_errors_name_line_and_column(browser: Any, address: str) -> None:
    """What cannot be read is told with its place, which the cursor goes to; prefixes put before it do not count."""
    browser.get(f"{address}query.html")
    ask(browser, "SELECT ?s WHERE {\n  ?s [ schema:name }\n")

    assert "Zeile 2, Spalte" in text_of(browser, "status")
    assert browser.execute_script("return document.activeElement.id") == "query"
    ask(browser, "SELEKT ?s { ?s a schema:State }")
    assert "Zeile 1, Spalte" in text_of(browser, "status")


def test_unknown_terms_are_told_with_the_nearest_known_one(browser: Any, address: str) -> None:
    """A term that the data do not have is why an answer is empty, and it is said."""
    browser.get(f"{address}en/query.html")
    ask(browser, "SELECT ?s { ?s efa:abreviation ?name }")

    assert "efa:abreviation does not occur in the data" in text_of(browser, "warnings")
    assert "efa:abbreviation" in text_of(browser, "warnings")
    assert "no rows" in text_of(browser, "result")


def test_stop_ends_the_engine_and_the_next_query_is_answered(browser: Any, address: str) -> None:
    """A query that takes for ever is stopped at once, since its worker is ended."""
    browser.get(f"{address}query.html")
    ask(browser, "ASK { ?s a schema:State }")
    assert text_of(browser, "result") == "ja"
    browser.execute_script("arguments[0].value = arguments[1]", browser.find_element(By.ID, "query"), ENDLESS)
    browser.find_element(By.ID, "run").click()
    time.sleep(0.5)
    browser.find_element(By.ID, "stop").click()
    wait(browser, "document.getElementById('stop').hidden", 2)

    assert "Abgebrochen" in text_of(browser, "status")
    ask(browser, "ASK { ?s a schema:Country }")
    assert text_of(browser, "result") == "nein"


def test_long_answers_are_cut_aloud_and_whole_in_the_file(browser: Any, address: str) -> None:
    """More rows than a page shows are counted, the cut is said, and the download has all."""
    browser.get(f"{address}query.html")
    ask(browser, "SELECT ?s ?p ?o { ?s ?p ?o }")
    whole = browser.execute_script("return csv(answered.content)")

    assert len(rows(browser)) == 500
    assert "500 von" in text_of(browser, "rest")
    assert whole.count("\r\n") > 3000


def test_terms_are_completed_by_keyboard(browser: Any, address: str) -> None:
    """After a prefix the terms appear; arrow keys and Enter take one, Escape leaves them."""
    browser.get(f"{address}query.html")
    field = browser.find_element(By.ID, "query")
    field.send_keys("SELECT ?x { ?x efa:abbr")
    wait(browser, "description !== null")
    field.send_keys("e")
    wait(browser, "!document.getElementById('terms').hidden")
    field.send_keys(Keys.ARROW_DOWN, Keys.ENTER)

    assert field.get_attribute("value").endswith("efa:abbreviation")
    field.send_keys(" ?y }", Keys.CONTROL, Keys.ENTER)
    wait(browser, "answered !== null")
    assert len(rows(browser)) == 16


def test_a_link_opens_the_query(browser: Any, address: str) -> None:
    """A query can be sent on as a link, and what it holds stays text."""
    query = "SELECT ('<img src=x onerror=alert(1)>' AS ?x) {}"
    browser.get(f"{address}query.html#query={query.replace(' ', '%20')}")
    browser.find_element(By.ID, "run").click()
    wait(browser, "answered !== null")

    assert rows(browser) == [["<img src=x onerror=alert(1)>"]]


def test_other_servers_are_not_asked(browser: Any, address: str) -> None:
    """SERVICE and FROM are refused by the engine, without a request."""
    browser.get(f"{address}query.html")
    ask(browser, "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")

    assert browser.execute_script("return document.getElementById('status').classList.contains('wrong')")


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("page", ["query.html", "en/query.html"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing(colours: str, page: str, width: int, browser: Any, address: str) -> None:
    """The page, with an answer shown, has no problem that axe-core knows, and fits the screen."""
    scheme(browser, colours)
    screen(browser, width)
    browser.get(f"{address}{page}#question-who-pays")
    wait(browser, "answered !== null")

    assert axe(browser) == []
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def test_page_uses_the_endpoint_where_a_server_answers(browser: Any, folder: Path) -> None:
    """Served by us, the page asks the endpoint, and the policy of the page lets the engine run besides."""
    with serving("--site", folder) as server:
        answer = server.send("GET", "/query.html")
        browser.get(f"{server.address}query.html")
        ask(browser, "SELECT ?s { ?s a schema:State }")

        assert len(rows(browser)) == 16
        assert browser.execute_script("return worker === null")
        assert "'wasm-unsafe-eval'" in answer.headers["content-security-policy"]
        assert "'wasm-unsafe-eval'" not in server.send("GET", "/index.html").headers["content-security-policy"]
        assert server.send("GET", "/assets/oxigraph.wasm").media_type == "application/wasm"


def test_a_site_without_the_engine_says_so(site_folder: Path, browser: Any) -> None:
    """Built without the engine, the page points to the cookbook and the command line, and asks a server if there is one."""
    page = (site_folder / "query.html").read_text("utf-8")

    assert "efa-lod query" in page
    assert not (site_folder / "assets/oxigraph.wasm").exists()
    with served(site_folder) as address:
        browser.get(f"{address}query.html")
        assert [False, True] == browser.execute_script(SHOWN)
    with serving("--site", site_folder) as server:
        browser.get(f"{server.address}query.html")
        ask(browser, "SELECT ?s { ?s a schema:State }")
        assert len(rows(browser)) == 16
        assert [True, False] == browser.execute_script(SHOWN)


SHOWN = "return ['ask', 'no-engine'].map((id) => document.getElementById(id).checkVisibility())"
"""Tells whether the editor is shown, and whether it is said that there is nothing to ask."""


def test_wrong_folders_are_refused(cli: Cli, tmp_path: Path) -> None:
    """A folder that is not that of the npm package ends the build with one line and nothing written."""
    (tmp_path / "package.json").write_text(json.dumps({"name": "other", "version": "1"}))
    for folder in (tmp_path, tmp_path / "nothing"):
        run = cli("build", "-o", tmp_path / "dist", "--query-engine", folder)

        assert run.exit_code == 2
        assert "npm install oxigraph" in run.stderr
        assert not (tmp_path / "dist").exists()
