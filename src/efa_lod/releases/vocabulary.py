"""What changed between releases beside the data: terms of the ontology, shapes and named queries.

A change of texts or of values says what was there before, and what is there now.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from efa_lod.io.files import whole_file
from efa_lod.io.messages import text_table
from efa_lod.releases.changes import ChangeKind
from efa_lod.releases.versions import Level
from efa_lod.releases.vocabulary_entries import (
    QUERY_BODY,
    QUERY_IRIS,
    SHAPE_IRIS,
    TERM_IRIS,
    WITHIN,
    VocabularyEntry,
    read_vocabulary,
    short_value,
)
from efa_lod.releases.wording import TONGUES, Wording, shortened

_FAMILIES = {TERM_IRIS: "term", SHAPE_IRIS: "shape", QUERY_IRIS: "query"}
_NAMES = ("skos:prefLabel", "rdfs:label", "title", "sh:name")
"""The properties that name a term, a shape or a query, the best first."""
_LONG = 1_000
"""Most characters of a text in a sentence: long enough for any definition."""
_LONG_NOTE = 400
_QUOTED = {"de": "„{}“", "en": "“{}”"}
_NOTHING = VocabularyEntry("", "")


@dataclass(frozen=True)
class VocabularyChange:
    """A change of the term, shape or named query *iri*, relative to the base: what it was, *old*, and is, *new*."""

    kind: ChangeKind
    iri: str
    old: VocabularyEntry | None = None
    new: VocabularyEntry | None = None

    @property
    def is_wording(self) -> bool:
        """Return whether it means the same in other words."""
        return self.old is not None and self.new is not None and self.old.meaning == self.new.meaning

    @property
    def level(self) -> Level:
        """Return how much this changes."""
        if self.kind is ChangeKind.GONE:
            return Level.MAJOR
        if self.is_wording:
            return Level.PATCH
        is_other_term = self.kind is ChangeKind.CHANGED and self.iri.startswith(TERM_IRIS)
        return Level.MAJOR if is_other_term else Level.MINOR

    @property
    def activity(self) -> str:
        """Return what happened, in the words of ActivityStreams."""
        return {ChangeKind.GONE: "Delete", ChangeKind.CREATED: "Create"}.get(self.kind, "Update")

    def sentence(self, wording: Wording, language: str) -> str:
        """Return what a person is told in *language*, with the old and the new text of what is changed."""
        details = list(_details(self, wording, language))
        if not details and self.old and self.new and self.old.says and self.new.says:
            details = [_said("details", "rest", language)]
        told = self._told(wording, language)
        return f"{told}: {'; '.join(details)}." if details else f"{told}."

    def note(self, wording: Wording, language: str) -> str:
        """Return the sentence in *language*, without the texts where it is too long for a note."""
        said = self.sentence(wording, language)
        return said if len(said) <= _LONG_NOTE else f"{self._told(wording, language)}."

    def _told(self, wording: Wording, language: str) -> str:
        family = next(name for start, name in _FAMILIES.items() if self.iri.startswith(start))
        form = "wording" if self.is_wording else family if self.kind is ChangeKind.CHANGED else self.kind.value
        name = self.name(wording, language)
        named = f" {_QUOTED[language].format(name)}" if name else ""
        return f"{_said('nouns', family, language)}{named} ({self.iri}) {_said('forms', form, language)}"

    def name(self, wording: Wording, language: str) -> str:
        """Return what it is called in *language*, or was last; an empty text where it has no name."""
        for entry in (self.new, self.old):
            for texts in (entry.texts.get(name, {}) for name in _NAMES) if entry else ():
                if texts:
                    return shortened(texts.get(language) or next(iter(texts.values())), language)
        return wording.labels.get(wording.base_iri + self.iri, {}).get(language, "")


@cache
def _table() -> dict[str, dict[str, dict[str, str]]]:
    return text_table(__file__, "vocabulary")


def _said(part: str, name: str, language: str) -> str:
    entry = _table()[part].get(name)
    return str(entry[language]) if entry else _said("forms", "property", language).format(name)


def _details(change: VocabularyChange, wording: Wording, language: str) -> Iterator[str]:
    """Yield what was and what is there, for each text and value that is another."""
    if change.kind is not ChangeKind.CHANGED:
        return
    old, new = change.old or _NOTHING, change.new or _NOTHING
    if not old.says:  # an early release kept digests alone
        return
    for name in sorted(old.texts.keys() | new.texts.keys(), key=_order):
        yield from _text_details(name, old.texts.get(name, {}), new.texts.get(name, {}), language)
    for name in sorted(old.values.keys() | new.values.keys(), key=_order):
        before, now = (entry.values.get(name, ()) for entry in (old, new))
        is_told = name != QUERY_BODY or (before and now)  # a release kept no lines of queries once
        if {*before} != {*now} and is_told:
            went, came = (_shown(one, other, wording, language) for one, other in ((before, now), (now, before)))
            yield _detail(_noun(name, language), went, came, language)


def _noun(name: str, language: str) -> str:
    """Return what a property is called, with those that lead to it where a nameless node has it."""
    way, _, last = name.rpartition(WITHIN)
    noun = _said("properties", last, language)
    return f"{noun} ({way})" if way else noun


def _order(name: str) -> tuple[int, str]:
    names = list(_table()["properties"])
    return names.index(name) if name in names else len(names), name


def _text_details(name: str, before: Mapping[str, str], now: Mapping[str, str], language: str) -> Iterator[str]:
    """Yield what was and is there in *language*, or in others where nothing changed in that."""
    other = [tag for tag in sorted(before.keys() | now.keys()) if before.get(tag) != now.get(tag)]
    for tag in [language] if language in other else other:
        tongue = "" if tag == language else " " + _said("tongues", tag, language)
        noun = _noun(name, language) + tongue
        old, new = (_quoted(texts.get(tag, ""), language) for texts in (before, now))
        yield _detail(noun, old, new, language)


def _quoted(text: str, language: str) -> str:
    return _QUOTED[language].format(shortened(text, language, _LONG)) if text else ""


def _shown(values: Sequence[str], without: Sequence[str], wording: Wording, language: str) -> str:
    return ", ".join(_value(value, wording, language) for value in dict.fromkeys(values) if value not in without)


def _value(value: str, wording: Wording, language: str) -> str:
    label = wording.labels.get(wording.base_iri + value[1:-1], {}).get(language) if value[:1] == "<" else ""
    return _QUOTED[language].format(label or shortened(short_value(value), language, _LONG))


def _detail(noun: str, old: str, new: str, language: str) -> str:
    form = "changed" if old and new else "added" if new else "removed"
    return _said("details", form, language).format(noun=noun, old=old, new=new)


def vocabulary_changes(
    before: Mapping[str, VocabularyEntry], now: Mapping[str, VocabularyEntry]
) -> list[VocabularyChange]:
    """Return what changed from the entries *before* to those of *now*, ordered by IRI."""
    found = []
    for iri in sorted(before.keys() | now.keys()):
        old, new = before.get(iri), now.get(iri)
        if old is None or new is None:
            found.append(VocabularyChange(ChangeKind.GONE if new is None else ChangeKind.CREATED, iri, old, new))
        elif (old.meaning, old.wording) != (new.meaning, new.wording):
            found.append(VocabularyChange(ChangeKind.CHANGED, iri, old, new))
    return found


def vocabulary_sentences(changes: Sequence[VocabularyChange], wording: Wording) -> list[dict[str, str]]:
    """Return a sentence by language for each of *changes*."""
    return [{tongue: one.sentence(wording, tongue) for tongue in TONGUES} for one in changes]


def compared_vocabularies(paths: tuple[Path, Path] | None) -> list[VocabularyChange]:
    """Return what changed between the vocabularies in two files; nothing where there are no two."""
    if paths is None:
        return []
    old, new = (read_vocabulary(whole_file(path), str(path)) for path in paths)
    return vocabulary_changes(old, new)
