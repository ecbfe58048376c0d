"""Versions of data, and the rule by which the next one follows from what changed.

Major: an IRI went, or became something else. Minor: facts were added or changed. Patch: wording alone.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from efa_lod.errors import BadSetting
from efa_lod.model.expansion import TYPE
from efa_lod.releases.changes import Change, ChangeKind, iri_of_term

_VERSION = re.compile(r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})$")
_TYPE = iri_of_term(TYPE)
_MODIFIED = "http://purl.org/dc/terms/modified"
_IDENTITY = ("stateKey", "isoCode", "nutsCode", "municipalityKey")
"""Properties of our own that say which thing an IRI means."""


class Level(StrEnum):
    """How much a release changes, from the least to the most."""

    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"


LEVEL_REASONS = {
    Level.PATCH: {"de": "nur Wortlaut", "en": "wording alone"},
    Level.MINOR: {"de": "Angaben kamen hinzu oder änderten sich", "en": "facts were added or changed"},
    Level.MAJOR: {"de": "eine IRI fiel weg oder meint etwas anderes", "en": "an IRI went or means something else"},
}
_ORDER = list(Level)


@dataclass(frozen=True, order=True)
class Version:
    """A semantic version of three numbers (semver.org, 2.0.0), without a name for what comes before it."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    def next(self, level: Level) -> "Version":
        """Return the version that follows a change of *level*."""
        if level is Level.MAJOR:
            return Version(self.major + 1, 0, 0)
        if level is Level.MINOR:
            return Version(self.major, self.minor + 1, 0)
        return Version(self.major, self.minor, self.patch + 1)


def is_version(text: str) -> bool:
    """Return True if *text* is three numbers with points between them."""
    return _VERSION.match(text) is not None


def read_version(text: str, place: str) -> Version:
    """Return the version that *text* writes; raise BadSetting, naming *place*, where it is none."""
    found = _VERSION.match(text)
    if not found:
        raise BadSetting(
            f"{place}: expected a version of three numbers such as 1.2.0, found '{text}'",
            f"{place}: erwartet eine Version aus drei Zahlen wie 1.2.0, gefunden '{text}'",
        )
    return Version(*map(int, found.groups()))


def highest(levels: Iterable[Level]) -> Level:
    """Return the level that changes most of *levels*."""
    return max(levels, key=_ORDER.index, default=Level.PATCH)


def level_of(changes: Iterable[Change]) -> Level:
    """Return how much *changes* change; days of bookkeeping do not count."""
    return highest(_level(change) for change in changes if change.predicate != _MODIFIED)


def _level(change: Change) -> Level:
    if change.kind is ChangeKind.GONE or (change.old and _says_what_it_is(change.predicate)):
        return Level.MAJOR
    return Level.PATCH if change.kind is ChangeKind.CHANGED and change.language else Level.MINOR


def _says_what_it_is(predicate: str) -> bool:
    return predicate == _TYPE or predicate.partition("ontology#")[2] in _IDENTITY
