"""The rules for other servers: that they choose as our own server does, and hold nothing that a folder cannot move."""

import random
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import missing
from efa_lod.model.publication import Publication
from efa_lod.web.document_formats import VARIANTS
from efa_lod.web.negotiation import READS_DATA, accepted
from efa_lod.web.redirect_table import RedirectTable, redirect_table
from efa_lod.web.server_rules import ABSENT_FORMAT, RULES, _choosing, _ranking, _weighing, rule_files
from efa_lod.web.signposting import LinkRule
from support.clients import CLIENTS, RDF_XML

XML = ("application/xml", "text/xml")

PATHS = ("state/sh.ttl", "state/sh.jsonld", "ontology.ttl", "efa-lod.ttl", "catalog.ttl", "index.html")
STATES = ({"id": "state/sh", "stateKey": "01"}, {"id": "state/bw", "stateKey": "08"})


@pytest.fixture
def table(publication: Publication) -> RedirectTable:
    """Return what leads where in a small publication."""
    return redirect_table(publication, "2026-11-23", STATES, PATHS)


def written(table: RedirectTable, title: str = "A title") -> dict[str, str]:
    """Return the files of rules by path."""
    return {file.path: file.data.decode() for file in rule_files(table, title)}


def weights(accept: str) -> dict[str, str]:
    """Return the character of each range as a server works it out from the rules."""
    found: dict[str, str] = {}
    for name, broader, rules in _weighing():
        found[name] = found[broader] if broader else "0" if accept else ":"
        for pattern, character in rules:
            if match := re.search(pattern, accept, re.IGNORECASE):
                found[name] = match.expand(character)
                break
    return found


def chosen(accept: str, there: frozenset[str]) -> str | None:
    """Return the suffix that the rules choose among those that are *there*."""
    weight = weights(accept)
    rank = {
        variant.name: next((mark for pattern, mark in rules if re.search(pattern, accept, re.IGNORECASE)), otherwise)
        for variant, rules, otherwise in _ranking()
    }
    liking = {variant: weight[variant.name] + rank[variant.name] for variant in VARIANTS}
    side_by_side = "".join(liking[variant] if variant.suffix in there else ABSENT_FORMAT for variant in VARIANTS)
    fitting = [variant.suffix for variant, pattern in _choosing(VARIANTS) if re.search(pattern, side_by_side)]
    assert len(fitting) < 2, side_by_side
    return fitting[0] if fitting else None


def headers(number: int) -> list[str]:
    """Return values of Accept of every kind, with weights in tenths."""
    chance = random.Random(7)
    ranges = ["*/*", "text/*", "application/*", "image/*", "image/png", *(variant.media_type for variant in VARIANTS)]
    ranges += [name for name in READS_DATA if name not in ranges] + [*XML, "application/xhtml+xml"]
    found = []
    for _ in range(number):
        parts = []
        for media_range in chance.sample(ranges, chance.randint(1, 6)):
            extra = chance.choice(["", "", ";level=1", "; charset=utf-8"])
            weight = chance.choice(["", "", ";q=1", ";q=0", "; q=0.0", ";Q=1.000", f" ; q=0.{chance.randint(1, 9)}"])
            parts.append(chance.choice([media_range, media_range.upper()]) + extra + weight)
        found.append(chance.choice([",", ", ", " , "]).join(parts))
    return found


def test_the_rules_choose_as_our_own_server_does() -> None:
    """For more than a thousand headers and every set of documents, the choice is that of RFC 9110."""
    sets = [frozenset(v.suffix for v in VARIANTS[:last]) for last in range(1, len(VARIANTS) + 1)]
    sets += [frozenset({".ttl"}), frozenset({".ttl", ".jsonld", ".rdf"}), frozenset({".html", ".ttl"})]
    differ = []
    for accept in ["", *(header for header, _ in CLIENTS.values()), *headers(1200)]:
        for there in sets:
            offered = {variant.media_type: variant.suffix for variant in VARIANTS if variant.suffix in there}
            expected = offered.get(accepted(accept or "*/*", tuple(offered)) or "")
            if expected != chosen(accept, there):
                differ.append((accept, sorted(there), expected, chosen(accept, there)))
    assert [] == differ[:3]


