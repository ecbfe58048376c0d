"""Stores that lie, refuse, stall or keep other words: each is told with place and remedy, and nobody reads a wrong graph."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from unicodedata import normalize
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from conftest import Cli
from support.store_standin import PASSWORD, TOKEN, USER, StandIn, _Handler, standing_in

GRAPH = "https://example.org/data"
LOGIN = {"EFA_LOD_USER": USER, "EFA_LOD_PASSWORD": PASSWORD, "EFA_LOD_TOKEN": TOKEN}
XSD = "http://www.w3.org/2001/XMLSchema#"
OLD = {f'<https://example.org/thing/{n}> <https://example.org/name> "old {n}" .' for n in range(20)}
NEW = {
    *(f'<https://example.org/thing/{n}> <https://example.org/name> "new {n}" .' for n in range(30)),
    f'<https://example.org/thing/1> <https://example.org/amount> "32.50"^^<{XSD}decimal> .',
    '<https://example.org/thing/2> <https://example.org/label> "Gru\u0308\u00dfe"@de-de .',
}
Fault = Callable[[_Handler, str, bytes], bytes | None]


@pytest.fixture
def standin() -> Iterator[StandIn]:
    """Return a stand-in whose graph holds what was there before."""
    with standing_in("fuseki") as running:
        running.store.update(f"INSERT DATA {{ GRAPH <{GRAPH}> {{ {' '.join(OLD)} }} }}")
        yield running


@pytest.fixture
def push(cli: Cli, standin: StandIn, tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Return what pushes to the stand-in, and returns exit code and what is said; a receipt is there after success only."""
    file, receipt = tmp_path / "data.nt", tmp_path / "receipt.json"
    file.write_text("".join(f"{line}\n" for line in sorted(NEW)))

    def run(*options: str) -> tuple[int, str]:
        command = ("push", standin.address, "--kind", "fuseki", "--graph", GRAPH, "--file", file)
        found = cli(*command, "--receipt", receipt, *options, **LOGIN)
        assert "Traceback" not in found.output
        assert PASSWORD not in found.output
        assert receipt.exists() == (found.exit_code == 0)
        said = receipt.read_text() if receipt.exists() else found.stderr
        return found.exit_code, said

    return run


def on(what: str, act: Callable[[_Handler, bytes], bytes | None], times: int = 1_000) -> Fault:
    """Return a fault that acts at the first so many requests that do *what*."""
    seen: list[int] = []

    def fault(handler: _Handler, found: str, body: bytes) -> bytes | None:
        if found != what or len(seen) >= times:
            return body
        seen.append(1)
        return act(handler, body)

    return fault


def says(status: int, body: bytes = b"", media_type: str = "text/plain", **headers: str) -> Callable[..., None]:
    """Return what answers with a *status*, whatever was asked."""

    def act(handler: _Handler, _: bytes) -> None:
        handler.send_response(status)
        for name, value in (headers | {"Content-Type": media_type, "Content-Length": str(len(body))}).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return act


def half(_: _Handler, body: bytes) -> bytes:
    """Keep the first half of what comes."""
    return b"".join(body.splitlines(keepends=True)[:16])


def reset(handler: _Handler, _: bytes) -> None:
    """Break off in the middle of the answer."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/n-triples")
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b"<https://example.org/a> <https://example.org/b> ")
    handler.close_connection = True
    handler.connection.close()


def drip(handler: _Handler, _: bytes) -> None:
    """Answer a letter at a time, for longer than anybody waits."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/n-triples")
    handler.end_headers()
    with suppress(OSError):  # whoever asked has gone
        for _letter in range(40):
            handler.wfile.write(b"#")
            time.sleep(0.2)


def first_lines(handler: _Handler, _: bytes) -> None:
    """Hand out the first ten statements of any graph that is asked for."""
    graph = ox.NamedNode(parse_qs(handler.path.partition("?")[2])["graph"][0])
    lines = [f"{quad.triple} .\n" for quad in handler.state.store.quads_for_pattern(None, None, None, graph)]
    handler.answer(200, "".join(lines[:10]).encode(), "application/n-triples")


def turned(change: Callable[[str], str]) -> Callable[[_Handler, bytes], bytes]:
    """Return what keeps statements as *change* makes them."""
    return lambda _, body: change(body.decode()).encode()


