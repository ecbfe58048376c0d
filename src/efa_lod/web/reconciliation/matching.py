"""From the text of a cell to the things that it may name.

``match`` is true only where exactly one thing has just this name, code or id, among the things of the type that is
asked for. Everything else is a candidate with a score below that, for a person to choose from.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from efa_lod.model.gazetteer import comparable
from efa_lod.model.record_values import is_mapping, things_of
from efa_lod.web.reconciliation.entities import Entity

EXACT = 100.0
"""The score of a thing that has just the name, code or id in question."""
LOST_ZERO = 90.0
"""The score of a thing found by a code whose leading zero a spreadsheet dropped."""
LEAST_SIMILAR = 0.45
"""Share of equal groups of three letters (Dice 1945) from which a name is a candidate."""
FEW_POSTINGS = 6
"""Groups of letters by which candidates are looked for, the rarest of a name."""
MOST_CANDIDATES = 100
LONGEST_QUERY = 200
"""Characters of a cell that are looked at."""
_TITLE = "(?:landeshauptstadt|bundesstadt|kreisfreie stadt|hansestadt|universitaetsstadt|stadt|gemeinde|markt)"
_TITLES = re.compile(rf"^(?:{_TITLE} )+|(?: {_TITLE})+$")
"""What stands before or after the name of a municipality; "Landkreis" does not, since that is another thing."""
_STATE_PROPERTIES = ("state", "land", "bundesland")


@dataclass(frozen=True)
class CellQuery:
    """What is asked for one cell: its *text*, the id of a *type* if any, what its *state* must be, and how many."""

    text: str
    type: str = ""
    state: str = ""
    limit: int = 10


@dataclass(frozen=True)
class Candidate:
    """A thing that a cell may name: *score* is 100 for an exact name; *match* where it can be no other."""

    entity: Entity
    score: float
    match: bool = False


def as_json(candidate: Candidate) -> dict[str, object]:
    """Return *candidate* as the API writes it in the results of a query."""
    entity = candidate.entity
    found: dict[str, object] = {"id": entity.id, "name": entity.name, "type": [entity.type.as_json()]}
    if entity.description:
        found["description"] = entity.description
    return {**found, "score": candidate.score, "match": candidate.match}


class EntityIndex:
    """The things that can be found: made once, asked often."""

    def __init__(self, entities: Iterable[Entity], base_iri: str) -> None:
        self._base_iri = base_iri
        self.by_id: dict[str, Entity] = {}
        self._words: dict[str, list[Entity]] = defaultdict(list)
        self._postings: dict[str, list[str]] = defaultdict(list)
        for entity in entities:
            if entity.id not in self.by_id:
                self.by_id[entity.id] = entity
                self._add(entity)

    def _add(self, entity: Entity) -> None:
        for word in dict.fromkeys(comparable(one) for one in (entity.id, *entity.words, *entity.codes)):
            if word not in self._words and not word.isdigit():
                for group in _groups(word):
                    self._postings[group].append(word)
            self._words[word].append(entity)

    def candidates(self, query: CellQuery) -> list[Candidate]:
        """Return what the cell of *query* may name, the likeliest first; nothing where nothing is near."""
        text = query.text[:LONGEST_QUERY].strip()
        found = [Candidate(one, EXACT) for one in self._exact(text, query)]
        if len(found) == 1:
            return [Candidate(found[0].entity, EXACT, match=True)]
        if not found:
            found = [*self._with_zero(text, query)] or [*self._similar(text, query)]
        return found[: max(1, min(query.limit, MOST_CANDIDATES))]

    def beginning(self, prefix: str, type_: str = "", limit: int = 10) -> list[Entity]:
        """Return things one of whose names begins with *prefix*, in the order of their names."""
        asked = comparable(prefix[:LONGEST_QUERY])
        found = {
            entity.id: entity
            for word, entities in self._words.items()
            if word.startswith(asked)
            for entity in entities
            if asked and type_ in ("", entity.type.id)
        }
        return sorted(found.values(), key=lambda one: (one.name.casefold(), one.id))[:limit]

    def _exact(self, text: str, query: CellQuery) -> list[Entity]:
        """Return the things that have just the name, code or id *text*, then without titles such as Stadt."""
        asked = comparable(text.removeprefix(self._base_iri))
        if asked.isdigit() and len(asked) == 5:
            return []  # may be a postal code as well as the key of a district
        key = asked.replace(" ", "")
        digits = [key] if key.isdigit() and key != asked else []
        for word in (asked, *digits, _TITLES.sub("", asked)):
            if found := [one for one in self._words.get(word, ()) if self._fits(one, query)]:
                return found
        return []

    def _with_zero(self, text: str, query: CellQuery) -> Iterator[Candidate]:
        if text.isascii() and text.isdigit() and len(text) in (1, 7, 11):
            yield from (Candidate(one, LOST_ZERO) for one in self._words.get(f"0{text}", ()) if self._fits(one, query))

    def _similar(self, text: str, query: CellQuery) -> Iterator[Candidate]:
        """Yield the things whose names share most groups of letters with *text*."""
        asked = comparable(text)
        if asked.isdigit():
            return
        groups = _groups(asked)
        rarest = sorted((one for one in groups if one in self._postings), key=lambda one: len(self._postings[one]))
        near = Counter(word for group in rarest[:FEW_POSTINGS] for word in self._postings[group])
        shares = [(_share(groups, _groups(word)), word) for word, _ in near.most_common(MOST_CANDIDATES)]
        found: dict[str, Candidate] = {}
        for share, word in sorted(shares, key=lambda one: (-one[0], one[1])):
            for entity in self._words[word] if share >= LEAST_SIMILAR else ():
                if self._fits(entity, query):
                    found.setdefault(entity.id, Candidate(entity, min(round(99 * share, 1), 99.0)))
        yield from found.values()

    def _fits(self, entity: Entity, query: CellQuery) -> bool:
        """Return True if *entity* is of the type, and in the state, that *query* asks for."""
        if query.type and entity.type.id != query.type:
            return False
        if not query.state:
            return True
        state = comparable(query.state)
        return any(
            one.id.startswith("state/") and one.subjects[-1] in entity.subjects for one in self._words.get(state, ())
        )


def read_query(written: Mapping[str, object]) -> CellQuery:
    """Return the query that a batch holds as *written* in JSON; raise ValueError for what is none.

    Of ``properties`` only the state is looked at, which tells municipalities of one name apart.
    """
    text, type_, limit = written.get("query"), written.get("type", ""), written.get("limit", 10)
    if not isinstance(text, str):
        raise ValueError('expected a text under "query"')
    types: Sequence[object] = type_ if isinstance(type_, list) else [type_]
    first = types[0] if types else ""
    first = first.get("id", "") if is_mapping(first) else first
    if isinstance(limit, bool) or not isinstance(limit, int) or not isinstance(first, str):
        raise ValueError('expected a whole number under "limit" and the id of a type under "type"')
    return CellQuery(text, first, _state_in(written.get("properties")), limit)


def _state_in(properties: object) -> str:
    for one in things_of(properties):
        if str(one.get("pid", "")).casefold() in _STATE_PROPERTIES:
            value = one.get("v")
            value = value[0] if isinstance(value, list) and value else value
            return str(value.get("id", "")) if is_mapping(value) else str(value or "")
    return ""


def _groups(word: str) -> frozenset[str]:
    """Return the groups of three letters of *word*, with its beginning and end."""
    padded = f"  {word} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))
