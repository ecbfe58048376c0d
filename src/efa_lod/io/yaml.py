"""Read YAML strictly: every scalar is text, and nothing is expanded."""

import re
from collections.abc import Iterator
from functools import partial
from itertools import accumulate
from typing import Any, BinaryIO

from efa_lod.io.characters import character_name
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

_NUMBER = ("a number", "eine Zahl")
_NOT_TEXT = (
    (
        re.compile(r"(~|null|Null|NULL|)$"),
        ("nothing", "nichts"),
        ("leave the key out, or write a value", "den Schlüssel weglassen oder einen Wert schreiben"),
    ),
    (
        re.compile(r"(yes|no|on|off|true|false)$", re.IGNORECASE),
        ("a word that YAML reads as true or false", "ein Wort, das als wahr oder falsch gelesen wird"),
        None,
    ),
    (re.compile(r"[-+]?(0[xob])?[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?$"), _NUMBER, None),
    (re.compile(r"[-+]?\.(inf|nan|[0-9]+)$", re.IGNORECASE), _NUMBER, None),
)
_QUOTED_OR_COMMENT = re.compile(r"""\"(?:[^"\\]|\\.)*+\"|'[^']*'|(?:^|(?<=\s))#[^\n]*""", re.DOTALL | re.MULTILINE)
"""What no bracket counts in that stands there."""
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
"""What YAML has in no text (1.2, 5.1), and the byte order mark anywhere but at the beginning."""


def read_yaml(stream: BinaryIO, name: str) -> Iterator[Document]:
    """Yield the documents of a YAML stream. Every scalar must be text; see ``reading`` for what is refused."""
    import yaml

    text = decoded_text(stream.read(MAX_BYTES + 1), name)
    if found := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise READING_MESSAGES.broken("control", Place(name, line), name=character_name(found[0]))
    try:
        yield from _yaml_documents(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)), name)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: an escape for what is no character
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = mark.line + 1 if mark else 0
        unquoted = _QUOTED_OR_COMMENT.sub("", text)
        if max(accumulate((sign in "[{") - (sign in "]}") for sign in unquoted), default=0) > MAX_DEPTH:
            raise READING_MESSAGES.broken("deep", Place(name, line), most=MAX_DEPTH) from error  # libyaml stops first
        from efa_lod.io.yaml_diagnosis import diagnosis

        where, rule, words = diagnosis(text, line)
        raise READING_MESSAGES.broken(rule, Place(name, where), **words) from error


class _Builder:
    """Build one document from YAML events, without recursion, so that depth costs no stack."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[KeyPath, int] = {}
        self.root: object = None
        # containers under construction, and the way to each
        self._open: list[tuple[dict[str, object] | list[object], KeyPath]] = []
        self._key: list[str | None] = []  # for each container, the key that waits for its value

    def add(self, value: object, line: int) -> None:
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
                raise READING_MESSAGES.broken("deep", Place(self.name, line), most=MAX_DEPTH)

    def _new_key(self, container: dict[str, object], key: object, path: KeyPath, line: int) -> None:
        place = Place(self.name, line)
        if not isinstance(key, str):
            raise READING_MESSAGES.broken("no-key", place, found=kind(key))
        if key == "<<":
            raise READING_MESSAGES.broken("merge", place)
        if path in self.lines:
            raise READING_MESSAGES.broken("second-key", place, key=key, first=self.lines[path])
        self.lines[path] = line
        self._key[-1] = key

    def close(self) -> None:
        """End the innermost mapping or list."""
        self._open.pop()
        self._key.pop()

    @property
    def at_key(self) -> bool:
        """Return whether the next value is a key."""
        return bool(self._open) and isinstance(self._open[-1][0], dict) and self._key[-1] is None

    @property
    def key(self) -> str:
        """Return the key whose value comes next, or the one above the list whose item comes next."""
        way = (*self._open[-1][1], self._key[-1]) if self._open else ()
        name = next((step for step in reversed(way) if isinstance(step, str)), "")
        return f"{name}: " if name else ""


def _yaml_documents(events: Iterator[Any], name: str) -> Iterator[Document]:
    """Yield a document for each that *events* describes; empty documents are skipped."""
    builder = _Builder(name)
    empty = 0
    for event in events:
        kind = type(event).__name__
        line = event.start_mark.line + 1 if event.start_mark else 0
        if kind == "AliasEvent" or getattr(event, "anchor", None):
            raise READING_MESSAGES.broken("anchor", Place(name, line))
        tag = getattr(event, "tag", None)
        if tag and tag != "!":
            raise READING_MESSAGES.broken("tag", Place(name, line), tag=tag)
        if kind == "DocumentStartEvent":
            empty += 1 if builder.root in (None, "") else 0
            if empty > MAX_EMPTY_LINES:
                raise READING_MESSAGES.broken("empty-documents", Place(name, line), most=MAX_EMPTY_LINES)
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
            elif event.style == '"' and LONE_SURROGATE.search(event.value):
                raise READING_MESSAGES.broken("half-character", Place(name, line))
            builder.add(event.value, line)
        elif kind == "DocumentEndEvent" and builder.root not in (None, ""):
            place = Place(name, builder.lines[()])
            yield Document(mapping(builder.root, place), place, partial(dict, builder.lines))


def _refuse_what_is_not_text(value: str, place: Place, builder: _Builder) -> None:
    """Raise BrokenInput when YAML would read the unquoted *value* as something else than text."""
    if value == "" and builder.root is None:
        return  # an empty document
    for pattern, what, remedy in _NOT_TEXT:
        if pattern.match(value):
            found = tuple(f"{name}, {value}" if value else name for name in what)
            mend = remedy or (f'put it in quotes: "{value}"', f'in Anführungszeichen setzen: "{value}"')
            raise READING_MESSAGES.broken("not-text", place, key=builder.key, found=found, remedy=mend)
