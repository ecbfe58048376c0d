"""Which records refer to a shared thing, and what rests on each row."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from efa_lod.model.record_values import Thing, inner_things, listed, text_in
from efa_lod.model.record_views import ReuseRecord
from efa_lod.site.comparison import alphabetical

USES = (
    "catalogues",
    "unnamedCatalogues",
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
class RowUse:
    """A row of a source: what the record of its state says of it, and how many things in all records rest on it."""

    values: Thing
    statements: int


def uses_of_things(states: Sequence[Thing], shared: Mapping[str, Thing]) -> Mapping[str, list[Use]]:
    """Return the references to each shared thing, by its id."""
    found: dict[str, list[Use]] = {}
    for record in (*states, *shared.values()):
        for thing in things_in(record, "record"):
            for key in USES:
                for value in listed(thing.get(key)):
                    if isinstance(value, str) and value in shared and value != record["id"]:
                        found.setdefault(value, []).append(Use(record, key, thing))
    return found


def rows_by_source(
    states: Sequence[Thing], shared: Mapping[str, Thing]
) -> Mapping[str, Mapping[str, Mapping[str, RowUse]]]:
    """Return the rows of each source, by its id, the id of the state they speak of, and the question they answer."""
    found: dict[str, dict[str, dict[str, RowUse]]] = {}
    elsewhere = Counter(origin for thing in shared.values() for origin in named_origin_iris(thing))
    for state in sorted(states, key=sort_name):
        resting = _resting(state)
        for row in ReuseRecord(state).rows:
            rows = found.setdefault(row.page, {}).setdefault(state["id"], {})
            rows[row.kind] = RowUse(row.values, resting[row.id] + elsewhere[row.id])
    return found


def rows_by_id(states: Sequence[Thing]) -> Mapping[str, tuple[Thing, Thing]]:
    """Return each row by its id, with the state that it speaks of."""
    return {row.id: (state, row.values) for state in states for row in ReuseRecord(state).rows}


def _resting(state: Thing) -> Counter[str]:
    """Return how many things in the record of *state* name each row as their origin."""
    found: Counter[str] = Counter()
    for thing in things_in(ReuseRecord(state).reuse.values):
        for origin in named_origin_iris(thing):
            if thing.get("type") != "GovernmentService":
                found[origin] += 1
    return found


def things_in(value: Thing, without: str = "") -> Iterator[Thing]:
    """Yield *value* and the things in it, outer before inner, but not what stands under the key *without*."""
    waiting: list[Thing] = [value]
    while waiting:
        thing = waiting.pop()
        yield thing
        inner = inner_things({key: values for key, values in thing.items() if key != without})
        waiting += reversed(list(inner))


def named_origin_iris(thing: Thing) -> list[str]:
    """Return the rows that *thing* was read from, or that name it."""
    return [origin for key in ("origin", "namedIn") for origin in listed(thing.get(key))]


def sort_name(values: Thing) -> str:
    """Return what *values* are sorted by: their German name, or nothing."""
    return alphabetical(text_in(values.get("name"), "de"))
