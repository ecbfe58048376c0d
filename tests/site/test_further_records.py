"""Records besides those of the states have pages too, and one that is an attack stays harmless."""

import json
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from conftest import missing
from efa_lod.io.reading import Document, Place
from efa_lod.model.publication import Publication
from efa_lod.rdf.graphs import record_triples
from efa_lod.site.assets import assets
from efa_lod.site.find import find_pages
from efa_lod.site.lists import ON_A_PAGE, list_pages
from efa_lod.site.page import Site
from efa_lod.site.record_pages import record_pages
from efa_lod.site.site import site_of, site_pages
from efa_lod.site.start import start_pages
from support import generator
from support.read_sites import read_site
from support.sites import Html, screen, served, write_files

try:
    from selenium import webdriver
    from selenium.webdriver.common.by import By
except ImportError:
    missing("selenium is not installed (pip install selenium)")
from support.record_pages import triples_in


@pytest.fixture(scope="module")
def made(publication: Publication) -> tuple[Site, list[Document]]:
    """Return the site of the packaged publication and its records."""
    return read_site(publication)


def with_records(made: tuple[Site, list[Document]], records: list[dict[str, Any]]) -> tuple[Site, list[Document]]:
    """Return the site with *records* besides its own, and these as documents."""
    site, documents = made
    values = [*(document.value for document in documents), *records]
    more = site_of(site.publication, site.context, site.facts, values, site.labels, {})
    return more, [Document(record, Place("records.jsonl"), dict) for record in records]


def test_a_municipality_has_a_page_like_a_state(made: tuple[Site, list[Document]]) -> None:
    """A municipality answers the same questions, belongs to its state, and is listed and found by its key."""
    records = list(generator.records(ON_A_PAGE + 1, seed=1))
    site, documents = with_records(made, records)
    files = {file.path: file.data.decode() for file in record_pages(documents[:1], site)}
    record = records[0]
    page = files[f"{record['id']}.html"]

    assert record["name"]["de"] in page
    assert record["municipalityKey"] in page
    assert f'href="../{record["partOfState"]}.html"' in page
    assert set(record_triples(documents[:1], site.context)) == triples_in(Html(page), "https://elsewhere.example/")

    paths = {file.path: file.content for file in site_pages(site)}
    assert {"municipality/index.html", "municipality/index-2.html", "en/municipality/index-2.html"} <= set(paths)
    assert "501 Kommunen" in b"".join(paths["find.html"]).decode()
    assert record["name"]["de"] in b"".join(paths[f"find/{record['municipalityKey'][:2]}.html"]).decode()


def test_a_record_of_an_unknown_kind_has_a_page(made: tuple[Site, list[Document]]) -> None:
    """Whatever the context allows has a page with all that it says."""
    record = {
        "id": "agency/x",
        "type": "GovernmentService",
        "name": {"de": "Eine Stelle"},
        "email": "a@b.de",
        "telephone": "+4943153055046",
        "lost": "linkTarget",
        "audience": "efa:Party-municipalities",
        "contacts": [{"id": "agency/x#c", "type": "ContactPoint", "topic": {"de": "Fragen"}}],
    }
    site, documents = with_records(made, [record])
    files = {file.path: Html(file.data.decode()) for file in record_pages(documents, site)}

    assert {"agency/x.html", "en/agency/x.html"} == set(files)
    for words in ("Eine Stelle", "Fragen", "a@b.de", "Kommunen"):
        assert words in files["agency/x.html"].text
    assert "c" in files["agency/x.html"].values("id")


def test_records_are_made_one_by_one(made: tuple[Site, list[Document]]) -> None:
    """The first page is there when the first record has been read: no batch is waited for."""
    site, documents = with_records(made, list(generator.records(2)))

    def endless() -> Iterator[Document]:
        yield documents[0]
        raise AssertionError("the second record was asked for too early")

    assert next(record_pages(endless(), site)).path == f"{documents[0].value['id']}.html"


RIGHT_TO_LEFT = "\u202e"
HOSTILE = f"</script></title></textarea><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">{RIGHT_TO_LEFT}x"


def hostile_record() -> dict[str, Any]:
    """Return the record of a state in which every text is an attack, and every address a script."""
    text = {"de": HOSTILE, "en": HOSTILE}
    script = "javascript:document.title='owned'"
    addition = {
        "id": "state/zz#a",
        "type": "Addition",
        "property": "homepage",
        "value": script,
        "foundAt": script,
        "finding": text,
    }
    return {
        "id": "state/zz",
        "type": "State",
        "name": {"de": f"{HOSTILE}{'ä' * 10_000}"},
        "officialName": text,
        "abbreviation": HOSTILE[:30],
        "stateKey": "17",
        "isoCode": HOSTILE,
        "sameAs": [script, "data:text/html,<script>"],
        "record": {"id": "state/zz#record", "lastConfirmed": HOSTILE, "rows": [{"id": "x#y", "rowKind": "contact", "valueStatus": HOSTILE, "isPartOf": HOSTILE, "asOf": HOSTILE}]},
        "reuse": {
            "id": 'state/zz#"><script>',
            "summary": text,
            "contacts": [{"id": "state/zz#c\"'><b>", "name": text, "email": script, "telephone": script, "printedAs": HOSTILE, "homepage": script, "linkLabel": text, "editorialNote": text, "valueStatus": HOSTILE, "belongsTo": script, "additions": addition}],
            "catalogues": [{"id": "state/zz#o", "name": text, "homepage": script, "scope": HOSTILE, "access": HOSTILE, "accessNote": text}],
            "provisions": [{"id": "state/zz#p", "provisionKind": HOSTILE, "summary": text, "condition": text, "paidBy": script, "appliesTo": HOSTILE, "covers": HOSTILE, "certainty": HOSTILE, "until": HOSTILE}],
            "financing": {"id": "state/zz#f", "valueStatus": HOSTILE, "summary": text, "linkLabel": text},
        },
        "origin": script,
    }  # fmt: skip


def test_a_hostile_record_stays_harmless_and_readable(
    made: tuple[Site, list[Document]], tmp_path: Path, browser: webdriver.Chrome
) -> None:
    """Markup, scripts, long names and turned text in every field are shown as text: nothing runs, nothing breaks."""
    site, documents = with_records(made, [hostile_record()])
    makers = (start_pages, find_pages, list_pages, assets)
    write_files(chain(record_pages(documents, site), *(make(site) for make in makers)), tmp_path)
    with served(tmp_path) as address:
        for path in ("state/zz.html", "en/state/zz.html", "index.html", "find.html", "find/17.html"):
            browser.get("about:blank")
            browser.get(address + path)
            page = Html((tmp_path / path).read_text("utf-8"))
            assert "owned" != browser.title
            assert [] == browser.find_elements(By.CSS_SELECTOR, "main img, main script")
            assert [] == [
                link for link in page.values("href") if re.match(r"\s*(javascript|data|vbscript):", link, re.I)
            ]
            assert RIGHT_TO_LEFT not in page.text
            assert "</script><script>document.title='owned'</script>" not in (tmp_path / path).read_text("utf-8")
            if path != "find/17.html":
                assert "<img src=x" in page.text
            screen(browser, 390)
            assert 390 >= browser.execute_script("return document.documentElement.scrollWidth"), path
            screen(browser, 1280)
            for data in page.data():
                json.loads(data)
