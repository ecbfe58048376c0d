"""Refuse statements whose claimed origin cannot carry them: a row that does not say so, evidence that is not there.

What each row of the overview page says is known to the publication as marks of its words (``model.phrases``), beside
the rows' digests, so that no copy of the page is needed. What the marks cannot show – whether a summary is right – is
left to a reader.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from efa_lod.io.reading import Document, KeyPath
from efa_lod.model.context import Context
from efa_lod.model.origins import added_value, is_concept
from efa_lod.model.phrases import has_phrase
from efa_lod.model.record_values import Thing, is_mapping, listed, mapping_of, things_of
from efa_lod.model.records import key_text, things
from efa_lod.model.results import Result, Severity
from efa_lod.model.row_facts import RowFacts

CARRIED_KEYS = ("email", "printedAs", "name", "alternateName", "mentionedAs", "topic", "linkLabel", "link")
"""Keys whose values stand in a row as they are written."""
CARRYING_TYPES = frozenset({"ContactPoint", "Financing", "GovernmentOrganization", "Organization", "WebSite"})
"""Types of the things whose names and addresses are read from a row."""
DATED_PROPERTIES = frozenset(
    {"catalogues", "contacts", "email", "furtherMarketplaces", "name", "provisions", "telephone"}
)
"""What an addition may fill besides addresses of web pages; it then says on which day it was found."""
SILENT = frozenset({"empty", "notApplicable"})
_EVIDENCE = (
    "foundAt: …, foundOn: …, confidence: high, finding: {de: An der Fundstelle genannt., en: Given at that place.}"
)
"""What an addition says of its evidence, with … for what only a person knows; a check refuses what is left so."""
CLAIM_KEYS = ("origin", "namedIn")

_MESSAGES = {
    "not-in-row-to-add": {
        "de": "Das steht nicht in der Zeile, aus der es stammen soll ({rows}). Schreiben Sie es wie die Seite, oder"
        " setzen Sie darunter den Beleg: {entry} – foundAt ist die Adresse der Fundstelle (oder statedBy: {{de: …}},"
        " die Stelle, die es mitgeteilt hat), foundOn der Tag.",
        "en": "This is not in the row that it is said to come from ({rows}). Write it as the page does, or put the"
        " evidence below it: {entry} – foundAt is the address of the place (or statedBy: {{de: …}}, the office that"
        " stated it), foundOn the day.",
    },
    "not-in-row-to-renew": {
        "de": "Das steht nicht in der Zeile, aus der es stammen soll ({rows}), und die Ergänzung {id} belegt etwas"
        " anderes. Schreiben Sie dort {entry} und, wo und wann es so steht (foundAt, foundOn).",
        "en": "This is not in the row that it is said to come from ({rows}), and the addition {id} supports something"
        " else. Write there {entry} and where and when it can be seen (foundAt, foundOn).",
    },
    "claim-on-silent-row": {
        "de": "Diese Zeile sagt dazu nichts ({rows}). Nennen Sie die Zeile, die es sagt, oder belegen Sie das Ganze als"
        " Ergänzung: origin nennt dann deren id.",
        "en": "This row says nothing on it ({rows}). Name the row that does, or support the whole as an addition:"
        " origin then names its id.",
    },
    "claim-on-other-row": {
        "de": "Diese Zeile gehört nicht zu diesem Land. Nennen Sie eine von {rows}.",
        "en": "This row is not about this state. Name one of {rows}.",
    },
    "claim-unchecked": {
        "de": "Die Zeile {rows} hat einen anderen Text als den, dessen Wörter bekannt sind. Mit efa-lod source facts"
        " SEITE neu festhalten, was in den Zeilen steht.",
        "en": "The row {rows} has another text than the one whose words are known. Record what the rows say anew with"
        " efa-lod source facts PAGE.",
    },
    "addition-not-stated": {
        "de": "Die Ergänzung belegt etwas, das nicht in den Daten steht. Tragen Sie es unter {key} ein.",
        "en": "The addition supports something that is not in the data. Put it under {key}.",
    },
    "addition-undated": {
        "de": "Hier fehlt foundOn, der Tag, an dem es so zu sehen war, z. B. foundOn: 2026-11-27, oder foundAt, die"
        " Adresse der Fundstelle; wo es keine gibt, statedBy, die Stelle, die es mitgeteilt hat.",
        "en": "foundOn is missing, the day on which it could be seen, e.g. foundOn: 2026-11-27, or foundAt, the address"
        " of the place; where there is none, statedBy, the office that stated it.",
    },
}


def claim_results(documents: Sequence[Document], facts: Mapping[str, RowFacts], context: Context) -> list[Result]:
    """Return the claims in *documents* that their origins cannot carry; nothing where no *facts* are known."""
    if not facts:
        return []
    book = _Claims(facts)
    for document in documents:
        book.learn(document, context)
    return [result for document in documents for result in book.results(document)]


def as_warnings(results: Iterable[Result]) -> list[Result]:
    """Return *results* as warnings: a build shows work in progress, ``validate`` decides whether it is published."""
    return [replace(result, severity=Severity.WARNING) for result in results]


@dataclass
class _Claims:
    """All things of some documents with their rows."""

    facts: Mapping[str, RowFacts]
    _rows: dict[str, Thing] = field(default_factory=dict)
    _things: dict[str, Sequence[tuple[KeyPath, Thing]]] = field(default_factory=dict)

    def learn(self, document: Document, context: Context) -> None:
        """Take the things of *document* into account."""
        own = list(things(document, context))
        self._things[_id(document.value)] = own
        self._rows |= {_id(thing): thing for _, thing in own if "SourceRow" in listed(thing.get("type"))}

    def results(self, document: Document) -> Iterator[Result]:
        """Yield what *document* claims without ground; records of municipalities rest on other sources."""
        if "Municipality" in listed(document.value.get("type")):
            return
        every = self._things[_id(document.value)]
        own = [_id(thing) for _, thing in every if "SourceRow" in listed(thing.get("type"))]
        for path, thing in every:
            place = _Place(document, path, thing)
            claimed = [row for row in _claimed(thing) if row in self._rows or row in self.facts]
            if own and (foreign := [row for row in claimed if row in self._rows and row not in own]):
                yield place.result("claim-on-other-row", ("origin",), foreign[0], rows=", ".join(own))
            yield from self._silent(place, [row for row in claimed if row in self._rows])
            yield from self._words(place, [row for row in claimed if row in self.facts])
            yield from _additions(place)

    def _silent(self, place: "_Place", rows: Sequence[str]) -> Iterator[Result]:
        """Yield what claims a row that says nothing: only the financing information itself may say that it does."""
        types = listed(place.thing.get("type"))
        if "Financing" in types or not set(types) & (CARRYING_TYPES | {"Provision"}):
            return
        for row in rows:
            status = self._rows[row].get("valueStatus")
            announced = "WebSite" in types and "launchStatus" in place.thing
            if status in SILENT or (status == "notYetAvailable" and not announced):
                yield place.result("claim-on-silent-row", ("origin",), row, rows=row)

    def _words(self, place: "_Place", rows: Sequence[str]) -> Iterator[Result]:
        """Yield the names, addresses and numbers that none of *rows* has."""
        if not rows or not CARRYING_TYPES & set(listed(place.thing.get("type"))):
            return
        stale = [row for row in rows if row in self._rows and self._digest(row) != self.facts[row].sha256]
        if stale:
            yield place.result("claim-unchecked", ("origin",), stale[0], Severity.WARNING, rows=stale[0])
            return
        for key in CARRIED_KEYS:
            for step, text in _texts(place.thing.get(key)):
                carried = any(has_phrase(self.facts[row].marks, text) for row in rows)
                if not carried and not _supported(place.thing, key, text):
                    yield _not_in_row(place, (key, *step), text, rows)
        yield from self._telephone(place, rows)

    def _telephone(self, place: "_Place", rows: Sequence[str]) -> Iterator[Result]:
        """Yield a telephone number that is not the one printed in the row."""
        number, printed = str(place.thing.get("telephone", "")), str(place.thing.get("printedAs", ""))
        digits = "".join(filter(str.isdecimal, printed)).lstrip("0")
        same = digits and number.endswith(digits)
        if number and not same and not _supported(place.thing, "telephone", number):
            yield _not_in_row(place, ("telephone",), number, rows)

    def _digest(self, row: str) -> str:
        return str(self._rows[row].get("sha256", ""))


@dataclass(frozen=True)
class _Place:
    """A *thing* at *path* in *document*."""

    document: Document
    path: KeyPath
    thing: Thing

    def result(
        self, rule: str, way: KeyPath, found: str, severity: Severity = Severity.VIOLATION, said: str = "", **words: str
    ) -> Result:
        """Return the result of *rule* for what the thing has at *way*; *said* names its message, if it has several."""
        messages = {language: text.format(**words) for language, text in _MESSAGES[said or rule].items()}
        path = (*self.path, *way)
        return Result(severity, self.document.place_of(path), key_text(path), found, messages, rule)


def _not_in_row(place: _Place, way: KeyPath, text: str, rows: Sequence[str]) -> Result:
    """Return that none of *rows* says *text*, with the lines that support it, ready to be pasted."""
    thing, key = place.thing, str(way[0])
    value = json.dumps(text, ensure_ascii=False)
    if key == "printedAs":  # a printed number is supported with the number itself
        key, value = "telephone", json.dumps(str(thing.get("telephone", "…")))
    form = "value" if key == "link" else "text"
    stated = f"words: {{{way[1]}: {value}}}" if len(way) > 1 else f"{form}: {value}"
    additions = things_of(thing.get("additions"))
    rule, named = "claim-not-in-row", ", ".join(rows)
    for one in additions:
        if one.get("property") == key:
            return place.result(rule, way, text, said="not-in-row-to-renew", id=_id(one), rows=named, entry=stated)
    name = f"{_id(thing)}{'-' if '#' in _id(thing) else '#'}{key.lower()}"
    entry = f"{{id: {name}, type: Addition, property: {key}, {stated}, {_EVIDENCE}}}"
    entry = f"- {entry}" if additions else f"additions: [{entry}]"
    return place.result(rule, way, text, said="not-in-row-to-add", rows=named, entry=entry)


def _additions(place: _Place) -> Iterator[Result]:
    """Yield additions to a thing that support what the thing does not say, or do not say when that was seen."""
    for at, one in enumerate(listed(place.thing.get("additions"))):
        if not is_mapping(one) or "property" not in one:
            continue
        key, value = str(one["property"]), added_value(one)
        if value is not None and not _states(place.thing, key, value):
            yield place.result("addition-not-stated", ("additions", at), str(value), key=key)
        if key in DATED_PROPERTIES and not ("foundOn" in one and ("foundAt" in one or "statedBy" in one)):
            yield place.result("addition-undated", ("additions", at), key)


def _states(thing: Thing, key: str, value: object) -> bool:
    """Return whether *thing* has *value* under *key*; a concept may stand there by its name alone."""
    if is_mapping(value):
        told = thing.get(key)
        return is_mapping(told) and all(told.get(language) == text for language, text in value.items())
    named = [_id(one) if is_mapping(one) else str(one) for one in listed(thing.get(key))]
    return str(value) in named or any(is_concept(value, one) for one in named)


def _supported(thing: Thing, key: str, text: str) -> bool:
    """Return whether an addition of *thing* supports *text* under *key*; a printed number goes with its number."""
    supported = "telephone" if key == "printedAs" else key
    for one in things_of(thing.get("additions")):
        if one.get("property") == supported:
            value = added_value(one)
            if key == "printedAs" or value == text or text in mapping_of(value).values():
                return True
    return False


def _claimed(thing: Thing) -> list[str]:
    return [one for key in CLAIM_KEYS for one in listed(thing.get(key)) if isinstance(one, str)]


def _texts(value: object) -> Iterable[tuple[KeyPath, str]]:
    """Yield the texts under a key that a German page can have, each with the step to it."""
    if is_mapping(value):
        return [(("de",), value["de"])] if isinstance(value.get("de"), str) else []
    return [((), one) for one in listed(value) if isinstance(one, str)]


def _id(thing: Thing) -> str:
    return str(thing.get("id", ""))
