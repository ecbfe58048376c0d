"""Hold the page against the records: nothing on the page is missing, nothing in the records is invented.

A short row is accounted for word by word. A row of prose has been condensed into provisions; of it are compared dates,
addresses, numbers, names, abbreviations and the words in ``SIGNS``, each as often as the page has it. What the records
add from elsewhere (homepages, identifiers, notes) and translations are no matter of the page.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from efa_lod.errors import BrokenInput
from efa_lod.io.reading import Document, KeyPath, Place
from efa_lod.model.languages import MONTHS
from efa_lod.model.records import key_text
from efa_lod.model.results import Result, Severity, in_order
from efa_lod.overview.page import ROW_KINDS, Page, Row, plain
from efa_lod.overview.recognition import Item, dialled, is_prose, items, mention_places, status_of

Signs = tuple[tuple[str, str, str], ...]

SIGNS: Signs = (
    (r"\bweitgehend\b", "extent", "largely"),
    (r"\bkosten(?:frei|los)\b", "extent", "fully"),
    (r"\bgeht [\w-]+ davon aus\b", "certainty", "expected"),
    (r"\b[Dd]erzeit\b", "certainty", "currently"),
    (r"\bVereinbarungsstand\b", "certainty", "currentAgreement"),
    (r"\bProgramm Föderal\b", "paidBy", "efa:Party-federalProgramme"),
    (r"\b(?:finanziert|übernimmt|trägt|stellt) das Land\b|\b[Dd]as Land (?:finanziert|übernimmt|trägt|stellt)\b",
     "paidBy", "efa:Party-state"),
    (r"\b(?:kauft|trägt)\b(?! das Land)", "paidBy", "efa:Party-competentDepartment"),
    (r"\bEntwicklung\b|\bentwickelt\b", "covers", "development"),
    (r"\bBetrieb im ersten Jahr\b", "covers", "firstYearOperation"),
    (r"\bBetrieb\b(?! im ersten)", "covers", "operation"),
    (r"\bWartung\b", "covers", "maintenance"),
    (r"\bPflege\b", "covers", "upkeep"),
    (r"\bWeiterentwicklung\b", "covers", "furtherDevelopment"),
    (r"\bReferenzimplementierung(?:en)?\b", "covers", "referenceImplementation"),
    (r"Infrastruktur(?:en)?\b", "covers", "infrastructure"),
    (r"\bkauft\b", "covers", "purchase"),
    (r"\bBereitstellungsprozess\b", "covers", "provisioning"),
    (r"\bentscheidet\b", "provisionKind", "decision"),
    (r"\bstößt\b|\bRoll-?[Oo]ut\b", "provisionKind", "rollout"),
    (r"\bkauft\b", "provisionKind", "procurement"),
    (r"\bOZG-Umsetzung\b", "provisionKind", "implementation"),
    (r"\bkommuniziert\b|\binformieren\b|\bangefragt\b", "provisionKind", "information"),
    (r"\bentwickelt\b", "provisionKind", "development"),
    (r"\bübernommen\b|\bangeboten\b", "provisionKind", "supply"),
    (r"\bProgramm Föderal\b|\bfinanziert das Land\b|\b(?:trägt|übernimmt)\b[^.]*\bKosten\b|\bkosten(?:frei|los)\b",
     "provisionKind", "funding"),
    (r"\bentscheidet\b", "decidedBy", "efa:Party-competentDepartment"),
    (r"\bSpitzenverbände\b", "organisedBy", "efa:Party-municipalAssociations"),
    (r"\(unmittelbare Landesverwaltung\)", "appliesTo", "efa:Party-directStateAdministration"),
    (r"\bStiftungen \(mittelbare\b", "appliesTo", "efa:Party-indirectStateAdministration"),
    (r"\bgesamten \w+ Verwaltung\b", "appliesTo", "efa:Party-wholeAdministration"),
)  # fmt: skip
"""Words of prose and what provisions say for them: pattern, key, code. Each stands in both equally often."""

WITNESSES: Mapping[str, str] = {
    "efa:Party-municipalities": r"Kommune|kommunal",
    "efa:Party-districts": r"Bezirk|bezirk",
    "efa:Party-competentDepartment": r"zuständige",
    "efa:Party-directStateAdministration": r"\bunmittelbare Landesverwaltung",
    "efa:Party-indirectStateAdministration": r"\bmittelbare Landesverwaltung",
    "efa:Party-state": r"\bLand(?:es)?\b|\bvon SH\b",
    "efa:Party-federalProgramme": r"\bProgramm Föderal\b",
    "efa:Party-stateProgramme": r"\bOZG-Programm",
    "efa:Party-municipalAssociations": r"Spitzenverbände",
    "efa:Party-wholeAdministration": r"\bgesamten\b.*\bVerwaltung\b",
}
"""What a row must say, once or more, when a provision derived from it names the party."""

HEADS = ("Zweckverband",)
"""Words that stand for an organisation once its full name has been given."""
DIRECT = r"\bDirektkontakt\b|\bangefragt\b"
"""What the page says where a contact takes the place of a catalogue, or helps with it."""
FRAMES = re.compile(
    r"\b(?:E-?Mail|Telefon|Tel\.?|Hinweis)\s?:|\bGo[- ]Live(?: des| der)?\b"
    r"|\b(?:er)?folgt (?:in Kürze|demnächst|bald)\b|\b(?:sowie|und|oder|Kontakt über|Direktkontakt)\b|[|:;,.]"
)
"""Words and signs of a short row that carry no fact of their own, or one that is compared by itself."""
PARTY_KEYS = ("appliesTo", "decidedBy", "organisedBy", "paidBy")

MESSAGES = {
    "missing-fact": {
        "de": "Das steht auf der Seite ({row}), aber nicht im Datensatz. Ergänzen Sie {what}.",
        "en": "The page says this ({row}), the record does not. Add {what}.",
    },
    "invented-fact": {
        "de": "Das steht im Datensatz, aber nicht auf der Seite ({row}). Übernehmen Sie {what} von dort.",
        "en": "The record says this, the page does not ({row}). Take {what} from there.",
    },
    "different-fact": {
        "de": "Die Seite ({row}) hat hier {what}.",
        "en": "The page ({row}) has {what} here.",
    },
    "different-count": {
        "de": "Die Seite ({row}) sagt das {page}-mal, der Datensatz {record}-mal.",
        "en": "The page ({row}) says this {page} times, the record {record} times.",
    },
    "missing-row": {
        "de": "Dieses Feld der Seite ({row}) hat keinen Eintrag unter record.rows.",
        "en": "This row of the page ({row}) has no entry under record.rows.",
    },
    "invented-row": {
        "de": "Dieses Feld gibt es auf der Seite nicht ({row}).",
        "en": "There is no such row on the page ({row}).",
    },
    "repeated-row": {
        "de": "Dieses Feld steht ein zweites Mal auf der Seite ({row}); verglichen wird das erste.",
        "en": "This row stands on the page a second time ({row}); the first is compared.",
    },
}


def coverage(page: Page, documents: Sequence[Document]) -> list[Result]:
    """Return what is on *page* and not in the records *documents*, and the other way round; nothing is the aim."""
    if not documents:
        raise BrokenInput(f"{page.name}: there are no records to hold the page against")
    book = _Book(page, documents)
    results = [result for state in book.states for result in state.results()]
    return in_order([*results, *book.strays(), *book.shared(), *book.about_the_page()])


# --- what records say -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Thing:
    """A mapping in a record and the way to it."""

    document: Document
    path: KeyPath
    value: Mapping[str, Any]

    def text(self, key: str) -> str:
        """Return the German text under *key*, or an empty one."""
        held = self.value.get(key)
        return str(held.get("de", "")) if isinstance(held, dict) else ""

    def code(self, key: str) -> str:
        """Return the text under *key*, or an empty one."""
        held = self.value.get(key)
        return held if isinstance(held, str) else ""

    def listed(self, key: str) -> list[tuple[KeyPath, Any]]:
        """Return the values under *key*, one or a list, each with its path."""
        held = self.value.get(key, [])
        path = (*self.path, key)
        return [((*path, i), member) for i, member in enumerate(held)] if isinstance(held, list) else [(path, held)]

    def inner(self, key: str) -> list["Thing"]:
        """Return the mappings under *key*."""
        return [Thing(self.document, path, held) for path, held in self.listed(key) if isinstance(held, dict)]

    def references(self, *keys: str) -> list[tuple[KeyPath, str]]:
        """Return the texts under *keys*, each with its path."""
        return [(path, held) for key in keys for path, held in self.listed(key) if isinstance(held, str)]

    def ids(self, *keys: str) -> set[str]:
        """Return the texts under *keys*."""
        return {reference for _, reference in self.references(*keys)}

    @property
    def names(self) -> list[str]:
        """Return the German names."""
        return [name for key in ("name", "alternateName") if (name := self.text(key))]


@dataclass(frozen=True)
class _Told:
    """Something to report: the rule, where, what was found, and words for the message."""

    rule: str
    document: Document
    path: KeyPath
    found: str
    what: str = ""
    page: int = 0
    record: int = 0

    def result(self, row: str) -> Result:
        """Return the result, which speaks of *row*."""
        words = {"row": row, "what": self.what, "page": self.page, "record": self.record}
        return Result(
            Severity.VIOLATION,
            self.document.place_of(self.path),
            key_text(self.path),
            self.found,
            {language: text.format(**words) for language, text in MESSAGES[self.rule].items()},
            self.rule,
        )


class _Book:
    """All records, with what they share by identifier, and the page beside them."""

    def __init__(self, page: Page, documents: Sequence[Document]) -> None:
        self.page = page
        whole = [Thing(document, (), document.value) for document in documents]
        self.by_id = {thing.code("id"): thing for thing in whole}
        self.states = [_State(self, thing) for thing in whole if thing.value.get("type") == "State"]
        self.organisations = [thing for thing in whole if "Organization" in str(thing.value.get("type"))]
        self.marketplaces = [thing for thing in whole if "OfferCatalog" in str(thing.value.get("type"))]
        self.pages = [thing for thing in whole if thing.value.get("type") == "WebPage"]

    def row_text(self, key: tuple[str, str]) -> str:
        """Return how messages call the row *key*."""
        row = self.page.by_key.get(key)
        return f"{key[0]}, {key[1]}, " + (str(Place(self.page.name, row.line)) if row else self.page.name)

    def strays(self) -> Iterator[Result]:
        """Yield results for rows of states that no record is about, and for rows that stand there twice."""
        known = {state.name for state in self.states}
        anchor = self.pages[0].document if self.pages else next(iter(self.by_id.values())).document
        for row in self.page.rows:
            if row.state not in known:
                yield _Told("missing-row", anchor, (), row.text).result(self.row_text((row.state, row.kind)))
        for row in self.page.repeated:
            yield _Told("repeated-row", anchor, (), row.text).result(
                f"{row.state}, {row.kind}, {Place(self.page.name, row.line)}"
            )

    def shared(self) -> Iterator[Result]:
        """Yield results for organisations and marketplaces whose origins are not the rows that name them."""
        for thing in self.organisations:
            named = {row.id for state in self.states for row in state.rows if row.names(thing)}
            yield from self._origins(thing, named)
        for thing in self.marketplaces:
            told = {row.id for state in self.states for row in state.rows if thing.code("id") in row.marketplace_ids}
            said = {page.code("id") for page in self.pages if thing.code("id") in page.ids("mentions")}
            yield from self._origins(thing, told | said)

    def _origins(self, thing: Thing, expected: set[str]) -> Iterator[Result]:
        found = thing.ids("origin")
        for origin in sorted(found ^ expected):
            rule = "invented-fact" if origin in found else "missing-fact"
            yield _Told(rule, thing.document, ("origin",), origin, "origin").result(thing.code("id"))

    def about_the_page(self) -> Iterator[Result]:
        """Yield results for the title of the page and for what its introduction names."""
        for thing in self.pages:
            where = str(Place(self.page.name, 1))
            if plain(thing.text("name")) != plain(self.page.title):
                told = _Told("different-fact", thing.document, ("name", "de"), thing.text("name"), self.page.title)
                yield told.result(where)
            for path, reference in thing.references("mentions"):
                named = self.by_id.get(reference)
                if named is None or not _named_in(named, self.page.introduction):
                    yield _Told("invented-fact", thing.document, path, reference, "mentions").result(where)
                elif named.code("valueStatus") != (status := self._status_in_introduction(named)):
                    found = named.code("valueStatus")
                    told = _Told("different-fact", named.document, ("valueStatus",), found, status or "– (valueStatus)")
                    yield told.result(where)
            mentioned = thing.ids("mentions")
            for other in [*self.organisations, *self.marketplaces]:
                named_there = _is_proper(other) and _named_in(other, self.page.introduction)
                if named_there and other.code("id") not in mentioned:
                    yield _Told("missing-fact", thing.document, (), other.text("name"), "mentions").result(where)

    def _status_in_introduction(self, thing: Thing) -> str:
        labels = {plain(link.label) for link in self.page.links}
        return "" if any(plain(name) in labels for name in thing.names) else "linkLost"


class _State:
    """The record of one state, and the rows of the page that speak of it."""

    def __init__(self, book: _Book, thing: Thing) -> None:
        self.book = book
        self.thing = thing
        self.name = thing.text("name")
        record = next(iter(thing.inner("record")), thing)
        reuse = next(iter(thing.inner("reuse")), thing)
        financing = reuse.inner("financing")
        self.reuse = reuse
        self.contacts = reuse.inner("contacts")
        self.financing = financing[0] if financing else None
        self.provisions = [*reuse.inner("provisions"), *(p for f in financing for p in f.inner("provisions"))]
        self.entries = record.inner("rows")
        self.rows = [_RowOfRecord(self, entry) for entry in self.entries]

    @cached_property
    def texts(self) -> str:
        """Return all that the record and what it refers to say in words, for abbreviations to be found in."""
        referred = [self.book.by_id.get(reference) for reference in _texts_below(self.thing.value)]
        return " ".join(
            [*_texts_below(self.thing.value), *(name for thing in referred if thing for name in thing.names)]
        )

    def results(self) -> Iterator[Result]:
        """Yield what the rows of this state and its record do not have in common."""
        for row in self.rows:
            yield from (told.result(self.book.row_text(row.key)) for told in row.compare())
        where = f"{self.name}, {self.book.page.name}"
        yield from (told.result(where) for told in (*self._rows_and_origins(), *self._numbers()))

    def _rows_and_origins(self) -> Iterator[_Told]:
        document, kinds = self.thing.document, Counter(row.kind for row in self.rows)
        for kind in ROW_KINDS.values():
            row = self.book.page.by_key.get((self.name, kind))
            if row and not kinds[kind]:
                yield _Told("missing-row", document, ("record", "rows"), f"{kind}: {row.text}")
        for row_of_record in self.rows:
            if kinds[row_of_record.kind] > 1 or row_of_record.row is None:
                yield _Told("invented-row", document, row_of_record.entry.path, row_of_record.kind)
        ids = {row.id for row in self.rows}
        for origin in sorted(self.reuse.ids("origin") ^ ids):
            yield _Told("different-fact", document, (*self.reuse.path, "origin"), origin, ", ".join(sorted(ids)))
        for provision in self.provisions:
            if not ids & provision.ids("origin"):
                yield _Told("different-fact", document, (*provision.path, "origin"), provision.code("origin"), "origin")

    def _numbers(self) -> Iterator[_Told]:
        """Yield results for numbers and months in our own words that the page does not have."""
        said = " ".join(row.row.text for row in self.rows if row.row)
        known = _numbers_in(said)
        for thing in [self.reuse, *([self.financing] if self.financing else []), *self.provisions]:
            for key in ("summary", "condition"):
                texts = thing.value.get(key)
                for language, text in texts.items() if isinstance(texts, dict) else ():
                    for number in sorted(_numbers_in(str(text)) - known):
                        yield _Told("invented-fact", thing.document, (*thing.path, key, language), number, number)


# --- one row ----------------------------------------------------------------------------------------------------------


class _RowOfRecord:
    """A row as a record quotes it, and the row of the page that it quotes."""

    def __init__(self, state: _State, entry: Thing) -> None:
        self.state = state
        self.entry = entry
        self.id = entry.code("id")
        self.kind = entry.code("rowKind")
        self.key = (state.name, self.kind)
        self.row: Row | None = state.book.page.by_key.get(self.key)
        self.document = entry.document

    @cached_property
    def text(self) -> str:
        """Return the text of the page's row."""
        return plain(self.row.text) if self.row else ""

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Return what is recognised in the page's row."""
        return items(self.row) if self.row else ()

    def of_kind(self, *kinds: str) -> list[Item]:
        """Return the recognised items of *kinds*."""
        return [item for item in self.items if item.kind in kinds]

    @cached_property
    def offers(self) -> list[Thing]:
        """Return the catalogues or marketplaces that the record names for this row."""
        key = {"services": "catalogues", "furtherMarketplace": "furtherMarketplaces"}.get(self.kind, "")
        referred = [self.state.book.by_id.get(reference) for _, reference in self.state.reuse.references(key)]
        return [*self.state.reuse.inner(key), *(thing for thing in referred if thing)] if key else []

    @property
    def marketplace_ids(self) -> set[str]:
        """Return the identifiers of these."""
        return {thing.code("id") for thing in self.offers}

    @cached_property
    def provisions(self) -> list[Thing]:
        """Return the provisions that are derived from this row."""
        return [p for p in self.state.provisions if self.id in p.ids("origin")]

    @cached_property
    def target_of(self) -> dict[str, str]:
        """Return where the links of the row lead, by label."""
        return {plain(item.text): item.target for item in self.items if item.target}

    def names(self, thing: Thing) -> bool:
        """Tell whether the page's row names *thing*."""
        return _named_in(thing, self.text)

    def compare(self) -> Iterator[_Told]:
        """Yield what this row of the page and the record do not have in common."""
        if self.row is None:
            return
        for check in CHECKS:
            yield from check(self)

    def missing(self, found: str, what: str) -> _Told:
        """Return that *found* is on the page only."""
        return _Told("missing-fact", self.document, self.entry.path, found, what)

    def invented(self, thing: Thing, path: KeyPath, found: str, what: str = "") -> _Told:
        """Return that *found* is in the record only."""
        return _Told("invented-fact", thing.document, path, found, what or str(path[-1] if path else "name"))

    def different(self, thing: Thing, key: str, expected: str) -> Iterator[_Told]:
        """Yield that *thing* has something else than *expected* under *key*."""
        if thing.code(key) != expected:
            what = f"{key}: {expected}" if expected else f"– ({key})"
            yield _Told("different-fact", thing.document, (*thing.path, key), thing.code(key), what)


