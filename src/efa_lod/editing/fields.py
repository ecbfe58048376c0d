"""What can be edited of a record: sections of things, and the fields of each with labels, help and choices.

Nothing is listed by hand for each field. Sections follow from the keys that the shapes let lead from a state to its
parts, fields from the keys that the shapes let a thing have, choices from the code lists and from the things that
records share. What a key is for the editors alone – where a thing comes from, what was added with which evidence – is
left to ``edits``, which writes it as things are edited.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from efa_lod.io.messages import Messages
from efa_lod.io.reading import Document
from efa_lod.model.code_lists import ACCESS_RIGHT
from efa_lod.model.context import Context, Key, read_context
from efa_lod.model.origins import EDITED_KEYS, EDITED_TYPES
from efa_lod.model.publication import Publication
from efa_lod.model.record_values import best_texts, listed
from efa_lod.model.records import publication_records, things
from efa_lod.validation.key_rules import KeyRule, KeyRules

_TEXTS = Messages(__file__, "sections")
_LEFT_OUT = EDITED_KEYS - {"editorialNote"}
"""Keys whose values tell where something comes from; they are written as things are edited."""


@dataclass(frozen=True)
class Choice:
    """A *value* as records write it, the *label* that people choose it by, and what it means."""

    value: str
    label: str
    help: str = ""


@dataclass(frozen=True)
class FormField:
    """A field of a thing: what stands under the key *name*, for texts by language that in *language*.

    *key* tells the fields of a thing apart: ``email``, ``name.de``. *form* is that of the context's key. A field
    *is_many* when it may have several values, one on each line of its text. Where there are *choices*, values are from
    among them. *pattern* is a regular expression, empty where the shapes have none. What *is_fixed* is shown, but
    comes from official lists and is not to be edited.
    """

    key: str
    name: str
    language: str
    label: str
    help: str
    form: str
    is_required: bool = False
    is_many: bool = False
    is_fixed: bool = False
    choices: tuple[Choice, ...] = ()
    pattern: str = ""


@dataclass(frozen=True)
class Section:
    """Things of one type that stand under the same keys of a record: *path* is the way to them from the record.

    The things of a section that *is_repeatable* can be added and taken away; of others there is one.
    """

    path: tuple[str, ...]
    type_name: str
    title: str
    help: str
    fields: tuple[FormField, ...]
    is_repeatable: bool

    @property
    def name(self) -> str:
        """Return what tells sections apart: ``reuse.contacts``, and ``state`` for the record's own thing."""
        return ".".join(self.path) or "state"

    def field(self, key: str) -> FormField | None:
        """Return the field *key*, if there is one."""
        return next((one for one in self.fields if one.key == key), None)


def read_sections(publication: Publication, language: str, topic: str = "State") -> tuple[Section, ...]:
    """Return the sections of records about things of the type *topic*, outer before inner, in *language* (de or en)."""
    return sections_beside(publication, list(publication_records(publication)), language, topic)


def sections_beside(
    publication: Publication,
    documents: Sequence[Document],
    language: str,
    topic: str = "State",
    rules: KeyRules | None = None,
) -> tuple[Section, ...]:
    """Return the sections as ``read_sections`` does, from *documents* and *rules* that have been read before."""
    known = rules or KeyRules(publication, read_context(publication))
    return tuple(_Maker(publication, known.context, documents, language, known).sections(topic))


def confidence_field(
    publication: Publication, language: str, rules: KeyRules | None = None, documents: Sequence[Document] = ()
) -> FormField:
    """Return the field for how well supported something is that a person adds, as the shapes have it of additions."""
    known = rules or KeyRules(publication, read_context(publication))
    return _Maker(publication, known.context, documents, language, known).confidence()


