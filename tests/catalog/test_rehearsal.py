"""The rehearsal: what each portal would do on its next harvest, what it would lose, and what must not vanish."""

import gzip
import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from catalogs.servers import Answer, serving
from catalogs.variants import variant
from conftest import Cli, missing
from efa_lod.catalog.dcat import catalogue, catalogue_context
from efa_lod.catalog.harvest import read_catalogue
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
from efa_lod.catalog.mqa import (
    DIMENSIONS,
    KNOWN_LICENCES,
    MACHINE_READABLE,
    METRICS,
    MOST_POINTS,
    NON_PROPRIETARY,
    rating,
)
from efa_lod.catalog.offers import OFFERS, contents
from efa_lod.catalog.portal_steps import Step
from efa_lod.catalog.portals import PORTALS
from efa_lod.catalog.profile_check import check_catalogue_files
from efa_lod.catalog.rehearsal import Rehearsal, rehearse
from efa_lod.catalog.rehearsal_report import REHEARSAL_REPORTS
from efa_lod.cli.commands import REHEARSAL_FORMATS
from efa_lod.io.reading import Document
from efa_lod.model.expansion import of_triples
from efa_lod.model.publication import Publication, read_publication
from efa_lod.model.results import Severity
from efa_lod.rdf.graphs import ontology_triples, triples_of

Triples = Sequence[ox.Triple]
Change = Callable[[Triples], Triples]

BASE = "https://w3id.org/efa-lod/"
DATASET, RENAMED = f"{BASE}dataset", f"{BASE}dataset/efa"
CSV = f"{BASE}dataset#csv"
PREFIXES = {**catalogue_context(read_publication()).prefixes, "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"}


def iri(name: str) -> ox.NamedNode:
    """Return the node that a prefixed name or an IRI means."""
    prefix, _, rest = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + rest if prefix in PREFIXES else name)


@pytest.fixture(scope="module")
def new(documents: list[Document]) -> Triples:
    """Return the catalogue of a publisher that is no sample."""
    publication = variant("state")
    listed = catalogue(publication, contents(publication, documents, of_triples(ontology_triples(publication))))
    nodes = {f"{publication.base_iri}": BASE}
    return [moved(triple, nodes) for triple in triples_of(listed.statements)]


def moved(triple: ox.Triple, renamed: Mapping[str, str]) -> ox.Triple:
    """Return *triple* with the beginnings of IRIs replaced."""

    def term(node: Any) -> Any:
        for old, new in renamed.items():
            if isinstance(node, ox.NamedNode) and node.value.startswith(old):
                return ox.NamedNode(new + node.value[len(old) :])
        return node

    return ox.Triple(term(triple.subject), triple.predicate, term(triple.object))


def run(new: Triples, old: Triples | None = None, allowed: Sequence[str] = (), **options: Any) -> Rehearsal:
    """Rehearse *new* after *old*."""
    return rehearse("catalog.ttl", new, read_publication(), old, allowed, **options)


def without(predicate: str, subject: str = DATASET) -> Change:
    """Take the values of *predicate* from *subject*."""
    return lambda triples: [t for t in triples if (t.subject, t.predicate) != (iri(subject), iri(predicate))]


def instead(predicate: str, value: ox.NamedNode | ox.Literal, subject: str = DATASET) -> Change:
    """Replace the values of *predicate* by *value*."""
    return lambda triples: [*without(predicate, subject)(triples), ox.Triple(iri(subject), iri(predicate), value)]


def also(predicate: str, value: ox.NamedNode | ox.Literal, subject: str = DATASET) -> Change:
    """Add a *value* for *predicate*."""
    return lambda triples: [*triples, ox.Triple(iri(subject), iri(predicate), value)]


def rename(old: str, new: str) -> Change:
    """Give the thing *old* the IRI *new*."""
    return lambda triples: [
        ox.Triple(
            ox.NamedNode(new) if t.subject == ox.NamedNode(old) else t.subject,
            t.predicate,
            ox.NamedNode(new) if t.object == ox.NamedNode(old) else t.object,
        )
        for t in triples
    ]


def modified(day: str) -> Change:
    """Set the day of the last change of the dataset."""
    return instead("dct:modified", ox.Literal(day, datatype=iri("xsd:date")))


def actions(made: Rehearsal) -> dict[str, list[tuple[str, str]]]:
    """Return action and reason of each step, by portal."""
    return {portal: [(step.action, step.reason) for step in steps] for portal, steps in made.steps.items()}


