"""The endpoint over real HTTP: the SPARQL 1.1 protocol, content negotiation, limits, and a clean end.

The protocol cases are written from the descriptions of the W3C test suite for the SPARQL 1.1 Protocol (query part) and
for service descriptions; the graphs that they name hold what they ask for.
"""

import csv
import gzip
import io
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox
import pytest

from support.endpoints import CROSS, DIRECT, FORM, limited_endpoint
from support.patience import PATIENCE_S, awaited
from support.serving import COMMAND, Server, is_running, serving

SELECT, CONSTRUCT = "SELECT ?s { ?s a schema:State } LIMIT 1", "CONSTRUCT WHERE { ?s a schema:State } LIMIT 1"


@pytest.fixture(scope="module")
def server(dist: Path) -> Iterator[Server]:
    """Give a server over the graph file, with tight limits."""
    with limited_endpoint(dist) as server:
        yield server


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
