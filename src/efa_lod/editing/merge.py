"""Merge what a person wants with what a record says meanwhile: three ways, value by value."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from efa_lod.editing.edits import Edit
from efa_lod.editing.values import FieldValues
from efa_lod.io.messages import Messages

_MESSAGES = Messages(__file__, "edits")
_NOTHING = ("nothing", "nichts")


@dataclass(frozen=True)
class MergeConflict:
    """A value that was changed here and there: *base* is what both knew, *current* what the record says now.

    *wanted* is what the person wants. None is no value.
    """

    thing: str
    key: str
    base: str | None
    current: str | None
    wanted: str | None

    @property
    def messages(self) -> Mapping[str, str]:
        """Return what to say of it by language, with all three values."""
        english, german = _MESSAGES(
            "conflict", base=_shown(self.base), current=_shown(self.current), wanted=_shown(self.wanted)
        )
        return {"de": german, "en": english}


@dataclass(frozen=True)
class MergedEdits:
    """The *edits* that lead from the record as it is to what is wanted, and the *conflicts* that a person decides."""

    edits: list[Edit] = field(default_factory=list)
    conflicts: list[MergeConflict] = field(default_factory=list)


def merged(base: FieldValues, current: FieldValues, wanted: FieldValues) -> MergedEdits:
    """Return what becomes of *wanted*, which was made from *base*, where the record says *current* now.

    What was changed on one side only is taken from there; what was changed alike on both needs no edit.
    """
    made = MergedEdits()
    for thing, key in dict.fromkeys([*wanted, *base]):
        was, now, then = (values.get((thing, key)) for values in (base, current, wanted))
        if then in (was, now):
            continue
        if now == was:
            made.edits.append(Edit(thing, key, now, then))
        else:
            made.conflicts.append(MergeConflict(thing, key, was, now, then))
    return made


def _shown(value: str | None) -> tuple[str, str]:
    return _NOTHING if value is None else (f"'{value}'", f"„{value}“")
