"""Write statements as tables, one for each kind of thing, and say in CSV on the Web what their columns mean.

Together the tables say all that the records say: a line for each thing, a column for each key (and language), codes by
their names, several values parted by ``|``. Read by their metadata ("Generating RDF from Tabular Data on the Web",
minimal mode) they give the same graph as the other formats.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from efa_lod.io.json_text import json_text
from efa_lod.model.context import RDF_TYPE, Context, Key
from efa_lod.model.expansion import TYPE, text_of
from efa_lod.rdf.formats.csv import LIST_SEPARATOR, csv_line
from efa_lod.rdf.formats.writer import RecordBatch

TABLES_FOLDER = "tables/"
TABLES_METADATA = f"{TABLES_FOLDER}tables.csv-metadata.json"
_POINTING = {"additions": "subject", "record": "primaryTopic", "reuse": "areaServed"}
"""Columns of the keys whose statements point from the value to the thing: they stand with the value."""
_MANY = frozenset(("alternateName", "email", "linkLabel", "mentionedAs", "printedAs", "telephone", "valuePrefix"))
"""Keys of texts that may have several values; of codes and references any may."""
_LANGUAGES = ("de", "en")


@dataclass(frozen=True)
class DataTable:
    """A table: its *name*, the *types* of the things in it, its *keys* in order, and its title by language.

    *refers* names the columns with one value each that refer to another table.
    """

    name: str
    types: tuple[str, ...]
    keys: tuple[str, ...]
    de: str
    en: str
    refers: Mapping[str, str]

    @property
    def path(self) -> str:
        """Return where the table is written."""
        return f"{TABLES_FOLDER}{self.name}.csv"


def _table(name: str, types: str, keys: str, de: str, en: str, **refers: str) -> DataTable:
    return DataTable(name, tuple(types.split()), tuple(keys.split()), de, en, refers)


DATA_TABLES = (
    _table(
        "states",
        "State Municipality",
        "name alternateName officialName abbreviation stateKey municipalityKey partOfState isoCode nutsCode sameAs"
        " homepage editorialNote origin",
        "Länder (und Gemeinden)",
        "States (and municipalities)",
    ),
    _table(
        "records",
        "Record",
        "record issued modified lastConfirmed foundOn rows origin",
        "Datensätze",
        "Records",
        primaryTopic="states",
    ),
    _table(
        "rows",
        "SourceRow",
        "isPartOf about rowKind valueStatus form lost asOf asOfDay asOfYear sha256 editorialNote",
        "Zeilen der Übersichtsseite",
        "Rows of the overview page",
        about="states",
        isPartOf="sources",
    ),
    _table(
        "reuse",
        "GovernmentService",
        "reuse name audience contacts servicesContact catalogues unnamedCatalogues furtherMarketplaces financing"
        " provisions summary editorialNote origin",
        "Nachnutzung je Land",
        "Reuse in each state",
        areaServed="states",
    ),
    _table(
        "contacts",
        "ContactPoint",
        "contactKind name topic belongsTo email telephone printedAs linkLabel link lost homepage subjectOf seeAlso"
        " editorialNote origin",
        "Ansprechstellen",
        "Contacts",
        belongsTo="organisations",
    ),
    _table(
        "marketplaces",
        "WebSite OfferCatalog",
        "name alternateName mentionedAs linkLabel link lost homepage subjectOf seeAlso scope access accessNote"
        " launchStatus mentions summary editorialNote origin",
        "Kataloge und Marktplätze",
        "Catalogues and marketplaces",
    ),
    _table(
        "financing",
        "Financing",
        "valueStatus linkLabel link lost summary provisions editorialNote origin",
        "Auskünfte zur Finanzierung",
        "Information on financing",
    ),
    _table(
        "provisions",
        "Provision",
        "provisionKind appliesTo decidedBy organisedBy framework offeredAt paidBy covers extent certainty from"
        " fromMonth fromYear until untilMonth untilYear validity condition summary editorialNote origin",
        "Regelungen",
        "Provisions",
    ),
    _table(
        "organisations",
        "Organization GovernmentOrganization",
        "name alternateName homepage subjectOf seeAlso summary editorialNote namedIn",
        "Organisationen",
        "Organisations",
    ),
    _table(
        "sources",
        "WebPage Dataset",
        "name alternateName summary mentions isPartOf homepage parts provides valueLanguage valuePrefix"
        " editorialNote origin",
        "Quellen: die Übersichtsseite, Listen, die Redaktion",
        "Sources: the overview page, lists, the editors",
    ),
    _table(
        "additions",
        "Addition",
        "additions property value text words foundAt foundOn statedBy confidence finding",
        "Ergänzungen mit ihren Belegen",
        "Additions with their evidence",
    ),
)
"""The tables, in the order in which they are listed to people."""


@dataclass(frozen=True)
class _Column:
    """A column: its *name*, and the property and kind of value (IRI, language, datatype) that it holds of a *key*."""

    name: str
    key: Key
    kind: str

    @cached_property
    def said_as(self) -> tuple[str, str]:
        """Return the property, as a term, and the kind of value that statements have which fill the column."""
        return f"<{self.key.iri}>", self.kind

    @property
    def has_many(self) -> bool:
        return self.kind == "iri" or self.key.name in _MANY


def table_head(table: DataTable) -> Callable[[Context], bytes]:
    """Return what writes the line with the names of the columns of *table*."""
    return lambda context: csv_line(["id", "type", *(column.name for column in _columns(table, context))])


def table_body(table: DataTable) -> Callable[[RecordBatch, Context], bytes]:
    """Return what writes a line for each thing of a batch that belongs into *table*."""

    def write(batch: RecordBatch, context: Context) -> bytes:
        types = {f"<{context.types[name]}>" for name in table.types}
        columns = _columns(table, context)
        return b"".join(
            csv_line(_cells(subject, said, columns))
            for subject, said in batch.by_subject.items()
            if types.intersection(said.get((TYPE, "iri"), ()))
        )

    return write


def tables_metadata(context: Context, titles: Mapping[str, str], licence: str) -> bytes:
    """Return what the columns of all tables mean: a group of tables of CSV on the Web."""
    metadata = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": [{"@value": title, "@language": language} for language, title in titles.items()],
        "dc:license": {"@id": licence},
        "dialect": {"delimiter": ",", "header": True, "encoding": "utf-8", "lineTerminators": ["\r\n"]},
        "tables": [_described(table, context) for table in DATA_TABLES],
    }
    return json_text(metadata).encode()


def _described(table: DataTable, context: Context) -> Mapping[str, object]:
    identifier = {"name": "id", "titles": "id", "datatype": "anyURI", "required": True, "suppressOutput": True}
    types = {"name": "type", "titles": "type", "propertyUrl": RDF_TYPE, "valueUrl": "{+type}"}
    types |= {"separator": LIST_SEPARATOR}
    keys = [
        {"columnReference": column, "reference": {"resource": f"{other}.csv", "columnReference": "id"}}
        for column, other in table.refers.items()
    ]
    return {
        "url": f"{table.name}.csv",
        "dc:title": [{"@value": table.de, "@language": "de"}, {"@value": table.en, "@language": "en"}],
        "tableSchema": {
            "aboutUrl": "{+id}",
            "primaryKey": "id",
            **({"foreignKeys": keys} if keys else {}),
            "columns": [identifier, types, *(_description(column) for column in _columns(table, context))],
        },
    }


def _description(column: _Column) -> Mapping[str, object]:
    found: dict[str, object] = {"name": column.name, "titles": column.name, "propertyUrl": column.key.iri}
    if column.kind == "iri":
        found["valueUrl"] = f"{column.key.vocabulary}{{+{column.name}}}"
    elif column.kind[:1] == "@":
        found["lang"] = column.kind[1:]
    elif column.kind:
        found["datatype"] = column.kind.rpartition("#")[2]
    return found | ({"separator": LIST_SEPARATOR} if column.has_many else {})


def _columns(table: DataTable, context: Context) -> list[_Column]:
    return [column for name in table.keys for column in _columns_of(context.keys[name])]


def _columns_of(key: Key) -> Iterator[_Column]:
    if key.form == "language":
        yield from (_Column(f"{key.name}{tag.title()}", key, f"@{tag}") for tag in _LANGUAGES)
    else:
        kind = {"iri": "iri", "code": "iri", "text": ""}.get(key.form, key.form)
        yield _Column(_POINTING.get(key.name, key.name), key, kind)


def _cells(subject: str, said: Mapping[tuple[str, str], Sequence[str]], columns: Sequence[_Column]) -> list[str]:
    types = LIST_SEPARATOR.join(value[1:-1] for value in said.get((TYPE, "iri"), ()))
    return [subject[1:-1], types, *(_cell(said, column) for column in columns)]


def _cell(said: Mapping[tuple[str, str], Sequence[str]], column: _Column) -> str:
    values = said.get(column.said_as, ())
    if column.kind == "iri":
        return LIST_SEPARATOR.join(value[1:-1].removeprefix(column.key.vocabulary) for value in values)
    return LIST_SEPARATOR.join(map(text_of, values))
