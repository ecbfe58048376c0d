"""Options that several commands have, and what follows from them."""

import math
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from efa_lod.cli.usage import BadValue
from efa_lod.errors import BrokenInput
from efa_lod.io.files import real_path
from efa_lod.io.terminal import visible

if TYPE_CHECKING:
    from efa_lod.build.release_files import ReleasesOfBuild
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
_LANGUAGE = "efa_lod.language"
"""Where a run of the program remembers the language that was chosen, for what is said when a command has stopped."""


def _remember_language(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value:
        ctx.meta[_LANGUAGE] = value
    return value


def note_language(ctx: click.Context, args: Sequence[str]) -> None:
    """Remember the language that *args* name with ``--lang``, if any."""
    named = [after for before, after in pairwise(args) if before == "--lang"]
    named += [arg.removeprefix("--lang=") for arg in args if arg.startswith("--lang=")]
    if named and named[-1] in ("de", "en"):
        ctx.meta[_LANGUAGE] = named[-1]


def _language_option(is_handed_on: bool) -> Callable[[Command], Command]:
    return click.option(
        "--lang",
        "language",
        type=click.Choice(["de", "en"]),
        is_eager=True,
        callback=_remember_language,
        expose_value=is_handed_on,
        help="Language of messages. [default: from the environment]",
    )


language_option = _language_option(True)
message_language_option = _language_option(False)
"""The language of errors, for commands that say nothing else in it."""
engine_option = click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="auto",
    show_default=True,
    help="auto: pySHACL, but for what a pre-filter clears; pyshacl: pySHACL alone.",
)
previous_option = click.option(
    "--previous",
    metavar="DIR|URL",
    help="The site with the earlier releases, which are taken over unchanged. [default: the folder to write]",
)
sign_option = click.option(
    "--sign",
    type=click.Path(path_type=Path),
    metavar="KEY",
    help="Sign the digests with this key of SSH, into SHA256SUMS.sig (ssh-keygen -Y verify).",
)
shapes_option = click.option(
    "--shapes", metavar="DIR|URL", help="Where the official shapes are; what is fetched is kept in ~/.cache/efa-lod."
)
jobs_option = click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Processes for records.  [default: 1; for large files the number of processors, at most 4]",
)
output_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("dist"),
    show_default=True,
    metavar="DIR",
    help="The folder to write; it is replaced as a whole.",
)
"""Where a command that builds writes to."""
dumps_option = click.option(
    "--format", "formats", type=click.Choice(DUMP_FORMATS), multiple=True, help="Only this dump; repeatable."
)


MOST_COUNTED = 1_000_000_000
"""Most things that anything may be asked to count."""


class FreeText(click.types.StringParamType):
    """A text that a person writes, which goes into files and requests: what is no character becomes a question mark.

    A command line may hold any bytes, and characters that nobody sees.
    """

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return *value* in characters that every file can hold; ends of lines and tabs stay."""
        whole = str(value).encode("utf-8", "replace").decode("utf-8")
        return "".join(sign if sign in "\n\t" or unicodedata.category(sign) != "Cc" else "?" for sign in whole)


class Count(click.IntRange):
    """A number of things, which there is at least one of, and not beyond all numbers."""

    def __init__(self) -> None:
        super().__init__(min=1)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number; fail where it is none or out of range."""
        number = int(super().convert(value, param, ctx))
        if number > MOST_COUNTED:
            raise BadValue("too-many-things", param, ctx, most=MOST_COUNTED, value=value)
        return number


MOST_SECONDS = 86_400
"""Most seconds that anything may take or wait."""


