"""The same page, saved or copied by other programs, is the same page, or is refused; it is never told as a change."""

from pathlib import Path

import pytest

from efa_lod.errors import BrokenInput
from efa_lod.io.reading import Document
from efa_lod.model.publication import Publication
from efa_lod.overview.completeness import coverage
from efa_lod.overview.drafting import drafted
from efa_lod.overview.outside import outside_changes, read_outside
from efa_lod.overview.page import OverviewPage, read_page, read_page_file
from efa_lod.overview.recognition import items
from efa_lod.overview.typography import plain
from efa_lod.overview.watching import recorded_rows, row_changes
from support.page_forms import READ, REFUSED, Source, source_of


@pytest.fixture(scope="module")
def page(reference: Path) -> OverviewPage:
    """Return the real page."""
    return read_page_file(reference / "source/efa-nachnutzung-in-den-laendern.txt", "page.txt")


@pytest.fixture(scope="module")
def source(page: OverviewPage) -> Source:
    """Return what is transformed."""
    return source_of(page)


def facts(page: OverviewPage) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """Return what is read of each row of *page*, apart from the targets of links."""
    return [(r.state, r.kind, plain(r.text), [(i.kind, plain(i.text)) for i in items(r)]) for r in page.rows]


@pytest.mark.parametrize("form", READ)
def test_each_form_gives_the_same_rows_and_nothing_else(
    form: str, page: OverviewPage, source: Source, documents: list[Document], publication: Publication
) -> None:
    """State, kind, text and facts of all 64 rows, the introduction, and the comparison with the records agree."""
    other = read_page(READ[form](source), "copy")

    assert facts(page) == facts(other)
    assert {"unchanged"} == {row.change for row in row_changes(recorded_rows(documents), other)}
    assert plain(page.introduction) == plain(other.introduction)
    assert [] == [passage for passage in other.passages if passage.kind not in ("introduction", "contents")]
    assert [] == list(outside_changes(read_outside(publication), other))


@pytest.mark.parametrize(
    "form", ["tabs", "addresses with hidden words", "a page saved as one file", "labels in capitals"]
)
def test_a_draft_from_another_form_is_the_same_draft(form: str, page: OverviewPage, source: Source) -> None:
    """No text is drafted into another field, and no address becomes another."""
    other = read_page(READ[form](source), "copy")

    for state, _ in source.blocks:
        rows = [[row for row in one.rows if row.state == state] for one in (page, other)]
        assert drafted(rows[0]) == drafted(rows[1])


def test_coverage_of_another_form_is_the_same(source: Source, documents: list[Document]) -> None:
    """What holds of the page at hand holds of a copy with tabs and of one with buttons in its headings."""
    for form in ("tabs", "a button in each heading", "decomposed umlauts"):
        assert [] == coverage(read_page(READ[form](source), "copy"), documents)


@pytest.mark.parametrize("form", REFUSED)
def test_a_form_that_cannot_be_read_is_refused(form: str, source: Source) -> None:
    """What cannot be told apart ends in one line, in both languages, and never in a change."""
    with pytest.raises(BrokenInput) as caught:
        read_page(REFUSED[form](source), "copy")

    for language in ("en", "de"):
        assert caught.value.in_language(language).startswith("copy")
    assert caught.value.in_language("de") != caught.value.in_language("en")
