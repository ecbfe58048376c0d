"""The rehearsal: what each portal would do on its next harvest, what it would lose, and what must not vanish."""

import gzip
import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from catalogs.servers import Answer, serving
from conftest import Cli
from efa_lod.catalog.harvest import read_catalogue
from efa_lod.catalog.offers import OFFERS
from efa_lod.catalog.portals import PORTALS
from efa_lod.catalog.profile_check import check_catalogue_files
from efa_lod.catalog.rehearsal import Rehearsal, rehearse
from efa_lod.catalog.rehearsal_report import REHEARSAL_REPORTS
from efa_lod.cli.commands import REHEARSAL_FORMATS
from efa_lod.io.reading import Document
from efa_lod.model.publication import Publication, read_publication
from efa_lod.model.results import Severity
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


def modified(day: str) -> Change:
    """Set the day of the last change of the dataset."""
    return instead("dct:modified", ox.Literal(day, datatype=iri("xsd:date")))


def actions(made: Rehearsal) -> dict[str, list[tuple[str, str]]]:
    """Return action and reason of each step, by portal."""
    return {portal: [(step.action, step.reason) for step in steps] for portal, steps in made.steps.items()}


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
