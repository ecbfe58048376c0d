"""Make the manual: a page for each audience and the reference of the commands, from Markdown (CommonMark with tables).

The texts are ``data/manual/<page>.<language>.md`` of the publication, or of the packaged one where it has none;
``commands.md`` and ``commands.de.md`` are written by ``efa-lod help --format markdown``. HTML in a text is shown as
text. Pictures stand in ``pictures/`` beside the texts, which name them by that path.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from efa_lod.model.languages import LANGUAGES, Texts
from efa_lod.model.publication import Publication, packaged_folder
from efa_lod.rdf.formats import OutputFile
from efa_lod.site.names import SITE_NAMES
from efa_lod.site.page import Site, pages

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MANUAL_PAGES: Mapping[str, Texts] = SITE_NAMES["manual"]
"""The pages of the manual in their order, with their short names by language."""
MANUAL_FOLDER = "data/manual"
"""Where a publication has the texts."""
_PICTURE = re.compile(r"pictures/[a-z0-9.-]+\.(?:svg|webp|png)$")
_PICTURE_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}
"""Pictures that the pages show; others are for README."""
_TEXT_LINK = re.compile(r"(?:.*/)?(?P<page>[a-z]+)(?:\.(?:de|en))?\.md(?P<fragment>#.*)?$")


@dataclass(frozen=True)
class ManualText:
    """A text of the manual: its *title*, its *body* as HTML, and its *language*."""

    title: str
    body: str
    language: str


def manual_pages(site: Site) -> Iterator[OutputFile]:
    """Yield the page that lists the manual, and each of its pages, in each language."""
    names = list(MANUAL_PAGES.items())
    yield from pages(site, "manual.html", "manual/index.html", {"names": names})
    texts_of = with_manual(site.publication)
    for name in MANUAL_PAGES:
        texts = {language: manual_text(texts_of, name, language) for language in LANGUAGES}
        values = {"names": names, "name": name, "texts": texts}
        yield from pages(site, "manual_page.html", f"manual/{name}.html", values)
    for picture in sorted((texts_of.folder / MANUAL_FOLDER / "pictures").iterdir()):
        if media_type := _PICTURE_TYPES.get(picture.suffix):
            yield OutputFile(f"manual/pictures/{picture.name}", media_type, [picture.read_bytes()])


def with_manual(publication: Publication) -> Publication:
    """Return what holds the texts: *publication* itself, or the packaged one under the same settings."""
    has_own = (publication.folder / MANUAL_FOLDER).is_dir()
    return publication if has_own else replace(publication, folder=packaged_folder())


def manual_text(publication: Publication, name: str, language: str) -> ManualText:
    """Return the page *name* in *language*, or from the file without a language, which is English.

    Raise BrokenInput where the file is missing or cannot be read.
    """
    own, english = (f"{MANUAL_FOLDER}/{name}{suffix}.md" for suffix in (f".{language}", ""))
    has_own = (publication.folder / own).is_file() or not (publication.folder / english).is_file()
    return text_as_html(publication.read(own if has_own else english), language if has_own else "en")


def text_as_html(text: str, language: str) -> ManualText:
    """Return the Markdown *text*, whose first heading is its title, as HTML without that heading."""
    parser = _parser(language)
    tokens = parser.parse(text)
    title, rest = "", tokens
    if len(tokens) > 2 and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        title, rest = _words(tokens[1]), tokens[3:]
    _with_anchors(rest)
    return ManualText(title, parser.renderer.render(rest, parser.options, {}), language)


def _parser(language: str) -> "MarkdownIt":
    """Return the parser of CommonMark with tables, without HTML; what may scroll can be reached by keyboard."""
    from markdown_it import MarkdownIt
    from markdown_it.common.utils import escapeHtml

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    example, table = {"de": ("Beispiel", "Tabelle"), "en": ("Example", "Table")}[language]
    numbers = iter(range(1, 1_000_000))

    def fence(self: object, tokens: "Sequence[Token]", index: int, options: object, env: object) -> str:
        label = f"{example} {next(numbers)}"
        code = escapeHtml(tokens[index].content)
        return f'<pre tabindex="0" role="region" aria-label="{label}"><code>{code}</code></pre>\n'

    def table_open(self: object, tokens: "Sequence[Token]", index: int, options: object, env: object) -> str:
        caption = escapeHtml(tokens[index].meta.get("caption") or table)
        label = f"{table} {next(numbers)}"
        opening = f'<div class="scroll" role="region" aria-label="{label}" tabindex="0">\n<table>\n'
        return f"{opening}<caption>{caption}</caption>\n"

    def table_close(self: object, tokens: "Sequence[Token]", index: int, options: object, env: object) -> str:
        return "</table>\n</div>\n"

    def link_open(self: object, tokens: "Sequence[Token]", index: int, options: object, env: object) -> str:
        token = tokens[index]
        target = str(token.attrs.get("href", ""))
        if found := _TEXT_LINK.match(target):
            token.attrs["href"] = f"{found['page']}.html{found['fragment'] or ''}"
        elif target.startswith(("http://", "https://")):
            token.attrs["rel"] = "external"
        return parser.renderer.renderToken(tokens, index, options, env)  # type: ignore[attr-defined, no-any-return]

    def image(self: object, tokens: "Sequence[Token]", index: int, options: object, env: object) -> str:
        token = tokens[index]
        source = str(token.attrs.get("src", ""))
        if not _PICTURE.match(source):
            return escapeHtml(token.content)
        up = "" if language == LANGUAGES[0] else "../../manual/"
        return f'<img class="picture" src="{up}{source}" alt="{escapeHtml(token.content)}">'

    for name, rule in {
        "image": image,
        "fence": fence,
        "table_open": table_open,
        "table_close": table_close,
        "link_open": link_open,
    }.items():
        parser.add_render_rule(name, rule)
    return parser


def _with_anchors(tokens: "Sequence[Token]") -> None:
    """Set for each heading in *tokens* an id of its own, and each table the heading above it as a caption."""
    heading = ""
    seen: dict[str, int] = {}
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            heading = _words(tokens[index + 1])
            name = re.sub(r"[^\w]+", "-", heading.lower()).strip("-")
            seen[name] = seen.get(name, 0) + 1
            token.attrs["id"] = name if seen[name] == 1 else f"{name}-{seen[name]}"
        elif token.type == "table_open":
            token.meta["caption"] = heading


def _words(inline: "Token") -> str:
    """Return the text of an *inline* token without its marks."""
    return "".join(child.content for child in inline.children or [])