class Seconds(click.FloatRange):
    """A number of seconds, at most a day; "nan" and "inf" are none."""

    def __init__(self, min: float = 0, max: float = MOST_SECONDS, min_open: bool = False) -> None:
        super().__init__(min, max, min_open=min_open)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number; fail where it is none or out of range."""
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            raise BadValue("no-seconds", param, ctx, value=value)
        return number


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


def chosen_language(ctx: click.Context) -> str | None:
    """Return the language that was chosen for the command that runs in *ctx* or below it, if any."""
    language: str | None = ctx.meta.get(_LANGUAGE)
    return language


def language_of(chosen: str | None) -> str:
    """Return the language that was *chosen*, or that of the environment."""
    from efa_lod.model.languages import language_of_environment

    return chosen or language_of_environment()


def graphs_or_built(graphs: tuple[Path, ...], publication: Path | None, base_iri: str | None) -> tuple[Path, ...]:
    """Return *graphs*, or the graph file of a build where nothing else is named and there is one."""
    is_named = graphs or publication is not None or base_iri is not None
    return graphs if is_named or not BUILT_GRAPH.is_file() else (BUILT_GRAPH,)


_THERE_MAY_BE_MORE = {
    "de": "Das sind die ersten {most:,}; mehr wurde nicht gesucht. Beheben Sie erst diese.",
    "en": "These are the first {most:,}; no more were looked for. Mend these first.",
}
_NEXT = {
    "de": {
        True: "Ansehen: {serve} – oder {page} öffnen. Veröffentlichen: den Ordner {folder} auf einen Webserver legen,"
        " dann efa-lod check-site ADRESSE.",
        False: "Abfragen: {serve} – oder efa-lod query --list.",
    },
    "en": {
        True: "To look at it: {serve} – or open {page}. To publish it: put the folder {folder} on a web server, then"
        " efa-lod check-site ADDRESS.",
        False: "To ask it: {serve} – or efa-lod query --list.",
    },
}
"""What comes after a build, by language and by whether it wrote a site."""
_SAMPLE = {
    "de": "Achtung: publisher, contact und contributor in data/publication.yaml sind ein Muster. Ersetzen Sie sie, ehe"
    " Sie etwas veröffentlichen.",
    "en": "Note: publisher, contact and contributor in data/publication.yaml are a sample. Replace them before you"
    " publish anything.",
}


def _home_of(file: Path) -> Path | None:
    """Return the publication whose data *file* belongs to, if any."""
    from efa_lod.model.publication_folder import working_folder

    home = working_folder(file.parent)
    return home if home and real_path(home / "data") in real_path(file).parents else None


_CHECKED = {
    "de": {
        "checked": ("Geprüft",),
        "records": ("{count} Datensatz ({name})", "{count} Datensätze ({name})"),
        "statements": ("{count} Aussage ({name})", "{count} Aussagen ({name})"),
    },
    "en": {
        "checked": ("Checked",),
        "records": ("{count} record ({name})", "{count} records ({name})"),
        "statements": ("{count} statement ({name})", "{count} statements ({name})"),
    },
}
_UNREAD = {
    "de": "Nicht gelesen, da kein Name eines Datensatzes: {files} – ein Datensatz heißt wie sh.yaml, in kleinen"
    " Buchstaben ohne Leerzeichen; Kopien und Reste löschen.",
    "en": "Not read, as no name of a record: {files} – a record is called like sh.yaml, in small letters without"
    " spaces; delete copies and leftovers.",
}
_READ = {"de": "Veröffentlichung: {folder}", "en": "Publication: {folder}"}
_ELSEWHERE = (
    "{file}: belongs to the publication {other}, but the one in use is {folder} – add --publication {other}, or run the"
    " command there",
    "{file}: gehört zur Veröffentlichung {other}, verwendet wird aber {folder} – --publication {other} angeben oder den"
    " Befehl dort ausführen",
)


def folder_of(folder: Path | None, language: str | None, files: Sequence[str] = ()) -> Path:
    """Return the folder of the publication to work with; where nobody named it, say on stderr which it is.

    It is *folder*; else that of the publication that *files* belong to; else that around the working folder; else,
    without a word, that of the one that comes with the program. Raise BrokenInput when one of *files* belongs to
    another publication than the one in use: a check of one would be told as a check of the other.
    """
    from efa_lod.model.publication_folder import packaged_folder, working_folder

    homes = {file: home for file in files if (home := _home_of(Path(file)))}
    chosen = folder or next(iter(homes.values()), None) or working_folder(Path.cwd())
    for file, home in homes.items():
        if chosen and real_path(home) != real_path(chosen):
            raise BrokenInput(*(text.format(file=file, other=home, folder=chosen) for text in _ELSEWHERE))
    if chosen and not folder and real_path(chosen) != real_path(packaged_folder()):
        click.echo(visible(_READ[language_of(language)].format(folder=chosen)), err=True)
    return chosen or packaged_folder()


def publication_of(
    folder: Path | None, base_iri: str | None, language: str | None, files: Sequence[str] = ()
) -> "Publication":
    """Return the publication to work with, which is in the folder that ``folder_of`` returns."""
    from efa_lod.model.publication import read_publication

    read = read_publication(folder_of(folder, language, files), base_iri)
    note_unread(read.unread_files, language)
    return read


def note_unread(files: Sequence[str], language: str | None) -> None:
    """Say on stderr which *files* in folders of records are not read, if any."""
    if files:
        click.echo(visible(_UNREAD[language_of(language)].format(files=", ".join(files))), err=True)


def note_checked(checked: Sequence[tuple[str, str, int]], language: str | None) -> None:
    """Say on stderr what was *checked*: names, kinds and counts."""
    words = _CHECKED[language_of(language)]
    said = [words[kind][count != 1].format(count=count, name=name) for name, kind, count in checked]
    if said:
        click.echo(visible(f"{words['checked'][0]}: {'; '.join(said)}."), err=True)


def note_sample(publication: "Publication", language: str | None) -> None:
    """Say on stderr, where it is so, that *publication* has the sample of a publisher that comes with the program."""
    if publication.is_sample:
        click.echo(_SAMPLE[language_of(language)], err=True)


def note_next_steps(output: Path, has_site: bool, language: str | None) -> None:
    """Say on stderr what a person can do with what was built in *output*."""
    import shlex

    folder = shlex.quote(str(output))
    serve = f"efa-lod serve --site {folder}" if has_site else f"efa-lod serve --graph {folder}/efa-lod-graph.ttl"
    page = output / "index.html"
    click.echo(_NEXT[language_of(language)][has_site].format(serve=serve, page=page, folder=output), err=True)


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


_UNRELEASED = {
    "de": "Die Daten sind anders als in Ausgabe {version} – machen Sie eine neue: efa-lod release",
    "en": "The data differs from release {version} – make a new one: efa-lod release",
}
_MISSING = {
    "de": "Von Ausgabe {version} fehlt der eingefrorene Ordner – nennen Sie mit --previous die Seite, die ihn hat, oder"
    " ihre Adressen gehen verloren.",
    "en": "The frozen folder of release {version} is missing – name the site that has it with --previous, or its"
    " addresses are lost.",
}


def note_releases(releases: "ReleasesOfBuild", language: str | None) -> None:
    """Say on stderr what a maintainer must know of the releases of a build."""
    tongue = language_of(language)
    if not releases.is_released:
        click.echo(_UNRELEASED[tongue].format(version=releases.issued[-1].version), err=True)
    for version in releases.missing:
        click.echo(_MISSING[tongue].format(version=version), err=True)