@dataclass(frozen=True)
class _Maker:
    publication: Publication
    context: Context
    documents: Sequence[Document]
    language: str
    rules: KeyRules

    @cached_property
    def types_by_class(self) -> dict[str, str]:
        """Return the first name of each class."""
        return {iri: name for name, iri in reversed(self.context.types.items())}

    @cached_property
    def shared(self) -> dict[str, list[Mapping[str, object]]]:
        """Return the things that records refer to, those with a file that several share, by the name of their type."""
        found: dict[str, list[Mapping[str, object]]] = {}
        own = {self.publication.name_of(file) for file in self.publication.shared_files}
        for document in self.documents:
            if document.place.path in own:
                for name in listed(document.value.get("type")):
                    found.setdefault(str(name), []).append(document.value)
        return found

    @cached_property
    def provided(self) -> frozenset[str]:
        """Return the keys whose values come from official lists."""
        every = (thing for document in self.documents for _, thing in things(document, self.context))
        named = (key for thing in every for key in listed(thing.get("provides")) if isinstance(key, str))
        return frozenset(named)

    def sections(self, topic: str) -> Iterator[Section]:
        """Yield a section for the record's own thing and for each way to things that are parts of it.

        The keys by which the outermost things have others of a type are those by which these are parts; other keys
        refer to them.
        """
        leading: dict[str, set[str]] = {}
        waiting: list[tuple[tuple[str, ...], str, bool]] = [((), topic, False)]
        while waiting:
            path, type_name, is_repeatable = waiting.pop(0)
            rules = self.rules.of_type(type_name)
            parts = {name: part for name, rule in rules.items() if (part := self._part_type(rule))}
            parts = {name: part for name, part in parts.items() if name in leading.get(part, {name}) and part != topic}
            yield self._section(path, type_name, rules, parts, is_repeatable)
            for name, part in parts.items():
                leading.setdefault(part, set()).add(name)
                waiting.append(((*path, name), part, not rules[name].is_single))

    def confidence(self) -> FormField:
        """Return the field of additions for how well supported they are."""
        return next(self._fields(self.rules.of_type("Addition")["confidence"], "Addition", is_fixed=False))

    def _part_type(self, rule: KeyRule) -> str:
        """Return the type of the things that a key leads to, or an empty text if it leads to none that are edited."""
        if rule.key.form != "iri" or rule.key.name in _LEFT_OUT or len(rule.classes) != 1 or rule.alternatives:
            return ""
        name = self.types_by_class.get(rule.classes[0], "")
        return name if name and name not in EDITED_TYPES and self.rules.is_closed(name) else ""

    def _section(
        self,
        path: tuple[str, ...],
        type_name: str,
        rules: Mapping[str, KeyRule],
        parts: Mapping[str, str],
        is_repeatable: bool,
    ) -> Section:
        name = ".".join(path) or "state"
        class_iri = self.context.types[type_name]
        title = _TEXTS.table[name][self.language] if name in _TEXTS.table else self._title(path, class_iri)
        fields = tuple(
            one
            for key, rule in rules.items()
            if not rule.key.reverse and key not in _LEFT_OUT and (key not in parts or parts[key] in self.shared)
            for one in self._fields(rule, type_name, is_fixed=not path and key in self.provided)
        )
        return Section(path, type_name, title, self.rules.definition(class_iri, self.language), fields, is_repeatable)

    def _title(self, path: tuple[str, ...], class_iri: str) -> str:
        label = self.rules.key_label(self.context.keys[path[-1]], self.language) if path else ""
        return label or self.rules.label(class_iri, self.language)

    def _fields(self, rule: KeyRule, type_name: str, is_fixed: bool) -> Iterator[FormField]:
        """Yield the field of a key; of one that has texts by language, a field for each language."""
        key = rule.key
        label = self.rules.key_label(key, self.language, type_name)
        label = label[:1].upper() + label[1:]
        told = self.rules.definition(key.iri, self.language) or rule.messages.get(self.language, "")
        if key.form != "language":
            choices = tuple(self._choices(rule))
            yield FormField(
                key.name, key.name, "", label, told, key.form, rule.is_required, not rule.is_single, is_fixed, choices,
                "" if choices else rule.pattern,
            )  # fmt: skip
            return
        tags = [tag for tag in self.publication.settings.value["languages"] if tag in (rule.languages or [tag])]
        for tag in tags:
            tongue = _TEXTS.table[f"tongue-{tag}"][self.language] if f"tongue-{tag}" in _TEXTS.table else tag
            told_apart = _TEXTS.table["in-language"][self.language].format(label=label, tongue=tongue)
            is_required = rule.is_required and tag == tags[0]
            yield FormField(
                f"{key.name}.{tag}", key.name, tag, told_apart if len(tags) > 1 else label, told, key.form, is_required,
                is_fixed=is_fixed,
            )  # fmt: skip

    def _choices(self, rule: KeyRule) -> Iterator[Choice]:
        """Yield the values there are for a key, by label: concepts, then things that are shared. Labels differ."""
        found = [self._concept(rule.key, value) for value in (*rule.values, *rule.alternatives)]
        types = [self.types_by_class[iri] for iri in rule.classes if iri in self.types_by_class]
        named = {str(thing["id"]): thing for name in types for thing in self.shared.get(name, ())}
        found += [Choice(name, self._name_of(thing)) for name, thing in named.items()]
        labels = [one.label for one in found]
        for one in found:
            is_unique = labels.count(one.label) == 1
            yield one if is_unique else Choice(one.value, f"{one.label} ({one.value})", one.help)

    def _concept(self, key: Key, iri: str) -> Choice:
        """Return the choice that *iri* stands for, or of a text that is no IRI the text."""
        value = iri.removeprefix(key.vocabulary) if key.form == "code" else self.context.compact(iri)
        if key.form not in ("code", "iri"):
            return Choice(iri, iri)
        label = self.rules.label(iri, self.language) or ACCESS_RIGHT.codes.get(ACCESS_RIGHT.code(iri), {}).get(
            self.language, ""
        )
        return Choice(value, label or value, self.rules.definition(iri, self.language))

    def _name_of(self, thing: Mapping[str, object]) -> str:
        names = best_texts(thing.get("name") or thing.get("mentionedAs"), self.language)
        return names[0] if names and names[0] else str(thing["id"])
