"""The catalogue: every portal takes all of it, whoever publishes it, in each of its three syntaxes."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

from catalogs.variants import VARIANTS, variant, with_settings
from conftest import Cli, missing
from efa_lod.build.build import build
from efa_lod.catalog.catalogue_context import SHAPES, SYNTAXES
from efa_lod.catalog.dcat import catalogue, catalogue_context, check_catalogue
from efa_lod.catalog.harvest import read_catalogue
from efa_lod.catalog.offers import OFFERS, contents
from efa_lod.catalog.portals import NOT_FILLED, PORTALS
from efa_lod.catalog.profile_check import check_profile
from efa_lod.catalog.rehearsal import rehearse
from efa_lod.errors import BadSetting
from efa_lod.io.reading import Document
from efa_lod.model import code_lists
from efa_lod.model.context import RDF_TYPE
from efa_lod.model.expansion import of_triples
from efa_lod.model.publication import Publication, read_publication
from efa_lod.model.results import Severity
from efa_lod.model.settings_check import check_catalogue_settings
from efa_lod.rdf.formats import DUMPS, RecordBatch
from efa_lod.rdf.graphs import ontology_triples, triples_of
from efa_lod.rdf.predicate_index import PredicateIndex
from efa_lod.validation.shacl import Shapes
from efa_lod.validation.shacl_engine import shacl_results
from efa_lod.validation.tracing import in_rdf_file
from engines.jena import LIBRARIES, arq

Triples = Sequence[ox.Triple]

BASE = "https://w3id.org/efa-lod/"
DATASET = ox.NamedNode(f"{BASE}dataset")
CSV = ox.NamedNode(f"{BASE}dataset#csv")
PREFIXES = catalogue_context(read_publication()).prefixes


def iri(name: str) -> ox.NamedNode:
    """Return the node that a prefixed name or an IRI means."""
    prefix, _, rest = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + rest if prefix in PREFIXES else name)


def text(value: str, language: str | None = None, datatype: str = "xsd:string") -> ox.Literal:
    """Return a literal."""
    return ox.Literal(value, language=language) if language else ox.Literal(value, datatype=iri(datatype))


def built(name: str, folder: Path) -> Path:
    """Build the variant called *name*."""
    assert build(variant(name), folder).outputs
    return folder


@pytest.fixture(scope="module", params=VARIANTS)
def published(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Return the name of a publisher and the folder that a build has written for it."""
    name = str(request.param)
    return name, built(name, tmp_path_factory.mktemp(name) / "dist")


@pytest.fixture(scope="module")
def listed(dist: Path) -> Triples:
    """Return the catalogue of the packaged publication."""
    return read_catalogue(str(dist / "catalog.ttl"))


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.name)
@pytest.mark.parametrize("profile", ["dcat-ap", "dcat-ap-de", "govdata"])
def test_official_shapes_find_no_violation(
    published: tuple[str, Path], profile: str, syntax: Any, reference: Path
) -> None:
    """DCAT-AP 3.0.1 (base, recommended, ranges, vocabularies), DCAT-AP.de 3.0 and GovData's dashboard have no violation.

    The one warning is that the publisher is not in the EU's table of corporate bodies.
    """
    name, folder = published
    file = str(folder / f"catalog{syntax.suffix}")

    results = check_profile(read_catalogue(file), file, profile, str(reference), variant(name))

    assert [r for r in results if r.severity is Severity.VIOLATION] == []
    assert {r.key.partition(" ")[2] for r in results} <= {"dct:publisher"}


def test_official_shapes_notice_a_missing_statement(listed: Triples, reference: Path) -> None:
    """A check that finds nothing has checked something: without a title or a licence the official shapes object."""
    for name, profile in (("dct:title", "dcat-ap"), ("dct:title", "dcat-ap-de"), ("dct:license", "govdata")):
        less = [t for t in listed if t.predicate != iri(name)]
        results = check_profile(less, "catalog.ttl", profile, str(reference), read_publication())

        assert Severity.VIOLATION in {r.severity for r in results}, profile


