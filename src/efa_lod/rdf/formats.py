"""Write records and statements as files: one table of formats, and a writer for each.

A writer has three parts: what stands at the beginning of a file, what a batch of records becomes, and what stands at
the end. Batches know nothing of each other, so a file is the concatenation of its parts, however many there are and
wherever they were made.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from efa_lod.io.reading import Document
from efa_lod.model.context import Context
from efa_lod.model.expansion import TYPE, Statement, n_triples_lines, unescaped

File = tuple[str, str, Iterable[bytes], int | None]
"""A file to write: path below the folder, media type, content in pieces, number of triples if it is RDF."""

LIST_SEPARATOR = "|"
"""What separates several values in one CSV cell."""


@dataclass(frozen=True)
class Batch:
    """Some records and what they say; *shared* are the records that they refer to, by reference as written.

    *first* is false where another batch stands before this one in the file.
    """

    documents: Sequence[Document]
    statements: Sequence[Statement]
    shared: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    first: bool = True


@dataclass(frozen=True)
class Format:
    """A format: its *name* on the command line, file *suffix*, exact *media_type*, EU *file_type*, title and writer."""

    name: str
    suffix: str
    media_type: str
    file_type: str
    title: str
    body: Callable[[Batch, Context], bytes]
    head: Callable[[Context], bytes] = lambda context: b""
    tail: bytes = b""
    holds_all: bool = True  # False for a table, which is a view of the records and not their whole graph
    about: Mapping[str, str] = field(default_factory=dict)  # what the file offers, by language, for the catalogue

    def write(self, batches: Iterable[Batch], context: Context) -> Iterator[bytes]:
        """Yield the bytes of a file that holds *batches*, in order."""
        yield self.head(context)
        yield from (self.body(batch, context) for batch in batches)
        if self.tail:
            yield self.tail


def _encoded(pieces: Sequence[str]) -> bytes:
    """Return *pieces* one after another in UTF-8, made in short texts that stay in the processor's cache."""
    return b"".join(["".join(pieces[i : i + _SHORT]).encode() for i in range(0, len(pieces), _SHORT)])


_SHORT = 64

# --- Turtle ---------------------------------------------------------------------------------------------------------

_LOCAL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*$")
_RELATIVE_PART = r"[A-Za-z0-9_.~-]+(?:/[A-Za-z0-9_.~-]+)*(?:#[A-Za-z0-9_.~-]*)?"
_RELATIVE = re.compile(_RELATIVE_PART + "$")


def _turtle_head(context: Context) -> bytes:
    lines = [f"@base <{context.base_iri}> .", *(f"@prefix {p}: <{n}> ." for p, n in context.prefixes.items())]
    return ("\n".join(lines) + "\n").encode()


def _turtle_body(batch: Batch, context: Context) -> bytes:
    """Return a paragraph for each subject, one object a line; *batch* must have a subject's statements together."""
    terms = _TurtleTerms(context)
    pieces: list[str] = []
    add = pieces.append
    subject = predicate = ""
    for this, verb, found in batch.statements:
        written = found if found[0] == '"' and found[-1] != ">" else terms[found]
        if this != subject:
            end = " .\n\n" if subject else "\n"
            add(f"{end}{terms[this]}\n    {'a' if verb == TYPE else terms[verb]} {written}")
            subject, predicate = this, verb
        elif verb == predicate:
            add(f" ,\n        {written}")
        else:
            add(f" ;\n    {'a' if verb == TYPE else terms[verb]} {written}")
            predicate = verb
    if subject:
        add(" .\n")
    return _encoded(pieces)


