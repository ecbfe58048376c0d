"""Options that several commands have, and what follows from them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from efa_lod.errors import BrokenInput
from efa_lod.io.terminal import visible

if TYPE_CHECKING:
    from efa_lod.model.publication import Publication
    from efa_lod.model.results import Result

Command = TypeVar("Command", bound=Callable[..., Any])
REPORT_FORMATS = ("text", "json", "turtle", "sarif", "junit")
DUMP_FORMATS = ("turtle", "json-ld", "n-triples", "rdf-xml", "csv")
ENGINES = ("auto", "pyshacl")

publication_option = click.option(
    "--publication",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A folder with data/, ontology/ and shapes/. [default: the one you stand in, or what comes with efa-lod]",
)
base_iri_option = click.option(
    "--base-iri", metavar="IRI", help="Base of all IRIs, instead of baseIri in publication.yaml."
)
language_option = click.option(
    "--lang", "language", type=click.Choice(["de", "en"]), help="Language of messages. [default: from the environment]"
)
engine_option = click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="auto",
    show_default=True,
    help="auto: pySHACL, which is spared those of many records that a fast look clears.",
)
dumps_option = click.option(
    "--format", "formats", type=click.Choice(DUMP_FORMATS), multiple=True, help="Only this dump; repeatable."
)


def format_option(formats: Sequence[str], default: str = "text") -> Callable[[Command], Command]:
    """Return the option ``--format`` of a command that can write its answer in *formats*."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(formats),
        default=default,
        show_default=True,
        help="How the answer is written.",
    )


BUILT_GRAPH = Path("dist/efa-lod-graph.ttl")
"""The graph file that a build wrote, as seen from the folder where commands are given."""


def graphs_option(to: str, served: str) -> Callable[[Command], Command]:
    """Return the option ``--graph``, told as graphs *to* ask or serve, which are then asked or *served* as one."""
    return click.option(
        "--graph",
        "graphs",
        type=click.Path(path_type=Path),
        metavar="FILE",
        multiple=True,
        help=f"The graph to {to}; several are {served} as one. [default: {BUILT_GRAPH} if there is one, else the data"
        " that comes with efa-lod]",
    )


def language_of(chosen: str | None) -> str:
    """Return the language that was *chosen*, or that of the environment."""
    from efa_lod.model.results import language_of_environment

    return chosen or language_of_environment()


def graphs_or_built(graphs: tuple[Path, ...], publication: Path | None, base_iri: str | None) -> tuple[Path, ...]:
    """Return *graphs*, or the graph file of a build where nothing else is named and there is one."""
    is_named = graphs or publication is not None or base_iri is not None
    return graphs if is_named or not BUILT_GRAPH.is_file() else (BUILT_GRAPH,)


_THERE_MAY_BE_MORE = {
    "de": "Das sind die ersten {most:,}; mehr wurde nicht gesucht. Beheben Sie erst diese.",
    "en": "These are the first {most:,}; no more were looked for. Mend these first.",
}
_SAMPLE = {
    "de": "Achtung: publisher, contact und contributor in data/publication.yaml sind ein Muster. Ersetzen Sie sie, ehe"
    " Sie etwas veröffentlichen.",
    "en": "Note: publisher, contact and contributor in data/publication.yaml are a sample. Replace them before you"
    " publish anything.",
}


def _home_of(file: Path) -> Path | None:
    """Return the publication whose data *file* belongs to, if any."""
    from efa_lod.model.publication import working_folder

    home = working_folder(file.parent)
    return home if home and (home / "data").resolve() in file.resolve().parents else None


_READ = {"de": "Veröffentlichung: {folder}", "en": "Publication: {folder}"}
_ELSEWHERE = (
    "{file}: belongs to the publication {other}, but the one in use is {folder} – add --publication {other}, or run the"
    " command there"
)


def publication_of(
    folder: Path | None, base_iri: str | None, language: str | None, files: Sequence[str] = ()
) -> "Publication":
    """Return the publication to work with; where nobody named it, say on stderr which it is.

    It is the one in *folder*; else the one that *files* belong to; else the one around the working folder; else,
    without a word, the one that comes with the program. Raise BrokenInput when one of *files* belongs to another
    publication than the one in use: a check of one would be told as a check of the other.
    """
    from efa_lod.model.publication import packaged_folder, read_publication, working_folder

    homes = {file: home for file in files if (home := _home_of(Path(file)))}
    chosen = folder or next(iter(homes.values()), None) or working_folder(Path.cwd())
    for file, home in homes.items():
        if chosen and home.resolve() != chosen.resolve():
            raise BrokenInput(_ELSEWHERE.format(file=file, other=home, folder=chosen))
    if chosen and not folder and chosen.resolve() != packaged_folder().resolve():
        click.echo(visible(_READ[language_of(language)].format(folder=chosen)), err=True)
    return read_publication(chosen, base_iri)


def note_sample(publication: "Publication", language: str | None) -> None:
    """Say on stderr, where it is so, that *publication* has the sample of a publisher that comes with the program."""
    if publication.is_sample:
        click.echo(_SAMPLE[language_of(language)], err=True)


def print_report(report: str, format_: str, err: bool = False) -> None:
    """Print *report*; as text, with signs for what would steer a terminal."""
    click.echo(visible(report) if format_ == "text" else report, nl=False, err=err)


def show_results(results: "Sequence[Result]", format_: str, language: str | None, err: bool = False) -> None:
    """Print a report in *format_*, one of REPORT_FORMATS."""
    from efa_lod.build.batches import MOST_RESULTS
    from efa_lod.validation.reports import REPORTS

    print_report(REPORTS[format_](results, language_of(language)), format_, err)
    if len(results) >= MOST_RESULTS:
        click.echo(_THERE_MAY_BE_MORE[language_of(language)].format(most=MOST_RESULTS), err=True)


@contextmanager
def terminable() -> Iterator[None]:
    """Let SIGTERM end a job as Ctrl-C does: nothing half-written stays, no process is left."""
    import signal

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
