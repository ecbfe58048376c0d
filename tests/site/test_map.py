"""The map of the start page is made of the boundaries, and answers by colour what the records say."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from efa_lod.errors import BrokenInput
from efa_lod.io.reading import Document
from efa_lod.model.publication import Publication
from efa_lod.site.facts import FACTS
from efa_lod.site.map import AREAS_FILE, read_areas
from efa_lod.site.map_projection import projected
from efa_lod.site.page import Site
from efa_lod.site.site import site_pages
from support.read_sites import read_site
from support.record_pages import parsed_pages
from support.sites import Html


@pytest.fixture(scope="module")
def made(publication: Publication) -> tuple[Site, list[Document]]:
    """Return the site of the packaged publication and its records."""
    return read_site(publication)


@pytest.fixture(scope="module")
def html(site_folder: Path) -> dict[str, Html]:
    """Return all pages by path, as they are parsed."""
    return parsed_pages(site_folder)


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
