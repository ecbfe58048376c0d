"""The command ``init``: a folder in, a publication of one's own out."""

from pathlib import Path

import click

from efa_lod import __version__
from efa_lod.cli.options import language_of, language_option, publication_option

_NEXT = {
    "de": "Ändern Sie zuerst data/publication.yaml (baseIri, publisher, contact, contributor; zuletzt status: official)"
    " und data/targets.yaml; README.md nennt die Schritte.",
    "en": "First change data/publication.yaml (baseIri, publisher, contact, contributor; at last status: official) and"
    " data/targets.yaml; README.md names the steps.",
}


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--base-iri", metavar="IRI", help="Base of all IRIs, written to publication.yaml.")
@publication_option
@language_option
def init_command(folder: Path, base_iri: str | None, publication: Path | None, language: str | None) -> None:
    """Write a publication of your own to a new folder, with the steps that publish it.

    DIR gets data, ontology, shapes and targets of the packaged publication, or of another, to change; a .gitignore;
    and for GitHub and GitLab the steps that check each change, build a preview, make a release, publish the pages,
    bring the build to stores and portals, and check the site.

    \b
    Example:
        efa-lod init my-publication --base-iri https://data.example.org/efa/
    """
    from efa_lod.delivery.starter import PUBLICATION_FOLDERS, write_starter
    from efa_lod.model.publication import read_publication

    written = write_starter(folder, read_publication(publication), __version__, base_iri)
    for name in [*(f"{part}/" for part in PUBLICATION_FOLDERS), *written]:
        click.echo(folder / name)
    click.echo(_NEXT[language_of(language)], err=True)