def only(made: Rehearsal, portal: str) -> Step:
    """Return the one step of a portal."""
    (step,) = made.steps[portal]
    return step


def lost(made: Rehearsal) -> dict[str, set[tuple[str, str]]]:
    """Return field and reason of all losses, by portal."""
    found = {
        portal: {(loss.field, loss.reason) for step in steps for loss in step.lost}
        for portal, steps in made.steps.items()
    }
    return {portal: losses for portal, losses in found.items() if losses}


# --- what portals do ------------------------------------------------------------------------------------------------


def test_a_first_harvest_creates_everything(new: Triples) -> None:
    """Without an earlier catalogue each portal creates the dataset and loses nothing."""
    made = run(new)

    assert {portal.name: [("create", "new")] for portal in PORTALS} == actions(made)
    assert {} == lost(made)
    assert made.passes


def test_an_unchanged_catalogue_is_skipped_or_written_again(new: Triples) -> None:
    """data.europa.eu compares a hash and skips; ckanext-dcat, and GovData with it, writes each time."""
    made = run(new, new)

    assert [("skip", "unchanged")] == actions(made)["data.europa.eu"]
    assert [("update", "always")] == actions(made)["CKAN"] == actions(made)["GovData"]
    assert made.passes


def test_a_change_is_an_update(new: Triples) -> None:
    """Anything that can be reached from the dataset counts; a change without a new day is pointed out."""
    label = instead("dct:title", ox.Literal("Neuer Titel", language="de"))
    same_day, next_day = run(label(new), new), run(modified("2027-01-01")(label(new)), new)

    assert [("update", "changed")] == actions(same_day)["data.europa.eu"]
    assert [DATASET] == list(same_day.unmoved)
    assert [] == list(next_day.unmoved)


@pytest.mark.parametrize(
    "kind, gone",
    [
        ("distribution", CSV),
        ("state", f"{BASE}state/sh"),
    ],
)
def test_nothing_may_vanish_unless_it_is_allowed(kind: str, gone: str, new: Triples) -> None:
    """A file or a state that the old catalogue lists and the new one does not keeps the rehearsal from passing."""
    less = [t for t in new if ox.NamedNode(gone) not in (t.subject, t.object)]

    assert [(kind, gone, False)] == [(v.kind, v.iri, v.allowed) for v in run(less, new).vanished]
    assert not run(less, new).passes
    assert run(less, new, [gone]).passes


def test_a_dataset_that_is_no_longer_listed_is_deleted(new: Triples) -> None:
    """All portals delete it, with its files; who allows it to go allows its files too."""
    old: Triples = [*new, *(t for t in rename(DATASET, RENAMED)(new) if t.subject == iri(RENAMED))]
    old = instead("dct:identifier", ox.Literal("other"), RENAMED)(old)
    old = instead("dcat:distribution", iri(f"{RENAMED}#csv"), RENAMED)(old)

    made = run(new, old)

    assert all(("delete", "not-listed") in steps for steps in actions(made).values())
    assert {("dataset", RENAMED), ("distribution", f"{RENAMED}#csv")} == {(v.kind, v.iri) for v in made.vanished}
    assert not made.passes
    assert run(new, old, [RENAMED]).passes


def test_another_iri_is_another_dataset(new: Triples) -> None:
    """A renamed dataset is deleted and created by CKAN, kept by data.europa.eu, which goes by the identifier."""
    made = run(rename(DATASET, RENAMED)(new), new, [DATASET])

    assert {("create", "new"), ("delete", "not-listed")} == set(actions(made)["CKAN"])
    assert [("update", "changed")] == actions(made)["data.europa.eu"]


@pytest.mark.parametrize(
    "change, expected",
    [
        (modified("2027-01-01"), ("create", "new")),
        (modified("2026-01-01"), ("skip", "twin-newer")),
        (without("dct:modified", RENAMED), ("skip", "twin-no-date")),
    ],
    ids=["later", "not later", "no day"],
)
def test_govdata_keeps_the_later_of_two_with_one_identifier(
    change: Change, expected: tuple[str, str], new: Triples
) -> None:
    """A dataset under a new IRI with an old identifier gets in only when it is later; else both are lost."""
    changed = (
        rename(DATASET, RENAMED)(change(new))
        if expected[1] != "twin-no-date"
        else change(rename(DATASET, RENAMED)(new))
    )
    made = run(changed, new, [DATASET])

    assert [expected, ("delete", "not-listed")] == actions(made)["GovData"]
    assert (expected[0] == "skip") == made.steps["GovData"][0].harmful


