"""Coverage: on the real page nothing is missing and nothing is invented, and no single fact can change unnoticed."""

import copy as copying
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from efa_lod.cli import main
from efa_lod.io.reading import Document, KeyPath
from efa_lod.overview.completeness import coverage
from efa_lod.overview.description import packaged_description
from efa_lod.overview.page import OverviewPage, read_page, read_page_file

ABOUT = packaged_description()
LABELS = ABOUT.labels
NO_FACTS = {"@context", "id", "type", "sameAs", "stateKey", "isoCode", "nutsCode", "abbreviation", "officialName"}
NO_FACTS |= {
    "issued",
    "modified",
    "lastConfirmed",
    "about",
    "isPartOf",
    "audience",
    "additions",
    "homepage",
    "subjectOf",
    "seeAlso",
}
NO_FACTS |= {"editorialNote", "parts"}
"""Keys whose values are ours or come from elsewhere, so that the page cannot confirm them."""
READINGS = frozenset(["scope", "contactKind", "condition", "form", "validity"])
"""Keys whose values a person has read from the wording; a change to them is for a person to see."""
ALTERED_ONLY = frozenset(["appliesTo", "organisedBy"])
"""Keys of which the page has to name what stands there, but not so often that an omission could be counted."""


@dataclass(frozen=True)
class Change:
    """One fact of one record: which document, where in it, and what stands there."""

    document: int
    path: KeyPath
    value: str

    def __str__(self) -> str:
        return f"{self.document}-{'.'.join(map(str, self.path))}"


@pytest.fixture(scope="module")
def page(reference: Path) -> OverviewPage:
    """Return the real page."""
    return read_page_file(reference / "source/efa-nachnutzung-in-den-laendern.txt", "page.txt")


def facts(documents: list[Document]) -> Iterator[Change]:
    """Yield every fact that the records have from the page."""
    for number, document in enumerate(documents):
        if document.value["type"] == "Dataset":
            continue
        for path, value in leaves(document.value):
            keys = {step for step in path if isinstance(step, str)}
            words_of_ours = keys & {"summary", "name"} and not is_from_the_page(document, path)
            of_state = is_state(document) and path == ("record", "origin")
            if not (keys & (NO_FACTS | READINGS) or "en" in keys or words_of_ours or of_state):
                yield Change(number, path, value)


def is_state(document: Document) -> bool:
    """Return whether *document* is about a state."""
    return bool(document.value["type"] == "State")


def is_from_the_page(document: Document, path: KeyPath) -> bool:
    """Return whether the words at *path* are the page's: names of things, but not titles and summaries of ours."""
    if path[-2] == "summary":
        return document.value.get("launchStatus") == "announced"
    return path[:2] != ("reuse", "name")