class _TurtleTerms(dict[str, str]):
    """IRIs and typed literals as Turtle writes them: with a prefix or relative to the base where that is safe."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._base = context.base_iri
        below = "|".join(
            re.escape(name[len(self._base) :]) for name in context.prefixes.values() if name.startswith(self._base)
        )
        self._plain = re.compile(f"<{re.escape(self._base)}(?!{below or '$'})({_RELATIVE_PART})>").fullmatch
        self._prefixes = {namespace: prefix for prefix, namespace in context.prefixes.items()}

    def __missing__(self, term: str) -> str:
        if term[0] == '"':
            text, _, datatype = term.rpartition("^^")
            self[term] = written = f"{text}^^{self[datatype]}"
        elif plain := self._plain(term):  # most are
            self[term] = written = f"<{plain[1]}>"
        elif term[0] == "<":
            self[term] = written = self._iri(term[1:-1])
        else:
            written = term
        return written

    def _iri(self, iri: str) -> str:
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        if (prefix := self._prefixes.get(iri[:cut])) and _LOCAL_NAME.match(iri, cut):
            return f"{prefix}:{iri[cut:]}"
        if iri.startswith(self._base) and _RELATIVE.match(iri, len(self._base)):
            return f"<{iri[len(self._base) :]}>"
        return f"<{iri}>"


# --- JSON-LD, N-Triples ---------------------------------------------------------------------------------------------


_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False)


def _json_ld_head(context: Context) -> bytes:
    definition = json.dumps({"@base": context.base_iri, **context.definition}, ensure_ascii=False, indent=1)
    return f'{{"@context": {definition},\n"@graph": [\n'.encode()


def _json_ld_body(batch: Batch, context: Context) -> bytes:
    """Return the documents as node objects, one a line."""
    if not batch.documents:
        return b""
    nodes = [
        _JSON.encode({key: value for key, value in document.value.items() if key != "@context"})
        for document in batch.documents
    ]
    return (("" if batch.first else ",\n") + ",\n".join(nodes)).encode()


def _n_triples_body(batch: Batch, context: Context) -> bytes:
    return _encoded(n_triples_lines(batch.statements))


# --- RDF/XML --------------------------------------------------------------------------------------------------------

_XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*$")


def _rdf_xml_head(context: Context) -> bytes:
    prefixes = {"rdf": TYPE[1:-5], **context.prefixes}
    namespaces = "".join(f'\n\txmlns:{prefix}="{prefixes[prefix]}"' for prefix in sorted(prefixes))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{namespaces}>\n'.encode()


def _rdf_xml_body(batch: Batch, context: Context) -> bytes:
    """Return an element for each subject, named by its first class; subjects must have their statements together."""
    names, kinds = _XmlNames(context), _XmlKinds()
    pieces: list[str] = []
    add = pieces.append
    subject = closing = ""
    for this, verb, found in batch.statements:
        if this != subject:
            typed = verb == TYPE and found[0] == "<"
            tag = names[found] if typed else ("rdf:Description", "rdf:Description")
            add(f"{closing}\t<{tag[0]} {_about(this)}>\n")
            subject, closing = this, f"\t</{tag[1]}>\n"
            if typed:
                continue
        opening, name = names[verb]
        if found[0] == "<" and "&" not in found:  # of what XML gives a meaning, only the ampersand can stand in an IRI
            add(f'\t\t<{opening} rdf:resource="{found[1:-1]}"/>\n')
            continue
        if found[0] != '"':
            add(f"\t\t<{opening} {_reference(found)}/>\n")
            continue
        end = found.rindex('"')
        text = found[1:end]
        if "\\" in text or "&" in text or "<" in text or ">" in text:
            text = _xml_text(text)
        add(f"\t\t<{opening}{kinds[found[end + 1 :]]}>{text}</{name}>\n")
    add(closing)
    return _encoded(pieces)


class _XmlNames(dict[str, tuple[str, str]]):
    """IRIs as names of elements: what stands in the opening tag, with a namespace if it has no prefix, and the name."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._prefixes = {namespace: prefix for prefix, namespace in context.prefixes.items()}
        self._prefixes.setdefault(TYPE[1:-5], "rdf")

    def __missing__(self, term: str) -> tuple[str, str]:
        iri = term[1:-1]
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        while cut < len(iri) and not _XML_NAME.match(iri, cut):
            cut += 1
        name, prefix = iri[cut:], self._prefixes.get(iri[:cut])
        if not name:
            raise ValueError(f"{iri}: RDF/XML has no way to write this property or class")
        qualified = f"{prefix}:{name}" if prefix else name
        opening = qualified if prefix else f'{name} xmlns="{_xml_text(iri[:cut])}"'
        self[term] = opening, qualified
        return self[term]


class _XmlKinds(dict[str, str]):
    """Language tags and datatypes of literals, as attributes."""

    def __missing__(self, kind: str) -> str:
        attribute = f' xml:lang="{kind[1:]}"' if kind[:1] == "@" else f' rdf:datatype="{_xml_text(kind[3:-1])}"'
        self[kind] = found = attribute if kind else ""
        return found


