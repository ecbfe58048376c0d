"""The site as a whole: every page, its links, its data, and how it looks and works in a real browser."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urljoin
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from efa_lod.io.reading import Document
from efa_lod.model.context import Context
from efa_lod.model.publication import Publication
from efa_lod.rdf.graphs import record_triples
from efa_lod.site.assets import IN_A_SITEMAP, sitemap
from efa_lod.site.page import Site, entry
from efa_lod.site.page_helpers import NAVIGATION, PageHelpers
from efa_lod.site.record_pages import record_pages
from support.read_sites import read_site
from support.record_pages import parsed_pages, triples_in
from support.sites import Html, files_of, site_files


@pytest.fixture(scope="module")
def made(publication: Publication) -> tuple[Site, list[Document]]:
    """Return the site of the packaged publication and its records."""
    return read_site(publication)


@pytest.fixture(scope="module")
def html(site_folder: Path) -> dict[str, Html]:
    """Return all pages by path, as they are parsed."""
    return parsed_pages(site_folder)


HTML_LIMIT = 100_000
"""Most bytes of a page."""


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
