"""Look at parts of a record, and say what was found about one, with its place."""

from collections.abc import Set
from dataclasses import dataclass

from efa_lod.io.reading import Document, KeyPath
from efa_lod.model.record_values import Thing, is_mapping, text_in
from efa_lod.model.records import key_text
from efa_lod.model.results import Result, Severity

FINDINGS = {
    "missing-fact": {
        "de": "Das steht auf der Seite ({row}), aber nicht im Datensatz. Ergänzen Sie {what}.",
        "en": "The page says this ({row}), the record does not. Add {what}.",
    },
    "invented-fact": {
        "de": "Das steht im Datensatz, aber nicht auf der Seite ({row}). Übernehmen Sie {what} von dort.",
        "en": "The record says this, the page does not ({row}). Take {what} from there.",
    },
    "different-fact": {
        "de": "Die Seite ({row}) hat hier {what}.",
        "en": "The page ({row}) has {what} here.",
    },
    "different-count": {
        "de": "Die Seite ({row}) sagt das {page}-mal, der Datensatz {record}-mal.",
        "en": "The page ({row}) says this {page} times, the record {record} times.",
    },
    "missing-row": {
        "de": "Dieses Feld der Seite ({row}) hat keinen Eintrag unter record.rows.",
        "en": "This row of the page ({row}) has no entry under record.rows.",
    },
    "invented-row": {
        "de": "Dieses Feld gibt es auf der Seite nicht ({row}).",
        "en": "There is no such row on the page ({row}).",
    },
    "repeated-row": {
        "de": "Dieses Feld steht ein zweites Mal auf der Seite ({row}); verglichen wird das erste.",
        "en": "This row stands on the page a second time ({row}); the first is compared.",
    },
}


@dataclass(frozen=True)
class RecordPart:
    """A mapping in a record and the way to it."""

    document: Document
    path: KeyPath
    value: Thing

    def text(self, key: str) -> str:
        """Return the German text under *key*, or an empty one."""
        return text_in(self.value.get(key), "de")

    def code(self, key: str) -> str:
        """Return the text under *key*, or an empty one."""
        held = self.value.get(key)
        return held if isinstance(held, str) else ""

    def listed(self, key: str) -> list[tuple[KeyPath, object]]:
        """Return the values under *key*, one or a list, each with its path."""
        held = self.value.get(key, [])
        path = (*self.path, key)
        return [((*path, i), member) for i, member in enumerate(held)] if isinstance(held, list) else [(path, held)]

    def inner(self, key: str) -> list["RecordPart"]:
        """Return the mappings under *key*."""
        return [RecordPart(self.document, path, held) for path, held in self.listed(key) if is_mapping(held)]

    def references(self, *keys: str) -> list[tuple[KeyPath, str]]:
        """Return the texts under *keys*, each with its path."""
        return [(path, held) for key in keys for path, held in self.listed(key) if isinstance(held, str)]

    def ids(self, *keys: str) -> set[str]:
        """Return the texts under *keys*."""
        return {reference for _, reference in self.references(*keys)}

    def is_read(self, elsewhere: Set[str]) -> bool:
        """Return True unless it comes from *elsewhere*: the records that hold additions, or are other sources."""
        origins = self.ids("origin", "namedIn")
        return not origins or any(origin.partition("#")[0] not in elsewhere for origin in origins)

    def as_read(self) -> "RecordPart":
        """Return it without what additions support."""
        added = {addition.code("property") for addition in self.inner("additions")}
        added |= {"printedAs"} if "telephone" in added else set()
        return RecordPart(self.document, self.path, {key: held for key, held in self.value.items() if key not in added})

    @property
    def names(self) -> list[str]:
        """Return the German names."""
        return [name for key in ("name", "alternateName") if (name := self.text(key))]


@dataclass(frozen=True)
class Finding:
    """Something to report: the rule, where, what was found, and words for the message."""

    rule: str
    document: Document
    path: KeyPath
    found: str
    what: str = ""
    page: int = 0
    record: int = 0

    def result(self, row: str) -> Result:
        """Return the result, which speaks of *row*."""
        words = {"row": row, "what": self.what, "page": self.page, "record": self.record}
        return Result(
            Severity.VIOLATION,
            self.document.place_of(self.path),
            key_text(self.path),
            self.found,
            {language: text.format(**words) for language, text in FINDINGS[self.rule].items()},
            self.rule,
        )


def texts_below(value: object) -> list[str]:
    """Return all texts in *value*."""
    if is_mapping(value):
        return [text for member in value.values() for text in texts_below(member)]
    if isinstance(value, list):
        return [text for member in value for text in texts_below(member)]
    return [value] if isinstance(value, str) else []