def _entry(row: _RowOfRecord) -> Iterator[_Told]:
    """Compare digest, silence and as-of date."""
    assert row.row is not None
    yield from row.different(row.entry, "sha256", row.row.sha256)
    yield from row.different(row.entry, "valueStatus", status_of(row.row))
    yield from row.different(row.entry, "asOf", next((item.value for item in row.of_kind("asOf")), ""))
    if row.kind == "finance" and row.state.financing is not None:
        yield from row.different(row.state.financing, "valueStatus", status_of(row.row))
        yield from row.different(row.state.financing, "origin", row.id)


def _contacts(row: _RowOfRecord) -> Iterator[_Told]:
    """Compare addresses and numbers, and whether a way to each contact is left."""
    people = row.state.contacts
    for key, kind in (("email", "email"), ("printedAs", "telephone")):
        on_page = Counter(plain(item.value if kind == "email" else item.text) for item in row.of_kind(kind))
        told = Counter(plain(contact.code(key)) for contact in people if contact.code(key))
        for value in on_page - told:
            yield row.missing(value, key)
        if row.kind == "contact":
            for contact in people:
                if (value := plain(contact.code(key))) and value in told - on_page:
                    yield row.invented(contact, (*contact.path, key), value)
    if row.kind == "contact":
        for contact in people:
            yield from row.different(contact, "telephone", dialled(contact.code("printedAs")))
            yield from row.different(contact, "origin", row.id)
            reached = contact.code("email") or contact.code("telephone") or _target(row, contact)
            yield from row.different(contact, "valueStatus", "" if reached else "linkLost")


