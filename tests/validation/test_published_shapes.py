"""Published shapes judge published data: each file that a build writes conforms to the shapes written for it."""

import json
import os
import subprocess
from functools import cache
from pathlib import Path

import pyshacl
import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SH

from conftest import missing, program
from efa_lod.catalog.profile_check import check_profile
from efa_lod.catalog.profiles import PROFILES
from efa_lod.model.publication import Publication
from efa_lod.rdf.graphs import parsed_triples

ENGINE = Path(__file__).parents[1] / "engines/shacl.mjs"
WHOLE = ("record", "references", "dataset")
SHAPES_OF = {
    **{f"efa-lod{suffix}": WHOLE for suffix in (".ttl", ".nt", ".rdf", ".jsonld")},
    "efa-lod-graph.ttl": WHOLE,
    **{f"catalog{suffix}": ("catalog",) for suffix in (".ttl", ".rdf", ".jsonld")},
}
"""The sets of shapes that a file is published with; documents of single things come with ``record`` alone."""
INFERRED = ("efa-lod.ttl", "efa-lod-graph.ttl", "catalog.ttl")
"""What is judged under RDFS inference too; other syntaxes say the same."""
PARSERS = {".ttl": "turtle", ".nt": "nt", ".rdf": "xml", ".jsonld": "json-ld"}
UNAVOIDABLE = "publisher"
"""A publisher that the EU's table of corporate bodies does not have costs a warning in the official shapes."""

inference = pytest.mark.parametrize("inference", [None, "rdfs"])


@cache
def parsed(path: Path) -> Graph:
    """Return the graph of a published file."""
    return Graph(bind_namespaces="none").parse(path, format=PARSERS[path.suffix])


def shapes(dist: Path, *names: str) -> Graph:
    """Return the published sets of shapes with these names."""
    graph = Graph(bind_namespaces="none")
    for name in names:
        graph += parsed(dist / f"shapes/{name}.ttl")
    return graph


def violations(data: Graph, shapes_graph: Graph, inference: str | None = None) -> list[str]:
    """Return what plain pySHACL objects to in *data*, which it leaves as it is."""
    copy = Graph(bind_namespaces="none") + data
    _, report, _ = pyshacl.validate(copy, shacl_graph=shapes_graph, inference=inference)
    assert isinstance(report, Graph)
    return sorted(
        f"{report.value(result, SH.focusNode)} {report.value(result, SH.sourceShape)}"
        for result in report.objects(None, SH.result)
    )


def documents(dist: Path, suffix: str = ".ttl") -> list[Path]:
    """Return the documents of single things that a build has written."""
    folders = ("marketplace", "organisation", "source", "state")
    return [path for folder in folders for path in sorted((dist / folder).glob(f"*{suffix}"))]


@pytest.mark.parametrize(
    ("name", "inference"), [*((name, None) for name in SHAPES_OF), *((name, "rdfs") for name in INFERRED)]
)
def test_file_conforms_to_its_shapes(name: str, inference: str | None, dist: Path) -> None:
    """A published file conforms to the shapes published for it, with and without RDFS inference, as pySHACL sees it."""
    assert [] == violations(parsed(dist / name), shapes(dist, *SHAPES_OF[name]), inference)


@inference
def test_every_document_conforms_to_the_shapes_of_records(inference: str | None, dist: Path) -> None:
    """The document of each single thing conforms to the shapes of records, though it has nothing that it refers to."""
    chosen = documents(dist)[:: 4 if inference else 1]
    found = {path.stem: violations(parsed(path), shapes(dist, "record"), inference) for path in chosen}

    assert len(found) > 10
    assert {} == {name: results for name, results in found.items() if results}


def test_published_shapes_notice_what_is_missing(dist: Path) -> None:
    """Conforming says something: each set of shapes objects when every statement with some property is gone."""
    for name, set_, property_ in (
        ("efa-lod.ttl", "record", "http://purl.org/dc/terms/issued"),
        ("efa-lod.ttl", "references", "http://www.w3.org/ns/prov#wasDerivedFrom"),
        ("efa-lod.ttl", "dataset", "https://w3id.org/efa-lod/ontology#isoCode"),
        ("catalog.ttl", "catalog", "http://purl.org/dc/terms/license"),
    ):
        less = Graph(bind_namespaces="none") + parsed(dist / name)
        less.remove((None, URIRef(property_), None))
        assert violations(less, shapes(dist, set_)), property_


def test_nothing_in_the_shapes_targets_everything(dist: Path) -> None:
    """No shape picks what has some type: under inference that is everything, literals and all."""
    assert [] == list(parsed(dist / "shapes.ttl").subjects(SH.targetSubjectsOf, RDF.type))


def judged_by_another(jobs: list[tuple[Path, list[Path]]]) -> list[list[str]]:
    """Return what a second SHACL engine, of another language, finds in each file against its files of shapes."""
    modules = os.environ.get("EFA_LOD_SHACL")
    if not modules:
        missing("EFA_LOD_SHACL does not name the folder node_modules with rdf-validate-shacl")
    given = json.dumps([[str(data), [str(file) for file in files]] for data, files in jobs])
    command = [program("node"), str(ENGINE), modules]
    done = subprocess.run(command, input=given, check=True, capture_output=True, text=True, timeout=300)
    return [[str(result) for result in results] for results in json.loads(done.stdout)]


CLOSURE = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
INSERT { ?s ?general ?o } WHERE { ?special rdfs:subPropertyOf+ ?general . ?s ?special ?o } ;
INSERT { ?s a ?general } WHERE { ?special rdfs:subClassOf+ ?general . ?s a ?special }
"""
"""What subproperties and subclasses make of a graph."""


def test_second_engine_agrees(dist: Path, tmp_path: Path) -> None:
    """A second SHACL engine finds published files conforming too: all documents, and what follows from the graph file."""
    graph = Graph(bind_namespaces="none") + parsed(dist / "efa-lod-graph.ttl")
    graph.update(CLOSURE)
    graph.serialize(tmp_path / "closure.nt", format="nt", encoding="utf-8")

    def files(*names: str) -> list[Path]:
        return [dist / f"shapes/{name}.ttl" for name in names]

    jobs = [(dist / name, files(*SHAPES_OF[name])) for name in SHAPES_OF]
    jobs += [(tmp_path / "closure.nt", files(*WHOLE))]
    jobs += [(path, files("record")) for path in [*documents(dist), *documents(dist, ".jsonld")[::5]]]
    found = judged_by_another([*jobs, (dist / "catalog.ttl", files("dataset"))])

    assert 16 == len(found.pop())  # it does not call everything conforming: a catalogue has none of the states
    assert {} == {jobs[i][0].name: results for i, results in enumerate(found) if results}


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_official_shapes_find_nothing_in_published_files(
    profile: str, dist: Path, reference: Path, publication: Publication
) -> None:
    """The portals' own shapes object to nothing in any published file: nothing else is taken for a catalogue entry."""
    files = ["efa-lod.ttl", "efa-lod-graph.ttl", "catalog.ttl", "void.ttl", "ontology.ttl", "cookbook.ttl"]
    found = {}
    for path in [*(dist / name for name in files), *documents(dist)[::8]]:
        triples = parsed_triples(path.read_text("utf-8"), ".ttl", path.name, publication.base_iri)
        results = check_profile(triples, path.name, profile, str(reference), publication)
        found[path.name] = [str(result) for result in results if UNAVOIDABLE not in str(result.key)]

    assert {} == {name: results for name, results in found.items() if results}
