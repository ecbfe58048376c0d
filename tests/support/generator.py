"""Make records of invented municipalities, any number of them, for tests of scale and for benchmarks.

Run as a program, it writes JSON Lines: ``python tests/support/generator.py 10000 --seed 1 > records.jsonl``.

The municipalities do not exist: each is named Muster…, says so in its ``editorialNote``, has addresses under .example
(RFC 2606) and telephone numbers that the Bundesnetzagentur keeps free for media productions. States, organisations,
marketplaces and sources are those of the publication, so records are complete beside its records.

A record depends on seed and index alone, by way of SHAKE256: the same on every machine, under every version of Python,
and whichever record one begins with. Nothing is kept between records.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from hashlib import shake_256
from random import Random
from typing import Any, NamedTuple, TypeVar

Record = dict[str, Any]
Text = tuple[str, str]
"""A text in German and in English."""
T = TypeVar("T")

CONTEXT = "../../ontology/context.jsonld"
PAGE = "source/efa-nachnutzung"
MOST = 16_000_000
"""How many municipality keys there are: 16 states with six digits each."""

NOTE = {"de": "Testdaten: Diese Gemeinde ist erfunden.", "en": "Test data: this municipality is invented."}


class State(NamedTuple):
    """A state, and what records of its municipalities refer to: a catalogue, a further marketplace, an organisation."""

    key: str
    abbreviation: str
    german: str
    english: str
    catalogue: str
    further: str
    organisation: str


def _state(row: str) -> State:
    key, abbreviation, german, english, catalogue, further, organisation = (cell.strip() for cell in row.split("|"))
    references = f"marketplace/{catalogue}", f"marketplace/{further}", f"organisation/{organisation}"
    return State(key, abbreviation, german, english, *references)


_STATES = """
    01|sh|Schleswig-Holstein    |Schleswig-Holstein    |ozg-shop-sh            |fit-store          |itvsh
    02|hh|Hamburg               |Hamburg               |efa-marktplatz         |fit-store          |dikom
    03|ni|Niedersachsen         |Lower Saxony          |efa-marktplatz         |fit-store          |ekom21
    04|hb|Bremen                |Bremen                |fit-store              |efa-marktplatz     |dikom
    05|nw|Nordrhein-Westfalen   |North Rhine-Westphalia|kommunalvertreter-nrw  |efa-marktplatz     |ekom21
    06|he|Hessen                |Hesse                 |ekom21-efa-projekte    |efa-marktplatz     |ekom21
    07|rp|Rheinland-Pfalz       |Rhineland-Palatinate  |ozg-berichtssystem-rp  |efa-marktplatz     |ekom21
    08|bw|Baden-Württemberg     |Baden-Württemberg     |service-bw             |fit-store          |gemeindetag-bw
    09|by|Bayern                |Bavaria               |efa-marktplatz         |fit-store          |baykommun
    10|sl|Saarland              |Saarland              |marktplatz-sl          |efa-marktplatz     |ego-saar
    11|be|Berlin                |Berlin                |fit-store              |efa-marktplatz     |dikom
    12|bb|Brandenburg           |Brandenburg           |marktplatz-bb          |dikom-serviceportal|dikom
    13|mv|Mecklenburg-Vorpommern|Mecklenburg-Vorpommern|efa-marktplatz         |ego-mv-rollout     |ego-mv
    14|sn|Sachsen               |Saxony                |efa-marktplatz         |saechsisch-direkt  |sakd
    15|st|Sachsen-Anhalt        |Saxony-Anhalt         |nachnutzungsprojekte-st|egovernmentshop-st |dikom
    16|th|Thüringen             |Thuringia             |ozg-manager-th         |thavel-th          |ekom21
