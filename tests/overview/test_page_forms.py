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
from support.page_forms import BREAKERS, READ, REFUSED, Source, source_of


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


OF_ANY_LENGTH = (
    "a sheet with semicolons",
    "a sheet that names its sign",
    "a sheet with commas",
    "a sheet with quoted tabs",
    "tabs and bars",
)
"""Forms that mean nothing once their lines are broken."""
NOT_BROKEN = ("no-break spaces", "a page saved as one file", "an archive in which another page goes first")
"""Forms in which no program breaks lines between words, or whose lines are no lines of text."""


def is_text(form: str, source: Source) -> bool:
    """Return True if *form* gives a text, in UTF-8, that a program may break into lines."""
    data = READ[form](source)
    return form not in NOT_BROKEN and not data.lstrip().startswith(b"<") and b"\0" not in data


@pytest.mark.parametrize("form", READ)
def test_lines_broken_at_a_width_are_no_change(
    form: str, source: Source, documents: list[Document], publication: Publication
) -> None:
    """A text whose lines a mail program or an editor has broken is the same text, or is refused, and never a change."""
    if not is_text(form, source):
        return
    text = READ[form](source).decode()
    for breaker in BREAKERS.values():
        try:
            other = read_page(breaker(text).encode(), "copy")
        except BrokenInput:
            assert form in OF_ANY_LENGTH
            continue
        assert {"unchanged"} == {row.change for row in row_changes(recorded_rows(documents), other)}
        assert [] == list(outside_changes(read_outside(publication), other))


def test_a_change_in_broken_lines_is_told(
    page: OverviewPage, source: Source, documents: list[Document], publication: Publication
) -> None:
    """A word more, a word less, and a line that is new are told, wherever the lines are broken."""
    text = READ["labels on lines of their own"](source).decode()
    words = sorted({word for row in page.rows for word in row.text.split() if word.isalpha() and len(word) > 5})
    for number, word in enumerate(words[::30]):
        for changed in (
            text.replace(word, f"{word} neuerdings", 1),
            text.replace(word, "", 1),
            f"{text}Hinweis: neu\n",
        ):
            breaker = list(BREAKERS.values())[number % len(BREAKERS)]
            other = read_page(breaker(changed).encode(), "copy")
            is_told = any(row.change != "unchanged" for row in row_changes(recorded_rows(documents), other))
            assert is_told or list(outside_changes(read_outside(publication), other)), (word, changed[-20:])
