"""The command ``serve``: a graph in, an endpoint until it is told to end."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import click

from efa_lod.cli.options import (
    BUILT_GRAPH,
    Seconds,
    base_iri_option,
    graphs_option,
    graphs_or_built,
    message_language_option,
    publication_of,
    publication_option,
)
from efa_lod.cli.usage import Misuse
from efa_lod.errors import BadSetting, BrokenInput, masked

_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")
_PATH = re.compile(r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]*)*")


@click.command()
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0 takes any that is free."
)
@click.option("--address", metavar="URL", help="The address that the world knows, where a proxy stands in between.")
@graphs_option("serve", "served")
@click.option(
    "--site",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Serve the site in this folder, and its graph. [default: that beside the graph, if there is one]",
)
@click.option("--no-site", is_flag=True, help="Serve the endpoint and its page alone.")
@click.option("--named", metavar="IRI=FILE", multiple=True, help="Serve a file as the graph of that name.")
@click.option("--store", type=click.Path(path_type=Path), metavar="DIR", help="Serve a store directory of Oxigraph.")
@click.option(
    "--time-limit",
    type=Seconds(min=0, max=86_400, min_open=True),
    default=30,
    show_default=True,
    metavar="S",
    help="Seconds that a query may take.",
)
@click.option(
    "--memory-limit",
    type=click.IntRange(min=16, max=1 << 20),
    default=512,
    show_default=True,
    metavar="MIB",
    help="Memory that a query may take.",
)
@click.option(
    "--row-limit",
    type=click.IntRange(min=1, max=1_000_000_000),
    default=100_000,
    show_default=True,
    metavar="N",
    help="Rows that an answer may have.",
)
@click.option(
    "--size-limit",
    type=click.IntRange(min=1, max=1024),
    default=32,
    show_default=True,
    metavar="MIB",
    help="Bytes that an answer may have.",
)
@click.option(
    "--workers", type=click.IntRange(min=2, max=256), default=16, show_default=True, help="Queries at the same time."
)
@click.option(
    "--queue", type=click.IntRange(min=0, max=100_000), default=128, show_default=True, help="Queries that may wait."
)
@click.option(
    "--cache",
    type=click.IntRange(min=0, max=1 << 20),
    default=32,
    show_default=True,
    metavar="MIB",
    help="0 keeps none.",
)
@base_iri_option
@publication_option
@message_language_option
def serve_command(
    host: str,
    port: int,
    address: str | None,
    graphs: tuple[Path, ...],
    site: Path | None,
    no_site: bool,
    named: tuple[str, ...],
    store: Path | None,
    time_limit: float,
    memory_limit: int,
    row_limit: int,
    size_limit: int,
    workers: int,
    queue: int,
    cache: int,
    base_iri: str | None,
    publication: Path | None,
) -> None:
    """Serve what was built until Ctrl-C: the site, and the graph as a SPARQL endpoint with a page to ask from.

    In a folder with dist/, its start page is at /, each thing answers at its own path with a page or with data, the
    endpoint is at /sparql and the page for queries at /query. Only this machine is served unless --host says
    otherwise. Queries only read, reach no host and no file, and are killed where they pass a limit. When it is ready,
    the address is printed.

    \b
    Examples:
        efa-lod serve
        efa-lod serve --graph dist/efa-lod-graph.ttl --port 8765
    """
    from efa_lod.io.limits import MIB
    from efa_lod.sparql.workers import Limits, Source
    from efa_lod.web.built_site import holds_site
    from efa_lod.web.endpoint import Settings
    from efa_lod.web.server import serve as run

    address = _address(address) if address is not None else None
    if store and (graphs or named):
        raise Misuse("serve-store", click.get_current_context())
    if site and no_site:
        raise Misuse("serve-site", click.get_current_context())
    read = publication_of(publication, base_iri, None)
    if site and not (graphs or named or store):
        graphs = (site / BUILT_GRAPH.name,)
    files = () if store else graphs if named else graphs_or_built(graphs, publication, base_iri)
    source = Source(
        files=tuple(map(str, files)),
        named=dict(map(_named, named)),
        store=str(store) if store else None,
        publication=str(read.folder),
        base_iri=base_iri,
    )
    limits = Limits(
        seconds=time_limit,
        memory=memory_limit * MIB,
        rows=row_limit,
        size=size_limit * MIB,
        workers=workers,
        reserve=max(1, workers // 4),
        queue=queue,
    )
    settings = Settings(host=host, port=port, address=address, cache=cache * MIB, limits=limits)
    if site is None and not no_site:
        site = next((file.parent for file in files if holds_site(file.parent)), None)
    run(source, settings, click.echo, site)


def _address(text: str) -> str:
    """Return the address that the world knows; raise BadSetting unless it is http or https, a host and a path."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    is_whole = parts.scheme in ("http", "https") and _HOST.fullmatch(parts.hostname or "") and port != 0
    if not (is_whole and _PATH.fullmatch(parts.path)) or set(text) & set("@?#\\ \t\r\n"):
        raise BadSetting(
            f"--address: expected an address such as https://example.org, found '{masked(text)}'",
            f"--address: erwartet wird eine Adresse wie https://example.org, gefunden '{masked(text)}'",
        )
    return text


def _named(text: str) -> tuple[str, str]:
    """Return IRI and file of ``IRI=FILE``; raise BrokenInput where it is no IRI."""
    import pyoxigraph as ox

    iri, equals, file = text.rpartition("=")
    try:
        ox.NamedNode(iri)
    except ValueError:
        iri = ""
    if not (equals and iri and file):
        raise BrokenInput(
            f"--named: expected IRI=FILE, found '{text}'", f"--named: erwartet wird IRI=DATEI, gefunden '{text}'"
        )
    return iri, file