"""
STATES = tuple(map(_state, _STATES.strip().splitlines()))


FIRST = ("Muster", "Altmuster", "Bad Muster", "Groß Muster", "Klein Muster", "Neumuster", "Niedermuster", "Obermuster")
LAST = (
    "au", "bach", "berg", "brück", "brunn", "büttel", "burg", "dorf", "feld", "förde", "hausen", "heide", "heim", "hof",
    "ingen", "kirchen", "leben", "moor", "münde", "ow", "rode", "stadt", "stedt", "tal", "wörth",
)  # fmt: skip
BEGINNINGS = (
    "Ahr", "Bär", "Dör", "Eich", "Föh", "Grün", "Hör", "Ilm", "Jüt", "Köl", "Lär", "Möl", "Nör", "Öhr", "Plö", "Quer",
    "Rös", "Süd", "Tür", "Uhl", "Völk", "Wör", "Zör", "Äsch", "Über",
)  # fmt: skip
MIDDLES = ("", "el", "en", "er", "ings", "s")
PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "ae", "Ö": "oe", "Ü": "ue", " ": "-"})

UNITS = (
    "Stabsstelle Digitalisierung", "Amt für Digitales und Organisation", "Fachdienst Zentrale Dienste", "Hauptamt",
    "Büro für Verwaltungsmodernisierung", "Koordinierungsstelle OZG", "Bürgerservice", "Referat für E-Government",
)  # fmt: skip
BODIES = (
    "Gemeindeverwaltung %s", "Rathaus %s", "Zweckverband Kommunale Dienste %s", "Verwaltungsgemeinschaft %s",
    "Eigenbetrieb Informationstechnik %s",
)  # fmt: skip
MAILBOXES = ("efa", "ozg", "digitalisierung", "info", "onlinedienste", "organisation", "poststelle", "rathaus")
THEMES: tuple[Text, ...] = (
    ("Bauen und Wohnen", "building and housing"),
    ("Kinder, Jugend und Familie", "children, youth and family"),
    ("Mobilität und Führerschein", "mobility and driving licences"),
    ("Soziales", "social affairs"),
    ("Gewerbe, Märkte und Gaststätten", "trade, markets and restaurants"),
    ("Ver- und Entsorgung", "utilities and waste"),
)
FREE_NUMBERS = (("30", "23125"), ("40", "66969"), ("69", "90009"), ("89", "99998"), ("221", "4710"))
"""Area code and block of 1,000 numbers each: Bundesnetzagentur, „Rufnummern für Medienproduktionen“, 148/2021."""
PRINTED = ("0%s %s-%s", "(0%s) %s %s", "0%s / %s%s", "0%s-%s %s")
DAYS = ("2026-03-02", "2026-04-15", "2026-05-29", "2026-06-18", "2026-07-01", "2026-08-24", "2026-09-30", "2026-11-20")
LATER = ("2027-12-31", "2028-06-30", "2028-12-31", "2030-12-31")

MORE: tuple[Text, ...] = (
    ("", ""),
    (" Das gilt bis auf Weiteres.", " This holds until further notice."),
    (
        " Kreisangehörige Gemeinden stimmen sich vorher mit dem Kreis ab; größere Städte können davon abweichen.",
        " Municipalities within a district agree with it beforehand; larger towns may deviate from this.",
    ),
)
STILL_MORE: tuple[Text, ...] = (
    ("", ""),
    (" Näheres regelt eine Vereinbarung mit dem Land.", " Details are laid down in an agreement with the state."),
    (
        " Ansprechstellen und Fristen stehen im Mitgliederbereich; neue Dienste kommen vierteljährlich hinzu.",
        " Contacts and deadlines are in the members' area; new services are added every quarter.",
    ),
    (
        " Was „kostenfrei“ heißt, ist offen: Schulung und Betreuung zählen bisher nicht dazu.",
        ' What "free of charge" means is open: training and support are not part of it so far.',
    ),
)
CONDITIONS: tuple[Text, ...] = (
    ("soweit Haushaltsmittel bereitstehen", "as far as there is money in the budget"),
    ("nur bei Leistungen, die im Auftrag des Landes erbracht werden", "only for services on behalf of the state"),
    ("ab einer Größe von 5.000 Einwohnerinnen und Einwohnern", "from a size of 5,000 inhabitants"),
)


class Rule(NamedTuple):
    """A kind of provision: *key* and *parties* say who acts, *covers* what for, and then it is told in two languages.

    An empty party stands for an organisation in the state, an empty item for nothing said.
    """

    kind: str
    key: str
    parties: Sequence[str]
    covers: Sequence[Sequence[str]]
    german: str
    english: str


def _rule(block: str) -> Rule:
    head, german, english = (line.strip() for line in block.strip().splitlines())
    kind, key, parties, covers = head.split(" | ")
    who = ["" if name == "organisation" else f"efa:Party-{name}" for name in parties.split()]
    return Rule(kind, key, who, [item.strip("-").split("+") for item in covers.split()], german, english)


_RULES = """
    funding | paidBy | state stateProgramme | development purchase upkeep+furtherDevelopment
    Die Kosten der Nachnutzung trägt das Land, solange das Programm läuft.
    The state bears the costs of reuse as long as the programme runs.

    funding | paidBy | state | development upkeep development+upkeep
    Entwicklung und Pflege bezahlt das Land; um den laufenden Betrieb kümmert sich %s.
    The state pays for development and upkeep; %s sees to the running of the service.

    funding | paidBy | municipalities | firstYearOperation provisioning
    Für Einführung und ersten Betrieb zahlt %s selbst.
    %s pays for the introduction and the first operation itself.

    funding | paidBy | municipalities | operation operation+maintenance
    Den Betrieb zahlen die Gemeinden.
    The municipalities pay for operation.

    decision | decidedBy | municipalities competentDepartment | -
    Über jeden Dienst wird auf Vorschlag der Verwaltung einzeln entschieden.
    Each service is decided on separately, at the proposal of the administration.

    decision | decidedBy | municipalities | -
    Ob %s einen Dienst übernimmt, hängt vom Bedarf ab.
    Whether %s takes over a service depends on the need.

    procurement | organisedBy | municipalities organisation | purchase provisioning
    Beschafft wird gemeinsam; %s ruft aus dem Rahmenvertrag ab.
    Procurement is joint; %s calls off from the framework contract.

    rollout | organisedBy | organisation municipalAssociations districts | - provisioning
    Die Einführung begleitet ein Team vor Ort; in %s beginnen die Dienste in drei Wellen.
    A team accompanies the roll-out on site; in %s the services start in three waves.

    implementation | organisedBy | organisation municipalities | infrastructure referenceImplementation
    Fachverfahren in %s werden über eine Standardschnittstelle angebunden.
    Specialised applications in %s are connected through a standard interface.

    information | organisedBy | state organisation | -
    Zweimal im Jahr gibt es für Gemeinden wie %s einen Überblick über neue Dienste.
    Twice a year there is an overview of new services for municipalities such as %s.

    supply | organisedBy | state organisation | referenceImplementation -
    Dienste stehen %s über den Marktplatz ohne eigene Ausschreibung bereit.
    Services are available to %s through the marketplace without a tender of its own.

    development | organisedBy | municipalities | development
    %s entwickelt zwei Dienste federführend für andere.
    %s takes the lead in developing two services for others.
