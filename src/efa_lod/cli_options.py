"""Options that several commands have, and what follows from them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

publication_option = click.option(
    "--publication",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A folder with data/, ontology/ and shapes/. [default: the publication that comes with efa-lod]",
)
base_iri_option = click.option(
    "--base-iri", metavar="IRI", help="Base of all IRIs, instead of baseIri in publication.yaml."
)
language_option = click.option(
    "--lang", "language", type=click.Choice(["de", "en"]), help="Language of messages. [default: from the environment]"
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
    from efa_lod.results import language_of_environment

    return chosen or language_of_environment()


def graphs_or_built(graphs: tuple[Path, ...], publication: Path | None, base_iri: str | None) -> tuple[Path, ...]:
    """Return *graphs*, or the graph file of a build where nothing else is named and there is one."""
    is_named = graphs or publication is not None or base_iri is not None
    return graphs if is_named or not BUILT_GRAPH.is_file() else (BUILT_GRAPH,)
