"""Read JSON and JSON Lines: what YAML gives and no more, so all scalars are texts."""

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from efa_lod.io.documents import (
    LONE_SURROGATE,
    MAX_BYTES,
    MAX_DEPTH,
    MAX_EMPTY_LINES,
    READING_MESSAGES,
    Document,
    KeyPath,
    Place,
    decoded_text,
    kind,
    mapping,
)

_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+|\n')


def read_json(stream: BinaryIO, name: str) -> Iterator[Document]:
    """Yield the one document of a JSON stream, or the documents of its ``@graph`` or list."""
    text = decoded_text(stream.read(MAX_BYTES + 1), name)
    value = _parsed_json(text, Place(name))
    whole = Document({}, Place(name, 1), partial(_json_lines, text))
    for start, member in _members(value):
        lines = partial(_below, whole, start)
        yield Document(mapping(member, Place(name)), whole.place_of(start), lines)


def lines_of(stream: BinaryIO, name: str, number: int = 0) -> Iterator[bytes]:
    """Yield the lines of *stream*, empty ones too; raise BrokenInput where many follow each other that are empty.

    Packed, empty lines take a thousandth of their size: who sends a few of them would keep a reader busy for minutes.
    """
    empty = 0
    while line := stream.readline(MAX_BYTES + 1):
        number += 1
        empty = empty + 1 if line.isspace() else 0
        if empty > MAX_EMPTY_LINES:
            raise READING_MESSAGES.broken("empty-lines", Place(name, number), most=MAX_EMPTY_LINES)
        yield line


def read_json_lines(stream: BinaryIO, name: str, number: int = 0) -> Iterator[Document]:
    """Yield one document a line, skipping empty lines, without reading ahead; *number* lines came before."""
    for line in lines_of(stream, name, number):
        number += 1
        place = Place(name, number)
        text = decoded_text(line, place)
        if text and not text.isspace():
            yield Document(_plain_json(text) or mapping(_parsed_json(text, place), place), place, dict)


def _members(value: object) -> Iterator[tuple[KeyPath, object]]:
    """Yield the documents in a JSON *value* and the way to each: those of a list or ``@graph``, or the value itself."""
    if isinstance(value, list):
        yield from (((i,), member) for i, member in enumerate(value))
    elif isinstance(value, dict) and isinstance(value.get("@graph"), list):
        context = {"@context": value["@context"]} if "@context" in value else {}
        for i, member in enumerate(value["@graph"]):
            yield ("@graph", i), {**context, **member} if isinstance(member, dict) else member
    else:
        yield (), value


def _plain_json(text: str) -> dict[str, object] | None:
    """Return the object that *text* is when a quick look shows that nothing in it is to be refused, else None."""
    if "\\u" in text or "true" in text or "false" in text or "null" in text:
        return None
    if text.count("{") + text.count("[") > MAX_DEPTH:
        return None
    try:
        value = _PLAIN.decode(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a key stands twice")
    return members


def _refused(number: str) -> None:
    raise ValueError(number)


_PLAIN = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_refused, parse_float=_refused, parse_constant=_refused, strict=True
)


def _parsed_json(text: str, place: Place) -> object:
    """Return the value of a JSON text in which all scalars are text, or raise BrokenInput."""
    try:
        value = json.loads(text, object_pairs_hook=lambda pairs: _without_duplicates(pairs, place))
    except json.JSONDecodeError as error:
        line = place.line or error.lineno
        rest = " ".join(text[error.pos : error.pos + 200].split())[:40]
        raise READING_MESSAGES.broken("json" if rest else "json-end", Place(place.path, line), rest=rest) from error
    except (RecursionError, ValueError) as error:
        raise READING_MESSAGES.broken("json-deep", place) from error
    _check_json(value, place)
    return value


def _without_duplicates(pairs: list[tuple[str, object]], place: Place) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise READING_MESSAGES.broken("second-key-json", place, key=twice)
    return members


def _check_json(value: object, place: Place) -> None:
    """Raise BrokenInput for scalars that are no text, lone surrogates and depth, without recursion."""
    waiting: list[tuple[object, int, str]] = [(value, 0, "")]
    while waiting:
        item, depth, key = waiting.pop()
        if depth > MAX_DEPTH:
            raise READING_MESSAGES.broken("deep", place, most=MAX_DEPTH)
        if isinstance(item, dict):
            if "@context" in item and key == "":
                item = {k: v for k, v in item.items() if k != "@context" or isinstance(v, str)}
            waiting += [(member, depth + 1, name) for name, member in item.items()]
            waiting += [(name, depth + 1, "") for name in item]
        elif isinstance(item, list):
            waiting += [(member, depth + 1, key) for member in item]
        elif not isinstance(item, str):
            raise READING_MESSAGES.broken("not-text-json", place, key=key or ("value", "Wert"), found=kind(item))
        elif LONE_SURROGATE.search(item):
            raise READING_MESSAGES.broken("half-character-json", place, key=key or ("key", "Schlüssel"))


def _json_lines(text: str) -> dict[KeyPath, int]:
    """Return the line of each key path of a JSON *text* that is known to be well-formed."""
    lines: dict[KeyPath, int] = {(): 1}
    way: list[str | int] = []
    pending, line = "", 1
    for token in _JSON_TOKEN.findall(text):
        if token == "\n":
            line += 1
        elif token in "{[":
            lines.setdefault(tuple(way), line)
            way.append(0 if token == "[" else "")
        elif token in "}]":
            way.pop()
        elif token == ",":
            if way and isinstance(way[-1], int):
                way[-1] += 1
        elif token == ":":
            way[-1] = json.loads(pending)
            lines[tuple(way)] = line
        else:
            pending = token
            if way and isinstance(way[-1], int):
                lines.setdefault(tuple(way), line)
    return lines


def _below(whole: Document, start: KeyPath) -> dict[KeyPath, int]:
    """Return the lines of the part of *whole* under *start*, with paths counted from there."""
    return {path[len(start) :]: line for path, line in whole.lines.items() if path[: len(start)] == start}
