"""Texts that a person writes on a command line go into files and requests as characters that these can hold."""

import click
import pytest

from efa_lod.cli import main
from efa_lod.cli.options import FreeText

FREE = ("--asker", "--reply-to", "--by", "--note-de", "--note-en", "--reason", "question")
"""Options and arguments whose text is written or sent; a query says what it means, and is refused where it cannot be read."""


def parameters(command: click.Command, context: click.Context) -> list[click.Parameter]:
    """Return the parameters of all commands below *command*."""
    if not isinstance(command, click.Group):
        return list(command.params)
    below = (command.get_command(context, name) for name in command.list_commands(context))
    return [one for inner in below if inner for one in parameters(inner, click.Context(inner))]


def test_every_free_text_is_guarded_alike() -> None:
    """All options for texts of people have the same guard, those too that come later."""
    every = parameters(main, click.Context(main))
    texts = [one for one in every if "TEXT" in (one.metavar or "") or set(one.opts) & set(FREE)]

    assert len(texts) >= 8
    assert [one.opts for one in texts if not isinstance(one.type, FreeText)] == []


@pytest.mark.parametrize(
    ("given", "taken"),
    [("Amt\udcff", "Amt?"), ("a\x1b[31mb", "a?[31mb"), ("a\n\tb", "a\n\tb"), ("Ä 💥", "Ä 💥"), ("", "")],
)
def test_what_is_no_character_is_a_question_mark(given: str, taken: str) -> None:
    """Bytes that are no UTF-8 and controls are replaced; all else stays as it was written."""
    assert FreeText().convert(given, None, None) == taken
