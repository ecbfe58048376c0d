"""Queries one after the other over one graph that stays loaded, with a history that is there again the next time."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from efa_lod.errors import EfaLodError

_HELP = {
    "de": "Eine Abfrage schreiben, eine Leerzeile führt aus. Der Name einer benannten Abfrage genügt auch. Die"
    " Tabulatortaste ergänzt, Strg+D beendet.",
    "en": "Write a query, an empty line runs it. The name of a named query will do. Tab completes, Ctrl+D ends.",
}
_MOST = 1000
"""Queries that the history has."""
_PROMPT, _MORE = "efa-lod> ", "    ...> "


def converse(run: Callable[[str], None], words: list[str], language: str) -> None:
    """Read queries and *run* each, until there are no more; *words* are those that the Tab key completes."""
    click.echo(_HELP[language], err=True)
    with _typing_ahead(), _history(words):
        for text in _queries():
            try:
                run(text)
            except EfaLodError as error:
                click.echo(f"efa-lod: {error.in_language(language)}", err=True)
            except KeyboardInterrupt:
                click.echo("", err=True)


def _queries() -> Iterator[str]:
    """Yield what is typed, each up to an empty line."""
    lines: list[str] = []
    while True:
        try:
            line = input(_MORE if lines else _PROMPT) if sys.stdin.isatty() else input()
        except KeyboardInterrupt:
            lines = []
            click.echo("", err=True)
            continue
        except EOFError:
            break
        if line.strip() in ("\\q", "quit", "exit") and not lines:
            return
        if line.strip():
            lines.append(line)
        elif lines:
            yield "\n".join(lines) + "\n"
            lines = []
    if lines:
        yield "\n".join(lines) + "\n"


@contextlib.contextmanager
def _typing_ahead() -> Iterator[None]:
    """Keep keys as they are typed while a query runs, for the line that is read then.

    A terminal that collects lines takes Ctrl+D for itself, and what reads keys afterwards finds a null character.
    """
    try:
        import termios
    except ImportError:
        yield
        return
    try:
        before = termios.tcgetattr(0)
    except termios.error:
        yield
        return
    local_modes, characters = 3, 6  # places in what tcgetattr gives
    during = [*before[:characters], [*before[characters]]]
    during[local_modes] &= ~termios.ICANON
    during[characters][termios.VMIN], during[characters][termios.VTIME] = 1, 0
    termios.tcsetattr(0, termios.TCSADRAIN, during)
    try:
        yield
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)


@contextlib.contextmanager
def _history(words: list[str]) -> Iterator[None]:
    """Let the arrow keys go through earlier lines, and Tab complete *words*, where the system has readline."""
    try:
        import readline
    except ImportError:
        yield
        return
    file = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "efa-lod/history"
    with contextlib.suppress(OSError):
        readline.read_history_file(file)
    readline.set_history_length(_MOST)
    readline.set_completer_delims(" \t\n{}().;,|/^*+?!")
    readline.set_completer(lambda begun, number: _nth([word for word in words if word.startswith(begun)], number))
    readline.parse_and_bind("bind ^I rl_complete" if "libedit" in (readline.__doc__ or "") else "tab: complete")
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            readline.write_history_file(file)


def _nth(words: list[str], number: int) -> str | None:
    return words[number] if number < len(words) else None