def _about(term: str) -> str:
    return f'rdf:about="{_in_quotes(term)}"' if term[0] == "<" else f'rdf:nodeID="{term[2:]}"'


def _reference(term: str) -> str:
    return f'rdf:resource="{_in_quotes(term)}"' if term[0] == "<" else f'rdf:nodeID="{term[2:]}"'


def _in_quotes(term: str) -> str:
    """Return an IRI without its brackets as XML; of what XML gives a meaning, only the ampersand can stand in it."""
    return term[1:-1].replace("&", "&amp;")


def _xml_text(text: str) -> str:
    """Return what stands in an N-Triples term as XML; a carriage return must not stand there as it is."""
    text = unescaped(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#13;")


# --- CSV ------------------------------------------------------------------------------------------------------------


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
    Column("sourceRow", "row", "id", "Zeile der Seite", "row of the page"),
    Column("rowKind", "row", "rowKind", "Frage", "question"),
    Column("rowStatus", "row", "valueStatus", "Stand der Zeile", "status of the row"),
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
    Column("conditionDe", "item", "condition", "Bedingung", "condition (German)", "de"),
    Column("conditionEn", "item", "condition", "Bedingung (englisch)", "condition", "en"),
    Column("summaryDe", "item", "summary", "Zusammenfassung", "summary (German)", "de"),
    Column("summaryEn", "item", "summary", "Zusammenfassung (englisch)", "summary", "en"),
    Column("noteDe", "item", "editorialNote", "Anmerkung", "note (German)", "de"),
    Column("noteEn", "item", "editorialNote", "Anmerkung (englisch)", "note", "en"),
)

_REFERENCES = {"catalogues": "services", "servicesContact": "services", "furtherMarketplaces": "furtherMarketplace"}
"""Keys of a service whose values are mentioned in a row of that kind."""


def _csv_head(context: Context) -> bytes:
    return _csv_line([column.name for column in COLUMNS])


def _csv_body(batch: Batch, context: Context) -> bytes:
    lines = (
        _csv_line([_cell(things[column.thing], column, context) for column in COLUMNS])
        for document in batch.documents
        for things in _table_rows(document.value, batch.shared)
    )
    return b"".join(lines)


def _csv_line(cells: list[str]) -> bytes:
    """Return *cells* as one line after RFC 4180."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()


def _table_rows(
    state: Mapping[str, Any], shared: Mapping[str, Mapping[str, Any]]
) -> Iterator[dict[str, Mapping[str, Any]]]:
    """Yield what stands in one line of the table: the state, a row of the page, and an item from it (or nothing)."""
    reuse = state.get("reuse")
    if not isinstance(reuse, dict):
        return
    for row in _list(state.get("record", {}).get("rows")):
        items = list(_items(reuse, row, shared))
        yield from ({"state": state, "row": row, "item": item} for item in items or [{}])


def _items(
    reuse: Mapping[str, Any], row: Mapping[str, Any], shared: Mapping[str, Mapping[str, Any]]
) -> Iterator[Mapping[str, Any]]:
    """Yield the things that a state's *reuse* owes to *row*, in the order of the record."""
    own = {contact["id"]: contact for contact in _list(reuse.get("contacts"))}
    financing = _list(reuse.get("financing"))
    nested = [*own.values(), *_list(reuse.get("provisions")), *financing]
    nested += [provision for part in financing for provision in _list(part.get("provisions"))]
    yield from (thing for thing in nested if row["id"] in _list(thing.get("origin")))
    for key, kind in _REFERENCES.items():
        if kind == row.get("rowKind"):
            for value in _list(reuse.get(key)):
                yield value if isinstance(value, dict) else {**own.get(value, shared.get(value, {})), "id": value}


def _cell(thing: Mapping[str, Any], column: Column, context: Context) -> str:
    value = thing.get(column.key)
    if column.language:
        value = value.get(column.language) if isinstance(value, dict) else None
    key = context.keys.get(column.key)
    is_iri = column.key == "id" or (key is not None and key.form == "iri")
    texts = [context.resolve(text) if is_iri else text for text in _list(value)]
    return LIST_SEPARATOR.join(texts)