def test_every_file_has_all_points(published: tuple[str, Path], reference: Path) -> None:
    """Each distribution has 405 of 405 points of data.europa.eu, and no portal loses anything."""
    name, folder = published
    file = str(folder / "catalog.ttl")

    made = rehearse(file, read_catalogue(file), variant(name), shapes=str(reference))

    assert [405] * len(OFFERS) == [one.total for one in made.scores]
    assert made.passes


@pytest.fixture(scope="session")
def ckan() -> str:
    """Return the interpreter that has ckanext-dcat, or skip: this one, or the one that EFA_LOD_CKAN_PYTHON names."""
    python = os.environ.get("EFA_LOD_CKAN_PYTHON", sys.executable)
    found = subprocess.run([python, "-c", "import ckanext.dcat.processors"], capture_output=True)
    return python if found.returncode == 0 else missing("ckanext-dcat is not installed (the extra portal-test)")


def test_ckan_fills_every_field(published: tuple[str, Path], ckan: str) -> None:
    """ckanext-dcat reads our three files as its harvester does: one package, the same from each, every field filled."""
    name, folder = published
    script = str(Path(__file__).parents[1] / "catalogs" / "read_with_ckan.py")
    portal = next(portal for portal in PORTALS if portal.name == "CKAN")
    absent = {"version_notes"} if name == "town" else set()

    found = [
        subprocess.run(
            [ckan, script, str(folder / f"catalog{syntax.suffix}"), syntax.media_type],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for syntax in SYNTAXES
    ]
    (package,) = json.loads(found[0])
    fields = {**package, **{extra["key"]: extra["value"] for extra in package["extras"]}}

    assert 1 == len(set(found))
    assert {field.name for field in portal.dataset} - absent == {f.name for f in portal.dataset if fields.get(f.name)}
    assert len(OFFERS) == len(package["resources"])
    for resource in package["resources"]:
        assert [] == [field.name for field in portal.resource if not resource.get(field.name)]
    assert set() == set(NOT_FILLED) & {key for resource in package["resources"] for key in resource}


def test_three_files_are_one_graph(published: tuple[str, Path]) -> None:
    """Oxigraph and rdflib read the same graph from Turtle, JSON-LD and RDF/XML, without a blank node."""
    _, folder = published
    files = [str(folder / f"catalog{syntax.suffix}") for syntax in SYNTAXES]
    first, *others = [set(read_catalogue(file)) for file in files]
    graph, *graphs = [rdflib.Graph().parse(file) for file in files]

    assert [first, first] == others
    assert all(isomorphic(graph, other) for other in graphs)
    assert len(first) == len(graph)
    assert not any(isinstance(term, ox.BlankNode) for triple in first for term in triple)


def test_jena_reads_the_same_graph(published: tuple[str, Path], tmp_path: Path) -> None:
    """Jena's riot parses all three to the same graph, the JSON-LD with its reader for version 1.0."""
    command = arq(tmp_path)
    jars = ["commons-cli", "commons-codec", "commons-csv", "commons-lang3", "httpclient", "httpclient-cache"]
    jars += ["httpcore", "jackson-annotations", "jackson-core", "jackson-databind", "jena-rdfconnection", "jena-shacl"]
    jars += ["jena-shex", "jena-tdb", "jsonld-java", "titanium-json-ld"]
    paths = [LIBRARIES / f"{jar}.jar" for jar in jars]
    if not command or not all(path.exists() for path in paths):
        missing("java or Jena is not installed")
    class_path = os.pathsep.join([command[-2], *map(str, paths)])
    _, folder = published
    syntaxes = {"turtle": "TURTLE", "json-ld": "JSONLD10", "rdf-xml": "RDFXML"}

    found = []
    for syntax in SYNTAXES:
        run = [*command[:-2], class_path, "riotcmd.riot", "--output=nt", f"--syntax={syntaxes[syntax.name]}"]
        output = subprocess.run([*run, str(folder / f"catalog{syntax.suffix}")], capture_output=True, text=True)
        assert 0 == output.returncode, output.stderr
        found.append(frozenset(quad.triple for quad in ox.parse(output.stdout, format=ox.RdfFormat.N_TRIPLES)))

    assert {frozenset(read_catalogue(str(folder / "catalog.ttl")))} == set(found)


def test_files_are_as_listed(published: tuple[str, Path]) -> None:
    """Each distribution has the address, size, media type and file type of a file that the build wrote."""
    name, folder = published
    base = variant(name).base_iri
    triples = read_catalogue(str(folder / "catalog.ttl"))

    def one(subject: ox.NamedNode, predicate: str) -> str:
        (value,) = [t.object for t in triples if t.subject == subject and t.predicate == iri(predicate)]
        assert isinstance(value, ox.NamedNode | ox.Literal)
        return value.value

    for offer in OFFERS:
        node = ox.NamedNode(f"{base}dataset#{offer.name}")
        assert f"{base}{offer.path}" == one(node, "dcat:downloadURL") == one(node, "dcat:accessURL")
        assert str((folder / offer.path).stat().st_size) == one(node, "dcat:byteSize")
        assert one(node, "dcat:mediaType").endswith(f"media-types/{offer.format.media_type}")
        assert one(node, "dct:format").endswith(f"file-type/{offer.format.file_type}")
    assert {dump.name for dump in DUMPS} < {offer.name for offer in OFFERS}


def test_unchanged_data_has_an_unchanged_catalogue(dist: Path, tmp_path: Path) -> None:
    """A second build writes the same bytes, whatever the clock says."""
    again = built("sample", tmp_path / "dist")

    for file in ("catalog.ttl", "catalog.jsonld", "catalog.rdf", "void.ttl", ".well-known/void"):
        assert (dist / file).read_bytes() == (again / file).read_bytes()


def test_the_last_change_follows_the_data(publication: Publication, documents: list[Document]) -> None:
    """dct:modified is the latest day of change in the records, the ontology or the settings."""
    settings = with_settings(publication, {"modified": "2020-01-01"})
    day = ox.Triple(DATASET, iri("dct:modified"), text("2031-05-01", datatype="xsd:date"))

    assert "2020-01-01" == contents(settings, documents, []).modified
    assert "2031-05-01" == contents(settings, documents, of_triples([day])).modified
    assert "2026-11-23" == contents(publication, documents, []).modified


def test_catalogue_in_json_ld_needs_no_other_file(dist: Path) -> None:
    """The context stands in catalog.jsonld, and is of JSON-LD 1.0: portals with old software read it."""
    document = json.loads((dist / "catalog.jsonld").read_text())

    assert isinstance(document["@context"], dict)
    assert "@version" not in document["@context"]
    assert not any("@context" in term for term in document["@context"].values() if isinstance(term, dict))


def test_nothing_leads_from_a_dataset_to_the_catalogue(listed: Triples) -> None:
    """What can be reached from the dataset holds neither the catalogue nor another dataset: GovData would delete it."""
    seen: set[object] = set()
    waiting: list[object] = [DATASET]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += [t.object for t in listed if t.subject == node]
    typed = [t.object for t in listed if t.predicate.value == RDF_TYPE and t.subject in seen]

    assert iri("dcat:Catalog") not in typed
    assert 1 == typed.count(iri("dcat:Dataset"))


def test_a_service_is_listed_only_when_it_is_configured(published: tuple[str, Path]) -> None:
    """A dcat:DataService stands in the catalogue of the publisher that names an endpoint, and in no other."""
    name, folder = published
    services = [t for t in read_catalogue(str(folder / "catalog.ttl")) if t.object == iri("dcat:DataService")]

    assert ("endpoint" in VARIANTS[name]) == (len(services) == 1)


def number(node: object) -> int | None:
    """Return the number that *node* is, if it is one."""
    value = node.toPython() if isinstance(node, rdflib.Literal) else None
    return value if isinstance(value, int) else None


def test_void_counts_what_is_there(published: tuple[str, Path]) -> None:
    """Triples, entities, classes, properties and links of void.ttl are those of the graph file, which it names."""
    name, folder = published
    base = variant(name).base_iri
    graph = {quad.triple for quad in ox.parse(path=folder / "efa-lod-graph.ttl", format=ox.RdfFormat.TURTLE)}
    void = rdflib.Graph().parse(folder / "void.ttl")
    dataset = rdflib.URIRef(f"{base}dataset")
    said = {str(p).rpartition("#")[2]: number(o) for p, o in void.predicate_objects(dataset)}
    linkset = rdflib.URIRef(f"{base}void#links-www.wikidata.org-schema.org-sameAs")
    subjects = {t.subject for t in graph}

    assert len(graph) == said["triples"]
    assert sum(isinstance(s, ox.NamedNode) and s.value.startswith(base) for s in subjects) == said["entities"]
    assert len({t.object for t in graph if t.predicate.value == RDF_TYPE}) == said["classes"]
    assert len({t.predicate for t in graph}) == said["properties"]
    assert rdflib.Literal(16) == void.value(linkset, rdflib.VOID.triples)
    assert (folder / "void.ttl").read_bytes() == (folder / ".well-known" / "void").read_bytes()


def test_the_graph_file_describes_itself(dist: Path) -> None:
    """The graph file holds the description of the dataset, without the files: it cannot know its own size."""
    graph = {quad.triple for quad in ox.parse(path=dist / "efa-lod-graph.ttl", format=ox.RdfFormat.TURTLE)}

    assert ox.Triple(DATASET, ox.NamedNode(RDF_TYPE), iri("dcat:Dataset")) in graph
    assert not any(t.predicate == iri("dcat:byteSize") for t in graph)


Check = Callable[[Triples], set[str]]


@pytest.fixture(scope="module")
def broken(publication: Publication) -> Check:
    """Return the function that gives the rules which a catalogue breaks, with the shapes read once."""
    shapes = Shapes(publication, [SHAPES]).graph
    locate = in_rdf_file("catalog.ttl", catalogue_context(publication))
    return lambda triples: {result.rule for result in shacl_results(triples, shapes, locate)}


@pytest.fixture(scope="module")
def full(documents: list[Document]) -> Triples:
    """Return a catalogue with all that can be in one: address, telephone and endpoint included."""
    state, town = VARIANTS["state"], VARIANTS["town"]
    publication = with_settings(read_publication(), {"contact": state["contact"], "endpoint": town["endpoint"]})
    facts = contents(publication, documents, of_triples(ontology_triples(publication)))
    return triples_of(catalogue(publication, facts).statements)


OPTIONAL = {"vcard:hasTelephone", "vcard:hasAddress", "dcat:service", "dcatde:licenseAttributionByText"}
"""Statements that may be missing as a whole."""


def test_removing_any_statement_is_noticed(full: Triples, broken: Check) -> None:
    """Each single statement of the catalogue is required, unless another one with the same property stays."""
    assert set() == broken(full)
    same = Counter((t.subject, t.predicate) for t in full)
    optional = {iri(name) for name in OPTIONAL if name != "dcatde:licenseAttributionByText"}

    unnoticed = [
        str(triple)
        for triple in full
        if not broken([t for t in full if t is not triple])
        and same[triple.subject, triple.predicate] == 1
        and triple.predicate not in optional
    ]

    assert [] == unnoticed


def without(predicate: str, subject: ox.NamedNode = DATASET) -> Callable[[Triples], list[ox.Triple]]:
    """Take the values of *predicate* from *subject*."""
    return lambda triples: [t for t in triples if (t.subject, t.predicate) != (subject, iri(predicate))]


def instead(predicate: str, *values: ox.NamedNode | ox.Literal, subject: ox.NamedNode = DATASET) -> Any:
    """Replace the values of *predicate* by *values*."""
    return lambda triples: [
        *without(predicate, subject)(triples),
        *(ox.Triple(subject, iri(predicate), v) for v in values),
    ]


def also(predicate: str, *values: ox.NamedNode | ox.Literal, subject: ox.NamedNode = DATASET) -> Any:
    """Add *values* for *predicate*."""
    return lambda triples: [*triples, *(ox.Triple(subject, iri(predicate), value) for value in values)]


def second_dataset(*statements: tuple[str, ox.NamedNode | ox.Literal]) -> Any:
    """Add another dataset that says this."""
    node = ox.NamedNode(f"{BASE}other")
    return lambda triples: [
        *triples,
        ox.Triple(node, ox.NamedNode(RDF_TYPE), iri("dcat:Dataset")),
        *(ox.Triple(node, iri(predicate), value) for predicate, value in statements),
    ]


PUBLISHER = ox.NamedNode(f"{BASE}catalog#publisher")
PERIOD = ox.NamedNode(f"{BASE}dataset#period")
LICENCE = ox.NamedNode("http://dcat-ap.de/def/licenses/dl-by-de/2.0")
OTHER = ox.NamedNode("https://example.org/other")
RDF = ox.NamedNode(RDF_TYPE)

# What no official shape notices, and what portals make of it.
DAMAGE: Mapping[str, tuple[str, Any]] = {
    "a date that is none": ("Portal-issued", instead("dct:issued", text("im Herbst"))),
    "changed before it was published": (
        "Portal-issued",
        instead("dct:issued", text("2031-01-01", datatype="xsd:date")),
    ),
    "a change without a day": ("Portal-modified", instead("dct:modified", text("2026-11"))),
    "a period that ends before it starts": (
        "Portal-periodStart",
        instead("dcat:startDate", text("2031-01-01", datatype="xsd:date"), subject=PERIOD),
    ),
    "a shared distribution": ("Portal-dataset", second_dataset(("dcat:distribution", CSV))),
    "a reused identifier": ("Portal-identifierOnce", second_dataset(("dct:identifier", text(DATASET.value)))),
    "a dataset that no catalogue lists": ("Portal-catalog", second_dataset()),
    "a missing attribution": ("Portal-attribution", without("dcatde:licenseAttributionByText", CSV)),
    "two attributions": ("Portal-attributionOnce", also("dcatde:licenseAttributionByText", text("x"), subject=CSV)),
    "a link to another dataset": ("Portal-datasetOnly", also("dct:relation", OTHER)),
    "an access service": ("Portal-distributionOnly", also("dcat:accessService", OTHER, subject=CSV)),
    "two contacts": ("Portal-contactPoint", also("dcat:contactPoint", OTHER)),
    "two publishers": ("Portal-publisher", also("dct:publisher", PUBLISHER, OTHER)),
    "two places": ("Portal-spatial", also("dct:spatial", OTHER)),
    "a state as text": ("Portal-subject", also("dct:subject", text("Bayern"))),
    "version notes in one language": ("Portal-versionNotes", instead("adms:versionNotes", text("Erste.", "de"))),
    "two German titles": ("Portal-title", also("dct:title", text("Noch ein Titel", "de"))),
    "a keyword with a comma": ("Portal-keyword", also("dcat:keyword", text("Kosten, Finanzierung", "de"))),
    "a keyword of one letter": ("Portal-keyword", also("dcat:keyword", text("E", "de"))),
    "a keyword without language": ("Portal-keyword", also("dcat:keyword", text("Kosten"))),
    "a licence from elsewhere": ("Portal-licence", instead("dct:license", OTHER, subject=CSV)),
    "a licence with a label": ("Portal-licenceNoLabel", also("rdfs:label", text("DL-DE-BY"), subject=LICENCE)),
    "a data provider in other spelling": (
        "Portal-contributorID",
        instead("dcatde:contributorID", text("http://dcat-ap.de/def/contributors/govData")),
    ),
    "a download at another address": ("Portal-downloadURL", instead("dcat:downloadURL", OTHER, subject=CSV)),
    "no download": ("Portal-downloadURL", without("dcat:downloadURL", CSV)),
    "a download beside the list of the parts": (
        "Portal-downloadURL",
        instead("dcat:accessURL", ox.NamedNode(f"{BASE}parts.html#csv"), subject=CSV),
    ),
    "two addresses": ("Portal-accessURL", also("dcat:accessURL", OTHER, subject=CSV)),
    "two files at one address": (
        "Portal-accessURLOnce",
        instead("dcat:accessURL", ox.NamedNode(f"{BASE}efa-lod.ttl"), subject=CSV),
    ),
    "an empty file": (
        "Portal-byteSize",
        instead("dcat:byteSize", text("0", datatype="xsd:nonNegativeInteger"), subject=CSV),
    ),
    "a checksum": ("Portal-distributionOnly", also("http://spdx.org/rdf/terms#checksum", OTHER, subject=CSV)),
    "a blank node": ("Portal-id", lambda triples: [*triples, ox.Triple(ox.BlankNode(), RDF, iri("foaf:Agent"))]),
    "a place with two names": (
        "Portal-placeName",
        also(
            "skos:prefLabel",
            text("Germany", "en"),
            subject=ox.NamedNode(code_lists.COUNTRY.concept("DEU")),
        ),
    ),
}


@pytest.mark.parametrize("rule, damage", DAMAGE.values(), ids=DAMAGE)
def test_our_shapes_notice_what_official_ones_miss(
    rule: str, damage: Callable[[Triples], Triples], listed: Triples, broken: Check
) -> None:
    """A catalogue that a portal would cut, merge or refuse breaks the rule that says so."""
    assert rule in broken(damage(listed))


def test_the_pre_filter_clears_no_broken_catalogue(
    publication: Publication, listed: Triples, full: Triples, broken: Check
) -> None:
    """The catalogue is cleared without pySHACL; damaged in any way that breaks a rule, it is not."""
    screen = Shapes(publication, [SHAPES]).prefilter
    assert screen

    def is_cleared(triples: Triples) -> bool:
        return screen.candidates(PredicateIndex(of_triples(triples))) == set()

    assert is_cleared(listed)
    assert is_cleared(full)
    assert [] == [name for name, (_, damage) in DAMAGE.items() if is_cleared(damage(listed))]
    cleared = [one for one in full if is_cleared([triple for triple in full if triple is not one])]
    assert [] == [str(one) for one in cleared if broken([triple for triple in full if triple is not one])]


def test_every_shape_can_be_broken(full: Triples, broken: Check, publication: Publication) -> None:
    """Each shape for the catalogue notices something: the removal of a type or of a property, or one of the damages."""
    shapes = Shapes(publication, [SHAPES]).graph
    named = {str(s).rpartition("#")[2] for s in shapes.subjects(rdflib.RDF.type, None) if "#" in str(s)}
    noticed = {rule for _, damage in DAMAGE.values() for rule in broken(damage(full))}
    for predicate in {t.predicate for t in full} - {RDF}:
        noticed |= broken([t for t in full if t.predicate != predicate])
    for type_ in {t.object for t in full if t.predicate == RDF}:
        noticed |= broken([t for t in full if t.predicate != RDF or t.object != type_])

    assert set() == named - noticed


def test_build_refuses_a_catalogue_that_breaks_a_shape(copy: Path, tmp_path: Path) -> None:
    """A publication whose shapes ask for more than the catalogue says is not written, and the rule is named."""
    shapes = copy / SHAPES
    shapes.write_text(shapes.read_text().replace("sh:minInclusive 1 ;", "sh:minInclusive 2 ;"))

    made = build(read_publication(copy), tmp_path / "dist")

    assert {"Portal-byteSize"} == {result.rule for result in made.results}
    assert [] == made.outputs
    assert not (tmp_path / "dist").exists()


WRONG: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "status": ({"status": "final"}, "status: expected sample or official, found 'final'"),
    "licence": (
        {"licence": "https://creativecommons.org/licenses/by/4.0/"},
        "licence: expected an IRI of the list http://dcat-ap.de/def/licenses (version 20200715), found 'https://creative",
    ),
    "licence that is not open": (
        {"licence": "http://dcat-ap.de/def/licenses/cc-by-nc/4.0"},
        "licence: expected an IRI of the list http://dcat-ap.de/def/licenses (version 20200715)",
    ),
    "contributor": (
        {"contributor": "http://dcat-ap.de/def/contributors/govdata"},
        "found 'http://dcat-ap.de/def/contributors/govdata' – perhaps http://dcat-ap.de/def/contributors/govData",
    ),
    "frequency": (
        {"frequency": "YEARLY"},
        "a code of the list http://publications.europa.eu/resource/authority/frequency",
    ),
    "theme": (
        {"themes": ["GOVE", "OZG"]},
        "themes: expected a code of the list http://publications.europa.eu/resource",
    ),
    "no theme": ({"themes": []}, "themes: expected a code of the list"),
    "level": ({"politicalLevel": "Bund"}, "a code of the list http://dcat-ap.de/def/politicalGeocoding/Level"),
    "publisher type": (
        {"publisher": {"name": "x", "type": "Ministry", "homepage": "https://x.de/", "email": "a@x.de"}},
        "publisher.type: expected a code of the list http://purl.org/adms/publishertype (version 1.0), found 'Ministry'",
    ),
    "publisher without e-mail": (
        {"publisher": {"name": "x", "type": "LocalAuthority", "homepage": "https://x.de/"}},
        "publisher.email: expected an e-mail address, found nothing",
    ),
    "two contacts": ({"contact": [{}, {}]}, "contact.name: expected a text, and one contact only"),
    "telephone": (
        {"contact": {"name": "x", "email": "a@x.de", "url": "https://x.de/", "telephone": "0431 123"}},
        "contact.telephone: expected a number such as +493012345678, found '0431 123'",
    ),
    "attribution": (
        {"attribution": None},
        "attribution: expected the text that users must quote, since http://dcat-ap.de",
    ),
    "date": ({"issued": "23.11.2026"}, "issued: expected a day such as 2026-11-23, found '23.11.2026'"),
    "day that does not exist": ({"issued": "2026-02-30"}, "issued: expected a day such as 2026-11-23"),
    "order of dates": ({"issued": "2027-01-01"}, "modified: expected a day not before issued, 2027-01-01, found"),
    "order of the period": (
        {"temporal": {"start": "2026-01-01", "end": "2025-01-01"}},
        "temporal.end: expected a day not before temporal.start, 2026-01-01, found '2025-01-01'",
    ),
    "keyword": (
        {"keywords": {"de": ["Kosten, Geld"], "en": ["cost"]}},
        "keywords: expected keywords under 'de' and 'en'",
    ),
    "keyword twice": ({"keywords": {"de": ["EfA", "EfA"], "en": ["cost"]}}, "and only once"),
    "language": ({"languages": ["de", "fr"]}, "languages: expected a list of de and en"),
    "place": (
        {"spatial": {"id": "https://www.wikidata.org/wiki/Q183"}},
        "spatial.id: expected a country of http://publications.europa.eu/resource/authority/country or a place of https",
    ),
    "title": ({"title": {"de": "x"}}, "title: expected a text under 'de' and one under 'en'"),
    "sample called official": (
        {"status": "official"},
        "publisher.homepage: expected a value of your own, found 'https://example.org/' – replace the sample",
    ),
}


