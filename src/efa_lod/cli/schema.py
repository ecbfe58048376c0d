"""The command ``schema``: the form of records, by which editors complete and check them."""

from pathlib import Path

import click

from efa_lod.cli.options import base_iri_option, language_option, publication_of, publication_option


@click.command()
@base_iri_option
@publication_option
@language_option
def schema_command(base_iri: str | None, publication: Path | None, language: str | None) -> None:
    """Print the form of records as a JSON Schema, for editors.

    An editor that reads it completes keys and codes and marks what is wrong while a record is written. It is made from
    the context and the shapes; its titles are German. The records name it in their first line; write it anew after a
    change of the context or of the shapes.

    \b
    Example:
        efa-lod schema > ontology/record.schema.json
    """
    from efa_lod.model.context import read_context
    from efa_lod.validation.json_schema import record_schema

    read = publication_of(publication, base_iri, language)
    click.echo(record_schema(read, read_context(read)), nl=False)
