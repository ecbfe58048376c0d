"""The command ``query``: parameters, limits, several graphs, an endpoint elsewhere, and formats for people."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conftest import Cli
from efa_lod.cli.query import QUERY_FORMATS, query_command
from efa_lod.errors import EfaLodError
from efa_lod.model.publication import Publication
from efa_lod.sparql.answers import FORMATS, GRAPH_FORMATS, TEXT_FORMATS, first_rows
from efa_lod.sparql.notes import TermCheck
from efa_lod.sparql.parameters import term
from efa_lod.sparql.queries import asked_store, named_queries
from support.serving import serving

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }"
STATES = "SELECT ?state { ?s a schema:State ; efa:abbreviation ?state } ORDER BY ?state"


def run(*arguments: object, stdin: str | None = None) -> Result:
    """Return what the command gives in English; an error of ours is its message."""
    given, here = [str(argument) for argument in arguments], {"LC_ALL": "C"}
    helps = ["-h", "--help"]  # as in the whole program: a command remembers the names that it was first called with
    return CliRunner().invoke(query_command, given, input=stdin, env=here, help_option_names=helps)


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
    """``--limit`` shows so many rows and says on stderr that there are more, or else how many there are."""
    cut, whole = run(STATES, "--limit", 3, "--format", format_), run(STATES, "--limit", 16, "--format", format_)

    assert (True, False) == ("BW" in cut.stdout, "BY" in cut.stdout)
    assert "Only the first 3 are shown" in cut.stderr
    assert (True, "16 rows.\n") == ("TH" in whole.stdout, whole.stderr)


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


@pytest.mark.parametrize("name", ["rules-for-municipalities", "contacts", "marketplaces-by-state"])
@pytest.mark.parametrize("width", [40, 70, 120])
def test_a_table_fits_the_terminal(name: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal no word and no address is split: lines end between words, or the table turns into blocks."""
    wide = run("--name", name, "--format", "csv").stdout
    monkeypatch.setattr("efa_lod.cli.query._width", lambda: width)
    narrow = run("--name", name).stdout
    words = set(narrow.split())

    addresses = set(re.findall(r"[\w.-]+@[\w.-]+\w", wide))
    assert addresses <= words
    assert all(len(line) <= width or len(line.split()[-1]) + 30 > width for line in narrow.splitlines())


