"""Endpoints elsewhere: a whole answer or exit code 2, whatever the other side does."""

import concurrent.futures
import contextlib
import gc
import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from click.testing import Result

from efa_lod import api
from efa_lod.errors import EfaLodError
from support.patience import PATIENCE_S

Cli = Callable[..., Result]

TRIPLES = "".join(f'<http://example.org/{i}> <http://example.org/p> "{i}" .\n' for i in range(100)).encode()
ROWS = json.dumps(
    {
        "head": {"vars": ["n"]},
        "results": {"bindings": [{"n": {"type": "literal", "value": str(i)}} for i in range(100)]},
    }
).encode()
TSV = b"?n\n" + b"".join(f'"{i}"\n'.encode() for i in range(100))
XML = (
    b'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="n"/></head><results>'
    + b'<result><binding name="n"><literal>1</literal></binding></result>' * 100
    + b"</results></sparql>"
)
TYPES = {
    "triples": ("application/n-triples", TRIPLES),
    "json": ("application/sparql-results+json", ROWS),
    "tsv": ("text/tab-separated-values", TSV),
    "xml": ("application/sparql-results+xml", XML),
}


@contextlib.contextmanager
def answering(answer: bytes, byte_pause: float = 0) -> Iterator[str]:
    """Give the address of a server on loopback that sends *answer* to the first who asks, and closes."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            connection, _ = listening.accept()
            with connection, connection.makefile("rb") as asked:
                # A server that closes before it has read all resets the connection, and its answer may be lost.
                head = iter(asked.readline, b"\r\n")
                asked.read(sum(int(line[15:]) for line in head if line.lower().startswith(b"content-length:")))
                if not byte_pause:
                    connection.sendall(answer)
                    return
                for i in range(len(answer)):
                    connection.sendall(answer[i : i + 1])
                    time.sleep(byte_pause)

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/sparql"
    listening.close()


def http(media_type: str, body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """Return an answer as its bytes."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {media_type}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def chunked(body: bytes) -> bytes:
    """Return *body* in chunks of 500 bytes."""
    pieces = [body[i : i + 500] for i in range(0, len(body), 500)]
    return b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces) + b"0\r\n\r\n"


def refused(result: Result) -> str:
    """Return the one line of a command that could not run."""
    assert (2, "") == (result.exit_code, result.stdout), result.output
    assert isinstance(result.exception, SystemExit) or "\n" not in str(result.exception)
    return str(result.stderr or result.exception)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("cut", [0.001, 0.3, 0.5, 0.999])
@pytest.mark.parametrize("framing", ["length", "chunks", "end"])
def test_a_part_of_an_answer_is_no_answer(kind: str, cut: float, framing: str, cli: Cli) -> None:
    """A connection that ends too early is told, in every format and however the length is announced."""
    media_type, body = TYPES[kind]
    part = body[: max(1, int(len(body) * cut))]
    if kind in ("triples", "tsv"):
        part = part[: part.rfind(b"\n") + 1] or body[: body.find(b"\n") + 1]  # the worst place: a line is whole
    answer = {
        "length": http(media_type, part, f"Content-Length: {len(body)}"),
        "chunks": http(media_type, chunked(body)[: len(part)], "Transfer-Encoding: chunked"),
        "end": http(media_type, part),
    }[framing]

    with answering(answer) as address:
        refused(cli("query", "SELECT ?n { ?s ?p ?n }", "--endpoint", address))


ODD_ENDS: dict[str, Callable[[Cli], object]] = {
    "cut": lambda cli: asked(cli, http("application/sparql-results+json", ROWS[:2000])),
    "format for graphs": lambda cli: asked(cli, http("application/sparql-results+json", ROWS), "--format", "turtle"),
    "here": lambda cli: cli("query", "SELECT ?s { ?s ?p ?o }", "--format", "turtle").exception,
    "graph": lambda cli: cli("query", "CONSTRUCT WHERE { ?s ?p ?o }", "--format", "csv").exception,
    "no query": lambda _: api_error(api.query, "CONSTRUCT WHERE { ?s ?p ?o }"),
    "no question": lambda _: api_error(api.ask, "SELECT ?s { ?s ?p ?o }"),
    "no graph": lambda _: api_error(api.construct, "SELECT ?s { ?s ?p ?o }"),
}


