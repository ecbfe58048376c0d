"""The pages about the data as a whole: comparison, state of the data, dataset."""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyoxigraph as ox
import pytest

from efa_lod.catalog.offers import OFFERS
from efa_lod.io.reading import Document, Place
from efa_lod.model.answers import LOST_NAMES, shown_status
from efa_lod.model.publication import Publication, read_publication
from efa_lod.monitor.link_history import write_history
from efa_lod.monitor.links import Observation
from efa_lod.site.comparison import QUESTIONS
from efa_lod.site.comparison_pages import comparison_pages
from efa_lod.site.dataset import bibtex, dataset_pages
from efa_lod.site.facts import GRADES
from efa_lod.site.page import Entry, Site
from efa_lod.site.quality import LINKS, quality_pages
from support.read_sites import read_site
from support.site_pages import Html, made


@pytest.fixture(scope="module")
def site(publication: Publication) -> Site:
    """Return the site of the packaged publication, with a size for each file."""
    return read_site(publication, {offer.path: 1_234_567 for offer in OFFERS})[0]


def settings(site: Site, **changed: object) -> Site:
    """Return *site* with other settings."""
    old = site.publication
    made_of = Document({**old.settings.value, **changed}, Place("data/publication.yaml"), dict)
    return replace(site, publication=Publication(old.folder, made_of))


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_comparison_has_a_line_for_each_state(site: Site, language: str) -> None:
    """Each state is named with a link to its page, and how far its answers help in words."""
    files = made(comparison_pages(site))
    folder = "" if language == "de" else "en/"
    page = Html(files[f"{folder}comparison.html"])

    assert set() == {f"{folder}{state['id']}.html" for state in site.states} - set(
        page.pages(f"{folder}comparison.html")
    )
    assert [] == [texts["name"][language] for texts in GRADES.values() if texts["name"][language] not in page.text]
    assert {"comparison.csv", "comparison.xlsx", "efa-lod.xlsx"} <= set(files)


def test_states_without_rows_are_compared_as_well(site: Site) -> None:
    """A state whose record names no row of the page, or only some, has a line with gaps; a long name fills no page."""
    bare = [
        {"id": "state/xx", "type": "State", "name": {"de": "X" * 10_000}},
        {"id": "state/yy", "type": "State", "name": {"de": "Y"}, "record": {"rows": [{"rowKind": "contact"}]}},
    ]
    pages = made(comparison_pages(replace(site, states=bare)))
    shown = Html(pages["comparison.html"])

    assert {"state/xx.html", "state/yy.html"} <= set(shown.pages("comparison.html"))
    assert "keine Angabe" in shown.text
    assert "X" * 201 not in shown.text


def test_the_comparison_is_whole_without_scripts(site: Site) -> None:
    """The script that sorts is a file of its own; nothing in the page waits for it."""
    page = Html(made(comparison_pages(site))["comparison.html"])

    assert (["assets/tables.js"], [], []) == (
        [source for source in page.sources if source.endswith(".js")],
        page.running,
        page.inline,
    )


def test_the_numbers_are_those_of_the_records(site: Site) -> None:
    """For each question as many states have a status as there are rows with it."""
    rows = [row for state in site.states for row in state["record"]["rows"]]
    counted = Counter((row["rowKind"], shown_status(row)) for row in rows)
    page = Html(made(quality_pages(site))["en/quality.html"])

    words = {
        status: site.labels.get(f"{site.context.base_iri}ontology#ValueStatus-{status}", LOST_NAMES)["en"]
        for _, status in counted
    }
    for (kind, status), count in counted.items():
        assert kind in QUESTIONS
        assert f"{words[status]} {count} " in page.text, (kind, status)


def test_without_a_report_on_links_nothing_is_said_of_them(site: Site) -> None:
    """The page says that there is no report; it does not say that all is well."""
    page = Html(made(quality_pages(site))["en/quality.html"])

    assert "comes without a report on its links" in page.text
    assert "Last check" not in page.text


def test_a_report_on_links_is_told(copy: Path) -> None:
    """What the publication remembers of its links stands there: the day, the counts, and what is in trouble."""
    days = [date(2026, 11, day) for day in (1, 2, 3)]
    history = {
        "https://www.baykommun.bayern/": [Observation(day, "gone", 404) for day in days],
        "https://www.ekom21.de/": [Observation(days[2], "answers", 200)],
    }
    write_history(copy / LINKS, history)
    page = Html(made(quality_pages(read_site(read_publication(copy))[0]))["en/quality.html"])

    assert "Last check: 3 November 2026" in page.text
    assert (
        "https://www.baykommun.bayern/ dead: not found on three days (HTTP 404) 1 November 2026 BayKommun" in page.text
    )
    assert "en/organisation/baykommun.html" in page.pages("en/quality.html")


def test_a_record_is_due_after_the_interval_that_is_promised(site: Site) -> None:
    """The page names days, not how long ago they were: it is the same tomorrow."""
    confirmed = date.fromisoformat(str(site.states[0]["record"]["lastConfirmed"]))
    data = made(quality_pages(site))["quality.html"].decode()

    assert f'datetime="{confirmed + timedelta(days=365)}" data-overdue' in data
    assert made(quality_pages(site)) == made(quality_pages(site))


