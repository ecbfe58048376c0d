"""The endpoint keeps to the SPARQL 1.1 Protocol, by the tests of the W3C suite, and describes itself truly."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest

from support.endpoints import DIRECT, FORM, GRAPHS, limited_endpoint, typed_graphs
from support.serving import Response, Server


@pytest.fixture(scope="module")
def w3c(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server with the graphs that the protocol suite names, each of which says what type it has."""
    with typed_graphs(tmp_path_factory.mktemp("w3c")) as server:
        yield server


@pytest.fixture(scope="module")
def server(dist: Path) -> Iterator[Server]:
    """Give a server over the graph file, with tight limits."""
    with limited_endpoint(dist) as server:
        yield server


BOOLEAN = {"application/sparql-results+json", "application/sparql-results+xml"}
TABULAR = {*BOOLEAN, "text/csv", "text/tab-separated-values"}
RDF = {"text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"}


BOTH_TYPED = f"ASK {{ <{GRAPHS[1]}> a ?type . <{GRAPHS[2]}> a ?type . }}"
BOTH_NAMED = f"GRAPH ?g1 {{ <{GRAPHS[1]}> a ?type }} GRAPH ?g2 {{ <{GRAPHS[2]}> a ?type }}"
DEFAULT_1_2 = urlencode([("default-graph-uri", GRAPHS[1]), ("default-graph-uri", GRAPHS[2])])
NAMED_1_2 = urlencode([("named-graph-uri", GRAPHS[1]), ("named-graph-uri", GRAPHS[2])])
DEFAULT_0 = urlencode({"default-graph-uri": GRAPHS[0]})
EMPTY = quote("ASK {}")

POSITIVE = {
    "query_post_form": ("POST", f"?{DEFAULT_0}", FORM, f"query={EMPTY}", BOOLEAN),
    "query_dataset_default_graphs_get": ("GET", f"?query={quote(BOTH_TYPED)}&{DEFAULT_1_2}", {}, None, BOOLEAN),
    "query_dataset_default_graphs_post": ("POST", f"?{DEFAULT_1_2}", DIRECT, BOTH_TYPED, BOOLEAN),
    "query_dataset_named_graphs_post": ("POST", f"?{NAMED_1_2}", DIRECT, f"ASK {{ {BOTH_NAMED} }}", BOOLEAN),
    "query_dataset_named_graphs_get": (
        "GET",
        f"?query={quote(f'ASK {{ {BOTH_NAMED} }}')}&{NAMED_1_2}",
        {},
        None,
        BOOLEAN,
    ),
    "query_dataset_full": (
        "POST",
        f"?{urlencode({'default-graph-uri': GRAPHS[3]})}&{NAMED_1_2}",
        DIRECT,
        f"ASK {{ <{GRAPHS[3]}> a ?type {BOTH_NAMED} }}",
        BOOLEAN,
    ),
    "query_multiple_dataset": ("POST", f"?{NAMED_1_2}", DIRECT, f"ASK FROM <{GRAPHS[3]}> {{ {BOTH_NAMED} }}", BOOLEAN),
    "query_get": ("GET", f"?query={EMPTY}&{DEFAULT_0}", {}, None, BOOLEAN),
    "query_content_type_select": ("POST", f"?{DEFAULT_0}", DIRECT, "SELECT (1 AS ?value) {}", TABULAR),
    "query_content_type_ask": ("POST", f"?{DEFAULT_0}", DIRECT, "ASK {}", BOOLEAN),
    "query_content_type_describe": ("POST", f"?{DEFAULT_0}", DIRECT, "DESCRIBE <http://example.org/>", RDF),
    "query_content_type_construct": ("POST", f"?{DEFAULT_0}", DIRECT, "CONSTRUCT { <s> <p> 1 } WHERE {}", RDF),
    "query_post_direct": ("POST", f"?{DEFAULT_0}", DIRECT, "ASK {}", BOOLEAN),
}


@pytest.mark.parametrize("name", POSITIVE)
def test_a_protocol_request_is_answered(name: str, w3c: Server) -> None:
    """A request of the W3C suite that must be answered is, as a fitting media type, and a truth value is true."""
    method, search, headers, body, media_types = POSITIVE[name]

    found = w3c.send(method, f"/sparql{search}", headers, None if body is None else body.encode())

    assert 200 == found.status, found.body
    assert found.media_type in media_types
    if media_types is BOOLEAN:
        assert truth(found)


def truth(response: Response) -> bool:
    """Return the truth value in a response."""
    found = ox.parse_query_results(response.body, format=ox.QueryResultsFormat.from_media_type(response.media_type))
    assert isinstance(found, ox.QueryBoolean)
    return bool(found)


NEGATIVE = {
    "bad_query_method": ("PUT", f"?query={EMPTY}", {}, None, 405),
    "bad_multiple_queries": ("GET", f"?query={EMPTY}&query={quote('SELECT * {}')}", {}, None, 400),
    "bad_query_wrong_media_type": ("POST", "", {"Content-Type": "text/plain"}, b"ASK {}", 415),
    "bad_query_missing_form_type": ("POST", "", {}, f"query={EMPTY}".encode(), 415),
    "bad_query_missing_direct_type": ("POST", "", {}, b"ASK {}", 415),
    "bad_query_non_utf8": (
        "POST",
        "",
        {"Content-Type": "application/sparql-query; charset=UTF-16"},
        "ASK {}".encode("utf-16"),
        415,
    ),
    "bad_query_syntax": ("GET", f"?query={quote('ASK {')}", {}, None, 400),
}


