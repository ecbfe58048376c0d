"""The command ``query``: a question in, its answer out."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from efa_lod.cli.completion import query_names
from efa_lod.cli.options import (
    Count,
    Seconds,
    base_iri_option,
    format_option,
    graphs_option,
    graphs_or_built,
    language_of,
    language_option,
    publication_of,
    publication_option,
)
from efa_lod.cli.usage import Misuse
from efa_lod.io.files import read_whole, whole_file
from efa_lod.io.reading import MAX_BYTES
from efa_lod.io.terminal import visible

if TYPE_CHECKING:
    import pyoxigraph as ox

    from efa_lod.io.messages import Bilingual
    from efa_lod.model.publication import Publication
    from efa_lod.sparql.queries import QueryRequest

QUERY_FORMATS = ("table", "markdown", "csv", "tsv", "json", "xml", "turtle", "n-triples", "rdf-xml", "json-ld")
_WORDS: dict[str, dict[str, Any]] = {
    "de": {
        "cut": "Nur die ersten {limit} sind gezeigt, es gibt mehr – --limit erhöhen oder weglassen.",
        "rows": ("{count} Zeile.", "{count} Zeilen."),
        "statements": ("{count} Aussage.", "{count} Aussagen."),
        "why": " Mehr dazu sagt --explain.",
        "note": "Hinweis",
    },
    "en": {
        "cut": "Only the first {limit} are shown, there are more – raise --limit or leave it out.",
        "rows": ("{count} row.", "{count} rows."),
        "statements": ("{count} statement.", "{count} statements."),
        "why": " --explain says why.",
        "note": "Note",
    },
}


@click.command()
@click.argument("query", required=False, metavar="[QUERY | -]")
@click.option(
    "--file", "file", type=click.Path(path_type=Path, allow_dash=True), metavar="F", help="Read the query from F."
)
@click.option("--name", metavar="N", shell_complete=query_names, help="Use a named query; see --list.")
@click.option("--list", "list_", is_flag=True, help="List the named queries and what they answer.")
@click.option("--show", is_flag=True, help="Print the query instead of its answer.")
@graphs_option("ask", "asked")
@click.option("--store", type=click.Path(path_type=Path), metavar="DIR", help="Ask a store directory of Oxigraph.")
@click.option("--release", "version", metavar="V", help="Ask what was stated in release V, as data/releases keeps it.")
@click.option("--on", "day", metavar="DAY", help="Ask what was stated on this day, such as 2026-12-24.")
@click.option("--endpoint", metavar="URL", help="Ask a SPARQL endpoint instead of a graph.")
@click.option(
    "--param",
    "params",
    metavar="NAME=VALUE",
    multiple=True,
    help="Bind a variable of the answer: a text, number, true, false, date, <IRI>, prefix:name or '\"text\"@de'.",
)
@click.option(
    "--limit",
    type=Count(),
    metavar="N",
    help="Show at most N rows, and say if there are more.",
)
@click.option(
    "--time-limit",
    type=Seconds(min=0, min_open=True),
    metavar="SECONDS",
    help="Stop a query that takes longer. [default: no limit; 60 for an endpoint]",
)
@click.option("--interactive", is_flag=True, help="Ask one query after the other, with history and completion.")
@click.option("--explain", is_flag=True, help="Say which terms and patterns of the query nothing fits.")
@format_option(QUERY_FORMATS, "table")
@base_iri_option
@publication_option
@language_option
def query_command(
    query: str | None,
    file: Path | None,
    name: str | None,
    list_: bool,
    show: bool,
    graphs: tuple[Path, ...],
    store: Path | None,
    version: str | None,
    day: str | None,
    endpoint: str | None,
    params: tuple[str, ...],
    limit: int | None,
    time_limit: float | None,
    interactive: bool,
    explain: bool,
    format_: str,
    base_iri: str | None,
    publication: Path | None,
    language: str | None,
) -> None:
    """Ask the graph a SPARQL question; the usual prefixes are known.

    A QUERY of one word is the name of a named query. A table on a terminal is as wide as the terminal. CSV and TSV hold
    values as they are in the data: import them as text into a spreadsheet. With --endpoint, the query goes over the
    network to that address; otherwise it reaches no host.

    \b
    Examples:
        efa-lod query --name who-pays --param state=SH
        efa-lod query 'SELECT ?name { ?s a schema:State ; schema:name ?name }'
    """
    from efa_lod.sparql.parameters import parse_parameters
    from efa_lod.sparql.queries import QueryRequest, is_name, known_prefixes, named_query, query_list

    read = publication_of(publication, base_iri, language)
    if list_:
        click.echo(query_list(read, language_of(language)), nl=False)
        return
    if sum(given is not None for given in (query, file, name)) != (0 if interactive else 1):
        raise Misuse("query-interactive" if interactive else "query-one", click.get_current_context())
    if store and (graphs or endpoint):
        raise Misuse("query-store", click.get_current_context())
    if endpoint and (graphs or params):
        raise Misuse("query-endpoint", click.get_current_context())
    if (version or day) and (graphs or store or endpoint or (version and day)):
        raise Misuse("query-release", click.get_current_context())
    if interactive:
        if endpoint or params or version or day:
            raise Misuse("query-interactive", click.get_current_context())
        chosen = graphs_or_built(graphs, publication, base_iri)
        options = QueryRequest("", format_, None, limit, _width())
        _converse(read, _opened(read, chosen, store), options, time_limit, explain, language_of(language))
        return
    from_file = Path("-") if query == "-" else file
    name = name or (query if query and is_name(query) else None)
    text = named_query(read, name).text if name else _text_of(from_file) if from_file else str(query)
    if show:
        click.echo(text, nl=False)
        return
    from efa_lod.model.context import read_context

    bound = parse_parameters(params, known_prefixes(read_context(read))) if params else None
    asked = QueryRequest(text, format_, bound, limit, _width())
    if endpoint:
        found = _remote(read, endpoint, asked, time_limit, explain, language_of(language))
    elif version or day:
        with _past(read, version, day) as chosen:
            found = _local(read, asked, lambda: _opened(read, chosen, None), time_limit, explain)
    else:
        chosen = graphs_or_built(graphs, publication, base_iri)
        found = _local(read, asked, lambda: _opened(read, chosen, store), time_limit, explain)
    click.echo(found.data, nl=False)
    _tell(found, limit, explain, language_of(language))


def _converse(
    read: "Publication", store: "ox.Store", options: "QueryRequest", seconds: float | None, explain: bool, language: str
) -> None:
    """Answer queries that are typed one after the other; each of them may be the name of a named one."""
    from efa_lod.cli.dialogue import converse
    from efa_lod.sparql.notes import TermCheck
    from efa_lod.sparql.queries import is_name, named_queries, named_query

    def run(text: str) -> None:
        query = named_query(read, text.strip()).text if is_name(text.strip()) else text
        told = _local(read, replace(options, query=query), lambda: store, seconds, explain)
        click.echo(told.data, nl=False)
        _tell(told, options.limit, explain, language)

    converse(run, [*TermCheck(read).short_terms(), *(query.name for query in named_queries(read))], language)


@dataclass(frozen=True)
class _PrintedAnswer:
    """An answer as it is printed, with what is said about it: rows or statements, whether cut, and notes."""

    data: bytes
    is_cut: bool
    size: int | None
    unit: str
    notes: "list[Bilingual]"


def _opened(read: "Publication", graphs: tuple[Path, ...], folder: Path | None) -> "ox.Store":
    from efa_lod.sparql.queries import asked_store

    return asked_store(read, graphs, folder)


def _tell(found: _PrintedAnswer, limit: int | None, explain: bool, language: str) -> None:
    """Say on stderr how much the answer has, whether there is more, and what in the query keeps it from more."""
    words = _WORDS[language]
    for note in found.notes:
        click.echo(visible(f"{words['note']}: {note[language == 'de']}"), err=True)
    if found.is_cut:
        click.echo(words["cut"].format(limit=limit), err=True)
    elif found.size is not None:
        one_or_many = words[found.unit][found.size != 1]
        more = words["why"] if found.size == 0 and not explain else ""
        click.echo(one_or_many.format(count=found.size) + more, err=True)


@contextmanager
def _past(publication: "Publication", version: str | None, day: str | None) -> Iterator[tuple[Path, ...]]:
    """Yield files with what was stated in a release or on a day, with the ontology of today; none for today."""
    from tempfile import TemporaryDirectory

    from efa_lod.rdf.graphs import ONTOLOGY
    from efa_lod.releases.past import release_at, statements_at
    from efa_lod.releases.wishes import checked_day

    release = release_at(publication, version, checked_day(day, "--on") if day else None)
    if release is None:
        yield ()
        return
    with TemporaryDirectory(prefix="efa-lod-") as folder:
        paths = Path(folder) / "release.nt", Path(folder) / "ontology.ttl"
        paths[0].write_bytes(statements_at(publication, release))
        paths[1].write_text(publication.read(ONTOLOGY), "utf-8")
        yield paths


def _local(
    publication: "Publication",
    asked: "QueryRequest",
    opened: "Callable[[], ox.Store]",
    seconds: float | None,
    explain: bool,
) -> _PrintedAnswer:
    """Return the answer, asked here or, with a time limit, in a process that can be killed."""
    from efa_lod.sparql.notes import TermCheck
    from efa_lod.sparql.queries import run_query

    def told() -> _PrintedAnswer:
        store = opened()
        found = run_query(publication, asked, store)
        check = TermCheck(publication, store)
        is_empty = found.size == 0 or found.data == b"no\n"
        notes = check.reasons(asked.query, asked.params) if explain and is_empty else check.notes(asked.query, explain)
        return _PrintedAnswer(*found, notes)

    if seconds is None:
        return told()
    from efa_lod.sparql.workers import run_within

    return _unpacked(run_within(seconds, lambda: _packed(told())))


def _packed(told: _PrintedAnswer) -> bytes:
    """Return *told* as bytes: what is said about the answer as a line of JSON, then the answer."""
    head = json.dumps([told.is_cut, told.size, told.unit, told.notes]).encode()
    return head + b"\n" + told.data


def _unpacked(data: bytes) -> _PrintedAnswer:
    head, _, answer = data.partition(b"\n")
    is_cut, count, unit, notes = json.loads(head)
    return _PrintedAnswer(answer, is_cut, count, unit, [(english, german) for english, german in notes])


def _remote(
    publication: "Publication", url: str, asked: "QueryRequest", seconds: float | None, explain: bool, language: str
) -> _PrintedAnswer:
    from efa_lod.model.context import read_context
    from efa_lod.sparql.answers import rendered
    from efa_lod.sparql.notes import TermCheck
    from efa_lod.sparql.queries import known_prefixes
    from efa_lod.sparql.remote import fetch_answer

    context = read_context(publication)
    written = rendered(
        fetch_answer(url, asked.query, known_prefixes(context), seconds or 60, language),
        asked.format,
        context,
        asked.limit,
        asked.width,
    )
    return _PrintedAnswer(*written, TermCheck(publication).notes(asked.query, explain))


def _width() -> int | None:
    """Return how many characters a line of the terminal has, or None where the answer goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _text_of(file: Path) -> str:
    data = read_whole(sys.stdin.buffer, "-", MAX_BYTES) if str(file) == "-" else whole_file(file, most=MAX_BYTES)
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        from efa_lod.sparql.tokens import QUERY_MESSAGES

        raise QUERY_MESSAGES.broken("not-utf8", file) from error
