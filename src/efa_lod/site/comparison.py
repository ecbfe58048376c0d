"""Compare the states: one line of facts for each, the same for the page, the CSV file and the spreadsheet.

A fact says no more than the record does: how many contacts can be reached by mail, which catalogues are named, who pays
for what. Where the overview page is silent, the line says in which of the four ways, and nothing stands in for it.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from efa_lod.model.context import Context
from efa_lod.rdf.formats import LIST_SEPARATOR

Value = Mapping[str, Any]
"""A record or a thing within one: nested dicts under the context."""
Texts = Mapping[str, str]
"""A text by language."""

QUESTIONS = ("contact", "services", "furtherMarketplace", "finance")
"""The four questions that the overview page answers for each state, in its order."""
STATUSES = ("stated", "linkLost", "notYetAvailable", "notApplicable", "empty")
"""What became of a question: answered, or one of the four silences; in the order of what is left to go by."""
SYMBOLS: Mapping[str, str] = {
    "stated": "●",
    "linkLost": "◐",
    "notYetAvailable": "◔",
    "notApplicable": "⊘",
    "empty": "○",
}
"""A sign for each status, of a different shape each, so that nothing depends on colour."""


@dataclass(frozen=True)
class Payment:
    """A provision that says who bears costs: references to the payers, codes of what is paid, and until when."""

    payers: tuple[str, ...]
    items: tuple[str, ...]
    groups: tuple[str, ...]
    extent: str
    certainty: str
    until: str


@dataclass(frozen=True)
class Line:
    """What the record of one state says, ready to be compared."""

    id: str
    abbreviation: str
    key: str
    names: Texts
    statuses: Texts
    contacts: Sequence[Value]
    services_contacts: Sequence[Value]
    catalogues: Sequence[Value]
    further: Sequence[Value]
    payments: Sequence[Payment]
    as_of: Sequence[str]
    last_confirmed: str

    @property
    def emails(self) -> list[str]:
        """Return the e-mail addresses of the contacts."""
        return [mail for contact in self.contacts for mail in _list(contact.get("email"))]

    @property
    def telephones(self) -> list[str]:
        """Return the telephone numbers of the contacts, for dialling."""
        return [number for contact in self.contacts for number in _list(contact.get("telephone"))]

    def reachable(self, *ways: str) -> int:
        """Return how many contacts have at least one of *ways*, ``email`` or ``telephone``."""
        return sum(any(contact.get(way) for way in ways) for contact in self.contacts)

    @property
    def answered(self) -> int:
        """Return how many of the four questions the page answers in its text."""
        return sum(status == "stated" for status in self.statuses.values())


def compared(states: Iterable[Value], shared: Mapping[str, Value]) -> list[Line]:
    """Return a line for each of *states* in the order of their German names; *shared* resolves what they refer to."""
    lines = [_line(state, shared) for state in states]
    return sorted(lines, key=lambda line: (alphabetical(line.names.get("de", "")), line.id))


def alphabetical(name: str) -> str:
    """Return what *name* is sorted by after DIN 5007-1: capitals and umlauts count as their plain letters."""
    return name.casefold().translate(str.maketrans("äöü", "aou"))


def _line(state: Value, shared: Mapping[str, Value]) -> Line:
    reuse, record = state.get("reuse") or {}, state.get("record") or {}
    rows = [row for row in _list(record.get("rows")) if isinstance(row, dict)]
    contacts = _resolved(reuse.get("contacts"), shared)
    own = {contact["id"]: contact for contact in contacts}
    return Line(
        id=state["id"],
        abbreviation=state.get("abbreviation", ""),
        key=state.get("stateKey", ""),
        names=state.get("name") or {},
        statuses={row["rowKind"]: row["valueStatus"] for row in rows if "rowKind" in row and "valueStatus" in row},
        contacts=contacts,
        services_contacts=_resolved(reuse.get("servicesContact"), {**shared, **own}),
        catalogues=_resolved(reuse.get("catalogues"), shared),
        further=_resolved(reuse.get("furtherMarketplaces"), shared),
        payments=[_payment(provision) for provision in _provisions(reuse) if provision.get("paidBy")],
        as_of=[month for row in rows for month in _list(row.get("asOf"))],
        last_confirmed=record.get("lastConfirmed", ""),
    )


def _provisions(reuse: Value) -> Iterator[Value]:
    for part in (reuse, *_list(reuse.get("financing"))):
        yield from (one for one in _list(part.get("provisions")) if isinstance(one, dict))


def _payment(provision: Value) -> Payment:
    texts = {key: tuple(_list(provision.get(key))) for key in ("paidBy", "covers", "appliesTo")}
    rest = {key: provision.get(key, "") for key in ("extent", "certainty", "until")}
    return Payment(texts["paidBy"], texts["covers"], texts["appliesTo"], **rest)


def _resolved(values: Any, known: Mapping[str, Value]) -> list[Value]:
    """Return *values* as things: nested ones as they are, references as the known thing or with their id alone."""
    return [value if isinstance(value, dict) else {"id": value, **known.get(value, {})} for value in _list(values)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


# --- as a table -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Words:
    """What codes and references are called: the *labels* of IRIs by language, and the *shared* records."""

    context: Context
    labels: Mapping[str, Texts]
    shared: Mapping[str, Value]

    def code(self, key: str, value: str, language: str) -> str:
        """Return the label of the concept that *value* names under *key*; the code itself where there is none."""
        vocabulary = self.context.keys[key].vocabulary
        return in_language(self.labels.get(vocabulary + value, {}), language) or value

    def reference(self, value: str, language: str) -> str:
        """Return what the thing that *value* refers to is called: a concept's label or a record's name."""
        texts = self.labels.get(self.context.resolve(value)) or self.shared.get(value, {}).get("name", {})
        return in_language(texts, language) or value


def in_language(texts: Texts, language: str) -> str:
    """Return the text in *language*, or the German one, or nothing."""
    found = texts.get(language) or texts.get("de") or ""
    return found if isinstance(found, str) else LIST_SEPARATOR.join(found)


def label(thing: Value, language: str) -> str:
    """Return what *thing* is called: its name, topic, address or number; nothing where the page gives none of these."""
    named = in_language(thing.get("name") or thing.get("topic") or {}, language)
    return named or LIST_SEPARATOR.join(_list(thing.get("email")) or _list(thing.get("telephone")))


Cell = str | int | list[str]


@dataclass(frozen=True)
class Column:
    """A column: its *name* for programs, its heading by language, and what stands in it for a line.

    *kind* tells how it is shown: ``text``, ``number``, ``status`` (a code of a value status) or ``list``.
    """

    name: str
    de: str
    en: str
    value: Callable[[Line, Words, str], Cell]
    kind: str = "text"

    def heading(self, language: str) -> str:
        """Return the heading in *language*."""
        return {"de": self.de, "en": self.en}[language]


def _status(question: str) -> Callable[[Line, Words, str], Cell]:
    return lambda line, words, language: line.statuses.get(question, "")


def _names(things: Callable[[Line], Sequence[Value]]) -> Callable[[Line, Words, str], Cell]:
    return lambda line, words, language: [label(thing, language) or thing["id"] for thing in things(line)]


def _addresses(line: Line, words: Words, language: str) -> Cell:
    return [address for thing in (*line.catalogues, *line.further) for address in _list(thing.get("homepage"))]


def _payers(line: Line, words: Words, language: str) -> Cell:
    return _each(words.reference(payer, language) for payment in line.payments for payer in payment.payers)


def _items(line: Line, words: Words, language: str) -> Cell:
    return _each(words.code("covers", item, language) for payment in line.payments for item in payment.items)


def _each(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


COLUMNS = (
    Column("state", "Kennung", "identifier", lambda line, words, language: words.context.resolve(line.id)),
    Column("name", "Land", "state", lambda line, words, language: in_language(line.names, language)),
    Column("abbreviation", "Kürzel", "abbreviation", lambda line, words, language: line.abbreviation),
    Column("stateKey", "Landesschlüssel", "state key", lambda line, words, language: line.key),
    Column("contactStatus", "Ansprechstelle: Stand", "contact: status", _status("contact"), "status"),
    Column("contacts", "Ansprechstellen", "contacts", lambda line, words, language: len(line.contacts), "number"),
    Column("contactsByEmail", "davon mit E-Mail", "with e-mail", lambda line, *_: line.reachable("email"), "number"),
    Column(
        "contactsByTelephone",
        "davon mit Telefon",
        "with telephone",
        lambda line, *_: line.reachable("telephone"),
        "number",
    ),
    Column(
        "contactsWithoutRoute",
        "davon ohne beides",
        "with neither",
        lambda line, *_: len(line.contacts) - line.reachable("email", "telephone"),
        "number",
    ),
    Column(
        "contactNames", "Namen der Ansprechstellen", "names of the contacts", _names(lambda line: line.contacts), "list"
    ),
    Column("emails", "E-Mail", "e-mail", lambda line, *_: line.emails, "list"),
    Column("telephones", "Telefon", "telephone", lambda line, *_: line.telephones, "list"),
    Column("servicesStatus", "Leistungen finden: Stand", "finding services: status", _status("services"), "status"),
    Column("catalogues", "Kataloge", "catalogues", _names(lambda line: line.catalogues), "list"),
    Column("servicesContacts", "Auskunft gibt", "ask", _names(lambda line: line.services_contacts), "list"),
    Column(
        "furtherMarketplaceStatus",
        "Weiterer Marktplatz: Stand",
        "further marketplace: status",
        _status("furtherMarketplace"),
        "status",
    ),
    Column(
        "furtherMarketplaces", "Weitere Marktplätze", "further marketplaces", _names(lambda line: line.further), "list"
    ),
    Column("homepages", "Webadressen (ergänzt)", "web addresses (added)", _addresses, "list"),
    Column("financeStatus", "Finanzierung: Stand", "financing: status", _status("finance"), "status"),
    Column("payers", "Wer bezahlt", "who pays", _payers, "list"),
    Column("covers", "Was bezahlt wird", "what is paid for", _items, "list"),
    Column(
        "paidUntil",
        "Bezahlt bis",
        "paid until",
        lambda line, *_: _each(p.until for p in line.payments if p.until),
        "list",
    ),
    Column("answered", "Fragen beantwortet", "questions answered", lambda line, *_: line.answered, "number"),
    Column("asOf", "Stand laut Seite", "as of (page)", lambda line, *_: list(line.as_of), "list"),
    Column("lastConfirmed", "Abgeglichen am", "last confirmed", lambda line, *_: line.last_confirmed),
)
"""The columns of the comparison in the order they are shown."""


def comparison_csv(lines: Iterable[Line], words: Words) -> Iterator[bytes]:
    """Yield the comparison as CSV after RFC 4180: texts in German and in English where they differ by language.

    Codes of a status stay codes, and several values in a cell are separated as in the other table.
    """
    columns = [(column, tag) for column in COLUMNS for tag in (("de", "en") if column.name in _BILINGUAL else ("de",))]
    yield _csv_line([column.name + (tag.title() if column.name in _BILINGUAL else "") for column, tag in columns])
    for line in lines:
        yield _csv_line([plain(column.value(line, words, tag)) for column, tag in columns])


_BILINGUAL = frozenset({"name", "payers", "covers"})


def plain(cell: Cell) -> str:
    """Return *cell* as the text of a table: values of a list are separated as in all tables of the publication."""
    return LIST_SEPARATOR.join(cell) if isinstance(cell, list) else str(cell)


def _csv_line(cells: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()
