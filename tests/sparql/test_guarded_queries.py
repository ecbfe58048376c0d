"""What the engine is given of a query: its text and the prefixes that it may use, and the same answer each time."""

import pyoxigraph as ox
import pytest

from efa_lod.sparql.frames import LONGEST_REMEMBERED
from efa_lod.sparql.queries import guarded
from efa_lod.sparql.replies import respond
from efa_lod.sparql.workers import BROKEN, OK, Job, Limits, SharedGraph

PREFIXES = {"a": "https://a.example/", "aa": "https://aa.example/", "": "https://none.example/"}
STATEMENT = ox.Quad(ox.NamedNode("https://a.example/s"), ox.NamedNode("https://a.example/p"), ox.Literal("o"))


def _loaded() -> SharedGraph:
    store = ox.Store()
    store.add(STATEMENT)
    return SharedGraph(store, PREFIXES, "https://base.example/", (), "identity")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ASK {}", []),
        ("ASK { a:s ?p ?o }", ["", "a"]),
        ("ASK { aa:s ?p ?o }", ["", "a", "aa"]),
        ("ASK { \\u0061:s ?p ?o }", ["", "a", "aa"]),
        ("ASK { ?s ?p '\\n' }", ["", "a", "aa"]),
    ],
)
def test_the_engine_gets_the_prefixes_that_a_query_may_use(query: str, expected: list[str]) -> None:
    """Those whose name stands before a colon anywhere; all of them where letters may be spelt with escapes."""
    assert expected == sorted(guarded(query, PREFIXES).prefixes)


@pytest.mark.parametrize(
    ("query", "status", "lasting"),
    [
        ("SELECT * { a:s a:p ?o }", OK, True),
        ("SELECT * { a:s a:p ?o }" + "#" * LONGEST_REMEMBERED, OK, True),
        ("SELECT (NOW() AS ?now) {}", OK, False),
        ("SELECT * { b:s a:p ?o }", BROKEN, False),
        ("SELECT * { SERVICE <https://a.example/> { ?s ?p ?o } }", BROKEN, False),
        ("SELECT * { ?s ?p ", BROKEN, False),
    ],
)
def test_a_query_that_comes_again_is_answered_as_the_first_time(query: str, status: str, lasting: bool) -> None:
    """What is remembered of a query changes neither its answer nor its refusal, nor whether the answer may be kept."""
    loaded = _loaded()
    first, again = (respond(Job(query), loaded, Limits()) for _ in range(2))

    assert (status, lasting) == (first.status, first.lasting) == (again.status, again.lasting)
    assert first.lasting is False or first == again == respond(Job(query), _loaded(), Limits())
    assert first.status == OK or first.body == again.body


def test_other_data_is_seen_by_a_query_that_comes_again() -> None:
    """A query is remembered, not its answer."""
    loaded = _loaded()
    before = respond(Job("SELECT * { ?s ?p ?o }", "csv"), loaded, Limits())
    loaded.store.remove(STATEMENT)

    assert before.body != respond(Job("SELECT * { ?s ?p ?o }", "csv"), loaded, Limits()).body
