"""The named queries and their pinned answers, what a query may not do, and the formats of an answer."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from click.testing import Result

from conftest import Cli
from efa_lod.errors import BrokenInput
from efa_lod.model.context import Context
from efa_lod.model.publication import Publication
from efa_lod.rdf.file_forms import RDF_SUFFIXES
from efa_lod.sparql.guard import read_only
from efa_lod.sparql.queries import answer, named_queries, publication_store
from engines.disguises import ALL, DISGUISES, EX, Glue, Host, running_host
from engines.pinned import answer_files, comparable, pinned, query_files

FIELDS = [f"{what}@{language}" for what in ("title", "question", "explanation") for language in ("de", "en")]
PREFIX = re.compile(r"^PREFIX (\S*): <([^>]*)>$", re.MULTILINE)
NOT_NAMES = re.compile(r'"(?:[^"\\\n]|\\.)*"|<[^<>\s]*>|#[^\n]*')
FORMATS = {"csv": "csv", "txt": "csv", "nt": "n-triples"}
"""Which format of efa-lod an answer is asked for in, by how it is pinned."""

each_query = pytest.mark.parametrize("name", query_files())


def test_every_query_has_an_answer() -> None:
    """Queries and pinned answers belong together one by one, and there are at least fifteen."""
    assert list(query_files()) == list(answer_files())
    assert 15 <= len(query_files())


@each_query
def test_a_query_says_what_it_answers(name: str) -> None:
    """A query opens with title, question and explanation in German and English, one line each, and no others."""
    comments = re.findall(r"^# ?(.*)$", query_files()[name].read_text("utf-8"), re.MULTILINE)
    header = dict(comment.split(": ", 1) for comment in comments)

    assert FIELDS == list(header)
    assert [] == [field for field, text in header.items() if text != text.strip() or len(text) < 10]
    assert len(FIELDS) == len(set(header.values()))


@each_query
def test_prefixes_are_in_use_and_in_order(name: str, context: Context) -> None:
    """A query declares the prefixes that it uses and no others, by alphabet, and as the context knows them."""
    text = query_files()[name].read_text("utf-8")
    declared = dict(PREFIX.findall(text))
    used = re.findall(r"(?<![\w.?$-])([A-Za-z][\w-]*):", NOT_NAMES.sub(" ", PREFIX.sub("", text)))

    assert sorted(set(used)) == list(declared)
    assert {prefix: context.prefixes.get(prefix, namespace) for prefix, namespace in declared.items()} == declared


@each_query
def test_a_query_gives_its_pinned_answer(name: str, dist: Path, cli: Cli) -> None:
    """Over the graph file of a build, efa-lod gives the pinned answer, rows in their order."""
    expected = pinned(name)
    found = cli("query", "--name", name, "--graph", dist / "efa-lod-graph.ttl", "--format", FORMATS[expected.format])

    assert expected.answer == comparable(found.stdout_bytes, expected.format)


@each_query
def test_without_a_build_the_answer_is_the_same(
    name: str, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing has been built, the data that comes with efa-lod gives the pinned answer."""
    monkeypatch.chdir(tmp_path)
    expected = pinned(name)
    found = cli("query", "--name", name, "--format", FORMATS[expected.format])

    assert expected.answer == comparable(found.stdout_bytes, expected.format)