def _offers(row: _RowOfRecord) -> Iterator[_Told]:
    """Compare what is announced, restricted or has lost its link, and the contact that stands in for a catalogue."""
    launch, access = row.of_kind("launch"), row.of_kind("access")
    for offer in row.offers:
        yield from row.different(offer, "launchStatus", launch[0].value if launch else "")
        yield from row.different(offer, "access", access[0].value if access else "")
        note = offer.text("accessNote")
        if access and not _same_words(note, access[0].text):
            path = (*offer.path, "accessNote", "de")
            yield _Told("different-fact", offer.document, path, note, access[0].text)
        elif note and not access:
            yield row.invented(offer, (*offer.path, "accessNote", "de"), note)
        if not launch and not offer.text("name"):
            yield _Told("missing-fact", offer.document, offer.path, offer.code("id"), "name")
        lost = "notYetAvailable" if launch else "" if _target(row, offer) else "linkLost"
        yield from row.different(offer, "valueStatus", lost)
        if offer.path and row.id not in offer.ids("origin"):
            yield from row.different(offer, "origin", row.id)
    if launch and not row.offers:
        yield row.missing(launch[0].text, "launchStatus")
    if row.kind == "services":
        yield from _direct_contact(row)


def _direct_contact(row: _RowOfRecord) -> Iterator[_Told]:
    told = row.state.reuse.code("servicesContact")
    path = (*row.state.reuse.path, "servicesContact")
    contact = next((c for c in row.state.contacts if c.code("id") == told), None)
    if not told and re.search(DIRECT, row.text):
        yield row.missing(str(re.findall(DIRECT, row.text)[0]), "servicesContact")
    elif told and (contact is None or not re.search(DIRECT, row.text) or not _head_named(contact, row.text)):
        yield row.invented(row.state.reuse, path, told)


