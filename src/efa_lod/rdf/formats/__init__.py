"""Write records and statements as files: one table of formats, and a writer for each.

A writer has three parts: what stands at the beginning of a file, what a batch of records becomes, and what stands at
the end. Batches know nothing of each other, so a file is the concatenation of its parts, however many there are and
wherever they were made.

- ``annotations``: Write statements with their origins as RDF 1.2.
- ``csv``: Write records as a table: one line for each thing that a row of the overview page says.
- ``csvw``: Say what the columns of the table mean: CSV on the Web.
- ``jsonld``: Write records as JSON-LD: an object for each, as it stands in its file, under the context.
- ``ntriples``: Write statements as N-Triples: one a line.
- ``origins``: Write where each statement of a batch comes from, in plain RDF 1.1.
- ``rdfxml``: Write statements as RDF/XML: an element for each subject, named by its first class.
- ``tables``: Write statements as tables, one for each kind of thing, and say what their columns mean.
- ``turtle``: Write statements as Turtle: a paragraph for each subject, with prefixes and relative to the base.
- ``writer``: What writes a format: how a file begins, what a batch of records becomes, how a file ends.
"""

from dataclasses import replace

from efa_lod.rdf.formats.annotations import annotated_lines_body, annotated_turtle_body
from efa_lod.rdf.formats.csv import COLUMNS, LIST_SEPARATOR, csv_body, csv_head, csv_line
from efa_lod.rdf.formats.csvw import csvw_metadata
from efa_lod.rdf.formats.jsonld import json_ld_body, json_ld_head
from efa_lod.rdf.formats.ntriples import n_triples_body
from efa_lod.rdf.formats.origins import json_ld_origins_body, origins_body
from efa_lod.rdf.formats.rdfxml import rdf_xml_body, rdf_xml_head
from efa_lod.rdf.formats.tables import (
    DATA_TABLES,
    TABLES_FOLDER,
    TABLES_METADATA,
    table_body,
    table_head,
    tables_metadata,
)
from efa_lod.rdf.formats.turtle import turtle_body, turtle_head
from efa_lod.rdf.formats.writer import Format, OutputFile, RecordBatch

__all__ = [
    "ANNOTATED_FORMATS",
    "BY_NAME",
    "COLUMNS",
    "DATA_TABLES",
    "DUMPS",
    "LIST_SEPARATOR",
    "ORIGIN_FORMATS",
    "TABLES_FOLDER",
    "TABLES_METADATA",
    "TABLE_FORMATS",
    "TURTLE",
    "WRITERS",
    "Format",
    "OutputFile",
    "RecordBatch",
    "csv_line",
    "csvw_metadata",
    "tables_metadata",
]

DUMPS = (
    Format(
        "turtle",
        ".ttl",
        "text/turtle",
        "RDF_TURTLE",
        "Turtle",
        turtle_body,
        turtle_head,
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
        json_ld_body,
        json_ld_head,
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
        n_triples_body,
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
        rdf_xml_body,
        rdf_xml_head,
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
        csv_body,
        csv_head,
        holds_all=False,
        about={
            "de": "Ein Auszug für Tabellenprogramme: eine Zeile je Angabe, alle Länder, ohne Belege und Kennungen.",
            "en": "An extract for any spreadsheet: one line for each item, all states, no evidence or identifiers.",
        },
    ),
)
"""The formats of the dumps, in the order they are listed to people."""

BY_NAME = {format_.name: format_ for format_ in DUMPS}
TURTLE = BY_NAME["turtle"]

ANNOTATED_FORMATS = (
    replace(TURTLE, name="turtle-1.2", title="Turtle 1.2", body=annotated_turtle_body),
    replace(BY_NAME["n-triples"], name="n-triples-1.2", title="N-Triples 1.2", body=annotated_lines_body),
)
"""The formats of RDF 1.2, which annotate each statement with its origin; older readers know neither."""
ORIGIN_FORMATS = tuple(
    replace(form, name=f"origins-{form.name}", body=body)
    for form, body in (
        (TURTLE, origins_body(turtle_body)),
        (BY_NAME["json-ld"], json_ld_origins_body),
        (BY_NAME["n-triples"], origins_body(n_triples_body)),
        (BY_NAME["rdf-xml"], origins_body(rdf_xml_body)),
    )
)
"""The formats that say in RDF 1.1 where each statement comes from."""
TABLE_FORMATS = tuple(
    replace(
        BY_NAME["csv"],
        name=f"table-{table.name}",
        suffix=f"{table.name}.csv",
        body=table_body(table),
        head=table_head(table),
    )
    for table in DATA_TABLES
)
"""The tables that together hold all statements, one for each kind of thing."""
WRITERS = {form.name: form for form in (*DUMPS, *ANNOTATED_FORMATS, *ORIGIN_FORMATS, *TABLE_FORMATS)}
"""All formats that a batch can be written in, by name."""
