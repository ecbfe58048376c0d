"""The manual on the site: Markdown becomes pages that are safe, linked, and readable without a mouse."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from efa_lod.errors import BrokenInput
from efa_lod.model.publication import Publication
from efa_lod.site.manual import MANUAL_FOLDER, MANUAL_PAGES, manual_pages, manual_text, text_as_html, with_manual
from support.read_sites import read_site


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "a <b onclick='x'>b</b>", "[x](javascript:alert(1))"])
def test_nothing_in_a_text_runs(text: str) -> None:
    """HTML is shown as text, and no link runs a script."""
    body = text_as_html(f"# T\n\n{text}\n", "en").body

    assert re.findall(r"<(script|b)\b|href=\"javascript", body) == []


def test_pages_link_to_each_other() -> None:
    """A link to the Markdown file of another page leads to that page in the language of the reader."""
    text = "[a](researchers.en.md#x) [b](commands.md) [c](https://example.org/)"
    body = text_as_html(f"# T\n\n{text}", "en").body

    assert re.findall(r'href="(.*?)"', body) == ["researchers.html#x", "commands.html", "https://example.org/"]


def test_headings_have_places_and_tables_captions() -> None:
    """Equal headings have different places; a table is called by the heading above it."""
    body = text_as_html("# T\n\n## Same\n\n| a |\n| - |\n| 1 |\n\n## Same\n", "de").body

    assert re.findall(r'id="(.*?)"', body) == ["same", "same-2"]
    assert "<caption>Same</caption>" in body


def test_a_publication_without_a_manual_has_the_packaged_one(publication: Publication, tmp_path: Path) -> None:
    """Another publication may have texts of its own; without them, the program's manual stands on its site."""
    other = replace(publication, folder=tmp_path)

    assert manual_text(with_manual(other), "portals", "de") == manual_text(publication, "portals", "de")


def test_a_missing_page_is_named(publication: Publication, tmp_path: Path) -> None:
    """A manual that lacks a page is refused with the name of the file."""
    (tmp_path / "data/manual").mkdir(parents=True)

    with pytest.raises(BrokenInput, match=r"data/manual/portals\.de\.md"):
        manual_text(with_manual(replace(publication, folder=tmp_path)), "portals", "de")


def test_every_page_stands_in_both_languages(publication: Publication) -> None:
    """German pages are below ``manual/``, English ones below ``en/manual/``, with an index for each."""
    paths = {file.path for file in manual_pages(read_site(publication)[0]) if file.media_type == "text/html"}

    assert paths == {f"{way}manual/{name}.html" for way in ("", "en/") for name in ("index", *MANUAL_PAGES)}


def test_pictures_of_texts_are_published_and_small(publication: Publication) -> None:
    """Each picture that a page of the manual shows lies in the folder, is published, and is below 100 kB."""
    folder = publication.folder / MANUAL_FOLDER
    named = {name for text in folder.glob("*.md") for name in re.findall(r"\]\((pictures/[^)]+)\)", text.read_text())}

    assert {"pictures/sheet.de.png", "pictures/form.en.png", "pictures/model.de.svg"} <= named
    for name in named:
        assert (folder / name).stat().st_size < 100_000
        assert name.rpartition(".")[2] in ("png", "svg")


@pytest.mark.parametrize(("language", "source"), [("de", "pictures/a.svg"), ("en", "../../manual/pictures/a.svg")])
def test_pictures_beside_the_texts_are_shown(language: str, source: str) -> None:
    """A picture has one place for both languages; one from elsewhere is told in words."""
    body = text_as_html("# T\n\n![A <b>](pictures/a.svg) ![Far](https://example.org/a.svg)", language).body

    assert f'<img class="picture" src="{source}" alt="A &lt;b&gt;">' in body
    assert 1 == body.count("<img") and "Far" in body
