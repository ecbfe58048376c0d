"""Edits of a state's record as values, and the texts of the files that they make.

An edit names a thing by its identifier and a key as :mod:`efa_lod.editing.fields` does: ``email``, or ``name.de`` for
the text in a language. Values are texts as the record writes them; several values of a key are one on each line. A
thing that is shared, such as a marketplace, is edited in the file where it stands.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from efa_lod.editing.naming import ThingPattern, identifier_for
from efa_lod.editing.provenance import Provenance, is_taken_away, note_removal, with_additions, with_origin
from efa_lod.editing.texts_at_hand import TextsAtHand, ThingPlace
from efa_lod.io.messages import Messages
from efa_lod.model.context import read_context
from efa_lod.model.publication import Publication
from efa_lod.model.record_values import is_mapping, mapping_of, things_of
from efa_lod.validation.key_rules import KeyRules

SEPARATOR = "\n"
"""What stands between several values of a key in the text of an edit."""
ADDRESS_KEYS = ("homepage", "subjectOf", "seeAlso")
"""Keys whose values the shapes want evidence for by itself, also where the whole thing has some."""
_MESSAGES = Messages(__file__, "edits")


@dataclass(frozen=True)
class Edit:
    """Another value of a key: *before* is what was there, *after* what is wanted; None is no value.

    *thing* is the identifier as it stands in the YAML, empty for the record's own. *confidence* is how well supported
    the value is; empty is as the provenance of the edits says.
    """

    thing: str
    key: str
    before: str | None
    after: str | None
    confidence: str = ""


@dataclass(frozen=True)
class NewThing:
    """A further thing of the section *kind*, such as ``reuse.contacts``, with *values* by key.

    Its identifier is made of *name*, or of the first of its values that names it. *confidence* is as that of an edit.
    """

    kind: str
    values: Mapping[str, str]
    name: str = ""
    confidence: str = ""


@dataclass(frozen=True)
class Removal:
    """A *thing* that goes, with the *reason* by language; a shared thing goes only from this record.

    Where no other record refers to it, the shared thing itself goes too.
    """

    thing: str
    reason: Mapping[str, str] = field(default_factory=dict)


AnyEdit = Edit | NewThing | Removal


def apply_edits(
    publication: Publication, state: str, edits: Sequence[AnyEdit], provenance: Provenance | None
) -> dict[str, str]:
    """Return the texts of the files that *edits* of the record *state* change, by their names in *publication*.

    *state* is the identifier of the record, such as ``state/sh``. What is added gets *provenance*; None is for what
    the overview page says, of which the origin stands in the record already. Nothing is written. Raise BrokenInput
    where an edit names what is not there, or its file cannot be edited in place.
    """
    return edited_texts(publication, state, edits, provenance).changed()


def edited_texts(
    publication: Publication,
    state: str,
    edits: Sequence[AnyEdit],
    provenance: Provenance | None,
    rules: KeyRules | None = None,
) -> TextsAtHand:
    """Return the texts as ``apply_edits`` makes them, with those that they were made from.

    *rules* are what the shapes ask of each key, where it has been read before.
    """
    editor = _Editor(TextsAtHand(publication, rules), state, provenance)
    for edit in sorted(edits, key=editor.rank):
        editor.take(edit)
    editor.date()
    return editor.texts


@dataclass
class _Editor:
    """Takes edits of one record, one after another."""

    texts: TextsAtHand
    state: str
    provenance: Provenance | None

    def __post_init__(self) -> None:
        self.context = read_context(self.texts.publication)

        self._ids = list(self.texts.identifiers_in(self.texts.place_of(self.state)))
        self._keys = list(self.context.keys)

    def rank(self, edit: AnyEdit) -> tuple[int, int, str, int, str]:
        """Return by what edits are put in order, so that the same ones make the same text whoever collected them."""
        if not isinstance(edit, Edit):
            return (1 if isinstance(edit, NewThing) else 2), 0, "", 0, ""
        name, _, language = edit.key.partition(".")
        thing = edit.thing or self.state
        at = self._ids.index(thing) if thing in self._ids else len(self._ids)
        return 0, at, thing, self._keys.index(name) if name in self._keys else 0, language

    def take(self, edit: AnyEdit) -> None:
        """Take *edit* into the texts."""
        match edit:
            case Edit():
                self._edit(edit)
            case NewThing():
                self._add(edit)
            case Removal():
                self._remove(edit)

    def date(self) -> None:
        """Say in the record that it was modified on the day of the edits, unless it says a later one."""
        place = self.texts.place_of(self.state)
        record = self.texts.value_at(place).get("record")
        if not (self.provenance and self.texts.changed() and is_mapping(record)):
            return
        if str(record.get("modified", "")) < self.provenance.day:
            self.texts.put(place, ("record", "modified"), self.provenance.day)

    def _place(self, thing: str) -> ThingPlace:
        """Return where *thing* stands; raise BrokenInput where that is in another record, or in none."""
        place, record = self.texts.place_of(thing), self.texts.place_of(self.state)
        is_shared = place.path == () and self.texts.is_shared_file(place.file)
        if not is_shared and (place.file, place.document) != (record.file, record.document):
            raise _MESSAGES.broken("other-record", thing, state=self.state)
        return place

    def _edit(self, edit: Edit) -> None:
        name, _, language = edit.key.partition(".")
        key = self.context.keys.get(name)
        if key is None or (key.form == "language") != bool(language):
            raise _MESSAGES.broken("no-key", edit.thing or self.state, key=edit.key)
        place = self._place(edit.thing or self.state)
        held = self.texts.value_at(place).get(name)
        if language:
            held = mapping_of(held).get(language)
        way = (name, language) if language else (name,)
        fresh = _value_of(edit.after, held, key.form == "language")
        if fresh == held:
            return
        self.texts.put(place, way, fresh)
        if said := self._provenance(edit):
            thing = edit.thing or self.state
            with_additions(self.texts, thing, way, held, fresh, said, self.context)
            if is_taken_away(held, fresh):
                note_removal(self.texts, thing, said, key=edit.key)

    def _add(self, new: NewThing) -> None:
        pattern = ThingPattern.of(self.texts, new.kind)
        identifier = identifier_for(self.texts, pattern, self.state, new.name or _naming_text(new.values))
        self.texts.added.append(identifier)
        thing: dict[str, Any] = {"id": identifier, "type": pattern.type}
        for key, text in new.values.items():
            if text:
                name, _, language = key.partition(".")
                value = _value_of(text, None, bool(language))
                thing[name] = {**thing.get(name, {}), language: value} if language else value
        holder = self.texts.place_of(self.state)
        way, said = pattern.path, self._provenance(new)
        thing = with_origin(self.texts, holder, way, thing, said)
        if pattern.is_shared:
            self.texts.add_document(pattern.file, thing)
            self.texts.append(self.texts.place_of(self.state), way, identifier)
        else:
            self.texts.append(self.texts.place_of(self.state), way, thing)
        for name in ADDRESS_KEYS:
            if said and name in thing:
                with_additions(self.texts, identifier, (name,), None, thing[name], said, self.context)

    def _provenance(self, edit: Edit | NewThing) -> Provenance | None:
        """Return who states what *edit* adds, with how well supported it is."""
        if self.provenance is None or not edit.confidence:
            return self.provenance
        return replace(self.provenance, confidence=edit.confidence)

    def _remove(self, removal: Removal) -> None:
        record, thing = self.texts.place_of(self.state), self._place(removal.thing)
        if thing == record:
            raise _MESSAGES.broken("no-removal", removal.thing)
        gone = list(self.texts.identifiers_in(thing))
        if thing.document == record.document and thing.file == record.file:
            self.texts.put(thing, (), None)
        elif self.texts.referring_records(removal.thing) <= {self.state}:
            self.texts.remove_document(thing)
        else:
            gone = []
        self.texts.drop_references(record, {removal.thing})
        self.texts.withdraw(gone, removal.reason, self.provenance.day if self.provenance else "")
        if self.provenance:
            note_removal(self.texts, removal.thing, self.provenance, self.state, removal.reason)


def _value_of(text: str | None, held: Any, is_prose: bool) -> Any:
    """Return the value that *text* stands for, beside what is *held*: a list where there are several or one was."""
    lines = [line.strip() for line in (text or "").split(SEPARATOR) if line.strip()]
    if is_prose and not isinstance(held, list):
        return " ".join(lines) or None
    nested = {str(one["id"]): one for one in things_of(held)}
    values = [nested.get(line, line) for line in lines]
    if len(values) > 1 or isinstance(held, list):
        return values or None
    return values[0] if values else None


def _naming_text(values: Mapping[str, str]) -> str:
    """Return the value by which a thing is named."""
    return next((values[key] for key in _naming_keys(values) if values[key].strip()), "")


def _naming_keys(values: Mapping[str, str]) -> Iterator[str]:
    for name in ("name", "mentionedAs", "topic", "provisionKind", "summary"):
        yield from (key for key in values if key.partition(".")[0] == name)
    yield from values