def _words(row: _RowOfRecord) -> Iterator[_Told]:
    """Account for each word of a short row; of prose, find the names that the record takes from it."""
    told = sorted(_phrases(row), key=lambda phrase: -len(phrase[2]))
    text = row.text
    for item in row.of_kind("email", "telephone", "access", "asOf"):
        text = text.replace(plain(item.text), " ", 1)
    for thing, path, phrase in told:
        name = re.escape(plain(phrase))
        place = re.search(rf"\({name}\)|(?<![\w-]){name}(?!\w|-\w)", text)
        if place:
            text = text if is_prose(row.text) else f"{text[: place.start()]} | {text[place.end() :]}"
        else:
            yield row.invented(thing, path, phrase)
    if is_prose(row.text) or (row.of_kind("silence") and not row.of_kind("launch")):
        return
    for left in text.split("|"):
        left = " ".join(FRAMES.sub(" ", left).split())
        if re.search(r"[\w()]", left):
            yield row.missing(left, "name, topic, linkLabel")


def _phrases(row: _RowOfRecord) -> Iterator[tuple[Thing, KeyPath, str]]:
    """Yield the names and labels that the record has from this row, each with its place."""
    if row.kind == "contact":
        yield from _german(row.state.contacts, "name", "topic", "linkLabel")
    if row.kind == "finance" and row.state.financing is not None:
        yield from _german([row.state.financing], "linkLabel")
    yield from _german(row.offers, "name", "alternateName")
    yield from (found for found in _german(row.offers, "summary") if not is_prose(row.text))
    told = row.state.reuse.code("servicesContact") if row.kind == "services" else ""
    if not is_prose(row.text):
        yield from _german((c for c in row.state.contacts if told and c.code("id") == told), "name")


