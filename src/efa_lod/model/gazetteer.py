"""Look up municipalities, districts and associations of municipalities in the tables of the official register.

``data/municipalities/`` holds the tables, ``register.yaml`` beside them says of which day they are and to whom they are
owed. A publication may replace them by a newer edition, or have none.

Names are compared as :func:`comparable` writes them. As in an encyclopaedia they stand in volumes, from one word to the
next (``Gazetteer.volumes``), so that who looks for one name needs one small page; a name that is nearly right is looked
for in its own volume.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import chain, groupby
from typing import TYPE_CHECKING, NamedTuple

from efa_lod.io.messages import Messages

if TYPE_CHECKING:
    from efa_lod.model.publication import Publication

_ERRORS = Messages(__file__, "errors")

FOLDER = "data/municipalities"
TABLES: Mapping[str, Sequence[str]] = {
    "municipalities": ("ags", "ars", "name", "kind", "seat_postcode"),
    "districts": ("key", "name", "kind", "seat"),
    "associations": ("key", "name", "kind", "seat", "members"),
}
"""The tables of the register and their columns."""
MOST_IN_A_VOLUME = 110
"""Most names in one volume, unless more begin with the same word."""

PLACE_KINDS: Mapping[str, Mapping[str, str]] = {
    "41": {"de": "kreisfreie Stadt", "en": "independent city"},
    "42": {"de": "Stadtkreis", "en": "independent city"},
    "43": {"de": "Kreis", "en": "district (Kreis)"},
    "44": {"de": "Landkreis", "en": "district (Landkreis)"},
    "45": {"de": "Regionalverband", "en": "district (Regionalverband)"},
    "51": {"de": "Amt", "en": "association (Amt)"},
    "52": {"de": "Samtgemeinde", "en": "association (Samtgemeinde)"},
    "53": {"de": "Verbandsgemeinde", "en": "association (Verbandsgemeinde)"},
    "54": {"de": "Verwaltungsgemeinschaft", "en": "association (Verwaltungsgemeinschaft)"},
    "55": {"de": "Kirchspielslandgemeinde", "en": "association (Kirchspielslandgemeinde)"},
    "56": {"de": "Verwaltungsverband", "en": "association (Verwaltungsverband)"},
    "58": {"de": "erfüllende Gemeinde", "en": "administering municipality"},
    "60": {"de": "Markt", "en": "market town"},
    "61": {"de": "kreisfreie Stadt", "en": "independent city"},
    "62": {"de": "Stadtkreis", "en": "independent city"},
    "63": {"de": "Stadt", "en": "town"},
    "64": {"de": "Gemeinde", "en": "municipality"},
    "65": {"de": "gemeindefreies Gebiet", "en": "unincorporated area"},
    "66": {"de": "gemeindefreies Gebiet", "en": "unincorporated area"},
    "67": {"de": "Große Kreisstadt", "en": "town (Große Kreisstadt)"},
}
"""What the codes of the register mean."""
_MUNICIPALITY, _ASSOCIATION = 8, 9
"""Digits of the keys of municipalities and of associations; those of districts have five."""
_INDEPENDENT = ("41", "42")
"""Kinds of districts that are a municipality at the same time; as such they are found by name."""
_OF_A_SEAT = ("54", "56", "58")
"""Kinds of associations that people know by their seat."""

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_SEPARATORS = re.compile(r"[\s./,()_-]+")
_SHORT_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("an", "am"), "a"),
    **dict.fromkeys(("in", "im"), "i"),
    **dict.fromkeys(("der", "dem", "den"), "d"),
    "bei": "b",
    "ob": "o",
    "vor": "v",
    "sankt": "st",
}
"""Words that the register writes now out, now short."""
_TITLED = re.compile(r"[Kk]reis$|^(?:Städter|R)egion")
"""Names of districts that say themselves what they name."""


def folded(text: str) -> str:
    """Return *text* without case, accents, and the signs between words; umlauts as two letters."""
    plain = text.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKC", text).casefold().translate(_UMLAUTS)
        plain = "".join(sign for sign in unicodedata.normalize("NFD", plain) if not unicodedata.combining(sign))
    return _SEPARATORS.sub(" ", plain).strip()


def comparable(name: str) -> str:
    """Return the *name* of a place as it is compared: folded, and with its small words cut short."""
    return " ".join([_SHORT_WORDS.get(word, word) for word in folded(name).split(" ")])


def _first_letter(name: str) -> str:
    """Return the letter that the comparable *name* begins with; no small word is cut so short that it changes."""
    first = name[:1]
    return first.lower() if first.isascii() and first.isalnum() else comparable(name)[:1]


class Register(NamedTuple):
    """Where the tables come from: the day *as_of* (YYYY-MM-DD), and the *attribution* by language."""

    as_of: str
    attribution: Mapping[str, str]


class RegisterPlace(NamedTuple):
    """A municipality, district or association of the register.

    *name* has no titles, *kind* is a key of ``PLACE_KINDS``, *key* has 8, 5 or 9 digits; *district* is what the
    district of a municipality or association is called.
    """

    name: str
    kind: str
    key: str
    postcode: str = ""
    district: str = ""

    @property
    def state_key(self) -> str:
        """Return the key of the state, two digits."""
        return self.key[:2]

    def described(self, language: str) -> str:
        """Return what tells the place from others of its name: its kind, its district."""
        kind = "" if len(self.key) == 5 and _TITLED.search(self.name) else PLACE_KINDS[self.kind][language]
        return ", ".join(part for part in (kind, self.district) if part)


RegisterRow = tuple[str, str, str, str]
"""A line of the register: name, kind, key, postal code of the seat."""


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """The places of a *register* by name, key and postal code; *rows* in the order of the register."""

    register: Register
    municipalities: Sequence[RegisterRow]
    districts: Sequence[RegisterRow]
    associations: Sequence[RegisterRow]
    regional_keys: Mapping[str, str] = field(default_factory=dict)
    """The key of a municipality by its Regionalschlüssel of 12 digits."""

    # by number

    def by_key(self, key: str) -> RegisterPlace | None:
        """Return the place of *key*: 5 digits of a district, 8 or 12 of a municipality, 9 of an association."""
        rows = {5: self.districts, 9: self.associations}.get(len(key), self.municipalities)
        key = self.regional_keys.get(key, key) if len(key) == 12 else key
        return next((self._place(row) for row in rows if row[2] == key), None)

    @cached_property
    def _regional_key(self) -> Mapping[str, str]:
        return {ags: ars for ars, ags in self.regional_keys.items()}

    def regional_keys_of(self, key: str) -> list[str]:
        """Return the Regionalschlüssel, of 12 digits, of the municipality *key*; none where it is not known."""
        return [self._regional_key[key]] if key in self._regional_key else []

    def by_postcode(self, postcode: str) -> list[RegisterPlace]:
        """Return the municipalities whose administration has its seat at *postcode*."""
        return [self._place(row) for row in self.municipalities if row[3] == postcode]

    @cached_property
    def all_municipalities(self) -> Sequence[RegisterPlace]:
        """Return all municipalities in the order of the register."""
        return [self._place(row) for row in self.municipalities]

    @cached_property
    def all_districts(self) -> Sequence[RegisterPlace]:
        """Return all districts in the order of their keys."""
        return [self._place(row) for row in sorted(self.districts, key=lambda row: row[2])]

    # by name

    def named(self, question: str) -> list[RegisterPlace]:
        """Return the places called *question*, *question* and more words, or *question*-kreis; the exact ones first."""
        asked = comparable(question)
        found = [(name != asked, name, row) for name, row in self._beginning(asked) if _is_named(name, asked)]
        return [self._place(row) for _, _, row in sorted(found, key=lambda one: one[:2])] if asked else []

    def similar(self, question: str) -> list[RegisterPlace]:
        """Return the places of the volume of *question* that begin like it, or are it but for a slip of the pen."""
        asked = comparable(question)
        most = slips_allowed(asked)
        beside = self._volume(volume_of(self._starts, asked)) if len(asked) > 1 else ()
        found = [(0 if name.startswith(asked) else distance(asked, name, most), name, row) for name, row in beside]
        close = sorted((one for one in found if one[0] <= most), key=lambda one: one[:2])
        return [self._place(row) for _, _, row in close]

    def _beginning(self, asked: str) -> Iterator[tuple[str, RegisterRow]]:
        index = self._index_of(asked[:1])
        for entry in index[bisect_left(index, (asked,)) :]:
            if not entry[0].startswith(asked):
                return
            yield entry

    # by volume

    @cached_property
    def volumes(self) -> Mapping[str, Sequence[tuple[str, RegisterPlace]]]:
        """Return all comparable names with their places, in volumes called by their first word.

        Names that begin with the same word stand in the same volume.
        """
        return {name: [(one, self._place(row)) for one, row in self._volume(name)] for name in self._starts}

    @cached_property
    def numbers(self) -> Mapping[str, Sequence[tuple[str, RegisterPlace]]]:
        """Return postal codes of seats and keys of districts with their places, in volumes called by the first."""
        coded = [(row[3], row) for row in self.municipalities if row[3]]
        found = sorted([*coded, *((row[2], row) for row in self.districts)], key=lambda one: (one[0], one[1][2]))
        starts = _starts([number for number, _ in found])
        volumes: dict[str, list[tuple[str, RegisterPlace]]] = {start: [] for start in starts}
        for number, row in found:
            volumes[volume_of(starts, number)].append((number, self._place(row)))
        return volumes

    def volume(self, name: str) -> str:
        """Return what the volume is called that *name* stands in, or would stand in."""
        return volume_of(self._starts, comparable(name))

    def _volume(self, start: str) -> Sequence[tuple[str, RegisterRow]]:
        """Return the names and rows of the volume *start*."""
        following = self._starts.index(start) + 1
        end = bisect_left(self._names, self._starts[following]) if following < len(self._starts) else len(self._names)
        return self._index[bisect_left(self._names, start) : end]

    @cached_property
    def _starts(self) -> Sequence[str]:
        return _starts(self._names)

    @cached_property
    def _names(self) -> Sequence[str]:
        return [name for name, _ in self._index]

    @cached_property
    def _index(self) -> Sequence[tuple[str, RegisterRow]]:
        """Return the comparable names with their rows, sorted."""
        return [entry for letter in sorted(self._by_letter) for entry in self._index_of(letter)]

    def _index_of(self, letter: str) -> Sequence[tuple[str, RegisterRow]]:
        """Return the part of the index whose names begin with *letter*, which is made when it is first asked for.

        A district that is a municipality, and an association that is called as its seat, stand there once.
        """
        if letter not in self._indexes:
            rows = self._by_letter.get(letter, ())
            found = [(comparable(row[0]), row) for row in rows if len(row[2]) != _ASSOCIATION]
            known = {(name, row[2][:5]) for name, row in found if len(row[2]) == _MUNICIPALITY}
            more = ((comparable(row[0]), row) for row in rows if len(row[2]) == _ASSOCIATION)
            found += [(name, row) for name, row in more if row[1] not in _OF_A_SEAT or (name, row[2][:5]) not in known]
            self._indexes[letter] = sorted(found, key=lambda one: (one[0], one[1][2]))
        return self._indexes[letter]

    @cached_property
    def _indexes(self) -> dict[str, Sequence[tuple[str, RegisterRow]]]:
        return {}

    @cached_property
    def _by_letter(self) -> Mapping[str, Sequence[RegisterRow]]:
        """Return all rows by the letter that their comparable names begin with; the districts that are no others."""
        found: dict[str, list[RegisterRow]] = {}
        districts = (row for row in self.districts if row[1] not in _INDEPENDENT)
        for row in chain(self.municipalities, districts, self.associations):
            found.setdefault(_first_letter(row[0]), []).append(row)
        return found

    @cached_property
    def _district_names(self) -> Mapping[str, str]:
        rows = (row for row in self.districts if row[1] not in _INDEPENDENT)
        return {
            key: name if _TITLED.search(name) else f"{PLACE_KINDS[kind]['de']} {name}" for name, kind, key, _ in rows
        }

    @cached_property
    def _place(self) -> Callable[[RegisterRow], RegisterPlace]:
        return cache(self._new_place)  # it stands in several volumes

    def _new_place(self, row: RegisterRow) -> RegisterPlace:
        name, kind, key, postcode = row
        district = self._district_names.get(key[:5], "") if len(key) > 5 else ""
        return RegisterPlace(name, kind, key, postcode, district)


def _is_named(name: str, asked: str) -> bool:
    return name == f"{asked}kreis" or f"{name} ".startswith(f"{asked} ")


def _starts(names: Sequence[str]) -> list[str]:
    """Return the first words of the volumes that the sorted *names* are cut into, none within a first word."""
    starts, size = [], MOST_IN_A_VOLUME
    for word, those in groupby(names, key=lambda name: name.partition(" ")[0]):
        count = len(list(those))
        if size + count > MOST_IN_A_VOLUME:
            starts.append(word)
            size = 0
        size += count
    return starts


def volume_of(starts: Sequence[str], asked: str) -> str:
    """Return the one of the sorted *starts* whose volume has *asked*, if any has; the first for what comes before."""
    return starts[max(bisect_right(starts, asked.partition(" ")[0]) - 1, 0)]


def slips_allowed(asked: str) -> int:
    """Return how many letters of a question may be wrong: none of a short one, two of a long one."""
    return 0 if len(asked) < 4 else 1 if len(asked) < 8 else 2


def distance(one: str, other: str, most: int) -> int:
    """Return how many letters must be put in, left out, changed or swapped to make *one* of *other*, up to *most* + 1.

    This is the distance of optimal string alignment (Damerau 1964).
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = last, row, [i]
        for j, against in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def read_gazetteer(publication: "Publication") -> Gazetteer | None:
    """Return the gazetteer of *publication*, or None where it has none.

    Raise BrokenInput for a table that lacks a column or has a key of another length, and for a missing day.
    """
    if not (publication.folder / FOLDER / "municipalities.csv").is_file():
        return None
    towns = list(_table(publication, "municipalities"))
    return Gazetteer(
        _register(publication),
        [(_bare(name), kind, _key(key, 8), postcode) for key, _, name, kind, postcode in towns],
        [(_bare(name), kind, _key(key, 5), "") for key, name, kind, _ in _table(publication, "districts")],
        [(_bare(name), kind, _key(key, 9), "") for key, name, kind, *_ in _table(publication, "associations")],
        {ars: ags for ags, ars, *_ in towns},
    )


