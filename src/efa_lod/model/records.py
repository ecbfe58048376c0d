"""Read records: documents whose keys are those of the context.

A document passes when every key and type is known, every thing has an identifier of its own, and every value has the
form that its key asks for. What the values may be is left to the shapes; no RDF is made here.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from efa_lod.errors import BrokenInput
from efa_lod.io.reading import Document, KeyPath, Place, read_documents
from efa_lod.model.context import Context, Key, nearest
from efa_lod.model.expansion import usable_code, usable_iri, usable_tag, usable_text
from efa_lod.model.publication import Publication
from efa_lod.model.results import Result, Severity

CONTEXT_NAME = "context.jsonld"
"""How the value of ``@context`` ends in every document; it is never fetched, the publication's own is used."""

MESSAGES = {
    "unknown-key": {
        "de": "Diesen Schlüssel gibt es nicht{nearest}. Die Schlüssel stehen in ontology/context.jsonld.",
        "en": "There is no such key{nearest}. The keys are listed in ontology/context.jsonld.",
    },
    "unknown-type": {
        "de": "Diesen Typ gibt es nicht{nearest}. Erlaubt sind {known}.",
        "en": "There is no such type{nearest}. Allowed are {known}.",
    },
    "missing-id": {
        "de": "Hier fehlt die Kennung. Ergänzen Sie einen Schlüssel id, etwa id: state/sh#contact-itvsh.",
        "en": "The identifier is missing here. Add a key id, such as id: state/sh#contact-itvsh.",
    },
    "second-id": {
        "de": "Diese Kennung ist schon vergeben, an {place}. Geben Sie jedem Ding eine eigene.",
        "en": "This identifier is taken already, at {place}. Give each thing one of its own.",
    },
    "bad-iri": {
        "de": "Das ist keine brauchbare Kennung oder Adresse. Sie hat keine Leerzeichen, Anführungszeichen, spitzen"
        " Klammern und kein '..', und sie ist nicht leer.",
        "en": "This is no usable identifier or address. It has no spaces, quotation marks, angle brackets or '..', and"
        " it is not empty.",
    },
    "bad-code": {
        "de": "Hier gehört der Name eines Begriffs hin: ein Wort aus Buchstaben und Ziffern.",
        "en": "The name of a concept belongs here: one word of letters and digits.",
    },
    "bad-text": {
        "de": "Dieser Text enthält ein Steuerzeichen, das kein Text haben kann. Schreiben Sie ihn neu.",
        "en": "This text holds a control character that no text can have. Write it anew.",
    },
    "bad-language": {
        "de": "Hier gehört ein Sprachkürzel hin, de oder en, und dahinter der Text.",
        "en": "A language tag belongs here, de or en, followed by the text.",
    },
}

UNUSABLE = frozenset(MESSAGES) - {"unknown-key"}
"""Rules whose breach keeps a document from being turned into triples that mean what was written."""


def read_records(files: Iterable[tuple[Path, str]]) -> Iterator[Document]:
    """Yield the records of *files*, given as path and the name that messages use.

    Raise BrokenInput for what is unreadable or names no context.
    """
    for path, name in files:
        for document in read_documents(path, name):
            yield with_context(document)


def publication_records(publication: Publication) -> Iterator[Document]:
    """Yield all records of *publication*: those of the states, then what they share."""
    files = [*publication.state_files, *publication.shared_files]
    return read_records((file, publication.name_of(file)) for file in files)


def with_context(document: Document) -> Document:
    """Return *document* when it names a context as every record does, else raise BrokenInput."""
    context = document.value.get("@context")
    if not isinstance(context, str) or not context.endswith(CONTEXT_NAME):
        found = "no such line" if context is None else f"'{str(context)[:60]}'"
        raise BrokenInput(
            f"{document.place}: expected a first line that names the context, found {found} – begin the record with:"
            ' "@context": ../../ontology/context.jsonld'
        )
    return document