def _german(things: Iterable[Thing], *keys: str) -> Iterator[tuple[Thing, KeyPath, str]]:
    yield from (
        (thing, (*thing.path, key, "de"), text) for thing in things for key in keys if (text := thing.text(key))
    )


def _organisations(row: _RowOfRecord) -> Iterator[_Told]:
    """Compare the organisations that the row names with those that the record refers to for it."""
    told = Counter(reference for _, _, reference in _organisation_references(row))
    for thing, path, reference in _organisation_references(row):
        named = row.state.book.by_id.get(reference)
        if named is None or not _head_named(named, row.text):
            yield row.invented(thing, path, reference)
    for organisation in row.state.book.organisations:
        count = _mentions(organisation, row)
        record = told[organisation.code("id")]
        if count and (record != count if is_prose(row.text) else not record):
            yield _Told("different-count", row.document, row.entry.path, organisation.text("name"), "", count, record)


def _organisation_references(row: _RowOfRecord) -> Iterator[tuple[Thing, KeyPath, str]]:
    things = [
        *((contact, "belongsTo") for contact in row.state.contacts if row.kind == "contact"),
        *((offer, "mentions") for offer in row.offers),
        *((provision, key) for provision in row.provisions for key in PARTY_KEYS),
    ]
    for thing, key in things:
        for path, reference in thing.references(key):
            if not reference.startswith("efa:"):
                yield thing, path, reference


