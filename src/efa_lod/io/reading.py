"""Read YAML, JSON and JSON Lines strictly, keeping the line of every key.

The files are edited by people and may come from strangers. So nothing is guessed (a value is text unless it is a
mapping or a list), nothing is expanded (anchors, tags and merge keys are refused), and size and depth are bounded.
What the keys mean is left to ``context`` and ``records``.
"""

import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import accumulate
from pathlib import Path
from typing import Any, BinaryIO, cast

from efa_lod.errors import BrokenInput
from efa_lod.io.files import opened

KeyPath = tuple[str | int, ...]
"""The way from a document to a value in it: keys of mappings and positions in lists, from 0."""

MAX_BYTES = 16_000_000
"""Most bytes that one YAML or JSON file, or one line of JSON Lines, may have."""
MAX_DEPTH = 64
"""Deepest nesting of mappings and lists that is read."""

_NOT_TEXT = (
    (re.compile(r"(~|null|Null|NULL|)$"), "nothing", "leave the key out, or write a value"),
    (re.compile(r"(yes|no|on|off|true|false)$", re.IGNORECASE), "a word that YAML reads as true or false", ""),
    (re.compile(r"[-+]?(0[xob])?[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?$"), "a number", ""),
    (re.compile(r"[-+]?\.(inf|nan|[0-9]+)$", re.IGNORECASE), "a number", ""),
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+|\n')


@dataclass(frozen=True)
class Place:
    """A line of a file, for a message; line 0 means the file as a whole."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True)
class Document:
    """One mapping read from a file, with the place it starts at and, found when asked for, the lines of its parts."""

    value: dict[str, Any]
    place: Place
    find_lines: Callable[[], Mapping[KeyPath, int]] = field(repr=False, compare=False)

    @cached_property
    def lines(self) -> Mapping[KeyPath, int]:
        """Return the line of each key path; a path that is missing shares the line of what holds it."""
        return self.find_lines()

    def place_of(self, path: KeyPath) -> Place:
        """Return the place of the value at *path*, or of the nearest thing that holds it."""
        while path and path not in self.lines:
            path = path[:-1]
        return Place(self.place.path, self.lines.get(path, self.place.line))


def read_documents(path: Path, name: str | None = None) -> Iterator[Document]:
    """Yield the documents of a ``.yaml``, ``.yml``, ``.json`` or ``.jsonl`` file, in order.

    *name* is how messages call the file. Raise BrokenInput when the file cannot be read or is none of these.
    """
    name = name or str(path)
    suffix = suffix_of(name)
    if suffix not in READERS:
        raise BrokenInput(f"{name}: expected a file that ends in {', '.join(READERS)}, found '{suffix}'")
    try:
        with opened(path, name) as stream:
            yield from READERS[suffix](stream, name)
    except OSError as error:
        raise BrokenInput(f"{name}: cannot be read: {error.strerror}") from error


def suffix_of(name: str) -> str:
    """Return the suffix by which the format of a file is known, such as ``.yaml`` or ``.jsonl.gz``."""
    suffixes = Path(name).suffixes[-2:]
    return "".join(suffixes) if suffixes[-1:] == [".gz"] else "".join(suffixes[-1:])


def read_yaml(stream: BinaryIO, name: str) -> Iterator[Document]:
    """Yield the documents of a YAML stream. Every scalar must be text; see the module for what is refused."""
    import yaml

    text = _text(stream.read(MAX_BYTES + 1), name)
    try:
        yield from _yaml_documents(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)), name)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        if (
            max(accumulate((sign in "[{") - (sign in "]}") for sign in text), default=0) > MAX_DEPTH
        ):  # libyaml stops first, in words of its own
            raise BrokenInput(f"{Place(name, line)}: nested deeper than {MAX_DEPTH} levels") from error
        context = f" ({error.context})" if error.context else ""
        raise BrokenInput(
            f"{Place(name, line)}: not readable as YAML: {error.problem}{context} – look at this line and the one above"
            " for a missing quote, colon or space"
        ) from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: an escape for what is no character
        raise BrokenInput(f"{name}: not readable as YAML: {' '.join(str(error).split())}") from error


def read_json(stream: BinaryIO, name: str) -> Iterator[Document]:
    """Yield the one document of a JSON stream, or the documents of its ``@graph`` or list."""
    text = _text(stream.read(MAX_BYTES + 1), name)
    value = _parsed_json(text, Place(name))
    whole = Document({}, Place(name, 1), partial(_json_lines, text))
    for start, member in _members(value):
        lines = partial(_below, whole, start)
        yield Document(_mapping(member, Place(name)), whole.place_of(start), lines)


def read_json_lines(stream: BinaryIO, name: str, number: int = 0) -> Iterator[Document]:
    """Yield one document a line, skipping empty lines, without reading ahead; *number* lines came before."""
    while line := stream.readline(MAX_BYTES + 1):
        number += 1
        place = Place(name, number)
        text = _text(line, place)
        if text and not text.isspace():
            yield Document(_plain_json(text) or _mapping(_parsed_json(text, place), place), place, dict)


def read_packed_json_lines(stream: BinaryIO, name: str) -> Iterator[Document]:
    """Yield one document a line of a file packed by gzip; it is unpacked as it is read."""
    import gzip

    try:
        with gzip.open(stream) as lines:
            yield from read_json_lines(cast(BinaryIO, lines), name)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BrokenInput(f"{name}: not readable as gzip: {error}") from error


READERS: dict[str, Callable[[BinaryIO, str], Iterator[Document]]] = {
    ".yaml": read_yaml,
    ".yml": read_yaml,
    ".json": read_json,
    ".jsonl": read_json_lines,
    ".jsonl.gz": read_packed_json_lines,
}


def _text(data: bytes, name: str | Place) -> str:
    """Return *data* as text; refuse what is too long, not UTF-8 or has characters no text has."""
    if len(data) > MAX_BYTES:
        raise BrokenInput(f"{name}: longer than {MAX_BYTES:,} bytes – split it, or use JSON Lines (.jsonl)")
    try:
        text = data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BrokenInput(
            f"{name}:{line}: not UTF-8 (byte 0x{data[error.start]:02X}) – save the file with the encoding UTF-8"
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise BrokenInput(f"{name}:{line}: holds a NUL character – not a text file, or saved as UTF-16?")
    return text


def _members(value: Any) -> Iterator[tuple[KeyPath, Any]]:
    """Yield the documents in a JSON *value* and the way to each: those of a list or ``@graph``, or the value itself."""
    if isinstance(value, list):
        yield from (((i,), member) for i, member in enumerate(value))
    elif isinstance(value, dict) and isinstance(value.get("@graph"), list):
        context = {"@context": value["@context"]} if "@context" in value else {}
        for i, member in enumerate(value["@graph"]):
            yield ("@graph", i), {**context, **member} if isinstance(member, dict) else member
    else:
        yield (), value


def _mapping(value: object, place: Place) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BrokenInput(f"{place}: expected keys and values, found {_kind(value)}")
    return value


def _kind(value: object) -> str:
    """Return what a person would call *value*."""
    names = {dict: "keys and values", list: "a list", str: f"the text '{str(value)[:40]}'", bool: "true or false"}
    return "nothing" if value is None else names.get(type(value), f"the number {value}")


# --- YAML -----------------------------------------------------------------------------------------------------------


class _Builder:
    """Build one document from YAML events, without recursion, so that depth costs no stack."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[KeyPath, int] = {}
        self.root: Any = None
        self._open: list[tuple[Any, KeyPath]] = []  # containers under construction, and the way to each
        self._key: list[str | None] = []  # for each container, the key that waits for its value

    def add(self, value: Any, line: int) -> None:
        """Put *value* where the stream stands: a key, the value of a key, a list item or the root."""
        if not self._open:
            self.root = value
            self.lines[()] = line
            path: KeyPath = ()
        else:
            container, way = self._open[-1]
            if isinstance(container, list):
                path = (*way, len(container))
                container.append(value)
            elif self._key[-1] is None:
                self._new_key(container, value, (*way, str(value)), line)
                return
            else:
                path = (*way, self._key[-1])
                container[self._key[-1]] = value
                self._key[-1] = None
            self.lines.setdefault(path, line)
        if isinstance(value, dict | list):
            self._open.append((value, path))
            self._key.append(None)
            if len(self._open) > MAX_DEPTH:
                raise BrokenInput(f"{Place(self.name, line)}: nested deeper than {MAX_DEPTH} levels")

    def _new_key(self, container: dict[str, Any], key: Any, path: KeyPath, line: int) -> None:
        place = Place(self.name, line)
        if not isinstance(key, str):
            raise BrokenInput(f"{place}: expected a key, found {_kind(key)}")
        if key == "<<":
            raise BrokenInput(f"{place}: merge keys (<<) are not read – write the keys out")
        if path in self.lines:
            raise BrokenInput(
                f"{place}: the key '{key}' stands here a second time, first in line {self.lines[path]} – keep one of"
                " them; several values go into a list"
            )
        self.lines[path] = line
        self._key[-1] = key

    def close(self) -> None:
        """End the innermost mapping or list."""
        self._open.pop()
        self._key.pop()

    @property
    def at_key(self) -> bool:
        """Tell whether the next value is a key."""
        return bool(self._open) and isinstance(self._open[-1][0], dict) and self._key[-1] is None

    @property
    def key(self) -> str:
        """Return the key whose value comes next, or the one above the list whose item comes next."""
        way = (*self._open[-1][1], self._key[-1]) if self._open else ()
        name = next((step for step in reversed(way) if isinstance(step, str)), "")
        return f" {name}:" if name else ""


def _yaml_documents(events: Iterator[Any], name: str) -> Iterator[Document]:
    """Yield a document for each that *events* describes; empty documents are skipped."""
    builder = _Builder(name)
    for event in events:
        kind = type(event).__name__
        line = event.start_mark.line + 1 if event.start_mark else 0
        if kind == "AliasEvent" or getattr(event, "anchor", None):
            raise BrokenInput(f"{Place(name, line)}: anchors and aliases (& and *) are not read – write the value out")
        tag = getattr(event, "tag", None)
        if tag and tag != "!":
            raise BrokenInput(f"{Place(name, line)}: tags such as {tag} are not read – remove it")
        if kind == "DocumentStartEvent":
            builder = _Builder(name)
        elif kind == "MappingStartEvent":
            builder.add({}, line)
        elif kind == "SequenceStartEvent":
            builder.add([], line)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            builder.close()
        elif kind == "ScalarEvent":
            if not event.style and not builder.at_key:
                _refuse_what_is_not_text(event.value, Place(name, line), builder)
            elif event.style == '"' and _LONE_SURROGATE.search(event.value):
                raise BrokenInput(f"{Place(name, line)}: holds half a character (a lone surrogate) – write it anew")
            builder.add(event.value, line)
        elif kind == "DocumentEndEvent" and builder.root not in (None, ""):
            place = Place(name, builder.lines[()])
            yield Document(_mapping(builder.root, place), place, partial(dict, builder.lines))


def _refuse_what_is_not_text(value: str, place: Place, builder: _Builder) -> None:
    """Raise BrokenInput when YAML would read the unquoted *value* as something else than text."""
    if value == "" and builder.root is None:
        return  # an empty document
    for pattern, what, remedy in _NOT_TEXT:
        if pattern.match(value):
            found = f"{what}, {value}" if value else what
            mend = remedy or f'put it in quotes: "{value}"'
            raise BrokenInput(f"{place}:{builder.key} expected text, found {found} – {mend}")


# --- JSON -----------------------------------------------------------------------------------------------------------


def _plain_json(text: str) -> dict[str, Any] | None:
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


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a key stands twice")
    return members


def _refused(number: str) -> None:
    raise ValueError(number)


_PLAIN = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_refused, parse_float=_refused, parse_constant=_refused, strict=True
)


