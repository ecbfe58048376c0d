"""The pages of what several states share: what is known, with evidence, and who refers to it."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from efa_lod.model.publication import Publication
from efa_lod.site import page as page_module
from efa_lod.site import shared_things as site_shared
from efa_lod.site.addresses import is_web_address
from efa_lod.site.page import Site, entry
from efa_lod.site.references import Use
from efa_lod.site.shared_things import marketplace_pages, organisation_pages, source_pages
from support.read_sites import read_site
from support.site_pages import Html, made

HOSTILE = {
    "id": "organisation/hostile",
    "type": "GovernmentOrganization",
    "name": {"de": "</title><script>alert(1)</script>\u202egnp.exe" + "W" * 10_000},
    "homepage": "javascript:alert(1)",
    "editorialNote": {"de": '"><img src=x onerror=alert(1)>'},
    "origin": "source/efa-nachnutzung#<b>",
    "additions": [
        {
            "id": "organisation/hostile#x",
            "type": "Addition",
            "property": "homepage",
            "value": "data:text/html,<script>alert(1)</script>",
            "foundAt": "vbscript:x",
            "confidence": "high",
            "finding": {"de": "{{ 7 * 7 }}{% raw %}"},
        }
    ],
}


@pytest.fixture(scope="module")
def site(publication: Publication) -> Site:
    """Return the site of the packaged publication."""
    return read_site(publication)[0]


def page(files: Any, path: str) -> Html:
    """Return the page at *path* as it is read."""
    return Html(made(files)[path])


def test_an_organisation_is_shown_with_those_who_refer_to_it(site: Site) -> None:
    """The IT-Verbund is a contact of Schleswig-Holstein and organises two things there; its website has evidence."""
    found = page(organisation_pages(site, site.shared["organisation/itvsh"]), "organisation/itvsh.html")

    assert "IT-Verbund SH" == found.text_of("h1")
    assert {"../state/sh.html", "mailto:info@itvsh.de", "tel:+4943153055046", "https://itvsh.de/"} <= set(found.links)
    assert 2 == found.text.count("Organisiert:")
    assert "homepage" in found.ids
    assert "../source/efa-nachnutzung.html#sh-contact" in found.links


def test_a_marketplace_is_shown_with_the_states_that_use_it(site: Site) -> None:
    """Three states point their municipalities to the nationwide marketplace."""
    values = site.shared["marketplace/efa-marktplatz"]
    path = "en/marketplace/efa-marktplatz.html"
    found = page(marketplace_pages(site, values), path)

    states = [link for link in found.pages(path) if link.startswith("en/state/")]
    assert ["en/state/hh.html", "en/state/ni.html", "en/state/sn.html"] == states
    assert {"homepage", "scope"} <= found.ids
    assert "our text copy holds no link targets" not in found.text, "the link that was added works"


def test_every_shared_record_has_a_page_in_both_languages(site: Site) -> None:
    """All are made, each in its language, and none is empty."""
    for values in site.shared.values():
        kind = values["id"].partition("/")[0]
        make = {"organisation": organisation_pages, "marketplace": marketplace_pages, "source": source_pages}[kind]
        files = made(make(site, values))

        assert [f"{values['id']}.html", f"en/{values['id']}.html"] == list(files)
        for language, data in zip(("de", "en"), files.values(), strict=True):
            assert (language, True) == (Html(data).language, bool(Html(data).text_of("h1")))


def test_who_is_never_referred_to_is_told_so(site: Site) -> None:
    """An honest empty state stands where no record refers to a thing."""
    lonely = {"id": "organisation/lonely", "type": "Organization", "name": {"de": "Niemand"}}

    assert "No record refers to this." in page(organisation_pages(site, lonely), "en/organisation/lonely.html").text


def test_each_row_of_a_source_is_found_at_its_anchor(site: Site) -> None:
    """The IRI of each of the 64 rows and of each part leads to its place on the page; so does that of additions."""
    values = site.shared["source/efa-nachnutzung"]
    found = page(source_pages(site, values), "source/efa-nachnutzung.html")
    rows = [row for state in site.states for row in state["record"]["rows"]]
    parts = site.shared["source/state-identifiers"]

    assert 64 == len(rows)
    assert set() == {row["id"].partition("#")[2] for row in rows} - found.ids
    assert "ispartof" in found.ids
    other = page(source_pages(site, parts), "source/state-identifiers.html")
    assert set() == {part["id"].partition("#")[2] for part in parts["parts"]} - other.ids


def test_a_row_counts_what_rests_on_it_in_all_records(site: Site) -> None:
    """Hamburg's row on services is where the nationwide marketplace comes from, though that is a record of its own."""
    rows = site.rows_by_source["source/efa-nachnutzung"]

    assert 1 == rows["state/hh"]["services"].statements
    assert 0 == rows["state/hh"]["furtherMarketplace"].statements


def test_the_text_of_a_source_is_not_shown(site: Site, reference: Path) -> None:
    """No sentence of the overview page stands on any page about it."""
    lines = (reference / "source/efa-nachnutzung-in-den-laendern.txt").read_text("utf-8").splitlines()
    sentences = [line.strip() for line in lines if len(line.strip()) > 80]
    shown = page(source_pages(site, site.shared["source/efa-nachnutzung"]), "source/efa-nachnutzung.html").text

    assert sentences
    assert [] == [sentence for sentence in sentences if sentence in shown]


@pytest.mark.parametrize("make", [organisation_pages, marketplace_pages, source_pages])
def test_a_hostile_record_stays_text(make: Any, site: Site) -> None:
    """Markup is shown and not run, no link runs code, direction marks are gone, and the page stays of readable size."""
    for data in made(make(site, HOSTILE)).values():
        found = Html(data)

        assert [] == [link for link in found.links if not _is_harmless(link)]
        assert [] == [source for source in found.sources if "x" == source]
        assert found.scripts <= {"application/ld+json", ""}
        assert "alert(1)" not in "".join(found.running)
        assert "\u202e" not in data.decode()
        assert "{{ 7 * 7 }}" in found.text
        assert len(data) < 100_000


@pytest.mark.parametrize("make", [organisation_pages, marketplace_pages, source_pages])
def test_a_name_of_any_length_leaves_room_for_the_page(make: Any, site: Site) -> None:
    """The heading shows the beginning of a name of 10,000 characters; the data have all of it."""
    named = {**HOSTILE, "name": {"de": "x" * 10_000}}
    for data in made(make(site, named)).values():
        heading = Html(data).text_of("h1")

        assert heading.startswith("xxx")
        assert heading.endswith("…")
        assert len(heading) <= 202
        assert b"x" * 10_000 in data


def _is_harmless(link: str) -> bool:
    return (
        is_web_address(link)
        or not re.match(r"\s*[a-z0-9+.-]+:", link, re.IGNORECASE)
        or link.startswith(("mailto:", "tel:"))
    )


def test_pages_are_made_in_linear_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What refers to what is read once for a site, not once for each page."""
    shared = {f"organisation/o{i}": {"id": f"organisation/o{i}", "type": "Organization"} for i in range(500)}
    many = replace(site, shared=shared, entries=[entry(one) for one in shared.values()])
    calls: list[object] = []

    def counted(*given: object) -> dict[str, list[Use]]:
        calls.append(given)
        return {}

    monkeypatch.setattr(page_module, "uses_of_things", counted)
    for values in shared.values():
        site_shared._known(many, values)

    assert 1 == len(calls)
