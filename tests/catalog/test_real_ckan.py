"""The rehearsal held against a real CKAN: what it creates, updates, shows, deletes, and does not take back."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from catalogs.servers import Answer, serving
from catalogs.variants import variant
from efa_lod.catalog.catalogue_view import View
from efa_lod.catalog.dcat import catalogue
from efa_lod.catalog.harvest import read_catalogue
from efa_lod.catalog.offers import contents
from efa_lod.catalog.portal_steps import Step
from efa_lod.catalog.portals import PORTALS, shown_and_lost
from efa_lod.catalog.rehearsal import rehearse
from efa_lod.io.reading import Document
from efa_lod.model.expansion import of_triples
from efa_lod.model.publication import Publication, read_publication
from efa_lod.rdf.graphs import ontology_triples, triples_of
from support.ckan_portal import Portal, running_portal
from support.hosting import serve

Triples = Sequence[ox.Triple]
CKAN = next(portal for portal in PORTALS if portal.name == "CKAN")
XSD = "http://www.w3.org/2001/XMLSchema#"
DCAT, DCT = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
TURTLE = {"Content-Type": "text/turtle"}


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    """Return a real portal with an empty database."""
    with running_portal() as running:
        yield running


def without_language(language: str) -> Callable[[Triples], Triples]:
    """Leave out the texts in one language."""
    return lambda triples: [t for t in triples if getattr(t.object, "language", None) != language]


def other_licence(triples: Triples) -> Triples:
    """Put all files under a licence that CKAN knows."""
    licence = ox.NamedNode("http://www.opendefinition.org/licenses/cc-by")
    return [t if t.predicate.value != f"{DCT}license" else ox.Triple(t.subject, t.predicate, licence) for t in triples]


def a_hundred_files(triples: Triples) -> Triples:
    """List ninety-odd copies of the first file."""
    file = next(t.object for t in triples if t.predicate.value == f"{DCAT}distribution")
    dataset = next(t.subject for t in triples if t.predicate.value == f"{DCAT}distribution")
    assert isinstance(file, ox.NamedNode)
    have = sum(t.predicate.value == f"{DCAT}distribution" for t in triples)
    more: list[ox.Triple] = []
    for number in range(100 - have):
        copy = ox.NamedNode(f"{file.value}-{number}")
        more += [ox.Triple(copy, t.predicate, t.object) for t in triples if t.subject == file]
        more.append(ox.Triple(dataset, ox.NamedNode(f"{DCAT}distribution"), copy))
    return [*triples, *more]


CATALOGUES: dict[str, tuple[str, Callable[[Triples], Triples]]] = {
    "ours": ("sample", list),
    "german": ("state", without_language("en")),
    "english": ("state", without_language("de")),
    "licence": ("state", other_licence),
    "endpoint": ("town", list),
    "hundred": ("state", a_hundred_files),
}


def published(case: str, documents: list[Document]) -> Triples:
    """Return the catalogue of a *case*, each under a base of its own."""
    name, change = CATALOGUES[case]
    publication = variant(name)
    facts = contents(publication, documents, of_triples(ontology_triples(publication)))
    text = ox.serialize(change(triples_of(catalogue(publication, facts).statements)), format=ox.RdfFormat.N_TRIPLES)
    own = (text or b"").replace(publication.base_iri.encode(), f"https://{case}.example.net/".encode())
    return [quad.triple for quad in ox.parse(own, format=ox.RdfFormat.N_TRIPLES)]


def turtle(triples: Triples) -> Answer:
    """Return what a server answers for a catalogue."""
    return Answer(ox.serialize(triples, format=ox.RdfFormat.TURTLE) or b"", TURTLE)


def step_of(triples: Triples, **options: Any) -> Step:
    """Return what the rehearsal says that CKAN does."""
    (step,) = rehearse("catalog.ttl", triples, read_publication(), **options).steps["CKAN"]
    return step


@pytest.mark.parametrize("case", CATALOGUES)
def test_ckan_shows_what_the_rehearsal_predicts(case: str, portal: Portal, documents: list[Document]) -> None:
    """The portal creates one dataset; field by field it shows what was said, in the language that was said."""
    triples = published(case, documents)
    with serving({"/c.ttl": turtle(triples)}) as (address, _):
        found = portal.harvest(case, f"{address}/c.ttl")
    step = step_of(triples)
    package = found["packages"][step.dataset]
    files = {resource["uri"]: resource for resource in package["resources"]}
    view = View(triples)

    assert "active" == package["state"]
    assert set(step.shown) == {field.name for field in CKAN.dataset if package.get(field.name)}
    assert step.title == package["title"]
    assert {node.value for node in view.values(ox.NamedNode(step.dataset), "dcat:distribution")} == set(files)
    assert step.licence_id == package["license_id"]
    assert dict(step.formats) == {iri: resource["format"] for iri, resource in files.items()}
    for iri, resource in files.items():
        fates = shown_and_lost(view, ox.NamedNode(iri), CKAN.resource)
        assert {field.name for field, fate in fates if fate in ("shown", "translated", "several")} == {
            field.name for field in CKAN.resource if resource.get(field.name)
        }


def without_times(package: dict[str, Any]) -> dict[str, Any]:
    """Return what a portal shows of a package, without the moments at which it wrote it down."""
    resources = [{k: v for k, v in one.items() if k != "metadata_modified"} for one in package["resources"]]
    return {k: v for k, v in package.items() if k != "metadata_modified"} | {"resources": resources}


def test_what_our_server_serves_is_harvested(
    portal: Portal, publication: Publication, dist: Path, tmp_path: Path
) -> None:
    """A portal reads the catalogue where ``efa-lod serve`` serves it; again, nothing is another; ids outlive bytes."""
    site = Path(shutil.copytree(dist, tmp_path / "dist"))
    with serve(site) as server:
        address = f"{server.address.rstrip('/')}/catalog.ttl"
        first = portal.harvest("served", address)
        again = portal.harvest("served", address)
    triples = read_catalogue(str(dist / "catalog.ttl"))
    iri = f"{publication.base_iri}dataset"
    larger = [
        ox.Triple(t.subject, t.predicate, ox.Literal("4711", datatype=t.object.datatype))
        if t.predicate.value == f"{DCAT}byteSize" and isinstance(t.object, ox.Literal)
        else t
        for t in triples
    ]
    answers = {"/catalog.ttl": turtle(larger)}
    with serving(answers) as (elsewhere, _):
        changed = portal.harvest("moved", f"{elsewhere}/catalog.ttl")

    created, same, later = (found["packages"][iri] for found in (first, again, changed))
    assert [] == first["errors"]
    assert without_times(created) == without_times(same)
    assert {4711} == {int(one["size"]) for one in later["resources"]}
    assert {one["uri"] for one in created["resources"]} == {one["uri"] for one in later["resources"]}


def test_three_versions_stay_one_dataset(portal: Portal, documents: list[Document]) -> None:
    """A new version, with its notes and other bytes, changes the one dataset and keeps the id of each file."""
    triples = published("ours", documents)
    dataset = ox.NamedNode("https://versions.example.net/dataset")
    own = [
        quad.triple
        for quad in ox.parse(
            (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").replace(b"ours.example", b"versions.example"),
            format=ox.RdfFormat.N_TRIPLES,
        )
    ]
    found = []
    answers: dict[str, Answer] = {}
    with serving(answers) as (address, _):
        for number in range(3):
            now = [t for t in own if t.predicate.value not in (f"{DCAT}version", f"{DCAT}byteSize")]
            now.append(ox.Triple(dataset, ox.NamedNode(f"{DCAT}version"), ox.Literal(f"1.{number}.0")))
            files = [t.object for t in own if t.predicate.value == f"{DCAT}distribution"]
            size = ox.Literal(str(1000 + number), datatype=ox.NamedNode(f"{XSD}nonNegativeInteger"))
            now += [
                ox.Triple(file, ox.NamedNode(f"{DCAT}byteSize"), size)
                for file in files
                if isinstance(file, ox.NamedNode)
            ]
            answers["/versions.ttl"] = turtle(now)
            found.append(portal.harvest("versions", f"{address}/versions.ttl"))
    packages = [one["packages"][dataset.value] for one in found]

    assert ["1.0.0", "1.1.0", "1.2.0"] == [package["version"] for package in packages]
    assert 1 == len({package["id"] for package in packages})
    assert 1 == len({tuple(sorted((r["uri"], r["id"]) for r in package["resources"])) for package in packages})
    assert 1 == sum("versions.example" in iri for iri in found[-1]["packages"])


def test_a_catalogue_goes_through_its_life(portal: Portal, documents: list[Document]) -> None:
    """Harvested again nothing new comes; a change is shown and files keep their ids; what vanished never comes back."""
    triples = published("ours", documents)
    first = ox.NamedNode("https://ours.example.net/dataset")
    later = ox.Literal("Changed", language="en")
    changed = [
        ox.Triple(t.subject, t.predicate, later)
        if (t.subject, t.predicate.value) == (first, f"{DCT}title") and getattr(t.object, "language", None) == "en"
        else t
        for t in triples
    ]
    renamed = [
        ox.Triple(
            ox.NamedNode("https://ours.example.net/other") if t.subject == first else t.subject, t.predicate, t.object
        )
        for t in triples
    ]
    answers = {"/life.ttl": turtle(triples)}
    with serving(answers) as (address, _):

        def harvest(listed: Triples) -> dict[str, Any]:
            answers["/life.ttl"] = turtle(listed)
            return portal.harvest("life", f"{address}/life.ttl")

        created = harvest(triples)["packages"][first.value]
        again = harvest(triples)["packages"][first.value]
        updated = harvest(changed)["packages"][first.value]
        gone = harvest(renamed)["packages"][first.value]
        back = harvest(triples)

    ids = [{r["uri"]: r["id"] for r in package["resources"]} for package in (created, again, updated)]
    assert [created["id"]] * 2 == [again["id"], updated["id"]]
    assert ids[0] == ids[1] == ids[2]
    assert "Changed" == updated["title"]
    assert "deleted" == gone["state"]
    assert "deleted" == back["packages"][first.value]["state"]
    assert any("NotAuthorized" in error for error in back["errors"])
