"""Write records as a table: one line for each thing that a row of the overview page says.

The table is an extract: identifiers, additions and evidence are in the other tables (``tables``) and formats.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from efa_lod.model.context import Context
from efa_lod.model.record_values import Thing, is_mapping, listed, mapping_of, things_of
from efa_lod.model.record_views import ReuseRecord, SourceRow, ThingView
from efa_lod.rdf.formats.writer import RecordBatch

LIST_SEPARATOR = "|"
"""What separates several values in one CSV cell."""


@dataclass(frozen=True)
class Column:
    """A column of the table: the *key* of the *thing* (state, row or item) that it holds, in a *language* if any."""

    name: str
    thing: str
    key: str
    de: str
    en: str
    language: str = ""


COLUMNS = (
    Column("state", "state", "id", "Land", "state"),
    Column("stateKey", "state", "stateKey", "Landesschlüssel", "state key"),
    Column("isoCode", "state", "isoCode", "ISO 3166-2", "ISO 3166-2"),
    Column("stateName", "state", "name", "Name des Landes", "name of the state", "de"),
    Column("sourceRow", "row", "id", "Zeile der Übersichtsseite", "row of the overview page"),
    Column("rowKind", "row", "rowKind", "Frage", "question"),
    Column("rowStatus", "row", "valueStatus", "Stand der Zeile", "status of the row"),
    Column("rowForm", "row", "form", "Form der Antwort", "form of the answer"),
    Column("rowLost", "row", "lost", "in der Kopie verloren", "lost in the copy"),
    Column("item", "item", "id", "Angabe", "item"),
    Column("type", "item", "type", "Art", "type"),
    Column("contactKind", "item", "contactKind", "Art der Ansprechstelle", "kind of contact"),
    Column("provisionKind", "item", "provisionKind", "Art der Regelung", "kind of provision"),
    Column("nameDe", "item", "name", "Name", "name", "de"),
    Column("topicDe", "item", "topic", "Thema", "topic (German)", "de"),
    Column("topicEn", "item", "topic", "Thema (englisch)", "topic", "en"),
    Column("email", "item", "email", "E-Mail", "e-mail"),
    Column("telephone", "item", "telephone", "Telefon", "telephone"),
    Column("printedAs", "item", "printedAs", "Telefon wie gedruckt", "telephone as printed"),
    Column("linkLabel", "item", "linkLabel", "Linktext", "link label", "de"),
    Column("itemStatus", "item", "valueStatus", "Stand der Angabe", "status of the item"),
    Column("itemLost", "item", "lost", "davon verloren", "lost of it"),
    Column("link", "item", "link", "Link der Übersichtsseite", "link of the overview page"),
    Column("homepage", "item", "homepage", "Webseite (ergänzt)", "website (added)"),
    Column("scope", "item", "scope", "Geltung", "scope"),
    Column("access", "item", "access", "Zugang", "access"),
    Column("accessNote", "item", "accessNote", "Hinweis zum Zugang", "access note (German)", "de"),
    Column("launchStatus", "item", "launchStatus", "Betrieb", "launch status"),
    Column("appliesTo", "item", "appliesTo", "für wen", "for whom"),
    Column("decidedBy", "item", "decidedBy", "wer entscheidet", "who decides"),
    Column("organisedBy", "item", "organisedBy", "wer organisiert", "who organises"),
    Column("paidBy", "item", "paidBy", "wer zahlt", "who pays"),
    Column("covers", "item", "covers", "wofür", "for what"),
    Column("extent", "item", "extent", "wie weit", "how far"),
    Column("certainty", "item", "certainty", "wie sicher", "how certain"),
    Column("until", "item", "until", "bis", "until"),
    Column("validity", "item", "validity", "Geltung", "validity"),
    Column("conditionDe", "item", "condition", "Bedingung", "condition (German)", "de"),
    Column("conditionEn", "item", "condition", "Bedingung (englisch)", "condition", "en"),
    Column("summaryDe", "item", "summary", "Zusammenfassung", "summary (German)", "de"),
    Column("summaryEn", "item", "summary", "Zusammenfassung (englisch)", "summary", "en"),
    Column("noteDe", "item", "editorialNote", "Anmerkung", "note (German)", "de"),
    Column("noteEn", "item", "editorialNote", "Anmerkung (englisch)", "note", "en"),
)

_REFERENCES = {
    "catalogues": "services",
    "unnamedCatalogues": "services",
    "servicesContact": "services",
    "furtherMarketplaces": "furtherMarketplace",
}
"""Keys of a service whose values are mentioned in a row of that kind."""


def csv_head(context: Context) -> bytes:
    """Return the line with the names of the columns."""
    return csv_line([column.name for column in COLUMNS])


def csv_body(batch: RecordBatch, context: Context) -> bytes:
    """Return a line for each thing that a row of a record says, and for each row that says nothing."""
    lines = (
        csv_line([_cell(things[column.thing], column, context) for column in COLUMNS])
        for document in batch.documents
        for things in _table_rows(document.value, batch.shared)
    )
    return b"".join(lines)


def csv_line(cells: Sequence[str]) -> bytes:
    """Return *cells* as one line after RFC 4180."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()


def _table_rows(state: Thing, shared: Mapping[str, Thing]) -> Iterator[dict[str, Thing]]:
    """Yield what stands in one line of the table: the state, a row of the page, and an item from it (or nothing)."""
    record = ReuseRecord(state)
    for row in record.rows if record.reuse.values else ():
        items = list(_items(record, row, shared))
        yield from ({"state": state, "row": row.values, "item": item} for item in items or [{}])


def _items(record: ReuseRecord, row: SourceRow, shared: Mapping[str, Thing]) -> Iterator[Thing]:
    """Yield the things that a state's *record* owes to *row*, in its order."""
    own = {contact.id: contact.values for contact in record.contacts}
    reuse, financing = record.reuse.values, [one.values for one in record.financing]
    nested = [*own.values(), *things_of(reuse.get("provisions")), *financing]
    nested += [provision for part in financing for provision in things_of(part.get("provisions"))]
    yield from (thing for thing in nested if row.id in ThingView(thing).origins)
    for key, kind in _REFERENCES.items():
        for value in listed(reuse.get(key)):
            thing = value if is_mapping(value) else {**own.get(value, shared.get(value, {})), "id": value}
            if row.id in _rows_naming(thing, record.rows) if key == "furtherMarketplaces" else kind == row.kind:
                yield thing


def _rows_naming(thing: Thing, rows: Sequence[SourceRow]) -> set[str]:
    """Return those of the *rows* of a state that name the marketplace *thing*, or all rows of the kind for that."""
    named = {row.id for row in rows} & {*listed(thing.get("origin")), *listed(thing.get("namedIn"))}
    return named or {row.id for row in rows if row.kind == _REFERENCES["furtherMarketplaces"]}


def _cell(thing: Thing, column: Column, context: Context) -> str:
    value = thing.get(column.key)
    if column.language:
        value = mapping_of(value).get(column.language)
    key = context.keys.get(column.key)
    is_iri = column.key == "id" or (key is not None and key.form == "iri")
    texts = [context.resolve(text) if is_iri else text for text in listed(value)]
    return LIST_SEPARATOR.join(texts)
