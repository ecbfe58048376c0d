"""What a thing can be asked for: contacts, marketplaces, payers, and what became of each question.

Each property is a path of the graph. A municipality without contacts of its own has those of its state.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from efa_lod.model.record_values import mapping_of
from efa_lod.web.reconciliation.entities import Entity

_SERVICE = "^schema:areaServed"
_LABEL = "(skos:prefLabel|schema:name|efa:topic)"


@dataclass(frozen=True)
class ExtensionProperty:
    """Something to know of a thing: its *id* and *name*, the *types* that have it, and its *pattern* in the graph.

    The pattern leads from ``?subject`` to ``?value``.
    """

    id: str
    name: str
    pattern: str
    types: Sequence[str] = ("State", "Municipality")

    def as_json(self) -> dict[str, str]:
        """Return the property as the API writes it."""
        return {"id": self.id, "name": self.name}


def _status(kind: str) -> str:
    """Return the pattern from a state to the labels of what became of its question *kind*, and what our copy lost."""
    return (
        "?row schema:about ?subject ; efa:rowKind/skos:notation ?kind ;"
        " efa:valueStatus/skos:prefLabel|efa:lostInCopy/skos:prefLabel ?value ."
        f' FILTER(STR(?kind) = "{kind}")'
    )


_EVERYTHING = ("State", "Municipality", "Organisation", "Marketplace")
PROPERTIES: Mapping[str, ExtensionProperty] = {
    one.id: one
    for one in (
        ExtensionProperty(
            "email", "E-Mail der Ansprechstelle", f"?subject {_SERVICE}/efa:contact/schema:email ?value ."
        ),
        ExtensionProperty(
            "telephone",
            "Telefon der Ansprechstelle",
            f"?subject {_SERVICE}/efa:contact/schema:telephone ?value .",
        ),
        ExtensionProperty(
            "contact",
            "Ansprechstelle",
            f"?subject {_SERVICE}/efa:contact/(schema:name|efa:topic) ?value .",
        ),
        ExtensionProperty("contactStatus", "Ansprechstelle: Stand", _status("contact")),
        ExtensionProperty(
            "marketplace",
            "Katalog oder Marktplatz",
            f"?subject {_SERVICE}/(efa:catalogue|efa:furtherMarketplace) ?entity . ?entity schema:name ?value .",
        ),
        ExtensionProperty("servicesStatus", "Leistungen finden: Stand", _status("services")),
        ExtensionProperty("furtherMarketplaceStatus", "Weiterer Marktplatz: Stand", _status("furtherMarketplace")),
        ExtensionProperty(
            "payer", "Wer bezahlt", f"?subject {_SERVICE}/efa:financing?/efa:provision/efa:paidBy/{_LABEL} ?value ."
        ),
        ExtensionProperty("financeStatus", "Finanzierung: Stand", _status("financing")),
        ExtensionProperty("state", "Land", "?subject a schema:State ; schema:name ?value ."),
        ExtensionProperty("abbreviation", "Kürzel des Landes", "?subject efa:abbreviation ?value ."),
        ExtensionProperty("key", "Schlüssel des Landes", "?subject efa:stateKey ?value ."),
        ExtensionProperty("isoCode", "ISO 3166-2", "?subject efa:isoCode ?value ."),
        ExtensionProperty("nutsCode", "NUTS-1", "?subject efa:nutsCode ?value ."),
        ExtensionProperty("homepage", "Webseite", "?subject schema:url ?value .", ("Organisation", "Marketplace")),
        ExtensionProperty("sameAs", "Andere Kennungen", "?subject schema:sameAs ?value .", _EVERYTHING),
    )
}
"""What can be asked for, by id, in the order it is proposed."""

_QUERY = """
PREFIX efa: <{base}ontology#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?subject ?value ?entity WHERE {{
  VALUES ?subject {{ {subjects} }}
  {pattern}
  FILTER(!isLiteral(?value) || LANG(?value) IN ("", "de"))
}}
ORDER BY ?subject ?entity ?value
"""


def extension_query(property_: ExtensionProperty, subjects: Iterable[str], base_iri: str) -> str:
    """Return the query for the values of a property of all *subjects*, which are IRIs of the graph."""
    listed = " ".join(f"<{subject}>" for subject in sorted(set(subjects)))
    return _QUERY.format(base=base_iri, subjects=listed, pattern=property_.pattern)


def values_by_subject(answer: bytes, base_iri: str) -> dict[str, list[dict[str, str]]]:
    """Return the values in the *answer* to ``extension_query``, as the API writes them, by subject."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in json.loads(answer)["results"]["bindings"]:
        value, entity = row["value"]["value"], row.get("entity", {}).get("value")
        cell = {"id": entity.removeprefix(base_iri), "name": value} if entity else {"str": value}
        cells = found.setdefault(row["subject"]["value"], [])
        if cell not in cells:
            cells.append(cell)
    return found


def cells_of(entity: Entity, values: Mapping[str, list[dict[str, str]]]) -> list[dict[str, str]]:
    """Return the values of *entity*: its own, or those of its state where it has none."""
    return next((values[subject] for subject in entity.subjects if subject in values), [])


def proposed(type_: str, limit: int) -> list[ExtensionProperty]:
    """Return at most *limit* properties that things of a type have; all where there is no such type."""
    fitting = [one for one in PROPERTIES.values() if type_ in one.types]
    return (fitting or list(PROPERTIES.values()))[:limit]


def read_extension(written: object) -> tuple[list[str], list[str]]:
    """Return the ids of things and of properties that an extension asks for; raise ValueError for what is none."""
    ids, properties = (mapping_of(written).get(key) for key in ("ids", "properties"))
    if not isinstance(ids, list) or not isinstance(properties, list):
        raise ValueError('expected lists under "ids" and "properties"')
    names = [mapping_of(one).get("id") for one in properties]
    if not all(isinstance(one, str) for one in (*ids, *names)):
        raise ValueError("expected texts as ids")
    if unknown := [name for name in names if name not in PROPERTIES]:
        raise ValueError(f"there is no property {str(unknown[0])[:60]}; known are {', '.join(PROPERTIES)}")
    return ids, [str(name) for name in names]
