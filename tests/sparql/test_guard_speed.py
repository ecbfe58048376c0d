"""Long queries: what is rubbish is refused as fast as it is read, whatever it is made of."""

import time

import pyoxigraph as ox
import pytest

from efa_lod.errors import BrokenInput
from efa_lod.sparql.fair_queue import account_of
from efa_lod.sparql.guard import changes_by_itself
from efa_lod.sparql.queries import answer

SIZE = 1_000_000
PIECES = [
    "1 ", "a ", "a:b ", "?a ", "<a>", '"" ', "'a' ", "#\n", "'''", ".", "@a", "\\", "é", "\x00", "_:b ", "a\n",
    *["{}", "{ } ", "service", "service ", "{service} ", "'service' ", "<service>", "?service ", "service:a ", "#service\n", "SERVICE{", "@service ", "_:service "],
    *["from", "from ", "FROM ", "from:a ", "from <a> ", "FROM <a>{", "+ ", "UNION ", "()", "[] ", "<# ", "a.", "e\u0301", "''", "{?a ?b ?c} ", "?a ?b ?c . "],
]  # fmt: skip
LONGEST_S = 0.4
"""Seconds of the processor on a busy machine; at rest, each takes less than 0.05, and took 0.3 to 3."""
LONGEST_LIST_S = 0.8
"""The same for lists of values: twice what they take on a busy machine, half of it in the engine; they took 0.7 to 2."""


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("start", ["", "SELECT * { ", "PREFIX a: <urn:a> ASK { ", "SELECT * FROM <a> { "])
def test_rubbish_is_refused_at_once(piece: str, start: str) -> None:
    """A megabyte of small tokens is refused in time that nobody notices."""
    query = start + piece * (SIZE // len(piece))
    began = time.process_time()
    with pytest.raises(BrokenInput):
        answer(query, ox.Store(), {"schema": "https://schema.org/"})
    account_of("192.0.2.1", query)

    assert time.process_time() - began < LONGEST_S


@pytest.mark.parametrize("text", ['"from"', "'service'", "'a'", r'"\\"'])
@pytest.mark.parametrize(("start", "between"), [("ASK { FILTER(?x IN (", ", "), ("ASK { VALUES ?x { ", " ")])
def test_a_list_that_never_ends_is_refused_soon(start: str, text: str, between: str) -> None:
    """A megabyte of values, which the engine has to read to the end, costs little more than the engine."""
    query = start + (text + between) * (SIZE // len(text + between)) + text
    began = time.process_time()
    with pytest.raises(BrokenInput):
        answer(query, ox.Store(), {})

    assert time.process_time() - began < LONGEST_LIST_S


@pytest.mark.parametrize("word", ["NOW", "rand", "UUID", "StrUUID"])
@pytest.mark.parametrize("between", ["", " ", "#(\n", "\t"])
def test_what_changes_is_known_however_it_is_written(word: str, between: str) -> None:
    """A function that gives another value each time is seen behind white space and comments, and not in a text."""
    assert changes_by_itself(f"SELECT ({word}{between}() AS ?x) {{}}")
    assert not changes_by_itself(f"SELECT ('{word}()' AS ?x) {{}}")
