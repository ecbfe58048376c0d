"""What the answers in workbooks mean for the records: edits, and findings by cell for what cannot be taken.

An answer is taken as what the record would write: labels become codes, names become identifiers. Where the record says
something else than when the workbook was made, the three values are compared: who answered what the record says now
changes nothing, two different changes are a conflict.
"""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from efa_lod.editing.edits import AnyEdit, NewThing, Removal
from efa_lod.editing.fields import FormField, Section
from efa_lod.editing.merge import merged
from efa_lod.editing.sheet_pages import ANSWER, GOES, NEW, SheetSource, record_digest, shown_text
from efa_lod.editing.values import record_values
from efa_lod.editing.workbook_guard import GUARD_TEXTS
from efa_lod.editing.workbook_reader import AnsweredWorkbook, CellAnswer, cell_result
from efa_lod.io.messages import Bilingual
from efa_lod.model.results import Result, Severity

TAKEN_AWAY = frozenset({"entfällt", "löschen", "streichen", "remove", "delete", "-", "–", "—"})
"""Answers that take a value away."""
_QUOTES = "\"'„“”‚‘’«»‹›"
_MOST_CHOICES = 12


@dataclass
class SheetChanges:
    """The *edits* by record and workbook, the *results* about cells, and the cells behind edits.

    *cells* give the answer by thing and key, *new_cells* those of each further thing.
    """

    edits: dict[tuple[str, str], list[AnyEdit]] = field(default_factory=dict)
    results: list[Result] = field(default_factory=list)
    cells: dict[tuple[str, str], CellAnswer] = field(default_factory=dict)
    new_cells: list[tuple[NewThing, dict[str, CellAnswer]]] = field(default_factory=list)
    taken: dict[tuple[str, str], str] = field(default_factory=dict)
    """The values that answers came to, by thing and key."""

    def add(self, record: str, file: str, edit: AnyEdit) -> None:
        """Add *edit* to those of *record* that the workbook *file* asks for."""
        self.edits.setdefault((record, file), []).append(edit)


def sheet_changes(workbooks: Sequence[AnsweredWorkbook], source: SheetSource) -> SheetChanges:
    """Return what the answers in *workbooks* would change in the records of *source*."""
    changes = SheetChanges()
    for workbook in workbooks:
        changes.results += workbook.results
    read = [_Workbook(workbook, source, changes) for workbook in workbooks]
    for one in read:
        one.take()
    return changes


