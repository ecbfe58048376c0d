"""Find what an HTML page says to its readers: not what is hidden, nor what is around it.

A panel that opens on a click is hidden and yet part of the page; so is whatever holds the rows.
"""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_STYLE_RULES = 400
"""Most rules of style sheets in the page that are looked at."""
MAX_LOOKED_AT = 20_000_000
"""Most characters that are searched for labels in elements that seem hidden."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_AROUND_TAGS = _words(
    "nav footer select textarea iframe object canvas noscript svg math dialog menu script style template title"
)
_AROUND_ROLES = _words(
    "navigation contentinfo search menu menubar toolbar dialog alertdialog tooltip banner complementary-navigation"
)
_AROUND_NAMES = re.compile(
    r"(?:^|[-_ ])(?:cookies?|cookie(?:banner|bar|consent|hinweis|layer|notice)|consent|breadcrumbs?"
    r"|wm-ipp(?:-base)?|skip-?(?:links?|nav|to-content)?"
    r"|social|share|sharing|feedback|back-?to-?top|totop|nach-?oben|navbar|site-?(?:header|footer|nav))(?:$|[-_ ])",
    re.IGNORECASE,
)
_HIDDEN_NAMES = _words(
    "visually-hidden visuallyhidden visually-hidden-focusable sr-only sr-only-focusable screen-reader-text"
    " screenreader-text screenreader screen-reader-only screenreader-only u-hidden-visually u-visually-hidden"
    " element-invisible assistive-text a11y-hidden hidden is-hidden hide d-none display-none invisible u-hidden"
    " aural hidden-visually offscreen off-screen unsichtbar versteckt nospam no-spam antispam anti-spam honeypot"
)
_HIDING = re.compile(
    r"(?:^|[;{\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0*)?\s*(?:[;!}]|$)"
    r"|font-size\s*:\s*0(?:[a-z%]*)\s*(?:[;!}]|$)|(?:left|top|right|text-indent|margin-left)\s*:\s*-\d{3,}"
    r"|clip\s*:\s*rect\(\s*[01]|clip-path\s*:\s*(?:inset\(\s*(?:50|100)%|circle\(\s*0))",
    re.IGNORECASE,
)
_BACKWARDS = re.compile(r"direction\s*:\s*rtl", re.IGNORECASE)
_OVERRIDE = re.compile(r"unicode-bidi\s*:\s*(?:isolate-)?(?:bidi-)?override", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_TOGGLE = ("aria-expanded", "aria-controls", "data-toggle", "data-bs-toggle")


class Visibility:
    """Which elements of one page are hidden, and which are around what it says.

    *labels_in* counts the different labels of rows in a text; *is_name* tells a label or the name of a state.
    """

    def __init__(
        self, tree: "LexborHTMLParser", labels_in: Callable[[str], int], is_name: Callable[[str], bool]
    ) -> None:
        self._labels_in = labels_in
        self._is_name = is_name
        self._left = MAX_LOOKED_AT
        self._has_main = tree.css_first("main, article, [role=main]") is not None
        self._styled = {node.mem_id for selector in _hiding_selectors(tree) for node in _selected(tree, selector)}
        self._opened = set(_controlled(tree))
        self._tabs = dict(_tabs(tree))

    def is_hidden(self, node: "LexborNode") -> bool:
        """Return True if readers do not see *node*, whatever they click."""
        attributes = node.attributes
        names = (attributes.get("class") or "").split()
        is_out_of_sight = (
            ("hidden" in attributes and attributes["hidden"] != "until-found")
            or bool(_HIDING.search(attributes.get("style") or ""))
            or node.mem_id in self._styled
            or not _HIDDEN_NAMES.isdisjoint(names)
        )
        return is_out_of_sight and not self._is_panel(node) and not self._holds_rows(node)

    def is_around(self, node: "LexborNode") -> bool:
        """Return True if *node* is no part of what the page says: menus, forms, notices about cookies, decoration."""
        attributes, tag = node.attributes, node.tag or ""
        if tag in _AROUND_TAGS or (tag == "button" and not is_toggle(node) and not self._is_name(node.text())):
            return True
        if attributes.get("role") == "tab" and self._tabs:
            return True
        looks_so = (
            (tag in ("aside", "header") and self._has_main and _is_outermost(node))
            or tag == "form"
            or attributes.get("role") in _AROUND_ROLES
            or attributes.get("aria-hidden") == "true"
            or attributes.get("aria-modal") == "true"
            or bool(_AROUND_NAMES.search(attributes.get("class") or ""))
            or bool(_AROUND_NAMES.search(attributes.get("id") or ""))
        )
        return (
            looks_so and tag not in ("html", "body", "main") and not self._is_panel(node) and not self._holds_rows(node)
        )

    def name_of(self, node: "LexborNode") -> str:
        """Return the text of the tab that shows *node*; the tabs of a page stand apart from what they show."""
        return self._tabs.get(node.attributes.get("id") or "", "")

    def _is_panel(self, node: "LexborNode") -> bool:
        """Return True if a click on something before *node* opens it."""
        if (node.attributes.get("id") or "") in self._opened:
            return True
        before = node.prev
        while before is not None and before.tag == "-text" and not (before.text_content or "").strip():
            before = before.prev
        if before is None or (before.tag or "-").startswith("-") or node.tag in ("span", "a", "b", "i", "small"):
            return False
        return "aria-expanded" in before.attributes or before.css_first("[aria-expanded]") is not None

    def _holds_rows(self, node: "LexborNode") -> bool:
        """Return True if *node* is a label or a state's name, or holds labels of several rows."""
        text = node.text()
        self._left -= len(text)
        return self._left > 0 and (self._is_name(text) or self._labels_in(text) > 1)