"""
RULES = tuple(map(_rule, _RULES.split("\n\n")))
FUNDING = tuple(rule for rule in RULES if rule.kind == "funding")
OTHERS = tuple(rule for rule in RULES if rule.kind != "funding")
CERTAINTIES = ("stated", "stated", "currently", "currentAgreement", "expected")
LINK_LOST = "link lost"
STATUSES = (
    *("stated",) * 8,
    *("notYetAvailable",) * 3,
    *("empty",) * 2,
    *("notApplicable",) * 2,
    LINK_LOST,
)
CONTACT_COUNTS = (*(1,) * 9, 2, 2, 3)
PROVISION_COUNTS = (*(1,) * 13, 2, 3, 4)


def records(count: int, seed: int = 0, start: int = 0) -> Iterator[Record]:
    """Return *count* records from the one numbered *start* on; raise ValueError where there are not so many."""
    if count < 0 or start < 0 or start + count > MOST:
        raise ValueError(f"expected from 0 to {MOST:,} records in all, found {count:,} from number {start:,} on")
    return (record(index, seed) for index in range(start, start + count))


def record(index: int, seed: int = 0) -> Record:
    """Return the record numbered *index*."""
    return _Draft(index, seed).record()


class _Draft:
    """The choices for one record: bytes of a digest, used up one after another."""

    def __init__(self, index: int, seed: int) -> None:
        self.chances = iter(shake_256(b"%d:%d" % (seed, index)).digest(128))
        self.state = STATES[index % 16]
        # Counted down: no state has a Regierungsbezirk 9 or 8, so the first 3.2 million keys are nobody's.
        self.key = f"{self.state.key}{999_999 - index // 16:06}"
        self.id = f"municipality/{self.key}"
        self.name = self.place_name()
        self.host = f"{self.name.translate(PLAIN).lower()}.example"
        self.rows = f"{PAGE}#{self.state.abbreviation}"

    def one(self, options: Sequence[T]) -> T:
        """Return one of at most 256 *options*."""
        return options[next(self.chances) % len(options)]

    def place_name(self) -> str:
        """Return a name such as „Bad Musterförde-Grünelheim“."""
        parts = [self.one(part) for part in (FIRST, LAST, BEGINNINGS, MIDDLES, LAST)]
        return "{}{}-{}{}{}".format(*parts)

    def record(self) -> Record:
        """Return the record, its keys in the order of the publication's own."""
        issued = next(self.chances) % len(DAYS)
        modified = issued + next(self.chances) % (len(DAYS) - issued)
        found: Record = {
            "@context": CONTEXT,
            "id": self.id,
            "type": "Municipality",
            "name": {"de": self.name},
            "municipalityKey": self.key,
            "partOfState": f"state/{self.state.abbreviation}",
        }
        if next(self.chances) < 128:
            found["sameAs"] = f"https://register.example/gemeinde/{self.key}"
        found |= {
            "editorialNote": NOTE,
            "origin": "source/state-identifiers",
            "record": {
                "id": f"{self.id}#record",
                "type": "Record",
                "issued": DAYS[issued],
                "modified": DAYS[modified],
                "lastConfirmed": DAYS[-1],
                "origin": PAGE,
            },
            "reuse": self.reuse(),
        }
        return found

    def reuse(self) -> Record:
        """Return the offer: whom to ask, where to look, who pays."""
        found: Record = {
            "id": f"{self.id}#reuse",
            "type": "GovernmentService",
            "name": {
                "de": f"Nachnutzung von EfA-Leistungen in {self.name}",
                "en": f"Reuse of EfA services in {self.name}",
            },
            "audience": "efa:Party-municipalities",
        }
        if next(self.chances) < 32:
            found["summary"] = {
                "de": f"{self.name} liegt in {self.state.german} und folgt dessen Weg der Nachnutzung.",
                "en": f"{self.name} is in {self.state.english} and follows its way of reuse.",
            }
        found["contacts"] = [self.contact(number) for number in range(1, self.one(CONTACT_COUNTS) + 1)]
        if next(self.chances) < 64:
            found["servicesContact"] = found["contacts"][0]["id"]
        found["catalogues"] = self.state.catalogue
        if next(self.chances) < 96:
            found["furtherMarketplaces"] = self.state.further
        status = self.one(STATUSES)
        numbers = list(range(1, self.one(PROVISION_COUNTS) + 1))
        financing: Record = {"id": f"{self.id}#financing", "type": "Financing", "valueStatus": status}
        if status == LINK_LOST:
            financing |= {"valueStatus": "stated", "lost": "linkTarget"}
            financing["linkLabel"] = {"de": f"Informationen zur Finanzierung in {self.name}"}
        elif status == "stated":
            financing["provisions"] = [self.provision(self.one(FUNDING), numbers.pop(), "financing")]
        financing["origin"] = f"{self.rows}-financing"
        if numbers:
            found["provisions"] = [self.provision(self.one(OTHERS), number, "services") for number in numbers]
        found["financing"] = financing
        found["origin"] = f"{self.rows}-contact"
        return found

    def contact(self, number: int) -> Record:
        """Return a contact of one of the four kinds."""
        kind = self.one(("organisation", "unit", "unit", "mailbox", "mailbox", "topic"))
        found: Record = {"id": f"{self.id}#contact-{number}", "type": "ContactPoint", "contactKind": kind}
        if kind == "organisation":
            found["name"] = {"de": self.one(BODIES) % self.name}
            if next(self.chances) < 96:
                found["belongsTo"] = self.state.organisation
        elif kind == "unit":
            found["name"] = {"de": self.one(UNITS)}
        elif kind == "topic":
            german, english = self.one(THEMES)
            found["topic"] = {"de": german, "en": english}
        chance = next(self.chances)
        if kind == "topic" and chance < 64:
            found["lost"] = "linkTarget"
        else:
            if kind == "mailbox" or chance < 224:
                found["email"] = f"{self.one(MAILBOXES)}@{self.host}"
            if chance >= 128:
                area, block = self.one(FREE_NUMBERS)
                digits = f"{next(self.chances) * 256 + next(self.chances):05}"[-3:]
                found["telephone"] = f"+49{area}{block}{digits}"
                found["printedAs"] = self.one(PRINTED) % (area, block, digits)
        found["origin"] = f"{self.rows}-contact"
        return found

    def provision(self, rule: Rule, number: int, row: str) -> Record:
        """Return a provision that follows *rule*."""
        chance = next(self.chances)
        found: Record = {
            "id": f"{self.id}#provision-{number}",
            "type": "Provision",
            "provisionKind": rule.kind,
            "appliesTo": "efa:Party-municipalities",
            rule.key: self.one(rule.parties) or self.state.organisation,
        }
        covers = self.one(rule.covers)
        if covers[0]:
            found["covers"] = covers if len(covers) > 1 else covers[0]
        if rule.kind == "funding" and chance % 4 == 0:
            found["extent"] = self.one(("fully", "largely"))
        found["certainty"] = self.one(CERTAINTIES)
        if chance % 8 == 1:
            found["until"] = self.one(LATER)
        if chance % 8 == 2:
            german, english = self.one(CONDITIONS)
            found["condition"] = {"de": german, "en": english}
        (german, english), further = self.one(MORE), self.one(STILL_MORE)
        found["summary"] = {
            "de": rule.german.replace("%s", self.name) + german + further[0],
            "en": rule.english.replace("%s", self.name) + english + further[1],
        }
        found["origin"] = f"{self.rows}-{row}"
        return found