def _list(value: Any) -> list[Any]:
    """Return the values under a key as a list, whether there is none, one or several."""
    return value if isinstance(value, list) else [] if value is None else [value]


def csvw_metadata(context: Context, tables: Sequence[str], titles: Mapping[str, str], licence: str) -> bytes:
    """Return the metadata of *tables* after CSVW ("Metadata Vocabulary for Tabular Data"), from the columns above.

    Several are a table group, whose members have one schema.
    """
    metadata = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        **({"url": tables[0]} if len(tables) == 1 else {"tables": [{"url": table} for table in tables]}),
        "dc:title": [{"@value": title, "@language": language} for language, title in titles.items()],
        "dc:license": {"@id": licence},
        "dialect": {"delimiter": ",", "header": True, "encoding": "utf-8", "lineTerminators": ["\r\n"]},
        "tableSchema": {"columns": [_csvw_column(column, context) for column in COLUMNS]},
    }
    return (json.dumps(metadata, ensure_ascii=False, indent=1) + "\n").encode()


def _csvw_column(column: Column, context: Context) -> dict[str, Any]:
    about = {"state": "{+state}", "row": "{+sourceRow}", "item": "{+item}"}[column.thing]
    found: dict[str, Any] = {"name": column.name, "titles": {"de": column.de, "en": column.en}}
    found["titles"] = {**found["titles"], "und": column.name}
    key = context.keys.get(column.key)
    if column.key == "id":
        return {**found, "datatype": "anyURI", "required": column.thing != "item", "suppressOutput": True}
    if column.key == "type":
        return {**found, "suppressOutput": True, "separator": LIST_SEPARATOR}
    assert key is not None, column.key
    found |= {"aboutUrl": about, "propertyUrl": key.iri}
    if key.form in ("iri", "code"):
        found["valueUrl"] = (key.vocabulary if key.form == "code" else "") + f"{{+{column.name}}}"
        found["separator"] = LIST_SEPARATOR
    elif key.form == "language":
        found["lang"] = column.language
    elif key.form.startswith("http"):
        found["datatype"] = key.form.rpartition("#")[2]
    return found


# --- the table ------------------------------------------------------------------------------------------------------

DUMPS = (
    Format(
        "turtle",
        ".ttl",
        "text/turtle",
        "RDF_TURTLE",
        "Turtle",
        _turtle_body,
        _turtle_head,
        about={
            "de": "Alle Angaben als RDF in Turtle, auch für Menschen gut zu lesen.",
            "en": "All statements as RDF in Turtle, easy to read for people too.",
        },
    ),
    Format(
        "json-ld",
        ".jsonld",
        "application/ld+json",
        "JSON_LD",
        "JSON-LD",
        _json_ld_body,
        _json_ld_head,
        b"\n]}\n",
        about={
            "de": "Alle Angaben als JSON-LD: ein Objekt je Land, der Kontext steht in der Datei.",
            "en": "All statements as JSON-LD: one object for each state, with the context in the file.",
        },
    ),
    Format(
        "n-triples",
        ".nt",
        "application/n-triples",
        "RDF_N_TRIPLES",
        "N-Triples",
        _n_triples_body,
        about={
            "de": "Alle Angaben als RDF in N-Triples: eine Aussage je Zeile, zum Laden in eine Datenbank.",
            "en": "All statements as RDF in N-Triples: one statement a line, to load into a store.",
        },
    ),
    Format(
        "rdf-xml",
        ".rdf",
        "application/rdf+xml",
        "RDF_XML",
        "RDF/XML",
        _rdf_xml_body,
        _rdf_xml_head,
        b"</rdf:RDF>\n",
        about={
            "de": "Alle Angaben als RDF in XML, für ältere Werkzeuge.",
            "en": "All statements as RDF in XML, for older tools.",
        },
    ),
    Format(
        "csv",
        ".csv",
        "text/csv",
        "CSV",
        "CSV",
        _csv_body,
        _csv_head,
        holds_all=False,
        about={
            "de": "Eine Tabelle für jede Tabellenkalkulation: eine Zeile je Angabe, alle Länder.",
            "en": "A table for any spreadsheet program: one line for each item, all states.",
        },
    ),
)
"""The formats of the dumps, in the order they are listed to people."""

BY_NAME = {format_.name: format_ for format_ in DUMPS}
TURTLE = BY_NAME["turtle"]