@pytest.mark.parametrize("changes, message", WRONG.values(), ids=WRONG)
def test_a_setting_that_portals_cannot_use_is_named(
    changes: Mapping[str, Any], message: str, publication: Publication
) -> None:
    """The error is one line with file, line, key, the value and the list that it must come from."""
    with pytest.raises(BadSetting, match=re.escape(message)) as caught:
        check_catalogue_settings(with_settings(publication, changes).settings)

    assert re.match(r"data/publication\.yaml:\d+: ", str(caught.value))
    assert "\n" not in str(caught.value)


def test_build_names_a_wrong_setting(copy: Path, tmp_path: Path, cli: Cli) -> None:
    """A wrong value in publication.yaml stops the build with exit code 2 before anything is written."""
    file = copy / "data" / "publication.yaml"
    file.write_text(file.read_text().replace("frequency: ANNUAL", "frequency: ANNUALLY"))

    found = cli("build", "--publication", copy, "-o", tmp_path / "dist")

    assert 2 == found.exit_code
    assert "frequency: expected a code of the list" in found.stderr
    assert "perhaps ANNUAL" in found.stderr
    assert not (tmp_path / "dist").exists()


def test_a_list_that_has_grown_can_be_followed(publication: Publication) -> None:
    """A data provider that joined the list after this version is admitted by alsoListed, and by nothing else."""
    joined = "http://dcat-ap.de/def/contributors/stadtNeustadt"

    with pytest.raises(BadSetting, match=r"contributor: expected an IRI of the list"):
        check_catalogue_settings(with_settings(publication, {"contributor": joined}).settings)
    check_catalogue_settings(with_settings(publication, {"contributor": joined, "alsoListed": [joined]}).settings)


