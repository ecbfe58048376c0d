"""Find the state for what a person types: a key, a postal code, or the name of a state, district or municipality.

The first two digits of every municipality key are those of the state (Amtlicher Gemeindeschlüssel of 8 digits,
Regionalschlüssel of 9 or 12). Names of municipalities come from the publication's gazetteer, if it has one. Nothing is
guessed: a name that stands for places in several states, five digits that are a postal code and the key of a district,
and a name that is only nearly right lead to a choice.

Servers lead ``find/08111000`` to the page of the state by ``DEEP_LINK`` and ``state_of_key``, and ``find.html?q=…`` by
``page_for``; ``site`` makes the pages ``find.html``, ``find/08.html``, ``find/names/…`` and ``find/numbers/…``, which
need neither server nor script, and ``assets/find.js`` follows the same rules.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from efa_lod.model.gazetteer import Gazetteer, RegisterPlace, distance, folded, slips_allowed, volume_of
from efa_lod.model.record_values import Thing

DEEP_LINK = "find/([0-9]{2})(?:[0-9]{6}|[0-9]{10})"
"""The paths that a server answers by leading to the state whose key is the first group: of 8 or 12 digits."""

MOST = 20
"""Most results that one question has."""
_LONGEST = 200
"""Most characters of a question that are read."""
_POSTCODE_BEFORE = re.compile(r"^\s*(?:[Dd][\s-]*)?[0-9]{5}[\s,]+(?=\D)")
_ARTICLES = ("freie und hansestadt ", "freie hansestadt ", "freistaat ", "land ")
COLLOQUIAL: Mapping[str, Sequence[str]] = {
    "01": ("S-H",),
    "03": ("Nds",),
    "05": ("NRW",),
    "07": ("RLP",),
    "08": ("BaWü", "Ba-Wü"),
    "13": ("Meck-Pomm", "MeckPomm", "MeckPom"),
    "15": ("LSA", "S-Anhalt"),
}
"""What people call states besides their names, by state key."""
LEADING: Mapping[str, int] = {
    **dict.fromkeys(("landkreis", "lk", "kreis"), 5),
    **dict.fromkeys(("stadt", "stadtkreis", "kreisstadt", "hansestadt", "landeshauptstadt", "universitaetsstadt"), 8),
    **dict.fromkeys(("gemeinde", "einheitsgemeinde", "markt", "flecken"), 8),
    **dict.fromkeys(("samtgemeinde", "sg", "verbandsgemeinde", "vg", "amt"), 9),
    **dict.fromkeys(("verwaltungsgemeinschaft", "verwaltungsverband"), 9),
}
"""Folded words that people write before the name of a place and the register does not, with the digits of its key."""


class FinderResult(NamedTuple):
    """What a question leads to: *references* to records, or none; *reason* is a key of ``FINDER_REASONS``.

    *places* of the register are what was meant, or may be meant where there are no references; *more* counts those that
    are left out. *near* are names that the question may mean, *key* is the number as it was understood.
    """

    references: Sequence[str] = ()
    reason: str = ""
    near: Sequence[str] = ()
    key: str = ""
    places: Sequence[RegisterPlace] = ()
    more: int = 0


FINDER_REASONS: Mapping[str, Mapping[str, str]] = {
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
    "place": {
        "de": "Gefunden im Gemeindeverzeichnis:",
        "en": "Found in the register of municipalities:",
    },
    "district-key": {
        "de": "Gelesen als Schlüssel eines Kreises:",
        "en": "Read as the key of a district:",
    },
    "postcode": {
        "de": "Gelesen als Postleitzahl, an der eine Verwaltung ihren Sitz hat. Eine Postleitzahl kann auch zu Orten in"
        " einem anderen Land gehören; sicher ist der Name oder der Gemeindeschlüssel.",
        "en": "Read as a postal code at which an administration has its seat. A postal code may also belong to places"
        " in another state; the name or the municipality key is certain.",
    },
    "choice": {
        "de": "Das trifft auf mehrere Orte zu. Welcher ist gemeint?",
        "en": "Several places match. Which one is meant?",
    },
    "five-digits": {
        "de": "Fünf Ziffern können eine Postleitzahl sein, und die sagt nicht sicher, in welchem Land sie liegt. Diese"
        " ist weder als Sitz einer Verwaltung noch als Schlüssel eines Kreises bekannt. Bitte den Namen oder den"
        " Gemeindeschlüssel mit acht Ziffern eingeben.",
        "en": "Five digits may be a postal code, which does not say for certain in which state it lies. This one is"
        " known neither as the seat of an administration nor as the key of a district. Please enter the name or the"
        " municipality key of eight digits.",
    },
    "digits": {
        "de": "Ein Gemeindeschlüssel hat 8, 9 oder 12 Ziffern, ein Kreisschlüssel oder eine Postleitzahl 5, ein"
        " Landesschlüssel 2.",
        "en": "A municipality key has 8, 9 or 12 digits, a district key or postal code 5, a state key 2.",
    },
    "unknown": {
        "de": "Diesen Namen hat hier kein Land und kein Ort. Bitte die Schreibweise prüfen oder den Gemeindeschlüssel"
        " mit acht Ziffern eingeben; seine ersten beiden nennen das Land.",
        "en": "No state and no place has this name here. Please check the spelling, or enter the municipality key of"
        " eight digits; its first two name the state.",
    },
    "similar": {
        "de": "So heißt hier kein Land und kein Ort. Gemeint vielleicht:",
        "en": "No state and no place has this name here. Perhaps you mean:",
    },
    "empty": {
        "de": "Bitte den Namen einer Kommune, einen Gemeindeschlüssel oder ein Land eingeben.",
        "en": "Please enter the name of a municipality, a municipality key or a state.",
    },
}


def state_of_key(states: Iterable[Thing]) -> dict[str, str]:
    """Return the reference of each state by its two-digit key, in the order of the keys."""
    return dict(sorted((state["stateKey"], state["id"]) for state in states if state.get("stateKey")))


FINDING_KEYS = ("id", "stateKey", "name", "officialName", "alternateName", "abbreviation", "isoCode", "nutsCode")
"""The keys of a state that lead to it when somebody looks for it."""


def words_of(state: Thing) -> Iterator[str]:
    """Yield all that *state* is found by besides its key: names, abbreviations, ISO code, NUTS code."""
    for names in (state.get("name"), state.get("officialName"), state.get("alternateName")):
        for texts in names.values() if isinstance(names, dict) else ():
            yield from texts if isinstance(texts, list) else [texts]
    for key in ("abbreviation", "isoCode", "nutsCode"):
        if isinstance(state.get(key), str):
            yield state[key]
    yield from COLLOQUIAL.get(str(state.get("stateKey")), ())


def variants(question: str) -> list[tuple[str, int]]:
    """Return the folded names of places that *question* may mean, in order, each with the digits of the key, or 0.

    A postal code may stand before the name, and a title behind a comma as in the register ("Kassel, documenta-Stadt").
    Beside a word such as "Landkreis" a place of that kind is looked for first, then one of any.
    """
    bare = _POSTCODE_BEFORE.sub("", question)
    texts = dict.fromkeys(map(folded, (question, bare, bare.partition(",")[0])))
    return list(dict.fromkeys(variant for text in texts if text for variant in _without_title(text)))


def _without_title(text: str) -> Iterator[tuple[str, int]]:
    first, _, rest = text.partition(" ")
    before, _, last = text.rpartition(" ")
    yield text, 0
    if rest and first in LEADING:
        yield rest, LEADING[first]
        yield rest, 0
    if before and last in LEADING:
        yield before, LEADING[last]
        yield before, 0


@dataclass
class Finder:
    """What can be found: made once, asked often."""

    gazetteer: Gazetteer | None = None
    keys: dict[str, str] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """The first name of each reference."""

    def add_state(self, state: Thing) -> None:
        """Make *state* known by its key, names and codes."""
        self.keys.update(state_of_key([state]))
        for word in words_of(state):
            self._know(word, state["id"])

    def add_record(self, reference: str, names: Mapping[str, object], key: str = "") -> None:
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
        self.names.setdefault(reference, word)

    def __call__(self, question: str) -> FinderResult:
        """Return what *question* leads to."""
        question = question[:_LONGEST]
        asked = folded(question)
        if not asked:
            return FinderResult(reason="empty")
        digits = asked.replace(" ", "")
        if digits.isascii() and digits.isdigit():
            return self._by_number(digits)
        for word in (asked, *(asked.removeprefix(start) for start in _ARTICLES)):
            if word in self.words:
                return FinderResult(self.words[word][:MOST])
        return self._by_place(question) or self._nearly(asked, variants(question)[-1][0])

    # by number

    def _by_number(self, digits: str) -> FinderResult:
        if len(digits) == 5:
            return self._by_five(digits)
        has_lost_zero = len(digits) in (1, 7, 11)
        key = f"0{digits}" if has_lost_zero else digits
        if len(key) not in (2, 8, 9, 12):
            return FinderResult(reason="digits")
        reference = self.keys.get(key) or self.keys.get(key[:2])
        if reference is None:
            return FinderResult(reason="no-state", key=key)
        place = self.gazetteer.by_key(key) if self.gazetteer and len(key) > 2 else None
        reason = "lost-zero" if has_lost_zero else "key" if len(key) > 2 else ""
        return FinderResult([reference], reason, key=key, places=[place] if place else ())

    def _by_five(self, digits: str) -> FinderResult:
        """Return what five digits lead to: a district, seats of administrations, or a choice of both."""
        if self.gazetteer is None:
            return FinderResult(reason="five-digits")
        district, seats = self.gazetteer.by_key(digits), self.gazetteer.by_postcode(digits)
        if district and seats:
            return self._led("choice", [district, *seats], digits)
        if district:
            return self._led("district-key", [district], digits)
        return self._led("postcode", seats, digits) if seats else FinderResult(reason="five-digits")

    # by name

    def _by_place(self, question: str) -> FinderResult | None:
        """Return what the name of a place leads to, or None where there is no such place."""
        for name, digits in variants(question) if self.gazetteer else ():
            places = self._in_a_state(self.gazetteer.named(name)) if self.gazetteer else []
            if places := [place for place in places if digits in (0, len(place.key))]:
                return self._led("place", places)
        return None

    def _nearly(self, asked: str, name: str) -> FinderResult:
        """Return names that begin like a question or differ from it by a slip of the pen, those of states first.

        *name* is the question without titles, by which places are looked for.
        """
        most = slips_allowed(asked)
        starts = [word for word in self.words if len(asked) > 2 and word.startswith(asked)]
        slips = [word for word in self.words if most and distance(asked, word, most) <= most]
        near = list(dict.fromkeys(self.words[word][0] for word in (*starts, *slips)))
        similar = self.gazetteer.similar(name) if self.gazetteer and not near else []
        places = self._in_a_state(similar)
        names = [self.names[reference] for reference in near]
        reason = "similar" if names or places else "unknown"
        return FinderResult(reason=reason, near=names[:MOST], places=places[:MOST], more=len(places[MOST:]))

    def _in_a_state(self, places: Iterable[RegisterPlace]) -> list[RegisterPlace]:
        return [place for place in places if place.state_key in self.keys]

    def _led(self, reason: str, places: Sequence[RegisterPlace], key: str = "") -> FinderResult:
        """Return the state or record that *places* lie in, or the choice of places where there are several."""
        records = [self.reference(place) for place in places]
        references = list(dict.fromkeys(one for one in records if one))
        if not references:
            return FinderResult(reason="no-state", key=key)
        shown, more = places[:MOST], len(places[MOST:])
        if len(references) > 1:
            return FinderResult((), "choice", key=key, places=shown, more=more)
        return FinderResult(references, reason, key=key, places=shown, more=more)

    def reference(self, place: RegisterPlace) -> str:
        """Return the record of *place*, or else that of its state; an empty text where there is neither."""
        return self.keys.get(place.key) or self.keys.get(place.state_key, "")


def finder(
    states: Iterable[Thing],
    records: Iterable[tuple[str, Mapping[str, object], str]] = (),
    gazetteer: Gazetteer | None = None,
) -> Finder:
    """Return what finds *states*, and other *records* given as reference, names and key; states come before others."""
    made = Finder(gazetteer)
    for state in states:
        made.add_state(state)
    for record in records:
        made.add_record(*record)
    return made


def finder_of_records(records: Iterable[Thing], gazetteer: Gazetteer | None = None) -> Finder:
    """Return what finds the states among *records*, and those that have a key of a municipality."""
    known = list(records)
    states = (values for values in known if values.get("type") == "State")
    keyed = (values for values in known if values.get("municipalityKey"))
    others = ((values["id"], values.get("name") or {}, values["municipalityKey"]) for values in keyed)
    return finder(states, others, gazetteer)


def page_for(question: str, find: Finder) -> str:
    """Return the page of a site that answers *question*, without language: a record, a volume of places, the finder."""
    found = find(question)
    if len(found.references) == 1 and found.reason != "postcode":
        return f"{found.references[0]}.html"
    if find.gazetteer is None or not (found.places or found.reason == "five-digits"):
        return "find.html"
    if found.key or found.reason in ("postcode", "five-digits"):
        digits = found.key or "".join(filter(str.isdigit, question))
        return f"find/numbers/{volume_of(list(find.gazetteer.numbers), digits)}.html"
    return f"find/names/{find.gazetteer.volume(found.places[0].name)}.html"