def asked(cli: Cli, answer: bytes, *options: str) -> BaseException | None:
    """Return what a command raises that is given *answer*."""
    with answering(answer) as address:
        return cli("query", "SELECT ?n { ?s ?p ?n }", "--endpoint", address, *options).exception


def api_error(function: Callable[[str], object], query: str) -> BaseException:
    """Return what *function* raises."""
    with pytest.raises(EfaLodError) as raised:
        function(query)
    return raised.value


@pytest.mark.parametrize("name", ODD_ENDS)
def test_an_error_may_end_in_another_thread(name: str, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """No error keeps solutions of the engine, which complain when they end where they did not begin."""
    said: list[str] = []
    monkeypatch.setattr("sys.unraisablehook", lambda told: said.append(str(told.exc_value)))

    def kept() -> BaseException:
        error = ODD_ENDS[name](cli)
        assert isinstance(error, BaseException)
        return error

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        error = pool.submit(kept).result()
        assert error.__traceback__
        del error
    gc.collect()

    assert [] == said


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("framing", ["length", "chunks", "packed"])
def test_a_whole_answer_is_taken(kind: str, framing: str, cli: Cli) -> None:
    """All rows or triples arrive, by length, in chunks and packed."""
    media_type, body = TYPES[kind]
    packed = gzip.compress(body)
    answer = {
        "length": http(media_type, body, f"Content-Length: {len(body)}"),
        "chunks": http(media_type, chunked(body), "Transfer-Encoding: chunked"),
        "packed": http(media_type, packed, f"Content-Length: {len(packed)}", "Content-Encoding: gzip"),
    }[framing]

    with answering(answer) as address:
        form = "n-triples" if kind == "triples" else "csv"
        found = cli("query", "SELECT ?n { ?s ?p ?n }", "--endpoint", address, "--format", form)

    assert 0 == found.exit_code, found.output
    assert (100 if kind == "triples" else 101) == len(found.stdout.splitlines())


def test_json_that_ends_with_the_connection_is_whole_by_its_brackets(cli: Cli) -> None:
    """A format that says where it ends needs no length."""
    with answering(http(*TYPES["json"])) as address:
        assert 0 == cli("query", "SELECT ?n { ?s ?p ?n }", "--endpoint", address).exit_code


def test_the_time_limit_is_for_the_whole_answer(cli: Cli) -> None:
    """A server that sends a byte now and then is left."""
    start = time.monotonic()
    with answering(http(*TYPES["json"]), byte_pause=0.2) as address:
        said = refused(cli("query", "ASK {}", "--endpoint", address, "--time-limit", "1"))

    assert "within 1 seconds" in said
    assert time.monotonic() - start < PATIENCE_S / 2


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:1/", "https://other.example/", "file:///etc/passwd", "//169.254.169.254/"]
)
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_told_and_not_followed(status: str, target: str, cli: Cli) -> None:
    """A query goes to the address that was named, and to no other."""
    with answering(http("text/html", b"", f"Location: {target}", "Content-Length: 0", status=status)) as address:
        said = refused(cli("query", "ASK {}", "--endpoint", address))

    assert f"redirects to {target}, which is not followed" in said


def test_a_refusal_is_told_with_the_words_of_the_server(cli: Cli) -> None:
    """What the endpoint says of its refusal is shown, on one line, and not all of it."""
    with answering(http("text/plain", b"No such\nprefix " + b"x" * 5000, status="400 Bad Request")) as address:
        said = refused(cli("query", "ASK {}", "--endpoint", address))

    assert "refused with 400 Bad Request: No such prefix xxx" in said
    assert len(said) < 500


@pytest.mark.parametrize(
    "address",
    [
        "http://me:secret@127.0.0.1:1/",
        "https://me:secret@example.org/",
        "ftp://me:secret@example.org/",
        "http://me:sec@ret@a/",
    ],
)
def test_a_password_in_an_address_is_shown_nowhere(address: str, cli: Cli) -> None:
    """Messages name the address without what stands before its host."""
    said = refused(cli("query", "ASK {}", "--endpoint", address))

    assert "sec" not in said
    assert "me:" not in said