def test_two_datasets_with_one_identifier_are_told(new: Triples) -> None:
    """Of two datasets in one catalogue that share an identifier and a day, GovData takes neither for the later."""
    both = [*new, *(t for t in rename(DATASET, RENAMED)(new) if t.subject == iri(RENAMED))]

    assert {("skip", "twin-newer")} == set(actions(run(both))["GovData"])


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


def test_further_pages_are_read(dist: Path, tmp_path: Path, cli: Cli) -> None:
    """A harvester follows hydra:next; a page that is not at hand is told, and nothing is then said to vanish."""
    whole = (dist / "catalog.ttl").read_text()
    links = (
        "\n<https://w3id.org/efa-lod/pages> a <http://www.w3.org/ns/hydra/core#PagedCollection> ;"
        " <http://www.w3.org/ns/hydra/core#next> <https://w3id.org/efa-lod/second.ttl> .\n"
    )
    second = "<urn:x:d> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> 'Zwei'@de .\n"
    first, further = tmp_path / "first.ttl", tmp_path / "second.ttl"
    first.write_text(whole + links)

    alone = cli("rehearse", first, "--against", dist / "catalog.ttl", "--lang", "en")
    further.write_text(second)
    together = cli("rehearse", first, "--against", dist / "catalog.ttl", "--lang", "en")

    assert (1, True) == (alone.exit_code, "NOT READ: https://w3id.org/efa-lod/second.ttl" in alone.stdout)
    assert "VANISHES" not in alone.stdout
    assert "2 datasets" in together.stdout
    assert "NOT READ" not in together.stdout


def test_pages_that_go_round_are_told(dist: Path, tmp_path: Path, cli: Cli) -> None:
    """A next page that was read already would keep a harvester busy for ever."""
    text = (dist / "catalog.ttl").read_text()
    page = tmp_path / "c.ttl"
    page.write_text(
        text + "\n<urn:p> a <http://www.w3.org/ns/hydra/core#PartialCollectionView> ;"
        " <http://www.w3.org/ns/hydra/core#next> <https://w3id.org/efa-lod/c.ttl> .\n"
    )

    assert (2, True) == ((made := cli("rehearse", page)).exit_code, "read already" in made.stderr)


@pytest.mark.parametrize("status", [403, 405, 501])
def test_a_server_that_refuses_head_is_told(status: int, dist: Path, cli: Cli) -> None:
    """GET answers, so the current harvester reads it; older ones give up, and the rehearsal says so."""
    body = (dist / "catalog.ttl").read_bytes()
    with serving({"/c.ttl": Answer(body, {"Content-Type": "text/turtle"}, head_status=status)}) as (address, _):
        made = cli("rehearse", f"{address}/c.ttl", "--lang", "en")

    assert f"answers HEAD with {status}" in " ".join(made.stdout.split())


def test_what_vanished_does_not_come_back(dist: Path, tmp_path: Path, cli: Cli, new: Triples) -> None:
    """The guard says of a dataset that vanishes that a portal must purge it before it can come back."""
    old: Triples = [*new, *(t for t in rename(DATASET, RENAMED)(new) if t.subject == iri(RENAMED))]
    report = REHEARSAL_REPORTS["text"](run(new, old), "en")

    assert "does not come back by itself" in report
    assert "does not come back by itself" not in REHEARSAL_REPORTS["text"](run(new, new), "en")


OTHER_FILES = {
    "gzip": (gzip.compress(b"<a> <b> <c> ."), "gzip"),
    "utf-16": ("<a> <b> <c> .".encode("utf-16"), "UTF-16"),
    "web page": (b"<!DOCTYPE html>\n<html><body>Katalog</body></html>", "HTML"),
    "web page after a comment": (b"\xef\xbb\xbf<!-- saved -->\n<html lang='de'></html>", "HTML"),
    "archive": (b"PK\x03\x04rest", "ZIP"),
}


@pytest.mark.parametrize("content, word", OTHER_FILES.values(), ids=OTHER_FILES)
def test_what_is_no_rdf_is_named(content: bytes, word: str, tmp_path: Path, cli: Cli) -> None:
    """A file that is packed, in another encoding or a web page is called that, not a syntax error."""
    file = tmp_path / "catalog.ttl"
    file.write_bytes(content)
    made = cli("rehearse", file)

    assert (2, True) == (made.exit_code, word in made.stderr)


