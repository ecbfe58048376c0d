"""Where values stand in a YAML text: nodes with the exact places of their first and last character.

PyYAML's marks say where a node begins; where a block ends they name the next token, beyond comments and empty lines.
Here an end is that of what was written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from efa_lod.io.documents import KeyPath


@dataclass(frozen=True)
class YamlNode:
    """A value in *text*, from *start* to *end*; *style* is that of a scalar: ``""``, quotes, ``>`` or ``|``.

    *entries* are those of a mapping, *items* those of a list.
    """

    kind: str
    text: str
    start: int
    end: int
    style: str = ""
    is_flow: bool = False
    value: str = ""
    entries: Sequence["YamlEntry"] = ()
    items: Sequence["YamlNode"] = ()

    @property
    def column(self) -> int:
        """Return how many characters stand before it on its line."""
        return column_of(self.text, self.start)

    def entry(self, key: str) -> "YamlEntry | None":
        """Return the entry of a mapping that has this *key*."""
        return next((one for one in self.entries if one.key.value == key), None)

    @cached_property
    def dashes(self) -> list[int]:
        """Return where the dash of each item of a block list stands."""
        found = [self.start]
        for before, item in zip(self.items, self.items[1:], strict=False):
            found.append(self._dash_between(before.end, item.start))
        return found

    def _dash_between(self, start: int, end: int) -> int:
        """Return the dash before the item that begins at *end*: the one that stands below the first."""
        column = self.column
        line = line_start(self.text, start)
        while (line := next_line(self.text, line)) <= end:
            at = line + column
            if self.text[line:at].strip() == "" and self.text[at : at + 1] == "-":
                return at
        return end


@dataclass(frozen=True)
class YamlEntry:
    """A *key* of a mapping and its *value*."""

    key: YamlNode
    value: YamlNode

    @property
    def start(self) -> int:
        """Return where the key begins."""
        return self.key.start

    @property
    def end(self) -> int:
        """Return where the value ends."""
        return max(self.value.end, self.colon)

    @property
    def colon(self) -> int:
        """Return the place behind the colon."""
        return self.key.text.index(":", self.key.end) + 1


def yaml_roots(text: str) -> list[YamlNode]:
    """Return the documents of *text*, those left out in which nothing is; raise yaml.YAMLError where it is none."""
    import yaml

    roots = yaml.compose_all(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    shift = 1 if text.startswith("\ufeff") and getattr(yaml, "CSafeLoader", None) else 0
    found = [_node(root, text, shift) for root in roots if root is not None]
    return [node for node in found if node.kind != "scalar" or node.value]


def document_starts(text: str) -> list[int]:
    """Return where each line ``---`` begins."""
    return [at for at in _line_starts(text) if text[at : at + 3] == "---" and text[at + 3 : at + 4] in ("", "\r", "\n")]


def node_at(root: YamlNode, path: KeyPath) -> YamlNode | None:
    """Return the node at *path* below *root*, or None where there is none."""
    node: YamlNode | None = root
    for step in path:
        if node is None:
            return None
        if isinstance(step, int):
            node = node.items[step] if node.kind == "list" and step < len(node.items) else None
        else:
            entry = node.entry(step) if node.kind == "mapping" else None
            node = entry.value if entry else None
    return node


def line_start(text: str, at: int) -> int:
    """Return the beginning of the line in which *at* is."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Return the end of the line in which *at* is, before its line break."""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if end > at and text[end - 1] == "\r" else end


def next_line(text: str, at: int) -> int:
    """Return the beginning of the next line, or a place behind the text where there is none."""
    end = text.find("\n", at)
    return len(text) + 1 if end < 0 else end + 1


def column_of(text: str, at: int) -> int:
    """Return how many characters stand on the line before *at*; a byte order mark is none."""
    return at - line_start(text, at) - (1 if line_start(text, at) == 0 and text.startswith("\ufeff") else 0)


def _line_starts(text: str) -> Iterator[int]:
    at = 0
    while at < len(text):
        yield at
        at = next_line(text, at)


def _node(node: Any, text: str, shift: int) -> YamlNode:
    """Return what PyYAML composed as a node with its end; *shift* is added to its marks."""
    start, end = node.start_mark.index + shift, node.end_mark.index + shift
    kind = type(node).__name__
    if kind == "ScalarNode":
        style = node.style or ""
        if style in (">", "|") and style:
            end = start + len(text[start:end].rstrip())
        return YamlNode("scalar", text, start, end, style, value=str(node.value))
    is_flow = bool(node.flow_style)
    if kind == "MappingNode":
        entries = [YamlEntry(_node(key, text, shift), _node(value, text, shift)) for key, value in node.value]
        end = end if is_flow or not entries else entries[-1].end
        return YamlNode("mapping", text, start, end, is_flow=is_flow, entries=entries)
    items = [_node(item, text, shift) for item in node.value]
    end = end if is_flow or not items else items[-1].end
    return YamlNode("list", text, start, end, is_flow=is_flow, items=items)
