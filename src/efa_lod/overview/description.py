"""What is known about one page beforehand: its states, the kinds of its rows, and the habits of its language.

It stands beside the source record, in ``data/sources/*.toml``, so that a page with another row, state or turn of phrase
needs another file and no other program.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from efa_lod.errors import BrokenInput
from efa_lod.model.publication import Publication, packaged_folder, read_publication
from efa_lod.overview.typography import fold, plain

DESCRIPTION_FILES = "data/sources/*.toml"

_AROUND_HEADINGS = " :¶§#+-*•·▶►▸▷▹▼▽▾▿▲△▴◀◂‹›«»>⌄⌃˅˄∨∧🔗✚✖"

Sign = tuple[str, str, str]
"""A pattern, and the key and the code that provisions have for what it matches."""


@dataclass(frozen=True)
class RowKind:
    """A kind of row: the *label* as printed, its *kind* in records, and the key under ``reuse`` that *holds* it."""

    label: str
    kind: str
    holds: str = ""


@dataclass(frozen=True)
class Habits:
    """The turns of phrase of a page, as patterns; the file says what each is for."""

    launch: re.Pattern[str]
    access: re.Pattern[str]
    glue: re.Pattern[str]
    website: re.Pattern[str]
    direct_row: re.Pattern[str]
    direct: re.Pattern[str]
    frames: re.Pattern[str]
    heads: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class PageDescription:
    """What is known about a page; *page* is the identifier of its source record.

    *around* matches lines that sites put around a page, *hints* what they write behind links, *silences* are the ways
    in which a row says nothing, *signs* and *witnesses* the words of prose that records have codes for.
    """

    page: str
    states: tuple[str, ...]
    state_prefixes: tuple[str, ...]
    row_kinds: tuple[RowKind, ...]
    column_of_states: tuple[str, ...]
    around: re.Pattern[str]
    hints: re.Pattern[str]
    silences: tuple[tuple[re.Pattern[str], str], ...]
    habits: Habits
    signs: tuple[Sign, ...]
    witnesses: Mapping[str, str]

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of rows in the order of the page."""
        return tuple(row.kind for row in self.row_kinds)

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Return the label of each kind of row."""
        return {row.kind: row.label for row in self.row_kinds}

    def holds(self, kind: str) -> str:
        """Return the key under ``reuse`` that holds what rows of *kind* name, or an empty text."""
        return next((row.holds for row in self.row_kinds if row.kind == kind), "")

    def kinds_in(self, key: str) -> tuple[str, ...]:
        """Return the kinds of rows whose names stand under *key*."""
        return tuple(row.kind for row in self.row_kinds if row.holds == key)

    def kind_of(self, text: str) -> str:
        """Return the kind of row whose label *text* is, or an empty text."""
        return self._kinds.get(_bare(fold(text)).rstrip("? "), "") if len(text) < self._longest_label else ""

    def says_label(self, text: str) -> bool:
        """Return True if *text* is a label to the letter, apart from a colon and capitals throughout."""
        label = plain(self.labels.get(self.kind_of(text), ""))
        return _bare(plain(text)) in (label, label.upper())

    def split_label(self, text: str) -> tuple[str, str] | None:
        """Return the label that *text* begins with, and what follows the colon behind it, where both are there."""
        label, colon, rest = text.partition(":")
        return (label, rest.strip()) if colon and rest.strip() and self.kind_of(label) else None

    def state_named(self, text: str) -> str:
        """Return the state that *text* names and nothing else, as the page writes it, or an empty text."""
        return self._states.get(self._prefix.sub("", _bare(fold(_unnumbered(text)))), "") if len(text) < 100 else ""

    def says_state(self, text: str) -> bool:
        """Return True if *text* is the name of a state to the letter, apart from a colon and capitals throughout."""
        name = plain(self.state_named(text))
        return _bare(plain(_unnumbered(text))) in (name, name.upper())

    def is_column_of_states(self, text: str) -> bool:
        """Return True if *text* is what stands above a column of states."""
        return plain(text) in self.column_of_states

    def is_name(self, text: str) -> bool:
        """Return True if *text* is the label of a row or the name of a state."""
        return bool(self.kind_of(text) or self.state_named(text))

    def count_labels(self, text: str) -> int:
        """Return how many different labels of rows stand in *text*."""
        folded = fold(text[:2_000_000])
        return sum(label in folded for label in self._kinds)

    @cached_property
    def folded_labels(self) -> tuple[str, ...]:
        """Return the labels in the order of the page as they are compared."""
        return tuple(self._kinds)

    @cached_property
    def long_labels(self) -> tuple[list[str], ...]:
        """Return the words of each label that has three or more, as they are compared."""
        return tuple(words for words in (label.split() for label in self._kinds) if len(words) > 2)

    @cached_property
    def _kinds(self) -> Mapping[str, str]:
        return {fold(row.label).rstrip("? "): row.kind for row in self.row_kinds}

    @cached_property
    def _longest_label(self) -> int:
        return 3 * max(len(row.label) for row in self.row_kinds)

    @cached_property
    def _states(self) -> Mapping[str, str]:
        return {fold(name): name for name in self.states}

    @cached_property
    def _prefix(self) -> re.Pattern[str]:
        words = sorted((re.escape(fold(prefix)) for prefix in self.state_prefixes), key=len, reverse=True)
        return re.compile(rf"^(?:{'|'.join(words)}) " if words else "$^")


_NUMBERED = re.compile(r"^\s*(?:h[1-6]\.\s+)?(?:\d{1,2}[.)]\s+)?(.*?)(?:\s*\(\d{1,3}\))?\s*$", re.DOTALL)


def _unnumbered(text: str) -> str:
    """Return the heading *text* without its number, its level in a wiki, and how many there are of what it holds."""
    found = _NUMBERED.match(text)
    return found[1] if found else text


def _bare(text: str) -> str:
    """Return *text* without the signs that sites put around a heading: arrows that open it, a mark that links to it."""
    return text.strip(_AROUND_HEADINGS)


def page_description(publication: Publication) -> PageDescription:
    """Return what *publication* knows about its page; one that says nothing has the page that comes with the program.

    Raise BrokenInput where the file cannot be used.
    """
    if publication.folder == packaged_folder():
        return packaged_description()
    file = next(publication.glob(DESCRIPTION_FILES), None)
    return _read(publication, file) if file else packaged_description()


@lru_cache(maxsize=1)
def packaged_description() -> PageDescription:
    """Return what is known about the page that comes with this package."""
    publication = read_publication()
    return _read(publication, next(publication.glob(DESCRIPTION_FILES)))


def _read(publication: Publication, file: str) -> PageDescription:
    try:
        return _described(tomllib.loads(publication.read(file)))
    except (tomllib.TOMLDecodeError, re.error) as error:
        raise BrokenInput(
            f"{file}: cannot be used: {error} – mend this line",
            f"{file}: nicht verwendbar: {error} – diese Zeile berichtigen",
        ) from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        name = Path(file).name
        raise BrokenInput(
            f"{file}: lacks {error} or has it in another form – compare it with the {name} that comes with the program",
            f"{file}: {error} fehlt oder hat eine andere Form – mit der mitgelieferten {name} vergleichen",
        ) from error


def _described(said: Mapping[str, Any]) -> PageDescription:
    habits = {key: re.compile(text) for key, text in said["habits"].items() if key != "heads"}
    if not said["rows"] or not said["states"]:
        raise ValueError("'rows' and 'states'")
    return PageDescription(
        page=str(said["page"]),
        states=tuple(map(plain, said["states"])),
        state_prefixes=tuple(said.get("state_prefixes", ())),
        column_of_states=tuple(said.get("column_of_states", ())),
        row_kinds=tuple(
            RowKind(str(row["label"]), str(row["kind"]), str(row.get("holds", ""))) for row in said["rows"]
        ),
        around=_one_of(said["around"]["lines"]),
        hints=_one_of(said["around"]["hints"]),
        silences=tuple((re.compile(one["pattern"]), str(one["status"])) for one in said["silences"]),
        habits=Habits(**habits, heads=tuple(said["habits"]["heads"])),
        signs=tuple((pattern, key, code) for key, pairs in said["signs"].items() for pattern, code in pairs),
        witnesses={str(party): str(pattern) for party, pattern in said["witnesses"].items()},
    )


def _one_of(patterns: list[str]) -> re.Pattern[str]:
    """Return a pattern that matches what one of *patterns* does, whatever its case."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or "$^", re.IGNORECASE)
