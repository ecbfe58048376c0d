"""The command ``query``: parameters, limits, several graphs, an endpoint elsewhere, and formats for people."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from efa_lod.cli.query import QUERY_FORMATS, query
from efa_lod.errors import EfaLodError
from efa_lod.sparql.queries import FORMATS, GRAPH_FORMATS, TEXT_FORMATS, first_rows, term
from support.serving import serving

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }"
STATES = "SELECT ?state { ?s a schema:State ; efa:abbreviation ?state } ORDER BY ?state"


def run(*arguments: object, stdin: str | None = None) -> Result:
    """Return what the command gives in English; an error of ours is its message."""
    return CliRunner().invoke(query, [str(argument) for argument in arguments], input=stdin, env={"LC_ALL": "C"})


def test_the_formats_on_offer_are_those_of_the_tables() -> None:
    """The command names formats without importing them; here they are held against the tables."""
    assert {*TEXT_FORMATS, *FORMATS, *GRAPH_FORMATS} == set(QUERY_FORMATS)


def test_a_query_comes_from_stdin() -> None:
    """A dash reads the query from stdin."""
    assert "yes\n" == run("-", stdin="ASK {}").stdout


TERMS = [
    ("SH", '"SH"'),
    ("01", '"01"'),
    ("1", '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'),
    ("-1.50", '"-1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
    ("true", '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
    ("2026-11-23", '"2026-11-23"^^<http://www.w3.org/2001/XMLSchema#date>'),
    ("<https://example.org/>", "<https://example.org/>"),
    ("x:State", "<https://example.org/x#State>"),
    ("mailto:a@b", '"mailto:a@b"'),
    ('"Kosten"@de', '"Kosten"@de'),
    ('"1"^^x:type', '"1"^^<https://example.org/x#type>'),
    ('"a\\"b"', '"a\\"b"'),
    ("", '""'),
    ('" } DROP ALL', '"\\" } DROP ALL"'),
]


@pytest.mark.parametrize(("written", "expected"), TERMS)
def test_a_parameter_is_read_as_a_term(written: str, expected: str) -> None:
    """IRIs, prefixed names, quoted texts, numbers, truth values and dates are read as such, codes and the rest as texts."""
    assert expected == str(term(written, {"x": "https://example.org/x#"}))


def test_parameters_are_bound() -> None:
    """A parameter restricts the answer to its value, whatever it holds."""
    assert {"SH"} == {
        line.split(",")[0]
        for line in run("--name", "contacts", "--param", "state=SH", "--format", "csv").stdout.split()[1:]
    }
    assert "" == "".join(run(STATES, "--param", 'state=SH" } #', "--format", "csv").stdout.split()[1:])


@pytest.mark.parametrize("format_", ["table", "markdown", "csv", "tsv", "json", "xml"])
def test_cut_rows_are_told(format_: str) -> None:
    """``--limit`` shows so many rows and says on stderr that there are more, and nothing when there are not."""
    cut, whole = run(STATES, "--limit", 3, "--format", format_), run(STATES, "--limit", 16, "--format", format_)

    assert (True, False) == ("BW" in cut.stdout, "BY" in cut.stdout)
    assert "Only the first 3 are shown" in cut.stderr
    assert (True, "") == ("TH" in whole.stdout, whole.stderr)


def test_cut_triples_are_told() -> None:
    """``--limit`` counts triples where the answer is a graph."""
    found = run("CONSTRUCT WHERE { ?s a schema:State }", "--limit", 2, "--format", "n-triples")

    assert (2, True) == (found.stdout.count("\n"), "Only the first 2" in found.stderr)


ROWS = {
    "csv": b'x\r\n"a\r\nb"\r\n"""\r\n"\r\nc\r\n',
    "tsv": b'?x\n"a\\nb"\n"\\""\n"c"\n',
    "xml": b"<sparql><results><result>a</result><result>b</result><result>c</result></results></sparql>",
    "json": b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"value":"},{"}},{},{}]}}',
}


