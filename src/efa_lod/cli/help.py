"""The command ``help``: what each command takes, as text or as the page of the manual."""

from collections.abc import Iterator

import click

from efa_lod.cli.options import language_option, note_language
from efa_lod.cli.usage import Misuse, meant

_START = {
    "en": """# All commands

Written by `efa-lod help --format markdown`. Exit codes: 0 done or conforms, 1 the data does
not conform, 2 could not run.
""",
    "de": """# Alle Befehle

Geschrieben von `efa-lod help --format markdown --lang de`. Rückgabewerte: 0 erledigt oder in
Ordnung, 1 die Daten verstoßen gegen Regeln, 2 der Befehl konnte nicht laufen.
""",
}


@click.command()
@click.argument("words", nargs=-1, metavar="[COMMAND...]")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "markdown"]),
    default="text",
    show_default=True,
    help="Text for a terminal, or a page for the manual.",
)
@language_option
@click.pass_context
def help_command(ctx: click.Context, words: tuple[str, ...], format_: str, language: str | None) -> None:
    """Say what a command takes, or all of them.

    The page of the manual is English unless --lang says otherwise, whatever the environment.

    \b
    Examples:
        efa-lod help source watch
        efa-lod help --format markdown > commands.md
    """
    root = ctx.find_root()
    of_page = language or "en"
    if format_ == "markdown":  # the same page in each environment
        note_language(ctx, [f"--lang={of_page}"])
    chosen = _of_words(root, words)
    if format_ == "text":
        click.echo(chosen.get_help())
        return
    sections = [_section(one) for one in _with_commands(chosen) if one is not root]
    click.echo("\n".join([*([] if words else [_START[of_page]]), *sections]), nl=False)


def _of_words(root: click.Context, words: tuple[str, ...]) -> click.Context:
    """Return the context of the command that *words* name. Raise UsageError where there is none."""
    here = root
    for number, word in enumerate(words, 1):
        group = here.command
        command = group.get_command(here, word) if isinstance(group, click.Group) else None
        if command is None:
            known = group.list_commands(here) if isinstance(group, click.Group) else []
            name = " ".join(" ".join(words[:number]).split())
            raise Misuse("no-command", root, name=name, near=meant(word, known))
        here = _below(here, word, command)
    return here


def _with_commands(ctx: click.Context) -> Iterator[click.Context]:
    """Yield *ctx* and the contexts of all commands below it, in the order of their names."""
    yield ctx
    if isinstance(ctx.command, click.Group):
        for name in ctx.command.list_commands(ctx):
            command = ctx.command.get_command(ctx, name)
            if command is not None and not command.hidden:
                yield from _with_commands(_below(ctx, name, command))


def _below(ctx: click.Context, name: str, command: click.Command) -> click.Context:
    """Return the context of *command* below *ctx*, with the width that the reference has on every terminal."""
    parent = ctx if ctx.parent else click.Context(ctx.command, info_name="efa-lod", **ctx.command.context_settings)
    parent.meta.update(ctx.meta)
    return command.context_class(command, info_name=name, parent=parent, terminal_width=80, max_content_width=80)


def _section(ctx: click.Context) -> str:
    """Return the help of a command as a section of Markdown."""
    return f"## {ctx.command_path.removeprefix('efa-lod ')}\n\n```text\n{ctx.get_help()}\n```\n"
