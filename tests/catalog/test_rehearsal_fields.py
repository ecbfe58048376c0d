"""A rehearsal tells each field that a portal would lose, and none that it takes in another form."""

import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest

from conftest import missing
from efa_lod.catalog.harvester_code import (
    DELETED_FOR_GOOD,
    FORMAT_LIST,
    HEAD_REQUEST,
    LICENCE_LIST,
    NEXT_PAGE,
    ONE_LANGUAGE,
    field_rule,
    step_rule,
)
from efa_lod.catalog.portal_steps import Step
from efa_lod.catalog.portals import PORTALS
from efa_lod.catalog.rehearsal import Rehearsal
from efa_lod.catalog.rehearsal_report import REHEARSAL_REPORTS
from efa_lod.io.reading import Document
from support.catalogues import (
    BASE,
    CSV,
    DATASET,
    RENAMED,
    Change,
    Triples,
    also,
    instead,
    iri,
    lost,
    publisher_catalogue,
    rename,
    run,
    without,
)


@pytest.fixture(scope="module")
def new(documents: list[Document]) -> Triples:
    """Return the catalogue of a publisher that is no sample."""
    return publisher_catalogue(documents)


def only(made: Rehearsal, portal: str) -> Step:
    """Return the one step of a portal."""
    (step,) = made.steps[portal]
    return step


REFUSED: Mapping[str, tuple[Change, set[str], str]] = {
    "no title": (without("dct:title"), {"GovData", "CKAN"}, "no-title"),
    "a keyword of which nothing is left after a comma": (
        also("dcat:keyword", ox.Literal("Kosten,")),
        {"GovData", "CKAN"},
        "bad-keyword",
    ),
    "a keyword of one letter": (also("dcat:keyword", ox.Literal("E")), {"GovData", "CKAN"}, "bad-keyword"),
}


@pytest.mark.parametrize("change, portals, reason", REFUSED.values(), ids=REFUSED)
def test_what_a_portal_would_refuse_is_told(change: Change, portals: set[str], reason: str, new: Triples) -> None:
    """A dataset that a portal cannot store keeps the rehearsal from passing."""
    made = run(change(new))

    assert portals == {portal for portal in made.steps if only(made, portal).action == "refuse"}
    assert {reason} == {only(made, portal).reason for portal in portals}
    assert not made.passes


LOSSES: Mapping[str, tuple[Change, Mapping[str, set[tuple[str, str]]]]] = {
    "a theme of another list": (
        instead("dcat:theme", iri("https://example.net/theme")),
        {"data.europa.eu": {("categories", "unusable")}},
    ),
    "no licence": (
        without("dct:license", CSV),
        {
            "GovData": {("license", "closed")},
            "CKAN": {("license", "missing")},
            "data.europa.eu": {("licence", "missing")},
        },
    ),
    "a second contact": (
        also("dcat:contactPoint", iri(f"{BASE}catalog#other")),
        {"GovData": {("contact_uri", "several")}, "CKAN": {("contact_uri", "several")}},
    ),
    "a second place": (
        also("dct:spatial", iri("https://sws.geonames.org/2921044/")),
        {"GovData": {("spatial_uri", "several")}, "CKAN": {("spatial_uri", "several")}},
    ),
    "a date in words": (
        instead("dct:issued", ox.Literal("Herbst")),
        {
            "GovData": {("issued", "unusable")},
            "CKAN": {("issued", "unusable")},
            "data.europa.eu": {("release_date", "unusable")},
        },
    ),
    "a size in words": (
        instead("dcat:byteSize", ox.Literal("100 KB"), CSV),
        {"GovData": {("size", "unusable")}, "CKAN": {("size", "unusable")}},
    ),
    "no data provider": (without("dcatde:contributorID"), {"GovData": {("contributorID", "missing")}}),
}


@pytest.mark.parametrize("change, expected", LOSSES.values(), ids=LOSSES)
def test_what_a_portal_would_lose_is_told(
    change: Change, expected: Mapping[str, set[tuple[str, str]]], new: Triples
) -> None:
    """Each portal loses what its own rules make of a statement, and a loss keeps the rehearsal from passing."""
    made = run(change(new))

    assert expected == lost(made)
    assert not made.passes


