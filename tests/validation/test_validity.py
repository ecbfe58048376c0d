"""What has ended is marked as ended, by the day of the last comparison and never by the clock."""

import copy as copying
from typing import Any

import pytest

from efa_lod.io.reading import Document
from efa_lod.model.answers import last_day
from efa_lod.model.context import Context
from efa_lod.model.publication import Publication
from efa_lod.model.records import publication_records
from efa_lod.validation.validity import validity_results


@pytest.fixture
def documents(publication: Publication) -> list[Document]:
    """Return the records of the publication, to be changed by a test."""
    return copying.deepcopy(list(publication_records(publication)))


def provision(documents: list[Document]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the record of Lower Saxony and the first of its provisions."""
    state = next(one.value for one in documents if one.value["id"] == "state/ni")
    found: dict[str, Any] = state["reuse"]["financing"]["provisions"][0]
    return state["record"], found


def rules(documents: list[Document], context: Context) -> list[str]:
    """Return which rules are broken."""
    return [result.rule for result in validity_results(documents, context)]


def test_the_records_mark_what_has_ended(documents: list[Document], context: Context) -> None:
    """Everything that had ended on the day of the last comparison is marked, and nothing else."""
    assert [] == rules(documents, context)


@pytest.mark.parametrize(
    ("key", "end", "last"),
    [
        ("until", "2023-12-31", "2023-12-31"),
        ("untilMonth", "2024-02", "2024-02-29"),
        ("untilYear", "2024", "2024-12-31"),
    ],
)
def test_an_end_is_a_day_a_month_or_a_year(
    documents: list[Document], context: Context, key: str, end: str, last: str
) -> None:
    """A provision has ended after the last day of the time that the page gives, in whichever form it gives it."""
    record, found = provision(documents)
    del found["until"]
    found[key] = end

    assert last == last_day(found)
    record["lastConfirmed"] = last
    assert ["ended-too-early"] == rules(documents, context)[:1]
    del found["validity"]
    assert "ended-unmarked" not in [r.rule for r in validity_results(documents, context) if r.key.endswith(key)]
    record["lastConfirmed"] = "2026-11-23"
    assert "ended-unmarked" in rules(documents, context)


def test_what_has_no_end_has_not_ended(documents: list[Document], context: Context) -> None:
    """A provision without a limit cannot be marked as ended."""
    _, found = provision(documents)
    del found["until"]

    assert ["ended-too-early"] == rules(documents, context)