def key_text(path: KeyPath) -> str:
    """Return *path* as a person writes it: ``reuse.contacts[0].email``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def things(document: Document, context: Context) -> Iterator[tuple[KeyPath, dict[str, Any]]]:
    """Yield the things described in *document* with the way to each, outer before inner, in the order written.

    A thing within a thing stands under a key that takes references, alone or in a list.
    """
    waiting: list[tuple[KeyPath, dict[str, Any]]] = [((), document.value)]
    while waiting:
        path, thing = waiting.pop()
        yield path, thing
        inner = [
            ((*path, name, *step), single)
            for name, value in thing.items()
            if name in context.keys and context.keys[name].form == "iri"
            for step, single in _each(value)
            if isinstance(single, dict)
        ]
        waiting += reversed(inner)


class RecordCheck:
    """Check records one after another; what spans records – identifiers given twice – is remembered between them."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._defined: dict[str, Place] = {}

    def __call__(self, document: Document) -> list[Result]:
        """Return what is wrong with *document*; raise BrokenInput where a value has a form that its key cannot have."""
        return [
            result for path, thing in things(document, self.context) for result in self._thing(document, path, thing)
        ]

    def _thing(self, document: Document, path: KeyPath, thing: dict[str, Any]) -> Iterator[Result]:
        yield from self._identifier(document, path, thing)
        for name, value in thing.items():
            if name == "id" or (name == "@context" and not path):
                continue
            way = (*path, name)
            if name == "type":
                yield from self._types(document, way, value)
            elif key := self.context.keys.get(name):
                for step, single in [((), value)] if key.form == "language" else _each(value):
                    yield from self._value(document, (*way, *step), key, single)
            else:
                yield _at("unknown-key", document, way, name, known=("id", "type", *self.context.keys))

    def _identifier(self, document: Document, path: KeyPath, thing: dict[str, Any]) -> Iterator[Result]:
        identifier = thing.get("id")
        way = (*path, "id")
        if identifier is None:
            yield _at("missing-id", document, path, "")
        elif not isinstance(identifier, str) or not self._is_iri(identifier):
            yield _at("bad-iri", document, way, identifier)
        else:
            iri = self.context.resolve(identifier)
            if iri in self._defined:
                yield _at("second-id", document, way, identifier, first=self._defined[iri])
            self._defined.setdefault(iri, document.place_of(way))

    def _is_iri(self, reference: str) -> bool:
        """Tell whether *reference* can be an IRI, as it is written and as what it means: ``efa:a#b`` is none."""
        return usable_iri(reference) and usable_iri(self.context.resolve(reference))

    def _types(self, document: Document, path: KeyPath, value: Any) -> Iterator[Result]:
        for step, name in _each(value):
            if not isinstance(name, str):
                raise _wrong_form(document, (*path, *step), "the name of a type", name)
            if name not in self.context.types:
                yield _at("unknown-type", document, (*path, *step), name, known=tuple(self.context.types))

    def _value(self, document: Document, path: KeyPath, key: Key, value: Any) -> Iterator[Result]:
        if key.form == "language":
            yield from self._texts(document, path, key, value)
        elif key.form == "iri" and isinstance(value, dict):
            return  # a nested thing, which is checked by itself
        elif not isinstance(value, str):
            expected = "an identifier or a thing with its keys" if key.form == "iri" else "a text"
            raise _wrong_form(document, path, expected, value)
        elif key.form == "iri" and not self._is_iri(value):
            yield _at("bad-iri", document, path, value)
        elif key.form == "code" and not usable_code(value):
            yield _at("bad-code", document, path, value)
        elif not usable_text(value):
            yield _at("bad-text", document, path, repr(value))

    def _texts(self, document: Document, path: KeyPath, key: Key, value: Any) -> Iterator[Result]:
        if not isinstance(value, dict):
            raise _wrong_form(document, path, f"texts by language, as in {key.name}: {{de: …, en: …}}", value)
        for tag, text in value.items():
            if not usable_tag(tag):
                yield _at("bad-language", document, (*path, tag), tag)
            for step, single in _each(text):
                if not isinstance(single, str):
                    raise _wrong_form(document, (*path, tag, *step), "a text", single)
                if not usable_text(single):
                    yield _at("bad-text", document, (*path, tag, *step), repr(single))


def second_id(identifier: str, place: Place, first: Place) -> Result:
    """Return the result for a thing described at *place* that is described at *first* already."""
    return _result("second-id", place, "id", identifier, first=first)


def _at(rule: str, document: Document, path: KeyPath, found: object, **more: Any) -> Result:
    """Return the result of *rule* for what *document* has at *path*."""
    return _result(rule, document.place_of(path), key_text(path), found, **more)


def _result(
    rule: str, place: Place, key: str, found: object, known: Sequence[str] = (), first: Place | None = None
) -> Result:
    near = nearest(str(found), known) if known else ""
    hints = {"de": f"; gemeint ist wohl {near}", "en": f"; perhaps {near} is meant"} if near else {"de": "", "en": ""}
    messages = {
        language: text.format(nearest=hints[language], known=", ".join(known), place=first)
        for language, text in MESSAGES[rule].items()
    }
    return Result(Severity.VIOLATION, place, key, str(found), messages, rule)


def _each(value: Any) -> Iterator[tuple[KeyPath, Any]]:
    """Yield the values of a key with the step to each: a list's members, or the single value with no step."""
    if isinstance(value, list):
        yield from (((i,), member) for i, member in enumerate(value))
    else:
        yield (), value


def _wrong_form(document: Document, path: KeyPath, expected: str, value: Any) -> BrokenInput:
    names: dict[type, str] = {dict: "keys and values", list: "a list in a list"}
    found = names.get(type(value), f"'{str(value)[:60]}'")
    return BrokenInput(f"{document.place_of(path)}: {key_text(path)}: expected {expected}, found {found}")