@each_query
def test_another_base_iri_keeps_the_answer(
    name: str, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under another base IRI a query finds the same rows, with the other base in the IRIs."""
    monkeypatch.chdir(tmp_path)
    base, other = "https://w3id.org/efa-lod/", "https://example.org/data/"
    expected = answer_files()[name].read_text("utf-8").replace(base, other)
    found = cli("query", "--name", name, "--format", FORMATS[pinned(name).format], "--base-iri", other)

    assert sorted(expected.splitlines()) == sorted(found.stdout.splitlines())


@each_query
def test_no_answer_is_empty(name: str) -> None:
    """A named query finds something: an empty answer would hide a misspelt term."""
    answer_ = pinned(name).answer

    assert len(answer_) > (1 if pinned(name).format == "csv" else 0)


PREFIXES = {"ex": EX, "": EX}


@pytest.fixture
def host() -> Iterator[Host]:
    """Return a running host."""
    with running_host() as host:
        yield host


@pytest.fixture
def store() -> ox.Store:
    """Return a store with one triple that patterns of the tests match."""
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode(f"{EX}a"), ox.NamedNode(f"{EX}p"), ox.NamedNode(EX)))
    return store


def run_to_the_end(run: Callable[[str], Any], query: str) -> None:
    """Run a query and look at every row, so that nothing is left undone; ignore that it may be no query."""
    with suppress(SyntaxError, RuntimeError, OSError, ValueError, BrokenInput):
        found = run(query)
        if not isinstance(found, ox.QueryBoolean):
            list(found)


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_disguised_service_reaches_no_host(disguise: str, host: Host, store: ox.Store) -> None:
    """Whatever stands around the keyword SERVICE, the query is refused and nobody is asked."""
    with pytest.raises(BrokenInput):
        answer(DISGUISES[disguise].replace("HOST", host.url), store, PREFIXES)
    assert [] == host.requests


def test_the_host_would_have_been_asked(host: Host, store: ox.Store) -> None:
    """The engine alone asks the host for most disguises, so the test above shows what efa-lod keeps it from."""
    for query in DISGUISES.values():
        run_to_the_end(partial(store.query, prefixes=PREFIXES), query.replace("HOST", host.url))

    assert len(host.requests) > len(DISGUISES) / 2


def test_no_random_query_reaches_a_host(host: Host, store: ox.Store) -> None:
    """Of thousands of queries glued together at random, none asks the host; the engine alone does so for many."""
    glue = Glue(seed=20261123)
    queries = [glue.query().replace("HOST", host.url) for _ in range(6000)]

    for query in queries:
        run_to_the_end(partial(answer, store=store, prefixes=PREFIXES), query)
    assert [] == host.requests

    for query in queries[:300]:
        run_to_the_end(partial(store.query, prefixes=PREFIXES), query)
    assert len(host.requests) > 50


def test_service_is_refused_by_name(store: ox.Store) -> None:
    """Where the keyword stands in the open, the message names it."""
    for query in (DISGUISES["plain"], DISGUISES["in EXISTS"]):
        with pytest.raises(BrokenInput, match="SERVICE is refused"):
            answer(query, store, PREFIXES)


OTHER_GRAPHS = [
    f"SELECT * FROM <{EX}> WHERE {ALL}",
    f"SELECT * FROM<{EX}>{ALL}",
    f"SELECT * from ex: {ALL}",
    f"SELECT *FROM:g {ALL}",
    f"SELECT * FROM NAMED <{EX}> {{ GRAPH ?g {ALL} }}",
    f"SELECT * FROM NAMED:g {{ GRAPH ?g {ALL} }}",
    f"SELECT ?a # x\nFROM <file:///etc/passwd> {ALL}",
    f"ASK FROM <{EX}> {ALL}",
    f"CONSTRUCT {ALL} FROM <{EX}> WHERE {ALL}",
    f"DESCRIBE <{EX}>FROM <{EX}>",
]


@pytest.mark.parametrize("query", OTHER_GRAPHS)
def test_from_is_refused(query: str, store: ox.Store) -> None:
    """A query cannot name another graph to be loaded; the message says so."""
    with pytest.raises(BrokenInput, match="FROM is refused"):
        answer(query, store, PREFIXES)


UPDATES = [
    f"INSERT DATA {{ <{EX}> <{EX}> <{EX}> }}",
    f"DELETE DATA {{ <{EX}a> <{EX}p> <{EX}> }}",
    f"PREFIX x: <{EX}> DELETE {ALL} WHERE {ALL}",
    f"insert {ALL} where {ALL}",
    "LOAD <file:///etc/passwd>",
    f"LOAD <{EX}> INTO GRAPH <{EX}>",
    "CLEAR DEFAULT",
    f"CREATE GRAPH <{EX}>",
    "DROP ALL",
    f"COPY <{EX}> TO DEFAULT",
    f"MOVE <{EX}> TO DEFAULT",
    f"ADD <{EX}> TO DEFAULT",
    f"SELECT * {ALL} ; DROP ALL",
]


@pytest.mark.parametrize("update", UPDATES)
def test_updates_are_refused(update: str, store: ox.Store) -> None:
    """An update changes nothing, and the message names the word that is refused."""
    before = set(store)
    word = re.search(r"INSERT|DELETE|LOAD|CLEAR|CREATE|DROP|COPY|MOVE|ADD", update, re.IGNORECASE)
    assert word

    with pytest.raises(BrokenInput, match=f"{word[0]} is refused"):
        answer(update, store, PREFIXES)
    assert before == set(store)


ALLOWED = {
    "in a text": 'SELECT * { ?s ?p ?o FILTER(?o != "SERVICE <http://127.0.0.1:9/> {}") }',
    "in a text in single quotes": "SELECT * { ?s ?p ?o FILTER(?o != 'Service FROM <x>') }",
    "in a long text": "SELECT * { ?s ?p ?o FILTER(?o != '''SERVICE ' '' FROM''') }",
    "in a text with a quote": r'SELECT * { ?s ?p ?o FILTER(?o != "\"SERVICE <x> FROM \\") }',
    "in a text with a hash": 'SELECT * { ?s ?p ?o FILTER(?o != "#") # FROM SERVICE\n }',
    "in a comment": "# SERVICE <x>, FROM <y>, \" and '\nSELECT * { ?s ?p ?o } # SERVICE",
    "in an IRI": "SELECT * { ?s ?p ?o FILTER(?o != <http://example.org/SERVICE/FROM#service>) }",
    "in a namespace": "PREFIX s: <http://example.org/service#> SELECT * { ?s ?p ?o OPTIONAL { ?s s:from ?o } }",
    "in variables": "SELECT ?service ?from $SERVICE ?servicesFrom ?my_service { ?s ?p ?o }",
    "in local names": "SELECT * { ?s ?p ?o OPTIONAL { ?s schema:service|efa:servicesContact|efa:from ?x } }",
    "in longer local names": "SELECT * { ?s ?p ?o OPTIONAL { ?s schema:my-service|schema:FROM-SERVICE ?x } }",
    "in blank nodes": "SELECT * { ?s ?p ?o OPTIONAL { _:service ?p _:from } }",
    "updates in texts and names": (
        "# INSERT\nSELECT ?add ?load { ?s ?p ?o FILTER(?o != 'DELETE') OPTIONAL { ?s schema:add|schema:drop ?x } }"
    ),
}


def solutions(query: str, store: ox.Store, prefixes: Mapping[str, str]) -> list[ox.QuerySolution]:
    """Return the rows of the answer to a SELECT."""
    return list(cast("ox.QuerySolutions", answer(query, store, prefixes)))


@pytest.mark.parametrize("place", ALLOWED)
def test_words_are_not_keywords(place: str, store: ox.Store, context: Context) -> None:
    """The words of refused clauses are no clauses in texts, comments, IRIs, variables and local names."""
    read_only(ALLOWED[place], context.prefixes)

    assert 1 == len(solutions(ALLOWED[place], store, context.prefixes))


@pytest.mark.parametrize(
    "word", ["SERVICE", "service", "Serviceportal", "my service", r"SERVICE\\", r"SERVICE\"", "sſ"]
)
def test_texts_and_iris_mean_what_they_say(word: str, store: ox.Store) -> None:
    """A text or an IRI with the word SERVICE reaches the engine as it was written."""
    text = f'SELECT ?x {{ BIND("{word}" AS ?x) }}'
    expected = word.replace("\\\\", "\\").replace('\\"', '"')
    iri = f"http://example.org/{re.sub(r'[^A-Za-z]', '', word)}#service"

    assert [ox.Literal(expected)] == [solution["x"] for solution in solutions(text, store, {})]
    assert [ox.NamedNode(iri)] == [s["x"] for s in solutions(f"SELECT ?x {{ BIND(<{iri}> AS ?x) }}", store, {})]


def test_a_query_cut_off_anywhere_is_refused_in_one_line(store: ox.Store) -> None:
    """A query that ends too early gives a message with its place, wherever it ends."""
    whole = query_files()["who-pays"].read_text("utf-8")
    start = whole.index("SELECT")

    for end in range(start, whole.rindex("}")):
        with pytest.raises(BrokenInput, match=r"^query:\d+:\d+: [^\n]{10,160}$"):
            answer(whole[:end], store, {})


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "\n",
        "{",
        "SELECT",
        "SELECT * {\n",
        "SELECT * {\r\n\r\n",
        "ASK {\x0b\u2028",
        "ASK { ?s nope:x ?o }",
        "SELECT ?\ud7ff \U0001f600",
    ],
)
def test_what_is_no_query_is_refused_in_one_line(query: str, store: ox.Store) -> None:
    """Text that is no query gives one line, and no traceback."""
    with pytest.raises(BrokenInput, match=r"^query[^\n]{10,200}$"):
        answer(query, store, {})


TURTLE = """@prefix ex: <http://example.org/> .
ex:a ex:name "Müller, \\"x\\"\\n2"@de ; ex:size 1 ; ex:knows ex:b .
ex:b ex:name "B" .
"""
SELECT = "SELECT ?thing ?name ?size { ?thing ex:name ?name OPTIONAL { ?thing ex:size ?size } } ORDER BY ?thing"
CONSTRUCT = "CONSTRUCT { ?a ex:knownBy ?b } { ?b ex:knows ?a }"


def with_prefix(query: str) -> str:
    """Return a query that knows the prefix ex."""
    return f"PREFIX ex: <http://example.org/> {query}"


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    """Return a small Turtle file."""
    file = tmp_path / "graph.ttl"
    file.write_text(TURTLE, encoding="utf-8")
    return file


@pytest.fixture
def query(cli: Cli, graph: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return a function that asks the small graph, in a folder where nothing has been built."""
    monkeypatch.chdir(tmp_path)
    return lambda text, *arguments, **more: cli("query", with_prefix(text), "--graph", graph, *arguments, **more)


def one_line(result: Result) -> str:
    """Return the one line on stderr with which a command has ended that could not run."""
    assert (2, "", 1) == (result.exit_code, result.stdout, result.stderr.count("\n")), result.output
    return result.stderr


def test_a_table_is_for_the_eye(query: Callable[..., Result]) -> None:
    """A table has its names on top, short IRIs, one line a row and nothing where a value is missing."""
    assert [
        "thing                 name           size",
        "────────────────────  ─────────────  ────",
        'http://example.org/a  Müller, "x" 2  1',
        "http://example.org/b  B",
    ] == query(SELECT).stdout.splitlines()


def test_select_as_csv(query: Callable[..., Result]) -> None:
    """CSV is that of SPARQL 1.1: names first, plain values, lines that end in CR LF."""
    data = query(SELECT, "--format", "csv").stdout_bytes

    assert b"thing,name,size\r\n" == data[:17]
    assert [
        ["thing", "name", "size"],
        [f"{EX}a", 'Müller, "x"\n2', "1"],
        [f"{EX}b", "B", ""],
    ] == list(csv.reader(io.StringIO(data.decode(), newline="")))


def test_select_as_tsv(query: Callable[..., Result]) -> None:
    """TSV is that of SPARQL 1.1: names with a question mark, terms as Turtle writes them."""
    assert [
        "?thing\t?name\t?size",
        '<http://example.org/a>\t"Müller, \\"x\\"\\n2"@de\t1',
        '<http://example.org/b>\t"B"\t',
    ] == query(SELECT, "--format", "tsv").stdout.splitlines()


def test_select_as_json(query: Callable[..., Result]) -> None:
    """JSON is that of SPARQL 1.1, with languages and datatypes."""
    found = json.loads(query(SELECT, "--format", "json").stdout)

    assert ["thing", "name", "size"] == found["head"]["vars"]
    assert {"type": "literal", "value": 'Müller, "x"\n2', "xml:lang": "de"} == found["results"]["bindings"][0]["name"]
    assert {"thing", "name"} == set(found["results"]["bindings"][1])


def test_select_as_xml(query: Callable[..., Result]) -> None:
    """XML is that of SPARQL 1.1."""
    root = ElementTree.fromstring(query(SELECT, "--format", "xml").stdout)
    space = {"s": "http://www.w3.org/2005/sparql-results#"}

    assert ["thing", "name", "size"] == [v.get("name") for v in root.findall("s:head/s:variable", space)]
    assert [f"{EX}a", f"{EX}b"] == [u.text for u in root.findall("s:results/s:result/s:binding/s:uri", space)]


@pytest.mark.parametrize(
    ("format_", "expected"),
    [
        ("table", "yes\n"),
        ("csv", "true\n"),
        ("tsv", "true\n"),
        ("json", '{"head":{},"boolean":true}\n'),
        ("xml", None),
    ],
)
def test_ask(format_: str, expected: str | None, query: Callable[..., Result]) -> None:
    """A truth value is yes or no in a table, and true or false elsewhere; CSV and TSV, which have none, say the word."""
    found = query("ASK { ?s ex:name ?o }", "--format", format_)

    assert 0 == found.exit_code
    if expected is None:
        assert "true" == ElementTree.fromstring(found.stdout)[-1].text
    else:
        assert expected == found.stdout


@pytest.mark.parametrize("text", [CONSTRUCT, "DESCRIBE ex:b", "CONSTRUCT { ?s ex:p ?o } { ?s ex:nothing ?o }"])
@pytest.mark.parametrize(
    ("format_", "syntax"),
    [
        ("table", ox.RdfFormat.TURTLE),
        ("turtle", ox.RdfFormat.TURTLE),
        ("n-triples", ox.RdfFormat.N_TRIPLES),
        ("rdf-xml", ox.RdfFormat.RDF_XML),
    ],
)
def test_graphs(text: str, format_: str, syntax: ox.RdfFormat, query: Callable[..., Result], graph: Path) -> None:
    """What CONSTRUCT and DESCRIBE find is the same graph in each format, also when it is empty."""
    store = ox.Store()
    store.load(path=graph)
    found_there: Any = store.query(with_prefix(text))
    found = query(text, "--format", format_)

    assert 0 == found.exit_code
    assert sorted(map(str, found_there)) == sorted(str(q.triple) for q in ox.parse(found.stdout_bytes, format=syntax))


@pytest.mark.parametrize("format_", ["csv", "tsv", "json", "xml"])
@pytest.mark.parametrize("text", [CONSTRUCT, "DESCRIBE ex:b"])
def test_a_graph_is_no_table(text: str, format_: str, query: Callable[..., Result]) -> None:
    """A graph asked for as a table is refused in one line that names the formats of graphs."""
    assert "turtle, n-triples, rdf-xml" in one_line(query(text, "--format", format_))


@pytest.mark.parametrize("format_", ["turtle", "n-triples", "rdf-xml"])
@pytest.mark.parametrize("text", [SELECT, "ASK {}"])
def test_a_table_is_no_graph(text: str, format_: str, query: Callable[..., Result]) -> None:
    """A table asked for as a graph is refused in one line that names the formats of tables."""
    assert "csv, tsv, json, xml" in one_line(query(text, "--format", format_))


def test_an_unknown_format_is_refused(query: Callable[..., Result]) -> None:
    """A format that there is not is a wrong option."""
    found = query(SELECT, "--format", "yaml")

    assert 2 == found.exit_code
    assert "'yaml' is not one of 'table', 'markdown', 'csv'" in found.stderr


COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.mark.parametrize("suffix", RDF_SUFFIXES)
def test_a_graph_file_may_have_any_rdf_syntax(suffix: str, cli: Cli, tmp_path: Path) -> None:
    """The suffix of a file says its syntax; the graphs in a file with several count as one."""
    syntax = RDF_SUFFIXES[suffix]
    graph = ox.NamedNode(EX) if syntax.supports_datasets else ox.DefaultGraph()
    quads = [ox.Quad(q.subject, q.predicate, q.object, graph) for q in ox.parse(TURTLE, format=ox.RdfFormat.TURTLE)]
    file = tmp_path / f"graph{suffix}"
    ox.serialize(quads if syntax.supports_datasets else [quad.triple for quad in quads], file, format=syntax)

    assert "n\n─\n4\n" == cli("query", COUNT, "--graph", file).stdout


BROKEN = {
    ".ttl": b"<a> <b>",
    ".nt": b"<http://example.org/a> <b> .",
    ".rdf": b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description>",
    ".xml": b"<html><p></html>",
    ".jsonld": b'{"@id": ',
    ".n3": b"@prefix",
    ".nq": b"_:a",
    ".trig": b"<g> { <a> <b> <c> ",
}


@pytest.mark.parametrize("suffix", RDF_SUFFIXES)
@pytest.mark.parametrize("data", [None, b"\xff\xfe\x00", b"\x00\x01\x02"], ids=["syntax", "encoding", "binary"])
def test_a_broken_graph_file_is_told_in_one_line(suffix: str, data: bytes | None, cli: Cli, tmp_path: Path) -> None:
    """A file that does not hold what its suffix says is named in one line."""
    file = tmp_path / f"graph{suffix}"
    file.write_bytes(BROKEN[suffix] if data is None else data)

    assert f"efa-lod: {file}" in one_line(cli("query", COUNT, "--graph", file))


def test_a_missing_graph_file_is_told_in_one_line(cli: Cli, tmp_path: Path) -> None:
    """A file that there is not, a folder and a file of unknown kind are each named in one line."""
    (tmp_path / "folder.ttl").mkdir()
    (tmp_path / "graph.txt").write_text(TURTLE, encoding="utf-8")

    assert "missing.ttl: cannot be read: No such file" in one_line(
        cli("query", COUNT, "--graph", tmp_path / "missing.ttl")
    )
    assert "folder.ttl: cannot be read: " in one_line(cli("query", COUNT, "--graph", tmp_path / "folder.ttl"))
    assert "graph.txt: expected an RDF file" in one_line(cli("query", COUNT, "--graph", tmp_path / "graph.txt"))


def test_a_graph_file_reaches_no_host(host: Host, cli: Cli, tmp_path: Path) -> None:
    """A JSON-LD file that names a context elsewhere, or imports one, is refused; nothing is fetched."""
    for context in (f'"{host.url}context.jsonld"', f'{{"@import": "{host.url}c.jsonld"}}'):
        file = tmp_path / "graph.jsonld"
        file.write_text(f'{{"@context": {context}, "@id": "{EX}", "name": "x"}}', encoding="utf-8")
        one_line(cli("query", COUNT, "--graph", file))
    xml = f'<!DOCTYPE r [<!ENTITY e SYSTEM "{host.url}e">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="{EX}"><rdf:value>&e;</rdf:value></rdf:Description></rdf:RDF>'
    (tmp_path / "graph.rdf").write_text(xml, encoding="utf-8")
    one_line(cli("query", COUNT, "--graph", tmp_path / "graph.rdf"))

    assert [] == host.requests


def test_the_built_graph_is_asked_first(cli: Cli, dist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --graph, the graph file in dist/ is asked where there is one, else what comes with efa-lod."""
    monkeypatch.chdir(tmp_path)
    packaged = cli("query", COUNT, "--format", "csv").stdout
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "efa-lod-graph.ttl").write_text(TURTLE, encoding="utf-8")

    assert int(packaged.split()[1]) > 2000
    assert "n\r\n4\r\n" == cli("query", COUNT, "--format", "csv").stdout_bytes.decode()


def test_a_query_from_a_file_or_standard_input(cli: Cli, graph: Path, tmp_path: Path) -> None:
    """The text of a query is an argument, a file, or standard input under the name -."""
    file = tmp_path / "query.rq"
    file.write_text(COUNT, encoding="utf-8")
    expected = cli("query", COUNT, "--graph", graph).stdout

    assert "n\n─\n4\n" == expected
    assert expected == cli("query", "--file", file, "--graph", graph).stdout
    assert expected == cli("query", "--file", "-", "--graph", graph, stdin=COUNT).stdout


def test_an_unreadable_query_is_told_in_one_line(cli: Cli, graph: Path, tmp_path: Path) -> None:
    """A query file that there is not or that is no text is named in one line."""
    file = tmp_path / "latin.rq"
    file.write_bytes("ASK { ?s ?p 'ü' }".encode("latin-1"))

    assert "missing.rq: cannot be read: No such file" in one_line(cli("query", "--file", tmp_path / "missing.rq"))
    assert "latin.rq: cannot be read: not UTF-8" in one_line(cli("query", "--file", file, "--graph", graph))
    assert "cannot be read: not UTF-8" in one_line(cli("query", "--file", "-", "--graph", graph, stdin=b"\xff"))
    assert "cannot be read: " in one_line(cli("query", "--file", tmp_path, "--graph", graph))


def test_an_unknown_name_suggests_the_nearest(cli: Cli) -> None:
    """A misspelt name of a query is answered with the name that is probably meant."""
    assert "perhaps who-pays" in one_line(cli("query", "--name", "who-pay"))
    assert "see --list" in one_line(cli("query", "--name", "xyzzy"))


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_list_tells_what_queries_answer(language: str, cli: Cli, publication: Publication) -> None:
    """--list gives each name, and under it the question in the language of the user."""
    lines = cli("query", "--list", "--lang", language).stdout.splitlines()

    assert list(query_files()) == lines[::2]
    assert [f"    {query.says('question', language)}" for query in named_queries(publication)] == lines[1::2]


@pytest.mark.parametrize("name", ["who-pays"])
def test_a_named_query_can_be_shown(name: str, cli: Cli) -> None:
    """--show prints the text of a query, to start from."""
    assert query_files()[name].read_text("utf-8") == cli("query", "--name", name, "--show").stdout


@pytest.mark.parametrize("arguments", [(), ("ASK {}", "--name", "who-pays"), ("--name", "who-pays", "--file", "-")])
def test_one_query_at_a_time(arguments: tuple[str, ...], cli: Cli) -> None:
    """No query, or more than one, is a wrong use of the command."""
    found = cli("query", *arguments)

    assert (2, "") == (found.exit_code, found.stdout)
    assert "Give one query" in found.stderr


def test_without_a_built_graph_the_same_is_asked(publication: Publication, context: Context, dist: Path) -> None:
    """The graph made from the records in memory is the graph file, triple by triple."""
    built = {str(quad.triple) for quad in ox.parse(path=dist / "efa-lod-graph.ttl")}

    assert built == {str(quad.triple) for quad in publication_store(publication, context)}
