"""The command ``release``: a changed publication in, the next release in its ledger out."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from efa_lod import __version__
from efa_lod.cli.options import (
    FreeText,
    base_iri_option,
    language_of,
    language_option,
    print_report,
    publication_of,
    publication_option,
    show_results,
    terminable,
)
from efa_lod.cli.usage import Misuse
from efa_lod.errors import DOES_NOT_CONFORM

if TYPE_CHECKING:
    from efa_lod.model.publication import Publication
    from efa_lod.releases.ledger import ReleaseHistory

BUILT_SITE = Path("dist")


@click.command()
@click.argument("version", required=False, metavar="[VERSION | redact IRI]")
@click.argument("iri", required=False, metavar="")
@click.option(
    "--previous",
    metavar="DIR|URL",
    help="The site with the last release, held against its SHA256SUMS. [default: dist if it is there, else"
    " data/releases]",
)
@click.option("--date", "day", metavar="DAY", help="Day of the release. [default: today]")
@click.option(
    "--note-de", type=FreeText(), metavar="TEXT", help="What is new, in German. [default: made of the changes]"
)
@click.option(
    "--note-en", type=FreeText(), metavar="TEXT", help="What is new, in English. [default: made of the changes]"
)
@click.option(
    "--replaced", "replaced", metavar="IRI=IRI", multiple=True, help="What replaces an IRI that vanishes; repeatable."
)
@click.option(
    "--reason",
    "reasons",
    type=FreeText(),
    metavar="IRI=TEXT@de|@en",
    multiple=True,
    help="Why an IRI, or a part of it, vanishes; once in each language.",
)
@click.option(
    "--built", metavar="DIR", help="What to release, where it is more than the publication's own records: its build."
)
@click.option("--write", is_flag=True, help="Write the release; without it, only say what would be written.")
@base_iri_option
@publication_option
@language_option
def release_command(
    version: str | None,
    iri: str | None,
    previous: str | None,
    day: str | None,
    note_de: str | None,
    note_en: str | None,
    replaced: tuple[str, ...],
    reasons: tuple[str, ...],
    built: str | None,
    write: bool,
    base_iri: str | None,
    publication: Path | None,
    language: str | None,
) -> None:
    """Make the next release: compare with the last one, propose a version, and write it down with --write.

    The version follows a rule: major where an IRI went or means something else, minor where facts were added or
    changed, patch for wording alone. Written are data/releases/ and, in data/publication.yaml, version, modified,
    versionNotes and withdrawn; its comments stay. An IRI that vanishes needs a reason or a successor, be it of a thing,
    a part, a term of the ontology, a shape or a named query; data/withdrawn.yaml and data/published-iris.txt follow.

    With redact IRI, what earlier releases say of an IRI and its parts is taken out of data/releases/; the next build
    rewrites their frozen folders and says so.

    \b
    Examples:
        efa-lod release --lang de
        efa-lod release 2.0.0 --replaced organisation/old=organisation/new --write
    """
    from efa_lod.build.check import CheckOptions, check_publication
    from efa_lod.model.results import conforms
    from efa_lod.rdf.graphs import ontology_triples
    from efa_lod.releases.ledger import read_releases, refuse_unknown_version
    from efa_lod.releases.proposal import finished, propose, write_files
    from efa_lod.releases.proposal_report import proposal_text
    from efa_lod.releases.wishes import ReleaseWishes, checked_day, read_pairs, read_reasons
    from efa_lod.releases.wording import Wording, ontology_labels
    from efa_lod.validation.shacl import Engine

    if version == "redact":
        _redact(publication_of(publication, base_iri, language), iri, write, language)
        return
    if iri is not None:
        raise Misuse("release-one", click.get_current_context())
    if (note_de is None) != (note_en is None):
        raise Misuse("release-notes", click.get_current_context())
    wishes = ReleaseWishes(
        checked_day(day, "--date") if day else date.today().isoformat(),
        version,
        {"de": note_de, "en": note_en} if note_de and note_en else None,
        read_reasons(reasons),
        dict(read_pairs(replaced, "--replaced")),
    )
    with terminable():
        read = publication_of(publication, base_iri, language)
        results = check_publication(read, CheckOptions(engine=Engine.PYSHACL))
        if not conforms(results):
            show_results(results, "text", language, err=True)
            sys.exit(DOES_NOT_CONFORM)
        whole = read_releases(read)
        refuse_unknown_version(read, whole)
        history = finished(read, whole)
        wording = Wording(read.base_iri, ontology_labels(ontology_triples(read)))
        where = previous or _site_at_hand(read, history)
        made = propose(read, history, _lines(read, built), wording, wishes, where, __version__)
        if write:
            write_files(read, made.files)
    print_report(proposal_text(made, wording, language_of(language), write), "text")


_REDACTED = {
    "de": "{iri}: aus {versions} entfernt. Weiter mit: efa-lod build",
    "en": "{iri}: removed from {versions}. Go on with: efa-lod build",
}
_WOULD_REDACT = {
    "de": "{iri}: würde aus {versions} entfernt (mit --write).",
    "en": "{iri}: would be removed from {versions} (with --write).",
}


def _redact(publication: "Publication", iri: str | None, write: bool, language: str | None) -> None:
    """Take what earlier releases say of *iri* out of the ledger."""
    from efa_lod.releases.ledger import read_releases
    from efa_lod.releases.proposal import write_files
    from efa_lod.releases.redaction import redacted_files

    if iri is None:
        raise Misuse("redact-iri", click.get_current_context())
    affected, files = redacted_files(publication, read_releases(publication), iri)
    if write:
        write_files(publication, files)
    texts = _REDACTED if write else _WOULD_REDACT
    versions = ", ".join(release.version for release in affected)
    print_report(texts[language_of(language)].format(iri=iri, versions=versions) + "\n", "text")


def _site_at_hand(publication: "Publication", history: "ReleaseHistory") -> str | None:
    """Return the folder of the last build where it is one of *publication* and can have the last release, or None."""
    from efa_lod.releases.sources import BUILD_INVENTORY, SUMS_FILE

    is_at_home = Path.cwd() == publication.folder.resolve()
    if not is_at_home or not (BUILT_SITE / BUILD_INVENTORY).is_file():
        return None
    is_there = history.last is None or (BUILT_SITE / history.last.path() / SUMS_FILE).is_file()
    return str(BUILT_SITE) if is_there else None


def _lines(publication: "Publication", built: str | None) -> list[bytes]:
    """Return the statements to release, in order: those of the publication's own records, or of a build."""
    from efa_lod.model.context import read_context
    from efa_lod.model.records import publication_records
    from efa_lod.rdf.graphs import record_statements
    from efa_lod.releases.comparison import dump_lines
    from efa_lod.releases.statement_lines import canonical_lines

    if built:
        return dump_lines(built, __version__)
    statements = record_statements(publication_records(publication), read_context(publication))
    return canonical_lines(statements)
