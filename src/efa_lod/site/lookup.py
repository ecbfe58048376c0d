"""Write the table that lists are matched with: a line for each thing that has a name, with the contacts beside it.

It is for static hosts what :mod:`efa_lod.web.reconciliation` is for a server, and for spreadsheets what a directory is.
Values are those of the data, unchanged, as RFC 4180 asks; a spreadsheet should import them as text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from efa_lod.model.gazetteer import Gazetteer, RegisterPlace
from efa_lod.model.record_values import Thing, mapping_of
from efa_lod.rdf.formats import LIST_SEPARATOR, OutputFile, csv_line
from efa_lod.site.comparison import StateSummary
from efa_lod.site.page import Site

LOOKUP_PATH = "lookup.csv"
LOOKUP_COLUMNS = ("id", "type", "name", "otherNames", "codes", "state", "email", "telephone", "contactStatus")
"""The columns; several values in a cell are separated as in all tables of the publication."""
_CODES = ("abbreviation", "stateKey", "isoCode", "nutsCode", "municipalityKey")


@dataclass(frozen=True)
class _Contacts:
    """What is told of the contacts of a state beside everything that lies in it."""

    state: str = ""
    email: str = ""
    telephone: str = ""
    status: str = ""


def lookup_pages(site: Site) -> Iterator[OutputFile]:
    """Yield the table, in pieces: states, what they share, then the municipalities of the register."""
    yield OutputFile(LOOKUP_PATH, "text/csv", _pieces(site))


@dataclass(frozen=True)
class _StateValues:
    """What the lines of the municipalities of a state are made of: from the *first* in the register to the *last*."""

    contacts: _Contacts
    site: Site
    first: int
    last: int


def _pieces(site: Site) -> Iterator[bytes]:
    yield csv_line(LOOKUP_COLUMNS)
    contacts = {line.key: _contacts(line) for line in site.lines}
    for record in (*site.states, *site.shared.values()):
        if record.get("name") and ":" not in record["id"]:
            yield csv_line(_of_record(record, contacts.get(str(record.get("stateKey")), _Contacts())))
    first = 0
    for key, places in groupby(site.gazetteer.all_municipalities if site.gazetteer else (), _state_key):
        last = first + sum(1 for _ in places)
        if key in contacts:
            one = _StateValues(contacts[key], site, first, last)
            yield from (file.data for file in site.maker(f"{LOOKUP_PATH}#{first}", _municipalities, one))
        first = last


def _state_key(place: RegisterPlace) -> str:
    return place.state_key


def _municipalities(one: _StateValues) -> Iterator[OutputFile]:
    """Yield the lines of the municipalities of a state."""
    gazetteer = one.site.gazetteer
    if gazetteer:
        beside = _beside(one.contacts)
        places = gazetteer.all_municipalities[one.first : one.last]
        lines = b"".join(csv_line((*_of_place(place, gazetteer), *beside)) for place in places)
        yield OutputFile(LOOKUP_PATH, "text/csv", [lines])


def _of_place(place: RegisterPlace, gazetteer: Gazetteer) -> Sequence[str]:
    codes = _several([place.key, *gazetteer.regional_keys_of(place.key)])
    return f"find/{place.key}", "Municipality", place.name, place.described("de"), codes


def _contacts(line: StateSummary) -> _Contacts:
    return _Contacts(
        line.abbreviation, _several(line.emails), _several(line.telephones), line.statuses.get("contact", "")
    )


def _of_record(record: Thing, beside: _Contacts) -> Sequence[str]:
    names = [name for key in ("name", "officialName", "alternateName") for name in _texts(record.get(key))]
    once = list(dict.fromkeys(names))
    codes = [str(record[key]) for key in _CODES if record.get(key)]
    type_ = record["type"]
    cells = (record["id"], type_ if isinstance(type_, str) else _several(type_), once[0])
    return (*cells, _several(once[1:]), _several(codes), *_beside(beside))


def _beside(contacts: _Contacts) -> Sequence[str]:
    return (contacts.state, contacts.email, contacts.telephone, contacts.status)


def _texts(texts: object) -> Iterator[str]:
    """Yield the texts of a language map, the German ones first."""
    by_language = mapping_of(texts)
    for language in sorted(by_language, key=lambda tag: (tag != "de", tag)):
        value = by_language[language]
        yield from value if isinstance(value, list) else [str(value)]


def _several(values: Sequence[str]) -> str:
    return LIST_SEPARATOR.join(values)
