"""The programming interface: the data in a line of Python."""

import datetime
import importlib.util
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
import rdflib

import efa_lod
from conftest import missing
from efa_lod import api
from efa_lod.errors import BrokenInput
from efa_lod.sparql import python_values
from engines.pinned import pinned, query_files

TABLES = [name for name in query_files() if pinned(name).format == "csv"]


def test_the_interface_is_there_on_import() -> None:
    """``import efa_lod`` offers graph, query, ask and construct, and loads nothing before they are used."""
    code = (
        "import sys, efa_lod; before = {'pyoxigraph', 'rdflib', 'yaml'} & set(sys.modules)\n"
        "print(before, len(efa_lod.query('SELECT ?s { ?s a schema:State }')), efa_lod.ask('ASK {}'))"
    )

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "set() 16 True" == found.stdout.strip()


def written(value: python_values.CellValue) -> str:
    """Return *value* as CSV has it."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("name", TABLES)
def test_a_named_query_gives_its_pinned_answer(name: str) -> None:
    """Columns and cells of a named query are those that are pinned."""
    found = api.query(name)
    cells = [[written(row[column]) for column in found.columns] for row in found]

    assert pinned(name).answer == [list(found.columns), *cells]


def test_a_truth_value_is_one() -> None:
    """ASK gives True or False."""
    assert api.ask("every-state-reachable") is (pinned("every-state-reachable").answer == "true")


def test_a_graph_is_one_of_rdflib() -> None:
    """CONSTRUCT and the whole data are rdflib graphs with the usual prefixes."""
    made, whole = api.construct("contact-directory"), api.graph()

    assert len(pinned("contact-directory").answer) == len(made)
    assert rdflib.URIRef("https://schema.org/") == dict(whole.namespaces())["schema"]
    assert 16 == len(list(whole.subjects(rdflib.RDF.type, rdflib.URIRef("https://schema.org/State"))))


def test_a_release_can_be_asked_instead(dist: Path) -> None:
    """With files, those are asked, one or several as one."""
    graph = dist / "efa-lod-graph.ttl"
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

    assert len(api.graph(graph)) == api.query(count, files=[graph, dist / "ontology.ttl"])[0]["n"]


PARAMS = [
    ("text", "SH", {"SH"}),
    ("rdflib text", rdflib.Literal("SH"), {"SH"}),
    ("quotes", '" } DROP ALL #', set()),
]


@pytest.mark.parametrize(
    ("name", "value", "expected"), PARAMS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_parameters_are_bound_as_terms(name: str, value: object, expected: set[str]) -> None:
    """A parameter is one value of its variable and never a part of the query."""
    found = api.query("contacts", state=value)

    assert expected == set(found.column("state"))


VALUES = [
    ("'x'", "x"),
    ("'x'@de", "x"),
    ("42", 42),
    ("4.20", Decimal("4.20")),
    ("1e3", 1000.0),
    ("true", True),
    ("'2026-11-23'^^xsd:date", datetime.date(2026, 11, 23)),
    ("'2026-11'^^xsd:gYearMonth", "2026-11"),
    ("'x'^^xsd:integer", "x"),
    ("efa:State", api.IRI("https://w3id.org/efa-lod/ontology#State")),
]


@pytest.mark.parametrize(("written", "expected"), VALUES)
def test_values_are_those_of_python(written: str, expected: object) -> None:
    """A term becomes the value of Python that means the same, and a text where there is none."""
    found = api.query(f"SELECT ({written} AS ?x) {{}}")[0]["x"]

    assert (type(expected), expected) == (type(found), found)


@pytest.mark.parametrize(
    "value", [True, 7, 0.5, Decimal("1.5"), datetime.date(2026, 1, 2), api.IRI("https://example.org/"), "x"]
)
def test_values_go_in_as_they_come_out(value: object) -> None:
    """What is bound as a parameter comes out as the same value."""
    found = api.query("SELECT ?x { VALUES ?y { 1 } OPTIONAL { ?x ?x ?x } }", x=value)[0]["x"]

    assert value == found


def test_a_table_is_a_sequence() -> None:
    """A table has rows by number and slice, and columns by name."""
    found = api.query("contacts")

    assert ("BB", "BB") == (found[0]["state"], found[:1].column("state")[0])
    assert len(found) == len(list(found)) == len(found.column("email"))


def test_a_notebook_shows_a_table() -> None:
    """The view for notebooks escapes what the data holds, and says when it is cut."""
    found = api.Table(("<a>",), tuple({"<a>": f"<b>{i}"} for i in range(61)))._repr_html_()

    assert "<th>&lt;a&gt;</th>" in found
    assert "<b>" not in found
    assert "1 more rows" in found


def test_a_table_becomes_a_data_frame() -> None:
    """With pandas, a table is a DataFrame of the same columns and rows."""
    if not importlib.util.find_spec("pandas"):
        missing("pandas is not installed")
    found = api.query("contacts")
    frame = found.to_pandas()

    assert (list(found.columns), len(found)) == (list(frame.columns), len(frame))


WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "form": (lambda: api.query("ASK {}"), "use efa_lod.ask"),
    "form of ask": (lambda: api.ask("contacts"), "use efa_lod.query"),
    "form of graph": (lambda: api.construct("ASK {}"), "use efa_lod.query"),
    "name": (lambda: api.query("who-payz"), "perhaps who-pays"),
    "parameter": (lambda: api.query("contacts", stat="SH"), "the parameter stat is no variable of the answer"),
    "value": (lambda: api.query("contacts", state=object()), "parameter: expected a text"),
    "file": (lambda: api.graph("nowhere.ttl"), "nowhere.ttl: cannot be read"),
    "service": (lambda: api.query("SELECT * { SERVICE <a:a> {} }"), "SERVICE is refused"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told(name: str) -> None:
    """Errors are BrokenInput with one line that says what to do."""
    act, said = WRONG[name]

    with pytest.raises(BrokenInput, match=said):
        act()


def test_the_interface_is_shown_by_dir() -> None:
    """``dir`` and Tab in a notebook show what the package offers, before anything of it is used."""
    code = "import efa_lod; print(*dir(efa_lod))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert sorted(efa_lod.__all__) == shown


def test_graphs_are_tables_in_a_notebook() -> None:
    """A graph tells its size and types and shows its first statements, with our prefixes, as HTML."""
    made = efa_lod.graph()
    answer = efa_lod.construct("CONSTRUCT WHERE { <https://w3id.org/efa-lod/state/sh> a ?type }")

    shown = vars(made)["_repr_html_"]()
    assert f"<p>{len(made)} statements: " in shown and "16 schema:State" in shown and "more statements" in shown
    assert "<td>schema:State</td>" in vars(answer)["_repr_html_"]()