def test_a_byte_order_mark_is_read(dist: Path, tmp_path: Path, cli: Cli) -> None:
    """Rdflib drops it, and so do we."""
    file = tmp_path / "catalog.ttl"
    file.write_bytes(b"\xef\xbb\xbf" + (dist / "catalog.ttl").read_bytes())

    assert 0 == cli("rehearse", file).exit_code


NAMELESS = ("dcat:distribution", "dcat:contactPoint", "dct:publisher", "dct:temporal", "dct:spatial")


@pytest.mark.parametrize("predicate", NAMELESS)
def test_a_thing_without_an_iri_is_a_violation_with_its_place(predicate: str, new: Triples, tmp_path: Path) -> None:
    """Blank nodes anywhere in a catalogue are judged like all else, and never end the check."""
    node = next(t.object for t in new if t.predicate == iri(predicate))
    blank = ox.BlankNode("f")
    changed = [
        ox.Triple(blank if t.subject == node else t.subject, t.predicate, blank if t.object == node else t.object)
        for t in new
    ]
    file = tmp_path / "c.ttl"
    file.write_bytes(ox.serialize(changed, format=ox.RdfFormat.TURTLE) or b"")
    results = check_catalogue_files([str(file)], "catalog", None, read_publication())

    assert any(result.severity is Severity.VIOLATION for result in results)
    assert {str(file)} == {str(result.place) for result in results}


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


# --- points ---------------------------------------------------------------------------------------------------------


def test_all_points_are_reached(new: Triples) -> None:
    """405 points for each file, in five dimensions whose limits are those of the table."""
    made = run(new)
    limits = {name: most for name, (_, _, most) in DIMENSIONS.items()}

    assert [limits] * len(OFFERS) == [one.points for one in made.scores]
    assert {MOST_POINTS} == {one.total for one in made.scores} == {sum(limits.values())}


UNKNOWN = iri("http://dcat-ap.de/def/licenses/cc-by/4.0")
POINTS: Mapping[str, tuple[Change, dict[str, int]]] = {
    "keywordAvailability": (without("dcat:keyword"), {"keywordAvailability": 30}),
    "categoryAvailability": (without("dcat:theme"), {"categoryAvailability": 30}),
    "spatialAvailability": (without("dct:spatial"), {"spatialAvailability": 20}),
    "temporalAvailability": (without("dct:temporal"), {"temporalAvailability": 20}),
    "accessUrl": (without("dcat:accessURL", CSV), {"accessUrlStatusCode": 50}),
    "downloadUrl": (without("dcat:downloadURL", CSV), {"downloadUrlAvailability": 20, "downloadUrlStatusCode": 30}),
    "format": (
        without("dct:format", CSV),
        {
            "formatAvailability": 25,
            "formatMediaTypeVocabularyAlignment": 10,
            "formatMediaTypeNonProprietary": 20,
            "formatMediaTypeMachineInterpretable": 20,
        },
    ),
    "media type": (
        without("dcat:mediaType", CSV),
        {"mediaTypeAvailability": 15, "formatMediaTypeVocabularyAlignment": 10},
    ),
    "a proprietary format": (
        instead("dct:format", iri("http://publications.europa.eu/resource/authority/file-type/XLSX"), CSV),
        {"formatMediaTypeNonProprietary": 20},
    ),
    "licence": (without("dct:license", CSV), {"licenceAvailability": 20, "knownLicence": 10}),
    "a licence known to GovData only": (instead("dct:license", UNKNOWN, CSV), {"knownLicence": 10}),
    "accessRights": (
        without("dct:accessRights"),
        {"accessRightsAvailability": 10, "accessRightsVocabularyAlignment": 5},
    ),
    "access rights in words": (
        instead("dct:accessRights", ox.Literal("public")),
        {"accessRightsVocabularyAlignment": 5},
    ),
    "contactPointAvailability": (without("dcat:contactPoint"), {"contactPointAvailability": 20}),
    "publisherAvailability": (without("dct:publisher"), {"publisherAvailability": 10}),
    "rightsAvailability": (without("dct:rights", CSV), {"rightsAvailability": 5}),
    "byteSizeAvailability": (without("dcat:byteSize", CSV), {"byteSizeAvailability": 5}),
    "dateIssuedAvailability": (without("dct:issued", CSV), {"dateIssuedAvailability": 5}),
    "dateModifiedAvailability": (without("dct:modified", CSV), {"dateModifiedAvailability": 5}),
}


