"""What the form does with a record: show it, check what was typed, and save it. No HTTP is known here.

What a browser sends is a stranger's until it is read: a request that is no such thing is refused as BrokenInput.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import unified_diff
from functools import cached_property

from efa_lod.editing.edits import AnyEdit, NewThing, Removal, edited_texts
from efa_lod.editing.fields import Section, sections_beside
from efa_lod.editing.findings import EditChecker, EditFinding
from efa_lod.editing.merge import MergeConflict, merged
from efa_lod.editing.provenance import Provenance
from efa_lod.editing.saving import write_edited
from efa_lod.editing.values import FieldValues, SectionThing, record_parts, record_values
from efa_lod.errors import BrokenInput
from efa_lod.io.json_objects import JsonObject
from efa_lod.io.messages import Messages
from efa_lod.io.reading import Document
from efa_lod.model.publication import Publication, packaged_folder
from efa_lod.model.records import publication_records
from efa_lod.model.results import Severity

_MESSAGES = Messages(__file__, "form")
_CONTEXT_LINES = 1
ADDED = "+"
"""What a thing that is added is called in findings, before its number among those that are."""


@dataclass(frozen=True)
class FormRequest:
    """What a person wants of a record: its values as they were *base* and as they are *wanted*, and what else.

    *provenance* is None where the overview page says so. *confidence* says by thing and key how well supported a value
    is, where that is other than in *provenance*.
    """

    base: FieldValues
    wanted: FieldValues
    things: Sequence[AnyEdit] = ()
    provenance: Provenance | None = None
    confidence: FieldValues = field(default_factory=dict)


@dataclass(frozen=True)
class FormOutcome:
    """What became of a request: *findings*, *conflicts*, the *difference* of the files, and those that were *saved*."""

    findings: Sequence[EditFinding] = ()
    conflicts: Sequence[MergeConflict] = ()
    difference: str = ""
    saved: Sequence[str] = ()

    @property
    def is_wrong(self) -> bool:
        """Return True if something keeps it from being saved."""
        return bool(self.conflicts) or any(one.result.severity is Severity.VIOLATION for one in self.findings)


@dataclass(frozen=True)
class RecordForm:
    """A record as it is on the disk now, with its sections in one *language*."""

    publication: Publication
    document: Document
    documents: Sequence[Document] = field(repr=False)
    language: str
    checker: EditChecker = field(repr=False)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Return the sections of the record."""
        return sections_beside(self.publication, self.documents, self.language, rules=self.checker.rules)

    @cached_property
    def parts(self) -> list[SectionThing]:
        """Return the things of the record, each once, where it stands first."""
        found: dict[str, SectionThing] = {}
        for part in record_parts(self.document, self.documents, self.sections):
            found.setdefault(part.name, part)
        return list(found.values())

    @property
    def values(self) -> FieldValues:
        """Return the values of all fields."""
        return record_values(self.document, self.documents, self.sections)

    def sharing(self, thing: str) -> list[str]:
        """Return the names of the other records in which the shared *thing* stands."""
        others = (
            one for one in self.documents if "State" in _listed(one.value.get("type")) and one is not self.document
        )
        return [
            str(one.value.get("name", {}).get(self.language))
            for one in others
            if any(part.name == thing for part in record_parts(one, self.documents, self.sections))
        ]

    def outcome(self, request: FormRequest, is_saved: bool = False) -> FormOutcome:
        """Return what becomes of *request*; where *is_saved* and nothing is wrong, its texts are written."""
        known = {(part.name, one.key) for part in self.parts for one in part.section.fields if not one.is_fixed}
        for thing, key in {**request.base, **request.wanted}:
            if (thing, key) not in known and request.base.get((thing, key)) != request.wanted.get((thing, key)):
                raise _MESSAGES.broken("no-field", thing=thing, key=key)
        self._refuse_foreign(request.things)
        found = merged(request.base, self.values, request.wanted)
        edits: list[AnyEdit] = [
            replace(one, confidence=request.confidence.get((one.thing, one.key), "")) for one in found.edits
        ]
        edits += request.things
        if not edits:
            return FormOutcome(conflicts=found.conflicts)
        state = str(self.document.value["id"])
        texts = edited_texts(self.publication, state, edits, request.provenance, self.checker.rules)
        changed = texts.changed()
        fresh = {name: f"{ADDED}{number}" for number, name in enumerate(texts.added)}
        found_wrong = self.checker.check(changed, self.documents)
        findings = [replace(one, thing=fresh.get(one.thing, one.thing)) for one in found_wrong]
        outcome = FormOutcome(findings, found.conflicts, difference_of(texts.first_texts, changed))
        if not is_saved or outcome.is_wrong:
            return outcome
        saved = write_edited(self.publication, changed, texts.first_texts)
        return FormOutcome(outcome.findings, (), outcome.difference, saved)

    def _refuse_foreign(self, edits: Sequence[AnyEdit]) -> None:
        """Raise BrokenInput for what is added or removed where the form offers no such thing."""
        repeatable = {section.name: section for section in self.sections if section.is_repeatable}
        removable = {part.name for part in self.parts if part.section.name in repeatable}
        for edit in edits:
            if isinstance(edit, Removal) and edit.thing not in removable:
                raise _MESSAGES.broken("no-field", thing=edit.thing, key="–")
            if isinstance(edit, NewThing):
                section = repeatable.get(edit.kind)
                unknown = [key for key in edit.values if section is None or section.field(key) is None]
                if section is None or unknown:
                    raise _MESSAGES.broken("no-field", thing=edit.kind, key=", ".join(unknown) or "–")


