"""Two ways of writing one value, and two values."""

import tracemalloc

import pyoxigraph as ox
import pytest

from efa_lod.delivery import comparison
from efa_lod.delivery.comparison import IncomingChunks, StatementBuckets, difference
from efa_lod.delivery.values import XSD, value_of
from efa_lod.errors import BrokenInput

SAME = [
    ("32.50", "32.5", "decimal"),
    ("01", "1", "integer"),
    ("+1", "1", "integer"),
    ("-0", "0", "integer"),
    ("0.0", "-0.00", "decimal"),
    ("10", "10.0", "decimal"),
    ("1e2", "100.0", "double"),
    ("1", "true", "boolean"),
    ("2026-11-23T12:00:00Z", "2026-11-23T13:00:00+01:00", "dateTime"),
    ("2026-11-23T12:00:00.000Z", "2026-11-23T12:00:00Z", "dateTime"),
    ("2026-11-23+00:00", "2026-11-23Z", "date"),
]
OTHER = [
    ("32.50", "32.51", "decimal"),
    ("10", "1", "integer"),
    ("P1Y", "12", "duration"),
    ("a", "A", "string"),
    ("a ", "a", "string"),
    ("true", "false", "boolean"),
    ("2026-11-23", "2026-11-24", "date"),
    ("2026-11-23T12:00:00Z", "2026-11-23T12:00:00", "dateTime"),
]


@pytest.mark.parametrize(("one", "other", "kind"), SAME)
def test_one_value_in_two_ways(one: str, other: str, kind: str) -> None:
    """What XML Schema calls one value is one."""
    datatype = ox.NamedNode(f"{XSD}{kind}")

    assert value_of(ox.Literal(one, datatype=datatype)) == value_of(ox.Literal(other, datatype=datatype))


@pytest.mark.parametrize(("one", "other", "kind"), OTHER)
def test_two_values_are_two(one: str, other: str, kind: str) -> None:
    """What XML Schema calls two values are two."""
    datatype = ox.NamedNode(f"{XSD}{kind}")

    assert value_of(ox.Literal(one, datatype=datatype)) != value_of(ox.Literal(other, datatype=datatype))


def test_kinds_of_terms_are_not_mixed() -> None:
    """An IRI, a text of the same letters, one in a language and a number are four values."""
    terms = [ox.NamedNode("a:1"), ox.Literal("<a:1>"), ox.Literal("<a:1>", language="de")]

    assert 3 == len({value_of(term) for term in terms})
    assert value_of(ox.Literal("x", language="de-DE")) == value_of(ox.Literal("x", language="de-de"))
    assert value_of(ox.Literal("1")) != value_of(ox.Literal("1", datatype=ox.NamedNode(f"{XSD}integer")))


def graph(*lines: str) -> StatementBuckets:
    """Return a graph of these statements."""
    return StatementBuckets().add_all([f"{line} .\n".encode() for line in lines])


def test_differences_have_kinds() -> None:
    """What is missing, surplus, vanished, rewritten and altered is told apart."""
    meant = graph(
        '<a:1> <a:p> "1.0"^^<http://www.w3.org/2001/XMLSchema#decimal>', '<a:1> <a:q> "x"', "<a:1> <a:r> <a:2>"
    )
    there = graph(
        '<a:1> <a:p> "1"^^<http://www.w3.org/2001/XMLSchema#decimal>', '<a:1> <a:q> "y"', "<a:3#part> <a:r> <a:2>"
    )
    with meant, there:
        found = difference(meant, there)

    assert (3, 3) == (found.meant, found.there)
    assert ["<a:1> <a:r> <a:2> ."] == found.missing
    assert ["<a:3#part> <a:r> <a:2> ."] == found.surplus
    assert ["a:3"] == found.vanished
    assert ['"1"^^<http://www.w3.org/2001/XMLSchema#decimal>'] == [one.kept for one in found.rewritten]
    assert [('"x"', '"y"')] == [(one.sent, one.kept) for one in found.altered]
    assert not found.is_same


def test_a_set_has_each_once() -> None:
    """A statement that is written twice is one."""
    with graph("<a:1> <a:p> <a:2>", "<a:1> <a:p> <a:2>") as twice, graph("<a:1> <a:p> <a:2>") as once:
        found = difference(twice, once)

    assert found.is_same
    assert (1, 1) == (found.meant, found.there)


def peak(count: int) -> int:
    """Return the most bytes that a comparison of so many statements held, each of which has another value."""
    lines = [f'<https://example.org/{n}> <https://example.org/p> "{{}} {n}" .\n' for n in range(count)]
    with StatementBuckets() as meant, StatementBuckets() as there:
        for start in range(0, count, 500):
            for value, graph in (("a", meant), ("b", there)):
                graph.add("".join(lines[start : start + 500]).replace("{}", value).encode())
        del lines
        tracemalloc.start()
        found = difference(meant, there)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert count == found.count("altered")
    return most


def test_a_comparison_needs_no_more_memory_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is held at a time does not grow with the graphs: a file that is too large is compared in pieces."""
    monkeypatch.setattr(comparison, "_PIECE_BYTES", 2_000)

    assert peak(6_000) < 1.5 * peak(1_500)


@pytest.mark.parametrize("size", [1, 7, 40, 1_000])
def test_lines_that_come_in_pieces_are_whole(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever an answer is cut in pieces, its statements are handed on whole, and a last one that is cut is refused."""
    monkeypatch.setattr(comparison, "_PIECE_BYTES", 60)
    sent = b"".join(b'<a:%d> <a:p> "\xc3\xa4 %d" .\n' % (n, n) for n in range(30))
    taken: list[bytes] = []
    incoming = IncomingChunks("it", taken.append)
    for start in range(0, len(sent), size):
        incoming.take(sent[start : start + size])
    incoming.end()
    broken = IncomingChunks("it", lambda chunk: None)
    broken.take(sent[:-5])

    assert sent == b"".join(taken)
    with pytest.raises(BrokenInput, match="cannot be read"):
        broken.end()