TAKEN: Mapping[str, Change] = {
    "keywords with a comma are split": also("dcat:keyword", ox.Literal("Kosten, Geld")),
    "a size with decimals": instead("dcat:byteSize", ox.Literal("1024.0", datatype=iri("xsd:decimal")), CSV),
    "a size with an exponent": instead("dcat:byteSize", ox.Literal("1.0E3", datatype=iri("xsd:double")), CSV),
    "a month as a date": instead("dct:issued", ox.Literal("2026-05", datatype=iri("xsd:gYearMonth"))),
    "a version in the terms of DCAT-AP 2": lambda triples: instead(
        "http://www.w3.org/2002/07/owl#versionInfo", ox.Literal("1")
    )(without("dcat:version")(triples)),
    "a version in the terms of DCAT-AP 1": lambda triples: instead(
        "http://www.w3.org/ns/adms#version", ox.Literal("1")
    )(without("dcat:version")(triples)),
}


@pytest.mark.parametrize("change", TAKEN.values(), ids=TAKEN)
def test_what_a_portal_takes_in_another_form_is_not_lost(change: Change, new: Triples) -> None:
    """A harvester reads more forms than the one that we write; none of them is told as lost or refused by CKAN."""
    made = run(change(new))

    assert set() == lost(made).get("CKAN", set())
    assert "create" == only(made, "CKAN").action


def test_a_place_in_words_fills_the_text_and_not_the_identifier(new: Triples) -> None:
    """A literal as dct:spatial is shown as text; there is no IRI to show."""
    step = only(run(instead("dct:spatial", ox.Literal("Kiel", language="de"))(new)), "CKAN")

    assert "spatial_text" in step.shown
    assert ("spatial_uri", "missing") in {(loss.field, loss.reason) for loss in step.lost}


@pytest.mark.parametrize(
    "now, before, taken",
    [
        ("2026-11-23T23:00:00Z", "2026-11-24T00:30:00+02:00", True),
        ("2026-11-24T00:30:00+02:00", "2026-11-23T23:00:00Z", False),
        ("2026-11-24T00:00:00Z", "2026-11-24", False),
        ("2026-11-24T00:00:01", "2026-11-24", True),
        ("2026-11-24", "2026-11-23T23:59:59Z", True),
        ("2027", "2026-12-31", True),
        ("bald", "2026-12-31", False),
    ],
)
def test_days_of_change_are_compared_as_moments(now: str, before: str, taken: bool, new: Triples) -> None:
    """GovData takes the later of two moments, in whatever zone and precision they are written."""
    later = rename(DATASET, RENAMED)(instead("dct:modified", ox.Literal(now))(new))
    made = run(later, instead("dct:modified", ox.Literal(before))(new), [DATASET])

    assert ("create" if taken else "skip") == made.steps["GovData"][0].action


def test_of_several_languages_a_portal_shows_its_own(new: Triples) -> None:
    """CKAN shows a title in its own locale, else the first; two titles in one language are a loss."""
    two = also("dct:title", ox.Literal("A title", language="en"))(
        instead("dct:title", ox.Literal("Ein Titel", language="de"))(new)
    )
    three = also("dct:title", ox.Literal("Another", language="en"))(two)

    assert ["A title", "Ein Titel", "Ein Titel"] == [
        only(run(two, locale=locale), "CKAN").title for locale in ("en", "de", "fr")
    ]
    assert "title" in only(run(two), "CKAN").one_language
    assert ("title", "several") in lost(run(three))["CKAN"]


def test_a_field_that_was_filled_before_is_a_loss(new: Triples) -> None:
    """An optional field may be empty, but not after it was filled: people miss it then."""
    less = without("adms:versionNotes")(new)

    assert {} == lost(run(less))
    assert {"GovData": {("version_notes", "gone")}, "CKAN": {("version_notes", "gone")}} == lost(run(less, new))


def test_every_field_of_a_portal_can_be_lost(new: Triples) -> None:
    """For each field: without the property it is filled from, the portal shows one field less, and says which."""
    for portal in PORTALS:
        for field in (*portal.dataset, *portal.resource):
            last = {iri(path.rpartition("/")[2]) for path in field.path.split(" | ")}
            step = only(run([t for t in new if t.predicate not in last]), portal.name)
            if step.action == "refuse":
                continue
            named = {loss.field for loss in step.lost} | {*step.empty}
            assert field.optional or field.name in named, (portal.name, field.name)


def test_a_licence_that_govdata_does_not_know_is_kept_and_told(new: Triples) -> None:
    """GovData keeps a licence outside of DCAT-AP.de's list; that it has no name there is told, not a loss."""
    licence = "https://creativecommons.org/licenses/by/4.0/"
    made = run(instead("dct:license", iri(licence), CSV)(new))

    assert (licence,) == only(made, "GovData").unlisted_licences
    assert {} == lost(made)
    assert licence in REHEARSAL_REPORTS["text"](made, "de")


