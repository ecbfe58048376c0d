"""Trace where each statement of a record comes from: a row of the overview page, or the evidence of an addition.

A thing names its origin under ``origin`` or ``namedIn``; that is where its statements come from, except for those that
an addition supports, those of what editors write themselves, and those of identifiers, which come from the list that
provides them. Where a thing names several rows, a name or address comes from the first in which it stands, as far as
the words of the rows are known (``row_facts``). Each statement gets one origin. In RDF 1.1 a statement is named by a
node of its own whose IRI is made of the statement, so that it is the same in every build.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from efa_lod.io.reading import Document
from efa_lod.model.code_lists import ACCESS_RIGHT
from efa_lod.model.context import RDF_TYPE, Context
from efa_lod.model.expansion import TYPE, Expansion, Statement
from efa_lod.model.phrases import has_phrase
from efa_lod.model.record_values import Thing, listed, things_of
from efa_lod.model.record_views import ReuseRecord
from efa_lod.model.records import things
from efa_lod.model.row_facts import RowFacts

EDITORS = "source/editors"
"""Where the statements come from that the editors make themselves: notes, days of a comparison, evidence."""
STATEMENTS = "statements"
"""The document that names every statement of the records, below the base."""
EDITED_KEYS = frozenset({"additions", "editorialNote", "namedIn", "origin"})
"""Keys whose values are the editors' own words, wherever they stand."""
EDITED_TYPES = frozenset({"Addition", "Dataset", "Record"})
"""Types of things that the editors describe themselves."""
NAMED_BY_EDITORS = frozenset({"GovernmentService"})
"""Types of things that the page does not name, so that their names are the editors' words."""
ORIGIN_KEYS = ("origin", "namedIn")

_RDF = RDF_TYPE.removesuffix("type")
_NODE = tuple(f"<{_RDF}{name}>" for name in ("subject", "predicate", "object"))
_STATEMENT = f"<{_RDF}Statement>"
DERIVED = "<http://www.w3.org/ns/prov#wasDerivedFrom>"
_HEX_DIGITS = 24


NO_FACTS: Mapping[str, RowFacts] = {}
NO_RECORDS: Mapping[object, Thing] = {}


@dataclass(frozen=True)
class AttributedStatement:
    """A *statement* of a record and the IRI of its *origin*, in angle brackets."""

    statement: Statement
    origin: str


def origins_by_statement(
    documents: Sequence[Document],
    context: Context,
    facts: Mapping[str, RowFacts] = NO_FACTS,
    shared: Mapping[object, Thing] = NO_RECORDS,
) -> dict[Statement, str]:
    """Return the IRI of the origin of every statement of *documents*, in angle brackets."""
    known = {**shared, **{document.value.get("id"): document.value for document in documents}}
    found: dict[Statement, str] = {}
    for document in documents:
        for one in _Origins(document, context, known, facts).sourced():
            found.setdefault(one.statement, one.origin)
    return found


def statement_iri(statement: Statement, base_iri: str) -> str:
    """Return the IRI that names *statement*, in angle brackets: made of its terms, so that the same has the same."""
    digest = sha256(" ".join(statement).encode()).hexdigest()
    return f"<{base_iri}{STATEMENTS}#s{digest[:_HEX_DIGITS]}>"


def origin_statements(
    documents: Sequence[Document],
    context: Context,
    facts: Mapping[str, RowFacts] = NO_FACTS,
    shared: Mapping[object, Thing] = NO_RECORDS,
) -> list[Statement]:
    """Return what says in RDF 1.1 where each statement of *documents* comes from, those of one node together."""
    return list(named_origins(origins_by_statement(documents, context, facts, shared), context.base_iri))