def read_form(publication: Publication, state: str, language: str, checker: EditChecker | None = None) -> RecordForm:
    """Return the form of the record *state* as it is on the disk; raise BrokenInput where there is none.

    *checker* is the one by which edits were checked before.
    """
    documents = list(publication_records(publication))
    found = next((one for one in documents if one.value.get("id") == state), None)
    if found is None or found.place.path not in {publication.name_of(file) for file in publication.state_files}:
        raise _MESSAGES.broken("no-record", state)
    return RecordForm(publication, found, documents, language, checker or EditChecker(publication))


def refuse_installed(publication: Publication) -> None:
    """Raise BadSetting where *publication* is the copy inside the installed program, which an update replaces."""
    if publication.folder.name == "_packaged" and publication.folder == packaged_folder():
        raise _MESSAGES.unusable("installed", folder=publication.folder)


def difference_of(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """Return what changes in the files, as a unified diff without the marks of places."""
    return "\n".join(
        line for name, text in sorted(after.items()) for line in _changed_lines(name, before.get(name, ""), text)
    )


def _changed_lines(name: str, before: str, after: str) -> Iterator[str]:
    lines = list(unified_diff(before.splitlines(), after.splitlines(), n=_CONTEXT_LINES, lineterm=""))
    yield name
    yield from ("…" if line.startswith("@@") else line for line in lines[2:])


def request_in(data: JsonObject) -> FormRequest:
    """Return the request that *data*, read from JSON, stands for; raise BrokenInput where it is none."""
    try:
        things: list[AnyEdit] = [
            NewThing(
                _text(one["kind"]),
                {_text(key): _text(text) for key, text in one["values"].items()},
                confidence=_text(one.get("confidence", "")),
            )
            for one in data.get("added", ())
        ]
        things += [
            Removal(_text(one["thing"]), {_text(tag): _text(text) for tag, text in one["reason"].items()})
            for one in data.get("removed", ())
        ]
        said = data.get("stated")
        provenance = _provenance(said) if said is not None else None
        sure = _values(data.get("sure", {}))
        return FormRequest(_values(data["base"]), _values(data["wanted"]), things, provenance, sure)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise _MESSAGES.broken("no-request") from error


def _provenance(said: JsonObject) -> Provenance:
    """Return who states what is added; the English name and how sure it is may be left out."""
    sure, english = _text(said.get("confidence", "")), _text(said.get("byEn", ""))
    given = {"confidence": sure} if sure else {}
    return Provenance(_text(said["by"]), _text(said["day"]), by_english=english, **given)


def _values(data: JsonObject) -> FieldValues:
    return {
        (_text(thing), _text(key)): _text(text)
        for thing, fields in data.items()
        for key, text in fields.items()
        if _text(text).strip()
    }


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("expected a text")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise BrokenInput(*_MESSAGES("no-request")) from error
    return value.replace("\r\n", "\n")


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]