@pytest.mark.parametrize("format_", ROWS)
def test_rows_are_counted_as_the_format_writes_them(format_: str) -> None:
    """Line ends, quotes and braces within values are no ends of rows."""
    assert None is first_rows(ROWS[format_], format_, 3)
    two = first_rows(ROWS[format_], format_, 2)
    assert two is not None
    assert None is first_rows(two, format_, 2)
    assert first_rows(two, format_, 1) is not None


def test_a_query_is_stopped_at_the_time_limit() -> None:
    """``--time-limit`` ends a query that would run for hours, with one line; an answer in time is the same as without."""
    found = run(CROSS, "--time-limit", 0.5)

    assert isinstance(found.exception, EfaLodError)
    assert "query: stopped after 0.5 s, the time limit – there is no answer" == str(found.exception)
    assert run(STATES).stdout == run(STATES, "--time-limit", 20).stdout


def test_several_graphs_are_asked_as_one(dist: Path) -> None:
    """``--graph`` can be given more than once."""
    count = "SELECT (COUNT(DISTINCT ?t) AS ?n) { ?s a ?t FILTER(?t IN (schema:State, owl:Ontology)) }"
    both = run(count, "--graph", dist / "efa-lod.ttl", "--graph", dist / "ontology.ttl", "--format", "csv").stdout

    assert ["n", "2"] == both.split()


def test_an_endpoint_is_asked(dist: Path) -> None:
    """``--endpoint`` gives the same answers as the graph, and its refusals in one line; prefixes are declared for it."""
    with serving("--graph", dist / "efa-lod-graph.ttl", "--workers", 2) as server:
        there = ("--endpoint", f"{server.address}sparql")
        for what in ([STATES], ["ASK {}"], ["CONSTRUCT WHERE { ?s a schema:State }"]):
            assert run(*what).stdout == run(*what, *there).stdout
        refused = run("SELECT", *there).exception

    assert "/sparql: refused with 400 Bad Request: query:1:7: not readable" in str(refused)
    assert "no connection" in str(run("ASK {}", *there).exception)
    assert "expected an address" in str(run("ASK {}", "--endpoint", "file:///etc/passwd").exception)


def test_a_table_fits_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal no line is longer than it is wide, and no word is lost."""
    monkeypatch.setattr("efa_lod.cli.query._width", lambda: 70)
    narrow = run("--name", "rules-for-municipalities").stdout
    monkeypatch.undo()
    wide = run("--name", "rules-for-municipalities").stdout

    assert 70 >= max(map(len, narrow.splitlines()))
    assert max(map(len, wide.splitlines())) > 100
    assert sorted("".join(narrow.split()).replace("─", "")) == sorted("".join(wide.split()).replace("─", ""))


def test_markdown_is_a_table() -> None:
    """Markdown has a heading, a line, and cells whose bars are escaped."""
    assert "| x |\n| --- |\n| a\\|b |\n" == run("SELECT ('a|b' AS ?x) {}", "--format", "markdown").stdout


def test_json_ld_is_one() -> None:
    """A graph can be had as JSON-LD."""
    found = json.loads(run("CONSTRUCT WHERE { <state/sh> a ?t }", "--format", "json-ld").stdout)

    assert ["https://w3id.org/efa-lod/state/sh"] == [node["@id"] for node in found]


WRONG = {
    "param": (["ASK {}", "--param", "state"], "expected name=value"),
    "unbound": ([STATES, "--param", "stat=SH"], "the parameter stat is no variable of the answer"),
    "datatype": ([STATES, "--param", 'state="x"^^y'], "no usable term"),
    "format": (["ASK {}", "--format", "turtle"], "the answer is no graph"),
    "graph-format": (["CONSTRUCT WHERE { ?s ?p ?o }", "--format", "markdown"], "the answer is a graph"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_in_one_line(name: str) -> None:
    """A mistake is told with what was expected."""
    arguments, said = WRONG[name]

    assert said in str(run(*arguments).exception)