def named_origins(origins: Mapping[Statement, str], base_iri: str) -> Iterator[Statement]:
    """Yield what says in RDF 1.1 that each statement comes from its origin, those of one node together."""
    for statement, origin in origins.items():
        node = statement_iri(statement, base_iri)
        yield node, TYPE, _STATEMENT
        yield from ((node, part, term) for part, term in zip(_NODE, statement, strict=True))
        yield node, DERIVED, origin


@dataclass
class _Origins:
    """Finds the origins of the statements of one document.

    *shared* are the things that it may refer to, by id; *facts* what is known of rows.
    """

    document: Document
    context: Context
    shared: Mapping[object, Thing]
    facts: Mapping[str, RowFacts]
    _of_thing: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._expansion = Expansion(self.context)
        self._rows = ReuseRecord(self.document.value).row_ids
        self._lists = self._identifier_lists()

    def sourced(self) -> Iterator[AttributedStatement]:
        """Yield the statements of the document, outer things before inner."""
        every = list(things(self.document, self.context))
        for path, thing in every:
            inherited = next((self._of_thing[outer] for outer in _outer(path, every) if outer in self._of_thing), [])
            self._of_thing[str(thing["id"])] = self._default(thing, inherited)
        for _, thing in every:
            for name, value in thing.items():
                if name == "type" or name in self.context.keys:
                    yield from self._of_key(thing, name, value)

    def _default(self, thing: Thing, inherited: list[str]) -> list[str]:
        """Return where the statements of *thing* come from as a whole, the first that names it first."""
        types = listed(thing.get("type"))
        if EDITED_TYPES & set(map(str, types)):
            return [EDITORS]
        if "SourceRow" in types or "WebPage" in types:
            return [str(thing["id"])]
        named = [str(one) for key in ORIGIN_KEYS for one in listed(thing.get(key)) if isinstance(one, str)]
        return named or inherited or self._lists.origin or [EDITORS]

    def _of_key(self, thing: Thing, name: str, value: object) -> Iterator[AttributedStatement]:
        """Yield what *thing* says with the key *name*."""
        for single in _singles(value):
            plain = {"id": single["id"]} if isinstance(single, dict) and "id" in single else single
            said = self._expansion({"id": thing["id"], name: plain["id"] if plain is not single else plain})
            origin = self._origin(thing, name, single)
            yield from (AttributedStatement(statement, self._expansion.iri(origin)) for statement in said)

    def _origin(self, thing: Thing, name: str, value: object) -> str:
        """Return where the statement comes from that *thing* has *value* under the key *name*."""
        default = self._of_thing[str(thing["id"])]
        if name in EDITED_KEYS or (name == "name" and NAMED_BY_EDITORS & set(listed(thing.get("type")))):
            return EDITORS
        if addition := _addition_for(thing, name, value):
            return addition
        if isinstance(value, dict) and "id" in value:
            return self._of_thing[str(value["id"])][0]
        if found := self._lists.provider(thing, name, value):
            return found
        return self._row_of_reference(default, value) or self._row_with(default, value) or default[0]

    def _row_with(self, rows: list[str], value: object) -> str:
        """Return the first of several *rows* in which the text *value* stands, or an empty text."""
        texts = value.values() if isinstance(value, dict) else (value,)
        if len(rows) < 2:
            return ""
        return next(
            (
                row
                for row in rows
                if row in self.facts and all(has_phrase(self.facts[row].marks, str(text)) for text in texts)
            ),
            "",
        )

    def _row_of_reference(self, default: list[str], value: object) -> str:
        """Return the one row of this record that names the shared thing *value*, where *default* is not that row."""
        other = self.shared.get(value) if isinstance(value, str) else None
        if other is None:
            return ""
        named = [str(one) for key in ORIGIN_KEYS for one in listed(other.get(key))]
        rows = [row for row in self._rows if row in named]
        return rows[0] if rows and not set(rows) & set(default) else ""

    def _identifier_lists(self) -> "_IdentifierLists":
        named = ReuseRecord(self.document.value).record.origins
        lists = [self.shared[one] for one in named if "Dataset" in listed(self.shared.get(one, {}).get("type"))]
        return _IdentifierLists(lists, str(self.document.value.get("id")))


