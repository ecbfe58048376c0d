"""Read records: documents whose keys are those of the context.

A document passes when every key and type is known, every thing has an identifier of its own, and every value has the
form that its key asks for. What the values may be is left to the shapes; no RDF is made here.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from efa_lod.errors import BrokenInput
from efa_lod.io.characters import MARKUP, SUSPECT, UNSEEN, character_name, composed
from efa_lod.io.files import real_path
from efa_lod.io.messages import Bilingual, Messages
from efa_lod.io.reading import Document, KeyPath, Place, read_documents
from efa_lod.model.context import Context, Key, nearest, read_context
from efa_lod.model.expansion import Expansion, Unusable, usable_code, usable_iri, usable_tag
from efa_lod.model.publication import Publication
from efa_lod.model.record_values import Thing
from efa_lod.model.results import Result, Severity

CONTEXT_NAME = "context.jsonld"
"""How the value of ``@context`` ends in every document; it is never fetched, the publication's own is used."""

_RECORDS = Messages(__file__, "records")
_RULES = (
    "unknown-key",
    "unknown-type",
    "missing-id",
    "second-id",
    "second-record",
    "bad-iri",
    "bad-code",
    "bad-text",
    "markup",
    "decomposed",
    "bad-language",
)
"""What ``RecordCheck`` reports; each has a message in ``texts/records.toml``."""

UNUSABLE = frozenset(_RULES) - {"unknown-key"}
"""Rules whose breach keeps a document from being turned into triples that mean what was written."""


def read_records(files: Iterable[tuple[Path, str]]) -> Iterator[Document]:
    """Yield the records of *files*, given as path and the name that messages use.

    Raise BrokenInput for what is unreadable or names no context.
    """
    for path, name in files:
        for document in read_documents(path, name):
            yield with_context(document)


def unchecked_records(publication: Publication, without: Collection[Path] = ()) -> Iterator[Document]:
    """Yield all records of *publication*, for a check: those of the states, then what they share.

    *without* are resolved paths of files that are left out.
    """
    files = [*publication.state_files, *publication.shared_files]
    return read_records((file, publication.name_of(file)) for file in files if real_path(file) not in without)


def publication_records(publication: Publication, without: Collection[Path] = ()) -> Iterator[Document]:
    """Yield all records of *publication* as ``unchecked_records`` does, each of a form that can be worked with.

    Raise BrokenInput for the first that has no identifier, or a value that its key cannot have.
    """
    context = read_context(publication)
    expand = Expansion(context)
    for document in unchecked_records(publication, without):
        try:
            expand(document.value)
        except Unusable as error:
            raise not_expandable(document, context) from error
        yield document


def not_expandable(document: Document, context: Context) -> BrokenInput:
    """Return the error that says what keeps *document* from being expanded."""
    try:
        found = [result for result in RecordCheck(context)(document) if result.rule in UNUSABLE]
    except BrokenInput as error:
        return error
    if not found:
        return _RECORDS.broken("no-record", document.place)
    first = found[0]
    key = f"{first.key}: " if first.key else ""
    written = (f"found '{first.found}' – ", f"gefunden „{first.found}“ – ") if first.found else ("", "")
    words = (first.message("en"), first.message("de"))
    return _RECORDS.broken("breach", first.place, key=key, found=written, message=words)


def with_context(document: Document) -> Document:
    """Return *document* when it names a context as every record does, else raise BrokenInput."""
    context = document.value.get("@context")
    if not isinstance(context, str) or not context.endswith(CONTEXT_NAME):
        shown = str(context)[:60]
        found = ("no such line", "keine solche Zeile") if context is None else (f"'{shown}'", f"„{shown}“")
        raise _RECORDS.broken("no-context", document.place, found=found)
    return document


