"""The comparison of the states as a table: its columns, and the file in CSV."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from efa_lod.model.answers import LOST, LOST_NAMES
from efa_lod.model.context import Context
from efa_lod.model.languages import Texts
from efa_lod.model.record_values import Thing, listed
from efa_lod.rdf.formats import LIST_SEPARATOR, csv_line
from efa_lod.site.comparison import StateSummary
from efa_lod.site.names import SITE_NAMES


@dataclass(frozen=True)
class Words:
    """What codes and references are called: the *labels* of IRIs by language, and the *shared* records."""

    context: Context
    labels: Mapping[str, Texts]
    shared: Mapping[str, Thing]

    def code(self, key: str, value: str, language: str) -> str:
        """Return the label of the concept that *value* names under *key*; the code itself where there is none."""
        names = self.labels.get(self.context.keys[key].vocabulary + value) or (LOST_NAMES if value == LOST else {})
        return localized(names, language) or value

    def reference(self, value: str, language: str) -> str:
        """Return what the thing that *value* refers to is called: a concept's label or a record's name."""
        texts = self.labels.get(self.context.resolve(value)) or self.shared.get(value, {}).get("name", {})
        return localized(texts, language) or value


def localized(texts: Texts, language: str) -> str:
    """Return the text in *language*, or the German one, or nothing."""
    found = texts.get(language) or texts.get("de") or ""
    return found if isinstance(found, str) else LIST_SEPARATOR.join(found)


def label(thing: Thing, language: str) -> str:
    """Return what *thing* is called: its name, topic, address or number; nothing where the page gives none of these."""
    named = localized(thing.get("name") or thing.get("topic") or {}, language)
    return named or LIST_SEPARATOR.join(listed(thing.get("email")) or listed(thing.get("telephone")))


ComparisonCell = str | int | list[str]


@dataclass(frozen=True)
class ComparisonColumn:
    """A column: its *name* for programs, by which ``names`` has its headings, and what stands in it for a line.

    *kind* tells how it is shown: ``text``, ``number``, ``status`` (a code of a value status) or ``list``.
    """

    name: str
    value: Callable[[StateSummary, Words, str], ComparisonCell]
    kind: str = "text"

    def heading(self, language: str) -> str:
        """Return the heading in *language*."""
        return SITE_NAMES["columns"][self.name][language]


def _status(question: str) -> Callable[[StateSummary, Words, str], ComparisonCell]:
    return lambda line, words, language: line.statuses.get(question, "")


def _names(things: Callable[[StateSummary], Sequence[Thing]]) -> Callable[[StateSummary, Words, str], ComparisonCell]:
    return lambda line, words, language: [name for thing in things(line) if (name := label(thing, language))]


def _addresses(line: StateSummary, words: Words, language: str) -> ComparisonCell:
    return [
        address
        for thing in (*line.catalogues, *line.further)
        for key in ("link", "homepage")
        for address in listed(thing.get(key))
    ]


def _payers(line: StateSummary, words: Words, language: str) -> ComparisonCell:
    return _each(words.reference(payer, language) for payment in line.payments for payer in payment.payers)


def _items(line: StateSummary, words: Words, language: str) -> ComparisonCell:
    return _each(words.code("covers", item, language) for payment in line.payments for item in payment.items)


def _each(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


COMPARISON_COLUMNS = (
    ComparisonColumn("state", lambda line, words, _: words.context.resolve(line.id)),
    ComparisonColumn("name", lambda line, words, language: localized(line.names, language)),
    ComparisonColumn("abbreviation", lambda line, words, language: line.abbreviation),
    ComparisonColumn("stateKey", lambda line, words, language: line.key),
    ComparisonColumn("contactStatus", _status("contact"), "status"),
    ComparisonColumn("contacts", lambda line, words, language: len(line.contacts), "number"),
    ComparisonColumn("contactsByEmail", lambda line, *_: line.reachable("email"), "number"),
    ComparisonColumn("contactsByTelephone", lambda line, *_: line.reachable("telephone"), "number"),
    ComparisonColumn(
        "contactsWithoutRoute", lambda line, *_: len(line.contacts) - line.reachable("email", "telephone"), "number"
    ),
    ComparisonColumn("contactNames", _names(lambda line: line.contacts), "list"),
    ComparisonColumn("emails", lambda line, *_: line.emails, "list"),
    ComparisonColumn("telephones", lambda line, *_: line.printed_telephones, "list"),
    ComparisonColumn("servicesStatus", _status("services"), "status"),
    ComparisonColumn("catalogues", _names(lambda line: line.catalogues), "list"),
    ComparisonColumn("servicesContacts", _names(lambda line: line.services_contacts), "list"),
    ComparisonColumn("furtherMarketplaceStatus", _status("furtherMarketplace"), "status"),
    ComparisonColumn("furtherMarketplaces", _names(lambda line: line.further), "list"),
    ComparisonColumn("homepages", _addresses, "list"),
    ComparisonColumn("financeStatus", _status("financing"), "status"),
    ComparisonColumn("payers", _payers, "list"),
    ComparisonColumn("covers", _items, "list"),
    ComparisonColumn("paidUntil", lambda line, *_: _each(p.until for p in line.payments if p.until), "list"),
    ComparisonColumn("ended", lambda line, *_: _each(str(one["until"]) for one in line.ended), "list"),
    ComparisonColumn("answered", lambda line, *_: line.answered, "number"),
    ComparisonColumn("asOf", lambda line, *_: list(line.as_of), "list"),
    ComparisonColumn("lastConfirmed", lambda line, *_: line.last_confirmed),
)
"""The columns of the comparison in the order they are shown."""


def comparison_csv(lines: Iterable[StateSummary], words: Words) -> Iterator[bytes]:
    """Yield the comparison as CSV after RFC 4180: texts in German and in English where they differ by language.

    It is made for people: a byte order mark, without which Excel spoils umlauts, telephone numbers as they are printed,
    and no cell that a spreadsheet would take for a formula.
    Codes of a status stay codes, and several values in a cell are separated as in the other table.
    """
    columns = [
        (column, tag)
        for column in COMPARISON_COLUMNS
        for tag in (("de", "en") if column.name in _BILINGUAL else ("de",))
    ]
    yield BOM
    yield csv_line([column.name + (tag.title() if column.name in _BILINGUAL else "") for column, tag in columns])
    for line in lines:
        yield csv_line([harmless(cell_text(column.value(line, words, tag))) for column, tag in columns])


BOM = b"\xef\xbb\xbf"
_BILINGUAL = frozenset({"name", "payers", "covers"})


def cell_text(cell: ComparisonCell) -> str:
    """Return *cell* as the text of a table: values of a list are separated as in all tables of the publication."""
    return LIST_SEPARATOR.join(cell) if isinstance(cell, list) else str(cell)


def harmless(cell: str) -> str:
    """Return *cell* with an apostrophe before it where a spreadsheet would take it for a formula (OWASP)."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell
