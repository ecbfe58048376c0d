"""Read what programs write into plain text in the place of layout: Markdown, wiki text, addresses in brackets.

Only what stands for a link, a weight or a list is taken away; the words stay as they are.
"""

import html
import re
from collections.abc import Mapping

from efa_lod.overview.lines import Cell, Link

HEADING = re.compile(r"\s{0,3}(?:#{1,6}\s+(?P<hash>.*?)\s*#*|={2,6}\s*(?P<wiki>.*?)\s*={2,6})\s*$")
DRAWN_LINE = re.compile(r"(?=.*[-=─━═_*~+|┼].*[-=─━═_*~+|┼])[\s|:+=\-─━═┌┬┐├┼┤└┴┘╔╦╗╠╬╣╚╩╝│┃║_*~]+$")
"""A line that is drawn: under a heading, between the rows of a table, or across the page."""
TABLE_SEPARATOR = re.compile(r"(?m)^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)+\|?[ \t]*$")
BULLET = re.compile(r"^\s*(?:[-*+•·‣◦▪●○–▶►▸▷▼▾▲▴]|\d{1,2}[.)])[ \t\u00a0]+(?=\S)")
BARS = str.maketrans("│┃║", "|||")

_MARKS = re.compile(
    r"(?m)^\s{0,3}#{1,6}\s+\S|\*\*\S|__\S|\]\([^\s)]+|^\s*\|.*\|\s*$|^={2,6}[^=]+={2,6}\s*$|'''|&(?:nbsp|amp|shy);|<br\s*/?>"
)
_DEFINITION = re.compile(r"(?m)^[ ]{0,3}\[([^\]\n]{1,80})\]:\s+<?(\S+?)>?(?:\s+[\"'(].*)?$")
_LINK = re.compile(
    r"!?\[((?:[^\[\]\\\n]|\\.)*)\]\(\s*<?([^\s<>()]*(?:\([^\s()]*\)[^\s<>()]*)*)>?(?:\s+[\"'(][^\n)]*[\"')])?\s*\)"
)
_REFERENCE = re.compile(r"\[([^\[\]\n]+)\]\s?\[([^\[\]\n]*)\]")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:|tel:)[^\s<>]+|[\w.+-]+@[\w-]+\.[\w.-]+)>")
_WIKI_LINK = re.compile(r"\[(https?://\S+)\s+([^\]\n]+)\]")
_WEIGHT = re.compile(r"(\*\*\*|\*\*|___|__|'''''|'''|''|~~|`)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*_])([*_])(?=[^\s*_])([^*_\n]+?)(?<=\S)\1(?![\w*_])")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~@\"'&:/])")
_BREAK = re.compile(r"<br\s*/?>|\\$", re.IGNORECASE)
_TAG = re.compile(r"</?(?:b|i|strong|em|u|span|sup|sub|small)(?:\s[^<>]*)?>", re.IGNORECASE)


def is_marked_up(text: str) -> bool:
    """Return True if *text* has signs that stand for layout."""
    return bool(_MARKS.search(text))


def definitions(text: str) -> dict[str, str]:
    """Return the targets that Markdown puts at the end of a text, by their names."""
    return {match[1].casefold(): match[2] for match in _DEFINITION.finditer(text)}


def without_definitions(text: str) -> str:
    """Return *text* with an empty line where a target is defined."""
    return _DEFINITION.sub("", text)


def cell_of(text: str, is_marked: bool, targets: Mapping[str, str]) -> Cell:
    """Return *text* as people read it, with its links; *is_marked* tells whether signs in it may stand for layout."""
    links: list[Link] = []

    def labelled(label: str, target: str) -> str:
        label = " ".join(unmarked(label).split()) if is_marked else label
        links.append(Link(label, target))
        return label

    def bare(target: str, before: str) -> str:
        is_address = "@" in target and ":" not in target
        if is_address or not before.strip():
            links.append(Link(target.removeprefix("mailto:"), f"mailto:{target}" if is_address else target))
            return target.removeprefix("mailto:")
        links.append(Link(before.strip().rpartition("  ")[2], target))
        return ""

    if is_marked:
        text = _BREAK.sub("\n", text)
        text = _LINK.sub(lambda match: labelled(match[1], match[2]), text)
        text = _WIKI_LINK.sub(lambda match: labelled(match[2], match[1]), text)
        text = _REFERENCE.sub(
            lambda match: (
                labelled(match[1], target) if (target := targets.get((match[2] or match[1]).casefold())) else match[0]
            ),
            text,
        )
    text = _AUTOLINK.sub(lambda match: bare(match[1], match.string[: match.start()]), text)
    return Cell(unmarked(text) if is_marked else text, tuple(links))


def unmarked(text: str) -> str:
    """Return *text* without the signs that make it bold or keep another sign as it is."""
    text = _TAG.sub("", text)
    for _ in range(3):
        text = _WEIGHT.sub(lambda match: match[2], text)
    text = _EMPHASIS.sub(lambda match: match[2], text)
    return html.unescape(_ESCAPE.sub(lambda match: match[1], text))
