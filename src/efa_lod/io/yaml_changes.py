"""Which places of a YAML text change when a value is set, added or removed: as few as there need be."""

from collections.abc import Iterable, Mapping, Sequence

from efa_lod.io.characters import composed
from efa_lod.io.documents import KeyPath
from efa_lod.io.yaml_nodes import YamlEntry, YamlNode, column_of, line_end, line_start, next_line, node_at
from efa_lod.io.yaml_scalars import (
    LINE_WIDTH,
    entry_lines,
    flow_scalar,
    flow_text,
    item_lines,
    rendered_value,
    scalar_text,
)

YamlChange = tuple[int, int, str]
"""A place of a text, from and to, and what stands there then. The places of one edit do not overlap."""


_AT_THE_END = -1


def changes_for(root: YamlNode, path: KeyPath, value: object, before: Sequence[str]) -> list[YamlChange]:
    """Return the changes that put *value* at *path* below *root*; None, and what is empty, takes away what is there.

    A new key is put before the first of the keys *before*.
    """
    if value is None or value in ({}, []):
        return _removal(root, path)
    depth = len(path)
    while node_at(root, path[:depth]) is None:
        depth -= 1
    node = node_at(root, path[:depth])
    assert node is not None  # the root is always there
    for step in reversed(path[depth + 1 :]):
        value = {step: value}
    if depth == len(path):
        return _replacement(root, path, node, value, before)
    if node.kind == "mapping":
        return _new_entries(node, {str(path[depth]): value}, before)
    return _replacement(root, path[:depth], node, {path[depth]: value}, before)


def _replacement(
    root: YamlNode, path: KeyPath, node: YamlNode, value: object, before: Sequence[str]
) -> list[YamlChange]:
    """Return the changes that make *value* of *node*, which stands at *path*."""
    if _is(node, value):
        return []
    if isinstance(value, Mapping) and any(one.key.value in value for one in node.entries):
        return _other_mapping(root, path, node, value, before)
    if isinstance(value, list) and (changes := _other_list(node, value)):
        return changes
    outer = node_at(root, path[:-1]) if path else None
    style = node.style if node.kind == "scalar" else None
    if outer is None or outer.is_flow:
        return [(node.start, node.end, flow_scalar(value, style) if isinstance(value, str) else flow_text(value))]
    has_comment = node.text[node.end : line_end(node.text, node.end)].strip() != ""
    if held := outer.entry(str(path[-1])):
        return [_other_value(held, outer.entries[0].key.column, value, has_comment)]
    column = outer.column
    if isinstance(value, str):
        return [(node.start, node.end, scalar_text(value, column, style, LINE_WIDTH - column - 2, has_comment))]
    return [(node.start, node.end, flow_text(value) if has_comment else item_lines(value, column).removeprefix("- "))]


def _other_value(held: YamlEntry, indent: int, value: object, has_comment: bool) -> YamlChange:
    """Return the change that gives the entry *held* of a block another *value*."""
    node = held.value
    room = LINE_WIDTH - column_of(node.text, held.colon) - 1
    if isinstance(value, str) and node.kind == "scalar":
        return node.start, node.end, scalar_text(value, indent, node.style, room, has_comment)
    return held.colon, held.end, rendered_value(value, indent, room, has_comment)


def _other_mapping(
    root: YamlNode, path: KeyPath, node: YamlNode, value: Mapping[str, object], before: Sequence[str]
) -> list[YamlChange]:
    """Return the changes that make *value* of a mapping with which it has keys in common."""
    kept = [one for one in node.entries if one.key.value in value]
    changes = [
        change
        for one in kept
        for change in _replacement(root, (*path, one.key.value), one.value, value[one.key.value], before)
    ]
    fresh = {key: member for key, member in value.items() if node.entry(key) is None}
    return [*changes, *_without_entries(node, kept), *_new_entries(node, fresh, before, kept)]


def _new_entries(
    node: YamlNode, fresh: Mapping[str, object], before: Sequence[str], kept: Sequence[YamlEntry] | None = None
) -> list[YamlChange]:
    """Return the changes that add the entries *fresh* to the mapping *node*, of which *kept* stay, or all."""
    kept = node.entries if kept is None else kept
    if node.is_flow:
        at = kept[-1].end if kept else node.start + 1
        made = [f"{flow_scalar(key)}: {flow_text(member)}" for key, member in fresh.items()]
        return [(at, at, (", " if kept else "") + ", ".join(made))] if made else []
    indent = node.entries[0].key.column if node.entries else 0
    entries: dict[int, list[str]] = {}
    for key, member in fresh.items():
        entries.setdefault(_place_of_key(node.text, kept, key, before), []).append(entry_lines(key, member, indent))
    late = entries.pop(_AT_THE_END, [])
    changes = [(at, at, "".join(f"{lines}\n" for lines in early)) for at, early in entries.items()]
    return [*changes, *_below(node.text, kept[-1].end if kept else node.end, late)]