def test_all_files_can_be_taken_with_their_size(site: Site) -> None:
    """Each distribution of the catalogue is there with its size, and so are tables, terms and checksums."""
    page = Html(made(dataset_pages(site))["en/dataset.html"])

    assert set() == {f"../{offer.path}" for offer in OFFERS} - set(page.links)
    assert {"../SHA256SUMS", "../efa-lod.xlsx", "../comparison.csv", "../catalog.ttl"} <= set(page.links)
    assert "1.2 MB" in page.text


def test_a_table_that_the_site_does_not_hold_is_no_workbook(site: Site) -> None:
    """With records that were let go batch by batch there is no workbook of the whole table, and no link to one."""
    many = replace(site, entries=[*site.entries, Entry("municipality/01001000", "Municipality", {})])

    assert "efa-lod.xlsx" not in made(comparison_pages(many))
    assert "../efa-lod.xlsx" not in Html(made(dataset_pages(many))["en/dataset.html"]).links


def test_the_page_carries_the_catalogue(site: Site) -> None:
    """The data block is the catalogue that portals harvest, as JSON-LD."""
    data = made(dataset_pages(site))["dataset.html"].decode()
    block = json.loads(data.partition('<script type="application/ld+json">')[2].partition("</script>")[0])

    assert {"catalog", "dataset"} <= {node["id"] for node in block["@graph"]}


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_page_carries_the_dataset_for_search_engines(site: Site, language: str) -> None:
    """A second block is schema:Dataset in the language of the page, with all that Google asks for, as in the catalogue."""
    path = "dataset.html" if language == "de" else "en/dataset.html"
    text = made(dataset_pages(replace(site, sizes={"efa-lod.csv": 7})))[path].decode()
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    catalogue, found = (json.loads(block) for block in blocks)
    listed = {node["id"]: node for node in catalogue["@graph"]}
    dataset = listed["dataset"]
    quads = list(ox.parse(blocks[1], format=ox.RdfFormat.JSON_LD))

    assert ("https://w3id.org/efa-lod/dataset", "Dataset") == (found["@id"], found["@type"])
    assert (dataset["title"][language], dataset["version"]) == (found["name"], found["version"])
    assert 50 <= len(found["description"]) <= 5000
    assert [str(dataset["issued"]), dataset["modified"]] == [found["datePublished"], found["dateModified"]]
    assert [listed[one]["downloadURL"] for one in dataset["distribution"]] == [
        one["contentUrl"].removeprefix("https://w3id.org/efa-lod/") for one in found["distribution"]
    ]
    assert "7 B" in [one.get("contentSize") for one in found["distribution"]]
    assert {"license", "creator", "keywords", "spatialCoverage", "temporalCoverage"} <= found.keys()
    assert {"https://schema.org", "http://www.w3.org/1999/02"} == {
        quad.predicate.value.rpartition("/")[0] for quad in quads
    }
    assert not any(isinstance(quad.subject, ox.BlankNode) for quad in quads)


def test_a_citation_names_publisher_version_and_address(site: Site) -> None:
    """The sample is told apart from an edition that can be cited."""
    page = Html(made(dataset_pages(site))["en/dataset.html"])
    official = Html(made(dataset_pages(settings(site, status="official")))["en/dataset.html"])

    assert "(Version 1.0.0) [Data set]. https://w3id.org/efa-lod/dataset" in page.text
    assert "is a sample; cite an edition" in page.text
    assert "is a sample" not in official.text


def test_what_is_special_to_tex_is_escaped(site: Site) -> None:
    """A publisher's name can hold any character and the entry still compiles."""
    publisher = {**site.publication.settings.value["publisher"], "name": r"A & B_{50 %} $x^2$ \input{x} #~"}
    found = bibtex(settings(site, publisher=publisher))

    assert r"A \& B\_\{50 \%\} \$x\textasciicircum{}2\$ \textbackslash{}input\{x\} \#\textasciitilde{}" in found
    assert found.count("{") == found.count("}")


def test_an_empty_publication_has_honest_pages(site: Site) -> None:
    """With no state at all the pages say so and stand."""
    nothing = replace(site, states=[], shared={}, entries=[])
    for make in (comparison_pages, quality_pages, dataset_pages):
        for path, data in made(make(nothing)).items():
            assert data, path

    assert "holds no states" in Html(made(comparison_pages(nothing))["en/comparison.html"]).text


def test_pages_are_small_and_have_no_inline_code(site: Site) -> None:
    """Each page is under 100 KB, with unique anchors, without inline scripts and styles."""
    for make in (comparison_pages, quality_pages, dataset_pages):
        for path, data in made(make(site)).items():
            if path.endswith(".html"):
                page = Html(data)
                assert (len(data) < 100_000, [], [], []) == (True, page.repeated, page.inline, page.running), path


@pytest.mark.parametrize("page", ["quality.html", "en/quality.html", "comparison.html", "en/comparison.html"])
def test_each_sign_is_explained(page: str, site_folder: Path) -> None:
    """No sign in the list of signs is without its meaning."""
    key = (site_folder / page).read_text("utf-8").partition('<dl class="status-key">')[2].partition("</dl>")[0]

    assert key.count("<dd>") > 4
    assert "<dd></dd>" not in key
