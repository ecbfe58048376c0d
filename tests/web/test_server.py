"""The endpoint over real HTTP: the SPARQL 1.1 protocol, content negotiation, limits, and a clean end.

The protocol cases are written from the descriptions of the W3C test suite for the SPARQL 1.1 Protocol (query part) and
for service descriptions; the graphs that they name hold what they ask for.
"""

import concurrent.futures
import csv
import gzip
import io
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pyoxigraph as ox
import pytest

from support.machine import slowness
from support.patience import PATIENCE_S, awaited
from support.serving import COMMAND, Response, Server, is_running, serving

DATA = "http://kasei.us/2009/09/sparql/data/"
GRAPHS = [f"{DATA}data{number}.rdf" for number in range(4)]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}
BOOLEAN = {"application/sparql-results+json", "application/sparql-results+xml"}
TABULAR = {*BOOLEAN, "text/csv", "text/tab-separated-values"}
RDF = {"text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"}
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }"


@pytest.fixture(scope="module")
def w3c(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server with the graphs that the protocol suite names, each of which says what type it has."""
    folder = tmp_path_factory.mktemp("w3c")
    named = []
    for number, graph in enumerate(GRAPHS):
        file = folder / f"data{number}.nt"
        file.write_text(
            f"<{graph}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://xmlns.com/foaf/0.1/Document> .\n"
        )
        named += ["--named", f"{graph}={file}"]
    with serving(*named, "--workers", 2) as server:
        yield server


@pytest.fixture(scope="module")
def server(dist: Path) -> Iterator[Server]:
    """Give a server over the graph file, with tight limits."""
    with serving(
        "--graph",
        dist / "efa-lod-graph.ttl",
        "--no-site",
        "--time-limit",
        2,
        "--memory-limit",
        256,
        "--row-limit",
        3000,
        "--size-limit",
        1,
    ) as server:
        yield server


# --- the W3C tests for queries --------------------------------------------------------------------------------------

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


# --- the W3C tests for service descriptions -------------------------------------------------------------------------

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


# --- content negotiation --------------------------------------------------------------------------------------------

SELECT, CONSTRUCT = "SELECT ?s { ?s a schema:State } LIMIT 1", "CONSTRUCT WHERE { ?s a schema:State } LIMIT 1"
ACCEPT = [
    (SELECT, "*/*", "application/sparql-results+json"),
    (SELECT, "", "application/sparql-results+json"),
    (SELECT, "text/*", "text/csv"),
    (SELECT, "text/csv;q=0.4, application/sparql-results+xml;q=0.8", "application/sparql-results+xml"),
    (SELECT, "text/turtle, text/csv;q=0.1", "text/csv"),
    (SELECT, "application/json", "application/sparql-results+json"),
    (SELECT, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/sparql-results+xml"),
    (SELECT, "*/*;q=0.5, application/sparql-results+json;q=0", "application/sparql-results+xml"),
    ("ASK {}", "TEXT/TAB-SEPARATED-VALUES", "text/tab-separated-values"),
    (CONSTRUCT, "*/*", "text/turtle"),
    (CONSTRUCT, "application/*;q=0.9, text/turtle;q=0.1", "application/n-triples"),
    (CONSTRUCT, "application/ld+json", "application/ld+json"),
    (CONSTRUCT, "application/rdf+xml, text/csv", "application/rdf+xml"),
]


@pytest.mark.parametrize(("query", "accept", "expected"), ACCEPT)
def test_the_best_format_is_sent(query: str, accept: str, expected: str, server: Server) -> None:
    """The media type is the one the client likes best among those that fit the answer (RFC 9110, section 12.5.1)."""
    found = server.ask(query, accept)

    assert (200, expected) == (found.status, found.media_type)
    assert "Accept" in found.headers["vary"]


@pytest.mark.parametrize(
    ("query", "accept"), [(SELECT, "image/png"), (SELECT, "text/turtle"), (CONSTRUCT, "text/csv"), (SELECT, "*/*;q=0")]
)
def test_no_other_format_is_sent_than_one_accepted(query: str, accept: str, server: Server) -> None:
    """Where no format fits, the answer is 406 with those that would."""
    found = server.ask(query, accept)

    assert 406 == found.status
    assert b"formats that can be sent: " in found.body


def test_an_address_can_name_the_format(server: Server) -> None:
    """``format`` in an address goes before Accept, so that a link can be a download; an unknown one is refused."""
    assert "text/csv" == server.ask(SELECT, "text/html", parameters={"format": "csv"}).media_type
    assert 400 == server.ask(SELECT, parameters={"format": "xlsx"}).status
    assert 406 == server.ask(SELECT, parameters={"format": "turtle"}).status


def test_answers_are_compressed_for_those_who_can_read_it(server: Server) -> None:
    """Compression is used for who accepts it and for nobody else, and holds the same answer."""
    path = f"/sparql?{urlencode({'query': 'SELECT ?s { ?s ?p ?o } LIMIT 900'})}"
    plain = server.send("GET", path, {"Accept-Encoding": "gzip;q=0"})
    packed = server.send("GET", path, {"Accept-Encoding": "br, gzip"})

    assert "content-encoding" not in plain.headers
    assert "gzip" == packed.headers["content-encoding"]
    assert plain.body == gzip.decompress(packed.body)
    assert len(packed.body) < len(plain.body)


# --- HTTP -----------------------------------------------------------------------------------------------------------


def test_a_body_that_does_not_come_is_not_waited_for(server: Server) -> None:
    """A client that announces more than it sends is told after ten seconds, and others are answered meanwhile."""
    host, port = urlsplit(server.address).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as slow:
        slow.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 9\r\n\r\nASK"
        )
        assert 200 == server.ask("ASK {}").status
        assert slow.recv(100).startswith(b"HTTP/1.1 408 ")


def test_a_known_answer_is_not_sent_again(server: Server) -> None:
    """The ETag of an answer brings 304 and no body; that of another query or format does not."""
    path = f"/sparql?{urlencode({'query': SELECT})}"
    mark = server.send("GET", path).headers["etag"]

    known = server.send("GET", path, {"If-None-Match": f'"x", {mark}'})

    assert (304, b"", mark) == (known.status, known.body, known.headers["etag"])
    assert 200 == server.send("GET", path, {"If-None-Match": mark, "Accept": "text/csv"}).status
    assert 200 == server.send("GET", f"{path}0", {"If-None-Match": mark}).status


@pytest.mark.parametrize(
    "query", ["SELECT (NOW() AS ?n) {}", "SELECT (rand() AS ?n) {}", "SELECT (STRUUID() AS ?n) {}"]
)
def test_an_answer_that_changes_by_itself_is_not_kept(query: str, server: Server) -> None:
    """A query for time or chance has no ETag and is answered anew."""
    found = [server.ask(query) for _ in range(2)]

    assert ["no-store"] * 2 == [one.headers["cache-control"] for one in found]
    assert found[0].body != found[1].body
    assert "etag" not in found[0].headers


def test_head_tells_what_get_would_send(server: Server) -> None:
    """HEAD has the status and headers of GET and no body."""
    path = f"/sparql?{urlencode({'query': SELECT})}"
    get, head = server.send("GET", path), server.send("HEAD", path)

    assert b"" == head.body
    assert {**get.headers, "date": ""} == {**head.headers, "date": ""}


def test_pages_of_other_sites_may_ask(server: Server) -> None:
    """A preflight and an answer allow every origin, since everything here is public and nothing can be changed."""
    preflight = server.send(
        "OPTIONS", "/sparql", {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    )

    assert 204 == preflight.status
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert (
        "*"
        == preflight.headers["access-control-allow-origin"]
        == server.ask("ASK {}").headers["access-control-allow-origin"]
    )


REFUSED = {
    "update": ("POST", "/sparql", FORM, b"update=CLEAR+ALL", 400, b"only reads"),
    "update-direct": ("POST", "/sparql", {"Content-Type": "application/sparql-update"}, b"CLEAR ALL", 415, b"only reads"),
    "no-query": ("POST", "/sparql", FORM, b"", 400, b"expected one query, found none"),
    "not-utf8": ("POST", "/sparql", DIRECT, b"ASK { \xff }", 400, b"not UTF-8"),
    "not-utf8-form": ("POST", "/sparql", FORM, b"query=ASK%20%FF", 400, b"URL-encoded UTF-8"),
    "too-large": ("POST", "/sparql", DIRECT, b"#" * (1 << 20 | 1), 413, b"larger than"),
    "many-fields": ("POST", "/sparql", FORM, b"&".join([b"a=b"] * 200), 400, b"parameters"),
    "elsewhere": ("GET", "/../../etc/passwd", {}, None, 404, b"nothing here"),
    "below-static": ("GET", "/static/..%2fserver.py", {}, None, 404, b"nothing here"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_query_is_refused(name: str, server: Server) -> None:
    """Whatever is not one query in a form that the protocol knows gets a status of its own and one line."""
    method, path, headers, body, status, said = REFUSED[name]

    found = server.send(method, path, headers, body)

    assert (status, True) == (found.status, said in found.body), found.body


BEYOND = {
    "service": ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", b"SERVICE is refused"),
    "from-file": ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", b"FROM is refused"),
    "from-host": ("SELECT * FROM NAMED <http://127.0.0.1:9/> { ?s ?p ?o }", b"FROM is refused"),
    "load": ("LOAD <file:///etc/passwd>", b"LOAD is refused"),
    "insert": ("INSERT DATA { <a:a> <a:b> <a:c> }", b"INSERT is refused"),
    "drop": ("DROP ALL", b"DROP is refused"),
}


@pytest.mark.parametrize("name", BEYOND)
def test_a_query_reaches_nothing_but_the_graph(name: str, server: Server) -> None:
    """SERVICE, FROM, LOAD and updates are refused with the reason."""
    query, said = BEYOND[name]

    found = server.ask(query)

    assert (400, True) == (found.status, said in found.body), found.body


def test_graphs_that_are_not_served_cannot_be_named(w3c: Server) -> None:
    """A dataset of other graphs than those served is refused, in the address and in the query, with those there are."""
    by_address = w3c.ask("ASK {}", parameters={"default-graph-uri": "file:///etc/passwd"})
    by_query = w3c.ask("ASK FROM <http://127.0.0.1:9/> {}")

    assert (400, 400) == (by_address.status, by_query.status)
    assert GRAPHS[1].encode() in by_address.body
    assert GRAPHS[1].encode() in by_query.body
    assert truth(w3c.ask(f"ASK FROM <{GRAPHS[1]}> {{ ?s a ?type }}"))


# --- limits ---------------------------------------------------------------------------------------------------------


def test_a_query_ends_at_the_time_limit(server: Server) -> None:
    """A cross product is killed at the limit and told as 504, never as an answer."""
    began = time.monotonic()
    found = server.ask(CROSS)

    assert (504, True) == (found.status, b"stopped after 2 s" in found.body)
    assert 1.9 < time.monotonic() - began < PATIENCE_S  # it would take days


def test_a_query_ends_at_the_memory_limit(server: Server) -> None:
    """A query that needs more memory than it may have is ended and told as 507 or, where slow, as 504."""
    found = server.ask("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f ?a")

    assert found.status in (504, 507), found.body
    assert b"there is no answer" in found.body


NESTED = "ASK {" + "{" * 100_000 + "}" * 100_000 + "}"


def test_deep_nesting_is_refused_before_the_engine_sees_it(server: Server) -> None:
    """A query that would break the engine's stack is the client's error, told with the bound and a way out."""
    found = server.send("POST", "/sparql", DIRECT, NESTED.encode())

    assert (400, True) == (found.status, b"nested deeper than 64 levels" in found.body)
    assert 200 == server.ask("ASK {}").status


@pytest.mark.parametrize(
    "accept",
    ["application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"],
)
def test_an_answer_of_too_many_rows_is_refused_whole(accept: str, server: Server) -> None:
    """Rows are counted exactly in every format: at the limit all are sent, beyond it none, and that is said."""
    most = server.ask("SELECT (1 AS ?x) { ?s ?p ?o . ?a ?b ?c } LIMIT 3000", accept)
    more = server.ask("SELECT (1 AS ?x) { ?s ?p ?o . ?a ?b ?c } LIMIT 3001", accept)

    assert 200 == most.status
    assert (507, True) == (more.status, b"more than 3000 rows" in more.body)


def test_an_answer_of_too_many_bytes_is_refused_whole(server: Server) -> None:
    """Beyond the limit on bytes nothing is sent, and that is said."""
    found = server.ask("SELECT ?o ?t { ?s schema:description ?o . ?v schema:description ?t }")

    assert (507, True) == (found.status, b"more than 1048576 bytes" in found.body)


def test_a_graph_of_too_many_triples_is_refused_whole(w3c: Server, server: Server) -> None:
    """The limit on rows counts triples where the answer is a graph."""
    found = server.ask("CONSTRUCT { ?s ?p ?c } WHERE { ?s ?p ?o . ?a ?b ?c }")

    assert (507, True) == (found.status, b"more than 3000 triples" in found.body)


def test_hostile_queries_do_not_delay_others(server: Server) -> None:
    """While more hostile queries than workers run, small ones are all answered, most of them at once."""
    slower = slowness()
    with concurrent.futures.ThreadPoolExecutor(24) as pool:
        hostile = [pool.submit(server.ask, CROSS) for _ in range(20)]
        time.sleep(0.5)
        taken = []
        for number in range(60):
            began = time.monotonic()
            assert 200 == server.ask(f"ASK {{ }} # {number}").status
            taken.append(time.monotonic() - began)
        ends = {one.result().status for one in hostile}

    assert {503, 504} >= ends
    slower = max(slower, slowness())
    assert sorted(taken)[30] < 1 * slower
    assert max(taken) < 5 * slower  # a hostile query runs for 30 seconds


def test_a_crowd_of_hostile_clients_does_not_delay_others(dist: Path) -> None:
    """With 64 clients whose queries never end, the slowest hundredth of small queries is answered within a second.

    On a machine that is busy with something else, it is that much longer. When the server is told to end meanwhile, it
    does, and has nothing to say.
    """
    before = slowness()
    ended = threading.Event()
    with (
        serving("--graph", dist / "efa-lod-graph.ttl") as server,
        concurrent.futures.ThreadPoolExecutor(64) as pool,
    ):

        def hostile(number: int) -> None:
            while not ended.is_set():
                server.ask(f"{CROSS} # {number} {time.monotonic()}")

        def seconds() -> float:
            began = time.monotonic()
            assert 200 == server.ask(f"ASK {{ }} # {began}").status
            return time.monotonic() - began

        crowd = [pool.submit(hostile, number) for number in range(64)]
        try:
            while len(server.processes()) < 6:  # the crowd has its workers
                time.sleep(0.02)
            taken = [seconds() for _ in range(100)]
            ended.set()
            began = time.monotonic()
            server.process.terminate()
            server.process.wait(60)
            ending = time.monotonic() - began
        finally:
            ended.set()
        assert server.process.stderr
        said = server.process.stderr.read()
        for one in crowd:
            one.exception()

    slower = max(before, slowness())
    assert ("", True) == (said, ending < 6 * slower)
    assert sorted(taken)[98] < 1 * slower


def test_a_crowd_is_told_to_come_again(dist: Path) -> None:
    """Beyond the queue, queries are refused with 503 and a time to come again."""
    options = ("--graph", dist / "efa-lod-graph.ttl", "--workers", 2, "--queue", 0, "--time-limit", 2)
    with serving(*options) as server, concurrent.futures.ThreadPoolExecutor(12) as pool:
        found = [one.result() for one in [pool.submit(server.ask, CROSS) for _ in range(12)]]

    refused = [one for one in found if one.status == 503]
    assert refused
    assert {"5"} == {one.headers["retry-after"] for one in refused}


def test_a_client_that_leaves_takes_its_query_along(dist: Path) -> None:
    """A query whose client has gone is killed long before its time is over."""
    with serving("--graph", dist / "efa-lod-graph.ttl", "--workers", 2, "--time-limit", 600) as server:
        before = server.processes()
        with pytest.raises(TimeoutError):
            server.ask(CROSS, seconds=0.5)
        awaited(lambda: not server.processes() >= before, "the query goes on")
        assert 200 == server.ask("ASK {}").status


# --- the cookbook and the rest --------------------------------------------------------------------------------------


def test_named_queries_give_their_pinned_answers(server: Server) -> None:
    """Over HTTP, as CSV, each named query that makes a table gives the answer that is pinned."""
    from engines.pinned import comparable, pinned, query_files

    for name, file in query_files().items():
        expected = pinned(name)
        if expected.format == "csv":
            found = server.ask(file.read_text("utf-8"), "text/csv")
            assert (name, expected.answer) == (name, comparable(found.body, "csv"))


def test_health_is_told(server: Server) -> None:
    """``/health`` says that all is well, and how many statements are served."""
    found = json.loads(server.send("GET", "/health").body)

    assert ("ok", True) == (found["status"], found["triples"] > 2000)


@pytest.mark.parametrize(
    "path",
    ["/", "/static/page.js", "/static/page.css", "/queries.json", "/queries.ttl", "/sparql?query=ASK{}", "/nowhere"],
)
def test_everything_is_sent_with_a_strict_policy(path: str, server: Server) -> None:
    """No response lets a browser guess its type, run other scripts, or load from elsewhere."""
    headers = server.send("GET", path).headers

    assert "nosniff" == headers["x-content-type-options"]
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in headers["content-security-policy"]


def test_a_browser_at_the_endpoint_gets_the_page(server: Server) -> None:
    """Who prefers HTML at the endpoint and asks nothing gets the query page."""
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

    assert "text/html" == server.send("GET", "/sparql", {"Accept": accept}).media_type


# --- beginning and end ----------------------------------------------------------------------------------------------


def test_a_signal_right_after_the_address_is_heard(dist: Path) -> None:
    """Who stops a server as soon as it has told its address does not wait for ever: no moment loses a signal."""
    for _ in range(4):
        command = [sys.executable, "-c", COMMAND, "--port", "0", "--graph", str(dist / "efa-lod-graph.ttl")]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        with process.stdout:
            process.stdout.readline()
            process.terminate()
            assert 0 == process.wait(PATIENCE_S)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything(number: signal.Signals, dist: Path) -> None:
    """Ctrl-C and SIGTERM end the server with exit code 0 and leave no process, even while a query runs."""
    with serving("--graph", dist / "efa-lod-graph.ttl", "--workers", 4) as server:
        with pytest.raises(TimeoutError):
            server.ask(CROSS, seconds=0.5)
        processes = server.processes()
        server.process.send_signal(number)

        assert 0 == server.process.wait(PATIENCE_S)
        assert 5 <= len(processes)
        assert_gone(processes)


def test_a_killed_server_leaves_nothing_behind(dist: Path) -> None:
    """When the server itself is killed, its other processes end on their own."""
    with serving("--graph", dist / "efa-lod-graph.ttl", "--workers", 4) as server:
        processes = server.processes()
        server.process.kill()
        server.process.wait(PATIENCE_S)

        assert_gone(processes)


def assert_gone(processes: set[int]) -> None:
    """Wait until none of *processes* is there."""
    awaited(lambda: not any(map(is_running, processes)), "a process is left")


def test_a_store_directory_is_served(tmp_path: Path, dist: Path) -> None:
    """``--store`` serves a store directory of Oxigraph as it is."""
    store = ox.Store(str(tmp_path / "store"))
    store.bulk_load(path=str(dist / "efa-lod-graph.ttl"), format=ox.RdfFormat.TURTLE)
    store.flush()
    del store
    with serving("--store", tmp_path / "store", "--workers", 2) as server:
        found = server.ask("SELECT ?s { ?s a schema:State }", "text/csv")

    assert 17 == len(list(csv.reader(io.StringIO(found.body.decode()))))


CANNOT = {
    "graph": (["--graph", "nowhere.ttl"], "nowhere.ttl: cannot be read"),
    "named": (["--named", "nowhere.ttl"], "--named: expected IRI=FILE"),
    "store": (["--store", "nowhere"], "nowhere"),
    "host": (["--host", "192.0.2.1"], "192.0.2.1:0: cannot be used"),
}


@pytest.mark.parametrize("name", CANNOT)
def test_what_cannot_be_served_is_told_in_one_line(name: str, tmp_path: Path) -> None:
    """A server that cannot begin ends with one line that names the cause."""
    options, said = CANNOT[name]
    command = [sys.executable, "-c", COMMAND, "--port", "0", *options]
    found = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False, cwd=tmp_path)

    assert found.returncode != 0
    assert said in found.stderr
    assert 1 == found.stderr.count("\n")