def _times(row: _RowOfRecord) -> Iterator[_Told]:
    """Compare deadlines, as often as they stand there, and find other dates in the record's words."""
    on_page = Counter(item.value for item in row.of_kind("deadline"))
    told = Counter(until for p in row.provisions if (until := p.code("until")))
    for value in sorted(set(on_page) | set(told)):
        if on_page[value] != told[value]:
            yield _Told(
                "different-count", row.document, row.entry.path, f"until: {value}", "", on_page[value], told[value]
            )
    for item in row.of_kind("date"):
        if not _numbers_in(item.text) <= _numbers_in(row.state.texts):
            yield row.missing(item.text, "until, asOf")


def _signs(row: _RowOfRecord) -> Iterator[_Told]:
    """Compare the words that provisions have codes for, as often as they stand there."""
    told = Counter(
        (key, code) for p in row.provisions for key in {key for _, key, _ in SIGNS} for _, code in p.references(key)
    )
    for (_, key, code), count in zip(SIGNS, _sign_counts(row.text), strict=True):
        if count != told[key, code]:
            found = f"{key}: {code}"
            yield _Told("different-count", row.document, row.entry.path, found, "", count, told[key, code])
    certain = sum(told["certainty", code] for code in {"stated", *(c for _, key, c in SIGNS if key == "certainty")})
    if certain != len(row.provisions):
        yield row.missing(f"{len(row.provisions)} provisions", "certainty")
    for provision in row.provisions:
        for path, party in provision.references(*PARTY_KEYS):
            if party.startswith("efa:") and not re.search(WITNESSES.get(party, "$^"), row.text):
                yield row.invented(provision, path, party)


