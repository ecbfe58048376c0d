"""What tests of pages share: pages as a browser reads them."""

import posixpath
from collections.abc import Iterable
from html.parser import HTMLParser
from urllib.parse import unquote

from efa_lod.rdf.formats import OutputFile


def made(files: Iterable[OutputFile]) -> dict[str, bytes]:
    """Return the content of *files* by path."""
    return {file.path: file.data for file in files}


_WITHIN = frozenset({"a", "code", "span", "strong", "time", "cite", "q"})
"""Elements that stand within a line; all others part words."""
_VOID = frozenset({"meta", "link", "img", "br", "input", "rect", "path", "circle", "use", "hr"})


class Html(HTMLParser):
    """A page as it is read: its language, texts, anchors, links, and what it would load or run."""

    def __init__(self, data: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.language = ""
        self.ids: set[str] = set()
        self.repeated: list[str] = []
        self.links: list[str] = []
        self.sources: list[str] = []
        self.scripts: set[str] = set()
        self.running: list[str] = []
        self.tags: set[str] = set()
        self.inline: list[str] = []
        self._open: list[str] = []
        self._texts: list[tuple[tuple[str, ...], str]] = []
        self.feed(data.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of an element."""
        found = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self._part(tag)
        if tag == "html":
            self.language = found.get("lang", "")
        if "id" in found:
            self.repeated += [found["id"]] if found["id"] in self.ids else []
            self.ids.add(found["id"])
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if "src" in found:
            self.sources.append(found["src"])
        if tag == "script":
            self.scripts.add(found.get("type", ""))
        self.inline += [name for name in found if name == "style" or name.startswith("on")]
        if tag not in _VOID:
            self._open.append(tag)
            if tag == "script" and found.get("type") != "application/ld+json":
                self._open.append("running")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of an element that is closed at once."""
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element and what stands open in it."""
        self._part(tag)
        while self._open and tag in self._open:
            if self._open.pop() == tag:
                break

    def handle_data(self, data: str) -> None:
        """Take note of a text."""
        if "running" in self._open:
            self.running.append(data)
        elif "script" not in self._open:
            self._texts.append((tuple(self._open), data))

    def _part(self, tag: str) -> None:
        if tag not in _WITHIN:
            self._texts.append((tuple(self._open), " "))

    def pages(self, path: str) -> list[str]:
        """Return what the links of this page, which stands at *path*, lead to within the site, as paths."""
        here = [link for link in self.links if ":" not in link.partition("/")[0] and not link.startswith("#")]
        return [unquote(posixpath.normpath(posixpath.join(posixpath.dirname(path), link))) for link in here]

    @property
    def text(self) -> str:
        """Return all texts of the page, spaces as a reader sees them."""
        return " ".join("".join(text for _, text in self._texts).split())

    def text_of(self, tag: str) -> str:
        """Return the texts within elements of the name *tag*."""
        return " ".join("".join(text for path, text in self._texts if tag in path).split())