PAGE = b"<!doctype html><title>Sign in</title>"
EXPIRED = {"WWW_Authenticate": 'Bearer error="invalid_token"'}
COUNTS_NOTHING = b'{"head": {"vars": ["n"]}, "results": {"bindings": [{}]}}'
COUNTS_A_WORD = b'{"head": {"vars": ["n"]}, "results": {"bindings": [{"n": {"type": "literal", "value": "many"}}]}}'
JSON = "application/sparql-results+json"
FAILURES: dict[str, tuple[Fault, int, str]] = {
    "a file cut, and 204": (on("add", half), 1, "of 32 statements 16 did not arrive"),
    "nothing kept, and 204": (on("add", says(204)), 1, "did not arrive"),
    "a page to sign in, for a question": (on("ask", says(200, PAGE, "text/html")), 2, "found text/html"),
    "a page to sign in, for a graph": (
        on("read", says(200, PAGE, "text/html")),
        2,
        "expected application/n-triples, found a page",
    ),
    "a page to sign in, for statements": (on("add", says(200, PAGE, "text/html")), 1, "did not arrive"),
    "a way to plain HTTP": (
        on("add", says(302, Location="http://127.0.0.1:9/")),
        2,
        "redirects to http://127.0.0.1:9/",
    ),
    "too large, however small": (on("add", says(413)), 2, "413"),
    "no media type that it knows": (on("add", says(415)), 2, "415"),
    "a login that ends on the way": (on("change", says(401, b"", "text/plain", **EXPIRED)), 2, "it asks for bearer"),
    "another scheme": (on("add", says(401, WWW_Authenticate='Digest realm="x"')), 2, "it asks for digest"),
    "an answer that breaks off": (on("read", reset), 2, "broke off"),
    "an answer that never ends": (on("read", drip), 2, "within 2 seconds"),
    "an answer cut at a limit": (on("read", first_lines), 2, "counts 20 statements and hands out 10 – raise its limit"),
    "a number that is none": (on("ask", says(200, COUNTS_A_WORD, JSON)), 2, "names no number"),
    "no number": (on("ask", says(200, COUNTS_NOTHING, JSON)), 2, "names no number"),
    "no room": (on("add", says(507, b"disk full")), 2, "507"),
    "a move that is none": (on("change", says(204)), 2, "the store says that it moved the statements there"),
    "other letters": (on("add", turned(lambda text: normalize("NFC", text))), 1, "with another value"),
    "no datatypes": (on("add", turned(lambda text: text.replace(f"^^<{XSD}decimal>", ""))), 1, "with another value"),
    "no languages": (on("add", turned(lambda text: text.replace("@de-de", ""))), 1, "with another value"),
    "a name for a subject": (
        on("add", turned(lambda text: text.replace("<https://example.org/thing/9>", "_:b1"))),
        1,
        "did",
    ),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_told_and_changes_nothing(
    name: str, standin: StandIn, push: Callable[..., tuple[int, str]]
) -> None:
    """Whatever a store does to a push, its graph is as it was, the message says what is wrong, and no receipt is left."""
    standin.fault, expected, said = FAILURES[name]
    code, message = push(*(("--timeout", "2") if "never ends" in name else ()))

    assert (expected, True) == (code, said in message), message
    assert 1 == len([line for line in message.splitlines() if not line.startswith("Note: ")]), message
    assert GRAPH in message or standin.address.rpartition("/")[0] in message
    assert OLD == standin.graph(GRAPH)


def small(handler: _Handler, body: bytes) -> bytes | None:
    """Refuse what has more than ten statements."""
    return says(413)(handler, body) if body.count(b"\n") > 10 else body


def backwards(handler: _Handler, _: bytes) -> None:
    """Hand out a graph in another order."""
    graph = ox.NamedNode(parse_qs(handler.path.partition("?")[2])["graph"][0])
    lines = [f"{quad.triple} .\n" for quad in handler.state.store.quads_for_pattern(None, None, None, graph)]
    handler.answer(200, "".join(sorted(lines, reverse=True)).encode(), "application/n-triples; charset=utf-8")


PASSING: dict[str, Fault] = {
    "busy for a moment": on("add", says(503), 1),
    "asked too often": on("add", says(429, Retry_After="0"), 2),
    "too large in one piece": on("add", small),
    "in another order": on("read", backwards),
    "a number in another way": on("add", turned(lambda text: text.replace("32.50", "32.5"))),
}


@pytest.mark.parametrize("name", PASSING)
def test_what_passes_or_means_the_same_is_delivered(
    name: str, standin: StandIn, push: Callable[..., tuple[int, str]]
) -> None:
    """A store that is busy, small or has words of its own gets the graph, and the receipt says what it made of it."""
    standin.fault = PASSING[name]
    code, said = push("--force")
    assert 0 == code, said
    receipt = json.loads(said)

    assert ("replace", 32, 32) == (receipt["action"], receipt["counts"]["sent"], receipt["counts"]["after"])
    assert 32 == len(standin.graph(GRAPH))
    assert len(NEW - standin.graph(GRAPH)) == len(receipt["rewritten"])
    assert [] == receipt["altered"]
