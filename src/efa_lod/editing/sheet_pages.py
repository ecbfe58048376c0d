"""What stands on the sheets of a workbook: a line for each field of each thing, with today's value beside an answer.

Nothing is written here; ``workbook_writer`` draws the lines. What a workbook must remember to be read again – what it
was made from, and each value as the record writes it – are lines of its own, for a sheet that nobody sees.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256

from efa_lod.editing.fields import FormField, Section, confidence_field, sections_beside
from efa_lod.editing.values import SectionThing, field_text, record_parts
from efa_lod.io.messages import Messages
from efa_lod.io.reading import Document
from efa_lod.model.context import read_context
from efa_lod.model.publication import Publication
from efa_lod.model.record_values import Thing, listed, mapping_of
from efa_lod.model.record_views import ReuseRecord
from efa_lod.rdf.graphs import ontology_triples
from efa_lod.releases.wording import ontology_labels
from efa_lod.validation.key_rules import KeyRules

SHEET_TEXTS = Messages(__file__, "sheets")
_SECTIONS = Messages(__file__, "sections")
MEMORY_SHEET = "efa-lod"
"""The sheet that nobody sees, by which a workbook is known again."""
WORKBOOK_FORM = "1"
"""The form of workbooks that is written; a reader takes this one only."""
NEW = "+"
"""What the name of a form for a further thing begins with."""
ANSWER = "?"
"""The key of the line in which an open question may be answered in words, for the editors to read."""
GOES = "!"
"""How the key of the line begins in which a reason is given for a thing that does not apply any more in a record."""
_HINTS = ("new-hint", "shared-hint")
"""What may stand in the column for answers in the line of a title."""
_NAMING = ("name", "mentionedAs", "topic", "email")
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_LONGEST_NAME = 31


@dataclass(frozen=True)
class SheetLine:
    """A line of a sheet: a title, or a *field* with *today*'s value as people read it.

    *thing* and *key* tell to what the answer beside it belongs; a title has no key. *level* is 0 for a state, 1 for a
    section, 2 for a thing.
    """

    thing: str
    key: str
    label: str
    today: str = ""
    field: FormField | None = None
    level: int = 3


@dataclass(frozen=True)
class SheetPage:
    """A sheet: its *name*, a *hint* above its lines, and the *lines*."""

    name: str
    hint: str
    lines: Sequence[SheetLine]


@dataclass(frozen=True)
class SheetSource:
    """What workbooks are made from: a *publication* with its *documents*, in the words of *language* (de or en)."""

    publication: Publication
    documents: Sequence[Document]
    language: str

    def text(self, rule: str, **words: str) -> str:
        """Return the text *rule* in the language of the workbook."""
        return SHEET_TEXTS.table[rule][self.language].format(**words)

    def in_language(self, language: str) -> "SheetSource":
        """Return the same in the words of *language*; what has been read once is not read again."""
        if language not in self._languages:
            self._languages[language] = replace(self, language=language)
            self._languages[language].__dict__.update(_rules=self._rules, _languages=self._languages)
        return self._languages[language]

    @cached_property
    def _languages(self) -> dict[str, "SheetSource"]:
        return {self.language: self}

    @cached_property
    def _rules(self) -> KeyRules:
        return KeyRules(self.publication, read_context(self.publication))

    @cached_property
    def _sections(self) -> tuple[Section, ...]:
        return sections_beside(self.publication, self.documents, self.language, rules=self._rules)

    @cached_property
    def _confidence(self) -> FormField:
        return confidence_field(self.publication, self.language, self._rules)

    def sections(self) -> tuple[Section, ...]:
        """Return the sections of states."""
        return self._sections

    def confidence(self) -> FormField:
        """Return the field for how well supported an answer is."""
        return self._confidence

    def shared(self) -> list[Document]:
        """Return the records that states refer to."""
        own = {self.publication.name_of(file) for file in self.publication.shared_files}
        return [document for document in self.documents if document.place.path in own]

    def is_used_by_several(self, thing: str) -> bool:
        """Return True if the records of several states refer to *thing*."""
        shared = self.shared()
        return sum(thing in _references(one.value) for one in self.documents if one not in shared) > 1


def _references(value: object) -> Iterator[str]:
    """Yield the texts in *value*, references among them."""
    for one in mapping_of(value).values() or (value if isinstance(value, list) else ()):
        yield from [one] if isinstance(one, str) else _references(one)


def sheet_pages(source: SheetSource, records: Sequence[Document]) -> list[SheetPage]:
    """Return the sheets about *records*: by section, the record's own things last, then what the page leaves open."""
    sections, shared = source.sections(), source.shared()
    by_name: dict[str, list[Section]] = {}
    for section in sorted(sections, key=lambda one: len(one.path) < 2):
        by_name.setdefault(sheet_name(section, source.language), []).append(section)
    pages = [
        SheetPage(name, source.text("sheet-hint"), list(_section_lines(source, group, records, shared)))
        for name, group in by_name.items()
    ]
    lines = list(_open_lines(source, records))
    return [*pages, SheetPage(source.text("sheet-open"), source.text("open-hint"), lines)]


def sheet_name(section: Section, language: str) -> str:
    """Return the name of the sheet that *section* stands on, as spreadsheets allow it."""
    told = _SECTIONS.table.get(section.name, {}).get(f"sheet-{language}", section.title)
    return told.translate(_FORBIDDEN).strip()[:_LONGEST_NAME]