def test_a_table_that_is_too_wide_is_told_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the longest words do not fit side by side, each row is a block of names and values."""
    monkeypatch.setattr("efa_lod.cli.query._width", lambda: 30)
    query = 'SELECT ?who ?mail ?none { VALUES (?who ?mail) { ("A b" "kommunen.und.mehr@land.example") ("C" "x@y.example") } }'

    assert "who   A b\nmail  kommunen.und.mehr@land.example\n\nwho   C\nmail  x@y.example\n" == run(query).stdout


NOTES = {
    "our namespace": ("SELECT ?s { ?s efa:abreviation ?a }", "efa:abreviation: Diesen Begriff gibt es nicht; gemeint ist wohl efa:abbreviation"),
    "schema.org": ("SELECT ?s { ?s schema:emial ?a }", "schema:emial: kommt in diesen Daten nicht vor; gemeint ist wohl schema:email"),
    "DCAT": ("SELECT ?s { ?s a dcat:Datset }", "dcat:Datset: kommt in diesen Daten nicht vor; gemeint ist wohl dcat:Dataset"),
    "whole IRI": ("SELECT ?s { ?s <https://w3id.org/efa-lod/ontology#paidBi> ?a }", "<https://w3id.org/efa-lod/ontology#paidBi>: Diesen Begriff gibt es nicht; gemeint ist wohl <https://w3id.org/efa-lod/ontology#paidBy>"),
    "other scheme": ("PREFIX schema: <http://schema.org/> SELECT ?s { ?s a schema:State }", "http://schema.org/: in diesen Daten heißt das https://schema.org/"),
    "www": ("PREFIX s: <https://www.schema.org/> SELECT ?s { ?s a s:State }", "https://www.schema.org/: in diesen Daten heißt das https://schema.org/"),
    "scheme of DCAT": ("PREFIX dcat: <https://www.w3.org/ns/dcat#> SELECT ?s { ?s a dcat:Dataset }", "https://www.w3.org/ns/dcat#: in diesen Daten heißt das http://www.w3.org/ns/dcat#"),
    "thing": ("SELECT ?p { <state/SH> ?p ?o }", "<state/SH>: Diese Kennung hat nichts in diesen Daten; gemeint ist wohl <state/sh>"),
    "in ASK": ("ASK { ?s efa:paidBi ?a }", "efa:paidBi: Diesen Begriff gibt es nicht; gemeint ist wohl efa:paidBy"),
    "in CONSTRUCT": ("CONSTRUCT WHERE { ?s efa:paidBi ?a }", "efa:paidBi: Diesen Begriff gibt es nicht; gemeint ist wohl efa:paidBy"),
    "in an optional part": ("SELECT ?s { ?s a schema:State OPTIONAL { ?s efa:abreviation ?a } }", "efa:abreviation: Diesen Begriff gibt es nicht; gemeint ist wohl efa:abbreviation"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTES)
@pytest.mark.parametrize("limit", [(), ("--time-limit", 30)], ids=["here", "within a time"])
def test_a_misspelt_term_is_told_with_the_nearest(name: str, limit: tuple[object, ...]) -> None:
    """What nothing in the data has is no mistake to SPARQL, so it is said, and the answer comes all the same."""
    query, note = NOTES[name]
    found = run(query, "--lang", "de", *limit)

    assert (0, True) == (found.exit_code, f"Hinweis: {note}\n" in found.stderr)


FINE = [
    STATES,
    "SELECT ?s { ?s efa:contact/schema:email ?m . FILTER(?m != 'efa:nothing schema:nix') } # efa:no",
    "PREFIX x: <https://example.org/> SELECT ?s { OPTIONAL { ?s x:y ?z } }",
    "SELECT (xsd:integer('1') AS ?n) {}",
    "SELECT ?s { ?s a ?t FILTER(?t IN (schema:State)) }",
]


@pytest.mark.parametrize("query", FINE)
def test_nothing_is_noted_of_what_is_there(query: str) -> None:
    """Terms that the data has, texts, comments and vocabularies of others give no note."""
    assert re.fullmatch(r"[0-9]+ rows?\.\n", run(query).stderr)


def test_no_named_query_has_an_unknown_term(publication: Publication) -> None:
    """The named queries of the package are free of notes."""
    check = TermCheck(publication, asked_store(publication))

    assert {} == {query.name: notes for query in named_queries(publication) if (notes := check.notes(query.text))}


@pytest.mark.parametrize("format_", ["table", "markdown", "csv", "tsv", "json", "xml"])
@pytest.mark.parametrize(("values", "count"), [("", 0), ('"a"', 1), ('"a\\r\\nb" "},{" "</result>" "x\\"y"', 4)])
def test_the_number_of_rows_is_said(format_: str, values: str, count: int) -> None:
    """Whatever the format and the values, stderr says how many rows there are, for none also where to learn why."""
    found = run(f"SELECT ?v {{ VALUES ?v {{ {values} }} }}", "--format", format_)

    more = " --explain says why." if not count else ""
    assert f"{count} row{'s' if count != 1 else ''}.{more}\n" == found.stderr


REASONS = {
    "term": ("SELECT ?s { ?s a schema:State ; efa:abreviation ?a }", ["efa:abreviation: there is no such term; perhaps efa:abbreviation", "no statement fits: ?s efa:abreviation ?a"]),
    "unused": ("SELECT ?s { ?s a schema:State . ?m a efa:Municipality }", ["efa:Municipality: is a term of the vocabulary, but nothing in this data uses it", "no statement fits: ?m rdf:type efa:Municipality"]),
    "value": ('SELECT ?s { ?s efa:abbreviation "XX" }', ['no statement fits: ?s efa:abbreviation "XX"']),
    "join": ("SELECT ?s { ?s a schema:State . ?s schema:email ?m }", ["each line fits by itself, but together nothing fits from here on: ?s schema:email ?m"]),
    "filter": ("SELECT ?a { ?s efa:abbreviation ?a FILTER(?a = 'sh') }", ["the statements fit, so a condition leaves nothing: look at FILTER, HAVING, MINUS and LIMIT"]),
    "parameter": ("SELECT ?a { ?s efa:abbreviation ?a }", ["no statement fits: ?s efa:abbreviation ?a"]),
    "other vocabulary": ("SELECT ?s { ?s dct:titel ?a }", ["dct:titel: does not occur in this data; perhaps dct:title", "no statement fits: ?s dct:titel ?a"]),
}  # fmt: skip


@pytest.mark.parametrize("name", REASONS)
def test_explain_says_why_there_is_no_answer(name: str) -> None:
    """``--explain`` names unknown and unused terms, the pattern that nothing fits, or that a condition is to blame."""
    query, notes = REASONS[name]
    found = run(query, "--explain", *(["--param", "a=XX"] if name == "parameter" else []))

    assert [*(f"Note: {note}" for note in notes), "0 rows."] == found.stderr.splitlines()


def test_an_error_of_a_query_is_told_in_german(cli: Cli) -> None:
    """Broken queries, prefixes, parameters and graphs are told in the chosen language, with a time limit too."""
    wrong = {
        "SELEC": "query:1:1: nicht lesbar als SPARQL ab „SELEC“ – eine Abfrage beginnt mit SELECT",
        "SELECT ?s { ?s ?p ,, }": "query:1:",
        "SELECT ?s { ?s ?p ?o": "query:1:21: nicht lesbar als SPARQL ab dem Ende, wo etwas fehlt",
        "SELECT ?s { ?s a schem:State }": "Abfrage: Das Präfix schem: ist nicht erklärt; gemeint ist wohl schema:",
        "INSERT DATA { <a> <b> <c> }": "Abfrage: INSERT wird abgelehnt: Abfragen lesen nur",
        "ASK { SERVICE <http://x/> {} }": "Abfrage: SERVICE wird abgelehnt",
        "SELECT ?s { ?s ?p 'x }": "query:1:19: nicht lesbar als SPARQL: der Text, der hier beginnt, hört nicht auf",
    }
    for text, message in wrong.items():
        for limit in ([], ["--time-limit", "30"]):
            assert cli("query", text, "--lang", "de", *limit).stderr.startswith(f"efa-lod: {message}"), text
    assert "Es gibt keine benannte Abfrage „contact“; gemeint ist wohl contacts" in cli("query", "--name", "contact", "--lang", "de").stderr  # fmt: skip


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
