"""The command ``mcp``: tools for language models over standard input and output."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec

import click

from efa_lod.cli.options import (
    Seconds,
    base_iri_option,
    graphs_option,
    graphs_or_built,
    message_language_option,
    publication_of,
    publication_option,
)
from efa_lod.errors import BrokenInput

if TYPE_CHECKING:
    from mcp.server import MCPServer

    from efa_lod.model.publication import Publication
    from efa_lod.sparql.pool import WorkerPool

_Asked = ParamSpec("_Asked")
_INSTRUCTIONS = (
    "Linked open data on how German municipalities reuse 'Einer für Alle' (EfA) online services: whom to ask, where to"
    " find the services, who pays, for the 16 states. Say of each fact which row of the overview page it comes from and"
    " when that was compared. Where a question is empty, n. a., not yet available, or named with its link lost, say"
    " that; do not fill it from elsewhere."
)
_WORKERS = 2


@click.command()
@graphs_option("ask", "asked")
@click.option(
    "--time-limit",
    type=Seconds(min=0, max=600, min_open=True),
    default=10,
    show_default=True,
    metavar="S",
    help="Seconds that a query may take.",
)
@base_iri_option
@publication_option
@message_language_option
def mcp_command(graphs: tuple[Path, ...], time_limit: float, base_iri: str | None, publication: Path | None) -> None:
    """Answer a language model over the Model Context Protocol, on standard input and output.

    The tools list and answer the named questions, find a municipality or state, describe the vocabulary, and run SPARQL
    that only reads. A program for language models starts this command by itself.

    \b
    Example:
        efa-lod mcp --time-limit 5
    """
    from efa_lod.sparql.pool import WorkerPool
    from efa_lod.sparql.workers import Limits, Source

    try:
        import mcp as sdk  # noqa: F401
    except ImportError as error:
        raise BrokenInput(
            "answering language models needs more packages – pip install 'efa-lod[mcp]'",
            "Für Sprachmodelle braucht es weitere Pakete – pip install 'efa-lod[mcp]'",
        ) from error
    read = publication_of(publication, base_iri, None)
    source = Source(
        files=tuple(map(str, graphs_or_built(graphs, publication, base_iri))),
        publication=str(read.folder),
        base_iri=base_iri,
    )
    pool = WorkerPool(source, Limits(seconds=time_limit, workers=_WORKERS, reserve=1))
    pool.open()
    _server(pool, read).run("stdio")


def _server(pool: "WorkerPool", publication: "Publication") -> "MCPServer":
    """Return the server with its tools; the workers of *pool* begin and end with it."""
    from mcp.server import MCPServer
    from mcp_types import ToolAnnotations

    from efa_lod import __version__
    from efa_lod.sparql.tools import Tools, read_only_tools

    @asynccontextmanager
    async def lifespan(server: object) -> AsyncIterator[None]:
        await pool.fill()
        try:
            yield
        finally:
            pool.close()

    server = MCPServer("efa-lod", instructions=_INSTRUCTIONS, version=__version__, lifespan=lifespan, log_level="ERROR")
    for name, title, answer in read_only_tools(Tools(pool, publication)):
        hints = ToolAnnotations(
            title=title, read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
        )
        server.tool(name=name, title=title, annotations=hints, structured_output=False)(_told(answer))
    return server


def _told(answer: Callable[_Asked, Awaitable[object]]) -> Callable[_Asked, Awaitable[object]]:
    """Return the tool *answer* with its outcome as JSON, and what it complains of as a text that says what to do."""
    import json

    from mcp_types import CallToolResult, TextContent

    from efa_lod.sparql.tools import ToolError

    @wraps(answer)
    async def told(*arguments: _Asked.args, **named: _Asked.kwargs) -> object:
        try:
            found = await answer(*arguments, **named)
        except ToolError as error:
            return CallToolResult(content=[TextContent(type="text", text=str(error))], is_error=True)
        text = json.dumps(found, ensure_ascii=False)
        return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=found)

    return told