class Damage(NamedTuple):
    """A mistake: the *rule* that finds it (a shape, a rule of the records, or BROKEN), and what is done to a record."""

    rule: str
    change: Callable[[Record, Random], None]


BROKEN = "BrokenInput"
"""Stands for the error that ends the reading of a file."""


def at(where: str, **changes: Any) -> Callable[[Record, Random], None]:
    """Return the change that gives a thing new values; None takes a key away.

    *where* is ``""`` for the municipality, ``record``, ``reuse``, ``financing``, ``contact`` or ``provision``; of the
    last two, one is drawn.
    """

    def change(found: Record, random: Random) -> None:
        thing = drawn(THINGS[where](found), random)
        for key, value in changes.items():
            if value is None:
                thing.pop(key, None)
            else:
                thing[key] = value

    return change


def again(key: str) -> Callable[[Record, Random], None]:
    """Return the change that gives a municipality a second thing under *key*, with another identifier."""

    def change(found: Record, _: Random) -> None:
        inner = {
            name: value for name, value in found[key].items() if not isinstance(value, list | dict) or name == "name"
        }
        found[key] = [found[key], inner | {"id": f"{inner['id']}-2"}]

    return change


def one_id(found: Record, _: Random) -> None:
    """Give the financing the identifier of the reuse."""
    found["reuse"]["financing"]["id"] = found["reuse"]["id"]