@lru_cache(maxsize=1024)
def _sign_counts(text: str) -> tuple[int, ...]:
    """Return how often each of ``SIGNS`` is in *text*; they speak of prose only."""
    return tuple(len(re.findall(pattern, text)) if is_prose(text) else 0 for pattern, _, _ in SIGNS)


def _abbreviations(row: _RowOfRecord) -> Iterator[_Told]:
    """Find the abbreviations and marketplaces that prose names in the record's words."""
    if not is_prose(row.text):
        return
    own = {row.state.thing.code("abbreviation")}
    for short in sorted(set(_abbreviations_in(row.text)) - set(_abbreviations_in(row.state.texts)) - own):
        yield row.missing(short, "summary")
    for offer in row.state.book.marketplaces:
        if _is_proper(offer) and row.names(offer) and offer.code("id") not in row.marketplace_ids:
            yield row.missing(offer.text("name"), "catalogues")


CHECKS: tuple[Callable[[_RowOfRecord], Iterator[_Told]], ...] = (
    _entry,
    _contacts,
    _offers,
    _words,
    _organisations,
    _times,
    _signs,
    _abbreviations,
)
"""What is compared of each row, in this order."""


# --- words ------------------------------------------------------------------------------------------------------------


def _named_in(thing: Thing, text: str) -> bool:
    return any(mention_places(name, text) for name in thing.names)