def our_lists() -> Iterator[tuple[code_lists.CodeList, str]]:
    """Yield our lists, and the file that holds the official one."""
    yield code_lists.FREQUENCY, "eu/frequency.ttl"
    yield code_lists.THEME, "eu/data-theme.ttl"
    yield code_lists.CONTRIBUTOR, "dcat-ap.de/contributors.rdf"
    yield code_lists.LICENCE, "dcat-ap.de/licenses-open.rdf"
    yield code_lists.PUBLISHER_TYPE, "adms/ADMS_SKOS_v1.00.rdf"
    yield code_lists.LICENCE_TYPE, "adms/ADMS_SKOS_v1.00.rdf"
    yield code_lists.POLITICAL_LEVEL, "dcat-ap.de/politicalGeocoding-Level.ttl"


def test_codes_are_in_the_official_lists(reference: Path) -> None:
    """Each code that the settings may have is a concept of the list it is said to be from, with that label if it has one."""
    for code_list, name in our_lists():
        (file,) = reference.rglob(name)
        graph = rdflib.Graph().parse(file)
        for code, labels in code_list.codes.items():
            concept = rdflib.URIRef(code_list.concept(code))
            given = [
                label for label in graph.objects(concept, rdflib.SKOS.prefLabel) if isinstance(label, rdflib.Literal)
            ]
            official = {(label.language, str(label).strip()) for label in given}
            assert official, concept
            if {"de", "en"} <= {language for language, _ in official}:
                assert {*labels.items()} <= official, concept


