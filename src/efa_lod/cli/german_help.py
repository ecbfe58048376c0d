"""The help of commands in German, from ``texts/help.toml``; examples are those of the English help.

A command is not changed: where German is asked for, a copy of it stands in its place that says the same in German.
"""

import copy
import inspect
import tomllib
from functools import cache
from pathlib import Path

import click

Help = dict[str, dict[str, str]]
_BLOCK = "\b\nExample"
"""What the examples in a help begin with; click leaves the lines behind \\b as they are."""


@cache
def german_help() -> Help:
    """Return the texts by what they are of: commands, options, frame."""
    return tomllib.loads((Path(__file__).parent / "texts/help.toml").read_text(encoding="utf-8"))


def with_german_frame(text: str) -> str:
    """Return *text*, the help of a command, with click's own words in German."""
    for english, german in german_help()["frame"].items():
        text = text.replace(english, german)
    return text


class GermanHelpContext(click.Context):
    """The context of a command whose help is German."""

    def get_help(self) -> str:
        """Return the help with click's own words in German."""
        return with_german_frame(super().get_help())


def command_in_german(command: click.Command, path: tuple[str, ...]) -> click.Command:
    """Return *command*, which is called by the words of *path*, with German help; what has no German stays."""
    spoken = copy.copy(command)
    spoken.context_class = GermanHelpContext
    texts = german_help()
    if prose := texts["commands"].get(" ".join(path)):
        _, block, examples = inspect.cleandoc(command.help or "").partition(_BLOCK)
        spoken.help = f"{prose.strip()}\n\n{block}{examples}" if block else prose.strip()
    spoken.params = [_option_in_german(one) for one in command.params]
    return spoken


def _option_in_german(parameter: click.Parameter) -> click.Parameter:
    german = german_help()["options"].get(getattr(parameter, "help", None) or "")
    if not german or not isinstance(parameter, click.Option):
        return parameter
    spoken = copy.copy(parameter)
    spoken.help = german
    return spoken