def test_an_author_is_an_agent(new: Triples) -> None:
    """GovData reads an author only of what is said to be an agent, a person or an organisation."""
    agents = {f"http://xmlns.com/foaf/0.1/{name}" for name in ("Agent", "Person", "Organization")}
    made = run([t for t in new if getattr(t.object, "value", "") not in agents])

    assert ("author", "missing") in lost(made)["GovData"]
    assert "author" in only(run(new), "GovData").shown


def test_an_address_is_read_in_each_form(new: Triples) -> None:
    """The address of a contact is read of vcard:hasAddress or of the contact itself, in short and long form."""
    contact = next(t.object for t in new if t.predicate == iri("dcat:contactPoint"))
    assert isinstance(contact, ox.NamedNode)
    vcard = "http://www.w3.org/2006/vcard/ns#"
    there, value = iri(f"{BASE}catalog#address"), ox.Literal("Weg 1")
    forms = [
        [ox.Triple(contact, iri(f"{vcard}hasAddress"), there), ox.Triple(there, iri(f"{vcard}{name}"), value)]
        for name in ("street-address", "hasStreetAddress")
    ]
    forms.append([ox.Triple(contact, iri(f"{vcard}street-address"), value)])
    bare = [t for t in new if t.predicate.value.removeprefix(vcard) not in ("hasAddress", "street-address")]

    assert "maintainer_street" not in only(run(bare), "GovData").shown
    assert ["maintainer_street"] * 3 == [
        name for form in forms for name in only(run([*bare, *form]), "GovData").shown if name == "maintainer_street"
    ]


def test_every_line_of_a_portal_cites_its_code(new: Triples) -> None:
    """Whatever a portal does, shows or loses, the report names repository, version, file and function, with an address."""
    old = [*new, *(t for t in rename(DATASET, RENAMED)(new) if t.subject == iri(RENAMED))]
    changes = [*(one[0] for one in REFUSED.values()), *(one[0] for one in LOSSES.values())]
    made = [run(change(new), old) for change in changes]
    made += [run(new), run(new, new), run(rename(DATASET, RENAMED)(new), new)]
    for rehearsal in made:
        for language in ("de", "en"):
            text = REHEARSAL_REPORTS["text"](rehearsal, language)
            of_portals = text[: text.index("MQA")].splitlines()
            told = [line for line in of_portals if line.startswith("  ") and not line.startswith("      ")]
            numbers = {
                number for line in told for number in re.findall(r"\d+", (re.findall(r"\[([\d, ]+)", line) or [""])[-1])
            }
            assert numbers <= set(re.findall(r"^  \[(\d+)\] ", text, re.M))
            assert all(re.search(r"^      https://github\.com/\S+/blob/\S+$", text, re.M) for _ in numbers)
            assert [] == [line for line in told if re.match(r"  \w+ https?://", line) and "[" not in line]
        report = json.loads(REHEARSAL_REPORTS["json"](rehearsal, "en"))
        for portal in report["portals"].values():
            rules = [step["rule"] for step in portal["steps"]] + [*portal["rules"].values()]
            lacking = {loss["field"] for step in portal["steps"] for loss in step["lost"]} - {"resources"}
            assert lacking <= portal["rules"].keys()
            assert all({"repository", "version", "file", "function", "url"} == set(rule) for rule in rules)


def test_cited_functions_are_in_the_code_of_ckan() -> None:
    """Each function of CKAN and of ckanext-dcat that is cited is defined in the file that is cited, in that version."""
    python = os.environ.get("EFA_LOD_CKAN_PYTHON")
    if not python:
        missing("EFA_LOD_CKAN_PYTHON does not name the interpreter of CKAN")
    said = "import sysconfig, importlib.metadata as m; print(sysconfig.get_path('purelib'), m.version('ckanext-dcat'))"
    folder, version = subprocess.run([python, "-c", said], capture_output=True, text=True, check=True).stdout.split()
    rules = {step_rule(portal, reason) for portal in ("CKAN", "GovData") for reason in ("always", "not-listed", "no-title", "bad-keyword")}  # fmt: skip
    rules |= {
        field_rule(portal.name, field.name) for portal in PORTALS for field in (*portal.dataset, *portal.resource)
    }
    rules |= {ONE_LANGUAGE, NEXT_PAGE, HEAD_REQUEST, DELETED_FOR_GOOD, FORMAT_LIST, LICENCE_LIST}
    own = [rule for rule in rules if rule.repository.startswith("ckan/")]

    assert len(own) > 10
    for rule in own:
        assert rule.version in (f"v{version}", "ckan-2.12.0")
        assert f"def {rule.function}(" in (Path(folder) / rule.file).read_text("utf-8"), rule
