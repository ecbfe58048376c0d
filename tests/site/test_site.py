"""The site as a whole: every page, its links, its data, and how it looks and works in a real browser."""

import base64
import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, pairwise
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urljoin
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from conftest import missing
from efa_lod.errors import BrokenInput
from efa_lod.io.reading import Document, Place
from efa_lod.model.context import Context
from efa_lod.model.languages import LANGUAGES
from efa_lod.model.publication import Publication
from efa_lod.rdf.graphs import record_triples
from efa_lod.site.assets import IN_A_SITEMAP, assets, sitemap
from efa_lod.site.facts import FACTS
from efa_lod.site.find import find_pages
from efa_lod.site.lists import ON_A_PAGE, list_pages
from efa_lod.site.map import AREAS_FILE, read_areas
from efa_lod.site.map_projection import projected
from efa_lod.site.page import Site, entry
from efa_lod.site.page_helpers import NAVIGATION, PageHelpers
from efa_lod.site.record_pages import record_pages
from efa_lod.site.site import read_site, site_of, site_pages
from efa_lod.site.start import start_pages
from efa_lod.site.vcards import vcards
from efa_lod.web.error_documents import FAILURES
from support import generator
from support.sites import Html, axe, files_of, scheme, screen, served, site_files, write_files

try:
    from selenium import webdriver
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
except ImportError:
    missing("selenium is not installed (pip install selenium)")

HTML_LIMIT = 100_000
"""Most bytes of a page."""
OWN = ("index.html", "state/be.html", "find.html")
"""Pages that are looked at closely in the browser, in all languages and colours."""


@pytest.fixture(scope="module")
def made(publication: Publication) -> tuple[Site, list[Document]]:
    """Return the site of the packaged publication and its records."""
    return read_site(publication)


@pytest.fixture(scope="module")
def html(site_folder: Path) -> dict[str, Html]:
    """Return all pages by path, as they are parsed."""
    told_by_servers = {f"{failure.status}.html" for failure in FAILURES}
    frozen = site_folder / "release"
    files = sorted(
        path
        for path in site_folder.rglob("*.html")
        if path.name not in told_by_servers and path.parent.parent != frozen
    )
    return {str(file.relative_to(site_folder)): Html(file.read_text("utf-8")) for file in files}


def triples_in(page: Html, base: str) -> set[ox.Triple]:
    """Return what the JSON-LD in *page* says."""
    return {quad.triple for text in page.data() for quad in ox.parse(text, format=ox.RdfFormat.JSON_LD, base_iri=base)}


# --- files ----------------------------------------------------------------------------------------------------------


def test_every_record_has_a_page_in_each_language(html: dict[str, Html], documents: list[Document]) -> None:
    """Each top-level thing of the data has a German and an English page."""
    expected = {f"{prefix}{document.value['id']}.html" for document in documents for prefix in ("", "en/")}

    assert set() == expected - set(html)


def test_the_same_input_gives_the_same_files(made: tuple[Site, list[Document]]) -> None:
    """Nothing in the site comes from a clock, from chance or from the order of a set."""
    once, again = ([(file.path, file.data) for file in files_of(*made)] for _ in range(2))

    assert once == again