def _register(publication: "Publication") -> Register:
    from efa_lod.io.reading import read_documents

    path = f"{FOLDER}/register.yaml"
    document = next(read_documents(publication.folder / path, path), None)
    said = document.value if document else {}
    day, attribution = str(said.get("asOf", "")), said.get("attribution")
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day):
        raise _ERRORS.broken("register-day", path, found=day)
    if not isinstance(attribution, dict) or not all(isinstance(attribution.get(tag), str) for tag in ("de", "en")):
        raise _ERRORS.broken("register-credit", path, found=attribution)
    return Register(day, attribution)


def _table(publication: "Publication", name: str) -> Iterator[list[str]]:
    """Yield the rows of a table, each with as many cells as the table has columns."""
    import csv

    path = f"{FOLDER}/{name}.csv"
    try:
        text = publication.read(path)
    except OSError as error:
        raise _ERRORS.broken("register-table", path) from error
    rows = csv.reader(text.splitlines())
    columns = TABLES[name]
    heading = next(rows, [])
    if tuple(heading) != tuple(columns):
        raise _ERRORS.broken("register-columns", f"{path}:1", expected=",".join(columns), found=",".join(heading)[:200])
    for row in rows:
        if len(row) != len(columns) or row[columns.index("kind")] not in PLACE_KINDS:
            raise _ERRORS.broken(
                "register-cells", f"{path}:{rows.line_num}", count=len(columns), found=",".join(row)[:200]
            )
        yield row


def _key(key: str, digits: int) -> str:
    if len(key) != digits or not (key.isascii() and key.isdigit()):
        raise _ERRORS.broken("register-key", FOLDER, digits=digits, found=key[:40])
    return key


def _bare(name: str) -> str:
    """Return the *name* that the register writes, without titles: "Flensburg, Stadt" is Flensburg."""
    return name.partition(",")[0].removesuffix(" (VGem)").strip()