def _is_outermost(node: "LexborNode") -> bool:
    """Return True if *node* belongs to the site rather than to what the page says, and has no title in it."""
    parent = node.parent
    while parent is not None:
        if parent.tag in ("main", "article", "section", "td", "li"):
            return False
        parent = parent.parent
    return node.css_first("h1") is None


_NAMING_TAGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "summary", "dt", "th", "legend", "caption"])
_WORD = re.compile(r"[^\W\d_]{2}")


def is_toggle(node: "LexborNode") -> bool:
    """Return True if *node* opens something on a click, or names what a heading is about."""
    above = node.parent
    while above is not None and above.tag in ("span", "b", "strong", "em", "div"):
        above = above.parent
    if above is not None and above.tag in _NAMING_TAGS:
        return not _WORD.search(
            above.text().replace(node.text(), "", 1)
        )  # a heading with words of its own has its name
    return any(name in node.attributes for name in _TOGGLE) or node.attributes.get("role") == "tab"


def is_backwards(node: "LexborNode") -> bool:
    """Return True if the text of *node* is written from its end, and set so that readers see it the right way."""
    style = node.attributes.get("style") or ""
    if node.tag == "bdo":
        return (node.attributes.get("dir") or "").lower() == "rtl"
    return bool(_BACKWARDS.search(style) and _OVERRIDE.search(style))


def _tabs(tree: "LexborHTMLParser") -> Iterator[tuple[str, str]]:
    """Yield the identifier of each panel that a tab shows, and the text of the tab."""
    names = {tab.attributes["id"]: tab.text() for tab in tree.css("[role=tab][id]")}
    for tab in tree.css("[role=tab]"):
        attributes = tab.attributes
        for key in ("aria-controls", "data-target", "data-bs-target", "href"):
            if target := (attributes.get(key) or "").removeprefix("#"):
                yield target, tab.text()
    for panel in tree.css("[role=tabpanel]"):
        name = names.get(panel.attributes.get("aria-labelledby"), "")
        if name and panel.attributes.get("id"):
            yield str(panel.attributes["id"]), name


def _controlled(tree: "LexborHTMLParser") -> Iterator[str]:
    """Yield the identifiers of what a control of the page opens."""
    for node in tree.css("[aria-controls], [aria-expanded], [data-toggle], [data-bs-toggle]"):
        attributes = node.attributes
        targets = [attributes.get(name) or "" for name in ("aria-controls", "data-target", "data-bs-target", "href")]
        yield from (target.removeprefix("#") for text in targets for target in text.split())


def _hiding_selectors(tree: "LexborHTMLParser") -> Iterator[str]:
    """Yield the selectors of the page's own style sheets whose rules hide; those for print and the like are left."""
    left = MAX_STYLE_RULES
    for style in tree.css("style"):
        media = (style.attributes.get("media") or "all").lower()
        if "screen" not in media and "all" not in media:
            continue
        for selector, declarations in _top_rules(_COMMENT.sub(" ", style.text())[:200_000]):
            if left and _HIDING.search(declarations):
                left -= 1
                yield selector


def _top_rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield selector and declarations of the rules of *css* that stand in no block, or in one for all screens."""
    for match in re.finditer(r"([^{};]+)\{([^{}]*)\}", _without_other_media(css)):
        yield match[1].strip(), match[2]


def _without_other_media(css: str) -> str:
    """Return *css* with blocks such as ``@media print`` left out, and ``@media screen`` and ``all`` unpacked."""
    kept: list[str] = []
    depth, at, skipped = 0, 0, 0
    for match in re.finditer(r"(@[^{};]*)?([{}])", css):
        if match[2] == "{":
            depth += 1
            if match[1] and not skipped:
                kept.append(css[at : match.start()])
                at = match.end()
                if not re.match(r"@media\s+(?:screen|all)\s*$", match[1].strip(), re.IGNORECASE):
                    skipped = depth
        else:
            if skipped == depth:
                at, skipped = match.end(), 0
            depth = max(depth - 1, 0)
    return "".join([*kept, "" if skipped else css[at:]])


def _selected(tree: "LexborHTMLParser", selector: str) -> list["LexborNode"]:
    """Return what *selector* selects; nothing where it cannot be read, or speaks of a state such as ``:hover``."""
    if (
        ":" in selector.replace(":not(", "").replace(":first-child", "").replace(":last-child", "")
        or len(selector) > 300
    ):
        return []
    try:
        return tree.css(selector)
    except Exception:  # the library has a class of its own for this, in some versions only
        return []
