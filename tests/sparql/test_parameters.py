"""Parameters: what is quoted is a literal as the engine reads it, or an error; it is never text of the query."""

from random import Random

import pyoxigraph as ox
import pytest

from conftest import Cli
from efa_lod.errors import BrokenInput
from efa_lod.sparql.parameters import parse_parameters, term

PREFIXES = {"schema": "http://schema.org/", "xsd": "http://www.w3.org/2001/XMLSchema#"}
CASES = 20_000

BROKEN = [
    '"x"@',
    '"x"@d',
    '"x"@de_DE',
    '"x"@de-',
    '"x"@de--',
    '"x"@de--up',
    '"x"@-de',
    '"x"@12',
    '"x"@deutschland',
    '"x"@de-abcdefghi',
    '"x"@de-a',
    '"x"@ de',
    '"x"@de^^xsd:string',
    '"x"^^',
    '"x"^^xsd',
    '"x"^^nowhere:date',
    '"x"^^<date>',
    '"x"^^<http://a b>',
    '"x"^^<http://a',
    '"x"^^"http://a"',
    '"x"^^xsd:date@de',
    '"x"^xsd:date',
    '"x" @de',
    '"""x"""',
    '"a\\qb"',
    '"\\ud800"',
    '"\\U00110000"',
    "'x'@",
    "'x'@de_DE",
    "'x'^^",
    "'x'^^nowhere:date",
    "<no iri>",
    "<relative>",
]


@pytest.mark.parametrize("written", BROKEN)
def test_a_literal_that_is_none_is_an_error(written: str, cli: Cli) -> None:
    """What begins as a literal or an IRI and is none ends the command with one line that names it, in both languages."""
    with pytest.raises(BrokenInput):
        term(written, PREFIXES)
    for environment in ({}, {"LC_ALL": "de_DE.UTF-8"}):
        found = cli("query", "SELECT ?x { ?x ?y ?z }", "--param", f"z={written}", **environment)

        assert (2, "", 1) == (found.exit_code, found.stdout, found.stderr.splitlines().__len__()), found
        assert written.strip() in found.stderr
        assert ("Parameter '" in found.stderr) == bool(environment)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("kosten@de", ox.Literal("kosten@de")),
        ("a^^b", ox.Literal("a^^b")),
        ("it's", ox.Literal("it's")),
        ("'tis the season", ox.Literal("'tis the season")),
        ("'a' or 'b'", ox.Literal("'a' or 'b'")),
        ("'x'@de", ox.Literal("x", language="de")),
        ('"a\\n\\u00e4\\"\\U0001F600"', ox.Literal('a\nä"😀')),
        ('"zwei\nZeilen"@de', ox.Literal("zwei\nZeilen", language="de")),
        ('"x"@ar--rtl', ox.Literal("x", language="ar", direction=ox.BaseDirection("rtl"))),
        ('"2026-11-23"^^xsd:date', ox.Literal("2026-11-23", datatype=ox.NamedNode(PREFIXES["xsd"] + "date"))),
        ('"x', ox.Literal('"x')),
        ('"', ox.Literal('"')),
        ('"a" or "b"', ox.Literal('"a" or "b"')),
        ("a < b", ox.Literal("a < b")),
        ("http://a/b", ox.Literal("http://a/b")),
        ("", ox.Literal("")),
    ],
)
def test_what_is_a_term_is_read_as_it_is_meant(written: str, expected: object) -> None:
    """Quoted texts may have escapes, languages and datatypes; what is not quoted is a value as people write it."""
    assert expected == term(written, PREFIXES)


def test_xsd_needs_no_prefix() -> None:
    """The types of XML Schema have their usual prefix, whatever the publication declares."""
    assert ox.Literal("1", datatype=ox.NamedNode(PREFIXES["xsd"] + "byte")) == term('"1"^^xsd:byte', {})


@pytest.mark.parametrize("written", ["x", "=x", "1a=x", "a b=x", "?=x", "a-b=x"])
def test_a_parameter_has_a_name(written: str) -> None:
    """A parameter is name=value; the name may have the sign of a variable."""
    with pytest.raises(BrokenInput):
        parse_parameters([written], PREFIXES)


def literals(chance: Random) -> str:
    """Return something that is, or nearly is, a literal."""
    mark = chance.choice("\"'")
    pieces = [
        "a",
        "ä",
        " ",
        "@",
        "^",
        "\\n",
        "\\t",
        "\\\\",
        "\\u00e4",
        "\\q",
        "\\",
        mark,
        f"\\{mark}",
        "\\U0001F600",
        "😀",
        "#",
        "?x",
    ]
    text = "".join(chance.choices(pieces, [9, 9, 9, 3, 3, 9, 9, 9, 9, 1, 1, 1, 9, 9, 9, 9, 9], k=chance.randrange(6)))
    tag = "@" + "-".join(
        "".join(chance.choices("adeDEx1_", [9, 9, 9, 9, 9, 3, 3, 1], k=chance.choice([0, 1, 2, 2, 2, 3, 8, 9])))
        for _ in range(chance.choice([1, 1, 2, 3]))
    )
    datatype = "^^" + chance.choice(
        ["xsd:date", "xsd:", "no:x", "<http://a/b>", "<a b>", "<http://a/é>", "", "x", "schema:a.b"]
    )
    return f"{mark}{text}{mark}{chance.choice([tag, tag, datatype, datatype, '', ' ', tag + datatype])}"


def test_literals_are_those_of_the_engine() -> None:
    """Of many literals that are whole or broken, those are read that the engine reads, as the same terms."""
    chance, store = Random(7), ox.Store()
    seen = {True: 0, False: 0}
    for _ in range(CASES):
        written = literals(chance)
        try:
            solutions = store.query(f"SELECT ?x {{ VALUES ?x {{ {written} }} }}", prefixes=PREFIXES)
            assert isinstance(solutions, ox.QuerySolutions)
            rows = [*solutions]
            found = rows[0]["x"] if len(rows) == 1 else None
        except SyntaxError:
            found = None
        try:
            ours = term(written, PREFIXES)
        except BrokenInput:
            ours = None
        if found is None and ours == ox.Literal(written):
            continue  # a text that only holds quotation marks
        seen[found is not None] += 1
        assert found == ours or written != written.rstrip(), written

    assert all(count > CASES // 10 for count in seen.values()), seen