def _section_lines(
    source: SheetSource, sections: Sequence[Section], records: Sequence[Document], shared: Sequence[Document]
) -> Iterator[SheetLine]:
    for record in records:
        if len(records) > 1:
            yield SheetLine(str(record.value["id"]), "", _title_of(record.value, source.language), level=0)
        parts = list(record_parts(record, shared, sections))
        for section in sections:
            own = [part for part in parts if part.section is section]
            if len(sections) > 1:
                yield SheetLine(str(record.value["id"]), "", section.title, section.help, level=1)
            for number, part in enumerate(own, 1):
                yield from _thing_lines(source, part, str(record.value["id"]), number if len(own) > 1 else 0)
            if section.is_repeatable:
                yield from _new_lines(source, section, str(record.value["id"]))


def _thing_lines(source: SheetSource, part: SectionThing, record: str, number: int) -> Iterator[SheetLine]:
    called = part_title(part, source.language)
    hint = source.text("shared-hint") if source.is_used_by_several(part.name) else ""
    yield SheetLine(part.name, "", f"{number}. {called}" if number else called, hint, level=2)
    for field in part.section.fields:
        written = field_text(part.thing, field)
        if field.name != "editorialNote" or written:
            yield SheetLine(part.name, field.key, field.label, shown_text(written, field), field)
    if part.section.is_repeatable:
        yield SheetLine(part.name, f"{GOES} {record}", source.text("goes"))


def _new_lines(source: SheetSource, section: Section, record: str) -> Iterator[SheetLine]:
    """Yield the empty form of a thing that is not there yet; it is named by the record and the section."""
    name = f"{NEW} {record} {section.name}"
    yield SheetLine(name, "", source.text("new-title", section=section.title), source.text("new-hint"), level=2)
    for field in section.fields:
        if field.name != "editorialNote" and not field.is_fixed:
            yield SheetLine(name, field.key, field.label, "", field)


def part_title(part: SectionThing, language: str) -> str:
    """Return what a thing is called: its name, or what tells it from others of its section."""
    by_key = {field.key: field for field in part.section.fields}
    keys = [key for name in _NAMING for key in (f"{name}.{language}", f"{name}.de", name) if key in by_key]
    named = next((text for key in keys if (text := field_text(part.thing, by_key[key]))), "")
    coded = (shown_text(field_text(part.thing, field), field) for field in part.section.fields if field.choices)
    return named or (next(filter(None, coded), "") if part.section.is_repeatable else "") or part.section.title


def shown_text(text: str, field: FormField) -> str:
    """Return *text*, as a record writes it, with the labels of the choices that it names."""
    labels = {choice.value: choice.label for choice in field.choices}
    return "\n".join(labels.get(line, line) for line in text.split("\n")) if labels else text


def _title_of(thing: Thing, language: str) -> str:
    names = thing.get("name", {})
    return str(names.get(language) or names.get("de") or thing["id"])


def record_names(records: Iterable[Document], language: str) -> list[str]:
    """Return what the states of *records* are called."""
    return [_title_of(record.value, language) for record in records]


def _open_lines(source: SheetSource, records: Sequence[Document]) -> Iterator[SheetLine]:
    """Yield a line for each row of the overview page that gives no answer, or whose answer our copy has lost."""
    labels = ontology_labels(ontology_triples(source.publication))
    context = read_context(source.publication)

    def label(key: str, code: str) -> str:
        names = labels.get(context.keys[key].vocabulary + code, {}) if key in context.keys else {}
        return names.get(source.language) or code

    for record in records:
        rows = ReuseRecord(record.value).rows
        if len(records) > 1:
            yield SheetLine(str(record.value["id"]), "", _title_of(record.value, source.language), level=0)
        for row in rows:
            given = row.values.get("valueStatus")
            status = [label("valueStatus", str(given))] if given != "stated" else []
            status += [label("lost", code) for code in listed(row.values.get("lost"))]
            if status:
                kind = label("rowKind", row.kind)
                yield SheetLine(row.id, ANSWER, kind[:1].upper() + kind[1:], "\n".join(status))


def memory_lines(source: SheetSource, records: Sequence[Document]) -> Iterator[tuple[str, ...]]:
    """Yield the lines by which a workbook about *records* is known again, and what was in each of its cells."""
    publication = source.publication
    yield ("form", WORKBOOK_FORM)
    yield ("publication", publication.base_iri)
    yield ("release", publication.version)
    yield ("language", source.language)
    for rule in ("sheet-readme", "sheet-lists"):
        yield ("beside", source.text(rule))
    for rule in _HINTS:
        yield ("hint", source.text(rule))
    for page in sheet_pages(source, records):
        yield ("sheet", page.name)
    sections, shared = source.sections(), source.shared()
    for record in records:
        name = str(record.value["id"])
        yield ("record", name, record_digest(record))
        for part in record_parts(record, shared, sections):
            yield ("thing", name, part.name, part.section.name)
            for field in part.section.fields:
                if text := field_text(part.thing, field):
                    yield ("value", part.name, field.key, text, shown_text(text, field))


def record_digest(record: Document) -> str:
    """Return the digest of what *record* says, whatever its layout."""
    return sha256(json.dumps(record.value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
