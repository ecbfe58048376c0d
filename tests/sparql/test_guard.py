"""The guard of queries: what only reads is answered as the engine answers it, and nothing reaches another host."""

import contextlib
import os
import random
import socket
import threading
import time
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from efa_lod.errors import BrokenInput
from efa_lod.sparql import beginnings, patterns
from efa_lod.sparql import tokens as cutting
from efa_lod.sparql.guard import place_before, read_only, skeleton, undeclared_prefixes
from efa_lod.sparql.queries import answer
from efa_lod.sparql.tokens import tokens

PREFIXES = {"ex": "http://example.org/", "from": "http://example.org/from#", "my-service": "http://example.org/s#"}
ROUNDS = int(os.environ.get("EFA_LOD_FUZZ_QUERIES", "4000"))


class Host:
    """A host on loopback that counts the connections that are made to it."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"<http://127.0.0.1:{self.socket.getsockname()[1]}/>"
        self.connections = 0
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    """Give a host that must never be called."""
    listening = Host()
    yield listening
    listening.socket.close()


@pytest.fixture(scope="module")
def store() -> ox.Store:
    """Return a store with a statement."""
    held = ox.Store()
    held.add(
        ox.Quad(
            ox.NamedNode("http://example.org/a"),
            ox.NamedNode("http://example.org/p"),
            ox.Literal("x", language="service"),
        )
    )
    return held


VALID = {
    "a local name with a dot": "ASK { ?s ex:a.SERVICE ?o }",
    "a local name with an escape": r"ASK { ?s ex:a\-SERVICE ?o }",
    "a local name with a percent": "ASK { ?s ex:%41SERVICE ?o }",
    "a local name with a combining mark": "ASK { ?s ex:e\u0301SERVICE ?o }",
    "a language tag": "ASK { ?s ?p 'x'@service }",
    "a language tag of two parts": "ASK { ?s ?p 'x'@en-service }",
    "a label": "ASK { _:a.SERVICE ?p ?o }",
    "an escaped quote": r"ASK { FILTER('\u0027 SERVICE' != '') }",
    "an escaped letter in a text": r"ASK { FILTER('\u0053ERVICE' = 'SERVICE') }",
    "a prefix": "PREFIX service: <http://example.org/> ASK { ?s service:p service:SERVICE }",
    "prefixes that differ by case": "PREFIX Service: <a:a> PREFIX service: <b:b> ASK { FILTER(Service:x != service:x) }",
    "a prefix with the word inside": "ASK { ?s my-service:p ?o }",
    "a prefix from": "SELECT * { ?s from:p ?o }",
    "a declared prefix from": "PREFIX from: <http://example.org/> SELECT * { ?s from:p ?o }",
    "a prefix FROM": "PREFIX FROM: <http://example.org/> SELECT * { ?s FROM:p ?o }",
    "described with the prefix from": "DESCRIBE from:a",
    "grouped with the prefix from": "SELECT (COUNT(?s) AS ?n) { ?s ?p ?o } GROUP BY (from:x = ?o)",
    "three quotes that are an empty text": "ASK { VALUES ?x { '''abc' } }",
}
REACHING = [
    "ASK {{ SERVICE {host} {{}} }}",
    "ASK {{ ?s ?p ex:a.b.SERVICE{host}{{}} }}",
    "ASK {{ ?s ?p ex:.SERVICE{host}{{}} }}",
    "ASK {{ ?s ?p true.SERVICE{host}{{}} }}",
    "ASK {{ ?s ?p 1SERVICE{host}{{}} }}",
    "ASK {{ VALUES ?x {{ '''abc' }} SERVICE {host} {{}} }}",
    "PREFIX :{host} ASK {{ SERVICE: {{}} }}",
    "PREFIX x:{host} ASK {{ SERVICE x: {{}} }}",
    "PREFIX service:{host} ASK {{ SERVICE service: {{}} }}",
    "PREFIX :{host} ASK {{ ?s ?p 1SERVICE:{{}} }}",
]


@pytest.mark.parametrize("query", VALID.values(), ids=VALID)
def test_what_only_reads_is_answered_as_the_engine_answers_it(query: str, store: ox.Store) -> None:
    """The word in names, labels, tags and texts, and prefixes called so, are no reason to refuse."""
    assert _shown(store.query(query, prefixes=PREFIXES)) == _shown(answer(query, store, PREFIXES))


@pytest.mark.parametrize("query", REACHING)
def test_what_reaches_a_host_is_refused(query: str, host: Host, store: ox.Store) -> None:
    """Each of these queries would call the host if the engine had it as it is."""
    with pytest.raises(BrokenInput):
        answer(query.format(host=host.address), store, PREFIXES)

    assert 0 == host.connections


PIECES = [
    *["SERVICE", "service", "Service", "FROM", "from", "NAMED", ":", ".", ",", ";", "ex:", "ex:a", "ex:a.b", ".SERVICE", ":SERVICE", "ex:SERVICE", "service:x", "from:g", "_:b"],
    *["?s", "?service", "$from", "'x'", "'y'", "@en", "@service", "@en-SERVICE", "1", "1.0", "true", "a", "{", "}", "(", ")", "[", "]", "<", ">", "<#", "#", "HOST"],
    *["FILTER", "OPTIONAL", "UNION", "SELECT", "*", "ASK", "WHERE", "VALUES", "BIND", "AS", "^", "/", "|", "+", "!", "=", "!=", "&&", "||", "SILENT", "GRAPH", "EXISTS"],
    "'''z'''", "'''", "<http://example.org/SERVICE>", r"ex:a\-b", "ex:%41", r"\u0053ERVICE", r"\u0027",
]  # fmt: skip


ENDS = [
    "?s ?p ?o . " * 60, "# it's\n" * 60, "'" + "x" * 500 + "' ", "?s ?p  + x * 200 +  ", "<a:" + "b" * 400 + "> ?p ?o ",
    "VALUES ?x { " + "1 " * 300 + "}", "FILTER(?x IN (1" + ", 2" * 200 + ")) ", "{} " * 200, "?s ?p " + "ex:a, " * 100 + "1 ", "FROM " * 100,
]  # fmt: skip
"""What may follow the pieces, long enough that a beginning is tried."""


def test_queries_made_at_random_reach_no_host_and_are_answered_like_the_engine(host: Host, store: ox.Store) -> None:
    """Pieces of queries glued at random: what the engine answers without the word, the guard lets through unchanged."""
    chance = random.Random(7)
    for _ in range(ROUNDS):
        inner = "".join(
            chance.choice(PIECES).replace("HOST", host.address) + chance.choice(["", " ", " ", "\n"])
            for _ in range(chance.randint(1, 9))
        )
        before = chance.choice(["", "", "PREFIX service: <a:a> ", f"PREFIX :{host.address} ", "PREFIX from: <a:a> "])
        query = f"{before}{chance.choice(['ASK', 'SELECT *', 'SELECT ?s'])} {{ {inner} }}"
        try:
            found: object = _shown(answer(query, store, PREFIXES))
        except BrokenInput:
            found = None
        assert 0 == host.connections, query
        # Only a query without the word is safe to give to the engine as it is.
        if found is None and "service" not in query.lower() and "from" not in query.lower():
            with pytest.raises((SyntaxError, RuntimeError, ValueError)):
                _shown(store.query(query, prefixes=PREFIXES))


def test_queries_in_ascii_have_the_tokens_that_they_have_beside_other_letters() -> None:
    """The quick pattern for ASCII cuts a query as the whole one does, which another letter after it asks for."""
    chance = random.Random(8)
    for _ in range(ROUNDS):
        query = "".join(chance.choice(PIECES) + chance.choice(["", " ", "\n"]) for _ in range(chance.randint(1, 12)))
        alone, beside = _spans(query), _spans(f"{query}\né")
        assert alone == [span for span in beside if span[1] <= len(query)], query


TEXTS = [
    "'a'",
    '"service"',
    "'from'",
    "''",
    '""',
    r"'\u0027, '",
    "'it, is'",
    "'#'",
    "'a'@en",
    '"1"^^<urn:t>',
    "'''z'''",
    "'",
]
BETWEEN = [", ", ",", " ", "", "\n", " # 'x'\n", " ,\n\t", ";", "(", ")", " ?service ", "\u2003"]


def test_texts_in_a_row_are_read_as_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts that are one token are disarmed, placed and counted as if each were one."""
    chance = random.Random(10)
    queries = ["ASK { ?s ?p 'service' 'service' , 'a', \"from\" }"]
    for _ in range(ROUNDS // 8):
        parts = (chance.choice(TEXTS) + chance.choice(BETWEEN[: chance.randint(1, 12)]) for _ in range(20))
        queries.append(f"ASK {{ FILTER(?x IN ( {''.join(parts)} ) }}")
    together = [_read(query) for query in queries]
    monkeypatch.setattr(cutting, "_LONGEST_RUN", 1)
    cutting._patterns.cache_clear()
    try:
        for query, found in zip(queries, together, strict=True):
            assert _read(query) == found, query
    finally:
        cutting._patterns.cache_clear()

    assert sum(isinstance(found, tuple) for found in together) > len(queries) // 10


def _read(query: str) -> object:
    """Return what the guard makes of *query*, where each part of that comes from, and how many terms count."""
    try:
        text, _ = read_only(query, PREFIXES, ["urn:g"])
        places = [place_before(query, PREFIXES, index) for index in range(0, len(text), 7)]
        return text, places, sum(1 for _ in patterns._parts(query))
    except BrokenInput as error:
        return str(error)


def test_a_query_after_a_long_comment_is_answered(store: ox.Store) -> None:
    """Comments longer than the beginning that is tried are no query yet, and no error."""
    for comment in ("#\n", " # a comment\n", "\n"):
        assert _shown(answer(f"{comment * 50_000}ASK {{ ?s ?p ?o }}", store, PREFIXES)) is True


@pytest.mark.parametrize("text", ["", "a", "\n", "a\nb\n\nc", "\n" * 5000, "ab\n" * 3000, "x" * 3000 + "\nb"])
def test_a_place_is_found_by_its_line_and_column(text: str) -> None:
    """The engine's line and column give the index that counting from the beginning gives."""
    begins = [0, *(index + 1 for index, sign in enumerate(text) if sign == "\n")]
    for line, begin in [*enumerate(begins, 1)][:: max(1, len(begins) // 50)]:
        assert begin + 2 == beginnings.index_of(text, line, 3)
    assert len(text) == beginnings.index_of(text, len(begins) + 1, 3)


def test_a_beginning_is_refused_only_where_the_whole_query_is(
    host: Host, store: ox.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is found wrong in the first characters of a query made at random, the engine finds wrong in all of it."""
    chance = random.Random(9)
    found = 0
    for _ in range(ROUNDS // 4):
        monkeypatch.setattr(beginnings, "LENGTHS", (chance.randint(110, 160),))
        before = chance.choice(["ASK {", "SELECT * {", "PREFIX service: <a:a> SELECT * {", "SELECT * FROM <urn:g> {"])
        parts = (f"{chance.choice(PIECES)}{chance.choice(['', ' '])}" for _ in range(chance.randint(0, 3)))
        query = f"{before} {''.join(parts)} {chance.choice(ENDS)}"
        if "HOST" in query or "service" in query.lower() or "from" in query.lower().removeprefix("select * from"):
            continue
        query += " }" * chance.randint(0, 1)
        with contextlib.suppress(BrokenInput):
            if beginnings.error_in_beginning(query, PREFIXES, None, ["urn:g"]):
                found += 1
                with pytest.raises((SyntaxError, RuntimeError, ValueError)):
                    _shown(store.query(query, prefixes=PREFIXES))

    assert found > ROUNDS // 100


def _spans(query: str) -> list[tuple[int, int, str | None]]:
    """Return where the tokens of *query* stand and of which kind they are, as far as they can be told."""
    found: list[tuple[int, int, str | None]] = []
    with contextlib.suppress(BrokenInput):
        found.extend((*token.span(), token.lastgroup) for token in tokens(query))
    return found


NAMES = [
    "ex:NAME", "ex:a.NAME", "ex:NAME.a", "ex:NAME-NAME", "ex:%41NAME", r"ex:a\,NAME", r"ex:NAME\#", "NAME:a", "NAME:NAME",
    "xNAME:NAME.b", "NAME.x:a", "'x'@NAME", "'NAME'@en-NAME", '"NAME"', r"'a\u0027NAME'", "<http://example.org/NAME>",
    "<http://example.org/a.NAME#NAME>", "'''NAME' NAME'''", "?NAME", "?xNAME", "_:NAME", "_:a.NAME",
]  # fmt: skip


@pytest.mark.parametrize("word", ["service", "SERVICE", "Service", "from", "FROM", "now"])
def test_a_word_means_the_same_in_every_name(word: str, store: ox.Store) -> None:
    """A query with the word in a name has the answer that the engine gives to the same query with a harmless word."""
    for name in NAMES:
        query = (
            "PREFIX NAME: <a:a> PREFIX xNAME: <b:b> PREFIX NAME.x: <c:c> SELECT * { ?s ?p ?o OPTIONAL { ?s ?q NAME } }"
        )
        query = query.replace("?q NAME", f"?q {name}").replace("NAME", word)
        assert _shown(store.query(query, prefixes=PREFIXES)) == _shown(answer(query, store, PREFIXES)), query


@pytest.mark.parametrize(
    "query",
    ["x" * 10**6, "a:b " * 250_000, "'''" * 333_333, "\\\\'" * 500_000, "<" * 10**6, "{" * 10**6, "from:a " * 140_000],
    ids=["a word", "names", "quotes", "escapes", "brackets", "braces", "prefixes"],
)
def test_a_million_characters_of_rubbish_are_refused_at_once(query: str) -> None:
    """What does not begin as a query is refused without reading it; the limit leaves room for a busy machine."""
    start = time.process_time()
    with pytest.raises(BrokenInput):
        read_only(query, {})

    assert time.process_time() - start < 0.05 * 10


@pytest.mark.parametrize(
    "piece", ["x", "a:b ", "'''a ", "<", "{", "from:a ", "a.", ".", ":a.b", "?", "@a-", "FROM ", "PREFIX ", "'a' "]
)
def test_time_grows_with_the_length_only(piece: str) -> None:
    """400,000 characters take seconds at the most; what grew with the square would take minutes."""
    query = "SELECT * " + piece * (400_000 // len(piece))
    start = time.process_time()
    with contextlib.suppress(BrokenInput):
        text, _ = read_only(query, {})
        skeleton(text)
        undeclared_prefixes(text)

    assert time.process_time() - start < 20


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("SELECT * { ?s <http://example.org/service> ] }", "query:1:44"),
        ("ASK { # service\n 'service' ?p ] }", "query:2:15"),
        ("PREFIX service: <a:a>\nASK { service:a service:b ] }", "query:2:27"),
        ("ASK { 'a service ] }' ?p ] }", "query:1:26"),
        ("ASK { from:a from:b ] }", "query:1:21"),
        ("ASK { ?s ?p 'service", "query:1:13"),
    ],
)
def test_what_is_wrong_is_shown_as_it_was_written(query: str, place: str, store: ox.Store) -> None:
    """The word in front of a mistake moves no place, and what stands there is quoted as it is."""
    for more in ("", " ?x" * 40_000):
        with pytest.raises(BrokenInput) as told:
            answer(query + more, store, PREFIXES)
        assert str(told.value).startswith(f"{place}: "), told.value
        assert "u0065" not in str(told.value)


MANY = {
    "patterns": ("ASK { ", "?a ?b ?c . ", "}"), "groups": ("ASK { ", "{?a ?b ?c} ", "}"), "empty groups": ("ASK { ", "{} ", "}"),
    "objects": ("ASK { ?a ?b ?c ", ", ?e ", "}"), "predicates": ("ASK { ?a ?b ?c ", "; ?d ?e ", "}"), "a list": ("ASK { ?a ?b ( ", "1 ", ") }"),
    "blank nodes": ("ASK { ", "?a ?b [ ?c ?d ] . ", "}"), "blocks": ("ASK { ", "VALUES ?x { 1 } ", "}"), "paths": ("ASK { ", "?a <urn:b>? ?c . ", "}"),
    "names": ("DESCRIBE ", "<urn:a> ", ""), "reifiers": ("ASK { ?a ?b ?c ", "~ <urn:r> ", "}"), "a template": ("CONSTRUCT { ?a ?b ?c } WHERE { ", "[] ?b ?c . ", "}"),
    "empty lists": ("ASK { ?a ?b ( ", "() ", ") }"), "a list under a name": ("ASK { ?a ?b VALUES:x . ?c ?d ( ", "?x ", ") }"),
}  # fmt: skip
VALUES = {
    "values": ("ASK { VALUES ?x { ", "1 ", "} }"), "rows": ("ASK { VALUES (?x ?y) { ", "(1 'a') ", "} }"), "rows at the end": ("SELECT * {} VALUES (?x) { ", "(UNDEF) ", "}"),
    "a choice": ("ASK { FILTER(1 IN (1", ", 1", ")) }"), "typed choices": ("ASK { FILTER(1 IN (1", ', "1"^^<urn:t>', ")) }"), "tagged choices": ("ASK { FILTER(1 IN (1", ", 'a'@en", ")) }"),
    "arguments": ("SELECT (CONCAT('a'", ", 'b'", ") AS ?x) {}"), "comments": ("ASK {", "# ?a ?b ?c .\n", "}"),
}  # fmt: skip


@pytest.mark.parametrize("parts", MANY.values(), ids=MANY)
def test_what_would_end_the_stack_of_the_engine_is_refused(parts: tuple[str, str, str], store: ox.Store) -> None:
    """Tens of thousands of patterns, groups or members of a list end a process; none reaches the engine."""
    with pytest.raises(BrokenInput, match=r"2,000|1,000|not declared"):
        answer(f"{parts[0]}{parts[1] * 30_000}{parts[2]}", store, PREFIXES)


@pytest.mark.parametrize("parts", VALUES.values(), ids=VALUES)
def test_lists_of_values_may_be_long(parts: tuple[str, str, str], store: ox.Store) -> None:
    """Tens of thousands of values, choices or arguments are answered."""
    query = f"{parts[0]}{parts[1] * 30_000}{parts[2]}"

    assert _shown(store.query(query, prefixes=PREFIXES)) == _shown(answer(query, store, PREFIXES))


def _shown(found: object) -> object:
    """Return an answer so that two can be compared."""
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    return sorted("_:b" if "_:" in str(row) else str(row) for row in found)  # type: ignore[attr-defined]
