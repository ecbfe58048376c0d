"""Where statements come from, for all records and in RDF 1.2: what a build writes when it is asked to."""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest

from conftest import missing, program
from efa_lod.build.build import BuildOptions, build
from efa_lod.io.reading import Document
from efa_lod.model.context import Context
from efa_lod.model.origins import origins_by_statement
from efa_lod.model.publication import Publication
from efa_lod.model.row_facts import read_facts
from support.generator import lines

BASE = "https://w3id.org/efa-lod/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DERIVED = ox.NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom")
Triples = frozenset[ox.Triple]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, publication: Publication) -> Path:
    """Return a build of the publication with records of a further file, their origins, and RDF 1.2."""
    folder = tmp_path_factory.mktemp("origins")
    (folder / "more.jsonl").write_bytes(b"".join(lines(40, seed=3)))
    options = BuildOptions([str(folder / "more.jsonl")], jobs=2, site=False, origins=True, rdf12=True)
    assert build(publication, folder / "dist", options).outputs
    return folder / "dist"


def read(path: Path) -> Triples:
    """Return what a file says."""
    return frozenset(quad.triple for quad in ox.parse(path=path, base_iri=BASE))


def listed(built: Path, name: str) -> int:
    """Return how many statements the list of files gives for *name*."""
    files = json.loads((built / "build.json").read_text("utf-8"))["files"]
    return next(int(file["triples"]) for file in files if file["path"] == name)


def origins_in(triples: Triples) -> dict[ox.Triple, list[str]]:
    """Return the origins of each statement that RDF 1.2 reifies in *triples*."""
    origin = {(t.subject, t.object) for t in triples if t.predicate == DERIVED}
    found: dict[ox.Triple, list[str]] = {}
    for triple in triples:
        if triple.predicate.value == f"{RDF}reifies":
            assert isinstance(triple.object, ox.Triple)
            found.setdefault(triple.object, []).extend(str(o) for s, o in origin if s == triple.subject)
    return found


def named_in(triples: Triples) -> dict[ox.Triple, list[str]]:
    """Return the origins of each statement that a node of RDF 1.1 names in *triples*."""
    nodes: dict[object, dict[str, object]] = {}
    for subject, predicate, value in triples:
        nodes.setdefault(subject, {})[predicate.value] = value
    parts = [f"{RDF}{name}" for name in ("subject", "predicate", "object")]
    return {
        ox.Triple(*(node[part] for part in parts)): [str(node[DERIVED.value])]  # type: ignore[arg-type]
        for node in nodes.values()
    }


def test_each_statement_of_all_records_has_one_origin(built: Path) -> None:
    """Statements of records that were handed over are named as those of the publication, in each format alike."""
    files = [read(built / f"statements{suffix}") for suffix in (".ttl", ".nt", ".rdf", ".jsonld")]
    named = named_in(files[0])

    assert files[0] == files[1] == files[2] == files[3]
    assert set(read(built / "efa-lod.nt")) == set(named)
    assert {len(files[0])} == {listed(built, f"statements{suffix}") for suffix in (".ttl", ".nt", ".rdf", ".jsonld")}
    assert files[0] <= read(built / "efa-lod-graph.ttl")


def test_the_graph_file_is_counted_with_them(built: Path) -> None:
    """The number of statements of the graph file is the number that stands in it."""
    assert len(read(built / "efa-lod-graph.ttl")) == listed(built, "efa-lod-graph.ttl")


def test_rdf_1_2_says_the_same(built: Path) -> None:
    """In both syntaxes of RDF 1.2 each statement is asserted, and reified with the origin that RDF 1.1 gives it."""
    turtle, plain = read(built / "efa-lod-rdf12.ttl"), read(built / "efa-lod-rdf12.nt")
    reified = origins_in(turtle)

    assert turtle == plain
    assert named_in(read(built / "statements.nt")) == reified
    assert set(reified) <= turtle
    assert {len(turtle)} == {listed(built, f"efa-lod-rdf12{suffix}") for suffix in (".ttl", ".nt")}


def test_a_query_reads_the_annotations(built: Path) -> None:
    """SPARQL 1.2 asks for the origin of a statement in one line."""
    store = ox.Store()
    store.load(path=built / "efa-lod-rdf12.ttl", base_iri=BASE)
    found = store.query(
        "PREFIX schema: <https://schema.org/> PREFIX prov: <http://www.w3.org/ns/prov#>"
        f"SELECT ?origin {{ <{BASE}organisation/itvsh> schema:alternateName ?name {{| prov:wasDerivedFrom ?origin |}} }}"
    )

    assert isinstance(found, ox.QuerySolutions)
    assert [f"{BASE}source/efa-nachnutzung#sh-financing"] == [row["origin"].value for row in found]


@pytest.mark.parametrize(("suffix", "media_type"), [(".ttl", "text/turtle"), (".nt", "application/n-triples")])
def test_other_readers_read_it(
    built: Path, suffix: str, media_type: str, documents: Sequence[Document], context: Context, publication: Publication
) -> None:
    """N3.js and Oxigraph in JavaScript find as many statements, and the same origins."""
    oxigraph = os.environ.get("EFA_LOD_OXIGRAPH_NPM") or missing("EFA_LOD_OXIGRAPH_NPM names no package oxigraph")
    node, comunica = program("node"), Path(program("comunica-sparql-file")).resolve()
    script = Path(__file__).parents[1] / "engines" / "rdf12.cjs"
    file = built / f"efa-lod-rdf12{suffix}"
    command = [node, str(script), str(comunica.parents[3] / "n3"), oxigraph, str(file), media_type]
    told = json.loads(subprocess.run(command, capture_output=True, check=True, text=True, timeout=60).stdout)
    expected = origins_in(read(file))
    own = origins_by_statement(documents, context, read_facts(publication))

    for reader in ("n3", "oxigraph"):
        assert len(read(file)) == told[reader]["count"], reader
        assert len(expected) == len(told[reader]["lines"]), reader
        assert {origin[1:-1] for origin in own.values()} <= {line.split("\t")[3] for line in told[reader]["lines"]}


def test_nothing_more_is_written_without_being_asked(dist: Path) -> None:
    """RDF 1.2 is an option: an ordinary build holds RDF 1.1 alone."""
    assert [] == list(dist.glob("*rdf12*"))