def _head_named(thing: Thing, text: str) -> bool:
    """Tell whether *text* names *thing*, or calls it by the head of its name."""
    heads = [head for head in HEADS if head in thing.text("name")]
    return _named_in(thing, text) or any(mention_places(head, text) for head in heads)


def _mentions(organisation: Thing, row: _RowOfRecord) -> int:
    """Return how often *row* names *organisation*; a name with its abbreviation behind it is one mention."""
    text = row.text
    if not text or not any(word in text for name in organisation.names for word in name.split()):
        return 0
    long, *short = sorted(organisation.names, key=len, reverse=True) or [""]
    for name in short:
        text = re.sub(rf"\s\({re.escape(name)}\)", "", text)
    full = sum(len(mention_places(name, text)) for name in (long, *short))
    if full or not _speaks_of(row.state, organisation):
        return full
    return sum(len(mention_places(head, text)) for head in HEADS if head in long)


def _speaks_of(state: _State, organisation: Thing) -> bool:
    """Tell whether a contact of *state* belongs to *organisation*, so that a head of its name means it there."""
    return any(contact.code("belongsTo") == organisation.code("id") for contact in state.contacts)


def _is_proper(thing: Thing) -> bool:
    """Tell whether the name is one that no other thing would have: with an abbreviation, inner capital or digit."""
    return bool(_abbreviations_in(thing.text("name")) or re.search(r"\d", thing.text("name")))


def _abbreviations_in(text: str) -> list[str]:
    return re.findall(r"(?<![A-Za-zÄÖÜäöüß])[A-Za-zÄÖÜäöü]*[A-ZÄÖÜ][a-zäöü]?[A-ZÄÖÜ][A-Za-zÄÖÜäöüß]*", text)


@lru_cache(maxsize=1024)
def _numbers_in(text: str) -> frozenset[str]:
    """Return the numbers and the months in *text*, months as their German name."""
    months = {name: MONTHS["de"][i] for names in (MONTHS["en"], MONTHS["de"]) for i, name in enumerate(names)}
    found = {german for name, german in months.items() if re.search(rf"\b{name}\b \d", text)}
    return frozenset(found | set(re.findall(r"\d+", text)))


def _same_words(one: str, other: str) -> bool:
    """Tell whether two remarks have the same words, whatever their order; articles count as nothing."""
    articles = {"der", "die", "das", "dem", "den", "des"}
    return Counter(w for w in plain(one).split() if w not in articles) == Counter(
        w for w in plain(other).split() if w not in articles
    )


def _target(row: _RowOfRecord, thing: Thing) -> str:
    """Return where a link of the row with a label or name of *thing* leads."""
    labels = [thing.text(key) for key in ("linkLabel", "name", "topic")]
    return next((row.target_of[plain(label)] for label in labels if plain(label) in row.target_of), "")


def _texts_below(value: Any) -> list[str]:
    """Return all texts in *value*."""
    if isinstance(value, dict):
        return [text for member in value.values() for text in _texts_below(member)]
    if isinstance(value, list):
        return [text for member in value for text in _texts_below(member)]
    return [value] if isinstance(value, str) else []
