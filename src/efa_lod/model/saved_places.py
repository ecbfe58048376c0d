"""A gazetteer in sections, of which a question reads one or two: what a saved index of the finder holds of places."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from efa_lod.model.gazetteer import Gazetteer, Register, RegisterPlace, RegisterRow

_Section = Mapping[str, Any] | Sequence[Any]


class SavedGazetteer(Gazetteer):
    """The gazetteer whose sections, as :func:`sections_of` makes them, *section* reads by name."""

    def __init__(self, head: Mapping[str, Any], section: Callable[[str], Any]) -> None:
        super().__init__(Register(head["asOf"], head["attribution"]), (), (), ())
        made = {"_district_names": head["districts"], "_by_letter": dict.fromkeys(head["letters"], ())}
        vars(self).update(made, _section=section)  # as if they had been worked out

    def by_key(self, key: str) -> RegisterPlace | None:
        """Return the place of *key*, as a gazetteer does."""
        row = self._read("keys", key[:2]).get(key)
        return self._place(tuple(row)) if row else None

    def by_postcode(self, postcode: str) -> list[RegisterPlace]:
        """Return the municipalities whose administration has its seat at *postcode*."""
        return [self._place(tuple(row)) for row in self._read("seats", postcode[:2]).get(postcode, ())]

    def _index_of(self, letter: str) -> Sequence[tuple[str, RegisterRow]]:
        if letter not in self._by_letter:
            return ()
        if letter not in self._indexes:
            self._indexes[letter] = [(name, tuple(row)) for name, row in self._read("names", letter)]
        return self._indexes[letter]

    def _read(self, kind: str, start: str) -> Any:
        return vars(self)["_section"](f"{kind}/{start}") or {}


def head_of(places: Gazetteer) -> dict[str, Any]:
    """Return what every question needs of *places*."""
    register = places.register
    made = {"districts": places._district_names, "letters": sorted(places._by_letter)}
    return {"asOf": register.as_of, "attribution": register.attribution, **made}


def sections_of(places: Gazetteer) -> Iterator[tuple[str, _Section]]:
    """Yield the sections of *places* with their names: places by key, by postal code of the seat, and by name."""
    for letter in sorted(places._by_letter):
        yield f"names/{letter}", places._index_of(letter)
    keys: dict[str, dict[str, RegisterRow]] = {}
    seats: dict[str, dict[str, list[RegisterRow]]] = {}
    for key, row in _by_key(places):
        keys.setdefault(key[:2], {}).setdefault(key, row)
    for row in places.municipalities:
        seats.setdefault(row[3][:2], {}).setdefault(row[3], []).append(row)
    yield from ((f"keys/{start}", found) for start, found in keys.items())
    yield from ((f"seats/{start}", found) for start, found in seats.items())


def _by_key(places: Gazetteer) -> Iterator[tuple[str, RegisterRow]]:
    """Yield all places by key, municipalities by their Regionalschlüssel too."""
    for rows in (places.municipalities, places.districts, places.associations):
        yield from ((row[2], row) for row in rows)
    towns = {row[2]: row for row in reversed(places.municipalities)}
    yield from ((key, towns[town]) for key, town in places.regional_keys.items())
