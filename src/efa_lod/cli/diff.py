"""The command ``diff``: two dumps in, what changed out."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from efa_lod import __version__
from efa_lod.cli.options import (
    base_iri_option,
    format_option,
    language_of,
    language_option,
    print_report,
    publication_of,
    publication_option,
    terminable,
)
from efa_lod.errors import DOES_NOT_CONFORM

if TYPE_CHECKING:
    from efa_lod.model.publication import Publication
    from efa_lod.releases.comparison import Comparison
    from efa_lod.releases.vocabulary import VocabularyChange

DIFFERENCE_FORMATS = ("text", "markdown", "json", "turtle", "rdf-patch", "sparql-update")
_PATCHES = ("rdf-patch", "sparql-update")


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@format_option(DIFFERENCE_FORMATS)
@base_iri_option
@publication_option
@language_option
def diff_command(
    old: str, new: str, format_: str, base_iri: str | None, publication: Path | None, language: str | None
) -> None:
    """Say what changed between two builds, releases or dumps.

    OLD and NEW are each a build folder, a frozen release, the address of one, or a dump in any syntax of RDF. The
    publication lends its words for the sentences, and says at whose request something was taken out. Builds and
    releases also say which terms, shapes and named queries are new, changed or gone, with the old and the new text;
    patches are of the data alone. Exit code 0 when both say the same, 1 when they differ, 2 when they cannot be
    compared.

    \b
    Examples:
        efa-lod diff dist-before dist --lang de
        efa-lod diff https://example.org/1.0.0/ dist --format rdf-patch
    """
    from efa_lod.releases.comparison import compared_dumps, refuse_two_standard_inputs
    from efa_lod.releases.vocabulary import compared_vocabularies

    refuse_two_standard_inputs(old, new)
    with terminable(), compared_dumps(old, new, __version__) as found:
        vocabulary = [] if format_ in _PATCHES else compared_vocabularies(found.vocabularies)
        if format_ in _PATCHES:
            _print_patch(found, format_)
        else:
            read = publication_of(publication, base_iri, language)
            _print_changes(found, vocabulary, read, format_, language_of(language))
        if not found.is_same or vocabulary:
            sys.exit(DOES_NOT_CONFORM)


def _print_patch(found: "Comparison", format_: str) -> None:
    from efa_lod.releases.comparison import content_digest
    from efa_lod.releases.patches import rdf_patch, sparql_update

    if format_ == "rdf-patch":
        pieces = rdf_patch(found.removed, found.added, content_digest(found.old), content_digest(found.new))
    else:
        pieces = sparql_update(found.removed, found.added)
    for piece in pieces:
        click.echo(piece, nl=False)


def _print_changes(
    found: "Comparison", vocabulary: "list[VocabularyChange]", read: "Publication", format_: str, language: str
) -> None:
    from efa_lod.rdf.graphs import ontology_triples
    from efa_lod.releases.change_sets import change_json, change_set_turtle
    from efa_lod.releases.changes import change_list
    from efa_lod.releases.comparison import content_digest
    from efa_lod.releases.difference_report import difference_markdown, difference_text
    from efa_lod.releases.patches import state_id
    from efa_lod.releases.removal_requests import with_requests
    from efa_lod.releases.wording import Wording, ontology_labels

    wording = Wording(read.base_iri, ontology_labels(ontology_triples(read)))
    listed = with_requests(change_list(found), read)
    if format_ == "json":
        click.echo(change_json(listed, wording, vocabulary), nl=False)
    elif format_ == "turtle":
        iri = state_id(content_digest(found.new))
        for piece in change_set_turtle(found.removed, found.added, listed, wording, iri, vocabulary):
            click.echo(piece, nl=False)
    else:
        report = difference_text if format_ == "text" else difference_markdown
        print_report(report(listed, wording, language, vocabulary), format_)
