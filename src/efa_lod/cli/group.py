"""What all commands have in common: imported when they are asked for, they end in one line where they cannot run."""

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import click

from efa_lod.cli.memory import end_quietly, lacks_room, load_what_complains
from efa_lod.cli.options import chosen_language, language_of, note_language
from efa_lod.cli.summaries import COMMANDS, function_of, module_of, written_summary
from efa_lod.cli.usage import USAGE, CommandGroup, asks_for_help, usage_line
from efa_lod.errors import COULD_NOT_RUN, BrokenInput, EfaLodError, in_german, masked
from efa_lod.io.messages import reason
from efa_lod.io.terminal import visible

_INTERRUPTED = {
    "de": "abgebrochen; nichts wurde ersetzt",
    "en": "interrupted; nothing was replaced",
}
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF})
"""Reasons why what is printed cannot be written."""


class CannotRun(click.ClickException):
    """One of our own errors, shown as one line."""

    exit_code = COULD_NOT_RUN

    def show(self, file: object = None) -> None:
        """Print the message to stderr."""
        click.echo(f"efa-lod: {self.format_message()}", err=True)


class OutOfMemory(CannotRun):
    """The lack of memory, after which nothing more is said."""

    def show(self, file: object = None) -> None:
        """Print the message to stderr, and end quietly."""
        super().show(file)
        end_quietly(self)


def _discard_output() -> None:
    """Send what is still to be written to nowhere: Python would write it at its end, and complain."""
    sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 – kept open until the end


@contextlib.contextmanager
def _quiet_when_nobody_reads() -> Iterator[None]:
    """End with exit code 2 and no word where the reader has seen enough, as in ``efa-lod query … | head``.

    Click would end with 1, which stands for data that do not conform.
    """
    try:
        yield
    except BrokenPipeError:
        _discard_output()
        sys.exit(COULD_NOT_RUN)


class Commands(CommandGroup):
    """Show our own errors as one line on stderr with exit code 2, and leave bugs their traceback.

    Commands in modules of their own are imported when they are asked for.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, sorted."""
        return sorted({*self.commands, *COMMANDS})

    def command_named(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return the command with this *name*, from its module where it has one."""
        if name in self.commands or name not in COMMANDS:
            return super().command_named(ctx, name)
        command: click.Command = getattr(import_module(f"efa_lod.cli.{module_of(name)}"), function_of(name))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each command does, without loading any."""
        told = {name: self.commands.get(name) or click.Command(name, help=written_summary(name)) for name in COMMANDS}
        if language_of(chosen_language(ctx)) == "de":
            from efa_lod.cli.german_help import command_in_german

            told = {name: command_in_german(command, (name,)) for name, command in told.items()}
        limit = formatter.width - 6 - max(map(len, told))  # as click has it
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(limit)) for name, command in told.items()])

    def get_help(self, ctx: click.Context) -> str:
        """Return the help of the program, in German where German was chosen."""
        if language_of(chosen_language(ctx)) != "de":
            return super().get_help(ctx)
        from efa_lod.cli.german_help import command_in_german, with_german_frame

        return with_german_frame(click.Group.get_help(command_in_german(self, ()), ctx))

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the program; where its output cannot be written, or memory is lacking, say that in one line."""
        try:
            load_what_complains()
            return super().main(*args, **kwargs)
        except Exception as error:
            line = _line_for(error, None)
            if line is None:
                raise
            with contextlib.suppress(OSError):
                line.show()
            sys.exit(COULD_NOT_RUN)

    @_quiet_when_nobody_reads()
    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: object
    ) -> click.Context:
        """Return the context of a run; tell in our words what is wrong with *args* before any command."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            line = _line_for(error, None)
            if line is None:
                raise
            raise line from error

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Note the language that *args* name, which may be needed before the command has read them."""
        note_language(ctx, args)
        return super().parse_args(ctx, args)

    @_quiet_when_nobody_reads()
    def invoke(self, ctx: click.Context) -> object:
        """Run the command that *ctx* names."""
        try:
            return super().invoke(ctx)
        except (click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise
        except (Exception, KeyboardInterrupt) as error:
            line = _line_for(error, ctx)
            if line is None:
                raise
            raise line from error


def _line_for(error: BaseException, ctx: click.Context | None) -> click.ClickException | None:
    """Return the line that a run ends with because of *error*, in the language of *ctx*; None for a fault of ours.

    What stops a command, and how much memory there is, decides in this order: where memory is bounded, any other error
    may come from its lack.
    """
    match error:
        case click.UsageError():
            return None if asks_for_help(error) else CannotRun(masked(visible(usage_line(error, _language(ctx)))))
        case click.ClickException():
            return CannotRun(masked(visible(error.message)))
        case EfaLodError():
            return CannotRun(error.in_language(_language(ctx)))
        case UnicodeEncodeError():
            return CannotRun(_NO_TEXT[_language(ctx)])
        case KeyboardInterrupt():
            return CannotRun(_INTERRUPTED[_language(ctx)])
        case OSError(filename=str() | bytes()):
            return (OutOfMemory if lacks_room(error) else CannotRun)(_unusable(error).in_language(_language(ctx)))
        case OSError(errno=number) if number in FULL:
            _discard_output()
            return CannotRun(USAGE("unwritable", reason=reason(error))[_language(ctx) == "de"])
        case Exception() if lacks_room(error):
            return OutOfMemory(_out_of_memory(ctx))
    return None


def _language(ctx: click.Context | None) -> str:
    """Return the language of the run, as far as it is known."""
    return language_of(chosen_language(ctx) if ctx else None)


def _out_of_memory(ctx: click.Context | None) -> str:
    """Return what is said without memory, in English where there is none to find out the language."""
    try:
        language = _language(ctx)
    except (ImportError, MemoryError):
        language = "en"
    return _OUT_OF_MEMORY[language]


def _unusable(error: OSError) -> BrokenInput:
    """Return what is said of a file that the system refuses, as one with too long a name."""
    name = os.fsdecode(error.filename)
    return BrokenInput(f"{name}: cannot be used: {error.strerror}", f"{name}: nicht verwendbar: {in_german(error)}")


_NO_TEXT = {
    "de": "ein Name oder Wert enthält Bytes, die kein Text sind (UTF-8) – benennen Sie die Datei um",
    "en": "a name or value holds bytes that are no text (UTF-8) – rename the file",
}
_OUT_OF_MEMORY = {
    "de": "der Arbeitsspeicher reicht nicht – weniger auf einmal oder mit weniger Prozessen (--jobs) verarbeiten",
    "en": "there is not enough memory – do less at once, or with fewer processes (--jobs)",
}
