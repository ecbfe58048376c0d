"""What a check found: results as values, their order, and whether data conforms."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from efa_lod.io.reading import Place


class Severity(StrEnum):
    """How much a result matters; only a violation keeps data from conforming."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Result:
    """One thing that a check found.

    *key* is the way to the value as a person writes it (``reuse.contacts[0].email``), *found* the value or an empty
    text when something is missing, *messages* say in each language what is expected and how to mend it, *rule* names
    the shape or the rule of the reader, *focus* is the IRI of the thing spoken of, *source_shape* that of the shape.
    """

    severity: Severity
    place: Place
    key: str
    found: str
    messages: Mapping[str, str]
    rule: str
    focus: str = ""
    source_shape: str = ""

    def message(self, language: str) -> str:
        """Return the message in *language*, or in English where there is none."""
        return self.messages.get(language) or self.messages.get("en") or next(iter(self.messages.values()), self.rule)


def in_order(results: Iterable[Result]) -> list[Result]:
    """Return *results* without repetition, by file, line, key and rule."""
    once = {(r.place, r.key, r.found, r.rule, r.focus): r for r in results}
    return sorted(once.values(), key=lambda r: (r.place.path, r.place.line, r.key, r.rule, r.found, r.focus))


def conforms(results: Iterable[Result]) -> bool:
    """Return whether there is no violation among *results*."""
    return all(result.severity is not Severity.VIOLATION for result in results)
