"""Find the page for what a person types: a municipality key, a state's name, abbreviation or code, or a record's name.

The first two digits of every municipality key are those of the state (Amtlicher Gemeindeschlüssel of 8 digits,
Regionalschlüssel of 9 or 12). Nothing is guessed: five digits may be a postal code as well as the key of a district,
so they lead nowhere but to a word about that. Names of municipalities are known only where the publication has a record
of the municipality; no register of all names that may be passed on came with a package.

Servers lead ``find/08111000`` to the page of the state by ``DEEP_LINK`` and ``state_of_key``; ``site`` makes the pages
``find.html`` and ``find/08.html``, which need neither server nor script, and ``assets/find.js`` follows the same rules.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Thing = Mapping[str, Any]

DEEP_LINK = "find/([0-9]{2})(?:[0-9]{6}|[0-9]{10})"
"""The paths that a server answers by leading to the state whose key is the first group: of 8 or 12 digits."""

_SEPARATORS = re.compile(r"[\s./_-]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_ARTICLES = ("freie und hansestadt ", "freie hansestadt ", "freistaat ", "land ")
_MOST = 20
"""Most results that one question has."""


@dataclass(frozen=True)
class Found:
    """What a question led to: *references* to records, or none; *reason* says which text of ``REASONS`` goes with it.

    *near* are names that the question may mean, *key* is the municipality key as it was understood.
    """

    references: Sequence[str] = ()
    reason: str = ""
    near: Sequence[str] = ()
    key: str = ""


REASONS: Mapping[str, Mapping[str, str]] = {
    "key": {
        "de": "Der Schlüssel {key} beginnt mit dem Schlüssel des Landes.",
        "en": "The key {key} begins with the key of the state.",
    },
    "lost-zero": {
        "de": "Gelesen als {key}: Tabellenprogramme lassen die Null am Anfang eines Schlüssels weg.",
        "en": "Read as {key}: spreadsheets drop the zero that a key begins with.",
    },
    "no-state": {
        "de": "Kein Land hat einen Schlüssel, der so beginnt; es gibt 01 bis 16. Bitte die Ziffern prüfen.",
        "en": "No state has a key that begins so; there are 01 to 16. Please check the digits.",
    },
    "five-digits": {
        "de": "Fünf Ziffern können eine Postleitzahl sein, und die sagt nicht sicher, in welchem Land sie liegt. Bitte"
        " den Gemeindeschlüssel mit acht Ziffern eingeben.",
        "en": "Five digits may be a postal code, which does not say for certain in which state it lies. Please enter"
        " the municipality key of eight digits.",
    },
    "digits": {
        "de": "Ein Gemeindeschlüssel hat 8, 9 oder 12 Ziffern, ein Landesschlüssel 2.",
        "en": "A municipality key has 8, 9 or 12 digits, a state key 2.",
    },
    "unknown": {
        "de": "Das ist kein Land und keine Gemeinde, zu der es hier Angaben gibt. Nachschlagen lässt sich der"
        " Gemeindeschlüssel mit acht Ziffern; seine ersten beiden nennen das Land.",
        "en": "This is no state, and no municipality that this publication has a record of. Look up the municipality"
        " key of eight digits; its first two name the state.",
    },
    "empty": {
        "de": "Bitte einen Gemeindeschlüssel, den Namen oder die Abkürzung eines Landes eingeben.",
        "en": "Please enter a municipality key, or the name or abbreviation of a state.",
    },
}


def folded(text: str) -> str:
    """Return *text* as it is compared: without case, accents, and the signs between words; umlauts as two letters."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_UMLAUTS)
    letters = "".join(sign for sign in unicodedata.normalize("NFD", plain) if not unicodedata.combining(sign))
    return _SEPARATORS.sub(" ", letters).strip()


def state_of_key(states: Iterable[Thing]) -> dict[str, str]:
    """Return the reference of each state by its two-digit key, in the order of the keys."""
    return dict(sorted((state["stateKey"], state["id"]) for state in states if state.get("stateKey")))


def words_of(state: Thing) -> Iterator[str]:
    """Yield all that *state* is found by besides its key: names, abbreviation, ISO code, NUTS code."""
    for names in (state.get("name"), state.get("officialName"), state.get("alternateName")):
        for texts in names.values() if isinstance(names, dict) else ():
            yield from texts if isinstance(texts, list) else [texts]
    for key in ("abbreviation", "isoCode", "nutsCode"):
        if isinstance(state.get(key), str):
            yield state[key]


@dataclass
class Finder:
    """What can be found: made once, asked often."""

    keys: dict[str, str] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def add_state(self, state: Thing) -> None:
        """Make *state* known by its key, names and codes."""
        self.keys.update(state_of_key([state]))
        for word in words_of(state):
            self._know(word, state["id"])

    def add_record(self, reference: str, names: Mapping[str, Any], key: str = "") -> None:
        """Make another record known by its names and, if it has one, by its municipality *key*."""
        if key:
            self.keys[key] = reference
        for texts in names.values():
            for text in texts if isinstance(texts, list) else [texts]:
                self._know(str(text), reference)

    def _know(self, word: str, reference: str) -> None:
        known = self.words.setdefault(folded(word), [])
        if reference not in known:
            known.append(reference)
        self.names.setdefault(folded(word), word)

    def __call__(self, question: str) -> Found:
        """Return what *question* leads to."""
        asked = folded(question[:200])
        if not asked:
            return Found(reason="empty")
        digits = asked.replace(" ", "")
        if digits.isascii() and digits.isdigit():
            return self._by_key(digits)
        for word in (asked, *(asked.removeprefix(start) for start in _ARTICLES)):
            if word in self.words:
                return Found(self.words[word][:_MOST])
        near = difflib.get_close_matches(asked, self.words, n=3, cutoff=0.75)
        return Found(reason="unknown", near=list(dict.fromkeys(self.names[word] for word in near)))

    def _by_key(self, digits: str) -> Found:
        if len(digits) == 5:
            return Found(reason="five-digits")
        has_lost_zero = len(digits) in (1, 7, 11)
        key = f"0{digits}" if has_lost_zero else digits
        if len(key) not in (2, 8, 9, 12):
            return Found(reason="digits")
        reference = self.keys.get(key) or self.keys.get(key[:2])
        if reference is None:
            return Found(reason="no-state", key=key)
        return Found([reference], "lost-zero" if has_lost_zero else "key" if len(key) > 2 else "", key=key)


def finder(states: Iterable[Thing], records: Iterable[tuple[str, Mapping[str, Any], str]] = ()) -> Finder:
    """Return what finds *states*, and other *records* given as reference, names and key; states come before others."""
    made = Finder()
    for state in states:
        made.add_state(state)
    for record in records:
        made.add_record(*record)
    return made