@pytest.mark.parametrize("name", NEGATIVE)
def test_a_bad_protocol_request_is_refused(name: str, w3c: Server) -> None:
    """A request of the W3C suite that must be refused is, with one line that says why."""
    method, search, headers, body, status = NEGATIVE[name]

    found = w3c.send(method, f"/sparql{search}", headers, body)

    assert (status, "text/plain", 1) == (found.status, found.media_type, found.body.count(b"\n"))


def test_the_suite_is_complete() -> None:
    """All 20 query tests of the W3C protocol suite are here."""
    assert 20 == len(POSITIVE) + len(NEGATIVE)


SD = "http://www.w3.org/ns/sparql-service-description#"


def described(server: Server, accept: str = "text/turtle") -> ox.Store:
    """Return the service description as a store."""
    found = server.send("GET", "/sparql", {"Accept": accept})
    store = ox.Store()
    store.load(found.body, format=ox.RdfFormat.from_media_type(found.media_type), base_iri=f"{server.address}sparql")
    return store


@pytest.mark.parametrize("accept", sorted(RDF))
def test_the_endpoint_describes_itself_as_rdf(accept: str, w3c: Server) -> None:
    """GET without a query returns RDF in the format that was asked for (returns-rdf)."""
    assert len(described(w3c, accept)) > 0
    assert accept == w3c.send("GET", "/sparql", {"Accept": accept}).media_type


def test_the_description_names_the_endpoint(server: Server) -> None:
    """The description has one service whose endpoint is the address it was fetched from (has-endpoint-triple)."""
    found = described(server).query(f"SELECT ?e {{ ?s a <{SD}Service> ; <{SD}endpoint> ?e }}")
    assert isinstance(found, ox.QuerySolutions)

    assert [f"{server.address}sparql"] == [row["e"].value for row in found]


def test_the_description_keeps_to_its_vocabulary(w3c: Server) -> None:
    """Terms of the vocabulary are used on the classes they are meant for (conforms-to-schema)."""
    ask = f"""ASK {{
        ?s a <{SD}Service> ; <{SD}supportedLanguage> <{SD}SPARQL11Query> ; <{SD}resultFormat> ?f ; <{SD}defaultDataset> ?d .
        ?d a <{SD}Dataset> ; <{SD}defaultGraph> ?g ; <{SD}namedGraph> ?n .
        ?g a <{SD}Graph> . ?n a <{SD}NamedGraph> ; <{SD}name> ?name
        FILTER NOT EXISTS {{ ?any ?p ?v FILTER(STRSTARTS(STR(?p), "{SD}") && ?p NOT IN (<{SD}endpoint>,
            <{SD}supportedLanguage>, <{SD}resultFormat>, <{SD}defaultDataset>, <{SD}defaultGraph>, <{SD}namedGraph>,
            <{SD}name>)) }}
    }}"""

    assert described(w3c).query(ask)


def test_the_figures_of_the_description_are_true(server: Server, dist: Path) -> None:
    """The number of statements is that of the graph that is served, in the description and in VoID."""
    files = json.loads((dist / "build.json").read_text("utf-8"))["files"]
    expected = next(file["triples"] for file in files if file["path"] == "efa-lod-graph.ttl")
    void = server.send("GET", "/.well-known/void", {"Accept": "application/n-triples"}).body.decode()

    found = described(server).query("SELECT ?n { ?g <http://rdfs.org/ns/void#triples> ?n }")
    assert isinstance(found, ox.QuerySolutions)

    assert [str(expected)] == [row["n"].value for row in found]
    assert f'void#triples> "{expected}"' in void


@pytest.mark.parametrize("host", ["a>b", "a b", 'x"y', "user@host", "a/b", ""])
def test_a_forged_host_is_not_repeated(host: str, server: Server) -> None:
    """A Host that is none is left out of the description, which stays readable."""
    found = server.send("GET", "/sparql", {"Host": host, "Accept": "application/n-triples"})

    assert found.status in (200, 400)
    if found.status == 200:
        assert f"<{server.address}sparql#service>".encode() in found.body


def test_the_figures_are_those_of_the_default_graph(w3c: Server) -> None:
    """Where only named graphs are served, the default graph has no statements."""
    found = described(w3c).query("SELECT ?n { ?g <http://rdfs.org/ns/void#triples> ?n }")
    assert isinstance(found, ox.QuerySolutions)

    assert ["0"] == [row["n"].value for row in found]


def test_graphs_that_are_not_served_cannot_be_named(w3c: Server) -> None:
    """A dataset of other graphs than those served is refused, in the address and in the query, with those there are."""
    by_address = w3c.ask("ASK {}", parameters={"default-graph-uri": "file:///etc/passwd"})
    by_query = w3c.ask("ASK FROM <http://127.0.0.1:9/> {}")

    assert (400, 400) == (by_address.status, by_query.status)
    assert GRAPHS[1].encode() in by_address.body
    assert GRAPHS[1].encode() in by_query.body
    assert truth(w3c.ask(f"ASK FROM <{GRAPHS[1]}> {{ ?s a ?type }}"))
