"""Make the pages of what several states share: organisations, marketplaces, and the sources of the statements.

Each page says what is known, with the evidence of each addition, and who refers to it. What refers to what is read once
from the records of the states and of the shared things; the text of a source is never shown, only what its rows are.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from efa_lod.rdf.formats import File
from efa_lod.site.comparison import QUESTIONS, SYMBOLS, alphabetical
from efa_lod.site.page import DOCUMENTS, Site, Thing, described, pages
from efa_lod.site.templating import each

USES = (
    "catalogues",
    "furtherMarketplaces",
    "belongsTo",
    "decidedBy",
    "organisedBy",
    "paidBy",
    "appliesTo",
    "mentions",
    "isPartOf",
)
"""The keys under which a record refers to a shared thing in a way that its page tells, in the order it does."""


@dataclass(frozen=True)
class Use:
    """A reference to a shared thing: the *record* it stands in, the *key*, and the *thing* there that has the key."""

    record: Thing
    key: str
    thing: Thing


@dataclass(frozen=True)
class Row:
    """A row of a source: what the record of its state says of it, and how many things in all records rest on it."""

    values: Thing
    statements: int


def organisation_pages(site: Site, values: Thing) -> Iterator[File]:
    """Yield the page of an organisation."""
    yield from pages(site, "organisation.html", f"{values['id']}.html", _known(site, values))


def marketplace_pages(site: Site, values: Thing) -> Iterator[File]:
    """Yield the page of a catalogue or marketplace."""
    yield from pages(site, "marketplace.html", f"{values['id']}.html", _known(site, values))


def source_pages(site: Site, values: Thing) -> Iterator[File]:
    """Yield the page of a source: its rows with the state of each, its parts, what it was added from."""
    rows = _rows(site).get(values["id"], {})
    found = _known(site, values) | {"questions": QUESTIONS, "rows": rows, "symbols": SYMBOLS}
    yield from pages(site, "source.html", f"{values['id']}.html", found)


def _known(site: Site, values: Thing) -> dict[str, Any]:
    """Return what the page of a shared thing tells."""
    additions = [one for one in each(values.get("additions")) if isinstance(one, dict)]
    return {
        "thing": values,
        "data": described([values], site.context),
        "alternates": [(f"{values['id']}{suffix}", media_type, name) for suffix, media_type, name in DOCUMENTS],
        "additions": additions,
        "evidence": {one["property"]: one for one in additions if "property" in one},
        "used": _by_record(_uses(site).get(values["id"], [])),
        "origins": _origins(site, values),
    }


def _by_record(uses: list[Use]) -> list[tuple[Thing, list[Use]]]:
    """Return *uses* by the record that they stand in: states by name, then other shared things."""
    found: dict[str, tuple[Thing, list[Use]]] = {}
    for use in uses:
        found.setdefault(use.record["id"], (use.record, []))[1].append(use)
    ordered = sorted(found.values(), key=lambda pair: (pair[0].get("type") != "State", _name(pair[0])))
    return [(record, sorted(those, key=lambda use: USES.index(use.key))) for record, those in ordered]


def _origins(site: Site, values: Thing) -> list[tuple[Thing | None, Thing | str]]:
    """Return the rows that *values* were read from, each with its state; other origins as they are, without one."""
    rows = _row_of(site)
    return [rows.get(origin, (None, origin)) for origin in each(values.get("origin"))]


def _name(values: Thing) -> str:
    names = values.get("name")
    return alphabetical(str(names.get("de", "")) if isinstance(names, Mapping) else "")


# --- what refers to what ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _uses(site: Site) -> Mapping[str, list[Use]]:
    """Return the references to each shared thing, by its id."""
    found: dict[str, list[Use]] = {}
    for record in (*site.states, *site.shared.values()):
        for thing in things_in(record, "record"):
            for key in USES:
                for value in each(thing.get(key)):
                    if isinstance(value, str) and value in site.shared and value != record["id"]:
                        found.setdefault(value, []).append(Use(record, key, thing))
    return found


@lru_cache(maxsize=1)
def _rows(site: Site) -> Mapping[str, Mapping[str, Mapping[str, Row]]]:
    """Return the rows of each source, by its id, the id of the state they speak of, and the question they answer."""
    found: dict[str, dict[str, dict[str, Row]]] = {}
    shared = Counter(origin for thing in site.shared.values() for origin in each(thing.get("origin")))
    for state in sorted(site.states, key=_name):
        resting = _resting(state)
        for row in _state_rows(state):
            rows = found.setdefault(str(row.get("isPartOf")), {}).setdefault(state["id"], {})
            rows[str(row.get("rowKind"))] = Row(row, resting[row["id"]] + shared[row["id"]])
    return found


@lru_cache(maxsize=1)
def _row_of(site: Site) -> Mapping[str, tuple[Thing, Thing]]:
    """Return each row by its id, with the state that it speaks of."""
    return {row["id"]: (state, row) for state in site.states for row in _state_rows(state)}


def _state_rows(state: Thing) -> list[Thing]:
    rows = each((state.get("record") or {}).get("rows"))
    return [row for row in rows if isinstance(row, dict)]


def _resting(state: Thing) -> Counter[str]:
    """Return how many things in the record of *state* name each row as their origin."""
    found: Counter[str] = Counter()
    for thing in things_in(state.get("reuse") or {}):
        for origin in each(thing.get("origin")):
            if thing.get("type") != "GovernmentService":
                found[origin] += 1
    return found


def things_in(value: Thing, without: str = "") -> Iterator[Thing]:
    """Yield *value* and the things in it, outer before inner, but not what stands under the key *without*."""
    waiting: list[Thing] = [value]
    while waiting:
        thing = waiting.pop()
        yield thing
        inner = [one for key, values in thing.items() if key != without for one in each(values)]
        waiting += [one for one in reversed(inner) if isinstance(one, dict) and "id" in one]
