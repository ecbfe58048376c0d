"""The things that can be found, and what they are found by."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from efa_lod.model.publication import Publication

NAME_LANGUAGES = ("de", "", "en")
"""The languages of names, the preferred first."""


@dataclass(frozen=True)
class EntityType:
    """A kind of thing: its *id* in the service, its *name*, and the *classes* whose instances are of it."""

    id: str
    name: str
    classes: Sequence[str]

    def as_json(self) -> dict[str, str]:
        """Return the type as the API writes it."""
        return {"id": self.id, "name": self.name}


TYPES: Mapping[str, EntityType] = {
    one.id: one
    for one in (
        EntityType("State", "Land", ["schema:State"]),
        EntityType("Municipality", "Gemeinde", ["efa:Municipality"]),
        EntityType("Organisation", "Organisation", ["schema:GovernmentOrganization", "schema:Organization"]),
        EntityType(
            "Marketplace", "Katalog oder Marktplatz", ["schema:OfferCatalog", "schema:WebSite", "schema:WebApplication"]
        ),
    )
}
"""The kinds of things by id."""

_NAMING = ("schema:name", "schema:alternateName", "efa:officialName")
_CODES = ("efa:abbreviation", "efa:stateKey", "efa:isoCode", "efa:nutsCode", "efa:municipalityKey", "schema:sameAs")
_QUERY = """
PREFIX efa: <{base}ontology#>
PREFIX schema: <https://schema.org/>
SELECT ?entity ?property ?word ?state WHERE {{
  VALUES ?class {{ {classes} }}
  VALUES ?property {{ {properties} }}
  ?entity a ?class ; ?property ?word .
  FILTER(STRSTARTS(STR(?entity), "{base}"))
  OPTIONAL {{ ?entity schema:containedInPlace ?state }}
}}
ORDER BY ?entity ?property ?word
"""


@dataclass(frozen=True)
class Entity:
    """A thing: its *id* below the base IRI, its *name*, its *type*, and the *words* and *codes* it is found by.

    *subjects* are the IRIs that are asked about it, in this order: the thing itself, then its state. *description*
    tells it from others of its name.
    """

    id: str
    name: str
    type: EntityType
    words: Sequence[str] = ()
    codes: Sequence[str] = ()
    subjects: Sequence[str] = ()
    description: str = ""


def entities_query(type_: EntityType, base_iri: str) -> str:
    """Return the query for all words and codes of the things of one type."""
    return _QUERY.format(base=base_iri, classes=" ".join(type_.classes), properties=" ".join((*_NAMING, *_CODES)))


@dataclass
class _Words:
    """What the rows about one thing have said so far."""

    names: dict[str, list[str]] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    state: str = ""


def entities_of(type_: EntityType, base_iri: str, answer: bytes) -> Iterator[Entity]:
    """Yield the things of one type from the *answer* to ``entities_query`` (SPARQL 1.1 Query Results JSON Format)."""
    known: dict[str, _Words] = {}
    for row in json.loads(answer)["results"]["bindings"]:
        said = known.setdefault(row["entity"]["value"], _Words())
        word, language = row["word"]["value"], row["word"].get("xml:lang", "")
        said.state = row.get("state", {}).get("value", "")
        if row["property"]["value"].endswith(("#officialName", "/name", "/alternateName")):
            said.words.append(word)
            if row["property"]["value"] == "https://schema.org/name":
                said.names.setdefault(language, []).append(word)
        else:
            said.codes.append(word)
    for iri, said in known.items():
        named = [name for language in NAME_LANGUAGES for name in said.names.get(language, ())]
        identifier = iri.removeprefix(base_iri)
        subjects = [one for one in (iri, said.state) if one]
        yield Entity(
            identifier, next(iter(named), identifier), type_, _once(said.words), _once(said.codes), subjects, ""
        )


def register_entities(publication: Publication, states: Mapping[str, Entity], known: Iterable[str]) -> Iterator[Entity]:
    """Yield the municipalities of the register that have no record: *known* are the keys of those that have one.

    *states* are the states by key. The id of such a municipality is the address that leads to the page of its state.
    """
    from efa_lod.model.gazetteer import read_gazetteer

    gazetteer = read_gazetteer(publication)
    if gazetteer is None:
        return
    has_record = set(known)
    for place in gazetteer.all_municipalities:
        state = states.get(place.state_key)
        if state is None or place.key in has_record:
            continue
        described = ", ".join(one for one in (place.described("de"), state.name) if one)
        codes = [place.key, *gazetteer.regional_keys_of(place.key)]
        yield Entity(
            f"find/{place.key}", place.name, TYPES["Municipality"], [place.name], codes, state.subjects, described
        )


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
