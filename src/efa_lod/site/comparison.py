"""Compare the states: one line of facts for each, the same for the page, the CSV file and the spreadsheet.

A fact says no more than the record does: how many contacts can be reached by mail, which catalogues are named, who pays
for what. Where the overview page has no answer, the line says in which of the four ways, and nothing stands in for it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from efa_lod.model.languages import Texts
from efa_lod.model.record_values import Thing, is_mapping, listed
from efa_lod.model.record_views import ContactPoint, Provision, ReuseRecord, resolved

QUESTIONS = ("contact", "services", "furtherMarketplace", "financing")
"""The four questions that the overview page answers for each state, in its order."""
STATUSES = ("stated", "linkLost", "notYetAvailable", "notApplicable", "empty")
"""What became of a question: answered, or missing in one of four ways; in the order of what is left to go by."""
USEFULNESS_SIGNS: Mapping[str, str] = {
    "usable": "●",
    "indirect": "◕",
    "unreachable": "◐",
    "pending": "◔",
    "ended": "✕",
    "notApplicable": "⊘",
    "nothing": "○",
}
"""How far an answer helps a reader, from most to least, with a sign for each, the same on all pages and in all files.

Usable at once; usable by way of somebody else's website; named, but without an address; announced; ended; "n. a.";
nothing. Each sign has a shape of its own, so that nothing depends on colour.
"""
USEFULNESS: Mapping[str, str] = {
    "stated": "usable",
    "linkLost": "unreachable",
    "notYetAvailable": "pending",
    "notApplicable": "notApplicable",
    "empty": "nothing",
}
"""How far each status helps a reader."""
SYMBOLS: Mapping[str, str] = {status: USEFULNESS_SIGNS[usefulness] for status, usefulness in USEFULNESS.items()}
"""The sign of each status."""


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
class StateSummary:
    """What the record of one state says, ready to be compared."""

    id: str
    abbreviation: str
    key: str
    names: Texts
    statuses: Texts
    contacts: Sequence[Thing]
    services_contacts: Sequence[Thing]
    catalogues: Sequence[Thing]
    further: Sequence[Thing]
    payments: Sequence[Payment]
    provisions: Sequence[Thing]
    websites: Mapping[str, Sequence[str]]
    """Web addresses of a contact or of the organisation it belongs to, by the id of the contact."""
    added: frozenset[str]
    """Addresses, numbers and things, by id, that the overview page does not give: they were added, with evidence."""
    as_of: Sequence[str]
    last_confirmed: str

    @property
    def emails(self) -> list[str]:
        """Return the e-mail addresses of the contacts."""
        return [mail for contact in self.contacts for mail in ContactPoint(contact).emails]

    @property
    def telephones(self) -> list[str]:
        """Return the telephone numbers of the contacts, for dialling."""
        return [number for contact in self.contacts for number in ContactPoint(contact).telephones]

    @property
    def printed_telephones(self) -> list[str]:
        """Return the telephone numbers of the contacts, as they are printed where that is known."""
        return [number for contact in self.contacts for number in ContactPoint(contact).printed_telephones]

    def reachable(self, *ways: str) -> int:
        """Return how many contacts have at least one of *ways*, ``email`` or ``telephone``."""
        return sum(any(contact.get(way) for way in ways) for contact in self.contacts)

    @property
    def reachable_contacts(self) -> list[Thing]:
        """Return the contacts with an e-mail address or a telephone number."""
        return [contact for contact in self.contacts if ContactPoint(contact).is_reachable]

    @property
    def is_dead_end(self) -> bool:
        """Return whether contacts are named and none can be reached by mail or telephone."""
        return bool(self.contacts) and not self.reachable_contacts

    @property
    def ended(self) -> list[Thing]:
        """Return the provisions whose last day had passed when the record was last compared with the overview page."""
        return [one for one in self.dated if str(one["until"]) < self.last_confirmed]

    @property
    def dated(self) -> list[Thing]:
        """Return the provisions that have a last day."""
        return [one for one in self.provisions if one.get("until")]

    @property
    def latest(self) -> str:
        """Return the latest date that the overview page gives for the state, or an empty text."""
        return max([*map(str, self.as_of), *(str(one["until"]) for one in self.dated)], default="")

    @property
    def answered(self) -> int:
        """Return how many of the four questions the page answers in its text."""
        return sum(status == "stated" for status in self.statuses.values())


def summaries(states: Iterable[Thing], shared: Mapping[str, Thing]) -> list[StateSummary]:
    """Return a line for each of *states* in the order of their German names; *shared* resolves what they refer to."""
    lines = [_line(state, shared) for state in states]
    return sorted(lines, key=lambda line: (alphabetical(line.names.get("de", "")), line.id))


def alphabetical(name: str) -> str:
    """Return what *name* is sorted by after DIN 5007-1: capitals and umlauts count as their plain letters."""
    return name.casefold().translate(str.maketrans("äöü", "aou"))


def _line(state: Thing, shared: Mapping[str, Thing]) -> StateSummary:
    record = ReuseRecord(state)
    reuse = record.reuse.values
    contacts = resolved(reuse.get("contacts"), shared)
    own = {contact["id"]: contact for contact in contacts}
    catalogues = resolved([*listed(reuse.get("catalogues")), *listed(reuse.get("unnamedCatalogues"))], shared)
    further = resolved(reuse.get("furtherMarketplaces"), shared)
    added = frozenset(_added(state, shared))
    provisions = record.provisions
    return StateSummary(
        id=state["id"],
        abbreviation=state.get("abbreviation", ""),
        key=state.get("stateKey", ""),
        names=record.names,
        statuses={row.kind: row.status for row in record.rows if row.kind and "valueStatus" in row.values},
        contacts=contacts,
        services_contacts=resolved(reuse.get("servicesContact"), {**shared, **own}),
        catalogues=catalogues,
        further=further,
        payments=[_payment(one) for one in provisions if one.payers],
        provisions=[one.values for one in provisions],
        websites={contact["id"]: _websites(ContactPoint(contact), shared) for contact in contacts},
        added=added.union(*(_values(one) for one in (*contacts, *catalogues, *further) if one["id"] in added)),
        as_of=[month for row in record.rows for month in row.months],
        last_confirmed=record.last_confirmed,
    )


def _websites(contact: ContactPoint, shared: Mapping[str, Thing]) -> list[str]:
    """Return the web addresses that are known of *contact*: its own, what is about it, its organisation's."""
    organisations = (shared.get(one, {}) for one in contact.organisations)
    homepages = (address for thing in organisations for address in listed(thing.get("homepage")))
    return list(dict.fromkeys([*contact.web_addresses, *homepages]))


def _added(state: Thing, shared: Mapping[str, Thing]) -> Iterator[str]:
    """Yield the values that additions give to things in *state* and to what it refers to."""
    waiting: list[object] = [state]
    seen: set[str] = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and one in shared and one not in seen:
            seen.add(one)
            waiting.append(shared[one])
        elif is_mapping(one):
            if one.get("type") == "Addition":
                yield from (str(one[key]) for key in ("value", "text") if key in one)
            else:
                waiting += [inner for value in one.values() for inner in listed(value)]


def _values(thing: Thing) -> list[str]:
    """Return the ways to *thing*, which are additions where it is one."""
    keys = ("email", "telephone", "link", "homepage", "subjectOf")
    return [str(one) for key in keys for one in listed(thing.get(key))]


def _payment(provision: Provision) -> Payment:
    says = provision.values
    texts = {key: tuple(listed(says.get(key))) for key in ("covers", "appliesTo")}
    rest = {key: says.get(key, "") for key in ("extent", "certainty", "until")}
    return Payment(provision.payers, texts["covers"], texts["appliesTo"], **rest)
