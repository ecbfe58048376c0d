"""A row of a new kind in each state is a change of data and vocabulary, and reaches pages, tables and queries."""

from pathlib import Path

import pytest

from conftest import Cli
from support.new_row_kind import KIND, LABEL, STATES, take_in, with_new_row

PAGE = "source/efa-nachnutzung-in-den-laendern.txt"


@pytest.fixture
def page(reference: Path, tmp_path: Path) -> Path:
    """Return the real page with a further row in each state."""
    file = tmp_path / "page.txt"
    file.write_text(with_new_row((reference / PAGE).read_text(encoding="utf-8")), encoding="utf-8")
    return file


def test_before_it_is_taken_in_it_is_told(cli: Cli, copy: Path, page: Path) -> None:
    """Each of the 16 rows is news with its line, and no state is confirmed."""
    watched = cli("source", "watch", page, "--publication", copy)
    confirmed = cli("source", "confirm", page, "--publication", copy)

    assert (1, 16) == (watched.exit_code, watched.stdout.count(f"+ {LABEL} | "))
    assert (1, "") == (confirmed.exit_code, confirmed.stdout)


def test_once_it_is_taken_in_the_page_conforms(cli: Cli, copy: Path, page: Path) -> None:
    """The description of the page, the vocabulary, the shapes and the records are changed; no program is."""
    take_in(copy)
    accepted = cli("source", "accept", page, "--publication", copy)

    assert 0 == accepted.exit_code, accepted.stderr
    for command in ("watch", "coverage", "confirm"):
        result = cli("source", command, page, "--publication", copy)
        assert 0 == result.exit_code, result.output
    assert f'rowKind: "{KIND}"' in cli("source", "draft", page, "SH", "--publication", copy).stdout
    validated = cli("validate", "--publication", copy)
    assert 0 == validated.exit_code, validated.stdout


def test_it_reaches_pages_tables_and_queries(cli: Cli, copy: Path, page: Path, tmp_path: Path) -> None:
    """The build has the row in each format, on the page of each state, and in the answers to questions."""
    take_in(copy)
    assert 0 == cli("source", "accept", page, "--publication", copy).exit_code
    dist = tmp_path / "dist"
    built = cli("build", "--publication", copy, "--output", dist)
    assert 0 == built.exit_code, built.stderr

    table = (dist / "efa-lod.csv").read_text(encoding="utf-8").splitlines()
    assert 16 == sum(
        f",{KIND}," in line and "https://w3id.org/efa-lod/marketplace/fit-store," in line for line in table
    )
    for key in STATES:
        assert "marketplace/fit-store.html" in (dist / f"state/{key}.html").read_text(encoding="utf-8")
    counts = cli("query", "--name", "silence-counts", "--graph", dist / "efa-lod-graph.ttl", "--format", "csv").stdout
    [line] = [line for line in counts.splitlines() if line.startswith(f"{KIND},stated,")]
    assert "16" == line.rpartition(",")[2]