def drawn(options: Sequence[T], random: Random) -> T:
    """Return one of *options*; of Random, only random() is the same under every version of Python."""
    return options[int(random.random() * len(options))]


def _provisions(found: Record) -> list[Record]:
    reuse: Record = found["reuse"]
    return [*reuse.get("provisions", ()), *reuse["financing"].get("provisions", ())]


THINGS: dict[str, Callable[[Record], Sequence[Record]]] = {
    "": lambda found: [found],
    "record": lambda found: [found["record"]],
    "reuse": lambda found: [found["reuse"]],
    "financing": lambda found: [found["reuse"]["financing"]],
    "contact": lambda found: found["reuse"]["contacts"],
    "provision": _provisions,
}
NO_WAY = {"email": None, "telephone": None, "printedAs": None, "lost": None}
MAIL = "info@muster.example"
NUMBER, SPACED = "+493023125000", "+49 30 23125 000"

DAMAGES: dict[str, Damage] = {
    "municipality without a name": Damage("Municipality-name", at("", name=None)),
    "municipality with an e-mail address": Damage("Municipality", at("", email=MAIL)),
    "municipality without its key": Damage("Municipality-municipalityKey", at("", municipalityKey=None)),
    "key without its leading zero": Damage("Municipality-municipalityKey", at("", municipalityKey="8111000")),
    "two keys": Damage("Municipality-municipalityKey", at("", municipalityKey=["08999999", "09999999"])),
    "municipality in no state": Damage("Municipality-partOfState", at("", partOfState=None)),
    "municipality in an organisation": Damage("Municipality-partOfState", at("", partOfState="organisation/itvsh")),
    "municipality from nowhere": Damage("Municipality-origin", at("", origin=None)),
    "no record": Damage("Municipality-record", at("", record=None)),
    "two records": Damage("Municipality-record", again("record")),
    "no reuse": Damage("Municipality-reuse", at("", reuse=None)),
    "two reuses": Damage("Municipality-reuse", again("reuse")),
    "day that is a month": Damage("Record-issued", at("record", issued="2026-11")),
    "day that no calendar has": Damage("Record-modified", at("record", modified="2026-13-45")),
    "changed before it was issued": Damage("Record-order", at("record", issued="2026-11-30")),
    "never confirmed": Damage("Record-lastConfirmed", at("record", lastConfirmed=None)),
    "record read from nothing": Damage("Record-origin", at("record", origin=None)),
    "record with a name": Damage("Record", at("record", name={"de": "Datensatz"})),
    "thing without a type": Damage("Type", at("record", type=None)),
    "reuse named in German only": Damage("GovernmentService-name", at("reuse", name={"de": "Nachnutzung"})),
    "reuse without contacts": Damage("GovernmentService-contacts", at("reuse", contacts=None, servicesContact=None)),
    "reuse for nobody": Damage("GovernmentService-audience", at("reuse", audience=None)),
    "reuse for a party unknown": Damage("GovernmentService-audience", at("reuse", audience="efa:Party-citizens")),
    "catalogue that is nowhere": Damage("GovernmentService-catalogues", at("reuse", catalogues="marketplace/nirgends")),
    "catalogue that is a state": Damage("GovernmentService-catalogues", at("reuse", catalogues="state/sh")),
    "reuse without financing": Damage("GovernmentService-financing", at("reuse", financing=None)),
    "lost link without a label": Damage("Financing-linkLabel", at("financing", lost="linkTarget", linkLabel=None)),
    "silence of a fifth kind": Damage("Financing-valueStatus", at("financing", valueStatus="unknown")),
    "two kinds of silence": Damage("Financing-valueStatus", at("financing", valueStatus=["empty", "stated"])),
    "financing from a page": Damage("Financing-origin", at("financing", origin=PAGE)),
    "contact without a way to it": Damage("ContactPoint-route", at("contact", **NO_WAY)),
    "mailbox without an address": Damage("ContactPoint-mailboxEmail", at("contact", **NO_WAY, contactKind="mailbox")),
    "named body without a name": Damage("ContactPoint-namedName", at("contact", contactKind="unit", name=None)),
    "topic contact without a topic": Damage("ContactPoint-themeTopic", at("contact", contactKind="topic", topic=None)),
    "contact of a fifth kind": Damage("ContactPoint-contactKind", at("contact", contactKind="person")),
    "address with mailto": Damage("ContactPoint-email", at("contact", email="mailto:info@muster.example")),
    "address without a host": Damage("ContactPoint-email", at("contact", email="info@muster")),
    "telephone with spaces": Damage("ContactPoint-telephone", at("contact", telephone=SPACED, printedAs=SPACED)),
    "telephone not as printed": Damage("ContactPoint-printedAs", at("contact", telephone=NUMBER, printedAs=None)),
    "loss of another kind": Damage("Link-lost", at("contact", lost="everything")),
    "organisation that is nowhere": Damage("ContactPoint-belongsTo", at("contact", belongsTo="organisation/nirgends")),
    "website without evidence": Damage("Link-homepageEvidence", at("contact", homepage="https://muster.example/")),
    "website without a scheme": Damage("Link-homepage", at("contact", homepage="www.muster.example")),
    "provision without a summary": Damage("Provision-summary", at("provision", summary=None)),
    "provision of no kind": Damage("Provision-provisionKind", at("provision", provisionKind=None)),
    "provision without certainty": Damage("Provision-certainty", at("provision", certainty=None)),
    "costs of an unknown kind": Damage("Provision-covers", at("provision", covers=["operation", "coffee"])),
    "paid by nobody": Damage("Provision-fundingPaidBy", at("provision", provisionKind="funding", paidBy=[])),
    "decided by nobody": Damage("Provision-decisionDecidedBy", at("provision", provisionKind="decision", decidedBy=[])),
    "organised by a marketplace": Damage("Provision-organisedBy", at("provision", organisedBy="marketplace/fit-store")),
    "until a year": Damage("Provision-until", at("provision", until="2027")),
    "provision with an address": Damage("Provision", at("provision", email=MAIL)),
    "text in English only": Damage("Text-summary", at("provision", summary={"en": "The state pays."})),
    "text in French": Damage("Text-summary", at("provision", summary={"de": "Das Land zahlt.", "fr": "Le Land paie."})),
    "two German texts": Damage("Text-condition", at("provision", condition={"de": ["wenn", "falls"], "en": "if"})),
    "text of spaces": Damage("Text-topic", at("contact", topic={"de": "  ", "en": "health"})),
    "misspelt key": Damage("unknown-key", at("contact", emial=MAIL)),
    "unknown type": Damage("unknown-type", at("contact", type="Contact")),
    "thing without an identifier": Damage("missing-id", at("contact", id=None)),
    "identifier given twice": Damage("second-id", one_id),
    "identifier with a space": Damage("bad-iri", at("contact", id="municipality/08 111#contact")),
    "address with a quotation mark": Damage("bad-iri", at("reuse", catalogues='marketplace/"shop"')),
    "code of two words": Damage("bad-code", at("contact", contactKind="two words")),
    "language in full": Damage("bad-language", at("provision", summary={"Deutsch": "Das Land zahlt."})),
    "control character": Damage("bad-text", at("contact", email="info@muster.example\x00")),
    "another context": Damage(BROKEN, at("", **{"@context": "https://schema.org/"})),
    "key that is a number": Damage(BROKEN, at("", municipalityKey=8111000)),
    "text without a language": Damage(BROKEN, at("", name="Musterdorf")),
    "texts where one belongs": Damage(BROKEN, at("contact", email={"de": MAIL})),
    "nothing where a text belongs": Damage(BROKEN, at("", partOfState=[None])),
    "half a character": Damage(BROKEN, at("", name={"de": "Muster\ud83d"})),
}  # fmt: skip
"""Each damage by name. First come those that a shape finds: with them, a record can still be read and expanded."""
BY_SHAPES = tuple(name for name, damage in DAMAGES.items() if damage.rule[0].isupper() and damage.rule != BROKEN)
"""The damages that shapes find, and so every engine should."""