def test_no_provider_is_missing_from_our_list(reference: Path) -> None:
    """The list of data providers is complete: who is on GovData's list is not refused."""
    (file,) = reference.rglob("contributors.rdf")
    official = set(rdflib.Graph().parse(file).subjects(rdflib.RDF.type, rdflib.SKOS.Concept))

    assert {str(concept) for concept in official} == set(
        map(code_lists.CONTRIBUTOR.concept, code_lists.CONTRIBUTOR.codes)
    )


def test_the_catalogue_alone_can_be_checked(listed: Triples, publication: Publication) -> None:
    """A catalogue that conforms has no result, and one without its title has two, which say where and what."""
    assert [] == check_catalogue(listed, publication)

    results = check_catalogue([t for t in listed if t.predicate != iri("dct:issued")], publication)

    assert {("catalog dct:issued", "Portal-issued"), ("dataset dct:issued", "Portal-issued")} <= {
        (result.key, result.rule) for result in results
    }


def test_the_catalogue_is_written_like_any_dump(publication: Publication, documents: list[Document]) -> None:
    """The catalogue is a batch like the records, so each format of the table can write it."""
    listed = catalogue(publication, contents(publication, documents, of_triples(ontology_triples(publication))))

    assert isinstance(listed, RecordBatch)
    assert all(b"".join(syntax.write([listed], catalogue_context(publication))) for syntax in SYNTAXES)