@dataclass(frozen=True)
class _IdentifierLists:
    """The *lists* that a record takes the identifiers of its *topic* from."""

    lists: Sequence[Thing]
    topic: str

    @property
    def origin(self) -> list[str]:
        """Return the lists as a whole."""
        return [str(one["id"]) for one in self.lists]

    def provider(self, thing: Thing, name: str, value: object) -> str:
        """Return the part of a list that provides *value* under the key *name*, or an empty text."""
        if thing.get("id") != self.topic:
            return ""
        parts = (part for one in self.lists for part in things_of(one.get("parts")))
        return next((str(part["id"]) for part in parts if _provides(part, name, value)), "")


def _provides(part: Thing, name: str, value: object) -> bool:
    """Return whether *part* of a list provides *value* under the key *name*."""
    if name not in listed(part.get("provides")):
        return False
    if isinstance(value, dict):
        return list(value) == [part.get("valueLanguage", "de")]
    prefixes = listed(part.get("valuePrefix"))
    return name != "sameAs" or any(str(value).startswith(str(prefix)) for prefix in prefixes)


def _addition_for(thing: Thing, name: str, value: object) -> str:
    """Return the addition of *thing* that supports *value* under the key *name*, or an empty text."""
    told = value["id"] if isinstance(value, dict) and "id" in value else value
    for one in things_of(thing.get("additions")):
        if one.get("property") == name and _same(added_value(one), told):
            return str(one["id"])
    return ""


def added_keys(thing: Thing) -> list[str]:
    """Return the keys of *thing* that have a value which an addition supports, in their order."""
    return [
        name
        for name, value in thing.items()
        if name != "additions" and any(_addition_for(thing, name, one) for one in listed(value))
    ]


def things_added(record: Thing) -> dict[str, list[Thing]]:
    """Return the additions within *record* by what they support: the id of a thing added as a whole, or an address."""
    found: dict[str, list[Thing]] = {}
    waiting: list[Thing] = [record]
    for one in waiting:
        inner = [value for held in one.values() for value in things_of(held)]
        waiting += inner
        for addition in inner:
            if addition.get("type") == "Addition" and isinstance(value := addition.get("value"), str):
                found.setdefault(value, []).append(addition)
    return found


def added_value(addition: Thing) -> object:
    """Return the value that *addition* supports: an address, a text, or a text by language."""
    return next((addition[key] for key in ("value", "text", "words") if key in addition), None)


def _same(added: object, told: object) -> bool:
    """Return whether *added* is *told*; a concept may be told by its name alone, a text in one of its languages."""
    if isinstance(added, dict) and isinstance(told, dict):
        return all(added.get(language) == text for language, text in told.items())
    return bool(added == told or (isinstance(added, str) and isinstance(told, str) and is_concept(added, told)))


def is_concept(iri: object, name: str) -> bool:
    """Return True if *iri*, as records write it, is that of a concept that a key may tell by its *name* alone."""
    return (str(iri).startswith("efa:") and str(iri).endswith(f"-{name}")) or str(iri) == f"{ACCESS_RIGHT.iri}/{name}"


def _outer(path: tuple[object, ...], every: Sequence[tuple[tuple[object, ...], Thing]]) -> list[str]:
    """Return the ids of the things around the one at *path*, the innermost first."""
    around = [(way, thing) for way, thing in every if len(way) < len(path) and path[: len(way)] == way]
    return [str(thing["id"]) for _, thing in sorted(around, key=lambda pair: -len(pair[0]))]


def _singles(value: object) -> Iterator[Any]:
    """Yield the single values under a key; of texts by language each by itself."""
    for one in listed(value):
        if isinstance(one, dict) and "id" not in one:
            yield from ({language: text} for language, text in one.items())
        else:
            yield one
