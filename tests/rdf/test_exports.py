"""The dumps: every format holds the same graph, and the same bytes each time."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from efa_lod.model.context import Context
from efa_lod.model.expansion import by_subject, of_triples
from efa_lod.rdf.file_forms import RDF_SUFFIXES
from efa_lod.rdf.formats import COLUMNS, DUMPS, LIST_SEPARATOR, Format, RecordBatch
from efa_lod.rdf.graphs import TYPE_NODE, Triples

RDF_DUMPS = [dump for dump in DUMPS if dump.holds_all]
RDFLIB_NAMES = {"turtle": "turtle", "json-ld": "json-ld", "n-triples": "nt", "rdf-xml": "xml"}


def lines(triples: Triples) -> list[str]:
    """Return *triples* as sorted N-Triples lines, so that a failure shows them."""
    return sorted(str(triple) for triple in triples)


@pytest.mark.parametrize("dump", RDF_DUMPS, ids=lambda dump: dump.name)
def test_a_dump_holds_what_the_records_say(dump: Format, dist: Path, triples: Triples) -> None:
    """Read back by pyoxigraph, a dump gives the triples of the records, no more and no fewer."""
    quads = ox.parse(path=dist / f"efa-lod{dump.suffix}", format=RDF_SUFFIXES[dump.suffix])

    assert lines(triples) == lines([quad.triple for quad in quads])


@pytest.mark.parametrize("dump", RDF_DUMPS, ids=lambda dump: dump.name)
def test_rdflib_reads_the_same_graph(dump: Format, dist: Path) -> None:
    """Read back by rdflib, all dumps are the same graph; without blank nodes that is the same set of triples."""
    first = rdflib.Graph().parse(dist / "efa-lod.nt", format="nt")
    other = rdflib.Graph().parse(dist / f"efa-lod{dump.suffix}", format=RDFLIB_NAMES[dump.name])

    assert set(first) == set(other)


@pytest.mark.parametrize("name", ["efa-lod.nt", "efa-lod-graph.ttl", "ontology.ttl"])
def test_no_blank_nodes_are_published(name: str, dist: Path) -> None:
    """Every node has an IRI."""
    nodes = {t for quad in ox.parse(path=dist / name) for t in (quad.subject, quad.object)}

    assert [] == [node for node in nodes if isinstance(node, ox.BlankNode)]


def test_the_graph_file_holds_records_and_ontology(dist: Path, graph_triples: Triples) -> None:
    """One file, one default graph."""
    quads = list(ox.parse(path=dist / "efa-lod-graph.ttl"))

    assert {ox.DefaultGraph()} == {quad.graph_name for quad in quads}
    assert set(lines(graph_triples)) <= set(lines([quad.triple for quad in quads]))


def test_the_same_bytes_whatever_the_hash_seed(tmp_path: Path, dist: Path) -> None:
    """Two builds in other processes, with other hash seeds, write what this one wrote."""
    for seed in ("1", "2"):
        out = tmp_path / seed
        command = [sys.executable, "-m", "efa_lod", "build", "-o", str(out)]
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True)
        files = sorted(path.relative_to(out) for path in out.rglob("*") if path.is_file())

        assert files == sorted(path.relative_to(dist) for path in dist.rglob("*") if path.is_file())
        assert [] == [file for file in files if (out / file).read_bytes() != (dist / file).read_bytes()]


NASTY = 'quote " back\\slash\nline\r\ttab \x01 \x7f é 😀 <b>&amp; ]]> end'


@pytest.mark.parametrize("dump", [d for d in RDF_DUMPS if d.name != "json-ld"], ids=lambda dump: dump.name)
def test_awkward_terms_survive(dump: Format, context: Context) -> None:
    """Literals with quotes, breaks and symbols, and IRIs that no prefix fits, are read back as they were."""
    text = NASTY if dump.name != "rdf-xml" else NASTY.replace("\x01", "")
    node = ox.NamedNode("https://w3id.org/efa-lod/x:y//z#1.")
    triples = [
        ox.Triple(node, ox.NamedNode("https://schema.org/name"), ox.Literal(text, language="de-x-a")),
        ox.Triple(node, ox.NamedNode("https://schema.org/name"), ox.Literal(text)),
        ox.Triple(node, ox.NamedNode("https://schema.org/url"), ox.NamedNode("https://w3id.org/efa-lod/state/")),
        ox.Triple(node, ox.NamedNode("https://schema.org/url"), ox.NamedNode("https://schema.org/a.b,c")),
        ox.Triple(
            node, ox.NamedNode("http://example.org/p#q"), ox.Literal("1", datatype=ox.NamedNode("http://e.org/ü"))
        ),
    ]
    data = b"".join(dump.write([RecordBatch((), of_triples(by_subject(triples, TYPE_NODE)))], context))

    assert lines(triples) == lines([quad.triple for quad in ox.parse(data, format=RDF_SUFFIXES[dump.suffix])])


def test_batches_join_to_one_file(context: Context, triples: Triples) -> None:
    """A dump made of several batches is the dump made of one, for formats that only join."""
    for dump in (dump for dump in RDF_DUMPS if dump.name != "json-ld"):
        statements = of_triples(triples)
        whole = b"".join(dump.write([RecordBatch((), statements)], context))
        subjects = list(dict.fromkeys(subject for subject, _, _ in statements))
        cut = next(i for i, (subject, _, _) in enumerate(statements) if subject == subjects[40])

        assert whole == b"".join(
            dump.write([RecordBatch((), statements[:cut]), RecordBatch((), statements[cut:])], context)
        )


def table(dist: Path) -> list[dict[str, str]]:
    """Return the lines of the CSV dump."""
    return list(csv.DictReader(io.StringIO((dist / "efa-lod.csv").read_text(encoding="utf-8"), newline="")))


def test_the_table_holds_every_row_of_the_page(dist: Path) -> None:
    """64 rows of the page, each on one line or more, with its status."""
    assert 64 == len({(line["sourceRow"], line["rowStatus"]) for line in table(dist)})


def test_the_table_says_what_the_graph_says(dist: Path, triples: Triples) -> None:
    """After the table's own metadata (CSVW), each cell is a triple, and that triple is in the graph."""
    metadata = json.loads((dist / "efa-lod.csv-metadata.json").read_text(encoding="utf-8"))
    columns = metadata["tableSchema"]["columns"]
    said = set(lines(triples))
    inverse = 0

    for line in table(dist):
        for column in columns:
            cell = line[column["name"]]
            if not cell or column.get("suppressOutput"):
                continue
            for value in cell.split(column["separator"]) if "separator" in column else [cell]:
                subject = ox.NamedNode(line[column["aboutUrl"].removeprefix("{+").removesuffix("}")])
                triple = ox.Triple(subject, ox.NamedNode(column["propertyUrl"]), object_of(column, value))
                assert str(triple) in said
                inverse += 1
    assert [column.name for column in COLUMNS] == [column["name"] for column in columns]
    assert inverse > 500


def object_of(column: dict[str, str], value: str) -> ox.NamedNode | ox.Literal:
    """Return the object that a cell means after its column's description."""
    if "valueUrl" in column:
        return ox.NamedNode(column["valueUrl"].replace(f"{{+{column['name']}}}", value))
    if "lang" in column:
        return ox.Literal(value, language=column["lang"])
    if "datatype" in column:
        return ox.Literal(value, datatype=ox.NamedNode(f"http://www.w3.org/2001/XMLSchema#{column['datatype']}"))
    return ox.Literal(value)


def test_no_value_holds_the_list_separator(dist: Path) -> None:
    """The separator of lists in a cell occurs in no other cell."""
    plain = [c.name for c in COLUMNS if c.language or c.key in ("email", "telephone", "printedAs")]

    assert [] == [line[name] for line in table(dist) for name in plain if LIST_SEPARATOR in line[name]]
