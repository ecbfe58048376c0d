"""What a page leads to and loads, and the names of its parts."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from efa_lod.io.limits import MIB

MAX_PAGE = 4 * MIB
"""Most bytes of a page that are read for its links."""


@dataclass
class PageContents:
    """What a page leads to and loads, and the names of its parts."""

    links: list[str] = field(default_factory=list)
    resources: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    policy: bool = False


class _Reader(HTMLParser):
    """Read what a page leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.page = PageContents()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.page.names |= {
            values[name] for name in ("id", "name") if values.get(name) and (name == "id" or tag == "a")
        }
        if tag == "meta":
            self.page.policy |= values.get("http-equiv", "").lower() == "content-security-policy"
        loads = tag in _LOADING or (tag == "link" and bool({*values.get("rel", "").lower().split()} & _LOADED))
        for name in ("href", "src", "data", "action", "poster", "xlink:href"):
            if value := values.get(name, "").strip():
                (self.page.resources if loads and name != "action" else self.page.links).append(value)

    handle_startendtag = handle_starttag


_LOADING = {"script", "img", "iframe", "embed", "object", "source", "video", "audio", "track", "use", "image"}
_LOADED = {"stylesheet", "icon", "preload", "modulepreload", "manifest", "apple-touch-icon", "preconnect"}


def read_contents(content: bytes) -> PageContents:
    """Return what the page *content* leads to."""
    reader = _Reader()
    reader.feed(content[:MAX_PAGE].decode("utf-8", "replace"))
    return reader.page
