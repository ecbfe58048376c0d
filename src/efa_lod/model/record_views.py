"""Views of records by what they are: a state with its contacts, offers, rules of financing and rows of the page.

A view holds the values of the record and nothing else, so that the record stays the one truth. It has the properties
that several parts of the program ask for, typed; what only one of them shows stays a key of the record.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from efa_lod.model.answers import last_day, mention, shown_status
from efa_lod.model.languages import Texts
from efa_lod.model.record_values import Thing, listed, mapping_of, reference_of, things_of

OFFER_KEYS = ("catalogues", "unnamedCatalogues", "furtherMarketplaces")
"""The keys under which a state points to catalogues and marketplaces."""


@dataclass(frozen=True)
class ThingView:
    """A thing in a record, or a record itself: *values* by the keys of the context."""

    values: Thing

    @property
    def id(self) -> str:
        """Return the identifier as it is written, or an empty text."""
        return str(self.values.get("id", ""))

    @property
    def types(self) -> list[str]:
        """Return the names of the classes that it is of."""
        return [str(one) for one in listed(self.values.get("type"))]

    @property
    def names(self) -> Texts:
        """Return its names by language; none where it has no name."""
        return mapping_of(self.values.get("name"))

    @property
    def origins(self) -> list[str]:
        """Return the rows and additions that it rests on."""
        return [str(one) for one in listed(self.values.get("origin"))]

    @property
    def additions(self) -> list[Thing]:
        """Return what was added to it with evidence, which the overview page does not say."""
        return things_of(self.values.get("additions"))


@dataclass(frozen=True)
class ContactPoint(ThingView):
    """Whom one can ask about reuse in a state."""

    @property
    def emails(self) -> list[str]:
        """Return the e-mail addresses."""
        return [str(one) for one in listed(self.values.get("email"))]

    @property
    def telephones(self) -> list[str]:
        """Return the telephone numbers, for dialling."""
        return [str(one) for one in listed(self.values.get("telephone"))]

    @property
    def printed_telephones(self) -> list[str]:
        """Return the telephone numbers as they are printed where that is known."""
        return [str(one) for one in listed(self.values.get("printedAs") or self.values.get("telephone"))]

    @property
    def is_reachable(self) -> bool:
        """Return whether it has an e-mail address or a telephone number."""
        return bool(self.values.get("email") or self.values.get("telephone"))

    @property
    def organisations(self) -> list[str]:
        """Return the references to the organisations that it belongs to."""
        return [one for one in listed(self.values.get("belongsTo")) if isinstance(one, str)]

    @property
    def web_addresses(self) -> list[str]:
        """Return the addresses of web pages that are its own or about it."""
        keys = ("link", "homepage", "subjectOf", "seeAlso")
        return [address for key in keys for address in listed(self.values.get(key))]


@dataclass(frozen=True)
class Marketplace(ThingView):
    """A catalogue or marketplace in which services are offered."""

    @property
    def has_address(self) -> bool:
        """Return whether a web page of it or about it is known."""
        return bool(self.values.get("link") or self.values.get("homepage") or self.values.get("subjectOf"))

    @property
    def names_or_mention(self) -> Texts:
        """Return its names, or the generic word by which the page speaks of it, by language."""
        return self.names or mention(self.values)


@dataclass(frozen=True)
class Provision(ThingView):
    """A rule on how a state reuses services: who decides, organises or pays."""

    @property
    def payers(self) -> tuple[str, ...]:
        """Return the references to those who bear costs."""
        return tuple(listed(self.values.get("paidBy")))

    @property
    def until(self) -> str:
        """Return the last day, month or year that is given, or an empty text."""
        return str(self.values.get("until") or "")

    @property
    def last_day(self) -> str:
        """Return the last day on which it applies as ISO 8601, or an empty text."""
        return last_day(self.values)


@dataclass(frozen=True)
class SourceRow(ThingView):
    """A row of the overview page, as the record of its state keeps it."""

    @property
    def kind(self) -> str:
        """Return the code of the question that the row answers, or an empty text."""
        return str(self.values.get("rowKind") or "")

    @property
    def status(self) -> str:
        """Return the status of the answer that readers are told, or an empty text."""
        return shown_status(self.values) if "valueStatus" in self.values else ""

    @property
    def page(self) -> str:
        """Return the reference to the page that it is a row of."""
        return str(self.values.get("isPartOf"))

    @property
    def months(self) -> list[str]:
        """Return the months of knowledge that the row gives."""
        return listed(self.values.get("asOf"))


@dataclass(frozen=True)
class ReuseRecord(ThingView):
    """The record of a state or municipality: how services are reused there, and which rows of the page say so."""

    @property
    def reuse(self) -> ThingView:
        """Return the service by which others' services are reused; an empty one where the record has none."""
        return ThingView(mapping_of(self.values.get("reuse")))

    @property
    def record(self) -> ThingView:
        """Return what is said of the record itself."""
        return ThingView(mapping_of(self.values.get("record")))

    @property
    def rows(self) -> list[SourceRow]:
        """Return the rows of the page that the record was read from."""
        return [SourceRow(one) for one in things_of(self.record.values.get("rows"))]

    @property
    def row_ids(self) -> list[str]:
        """Return the identifiers of the rows."""
        return [row.id for row in self.rows]

    @property
    def last_confirmed(self) -> str:
        """Return the day on which the record was last compared with the page, or an empty text."""
        return str(self.record.values.get("lastConfirmed") or "")

    @property
    def contacts(self) -> list[ContactPoint]:
        """Return the contacts that stand in the record."""
        return [ContactPoint(one) for one in things_of(self.reuse.values.get("contacts"))]

    @property
    def financing(self) -> list[ThingView]:
        """Return what is said of financing."""
        return [ThingView(one) for one in things_of(self.reuse.values.get("financing"))]

    @property
    def provisions(self) -> list[Provision]:
        """Return the rules, those of financing last."""
        return [
            Provision(one) for part in (self.reuse, *self.financing) for one in things_of(part.values.get("provisions"))
        ]

    @property
    def offers(self) -> list[str]:
        """Return the references to catalogues and marketplaces, each once."""
        return list(dict.fromkeys(reference_of(one) for one in self._offered()))

    @property
    def own_offers(self) -> list[Marketplace]:
        """Return the catalogues and marketplaces that stand in the record and have an identifier."""
        return [Marketplace(one) for one in things_of(list(self._offered())) if "id" in one]

    def _offered(self) -> Iterator[object]:
        for key in OFFER_KEYS:
            yield from listed(self.reuse.values.get(key))


def resolved(values: object, known: Mapping[str, Thing]) -> list[Thing]:
    """Return *values* as things: nested ones as they are, references as the *known* thing or with their id alone."""
    return [value if isinstance(value, dict) else {"id": value, **known.get(value, {})} for value in listed(values)]