def damaged(found: Record, kind: str, random: Random) -> Record:
    """Return a copy of a record with the damage *kind*, at a place that *random* draws; raise KeyError for no kind."""
    copy: Record = json.loads(json.dumps(found))
    DAMAGES[kind].change(copy, random)
    return copy


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def lines(
    count: int, seed: int = 0, start: int = 0, rate: float = 0.0, kinds: Sequence[str] = BY_SHAPES
) -> Iterator[bytes]:
    """Return records as lines of JSON Lines; a share of them, *rate*, has one damage of *kinds* each.

    Which records are damaged, and how, depends on seed and index alone. Raise as ``records``.
    """
    found = records(count, seed, start)
    if rate:
        found = (_at_times(record, Random(seed * MOST + start + i), rate, kinds) for i, record in enumerate(found))
    return (f"{_encode(record)}\n".encode("utf-8", "surrogatepass") for record in found)


def _at_times(found: Record, random: Random, rate: float, kinds: Sequence[str]) -> Record:
    return damaged(found, drawn(kinds, random), random) if random.random() < rate else found


def main(arguments: Sequence[str] | None = None) -> int:
    """Write lines to standard output and return the exit code: 0, or 2 for options that make no sense."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("count", type=int, help="how many records")
    parser.add_argument("--seed", type=int, default=0, help="another seed, other records (default: 0)")
    parser.add_argument("--start", type=int, default=0, help="number of the first record (default: 0)")
    parser.add_argument("--damaged", type=float, default=0.0, metavar="RATE", help="share of records with a mistake")
    chosen = parser.parse_args(arguments)
    if not 0 <= chosen.damaged <= 1:
        parser.error(f"argument --damaged: expected a share from 0 to 1, found {chosen.damaged}")
    try:
        sys.stdout.buffer.writelines(lines(chosen.count, chosen.seed, chosen.start, chosen.damaged))
        sys.stdout.flush()
    except ValueError as error:
        parser.error(str(error))
    except BrokenPipeError:  # the reader has had enough, as ``head`` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())