def _parsed_json(text: str, place: Place) -> Any:
    """Return the value of a JSON text in which all scalars are text, or raise BrokenInput."""
    try:
        value = json.loads(text, object_pairs_hook=lambda pairs: _without_duplicates(pairs, place))
    except json.JSONDecodeError as error:
        line = place.line or error.lineno
        raise BrokenInput(f"{Place(place.path, line)}: not readable as JSON: {error.msg}") from error
    except (RecursionError, ValueError) as error:
        raise BrokenInput(f"{place}: not readable as JSON: nested too deep, or a number too long") from error
    _check_json(value, place)
    return value


def _without_duplicates(pairs: list[tuple[str, Any]], place: Place) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise BrokenInput(f"{place}: the key '{twice}' stands twice in one object – several values go into a list")
    return members


def _check_json(value: Any, place: Place) -> None:
    """Raise BrokenInput for scalars that are no text, lone surrogates and depth, without recursion."""
    waiting: list[tuple[Any, int, str]] = [(value, 0, "")]
    while waiting:
        item, depth, key = waiting.pop()
        if depth > MAX_DEPTH:
            raise BrokenInput(f"{place}: nested deeper than {MAX_DEPTH} levels")
        if isinstance(item, dict):
            if "@context" in item and key == "":
                item = {k: v for k, v in item.items() if k != "@context" or isinstance(v, str)}
            waiting += [(member, depth + 1, name) for name, member in item.items()]
            waiting += [(name, depth + 1, "") for name in item]
        elif isinstance(item, list):
            waiting += [(member, depth + 1, key) for member in item]
        elif not isinstance(item, str):
            raise BrokenInput(f"{place}: {key or 'value'}: expected text, found {_kind(item)} – put it in quotes")
        elif _LONE_SURROGATE.search(item):
            raise BrokenInput(f"{place}: {key or 'key'}: holds half a character (a lone surrogate) – write it anew")


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
