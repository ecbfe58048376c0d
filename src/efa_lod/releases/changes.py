"""The list of changes between two dumps: the one source of every sentence, feed, patch and note of a release.

A change is about one subject and one of its properties, in one language where the values are texts; or about a subject
as a whole, which is new or gone. A *thing* is what has a document: the subject without its fragment.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from efa_lod.model.expansion import TYPE, text_of
from efa_lod.releases.comparison import Comparison, about, split_line

_SCHEMA = "https://schema.org/"
NAMING_PROPERTIES = (
    f"<{_SCHEMA}name>",
    "<http://www.w3.org/2004/02/skos/core#prefLabel>",
    "<http://www.w3.org/2000/01/rdf-schema#label>",
    "<http://purl.org/dc/terms/title>",
)
"""The properties that name a thing, the best first."""
TELLING_PROPERTIES = (
    *(f"ontology#{name}>" for name in ("topic", "provisionKind", "rowKind", "contactKind")),
    "/22-rdf-syntax-ns#predicate>",
)
"""How the properties end that tell one nameless part of a thing from another, the best first."""


class ChangeKind(StrEnum):
    """What happened: to a subject as a whole (created, gone), or to the values of one of its properties."""

    CREATED = "created"
    GONE = "gone"
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True)
class Change:
    """A change of *subject*, which belongs to *thing*; *old* and *new* are terms as N-Triples writes them.

    IRIs stand without brackets. *predicate* is empty where the subject is new or gone as a whole; *language* is that of
    the texts where they have one.
    """

    kind: ChangeKind
    thing: str
    subject: str
    predicate: str = ""
    language: str = ""
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


@dataclass(frozen=True)
class Names:
    """What things are called and are, before or after: names by language, classes, and what tells nameless parts."""

    names: Mapping[str, Mapping[str, str]]
    types: Mapping[str, tuple[str, ...]]
    topics: Mapping[str, str]


@dataclass(frozen=True)
class RemovalRequest:
    """At the request of which *office*, by language, and on which *day* something was taken out.

    *subject*, *predicate* and *language* are those of the change.
    """

    subject: str
    predicate: str
    language: str
    office: Mapping[str, str]
    day: str


@dataclass(frozen=True)
class ChangeList:
    """All changes, those of a thing together, with what things are called before and after.

    *requests* are those that are known behind changes, each at most once for a change.
    """

    changes: Sequence[Change]
    before: Names
    after: Names
    requests: Sequence[RemovalRequest] = ()

    def by_thing(self) -> Iterator[tuple[str, list[Change]]]:
        """Yield each changed thing with its changes."""
        for thing, changes in groupby(self.changes, key=lambda change: change.thing):
            yield thing, list(changes)

    def names_of(self, iri: str) -> Mapping[str, str]:
        """Return the names of *iri* by language: those of today, or else the last it had."""
        return self.after.names.get(iri) or self.before.names.get(iri) or {}

    def types_of(self, iri: str) -> tuple[str, ...]:
        """Return the classes of *iri*: those of today, or else the last it had."""
        return self.after.types.get(iri) or self.before.types.get(iri) or ()

    def request_of(self, change: Change) -> RemovalRequest | None:
        """Return at whose request *change* was made, where that is known."""
        mark = change.subject, change.predicate, change.language
        return next((one for one in self.requests if (one.subject, one.predicate, one.language) == mark), None)

    def topic_of(self, iri: str) -> str:
        """Return the term that tells *iri*, which has no name, from others of its kind; an empty text for none."""
        return self.after.topics.get(iri) or self.before.topics.get(iri) or ""


def thing_iri(iri: str) -> str:
    """Return the thing that *iri* is or is a part of."""
    return iri.partition("#")[0]


def iri_of_term(term: str) -> str:
    """Return the IRI *term* without its brackets; a literal as it is."""
    return term[1:-1] if term[:1] == "<" else term


def change_list(comparison: Comparison) -> ChangeList:
    """Return the changes that *comparison* shows, those of one thing together.

    Memory grows with the number of changes, not with the size of the dumps.
    """
    removed, added = (_by_subject(lines) for lines in (comparison.removed, comparison.added))
    subjects = removed.keys() | added.keys()
    keys = {f"<{subject}>".encode() for subject in subjects}
    was, stays = (_subjects(about(keys, lines)) for lines in (comparison.old, comparison.new))
    changes = [
        change
        for subject in sorted(subjects, key=lambda iri: (thing_iri(iri), iri))
        for change in _changes(subject, removed.get(subject, []), added.get(subject, []), was, stays)
    ]
    named = _mentioned(changes)
    before, after = (names_in(about(named, lines)) for lines in (comparison.old, comparison.new))
    return ChangeList(changes, before, after)


def _by_subject(lines: Iterable[bytes]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for line in lines:
        subject, predicate, object_ = split_line(line)
        found.setdefault(iri_of_term(subject), []).append((predicate, object_))
    return found


def _subjects(lines: Iterable[bytes]) -> set[str]:
    return {line[1 : line.index(b" ") - 1].decode() for line in lines}


def _changes(
    subject: str, removed: list[tuple[str, str]], added: list[tuple[str, str]], was: set[str], stays: set[str]
) -> Iterator[Change]:
    """Yield the changes of *subject*; *was* and *stays* hold the subjects that something was and is said of."""
    thing = thing_iri(subject)
    if subject not in was:
        yield Change(ChangeKind.CREATED, thing, subject)
        return
    if subject not in stays:
        yield Change(ChangeKind.GONE, thing, subject)
        return
    values: dict[tuple[str, str], tuple[list[str], list[str]]] = {}
    for index, pairs in enumerate((removed, added)):
        for predicate, object_ in pairs:
            values.setdefault((iri_of_term(predicate), language_of_term(object_)), ([], []))[index].append(object_)
    for (predicate, language), (old, new) in sorted(values.items()):
        kind = ChangeKind.CHANGED if old and new else ChangeKind.ADDED if new else ChangeKind.REMOVED
        yield Change(kind, thing, subject, predicate, language, tuple(old), tuple(new))


def language_of_term(term: str) -> str:
    """Return the language tag of a literal as N-Triples writes it, or an empty text."""
    tag = term.rpartition('"')[2] if term[:1] == '"' else ""
    return tag[1:] if tag[:1] == "@" else ""


def _mentioned(changes: Iterable[Change]) -> set[bytes]:
    """Return what a sentence about *changes* may have to name, in brackets."""
    iris: set[str] = set()
    for change in changes:
        iris |= {change.thing, change.subject}
        iris |= {iri_of_term(term) for term in (*change.old, *change.new) if term[:1] == "<"}
    return {f"<{iri}>".encode() for iri in iris}


def names_in(lines: Iterable[bytes]) -> Names:
    """Return what *lines* say of how their subjects are called and what they are."""
    names: dict[str, dict[str, tuple[int, str]]] = {}
    types: dict[str, tuple[str, ...]] = {}
    topics: dict[str, tuple[int, str]] = {}
    for line in lines:
        subject, predicate, object_ = split_line(line)
        iri = iri_of_term(subject)
        if predicate in NAMING_PROPERTIES and object_[:1] == '"':
            _keep(
                names.setdefault(iri, {}),
                language_of_term(object_),
                NAMING_PROPERTIES.index(predicate),
                text_of(object_),
            )
        elif predicate == TYPE:
            types[iri] = (*types.get(iri, ()), iri_of_term(object_))
        elif telling := next((n for n, end in enumerate(TELLING_PROPERTIES, 1) if predicate.endswith(end)), 0):
            _keep(topics, iri, telling, object_)
    best = {iri: {tag: text for tag, (_, text) in sorted(found.items())} for iri, found in names.items()}
    return Names(best, types, {iri: term for iri, (_, term) in topics.items()})


def _keep(found: dict[str, tuple[int, str]], key: str, rank: int, text: str) -> None:
    """Keep *text* under *key* unless a better one, of a lower *rank*, is there."""
    if key not in found or found[key][0] > rank:
        found[key] = rank, text