@pytest.mark.parametrize("change, missing", POINTS.values(), ids=POINTS)
def test_each_missing_statement_costs_its_points(change: Change, missing: dict[str, int], new: Triples) -> None:
    """What is missing is listed with what it would bring, beside the 30 points for compliance that go with it."""
    (csv,) = [one for one in run(change(new)).scores if one.distribution == CSV]
    found = {name: points for name, points in csv.missing if name != "dcatApCompliance"}

    assert missing == found
    assert csv.total == MOST_POINTS - sum(points for _, points in csv.missing)


def test_every_metric_is_tested() -> None:
    """The cases above, and that of compliance, know each metric."""
    tested = {name for _, missing in POINTS.values() for name in missing}

    assert {metric.name for metric in METRICS} == tested | {"dcatApCompliance"}


def test_points_are_those_of_the_portal(reference: Path) -> None:
    """Names, dimensions and points are those of piveau's vocabulary, the lists of formats those of data.europa.eu."""
    (file,) = reference.rglob("piveau-dqv-vocabulary.ttl")
    graph = rdflib.Graph().parse(file)
    pv, dqv = rdflib.Namespace("https://piveau.eu/ns/voc#"), rdflib.Namespace("http://www.w3.org/ns/dqv#")
    official = {
        str(metric).removeprefix(pv): (
            str(graph.value(metric, dqv.inDimension)).removeprefix(pv).replace("reusablity", "reusability"),
            int(str(points)),
            int(str(graph.value(metric, pv.falseScore) or 0)),
        )
        for metric, points in graph.subject_objects(pv.trueScore)
    }

    assert official == {metric.name: (metric.dimension, metric.points, metric.otherwise) for metric in METRICS}


def test_lists_of_formats_and_licences_are_those_of_the_portal(reference: Path) -> None:
    """Machine-readable and non-proprietary formats, and the licences that it has as concepts."""
    codes = re.compile(r'file-type/(\w+)"')
    (readable,), (free,) = (
        reference.rglob("edp-machine-readable-format.rdf"),
        reference.rglob("edp-non-proprietary-format.rdf"),
    )
    (licences,) = reference.rglob("edp-licences-skos.rdf")

    assert set(codes.findall(readable.read_text())) == MACHINE_READABLE
    assert set(codes.findall(free.read_text())) == NON_PROPRIETARY
    assert all(f'<skos:Concept rdf:about="{licence}"' in licences.read_text() for licence in KNOWN_LICENCES)


def test_ratings_are_those_of_the_portal() -> None:
    """Above 350 excellent, from 221 good, from 120 sufficient, below that bad."""
    assert ["excellent", "good", "good", "sufficient", "sufficient", "bad"] == [
        rating(points, "en") for points in (351, 350, 221, 220, 120, 119)
    ]


def test_addresses_are_tried_online(new: Triples) -> None:
    """With --online a file whose address does not answer loses 80 points; without it, all are assumed to answer."""
    with serving({"/efa-lod.csv": Answer(b"state\n")}) as (address, asked):
        served = [moved(t, {f"{BASE}efa-lod": f"{address}/efa-lod"}) for t in new]
        made = rehearse(f"{address}/catalog.ttl", served, read_publication(), online=True, seconds=5)
    scores = {one.distribution: one.total for one in made.scores}

    assert {CSV: MOST_POINTS} == {name: total for name, total in scores.items() if total == MOST_POINTS}
    assert {MOST_POINTS - 80} == {total for name, total in scores.items() if name != CSV}
    assert len(OFFERS) == len(asked)  # each once, though it is the address to see and to download


def test_a_private_address_answers_no_portal(new: Triples) -> None:
    """What a catalogue in a file names on this machine is not asked: portals could not reach it either."""
    with serving({"/efa-lod.csv": Answer(b"state\n")}) as (address, asked):
        served = [moved(t, {f"{BASE}efa-lod": f"{address}/efa-lod"}) for t in new]
        scores = {one.total for one in run(served, online=True, seconds=5).scores}

    assert ({MOST_POINTS - 80}, []) == (scores, asked)


