"""What is read from a file of records: mappings, each with its place and the lines of its parts."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from efa_lod.io.characters import composed
from efa_lod.io.messages import Bilingual, Messages

KeyPath = tuple[str | int, ...]
"""The way from a document to a value in it: keys of mappings and positions in lists, from 0."""

LONE_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half of a character, which no text can hold."""
MAX_BYTES = 16_000_000
"""Most bytes that one YAML or JSON file, or one line of JSON Lines, may have."""
MAX_DEPTH = 64
"""Deepest nesting of mappings and lists that is read."""
MAX_EMPTY_LINES = 10_000
"""Most empty lines after one another in JSON Lines, and most documents of YAML in which nothing is."""
READING_MESSAGES = Messages(__file__, "reading")
"""What is said of a file that cannot be read."""


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


def decoded_text(data: bytes, name: str | Place) -> str:
    """Return *data* as text, its letters composed; refuse what is too long, not UTF-8 or has a NUL in it."""
    if len(data) > MAX_BYTES:
        raise READING_MESSAGES.broken("too-long", name, most=MAX_BYTES)
    try:
        text = data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise READING_MESSAGES.broken("not-utf8", _line_of(name, line), byte=data[error.start]) from error
    if "\0" in text:
        raise READING_MESSAGES.broken("nul", _line_of(name, text.count("\n", 0, text.index("\0")) + 1))
    return composed(text)


def _line_of(name: str | Place, line: int) -> Place:
    return name if isinstance(name, Place) and name.line else Place(str(name), line)


def mapping(value: object, place: Place) -> dict[str, Any]:
    """Return *value* if it is a mapping; raise BrokenInput otherwise."""
    if not isinstance(value, dict):
        raise READING_MESSAGES.broken("no-mapping", place, found=kind(value))
    return value


def kind(value: object) -> Bilingual:
    """Return what a person would call *value*."""
    shown = str(value)[:40]
    names: dict[type, Bilingual] = {
        dict: ("keys and values", "Schlüssel und Werte"),
        list: ("a list", "eine Liste"),
        str: (f"the text '{shown}'", f"der Text „{shown}“"),
        bool: ("true or false", "true oder false"),
        type(None): ("nothing", "nichts"),
    }
    return names.get(type(value), (f"the number {value}", f"die Zahl {value}"))
