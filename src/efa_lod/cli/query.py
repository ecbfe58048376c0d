"""The command ``query``: a question in, its answer out."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from efa_lod.cli.options import (
    base_iri_option,
    format_option,
    graphs_option,
    graphs_or_built,
    language_of,
    language_option,
    publication_of,
    publication_option,
)
from efa_lod.errors import BrokenInput
from efa_lod.io.files import whole, whole_file
from efa_lod.io.reading import MAX_BYTES

if TYPE_CHECKING:
    from efa_lod.model.publication import Publication
    from efa_lod.sparql.queries import Asked

QUERY_FORMATS = ("table", "markdown", "csv", "tsv", "json", "xml", "turtle", "n-triples", "rdf-xml", "json-ld")
_CUT = {
    "de": "Nur die ersten {limit} sind gezeigt, es gibt mehr – --limit erhöhen oder weglassen.",
    "en": "Only the first {limit} are shown, there are more – raise --limit or leave it out.",
}


@click.command()
@click.argument("query", required=False, metavar="[QUERY | -]")
@click.option(
    "--file", "file", type=click.Path(path_type=Path, allow_dash=True), metavar="F", help="Read the query from F."
)
@click.option("--name", metavar="N", help="Use a named query; see --list.")
@click.option("--list", "list_", is_flag=True, help="List the named queries and what they answer.")
@click.option("--show", is_flag=True, help="Print the query instead of its answer.")
@graphs_option("ask", "asked")
@click.option("--store", type=click.Path(path_type=Path), metavar="DIR", help="Ask a store directory of Oxigraph.")
@click.option("--endpoint", metavar="URL", help="Ask a SPARQL endpoint instead of a graph.")
@click.option(
    "--param",
    "params",
    metavar="NAME=VALUE",
    multiple=True,
    help="Bind a variable of the answer: a text, number, true, false, date, <IRI>, prefix:name or '\"text\"@de'.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="Show at most N rows, and say if there are more."
)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Stop a query that takes longer. [default: no limit; 60 for an endpoint]",
)
@format_option(QUERY_FORMATS, "table")
@base_iri_option
@publication_option
@language_option
def query(
    query: str | None,
    file: Path | None,
    name: str | None,
    list_: bool,
    show: bool,
    graphs: tuple[Path, ...],
    store: Path | None,
    endpoint: str | None,
    params: tuple[str, ...],
    limit: int | None,
    time_limit: float | None,
    format_: str,
    base_iri: str | None,
    publication: Path | None,
    language: str | None,
) -> None:
    """Ask the graph a SPARQL question; the usual prefixes are known.

    A table on a terminal is as wide as the terminal. With --endpoint, the query goes over the network to that address;
    otherwise it reaches no host.

    \b
    Examples:
        efa-lod query --name who-pays --param state=SH
        efa-lod query 'SELECT ?state ?mail { ?s schema:contactPoint/schema:email ?mail ; schema:areaServed ?state }'
    """
    from efa_lod.sparql.queries import Asked, known_prefixes, named_query, query_list, terms

    read = publication_of(publication, base_iri, language)
    if list_:
        click.echo(query_list(read, language_of(language)), nl=False)
        return
    if sum(given is not None for given in (query, file, name)) != 1:
        raise click.UsageError("Give one query: as an argument, with --file or with --name (see --list).")
    if store and (graphs or endpoint):
        raise click.UsageError("--store goes with neither --graph nor --endpoint.")
    if endpoint and (graphs or params):
        raise click.UsageError("--endpoint goes with neither --graph nor --param: terms are bound in graphs at hand.")
    from_file = Path("-") if query == "-" else file
    text = named_query(read, name).text if name else _text_of(from_file) if from_file else str(query)
    if show:
        click.echo(text, nl=False)
        return
    from efa_lod.model.context import read_context

    bound = terms(params, known_prefixes(read_context(read))) if params else None
    asked = Asked(text, format_, bound, limit, _width())
    found = graphs_or_built(graphs, publication, base_iri)
    if endpoint:
        data, cut = _remote(read, endpoint, asked, time_limit)
    else:
        data, cut = _local(read, asked, found, store, time_limit)
    click.echo(data, nl=False)
    if cut:
        click.echo(_CUT[language_of(language)].format(limit=limit), err=True)


def _local(
    publication: "Publication", asked: "Asked", graphs: tuple[Path, ...], store: Path | None, seconds: float | None
) -> tuple[bytes, bool]:
    """Return the answer and whether rows were cut, asked here or, with a time limit, where it can be killed."""
    from efa_lod.sparql.queries import ask

    if seconds is None:
        return ask(publication, asked, graphs, store)
    from efa_lod.sparql.workers import within

    data = within(seconds, _marked(lambda: ask(publication, asked, graphs, store)))
    return data[1:], data[:1] == b"+"


def _marked(work: Callable[[], tuple[bytes, bool]]) -> Callable[[], bytes]:
    """Return *work* with its flag as the first byte of its data."""

    def marked() -> bytes:
        data, flag = work()
        return (b"+" if flag else b"-") + data

    return marked


def _remote(publication: "Publication", url: str, asked: "Asked", seconds: float | None) -> tuple[bytes, bool]:
    from efa_lod.model.context import read_context
    from efa_lod.sparql.queries import known_prefixes, rendered
    from efa_lod.sparql.remote import fetch_answer

    context = read_context(publication)
    found = fetch_answer(url, asked.query, known_prefixes(context), seconds or 60)
    return rendered(found, asked.format, context, asked.limit, asked.width)


def _width() -> int | None:
    """Return how many characters a line of the terminal has, or None where the answer goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _text_of(file: Path) -> str:
    data = whole(sys.stdin.buffer, "-", MAX_BYTES) if str(file) == "-" else whole_file(file, most=MAX_BYTES)
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise BrokenInput(f"{file}: cannot be read: not UTF-8") from error