def _place_of_key(text: str, kept: Sequence[YamlEntry], key: str, before: Sequence[str]) -> int:
    """Return where the new *key* begins: at the line of the first of *kept* that it comes before, or at the end.

    Of the keys *before* each comes before those after it; all others come before all of them. An empty line above a
    key of the record stays with that key.
    """
    later = before[before.index(key) + 1 :] if key in before else before
    last = next((one for one in kept[1:] if one.key.value in later), None)
    if last is None:
        return _AT_THE_END
    at = line_start(text, last.start)
    while last.key.column == 0 and text[:at].endswith(("\n\n", "\n\r\n")):
        at = line_start(text, at - 1)
    return at


def _below(text: str, end: int, entries: Sequence[str]) -> list[YamlChange]:
    """Return the change that puts *entries* below the line in which *end* is."""
    if not entries:
        return []
    at, lines = line_end(text, end), "\n".join(entries)
    if at == len(text) and text.strip("\ufeff")[-1:] in ("", "\n"):
        return [(at, at, f"{lines}\n")]
    return [(at, at, f"\n{lines}")]


def _other_list(node: YamlNode, values: list[object]) -> list[YamlChange]:
    """Return the changes that make *values* of the list *node* by leaving out items and adding at its end.

    Return none where the order is another, or nothing stays.
    """
    kept = [one for one in node.items if any(_is(one, value) for value in values)]
    if not kept or len(kept) > len(values) or not all(map(_is, kept, values)):
        return []
    changes, fresh = _without_items(node, kept), values[len(kept) :]
    if not fresh:
        return changes
    if node.is_flow:
        at = kept[-1].end
        return [*changes, (at, at, "".join(f", {flow_text(one)}" for one in fresh))]
    column = node.column
    return [*changes, *_below(node.text, kept[-1].end, [" " * column + item_lines(one, column) for one in fresh])]


def _removal(root: YamlNode, path: KeyPath) -> list[YamlChange]:
    """Return the changes that take away what stands at *path*, and what holds nothing else."""
    if node_at(root, path) is None:
        return []
    while len(path) > 1:
        outer = node_at(root, path[:-1])
        if outer is None or len(outer.entries) + len(outer.items) > 1:
            break
        path = path[:-1]
    outer, step = node_at(root, path[:-1]), path[-1]
    assert outer is not None  # the loop ends at the root
    if isinstance(step, int):
        return _without_items(outer, [one for n, one in enumerate(outer.items) if n != step])
    return _without_entries(outer, [one for one in outer.entries if one.key.value != step])


def _without_entries(node: YamlNode, kept: Sequence[YamlEntry]) -> list[YamlChange]:
    """Return the changes that leave only the entries *kept* of the mapping *node*."""
    places = [(one.start, one.end) for one in node.entries]
    return _without(node, places, [one.start for one in node.entries], {one.start for one in kept})


def _without_items(node: YamlNode, kept: Sequence[YamlNode]) -> list[YamlChange]:
    """Return the changes that leave only the items *kept* of the list *node*."""
    places = [(one.start, one.end) for one in node.items]
    starts = [one.start for one in node.items] if node.is_flow else node.dashes
    return _without(node, places, starts, {one.start for one in kept})


def _without(
    node: YamlNode, places: Sequence[tuple[int, int]], starts: Sequence[int], kept: set[int]
) -> list[YamlChange]:
    """Return the changes that leave only those members at *places* that begin at one of *kept*.

    *starts* are where the members begin with their dashes.
    """
    stays = [start in kept for start, _ in places]
    if not node.is_flow:
        return list(_without_lines(node.text, places, starts, stays))
    last = max((n for n, stay in enumerate(stays) if stay), default=-1)
    return [
        (places[n - 1][1] if n else places[n][0], places[n][1], "")
        if n > last
        else (places[n][0], places[n + 1][0], "")
        for n, stay in enumerate(stays)
        if not stay
    ]


def _without_lines(
    text: str, places: Sequence[tuple[int, int]], starts: Sequence[int], stays: Sequence[bool]
) -> Iterable[YamlChange]:
    first = next((n for n, stay in enumerate(stays) if stay), None)
    is_behind_dash = bool(text[line_start(text, starts[0]) : starts[0]].strip(" \ufeff"))
    if is_behind_dash and first:
        yield starts[0], starts[first], ""
    for n, stay in enumerate(stays):
        if not stay and not (is_behind_dash and first is not None and n < first):
            yield line_start(text, starts[n]), min(next_line(text, places[n][1]), len(text)), ""


def _is(node: YamlNode, value: object) -> bool:
    """Return True if *node* is read as *value*."""
    if node.kind == "scalar":
        return isinstance(value, str) and composed(node.value) == value
    if node.kind == "list":
        return isinstance(value, list) and len(value) == len(node.items) and all(map(_is, node.items, value))
    if not isinstance(value, Mapping) or list(value) != [one.key.value for one in node.entries]:
        return False
    return all(_is(one.value, value[one.key.value]) for one in node.entries)
