"""Expand records into statements: what a document says under the context, term by term.

A statement is a triple whose terms are written as N-Triples writes them. In this form a million records pass through
the program: each writer is a little work on texts, and an engine reads them as they stand. The meaning of keys comes
from the context alone, by the rules of JSON-LD 1.1 for the forms that ``context.Key`` names; tests hold the outcome
against two JSON-LD processors.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import pyoxigraph as ox

from efa_lod.io.characters import SUSPECT, UNSEEN, is_clean
from efa_lod.model.context import RDF_TYPE, Context, Key, is_absolute
from efa_lod.model.record_values import Thing

Statement = tuple[str, str, str]
"""Subject, predicate and object in the syntax of N-Triples."""

Said = TypeVar("Said", bound=Iterable[object])
"""A statement or a triple."""

TYPE = f"<{RDF_TYPE}>"

_SPECIAL = re.compile('["\\\\\x00-\x1f\x7f\ufffe\uffff]').search
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"} | {
    chr(code): f"\\u{code:04X}" for code in (*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F)
}
_ESCAPED = str.maketrans(_ESCAPES)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_NAMED = {"t": "\t", "b": "\b", "n": "\n", "f": "\f", "r": "\r"}
_OUTSIDE = re.compile(r"/|(.*/)?\.{1,2}(/|$)")
_KEYWORD = re.compile(r"@[A-Za-z]+|id|type")  # what JSON-LD reads as its own word where it stands for an IRI
_UNCLEAR = re.compile(r"[^/#]*:|.*://")  # what JSON-LD processors take for a prefix, an IRI or neither
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_PLAIN_PATH = re.compile(r"(?:[A-Za-z0-9_-][\w.~-]*/)+[A-Za-z0-9_-][\w.~-]*(?:#[\w.~-]+)?", re.ASCII).fullmatch
"""References in which there is nothing to look at: no scheme, no prefix, no step of dots, no character to refuse."""
_REMEMBERED = 1_000
"""How many IRIs are remembered; those of shared resources come back in every record."""


class Unusable(ValueError):
    """A document cannot be expanded as it stands; ``records.RecordCheck`` says why and where."""


def usable_iri(text: str) -> bool:
    """Return whether *text* can be an IRI (RFC 3987) or a reference below the base, with no way out of the base."""
    if UNSEEN.search(text):
        return False
    if is_absolute(text):
        absolute = text
    elif not text or _OUTSIDE.match(text.partition("#")[0]) or _KEYWORD.fullmatch(text) or _UNCLEAR.match(text):
        return False
    else:
        absolute = f"https://base.example/{text}"
    try:
        ox.NamedNode(absolute)
    except ValueError:
        return False
    return True


def usable_text(text: str) -> bool:
    """Return whether every character of *text* can stand in a text; XML 1.0 has no way to write control characters."""
    return _NO_TEXT.search(text) is None


def usable_tag(tag: str) -> bool:
    """Return whether *tag* is a language tag as BCP 47 recommends to write them."""
    return _LANGUAGE_TAG.fullmatch(tag) is not None


def usable_code(code: str) -> bool:
    """Return whether *code* can be the name of a concept."""
    return _CODE.fullmatch(code) is not None and not _KEYWORD.fullmatch(code)


def literal(text: str) -> str:
    """Return *text* in quotes and with the escapes of N-Triples; raise Unusable for what cannot stand in a text."""
    if _SPECIAL(text):
        if not usable_text(text):
            raise Unusable(text)
        text = text.translate(_ESCAPED)
    return f'"{text}"'


def record_literal(text: str) -> str:
    """Return *text* of a record as ``literal`` does; raise Unusable for what has unseen characters or markup in it."""
    if not SUSPECT(text):
        return f'"{text}"'
    if not is_clean(text):
        raise Unusable(text)
    return literal(text)


def text_of(term: str) -> str:
    """Return the text of the literal *term*."""
    return unescaped(term[1 : term.rindex('"')])


def unescaped(text: str) -> str:
    """Return what the escapes of N-Triples in *text* stand for."""
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _NAMED.get(match[3], match[3])


def of_triples(triples: Iterable[ox.Triple]) -> list[Statement]:
    """Return *triples* as statements, in their order."""
    return [(str(subject), str(predicate), str(object_)) for subject, predicate, object_ in triples]


def n_triples(statements: Iterable[Statement]) -> str:
    """Return *statements* as an N-Triples document."""
    return "".join(n_triples_lines(statements))


def n_triples_lines(statements: Iterable[Statement]) -> list[str]:
    """Return *statements* as the lines of an N-Triples document."""
    return [f"{subject} {predicate} {object_} .\n" for subject, predicate, object_ in statements]


class Expansion:
    """Expand documents under one context, one after another.

    When *strict*, a key or type that the context does not know and a thing described twice make a document unusable;
    else the key says nothing, the type is an IRI, and the two descriptions count as one, as in JSON-LD. *described*
    holds the IRIs of the things in the last document, in angle brackets.
    """

    def __init__(self, context: Context, strict: bool = False) -> None:
        self.described: dict[str, None] = {}
        self._scattered = False  # whether something is said of a thing beside where it is described
        self._context = context
        self._strict = strict
        self._types = {name: f"<{iri}>" for name, iri in context.types.items()}
        predicates = Counter(key.iri for key in context.keys.values())
        self._keys = {name: _Reading(key, predicates[key.iri] > 1) for name, key in context.keys.items()}
        terms = {name: f"<{iri}>" for name, iri in context.prefixes.items()} | self._types
        terms |= {name: reading.predicate for name, reading in self._keys.items()}
        for reading in self._keys.values():
            if reading.form == "code":
                reading.known |= terms | reading.concepts
            reading.term = self._term(reading)
        self._iris: dict[str, str] = {}
        self._tags: dict[str, str] = {}

    def __reduce__(self) -> tuple[object, ...]:
        """Return how it is made again in another process, where it remembers nothing."""
        return Expansion, (self._context, self._strict)

    def _term(self, reading: "_Reading") -> Callable[[str], str]:
        """Return what makes a term of a single text under a key of any form but ``language``."""
        if reading.form == "iri":
            return self.iri
        if reading.form == "code":
            known = reading.known
            return lambda code: known.get(code) or self._concept(reading, code)
        datatype = reading.datatype
        return (lambda text: record_literal(text) + datatype) if datatype else record_literal

    def __call__(self, thing: Mapping[str, object]) -> list[Statement]:
        """Return what *thing*, with the things within it, says: each statement once, those of one subject together.

        Subjects come in the order written, outer before inner; of each, the types come first, and each predicate's
        statements together. Raise Unusable when a value has not the form that its key asks for.
        """
        groups: list[list[Statement]] = []
        self.described = {}
        self._scattered = False
        try:
            self._thing(thing, None, groups)
        except (KeyError, TypeError, AttributeError) as error:
            raise Unusable(str(error)) from error
        said = [statement for group in groups for statement in group]
        return by_subject(said) if self._scattered else said

    def iri(self, reference: str) -> str:
        """Return the IRI that *reference* means, in angle brackets; raise Unusable when it can be none."""
        found = self._iris.get(reference)
        if found is None:
            if _PLAIN_PATH(reference):
                meant = self._context.base_iri + reference
            else:
                meant = self._context.resolve(reference)
                if not (usable_iri(reference) and usable_iri(meant)):
                    raise Unusable(reference)
            if len(self._iris) >= _REMEMBERED:
                self._iris.clear()
            self._iris[reference] = found = f"<{meant}>"
        return found

    def _thing(self, thing: Thing, cause: tuple[str, str] | None, groups: list[list[Statement]]) -> str:
        """Add the statements of *thing* to *groups*; *cause* is what a reverse key of another thing says of it."""
        subject = self.iri(thing["id"])
        if subject in self.described:
            if self._strict:
                raise Unusable(subject)
            self._scattered = True
        self.described[subject] = None
        said: list[Statement] = []
        is_whole = not groups
        groups.append(said)
        types = thing.get("type", [])
        for name in types if type(types) is list else (types,):
            said.append((subject, TYPE, self._types.get(name) or self._other_type(name)))
        if cause:
            said.append((subject, *cause))
        shared = [cause[0]] if cause else []  # predicates so far that more than one key stands for
        scattered = len(said) > 2
        for name, value in thing.items():
            reading = self._keys.get(name)
            if reading is None:
                if self._strict and name not in ("id", "type") and not (is_whole and name == "@context"):
                    raise Unusable(name)
                continue
            predicate = reading.predicate
            if type(value) is str and reading.is_plain:  # most are
                said.append((subject, predicate, reading.term(value)))
                continue
            if reading.reverse:
                said_of = self._iris_of(value, (predicate, subject), groups)
                groups += [[(found, predicate, subject)] for found in said_of]
                self._scattered |= bool(said_of)
                continue
            objects = self._objects(reading, value, groups)
            if len(objects) == 1:
                said.append((subject, predicate, objects[0]))
            else:
                said += [(subject, predicate, found) for found in objects]
                if len(set(objects)) < len(objects):
                    scattered = True
            if reading.shares:
                scattered |= predicate in shared
                shared.append(predicate)
        if scattered:
            said[:] = by_subject(said)
        return subject

    def _other_type(self, name: str) -> str:
        """Return the class that a type stands for that the context does not name; raise Unusable when *strict*."""
        if self._strict:
            raise Unusable(name)
        return self.iri(name)

    def _objects(self, reading: "_Reading", value: Any, groups: list[list[Statement]]) -> list[str]:
        """Return the objects that *value* stands for; what is nested in it goes to *groups*."""
        if reading.form == "language":
            return self._texts(value)
        if reading.form == "iri":
            return self._iris_of(value, None, groups)
        return [reading.term(single) for single in _each(value)]

    def _iris_of(self, value: Any, cause: tuple[str, str] | None, groups: list[list[Statement]]) -> list[str]:
        """Return what *value* refers to; what is nested in it goes to *groups*, and with *cause* given, only there."""
        found = []
        for single in value if type(value) is list else (value,):
            if type(single) is str:
                found.append(self._iris.get(single) or self.iri(single))
            else:
                nested = self._thing(single, cause, groups)
                if not cause:
                    found.append(nested)
        return found

    def _texts(self, value: Mapping[str, object]) -> list[str]:
        """Return the texts of a language map; tags are written in small letters, as JSON-LD processors may."""
        found = []
        for tag, texts in value.items():
            written = self._tags.get(tag)
            if written is None:
                if not usable_tag(tag):
                    raise Unusable(tag)
                written = f"@{tag.lower()}"
                if len(self._tags) < _REMEMBERED:
                    self._tags[tag] = written
            if type(texts) is str:  # most are
                found.append(record_literal(texts) + written)
            else:
                found += [record_literal(text) + written for text in _each(texts)]
        return found

    def _concept(self, reading: "_Reading", code: str) -> str:
        if not usable_code(code):
            raise Unusable(code)
        found = f"<{reading.vocabulary}{code}>" if reading.vocabulary else self.iri(code)
        if len(reading.known) < _REMEMBERED:
            reading.known[code] = found
        return found


class _Reading:
    """How the values under a key are read: the key's parts in the form in which they are needed for every value."""

    __slots__ = (
        "concepts",
        "datatype",
        "form",
        "is_plain",
        "known",
        "predicate",
        "reverse",
        "shares",
        "term",
        "vocabulary",
    )

    def __init__(self, key: Key, shares: bool) -> None:
        self.predicate = f"<{key.iri}>"
        self.form = key.form
        self.datatype = f"^^<{key.form}>" if ":" in key.form else ""
        self.vocabulary = key.vocabulary
        self.concepts = {code: f"<{iri}>" for code, iri in key.concepts.items()}
        self.reverse = key.reverse
        self.shares = shares  # whether other keys have the same predicate
        self.known: dict[str, str] = {}
        self.term: Callable[[str], str] = record_literal
        self.is_plain = not (key.reverse or shares or key.form == "language")  # a single text has nothing to look at


def _each(value: object) -> Iterable[Any]:
    """Return the values of a key that takes texts, alone or in a list."""
    if type(value) is str:
        return (value,)
    if type(value) is not list:
        raise Unusable(str(value))
    return value


def by_subject(said: Iterable[Said], type_: object = TYPE) -> list[Said]:
    """Return what is *said*, each once: subjects and their predicates where they first stand, but *type_* first.

    It may be statements or triples, whose predicate for types is then the node.
    """
    subjects: dict[object, dict[object, dict[Said, None]]] = {}
    for one in said:
        subject, predicate, _ = one
        subjects.setdefault(subject, {type_: {}}).setdefault(predicate, {})[one] = None
    return [one for predicates in subjects.values() for same in predicates.values() for one in same]