def key_text(path: KeyPath) -> str:
    """Return *path* as a person writes it: ``reuse.contacts[0].email``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def things(document: Document, context: Context) -> Iterator[tuple[KeyPath, Thing]]:
    """Yield the things described in *document* with the way to each, outer before inner, in the order written.

    A thing within a thing stands under a key that takes references, alone or in a list.
    """
    waiting: list[tuple[KeyPath, dict[str, object]]] = [((), document.value)]
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
        self._records: dict[str, Place] = {}

    def __call__(self, document: Document) -> list[Result]:
        """Return what is wrong with *document*; raise BrokenInput where a value has a form that its key cannot have."""
        if again := self._again(document):
            return [again]
        return [
            result for path, thing in things(document, self.context) for result in self._thing(document, path, thing)
        ]

    def _again(self, document: Document) -> Result | None:
        """Return the one result for a record of what another record is about, whose parts would all be named twice."""
        identifier = document.value.get("id")
        if not isinstance(identifier, str) or not self._is_iri(identifier):
            return None
        first = self._records.setdefault(self.context.resolve(identifier), document.place_of(("id",)))
        if first == document.place_of(("id",)):
            return None
        return _at("second-record", document, ("id",), identifier, first=first)

    def _thing(self, document: Document, path: KeyPath, thing: Thing) -> Iterator[Result]:
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

    def _identifier(self, document: Document, path: KeyPath, thing: Thing) -> Iterator[Result]:
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
        """Return whether *reference* can be an IRI, as it is written and as what it means: ``efa:a#b`` is none."""
        return usable_iri(reference) and usable_iri(self.context.resolve(reference))

    def _types(self, document: Document, path: KeyPath, value: object) -> Iterator[Result]:
        for step, name in _each(value):
            if not isinstance(name, str):
                raise _wrong_form(document, (*path, *step), "a-type", name)
            if name not in self.context.types:
                yield _at("unknown-type", document, (*path, *step), name, known=tuple(self.context.types))

    def _value(self, document: Document, path: KeyPath, key: Key, value: object) -> Iterator[Result]:
        if key.form == "language":
            yield from self._texts(document, path, key, value)
        elif key.form == "iri" and isinstance(value, dict):
            return  # a nested thing, which is checked by itself
        elif not isinstance(value, str):
            raise _wrong_form(document, path, "a-reference" if key.form == "iri" else "a-text", value)
        elif key.form == "iri" and not self._is_iri(value):
            yield _at("bad-iri", document, path, value)
        elif key.form == "code" and not usable_code(value):
            yield _at("bad-code", document, path, value)
        elif key.form not in ("iri", "code") and (breach := _breach(value)):
            yield _at(breach[0], document, path, value, sign=breach[1])

    def _texts(self, document: Document, path: KeyPath, key: Key, value: object) -> Iterator[Result]:
        if not isinstance(value, dict):
            raise _wrong_form(document, path, "texts-by-language", value)
        for tag, text in value.items():
            if not usable_tag(tag):
                yield _at("bad-language", document, (*path, tag), tag)
            for step, single in _each(text):
                if not isinstance(single, str):
                    raise _wrong_form(document, (*path, tag, *step), "a-text", single)
                if breach := _breach(single):
                    yield _at(breach[0], document, (*path, tag, *step), single, sign=breach[1])


def second_id(identifier: str, place: Place, first: Place) -> Result:
    """Return the result for a thing described at *place* that is described at *first* already."""
    return _result("second-id", place, "id", identifier, first=first)


def _at(
    rule: str,
    document: Document,
    path: KeyPath,
    found: object,
    known: Sequence[str] = (),
    first: Place | None = None,
    sign: str = "",
) -> Result:
    """Return the result of *rule* for what *document* has at *path*."""
    return _result(rule, document.place_of(path), key_text(path), found, known, first, sign)


def _result(
    rule: str,
    place: Place,
    key: str,
    found: object,
    known: Sequence[str] = (),
    first: Place | None = None,
    sign: str = "",
) -> Result:
    near = nearest(str(found), known) if known else ""
    hint = (f"; perhaps {near} is meant", f"; gemeint ist wohl {near}") if near else ("", "")
    english, german = _RECORDS(rule, nearest=hint, known=", ".join(known), first=first, sign=sign)
    shown = UNSEEN.sub(lambda found: f"⟨{character_name(found[0])}⟩", str(found))
    return Result(Severity.VIOLATION, place, key, shown, {"de": german, "en": english}, rule)


def _breach(text: str) -> tuple[str, str] | None:
    """Return the rule that *text* breaks and the characters by which it does, or None."""
    if not SUSPECT(text):
        return None
    if found := UNSEEN.search(text):
        return "bad-text", character_name(found[0])
    if found := MARKUP.search(text):
        return "markup", found[0][:40]
    return None if composed(text) == text else ("decomposed", "")


def _each(value: object) -> Iterator[tuple[KeyPath, object]]:
    """Yield the values of a key with the step to each: a list's members, or the single value with no step."""
    if isinstance(value, list):
        yield from (((i,), member) for i, member in enumerate(value))
    else:
        yield (), value


def _wrong_form(document: Document, path: KeyPath, expected: str, value: object) -> BrokenInput:
    key = next((step for step in reversed(path) if isinstance(step, str)), "")
    shown = str(value)[:60]
    names: dict[type, Bilingual] = {dict: ("keys and values", "Schlüssel und Werte"), list: _LIST}
    found = names.get(type(value), (f"'{shown}'", f"„{shown}“"))
    if isinstance(value, list) and path and isinstance(path[-1], int):
        found = _LIST_IN_LIST
    words = _RECORDS(expected, key=key, value=shown)
    return _RECORDS.broken("wrong-form", document.place_of(path), key=key_text(path), expected=words, found=found)


_LIST = ("a list", "eine Liste")
_LIST_IN_LIST = ("a list in a list", "eine Liste in einer Liste")