def test_what_is_made_once_is_what_each_page_would_make(
    publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parts that pages share are those of a page of that language, at that depth: one part is not taken for another."""
    site, documents = read_site(publication)
    deeper = [Document({**one.value, "id": f"a/{one.value['id']}"}, one.place, dict) for one in documents[:20]]
    once = [(file.path, file.data) for file in record_pages([*documents, *deeper], site)]
    monkeypatch.setattr(PageHelpers, "made_once", lambda self, macro, thing: macro(thing))

    assert site.made
    assert once == [(file.path, file.data) for file in record_pages([*documents, *deeper], site)]


def test_pages_are_small(site_folder: Path) -> None:
    """A page has less than 100 KB, the start page with its map as well; the pages of all rules and terms may have more."""
    limits = {"shapes.html": 1.2 * HTML_LIMIT, "ontology.html": 1.2 * HTML_LIMIT}
    sizes = {file.name: file.stat().st_size for file in site_folder.rglob("*.html")}
    large = {name: size for name, size in sizes.items() if size > limits.get(name, HTML_LIMIT)}

    assert {} == large


def test_every_link_leads_somewhere(html: dict[str, Html], site_folder: Path) -> None:
    """Each relative link, picture, style and script is there, and so is the part of the page that it names."""
    wrong = []
    for path, page in html.items():
        for link in {*page.values("href"), *page.values("src"), *page.values("action")}:
            if re.match(r"[a-z]+:", link):
                continue
            assert not link.startswith("/"), f"{path}: {link} works at the root of a host alone"
            target, _, part = urljoin(f"http://x/{path}", link).removeprefix("http://x/").partition("#")
            target = unquote(target)
            found = html.get(target)
            is_there = (site_folder / target).is_file()
            if not is_there or (found and part and unquote(part) not in found.values("id")):
                wrong.append((path, link))

    assert [] == wrong


def test_identifiers_stand_once_on_a_page(html: dict[str, Html]) -> None:
    """No two elements of a page have the same id."""
    twice = {path: [one for one, n in Counter(page.values("id")).items() if n > 1] for path, page in html.items()}

    assert {} == {path: ids for path, ids in twice.items() if ids}


def test_parts_of_a_state_have_their_place_on_its_page(html: dict[str, Html], triples: Iterable[ox.Triple]) -> None:
    """The fragment of each IRI of a part of a state is an anchor on the page that the IRI leads to."""
    parts = {t.subject.value.partition("/efa-lod/")[2] for t in triples if isinstance(t.subject, ox.NamedNode)}
    lost = [
        part
        for part in sorted(parts)
        if part.startswith("state/")
        and "#" in part
        and part.partition("#")[2] not in html[f"{part.partition('#')[0]}.html"].values("id")
    ]

    assert [] == lost


def test_nothing_runs_or_is_fetched_from_elsewhere(html: dict[str, Html]) -> None:
    """No page has an inline script, an inline style, a handler, or a part that comes from another host."""
    for path, page in html.items():
        assert [] == page.values("style"), path
        assert [] == [tag for tag, _ in page.elements if tag in ("style", "iframe", "object", "embed", "base")], path
        assert [] == [name for _, values in page.elements for name in values if name.startswith("on")], path
        for values, text in page.scripts:
            assert values.get("type") == "application/ld+json" or (values.get("src") and not text.strip()), path
        fetched = [*page.values("src"), *(v["href"] for t, v in page.elements if t == "link" and _is_loaded(v))]
        assert [] == [link for link in fetched if ":" in link], path


def _is_loaded(values: dict[str, str]) -> bool:
    return bool({"stylesheet", "icon", "apple-touch-icon", "preload"} & set(values.get("rel", "").split()))


def test_pages_say_what_they_are(html: dict[str, Html], publication: Publication) -> None:
    """Each page has a language, a title, a description, one heading, its address and those in the other languages."""
    for path, page in html.items():
        language = "en" if path.startswith("en/") else "de"
        german = path.removeprefix("en/")
        base = publication.base_iri
        links = {
            values.get("hreflang", ""): values["href"]
            for tag, values in page.elements
            if tag == "link" and "hreflang" in values
        }
        canonical = [values["href"] for tag, values in page.elements if values.get("rel") == "canonical"]

        assert [language] == page.values("lang", "html"), path
        assert 1 == sum(tag == "h1" for tag, _ in page.elements), path
        assert 1 == [tag for tag, _ in page.elements][: [tag for tag, _ in page.elements].index("body")].count(
            "title"
        ), path
        assert [v for t, v in page.elements if v.get("name") == "description" and v["content"].strip()], path
        assert [f"{base}{path}".removesuffix("index.html")] == canonical, path
        assert {
            "de": f"{base}{german}".removesuffix("index.html"),
            "en": f"{base}en/{german}".removesuffix("index.html"),
            "x-default": f"{base}{german}".removesuffix("index.html"),
        } == links, path
        assert "og:image" in page.values("property"), path


def test_titles_are_all_different(html: dict[str, Html], site_folder: Path) -> None:
    """No two pages of a language have the same title, so that tabs and results can be told apart."""
    titles = Counter(
        (path.startswith("en/"), re.search(r"<title>(.*?)</title>", (site_folder / path).read_text("utf-8"), re.S)[1])  # type: ignore[index]
        for path in html
    )

    assert [] == [title for title, count in titles.items() if count > 1]


def test_the_navigation_leads_to_all_parts(html: dict[str, Html]) -> None:
    """Every page leads to every part of the site."""
    assert {path for path, *_ in NAVIGATION} <= set(html)


# --- data inside ----------------------------------------------------------------------------------------------------


def test_a_page_holds_the_graph_of_its_record(
    html: dict[str, Html], documents: list[Document], context: Context
) -> None:
    """The JSON-LD in the page of a record is the same graph as the record itself, in both languages."""
    for document in documents:
        expected = set(record_triples([document], context))
        for prefix in ("", "en/"):
            page = html[f"{prefix}{document.value['id']}.html"]
            assert expected == triples_in(page, "https://elsewhere.example/"), document.value["id"]


def test_another_reader_sees_the_same_graph(html: dict[str, Html], documents: list[Document], context: Context) -> None:
    """The other reader, rdflib, reads the graph of a record from its page as well."""
    import rdflib
    from rdflib.compare import isomorphic

    state = next(document for document in documents if document.value["id"] == "state/ni")
    text = ox.serialize(record_triples([state], context), format=ox.RdfFormat.N_TRIPLES) or b""
    found = rdflib.Graph().parse(data=html["state/ni.html"].data()[0], format="json-ld")

    assert isomorphic(rdflib.Graph().parse(data=text, format="nt"), found)


def test_the_start_page_holds_part_of_the_data(html: dict[str, Html], triples: Iterable[ox.Triple]) -> None:
    """What the start page says of the states is in the data, and every state is there."""
    found = triples_in(html["index.html"], "https://elsewhere.example/")

    assert set() == found - set(triples)
    assert 16 == len({triple.subject for triple in found})


# --- what pages say -------------------------------------------------------------------------------------------------


def test_the_page_of_a_state_says_what_its_record_says(html: dict[str, Html], documents: list[Document]) -> None:
    """Names, addresses, numbers, summaries, labels of every state stand on its page, in the language there is."""
    for document in documents:
        if document.value["type"] != "State":
            continue
        for language in LANGUAGES:
            path = f"{document.value['id']}.html"
            page = html[path if language == "de" else f"en/{path}"]
            text = " ".join(page.text.split())
            for said in _texts(document.value["reuse"], language, top=True):
                assert " ".join(said.split()) in text, (path, language, said)


def _texts(value: Any, language: str, top: bool = False) -> Iterator[str]:
    """Yield the texts, addresses and printed numbers in *value* that its page must show."""
    for key, one in value.items():
        if key in ("email", "printedAs"):
            yield one
        elif key in ("name", "summary", "condition", "topic", "linkLabel", "editorialNote", "finding"):
            if not (top and key == "name"):
                yield one.get(language) or next(iter(one.values()))
        else:
            for inner in one if isinstance(one, list) else [one]:
                if isinstance(inner, dict):
                    yield from _texts(inner, language)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (
            "state/bw.html",
            "Die Übersichtsseite verlinkt diese Ansprechstellen, unsere Textfassung enthält aber keine Linkziele.",
        ),
        ("state/mv.html", "Umsetzung"),
        ("state/mv.html", "abgelaufen am 31. Dezember 2024"),
        ("index.html", "Umsetzung: abgelaufen am 31. Dezember 2024"),
        ("comparison.html", "Umsetzung: abgelaufen am 31. Dezember 2024"),
        ("state/sh.html", "Dieses Feld hat die Übersichtsseite leer gelassen."),
        ("state/be.html", "Hier antwortet die Übersichtsseite mit „n. a.“"),
        ("state/mv.html", "Informationen zur Finanzierung sind noch nicht verfügbar."),
        (
            "state/bb.html",
            "Die Übersichtsseite verlinkt Informationen zur Finanzierung; unsere Textfassung enthält keine Linkziele.",
        ),
        ("state/by.html", "Die Übersichtsseite kündigt dieses Angebot an; verfügbar war es noch nicht."),
        ("state/ni.html", "Diese Regeln sind abgelaufen: Sie galten bis 31. Dezember 2023."),
        ("en/state/bw.html", "The overview page links these contacts, but our text copy holds no link targets."),
        ("en/state/sh.html", "The overview page left this field empty."),
        ("en/state/be.html", "Here the overview page answers “n. a.”"),
        ("en/state/mv.html", "information on financing is not yet available"),
    ],
)
def test_each_kind_of_silence_is_said_in_plain_words(path: str, words: str, html: dict[str, Html]) -> None:
    """Empty, "n. a.", not yet available, and named with its link lost are four different sentences."""
    assert words in " ".join(html[path].text.split())


def test_each_section_of_a_state_names_its_source_and_age(html: dict[str, Html]) -> None:
    """All four rows of the source page are linked from the page of the state, with the day they were confirmed."""
    page = html["state/sh.html"]
    linked = {link for link in page.values("href") if "#sh-" in link}

    assert {
        f"../source/efa-nachnutzung.html#sh-{row}"
        for row in ("contact", "services", "further-marketplace", "financing")
    } == linked
    assert "Verglichen am 23. November 2026 mit unserer Textfassung, deren Alter nicht bekannt ist." in page.text
    assert "Stand laut Übersichtsseite: November 2022" in page.text


def test_a_contact_that_is_an_organisation_has_its_website(html: dict[str, Html]) -> None:
    """Where the link of a contact is lost, the website that was added to its organisation still helps the reader."""
    for path in ("state/bw.html", "en/state/bw.html"):
        links = html[path].values("href")

        assert "https://www.gemeindetag-bw.de/" in links
        assert any(link.endswith("organisation/landkreistag-bw.html") for link in links)


def test_what_a_row_says_of_the_services_is_led_to(html: dict[str, Html]) -> None:
    """Berlin names no catalogue but says how services are found; the reader is led there."""
    assert "#provisions-title" in html["state/be.html"].values("href")
    assert "#provisions-title" not in html["state/bw.html"].values("href")


def test_who_pays_comes_before_how_reuse_works(html: dict[str, Html]) -> None:
    """The questions stand in the order of a clerk: whom to ask, where to look, who pays, and then the rest."""
    text = html["state/sh.html"].text
    questions = ("Wen fragen Sie?", "Wo finden Sie die Leistungen?", "Wer bezahlt?", "Wie läuft die Nachnutzung ab?")

    assert sorted(questions, key=text.index) == list(questions)


def test_every_table_has_a_caption_and_every_page_its_headings_in_order(html: dict[str, Html]) -> None:
    """A table says what it is to those who do not see it; there is one first heading, and no level is left out."""
    for path, page in html.items():
        tags = [tag for tag, _ in page.elements]
        levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]

        assert tags.count("table") == tags.count("caption"), path
        assert 1 == levels.count(1), path
        assert all(after <= before + 1 for before, after in pairwise(levels)), path


def test_an_error_is_reported_to_the_contact_of_the_publication(html: dict[str, Html]) -> None:
    """The link to report an error writes to the contact in the settings and names the page."""
    mails = [link for link in html["state/sh.html"].values("href") if link.startswith("mailto:efa-lod@example.org")]

    assert mails
    assert "https%3A//w3id.org/efa-lod/state/sh.html" in mails[0]


def test_a_state_has_an_address_card_when_it_can_be_reached(
    site_folder: Path, documents: list[Document], made: tuple[Site, list[Document]]
) -> None:
    """A vCard has the contacts that have an e-mail address or a telephone number, and is left out where none has."""
    text = (site_folder / "state/sh.vcf").read_bytes().decode()
    lines = text.replace("\r\n ", "").split("\r\n")

    assert lines[:2] == ["BEGIN:VCARD", "VERSION:3.0"]
    assert "UID:https://w3id.org/efa-lod/state/sh#contact-itvsh" in lines
    assert "FN:IT-Verbund SH (Schleswig-Holstein)" in lines
    assert "N:IT-Verbund SH (Schleswig-Holstein);;;;" in lines
    assert "EMAIL;TYPE=INTERNET,WORK:info@itvsh.de" in lines
    assert "TEL;TYPE=WORK,VOICE:+4943153055046" in lines
    assert "ORG:IT-Verbund SH" in lines
    assert not (site_folder / "state/bw.vcf").exists()
    assert max(len(line) for line in text.encode().split(b"\r\n")) <= 75


def test_an_address_card_cannot_be_broken_out_of(made: tuple[Site, list[Document]]) -> None:
    """Line ends, commas, semicolons and backslashes in a record stay part of the value."""
    contact = {
        "id": "m/1#c",
        "type": "ContactPoint",
        "name": {"de": "a\r\nEND:VCARD\nx;y,z\\"},
        "email": "a@b.de\r\nX:y",
    }
    record = {"id": "m/1", "type": "Municipality", "reuse": {"contacts": contact}}
    lines = vcards(record, {}, made[0].context).decode().replace("\r\n ", "").split("\r\n")

    assert r"FN:a\nEND:VCARD\nx\;y\,z\\" in lines
    assert [1, 1, 0] == [sum(line.startswith(start) for line in lines) for start in ("BEGIN", "END", "X:")]


def test_an_address_card_tells_what_was_added(made: tuple[Site, list[Document]]) -> None:
    """A number or an address that has an addition, and a contact that has one, are noted as ours in the card."""

    def addition(**of: str) -> dict[str, str]:
        return {"id": "m/1#a", "type": "Addition", **of}

    contact = {"id": "m/1#c", "type": "ContactPoint", "name": {"de": "a"}, "email": "a@b.de", "telephone": "+491"}
    ours = [addition(property="email", text="a@b.de"), addition(property="telephone", text="+491")]
    whole = {"contacts": contact, "additions": [addition(property="contacts", value="m/1#c")]}
    notes = []
    for reuse in ({"contacts": contact}, {"contacts": {**contact, "additions": ours}}, whole):
        record = {"id": "m/1", "type": "Municipality", "reuse": reuse}
        lines = vcards(record, {}, made[0].context).decode().replace("\r\n ", "").split("\r\n")
        notes.append([line for line in lines if line.startswith("NOTE:")])

    assert [
        [],
        ["NOTE:Von uns ergänzt\\, nicht von der Übersichtsseite: Telefon und E-Mail."],
        ["NOTE:Von uns ergänzt\\, nicht von der Übersichtsseite: die ganze Ansprechstelle."],
    ] == notes


# --- the map --------------------------------------------------------------------------------------------------------


def test_the_map_is_made_of_the_boundaries(reference: Path, publication: Publication) -> None:
    """The file of areas is what the projection makes of the boundaries and label points it came from, byte by byte."""
    with (reference / "reference/states/states.csv").open(encoding="utf-8") as stream:
        labels = {row["ars"]: (float(row["label_lon"]), float(row["label_lat"])) for row in csv.DictReader(stream)}
    boundaries = json.loads((reference / "reference/states/boundaries_small.geojson").read_text("utf-8"))

    assert publication.read(AREAS_FILE) == projected(boundaries, labels, "Natural Earth")


def test_the_map_leads_to_every_state_by_name(html: dict[str, Html], site_folder: Path) -> None:
    """Each of the 16 areas is a link with the name of the state, and the table beside it has the same links."""
    page = html["index.html"]
    assert "<title>Niedersachsen (NI)</title>" in (site_folder / "index.html").read_text("utf-8")
    named = [values for tag, values in page.elements if tag == "a" and "data-finance" in values]

    assert 16 == len({values["href"] for values in named})
    assert all(page.values("href").count(values["href"]) == 2 for values in named)


def test_every_state_has_an_answer_to_every_fact(made: tuple[Site, list[Document]]) -> None:
    """The map can be coloured by each fact: the answers are what the records say."""
    from efa_lod.site.comparison import summaries

    site = made[0]
    lines = {line.abbreviation: line for line in summaries(site.states, site.shared)}
    words = {fact.name: {abbr: fact.of(line).words["en"] for abbr, line in lines.items()} for fact in FACTS}

    assert ("rules stated", "“n. a.”", "not yet available", "rules ended") == tuple(
        words["finance"][abbr] for abbr in ("SH", "BE", "MV", "NI")
    )
    assert ("e-mail and telephone", "e-mail", "website only", "named, without address") == tuple(
        words["contact"][abbr] for abbr in ("SL", "TH", "BW", "NI")
    )
    assert ("ended", "ended", "no time limit named") == tuple(words["term"][abbr] for abbr in ("NI", "MV", "BY"))
    assert ("nationwide", "announced", "none named") == tuple(words["offers"][abbr] for abbr in ("HH", "BY", "HB"))


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        '{"width": 1, "height": 1, "credit": "", "areas": {"01": ["M0 0\\"/><script>", 1, 1, 0]}}',
        '{"width": 1, "height": 1, "credit": "", "areas": {"x": ["M0 0z", 1, 1, 0]}}',
        '{"width": 1, "height": 1, "credit": "", "areas": {"01": ["M0 0z", "x", 1, 0]}}',
    ],
)
def test_a_file_that_is_no_map_is_refused(text: str, publication: Publication, copy: Path) -> None:
    """A broken file of areas is named; nothing but paths and whole numbers gets into a page."""
    (copy / AREAS_FILE).write_text(text, "utf-8")
    with pytest.raises(BrokenInput, match=AREAS_FILE):
        read_areas(replace(publication, folder=copy))


def test_a_publication_without_a_map_has_a_start_page(publication: Publication, copy: Path) -> None:
    """Where there is no map, the table says it all."""
    (copy / AREAS_FILE).unlink()
    site, _ = read_site(replace(publication, folder=copy))
    page = next(file.data.decode() for file in site_pages(site) if file.path == "index.html")

    assert "<svg" not in page
    assert "Schleswig-Holstein" in page


# --- sitemap --------------------------------------------------------------------------------------------------------

_NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def test_the_sitemap_lists_every_page_with_its_languages(
    site_folder: Path, html: dict[str, Html], publication: Publication
) -> None:
    """sitemap.xml has the canonical address of each page once, with both languages; robots.txt names it."""
    root = ElementTree.fromstring((site_folder / "sitemap.xml").read_bytes())
    listed = [element.text for element in root.findall("s:url/s:loc", _NS)]

    assert sorted(f"{publication.base_iri}{path}".removesuffix("index.html") for path in html) == sorted(
        map(str, listed)
    )
    assert {"de", "en"} == {str(link.get("hreflang")) for link in root.findall("s:url/x:link", _NS)}
    assert f"Sitemap: {publication.base_iri}sitemap.xml" in (site_folder / "robots.txt").read_text()


def test_a_large_sitemap_has_parts(made: tuple[Site, list[Document]]) -> None:
    """More addresses than one file may have make an index and parts that hold them all."""
    entries = [entry({"id": f"municipality/{number:08}", "type": "Municipality"}) for number in range(30_000)]
    files = {file.path: file.data for file in sitemap(replace(made[0], entries=entries), ["index.html"])}

    assert {"sitemap.xml", "sitemap-1.xml", "sitemap-2.xml"} == set(files)
    assert [IN_A_SITEMAP, 60_002 - IN_A_SITEMAP] == [files[f"sitemap-{n}.xml"].count(b"<loc>") for n in (1, 2)]
    assert 2 == files["sitemap.xml"].count(b"<loc>")


# --- other records, many records, hostile records -------------------------------------------------------------------


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


# --- in the browser -------------------------------------------------------------------------------------------------


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


def test_all_files_have_their_media_type(publication: Publication) -> None:
    """Each file is given the exact media type that a server must send."""
    types = {file.path: file.media_type for file in site_files(publication)}

    assert ("text/html", "text/css", "text/javascript", "text/vcard", "application/xml", "image/svg+xml") == tuple(
        types[path]
        for path in (
            "index.html",
            "assets/site.css",
            "assets/find.js",
            "state/sh.vcf",
            "sitemap.xml",
            "assets/icon.svg",
        )
    )
