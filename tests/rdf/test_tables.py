"""The tables say all that the records say: read by their metadata, they give the same graph."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import SH, Graph

from efa_lod.build.build import BuildOptions, build
from efa_lod.model.context import Context
from efa_lod.model.publication import Publication
from efa_lod.rdf.formats.tables import DATA_TABLES, TABLES_METADATA
from efa_lod.validation.shacl import RECORD_SHAPES
from support.generator import lines

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
XSD = "http://www.w3.org/2001/XMLSchema#"


def rows(dist: Path, url: str) -> list[dict[str, str]]:
    """Return the lines of a table by the names of its columns."""
    return list(csv.DictReader(io.StringIO((dist / "tables" / url).read_bytes().decode("utf-8"), newline="")))


def triples_of(dist: Path) -> Iterator[ox.Triple]:
    """Yield what the tables in *dist* say, by "Generating RDF from Tabular Data on the Web", 4.4 (minimal mode)."""
    for table in json.loads((dist / TABLES_METADATA).read_text("utf-8"))["tables"]:
        schema = table["tableSchema"]
        columns = [column for column in schema["columns"] if not column.get("suppressOutput")]
        for row in rows(dist, table["url"]):
            subject = ox.NamedNode(schema["aboutUrl"].replace("{+id}", row["id"]))
            for column in columns:
                cell = row[column["name"]]
                for value in (cell.split(column["separator"]) if "separator" in column else [cell]) if cell else []:
                    yield _triple(subject, column, value)


def _triple(subject: ox.NamedNode, column: dict[str, Any], value: str) -> ox.Triple:
    """Return what one value of a cell says; only a column that is the object has its statement the other way round."""
    name, predicate = column["name"], ox.NamedNode(column["propertyUrl"])
    if "valueUrl" in column:
        return ox.Triple(subject, predicate, ox.NamedNode(column["valueUrl"].replace(f"{{+{name}}}", value)))
    if "lang" in column:
        return ox.Triple(subject, predicate, ox.Literal(value, language=column["lang"]))
    datatype = column.get("datatype")
    typed = ox.Literal(value, datatype=ox.NamedNode(XSD + datatype)) if datatype else ox.Literal(value)
    return ox.Triple(subject, predicate, typed)


def graph(path: Path) -> frozenset[ox.Triple]:
    """Return what an RDF file says."""
    return frozenset(quad.triple for quad in ox.parse(path=path))


def test_the_tables_give_the_graph_of_the_other_formats(dist: Path) -> None:
    """No statement is missing in the tables, and none is added."""
    assert graph(dist / "efa-lod.nt") == frozenset(triples_of(dist))


def test_records_of_further_files_are_in_the_tables(publication: Publication, tmp_path: Path) -> None:
    """Tables are written batch by batch, like the dumps, and hold the records of all files."""
    (tmp_path / "more.jsonl").write_bytes(b"".join(lines(30, seed=5)))
    assert build(publication, tmp_path / "dist", BuildOptions([str(tmp_path / "more.jsonl")], site=False)).outputs

    assert graph(tmp_path / "dist/efa-lod.nt") == frozenset(triples_of(tmp_path / "dist"))


def test_foreign_keys_lead_to_lines(dist: Path) -> None:
    """Each reference that the metadata promises leads to one line of the other table."""
    tables = json.loads((dist / TABLES_METADATA).read_text("utf-8"))["tables"]
    checked = 0
    for table in tables:
        assert len({row["id"] for row in rows(dist, table["url"])}) == len(rows(dist, table["url"])), table["url"]
        for key in table["tableSchema"].get("foreignKeys", ()):
            others = {row["id"] for row in rows(dist, key["reference"]["resource"])}
            values = {row[key["columnReference"]] for row in rows(dist, table["url"])} - {""}
            checked += 1
            assert values <= others, (table["url"], key)

    assert checked >= 5


def test_the_counts_are_those_of_the_page(dist: Path) -> None:
    """Tables have as many lines as there are things: 16 states, 64 rows, 21 contacts."""
    counts = {table.name: len(rows(dist, f"{table.name}.csv")) for table in DATA_TABLES}

    assert (16, 16, 64, 21) == tuple(counts[name] for name in ("states", "records", "rows", "contacts"))


def test_tables_come_with_the_table(publication: Publication, tmp_path: Path) -> None:
    """A build without CSV writes no tables."""
    assert build(publication, tmp_path / "dist", BuildOptions(formats=["turtle"], site=False)).outputs

    assert not (tmp_path / "dist/tables").exists()


def test_what_the_shapes_allow_has_a_column(publication: Publication, context: Context) -> None:
    """Each key that a thing may have by its closed shape has a column in its table: no statement of a record is lost."""
    shapes = Graph()
    for name in RECORD_SHAPES:
        shapes.parse(data=publication.read_shapes(name), format="turtle")
    missing = {}
    for shape in shapes.subjects(SH.closed):
        for of_class in shapes.objects(shape, SH.targetClass):
            allowed = {str(one) for head in shapes.objects(shape, SH.ignoredProperties) for one in shapes.items(head)}
            tables = [table for table in DATA_TABLES if str(of_class) in {context.types[name] for name in table.types}]
            has = {context.keys[key].iri for table in tables for key in table.keys} | {RDF_TYPE}
            lacking = (allowed & {key.iri for key in context.keys.values()}) - has
            missing[str(of_class)] = sorted(context.compact(one) for one in lacking)

    assert len(missing) >= len(DATA_TABLES)
    assert {} == {name: keys for name, keys in missing.items() if keys}