def test_official_shapes_decide_when_they_are_named(new: Triples, reference: Path) -> None:
    """Our shapes are stricter: a missing version costs 30 points by them, and none by the official ones."""
    less = without("dcat:version")(new)

    assert {MOST_POINTS - 30} == {one.total for one in run(less).scores}
    assert {MOST_POINTS} == {one.total for one in run(less, shapes=str(reference)).scores}


# --- reports --------------------------------------------------------------------------------------------------------


def test_formats_on_offer_are_those_of_the_table() -> None:
    """The command line names formats without importing them; here they are held against the table."""
    assert tuple(REHEARSAL_REPORTS) == REHEARSAL_FORMATS


def test_a_sample_is_said_first(dist: Path, cli: Cli) -> None:
    """Build and rehearse say before anything else that the sample must be replaced, in the language asked for."""
    german = cli("rehearse", dist / "catalog.ttl", "--lang", "de")
    english = cli("rehearse", dist / "catalog.jsonld", "--lang", "en")

    assert 0 == german.exit_code == english.exit_code
    assert german.stdout.startswith("Achtung: Herausgeber und Kontakt dieses Katalogs sind ein Muster")
    assert english.stdout.startswith("Note: publisher and contact of this catalogue are a sample")
    assert "1 Datensatz, 6 Dateien, 16 Länder" in german.stdout
    assert german.stdout.endswith("Urteil: Alle Portale übernehmen alles.\n")
    assert english.stdout.endswith("Verdict: all portals take over everything.\n")


def test_a_publisher_of_their_own_is_no_sample(new: Triples) -> None:
    """The warning is for addresses at example.org only."""
    assert not run(new).sample


def test_both_languages_have_the_same_words(new: Triples) -> None:
    """Each report of a rehearsal in which everything happens is complete in German and English."""
    broken = also("dcat:keyword", ox.Literal("E"))(without("dcat:version")(without("dcat:byteSize", CSV)(new)))
    old = [*new, *also("dcat:distribution", iri(f"{BASE}dataset#old"))(new)]
    for made in (run(broken, old), run(without("dct:issued", CSV)(new), old), run(new)):
        german, english = (REHEARSAL_REPORTS["text"](made, language) for language in ("de", "en"))
        assert german.count("\n") == english.count("\n")
        assert german != english


def test_json_says_the_same(new: Triples) -> None:
    """The report for programs has the steps, the points and the verdict, with names for reasons."""
    made = run(without("dcatde:contributorID")(new), new)
    found = json.loads(REHEARSAL_REPORTS["json"](made, "en"))

    assert found["passes"] is False
    assert "update" == found["portals"]["GovData"]["steps"][0]["action"]
    assert [{"field": "contributorID", "reason": "missing", "where": [DATASET]}] == found["portals"]["GovData"][
        "steps"
    ][0]["lost"]
    assert len(OFFERS) == len(found["mqa"]["distributions"])


def test_shrink_guard_on_the_command_line(dist: Path, tmp_path: Path, cli: Cli) -> None:
    """A file that vanished is exit code 1 and a line with the option that allows it; with the option, exit code 0."""
    catalogue_text = (dist / "catalog.ttl").read_text()
    less = tmp_path / "catalog.ttl"
    less.write_text(catalogue_text.replace("        <dataset#csv> ,\n", "").replace("<dataset#csv>", "<gone#csv>"))
    rest = [t for t in read_catalogue(str(less)) if t.subject != iri(f"{BASE}gone#csv")]
    less.write_bytes(ox.serialize(rest, format=ox.RdfFormat.TURTLE) or b"")

    refused = cli("rehearse", less, "--against", dist / "catalog.ttl")
    allowed = cli("rehearse", less, "--against", dist / "catalog.ttl", "--allow-removal", CSV)

    assert 1 == refused.exit_code
    assert f"VANISHES: file {CSV} (allow it with --allow-removal {CSV})" in refused.stdout
    assert 0 == allowed.exit_code
    assert f"vanishes, allowed: file {CSV}" in allowed.stdout


def test_the_packaged_publication_passes(dist: Path, publication: Publication) -> None:
    """The catalogue that a build writes loses nothing at any portal."""
    made = rehearse("catalog.ttl", read_catalogue(str(dist / "catalog.ttl")), publication)

    assert made.passes
    assert {"dataset": 1, "distribution": len(OFFERS), "state": 16} == dict(made.counts)


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
