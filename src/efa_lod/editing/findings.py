"""What is wrong with edited records, told by thing and key: the same checks as of any record, before it is written."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any

from efa_lod.editing.fields import sections_beside
from efa_lod.editing.plain_words import PlainWords
from efa_lod.errors import BrokenInput
from efa_lod.io.reading import Document, KeyPath, Place, read_yaml
from efa_lod.model.context import Context, read_context
from efa_lod.model.publication import Publication
from efa_lod.model.record_values import is_mapping, mapping_of
from efa_lod.model.records import publication_records, with_context
from efa_lod.model.results import Result, Severity, in_order
from efa_lod.model.row_facts import read_facts
from efa_lod.validation.claims import claim_results
from efa_lod.validation.key_rules import KeyRules
from efa_lod.validation.privacy import privacy_results
from efa_lod.validation.shacl import RECOMMENDED_SHAPES, RECORD_SHAPES, Shapes, validate_records
from efa_lod.validation.shacl_engine import shacl_results
from efa_lod.validation.tracing import in_rdf_file
from efa_lod.validation.validity import validity_results

_STEPS = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_ENGLISH = "English-"
"""How the names of shapes begin that miss a text in English; others want one in German."""
UNREADABLE = "unreadable"


@dataclass(frozen=True)
class EditFinding:
    """A *result* of the checks and what it speaks of: a *thing*, and the *key* of a field, empty for the whole."""

    thing: str
    key: str
    result: Result


@dataclass(frozen=True)
class EditChecker:
    """Checks edits of records of *publication*; its shapes and words are read once, however often it is asked."""

    publication: Publication

    @cached_property
    def context(self) -> Context:
        """Return the context of the records."""
        return read_context(self.publication)

    @cached_property
    def rules(self) -> KeyRules:
        """Return what the shapes ask of each key."""
        return KeyRules(self.publication, self.context)

    @cached_property
    def shapes(self) -> Shapes:
        """Return the shapes that records are held against."""
        return Shapes(self.publication, (*RECORD_SHAPES, RECOMMENDED_SHAPES))

    @cached_property
    def words(self) -> PlainWords:
        """Return the words in which findings are told."""
        documents = list(publication_records(self.publication))
        return PlainWords(
            {tongue: sections_beside(self.publication, documents, tongue, rules=self.rules) for tongue in ("de", "en")}
        )

    def prepare(self) -> None:
        """Read everything that the first finding needs, so that nobody waits for it while typing."""
        _ = self.words, self.shapes.prefilter
        list(shacl_results([], self.shapes.graph, in_rdf_file("", self.context)))

    def check(self, texts: Mapping[str, str], documents: Sequence[Document] | None = None) -> list[EditFinding]:
        """Return what is wrong with the records in *texts*, by file name, among the other records.

        *documents* are the records as they were, where they have been read before. Findings are told in the words of
        people who see labels and no YAML.
        """
        try:
            edited = [
                with_context(document)
                for name, text in texts.items()
                if _holds_records(self.publication, name)
                for document in read_yaml(BytesIO(text.encode()), name)
            ]
            known = publication_records(self.publication) if documents is None else documents
            found = self._results(edited, [one for one in known if one.place.path not in texts], set(texts))
        except BrokenInput as error:
            messages = {language: error.in_language(language) for language in ("de", "en")}
            return [EditFinding("", "", Result(Severity.VIOLATION, Place(""), "", "", messages, UNREADABLE))]
        return [self._finding(result, edited) for result in found]

    def _results(self, edited: Sequence[Document], beside: Sequence[Document], names: set[str]) -> list[Result]:
        found, _ = validate_records(edited, self.publication, self.context, self.shapes, beside)
        claims = claim_results([*beside, *edited], read_facts(self.publication), self.context)
        more = [*claims, *validity_results(edited, self.context), *privacy_results(edited)]
        places = {result.place for result in found}
        return in_order([*found, *(one for one in more if one.place.path in names and one.place not in places)])

    def _finding(self, result: Result, edited: Sequence[Document]) -> EditFinding:
        thing, key, type_name = _spoken_of(result, edited, self.context)
        return EditFinding(thing, key, self.words.told(result, type_name, key))


def check_edits(publication: Publication, texts: Mapping[str, str]) -> list[EditFinding]:
    """Return what is wrong with the records in *texts*, by file name, among the other records of *publication*."""
    return EditChecker(publication).check(texts)


def _holds_records(publication: Publication, name: str) -> bool:
    own = {publication.name_of(file) for file in (*publication.state_files, *publication.shared_files)}
    return name in own


def _spoken_of(result: Result, documents: Sequence[Document], context: Context) -> tuple[str, str, str]:
    """Return the thing and the key that *result* speaks of, and the type of the thing."""
    own = [one for one in documents if one.place.path == result.place.path and one.place.line <= result.place.line]
    if not own:
        return "", "", ""
    value: Any = own[-1].value
    things: list[tuple[Mapping[str, object], KeyPath]] = [(value, ())]
    for step in _steps(result.key):
        thing, rest = things[-1]
        value = _inner(value, step)
        things[-1] = (thing, (*rest, step))
        if is_mapping(value) and "id" in value:
            things.append((value, ()))
    thing, way = things[-1]
    if thing.get("type") == "Addition" and len(things) > 1:
        language = next(iter(mapping_of(thing.get("words"))), "")
        outer = things[-2][0]
        key = ".".join(filter(None, (str(thing.get("property", "")), language)))
        return str(outer.get("id")), key, _type_of(outer)
    key = _field_key(way, context, "en" if result.rule.startswith(_ENGLISH) else "de")
    return str(thing.get("id", "")), key, _type_of(thing)


def _type_of(thing: Mapping[str, object]) -> str:
    """Return the first type of *thing*."""
    given = thing.get("type")
    return str(given[0] if isinstance(given, list) and given else given)


def _field_key(way: KeyPath, context: Context, language: str) -> str:
    """Return the key of a field for a *way* within a thing; of texts of which none is named, that in *language*."""
    names = [step for step in way if isinstance(step, str)]
    key = context.keys.get(names[0]) if names else None
    return ".".join([*names, language][:2]) if key and key.form == "language" else "".join(names[:1])


def _steps(key: str) -> Iterator[str | int]:
    for number, name in _STEPS.findall(key):
        yield int(number) if number else name


def _inner(value: object, step: str | int) -> object:
    if isinstance(value, list) and isinstance(step, int):
        return value[step] if step < len(value) else None
    return mapping_of(value).get(str(step))