@dataclass
class _Workbook:
    """Takes the answers of one workbook into *changes*."""

    workbook: AnsweredWorkbook
    source: SheetSource
    changes: SheetChanges

    def __post_init__(self) -> None:
        memory = self.workbook.memory
        source = self.source.in_language(memory.language)
        self.sections: Mapping[str, Section] = {section.name: section for section in source.sections()}
        self.confidence = source.confidence()
        self.documents = {str(one.value["id"]): one for one in source.documents}
        self.values: dict[tuple[str, str], str] = {}
        for name, digest in memory.records.items():
            if name not in self.documents:
                self._tell("", "unknown-record", name=name)
                continue
            record = self.documents[name]
            self.values |= record_values(record, source.shared(), [*self.sections.values()])
            if record_digest(record) != digest:
                self._tell(name, "moved-on", severity=Severity.INFO, release=memory.release)
        self._base = dict(memory.values)
        self.known = {thing for thing, _ in self.values} | set(self.documents)
        self.records_of: dict[str, str] = {}
        for holder, thing in memory.things:
            self.records_of.setdefault(thing, holder)

    def take(self) -> None:
        """Take all answers."""
        lines: dict[str, list[CellAnswer]] = {}
        for answer in self.workbook.answers:
            if answer.confidence and not answer.text:
                self._told(_beside(answer), "confidence-alone", severity=Severity.WARNING, column=_column(answer))
            if answer.thing.startswith(f"{NEW} "):
                lines.setdefault(answer.thing, []).append(answer)
            else:
                self._known_thing(answer)
        for name, answers in lines.items():
            self._new_things(name, answers)

    def _known_thing(self, answer: CellAnswer) -> None:
        """Take an answer about a thing that the workbook came with."""
        record = self.records_of.get(answer.thing, "")
        if answer.key == ANSWER and not record:
            self._in_words(answer)
        elif not record:
            self._unknown_thing(answer)
        elif record not in self.documents or not self._is_there(answer):
            return
        elif answer.key.startswith(f"{GOES} "):
            self._removal(answer.key.removeprefix(f"{GOES} "), answer)
        else:
            self._edit(record, answer)

    def _unknown_thing(self, answer: CellAnswer) -> None:
        if answer.text:
            self._told(answer, "unknown-thing", found=answer.thing, column="A")

    def _is_there(self, answer: CellAnswer) -> bool:
        """Return True if the record still has the thing; tell of an answer about one that it has not."""
        if answer.thing in self.known:
            return True
        if answer.text:
            self._told(answer, "gone", thing=answer.thing)
        return False

    def _in_words(self, answer: CellAnswer) -> None:
        if answer.text:
            self._told(answer, "answer-given", severity=Severity.INFO, answer=_in_line(answer.text))

    def _removal(self, record: str, answer: CellAnswer) -> None:
        if not answer.text:
            return
        if (record, answer.thing) not in self.workbook.memory.things or record not in self.documents:
            self._told(answer, "unknown-key", found=answer.key, column="B")
        elif self._is_first(answer, answer.text):
            language = self.workbook.memory.language
            self.changes.add(record, answer.file, Removal(answer.thing, {language: _in_line(answer.text)}))

    def _edit(self, record: str, answer: CellAnswer) -> None:
        section = self.sections.get(self._section_of(record, answer.thing))
        given = section.field(answer.key) if section else None
        if given is None:
            if answer.text:
                self._told(answer, "unknown-key", found=answer.key, column="B")
            return
        memory, place = self.workbook.memory, (answer.thing, answer.key)
        if answer.today != memory.shown.get(place, ""):
            self._told(answer, "today-changed", found=answer.today, column="E")
            return
        if not answer.text or answer.text == answer.today:
            return
        if given.is_fixed:
            self._told(answer, "fixed")
            return
        after = self._value(answer, given)
        if after is not None:
            self._merge(record, answer, given, after)

    def _section_of(self, record: str, thing: str) -> str:
        return self.workbook.memory.things.get((record, thing), "")

    def _merge(self, record: str, answer: CellAnswer, given: FormField, after: str) -> None:
        """Take the value *after*, unless the record says it already or has changed in another way."""
        place = (answer.thing, answer.key)
        if not after and given.is_required:
            self._told(answer, "needed")
            return
        if not self._is_first(answer, after):
            return
        base, current = ({place: found[place]} if place in found else {} for found in (self._base, self.values))
        outcome = merged(base, current, {place: after} if after else {})
        for edit in outcome.edits:
            self.changes.add(record, answer.file, replace(edit, confidence=self._confidence(answer)))
        for conflict in outcome.conflicts:
            told = {"before": conflict.base, "now": conflict.current, "answer": conflict.wanted}
            shown: dict[str, Any] = {name: _in_line(shown_text(text or "", given)) for name, text in told.items()}
            self._told(answer, "conflict", **shown)

    def _is_first(self, answer: CellAnswer, after: str) -> bool:
        """Return True if nothing was answered to this before; tell of another answer."""
        first = self.changes.cells.setdefault((answer.thing, answer.key), answer)
        if first is answer:
            self.changes.taken[answer.thing, answer.key] = after
            return True
        if self.changes.taken[answer.thing, answer.key] != after:
            other = first.cell if first.file == answer.file else f"{first.file} {first.cell}"
            self._told(answer, "twice", other=other, answer=_in_line(first.text))
        return False

    def _new_things(self, name: str, answers: Iterable[CellAnswer]) -> None:
        """Take the forms for further things that begin with *name*: where a key comes again, a further form begins."""
        _, record, section_name = [*name.split(" "), "", ""][:3]
        section = self.sections.get(section_name)
        if section is None or record not in self.documents or record not in self.workbook.memory.records:
            for answer in answers:
                if answer.text:
                    self._told(answer, "unknown-thing", found=answer.thing, column="A")
            return
        for form in _forms(answers):
            self._new_thing(record, section, form)

    def _new_thing(self, record: str, section: Section, form: Mapping[str, CellAnswer]) -> None:
        values: dict[str, str] = {}
        written = {key: answer for key, answer in form.items() if answer.text}
        for key, answer in written.items():
            given = section.field(key)
            if given is None:
                self._told(answer, "unknown-key", found=key, column="B")
            elif value := self._value(answer, given):
                values[key] = value
        if not written:
            return
        for given in section.fields:
            if given.is_required and given.key not in written and given.key in form:
                self._told(form[given.key], "needed")
        sure = next(filter(None, (self._confidence(answer) for answer in written.values())), "")
        new = NewThing(section.name, values, confidence=sure)
        self.changes.new_cells.append((new, dict(form)))
        self.changes.add(record, self.workbook.file, new)

    def _confidence(self, answer: CellAnswer) -> str:
        """Return the code for what is said of how well supported an answer is, empty where nothing is."""
        if not answer.confidence:
            return ""
        return self._chosen(_beside(answer), answer.confidence, self.confidence) or ""

    def _value(self, answer: CellAnswer, given: FormField) -> str | None:
        """Return what the record would write for an answer, empty for no value; None where it cannot be told."""
        text = answer.text
        if text.casefold() in TAKEN_AWAY:
            return ""
        if any(not (sign.isprintable() or sign == "\n") for sign in text):
            self._told(answer, "unshowable", found=_in_line(text))
            return None
        if given.language:
            return " ".join(text.split("\n"))
        lines = [line.strip(_QUOTES + " ") for line in text.split("\n")]
        if given.choices:
            parts = [line.split(";") if given.is_many else [line] for line in lines]
            lines = [part.strip(_QUOTES + " ") for line in parts for part in line]
        lines = [line for line in lines if line]
        if len(lines) > 1 and not given.is_many:
            self._told(answer, "too-many", found=_in_line(text), count=len(lines))
            return None
        values = [self._chosen(answer, line, given) if given.choices else line for line in lines]
        return None if None in values else "\n".join(dict.fromkeys(value for value in values if value))

    def _chosen(self, answer: CellAnswer, text: str, given: FormField) -> str | None:
        """Return the value of the choice that *text* names; tell of what is none."""
        folded = {choice.label.casefold(): choice.value for choice in given.choices}
        names = folded | {choice.value.casefold(): choice.value for choice in given.choices}
        if found := names.get(" ".join(text.split()).casefold()):
            return found
        labels = [choice.label for choice in given.choices]
        near = difflib.get_close_matches(text.casefold(), list(folded), n=1)
        meant = next((label for label in labels if near and label.casefold() == near[0]), "")
        nearest: Bilingual = GUARD_TEXTS("nearest", choice=meant) if meant else ("", "")
        more = ", …" if len(labels) > _MOST_CHOICES else ""
        listed = ", ".join(labels[:_MOST_CHOICES]) + more
        self._told(answer, "no-choice", found=text, choices=listed, nearest=nearest)
        return None

    def _told(
        self, about: CellAnswer, rule: str, /, found: str = "", severity: Severity = Severity.VIOLATION, **words: Any
    ) -> None:
        self.changes.results.append(cell_result(about.file, about.cell, rule, _in_line(found), severity, **words))

    def _tell(self, cell: str, rule: str, severity: Severity = Severity.VIOLATION, **words: Any) -> None:
        self.changes.results.append(cell_result(self.workbook.file, cell, rule, "", severity, **words))


def _forms(answers: Iterable[CellAnswer]) -> Iterator[dict[str, CellAnswer]]:
    """Yield the forms that *answers* make up, one after another: a key that comes again begins a further one."""
    form: dict[str, CellAnswer] = {}
    for answer in answers:
        if answer.key in form:
            yield form
            form = {}
        form[answer.key] = answer
    yield form


def _beside(answer: CellAnswer) -> CellAnswer:
    """Return *answer* with the cell beside it, in which stands how well supported it is."""
    return replace(answer, cell=answer.confidence_cell)


def _column(answer: CellAnswer) -> str:
    """Return the letters of the column of *answer*."""
    return answer.cell.rpartition("!")[2].rstrip("0123456789")


def _in_line(text: str) -> str:
    return " ".join(text.split())