@pytest.mark.parametrize(
    ("accept", "character"),
    [
        ("text/turtle", ":"),
        ("text/turtle;q=0.05", "1"),
        ("text/turtle;q=.5", "5"),
        ("text/turtle;q=0.55", "5"),
        ("text/turtle;q=none", "0"),
        ("text/turtlesoup", "0"),
        ("x-text/turtle", "0"),
        ("text/turtle;version=1;q=0.3;x=1", "3"),
    ],
)
def test_weights_are_told_in_tenths(accept: str, character: str) -> None:
    """What a header says of Turtle is one character."""
    assert character == weights(accept)["ttl"]


SURE_OF_AN_ANSWER = [
    client for client, (accept, wanted) in CLIENTS.items() if wanted != RDF_XML or any(n in accept for n in READS_DATA)
]


@pytest.mark.parametrize("client", SURE_OF_AN_ANSWER)
def test_a_program_that_reads_data_gets_data_where_its_format_is_missing(client: str) -> None:
    """Of what a wildcard covers, who names data gets Turtle before the page; browsers get the page."""
    accept, wanted = CLIENTS[client]
    there = (".html", ".ttl", ".jsonld")
    offered = {variant.media_type: variant.suffix for variant in VARIANTS if variant.suffix in there}
    found = offered.get(accepted(accept, tuple(offered)) or "")

    assert found == chosen(accept, frozenset(there))
    assert wanted == found if wanted in there else found in (".ttl", ".jsonld")


def test_the_rules_are_the_same_each_time(table: RedirectTable) -> None:
    """The same table gives the same bytes, and the table is written as well, so that it can be read again."""
    files = written(table)

    assert files == written(table)
    assert table == replace(
        RedirectTable.from_json(files["rules/dereference.json"].encode(), "-"), withdrawn=tuple(table.withdrawn)
    )


def test_rules_name_no_place_but_those_to_be_replaced(table: RedirectTable) -> None:
    """No path of this machine and no host of anyone is in the rules, but the marked ones."""
    for path, text in written(table).items():
        found = set(re.findall(r"(?<![\w.:/])/(?:srv|home|tmp|work|usr|etc|var)/[\w./-]*", text))
        assert found <= {"/srv/efa-lod/dist", "/etc/nginx/conf.d/"}, path


@pytest.mark.parametrize("path", RULES)
def test_a_title_cannot_become_a_rule(path: str, table: RedirectTable) -> None:
    """A title that breaks lines stays in its comment."""
    text = written(table, "A\nOptions +ExecCGI\r\n}\x0bserver {")[path]

    assert written(table)[path].splitlines()[1:] == text.splitlines()[1:]
    assert text.startswith("# A Options +ExecCGI } server {")


def test_a_licence_cannot_become_a_rule(publication: Publication) -> None:
    """Characters of an IRI that mean something to a server are encoded."""
    value = {**publication.settings.value, "licence": 'https://example.org/"; $uri `x` {y} \\1 <z>'}
    hostile = replace(publication, settings=replace(publication.settings, value=value))
    table = redirect_table(hostile, "2026-11-23", STATES, PATHS)

    assert set('"$`{}\\ <>') & set(table.licence) == set()
    assert table.link("state/sh.html", "/") is not None


def test_other_bases_are_not_forwarded_by_w3id(table: RedirectTable) -> None:
    """Only who has a base at w3id.org gets rules for it."""
    assert "rules/w3id.htaccess" in written(table)
    assert "rules/w3id.htaccess" not in written(replace(table, base_iri="https://data.example.org/efa/"))


def test_links_with_percent_signs_come_through_apache(table: RedirectTable) -> None:
    """Apache reads a percent sign in a header as the beginning of a format."""
    text = written(replace(table, links=[LinkRule("x", '<https://example.org/a%20b>; rel="license"')]))[".htaccess"]

    assert "a%%20b" in text


@pytest.mark.parametrize(
    ("name", "package", "command"),
    [("caddy", "caddy", ["validate", "--adapter", "caddyfile", "--config", "{file}"])],
)
def test_a_server_takes_its_rules_for_valid(
    name: str, package: str, command: list[str], table: RedirectTable, tmp_path: Path
) -> None:
    """The rules are valid as they stand, before anything is replaced in them."""
    program = shutil.which(name) or missing(f"the program {name} is not installed (Debian: {package})")
    file = tmp_path / "Caddyfile"
    file.write_text(written(replace(table, withdrawn=("state/gone",)))["rules/Caddyfile"])
    found = subprocess.run(
        [program, *(part.format(file=file) for part in command)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert 0 == found.returncode, found.stderr
