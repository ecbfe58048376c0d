"""The command ``completion``: what makes a shell complete commands, options, states and names of queries."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem, get_completion_class

from efa_lod.cli.options import language_of

if TYPE_CHECKING:
    from efa_lod.model.publication import Publication

SHELLS = ("bash", "zsh", "fish")
_VARIABLE = "_EFA_LOD_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion_command(shell: str) -> None:
    """Print what makes a shell complete commands, options, states and names.

    \b
    Examples, for the file that the shell reads as it starts:
        eval "$(efa-lod completion bash)"          # ~/.bashrc
        eval "$(efa-lod completion zsh)"           # ~/.zshrc
        efa-lod completion fish | source           # config.fish
    """
    made = get_completion_class(shell)
    assert made  # click knows these three
    root = click.get_current_context().find_root().command
    click.echo(made(root, {}, "efa-lod", _VARIABLE).source())


def query_names(ctx: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the names of queries that go on from what is *begun*, with what each answers."""
    from efa_lod.sparql.queries import named_queries

    language = language_of(None)
    return [
        CompletionItem(query.name, help=query.says("title", language))
        for query in named_queries(_publication(ctx))
        if query.name.startswith(begun)
    ]


def states(ctx: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return abbreviations and names of the states that go on from what is *begun*, in whatever case it is typed."""
    from efa_lod.model.records import publication_records

    found: dict[str, str] = {}
    for document in publication_records(_publication(ctx)):
        if document.value.get("type") == "State":
            name = str(document.value["name"]["de"])
            found |= {str(document.value["abbreviation"]): name, name: ""}
    return [
        CompletionItem(name, help=told) for name, told in found.items() if name.casefold().startswith(begun.casefold())
    ]


def _publication(ctx: click.Context) -> "Publication":
    """Return the publication that the command line names so far, the one at hand, or the packaged one."""
    from efa_lod.model.publication import read_publication, working_folder

    named = ctx.params.get("publication")
    return read_publication(named or working_folder(Path.cwd()))