def leaves(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Yield the texts in *value* with their paths."""
    if isinstance(value, dict):
        yield from (leaf for key, member in value.items() for leaf in leaves(member, (*path, key)))
    elif isinstance(value, list):
        yield from (leaf for i, member in enumerate(value) for leaf in leaves(member, (*path, i)))
    else:
        yield path, value


def changed(documents: list[Document], change: Change, value: str | None) -> list[Document]:
    """Return *documents* with another *value*, or none, in the place of one fact."""
    document = documents[change.document]
    whole = copying.deepcopy(document.value)
    holder: Any = whole
    for step in change.path[:-1]:
        holder = holder[step]
    if value is None:
        del holder[change.path[-1]]
    else:
        holder[change.path[-1]] = value
    return [*documents[: change.document], replace(document, value=whole), *documents[change.document + 1 :]]


def alterations(change: Change) -> Iterator[str]:
    """Yield a fact cut short, with a letter more, and with its last digit turned."""
    yield change.value[:-1]
    yield f"{change.value}x"
    digits = [i for i, letter in enumerate(change.value) if letter.isdigit()]
    if digits:
        last = digits[-1]
        yield f"{change.value[:last]}{(int(change.value[last]) + 1) % 10}{change.value[last + 1 :]}"


def test_the_real_page_is_covered(page: OverviewPage, documents: list[Document]) -> None:
    """Nothing on the page is missing from the records, and nothing in them is invented."""
    assert [] == coverage(page, documents)


def test_no_fact_can_be_left_out_unnoticed(page: OverviewPage, documents: list[Document]) -> None:
    """Each single fact, left out of its record, makes coverage speak."""
    left_out = [c for c in facts(documents) if not ALTERED_ONLY & set(c.path)]
    unnoticed = [str(c) for c in left_out if not coverage(page, changed(documents, c, None))]

    assert ([], True) == (unnoticed, len(left_out) > 400)


def test_no_fact_can_be_altered_unnoticed(page: OverviewPage, documents: list[Document]) -> None:
    """Each single fact, cut short, grown or with another digit, makes coverage speak; over a thousand changes."""
    altered = [(c, value) for c in facts(documents) for value in alterations(c)]
    unnoticed = [f"{c}: {v}" for c, v in altered if not coverage(page, changed(documents, c, v))]

    assert ([], True) == (unnoticed, len(altered) > 1000)


def test_numbers_and_months_in_our_own_words_are_those_of_the_page(
    page: OverviewPage, documents: list[Document]
) -> None:
    """A year or month in a summary, in either language, that the page does not have is told."""
    numbered = [
        Change(i, path, value)
        for i, document in enumerate(documents)
        for path, value in leaves(document.value)
        if is_state(document) and "summary" in path and "additions" not in path and "20" in value
    ]

    assert len(numbered) > 8
    for change in numbered:
        [result] = coverage(page, changed(documents, change, change.value.replace("20", "19")))
        assert "invented-fact" == result.rule


def test_a_change_of_the_page_is_noticed(page: OverviewPage, documents: list[Document]) -> None:
    """Each row of the page, with another word at its end, makes coverage speak of this row alone."""
    for i, row in enumerate(page.rows):
        rows = (*page.rows[:i], replace(row, text=f"{row.text} Neues".strip(), pieces=()), *page.rows[i + 1 :])
        results = coverage(replace(page, rows=rows), documents)
        assert results
        assert all(row.kind in result.messages["en"] or row.state in result.messages["en"] for result in results)


PAGE_CHANGES = [
    ("Digitalisierungsbüro E-Mail", "Digitalbüro E-Mail", {"missing-fact", "invented-fact", "different-fact"}),
    ("info@itvsh.de", "post@itvsh.de", {"missing-fact", "invented-fact", "different-fact"}),
    ("0681/85 74 20-80", "0681/85 74 20-81", {"missing-fact", "invented-fact", "different-fact"}),
    ("Finanzierung | n. a. |", "Finanzierung | |", {"different-fact"}),
    ("bis Ende 2023 durch", "bis Ende 2024 durch", {"different-count", "different-fact"}),
    ("Stand: November 2022", "Stand: Mai 2024", {"invented-fact", "different-fact"}),
    ("Sächsisch Direkt", "Sächsisch Direkt Neuer Laden", {"missing-fact", "different-fact"}),
    ("zum Beispiel über den FIT-Store", "zum Beispiel", {"invented-fact"}),
]


@pytest.mark.parametrize(
    ("old", "new", "rules"),
    PAGE_CHANGES,
    ids=lambda value: " ".join(sorted(value))[:24] if isinstance(value, set) else value[:24],
)
def test_a_changed_fact_on_the_page_is_named(
    old: str, new: str, rules: set[str], reference: Path, documents: list[Document]
) -> None:
    """What the page says now and what it said before are told apart, with file, line and row."""
    text = (reference / "source/efa-nachnutzung-in-den-laendern.txt").read_text(encoding="utf-8")
    assert old in text
    results = coverage(read_page(text.replace(old, new, 1).encode(), "page.txt"), documents)

    assert rules == {result.rule for result in results}
    assert all(result.place.line and result.place.path.startswith("data/") for result in results)
    assert all(
        "page.txt" in result.messages["de"] for result in results if result.place.path != "data/organisations.yaml"
    )


def test_a_state_or_row_that_only_one_side_has_is_told(page: OverviewPage, documents: list[Document]) -> None:
    """A state that is gone from the page, a row without an entry, and a row that stands there twice are told."""
    without = replace(page, rows=tuple(row for row in page.rows if row.state != "Bremen"))
    twice = replace(page, rows=(*page.rows, page.rows[0]))
    strange = replace(page, rows=(*page.rows, replace(page.rows[0], state="Atlantis")))

    assert "invented-row" in {result.rule for result in coverage(without, documents)}
    assert ["repeated-row"] == [result.rule for result in coverage(twice, documents)]
    assert ["missing-row"] == [result.rule for result in coverage(strange, documents)]


def as_html(page: OverviewPage, links: dict[str, str]) -> bytes:
    """Return *page* as an HTML page of tables, with *links* on their labels."""

    def cell(text: str) -> str:
        for label, target in links.items():
            text = text.replace(label, f'<a href="{target}">{label}</a>')
        return text

    blocks = []
    for state, rows in groupby(page.rows, key=lambda row: row.state):
        lines = [f"<tr><th>{LABELS[row.kind]}</th><td>{cell(escape(row.text, quote=False))}</td></tr>" for row in rows]
        blocks.append(f"<h2>{state}</h2><table>{''.join(lines)}</table>")
    head = f"<h1>{escape(page.title)}</h1><p>{escape(page.introduction.removeprefix(page.title))}</p>"
    return f"<html><body>{head}{''.join(blocks)}</body></html>".encode()


def test_the_same_page_in_html_is_covered_too(page: OverviewPage, documents: list[Document]) -> None:
    """The form of the page makes no difference to what it says."""
    assert [] == coverage(read_page(as_html(page, {}), "page.html"), documents)


def test_a_link_that_is_found_again_is_told(page: OverviewPage, documents: list[Document]) -> None:
    """When a page has a target for a label, it is the link of the thing, and no longer lost, in the row neither."""
    links = {"Gemeindetag BW": "https://a.example/", "Sächsisch Direkt": "https://b.example/"}
    results = coverage(read_page(as_html(page, links), "page.html"), documents)

    assert {
        ("data/states/bw.yaml", "reuse.contacts[0].link", ""),
        ("data/states/bw.yaml", "reuse.contacts[0].lost", "unknownValue"),
        ("data/marketplaces.yaml", "link", ""),
        ("data/marketplaces.yaml", "lost", "linkTarget"),
    } == {(result.place.path, result.key, result.found) for result in results}


def test_each_sign_is_on_the_page(page: OverviewPage) -> None:
    """The table of signs holds nothing that the page does not use."""
    text = " ".join(row.text for row in page.rows)

    assert [] == [pattern for pattern, _, _ in ABOUT.signs if not re.search(pattern, text)]


def run(*arguments: object, **environment: str) -> Result:
    """Run ``efa-lod source coverage`` with *arguments*."""
    return CliRunner().invoke(main, ["source", "coverage", *map(str, arguments)], env={"LC_ALL": "C", **environment})


def test_the_command_says_so_with_its_exit_code(reference: Path, copy: Path) -> None:
    """Exit code 0 when all is covered, 1 when a fact has changed, with the place to mend."""
    page = reference / "source/efa-nachnutzung-in-den-laendern.txt"
    good = run(page, "--publication", copy)
    record = copy / "data/states/sh.yaml"
    record.write_text(record.read_text(encoding="utf-8").replace("info@itvsh.de", "info@itvsh.org"), encoding="utf-8")
    bad = run(page, "--publication", copy, "--lang", "de")
    as_json = json.loads(run(page, "--publication", copy, "--format", "json").stdout)

    assert (0, "The data conforms.\n") == (good.exit_code, good.stdout)
    line = 1 + record.read_text(encoding="utf-8").splitlines().index("      email: info@itvsh.org")
    told = f"data/states/sh.yaml:{line}: Verstoß: reuse.contacts[0].email: gefunden"
    assert (1, True) == (bad.exit_code, told in bad.stdout), bad.stdout
    assert {"email: info@itvsh.org", "info@itvsh.de"} & {str(r["found"]) for r in as_json["results"]}
